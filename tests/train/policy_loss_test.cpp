// SPDX-License-Identifier: Apache-2.0
#include "core/train/policy_loss.h"

#include "core/train/recipe.h"
#include "core/util/rng.h"
#include "tests/train/golden_batch.h"

/// Properties that hold for every algorithm (training.md 10.1).
namespace veritune::train {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): helpers of this folder
using util::Json;

PolicyConfig preset(const std::string& name) {
    PolicyConfig config;
    EXPECT_TRUE(apply_algorithm_preset(config, name).has_value());
    return config;
}

struct Case {
    PolicyConfig config;
    RolloutBatch rollout;
    Advantages advantages;
    PolicyBatch batch;
    LossNormaliser normaliser;
};

Case make_case(const PolicyConfig& config, const RolloutBatch& rollout) {
    Case c{.config = config, .rollout = rollout};
    auto advantages = compute_advantages(config, rollout);
    EXPECT_TRUE(advantages.has_value()) << (advantages ? "" : advantages.error().message);
    c.advantages = *advantages;
    c.batch.logprobs = golden_logprobs();
    c.batch.old_logprobs = golden_old();
    c.batch.ref_logprobs = golden_ref();
    c.batch.sampling_logprobs = golden_sampling();
    c.batch.advantages = c.advantages.advantages;
    c.batch.token_mask = c.advantages.token_mask;
    c.batch.update = c.advantages.update;
    c.normaliser = loss_normaliser(c.advantages.token_mask, c.advantages.counted, kLmax);
    return c;
}

PolicyLoss loss_of(const Case& c) {
    auto loss = policy_loss(c.config, c.batch, c.normaliser);
    EXPECT_TRUE(loss.has_value()) << (loss ? "" : loss.error().message);
    return *loss;
}

/// Every algorithm, also with the KL term and each form of the correction.
std::vector<std::pair<std::string, PolicyConfig>> all_configs() {
    std::vector<std::pair<std::string, PolicyConfig>> all;
    for (const std::string& name : algorithm_presets()) {
        all.emplace_back(name, preset(name));
        all.emplace_back(name + " beta", preset(name));
        all.back().second.beta = 0.1;
    }
    for (const char* mode : {"token_mask", "sequence_truncate", "sequence_mask"}) {
        all.emplace_back(mode, preset("grpo"));
        all.back().second.importance_sampling_mode = mode;
        all.back().second.importance_sampling_clip_max = 1.02;
    }
    all.emplace_back("ppo all", config_of({{"update_on", "all"}, {"lam", 0.9}}));
    all.emplace_back(
        "grpo delta k2",
        config_of({{"algorithm", "grpo"}, {"delta", 1.3}, {"beta", 0.1}, {"kl_estimator", "k2"}}));
    return all;
}

TEST(PolicyLoss, HasTheGradientOfItsFiniteDifference) {
    for (const auto& [name, config] : all_configs()) {
        // On-policy forms treat the old log-probs and the cispo ratio as constants; a difference
        // would move them.
        if (config.loss_type == "cispo") continue;
        SCOPED_TRACE(name);
        Case c = make_case(config, golden_rollout());
        const at::Tensor grad = loss_of(c).grad;
        for (int i = 0; i < kN; ++i) {
            for (int t = 0; t < kL; ++t) {
                const double step = 1e-6;
                Case up = c;
                Case down = c;
                up.batch.logprobs = c.batch.logprobs.clone();
                down.batch.logprobs = c.batch.logprobs.clone();
                up.batch.logprobs[i][t] += step;
                down.batch.logprobs[i][t] -= step;
                const double slope = (loss_of(up).loss - loss_of(down).loss) / (2 * step);
                EXPECT_NEAR(at2(grad, i, t), slope, 1e-6 * std::abs(slope) + 1e-9) << i << "," << t;
            }
        }
    }
}

TEST(PolicyLoss, CispoIsLinearInTheLogProbsOnceTheRatioIsHeld) {
    const Case c = make_case(preset("cispo"), golden_rollout());
    const at::Tensor rho = (golden_logprobs() - golden_old()).exp().clamp_max(5.0);
    const at::Tensor weights = at::clamp_max((golden_old() - golden_sampling()).exp(), 2.0);
    const at::Tensor expected = -rho * c.advantages.advantages * weights * golden_mask() / 14.0;
    EXPECT_LT(distance(loss_of(c).grad, expected), 1e-15);
}

