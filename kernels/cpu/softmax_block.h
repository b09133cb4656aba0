// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/row_softmax.h"

namespace veritune::kernels::cpu::VT_ISA {

/// Scratch rows of attention are multiples of this many elements and end in zeros or -inf, so that
/// loops over keys have no remainder on any instruction set.
inline constexpr std::int64_t kPad = 16;

inline std::int64_t padded(std::int64_t n) { return (n + kPad - 1) / kPad * kPad; }

/// Softmax without its division, in place over n scores (a multiple of kPad; -inf = not seen, at
/// least one is seen): s becomes e^(s - peak). Returns the sum. Zeros behind the row do not change
/// its bits.
template <typename T>
inline T exponentiate(T* s, std::int64_t n, T* peak) {
    const T top = largest(s, n);
    Vec<T> sum{};
    for (std::int64_t j = 0; j < n; j += kLanes<T>) {
        const Vec<T> e = vec_exp(load(s + j) - top);
        store(s + j, e);
        sum += e;
    }
    *peak = top;
    return sum_lanes<T>(sum);
}

template <typename T>
inline void fill(T* s, std::int64_t begin, std::int64_t end, T value) {
    for (std::int64_t j = begin; j < end; ++j) s[j] = value;
}

}  // namespace veritune::kernels::cpu::VT_ISA
