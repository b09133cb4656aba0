// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/simd.h"

#include <bit>
#include <cmath>
#include <cstdint>

/// Functions that stay vector code inside a loop; libm calls would stop that.
namespace veritune::kernels::cpu::VT_ISA {

/// exp for F = float or a vector of floats; I = the same of unsigned 32-bit words.
/// Range reduction by ln 2 in two parts and a degree-6 polynomial (minimax on [-ln2/2, ln2/2]).
template <typename F, typename I>
inline __attribute__((always_inline)) F exp_by_polynomial(F x) {
    constexpr float kLog2E = 1.44269504088896341F;
    constexpr float kLn2High = 0.693359375F;
    constexpr float kLn2Low = -2.12194440e-4F;
    constexpr float kRound = 12582912.0F;  // 1.5 * 2^23: adding it rounds to a whole number
    const F low = F{} - 87.0F;
    const F clamped = larger(low, smaller(F{} + 88.0F, x));
    const F shifted = clamped * kLog2E + kRound;
    const F n = shifted - kRound;
    const F r = (clamped - n * kLn2High) - n * kLn2Low;
    F p = F{} + 1.9875691500e-4F;
    p = p * r + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    p = p * r * r + r + 1.0F;
    // 2^n as a float of its own: a product keeps NaN, an addition to p's exponent would spoil it.
    const I power = (std::bit_cast<I>(shifted) - (std::bit_cast<std::uint32_t>(kRound) - 127))
                    << 23;
    return x < low ? F{} : p * std::bit_cast<F>(power);
}

/// exp. Relative error <= 3e-7 on [-87, 88]; below -87 the result is 0, above 88 it is exp(88);
/// NaN stays NaN. test  vec_math_test.cpp
inline __attribute__((always_inline)) float vec_exp(float x) {
    return exp_by_polynomial<float, std::uint32_t>(x);
}
inline __attribute__((always_inline)) Vec<float> vec_exp(Vec<float> x) {
    return exp_by_polynomial<Vec<float>, Vec<std::uint32_t>>(x);
}
inline double vec_exp(double x) { return std::exp(x); }
inline Vec<double> vec_exp(Vec<double> x) {
    for (std::int64_t lane = 0; lane < kLanes<double>; ++lane) x[lane] = std::exp(x[lane]);
    return x;
}

}  // namespace veritune::kernels::cpu::VT_ISA