TEST(PolicyLoss, GradientIsExactlyZeroWhenRewardsAreEqual) {
    for (const char* name : {"grpo",
                             "bnpo",
                             "dr_grpo",
                             "gspo",
                             "cispo",
                             "sapo",
                             "rloo",
                             "reinforce_pp",
                             "psr",
                             "nsr",
                             "w_reinforce",
                             "reinforce_rej"}) {
        for (const double reward : {0.0, 0.1, 1.0}) {
            RolloutBatch rollout = golden_rollout();
            rollout.rewards = at::full({kN}, reward, at::kDouble);
            const Case c = make_case(preset(name), rollout);
            EXPECT_FALSE(c.advantages.has_update) << name;
            EXPECT_EQ(loss_of(c).grad.abs().max().item<double>(), 0.0)
                << name << " at reward " << reward;
        }
    }
}

TEST(PolicyLoss, GradientOnRejectedAndPaddedTokensIsExactlyZero) {
    for (const char* name :
         {"ppo", "raft", "raft_pp", "grpo", "rloo", "reinforce_pp", "sapo", "cispo", "gspo"}) {
        PolicyConfig config = preset(name);
        config.update_on = "verified";
        config.beta = 0.1;  // the KL term must not reach rejected chains either
        const at::Tensor grad = loss_of(make_case(config, golden_rollout())).grad;
        EXPECT_EQ(grad.narrow(0, 1, 2).abs().max().item<double>(), 0.0) << name;
        EXPECT_EQ((grad * (1.0 - golden_mask())).abs().max().item<double>(), 0.0) << name;
        EXPECT_GT(grad[0].abs().max().item<double>(), 0.0) << name;
    }
}

TEST(PolicyLoss, TheTextOfARejectedChainDoesNotMatter) {
    // With M, sigma and V held fixed, other log-probs on a rejected chain leave the gradient
    // bit-equal.
    for (const char* name : {"ppo", "raft"}) {
        Case c = make_case(preset(name), golden_rollout());
        const PolicyLoss before = loss_of(c);
        for (at::Tensor* logprobs :
             {&c.batch.logprobs, &c.batch.old_logprobs, &c.batch.sampling_logprobs}) {
            *logprobs = logprobs->clone();
            (*logprobs)[1].fill_(-3.25);
        }
        const PolicyLoss after = loss_of(c);
        EXPECT_EQ(before.loss, after.loss) << name;
        EXPECT_TRUE(at::equal(before.grad, after.grad)) << name;
    }
    // raft with N * Lmax needs no condition: also another length of the rejected chain changes
    // nothing.
    PolicyConfig raft = preset("raft");
    raft.loss_type = "dr_grpo";
    RolloutBatch longer = golden_rollout();
    longer.completion_mask = golden_mask();
    longer.completion_mask[1].fill_(1.0);
    EXPECT_TRUE(at::equal(loss_of(make_case(raft, golden_rollout())).grad,
                          loss_of(make_case(raft, longer)).grad));
}

TEST(PolicyLoss, MicroBatchesAddUpToTheWholeBatch) {
    for (const auto& [name, config] : all_configs()) {
        if (config.loss_type == "bnpo") continue;
        SCOPED_TRACE(name);
        const Case c = make_case(config, golden_rollout());
        const PolicyLoss whole = loss_of(c);
        double loss = 0.0;
        PolicyStats stats;
        for (const auto& [begin, rows] : {std::pair{0, 1}, std::pair{1, 2}, std::pair{3, 1}}) {
            Case part = c;
            for (at::Tensor* t : {&part.batch.logprobs,
                                  &part.batch.old_logprobs,
                                  &part.batch.ref_logprobs,
                                  &part.batch.sampling_logprobs,
                                  &part.batch.advantages,
                                  &part.batch.token_mask,
                                  &part.batch.update}) {
                *t = t->narrow(0, begin, rows);
            }
            const PolicyLoss result = loss_of(part);
            loss += result.loss;
            stats.add(result.stats);
            EXPECT_LT(distance(result.grad, whole.grad.narrow(0, begin, rows)), 1e-15);
        }
        EXPECT_NEAR(loss, whole.loss, 1e-14);
        const auto split = stats.metrics();
        const auto direct = whole.stats.metrics();
        ASSERT_EQ(split.size(), direct.size());
        for (std::size_t i = 0; i < split.size(); ++i) {
            EXPECT_NEAR(split[i].second, direct[i].second, 1e-12) << direct[i].first;
        }
    }
}

