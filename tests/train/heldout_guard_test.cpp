// SPDX-License-Identifier: Apache-2.0
#include "core/train/heldout_guard.h"

#include "core/util/rng.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace veritune::train {
namespace {

using ::testing::HasSubstr;
using util::Rng;
using util::RngStream;

HeldoutScore constant_score(std::int64_t step,
                            std::int32_t correct,
                            std::size_t problems = 300,
                            std::int32_t n = 8) {
    return {.step = step, .correct = std::vector<std::int32_t>(problems, correct), .samples = n};
}

/// Problems as in the demonstration: some always solved, some never, most in between; mean about
/// 0.8.
std::vector<double> problem_rates(std::size_t problems, Rng& rng) {
    std::vector<double> rates(problems);
    for (double& rate : rates) rate = 1.0 - std::pow(rng.uniform_double(), 4.0);
    return rates;
}

HeldoutScore sample_score(
    std::int64_t step, const std::vector<double>& rates, double shift, std::int32_t n, Rng& rng) {
    HeldoutScore score{.step = step, .correct = {}, .samples = n};
    for (const double rate : rates) {
        const double p = std::clamp(rate + shift, 0.0, 1.0);
        std::int32_t correct = 0;
        for (std::int32_t i = 0; i < n; ++i) correct += rng.uniform() < p ? 1 : 0;
        score.correct.push_back(correct);
    }
    return score;
}

bool is_stopped(const GuardDecision& decision) {
    return decision.action == GuardAction::kRollBackAndStop;
}

// ---- interval ----

DifferenceInterval plain_bootstrap(const HeldoutScore& now, const HeldoutScore& before) {
    Rng rng(17, RngStream::kTest);
    const std::size_t n = now.correct.size();
    std::vector<double> means(10000);
    for (double& mean : means) {
        double sum = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
            const std::size_t pick = rng.below(n);
            sum += now.correct[pick] - before.correct[pick];
        }
        mean = sum / static_cast<double>(n) / now.samples;
    }
    std::sort(means.begin(), means.end());
    return {heldout_pass1(now) - heldout_pass1(before), means[250], means[9749]};
}

TEST(PairedBootstrap, AgreesWithPlainResampling) {
    Rng rng(3, RngStream::kTest);
    const std::vector<double> rates = problem_rates(300, rng);
    const HeldoutScore before = sample_score(0, rates, 0.0, 8, rng);
    const HeldoutScore now = sample_score(10, rates, -0.03, 8, rng);
    const DifferenceInterval fast = paired_bootstrap(now, before, 10000, 1, 0);
    const DifferenceInterval plain = plain_bootstrap(now, before);
    EXPECT_DOUBLE_EQ(fast.mean, plain.mean);
    // Two independent sets of 10,000 resamples: the ends differ by a few percent of the width.
    EXPECT_NEAR(fast.lower, plain.lower, 0.04 * (plain.upper - plain.lower));
    EXPECT_NEAR(fast.upper, plain.upper, 0.04 * (plain.upper - plain.lower));
}

TEST(PairedBootstrap, HandlesOneProblemEqualScoresAndExtremes) {
    const DifferenceInterval none =
        paired_bootstrap(constant_score(1, 4), constant_score(0, 4), 10000, 1, 0);
    EXPECT_EQ(none.lower, 0.0);
    EXPECT_EQ(none.upper, 0.0);
    const DifferenceInterval all =
        paired_bootstrap(constant_score(1, 8), constant_score(0, 0), 10000, 1, 0);
    EXPECT_DOUBLE_EQ(all.lower, 1.0);
    EXPECT_DOUBLE_EQ(all.upper, 1.0);
    const DifferenceInterval one =
        paired_bootstrap(constant_score(1, 1, 1, 1), constant_score(0, 0, 1, 1), 100, 1, 0);
    EXPECT_DOUBLE_EQ(one.mean, 1.0);
    EXPECT_DOUBLE_EQ(one.lower, 1.0);
}

TEST(PairedBootstrap, IsTheSameForTheSameSeedAndEvaluation) {
    Rng rng(4, RngStream::kTest);
    const std::vector<double> rates = problem_rates(300, rng);
    const HeldoutScore a = sample_score(0, rates, 0.0, 8, rng);
    const HeldoutScore b = sample_score(1, rates, 0.0, 8, rng);
    const DifferenceInterval first = paired_bootstrap(b, a, 10000, 9, 2);
    const DifferenceInterval again = paired_bootstrap(b, a, 10000, 9, 2);
    EXPECT_EQ(first.lower, again.lower);
    EXPECT_EQ(first.upper, again.upper);
}

// ---- decisions ----

