// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/causal_lm.h"
#include "core/train/advantage.h"
#include "core/train/chain_pack.h"
#include "core/train/config.h"
#include "core/train/memory_retreat.h"
#include "core/train/optimizer.h"
#include "core/train/policy_loss.h"
#include "core/util/result.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace veritune::train {

/// One rollout, ready for the update. Tensors are [N, L]; row i belongs to chains[i].
struct TrainBatch {
    std::vector<ChainRef> chains;
    at::Tensor completion_mask;
    at::Tensor sampling_logprobs;
    at::Tensor ref_logprobs;  ///< undefined without a reference
    Advantages advantages{};
};

struct PolicyUpdate {
    bool updated =
        false;  ///< false: nothing proven, or every gradient was skipped; weights untouched
    double policy_loss = 0.0;
    double grad_norm = 0.0;  ///< largest of the mini-batches
    double learning_rate = 0.0;
    std::int64_t skipped = 0;  ///< mini-batches that were not applied
    std::string bad{};  ///< first tensor that was not finite; the rest of the step is left out then
    std::int64_t tokens = 0;  ///< tokens that went through forward and backward
    PolicyStats stats{};
    at::Tensor logprobs{};  ///< [N, L] f32 as the last forward of the update saw them; 0 where no
                            ///< chain with gradient has a token; undefined without an update
};

/// The policy update of every algorithm in training.md 5: forward over the chains that may carry
/// gradient, loss on their log-probs, hand-written backward, clip, AdamW. Chains without gradient
/// are left out of the forward pass altogether: their contribution is exactly 0. threads  one
/// owner; test  policy_trainer_test.cpp
class PolicyTrainer {
  public:
    /// link  outlives the trainer; what it points to as well
    PolicyTrainer(model::CausalLm& policy,
                  const PolicyConfig& config,
                  std::uint64_t seed,
                  const WorkLink& link = {});

    /// Log-probs of the completions under `lm`, [N, L] f32, zero where there is no token.
    at::Tensor logprobs(const model::CausalLm& lm,
                        std::span<const ChainRef> chains,
                        std::int64_t rows,
                        std::int64_t length);
    /// step from 1. A mini-batch for which memory is gone is done again in smaller pieces.
    /// errors  those of policy_loss, less a loss that is not finite (`bad`); kOutOfMemory
    util::Result<PolicyUpdate> step(const TrainBatch& batch, std::int64_t step);

    AdamW& optimizer() { return optimizer_; }
    /// The guard's halving acts here.
    void scale_learning_rate(double factor) { lr_factor_ *= factor; }
    double learning_rate_factor() const { return lr_factor_; }
    void set_learning_rate_factor(double factor) { lr_factor_ = factor; }

  private:
    util::Status mini_batch(const TrainBatch& batch,
                            std::span<const ChainRef> chains,
                            const at::Tensor& old_logprobs,
                            PolicyUpdate& update);
    util::Result<AdamW::StepResult> accumulate_and_apply(const TrainBatch& batch,
                                                         std::span<const ChainRef> chains,
                                                         const at::Tensor& old_logprobs,
                                                         PolicyUpdate& update);
    util::Status micro_batch(const TrainBatch& batch,
                             const ChainPack& pack,
                             const at::Tensor& old_logprobs,
                             const LossNormaliser& normaliser,
                             PolicyUpdate& update);

    model::CausalLm* policy_;
    PolicyConfig config_;
    std::uint64_t seed_;
    WorkLink link_;
    AdamW optimizer_;
    model::Activations acts_;
    double lr_factor_ = 1.0;
};

}  // namespace veritune::train
