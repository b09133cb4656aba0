// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/train/checkpoint.h"
#include "core/train/run_context.h"
#include "core/train/sft_trainer.h"
#include "core/train/stage_session.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace veritune::train {

/// SFT as a training stage: `cold_start`, and the second half of `rejection_sampling`.
/// threads  the training thread; source  training.md 3
class SftStage final : public TrainingState {
  public:
    SftStage(model::CausalLm& lm,
             const SftConfig& config,
             std::vector<SftExample> examples,
             std::uint64_t seed,
             const WorkLink& link = {})
        : lm_(lm),
          optimizer_(lm.parameters(), config.optimizer),
          trainer_(lm, optimizer_, config, std::move(examples), seed, link) {}

    SftTrainer& trainer() { return trainer_; }
    std::vector<std::pair<std::string, at::Tensor>> tensors() override;
    void add_to(util::Sha256& hash) override { optimizer_.add_to(hash, "policy", lm_); }
    util::Json scalars() const override;
    util::Status set_scalars(const util::Json& scalars) override;
    void halve_learning_rate() override;
    model::CausalLm& policy() override { return lm_; }

  private:
    model::CausalLm& lm_;
    AdamW optimizer_;
    SftTrainer trainer_;
};

/// Demonstrations as token ids.
/// errors  those of the tokenizer, naming the problem; kInvalidArgument when a problem has no
/// solution
util::Result<std::vector<SftExample>> encode_demonstrations(
    const rollout::PromptFormat& format, const std::vector<data::Problem>& problems);

data::StepRecord sft_record(const SftStepStats& stats, std::int64_t step, double seconds);

util::Result<StageEnd> run_sft_loop(SftStage& stage,
                                    StageSession& session,
                                    std::int64_t first_step);

}  // namespace veritune::train