TEST(PolicyLoss, BnpoAloneDependsOnTheSplit) {
    Case c = make_case(preset("bnpo"), golden_rollout());
    const PolicyLoss whole = loss_of(c);
    for (at::Tensor* t : {&c.batch.logprobs,
                          &c.batch.old_logprobs,
                          &c.batch.ref_logprobs,
                          &c.batch.sampling_logprobs,
                          &c.batch.advantages,
                          &c.batch.token_mask,
                          &c.batch.update}) {
        *t = t->narrow(0, 0, 1);
    }
    EXPECT_GT(distance(loss_of(c).grad, whole.grad.narrow(0, 0, 1)), 1e-3);
}

TEST(PolicyLoss, FollowsAPermutationOfTheBatch) {
    const at::Tensor order = at::tensor(std::vector<std::int64_t>{2, 0, 3, 1}, at::kLong);
    const auto permuted = [&order](const at::Tensor& t) { return t.index_select(0, order); };
    for (const auto& [name, config] : all_configs()) {
        SCOPED_TRACE(name);
        const Case c = make_case(config, golden_rollout());
        RolloutBatch rollout = golden_rollout();
        for (at::Tensor* t : {&rollout.rewards,
                              &rollout.completion_mask,
                              &rollout.values,
                              &rollout.old_logprobs,
                              &rollout.ref_logprobs}) {
            *t = permuted(*t);
        }
        Case moved = make_case(config, rollout);
        moved.batch.logprobs = permuted(c.batch.logprobs);
        moved.batch.old_logprobs = permuted(c.batch.old_logprobs);
        moved.batch.ref_logprobs = permuted(c.batch.ref_logprobs);
        moved.batch.sampling_logprobs = permuted(c.batch.sampling_logprobs);
        const PolicyLoss a = loss_of(c);
        const PolicyLoss b = loss_of(moved);
        EXPECT_NEAR(a.loss, b.loss, 1e-14);
        EXPECT_LT(distance(permuted(a.grad), b.grad), 1e-14);
    }
}

TEST(PolicyLoss, GrpoIgnoresAScaleAndAShiftOfTheReward) {
    RolloutBatch moved = golden_rollout();
    moved.rewards = 5.0 * golden_rewards() - 2.0;
    for (const char* name : {"grpo", "gspo", "reinforce_pp"}) {
        const at::Tensor a = loss_of(make_case(preset(name), golden_rollout())).grad;
        const at::Tensor b = loss_of(make_case(preset(name), moved)).grad;
        EXPECT_LT(distance(a, b), 3e-4 * a.abs().max().item<double>()) << name;
        EXPECT_GT(a.abs().max().item<double>(), 1e-3) << name;
    }
}

TEST(PolicyLoss, RaisesARewardedChainAndLowersAWrongOne) {
    for (const std::string& name : algorithm_presets()) {
        Case c = make_case(preset(name), golden_rollout());
        c.batch.old_logprobs = at::Tensor();  // on-policy: nothing is clipped
        const at::Tensor push =
            -loss_of(c).grad.sum(1);  // what a step of descent does to each chain
        EXPECT_TRUE(name == "nsr" || push[0].item<double>() > 0.0) << name;
        const bool learns_from_wrong = c.config.update_on == "all" && name != "psr";
        EXPECT_TRUE(!learns_from_wrong || push[1].item<double>() < 0.0) << name;
    }
}

TEST(PolicyLoss, OnPolicyTheRatioIsOneAndNothingIsClipped) {
    for (const std::string& name : algorithm_presets()) {
        Case c = make_case(preset(name), golden_rollout());
        c.batch.old_logprobs = at::Tensor();
        c.batch.ref_logprobs = c.batch.logprobs;
        const PolicyStats stats = loss_of(c).stats;
        EXPECT_EQ(stats.ratio.minimum, 1.0) << name;
        EXPECT_EQ(stats.ratio.maximum, 1.0) << name;
        EXPECT_EQ(stats.clipped_low + stats.clipped_high, 0.0) << name;
        EXPECT_EQ(stats.approx_kl_sum, 0.0) << name;
        for (const double sum : stats.kl_sums) EXPECT_EQ(sum, 0.0) << name;
    }
}

