// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/isa.h"
#include "kernels/quant_view.h"

namespace veritune::kernels::cpu::VT_ISA {

/// One tile as numbers, w[16][64], row factors of int8 left out. Every number is exactly a bf16.
inline void dequant_tile(const QuantView& w, std::int64_t i, std::int64_t j, float* out) {
    const std::int64_t tile = i * k_groups(w) + j;
    if (w.kind == QuantKind::kInt8) {
        const std::uint8_t* codes = w.codes + kInt8TileBytes * tile;
        const auto* exponents = static_cast<const std::uint8_t*>(w.meta) + kQuantRows * tile;
        constexpr int kPlace[4] = {0, 2, 1, 3};
        for (int row = 0; row < kQuantRows; ++row) {
            const float unit = 1.0F / static_cast<float>(1 << exponents[row]);
            for (int input = 0; input < kQuantGroup; ++input) {
                const auto code =
                    static_cast<std::int8_t>(codes[64 * row + (input & ~3) + kPlace[input & 3]]);
                out[64 * row + input] = static_cast<float>(code) * unit;
            }
        }
        return;
    }
    const std::uint8_t* codes = w.codes + kInt4TileBytes * tile;
    for (int row = 0; row < kQuantRows; ++row) {
        const std::uint32_t meta =
            w.kind == QuantKind::kInt4
                ? static_cast<const std::uint32_t*>(w.meta)[8 * tile + (row & 7)] >> (2 * (row & 8))
                : 0;
        const float absmax =
            w.kind == QuantKind::kNf4 ? static_cast<const float*>(w.meta)[16 * tile + row] : 0;
        for (int input = 0; input < kQuantGroup; ++input) {
            const NibblePlace place = int4_place(row, input);
            const int q = (codes[place.byte] >> (4 * place.high)) & 15;
            out[64 * row + input] =
                w.kind == QuantKind::kInt4
                    ? int4_scale(meta) * static_cast<float>(q - int4_zero(meta & 0xffffU))
                    : rounded_to_bf16(nf4_value(q) * absmax);
        }
    }
}

}  // namespace veritune::kernels::cpu::VT_ISA
