// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/quant_mma.cuh"
#include "kernels/norm_shrink.h"

/// The steps of norm_shrink, as parts for it and for kernels that hold several steps.
namespace veritune::kernels::cuda {

/// First group of a part of A x (kShrinkParts).
__device__ __forceinline__ int part_begin(int groups, int part) {
    return part * groups / kShrinkParts;
}

__device__ __forceinline__ float square_sum8(uint4 v, float sum) {
    const std::uint32_t words[4] = {v.x, v.y, v.z, v.w};
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        const float low = __uint_as_float(words[i] << 16);
        const float high = __uint_as_float(words[i] & 0xffff0000U);
        sum = __fmaf_rn(low, low, sum);
        sum = __fmaf_rn(high, high, sum);
    }
    return sum;
}

__device__ __forceinline__ float sum_of_warp(float v) {
#pragma unroll
    for (int half = 16; half >= 1; half /= 2)
        v = __fadd_rn(v, __shfl_xor_sync(0xffffffffU, v, half));
    return v;
}

__device__ __forceinline__ float rstd_of(float squares, std::int64_t k, float eps) {
    return __fdiv_rn(1.0F, __fsqrt_rn(__fadd_rn(__fdiv_rn(squares, static_cast<float>(k)), eps)));
}

/// The reciprocal standard deviation of a row, by one warp: it plays the eight warps of the
/// contract.
__device__ inline float row_rstd(const Bf16* row, std::int64_t k, float eps, int lane) {
    float sums[8] = {};
    for (int base = 0; base < k / 8; base += 256) {
#pragma unroll
        for (int w = 0; w < 8; ++w) {
            const int chunk = base + 32 * w + lane;
            if (chunk < k / 8) {
                sums[w] = square_sum8(__ldcg(reinterpret_cast<const uint4*>(row) + chunk), sums[w]);
            }
        }
    }
    float total = sum_of_warp(sums[0]);
#pragma unroll
    for (int w = 1; w < 8; ++w) total = __fadd_rn(total, sum_of_warp(sums[w]));
    return rstd_of(total, k, eps);
}

/// Two neighbouring elements of the normalised row.
__device__ __forceinline__ std::uint32_t normalised2(std::uint32_t residual,
                                                     std::uint32_t gamma,
                                                     float rstd) {
    const float low =
        __fmul_rn(__fmul_rn(__uint_as_float(residual << 16), rstd), __uint_as_float(gamma << 16));
    const float high = __fmul_rn(__fmul_rn(__uint_as_float(residual & 0xffff0000U), rstd),
                                 __uint_as_float(gamma & 0xffff0000U));
    return bits_of(__floats2bfloat162_rn(low, high));
}
__device__ __forceinline__ uint4 normalised8(uint4 r, uint4 g, float rstd) {
    return make_uint4(normalised2(r.x, g.x, rstd),
                      normalised2(r.y, g.y, rstd),
                      normalised2(r.z, g.z, rstd),
                      normalised2(r.w, g.w, rstd));
}

/// One group of K of a 16-row tile of A times 8 tokens: `low`, `high` = the lane's 16 inputs of
/// rows g and g + 8, x = those of token g.
__device__ __forceinline__ void multiply_bf16_group(const uint4 (&low)[2],
                                                    const uint4 (&high)[2],
                                                    const uint4 (&x)[2],
                                                    float (&acc)[4]) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
        mma_bf16(acc, {low[half].x, high[half].x, low[half].y, high[half].y}, x[half].x, x[half].y);
        mma_bf16(acc, {low[half].z, high[half].z, low[half].w, high[half].w}, x[half].z, x[half].w);
    }
}

}  // namespace veritune::kernels::cuda
