// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/vec_math.h"

namespace veritune::kernels::cpu::VT_ISA {

/// Below this, e^z is 0 in float and double; a masked logit of -inf takes its place in products, so
/// that 0 * -inf never happens.
inline constexpr float kNothing = -1000;

template <typename T>
inline __attribute__((always_inline)) T minus_infinity() {
    return -static_cast<T>(__builtin_inf());
}

template <typename T>
inline __attribute__((always_inline)) T at_least_nothing(T z) {
    const T nothing = T{} + kNothing;
    return z < nothing ? nothing : z;
}

/// Largest of a row of n >= 1.
template <typename T>
inline T largest(const T* row, std::int64_t n) {
    Vec<T> top = Vec<T>{} + minus_infinity<T>();
    std::int64_t v = 0;
    for (; v + kLanes<T> <= n; v += kLanes<T>) top = larger(load(row + v), top);
    if (v < n) {
        const Tail<T> tail{n, n - v};
        const Vec<T> x = tail.load_from(row);
        top = larger(tail.is_new() ? x : top, top);
    }
    return largest_lane<T>(top);
}

/// Sums over z = (x - top) * inverse: of e^z, and of e^z * z (for the entropy).
template <typename T>
struct ExpSums {
    Vec<T> sum{};
    Vec<T> weighted{};

    /// Adds a vector of logits; returns e^z.
    inline __attribute__((always_inline)) Vec<T> add(Vec<T> x, T top, T inverse) {
        const Vec<T> z = (x - top) * inverse;
        const Vec<T> e = vec_exp(z);
        sum += e;
        weighted += e * at_least_nothing(z);
        return e;
    }
    /// Adds the lanes of x that are set in `which`; returns e^z of all.
    inline __attribute__((always_inline)) Vec<T> add(Vec<T> x,
                                                     T top,
                                                     T inverse,
                                                     Vec<Index<T>> which) {
        const Vec<T> z = (x - top) * inverse;
        const Vec<T> e = vec_exp(z);
        const Vec<T> counted = which ? e : Vec<T>{};
        sum += counted;
        weighted += counted * at_least_nothing(z);
        return e;
    }
};

}  // namespace veritune::kernels::cpu::VT_ISA
