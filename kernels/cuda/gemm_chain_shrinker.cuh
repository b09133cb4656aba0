// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/gemm_chain_device.cuh"
#include "kernels/cuda/norm_shrink.cuh"

/// The shrinker of gemm_chain: A x, a part of it in every block, all of it to every block.
namespace veritune::kernels::cuda {

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900

/// A number and the mark of the call that wrote it, in one piece: whoever sees the mark has it.
__device__ __forceinline__ std::uint64_t load_marked(const std::uint64_t* from) {
    std::uint64_t v;
    asm volatile("ld.relaxed.gpu.global.u64 %0, [%1];" : "=l"(v) : "l"(from) : "memory");
    return v;
}
__device__ __forceinline__ void store_marked(std::uint64_t* to, float value, std::uint32_t mark) {
    const std::uint64_t word = static_cast<std::uint64_t>(mark) << 32 | __float_as_uint(value);
    asm volatile("st.relaxed.gpu.global.u64 [%0], %1;" ::"l"(to), "l"(word) : "memory");
}
__device__ __forceinline__ float number_of(std::uint64_t marked) {
    return __uint_as_float(static_cast<std::uint32_t>(marked));
}
__device__ __forceinline__ void prefetch_line(const void* line) {
    asm volatile("prefetch.global.L2 [%0];" ::"l"(line));
}

/// The lane's part of two groups of K of 16 rows of A.
struct UnitRows {
    uint4 low[2][2];
    uint4 high[2][2];

    __device__ __forceinline__ void load(
        const Bf16* a, std::int64_t k, int tile, int j, int end, int lane) {
        const auto* from =
            reinterpret_cast<const uint4*>(a + (16 * tile + (lane >> 2)) * k + 16 * (lane & 3));
        const auto* below =
            reinterpret_cast<const uint4*>(reinterpret_cast<const Bf16*>(from) + 8 * k);
#pragma unroll
        for (int q = 0; q < 2; ++q) {
            if (j + q >= end) continue;
            low[q][0] = __ldg(from + 8 * (j + q));
            low[q][1] = __ldg(from + 8 * (j + q) + 1);
            high[q][0] = __ldg(below + 8 * (j + q));
            high[q][1] = __ldg(below + 8 * (j + q) + 1);
        }
    }
};

/// One warp. Waits for no one but the other blocks' shrinkers.
template <bool kClock>
struct Shrinker {
    const GemmChain& c;
    const ChainPlan& p;
    std::uint8_t* memory;
    std::uint32_t shared;
    std::uint32_t mark = 0;

    __device__ static int units(const GemmQ& g) {
        return adapter_slices(g.w.order) * static_cast<int>(g.lora.r) / 16 * kShrinkParts;
    }
    __device__ std::uint64_t* partial(int index) const {
        return reinterpret_cast<std::uint64_t*>(c.partial) +
               static_cast<std::int64_t>(index) * p.partials;
    }

    /// The first two groups of the block's first part of A x. A never changes in a step: they come
    /// before the input is there.
    __device__ __forceinline__ void hold_rows(const ChainPhase& phase, UnitRows& rows) const {
        const int lane = thread_anew() % 32;
        const int u = blockIdx.x;
        if (u >= units(phase.gemm)) return;
        const int groups = static_cast<int>(phase.gemm.w.k / kQuantGroup);
        const int part = u % kShrinkParts;
        rows.load(phase.a,
                  phase.gemm.w.k,
                  u / kShrinkParts,
                  part_begin(groups, part),
                  part_begin(groups, part + 1),
                  lane);
    }

    /// Brings to L2 what the block will need of the adapter in a phase, and its part of gamma.
    __device__ __forceinline__ void prefetch(const ChainPhase& phase) const {
        const int lane = thread_anew() % 32;
        const GemmQ& g = phase.gemm;
        if (phase.gamma != nullptr && lane == 0 && 64 * blockIdx.x < g.w.k) {
            prefetch_line(phase.gamma + 64 * blockIdx.x);
        }
        const int r = static_cast<int>(g.lora.r);
        if (r == 0) return;
        const int groups = static_cast<int>(g.w.k / kQuantGroup);
        const int count = units(g);
#pragma unroll 1
        for (int u = blockIdx.x; u < count; u += gridDim.x) {
            const int begin = part_begin(groups, u % kShrinkParts);
            const int lines = part_begin(groups, u % kShrinkParts + 1) - begin;
#pragma unroll 1
            for (int i = lane; i < 16 * lines; i += 32) {
                prefetch_line(phase.a + (16 * (u / kShrinkParts) + i / lines) * g.w.k +
                              kQuantGroup * (begin + i % lines));
            }
        }
        const int tiles = static_cast<int>(row_tiles(g.w));
        const int lines = r / 4;  // of 128 bytes, of a row tile of B
#pragma unroll 1
        for (int i = lane; static_cast<int>(blockIdx.x + i / lines * gridDim.x) < tiles; i += 32) {
            const std::int64_t tile = blockIdx.x + i / lines * gridDim.x;
            prefetch_line(g.lora.b + 16 * r * tile + 64 * (i % lines));
        }
    }

