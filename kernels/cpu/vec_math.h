// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/isa.h"

#include <bit>
#include <cmath>
#include <cstdint>

/// Functions that the compiler can turn into vector code inside a loop; libm calls would stop that.
namespace veritune::kernels::cpu::VT_ISA {

/// exp for float: range reduction by ln 2 in two parts and a degree-6 polynomial (minimax on
/// [-ln2/2, ln2/2]). Relative error <= 3e-7 on [-87, 88]; below -87 the result is 0, above 88 it is
/// exp(88).
inline __attribute__((always_inline)) float vec_exp(float x) {
    constexpr float kLog2E = 1.44269504088896341F;
    constexpr float kLn2High = 0.693359375F;
    constexpr float kLn2Low = -2.12194440e-4F;
    constexpr float kRound = 12582912.0F;  // 1.5 * 2^23: adding it rounds to a whole number
    const float clamped = x > 88.0F ? 88.0F : (x < -87.0F ? -87.0F : x);
    const float shifted = clamped * kLog2E + kRound;
    const float n = shifted - kRound;
    const float r = (clamped - n * kLn2High) - n * kLn2Low;
    float p = 1.9875691500e-4F;
    p = p * r + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    p = p * r * r + r + 1.0F;
    const std::int32_t bits =
        (std::bit_cast<std::int32_t>(shifted) - std::bit_cast<std::int32_t>(kRound)) << 23;
    const float y = std::bit_cast<float>(std::bit_cast<std::int32_t>(p) + bits);
    return x < -87.0F ? 0.0F : y;
}

inline double vec_exp(double x) { return std::exp(x); }

}  // namespace veritune::kernels::cpu::VT_ISA
