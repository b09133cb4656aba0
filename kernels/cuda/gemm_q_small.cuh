// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/gemm_q_common.cuh"
#include "kernels/cuda/launch.h"

/// gemm_q for up to 16 tokens: bound by reading the weights. A block has two groups of eight warps;
/// a group takes one row tile after another, and its warps the eight slices of K. Every warp
/// streams its own tiles, four at a time, through a ring of shared memory that no other warp
/// touches: no barrier but the one at the end of a row tile. Copies start before the previous
/// kernel has ended.
namespace veritune::kernels::cuda {

inline constexpr int kSmallGroups = 2;
inline constexpr int kSmallThreads = kSmallGroups * kSlices * 32;
inline constexpr int kPartStride =
    20;                           ///< floats per token of a partial tile: stores without conflicts
inline constexpr int kChunk = 4;  ///< tiles that are fetched together
inline constexpr int kSmallDepth = 3;  ///< chunks in a ring

template <QuantKind kKind>
inline constexpr int kChunkBytes = kChunk* TileSlot<kKind>::kBytes;

/// Where things lie in shared memory, in bytes.
struct SmallLayout {
    int barriers;  ///< [warp][kSmallDepth] u64
    int parts;     ///< [group][slice 0..7, adapter][token][kPartStride] fp32
    int table;     ///< NF4: [16][32] fp32
    int zeros;     ///< 16 bytes of zeros, the activations of a token that is not there
    int xa;        ///< bf16 [m][xa_columns], rows of xa_row bytes
    int x;         ///< bf16 [m][k], rows of 2 k + 16 bytes
    int xa_row;
    int x_row;
    int bytes;
};

template <QuantKind kKind, int kColumns>
__host__ __device__ inline SmallLayout small_layout(int m, int k, int xa_columns, bool x_shared) {
    SmallLayout l{};
    l.barriers = kSmallGroups * kSlices * kSmallDepth * kChunkBytes<kKind>;
    l.parts = l.barriers + kSmallGroups * kSlices * kSmallDepth * 8;
    l.table = l.parts + kSmallGroups * (kSlices + 1) * 8 * kColumns * kPartStride * 4;
    l.zeros = l.table + (kKind == QuantKind::kNf4 ? 2048 : 0);
    l.xa = l.zeros + 16;
    l.xa_row = 2 * xa_columns;
    l.x = l.xa + m * l.xa_row;
    l.x_row = 2 * k + 16;
    l.bytes = l.x + (x_shared ? m * l.x_row : 0);
    return l;
}

/// The stream of one warp: for each of its row tiles the chunks of its slice, then, in the warp
/// that has the adapter, the rows of B. Filled by bulk copies on sm_90, by cp.async before.
template <QuantKind kKind>
struct ChunkRing {
    using Slot = TileSlot<kKind>;

    std::uint32_t base;      ///< shared address of the ring
    std::uint32_t barriers;  ///< shared address of its barriers
    int lane;
    std::uint64_t policy;
    const std::uint8_t* codes;  ///< of the next chunk to fetch
    const std::uint8_t* meta;
    const std::uint8_t* lora_b;  ///< of the next row tile
    std::int64_t code_jump;      ///< from the end of a slice to its begin in the next row tile
    std::int64_t meta_jump;
    std::int64_t lora_jump;
    int length;      ///< tiles of a slice
    int lora_bytes;  ///< of a row tile, for the warp that has the adapter; else 0
    int left;        ///< tiles of the slice still to fetch; 0: the adapter is next
    int row_tiles;   ///< that still have something to fetch
    int fill;        ///< slot to fill next
    int take;        ///< slot to read next
    std::uint32_t parity;

