// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bf16.h"

#include <cstdint>

namespace veritune::kernels {

inline constexpr std::int64_t kQuantRows = 16;   ///< rows of a tile
inline constexpr std::int64_t kQuantGroup = 64;  ///< inputs of a tile, and of a group
inline constexpr std::int64_t kInt4TileBytes = 512;
inline constexpr std::int64_t kInt8TileBytes = 1024;
inline constexpr int kSlices = 8;  ///< parts that K is cut into in the canonical order

enum class QuantKind : std::int32_t { kInt4 = 0, kNf4 = 1, kInt8 = 2 };

/// How the rows of a tile are laid out. kQkv stacks q, k and v rows; kGateUp has gate 8b..8b+7 in
/// tile rows 0-7 and up 8b..8b+7 in rows 8-15.
enum class RowOrder : std::int32_t { kPlain = 0, kQkv = 1, kGateUp = 2 };

/// A quantised matrix [n, k] in tiles, the same bytes on disk, in GPU memory and on the CPU.
/// N is padded to 16, K to 64. Tile (i, j) = rows 16i..16i+15 x inputs 64j..64j+63.
/// codes  int4, nf4: 512 bytes a tile at 512 * (i * K/64 + j). Lane L = 4g + t owns bytes
///        16L..16L+15 = four little-endian words m = 0..3; nibble p of word m holds
///        row g + 8*(p & 1), input 16t + 4m + (p & 2) + (p >> 2).
///        int8: 1,024 bytes a tile, [16 rows][64 inputs], bytes in order (0,2,1,3) in each four
/// meta   int4: u32 [N/16][K/64][8]: word g = meta(row g) | meta(row g+8) << 16; a meta word is
///        bits 15-12 zero point z, 10-3 exponent and 2-0 mantissa of the scale s (int4_scale
///        below); nf4: fp32 absmax [N/16][K/64][16];  int8: u8 exponent e [N/16][K/64][16]
/// row_factor  int8 only: fp32 [N]
/// weight int4 s * (q - z), int8 f * (c * 2^-e), nf4 bf16(table[q] * absmax)
/// All pointers are aligned to 256 bytes.
struct QuantView {
    QuantKind kind = QuantKind::kInt4;
    RowOrder order = RowOrder::kPlain;
    std::int64_t n = 0;  ///< outputs, before padding
    std::int64_t k = 0;  ///< inputs, before padding
    const std::uint8_t* codes = nullptr;
    const void* meta = nullptr;
    const float* row_factor = nullptr;
};

VT_HD std::int64_t row_tiles(const QuantView& w) { return (w.n + kQuantRows - 1) / kQuantRows; }
VT_HD std::int64_t k_groups(const QuantView& w) { return (w.k + kQuantGroup - 1) / kQuantGroup; }

/// Row of the stacked source matrix [n, k] (q k v, or gate above up) that lies in row `row` of the
/// tiles; -1 = padding.
VT_HD std::int64_t stacked_row(RowOrder order, std::int64_t n, std::int64_t row) {
    if (order != RowOrder::kGateUp) return row < n ? row : -1;
    const std::int64_t half = n / 2;
    const std::int64_t feature = 8 * (row / kQuantRows) + (row & 7);
    if (feature >= half) return -1;
    return (row & 8) != 0 ? half + feature : feature;
}

/// Adapters that share a matrix: q, k, v; gate, up; or one.
VT_HD int adapter_slices(RowOrder order) {
    return order == RowOrder::kQkv ? 3 : order == RowOrder::kGateUp ? 2 : 1;
}

/// s of an int4 meta word: bf16 bits (meta & 0x7ff) << 4, four significant bits; 0 = all-zero
/// group.
VT_HD float int4_scale(std::uint32_t meta) {
    return to_float(Bf16{static_cast<std::uint16_t>((meta & 0x7ffU) << 4)});
}
VT_HD int int4_zero(std::uint32_t meta) { return static_cast<int>((meta >> 12) & 15U); }

/// Where (row, input) of a tile lies in the 4-bit layout: byte 0..511 and nibble (0 low, 1 high).
struct NibblePlace {
    int byte;
    int high;
};
VT_HD NibblePlace int4_place(int row, int input) {
    const int in16 = input & 15;
    const int low = in16 & 3;  // input = 16t + 4m + (p & 2) + (p >> 2)
    const int p = (row >> 3) | (low & 2) | ((low & 1) << 2);
    return {16 * (4 * (row & 7) + (input >> 4)) + 4 * (in16 >> 2) + (p >> 1), p & 1};
}

/// First group of slice `slice` when K has `groups` groups (canonical order: groups ascending in a
/// slice, then slice 0 + slice 1 + ...). Slice `kSlices` = the end.
VT_HD std::int64_t slice_begin(std::int64_t groups, int slice) { return slice * groups / kSlices; }

/// Value q of the NF4 code (QLoRA, arXiv 2305.14314, appendix E).
VT_HD float nf4_value(int q) {
    constexpr float kTable[16] = {
        -1.0F,
        -0.6961928009986877F,
        -0.5250730514526367F,
        -0.39491748809814453F,
        -0.28444138169288635F,
        -0.18477343022823334F,
        -0.09105003625154495F,
        0.0F,
        0.07958029955625534F,
        0.16093020141124725F,
        0.24611230194568634F,
        0.33791524171829224F,
        0.44070982933044434F,
        0.5626170039176941F,
        0.7229568362236023F,
        1.0F,
    };
    return kTable[q];
}

}  // namespace veritune::kernels
