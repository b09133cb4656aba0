// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/async_copy.cuh"
#include "kernels/quant_view.h"

#include <cuda_bf16.h>

/// From the bytes of a quantised tile to the tensor core. A lane L = 4g + t of a warp holds, of one
/// tile of 16 rows x 64 inputs, rows g and g + 8 and inputs 16t..16t+15: exactly the A fragments of
/// four mma.m16n8k16 whose k index runs over (t, input) in the order of the format. Its B fragments
/// are the 16 neighbouring activations x[token g][64 j + 16 t ..]. Weights come out exact.
namespace veritune::kernels::cuda {

struct AFragment {
    std::uint32_t a0, a1, a2, a3;  ///< row g k-low, row g+8 k-low, row g k-high, row g+8 k-high
};

__device__ __forceinline__ void mma_bf16(float (&c)[4],
                                         const AFragment& a,
                                         std::uint32_t b0,
                                         std::uint32_t b1) {
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, "
        "{%8,%9}, {%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a.a0), "r"(a.a1), "r"(a.a2), "r"(a.a3), "r"(b0), "r"(b1));
}

/// (a & mask) | bits in one instruction, both constants in registers.
__device__ __forceinline__ std::uint32_t and_or(std::uint32_t a,
                                                std::uint32_t mask,
                                                std::uint32_t bits) {
    std::uint32_t d;
    asm("lop3.b32 %0, %1, %2, %3, 0xEA;" : "=r"(d) : "r"(a), "r"(mask), "r"(bits));
    return d;
}

__device__ __forceinline__ std::uint32_t sub2(std::uint32_t a, std::uint32_t b) {
    const __nv_bfloat162 d = __hsub2(*reinterpret_cast<const __nv_bfloat162*>(&a),
                                     *reinterpret_cast<const __nv_bfloat162*>(&b));
    return *reinterpret_cast<const std::uint32_t*>(&d);
}
__device__ __forceinline__ std::uint32_t mul2(std::uint32_t a, std::uint32_t b) {
    const __nv_bfloat162 d = __hmul2(*reinterpret_cast<const __nv_bfloat162*>(&a),
                                     *reinterpret_cast<const __nv_bfloat162*>(&b));
    return *reinterpret_cast<const std::uint32_t*>(&d);
}
/// Both halves = the low 16 bits.
__device__ __forceinline__ std::uint32_t twice(std::uint32_t a) {
    return __byte_perm(a, a, 0x1010);
}

/// An int4 code q lies in the lowest bits of a bf16 and is there the number q * 2^-133, or in the
/// next four and is q * 2^-129 (its highest bit is the lowest of the exponent: from 2^-126 on the
/// spacing does not change). One fused multiply-add makes of it the weight, times 2^-kInt4Shift so
/// that every scale below 2^10 stays in range: q * 2^-133 * (s * 2^(133 - shift)) - z * s *
/// 2^-shift. Factor and result have at most eight significant bits: nothing is rounded. The sum is
/// scaled back at its end. The rows g have the lower nibbles, the rows g + 8 the upper ones.
inline constexpr int kInt4Shift = 16;

/// What a lane needs of the meta of an int4 tile, for rows g (low half) and g + 8 (high half).
struct Int4Scales {
    __nv_bfloat162 factor;  ///< s * 2^(133 - kInt4Shift), s * 2^(129 - kInt4Shift)
    __nv_bfloat162 offset;  ///< -z * s * 2^-kInt4Shift
};
__device__ __forceinline__ __nv_bfloat162 as_pair(std::uint32_t bits) {
    return *reinterpret_cast<const __nv_bfloat162*>(&bits);
}
__device__ __forceinline__ std::uint32_t bits_of(__nv_bfloat162 pair) {
    return *reinterpret_cast<const std::uint32_t*>(&pair);
}
__device__ __forceinline__ Int4Scales int4_scales(std::uint32_t meta) {
    constexpr std::uint32_t kUp = (127U + 133U - kInt4Shift) << 7;
    constexpr std::uint32_t kUpper = (127U + 129U - kInt4Shift) << 7;
    constexpr std::uint32_t kMinus = 0x8000U | kUp;
    const __nv_bfloat162 scale = as_pair((meta & 0x07ff07ffU) << 4);
    const __nv_bfloat162 zero = as_pair((meta >> 12) & 0x000f000fU);  // z * 2^-133
    return {__hmul2(scale, as_pair(kUp | kUpper << 16)),
            __hmul2(zero, __hmul2(scale, as_pair(kMinus | kMinus << 16)))};
}

/// The A fragment of mma `m` out of word m of the lane.
__device__ __forceinline__ AFragment int4_fragment(std::uint32_t word, const Int4Scales& s) {
    const __nv_bfloat162 factor_low = __low2bfloat162(s.factor);
    const __nv_bfloat162 factor_high = __high2bfloat162(s.factor);
    const __nv_bfloat162 offset_low = __low2bfloat162(s.offset);
    const __nv_bfloat162 offset_high = __high2bfloat162(s.offset);
    const std::uint32_t next = word >> 8;
    AFragment a;
    a.a0 = bits_of(__hfma2(as_pair(word & 0x000f000fU), factor_low, offset_low));
    a.a1 = bits_of(__hfma2(as_pair(word & 0x00f000f0U), factor_high, offset_high));
    a.a2 = bits_of(__hfma2(as_pair(next & 0x000f000fU), factor_low, offset_low));
    a.a3 = bits_of(__hfma2(as_pair(next & 0x00f000f0U), factor_high, offset_high));
    return a;
}

/// Four int8 codes of one row (bytes in order 0,2,1,3) times 2^-e: inputs (0,1) and (2,3).
struct Int8Pairs {
    std::uint32_t low, high;
};
__device__ __forceinline__ Int8Pairs int8_pairs(std::uint32_t word, std::uint32_t unit) {
    const std::uint32_t low =
        sub2(and_or(word, 0x007f007fU, 0x43004300U), and_or(word, 0x00800080U, 0x43004300U));
    const std::uint32_t high = sub2(and_or(word >> 8, 0x007f007fU, 0x43004300U),
                                    and_or(word >> 8, 0x00800080U, 0x43004300U));
    return {mul2(low, unit), mul2(high, unit)};
}
/// 2^-e as a bf16 pair.
__device__ __forceinline__ std::uint32_t int8_unit(std::uint32_t exponent) {
    return twice((127U - (exponent & 0xffU)) << 7);
}

/// Two NF4 codes (nibbles at bits 0-3 and 16-19) as a bf16 pair: bf16(table * absmax). `table` is a
/// shared-memory copy of the table, one per lane: entry q of lane L at 128 q + 4 L.
__device__ __forceinline__ std::uint32_t nf4_pair(std::uint32_t nibbles,
                                                  float absmax,
                                                  std::uint32_t table) {
    const float low = __uint_as_float(load_shared4(table + ((nibbles & 15U) << 7)));
    const float high = __uint_as_float(load_shared4(table + (((nibbles >> 16) & 15U) << 7)));
    const __nv_bfloat162 pair =
        __floats2bfloat162_rn(__fmul_rn(low, absmax), __fmul_rn(high, absmax));
    return *reinterpret_cast<const std::uint32_t*>(&pair);
}

}  // namespace veritune::kernels::cuda
