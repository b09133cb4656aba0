// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bf16.h"
#include "kernels/kernel_types.h"

namespace veritune::kernels {

/// out[i] = table[token[i]]. The table may lie in pinned host memory that the device reads: one row
/// of 7 KB per token.
/// table  bf16 [vocab, width], width a multiple of 8;  token  int32 [rows], rows <= 65,535
/// out    bf16 [rows, width]; zeros where token[i] is not in [0, vocab): an idle slot
/// test   embed_gather_test.cpp
struct EmbedGather {
    const Bf16* table = nullptr;
    const std::int32_t* token = nullptr;
    Bf16* out = nullptr;
    std::int64_t rows = 0;
    std::int64_t width = 0;
    std::int64_t vocab = 0;
    /// The kernel before this one on the stream may still run when this one starts; it is waited
    /// for before anything is touched. Set inside recorded graphs.
    bool overlap_previous = false;
};

VT_HD bool is_valid(const EmbedGather& a) {
    return a.rows >= 0 && a.rows <= 65535 && a.width > 0 && a.width % 8 == 0 && a.vocab > 0 &&
           a.table != nullptr && a.token != nullptr && a.out != nullptr;
}

VT_HD Cost embed_gather_cost(const EmbedGather& a) {
    const double bytes = 2.0 * static_cast<double>(a.rows * a.width);
    return {.bytes_read = bytes, .bytes_written = bytes};
}

}  // namespace veritune::kernels

VT_DECLARE_KERNEL(embed_gather, EmbedGather)
