// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/launch.h"
#include "kernels/embed_gather.h"

#include <cstdint>

namespace veritune::kernels::cuda {
namespace {

constexpr int kThreads = 128;
constexpr int kVector = 8;  ///< elements of 16 bytes

__global__ void __launch_bounds__(kThreads) gather_kernel(const EmbedGather a) {
    let_next_kernel_start();
    wait_for_previous_kernel();
    const std::int64_t row = blockIdx.y;
    const std::int64_t at =
        (static_cast<std::int64_t>(blockIdx.x) * kThreads + threadIdx.x) * kVector;
    if (at >= a.width) return;
    const std::int64_t token = a.token[row];
    uint4 v = make_uint4(0, 0, 0, 0);
    if (token >= 0 && token < a.vocab) {
        v = *reinterpret_cast<const uint4*>(a.table + token * a.width + at);
    }
    *reinterpret_cast<uint4*>(a.out + row * a.width + at) = v;
}

}  // namespace

Status embed_gather(const EmbedGather& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.rows == 0) return Status::kOk;
    const std::int64_t per_block = kThreads * kVector;
    const dim3 grid(static_cast<unsigned>((a.width + per_block - 1) / per_block),
                    static_cast<unsigned>(a.rows));
    return launch_kernel(
        "embed_gather", gather_kernel, grid, dim3(kThreads), 0, stream, a.overlap_previous, a);
}

}  // namespace veritune::kernels::cuda
