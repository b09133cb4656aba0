// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/plain_math.h"
#include "kernels/quant_view.h"

#include <cstdint>
#include <type_traits>

/// The arithmetic of the INT4 quantiser, written once over a number type F: a float (a CUDA thread
/// has one group) or a vector of floats (a lane of the CPU has one group). Every operation rounds
/// once and is never fused, so both give the same bits.
namespace veritune::kernels::int4 {

template <typename F>
struct IntOf {
    using Type = decltype(F{} < F{});
};
template <>
struct IntOf<float> {
    using Type = std::int32_t;
};
template <typename F>
using Int = typename IntOf<F>::Type;

template <typename F>
VT_PLAIN Int<F> bits_of(F x) {
    return __builtin_bit_cast(Int<F>, x);
}
template <typename F>
VT_PLAIN F from_bits(Int<F> x) {
    return __builtin_bit_cast(F, x);
}

using plain::add;
using plain::div;
using plain::mul;
using plain::sub;

template <typename F>
VT_PLAIN F smaller(F a, F b) {
    return a < b ? a : b;
}
template <typename F>
VT_PLAIN F larger(F a, F b) {
    return a > b ? a : b;
}
template <typename F>
VT_PLAIN F clamped(F x, F low, F high) {
    return smaller(larger(x, low), high);
}

/// Adding it leaves x rounded to a whole number, ties to even, in the low bits of the sum.
inline constexpr float kRound = 12582912.0F;  // 1.5 * 2^23

template <typename F>
VT_PLAIN F rounded(F x) {
    return sub(add(x, F{} + kRound), F{} + kRound);
}

/// Numbers with four significant bits are those whose bit pattern ends in 20 zeros, so the next
/// one is a step of 1 in the upper twelve bits.
inline constexpr int kScaleShift = 20;
inline constexpr int kScaleSteps = 13;        ///< at most so many lie in 0.45..1.20 of a number
inline constexpr int kSmallestExponent = 27;  ///< biased; groups below are zero
inline constexpr int kLargestExponent = 253;

/// How a group is brought to [1, 4), and which scales and zero points are tried.
template <typename F>
struct Plan {
    F normalise;      ///< power of two; 0 for a group that counts as zero
    Int<F> exponent;  ///< v = w * 2^(127 - exponent)
    Int<F> first;     ///< upper bits of the first scale
    F last;           ///< largest scale
    F zero;           ///< rounded zero point
};

/// magnitude  bits of the largest |w|
template <typename F>
VT_PLAIN Plan<F> begin_plan(Int<F> magnitude) {
    Plan<F> plan{};
    const Int<F> exponent = magnitude >> 23;
    const Int<F> most = Int<F>{} + kLargestExponent;
    plan.exponent = exponent > most ? most : exponent;
    const Int<F> power = (Int<F>{} + 254 - plan.exponent) << 23;
    const Int<F> nothing{};
    // A group with NaN or infinity (255) is made zero too.
    const Int<F> least = Int<F>{} + kSmallestExponent;
    const Int<F> infinite = Int<F>{} + 255;
    const Int<F> kept = exponent < least ? nothing : (exponent >= infinite ? nothing : power);
    plan.normalise = from_bits<F>(kept);
    return plan;
}

/// low <= 0 <= high: extremes of the normalised group
template <typename F>
VT_PLAIN void finish_plan(Plan<F>& plan, F low, F high) {
    const F range = sub(high, low);
    const F one = F{} + 1.0F;
    const F safe = range > F{} ? range : one;
    const F step = div(safe, F{} + 15.0F);
    plan.first = (bits_of(mul(step, F{} + 0.45F)) + ((1 << kScaleShift) - 1)) >> kScaleShift;
    plan.last = mul(step, F{} + 1.20F);
    plan.zero = rounded(div(sub(F{}, low), step));
}

template <typename F>
VT_PLAIN F scale_of(const Plan<F>& plan, int step) {
    return from_bits<F>((plan.first + step) << kScaleShift);
}
/// Zero point `which` = 0, 1, 2.
template <typename F>
VT_PLAIN F zero_of(const Plan<F>& plan, int which) {
    return clamped(add(plan.zero, F{} + static_cast<float>(which - 1)), F{}, F{} + 15.0F);
}

/// q - z of a weight.
template <typename F>
VT_PLAIN F level(F v, F inverse, F low, F high) {
    return clamped(rounded(mul(v, inverse)), low, high);
}
template <typename F>
VT_PLAIN F squared_error(F v, F scale, F level) {
    const F difference = sub(v, mul(scale, level));
    return mul(difference, difference);
}

/// Best choice so far.
template <typename F>
struct Choice {
    F error;
    F scale;
    F zero;
};

/// sums  squares of one scale for its three zero points
template <typename F>
VT_PLAIN void consider(Choice<F>& best, const Plan<F>& plan, F scale, const F* sums) {
    F error = sums[0];
    F zero = zero_of(plan, 0);
    for (int which = 1; which < 3; ++which) {
        const F candidate = zero_of(plan, which);
        zero = sums[which] < error ? candidate : zero;
        error = smaller(sums[which], error);
    }
    // A scale beyond the last one must never win: it stands at infinity.
    const F never = F{} + __builtin_huge_valf();
    error = scale <= plan.last ? error : never;
    best.scale = error <= best.error ? scale : best.scale;
    best.zero = error <= best.error ? zero : best.zero;
    best.error = smaller(error, best.error);
}

/// The meta word (16 bits) of the choice; 0 for a zero group.
template <typename F>
VT_PLAIN Int<F> meta_of(const Plan<F>& plan, const Choice<F>& best, F range_is_positive) {
    const Int<F> scale = (bits_of(best.scale) >> kScaleShift) + (plan.exponent - 127) * 8;
    const Int<F> zero = bits_of(add(best.zero, F{} + kRound)) & 15;
    const Int<F> nothing{};
    return range_is_positive > F{} ? (zero << 12) | scale : nothing;
}

/// (v - nearest NF4 level * magnitude)^2; inverse = 1 / magnitude.
template <typename F>
VT_PLAIN F nf4_squared_error(F v, F magnitude, F inverse) {
    const F x = mul(v, inverse);
    F nearest = F{} + 4.0F;
#ifdef __CUDA_ARCH__
#pragma unroll
#endif
    for (int i = 0; i < 16; ++i) {
        const F difference = sub(x, F{} + nf4_value(i));
        nearest = smaller(nearest, larger(difference, sub(F{}, difference)));
    }
    const F error = mul(nearest, magnitude);
    return mul(error, error);
}

}  // namespace veritune::kernels::int4
