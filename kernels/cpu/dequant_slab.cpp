// SPDX-License-Identifier: Apache-2.0
#include "kernels/dequant_slab.h"

#include "kernels/cpu/isa.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr std::int64_t kParallelTiles = 64;

/// Where input i of a four-bit line of 64 bytes, or of an int8 line, lies.
inline int line_byte(int i) { return (i & ~3) | ((i & 1) << 1) | ((i & 2) >> 1); }

/// One tile as bf16, [16][64].
void int4_tile(const QuantView& w, std::int64_t index, Bf16 (*to)[64]) {
    const std::uint8_t* codes = w.codes + kInt4TileBytes * index;
    const auto* meta = static_cast<const std::uint32_t*>(w.meta) + 8 * index;
    for (int g = 0; g < 8; ++g) {
        const float low_scale = int4_scale(meta[g]);
        const float high_scale = int4_scale(meta[g] >> 16);
        const int low_zero = int4_zero(meta[g]);
        const int high_zero = int4_zero(meta[g] >> 16);
        for (int i = 0; i < 64; ++i) {
            const int byte = codes[64 * g + line_byte(i)];
            to[g][i] = to_bf16(low_scale * static_cast<float>((byte & 15) - low_zero));
            to[g + 8][i] = to_bf16(high_scale * static_cast<float>((byte >> 4) - high_zero));
        }
    }
}

void nf4_tile(const QuantView& w, std::int64_t index, Bf16 (*to)[64]) {
    const std::uint8_t* codes = w.codes + kInt4TileBytes * index;
    const auto* absmax = static_cast<const float*>(w.meta) + 16 * index;
    for (int g = 0; g < 8; ++g) {
        for (int i = 0; i < 64; ++i) {
            const int byte = codes[64 * g + line_byte(i)];
            to[g][i] = to_bf16(nf4_value(byte & 15) * absmax[g]);
            to[g + 8][i] = to_bf16(nf4_value(byte >> 4) * absmax[g + 8]);
        }
    }
}

void int8_tile(const QuantView& w, std::int64_t index, Bf16 (*to)[64]) {
    const std::uint8_t* codes = w.codes + kInt8TileBytes * index;
    const auto* exponents = static_cast<const std::uint8_t*>(w.meta) + 16 * index;
    for (int r = 0; r < 16; ++r) {
        const float power = 1.0F / static_cast<float>(1 << exponents[r]);
        for (int i = 0; i < 64; ++i) {
            const auto code = static_cast<std::int8_t>(codes[64 * r + line_byte(i)]);
            to[r][i] = to_bf16(static_cast<float>(code) * power);
        }
    }
}

void write_tile(const DequantSlabArgs& a,
                std::int64_t row,
                std::int64_t k,
                const Bf16 (*tile)[64]) {
    if (a.order == SlabOrder::kNk) {
        for (int r = 0; r < 16; ++r) {
            __builtin_memcpy(a.out + (row + r) * a.ld + k, tile[r], sizeof tile[r]);
        }
        return;
    }
    for (int i = 0; i < 64; ++i) {
        Bf16* line = a.out + (k + i) * a.ld + row;
        for (int r = 0; r < 16; ++r) line[r] = tile[r][i];
    }
}

Status dequant_slab_body(const DequantSlabArgs& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    const std::int64_t rows = (a.row_end - a.row_begin) / kQuantRows;
    const std::int64_t groups = (a.k_end - a.k_begin) / kQuantGroup;
#pragma omp parallel for schedule(static) if (rows * groups >= kParallelTiles)
    for (std::int64_t i = 0; i < rows; ++i) {
        for (std::int64_t j = 0; j < groups; ++j) {
            const std::int64_t index =
                (a.row_begin / kQuantRows + i) * k_groups(a.w) + a.k_begin / kQuantGroup + j;
            Bf16 tile[16][64];
            switch (a.w.kind) {
                case QuantKind::kInt4:
                    int4_tile(a.w, index, tile);
                    break;
                case QuantKind::kNf4:
                    nf4_tile(a.w, index, tile);
                    break;
                case QuantKind::kInt8:
                    int8_tile(a.w, index, tile);
                    break;
            }
            write_tile(a, kQuantRows * i, kQuantGroup * j, tile);
        }
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(dequant_slab, DequantSlabArgs)

}  // namespace veritune::kernels::cpu
