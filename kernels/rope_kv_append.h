// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/kernel_types.h"
#include "kernels/paged_kv.h"

namespace veritune::kernels {

/// Rotates q and k of every row (half-split layout of rope.h), writes q, and appends k and v to the
/// row's chain at the row's position. Serves decoding (one row per chain) and prefill (the rows of
/// one chain at consecutive positions).
/// qkv        bf16 [rows, (q_heads + 2 kv_heads) * head_dim], bias added, row stride in elements
/// positions  int32 [rows]; negative: the row is idle, nothing of it is read or written
/// slots      int32 [rows], the row's chain in the block table; null: row i is chain i;
///            one_slot: all rows are of chain slots[0]
/// cos, sin   fp32 [max_positions, head_dim/2]
/// q_gamma, k_gamma  bf16 [head_dim] or both null: RMS norm of every head of q and k before the
///            rotation (Qwen3), rounded to bf16 as a step of its own
/// q          bf16 [rows, q_heads, head_dim]
/// kv         the layer; a row whose position lies beyond the table's stride or beyond
///            max_positions, or whose page is not in [0, pages), is idle
/// Rounding: rotated q, k and v are bf16. An int8 layer then stores scale = fp16(absmax / 127) and
/// codes = rne(x / scale) within +-127, x and scale being the rounded numbers; a zero vector has
/// scale 0, a vector with a NaN or an infinity scale NaN and codes 0. Sums of squares add lane l's
/// elements (2l, 2l+1, 2l + d/2, 2l+1 + d/2; for d = 64 l, l + 32) and then lanes by halves.
/// CPU and CUDA give the same bits. test  rope_kv_append_test.cpp
struct RopeKvAppend {
    const Bf16* qkv = nullptr;
    const std::int32_t* positions = nullptr;
    const std::int32_t* slots = nullptr;
    const float* cos = nullptr;
    const float* sin = nullptr;
    const Bf16* q_gamma = nullptr;
    const Bf16* k_gamma = nullptr;
    Bf16* q = nullptr;
    PagedKv kv{};
    BlockTable table{};
    std::int64_t rows = 0;
    std::int64_t q_heads = 0;
    std::int64_t qkv_stride = 0;
    std::int64_t max_positions = 0;
    float eps = 1e-6F;
    bool one_slot = false;
    /// The kernel before this one on the stream may still run when this one starts; it is waited
    /// for before anything is touched. Set inside recorded graphs.
    bool overlap_previous = false;
};

VT_HD bool is_valid(const RopeKvAppend& a) {
    return a.rows >= 0 && is_valid(a.kv) && a.q_heads > 0 && a.max_positions > 0 &&
           a.qkv_stride >= (a.q_heads + 2 * a.kv.kv_heads) * a.kv.head_dim &&
           a.qkv_stride % 8 == 0 && a.table.pages != nullptr && a.table.stride > 0 &&
           a.qkv != nullptr && a.positions != nullptr && a.cos != nullptr && a.sin != nullptr &&
           a.q != nullptr && (a.q_gamma == nullptr) == (a.k_gamma == nullptr) &&
           (a.slots != nullptr || !a.one_slot);
}

VT_HD Cost rope_kv_append_cost(const RopeKvAppend& a) {
    const auto rows = static_cast<double>(a.rows);
    const auto q = static_cast<double>(a.q_heads * a.kv.head_dim);
    const auto kv = static_cast<double>(2 * a.kv.kv_heads * a.kv.head_dim);
    const double stored =
        kv * static_cast<double>(kv_element_bytes(a.kv.kind)) +
        (a.kv.kind == KvKind::kInt8 ? 4.0 * static_cast<double>(a.kv.kv_heads) : 0.0);
    return {.bytes_read = rows * (2 * (q + kv) + 4.0 * static_cast<double>(a.kv.head_dim)),
            .bytes_written = rows * (2 * q + stored),
            .flops = rows * 3 * (q + kv / 2)};
}

}  // namespace veritune::kernels

VT_DECLARE_KERNEL(rope_kv_append, RopeKvAppend)