    /// All lanes; the slot to be filled has been read by all of them.
    __device__ __forceinline__ void fetch() {
        if (row_tiles > 0) {
            const std::uint32_t to = base + fill * kChunkBytes<kKind>;
            const bool adapter = left == 0;
            const int n = left < kChunk ? left : kChunk;
#if __CUDA_ARCH__ >= 900
            if (lane == 0) {
                const std::uint32_t barrier = barriers + 8 * fill;
                if (adapter) {
                    expect_bytes(barrier, lora_bytes);
                    bulk_copy(to, lora_b, lora_bytes, barrier, policy);
                } else {
                    expect_bytes(barrier, n * Slot::kBytes);
                    bulk_copy(to, codes, n * Slot::kCodes, barrier, policy);
                    bulk_copy(to + kChunk * Slot::kCodes, meta, n * Slot::kMeta, barrier, policy);
                }
            }
#else
            copy_bytes(to, adapter ? lora_b : codes, adapter ? lora_bytes : n * Slot::kCodes);
            if (!adapter) copy_bytes(to + kChunk * Slot::kCodes, meta, n * Slot::kMeta);
#endif
            codes += n * Slot::kCodes;
            meta += n * Slot::kMeta;
            left -= n;
            if (left == 0 && (adapter || lora_bytes == 0)) {
                left = length;
                --row_tiles;
                codes += code_jump;
                meta += meta_jump;
                lora_b += lora_jump;
            }
        }
#if __CUDA_ARCH__ < 900
        commit_copies();
#endif
        fill = fill + 1 == kSmallDepth ? 0 : fill + 1;
    }
    __device__ __forceinline__ void copy_bytes(std::uint32_t to,
                                               const std::uint8_t* from,
                                               int bytes) {
        for (int at = 16 * lane; at < bytes; at += 512) copy16(to + at, from + at, policy);
    }
    /// Waits for the next slot; release() lets it be filled anew.
    __device__ __forceinline__ std::uint32_t acquire() {
#if __CUDA_ARCH__ >= 900
        wait_for_bytes(barriers + 8 * take, parity);
#else
        wait_for_copies<kSmallDepth - 1>();
        __syncwarp();
#endif
        return base + take * kChunkBytes<kKind>;
    }
    __device__ __forceinline__ void release() {
        if (++take == kSmallDepth) {
            take = 0;
            parity ^= 1;
        }
        __syncwarp();
        fetch();
    }
};

template <QuantKind kKind>
__device__ ChunkRing<kKind> make_ring(const GemmQ& a,
                                      std::uint32_t shared,
                                      const SmallLayout& l,
                                      int warp,
                                      int lane,
                                      int first,
                                      int stride,
                                      int tiles) {
    using Slot = TileSlot<kKind>;
    const int slice = warp % kSlices;
    const std::int64_t groups = k_groups(a.w);
    const std::int64_t begin = slice_begin(groups, slice);
    ChunkRing<kKind> r;
    r.base = shared + warp * kSmallDepth * kChunkBytes<kKind>;
    r.barriers = shared + l.barriers + warp * kSmallDepth * 8;
    r.lane = lane;
    r.policy = evict_first_policy();
    r.length = static_cast<int>(slice_begin(groups, slice + 1) - begin);
    const std::int64_t tile = first * groups + begin;
    r.codes = a.w.codes + tile * Slot::kCodes;
    r.meta = static_cast<const std::uint8_t*>(a.w.meta) + tile * Slot::kMeta;
    r.code_jump = (stride * groups - r.length) * Slot::kCodes;
    r.meta_jump = (stride * groups - r.length) * Slot::kMeta;
    r.lora_bytes = slice == kLoraSlice ? static_cast<int>(2 * kQuantRows * a.lora.r) : 0;
    r.lora_b = reinterpret_cast<const std::uint8_t*>(a.lora.b) + first * 2 * kQuantRows * a.lora.r;
    r.lora_jump = 2 * kQuantRows * stride * a.lora.r;
    r.left = r.length;
    r.row_tiles =
        r.length + r.lora_bytes == 0 || first >= tiles ? 0 : (tiles - 1 - first) / stride + 1;
    r.fill = 0;
    r.take = 0;
    r.parity = 0;
#if __CUDA_ARCH__ >= 900
    if (lane < kSmallDepth) init_barrier(r.barriers + 8 * lane);
    publish_barriers();
    __syncwarp();
#endif
    return r;
}

/// Copies rows of bf16 to shared memory, 16 bytes a thread.
__device__ inline void stage_rows(
    const Bf16* from, std::int64_t stride, int rows, int columns, std::uint8_t* to, int row_bytes) {
    const int chunks = columns / 8;
    for (int c = threadIdx.x; c < rows * chunks; c += blockDim.x) {
        const int row = c / chunks;
        const int chunk = c - row * chunks;
        const uint4 v = __ldcg(reinterpret_cast<const uint4*>(from + row * stride + 8 * chunk));
        *reinterpret_cast<uint4*>(to + row * row_bytes + 16 * chunk) = v;
    }
}

__device__ __forceinline__ void group_barrier(int group) {
    asm volatile("bar.sync %0, 256;" ::"r"(group + 1) : "memory");
}

template <int kColumns>
__device__ __forceinline__ void store_part(float* part, int lane, const float (&acc)[kColumns][4]) {
    const int g = lane >> 2;
    const int t = lane & 3;
#pragma unroll
    for (int c = 0; c < kColumns; ++c) {
        float* at = part + (8 * c + 2 * t) * kPartStride + g;
        at[0] = acc[c][0];
        at[kPartStride] = acc[c][1];
        at[8] = acc[c][2];
        at[kPartStride + 8] = acc[c][3];
    }
}

/// ((p0 + p1) + ... + p7) of one element.
__device__ __forceinline__ float sum_parts(const float* element, int part_floats) {
    float sum = element[0];
#pragma unroll
    for (int s = 1; s < kSlices; ++s) sum = __fadd_rn(sum, element[s * part_floats]);
    return sum;
}

template <int kColumns>
__device__ __forceinline__ void finish_row_tile(const GemmQ& a,
                                                const float* parts,
                                                std::int64_t tile,
                                                int thread) {
    constexpr int kPart = 8 * kColumns * kPartStride;
    if (a.epilogue == GemmEpilogue::kSwiglu) {
        const int token = thread / 8;
        const int f = thread % 8;
        if (token >= a.m || token >= 8 * kColumns) return;
        const float* gate = parts + token * kPartStride + f;
        const std::int64_t row = kQuantRows * tile + f;
        store_feature(
            a,
            token,
            8 * tile + f,
            with_adapter(a, row, sum_parts(gate, kPart), gate[kSlices * kPart]),
            with_adapter(a, row + 8, sum_parts(gate + 8, kPart), gate[kSlices * kPart + 8]));
        return;
    }
    const int token = thread / 16;
    const std::int64_t row = kQuantRows * tile + thread % 16;
    if (token >= a.m || token >= 8 * kColumns || row >= a.w.n) return;
    const float* element = parts + token * kPartStride + thread % 16;
    store_row(
        a, token, row, with_adapter(a, row, sum_parts(element, kPart), element[kSlices * kPart]));
}

/// The activations of one tile for a lane: token 8c + g, inputs 16t..16t+15 of the group at `at`.
template <int kColumns, bool kShared>
struct Activations {
    std::uint32_t shared[kColumns];
    const uint4* global[kColumns];
    std::uint32_t step[kColumns];  ///< bytes to the next group; 0 for a token that is not there

