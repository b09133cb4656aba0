// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/launch.h"
#include "kernels/kv_page_copy.h"

#include <cstdint>

namespace veritune::kernels::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kParts = 4;  ///< CTAs to a page

__device__ void copy_vectors(void* to, const void* from, std::int64_t bytes, int first) {
    auto* out = static_cast<uint4*>(to);
    const auto* in = static_cast<const uint4*>(from);
#pragma unroll 4
    for (std::int64_t i = first; i < bytes / 16; i += kThreads * kParts) out[i] = in[i];
}

__global__ void __launch_bounds__(kThreads) copy_kernel(const KvPageCopy a) {
    let_next_kernel_start();
    wait_for_previous_kernel();
    const std::int64_t pair = blockIdx.x / kParts;
    const int first =
        static_cast<int>(blockIdx.x % kParts) * kThreads + static_cast<int>(threadIdx.x);
    const PagedKv kv = a.layers[blockIdx.y];
    const std::int64_t from = a.pairs[2 * pair];
    const std::int64_t to = a.pairs[2 * pair + 1];
    if (from < 0 || from >= kv.pages || to < 0 || to >= kv.pages) return;
    auto* data = static_cast<unsigned char*>(kv.data);
    const std::int64_t bytes = kv_page_bytes(kv);
    copy_vectors(data + to * bytes, data + from * bytes, bytes, first);
    if (kv.kind != KvKind::kInt8) return;
    const std::int64_t scales = kv_page_scales(kv);
    copy_vectors(kv.scales + to * scales, kv.scales + from * scales, scales * 2, first);
}

}  // namespace

Status kv_page_copy(const KvPageCopy& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.count == 0) return Status::kOk;
    const dim3 grid(static_cast<unsigned>(a.count * kParts), static_cast<unsigned>(a.layer_count));
    return launch_kernel(
        "kv_page_copy", copy_kernel, grid, dim3(kThreads), 0, stream, a.overlap_previous, a);
}

}  // namespace veritune::kernels::cuda
