// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/attn_device.cuh"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/rope_device.cuh"
#include "kernels/rope_kv_append.h"

#include <cstdint>

// One warp per row and head (q, k or v).
namespace veritune::kernels::cuda {
namespace {

constexpr int kWarps = 4;

template <int kDim>
__device__ void append(const PagedKv& kv, std::int64_t at, const HeadPart<kDim>& x, int lane) {
    if (kv.kind == KvKind::kBf16) {
        store_bf16(x, static_cast<Bf16*>(kv.data) + at * kDim, lane);
    } else {
        const Coded<kDim> coded = to_int8(x);
        store_int8(coded, static_cast<std::int8_t*>(kv.data) + at * kDim, lane);
        if (lane == 0) kv.scales[at] = coded.scale;
    }
}

template <int kDim>
__global__ void __launch_bounds__(32 * kWarps) append_kernel(const RopeKvAppend a) {
    let_next_kernel_start();
    wait_for_previous_kernel();
    const int lane = static_cast<int>(threadIdx.x & 31);
    const std::int64_t heads = a.q_heads + 2 * a.kv.kv_heads;
    const std::int64_t task = static_cast<std::int64_t>(blockIdx.x) * kWarps + (threadIdx.x >> 5);
    const std::int64_t row = task / heads;
    const std::int64_t head = task % heads;
    if (row >= a.rows) return;
    const std::int64_t position = a.positions[row];
    if (position < 0 || position >= a.max_positions) return;
    const std::int64_t slot = a.slots == nullptr ? row : a.slots[a.one_slot ? 0 : row];
    const std::int64_t page = physical_page(a.kv, a.table, slot, position / kPageTokens);
    if (page < 0) return;
    HeadPart<kDim> x = load_part<kDim>(a.qkv + row * a.qkv_stride + head * kDim, lane);
    if (head < a.q_heads + a.kv.kv_heads) {
        const bool is_query = head < a.q_heads;
        const Bf16* gamma = is_query ? a.q_gamma : a.k_gamma;
        if (gamma != nullptr) normalise<kDim>(x, gamma, a.eps, lane);
        const std::int64_t at = position * (kDim / 2);
        rotate<kDim>(x, a.cos + at, a.sin + at, lane);
        if (is_query) return store_bf16(x, a.q + (row * a.q_heads + head) * kDim, lane);
    }
    const std::int64_t stored = head - a.q_heads;
    const int which = stored < a.kv.kv_heads ? 0 : 1;
    append(a.kv,
           kv_row(a.kv, page, which, stored - which * a.kv.kv_heads, position % kPageTokens),
           x,
           lane);
}

}  // namespace

Status rope_kv_append(const RopeKvAppend& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.rows == 0) return Status::kOk;
    const std::int64_t tasks = a.rows * (a.q_heads + 2 * a.kv.kv_heads);
    const dim3 grid(static_cast<unsigned>((tasks + kWarps - 1) / kWarps));
    const auto kernel = a.kv.head_dim == 128 ? append_kernel<128> : append_kernel<64>;
    return launch_kernel(
        "rope_kv_append", kernel, grid, dim3(32 * kWarps), 0, stream, a.overlap_previous, a);
}

}  // namespace veritune::kernels::cuda
