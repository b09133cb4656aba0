// SPDX-License-Identifier: Apache-2.0
#include "kernels/quantize.h"

#include "kernels/cpu/simd.h"
#include "kernels/cpu/source_rows.h"
#include "kernels/int4_search.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

using F = Vec<float>;
using I = Vec<std::int32_t>;
constexpr int kWidth = static_cast<int>(kLanes<float>);
constexpr int kBlocks = 16 / kWidth;
constexpr std::int64_t kParallelTiles = 8;

/// One tile, transposed: a lane of a vector is a row.
struct Tile {
    alignas(64) float w[64][16];
    alignas(64) std::uint8_t level[64][16];
    alignas(64) std::int32_t meta[16];
    bool finite = true;
    QuantizeError error;
};

void read_tile(const QuantizeInt4Args& a,
               const unsigned char* const* rows,
               std::int64_t group,
               Tile& tile) {
    alignas(64) float row[64];
    for (int r = 0; r < 16; ++r) {
        read_group(rows[r], a.rows.type, 64 * group, a.k, row);
        for (int i = 0; i < 64; ++i) tile.w[i][r] = row[i];
    }
}

/// Normalises a block of lanes in place. Returns whether all is finite.
bool normalise(Tile& tile, int at, int4::Plan<F>& plan) {
    I magnitude{};
    for (int i = 0; i < 64; ++i) {
        const I bits = int4::bits_of(load(tile.w[i] + at)) & 0x7fffffff;
        magnitude = bits > magnitude ? bits : magnitude;
    }
    plan = int4::begin_plan<F>(magnitude);
    F low{};
    F high{};
    for (int i = 0; i < 64; ++i) {
        const F w = load(tile.w[i] + at);
        const F v = plan.normalise > F{} ? w * plan.normalise : F{};
        low = int4::smaller(low, v);
        high = int4::larger(high, v);
        store(tile.w[i] + at, v);
    }
    int4::finish_plan(plan, low, high);
    bool finite = true;
    for (int lane = 0; lane < kWidth; ++lane) finite = finite && magnitude[lane] < 0x7f800000;
    return finite;
}

template <bool kWeighted>
int4::Choice<F> search(const Tile& tile, int at, const int4::Plan<F>& plan, const float* weight) {
    int4::Choice<F> best{.error = F{} + __builtin_huge_valf(), .scale = F{}, .zero = F{}};
    F low[3];
    F high[3];
    for (int which = 0; which < 3; ++which) {
        const F zero = int4::zero_of(plan, which);
        low[which] = F{} - zero;
        high[which] = 15.0F - zero;
    }
    for (int step = 0; step < int4::kScaleSteps; ++step) {
        const F scale = int4::scale_of(plan, step);
        const F inverse = 1.0F / scale;
        F sums[3] = {};
        for (int i = 0; i < 64; ++i) {
            const F v = load(tile.w[i] + at);
            const F nearest = int4::rounded(v * inverse);
            for (int which = 0; which < 3; ++which) {
                const F level = int4::clamped(nearest, low[which], high[which]);
                F square = int4::squared_error(v, scale, level);
                if constexpr (kWeighted) square *= weight[i];
                sums[which] += square;
            }
        }
        int4::consider(best, plan, scale, sums);
    }
    return best;
}

void write_levels(Tile& tile, int at, const int4::Plan<F>& plan, const int4::Choice<F>& best) {
    const F inverse = 1.0F / best.scale;
    for (int i = 0; i < 64; ++i) {
        const F v = load(tile.w[i] + at);
        const F level = int4::level(v, inverse, -best.zero, 15.0F - best.zero);
        const I whole = int4::bits_of(level + best.zero + int4::kRound) & 15;
        for (int lane = 0; lane < kWidth; ++lane) {
            tile.level[i][at + lane] =
                plan.normalise[lane] > 0 ? static_cast<std::uint8_t>(whole[lane]) : 0;
        }
    }
    store(tile.meta + at, int4::meta_of(plan, best, plan.normalise));
}

