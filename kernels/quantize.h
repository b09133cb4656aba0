// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/kernel_types.h"
#include "kernels/quant_view.h"

#include <cstdint>

namespace veritune::kernels {

enum class SourceType : std::int32_t { kBf16 = 0, kF16 = 1, kF32 = 2 };

/// 16- or 32-bit weights, one to three matrices [rows, k] that are stacked in this order (q, k, v;
/// gate, up).
struct SourceRows {
    SourceType type = SourceType::kBf16;
    const void* part[3] = {nullptr, nullptr, nullptr};
    std::int64_t part_rows[3] = {0, 0, 0};  ///< unused parts: 0
    std::int64_t stride = 0;                ///< elements from row to row, >= k, even
};

/// What a row of tiles weighs and loses; fp32 sums over its 16 rows and all inputs.
struct QuantizeError {
    float weight = 0;  ///< sum of w^2
    float ours = 0;    ///< sum of (w - int4 weight)^2
    float nf4 = 0;     ///< what NF4 with one absmax per 64 inputs would lose
};

/// Weights to INT4: per row and 64 inputs, w = s * (q - z).
/// Every scale s with four significant bits in 0.45..1.20 of range/15 is tried, range from
/// min(w, 0) to max(w, 0), with z = round(-15 min/range) and its two neighbours; the smallest sum
/// of squares is kept (fp32, inputs ascending; ties: larger s, then smaller z). Weights below
/// 2^-100 in a whole group count as zero. A group with NaN or infinity becomes zero and sets
/// `nonfinite`. The CPU and a card give the same bits (`error` to 1e-5).
/// order       kGateUp: two parts of the same number of rows; other orders: any parts
/// importance  [k] fp32 >= 0 or null: weighs the squares (mean x^2 of an input, scaled to mean 1)
/// codes, meta   all tiles of [sum of part_rows, k], padding included, as QuantView says; 256-byte
///             aligned
/// nonfinite   int32, or null: set to 1 when a weight is NaN or infinite, otherwise left alone
/// error       [row tiles] or null
/// source  Veritune's own format; test  quantize_test.cpp
struct QuantizeInt4Args {
    SourceRows rows;
    RowOrder order = RowOrder::kPlain;
    std::int64_t k = 0;
    const float* importance = nullptr;
    std::uint8_t* codes = nullptr;
    std::uint32_t* meta = nullptr;
    std::int32_t* nonfinite = nullptr;
    QuantizeError* error = nullptr;
};

/// Weights to INT8, for the head: w = f * (c * 2^-e), f = max|w| of the row / 127, e the largest of
/// 0..7 for which max|w| of the group * 2^e <= max|w| of the row, c = round(w / f * 2^e) in
/// -127..127. Rows whose weights are all below 2^-100 become zero, and so do rows with NaN or
/// infinity, which set `nonfinite`. The CPU and a card give the same bits. order is kPlain.
/// codes, exponents  all tiles of [part_rows, k]; row_factor [part_rows]; exponents of padding: 0
struct QuantizeInt8Args {
    SourceRows rows;
    std::int64_t k = 0;
    std::uint8_t* codes = nullptr;
    std::uint8_t* exponents = nullptr;
    float* row_factor = nullptr;
    std::int32_t* nonfinite = nullptr;
};

VT_HD std::int64_t source_row_count(const SourceRows& rows) {
    return rows.part_rows[0] + rows.part_rows[1] + rows.part_rows[2];
}
VT_HD std::int64_t source_bytes(SourceType type) { return type == SourceType::kF32 ? 4 : 2; }

/// Whether sizes, pointers and alignment are those of the contract.
inline bool rows_fit(const SourceRows& rows, std::int64_t k) {
    if (k < 1 || rows.stride < k || rows.stride % 2 != 0 || rows.part_rows[0] < 1) return false;
    for (int i = 0; i < 3; ++i) {
        if (rows.part_rows[i] < 0) return false;
        if (rows.part_rows[i] > 0 && rows.part[i] == nullptr) return false;
    }
    return true;
}
inline bool aligned_to(const void* pointer, std::uintptr_t bytes) {
    return pointer != nullptr && reinterpret_cast<std::uintptr_t>(pointer) % bytes == 0;
}
inline bool is_valid(const QuantizeInt4Args& a) {
    const bool halves = a.rows.part_rows[0] == a.rows.part_rows[1] && a.rows.part_rows[2] == 0;
    return rows_fit(a.rows, a.k) && (a.order != RowOrder::kGateUp || halves) &&
           aligned_to(a.codes, 256) && aligned_to(a.meta, 16);
}
inline bool is_valid(const QuantizeInt8Args& a) {
    return rows_fit(a.rows, a.k) && aligned_to(a.codes, 256) && aligned_to(a.exponents, 16) &&
           aligned_to(a.row_factor, 4);
}

inline Cost quantize_int4_cost(const QuantizeInt4Args& a) {
    const double weights = static_cast<double>(source_row_count(a.rows)) * static_cast<double>(a.k);
    return {.bytes_read = weights * static_cast<double>(source_bytes(a.rows.type)),
            .bytes_written = weights * 4.25 / 8,
            .flops = weights * 273};
}
inline Cost quantize_int8_cost(const QuantizeInt8Args& a) {
    const double weights = static_cast<double>(source_row_count(a.rows)) * static_cast<double>(a.k);
    return {.bytes_read = weights * static_cast<double>(source_bytes(a.rows.type)),
            .bytes_written = weights * 8.125 / 8,
            .flops = weights * 4};
}

}  // namespace veritune::kernels

VT_DECLARE_KERNEL(quantize_int4, QuantizeInt4Args)
VT_DECLARE_KERNEL(quantize_int8, QuantizeInt8Args)