TEST(HeldoutGuard, KeepsTheHighestHeldoutScore) {
    HeldoutGuard guard(EvalConfig{}, 1);
    EXPECT_FALSE(guard.best_step().has_value());
    EXPECT_TRUE(guard.evaluate(constant_score(0, 4))->new_best);
    EXPECT_TRUE(guard.evaluate(constant_score(10, 6))->new_best);
    const auto equal = guard.evaluate(constant_score(20, 6));
    EXPECT_FALSE(equal->new_best) << "the earlier one of two equal scores stays";
    EXPECT_EQ(equal->best_step, 10);
    EXPECT_EQ(guard.best_step(), 10);
    EXPECT_DOUBLE_EQ(guard.best_pass1(), 0.75);
}

/// A score `fall` of one sample per problem below another, on `share` of the problems.
HeldoutScore lowered(const HeldoutScore& score, std::int64_t step, double share) {
    HeldoutScore low = score;
    low.step = step;
    const auto count = static_cast<std::size_t>(share * static_cast<double>(score.correct.size()));
    for (std::size_t i = 0; i < count; ++i) --low.correct[i];
    return low;
}

TEST(HeldoutGuard, ASmallFallActsAtTheSecondEvaluationInARow) {
    HeldoutGuard guard(EvalConfig{}, 1);
    const HeldoutScore best = constant_score(0, 6);
    ASSERT_TRUE(guard.evaluate(best).has_value());
    const HeldoutScore low = lowered(best, 10, 0.5);  // d = -0.0625
    const auto first = guard.evaluate(low);
    EXPECT_TRUE(first->fall);
    EXPECT_EQ(first->action, GuardAction::kContinue);
    const auto second = guard.evaluate(low);
    EXPECT_EQ(second->action, GuardAction::kRollBackAndStop);
    EXPECT_EQ(second->best_step, 0);
    EXPECT_THAT(second->message, HasSubstr("fell by 0.06"));
}

TEST(HeldoutGuard, ARecoveryInBetweenStartsTheCountAnew) {
    HeldoutGuard guard(EvalConfig{}, 1);
    const HeldoutScore best = constant_score(0, 6);
    const HeldoutScore low = lowered(best, 10, 0.5);
    ASSERT_TRUE(guard.evaluate(best).has_value());
    EXPECT_EQ(guard.evaluate(low)->action, GuardAction::kContinue);
    EXPECT_FALSE(guard.evaluate(best)->fall);
    EXPECT_EQ(guard.evaluate(low)->action, GuardAction::kContinue);
    EXPECT_EQ(guard.evaluate(low)->action, GuardAction::kRollBackAndStop);
}

TEST(HeldoutGuard, ALargeFallActsAtOnce) {
    HeldoutGuard guard(EvalConfig{}, 1);
    const HeldoutScore best = constant_score(0, 6);
    ASSERT_TRUE(guard.evaluate(best).has_value());
    EXPECT_EQ(guard.evaluate(lowered(best, 10, 1.0))->action,
              GuardAction::kRollBackAndStop);  // d = -0.125
}

TEST(HeldoutGuard, AFallInsideTheMarginIsNoise) {
    HeldoutGuard guard(EvalConfig{}, 1);
    const HeldoutScore best = constant_score(0, 6);
    ASSERT_TRUE(guard.evaluate(best).has_value());
    for (int i = 1; i <= 10; ++i) {
        const auto decision =
            guard.evaluate(lowered(best, i, 0.15));  // d = -0.019, all of it certain
        EXPECT_FALSE(decision->fall);
        EXPECT_EQ(decision->action, GuardAction::kContinue);
    }
}

TEST(HeldoutGuard, OffNeverActs) {
    HeldoutGuard guard(EvalConfig{.on_heldout_fall = "off"}, 1);
    ASSERT_TRUE(guard.evaluate(constant_score(0, 8)).has_value());
    for (int i = 1; i < 5; ++i) {
        const auto decision = guard.evaluate(constant_score(i, 0));
        EXPECT_TRUE(decision->fall);
        EXPECT_EQ(decision->action, GuardAction::kContinue);
    }
}

TEST(HeldoutGuard, HalvesOnceThenStops) {
    HeldoutGuard guard(EvalConfig{.on_heldout_fall = "halve_lr_and_continue"}, 1);
    ASSERT_TRUE(guard.evaluate(constant_score(0, 8)).has_value());
    EXPECT_EQ(guard.evaluate(constant_score(10, 4))->action, GuardAction::kRollBackAndHalve);
    EXPECT_EQ(guard.evaluate(constant_score(10, 8))->action, GuardAction::kContinue);
    EXPECT_EQ(guard.evaluate(constant_score(20, 4))->action, GuardAction::kRollBackAndStop);
}