/// Sums of squares of the weights and of what both formats lose.
void add_error(Tile& tile, int at, const int4::Plan<F>& plan, const int4::Choice<F>& best) {
    const F inverse = 1.0F / best.scale;
    F magnitude{};
    for (int i = 0; i < 64; ++i) {
        const F v = load(tile.w[i] + at);
        magnitude = int4::larger(magnitude, int4::larger(v, -v));
    }
    const F nf4_inverse = magnitude > F{} ? 1.0F / magnitude : F{};
    F weight{};
    F ours{};
    F nf4{};
    for (int i = 0; i < 64; ++i) {
        const F v = load(tile.w[i] + at);
        const F level = int4::level(v, inverse, -best.zero, 15.0F - best.zero);
        weight += v * v;
        ours += int4::squared_error(v, best.scale, level);
        nf4 += int4::nf4_squared_error(v, magnitude, nf4_inverse);
    }
    for (int lane = 0; lane < kWidth; ++lane) {
        if (!(plan.normalise[lane] > 0)) continue;
        const float back = 1.0F / plan.normalise[lane];
        tile.error.weight += weight[lane] * back * back;
        tile.error.ours += ours[lane] * back * back;
        tile.error.nf4 += nf4[lane] * back * back;
    }
}

void quantise_tile(const QuantizeInt4Args& a, std::int64_t group, Tile& tile) {
    alignas(64) float weight[64] = {};
    for (std::int64_t i = 0; a.importance != nullptr && i < 64 && 64 * group + i < a.k; ++i) {
        weight[i] = a.importance[64 * group + i];
    }
    for (int block = 0; block < kBlocks; ++block) {
        const int at = block * kWidth;
        int4::Plan<F> plan{};
        tile.finite = normalise(tile, at, plan) && tile.finite;
        const int4::Choice<F> best = a.importance != nullptr
                                         ? search<true>(tile, at, plan, weight)
                                         : search<false>(tile, at, plan, weight);
        write_levels(tile, at, plan, best);
        if (a.error != nullptr) add_error(tile, at, plan, best);
    }
}

void write_tile(const Tile& tile, std::uint8_t* codes, std::uint32_t* meta) {
    for (int g = 0; g < 8; ++g) {
        for (int i = 0; i < 64; ++i) {
            // Bytes of a line hold inputs in the order 0, 2, 1, 3 of each four.
            const int byte = (i & ~3) | ((i & 1) << 1) | ((i & 2) >> 1);
            codes[64 * g + byte] =
                static_cast<std::uint8_t>(tile.level[i][g] | (tile.level[i][g + 8] << 4));
        }
        meta[g] = static_cast<std::uint32_t>(tile.meta[g]) |
                  (static_cast<std::uint32_t>(tile.meta[g + 8]) << 16);
    }
}

/// One row of tiles. Returns whether all its weights are finite.
bool quantise_row(const QuantizeInt4Args& a, std::int64_t row_tile) {
    const std::int64_t groups = (a.k + kQuantGroup - 1) / kQuantGroup;
    const std::int64_t n = source_row_count(a.rows);
    const unsigned char* rows[16];
    for (int r = 0; r < 16; ++r) {
        rows[r] = row_start(a.rows, stacked_row(a.order, n, 16 * row_tile + r));
    }
    QuantizeError sum;
    bool finite = true;
    for (std::int64_t group = 0; group < groups; ++group) {
        Tile tile;
        read_tile(a, rows, group, tile);
        quantise_tile(a, group, tile);
        const std::int64_t index = row_tile * groups + group;
        write_tile(tile, a.codes + kInt4TileBytes * index, a.meta + 8 * index);
        finite = finite && tile.finite;
        sum.weight += tile.error.weight;
        sum.ours += tile.error.ours;
        sum.nf4 += tile.error.nf4;
    }
    if (a.error != nullptr) a.error[row_tile] = sum;
    return finite;
}

