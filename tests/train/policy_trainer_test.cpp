// SPDX-License-Identifier: Apache-2.0
// training.md 5.3 and 10.1: what may move the policy, and what must not.
#include "core/train/policy_trainer.h"

#include "core/rollout/rollout_engine.h"
#include "tests/train/chain_set.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>

#include <cmath>

namespace veritune::train {
namespace {

/// A critic's numbers that do not depend on any text.
at::Tensor fixed_values(const ChainSet& set) {
    at::Tensor values = at::zeros({set.chains(), set.length()}, at::kFloat);
    for (std::int64_t i = 0; i < values.numel(); ++i)
        values.view(-1)[i] = 0.2F + 0.01F * static_cast<float>(i % 29);
    return values * set.mask();
}

struct Outcome {
    at::Tensor gradient;
    at::Tensor weights;
    PolicyUpdate update;
};

Outcome one_step(const PolicyConfig& config, const ChainSet& set, const at::Tensor& values = {}) {
    model::CausalLm policy = tiny_model();
    PolicyTrainer trainer(policy, config, 1);
    const TrainBatch batch = train_batch(trainer, policy, config, set, values);
    auto update = trainer.step(batch, 1);
    EXPECT_TRUE(update.has_value()) << to_string(update.error());
    return {first_gradient(trainer, config),
            policy.parameters().flat().clone(),
            std::move(update).value()};
}

TEST(PolicyTrainer, ComputesTheLogProbsThatTheSamplerReported) {
    const model::CausalLm lm = tiny_model();
    model::CausalLm policy = lm.clone();
    PolicyTrainer trainer(policy, plain_policy("grpo"), 1);
    rollout::RolloutEngine engine(lm);
    const std::vector<Ids> prompts{{2, 3, 4}, {9}};
    const auto groups =
        engine.generate(prompts, 5, {.max_completion_length = 12, .eos_ids = {1, 5, 6}}).value();
    ChainSet set;
    for (const auto& group : groups) {
        set.prompts.push_back(group.prompt);
        set.completions.emplace_back();
        for (const auto& c : group.completions) set.completions.back().push_back(c.tokens);
    }
    const at::Tensor ours = trainer.logprobs(lm, set.refs(), set.chains(), set.length());
    std::int64_t row = 0;
    for (const auto& group : groups) {
        for (const auto& c : group.completions) {
            for (std::size_t t = 0; t < c.logprobs.size(); ++t)
                EXPECT_NEAR(
                    ours[row][static_cast<std::int64_t>(t)].item<float>(), c.logprobs[t], 1e-4);
            ++row;
        }
    }
    EXPECT_EQ((ours * (1 - set.mask())).abs().max().item<float>(), 0.0F)
        << "zero where there is no token";
}

TEST(PolicyTrainer, StartsOnPolicy) {
    const ChainSet set = random_chains(3, 4, 1);
    const Outcome outcome = one_step(plain_policy("grpo"), set);
    EXPECT_TRUE(outcome.update.updated);
    EXPECT_EQ(outcome.update.stats.ratio.minimum, 1.0);
    EXPECT_EQ(outcome.update.stats.ratio.maximum, 1.0);
    EXPECT_EQ(outcome.update.stats.clipped_low + outcome.update.stats.clipped_high, 0.0);
    EXPECT_LT(outcome.update.stats.sampling_difference_max, 1e-5);
}

/// The surrogate with the old log-probs held fixed, by central differences along the gradient.
TEST(PolicyTrainer, GradientAgreesWithFiniteDifferencesOfTheLoss) {
    for (const char* algorithm : {"ppo", "grpo", "rloo", "raft", "dr_grpo"}) {
        const PolicyConfig config = plain_policy(algorithm);
        const ChainSet set = random_chains(3, 4, 2);
        const at::Tensor values = config.algorithm == "ppo" ? fixed_values(set) : at::Tensor();
        const Outcome outcome = one_step(config, set, values);
        model::CausalLm policy = tiny_model();
        PolicyTrainer trainer(policy, config, 1);
        const TrainBatch batch = train_batch(trainer, policy, config, set, values);
        const at::Tensor old = batch.sampling_logprobs.clone();
        const at::Tensor start = policy.parameters().flat().clone();
        const double norm = outcome.gradient.norm().item<double>();
        ASSERT_NEAR(norm, outcome.update.grad_norm, 1e-5 * norm);
        const auto loss_at = [&](double h) {
            policy.parameters().flat().copy_(start + h * outcome.gradient / norm);
            const at::Tensor now =
                trainer.logprobs(policy, batch.chains, set.chains(), set.length());
            return policy_loss(config,
                               {.logprobs = now,
                                .old_logprobs = old,
                                .advantages = batch.advantages.advantages,
                                .token_mask = batch.advantages.token_mask,
                                .update = batch.advantages.update},
                               loss_normaliser(batch.advantages.token_mask,
                                               batch.advantages.counted,
                                               config.sampling.max_completion_length))
                .value()
                .loss;
        };
        constexpr double kStep = 2e-3;
        const double slope = (loss_at(kStep) - loss_at(-kStep)) / (2 * kStep);
        EXPECT_NEAR(slope / norm, 1.0, 1e-2) << algorithm;
    }
}

TEST(PolicyTrainer, MicroBatchesOrderAndPaddingChangeNothing) {
    for (const char* algorithm : {"ppo", "grpo", "rloo", "raft"}) {
        PolicyConfig config = plain_policy(algorithm);
        const bool ppo = config.algorithm == "ppo";
        ChainSet set = random_chains(4, 4, 3);
        const Outcome whole = one_step(config, set, ppo ? fixed_values(set) : at::Tensor());
        ASSERT_GT(whole.gradient.norm().item<double>(), 1e-3);
        for (const std::int64_t tokens : {1, 20, 60}) {
            config.micro_batch_tokens = tokens;
            const Outcome split = one_step(config, set, ppo ? fixed_values(set) : at::Tensor());
            EXPECT_NEAR(split.update.policy_loss, whole.update.policy_loss, 1e-6)
                << algorithm << tokens;
            EXPECT_LT(relative_difference(split.gradient, whole.gradient), 1e-6)
                << algorithm << tokens;
        }
        if (ppo) continue;  // its fixed values belong to rows
        set.extra_padding = 5;
        EXPECT_LT(relative_difference(one_step(config, set).gradient, whole.gradient), 1e-6)
            << algorithm;
        std::ranges::reverse(set.prompts);
        std::ranges::reverse(set.completions);
        std::ranges::reverse(set.rewards);
        for (auto& group : set.completions) std::ranges::reverse(group);
        for (auto& group : set.rewards) std::ranges::reverse(group);
        EXPECT_LT(relative_difference(one_step(config, set).gradient, whole.gradient), 1e-6)
            << algorithm;
    }
}

TEST(PolicyTrainer, NothingProvenLeavesWeightsAndMomentsUntouched) {
    for (const char* algorithm : {"ppo", "raft", "raft_pp"}) {
        const PolicyConfig config = plain_policy(algorithm);
        ASSERT_EQ(config.update_on, "verified");
        model::CausalLm policy = tiny_model();
        PolicyTrainer trainer(policy, config, 1);
        ChainSet set = random_chains(3, 4, 4);
        const at::Tensor values = fixed_values(set);
        ASSERT_TRUE(trainer.step(train_batch(trainer, policy, config, set, values), 1)->updated);
        const at::Tensor weights = policy.parameters().flat().clone();
        const at::Tensor m = trainer.optimizer().first_moment().clone();
        const at::Tensor v = trainer.optimizer().second_moment().clone();
        for (auto& group : set.rewards) std::ranges::fill(group, 0.0);
        const auto update = trainer.step(train_batch(trainer, policy, config, set, values), 2);
        ASSERT_TRUE(update.has_value());
        EXPECT_FALSE(update->updated);
        EXPECT_EQ(update->tokens, 0);
        EXPECT_TRUE(bit_equal(policy.parameters().flat(), weights)) << algorithm;
        EXPECT_TRUE(bit_equal(trainer.optimizer().first_moment(), m)) << algorithm;
        EXPECT_TRUE(bit_equal(trainer.optimizer().second_moment(), v)) << algorithm;
        EXPECT_EQ(trainer.optimizer().steps(), 1) << "Adam's counter too";
        EXPECT_EQ(policy.parameters().flat_grad().abs().max().item<float>(), 0.0F);
    }
}

/// M, sigma and V are held: the rejected chain keeps its length and its row of values.
TEST(PolicyTrainer, TheTextOfARejectedChainReachesNoWeight) {
    for (const char* algorithm : {"ppo", "raft", "raft_pp"}) {
        const PolicyConfig config = plain_policy(algorithm);
        ChainSet set = random_chains(3, 4, 5);
        const at::Tensor values = config.algorithm == "ppo" ? fixed_values(set) : at::Tensor();
        const Outcome before = one_step(config, set, values);
        std::int64_t proven =
            0;  // rows of prompts and of proven chains, whose last token is no input
        for (std::size_t p = 0; p < set.completions.size(); ++p) {
            proven += std::ssize(set.prompts[p]);
            for (std::size_t g = 0; g < set.completions[p].size(); ++g) {
                if (set.rewards[p][g] == 1.0) proven += std::ssize(set.completions[p][g]) - 1;
            }
        }
        EXPECT_EQ(before.update.tokens, proven) << "a rejected chain is not even computed";
        util::Rng rng(77, util::RngStream::kTest);
        for (std::size_t p = 0; p < set.completions.size(); ++p) {
            for (std::size_t g = 0; g < set.completions[p].size(); ++g) {
                if (set.rewards[p][g] == 0.0)
                    set.completions[p][g] = random_ids(rng, std::ssize(set.completions[p][g]));
            }
        }
        const Outcome after = one_step(config, set, values);
        EXPECT_TRUE(bit_equal(before.weights, after.weights)) << algorithm;
        EXPECT_TRUE(bit_equal(before.gradient, after.gradient)) << algorithm;
        // The other way round the weights must differ, or the test would see nothing.
        for (std::size_t p = 0; p < set.completions.size(); ++p) {
            for (std::size_t g = 0; g < set.completions[p].size(); ++g) {
                if (set.rewards[p][g] == 1.0)
                    set.completions[p][g] = random_ids(rng, std::ssize(set.completions[p][g]));
            }
        }
        EXPECT_FALSE(bit_equal(before.weights, one_step(config, set, values).weights));
    }
}

TEST(PolicyTrainer, DividesByTheTokensOfAllScoredChains) {
    const PolicyConfig config = plain_policy("raft");
    ChainSet set = random_chains(2, 2, 6);
    const Outcome small = one_step(config, set);
    // Twice the tokens, all of them rejected: half the gradient.
    double tokens = set.mask().sum().item<double>();
    for (std::size_t p = 0; p < 2; ++p) {
        for (std::size_t g = 0; g < 2; ++g) {
            if (set.rewards[p][g] == 0.0) {
                auto& ids = set.completions[p][g];
                ids.insert(ids.end(), static_cast<std::size_t>(tokens) / 2, 9);
            }
        }
    }
    const double more = set.mask().sum().item<double>();
    const Outcome large = one_step(config, set);
    EXPECT_LT(relative_difference(large.gradient * (more / tokens), small.gradient), 1e-6);
}

TEST(PolicyTrainer, EqualRewardsMoveNothingInGroupMethods) {
    for (const char* algorithm : {"grpo", "dr_grpo", "rloo", "reinforce_pp"}) {
        for (const double reward : {0.0, 0.1, 1.0}) {
            const PolicyConfig config = plain_policy(algorithm);
            model::CausalLm policy = tiny_model();
            const at::Tensor before = policy.parameters().flat().clone();
            PolicyTrainer trainer(policy, config, 1);
            ChainSet set = random_chains(3, 3, 7);
            for (auto& group : set.rewards) std::ranges::fill(group, reward);
            const auto update = trainer.step(train_batch(trainer, policy, config, set), 1);
            EXPECT_FALSE(update->updated) << algorithm << reward;
            EXPECT_TRUE(bit_equal(policy.parameters().flat(), before)) << algorithm << reward;
        }
    }
}

TEST(PolicyTrainer, GrpoSeesRewardsUpToScaleAndShift) {
    const PolicyConfig config = plain_policy("grpo");
    ChainSet set = random_chains(3, 4, 8);
    const Outcome plain = one_step(config, set);
    for (auto& group : set.rewards) {
        for (double& r : group) r = 3.0 * r - 2.0;
    }
    EXPECT_LT(relative_difference(one_step(config, set).gradient, plain.gradient), 2e-4)
        << "up to the 1e-4";
}

TEST(PolicyTrainer, ABetterRewardMakesAChainLikelier) {
    for (const char* algorithm : {"ppo", "grpo", "raft"}) {
        PolicyConfig config = plain_policy(algorithm);
        config.optimizer.learning_rate = 1e-4;
        ChainSet set = random_chains(1, 4, 9);
        set.rewards[0] = {0, 0, 1, 0};
        const at::Tensor values = config.algorithm == "ppo" ? fixed_values(set) : at::Tensor();
        model::CausalLm policy = tiny_model();
        PolicyTrainer trainer(policy, config, 1);
        const TrainBatch batch = train_batch(trainer, policy, config, set, values);
        ASSERT_TRUE(trainer.step(batch, 1)->updated);
        const at::Tensor now = trainer.logprobs(policy, batch.chains, 4, set.length());
        EXPECT_GT((now - batch.sampling_logprobs)[2].sum().item<double>(), 0.0) << algorithm;
    }
}

TEST(PolicyTrainer, ALearningRateOfZeroLeavesEveryBit) {
    PolicyConfig config = plain_policy("grpo");
    config.optimizer.learning_rate = 0.0;
    EXPECT_TRUE(bit_equal(one_step(config, random_chains(3, 4, 10)).weights,
                          tiny_model().parameters().flat()));
}

TEST(PolicyTrainer, ANaNNeverReachesTheWeights) {
    const PolicyConfig config = plain_policy("grpo");
    model::CausalLm policy = tiny_model();
    PolicyTrainer trainer(policy, config, 1);
    const ChainSet set = random_chains(3, 4, 11);
    TrainBatch batch = train_batch(trainer, policy, config, set);
    const at::Tensor before = policy.parameters().flat().clone();
    batch.advantages.advantages[0][0] = std::nan("");
    const auto broken_loss = trainer.step(batch, 1);
    ASSERT_TRUE(broken_loss.has_value());
    EXPECT_EQ(broken_loss->bad, "loss");
    EXPECT_FALSE(broken_loss->updated);
    EXPECT_TRUE(bit_equal(policy.parameters().flat(), before));
    EXPECT_EQ(trainer.optimizer().steps(), 0);
    // A gradient that overflows although the loss is finite.
    policy.parameters().flat_grad().zero_();
    policy.parameters().flat_grad()[3] = INFINITY;
    const TrainBatch sound = train_batch(trainer, policy, config, set);
    const auto update = trainer.step(sound, 1);
    ASSERT_TRUE(update.has_value());
    EXPECT_EQ(update->skipped, 1);
    EXPECT_FALSE(update->updated);
    EXPECT_TRUE(bit_equal(policy.parameters().flat(), before));
    EXPECT_EQ(trainer.optimizer().first_moment().abs().max().item<float>(), 0.0F);
    ASSERT_TRUE(trainer.step(sound, 2)->updated) << "and the next step is clean again";
}

TEST(PolicyTrainer, AnAdapterLearnsWithoutTouchingItsBase) {
    PolicyConfig config = plain_policy("grpo");
    config.optimizer.learning_rate = 1e-2;
    model::CausalLm policy = tiny_lora();
    const at::Tensor base = base_weights(policy).clone();
    const at::Tensor start = policy.parameters().flat().clone();
    PolicyTrainer trainer(policy, config, 1);
    const ChainSet set = random_chains(3, 4, 12);
    for (int step = 1; step <= 4; ++step) {
        ASSERT_TRUE(trainer.step(train_batch(trainer, policy, config, set), step)->updated);
    }
    EXPECT_TRUE(bit_equal(base_weights(policy), base));
    EXPECT_FALSE(bit_equal(policy.parameters().flat(), start));
    EXPECT_EQ(policy.parameters().flat().numel(), tiny_lora().parameters().flat().numel());
    // Adapter off is the base again, bit for bit.
    model::CausalLm off = policy.clone();
    for (std::int64_t i = 0; i < off.parameters().size(); ++i) {
        if (off.parameters().entries()[static_cast<std::size_t>(i)].name.find("lora_B") !=
            std::string::npos)
            off.parameters().value(i).zero_();
    }
    const auto refs = set.refs();
    EXPECT_TRUE(bit_equal(trainer.logprobs(off, refs, 12, set.length()),
                          trainer.logprobs(tiny_lora(), refs, 12, set.length())));
}

TEST(PolicyTrainer, MiniBatchesAndIterationsTakeTheirSteps) {
    PolicyConfig config = plain_policy("grpo");
    config.optimizer.learning_rate = 5e-3;
    config.num_mini_batches = 2;
    config.num_iterations = 2;
    const ChainSet set = random_chains(4, 4, 13);
    std::vector<at::Tensor> results;
    for (int repeat = 0; repeat < 2; ++repeat) {
        model::CausalLm policy = tiny_model();
        PolicyTrainer trainer(policy, config, 1);
        const auto update = trainer.step(train_batch(trainer, policy, config, set), 1);
        ASSERT_TRUE(update.has_value());
        EXPECT_EQ(trainer.optimizer().steps(), 4);
        EXPECT_GT(update->stats.ratio.maximum, 1.001) << "the policy has left the rollout's";
        results.push_back(policy.parameters().flat().clone());
    }
    EXPECT_TRUE(bit_equal(results[0], results[1]));
}

TEST(PolicyTrainer, FollowsTheScheduleAndTheGuardsFactor) {
    PolicyConfig config = plain_policy("grpo");
    config.optimizer.learning_rate = 1e-3;
    config.optimizer.warmup_steps = 4;
    model::CausalLm policy = tiny_model();
    PolicyTrainer trainer(policy, config, 1);
    const ChainSet set = random_chains(2, 2, 14);
    EXPECT_DOUBLE_EQ(trainer.step(train_batch(trainer, policy, config, set), 1)->learning_rate,
                     0.25e-3);
    EXPECT_DOUBLE_EQ(trainer.step(train_batch(trainer, policy, config, set), 8)->learning_rate,
                     1e-3);
    trainer.scale_learning_rate(0.5);
    EXPECT_DOUBLE_EQ(trainer.step(train_batch(trainer, policy, config, set), 8)->learning_rate,
                     0.5e-3);
    EXPECT_DOUBLE_EQ(trainer.learning_rate_factor(), 0.5);
}

TEST(PolicyTrainer, AReferencePullsBack) {
    PolicyConfig config = plain_policy("grpo");
    config.beta = 0.5;
    model::CausalLm policy = tiny_model();
    const model::CausalLm reference = tiny_model(2);
    PolicyTrainer trainer(policy, config, 1);
    ChainSet set = random_chains(2, 3, 15);
    for (auto& group : set.rewards) std::ranges::fill(group, 1.0);  // no advantage: the pull alone
    config.dynamic_sampling = "off";
    TrainBatch batch = train_batch(trainer, policy, config, set);
    batch.ref_logprobs = trainer.logprobs(reference, batch.chains, 6, set.length());
    const auto update = trainer.step(batch, 1);
    ASSERT_TRUE(update.has_value()) << to_string(update.error());
    EXPECT_TRUE(update->updated);
    const at::Tensor now = trainer.logprobs(policy, batch.chains, 6, set.length());
    const auto distance = [&](const at::Tensor& lp) {
        const at::Tensor d = (batch.ref_logprobs - lp).to(at::kDouble) * set.mask();
        return (d.exp() - d - 1).sum().item<double>();
    };
    EXPECT_LT(distance(now), distance(batch.sampling_logprobs));
}

}  // namespace
}  // namespace veritune::train
