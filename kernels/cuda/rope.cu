// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/bf16_vector.cuh"
#include "kernels/cuda/launch.h"
#include "kernels/rope.h"

namespace veritune::kernels::cuda {
namespace {

constexpr int kThreads = 256;

/// A thread turns eight pairs of one head.
__global__ void __launch_bounds__(kThreads) rope_rows_kernel(const RopeRows a) {
    const std::int64_t half = a.head_dim / 2;
    const std::int64_t runs = half / 8;
    const std::int64_t index = static_cast<std::int64_t>(blockIdx.x) * kThreads + threadIdx.x;
    const std::int64_t row = index / (a.heads * runs);
    if (row >= a.rows) return;
    const std::int64_t head = index / runs % a.heads;
    const std::int64_t i = 8 * (index % runs);
    const std::int64_t position = a.positions[row];
    if (position < 0 || position >= a.max_positions) return;
    Bf16* x = a.x + row * a.x_stride + head * a.head_dim + i;
    Eight low = load_eight(x);
    Eight high = load_eight(x + half);
    const float* cos = a.cos + position * half + i;
    const float* sin = a.sin + position * half + i;
#pragma unroll
    for (int e = 0; e < 8; ++e) {
        const float c = cos[e];
        const float s = a.inverse ? -sin[e] : sin[e];
        const float l = low.v[e];
        const float h = high.v[e];
        low.v[e] = l * c - h * s;
        high.v[e] = h * c + l * s;
    }
    store_eight(x, low);
    store_eight(x + half, high);
}

}  // namespace

Status rope_rows(const RopeRows& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.rows == 0) return Status::kOk;
    const std::int64_t threads = a.rows * a.heads * (a.head_dim / 16);
    return launch_kernel("rope_rows",
                         rope_rows_kernel,
                         dim3(static_cast<unsigned>((threads + kThreads - 1) / kThreads)),
                         dim3(kThreads),
                         0,
                         stream,
                         false,
                         a);
}

}  // namespace veritune::kernels::cuda
