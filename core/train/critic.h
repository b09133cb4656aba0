// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/causal_lm.h"
#include "core/train/chain_pack.h"
#include "core/train/config.h"
#include "core/train/memory_retreat.h"
#include "core/train/optimizer.h"
#include "core/util/result.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace veritune::train {

/// What the critic learns from: whole-step tensors, [N, L].
struct CriticTargets {
    at::Tensor returns;
    at::Tensor token_mask;
    at::Tensor old_values;
};

struct CriticStats {
    double value_loss = 0.0;
    double clip_fraction = 0.0;
    double explained_variance = 0.0;  ///< of the values before the update
    double grad_norm = 0.0;           ///< largest of the mini-batches
    std::string bad{};  ///< first thing that was not finite; the rest of the update is left out
};

/// V(state) = sigmoid(head(hidden state that predicts the token)). For LoRA models a second adapter
/// on the same frozen base; for fully trained tiny models a second copy. Starts as a copy of the
/// policy with a zero head; shares no trainable number with it, so training it never changes the
/// policy. threads  one owner; source  training.md 5.2; test  critic_test.cpp
class Critic {
  public:
    /// link  what it points to outlives the critic
    Critic(const model::CausalLm& policy,
           const PolicyConfig& config,
           std::uint64_t seed,
           const WorkLink& link = {});

    /// [N, L] f32; zero where there is no token.
    at::Tensor values(std::span<const ChainRef> chains, std::int64_t rows, std::int64_t length);
    /// critic_mini_batches AdamW steps over the chains; a random but repeatable split by group.
    /// A mini-batch for which memory is gone is done again in smaller pieces.
    /// errors  those of value_loss, less a loss that is not finite (`bad`); kOutOfMemory
    util::Result<CriticStats> update(std::span<const ChainRef> chains,
                                     const CriticTargets& targets,
                                     std::int64_t step);

    model::CausalLm& lm() { return lm_; }
    AdamW& optimizer() { return optimizer_; }

  private:
    at::Tensor squash(const at::Tensor& raw) const;
    util::Status accumulate(const ChainPack& pack,
                            const CriticTargets& targets,
                            double normaliser,
                            CriticStats& stats);
    util::Result<AdamW::StepResult> accumulate_and_apply(std::span<const ChainRef> part,
                                                         const CriticTargets& targets,
                                                         CriticStats& stats);

    PolicyConfig config_;
    std::uint64_t seed_;
    WorkLink link_;
    model::CausalLm lm_;
    AdamW optimizer_;
    OptimizerConfig optimizer_config_;
    model::Activations acts_;
};

/// Splits chains (neighbours by group) into `parts` lists of whole groups, shuffled by (seed,
/// step).
std::vector<std::vector<ChainRef>> split_groups(std::span<const ChainRef> chains,
                                                std::int64_t parts,
                                                std::uint64_t seed,
                                                std::uint64_t step);

}  // namespace veritune::train
