// SPDX-License-Identifier: Apache-2.0
#include "core/train/advantage.h"

#include "core/util/rng.h"
#include "tests/train/golden_batch.h"

namespace veritune::train {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): helpers of this folder
using util::Json;

at::Tensor doubles(std::vector<double> values) { return at::tensor(values, at::kDouble); }
at::Tensor ids(std::vector<std::int64_t> values) { return at::tensor(values, at::kLong); }
at::Tensor flags(std::vector<std::int64_t> values) { return ids(std::move(values)).to(at::kBool); }

/// One token per chain: what is compared is the number per chain.
RolloutBatch short_chains(std::vector<double> rewards, std::vector<std::int64_t> group) {
    RolloutBatch batch;
    batch.rewards = doubles(rewards);
    batch.group = ids(std::move(group));
    batch.completion_mask = at::ones({static_cast<std::int64_t>(rewards.size()), 1}, at::kDouble);
    return batch;
}

Advantages advantages_of(const Json& config, const RolloutBatch& batch) {
    auto result = compute_advantages(config_of(config), batch);
    EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().message);
    return *result;
}

// ---- group_advantage ----

TEST(GroupAdvantage, IsExactlyZeroWhenRewardsAreEqual) {
    // The mean of 0.1 three times is not 0.1 in floating point; over 1e-4 that noise would be an
    // advantage.
    for (const char* scale : {"group", "batch", "none", "leave_one_out"}) {
        const at::Tensor a = group_advantage(
            doubles({0.1, 0.1, 0.1, 1, 0}), ids({7, 7, 7, 9, 9}), flags({1, 1, 1, 1, 1}), scale);
        for (int i = 0; i < 3; ++i) EXPECT_EQ(a[i].item<double>(), 0.0) << scale;
        EXPECT_GT(a[3].item<double>(), 0.0) << scale;
    }
}

TEST(GroupAdvantage, LeavesUnscoredChainsOutOfTheBaseline) {
    const at::Tensor with_fault =
        group_advantage(doubles({1, 0, 0, NAN}), ids({0, 0, 0, 0}), flags({1, 1, 1, 0}), "group");
    const at::Tensor without =
        group_advantage(doubles({1, 0, 0}), ids({0, 0, 0}), flags({1, 1, 1}), "group");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(with_fault[i].item<double>(), without[i].item<double>());
    EXPECT_EQ(with_fault[3].item<double>(), 0.0);
}

TEST(GroupAdvantage, OfOneChainIsZero) {
    EXPECT_EQ(group_advantage(doubles({1}), ids({0}), flags({1}), "group")[0].item<double>(), 0.0);
    EXPECT_EQ(group_advantage(doubles({}), ids({}), flags({}), "group").numel(), 0);
}

TEST(GroupAdvantage, ScalesByGroupBatchOrNothing) {
    const at::Tensor r = doubles({1, 0, 4, 0});
    const at::Tensor g = ids({0, 0, 1, 1});
    const at::Tensor all = flags({1, 1, 1, 1});
    EXPECT_NEAR(group_advantage(r, g, all, "group")[2].item<double>(),
                2.0 / (std::sqrt(8.0) + 1e-4),
                1e-12);
    const double batch_std = r.std(true).item<double>();
    EXPECT_NEAR(
        group_advantage(r, g, all, "batch")[2].item<double>(), 2.0 / (batch_std + 1e-4), 1e-12);
    EXPECT_EQ(group_advantage(r, g, all, "none")[2].item<double>(), 2.0);
    EXPECT_EQ(group_advantage(r, g, all, "leave_one_out")[2].item<double>(),
              4.0);  // 4 - mean of the others
}

TEST(GroupAdvantage, FollowsAPermutationOfTheChains) {
    util::Rng rng(4, util::RngStream::kTest);
    std::vector<double> rewards(24);
    std::vector<std::int64_t> group(24);
    for (int i = 0; i < 24; ++i) {
        rewards[i] = rng.uniform_double();
        group[i] = static_cast<std::int64_t>(rng.below(5));
    }
    const at::Tensor order = ids(rng.permutation(24));
    const at::Tensor all = at::ones({24}, at::kBool);
    const at::Tensor a = group_advantage(doubles(rewards), ids(group), all, "group");
    const at::Tensor b = group_advantage(
        doubles(rewards).index_select(0, order), ids(group).index_select(0, order), all, "group");
    EXPECT_LT((a.index_select(0, order) - b).abs().max().item<double>(), 1e-12);
}

TEST(GroupAdvantage, IgnoresAScaleAndAShiftOfTheReward) {
    const at::Tensor r = doubles({1, 0, 0.5, 0, 1, 1});
    const at::Tensor g = ids({0, 0, 0, 1, 1, 1});
    const at::Tensor all = at::ones({6}, at::kBool);
    const at::Tensor a = group_advantage(r, g, all, "group");
    const at::Tensor b = group_advantage(3.0 * r + 2.0, g, all, "group");
    EXPECT_LT((a - b).abs().max().item<double>(), 3e-4) << "up to the 1e-4 in the divisor";
}

