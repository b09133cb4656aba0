// SPDX-License-Identifier: Apache-2.0
#include "core/train/critic.h"

#include "core/train/value_loss.h"
#include "tests/train/chain_set.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>

#include <set>

namespace veritune::train {
namespace {

PolicyConfig critic_config(std::int64_t mini_batches) {
    PolicyConfig config = tiny_vrl("ppo", 10).vrl;
    config.critic_mini_batches = mini_batches;
    return config;
}

CriticTargets targets_of(const ChainSet& set, const at::Tensor& old_values) {
    const RolloutBatch rollout = rollout_of(set, {});
    const at::Tensor mask = set.mask().to(at::kDouble);
    return {.returns = rollout.rewards.unsqueeze(1) * mask,
            .token_mask = mask,
            .old_values = old_values};
}

at::Tensor values_of(Critic& critic, const ChainSet& set) {
    return critic.values(set.refs(), set.chains(), set.length());
}

TEST(Critic, StartsInTheMiddleAndLeavesPaddingAtZero) {
    const model::CausalLm policy = tiny_model();
    Critic critic(policy, critic_config(1), 1);
    const ChainSet set = random_chains(3, 3, 1);
    EXPECT_TRUE(bit_equal(values_of(critic, set), 0.5 * set.mask()));
    PolicyConfig linear = critic_config(1);
    linear.value_output = "linear";
    Critic plain(policy, linear, 1);
    EXPECT_EQ(values_of(plain, set).abs().max().item<float>(), 0.0F);
}

TEST(Critic, NeverChangesThePolicy) {
    const ChainSet set = random_chains(3, 4, 2);
    for (const bool lora : {false, true}) {
        const model::CausalLm policy = lora ? tiny_lora() : tiny_model();
        const at::Tensor weights = policy.parameters().flat().clone();
        const at::Tensor base = base_weights(policy).clone();
        Critic critic(policy, critic_config(2), 1);
        const at::Tensor start = critic.lm().parameters().flat().clone();
        for (int step = 1; step <= 5; ++step) {
            ASSERT_TRUE(critic.update(set.refs(), targets_of(set, values_of(critic, set)), step)
                            .has_value());
        }
        EXPECT_FALSE(bit_equal(critic.lm().parameters().flat(), start));
        EXPECT_TRUE(bit_equal(policy.parameters().flat(), weights)) << lora;
        EXPECT_TRUE(bit_equal(base_weights(policy), base)) << lora;
    }
}

/// Head and backbone, one parameter after the other, by central differences along the gradient.
TEST(Critic, GradientAgreesWithFiniteDifferences) {
    for (const char* output : {"sigmoid", "linear"}) {
        for (const bool lora : {false, true}) {
            PolicyConfig config = critic_config(1);
            config.value_output = output;
            const ChainSet set = random_chains(3, 4, 3);
            Critic critic(lora ? tiny_lora() : tiny_model(), config, 1);
            model::ParameterStore& store = critic.lm().parameters();
            util::Rng rng(4, util::RngStream::kTest);
            for (std::int64_t i = 0; i < store.size(); ++i) {
                const std::string& name = store.entries()[static_cast<std::size_t>(i)].name;
                if (name.find("v_head") == std::string::npos &&
                    name.find("lora_B") == std::string::npos)
                    continue;
                at::Tensor flat = store.value(i).view({-1});
                for (std::int64_t k = 0; k < flat.numel(); ++k)
                    flat.data_ptr<float>()[k] = static_cast<float>(0.3 * rng.normal());
            }
            const at::Tensor start = store.flat().clone();
            const CriticTargets targets = targets_of(set, values_of(critic, set));
            const auto stats = critic.update(set.refs(), targets, 1);
            ASSERT_TRUE(stats.has_value());
            const double clip = std::min(1.0, 1.0 / (stats->grad_norm + 1e-6));
            const at::Tensor gradient =
                critic.optimizer().first_moment() / ((1 - config.optimizer.adam_beta1) * clip);
            const double tokens = targets.token_mask.sum().item<double>();
            const auto loss_at = [&](const at::Tensor& weights) {
                store.flat().copy_(weights);
                return value_loss(values_of(critic, set),
                                  {},
                                  targets.returns,
                                  targets.token_mask,
                                  0.0,
                                  tokens)
                    ->loss;
            };
            EXPECT_NEAR(loss_at(start), stats->value_loss, 1e-6);
            int checked = 0;
            for (const auto& entry : store.entries()) {
                const at::Tensor part = gradient.narrow(0, entry.offset, entry.count);
                const double norm = part.norm().item<double>();
                if (norm < 2e-3) continue;  // too small for f32 differences
                at::Tensor direction = at::zeros_like(start);
                direction.narrow(0, entry.offset, entry.count).copy_(part / norm);
                constexpr double kStep = 2e-3;
                const double slope =
                    (loss_at(start + kStep * direction) - loss_at(start - kStep * direction)) /
                    (2 * kStep);
                EXPECT_NEAR(slope / norm, 1.0, 3e-2) << output << " " << entry.name;
                ++checked;
            }
            EXPECT_GE(checked, 8) << "head and backbone";
        }
    }
}

double train_until(Critic& critic, const ChainSet& set, double wanted, int updates) {
    double explained = 0.0;
    for (int step = 1; step <= updates && explained <= wanted; ++step) {
        const at::Tensor before = values_of(critic, set);
        const auto stats = critic.update(set.refs(), targets_of(set, before), step);
        if (!stats.has_value()) return -1.0;
        explained = stats->explained_variance;
    }
    return explained;
}

TEST(Critic, LearnsWhichOfTwoPromptsIsSolved) {
    ChainSet set = random_chains(2, 4, 5);
    set.rewards = {{1, 1, 1, 1}, {0, 0, 0, 0}};
    Critic critic(tiny_model(), critic_config(2), 1);
    EXPECT_GT(train_until(critic, set, 0.5, 60), 0.5);
    const at::Tensor values = values_of(critic, set);
    EXPECT_GT(values.narrow(0, 0, 4).sum().item<double>() /
                  set.mask().narrow(0, 0, 4).sum().item<double>(),
              0.6);
    EXPECT_LT(values.narrow(0, 4, 4).sum().item<double>() /
                  set.mask().narrow(0, 4, 4).sum().item<double>(),
              0.4);
}

TEST(Critic, LearnsToTellChainsOfOnePromptApart) {
    const ChainSet set = random_chains(3, 4, 6);  // rewards 0 and 1 in every group
    Critic critic(tiny_model(), critic_config(1), 1);
    EXPECT_GT(train_until(critic, set, 0.5, 150), 0.5);
    Critic adapter(tiny_lora(), critic_config(1), 1);
    EXPECT_GT(train_until(adapter, set, 0.5, 300), 0.5);
}

TEST(Critic, MicroBatchesChangeNothing) {
    PolicyConfig config = critic_config(1);
    const ChainSet set = random_chains(4, 3, 7);
    std::vector<at::Tensor> moments;
    for (const std::int64_t tokens : {16384, 1, 30}) {
        config.micro_batch_tokens = tokens;
        Critic critic(tiny_model(), config, 1);
        for (int step = 1; step <= 2; ++step) {  // the second gradient reaches the backbone
            const CriticTargets targets = targets_of(set, values_of(critic, set));
            if (step == 2) critic.optimizer().reset();
            ASSERT_TRUE(critic.update(set.refs(), targets, 1).has_value());
        }
        moments.push_back(critic.optimizer().first_moment().clone());
    }
    // Two Adam steps apart: the first one turns noise of tiny gradients into whole steps.
    EXPECT_LT(relative_difference(moments[1], moments[0]), 1e-4);
    EXPECT_LT(relative_difference(moments[2], moments[0]), 1e-4);
}

TEST(Critic, WithoutScoredChainsNothingHappens) {
    const ChainSet set = random_chains(2, 2, 8);
    Critic critic(tiny_model(), critic_config(2), 1);
    const at::Tensor before = critic.lm().parameters().flat().clone();
    CriticTargets targets = targets_of(set, values_of(critic, set));
    targets.token_mask = at::zeros_like(targets.token_mask);
    const auto stats = critic.update(set.refs(), targets, 1);
    ASSERT_TRUE(stats.has_value());
    EXPECT_EQ(stats->value_loss, 0.0);
    EXPECT_EQ(critic.optimizer().steps(), 0);
    EXPECT_TRUE(bit_equal(critic.lm().parameters().flat(), before));
}

TEST(SplitGroups, DealsWholeGroupsOut) {
    const ChainSet set = random_chains(7, 3, 9);
    const auto refs = set.refs();
    const auto split = split_groups(refs, 3, 1, 4);
    ASSERT_EQ(split.size(), 3U);
    std::set<std::int64_t> rows;
    for (const auto& part : split) {
        EXPECT_GE(part.size(), 6U) << "2 or 3 groups each";
        ASSERT_EQ(part.size() % 3, 0U);
        for (std::size_t i = 0; i < part.size(); ++i) {
            EXPECT_EQ(part[i].group, part[i / 3 * 3].group) << "neighbours stay neighbours";
            EXPECT_TRUE(rows.insert(part[i].row).second);
        }
    }
    EXPECT_EQ(rows.size(), 21U);
    const auto rows_of = [&](std::uint64_t step) {
        std::vector<std::int64_t> order;
        for (const auto& part : split_groups(refs, 3, 1, step)) {
            for (const ChainRef& chain : part) order.push_back(chain.row);
        }
        return order;
    };
    EXPECT_EQ(rows_of(4), rows_of(4));
    EXPECT_NE(rows_of(4), rows_of(5));
}

TEST(SplitGroups, TakesMorePartsThanGroupsAndNone) {
    const ChainSet set = random_chains(2, 3, 10);
    EXPECT_EQ(split_groups(set.refs(), 5, 1, 1).size(), 2U);
    EXPECT_EQ(split_groups(set.refs(), 0, 1, 1).size(), 1U);
    EXPECT_TRUE(split_groups({}, 2, 1, 1).front().empty());
}

}  // namespace
}  // namespace veritune::train
