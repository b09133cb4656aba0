// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/bf16_vector.cuh"
#include "kernels/cuda/launch.h"
#include "kernels/embedding.h"

namespace veritune::kernels::cuda {
namespace {

constexpr int kThreads = 128;

/// A block has a row, a thread runs of eight of its elements.
__global__ void __launch_bounds__(kThreads) sum_rows_kernel(const SumRows a) {
    const std::int64_t row = blockIdx.x;
    const std::int32_t begin = a.begin[row];
    const std::int32_t end = a.begin[row + 1];
    for (std::int64_t k = 8 * threadIdx.x; k < a.width; k += 8 * kThreads) {
        Eight sum{};
        for (std::int32_t i = begin; i < end; ++i) {
            const std::int64_t from = a.index[i];
            const float weight = a.weight == nullptr ? 1.0F : a.weight[from];
            const Eight x = load_eight(a.src + from * a.width + k);
#pragma unroll
            for (int e = 0; e < 8; ++e) sum.v[e] = fmaf(weight, x.v[e], sum.v[e]);
        }
        store_eight(a.out + row * a.width + k, sum);
    }
}

}  // namespace

Status sum_rows(const SumRows& a, Stream stream) {
    if (!is_valid(a) || a.rows > INT32_MAX) return Status::kInvalidArgument;
    if (a.rows == 0) return Status::kOk;
    return launch_kernel("sum_rows",
                         sum_rows_kernel,
                         dim3(static_cast<unsigned>(a.rows)),
                         dim3(kThreads),
                         0,
                         stream,
                         false,
                         a);
}

}  // namespace veritune::kernels::cuda