// ---- whiten, verified, overlong ----

TEST(Whiten, GivesMeanZeroAndVarianceOneOverTheMask) {
    const at::Tensor a = whiten(golden_logprobs(), golden_mask());
    const at::Tensor inside = a.masked_select(golden_mask() > 0);
    EXPECT_NEAR(inside.mean().item<double>(), 0.0, 1e-12);
    EXPECT_NEAR(inside.var(true).item<double>(), 1.0, 1e-5);
    EXPECT_EQ(at2(a, 3, 4), 0.0);
    EXPECT_EQ(whiten(golden_logprobs(), at::zeros({kN, kL})).abs().max().item<double>(), 0.0);
}

TEST(VerifiedAdvantage, HasAFloorUnderSigmaAndNoMeanShift) {
    // All verified, the critic says 0.9 everywhere: the spread is 0, the advantage is not.
    const at::Tensor raw = at::full({2, 3}, 0.1, at::kDouble);
    const auto floored = verified_advantage(raw, at::ones({2, 3}), flags({1, 1}), 0.1);
    EXPECT_EQ(floored.sigma, 0.1);
    EXPECT_DOUBLE_EQ(at2(floored.advantages, 1, 2), 1.0);
}

TEST(VerifiedAdvantage, NeverPushesDown) {
    const at::Tensor raw = at::tensor({-0.5, 0.5, 0.25, 0.75}, at::kDouble).view({2, 2});
    const auto result = verified_advantage(raw, at::ones({2, 2}), flags({1, 0}), 0.1);
    EXPECT_EQ(at2(result.advantages, 0, 0), 0.0);
    EXPECT_GT(at2(result.advantages, 0, 1), 0.0);
    EXPECT_EQ(at2(result.advantages, 1, 1), 0.0);
}

TEST(OverlongPenalty, MatchesThePublishedExample) {
    // DAPO, arXiv 2503.14476: 20480 tokens, of which 4096 are the cache.
    const at::Tensor penalty =
        overlong_penalty(doubles({0, 16384, 18432, 20480, 30000}), 20480, 4096);
    const double expected[] = {0, 0, -0.5, -1, -1};
    for (int i = 0; i < 5; ++i) EXPECT_DOUBLE_EQ(penalty[i].item<double>(), expected[i]);
}

// ---- compute_advantages ----

TEST(ComputeAdvantages, AFaultLeavesBaselineSigmaCriticNormaliserAndLoss) {
    for (const char* algorithm : {"ppo", "grpo", "rloo", "reinforce_pp", "raft"}) {
        SCOPED_TRACE(algorithm);
        RolloutBatch batch = golden_rollout();
        batch.scored = flags({1, 1, 1, 0});
        batch.rewards = doubles({1, 0, 0, NAN});
        const Advantages with_fault =
            advantages_of({{"algorithm", algorithm}, {"update_on", "all"}}, batch);
        RolloutBatch three;
        three.rewards = golden_rewards().narrow(0, 0, 3);
        three.completion_mask = golden_mask().narrow(0, 0, 3);
        three.values = golden_values().narrow(0, 0, 3);
        const Advantages without =
            advantages_of({{"algorithm", algorithm}, {"update_on", "all"}}, three);
        EXPECT_EQ(distance(with_fault.advantages.narrow(0, 0, 3), without.advantages), 0.0);
        EXPECT_EQ(with_fault.advantages[3].abs().max().item<double>(), 0.0);
        EXPECT_FALSE(with_fault.update[3].item<bool>());
        EXPECT_EQ(with_fault.stats.faults, 1);
        const LossNormaliser n = loss_normaliser(with_fault.token_mask, with_fault.counted, kLmax);
        EXPECT_EQ(n.tokens, 12.0);
        EXPECT_EQ(n.chains, 3.0);
        if (with_fault.returns.defined()) {
            EXPECT_EQ(distance(with_fault.returns.narrow(0, 0, 3), without.returns), 0.0);
            EXPECT_EQ(with_fault.returns[3].abs().max().item<double>(), 0.0);
        }
    }
}

TEST(ComputeAdvantages, VerifiedIgnoresTheFaultsSigmaToo) {
    RolloutBatch batch = golden_rollout();
    batch.scored = flags({1, 1, 1, 0});
    const Advantages fault = advantages_of(Json::object(), batch);
    batch.values = batch.values.clone();
    batch.values[3].fill_(-50.0);  // a wild value on a chain that must not count
    EXPECT_EQ(advantages_of(Json::object(), batch).stats.sigma, fault.stats.sigma);
}

