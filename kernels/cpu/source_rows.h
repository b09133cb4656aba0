// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/isa.h"
#include "kernels/quantize.h"

namespace veritune::kernels::cpu::VT_ISA {

inline __attribute__((always_inline)) float half_to_float(std::uint16_t bits) {
    const std::uint32_t sign = (bits & 0x8000U) << 16;
    const std::uint32_t magnitude = bits & 0x7fffU;
    if (magnitude >= 0x7c00U) {
        return __builtin_bit_cast(float, sign | 0x7f800000U | ((magnitude & 0x3ffU) << 13));
    }
    // 2^112 moves the exponent of a half, subnormal or not, to that of a float; exact.
    const float scaled = __builtin_bit_cast(float, magnitude << 13) * 0x1p112F;
    return __builtin_bit_cast(float, sign | __builtin_bit_cast(std::uint32_t, scaled));
}

/// Start of a row of the stack; null for -1.
inline const unsigned char* row_start(const SourceRows& rows, std::int64_t row) {
    if (row < 0) return nullptr;
    int part = 0;
    while (row >= rows.part_rows[part]) row -= rows.part_rows[part++];
    return static_cast<const unsigned char*>(rows.part[part]) +
           row * rows.stride * source_bytes(rows.type);
}

/// Inputs [begin, begin + 64) of one row as fp32; zeros beyond `k` and for a null row.
inline void read_group(
    const unsigned char* row, SourceType type, std::int64_t begin, std::int64_t k, float* to) {
    const std::int64_t count = row == nullptr ? 0 : (k - begin < 64 ? k - begin : 64);
    if (type == SourceType::kF32 && count > 0) {
        __builtin_memcpy(to, row + 4 * begin, static_cast<std::size_t>(4 * count));
    } else if (count > 0) {
        std::uint16_t half[64];
        __builtin_memcpy(half, row + 2 * begin, static_cast<std::size_t>(2 * count));
        for (std::int64_t i = 0; i < count; ++i) {
            to[i] = type == SourceType::kBf16 ? to_float(Bf16{half[i]}) : half_to_float(half[i]);
        }
    }
    for (std::int64_t i = count; i < 64; ++i) to[i] = 0;
}

}  // namespace veritune::kernels::cpu::VT_ISA
