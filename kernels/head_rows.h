// SPDX-License-Identifier: Apache-2.0
#pragma once

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
}  // namespace veritune::kernels