TEST(ComputeAdvantages, WithoutAProofThereIsNoPolicyStepButTheCriticLearns) {
    RolloutBatch batch = golden_rollout();
    batch.rewards = doubles({0, 0, 0, 0});
    const Advantages out = advantages_of(Json::object(), batch);
    EXPECT_FALSE(out.has_update);
    EXPECT_EQ(out.stats.kept, 0);
    EXPECT_EQ(out.stats.reject_kept_ratio, 0.0);
    EXPECT_EQ(out.advantages.abs().max().item<double>(), 0.0);
    EXPECT_EQ(out.returns.abs().max().item<double>(), 0.0);
    EXPECT_EQ(loss_normaliser(out.token_mask, out.counted, kLmax).tokens, 14.0);
    for (const char* algorithm : {"raft", "grpo"}) {
        EXPECT_FALSE(
            advantages_of({{"algorithm", algorithm}, {"update_on", "verified"}}, batch).has_update);
    }
}

TEST(ComputeAdvantages, VerifiedTrainsTheCriticOnEveryScoredChainWithTheReward) {
    const Advantages out = advantages_of({{"lam", 0.5}}, golden_rollout());
    EXPECT_EQ(distance(out.returns, golden_rewards().unsqueeze(1) * golden_mask()), 0.0);
}

TEST(ComputeAdvantages, VerifiedMeansTheVerdictAndNotTheScore) {
    RolloutBatch batch =
        short_chains({0.9, 0, 1, 0}, {0, 0, 1, 1});  // a partial score is never proven
    batch.values = at::zeros({4, 1}, at::kDouble);
    for (const char* algorithm : {"ppo", "grpo", "raft", "rloo"}) {
        const Advantages out =
            advantages_of({{"algorithm", algorithm}, {"update_on", "verified"}}, batch);
        EXPECT_FALSE(out.update[0].item<bool>()) << algorithm;
        EXPECT_EQ(at2(out.advantages, 0, 0), 0.0) << algorithm;
        EXPECT_GT(at2(out.advantages, 2, 0), 0.0) << algorithm;
        EXPECT_EQ(out.stats.kept, 1) << algorithm;
    }
    batch.verified = flags({1, 0, 0, 0});
    EXPECT_TRUE(advantages_of(Json::object(), batch).update[0].item<bool>());
    EXPECT_FALSE(advantages_of(Json::object(), batch).update[2].item<bool>());
}

TEST(ComputeAdvantages, ATruncatedChainStaysInTheBaselineWhenItIsMasked) {
    RolloutBatch batch = short_chains({1, 0, 0}, {0, 0, 0});
    batch.truncated = flags({0, 0, 1});
    const Json config = {{"algorithm", "grpo"}, {"scale_rewards", "none"}};
    Json masking = config;
    masking["mask_truncated_completions"] = true;
    const Advantages off = advantages_of(config, batch);
    const Advantages on = advantages_of(masking, batch);
    EXPECT_DOUBLE_EQ(at2(on.advantages, 0, 0), 2.0 / 3.0);
    EXPECT_LT(at2(off.advantages, 2, 0), 0.0);
    EXPECT_EQ(at2(on.advantages, 2, 0), 0.0);
    EXPECT_EQ(loss_normaliser(on.token_mask, on.counted, 1).tokens, 2.0);
    EXPECT_EQ(loss_normaliser(on.token_mask, on.counted, 1).chains, 3.0);
}

TEST(ComputeAdvantages, DynamicSamplingDropsGroupsWithEqualRewardsFromTheNormaliser) {
    const RolloutBatch batch = short_chains({1, 0, 1, 1, 0, 0}, {0, 0, 1, 1, 2, 2});
    const Advantages off =
        advantages_of({{"algorithm", "grpo"}, {"dynamic_sampling", "off"}}, batch);
    const Advantages skip =
        advantages_of({{"algorithm", "grpo"}, {"dynamic_sampling", "skip"}}, batch);
    EXPECT_EQ(distance(off.advantages, skip.advantages), 0.0);
    EXPECT_EQ(loss_normaliser(off.token_mask, off.counted, 1).tokens, 6.0);
    EXPECT_EQ(loss_normaliser(skip.token_mask, skip.counted, 1).tokens, 2.0);
    EXPECT_EQ(skip.stats.groups, 3);
    EXPECT_EQ(skip.stats.groups_all_right, 1);
    EXPECT_EQ(skip.stats.groups_all_wrong, 1);
}

