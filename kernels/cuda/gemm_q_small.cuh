// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/row_tile_stream.cuh"

/// gemm_q for up to 8 tokens: bound by reading the weights. A block has up to three groups of
/// eight warps; a group takes one row tile after another, and its warps the eight slices of K. The
/// weights come through two stages of shared memory per group (row_tile_stream.cuh), the first of
/// them before the previous kernel has ended.
namespace veritune::kernels::cuda {

inline constexpr int kMostGroups = 3;
inline constexpr int kPartStride =
    20;  ///< floats per token of a partial tile: stores without conflicts
inline constexpr int kPart = 8 * kPartStride;  ///< of a slice

/// How a call is cut, and where things lie in shared memory, in bytes.
struct SmallPlan {
    StreamShape stream;
    int warp_groups;
    int x_shared;  ///< whether the activations are staged; else they are read as they are needed
    int barriers;  ///< [group][kStages] u64
    int parts;     ///< [group][2][slice 0..7, adapter][token 0..7][kPartStride] fp32
    int table;     ///< NF4: [16][32] fp32
    int xa;        ///< bf16 [m][slices * r], rows of xa_row bytes
    int x;         ///< bf16 [m][k], rows of x_row bytes
    int xa_row;
    int x_row;
    int bytes;
};

template <QuantKind kKind>
SmallPlan lay_out(const GemmQ& a, int warp_groups, int most_tiles, bool x_shared) {
    const int m = static_cast<int>(a.m);
    SmallPlan p{};
    p.stream = stream_shape<kKind>(
        static_cast<int>(k_groups(a.w)), most_tiles, static_cast<int>(a.lora.r));
    p.warp_groups = warp_groups;
    p.x_shared = x_shared ? 1 : 0;
    p.barriers = warp_groups * kStages * p.stream.stage_bytes;
    p.parts = p.barriers + warp_groups * kStages * 8;
    p.table = p.parts + warp_groups * 2 * (kSlices + 1) * kPart * 4;
    p.xa = (p.table + (kKind == QuantKind::kNf4 ? 2048 : 0) + 15) / 16 * 16;
    p.xa_row = 2 * static_cast<int>(a.lora.r) * adapter_slices(a.w.order);
    p.x = p.xa + m * p.xa_row;
    p.x_row = 2 * static_cast<int>(a.w.k) + 16;
    p.bytes = p.x + (x_shared ? m * p.x_row : 0);
    return p;
}

/// The first that fits: many warps before long pieces, staged activations before many warps.
template <QuantKind kKind>
SmallPlan plan_small(const GemmQ& a) {
    const int room = shared_bytes_per_block();
    for (const bool x_shared : {true, false}) {
        for (int groups = kMostGroups; groups >= 1; --groups) {
            for (int tiles = 8; tiles >= 2; --tiles) {
                if (tiles < 4 && groups > 1) continue;
                const SmallPlan p = lay_out<kKind>(a, groups, tiles, x_shared);
                if (p.bytes <= room) return p;
            }
        }
    }
    return lay_out<kKind>(a, 1, 1, false);
}

/// Copies rows of bf16 to shared memory, 16 bytes a thread.
__device__ inline void stage_rows(
    const Bf16* from, std::int64_t stride, int rows, int columns, std::uint8_t* to, int row_bytes) {
    const int chunks = columns / 8;
    for (int row = 0; row < rows; ++row) {
        for (int c = threadIdx.x; c < chunks; c += blockDim.x) {
            *reinterpret_cast<uint4*>(to + row * row_bytes + 16 * c) =
                __ldcg(reinterpret_cast<const uint4*>(from + row * stride) + c);
        }
    }
}

__device__ __forceinline__ void group_barrier(int group) {
    asm volatile("bar.sync %0, 256;" ::"r"(group + 1) : "memory");
}

__device__ __forceinline__ void store_part(float* part, int lane, const float (&acc)[4]) {
    float* at = part + 2 * (lane & 3) * kPartStride + (lane >> 2);
    at[0] = acc[0];
    at[kPartStride] = acc[1];
    at[8] = acc[2];
    at[kPartStride + 8] = acc[3];
}

/// ((p0 + p1) + ... + p7) of one element.
__device__ __forceinline__ float sum_parts(const float* element, int part_floats) {
    float sum = element[0];
#pragma unroll
    for (int s = 1; s < kSlices; ++s) sum = __fadd_rn(sum, element[s * part_floats]);
    return sum;
}

template <QuantKind kKind>
__device__ __forceinline__ void finish_row_tile(const GemmQ& a,
                                                const float* parts,
                                                int tile,
                                                int thread) {
    if (a.epilogue == GemmEpilogue::kSwiglu) {
        const int token = thread / 8;
        const int f = thread % 8;
        if (token >= a.m) return;
        const float* gate = parts + token * kPartStride + f;
        const int row = 16 * tile + f;
        store_feature(
            a,
            token,
            8 * tile + f,
            with_adapter<kKind>(a, row, sum_parts(gate, kPart), gate[kSlices * kPart]),
            with_adapter<kKind>(a, row + 8, sum_parts(gate + 8, kPart), gate[kSlices * kPart + 8]));
        return;
    }
    const int token = thread / 16;
    const int row = 16 * tile + thread % 16;
    if (token >= a.m || row >= a.w.n) return;
    const float* element = parts + token * kPartStride + thread % 16;
    store_row(a,
              token,
              row,
              with_adapter<kKind>(a, row, sum_parts(element, kPart), element[kSlices * kPart]));
}

/// The activations of one group of K for a lane: token g, inputs 16t..16t+15. A lane whose token is
/// not there has those of the first: nobody looks at its column.
template <bool kShared>
struct Activations {
    std::uint32_t shared;
    const uint4* global;

