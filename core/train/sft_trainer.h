// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/causal_lm.h"
#include "core/train/config.h"
#include "core/train/memory_retreat.h"
#include "core/train/optimizer.h"
#include "core/util/result.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace veritune::train {

/// One demonstration as token ids.
struct SftExample {
    std::vector<std::int32_t> prompt;      ///< [P]
    std::vector<std::int32_t> completion;  ///< [L], EOS last
};

struct SftStepStats {
    double loss = 0.0;  ///< mean negative log-prob per target token
    double grad_norm = 0.0;
    double learning_rate = 0.0;
    double token_accuracy = 0.0;  ///< mean probability of the target tokens
    double entropy = 0.0;
    std::int64_t tokens = 0;  ///< input tokens of the batch
    std::int64_t target_tokens = 0;
    bool skipped = false;  ///< something was not finite; weights untouched
    std::string bad{};     ///< what
};

/// Supervised fine-tuning: loss = -sum(m * logprob) / sum(m) over the whole optimiser batch.
/// Examples are laid one after another without padding (each attends to itself, positions restart),
/// so packing cannot change the result. threads  one owner; source  training.md 3; test
/// sft_trainer_test.cpp
class SftTrainer {
  public:
    /// examples longer than max_length are dropped and counted, never cut. lm and optimizer (of
    /// lm's parameters) outlive the trainer.
    SftTrainer(model::CausalLm& lm,
               AdamW& optimizer,
               const SftConfig& config,
               std::vector<SftExample> examples,
               std::uint64_t seed,
               const WorkLink& link = {});

    std::int64_t total_steps() const { return total_steps_; }
    std::int64_t dropped() const { return dropped_; }
    std::int64_t examples() const { return static_cast<std::int64_t>(examples_.size()); }
    /// Step from 1: a pure function of the weights, the moments and the step number. One for which
    /// memory is gone is done again in smaller pieces. errors  kOutOfMemory
    util::Result<SftStepStats> step(std::int64_t step);
    /// Multiplies the schedule; the guard's halving acts here.
    double learning_rate_factor() const { return lr_factor_; }
    void set_learning_rate_factor(double factor) { lr_factor_ = factor; }

  private:
    std::vector<const SftExample*> batch_of(std::int64_t step);
    /// Adds gradients; returns sums over target tokens.
    struct Sums {
        double loss = 0.0;
        double probability = 0.0;
        double entropy = 0.0;
        std::int64_t tokens = 0;
    };
    util::Result<SftStepStats> try_step(std::int64_t step);
    Sums forward_backward(std::span<const SftExample* const> examples, double normaliser);

    model::CausalLm* lm_;
    SftConfig config_;
    std::vector<SftExample> examples_;
    std::uint64_t seed_;
    std::int64_t dropped_ = 0;
    std::int64_t total_steps_ = 0;
    std::int64_t epoch_ = -1;
    std::vector<std::int64_t> order_;
    AdamW* optimizer_;
    WorkLink link_;
    double lr_factor_ = 1.0;
    model::Activations acts_;
};

}  // namespace veritune::train
