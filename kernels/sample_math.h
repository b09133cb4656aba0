// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bf16.h"

#include <bit>
#include <cstdint>

#ifdef __CUDACC__
#define VT_FIXED static __host__ __device__ __forceinline__
#else
#define VT_FIXED static inline __attribute__((always_inline))
#endif

/// The arithmetic of philox_sample, written as fixed sequences of IEEE operations: the processor
/// and the card get the same bits. Nothing here may be contracted, reordered or replaced by a
/// library function. Internal linkage: every instruction set keeps a copy of its own.
/// test  philox_sample_test.cpp
namespace veritune::kernels::fixed {

VT_FIXED float add(float a, float b) {
#ifdef __CUDA_ARCH__
    return __fadd_rn(a, b);
#else
    return a + b;
#endif
}
VT_FIXED float mul(float a, float b) {
#ifdef __CUDA_ARCH__
    return __fmul_rn(a, b);
#else
    float product = a * b;
    asm("" : "+x"(product));  // g++ would contract it with an addition that follows
    return product;
#endif
}
VT_FIXED float div(float a, float b) {
#ifdef __CUDA_ARCH__
    return __fdiv_rn(a, b);
#else
    return a / b;
#endif
}
VT_FIXED float fma(float a, float b, float c) {
#ifdef __CUDA_ARCH__
    return __fmaf_rn(a, b, c);
#else
    return __builtin_fmaf(a, b, c);
#endif
}

VT_FIXED std::uint32_t bits_of(float x) {
#ifdef __CUDA_ARCH__
    return __float_as_uint(x);
#else
    return std::bit_cast<std::uint32_t>(x);
#endif
}
VT_FIXED float float_of(std::uint32_t bits) {
#ifdef __CUDA_ARCH__
    return __uint_as_float(bits);
#else
    return std::bit_cast<float>(bits);
#endif
}

inline constexpr float kInfinity = std::bit_cast<float>(0x7f800000U);
inline constexpr float kLn2 = 0.693147180559945F;
inline constexpr float kLog2E = 1.44269504088896F;

/// 2^t for t <= 0, relative error 2e-7; 0 below -126; NaN stays NaN.
VT_FIXED float exp2(float t) {
    constexpr float kRound = 12582912.0F;  // 1.5 * 2^23: adding it rounds to a whole number
    constexpr std::uint32_t kRoundBits = 0x4b400000U;
    const float shifted = add(t, kRound);
    const float r = add(t, -add(shifted, -kRound));
    float p = 0.0013276471F;  // minimax of 2^r on [-1/2, 1/2]
    p = fma(p, r, 0.009675542F);
    p = fma(p, r, 0.05550713F);
    p = fma(p, r, 0.2402212F);
    p = fma(p, r, 0.69314694F);
    p = fma(p, r, 1.0F);
    const std::uint32_t power = (bits_of(shifted) - (kRoundBits - 127U)) << 23;
    // A product keeps NaN; an addition to p's exponent would spoil it.
    const float value = mul(p, float_of(power));
    return t < -126.0F ? 0.0F : value;
}

/// k ln 2 + ln(1 + f) for f in [-1/3, 1/3], relative error 1e-7 when k = 0.
VT_FIXED float ln_of_parts(int k, float f) {
    float p = -0.13311762F;  // minimax of (ln(1 + f) - f) / f^2
    p = fma(p, f, 0.14006248F);
    p = fma(p, f, -0.12078144F);
    p = fma(p, f, 0.14000821F);
    p = fma(p, f, -0.16689505F);
    p = fma(p, f, 0.20010772F);
    p = fma(p, f, -0.24999507F);
    p = fma(p, f, 0.33333209F);
    p = fma(p, f, -0.5F);
    return fma(static_cast<float>(k), kLn2, fma(p, mul(f, f), f));
}

/// k of x = 2^k m with m in [2/3, 4/3); x positive and normal.
VT_FIXED int binary_exponent(float x) { return static_cast<int>(bits_of(x) - 0x3f2aaaabU) >> 23; }

/// ln x for x >= 0, 0 or at least 2^-126; ln 0 = -inf, ln inf = inf, NaN stays NaN.
VT_FIXED float ln(float x) {
    if (!(x > 0.0F)) return x == 0.0F ? -kInfinity : x;
    if (x == kInfinity) return x;
    const int k = binary_exponent(x);
    const float m = float_of(bits_of(x) - (static_cast<std::uint32_t>(k) << 23));
    return ln_of_parts(k, add(m, -1.0F));
}

/// -ln(1 - u) for u in [2^-33, 1]; inf at 1. Near 0 it keeps every bit of u.
VT_FIXED float minus_log1p_minus(float u) {
    const float w = add(1.0F, -u);
    if (!(w > 0.0F)) return kInfinity;
    const int k = binary_exponent(w);
    const float scale = float_of(static_cast<std::uint32_t>(127 - k) << 23);  // 2^-k
    return -ln_of_parts(k, fma(-u, scale, add(scale, -1.0F)));
}

/// Gumbel noise -ln E with E = -ln(1 - u), u = (word + 1/2) 2^-32; -inf where u rounds to 1.
VT_FIXED float gumbel(std::uint32_t word) {
    constexpr float kStep = 0x1p-32F;
    return -ln(minus_log1p_minus(fma(static_cast<float>(word), kStep, 0.5F * kStep)));
}

/// At least gumbel(word), from the number of leading zeros alone: E >= u >= 2^-(zeros + 1). The
/// constant is a little above ln 2, which covers the rounding of gumbel().
VT_FIXED float gumbel_bound(int leading_zeros) {
    return mul(static_cast<float>(leading_zeros + 1), 0.6932F);
}

struct Words {
    std::uint32_t word[4];
};

/// Philox4x32-10. source  Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011
VT_FIXED Words philox(Words counter, std::uint64_t key) {
    auto low_key = static_cast<std::uint32_t>(key);
    auto high_key = static_cast<std::uint32_t>(key >> 32);
    Words c = counter;
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t even = static_cast<std::uint64_t>(0xD2511F53U) * c.word[0];
        const std::uint64_t odd = static_cast<std::uint64_t>(0xCD9E8D57U) * c.word[2];
        c = {{static_cast<std::uint32_t>(odd >> 32) ^ c.word[1] ^ low_key,
              static_cast<std::uint32_t>(odd),
              static_cast<std::uint32_t>(even >> 32) ^ c.word[3] ^ high_key,
              static_cast<std::uint32_t>(even)}};
        low_key += 0x9E3779B9U;
        high_key += 0xBB67AE85U;
    }
    return c;
}

