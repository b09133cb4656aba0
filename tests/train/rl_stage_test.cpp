// SPDX-License-Identifier: Apache-2.0
#include "core/train/rl_stage.h"

#include "tests/train/tiny_run.h"

#include <ATen/ATen.h>

#include <gmock/gmock.h>

#include <cmath>
#include <set>

namespace veritune::train {
namespace {

using test::metric;
using ::testing::HasSubstr;

/// A `vrl` stage on the warm model, driven by hand.
struct StageRun {
    explicit StageRun(StageConfig stage, const model::CausalLm& start = warm_model())
        : policy(start.clone()) {
        tiny.recipe.stages = {std::move(stage)};
        context.emplace(tiny.context());
        rl.emplace(*context, tiny.recipe.stages[0], policy);
        session.emplace(*context, tiny.recipe.stages[0], *rl, rl->total_steps());
    }
    /// All of a step up to the update of the policy.
    RlStep prepare(std::int64_t step) {
        RlStep made = rl->rollout(step, *session).value();
        rl->make_batch(made);
        if (rl->uses_critic()) {
            EXPECT_TRUE(rl->estimate_values(made));
        }
        EXPECT_TRUE(rl->compute_advantage(made).has_value());
        return made;
    }

    TinyRun tiny;
    model::CausalLm policy;
    std::optional<RunContext> context;
    std::optional<RlStage> rl;
    std::optional<StageSession> session;
};

TEST(RlStage, LaysARolloutOutAsTensors) {
    StageRun run(tiny_vrl("ppo", 5));
    const RlStep step = run.prepare(1);
    ASSERT_EQ(step.groups.size(), 4U);
    EXPECT_EQ(step.rewards.size(), 16U);
    EXPECT_EQ(step.batch.chains.size(), 16U);
    EXPECT_EQ(step.batch.completion_mask.size(0), 16);
    std::int64_t right = 0;
    for (const ChainRef& chain : step.batch.chains) {
        const auto& group = step.groups[static_cast<std::size_t>(chain.group)];
        const auto g = static_cast<std::size_t>(chain.row % 4);
        const auto& completion = group.completions[g];
        EXPECT_EQ(chain.completion, &completion.tokens);
        EXPECT_EQ(chain.prompt, &group.prompt);
        const auto length = std::ssize(completion.tokens);
        EXPECT_EQ(step.batch.completion_mask[chain.row].sum().item<float>(),
                  static_cast<float>(length));
        EXPECT_EQ(step.batch.sampling_logprobs[chain.row][length - 1].item<float>(),
                  completion.logprobs.back());
        const bool correct = group.verdicts[g].status == verify::VerdictStatus::kCorrect;
        right += correct ? 1 : 0;
        EXPECT_EQ(step.rewards[static_cast<std::size_t>(chain.row)], correct ? 1.0 : 0.0);
        EXPECT_EQ(step.rollout.verified[chain.row].item<bool>(), correct);
        EXPECT_EQ(step.rollout.truncated[chain.row].item<bool>(),
                  completion.finish_reason == rollout::FinishReason::kLength);
        if (!correct) {
            EXPECT_EQ(step.batch.advantages.advantages[chain.row].abs().max().item<double>(), 0.0);
        }
    }
    EXPECT_GT(right, 0) << "the warm model must prove something, or the other tests say nothing";
    EXPECT_LT(right, 16);
    EXPECT_EQ(run.rl->sampled_chains(), 16);
}

TEST(RlStage, PromptsAreAFunctionOfTheStepAndRunThroughEpochs) {
    StageRun run(tiny_vrl("grpo", 9));
    const auto ids = [&](std::int64_t step) {
        std::vector<std::string> list;
        const RlStep made = run.rl->rollout(step, *run.session).value();
        for (const auto& group : made.groups) list.push_back(group.problem->id);
        return list;
    };
    std::set<std::string> epoch;
    for (std::int64_t step = 1; step <= 4; ++step) {
        for (const std::string& id : ids(step)) epoch.insert(id);
    }
    EXPECT_EQ(epoch.size(), 16U) << "four steps of four see all sixteen problems";
    EXPECT_EQ(ids(3), ids(3));
    EXPECT_NE(ids(1), ids(5)) << "another order in the next epoch";
}

TEST(RlStage, AStepWithoutAProofTrainsTheCriticAlone) {
    StageRun run(tiny_vrl("ppo", 5), tiny_model(8));  // a fresh model proves nothing
    RlStep step = run.prepare(1);
    ASSERT_EQ(step.batch.advantages.stats.reject_kept_ratio, 0.0);
    const auto before = run.rl->tensors();
    std::vector<at::Tensor> copies;
    for (const auto& [name, tensor] : before) copies.push_back(tensor.clone());
    ASSERT_TRUE(run.rl->update_critic(step).has_value());
    ASSERT_TRUE(run.rl->update_policy(step).has_value());
    EXPECT_FALSE(step.update.updated);
    for (std::size_t i = 0; i < before.size(); ++i) {
        const bool critic = before[i].first.starts_with("critic");
        EXPECT_EQ(bit_equal(before[i].second, copies[i]), !critic) << before[i].first;
    }
    EXPECT_EQ(run.rl->scalars()["policy_steps"], 0);
    EXPECT_GT(run.rl->scalars()["critic_steps"], 0);
    const data::StepRecord record = run.rl->record(step);
    EXPECT_EQ(metric(record, "policy/updated"), 0.0);
    EXPECT_EQ(metric(record, "reject_kept_ratio"), 0.0);
}

TEST(RlStage, TheCriticsUpdateNeverMovesThePolicy) {
    StageRun run(tiny_vrl("ppo", 5));
    RlStep step = run.prepare(1);
    const at::Tensor before = run.policy.parameters().flat().clone();
    ASSERT_TRUE(run.rl->update_critic(step).has_value());
    EXPECT_TRUE(bit_equal(run.policy.parameters().flat(), before));
    ASSERT_TRUE(run.rl->update_policy(step).has_value());
    EXPECT_FALSE(bit_equal(run.policy.parameters().flat(), before));
}

TEST(RlStage, TheCriticWarmsUpBeforeThePolicyMoves) {
    StageConfig config = tiny_vrl("ppo", 5);
    config.vrl.critic_warmup = 2;
    const StageRun ppo(config);
    EXPECT_FALSE(ppo.rl->policy_may_move(2));
    EXPECT_TRUE(ppo.rl->policy_may_move(3));
    StageConfig group = tiny_vrl("grpo", 5);
    group.vrl.critic_warmup = 2;
    EXPECT_TRUE(StageRun(group).rl->policy_may_move(1)) << "nothing to warm up without a critic";
}

TEST(RlStage, RecordsWhatTheRunDoctorReads) {
    StageRun run(tiny_vrl("ppo", 5));
    RlStep step = run.prepare(1);
    ASSERT_TRUE(run.rl->update_critic(step).has_value());
    ASSERT_TRUE(run.rl->update_policy(step).has_value());
    const data::StepRecord record = run.rl->record(step);
    for (const char* name : {"reward",
                             "reward_std",
                             "frac_reward_zero_std",
                             "reject_kept_ratio",
                             "verifier/faults",
                             "loss",
                             "grad_norm",
                             "learning_rate",
                             "entropy",
                             "num_tokens",
                             "kl",
                             "clip_ratio/region_mean",
                             "policy/ratio_max",
                             "policy/ess",
                             "sampling/sampling_logp_difference/max",
                             "completions/mean_length",
                             "completions/clipped_ratio",
                             "rewards/format/mean",
                             "loss/value_avg",
                             "critic/vf_explained_var",
                             "advantage/sigma",
                             "time/generate",
                             "throughput/generate"}) {
        EXPECT_TRUE(std::isfinite(metric(record, name))) << name;
    }
    double right = 0.0;
    for (const double r : step.rewards) right += r;
    EXPECT_DOUBLE_EQ(metric(record, "reward"), right / 16);
    EXPECT_DOUBLE_EQ(metric(record, "reject_kept_ratio"), right / 16);
    EXPECT_LT(metric(record, "sampling/sampling_logp_difference/max"), 1e-4);
    EXPECT_LT(metric(record, "kl"), 1e-8) << "the first policy is the reference";
    ASSERT_EQ(record.chains.size(), 16U);
    std::int64_t updated = 0;
    for (const data::ChainRecord& chain : record.chains) {
        EXPECT_EQ(chain.values.size(), chain.tokens.size());
        EXPECT_EQ(chain.advantages.size(), chain.tokens.size());
        EXPECT_EQ(chain.updated, chain.status == "correct") << "only proven chains carry gradient";
        EXPECT_EQ(chain.log_ratios.size(), chain.updated ? chain.tokens.size() : 0U);
        for (const float ratio : chain.log_ratios) EXPECT_NEAR(ratio, 0.0F, 1e-4F) << "on-policy";
        updated += chain.updated ? 1 : 0;
    }
    EXPECT_EQ(static_cast<double>(updated), right);
}

TEST(RlStage, TheDistanceToTheReferenceGrowsWithTraining) {
    StageConfig config = tiny_vrl("grpo", 5);
    config.vrl.optimizer.learning_rate = 1e-2;
    StageRun run(config);
    double last = 0.0;
    for (std::int64_t step = 1; step <= 4; ++step) {
        RlStep made = run.prepare(step);
        ASSERT_TRUE(run.rl->update_policy(made).has_value());
        last = metric(run.rl->record(made), "kl");
    }
    EXPECT_GT(last, 1e-5);
}

TEST(RlStage, StoresNoChainsWhereTheRecipeSaysSo) {
    StageRun run(tiny_vrl("grpo", 5));
    run.tiny.recipe.store_chains = false;
    const RlStep step = run.prepare(1);
    EXPECT_TRUE(run.rl->record(step).chains.empty());
}

/// The random control: the same mean, and nothing else of the verdicts.
TEST(RlStage, TheRandomControlKnowsOnlyThePassRate) {
    StageConfig config = tiny_vrl("ppo", 5);
    config.vrl.verdicts = "random";
    config.vrl.prompts_per_step = 16;
    config.vrl.num_generations = 8;
    StageRun run(config);
    const RlStep step = run.prepare(1);
    double truth = 0.0;
    double agree = 0.0;
    double ones = 0.0;
    std::size_t i = 0;
    for (const auto& group : step.groups) {
        for (const auto& verdict : group.verdicts) {
            const double reward = step.rewards[i];
            EXPECT_TRUE(reward == 0.0 || reward == 1.0);
            EXPECT_EQ(step.rollout.verified[static_cast<std::int64_t>(i)].item<bool>(),
                      reward == 1.0);
            ++i;
            truth += verdict.score;
            ones += reward;
            agree += reward == verdict.score ? 1.0 : 0.0;
        }
    }
    const double p = truth / 128;
    const double q = ones / 128;
    EXPECT_NEAR(q, p, 4 * std::sqrt(p * (1 - p) / 128)) << "the same mean";
    EXPECT_NEAR(agree / 128, p * q + (1 - p) * (1 - q), 0.18) << "independent of the verdicts";
    EXPECT_DOUBLE_EQ(run.rl->scalars()["control_mean"].get<double>(), p);
    const RlStep again = run.rl->rollout(1, *run.session).value();
    EXPECT_EQ(again.rewards, step.rewards) << "a function of the step";
}

TEST(RlStage, TheShuffledControlDealsTheVerdictsToOtherChains) {
    StageConfig config = tiny_vrl("grpo", 5);
    config.vrl.verdicts = "shuffled";
    config.vrl.prompts_per_step = 16;
    StageRun run(config);
    const RlStep step = run.prepare(1);
    std::vector<double> truth;
    for (const auto& group : step.groups) {
        for (const auto& verdict : group.verdicts) truth.push_back(verdict.score);
    }
    EXPECT_NE(step.rewards, truth);
    EXPECT_THAT(step.rewards, ::testing::UnorderedElementsAreArray(truth))
        << "the same verdicts, other chains";
}

TEST(RlStage, AFaultOfTheGoldIsNeverScored) {
    StageRun run(tiny_vrl("ppo", 5));
    for (data::Problem& problem : run.tiny.problems) {
        if (problem.id.back() % 2 == 0) problem.gold = "no value";
    }
    const RlStep step = run.prepare(1);
    const auto& stats = step.batch.advantages.stats;
    EXPECT_GT(stats.faults, 0);
    EXPECT_LT(stats.faults, 16);
    for (const ChainRef& chain : step.batch.chains) {
        const auto& group = step.groups[static_cast<std::size_t>(chain.group)];
        if (!verify::is_masked(group.verdicts[0].status)) continue;
        EXPECT_EQ(step.batch.advantages.token_mask[chain.row].sum().item<double>(), 0.0);
        EXPECT_FALSE(step.batch.advantages.update[chain.row].item<bool>());
    }
}

TEST(RlStage, PausesWhenManyChainsCannotBeJudged) {
    StageRun healthy(tiny_vrl("ppo", 5));
    EXPECT_TRUE(healthy.rl->watch_faults(healthy.prepare(1), *healthy.session).has_value());
    EXPECT_FALSE(healthy.tiny.control.pause);
    StageRun run(tiny_vrl("ppo", 5));
    for (data::Problem& problem : run.tiny.problems) {
        if (problem.id.back() % 2 == 0) problem.gold = "no value";
    }
    const RlStep step = run.prepare(1);
    ASSERT_TRUE(run.rl->watch_faults(step, *run.session).has_value());
    EXPECT_TRUE(run.tiny.control.pause);
    EXPECT_THAT(run.tiny.control.pause_reason,
                HasSubstr(std::to_string(step.batch.advantages.stats.faults) + " of 16 chains"));
}

TEST(RlStage, SaysWhenEveryPromptIsTooLong) {
    StageConfig config = tiny_vrl("grpo", 5);
    config.vrl.sampling.max_prompt_length = 2;
    StageRun run(config);
    const auto refused = run.rl->rollout(1, *run.session);
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().message, HasSubstr("max_prompt_length"));
}

TEST(RlStage, HalvingResetsTheMoments) {
    StageRun run(tiny_vrl("grpo", 5));
    RlStep step = run.prepare(1);
    ASSERT_TRUE(run.rl->update_policy(step).has_value());
    ASSERT_TRUE(step.update.updated);
    run.rl->halve_learning_rate();
    EXPECT_EQ(run.rl->scalars()["learning_rate_factor"], 0.5);
    EXPECT_EQ(run.rl->scalars()["policy_steps"], 0);
    EXPECT_EQ(run.rl->tensors()[1].second.abs().max().item<float>(), 0.0F);
}

}  // namespace
}  // namespace veritune::train
