// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bf16.h"
#include "kernels/kernel_types.h"

namespace veritune::kernels {

/// From raw logits to log-prob of the target and entropy, both of softmax(logits / temperature).
/// logits   [rows, vocab]; -inf masks an id (probability 0, gradient 0);  target  [rows] int32
/// logprob, entropy, lse  [rows] out (nats; lse = log-sum-exp of logits / temperature)
/// test  head_rows_test.cpp
template <typename T>
struct HeadForward {
    const T* logits = nullptr;
    const std::int32_t* target = nullptr;
    T* logprob = nullptr;
    T* entropy = nullptr;
    T* lse = nullptr;
    std::int64_t rows = 0;
    std::int64_t vocab = 0;
    T temperature = T(1);
};

/// dlogits = (g * (onehot - p) - a * p * (ln p + H)) / temperature, written over the logits.
/// g  [rows] dL/dlogprob;  a  [rows] dL/dentropy or null (0);  a row with g = a = 0 becomes exactly
/// 0
template <typename T>
struct HeadBackward {
    T* logits = nullptr;
    const std::int32_t* target = nullptr;
    const T* lse = nullptr;
    const T* entropy = nullptr;
    const T* g = nullptr;
    const T* a = nullptr;
    std::int64_t rows = 0;
    std::int64_t vocab = 0;
    T temperature = T(1);
};

namespace cpu {
Status head_forward(const HeadForward<float>& args);
Status head_forward(const HeadForward<double>& args);
Status head_backward(const HeadBackward<float>& args);
Status head_backward(const HeadBackward<double>& args);
}  // namespace cpu

/// The head of a quantised model for a chunk of rows, where the logits lie. Without g: log-prob and
/// entropy. With g: these, and the logits become bf16 gradients in place,
/// f_v * (g * (onehot - p_v) - a * p_v * (ln p_v + H)) / temperature, ready for the product with
/// the matrix whose row factors were left out.
/// logits       fp32 [rows, stride]: products with the weights without row factors. Row r of the
///              gradients are the first `columns` bf16 numbers of its memory: row stride 2 * stride
/// row_factor   fp32 [vocab] or null (1)
/// target       int32 [rows]; outside [0, vocab): log-prob NaN, gradient 0
/// vocab        ids that exist; columns (>= vocab, <= stride): what lies behind them gets gradient
///              0. stride a multiple of 8
/// g, a         fp32 [rows]: dL/dlogprob, dL/dentropy; a may be null. A row with g = a = 0 becomes
///              exactly 0
/// logprob, entropy  fp32 [rows] out;  logits on 16 bytes
/// non_finite   int32 or null: becomes 1 when a log-prob is NaN or infinite
/// source  kernels.md 7 (softmax and its gradient in one pass);  test  head_rows_test.cpp
struct HeadRows {
    float* logits = nullptr;
    const float* row_factor = nullptr;
    const std::int32_t* target = nullptr;
    const float* g = nullptr;
    const float* a = nullptr;
    float* logprob = nullptr;
    float* entropy = nullptr;
    std::int32_t* non_finite = nullptr;
    std::int64_t rows = 0;
    std::int64_t vocab = 0;
    std::int64_t columns = 0;
    std::int64_t stride = 0;
    float temperature = 1.0F;
};

VT_HD bool is_valid(const HeadRows& a) {
    return a.rows >= 0 && a.rows <= INT32_MAX && a.vocab >= 1 && a.columns >= a.vocab &&
           a.stride >= a.columns && a.stride % 8 == 0 && a.temperature > 0 && a.logits != nullptr &&
           reinterpret_cast<std::uintptr_t>(a.logits) % 16 == 0 && a.target != nullptr &&
           a.logprob != nullptr && a.entropy != nullptr && (a.a == nullptr || a.g != nullptr);
}
VT_HD Cost head_rows_cost(const HeadRows& a) {
    const auto elements = static_cast<double>(a.rows * a.columns);
    return a.g == nullptr ? Cost{4 * elements, 0, 6 * elements}
                          : Cost{8 * elements, 2 * elements, 14 * elements};
}
}  // namespace veritune::kernels

VT_DECLARE_KERNEL(head_rows, HeadRows)