TEST(ComputeAdvantages, AGroupOfOneScoredChainIsMaskedInGroupMethods) {
    RolloutBatch batch = short_chains({1, 0, 1, 0}, {0, 0, 1, 1});
    batch.scored = flags({1, 1, 1, 0});
    const Advantages grpo =
        advantages_of({{"algorithm", "grpo"}, {"dynamic_sampling", "off"}}, batch);
    EXPECT_EQ(grpo.stats.groups_too_small, 1);
    EXPECT_EQ(loss_normaliser(grpo.token_mask, grpo.counted, 1).tokens, 2.0);
    const Advantages raft = advantages_of({{"algorithm", "raft"}}, batch);
    EXPECT_EQ(at2(raft.advantages, 2, 0), 1.0) << "raft compares nothing";
}

TEST(ComputeAdvantages, TheOverlongPenaltyLowersTheRewardAndNotTheVerdict) {
    RolloutBatch batch = golden_rollout();
    const Json config = {
        {"algorithm", "raft"}, {"max_completion_length", 6}, {"overlong_penalty_tokens", 2}};
    const Advantages out = advantages_of(config, batch);  // L_0 = 5 = 1 token into a cache of 2
    EXPECT_DOUBLE_EQ(at2(out.advantages, 0, 0), 0.5);
    EXPECT_DOUBLE_EQ(at2(out.advantages, 3, 0), 1.0);
    EXPECT_TRUE(out.update[0].item<bool>());
}

TEST(ComputeAdvantages, RlooTakesTheKlOutOfTheReward) {
    const Advantages plain = advantages_of({{"algorithm", "rloo"}}, golden_rollout());
    const Advantages with_kl =
        advantages_of({{"algorithm", "rloo"}, {"kl_coef", 0.1}}, golden_rollout());
    const at::Tensor kl = ((golden_old() - golden_ref()) * golden_mask()).sum(1);
    const at::Tensor shift = -0.1 * (kl - kl.mean()) * 4.0 / 3.0;
    EXPECT_NEAR(at2(with_kl.advantages, 0, 0),
                at2(plain.advantages, 0, 0) + shift[0].item<double>(),
                1e-12);
}

TEST(ComputeAdvantages, UnwhitenedPpoIsTheReturnMinusTheValue) {
    const Advantages out =
        advantages_of({{"update_on", "all"}, {"whiten_advantages", false}}, golden_rollout());
    EXPECT_NEAR(at2(out.advantages, 0, 0), 0.70, 1e-12);
    EXPECT_NEAR(at2(out.advantages, 1, 0), -0.35, 1e-12);
}

TEST(ComputeAdvantages, ReportsTheRewards) {
    const AdvantageStats stats = advantages_of({{"algorithm", "grpo"}}, golden_rollout()).stats;
    EXPECT_EQ(stats.chains, 4);
    EXPECT_EQ(stats.groups, 1);
    EXPECT_DOUBLE_EQ(stats.reward_mean, 0.5);
    EXPECT_NEAR(stats.reward_std, std::sqrt(1.0 / 3.0), 1e-12);
    EXPECT_DOUBLE_EQ(stats.reject_kept_ratio, 0.5);
}

TEST(ComputeAdvantages, AcceptsAnEmptyBatchAndChainsWithoutTokens) {
    RolloutBatch empty;
    empty.rewards = at::zeros({0}, at::kDouble);
    empty.completion_mask = at::zeros({0, 3}, at::kDouble);
    empty.values = at::zeros({0, 3}, at::kDouble);
    for (const char* algorithm : {"ppo", "grpo", "rloo", "reinforce_pp", "raft"}) {
        EXPECT_FALSE(advantages_of({{"algorithm", algorithm}}, empty).has_update) << algorithm;
    }
    RolloutBatch batch = golden_rollout();
    batch.completion_mask = golden_mask();
    batch.completion_mask[0].fill_(0.0);
    EXPECT_FALSE(advantages_of(Json::object(), batch).update[0].item<bool>());
}

TEST(ComputeAdvantages, RefusesShapesAndRewardsThatCannotBe) {
    const auto refused = [](const Json& config, const RolloutBatch& batch) {
        const auto result = compute_advantages(config_of(config), batch);
        ASSERT_FALSE(result.has_value());
        EXPECT_EQ(result.error().code, util::ErrorCode::kInvalidArgument);
    };
    RolloutBatch batch = golden_rollout();
    batch.rewards = doubles({1, 0, NAN, 1});
    refused(Json::object(), batch);
    batch.rewards = doubles({1, 0, 1});
    refused(Json::object(), batch);
    refused(Json::object(), {});
    batch = golden_rollout();
    batch.values = at::Tensor();
    refused(Json::object(), batch);
    batch = golden_rollout();
    batch.group = ids({0, 0});
    refused(Json::object(), batch);
    batch = golden_rollout();
    batch.ref_logprobs = at::Tensor();
    refused({{"update_on", "all"}, {"kl_coef", 0.1}}, batch);
    batch.ref_logprobs = at::zeros({kN, kL + 1});
    refused(Json::object(), batch);
}

}  // namespace
}  // namespace veritune::train