TEST(HeldoutGuard, FinishesAfterPatienceWithoutANewBest) {
    HeldoutGuard guard(EvalConfig{.patience = 3}, 1);
    ASSERT_TRUE(guard.evaluate(constant_score(0, 6)).has_value());
    EXPECT_EQ(guard.evaluate(constant_score(10, 6))->action, GuardAction::kContinue);
    EXPECT_EQ(guard.evaluate(constant_score(20, 6))->action, GuardAction::kContinue);
    const auto last = guard.evaluate(constant_score(30, 6));
    EXPECT_EQ(last->action, GuardAction::kFinishWithBest);
    EXPECT_EQ(last->best_step, 0);
}

GuardDecision fall_with_rewards(double at_best, double later) {
    HeldoutGuard guard(EvalConfig{}, 1);
    for (int i = 0; i < 20; ++i) guard.observe_reward(at_best);
    EXPECT_TRUE(guard.evaluate(constant_score(20, 8)).has_value());
    for (int i = 0; i < 20; ++i) guard.observe_reward(later);
    return *guard.evaluate(constant_score(40, 4));
}

TEST(HeldoutGuard, NamesTheReasonByTheTrainReward) {
    EXPECT_EQ(fall_with_rewards(0.5, 0.7).reason, FallReason::kRewardUp);
    EXPECT_THAT(fall_with_rewards(0.5, 0.7).message, HasSubstr("reward hacking"));
    EXPECT_EQ(fall_with_rewards(0.5, 0.3).reason, FallReason::kRewardDown);
    EXPECT_THAT(fall_with_rewards(0.5, 0.3).message, HasSubstr("learning rate too high"));
    EXPECT_EQ(fall_with_rewards(0.5, 0.5).reason, FallReason::kRewardFlat);
}

TEST(HeldoutGuard, WatchesForRewardThatRisesAlone) {
    HeldoutGuard guard(EvalConfig{}, 1);
    ASSERT_TRUE(guard.evaluate(constant_score(0, 6)).has_value());
    for (int i = 0; i < 60; ++i) guard.observe_reward(0.5 + 0.004 * i);
    const auto decision = guard.evaluate(constant_score(60, 6));
    EXPECT_TRUE(decision->flat);
    EXPECT_EQ(decision->action, GuardAction::kContinue);
    HeldoutGuard calm(EvalConfig{}, 1);
    ASSERT_TRUE(calm.evaluate(constant_score(0, 6)).has_value());
    for (int i = 0; i < 60; ++i) calm.observe_reward(0.5);
    EXPECT_FALSE(calm.evaluate(constant_score(60, 6))->flat);
}

TEST(HeldoutGuard, RefusesScoresThatCannotBeCompared) {
    HeldoutGuard guard(EvalConfig{}, 1);
    EXPECT_FALSE(guard.evaluate({}).has_value());
    EXPECT_FALSE(guard.evaluate(constant_score(0, 9)).has_value());
    EXPECT_FALSE(guard.evaluate(constant_score(0, -1)).has_value());
    EXPECT_FALSE(guard.evaluate(constant_score(0, 0, 10, 0)).has_value());
    ASSERT_TRUE(guard.evaluate(constant_score(0, 6)).has_value());
    EXPECT_FALSE(guard.evaluate(constant_score(1, 4, 299)).has_value());
    EXPECT_FALSE(guard.evaluate(constant_score(1, 4, 300, 4)).has_value());
    EXPECT_EQ(guard.best_step(), 0);
}

// ---- restart ----

TEST(HeldoutGuard, GoesOnFromItsStateAsIfThereHadBeenNoRestart) {
    Rng rng(21, RngStream::kTest);
    const std::vector<double> rates = problem_rates(100, rng);
    EvalConfig config;
    config.patience = 30;
    HeldoutGuard whole(config, 5);
    HeldoutGuard parts(config, 5);
    for (int i = 0; i < 12; ++i) {
        const HeldoutScore score = sample_score(i * 10, rates, -0.01 * i, 4, rng);
        for (HeldoutGuard* guard : {&whole, &parts}) {
            for (int j = 0; j < 10; ++j) guard->observe_reward(0.4 + 0.002 * (10 * i + j));
        }
        const auto a = whole.evaluate(score);
        const auto b = parts.evaluate(score);
        EXPECT_EQ(a->action, b->action);
        EXPECT_EQ(a->difference.lower, b->difference.lower);
        EXPECT_EQ(a->message, b->message);
        HeldoutGuard restarted(config, 5);
        ASSERT_TRUE(restarted.restore(util::Json::parse(parts.state().dump())).has_value());
        EXPECT_EQ(restarted.state(), parts.state());
        parts = restarted;
    }
}

