// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/train/config.h"
#include "core/util/json.h"
#include "core/util/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::train {

/// One held-out evaluation: the same problems and the same number of samples each time.
struct HeldoutScore {
    std::int64_t step = 0;              ///< of the stage; 0 = before the first
    std::vector<std::int32_t> correct;  ///< c per problem, 0..samples
    std::int32_t samples = 0;           ///< n per problem, >= 1
};

/// sum(c) / (n * problems); 0 without problems.
double heldout_pass1(const HeldoutScore& score);

/// A mean difference with its 95 % interval.
struct DifferenceInterval {
    double mean = 0.0;
    double lower = 0.0;
    double upper = 0.0;
};

/// Paired bootstrap over problems of mean((now - before) / n), percentile interval of `resamples`
/// resamples. The differences are whole multiples of 1/n, so the sum of one resample has exactly
/// the distribution that a P-fold convolution of their histogram gives: a resample is one draw from
/// it instead of P draws. A 10,000-resample interval over 300 problems takes well under a
/// millisecond that way. now, before  same sizes, P >= 1 test  heldout_guard_test.cpp (against
/// plain resampling)
DifferenceInterval paired_bootstrap(const HeldoutScore& now,
                                    const HeldoutScore& before,
                                    std::int64_t resamples,
                                    std::uint64_t seed,
                                    std::uint64_t evaluation);

enum class GuardAction {
    kContinue,
    kRollBackAndStop,   ///< restore the best checkpoint, end the stage as rolled_back
    kRollBackAndHalve,  ///< restore the best checkpoint, reset moments, go on with half the
                        ///< learning rate
    kFinishWithBest,    ///< plateau: end the stage as done, with the best checkpoint
};

enum class FallReason {
    kNone,
    kRewardUp,    ///< train reward rose: over-fitting or reward hacking
    kRewardDown,  ///< train reward fell too: learning rate too high or data fault
    kRewardFlat,  ///< neither: cause unclear
};

struct GuardDecision {
    GuardAction action = GuardAction::kContinue;
    bool new_best = false;  ///< this checkpoint is the one to keep
    bool fall = false;      ///< the interval lies below -fall_margin at this evaluation
    bool flat = false;      ///< watch: train reward rises, held-out does not move
    double pass1 = 0.0;
    DifferenceInterval difference;  ///< against the best before this evaluation; zeros at the first
    double reward_rise = 0.0;       ///< train-reward EMA now minus at the best checkpoint
    FallReason reason = FallReason::kNone;
    std::int64_t best_step = 0;  ///< after this evaluation
    std::string message;  ///< one English sentence for the event; empty when nothing happened
};

/// The always-on guard of a training stage (training.md 9): keeps the best held-out score, tells a
/// fall from noise, and says when to roll back or finish. It decides; the trainer acts. Never looks
/// at train reward for "best". threads  one owner test  heldout_guard_test.cpp (healthy plateaus,
/// real falls)
class HeldoutGuard {
  public:
    /// seed  the run's seed; the bootstrap has its own stream
    HeldoutGuard(const EvalConfig& config, std::uint64_t seed);

    /// Mean train reward of one step, in order; feeds the moving average (decay 0.9).
    void observe_reward(double mean_reward);

    /// One evaluation. The first one becomes the best.
    /// errors  kInvalidArgument: no problems, samples < 1, a count out of range, or not the
    /// problems and samples
    ///         of the best score; the state is then unchanged
    util::Result<GuardDecision> evaluate(const HeldoutScore& score);

    /// Step of the best checkpoint; nullopt before the first evaluation.
    std::optional<std::int64_t> best_step() const;
    double best_pass1() const;

    /// Everything needed to go on after a restart exactly as if there had been none.
    util::Json state() const;
    /// errors  kCorruptData; the state is then unchanged
    util::Status restore(const util::Json& state);

  private:
    struct State {
        std::optional<HeldoutScore> best;
        double best_ema = 0.0;
        std::int64_t falls = 0;       ///< in a row
        std::int64_t since_best = 0;  ///< evaluations
        std::int64_t evaluations = 0;
        bool halved = false;
        std::vector<double> emas;  ///< of the last steps, newest last
    };
    static util::Result<State> parse_state(const util::Json& state);

    util::Status check(const HeldoutScore& score) const;
    bool reward_rose_lately() const;
    void accept_best(const HeldoutScore& score, GuardDecision& decision);
    void handle_fall(GuardDecision& decision);
    void handle_no_best(GuardDecision& decision);

    EvalConfig config_;
    std::uint64_t seed_;
    State state_;
};

std::string_view guard_action_name(GuardAction action);
std::string_view fall_reason_name(FallReason reason);

}  // namespace veritune::train
