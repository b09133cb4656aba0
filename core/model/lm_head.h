// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/causal_lm.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace veritune::model {

/// Which hidden row predicts which token. Row r of the result belongs to rows[r] and targets[r]; a
/// row may appear many times (the last prompt token predicts the first token of every chain of its
/// group).
struct HeadTargets {
    std::vector<std::int32_t> rows;
    std::vector<std::int32_t> targets;
};

/// Log-probs and entropies of given tokens, in chunks: no [tokens, V] matrix beyond one chunk's
/// budget. threads  one owner; test  lm_head_test.cpp
class LmHead {
  public:
    /// floats of logits in memory at a time: 256 MB
    static constexpr std::int64_t kLogitsBudget = 64LL << 20;

    /// logits_budget  floats of one chunk (at least 16 rows are taken); memory, not mathematics
    explicit LmHead(double temperature, std::int64_t logits_budget = kLogitsBudget)
        : temperature_(temperature),
          logits_budget_(logits_budget) {}

    /// hidden [M, d] -> logprobs(), entropies() [n]. On a base: those of its last forward.
    void forward(const CausalLm& lm, const at::Tensor& hidden, HeadTargets targets);
    /// g [n] = dL/dlogprob, zero for tokens without gradient -> dhidden [M, d]; adds the head's own
    /// gradient. On a base the gradient stays there, and the tensor is undefined.
    at::Tensor backward(CausalLm& lm, const at::Tensor& hidden, const at::Tensor& g);

    const at::Tensor& logprobs() const { return logprobs_; }
    const at::Tensor& entropies() const { return entropies_; }

  private:
    struct Chunk {
        std::int64_t begin = 0;
        std::int64_t size = 0;
    };
    std::vector<Chunk> chunks(std::int64_t vocab) const;
    void logits_of(const CausalLm& lm, const at::Tensor& hidden, const Chunk& chunk);

    double temperature_;
    std::int64_t logits_budget_;
    HeadTargets targets_;
    at::Tensor rows_, ids_, logprobs_, entropies_, lse_;
    at::Tensor gathered_, logits_;  ///< of the chunk computed last
    std::int64_t cached_begin_ = -1;
};

}  // namespace veritune::model
