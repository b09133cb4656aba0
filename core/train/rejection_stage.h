// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/rollout/rollout_group.h"
#include "core/train/checkpoint.h"
#include "core/train/run_context.h"
#include "core/train/sft_trainer.h"
#include "core/train/stage_session.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace veritune::train {

/// Rejection sampling + SFT, for one or more rounds: sample K chains per prompt from the current
/// policy, keep those the verifier proves, drop duplicates, choose distinct ones, mix in
/// demonstrations, then SFT from the weights that sft_from names. The chosen chains of a round
/// stand with their lineage in runs/<id>/rejection/<stage>-round-<n>.jsonl, which is a data set and
/// what a resume reads instead of sampling again. threads  the training thread; source  training.md
/// 6; test  rejection_stage_test.cpp
class RejectionStage final : public TrainingState {
  public:
    /// policy  the sampler at its weights, becomes the result; sft_start  flat weights the SFT
    /// starts from
    RejectionStage(RunContext& context,
                   const StageConfig& config,
                   model::CausalLm& policy,
                   at::Tensor sft_start);

    /// Steps of all rounds: one for sampling and sft_steps() for SFT each.
    std::int64_t total_steps() const;
    std::int64_t sampled_chains() const { return sampled_chains_; }
    util::Result<StageEnd> run(StageSession& session, std::int64_t first_step);

    std::vector<std::pair<std::string, at::Tensor>> tensors() override;
    void add_to(util::Sha256& hash) override { optimizer_.add_to(hash, "policy", policy_); }
    util::Json scalars() const override;
    util::Status set_scalars(const util::Json& scalars) override;
    void halve_learning_rate() override;
    model::CausalLm& policy() override { return policy_; }

  private:
    struct Kept {
        const data::Problem* problem = nullptr;
        SftExample example;
        util::Json lineage;
    };
    /// SFT steps that a round may take: max_steps, or without it what num_train_epochs over the
    /// most chains that could be chosen would take; their number is known only after sampling.
    std::int64_t sft_steps() const;
    std::int64_t steps_per_round() const { return 1 + sft_steps(); }
    std::string round_file(std::int64_t round) const;
    /// False when the verifier accepted nothing: the stage then ends with the policy as it is.
    util::Result<bool> sample_round(std::int64_t round, StageSession& session);
    std::vector<Kept> choose(const std::vector<rollout::RolloutGroup>& groups,
                             std::int64_t round,
                             data::StepRecord& record);
    util::Status save_round(std::int64_t round, const std::vector<Kept>& kept);
    /// The round's examples: chosen chains of this and earlier rounds, demonstrations mixed in.
    util::Result<std::vector<SftExample>> examples(std::int64_t round);
    util::Result<std::optional<StageEnd>> train_round(std::int64_t round,
                                                      StageSession& session,
                                                      std::int64_t first_sft_step);

    RunContext& context_;
    const StageConfig& config_;
    model::CausalLm& policy_;
    at::Tensor sft_start_;
    AdamW optimizer_;
    double lr_factor_ = 1.0;
    std::int64_t sampled_chains_ = 0;
};

}  // namespace veritune::train
