// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/kernel_types.h"
#include "kernels/quant_view.h"

#include <cstdint>

namespace veritune::kernels {

/// How a slab lies: kNk row by row (y = x W^T), kKn input by input (dx = dy W).
enum class SlabOrder : std::int32_t { kNk = 0, kKn = 1 };

/// Part of a quantised matrix as bf16, for matrix products of many tokens.
/// rows and inputs are those of the tiles: kGateUp rows come as they lie (8 gate, 8 up), padding
/// comes as zeros. int8 weights come without their row factor, as c * 2^-e, which is exactly a bf16
/// number: the factor belongs to the fp32 result of the row.
/// row_begin, row_end  multiples of 16, 0 <= begin <= end <= 16 * row_tiles
/// k_begin, k_end      multiples of 64, 0 <= begin <= end <= 64 * k_groups
/// out   bf16, kNk [rows, inputs], kKn [inputs, rows]; 16-byte aligned
/// ld    elements from line to line of out, a multiple of 8, at least the width of a line; what
///       lies between the lines is not touched
/// The CPU and a card give the same bits.
/// source  Veritune's own format (kernels/quant_view.h); test  dequant_slab_test.cpp
struct DequantSlabArgs {
    QuantView w;
    std::int64_t row_begin = 0;
    std::int64_t row_end = 0;
    std::int64_t k_begin = 0;
    std::int64_t k_end = 0;
    SlabOrder order = SlabOrder::kNk;
    Bf16* out = nullptr;
    std::int64_t ld = 0;
};

/// Whether sizes, pointers and alignment are those of the contract.
inline bool is_valid(const DequantSlabArgs& a) {
    const auto aligned = [](const void* p, std::uintptr_t bytes) {
        return p != nullptr && reinterpret_cast<std::uintptr_t>(p) % bytes == 0;
    };
    const std::int64_t rows = a.row_end - a.row_begin;
    const std::int64_t inputs = a.k_end - a.k_begin;
    return a.w.n >= 1 && a.w.k >= 1 && a.row_begin >= 0 && rows >= 0 && a.k_begin >= 0 &&
           inputs >= 0 && a.row_begin % kQuantRows == 0 && a.row_end % kQuantRows == 0 &&
           a.k_begin % kQuantGroup == 0 && a.k_end % kQuantGroup == 0 &&
           a.row_end <= kQuantRows * row_tiles(a.w) && a.k_end <= kQuantGroup * k_groups(a.w) &&
           a.ld % 8 == 0 && a.ld >= (a.order == SlabOrder::kNk ? inputs : rows) &&
           aligned(a.w.codes, 256) && aligned(a.w.meta, 16) && aligned(a.out, 16);
}

inline Cost dequant_slab_cost(const DequantSlabArgs& a) {
    const double weights =
        static_cast<double>(a.row_end - a.row_begin) * static_cast<double>(a.k_end - a.k_begin);
    const double bits =
        a.w.kind == QuantKind::kInt8 ? 8.125 : (a.w.kind == QuantKind::kNf4 ? 4.5 : 4.25);
    return {.bytes_read = weights * bits / 8, .bytes_written = weights * 2, .flops = weights * 2};
}

}  // namespace veritune::kernels

VT_DECLARE_KERNEL(dequant_slab, DequantSlabArgs)
