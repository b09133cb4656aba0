// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/launch.h"
#include "kernels/extend_rows.h"

namespace veritune::kernels::cuda {
namespace {

constexpr int kThreads = 256;

/// A thread writes 16 bytes: eight columns of b, or the last eight.
__global__ void __launch_bounds__(kThreads) extend_rows_kernel(const ExtendRows a) {
    const std::int64_t runs = a.r / 8 + 1;
    const std::int64_t index = static_cast<std::int64_t>(blockIdx.x) * kThreads + threadIdx.x;
    const std::int64_t row = index / runs;
    if (row >= a.rows) return;
    const std::int64_t i = 8 * (index % runs);
    uint4 eight = make_uint4(0, 0, 0, 0);
    if (i < a.r) {
        eight = *reinterpret_cast<const uint4*>(a.b + row * a.b_stride + i);
    } else {
        eight.x = a.bias != nullptr ? a.bias[row].bits : to_bf16(a.constant).bits;
    }
    *reinterpret_cast<uint4*>(a.to + row * a.ld + a.column + i) = eight;
}

}  // namespace

Status extend_rows(const ExtendRows& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.rows == 0) return Status::kOk;
    const std::int64_t threads = a.rows * (a.r / 8 + 1);
    return launch_kernel("extend_rows",
                         extend_rows_kernel,
                         dim3(static_cast<unsigned>((threads + kThreads - 1) / kThreads)),
                         dim3(kThreads),
                         0,
                         stream,
                         false,
                         a);
}

}  // namespace veritune::kernels::cuda
