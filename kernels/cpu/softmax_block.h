// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/row_softmax.h"

namespace veritune::kernels::cpu::VT_ISA {

/// Scratch rows of attention are multiples of this many elements and end in zeros or -inf, so that
/// loops over keys have no remainder on any instruction set.
inline constexpr std::int64_t kPad = 16;

inline std::int64_t padded(std::int64_t n) { return (n + kPad - 1) / kPad * kPad; }

/// Softmax without its division, in place over rows of n scores (a multiple of kPad; -inf = not
/// seen, at least one is seen): s becomes e^(s - peak), sum and peak [rows] receive sum and
/// maximum. Zeros behind a row do not change its bits.
template <typename T>
void exponentiate(T* s, std::int64_t stride, std::int64_t rows, std::int64_t n, T* peak, T* sum) {
    // Two loops, so that the rows' chains of shuffles and of exp run side by side.
    for (std::int64_t r = 0; r < rows; ++r) peak[r] = largest(s + r * stride, n);
    for (std::int64_t r = 0; r < rows; ++r) {
        Vec<T> total{};
        for (std::int64_t j = r * stride; j < r * stride + n; j += kLanes<T>) {
            const Vec<T> e = vec_exp(load(s + j) - peak[r]);
            store(s + j, e);
            total += e;
        }
        sum[r] = sum_lanes<T>(total);
    }
}

template <typename T>
inline void fill(T* s, std::int64_t begin, std::int64_t end, T value) {
    for (std::int64_t j = begin; j < end; ++j) s[j] = value;
}

}  // namespace veritune::kernels::cpu::VT_ISA
