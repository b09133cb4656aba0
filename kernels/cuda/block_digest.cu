// SPDX-License-Identifier: Apache-2.0
#include "kernels/block_digest.h"
#include "kernels/cuda/launch.h"

namespace veritune::kernels::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kWarps = kThreads / 32;

/// A warp has a block of words. Sums of whole numbers have no order.
__global__ void __launch_bounds__(kThreads) block_digest_kernel(const BlockDigest a) {
    const std::int64_t b = static_cast<std::int64_t>(blockIdx.x) * kWarps + threadIdx.x / 32;
    if (b >= digests(a)) return;
    const int lane = static_cast<int>(threadIdx.x) % 32;
    unsigned long long sum = 0;
#pragma unroll
    for (int j = 0; j < kDigestWords / 32; ++j) {
        const int i = lane + 32 * j;
        if (b * kDigestWords + i < a.count) sum += mixed_word(a.words[b * kDigestWords + i], i);
    }
#pragma unroll
    for (int step = 16; step > 0; step /= 2) sum += __shfl_down_sync(~0U, sum, step);
    if (lane == 0) a.digest[b] = sum;
}

}  // namespace

Status block_digest(const BlockDigest& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.count == 0) return Status::kOk;
    return launch_kernel("block_digest",
                         block_digest_kernel,
                         dim3(static_cast<unsigned>((digests(a) + kWarps - 1) / kWarps)),
                         dim3(kThreads),
                         0,
                         stream,
                         false,
                         a);
}

}  // namespace veritune::kernels::cuda