    __device__ __forceinline__ void load(int group, uint4 (&x)[kColumns][2]) const {
#pragma unroll
        for (int c = 0; c < kColumns; ++c) {
            if constexpr (kShared) {
                const std::uint32_t at = shared[c] + group * step[c];
                x[c][0] = load_shared16(at);
                x[c][1] = load_shared16(at + (step[c] >> 3));
            } else if (step[c] != 0) {
                x[c][0] = global[c][8 * group];
                x[c][1] = global[c][8 * group + 1];
            }
        }
    }
};

template <int kColumns, bool kShared>
__device__ Activations<kColumns, kShared> make_activations(const GemmQ& a,
                                                           std::uint32_t shared,
                                                           const SmallLayout& l,
                                                           int lane,
                                                           std::int64_t first_group) {
    Activations<kColumns, kShared> v;
    const int g = lane >> 2;
    const int t = lane & 3;
#pragma unroll
    for (int c = 0; c < kColumns; ++c) {
        const int token = 8 * c + g;
        const bool there = token < a.m;
        v.step[c] = there ? 128 : 0;
        v.shared[c] =
            there ? shared + l.x + token * l.x_row + 128 * static_cast<int>(first_group) + 32 * t
                  : shared + l.zeros;
        v.global[c] = reinterpret_cast<const uint4*>(a.x + (there ? token : 0) * a.x_stride +
                                                     kQuantGroup * first_group + 16 * t);
    }
    return v;
}

/// `count` tiles of a chunk from group `done` of the slice on; kUnroll of them at a time.
template <QuantKind kKind, int kColumns, bool kShared, int kUnroll>
__device__ __forceinline__ void multiply_chunk(std::uint32_t slot,
                                               int lane,
                                               const Activations<kColumns, kShared>& activations,
                                               int done,
                                               int count,
                                               float (&acc)[kColumns][4],
                                               std::uint32_t nf4_table) {
#pragma unroll kUnroll
    for (int j = 0; j < count; ++j) {
        uint4 x[kColumns][2] = {};
        activations.load(done + j, x);
        multiply_tile<kKind, kColumns>(
            slot + j * TileSlot<kKind>::kCodes,
            slot + kChunk * TileSlot<kKind>::kCodes + j * TileSlot<kKind>::kMeta,
            lane,
            x,
            acc,
            nf4_table);
    }
}

template <QuantKind kKind, int kColumns, bool kShared>
__global__ void __launch_bounds__(kSmallThreads, kColumns == 1 ? 2 : 1)
    gemm_q_small_kernel(const __grid_constant__ GemmQ a) {
    extern __shared__ __align__(128) std::uint8_t memory[];
    let_next_kernel_start();
    const int warp = threadIdx.x / 32;
    const int lane = threadIdx.x % 32;
    const int group = warp / kSlices;
    const int slice = warp % kSlices;
    const int tiles = static_cast<int>(row_tiles(a.w));
    const int stride = kSmallGroups * gridDim.x;
    const int first = blockIdx.x + group * gridDim.x;
    const std::uint32_t shared = shared_address(memory);
    const int xa_slices = a.w.order == RowOrder::kQkv ? 3 : a.w.order == RowOrder::kGateUp ? 2 : 1;
    const int xa_columns = static_cast<int>(a.lora.r) * xa_slices;
    const int m = static_cast<int>(a.m);
    const SmallLayout l =
        small_layout<kKind, kColumns>(m, static_cast<int>(a.w.k), xa_columns, kShared);

    ChunkRing<kKind> ring = make_ring<kKind>(a, shared, l, warp, lane, first, stride, tiles);
#pragma unroll 1
    for (int d = 0; d < kSmallDepth; ++d) ring.fetch();

    if (threadIdx.x < 4) reinterpret_cast<std::uint32_t*>(memory + l.zeros)[threadIdx.x] = 0;
    if constexpr (kKind == QuantKind::kNf4) {
        reinterpret_cast<float*>(memory + l.table)[threadIdx.x] = nf4_value(threadIdx.x / 32);
    }
    wait_for_previous_kernel();
    if (xa_columns > 0)
        stage_rows(a.lora.xa, a.lora.xa_stride, m, xa_columns, memory + l.xa, l.xa_row);
    if constexpr (kShared) {
        stage_rows(a.x, a.x_stride, m, static_cast<int>(a.w.k), memory + l.x, l.x_row);
    }
    __syncthreads();

    const auto activations =
        make_activations<kColumns, kShared>(a, shared, l, lane, slice_begin(k_groups(a.w), slice));
    const int length = ring.length;
    constexpr int kPart = 8 * kColumns * kPartStride;
    float* parts = reinterpret_cast<float*>(memory + l.parts) + group * (kSlices + 1) * kPart;

    for (int tile = first; tile < tiles; tile += stride) {
        float acc[kColumns][4] = {};
#pragma unroll 1
        for (int done = 0; done < length; done += kChunk) {
            const std::uint32_t slot = ring.acquire();
            if (length - done >= kChunk) {
                multiply_chunk<kKind, kColumns, kShared, kChunk>(
                    slot, lane, activations, done, kChunk, acc, shared + l.table);
            } else {
                multiply_chunk<kKind, kColumns, kShared, 1>(
                    slot, lane, activations, done, length - done, acc, shared + l.table);
            }
            ring.release();
        }
        group_barrier(group);  // the partial sums of the row tile before are read
        store_part<kColumns>(parts + slice * kPart, lane, acc);
        if (ring.lora_bytes > 0) {
            float lora[kColumns][4] = {};
            const int from = lora_slice(a, kQuantRows * static_cast<std::int64_t>(tile));
            const int r = static_cast<int>(a.lora.r);
            std::uint32_t xa[kColumns];
#pragma unroll
            for (int c = 0; c < kColumns; ++c) {
                // A token that is not there takes the first one's values: they are not stored.
                const int token = 8 * c + (lane >> 2) < m ? 8 * c + (lane >> 2) : 0;
                xa[c] = shared + l.xa + token * l.xa_row + 2 * from * r;
            }
            const std::uint32_t b = ring.acquire();
            for (int q = 0; q < r; q += 16) {
                lora_step<kColumns>(b, q, r, lane, a.w.order == RowOrder::kGateUp, xa, lora);
            }
            ring.release();
            store_part<kColumns>(parts + kSlices * kPart, lane, lora);
        }
        group_barrier(group);
        finish_row_tile<kColumns>(a, parts, tile, threadIdx.x % (kSlices * 32));
    }
}

template <QuantKind kKind, int kColumns, bool kShared>
Status launch_small(const GemmQ& a, int bytes, Stream stream) {
    const int tiles = static_cast<int>(row_tiles(a.w));
    const int grid = tiles < multiprocessors() ? tiles : multiprocessors();
    return launch_kernel("gemm_q",
                         gemm_q_small_kernel<kKind, kColumns, kShared>,
                         dim3(grid),
                         dim3(kSmallThreads),
                         static_cast<std::size_t>(bytes),
                         stream,
                         a.overlap_previous,
                         a);
}

template <QuantKind kKind, int kColumns>
Status gemm_q_small_columns(const GemmQ& a, Stream stream) {
    const int slices = a.w.order == RowOrder::kQkv ? 3 : a.w.order == RowOrder::kGateUp ? 2 : 1;
    const int xa_columns = static_cast<int>(a.lora.r) * slices;
    const int m = static_cast<int>(a.m);
    const int k = static_cast<int>(a.w.k);
    const int whole = small_layout<kKind, kColumns>(m, k, xa_columns, true).bytes;
    if (whole <= shared_bytes_per_block()) {
        return launch_small<kKind, kColumns, true>(a, whole, stream);
    }
    return launch_small<kKind, kColumns, false>(
        a, small_layout<kKind, kColumns>(m, k, xa_columns, false).bytes, stream);
}

template <QuantKind kKind>
Status gemm_q_small_kind(const GemmQ& a, Stream stream) {
    return a.m <= 8 ? gemm_q_small_columns<kKind, 1>(a, stream)
                    : gemm_q_small_columns<kKind, 2>(a, stream);
}

}  // namespace veritune::kernels::cuda
