// SPDX-License-Identifier: Apache-2.0
#include "kernels/adamw8.h"
#include "kernels/cuda/launch.h"

namespace veritune::kernels::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kWarps = kThreads / 32;
constexpr int kEach = kOptimBlock / 32;  ///< numbers of a lane

__constant__ CodeTable kFirst = make_code_table(true);
__constant__ CodeTable kSecond = make_code_table(false);

/// The tables, which lanes look into at places of their own.
struct Tables {
    CodeTable first;
    CodeTable second;
};
__device__ void fetch(const CodeTable& from, CodeTable& to) {
    to.value[threadIdx.x] = from.value[threadIdx.x];
    if (threadIdx.x < 255) to.bound[threadIdx.x] = from.bound[threadIdx.x];
}

__device__ std::uint64_t largest_of_warp(std::uint64_t key) {
#pragma unroll
    for (int step = 16; step > 0; step /= 2) {
        const std::uint64_t other =
            __shfl_xor_sync(~0U, static_cast<unsigned long long>(key), step);
        key = other > key ? other : key;
    }
    return key;
}

__device__ void store_codes(const Moments& to,
                            const Tables& tables,
                            std::int64_t b,
                            int lane,
                            const float (&m)[kEach],
                            const float (&v)[kEach]) {
    std::uint64_t m_key = 0;
    std::uint64_t v_key = 0;
#pragma unroll
    for (int j = 0; j < kEach; ++j) {
        const std::uint64_t of_m = size_key(m[j], lane + 32 * j);
        const std::uint64_t of_v = size_key(v[j], lane + 32 * j);
        m_key = of_m > m_key ? of_m : m_key;
        v_key = of_v > v_key ? of_v : v_key;
    }
    const float m_scale = scale_of(largest_of_warp(m_key));
    const float v_scale = scale_of(largest_of_warp(v_key));
    if (lane == 0) {
        to.m_scale[b] = m_scale;
        to.v_scale[b] = v_scale;
    }
#pragma unroll
    for (int j = 0; j < kEach; ++j) {
        const std::int64_t i = b * kOptimBlock + lane + 32 * j;
        to.m_code[i] = nearest_code(tables.first.bound, share_of(m[j], m_scale));
        to.v_code[i] = second_code(tables.second.bound, v[j], v_scale);
    }
}

/// A warp has a block: number e belongs to lane e % 32.
template <bool kEightBit>
__global__ void __launch_bounds__(kThreads) adamw8_kernel(const AdamW8 a) {
    __shared__ Tables tables;
    const StepVerdict verdict = *a.verdict;
    if (verdict.bad != BadStep::kNone) return;
    if constexpr (kEightBit) {
        fetch(kFirst, tables.first);
        fetch(kSecond, tables.second);
        __syncthreads();
    }
    const std::int64_t b = static_cast<std::int64_t>(blockIdx.x) * kWarps + threadIdx.x / 32;
    if (b >= a.count) return;
    const int lane = static_cast<int>(threadIdx.x) % 32;
    const OptimBlock block = a.blocks[b];
    float m[kEach];
    float v[kEach];
#pragma unroll
    for (int j = 0; j < kEach; ++j) {
        const int e = lane + 32 * j;
        const std::int64_t i = b * kOptimBlock + e;
        if constexpr (kEightBit) {
            m[j] = __fmul_rn(tables.first.value[a.moments.m_code[i]], a.moments.m_scale[b]);
            v[j] = __fmul_rn(tables.second.value[a.moments.v_code[i]], a.moments.v_scale[b]);
        } else {
            m[j] = a.moments.m[i];
            v[j] = a.moments.v[i];
        }
        if (e >= block.count) continue;
        const std::int64_t place = place_of(block, e);
        const float g = __fmul_rn(a.grad[place], verdict.scale);
        const float p = adam_step(a.rule, g, a.master[i], m[j], v[j]);
        a.master[i] = p;
        if (a.copy != nullptr && block.copied != 0) a.copy[place] = to_bf16(p);
    }
    if constexpr (kEightBit) {
        // Every lane has read the scales before lane 0 writes them: the largest of the warp is
        // found in between.
        store_codes(a.moments, tables, b, lane, m, v);
    } else {
#pragma unroll
        for (int j = 0; j < kEach; ++j) {
            const std::int64_t i = b * kOptimBlock + lane + 32 * j;
            a.moments.m[i] = m[j];
            a.moments.v[i] = v[j];
        }
    }
}

__global__ void __launch_bounds__(kThreads) spread_blocks_kernel(const SpreadBlocks a) {
    const std::int64_t b = static_cast<std::int64_t>(blockIdx.x) * kWarps + threadIdx.x / 32;
    if (b >= a.count) return;
    const OptimBlock block = a.blocks[b];
    if (block.copied == 0) return;
    for (int e = static_cast<int>(threadIdx.x) % 32; e < block.count; e += 32) {
        a.to[place_of(block, e)] = to_bf16(a.master[b * kOptimBlock + e]);
    }
}

dim3 grid_of(std::int64_t blocks) {
    return dim3(static_cast<unsigned>((blocks + kWarps - 1) / kWarps));
}

}  // namespace

Status adamw8(const AdamW8& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.count == 0) return Status::kOk;
    return launch_kernel("adamw8",
                         a.moments.eight_bit() ? adamw8_kernel<true> : adamw8_kernel<false>,
                         grid_of(a.count),
                         dim3(kThreads),
                         0,
                         stream,
                         false,
                         a);
}

Status spread_blocks(const SpreadBlocks& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.count == 0) return Status::kOk;
    return launch_kernel("spread_blocks",
                         spread_blocks_kernel,
                         grid_of(a.count),
                         dim3(kThreads),
                         0,
                         stream,
                         false,
                         a);
}

}  // namespace veritune::kernels::cuda
