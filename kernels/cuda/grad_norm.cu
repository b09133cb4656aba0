// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/launch.h"
#include "kernels/grad_norm.h"

namespace veritune::kernels::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kWarps = kThreads / 32;
constexpr int kEach = kOptimBlock / 32;  ///< numbers of a lane
constexpr int kStrands = 1024;           ///< sums over blocks

__device__ bool is_finite(float x) { return (__float_as_uint(x) & 0x7f800000U) != 0x7f800000U; }

__device__ std::uint32_t flags_of(const Moments& moments, std::int64_t b, int lane) {
    bool m = moments.m_scale == nullptr || is_finite(moments.m_scale[b]);
    bool v = moments.v_scale == nullptr || is_finite(moments.v_scale[b]);
#pragma unroll
    for (int j = 0; j < kEach; ++j) {
        const std::int64_t i = b * kOptimBlock + lane + 32 * j;
        if (moments.m != nullptr) m = m && is_finite(moments.m[i]);
        if (moments.v != nullptr) v = v && is_finite(moments.v[i]);
    }
    return (m ? 0U : 1U) | (v ? 0U : 2U);
}

/// A warp has a block: number e belongs to lane e % 32, so the tree's upper half lies in registers.
__global__ void __launch_bounds__(kThreads) block_sum_kernel(const GradNormBlocks a) {
    const std::int64_t b = static_cast<std::int64_t>(blockIdx.x) * kWarps + threadIdx.x / 32;
    if (b >= a.count) return;
    const int lane = static_cast<int>(threadIdx.x) % 32;
    const OptimBlock block = a.blocks[b];
    double square[kEach];
#pragma unroll
    for (int j = 0; j < kEach; ++j) {
        const int e = lane + 32 * j;
        const double g = e < block.count ? a.grad[place_of(block, e)] : 0.0F;
        square[j] = g * g;
    }
#pragma unroll
    for (int step = kEach / 2; step > 0; step /= 2) {
#pragma unroll
        for (int j = 0; j < step; ++j) square[j] += square[j + step];
    }
    double sum = square[0];
#pragma unroll
    for (int step = 16; step > 0; step /= 2) sum += __shfl_down_sync(~0U, sum, step);
    const std::uint32_t flags = __reduce_or_sync(~0U, flags_of(a.moments, b, lane));
    if (lane != 0) return;
    a.partial[b] = sum;
    a.flags[b] = static_cast<std::uint8_t>(flags);
}

/// One block of threads for all: a thread has a strand.
__global__ void __launch_bounds__(kStrands) verdict_kernel(const GradNormBlocks a) {
    __shared__ double strands[kStrands];
    const int t = static_cast<int>(threadIdx.x);
    double sum = 0;
    std::uint32_t flags = 0;
#pragma unroll 8
    for (std::int64_t b = t; b < a.count; b += kStrands) {
        sum += a.partial[b];
        flags |= a.flags[b];
    }
    strands[t] = sum;
    const std::uint32_t first = __syncthreads_or(static_cast<int>(flags & 1U)) != 0 ? 1U : 0U;
    const std::uint32_t second = __syncthreads_or(static_cast<int>(flags & 2U)) != 0 ? 2U : 0U;
    for (int step = kStrands / 2; step > 0; step /= 2) {
        if (t < step) strands[t] += strands[t + step];
        __syncthreads();
    }
    if (t == 0) *a.verdict = step_verdict(strands[0], first | second, a.clip);
}

}  // namespace

Status grad_norm_blocks(const GradNormBlocks& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.count > 0) {
        const Status status =
            launch_kernel("grad_norm_blocks",
                          block_sum_kernel,
                          dim3(static_cast<unsigned>((a.count + kWarps - 1) / kWarps)),
                          dim3(kThreads),
                          0,
                          stream,
                          false,
                          a);
        if (status != Status::kOk) return status;
    }
    return launch_kernel(
        "grad_norm_blocks", verdict_kernel, dim3(1), dim3(kStrands), 0, stream, false, a);
}

}  // namespace veritune::kernels::cuda
