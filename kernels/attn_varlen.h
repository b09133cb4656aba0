// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bf16.h"
#include "kernels/kernel_types.h"

namespace veritune::kernels {

/// A run of rows [begin, end) that attends causally to itself and fully to the rows [prefix_begin,
/// prefix_end). A shared prompt is computed once: it is a segment without prefix, and every chain
/// of its group names it as prefix. A prefix lies within one segment of the same cluster.
struct Segment {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::int64_t prefix_begin = 0;
    std::int64_t prefix_end = 0;
};

/// Exact causal attention over packed segments, softmax(q k^T * scale) v, grouped-query heads.
/// qkv       [rows, (n_q + 2 n_kv) * head_dim], row stride in elements: q heads, k heads, v heads
/// segments  [n_segments], no row in two of them
/// clusters  [n_clusters + 1]; cluster c = segments clusters[c]..clusters[c+1]: a prompt and all
///           that name it as prefix, so that one thread owns every row it adds a gradient to
/// out       [rows, n_q * head_dim];  lse  [rows, n_q] log-sum-exp of the scaled scores
/// `sliding_window` > 0: a query sees at most that many keys back, itself included (positions count
/// through the prefix). As long as all rows of its segment are finite, a query's bits depend on the
/// keys it sees alone; rows of no segment are neither read nor written.
/// source  arXiv 2205.14135 (log-sum-exp form of the backward);  test  attn_varlen_test.cpp
template <typename T>
struct AttnForward {
    const T* qkv = nullptr;
    T* out = nullptr;
    T* lse = nullptr;
    const Segment* segments = nullptr;
    const std::int64_t* clusters = nullptr;
    std::int64_t n_clusters = 0;
    std::int64_t n_q = 0;
    std::int64_t n_kv = 0;
    std::int64_t head_dim = 0;
    std::int64_t qkv_stride = 0;
    std::int64_t sliding_window = 0;
    T scale = T(1);
};

/// dqkv of the same layout; every row that belongs to a segment is written (not accumulated).
template <typename T>
struct AttnBackward {
    AttnForward<T> forward{};  ///< the same arguments, out and lse filled
    const T* dout = nullptr;   ///< [rows, n_q * head_dim]
    T* dqkv = nullptr;         ///< row stride qkv_stride
};

namespace cpu {
Status attn_forward(const AttnForward<float>& args);
Status attn_forward(const AttnForward<double>& args);
Status attn_backward(const AttnBackward<float>& args);
Status attn_backward(const AttnBackward<double>& args);
}  // namespace cpu

/// What a packed row attends to: the rows [own_begin, itself] and [prefix_begin, prefix_end), a
/// shared prompt. 0 <= prefix_begin <= prefix_end <= own_begin <= row; own_begin > row: the row
/// belongs to nothing, its output is 0.
struct AttnSpan {
    std::int32_t own_begin = 0;
    std::int32_t prefix_begin = 0;
    std::int32_t prefix_end = 0;
    std::int32_t unused = 0;
};

inline constexpr std::int64_t kAttnRowsMost = 65536;  ///< packed rows of one call

/// The same attention in bf16 over packed rows: softmax(q k^T * scale) v, grouped-query heads,
/// scores and sums in fp32, weights rounded to bf16 before they meet v (on a card).
/// qkv   bf16 [rows, (n_q + 2 n_kv) * head_dim], row stride qkv_stride: q heads, k heads, v heads
/// span  [rows]
/// out   bf16 [rows, n_q * head_dim], row stride out_stride
/// lse   fp32 [rows, n_q]: natural log-sum-exp of the scaled scores; 0 for a row of nothing
/// All rows hold finite numbers. rows <= kAttnRowsMost; head_dim 64 or 128 on a card, a multiple of
/// 8 on the CPU; strides multiples of 8, pointers on 16 bytes. A row's bits depend on the tiles of
/// 64 packed rows that its span touches, and on nothing else. source  arXiv 2205.14135, 2307.08691;
/// test  attn_varlen_test.cpp
struct AttnRows {
    const Bf16* qkv = nullptr;
    const AttnSpan* span = nullptr;
    Bf16* out = nullptr;
    float* lse = nullptr;
    std::int64_t rows = 0;
    std::int64_t n_q = 0;
    std::int64_t n_kv = 0;
    std::int64_t head_dim = 0;
    std::int64_t qkv_stride = 0;
    std::int64_t out_stride = 0;
    float scale = 1.0F;
};

/// Every row of dqkv is written. Sums run over rows in order: the same bits on every run.
/// dout   bf16 [rows, n_q * head_dim], row stride dout_stride
/// delta  fp32 [rows, n_q] scratch
/// dqkv   bf16, laid out as qkv; not qkv itself
struct AttnRowsBackward {
    AttnRows forward{};  ///< the same arguments, out and lse filled
    const Bf16* dout = nullptr;
    float* delta = nullptr;
    Bf16* dqkv = nullptr;
    std::int64_t dout_stride = 0;
};

VT_HD bool attn_pointer_fits(const void* p) {
    return p != nullptr && reinterpret_cast<std::uintptr_t>(p) % 16 == 0;
}
VT_HD bool is_valid(const AttnRows& a) {
    return a.rows >= 0 && a.rows <= kAttnRowsMost && a.n_kv >= 1 && a.n_q >= a.n_kv &&
           a.n_q % a.n_kv == 0 && a.head_dim >= 8 && a.head_dim % 8 == 0 &&
           a.qkv_stride >= (a.n_q + 2 * a.n_kv) * a.head_dim && a.qkv_stride % 8 == 0 &&
           a.out_stride >= a.n_q * a.head_dim && a.out_stride % 8 == 0 &&
           attn_pointer_fits(a.qkv) && attn_pointer_fits(a.span) && attn_pointer_fits(a.out) &&
           a.lse != nullptr;
}
VT_HD bool is_valid(const AttnRowsBackward& b) {
    return is_valid(b.forward) && attn_pointer_fits(b.dout) && attn_pointer_fits(b.dqkv) &&
           b.delta != nullptr && b.dqkv != b.forward.qkv && b.dout_stride % 8 == 0 &&
           b.dout_stride >= b.forward.n_q * b.forward.head_dim;
}
}  // namespace veritune::kernels

VT_DECLARE_KERNEL(attn_rows, AttnRows)
VT_DECLARE_KERNEL(attn_rows_backward, AttnRowsBackward)
