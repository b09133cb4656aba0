// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/kernel_types.h"

namespace veritune::kernels {

/// Draws one token per row from softmax(logits / temperature) by inverting the cumulative sum in id
/// order. Row i depends on row i alone.
/// logits   [rows, vocab], overwritten; -inf masks an id: it is never drawn
/// uniform  [rows] in [0, 1); may be null at temperature 0
/// token    [rows] int32;  logprob, entropy  [rows] of the sampling distribution, nats
/// temperature 0: the token with the largest logit (lowest id on ties), log-prob and entropy at
/// temperature 1. A row that holds NaN gets a NaN log-prob and some id below vocab.
/// test  sample_test.cpp
template <typename T>
struct Sample {
    T* logits = nullptr;
    const T* uniform = nullptr;
    std::int32_t* token = nullptr;
    T* logprob = nullptr;
    T* entropy = nullptr;
    std::int64_t rows = 0;
    std::int64_t vocab = 0;
    T temperature = T(1);
};

namespace cpu {
Status sample(const Sample<float>& args);
Status sample(const Sample<double>& args);
}  // namespace cpu
}  // namespace veritune::kernels