TEST(PolicyLoss, IgnoresPaddingEvenWhenItIsNotANumber) {
    const at::Tensor real = golden_mask() > 0;
    const at::Tensor nan = at::full({}, NAN, at::kDouble);
    for (const auto& [name, config] : all_configs()) {
        Case c = make_case(config, golden_rollout());
        const PolicyLoss clean = loss_of(c);
        for (at::Tensor* t : {&c.batch.logprobs,
                              &c.batch.old_logprobs,
                              &c.batch.ref_logprobs,
                              &c.batch.sampling_logprobs,
                              &c.batch.advantages}) {
            *t = at::where(real, *t, nan);
        }
        const PolicyLoss dirty = loss_of(c);
        EXPECT_EQ(clean.loss, dirty.loss) << name;
        EXPECT_TRUE(at::equal(clean.grad, dirty.grad)) << name;
    }
}

TEST(PolicyLoss, DualClipBoundsTheLossOfAWrongChain) {
    PolicyConfig config = config_of({{"update_on", "all"}});
    PolicyBatch batch;
    batch.logprobs = at::zeros({1, 1}, at::kDouble);
    batch.old_logprobs = at::full({1, 1}, -std::log(8.0), at::kDouble);  // ratio 8
    batch.advantages = at::full({1, 1}, -1.0, at::kDouble);
    batch.token_mask = at::ones({1, 1}, at::kDouble);
    const LossNormaliser one{.tokens = 1, .chains = 1, .max_completion_length = 1};
    EXPECT_NEAR(policy_loss(config, batch, one)->loss, 3.0, 1e-12);
    EXPECT_EQ(policy_loss(config, batch, one)->grad.abs().max().item<double>(), 0.0);
    config.dual_clip = 0.0;
    EXPECT_NEAR(policy_loss(config, batch, one)->loss, 8.0, 1e-12);
    batch.logprobs = at::full({1, 1}, 1e4, at::kDouble);
    EXPECT_TRUE(std::isfinite(policy_loss(config, batch, one)->loss))
        << "the exponent is held at 20";
}

TEST(PolicyLoss, ClipsFollowTheSignOfTheAdvantage) {
    const PolicyConfig config = preset("grpo");
    PolicyBatch batch;
    batch.logprobs = at::zeros({1, 4}, at::kDouble);
    // Ratios 2, 2, 0.5, 0.5 with advantages +, -, +, -: only the first and the last are outside and
    // stopped.
    const double ln2 = std::log(2.0);
    batch.old_logprobs = at::tensor({-ln2, -ln2, ln2, ln2}, at::kDouble).view({1, 4});
    batch.advantages = at::tensor({1.0, -1.0, 1.0, -1.0}, at::kDouble).view({1, 4});
    batch.token_mask = at::ones({1, 4}, at::kDouble);
    const auto result =
        policy_loss(config, batch, {.tokens = 4, .chains = 1, .max_completion_length = 4});
    EXPECT_EQ(at2(result->grad, 0, 0), 0.0);
    EXPECT_NE(at2(result->grad, 0, 1), 0.0);
    EXPECT_NE(at2(result->grad, 0, 2), 0.0);
    EXPECT_EQ(at2(result->grad, 0, 3), 0.0);
    EXPECT_EQ(result->stats.clipped_high, 1.0);
    EXPECT_EQ(result->stats.clipped_low, 1.0);
}

TEST(PolicyLoss, RefusesWhatItCannotCompute) {
    const Case good = make_case(preset("grpo"), golden_rollout());
    const auto refused = [](const Case& c) {
        const auto result = policy_loss(c.config, c.batch, c.normaliser);
        ASSERT_FALSE(result.has_value());
        EXPECT_EQ(result.error().code, util::ErrorCode::kInvalidArgument);
    };
    Case bad = good;
    bad.batch.old_logprobs = at::zeros({kN, kL + 1}, at::kDouble);
    refused(bad);
    bad = good;
    bad.batch.advantages = at::Tensor();
    refused(bad);
    bad = good;
    bad.batch.logprobs = at::zeros({kN}, at::kDouble);
    refused(bad);
    bad = good;
    bad.batch.update = at::ones({kN + 1}, at::kBool);
    refused(bad);
    bad = good;
    bad.config.beta = 0.1;
    bad.batch.ref_logprobs = at::Tensor();
    refused(bad);
    bad = good;
    bad.batch.logprobs = golden_logprobs();
    bad.batch.logprobs[0][0] = NAN;
    refused(bad);
}