Status quantize_int4_body(const QuantizeInt4Args& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    const std::int64_t tiles = (source_row_count(a.rows) + kQuantRows - 1) / kQuantRows;
    bool finite = true;
#pragma omp parallel for schedule(dynamic, 4) reduction(&& : finite) if (tiles >= kParallelTiles)
    for (std::int64_t i = 0; i < tiles; ++i) finite = quantise_row(a, i) && finite;
    if (!finite && a.nonfinite != nullptr) *a.nonfinite = 1;
    return Status::kOk;
}

std::uint32_t largest_bits(const float* values, std::uint32_t magnitude) {
    for (int i = 0; i < 64; ++i) {
        const std::uint32_t bits = __builtin_bit_cast(std::uint32_t, values[i]) & 0x7fffffffU;
        magnitude = bits > magnitude ? bits : magnitude;
    }
    return magnitude;
}

/// c of one row's group; returns e.
int quantise_int8_group(const float* w, float magnitude, float inverse, std::int8_t* codes) {
    const float most = __builtin_bit_cast(float, largest_bits(w, 0));
    int exponent = 0;
    while (exponent < 7 && most * static_cast<float>(2 << exponent) <= magnitude) ++exponent;
    const float power = static_cast<float>(1 << exponent);
    for (int i = 0; i < 64; ++i) {
        const float scaled = w[i] * inverse * power;
        const float whole = int4::clamped(int4::rounded(scaled), -127.0F, 127.0F);
        codes[i] = static_cast<std::int8_t>(whole);
    }
    return exponent;
}

/// One row of an int8 matrix. Returns whether it is finite.
bool quantise_int8_row(const QuantizeInt8Args& a, std::int64_t row) {
    const std::int64_t groups = (a.k + kQuantGroup - 1) / kQuantGroup;
    const unsigned char* from =
        row < a.rows.part_rows[0] + a.rows.part_rows[1] + a.rows.part_rows[2]
            ? row_start(a.rows, row)
            : nullptr;
    alignas(64) float w[64];
    std::uint32_t bits = 0;
    for (std::int64_t group = 0; group < groups; ++group) {
        read_group(from, a.rows.type, 64 * group, a.k, w);
        bits = largest_bits(w, bits);
    }
    const bool finite = bits < 0x7f800000U;
    const bool empty =
        !finite || (bits >> 23) < static_cast<std::uint32_t>(int4::kSmallestExponent);
    const float magnitude = empty ? 0.0F : __builtin_bit_cast(float, bits);
    const float factor = magnitude / 127.0F;
    const float inverse = empty ? 0.0F : 1.0F / factor;
    for (std::int64_t group = 0; group < groups; ++group) {
        read_group(empty ? nullptr : from, a.rows.type, 64 * group, a.k, w);
        std::int8_t codes[64];
        const int exponent = empty ? 0 : quantise_int8_group(w, magnitude, inverse, codes);
        const std::int64_t index = (row / 16) * groups + group;
        std::uint8_t* line = a.codes + kInt8TileBytes * index + 64 * (row % 16);
        for (int i = 0; i < 64; ++i) {
            const int byte = (i & ~3) | ((i & 1) << 1) | ((i & 2) >> 1);
            line[byte] = empty ? 0 : static_cast<std::uint8_t>(codes[i]);
        }
        a.exponents[16 * index + row % 16] = static_cast<std::uint8_t>(exponent);
    }
    if (from != nullptr) a.row_factor[row] = factor;
    return finite;
}

Status quantize_int8_body(const QuantizeInt8Args& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    const std::int64_t rows = (source_row_count(a.rows) + kQuantRows - 1) / kQuantRows * kQuantRows;
    bool finite = true;
#pragma omp parallel for schedule(static) reduction(&& : finite) if (rows >= 64)
    for (std::int64_t row = 0; row < rows; ++row) finite = quantise_int8_row(a, row) && finite;
    if (!finite && a.nonfinite != nullptr) *a.nonfinite = 1;
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(quantize_int4, QuantizeInt4Args)
VT_KERNEL_ENTRY(quantize_int8, QuantizeInt8Args)

}  // namespace veritune::kernels::cpu
