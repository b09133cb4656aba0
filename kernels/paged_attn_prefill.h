// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/kernel_types.h"
#include "kernels/paged_kv.h"

namespace veritune::kernels {

/// Causal attention of a chunk of one chain's tokens over the chain's pages, in which the chunk's
/// own keys and values already lie (rope_kv_append).
/// q          bf16 [rows, q_heads, head_dim], rotated
/// positions  int32 [rows]: row i is at positions[0] + i; rows behind the end of the prompt (only
///            at the chunk's end) are negative and get zeros. Row i sees tokens 0..positions[i]
/// slot       int32 [1], the chain's row of the block table; null: row 0
/// out        bf16 [rows, q_heads, head_dim]
/// A row's bits do not depend on the chunk: pages of 64 tokens ascending, each with one online
/// softmax step (P * v_scale rounded to bf16), so a prefill in chunks equals one in a piece.
/// source  arXiv 2307.08691;  test  paged_attn_prefill_test.cpp
struct PagedAttnPrefill {
    const Bf16* q = nullptr;
    const std::int32_t* positions = nullptr;
    const std::int32_t* slot = nullptr;
    Bf16* out = nullptr;
    PagedKv kv{};
    BlockTable table{};
    std::int64_t rows = 0;
    std::int64_t q_heads = 0;
    float scale = 1.0F;
    /// The kernel before this one on the stream may still run when this one starts; it is waited
    /// for before anything is touched. Set inside recorded graphs.
    bool overlap_previous = false;
};

VT_HD bool is_valid(const PagedAttnPrefill& a) {
    return is_valid(a.kv) && a.rows >= 0 && a.q_heads > 0 && a.q_heads % a.kv.kv_heads == 0 &&
           a.table.pages != nullptr && a.table.stride > 0 && a.q != nullptr &&
           a.positions != nullptr && a.out != nullptr;
}

/// `first`: position of the first row.
VT_HD Cost paged_attn_prefill_cost(const PagedAttnPrefill& a, std::int64_t first) {
    const auto rows = static_cast<double>(a.rows);
    const auto width = static_cast<double>(a.q_heads * a.kv.head_dim);
    const double seen = rows * static_cast<double>(first) + rows * (rows + 1) / 2;
    const double tokens = static_cast<double>(first) + rows;
    return {.bytes_read = tokens * static_cast<double>(kv_page_bytes(a.kv)) /
                              static_cast<double>(kPageTokens) +
                          2 * rows * width,
            .bytes_written = 2 * rows * width,
            .flops = 4 * seen * width};
}

}  // namespace veritune::kernels

VT_DECLARE_KERNEL(paged_attn_prefill, PagedAttnPrefill)
