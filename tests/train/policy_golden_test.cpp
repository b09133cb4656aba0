// SPDX-License-Identifier: Apache-2.0
#include "core/train/gae.h"
#include "core/train/importance.h"
#include "core/train/kl.h"
#include "core/train/value_loss.h"
#include "tests/train/golden_batch.h"

/// The golden vectors of training.md 10.2. Unmarked figures there come from executing the functions
/// of two public trainers (TRL f2cd577, verl b178a3c) in double; the others from the formulas
/// alone.
namespace veritune::train {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the batch of this file
using util::Json;

struct Row {
    const char* name;
    Json config;
    double loss;
    double l2;
    double g00;
    double g12;
    double g31;
    bool on_policy = false;
    bool corrected = false;
};

std::vector<Row> rows() {
    const auto grpo = [](Json more = Json::object()) {
        Json json = {{"algorithm", "grpo"}, {"loss_type", "grpo"}};
        json.update(more);
        return json;
    };
    const auto ppo = [](Json more = Json::object()) {
        Json json = {{"algorithm", "ppo"}, {"update_on", "all"}};
        json.update(more);
        return json;
    };
    const Json corrected_dapo = {{"algorithm", "grpo"}, {"importance_sampling_clip_max", 2.0}};
    Json masked_dapo = corrected_dapo;
    masked_dapo["importance_sampling_mode"] = "sequence_mask";
    masked_dapo["importance_sampling_clip_max"] = 3.0;
    return {
        {"GRPO", grpo(), 0.00133869, 0.21436675, -0.04872620, 0, -0.10896482},
        {"GRPO, beta .04",
         grpo({{"beta", 0.04}}),
         0.00144277,
         0.21483965,
         -0.04853587,
         -0.00033989,
         -0.10948973},
        {"DAPO",
         grpo({{"loss_type", "dapo"}}),
         -0.02771128,
         0.19111449,
         -0.06960886,
         0,
         -0.06226561},
        {"BNPO",
         grpo({{"loss_type", "bnpo"}}),
         -0.02771128,
         0.19111449,
         -0.06960886,
         0,
         -0.06226561},
        {"DAPO, delta 1.3",
         grpo({{"loss_type", "dapo"}, {"delta", 1.3}}),
         -0.03628777,
         0.16913737,
         -0.06960886,
         0,
         -0.06226561},
        {"Dr.GRPO, GRPO A",
         grpo({{"loss_type", "dr_grpo"}}),
         -0.01212369,
         0.08361259,
         -0.03045387,
         0,
         -0.02724120},
        {"Dr.GRPO",
         grpo({{"loss_type", "dr_grpo"}, {"scale_rewards", "none"}}),
         -0.00700083,
         0.04828211,
         -0.01758560,
         0,
         -0.01573044},
        {"GSPO",
         grpo({{"loss_type", "gspo"},
               {"importance_sampling_level", "sequence"},
               {"epsilon", 3e-4},
               {"epsilon_high", 4e-4}}),
         0.04628034,
         0.18798549,
         0,
         0.07750891,
         -0.09304743},
        {"GSPO, .2/.28",
         grpo({{"loss_type", "gspo"}, {"importance_sampling_level", "sequence"}}),
         -0.02325239,
         0.23455199,
         -0.04898620,
         0.07750891,
         -0.09304743},
        {"CISPO 5",
         grpo({{"loss_type", "cispo"}, {"epsilon_high", 5}}),
         0.01115686,
         0.24179648,
         -0.06960886,
         0.04842134,
         -0.06226561},
        {"SAPO",
         grpo({{"loss_type", "sapo"}}),
         -0.06354888,
         0.23979740,
         -0.04853491,
         0.05576403,
         -0.10896358},
        {"DAPO + token_truncate 2",
         corrected_dapo,
         -0.02047236,
         0.18875077,
         -0.06960886,
         0,
         -0.06025346,
         false,
         true},
        {"DAPO + sequence_mask 3",
         masked_dapo,
         0.00486503,
         0.18890499,
         -0.06576827,
         0,
         -0.06110115,
         false,
         true},
        {"RLOO", {{"algorithm", "rloo"}}, 0.01673378, 0.39795280, 0, 0.20657661, -0.12317617},
        {"REINFORCE++",
         {{"algorithm", "reinforce_pp"}},
         -0.03083961,
         0.21268941,
         -0.07746700,
         0,
         -0.06929477},
        {"PSR",
         grpo({{"loss_type", "dapo"}, {"negative_weight", 0}}),
         -0.44802204,
         0.13142560,
         -0.06960886,
         0,
         -0.06226561},
        {"PSR as update_on verified",
         grpo({{"loss_type", "dapo"}, {"update_on", "verified"}}),
         -0.44802204,
         0.13142560,
         -0.06960886,
         0,
         -0.06226561},
        {"NSR",
         grpo({{"loss_type", "dapo"}, {"positive_weight", 0}}),
         0.42031075,
         0.13875179,
         0,
         0,
         0},
        {"W-REINFORCE",
         grpo({{"loss_type", "dapo"}, {"positive_weight", 0.1}}),
         0.37550855,
         0.13937284,
         -0.00696089,
         0,
         -0.00622656},
        {"RAFT", {{"algorithm", "raft"}}, 0.33214286, 0.18898224, -0.07142857, 0, -0.07142857},
        {"RAFT++",
         {{"algorithm", "raft"}, {"raft_clip", true}},
         -0.51742089,
         0.15178350,
         -0.08039131,
         0,
         -0.07191059},
        {"PPO, lam .95",
         ppo({{"lam", 0.95}, {"epsilon_high", 0.2}}),
         -0.02010367,
         0.21016778,
         -0.06539558,
         0,
         -0.05976280},
        {"PPO, lam 1", ppo(), -0.03773839, 0.20992588, -0.07858938, 0, -0.05312509},
        {"PPO verified", Json::object(), -0.66013601, 0.19063342, -0.10337931, 0, -0.07529987},
        {"PPO verified, N*Lmax",
         {{"loss_type", "dr_grpo"}},
         -0.28880951,
         0.08340212,
         -0.04522845,
         0,
         -0.03294369},
        {"PPO verified, on-policy",
         Json::object(),
         -0.63247814,
         0.24086559,
         -0.09185367,
         0,
         -0.07479513,
         true},
    };
}

struct Evaluated {
    PolicyConfig config;
    Advantages advantages;
    PolicyBatch batch;
    LossNormaliser normaliser;
    PolicyLoss result;
};

Evaluated evaluate(const Row& row, at::ScalarType type) {
    Evaluated e;
    e.config = config_of(row.config);
    auto advantages = compute_advantages(e.config, golden_rollout());
    EXPECT_TRUE(advantages.has_value());
    e.advantages = *advantages;
    e.batch.logprobs = golden_logprobs().to(type);
    if (!row.on_policy) e.batch.old_logprobs = golden_old().to(type);
    e.batch.ref_logprobs = golden_ref().to(type);
    if (row.corrected) e.batch.sampling_logprobs = golden_sampling().to(type);
    e.batch.advantages = e.advantages.advantages.to(type);
    e.batch.token_mask = e.advantages.token_mask.to(type);
    e.batch.update = e.advantages.update;
    e.normaliser = loss_normaliser(e.advantages.token_mask, e.advantages.counted, kLmax);
    auto loss = policy_loss(e.config, e.batch, e.normaliser);
    EXPECT_TRUE(loss.has_value()) << (loss ? "" : loss.error().message);
    e.result = *loss;
    return e;
}

void expect_row(const Row& row, at::ScalarType type, double tolerance) {
    SCOPED_TRACE(row.name);
    const PolicyLoss result = evaluate(row, type).result;
    EXPECT_EQ(result.grad.scalar_type(), type);
    EXPECT_NEAR(result.loss, row.loss, tolerance);
    EXPECT_NEAR(result.grad.to(at::kDouble).norm().item<double>(), row.l2, tolerance);
    EXPECT_NEAR(at2(result.grad, 0, 0), row.g00, tolerance);
    EXPECT_NEAR(at2(result.grad, 1, 2), row.g12, tolerance);
    EXPECT_NEAR(at2(result.grad, 3, 1), row.g31, tolerance);
}

TEST(PolicyGolden, EveryRowInDouble) {
    for (const Row& row : rows()) expect_row(row, at::kDouble, 1e-8);
}

TEST(PolicyGolden, EveryRowInFloat) {
    for (const Row& row : rows()) expect_row(row, at::kFloat, 1e-5);
}

TEST(PolicyGolden, Sft) {
    const SftLoss sft = sft_loss(golden_logprobs(), golden_mask(), 14.0);
    EXPECT_NEAR(sft.loss, 0.69285714, 1e-8);
    EXPECT_NEAR(sft.grad.norm().item<double>(), 0.26726124, 1e-8);
    EXPECT_NEAR(at2(sft.grad, 0, 0), -0.07142857, 1e-8);
    EXPECT_NEAR(at2(sft.grad, 3, 1), -0.07142857, 1e-8);
    EXPECT_EQ(at2(sft.grad, 3, 2), 0.0);
}

const Row& row_named(const std::string& name) {
    static const std::vector<Row> all = rows();
    for (const Row& row : all) {
        if (name == row.name) return row;
    }
    ADD_FAILURE() << name;
    return all.front();
}

double metric(const PolicyStats& stats, const std::string& name) {
    for (const auto& [key, value] : stats.metrics()) {
        if (key == name) return value;
    }
    ADD_FAILURE() << name << " is not reported";
    return NAN;
}

TEST(PolicyGolden, ClipFractionsAndRatiosOfTokens) {
    const PolicyStats stats = evaluate(row_named("DAPO"), at::kDouble).result.stats;
    EXPECT_NEAR(metric(stats, "clip_ratio/low_mean"), 0.214286, 1e-6);
    EXPECT_NEAR(metric(stats, "clip_ratio/high_mean"), 0.142857, 1e-6);
    EXPECT_NEAR(metric(stats, "clip_ratio/region_mean"), 0.357143, 1e-6);
    EXPECT_NEAR(metric(stats, "policy/ratio_min"), 0.672014, 1e-6);
    EXPECT_NEAR(metric(stats, "policy/ratio_max"), 1.451817, 1e-6);
}

TEST(PolicyGolden, ClipFractionsOfChains) {
    const PolicyStats stats = evaluate(row_named("GSPO"), at::kDouble).result.stats;
    EXPECT_NEAR(metric(stats, "clip_ratio/low_mean"), 0.25, 1e-12);
    EXPECT_NEAR(metric(stats, "clip_ratio/high_mean"), 0.25, 1e-12);
}

TEST(PolicyGolden, PpoClipFractionAndKl) {
    const PolicyStats stats = evaluate(row_named("PPO, lam .95"), at::kDouble).result.stats;
    EXPECT_NEAR(metric(stats, "clip_ratio/region_mean"), 0.357143, 1e-6);
    EXPECT_NEAR(std::abs(metric(stats, "policy/approxkl_avg")), 0.022504, 1e-6);
}

TEST(PolicyGolden, RlooRatios) {
    const PolicyConfig config = config_of({{"algorithm", "rloo"}});
    const double expected[] = {1.854563, 1.239460, 0.429554, 0.739057};
    const at::Tensor sums = ((golden_logprobs() - golden_old()) * golden_mask()).sum(1).exp();
    for (int i = 0; i < kN; ++i) EXPECT_NEAR(sums[i].item<double>(), expected[i], 1e-6);
    const PolicyStats stats = evaluate(row_named("RLOO"), at::kDouble).result.stats;
    EXPECT_NEAR(stats.ratio.maximum, 1.854563, 1e-6);
    EXPECT_NEAR(stats.ratio.minimum, 0.429554, 1e-6);
    EXPECT_EQ(stats.ratio.count, 4.0);
}

TEST(PolicyGolden, ImportanceWeights) {
    const auto chain =
        importance_weights("sequence_mask", 3.0, golden_old(), golden_sampling(), golden_mask());
    const double expected[] = {0.944826, 0.985426, 1.069197, 0.981299};
    for (int i = 0; i < kN; ++i) EXPECT_NEAR(at2(chain.weights, i, 0), expected[i], 1e-6);
    const PolicyStats stats =
        evaluate(row_named("DAPO + token_truncate 2"), at::kDouble).result.stats;
    EXPECT_NEAR(metric(stats, "sampling/importance_sampling_ratio/min"), 0.955553, 1e-6);
    EXPECT_NEAR(metric(stats, "sampling/importance_sampling_ratio/max"), 1.049114, 1e-6);
    EXPECT_NEAR(metric(stats, "sampling/importance_sampling_ratio/mean"), 0.998869, 1e-6);
    EXPECT_NEAR(metric(stats, "sampling/sampling_logp_difference/mean"), 0.02873015, 1e-8);
    EXPECT_NEAR(metric(stats, "sampling/sampling_logp_difference/max"), 0.04794621, 1e-8);
}

TEST(PolicyGolden, KlMeans) {
    const PolicyStats stats = evaluate(row_named("GRPO"), at::kDouble).result.stats;
    EXPECT_NEAR(metric(stats, "kl/k1"), -0.02790357, 1e-8);
    EXPECT_NEAR(metric(stats, "kl/k2"), 0.00247412, 1e-8);
    EXPECT_NEAR(metric(stats, "kl"), 0.00251072, 1e-8);
}

/// Gradient of mean(kl) alone: the policy loss with all advantages 0 and beta 1.
at::Tensor kl_gradient(const char* estimator) {
    const PolicyConfig config =
        config_of({{"algorithm", "grpo"}, {"beta", 1.0}, {"kl_estimator", estimator}});
    const PolicyBatch batch{.logprobs = golden_logprobs(),
                            .ref_logprobs = golden_ref(),
                            .advantages = at::zeros({kN, kL}, at::kDouble),
                            .token_mask = golden_mask()};
    return policy_loss(config, batch, {.tokens = 14.0, .chains = 4.0})->grad;
}

TEST(PolicyGolden, KlGradients) {
    EXPECT_NEAR(at2(kl_gradient("k1"), 0, 0), 0.07142857, 1e-8);
    EXPECT_NEAR(at2(kl_gradient("k1"), 1, 2), 0.07142857, 1e-8);
    EXPECT_NEAR(at2(kl_gradient("k2"), 0, 0), 0.00714286, 1e-8);
    EXPECT_NEAR(at2(kl_gradient("k2"), 1, 2), -0.00693542, 1e-8);
    EXPECT_NEAR(at2(kl_gradient("k3"), 0, 0), 0.00679733, 1e-8);
    EXPECT_NEAR(at2(kl_gradient("k3"), 1, 2), -0.00728328, 1e-8);
}

TEST(PolicyGolden, PpoWithOtherNormalisers) {
    Row row = row_named("PPO, lam .95");
    row.config["loss_type"] = "grpo";
    EXPECT_NEAR(evaluate(row, at::kDouble).result.loss,
                0.02786927,
                1e-8);  // mean over chains of token means
    row.config["loss_type"] = "dr_grpo";
    const Evaluated e = evaluate(row, at::kDouble);
    EXPECT_NEAR(e.result.loss * kLmax, -0.07036283, 1e-8);  // mean over chains of token sums
}

TEST(AdvantageGolden, OneNumberPerChain) {
    const auto first = [](const Json& json) {
        const auto advantages = compute_advantages(config_of(json), golden_rollout());
        return std::pair{at2(advantages->advantages, 0, 0), at2(advantages->advantages, 1, 1)};
    };
    EXPECT_NEAR(first({{"algorithm", "grpo"}}).first, 0.8658754297607016, 1e-14);
    EXPECT_NEAR(first({{"algorithm", "grpo"}}).second, -0.8658754297607016, 1e-14);
    EXPECT_NEAR(first({{"algorithm", "rloo"}}).first, 2.0 / 3.0, 1e-14);
    EXPECT_NEAR(first({{"algorithm", "rloo"}}).second, -2.0 / 3.0, 1e-14);
    EXPECT_NEAR(first({{"algorithm", "reinforce_pp"}}).first, 0.9636240937635557, 1e-14);
    EXPECT_NEAR(first({{"algorithm", "reinforce_pp"}}).second, -0.9636240937635557, 1e-14);
}

void expect_values(const at::Tensor& row,
                   std::initializer_list<double> expected,
                   double tolerance) {
    int t = 0;
    for (const double value : expected)
        EXPECT_NEAR(row[t++].item<double>(), value, tolerance) << "t=" << t - 1;
}

TEST(GaeGolden, RawWhitenedAndReturns) {
    const at::Tensor r = token_rewards(golden_rewards(), golden_mask(), {}, {}, 0.0);
    const Gae one = gae(r, golden_values(), golden_mask(), 1.0, 1.0);
    expect_values(one.advantages[0], {0.70, 0.72, 0.74, 0.76, 0.78}, 1e-12);
    expect_values(whiten(one.advantages, golden_mask())[0],
                  {0.977586, 1.014327, 1.051068, 1.087810, 1.124551},
                  1e-6);
    const Gae decayed = gae(r, golden_values(), golden_mask(), 1.0, 0.95);
    expect_values(decayed.advantages[0], {0.561117375, 0.6117025, 0.66495, 0.721, 0.78}, 1e-12);
    expect_values(whiten(decayed.advantages, golden_mask())[0],
                  {0.813466, 0.913724, 1.019259, 1.130349, 1.247285},
                  1e-6);
    expect_values(decayed.returns[0], {0.861117, 0.891703, 0.924950, 0.961, 1.0}, 1e-6);
}

TEST(GaeGolden, KlInsideTheReward) {
    const at::Tensor r =
        token_rewards(golden_rewards(), golden_mask(), golden_old(), golden_ref(), 0.05);
    expect_values(r[0], {0.00091040, 0.01637280, 0.02020669, 0.00775980, 0.98778134}, 1e-8);
    const Gae one = gae(r, golden_values(), golden_mask(), 1.0, 1.0);
    expect_values(
        one.advantages[0], {0.73303104, 0.75212063, 0.75574783, 0.75554114, 0.76778134}, 1e-8);
}

TEST(AdvantageGolden, Verified) {
    const auto verified = compute_advantages(PolicyConfig{}, golden_rollout());
    EXPECT_NEAR(verified->stats.sigma, 0.5443440544, 1e-10);
    expect_values(verified->advantages[0],
                  {1.28595140, 1.32269287, 1.35943434, 1.39617581, 1.43291728},
                  1e-8);
    expect_values(verified->advantages[3], {1.01039039, 1.04713186, 0, 0, 0}, 1e-8);
    expect_values(verified->advantages[1], {0, 0, 0, 0, 0}, 0.0);
}

TEST(ValueGolden, LossClipFractionAndExplainedVariance) {
    const at::Tensor r = token_rewards(golden_rewards(), golden_mask(), {}, {}, 0.0);
    const at::Tensor returns95 = gae(r, golden_values(), golden_mask(), 1.0, 0.95).returns;
    const at::Tensor returns1 = gae(r, golden_values(), golden_mask(), 1.0, 1.0).returns;
    const at::Tensor values =
        golden_values() + table([](int i, int t) { return 0.3 * std::sin(i + 2.0 * t); });
    const auto narrow = value_loss(values, golden_values(), returns95, golden_mask(), 0.2, 14.0);
    EXPECT_NEAR(narrow->loss, 0.16339678, 1e-8);
    EXPECT_NEAR(narrow->clip_fraction, 0.285714, 1e-6);
    EXPECT_NEAR(value_loss(values, golden_values(), returns95, golden_mask(), 0.5, 14.0)->loss,
                0.15709964,
                1e-8);
    EXPECT_NEAR(value_loss(values, {}, returns1, golden_mask(), 0.0, 14.0)->loss, 0.17942571, 1e-8);
    EXPECT_NEAR(explained_variance(golden_values(), returns1, golden_mask()), -0.10058163, 1e-8);
    const auto in_float = value_loss(values.to(at::kFloat),
                                     golden_values().to(at::kFloat),
                                     returns95.to(at::kFloat),
                                     golden_mask(),
                                     0.2,
                                     14.0);
    EXPECT_NEAR(in_float->loss, 0.16339678, 1e-5);
}

}  // namespace
}  // namespace veritune::train
