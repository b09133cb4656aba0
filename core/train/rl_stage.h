// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/rollout/rollout_group.h"
#include "core/train/checkpoint.h"
#include "core/train/critic.h"
#include "core/train/policy_trainer.h"
#include "core/train/run_context.h"
#include "core/train/stage_session.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace veritune::train {

/// One rollout with everything the update needs; the groups own the tokens that `batch` points
/// into.
struct RlStep {
    std::int64_t step = 0;
    std::vector<rollout::RolloutGroup> groups;
    std::vector<double> rewards;  ///< [N] as the algorithm sees them
    TrainBatch batch;
    RolloutBatch rollout;
    at::Tensor values;  ///< [N, L]; ppo only
    std::string bad{};  ///< first tensor that is not finite: nothing is updated then; empty = fine
    CriticStats critic{};
    PolicyUpdate update{};
    double reference_kl = -1.0;  ///< k3 per token on a share of the chains; -1 = not measured
    std::int64_t prompts_too_long = 0;
    double generate_seconds = 0.0;
    double verify_seconds = 0.0;       ///< waited for verdicts after the last chain had ended
    double verify_work_seconds = 0.0;  ///< all verdicts together, most of it beside sampling
    double update_seconds = 0.0;
    std::int64_t generated_tokens = 0;
};

/// The parts of the stage `vrl` that rl_loop.cpp strings together, and its training state.
/// threads  the training thread; source  training.md 4, 5
class RlStage final : public TrainingState {
  public:
    /// policy  the model to train, already at its starting weights; outlives the stage
    RlStage(RunContext& context, const StageConfig& config, model::CausalLm& policy);

    std::int64_t total_steps() const { return config_.vrl.max_steps; }
    std::int64_t sampled_chains() const { return sampled_chains_; }
    bool uses_critic() const { return critic_ != nullptr; }

    /// Samples and verifies B x G chains of the step's prompts; after an interruption takes those
    /// of a completed step from the store.
    util::Result<RlStep> rollout(std::int64_t step, StageSession& session);
    /// Rewards, masks and log-probs as [N, L] tensors.
    void make_batch(RlStep& rl) const;
    /// The critic's V before this step's update.
    util::Status estimate_values(RlStep& rl);
    /// Advantages of whole groups; left out with a `bad` step, as are the updates.
    util::Status compute_advantage(RlStep& rl);
    /// The critic learns from every scored chain.
    util::Status update_critic(RlStep& rl);
    util::Status update_policy(RlStep& rl);
    /// Sets `bad` by the sampler's log-probs, rewards and values.
    void look_for_bad(RlStep& rl) const;
    /// False during critic_warmup.
    bool policy_may_move(std::int64_t step) const {
        return !uses_critic() || step > config_.vrl.critic_warmup;
    }
    data::StepRecord record(const RlStep& rl) const;
    /// Pauses the run when more than 5 % of the step's chains could not be judged: what is left
    /// says little about the model, and somebody has to look at the gold or the machine.
    util::Status watch_faults(const RlStep& rl, StageSession& session) const;
    double mean_reward(const RlStep& rl) const { return rl.batch.advantages.stats.reward_mean; }

    std::vector<std::pair<std::string, at::Tensor>> tensors() override;
    void add_to(util::Sha256& hash) override;
    util::Json scalars() const override;
    util::Status set_scalars(const util::Json& scalars) override;
    void halve_learning_rate() override;
    model::CausalLm& policy() override { return policy_; }

  private:
    util::Result<at::Tensor> reference_logprobs(const RlStep& rl);
    util::Status sample(RlStep& rl, StageSession& session);
    /// False when a chain of the step is not stored.
    util::Result<bool> recall(const data::StepRecord& stored, RlStep& rl) const;
    std::vector<const data::Problem*> next_problems(std::int64_t step) const;
    /// k3 of every eighth chain: what `kl` shows when beta is 0 and no full reference pass is paid.
    double sampled_reference_kl(const RlStep& rl);
    std::vector<double> rewards_of(const std::vector<rollout::RolloutGroup>& groups,
                                   std::int64_t step);
    void add_metrics(const RlStep& rl, data::StepRecord& record) const;
    void add_length_metrics(const RlStep& rl, data::StepRecord& record) const;
    void add_chains(const RlStep& rl, data::StepRecord& record) const;

    RunContext& context_;
    const StageConfig& config_;
    model::CausalLm& policy_;
    WorkLink link_;
    std::optional<model::CausalLm> reference_;
    PolicyTrainer trainer_;
    std::unique_ptr<Critic> critic_;
    std::int64_t sampled_chains_ = 0;
    double control_mean_ =
        -1.0;  ///< pass rate of the first step: the mean of the random control's rewards
};

/// The whole algorithm, one step after the other.
util::Result<StageEnd> run_rl_loop(RlStage& stage, StageSession& session, std::int64_t first_step);

}  // namespace veritune::train
