// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/kernel_types.h"
#include "kernels/paged_kv.h"

namespace veritune::kernels {

/// The new tokens of a decode step as the projection gives them; attention then does the work of
/// rope_kv_append (same fields, same bits) in the same launch.
struct DecodeAppend {
    const Bf16* qkv = nullptr;
    const float* cos = nullptr;
    const float* sin = nullptr;
    const Bf16* q_gamma = nullptr;
    const Bf16* k_gamma = nullptr;
    std::int64_t qkv_stride = 0;
    std::int64_t max_positions = 0;
    float eps = 1e-6F;
};

/// Attention of one query per chain over its pages, softmax(scale * q k^T) v.
/// q          bf16 [chains, q_heads, head_dim], rotated; head h reads key/value head
///            h / (q_heads / kv_heads), at most 8 query heads to each. Or null, and
/// append     the new tokens: q is rotated, k and v are appended at `positions` on the way. A chain
///            at or beyond append.max_positions gets NaN
/// positions  int32 [chains]: the query's own position, the last one it sees; negative: the chain
///            is idle and gets zeros. Read on the device, so that a recorded graph serves any
///            length up to max_splits * 256 (a longer chain gets NaN, never wrong memory)
/// slots      int32 [chains] row of the block table, null: chain i is row i
/// group      int32 [chains] or null: chains with the same number >= 0 have the same pages for
///            their first `shared` tokens. A hint: chains are worked on side by side in any case,
///            so that pages in common come from memory once. Changes no bit
/// shared     int32 [chains], the same within a group
/// out        bf16 [chains, q_heads, head_dim]
/// partial    scratch, paged_attn_decode_partials(args) floats; may hold anything
/// arrived    scratch, uint32 [chains * kv_heads], zero before the first call; left zero
/// Order of sums: 32 tokens at a time with their own maximum (scores rounded nowhere, P * v_scale
/// rounded to bf16); eight of those in order make a split of 256, four splits in order a stretch of
/// 1,024, and the stretches are put together in order. Nothing depends on other chains, on
/// max_splits or on the slot: row i has the same bits in any batch.
/// source  arXiv 2205.14135, 2311.01282 (splits);  test  paged_attn_decode_test.cpp
struct PagedAttnDecode {
    const Bf16* q = nullptr;
    DecodeAppend append{};
    const std::int32_t* positions = nullptr;
    const std::int32_t* slots = nullptr;
    const std::int32_t* group = nullptr;
    const std::int32_t* shared = nullptr;
    Bf16* out = nullptr;
    float* partial = nullptr;
    std::uint32_t* arrived = nullptr;
    PagedKv kv{};
    BlockTable table{};
    std::int64_t chains = 0;  ///< at most 1,024
    std::int64_t q_heads = 0;
    std::int64_t max_splits = 0;  ///< of 256 tokens; CTAs beyond a chain's length leave at once
    float scale = 1.0F;
    /// The kernel before this one on the stream may still run when this one starts; it is waited
    /// for before anything is touched. Set inside recorded graphs.
    bool overlap_previous = false;
    /// With overlap_previous: the kernel before this one lets it start only when all before that
    /// have ended (as gemm_chain does), and writes nothing but append.qkv. Positions, pages, keys
    /// and values are then read while it still runs.
    bool older_have_ended = false;
};

/// Floats of scratch: of every chain, key/value head and split head_dim sums, a maximum and a sum
/// per query head.
VT_HD std::int64_t paged_attn_decode_partials(const PagedAttnDecode& a) {
    return a.chains * a.max_splits * a.q_heads * (a.kv.head_dim + 2);
}

VT_HD bool is_valid(const DecodeAppend& n, const PagedKv& kv, std::int64_t q_heads) {
    return n.qkv != nullptr && n.cos != nullptr && n.sin != nullptr && n.max_positions > 0 &&
           n.qkv_stride >= (q_heads + 2 * kv.kv_heads) * kv.head_dim && n.qkv_stride % 8 == 0 &&
           (n.q_gamma == nullptr) == (n.k_gamma == nullptr);
}

VT_HD bool is_valid(const PagedAttnDecode& a) {
    return is_valid(a.kv) && a.chains >= 0 && a.chains <= 1024 && a.q_heads > 0 &&
           a.q_heads % a.kv.kv_heads == 0 && a.q_heads / a.kv.kv_heads <= kMaxHeadGroup &&
           a.max_splits > 0 && a.max_splits <= 4096 && a.table.pages != nullptr &&
           a.table.stride > 0 && (a.q != nullptr) != is_valid(a.append, a.kv, a.q_heads) &&
           a.positions != nullptr && a.out != nullptr && a.partial != nullptr &&
           a.arrived != nullptr && (a.group == nullptr) == (a.shared == nullptr);
}

/// `tokens`: the lengths of all chains together, `shared_tokens`: those of them read by another.
VT_HD Cost paged_attn_decode_cost(const PagedAttnDecode& a,
                                  double tokens,
                                  double shared_tokens = 0) {
    const auto row = static_cast<double>(kv_page_bytes(a.kv)) / static_cast<double>(kPageTokens) +
                     (a.kv.kind == KvKind::kInt8 ? 4.0 * static_cast<double>(a.kv.kv_heads) : 0.0);
    const auto q = static_cast<double>(a.chains * a.q_heads * a.kv.head_dim);
    return {.bytes_read = (tokens - shared_tokens) * row + 2 * q,
            .bytes_written = 2 * q,
            .flops = 4 * tokens * static_cast<double>(a.q_heads * a.kv.head_dim)};
}

}  // namespace veritune::kernels

VT_DECLARE_KERNEL(paged_attn_decode, PagedAttnDecode)