TEST(PolicyLoss, OfAnEmptyBatchIsZero) {
    PolicyBatch batch;
    batch.logprobs = at::zeros({0, 3}, at::kDouble);
    batch.sampling_logprobs = batch.logprobs;
    batch.advantages = batch.logprobs;
    batch.token_mask = batch.logprobs;
    for (const std::string& name : algorithm_presets()) {
        const auto result = policy_loss(preset(name), batch, {});
        ASSERT_TRUE(result.has_value()) << name;
        EXPECT_EQ(result->loss, 0.0) << name;
        EXPECT_EQ(result->grad.numel(), 0) << name;
    }
}

TEST(PolicyLoss, WorksWhereGradientsAreSwitchedOff) {
    // The engine runs its forward passes without autograd; the loss must not depend on that.
    const Case c = make_case(preset("ppo"), golden_rollout());
    const double expected = loss_of(c).loss;
    const c10::AutoGradMode off(false);
    EXPECT_EQ(loss_of(c).loss, expected);
    EXPECT_GT(loss_of(c).grad.abs().max().item<double>(), 0.0);
}

/// One value for each hyper-parameter of the losses, and that it changes the loss or its gradient.
TEST(PolicyLoss, EveryHyperParameterOfTheLossChangesIt) {
    struct Knob {
        Json base;
        const char* key;
        Json value;
    };
    const Json grpo = {{"algorithm", "grpo"}};
    const Json sapo = {{"algorithm", "grpo"}, {"loss_type", "sapo"}};
    const Json all = {{"update_on", "all"}};
    const Knob knobs[] = {
        {grpo, "loss_type", "grpo"},
        {grpo, "scale_rewards", "none"},
        {grpo, "importance_sampling_level", "sequence"},
        {grpo, "epsilon", 0.1},
        {grpo, "epsilon_high", 0.1},
        {grpo, "delta", 1.1},
        {grpo, "beta", 0.1},
        {grpo, "positive_weight", 0.5},
        {grpo, "negative_weight", 0.5},
        {grpo, "update_on", "verified"},
        {grpo, "importance_sampling_correction", false},
        {grpo, "importance_sampling_mode", "sequence_truncate"},
        {grpo, "importance_sampling_clip_max", 1.0},
        {sapo, "sapo_tau_positive", 2.0},
        {sapo, "sapo_tau_negative", 2.0},
        {all, "gamma", 0.9},
        {all, "lam", 0.9},
        {all, "whiten_advantages", false},
        {all, "kl_coef", 0.1},
        {all, "dual_clip", 1.01},
        {Json::object(), "verified_sigma_floor", 5.0},
        {{{"algorithm", "raft"}}, "raft_clip", true},
        {{{"algorithm", "grpo"}, {"beta", 0.1}}, "kl_estimator", "k2"},
        {{{"algorithm", "raft"}, {"max_completion_length", 6}}, "overlong_penalty_tokens", 3},
        {grpo, "mask_truncated_completions", true},
    };
    RolloutBatch rollout = golden_rollout();
    rollout.truncated = at::tensor(std::vector<std::int64_t>{0, 1, 0, 0}, at::kLong).to(at::kBool);
    for (const Knob& knob : knobs) {
        Json turned = knob.base;
        turned[knob.key] = knob.value;
        const PolicyLoss a = loss_of(make_case(config_of(knob.base), rollout));
        const PolicyLoss b = loss_of(make_case(config_of(turned), rollout));
        EXPECT_GT(std::abs(a.loss - b.loss) + distance(a.grad, b.grad), 1e-6)
            << knob.key << " changes nothing";
    }
}

TEST(SftLoss, MicroBatchesAddUpAndPaddingIsIgnored) {
    const at::Tensor logprobs =
        at::where(golden_mask() > 0, golden_logprobs(), at::full({}, NAN, at::kDouble));
    const SftLoss whole = sft_loss(logprobs, golden_mask(), 14.0);
    double loss = 0.0;
    for (int i = 0; i < kN; ++i)
        loss += sft_loss(logprobs.narrow(0, i, 1), golden_mask().narrow(0, i, 1), 14.0).loss;
    EXPECT_NEAR(loss, whole.loss, 1e-15);
}

}  // namespace
}  // namespace veritune::train
