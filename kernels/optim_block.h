// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bf16.h"
#include "kernels/kernel_types.h"

#include <cmath>
#include <cstdint>

/// How the optimiser's kernels see an adapter: one flat row of blocks of 256 numbers. Masters and
/// moments lie in that order; gradients and bf16 copies lie where products want them, and a block
/// says where.
namespace veritune::kernels {

inline constexpr int kOptimBlock = 256;

/// A part of one matrix. Numbers behind `count` are padding: masters and moments 0 there.
struct OptimBlock {
    std::int64_t at = 0;       ///< of the matrix, in numbers from the buffer's beginning
    std::int32_t first = 0;    ///< number of the matrix, row by row, that the block begins with
    std::int32_t count = 0;    ///< 1 .. 256
    std::int32_t columns = 1;  ///< of the matrix
    std::int32_t stride = 1;   ///< from row to row in the buffer
    std::int32_t interleaved =
        0;                    ///< 1: rows come in eights, every second eight is another matrix's
    std::int32_t copied = 1;  ///< 0: no bf16 copy is wanted
};

/// Where number e of the block lies in the buffer.
VT_HD std::int64_t place_of(const OptimBlock& b, int e) {
    const std::int32_t i = b.first + e;
    const std::int32_t row = i / b.columns;
    const std::int32_t column = i - row * b.columns;
    const std::int32_t line = b.interleaved != 0 ? row / 8 * 16 + row % 8 : row;
    return b.at + static_cast<std::int64_t>(line) * b.stride + column;
}

/// Moments of all blocks: in fp32, or as 8-bit codes with a scale per block. The unused pair is
/// null.
struct Moments {
    float* m = nullptr;              ///< [256 * blocks]
    float* v = nullptr;              ///< [256 * blocks]
    std::uint8_t* m_code = nullptr;  ///< [256 * blocks]
    std::uint8_t* v_code = nullptr;  ///< [256 * blocks]
    float* m_scale = nullptr;        ///< [blocks] the number of the largest size, with its sign
    float* v_scale = nullptr;        ///< [blocks] the largest
    VT_HD bool eight_bit() const { return m_code != nullptr; }
};

VT_HD bool are_valid(const Moments& m) {
    const bool plain = m.m != nullptr && m.v != nullptr && m.m_code == nullptr;
    const bool codes = m.m == nullptr && m.v == nullptr && m.m_code != nullptr &&
                       m.v_code != nullptr && m.m_scale != nullptr && m.v_scale != nullptr;
    return plain || codes;
}

/// The dynamic 8-bit code of arXiv 2110.02861: seven (for numbers without a sign eight) decades,
/// each cut into equal steps, twice as many as in the decade below; 0 and 1 themselves. Ascending.
/// bounds[i]: numbers above it have a code above i.
struct CodeTable {
    float value[256];
    float bound[255];
};

/// is_signed: first moments, as a share of the block's number of the largest size (which is
/// therefore always +1); else second moments.
constexpr CodeTable make_code_table(bool is_signed) {
    CodeTable t{};
    int n = is_signed ? 127 : 0;
    t.value[n++] = 0.0F;
    double power = 1e-6;
    for (int decade = 0; decade < 7; ++decade) {
        const int steps = 1 << (is_signed ? decade : decade + 1);
        for (int i = 0; i < steps; ++i) {
            const double middle = 0.1 + 0.9 * (i + 0.5) / steps;
            t.value[n++] = static_cast<float>(power * middle);
        }
        power *= 10;
    }
    t.value[n] = 1.0F;
    if (is_signed) {
        for (int i = 0; i < 127; ++i) t.value[i] = -t.value[254 - i];
    }
    for (int i = 0; i < 255; ++i) t.bound[i] = 0.5F * (t.value[i] + t.value[i + 1]);
    return t;
}

/// Nearest code of x; a tie takes the lower.
VT_HD std::uint8_t nearest_code(const float* bound, float x) {
    int low = 0;
    for (int step = 128; step > 0; step /= 2) {
        if (x > bound[low + step - 1]) low += step;
    }
    return static_cast<std::uint8_t>(low);
}

}  // namespace veritune::kernels
