// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/attn_device.cuh"
#include "kernels/cuda/launch.h"
#include "kernels/rope_kv_append.h"

#include <cstdint>

// One warp per row and head (q, k or v). Which products and sums are fused is written out: the CPU
// twin has the same bits.
namespace veritune::kernels::cuda {
namespace {

constexpr int kWarps = 4;

/// A lane's part of a head: elements kPer * lane + e of the first half and of the second.
template <int kDim>
struct Part {
    static constexpr int kPer = kDim / 64;
    float low[kPer];
    float high[kPer];
};

template <int kDim>
__device__ Part<kDim> load_part(const Bf16* from, int lane) {
    constexpr int kPer = Part<kDim>::kPer;
    Part<kDim> x;
#pragma unroll
    for (int e = 0; e < kPer; ++e) {
        x.low[e] = to_float(from[kPer * lane + e]);
        x.high[e] = to_float(from[kDim / 2 + kPer * lane + e]);
    }
    return x;
}

template <int kDim>
__device__ void normalise(Part<kDim>& x, const Bf16* gamma, float eps, int lane) {
    constexpr int kPer = Part<kDim>::kPer;
    float sum = 0;
#pragma unroll
    for (int e = 0; e < kPer; ++e) sum = fmaf(x.low[e], x.low[e], sum);
#pragma unroll
    for (int e = 0; e < kPer; ++e) sum = fmaf(x.high[e], x.high[e], sum);
#pragma unroll
    for (int width = 16; width > 0; width /= 2) {
        sum = __fadd_rn(sum, __shfl_xor_sync(kFullWarp, sum, width));
    }
    const float mean = __fdiv_rn(sum, static_cast<float>(kDim));
    const float rstd = __fdiv_rn(1.0F, __fsqrt_rn(__fadd_rn(mean, eps)));
#pragma unroll
    for (int e = 0; e < kPer; ++e) {
        const float of_low = to_float(gamma[kPer * lane + e]);
        const float of_high = to_float(gamma[kDim / 2 + kPer * lane + e]);
        x.low[e] = rounded_to_bf16(__fmul_rn(__fmul_rn(x.low[e], rstd), of_low));
        x.high[e] = rounded_to_bf16(__fmul_rn(__fmul_rn(x.high[e], rstd), of_high));
    }
}

template <int kDim>
__device__ void rotate(Part<kDim>& x, const float* cos, const float* sin, int lane) {
    constexpr int kPer = Part<kDim>::kPer;
#pragma unroll
    for (int e = 0; e < kPer; ++e) {
        const float c = cos[kPer * lane + e];
        const float s = sin[kPer * lane + e];
        const float low = x.low[e];
        const float high = x.high[e];
        x.low[e] = rounded_to_bf16(fmaf(low, c, -__fmul_rn(high, s)));
        x.high[e] = rounded_to_bf16(fmaf(high, c, __fmul_rn(low, s)));
    }
}

template <int kDim>
__device__ void store_bf16(const Part<kDim>& x, Bf16* to, int lane) {
    constexpr int kPer = Part<kDim>::kPer;
#pragma unroll
    for (int e = 0; e < kPer; ++e) {
        to[kPer * lane + e] = to_bf16(x.low[e]);
        to[kDim / 2 + kPer * lane + e] = to_bf16(x.high[e]);
    }
}

__device__ std::int8_t code_of(float x, float scale) {
    if (!(scale > 0)) return 0;
    const float code = rintf(__fdiv_rn(x, scale));
    return static_cast<std::int8_t>(fminf(fmaxf(code, -127.0F), 127.0F));
}

template <int kDim>
__device__ void store_int8(const Part<kDim>& x,
                           std::int8_t* to,
                           std::uint16_t* scale_to,
                           int lane) {
    constexpr int kPer = Part<kDim>::kPer;
    unsigned largest = 0;
#pragma unroll
    for (int e = 0; e < kPer; ++e) {
        largest = max(largest, __float_as_uint(x.low[e]) & 0x7fffffffU);
        largest = max(largest, __float_as_uint(x.high[e]) & 0x7fffffffU);
    }
    largest = __reduce_max_sync(kFullWarp, largest);
    std::uint16_t bits = 0x7e00;
    if (largest < 0x7f800000U) bits = scale_to_fp16(__fdiv_rn(__uint_as_float(largest), 127.0F));
    const float scale = scale_from_fp16(bits);
#pragma unroll
    for (int e = 0; e < kPer; ++e) {
        to[kPer * lane + e] = code_of(x.low[e], scale);
        to[kDim / 2 + kPer * lane + e] = code_of(x.high[e], scale);
    }
    if (lane == 0) *scale_to = bits;
}

template <int kDim>
__device__ void append(const PagedKv& kv, std::int64_t at, const Part<kDim>& x, int lane) {
    if (kv.kind == KvKind::kBf16) {
        store_bf16(x, static_cast<Bf16*>(kv.data) + at * kDim, lane);
    } else {
        store_int8(x, static_cast<std::int8_t*>(kv.data) + at * kDim, kv.scales + at, lane);
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
    Part<kDim> x = load_part<kDim>(a.qkv + row * a.qkv_stride + head * kDim, lane);
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
