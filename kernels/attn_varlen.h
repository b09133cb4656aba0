// SPDX-License-Identifier: Apache-2.0
#pragma once

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
}  // namespace veritune::kernels
