// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bf16.h"
#include "kernels/kernel_types.h"

namespace veritune::kernels {

inline constexpr std::int64_t kBiasColumns = 8;  ///< one is used; eight keep rows on 16 bytes

/// What makes one product of a projection with adapter and bias: behind the k inputs of a slab of
/// weights come the rows of B and the bias, behind those of the tokens their A x and a one. The sum
/// is then rounded once.
/// to    bf16 [rows, ld]; columns [column, column + r + kBiasColumns) are written: b, then the
/// bias,
///       then zeros
/// b     bf16 [rows, b_stride], r columns of it; r a multiple of 8, may be 0 (then b may be null)
/// bias  bf16 [rows] or null; null takes `constant` for every row
/// test  extend_rows_test.cpp
struct ExtendRows {
    Bf16* to = nullptr;
    const Bf16* b = nullptr;
    const Bf16* bias = nullptr;
    float constant = 0.0F;
    std::int64_t rows = 0;
    std::int64_t r = 0;
    std::int64_t b_stride = 0;
    std::int64_t ld = 0;
    std::int64_t column = 0;
};

VT_HD bool is_valid(const ExtendRows& a) {
    return a.rows >= 0 && a.r >= 0 && a.r % 8 == 0 && a.b_stride % 8 == 0 && a.ld % 8 == 0 &&
           a.column >= 0 && a.column % 8 == 0 && a.ld >= a.column + a.r + kBiasColumns &&
           (a.r == 0 || (a.b != nullptr && a.b_stride >= a.r)) && a.to != nullptr &&
           reinterpret_cast<std::uintptr_t>(a.to) % 16 == 0 &&
           reinterpret_cast<std::uintptr_t>(a.b) % 16 == 0;
}

}  // namespace veritune::kernels

VT_DECLARE_KERNEL(extend_rows, ExtendRows)