TEST(HeldoutGuard, RefusesABrokenStateAndKeepsItsOwn) {
    HeldoutGuard guard(EvalConfig{}, 1);
    ASSERT_TRUE(guard.evaluate(constant_score(0, 6, 3)).has_value());
    const util::Json good = guard.state();
    for (const char* key :
         {"best", "best_ema", "falls", "since_best", "evaluations", "halved", "emas"}) {
        util::Json bad = good;
        bad.erase(key);
        EXPECT_EQ(guard.restore(bad).error().code, util::ErrorCode::kCorruptData) << key;
        bad[key] = "text";
        EXPECT_EQ(guard.restore(bad).error().code, util::ErrorCode::kCorruptData) << key;
    }
    util::Json bad = good;
    bad["best"]["correct"][0] = 9;
    EXPECT_EQ(guard.restore(bad).error().code, util::ErrorCode::kCorruptData);
    EXPECT_EQ(guard.restore(util::Json::array()).error().code, util::ErrorCode::kCorruptData);
    EXPECT_EQ(guard.state(), good);
}

// ---- the simulation of training.md 9 ----

struct Setting {
    std::size_t problems;
    std::int32_t samples;
};

/// Runs of 20 evaluations without any change of the model; how many the guard ends.
int false_stops(Setting setting, int runs, double margin) {
    int stops = 0;
    for (int run = 0; run < runs; ++run) {
        Rng rng(1000 + static_cast<std::uint64_t>(run), RngStream::kTest);
        const std::vector<double> rates = problem_rates(setting.problems, rng);
        HeldoutGuard guard(EvalConfig{.fall_margin = margin}, static_cast<std::uint64_t>(run));
        for (int i = 0; i < 20; ++i) {
            const auto decision = guard.evaluate(sample_score(i, rates, 0.0, setting.samples, rng));
            if (!is_stopped(*decision)) continue;
            ++stops;
            break;
        }
    }
    return stops;
}

TEST(HeldoutGuardSimulation, EndsAtMostOneHealthyPlateauIn100With300ProblemsOf8) {
    EXPECT_LE(false_stops({300, 8}, 125, 0.02), 1);
}

TEST(HeldoutGuardSimulation, EndsAtMostOneHealthyPlateauIn100With200ProblemsOf4) {
    EXPECT_LE(false_stops({200, 4}, 125, 0.02), 1);
}

TEST(HeldoutGuardSimulation, WithoutTheMarginItWouldEndManyHealthyRuns) {
    EXPECT_GE(false_stops({300, 8}, 60, 0.0), 6)
        << "the margin is needed, and this simulation can fail";
}

/// At which evaluation after a fall of 0.08 the guard acts; 99 = not within 10.
int evaluations_until_caught(std::uint64_t run) {
    Rng rng(5000 + run, RngStream::kTest);
    const std::vector<double> rates = problem_rates(300, rng);
    HeldoutGuard guard(EvalConfig{}, run);
    for (int i = 0; i < 5; ++i) {
        if (is_stopped(*guard.evaluate(sample_score(i, rates, 0.0, 8, rng)))) return 99;
    }
    for (int after = 1; after <= 10; ++after) {
        if (is_stopped(*guard.evaluate(sample_score(5 + after, rates, -0.08, 8, rng))))
            return after;
    }
    return 99;
}

TEST(HeldoutGuardSimulation, CatchesARealFallOf8PointsAtItsSecondEvaluation) {
    std::vector<int> caught;
    for (std::uint64_t run = 0; run < 101; ++run) caught.push_back(evaluations_until_caught(run));
    std::sort(caught.begin(), caught.end());
    EXPECT_LE(caught[50], 2);
    EXPECT_LE(caught[95], 4);
    EXPECT_EQ(std::count(caught.begin(), caught.end(), 99), 0);
}

TEST(GuardNames, AreAllDifferent) {
    EXPECT_EQ(guard_action_name(GuardAction::kRollBackAndHalve), "roll_back_and_halve");
    EXPECT_EQ(guard_action_name(GuardAction::kContinue), "continue");
    EXPECT_EQ(guard_action_name(GuardAction::kRollBackAndStop), "roll_back_and_stop");
    EXPECT_EQ(guard_action_name(GuardAction::kFinishWithBest), "finish_with_best");
    EXPECT_EQ(fall_reason_name(FallReason::kNone), "none");
    EXPECT_EQ(fall_reason_name(FallReason::kRewardUp), "reward_up");
    EXPECT_EQ(fall_reason_name(FallReason::kRewardDown), "reward_down");
    EXPECT_EQ(fall_reason_name(FallReason::kRewardFlat), "reward_flat");
}

}  // namespace
}  // namespace veritune::train
