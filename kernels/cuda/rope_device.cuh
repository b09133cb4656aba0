// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/attn_device.cuh"

#include <cstdint>

/// For .cu files only: one head in a warp, on its way from the projection into the cache. Which
/// products and sums are fused is written out: the CPU twin has the same bits.
namespace veritune::kernels::cuda {

/// A lane's part of a head: elements kPer * lane + e of the first half and of the second.
template <int kDim>
struct HeadPart {
    static constexpr int kPer = kDim / 64;
    float low[kPer];
    float high[kPer];
};

template <int kDim>
__device__ HeadPart<kDim> load_part(const Bf16* from, int lane) {
    constexpr int kPer = HeadPart<kDim>::kPer;
    HeadPart<kDim> x;
#pragma unroll
    for (int e = 0; e < kPer; ++e) {
        x.low[e] = to_float(from[kPer * lane + e]);
        x.high[e] = to_float(from[kDim / 2 + kPer * lane + e]);
    }
    return x;
}

template <int kDim>
__device__ void normalise(HeadPart<kDim>& x, const Bf16* gamma, float eps, int lane) {
    constexpr int kPer = HeadPart<kDim>::kPer;
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
__device__ void rotate(HeadPart<kDim>& x, const float* cos, const float* sin, int lane) {
    constexpr int kPer = HeadPart<kDim>::kPer;
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
__device__ void store_bf16(const HeadPart<kDim>& x, Bf16* to, int lane) {
    constexpr int kPer = HeadPart<kDim>::kPer;
#pragma unroll
    for (int e = 0; e < kPer; ++e) {
        to[kPer * lane + e] = to_bf16(x.low[e]);
        to[kDim / 2 + kPer * lane + e] = to_bf16(x.high[e]);
    }
}

__device__ inline std::int8_t code_of(float x, float scale) {
    if (!(scale > 0)) return 0;
    const float code = rintf(__fdiv_rn(x, scale));
    return static_cast<std::int8_t>(fminf(fmaxf(code, -127.0F), 127.0F));
}

/// A head in eight bits: the lane's codes and the fp16 scale.
template <int kDim>
struct Coded {
    std::int8_t low[HeadPart<kDim>::kPer];
    std::int8_t high[HeadPart<kDim>::kPer];
    std::uint16_t scale;
};

template <int kDim>
__device__ Coded<kDim> to_int8(const HeadPart<kDim>& x) {
    constexpr int kPer = HeadPart<kDim>::kPer;
    unsigned largest = 0;
#pragma unroll
    for (int e = 0; e < kPer; ++e) {
        largest = max(largest, __float_as_uint(x.low[e]) & 0x7fffffffU);
        largest = max(largest, __float_as_uint(x.high[e]) & 0x7fffffffU);
    }
    largest = __reduce_max_sync(kFullWarp, largest);
    Coded<kDim> coded;
    coded.scale = 0x7e00;
    if (largest < 0x7f800000U) {
        coded.scale = scale_to_fp16(__fdiv_rn(__uint_as_float(largest), 127.0F));
    }
    const float scale = scale_from_fp16(coded.scale);
#pragma unroll
    for (int e = 0; e < kPer; ++e) {
        coded.low[e] = code_of(x.low[e], scale);
        coded.high[e] = code_of(x.high[e], scale);
    }
    return coded;
}

template <int kDim>
__device__ void store_int8(const Coded<kDim>& x, std::int8_t* to, int lane) {
    constexpr int kPer = HeadPart<kDim>::kPer;
#pragma unroll
    for (int e = 0; e < kPer; ++e) {
        to[kPer * lane + e] = x.low[e];
        to[kDim / 2 + kPer * lane + e] = x.high[e];
    }
}

}  // namespace veritune::kernels::cuda