    __device__ __forceinline__ void load(int group, uint4 (&x)[2]) const {
        if constexpr (kShared) {
            const std::uint32_t at = shared + 2 * kQuantGroup * group;
            x[0] = load_shared16(at);
            x[1] = load_shared16(at + 16);
        } else {
            x[0] = global[8 * group];
            x[1] = global[8 * group + 1];
        }
    }
};

template <bool kShared>
__device__ Activations<kShared> make_activations(
    const GemmQ& a, std::uint32_t shared, const SmallPlan& p, int lane, int first_group) {
    const int token = (lane >> 2) < a.m ? lane >> 2 : 0;
    const int t = lane & 3;
    return {
        shared + p.x + token * p.x_row + 2 * static_cast<int>(kQuantGroup) * first_group + 32 * t,
        reinterpret_cast<const uint4*>(a.x + token * a.x_stride + kQuantGroup * first_group +
                                       16 * t)};
}

/// kCount tiles, or `count` of them when kCount is 0, from group `done` of the slice on.
template <QuantKind kKind, bool kShared, int kCount>
__device__ __forceinline__ void multiply_tiles(std::uint32_t codes,
                                               std::uint32_t meta,
                                               int lane,
                                               const Activations<kShared>& activations,
                                               int done,
                                               int count,
                                               float (&acc)[4],
                                               std::uint32_t nf4_table) {
#pragma unroll(kCount == 0 ? 1 : kCount)
    for (int j = 0; j < (kCount == 0 ? count : kCount); ++j) {
        uint4 x[2];
        activations.load(done + j, x);
        multiply_tile<kKind>(codes + j * TileSlot<kKind>::kCodes,
                             meta + j * TileSlot<kKind>::kMeta,
                             lane,
                             x,
                             acc,
                             nf4_table);
    }
}

template <QuantKind kKind, bool kShared>
__global__ void __launch_bounds__(kMostGroups* kGroupThreads, 1)
    gemm_q_small_kernel(const __grid_constant__ GemmQ a, const __grid_constant__ SmallPlan p) {
    using Slot = TileSlot<kKind>;
    extern __shared__ __align__(128) std::uint8_t memory[];
    let_next_kernel_start();
    const int warp = threadIdx.x / 32;
    const int lane = threadIdx.x % 32;
    const int group = warp / kSlices;
    const int slice = warp % kSlices;
    const int tiles = static_cast<int>(row_tiles(a.w));
    const int stride = p.warp_groups * gridDim.x;
    const int first = blockIdx.x + group * gridDim.x;
    const std::uint32_t shared = shared_address(memory);
    const StreamShape& s = p.stream;
    const StreamSource source = {a.w.codes,
                                 static_cast<const std::uint8_t*>(a.w.meta),
                                 reinterpret_cast<const std::uint8_t*>(a.lora.b)};
    const std::uint32_t stages = shared + group * kStages * s.stage_bytes;
    const std::uint32_t barriers = shared + p.barriers + group * kStages * 8;
    const std::uint64_t policy = evict_first_policy();

    // The stream of the group: (tile, piece) of what is to be fetched next, and into which stage.
    int fetch_tile = first;
    int fetch_piece = 0;
    int fetch_stage = 0;
#if __CUDA_ARCH__ >= 900
    const bool fetches = slice == kFetchWarp;
    const int fetch_thread = lane;
    if (fetches && lane < kStages) init_barrier(barriers + 8 * lane);
    publish_barriers();
    __syncwarp();
#else
    const bool fetches = true;
    const int fetch_thread = threadIdx.x % kGroupThreads;
#endif
    const auto fetch = [&] {
        if (fetch_tile < tiles) {
            fill_stage<kKind>(source,
                              s,
                              fetch_tile,
                              fetch_piece,
                              stages + fetch_stage * s.stage_bytes,
                              barriers + 8 * fetch_stage,
                              fetch_thread,
                              policy);
            if (++fetch_piece == s.pieces) {
                fetch_piece = 0;
                fetch_tile += stride;
            }
        }
        fetch_stage ^= 1;
#if __CUDA_ARCH__ < 900
        commit_copies();
#endif
    };
    if (fetches) {
        fetch();
        fetch();
    }

    if constexpr (kKind == QuantKind::kNf4) {
        for (int i = threadIdx.x; i < 512; i += blockDim.x) {
            reinterpret_cast<float*>(memory + p.table)[i] = nf4_value(i / 32);
        }
    }
    wait_for_previous_kernel();
    const int m = static_cast<int>(a.m);
    if (a.lora.r > 0)
        stage_rows(a.lora.xa, a.lora.xa_stride, m, p.xa_row / 2, memory + p.xa, p.xa_row);
    if constexpr (kShared) {
        stage_rows(a.x, a.x_stride, m, static_cast<int>(a.w.k), memory + p.x, p.x_row);
    }
    __syncthreads();

    const SlicePlace place = slice_place<kKind>(s, slice);
    const auto activations = make_activations<kShared>(a, shared, p, lane, place.first);
    float* parts = reinterpret_cast<float*>(memory + p.parts) + group * 2 * (kSlices + 1) * kPart;
    int stage = 0;
    std::uint32_t parity = 0;
    int side = 0;  // which half of `parts`

    for (int tile = first; tile < tiles; tile += stride) {
        float acc[4] = {};
        float* part = parts + side * (kSlices + 1) * kPart;
        for (int piece = 0; piece < s.pieces; ++piece) {
            const std::uint32_t at = stages + stage * s.stage_bytes;
#if __CUDA_ARCH__ >= 900
            wait_for_bytes(barriers + 8 * stage, parity);
#else
            wait_for_copies<kStages - 1>();
            group_barrier(group);
#endif
            const int done = piece * s.tiles;
            const int left = place.length - done;
            const int count = left < s.tiles ? left : s.tiles;
            const std::uint32_t codes = at + place.codes;
            const std::uint32_t meta = at + place.meta;
            if (count == 8) {
                multiply_tiles<kKind, kShared, 8>(
                    codes, meta, lane, activations, done, 8, acc, shared + p.table);
            } else if (count == 7) {
                multiply_tiles<kKind, kShared, 7>(
                    codes, meta, lane, activations, done, 7, acc, shared + p.table);
            } else {
                multiply_tiles<kKind, kShared, 0>(
                    codes, meta, lane, activations, done, count, acc, shared + p.table);
            }
            if (piece + 1 == s.pieces) {
                store_part(part + slice * kPart, lane, acc);
                if (slice == kLoraSlice && a.lora.r > 0) {
                    float lora[4] = {};
                    const int r = static_cast<int>(a.lora.r);
                    const int from = lora_slice(a, 16 * tile);
                    const int token = (lane >> 2) < m ? lane >> 2 : 0;
                    const std::uint32_t xa = shared + p.xa + token * p.xa_row + 2 * from * r;
                    for (int q = 0; q < r; q += 16) {
                        lora_step(at + kSlices * s.tiles * Slot::kBytes,
                                  q,
                                  r,
                                  lane,
                                  a.w.order == RowOrder::kGateUp,
                                  xa,
                                  lora);
                    }
                    store_part(part + kSlices * kPart, lane, lora);
                }
            }
            group_barrier(group);  // the stage is read, the parts are written
            if (fetches) fetch();
            parity ^= stage;
            stage ^= 1;
        }
        finish_row_tile<kKind>(a, part, tile, threadIdx.x % kGroupThreads);
        side ^= 1;
    }
}

template <QuantKind kKind>
Status gemm_q_small(const GemmQ& a, Stream stream) {
    const SmallPlan p = plan_small<kKind>(a);
    const int tiles = static_cast<int>(row_tiles(a.w));
    const dim3 grid(tiles < multiprocessors() ? tiles : multiprocessors());
    const dim3 block(p.warp_groups * kGroupThreads);
    const auto bytes = static_cast<std::size_t>(p.bytes);
    if (p.x_shared != 0) {
        return launch_kernel("gemm_q",
                             gemm_q_small_kernel<kKind, true>,
                             grid,
                             block,
                             bytes,
                             stream,
                             a.overlap_previous,
                             a,
                             p);
    }
    return launch_kernel("gemm_q",
                         gemm_q_small_kernel<kKind, false>,
                         grid,
                         block,
                         bytes,
                         stream,
                         a.overlap_previous,
                         a,
                         p);
}

}  // namespace veritune::kernels::cuda