/// The four words of ids 4 * quad .. 4 * quad + 3 of a chain at a position.
VT_FIXED Words words_of(std::uint64_t seed, std::uint64_t chain, std::int32_t position, int quad) {
    return philox({{static_cast<std::uint32_t>(quad),
                    static_cast<std::uint32_t>(position),
                    static_cast<std::uint32_t>(chain),
                    static_cast<std::uint32_t>(chain >> 32)}},
                  seed);
}

// Truncation works on distances below the largest logit in whole steps of 2^-16 nat.
inline constexpr int kCoarseBins = 1536;  ///< of 1/64 nat; together 24 nats
inline constexpr int kFineBins = 1024;    ///< of 2^-16 nat; together one coarse bin
inline constexpr std::uint32_t kLastStep = kCoarseBins * kFineBins - 1;
inline constexpr std::uint32_t kTooFar = 0xffffffffU;

/// Steps from the largest logit down to this one; kTooFar from 24 nats on and for NaN.
VT_FIXED std::uint32_t steps_below(float logit, float largest, float inverse) {
    const float nats = mul(add(largest, -logit), inverse);
    return nats < 24.0F ? static_cast<std::uint32_t>(mul(nats, 65536.0F)) : kTooFar;
}

/// e^(logit - largest) in units of 2^-32; scale = inverse temperature * log2 e.
VT_FIXED std::uint32_t mass_of(float logit, float largest, float scale) {
    const float mass = mul(exp2(mul(add(logit, -largest), scale)), 0x1p32F);
    return mass >= 0x1p32F ? 0xffffffffU : static_cast<std::uint32_t>(mass);
}

/// Of `total` units of mass, those that top_p asks for.
VT_FIXED std::uint64_t mass_goal(float top_p, std::uint64_t total) {
    const auto goal =
        static_cast<std::uint64_t>(static_cast<double>(top_p) * static_cast<double>(total));
    return goal < 1 ? 1 : goal;
}

/// The last step that min_p keeps: floor(-ln(min_p) 2^16).
VT_FIXED std::uint32_t min_p_step(float min_p) {
    const float nats = -ln(min_p);
    if (!(nats > 0.0F)) return 0;
    return nats < 24.0F ? static_cast<std::uint32_t>(mul(nats, 65536.0F)) : kLastStep;
}

}  // namespace veritune::kernels::fixed
