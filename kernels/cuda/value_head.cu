// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/bf16_vector.cuh"
#include "kernels/cuda/launch.h"
#include "kernels/value_head.h"

namespace veritune::kernels::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kWarps = kThreads / 32;

/// A warp has a row.
__global__ void __launch_bounds__(kThreads) value_head_kernel(const ValueHead a) {
    const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * kWarps + threadIdx.x / 32;
    if (row >= a.rows) return;
    const int lane = static_cast<int>(threadIdx.x) % 32;
    const Bf16* x = a.hidden + static_cast<std::int64_t>(a.index[row]) * a.width;
    float sum = 0;
    for (std::int64_t k = 8 * lane; k < a.width; k += 256) {
        const Eight e = load_eight(x + k);
#pragma unroll
        for (int i = 0; i < 8; ++i) sum = fmaf(e.v[i], a.weight[k + i], sum);
    }
    sum = warp_sum(sum);
    if (lane == 0) a.value[row] = sum + a.bias[0];
}

/// A warp writes the gradient of a row.
__global__ void __launch_bounds__(kThreads) row_gradient_kernel(const ValueHeadBackward a) {
    const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * kWarps + threadIdx.x / 32;
    if (row >= a.rows) return;
    const float dv = a.dvalue[row];
    for (std::int64_t k = 8 * (threadIdx.x % 32); k < a.width; k += 256) {
        Eight e;
#pragma unroll
        for (int i = 0; i < 8; ++i) e.v[i] = dv * a.weight[k + i];
        store_eight(a.drow + row * a.width + k, e);
    }
}

/// A block has eight inputs; its threads share the rows and add up in a fixed tree. The bias
/// belongs to the block behind the last.
__global__ void __launch_bounds__(kThreads) weight_gradient_kernel(const ValueHeadBackward a) {
    __shared__ float part[kWarps][8];
    const std::int64_t k = 8 * static_cast<std::int64_t>(blockIdx.x);
    const bool bias = k >= a.width;
    Eight sum{};
    for (std::int64_t row = threadIdx.x; row < a.rows; row += kThreads) {
        const float dv = a.dvalue[row];
        if (bias) {
            sum.v[0] += dv;
            continue;
        }
        const Eight x =
            load_eight(a.hidden + static_cast<std::int64_t>(a.index[row]) * a.width + k);
#pragma unroll
        for (int i = 0; i < 8; ++i) sum.v[i] = fmaf(dv, x.v[i], sum.v[i]);
    }
#pragma unroll
    for (int i = 0; i < 8; ++i) {
        const float of_warp = warp_sum(sum.v[i]);
        if (threadIdx.x % 32 == 0) part[threadIdx.x / 32][i] = of_warp;
    }
    __syncthreads();
    if (threadIdx.x >= 8 || (bias && threadIdx.x > 0)) return;
    float total = 0;
    for (int w = 0; w < kWarps; ++w) total += part[w][threadIdx.x];
    (bias ? a.dbias[0] : a.dweight[k + threadIdx.x]) = total;
}

dim3 grid_of(std::int64_t rows) {
    return dim3(static_cast<unsigned>((rows + kWarps - 1) / kWarps));
}

}  // namespace

Status value_head(const ValueHead& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.rows == 0) return Status::kOk;
    return launch_kernel(
        "value_head", value_head_kernel, grid_of(a.rows), dim3(kThreads), 0, stream, false, a);
}

Status value_head_backward(const ValueHeadBackward& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.rows > 0) {
        const Status status = launch_kernel("value_head_backward",
                                            row_gradient_kernel,
                                            grid_of(a.rows),
                                            dim3(kThreads),
                                            0,
                                            stream,
                                            false,
                                            a);
        if (status != Status::kOk) return status;
    }
    return launch_kernel("value_head_backward",
                         weight_gradient_kernel,
                         dim3(static_cast<unsigned>(a.width / 8 + 1)),
                         dim3(kThreads),
                         0,
                         stream,
                         false,
                         a);
}

}  // namespace veritune::kernels::cuda
