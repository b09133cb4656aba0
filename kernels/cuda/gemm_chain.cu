// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/gemm_q_small.cuh"
#include "kernels/cuda/norm_shrink.cuh"
#include "kernels/gemm_chain.h"

/// A persistent kernel, one block on every multiprocessor. Each group of eight warps streams the
/// row tiles of all phases one after another: its copies run ahead over the end of a phase, so that
/// memory is busy while the grid waits for itself, normalises and multiplies A.
namespace veritune::kernels::cuda {
namespace {

constexpr int kChainGroups = 3;
constexpr int kUnitWarp = 2;  ///< warp of a group that multiplies parts of A
constexpr int kMostTokens = 2;

/// Words of GemmChain::sync.
constexpr int kBarrierWord = 0;
constexpr int kExitWord = 1;
constexpr int kReadyWord = 2;  ///< + phase

struct ChainPlan {
    StreamShape stream[kMaxChainPhases];
    int warp_groups;
    int stage_bytes;
    int barriers;
    int parts;  ///< [group][2][slice 0..7, adapter][token][kPartStride]
    int xa;     ///< [group][token][columns] bf16
    int xa_row;
    int zeros;
    int squares;  ///< [group][8] fp32
    int x;
    int x_row;  ///< of the widest phase
    int bytes;
    int partials;  ///< floats of a phase in GemmChain::partial
};

__device__ __forceinline__ std::uint32_t load_acquire(const std::uint32_t* from) {
    std::uint32_t v;
    asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(v) : "l"(from) : "memory");
    return v;
}

/// All blocks; `target` arrivals since the counter was zero. Writes before are seen after.
__device__ void grid_barrier(std::uint32_t* counter, std::uint32_t target) {
    __syncthreads();
    if (threadIdx.x == 0) {
        __threadfence();
        atomicAdd(counter, 1U);
        while (load_acquire(counter) < target) {
        }
        __threadfence();
    }
    __syncthreads();
}

/// The input of a phase to shared memory: group t normalises token t, or all copy.
__device__ void stage_input(
    const ChainPhase& phase, const ChainPlan& p, float eps, std::uint8_t* memory, int group) {
    const GemmQ& g = phase.gemm;
    const int chunks = static_cast<int>(g.w.k / 8);
    if (phase.gamma == nullptr) {
        for (int token = 0; token < g.m; ++token) {
            const auto* row = reinterpret_cast<const uint4*>(g.x + token * g.x_stride);
            auto* to = reinterpret_cast<uint4*>(memory + p.x + token * p.x_row);
#pragma unroll 4
            for (int c = threadIdx.x; c < chunks; c += blockDim.x) to[c] = __ldcg(row + c);
        }
        return;
    }
    const int lane = threadIdx.x % 32;
    const int thread = threadIdx.x % kGroupThreads;
    float* squares = reinterpret_cast<float*>(memory + p.squares) + 8 * group;
    for (int token = group; token < g.m; token += p.warp_groups) {
        const auto* row = reinterpret_cast<const uint4*>(g.x + token * g.x_stride);
        auto* to = reinterpret_cast<uint4*>(memory + p.x + token * p.x_row);
        float sum = 0;
        for (int c = thread; c < chunks; c += kGroupThreads) {
            const uint4 v = __ldcg(row + c);
            to[c] = v;
            sum = square_sum8(v, sum);
        }
        sum = sum_of_warp(sum);
        if (lane == 0) squares[thread / 32] = sum;
        group_barrier(group);
        float total = squares[0];
        for (int w = 1; w < 8; ++w) total = __fadd_rn(total, squares[w]);
        const float rstd = rstd_of(total, g.w.k, eps);
        for (int c = thread; c < chunks; c += kGroupThreads) {
            to[c] =
                normalised8(to[c], __ldg(reinterpret_cast<const uint4*>(phase.gamma) + c), rstd);
        }
        group_barrier(group);
    }
}

/// One part of A x for 16 rows of A, from the staged input to `to` ([token][16]).
__device__ void multiply_unit(const ChainPhase& phase,
                              const ChainPlan& p,
                              std::uint32_t shared,
                              int tile,
                              int part,
                              int lane,
                              float* to) {
    const GemmQ& g = phase.gemm;
    const int groups = static_cast<int>(g.w.k / kQuantGroup);
    const int row = lane >> 2;
    const int t = lane & 3;
    const bool there = row < g.m;
    const std::uint32_t x_at = there ? shared + p.x + row * p.x_row + 32 * t : shared + p.zeros;
    const std::uint32_t step = there ? 128 : 0;
    const auto* low = reinterpret_cast<const uint4*>(phase.a + (16 * tile + row) * g.w.k + 16 * t);
    const auto* high =
        reinterpret_cast<const uint4*>(phase.a + (16 * tile + row + 8) * g.w.k + 16 * t);
    float acc[4] = {};
    const int end = part_begin(groups, part + 1);
#pragma unroll 2
    for (int j = part_begin(groups, part); j < end; ++j) {
        const uint4 rows_low[2] = {__ldg(low + 8 * j), __ldg(low + 8 * j + 1)};
        const uint4 rows_high[2] = {__ldg(high + 8 * j), __ldg(high + 8 * j + 1)};
        const uint4 x[2] = {load_shared16(x_at + j * step),
                            load_shared16(x_at + j * step + (step >> 3))};
        multiply_bf16_group(rows_low, rows_high, x, acc);
    }
    if (2 * t < g.m) {
        to[16 * (2 * t) + row] = acc[0];
        to[16 * (2 * t) + row + 8] = acc[2];
    }
    if (2 * t + 1 < g.m) {
        to[16 * (2 * t + 1) + row] = acc[1];
        to[16 * (2 * t + 1) + row + 8] = acc[3];
    }
}

/// Brings the parts of A that will be this warp's to L2.
__device__ void fetch_a(const GemmChain& c, const ChainPlan& p, int index, int group, int lane) {
    if (index >= c.count || c.phase[index].gemm.lora.r == 0) return;
    const ChainPhase& phase = c.phase[index];
    const int groups = static_cast<int>(phase.gemm.w.k / kQuantGroup);
    const int units = adapter_slices(phase.gemm.w.order) * static_cast<int>(phase.gemm.lora.r) /
                      16 * kShrinkParts;
    for (int u = blockIdx.x + group * gridDim.x; u < units; u += p.warp_groups * gridDim.x) {
        const int begin = part_begin(groups, u % kShrinkParts);
        const int lines = part_begin(groups, u % kShrinkParts + 1) - begin;
        for (int i = lane; i < 16 * lines; i += 32) {
            const Bf16* line = phase.a + (16 * (u / kShrinkParts) + i / lines) * phase.gemm.w.k +
                               kQuantGroup * (begin + i % lines);
            asm volatile("prefetch.global.L2 [%0];" ::"l"(line));
        }
    }
}

/// The parts of A that are this warp's, for one phase; then says that they are there.
__device__ void multiply_a(
    const GemmChain& c, const ChainPlan& p, int index, std::uint32_t shared, int group, int lane) {
    const ChainPhase& phase = c.phase[index];
    const int units = adapter_slices(phase.gemm.w.order) * static_cast<int>(phase.gemm.lora.r) /
                      16 * kShrinkParts;
    float* partial = c.partial + static_cast<std::int64_t>(index) * p.partials;
    for (int u = blockIdx.x + group * gridDim.x; u < units; u += p.warp_groups * gridDim.x) {
        multiply_unit(
            phase, p, shared, u / kShrinkParts, u % kShrinkParts, lane, partial + u * 128);
        __threadfence();
        __syncwarp();
        if (lane == 0) atomicAdd(c.sync + kReadyWord + index, 1U);
    }
}

/// Waits for all parts and adds them: xa of the phase, for this group. One warp.
__device__ void gather_xa(
    const GemmChain& c, const ChainPlan& p, int index, std::uint8_t* memory, int group, int lane) {
    const GemmQ& g = c.phase[index].gemm;
    const int columns = adapter_slices(g.w.order) * static_cast<int>(g.lora.r);
    const auto units = static_cast<std::uint32_t>(columns / 16 * kShrinkParts);
    while (load_acquire(c.sync + kReadyWord + index) < units) {
    }
    const float* partial = c.partial + static_cast<std::int64_t>(index) * p.partials;
    for (int i = lane; i < columns * g.m; i += 32) {
        const int token = i / columns;
        const int column = i % columns;
        const float* from = partial + (column / 16) * kShrinkParts * 128 + 16 * token + column % 16;
        float all[kShrinkParts];
#pragma unroll
        for (int q = 0; q < kShrinkParts; ++q) all[q] = __ldcg(from + 128 * q);
        float sum = all[0];
#pragma unroll
        for (int q = 1; q < kShrinkParts; ++q) sum = __fadd_rn(sum, all[q]);
        auto* to =
            reinterpret_cast<Bf16*>(memory + p.xa + (group * kMostTokens + token) * p.xa_row) +
            column;
        *to = round_bf16(__fmul_rn(c.scale, sum));
    }
    __syncwarp();
}

__device__ __forceinline__ void store_few(float* part, int lane, int m, const float (&acc)[1][4]) {
    const int g = lane >> 2;
    const int t = lane & 3;
    if (t != 0) return;
    part[g] = acc[0][0];
    part[g + 8] = acc[0][2];
    if (m > 1) {
        part[kPartStride + g] = acc[0][1];
        part[kPartStride + g + 8] = acc[0][3];
    }
}

__device__ __forceinline__ void finish_few(
    const GemmQ& g, const float* parts, int part_floats, int tile, int thread) {
    if (g.epilogue == GemmEpilogue::kSwiglu) {
        const int token = thread / 8;
        if (token >= g.m) return;
        const int f = thread % 8;
        const float* gate = parts + token * kPartStride + f;
        const int row = 16 * tile + f;
        store_feature(
            g,
            token,
            8 * tile + f,
            with_adapter<QuantKind::kInt4>(
                g, row, sum_parts(gate, part_floats), gate[kSlices * part_floats]),
            with_adapter<QuantKind::kInt4>(
                g, row + 8, sum_parts(gate + 8, part_floats), gate[kSlices * part_floats + 8]));
        return;
    }
    const int token = thread / 16;
    const int row = 16 * tile + thread % 16;
    if (token >= g.m || row >= g.w.n) return;
    const float* element = parts + token * kPartStride + thread % 16;
    store_row(g,
              token,
              row,
              with_adapter<QuantKind::kInt4>(
                  g, row, sum_parts(element, part_floats), element[kSlices * part_floats]));
}

#if __CUDA_ARCH__ >= 900
__global__ void __launch_bounds__(kChainGroups* kGroupThreads, 1)
    gemm_chain_kernel(const __grid_constant__ GemmChain c, const __grid_constant__ ChainPlan p) {
    constexpr QuantKind kKind = QuantKind::kInt4;
    using Slot = TileSlot<kKind>;
    extern __shared__ __align__(128) std::uint8_t memory[];
    let_next_kernel_start();
    const int warp = threadIdx.x / 32;
    const int lane = threadIdx.x % 32;
    const int group = warp / kSlices;
    const int slice = warp % kSlices;
    const int stride = p.warp_groups * gridDim.x;
    const int first = blockIdx.x + group * gridDim.x;
    const std::uint32_t shared = shared_address(memory);
    const std::uint32_t stages = shared + group * kStages * p.stage_bytes;
    const std::uint32_t barriers = shared + p.barriers + group * kStages * 8;
    const std::uint64_t policy = evict_first_policy();
    const int m = static_cast<int>(c.phase[0].gemm.m);

    // What the group fetches next.
    const bool fetches = slice == kFetchWarp;
    int fetch_phase = 0;
    int fetch_tile = first;
    int fetch_piece = 0;
    int fetch_stage = 0;
    if (fetches && lane < kStages) init_barrier(barriers + 8 * lane);
    publish_barriers();
    __syncwarp();
    const auto fetch = [&] {
        while (fetch_phase < c.count &&
               fetch_tile >= static_cast<int>(row_tiles(c.phase[fetch_phase].gemm.w))) {
            ++fetch_phase;
            fetch_tile = first;
        }
        if (fetch_phase == c.count) return;
        const GemmQ& g = c.phase[fetch_phase].gemm;
        fill_stage<kKind>({g.w.codes,
                           static_cast<const std::uint8_t*>(g.w.meta),
                           reinterpret_cast<const std::uint8_t*>(g.lora.b)},
                          p.stream[fetch_phase],
                          fetch_tile,
                          fetch_piece,
                          stages + fetch_stage * p.stage_bytes,
                          barriers + 8 * fetch_stage,
                          lane,
                          policy);
        if (++fetch_piece == p.stream[fetch_phase].pieces) {
            fetch_piece = 0;
            fetch_tile += stride;
        }
        fetch_stage ^= 1;
    };
    if (fetches) {
        fetch();
        fetch();
    }
    if (slice == kUnitWarp) fetch_a(c, p, 0, group, lane);
    if (threadIdx.x < 4) reinterpret_cast<std::uint32_t*>(memory + p.zeros)[threadIdx.x] = 0;
    wait_for_previous_kernel();

    const int part_floats = m * kPartStride;
    float* parts =
        reinterpret_cast<float*>(memory + p.parts) + group * 2 * (kSlices + 1) * part_floats;
    int stage = 0;
    std::uint32_t parity = 0;
    int side = 0;
#pragma unroll 1
    for (int index = 0; index < c.count; ++index) {
        const ChainPhase& phase = c.phase[index];
        const GemmQ& g = phase.gemm;
        const StreamShape& s = p.stream[index];
        if (index > 0)
            grid_barrier(c.sync + kBarrierWord, static_cast<std::uint32_t>(index) * gridDim.x);
        stage_input(phase, p, c.eps, memory, group);
        __syncthreads();
        const int r = static_cast<int>(g.lora.r);
        if (slice == kUnitWarp) {
            if (r > 0) multiply_a(c, p, index, shared, group, lane);
            fetch_a(c, p, index + 1, group, lane);
        }
        const int tiles = static_cast<int>(row_tiles(g.w));
        const SlicePlace place = slice_place<kKind>(s, slice);
        Activations<1, true> activations;
        const bool there = (lane >> 2) < m;
        activations.step[0] = there ? 128 : 0;
        activations.shared[0] =
            there ? shared + p.x + (lane >> 2) * p.x_row + 128 * place.first + 32 * (lane & 3)
                  : shared + p.zeros;
        bool has_xa = false;
#pragma unroll 1
        for (int tile = first; tile < tiles; tile += stride) {
            float acc[1][4] = {};
            float* part = parts + side * (kSlices + 1) * part_floats;
#pragma unroll 1
            for (int piece = 0; piece < s.pieces; ++piece) {
                const std::uint32_t at = stages + stage * p.stage_bytes;
                wait_for_bytes(barriers + 8 * stage, parity);
                const int done = piece * s.tiles;
                const int left = place.length - done;
                const int count = left < s.tiles ? left : s.tiles;
                const std::uint32_t codes = at + place.codes;
                const std::uint32_t meta = at + place.meta;
                if (count == 7) {
                    multiply_tiles<kKind, 1, true, 7>(
                        codes, meta, lane, activations, done, 7, acc, 0);
                } else if (count == 8) {
                    multiply_tiles<kKind, 1, true, 8>(
                        codes, meta, lane, activations, done, 8, acc, 0);
                } else {
                    multiply_tiles<kKind, 1, true, 0>(
                        codes, meta, lane, activations, done, count, acc, 0);
                }
                if (piece + 1 == s.pieces) {
                    store_few(part + slice * part_floats, lane, m, acc);
                    if (slice == kLoraSlice && r > 0) {
                        if (!has_xa) gather_xa(c, p, index, memory, group, lane);
                        has_xa = true;
                        float lora[1][4] = {};
                        const int token = (lane >> 2) < m ? lane >> 2 : 0;
                        const std::uint32_t xa[1] = {shared + p.xa +
                                                     (group * kMostTokens + token) * p.xa_row +
                                                     2 * lora_slice(g, 16 * tile) * r};
                        for (int q = 0; q < r; q += 16) {
                            lora_step<1>(at + kSlices * s.tiles * Slot::kBytes,
                                         q,
                                         r,
                                         lane,
                                         g.w.order == RowOrder::kGateUp,
                                         xa,
                                         lora);
                        }
                        store_few(part + kSlices * part_floats, lane, m, lora);
                    }
                }
                group_barrier(group);
                if (fetches) fetch();
                parity ^= stage;
                stage ^= 1;
            }
            finish_few(g, part, part_floats, tile, threadIdx.x % kGroupThreads);
            side ^= 1;
        }
    }
    // The last block to leave clears the counters.
    __syncthreads();
    if (threadIdx.x != 0) return;
    __threadfence();
    if (atomicAdd(c.sync + kExitWord, 1U) != gridDim.x - 1) return;
    for (int i = 0; i < kReadyWord + kMaxChainPhases; ++i) c.sync[i] = 0;
}
#else
__global__ void gemm_chain_kernel(const __grid_constant__ GemmChain,
                                  const __grid_constant__ ChainPlan) {}
#endif

ChainPlan plan(const GemmChain& c, int groups, int most_tiles) {
    ChainPlan p{};
    p.warp_groups = groups;
    int columns = 0;
    int widest = 0;
    const int m = static_cast<int>(c.phase[0].gemm.m);
    for (int i = 0; i < c.count; ++i) {
        const GemmQ& g = c.phase[i].gemm;
        p.stream[i] = stream_shape<QuantKind::kInt4>(
            static_cast<int>(k_groups(g.w)), most_tiles, static_cast<int>(g.lora.r));
        p.stage_bytes =
            p.stream[i].stage_bytes > p.stage_bytes ? p.stream[i].stage_bytes : p.stage_bytes;
        const int of_this = adapter_slices(g.w.order) * static_cast<int>(g.lora.r);
        columns = of_this > columns ? of_this : columns;
        widest = g.w.k > widest ? static_cast<int>(g.w.k) : widest;
    }
    p.partials = (columns > 0 ? columns / 16 : 1) * kShrinkParts * 128;
    p.barriers = groups * kStages * p.stage_bytes;
    p.parts = p.barriers + groups * kStages * 8;
    p.xa = p.parts + groups * 2 * (kSlices + 1) * m * kPartStride * 4;
    p.xa_row = 2 * columns;
    p.squares = p.xa + groups * kMostTokens * p.xa_row;
    p.zeros = (p.squares + groups * 32 + 15) / 16 * 16;
    p.x = p.zeros + 16;
    p.x_row = 2 * widest + 16;
    p.bytes = p.x + m * p.x_row;
    return p;
}

int card_major() {
    static const int major = [] {
        int device = 0;
        int found = 0;
        cudaGetDevice(&device);
        cudaDeviceGetAttribute(&found, cudaDevAttrComputeCapabilityMajor, device);
        return found;
    }();
    return major;
}

}  // namespace

Status gemm_chain(const GemmChain& c, Stream stream) {
    if (!valid(c)) return Status::kInvalidArgument;
    if (card_major() < 9) return Status::kUnavailable;
    for (int groups = kChainGroups; groups >= 1; --groups) {
        for (int tiles = 8; tiles >= 4; --tiles) {
            const ChainPlan p = plan(c, groups, tiles);
            if (p.bytes > shared_bytes_per_block()) continue;
            return launch_kernel("gemm_chain",
                                 gemm_chain_kernel,
                                 dim3(multiprocessors()),
                                 dim3(groups * kGroupThreads),
                                 static_cast<std::size_t>(p.bytes),
                                 stream,
                                 c.overlap_previous,
                                 c,
                                 p);
        }
    }
    return Status::kUnavailable;
}

}  // namespace veritune::kernels::cuda