    /// The block's parts of A x, for everybody.
    __device__ __forceinline__ void multiply(const ChainPhase& phase,
                                             int index,
                                             UnitRows& rows) const {
        const int lane = thread_anew() % 32;
        const GemmQ& g = phase.gemm;
        const int groups = static_cast<int>(g.w.k / kQuantGroup);
        const int count = units(g);
        const int token = (lane >> 2) < p.m ? lane >> 2 : 0;
        const std::uint32_t x_at = shared + p.x + token * p.x_row + 32 * (lane & 3);
#pragma unroll 1
        for (int u = blockIdx.x; u < count; u += gridDim.x) {
            const int tile = u / kShrinkParts;
            const int part = u % kShrinkParts;
            const int begin = part_begin(groups, part);
            const int end = part_begin(groups, part + 1);
            float acc[4] = {};
            if (u != static_cast<int>(blockIdx.x)) {
                rows.load(phase.a, g.w.k, tile, begin, end, lane);
            }
#pragma unroll 1
            for (int j = begin; j < end; j += 2) {
                const UnitRows now = rows;
                rows.load(phase.a, g.w.k, tile, j + 2, end, lane);
#pragma unroll
                for (int q = 0; q < 2; ++q) {
                    if (j + q >= end) continue;
                    const std::uint32_t at = x_at + 2 * static_cast<int>(kQuantGroup) * (j + q);
                    const uint4 x[2] = {load_shared16(at), load_shared16(at + 16)};
                    multiply_bf16_group(now.low[q], now.high[q], x, acc);
                }
            }
            if ((lane & 3) != 0) continue;
            std::uint64_t* to =
                partial(index) + (tile * kMostTokens * kShrinkParts + part) * 16 + (lane >> 2);
            store_marked(to, acc[0], mark);
            store_marked(to + 8, acc[2], mark);
            if (p.m == 1) continue;
            store_marked(to + 16 * kShrinkParts, acc[1], mark);
            store_marked(to + 16 * kShrinkParts + 8, acc[3], mark);
        }
    }

    /// kCount times 16 columns of xa of one token, jobs job.. of them: lanes below 16 add the first
    /// half of the parts, the others go on with the second.
    template <int kCount>
    __device__ __forceinline__ void gather(int index, int first_tile, int job) const {
        constexpr int kHalf = kShrinkParts / 2;
        const int lane = thread_anew() % 32;
        const int column = lane & 15;
        std::uint64_t word[kCount][kHalf];
        bool here = false;
        do {
            here = true;
#pragma unroll
            for (int n = 0; n < kCount; ++n) {
                const int tile = first_tile + (job + n) / p.m;
                const int token = (job + n) % p.m;
                const std::uint64_t* from =
                    partial(index) +
                    ((tile * kMostTokens + token) * kShrinkParts + (lane >> 4) * kHalf) * 16 +
                    column;
#pragma unroll
                for (int i = 0; i < kHalf; ++i) word[n][i] = load_marked(from + 16 * i);
            }
#pragma unroll
            for (int i = 0; i < kCount * kHalf; ++i) {
                here = here && (word[i / kHalf][i % kHalf] >> 32) == mark;
            }
        } while (!__all_sync(0xffffffffU, here));
#pragma unroll
        for (int n = 0; n < kCount; ++n) {
            float sum = number_of(word[n][0]);
#pragma unroll
            for (int i = 1; i < kHalf; ++i) sum = __fadd_rn(sum, number_of(word[n][i]));
            sum = __shfl_sync(0xffffffffU, sum, column);
#pragma unroll
            for (int i = 0; i < kHalf; ++i) sum = __fadd_rn(sum, number_of(word[n][i]));
            if (lane < 16) continue;
            const int tile = first_tile + (job + n) / p.m;
            const int token = (job + n) % p.m;
            reinterpret_cast<Bf16*>(memory + p.xa + token * p.xa_row)[16 * tile + column] =
                round_bf16(__fmul_rn(c.scale, sum));
        }
    }

    /// xa of all slices that the block's row tiles need.
    __device__ __forceinline__ void gather_all(const ChainPhase& phase, int index) const {
        const GemmQ& g = phase.gemm;
        const int first = blockIdx.x;
        const int last_of_all = static_cast<int>(row_tiles(g.w)) - 1;
        if (g.lora.r == 0 || first > last_of_all) return;
        const int last = first + (last_of_all - first) / static_cast<int>(gridDim.x) *
                                     static_cast<int>(gridDim.x);
        const int of_slice = static_cast<int>(g.lora.r) / 16;
        const int from = lora_slice(g, 16 * first);
        const int end = g.w.order == RowOrder::kGateUp ? 2 : lora_slice(g, 16 * last) + 1;
        const int jobs = (end - from) * of_slice * p.m;
        int job = 0;
#pragma unroll 1
        for (; job + 1 < jobs; job += 2) gather<2>(index, from * of_slice, job);
        if (job < jobs) gather<1>(index, from * of_slice, job);
    }

    __device__ __forceinline__ void run() {
        const bool is_first = threadIdx.x % 32 == 0;
        const Clock<kClock> clock{p, is_first};
        block_ready();
#pragma unroll 1
        for (int index = 0; index < c.count; ++index) {
            const ChainPhase& phase = phase_of(p, memory, index);
            UnitRows rows{};
            hold_rows(phase, rows);
            if (index == 0) {
                wait_for_previous_kernel();
                mark = __ldcg(c.sync + kChainCallsWord) + 1;
            } else {
                block_barrier(p);
            }
            block_barrier(p);
            multiply(phase, index, rows);
            clock.stamp(index, kClockUnits);
            gather_all(phase, index);
            clock.stamp(index, kClockXa);
            __syncwarp();
            if (is_first) store_release_shared(shared + p.xa_ready, index + 1);
            if (index + 1 < c.count) prefetch(phase_of(p, memory, index + 1));
        }
    }
};

#endif

}  // namespace veritune::kernels::cuda
