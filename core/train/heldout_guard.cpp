// SPDX-License-Identifier: Apache-2.0
#include "core/train/heldout_guard.h"

#include <cmath>
#include <cstdio>

namespace veritune::train {

using util::ErrorCode;
using util::Json;

namespace {

constexpr std::int64_t kResamples = 10000;
constexpr double kEmaDecay = 0.9;
constexpr std::size_t kFlatSteps = 50;
constexpr double kFlatRise = 0.05;
constexpr double kHackRise = 0.02;
constexpr std::int64_t kFallsInARow = 2;

std::string describe_fall(const GuardDecision& decision) {
    char numbers[160];
    std::snprintf(
        numbers,
        sizeof(numbers),
        "held-out pass@1 fell by %.3f (95 %% interval %.3f to %.3f) below the best at step %lld: ",
        -decision.difference.mean,
        -decision.difference.upper,
        -decision.difference.lower,
        static_cast<long long>(decision.best_step));
    switch (decision.reason) {
        case FallReason::kRewardUp:
            return std::string(numbers) +
                   "reward up, held-out down: over-fitting or reward hacking";
        case FallReason::kRewardDown:
            return std::string(numbers) + "reward fell too: learning rate too high or data fault";
        default:
            return std::string(numbers) + "train reward did not move: cause unclear";
    }
}

FallReason reason_of(double reward_rise) {
    if (reward_rise >= kHackRise) return FallReason::kRewardUp;
    return reward_rise < 0.0 ? FallReason::kRewardDown : FallReason::kRewardFlat;
}

util::Error corrupt(const char* what) {
    return util::fail(ErrorCode::kCorruptData, std::string("guard state: ") + what);
}

Json score_to_json(const HeldoutScore& score) {
    return {{"step", score.step}, {"correct", score.correct}, {"samples", score.samples}};
}

util::Result<HeldoutScore> score_from_json(const Json& json) {
    HeldoutScore score;
    VT_ASSIGN(score.step, util::json_int(json, "step", "guard state", 0, INT64_MAX));
    VT_ASSIGN(const std::int64_t samples, util::json_int(json, "samples", "guard state", 1, 65536));
    score.samples = static_cast<std::int32_t>(samples);
    if (!json.contains("correct") || !json["correct"].is_array())
        return corrupt("correct is not a list");
    for (const Json& count : json["correct"]) {
        if (!count.is_number_integer() || count < 0 || count > samples)
            return corrupt("a count is out of range");
        score.correct.push_back(count.get<std::int32_t>());
    }
    if (score.correct.empty()) return corrupt("no problems");
    return score;
}

}  // namespace

double heldout_pass1(const HeldoutScore& score) {
    if (score.correct.empty() || score.samples < 1) return 0.0;
    std::int64_t sum = 0;
    for (const std::int32_t count : score.correct) sum += count;
    return static_cast<double>(sum) /
           (static_cast<double>(score.samples) * static_cast<double>(score.correct.size()));
}

HeldoutGuard::HeldoutGuard(const EvalConfig& config, std::uint64_t seed)
    : config_(config),
      seed_(seed) {}

void HeldoutGuard::observe_reward(double mean_reward) {
    if (!std::isfinite(mean_reward)) return;  // a step of faults only has no mean
    std::vector<double>& emas = state_.emas;
    const double ema =
        emas.empty() ? mean_reward : kEmaDecay * emas.back() + (1 - kEmaDecay) * mean_reward;
    if (emas.size() > kFlatSteps) emas.erase(emas.begin());
    emas.push_back(ema);
}

util::Status HeldoutGuard::check(const HeldoutScore& score) const {
    const auto refuse = [](const char* why) {
        return util::fail(ErrorCode::kInvalidArgument, std::string("held-out score: ") + why);
    };
    if (score.correct.empty()) return refuse("no problems");
    if (score.samples < 1) return refuse("samples must be at least 1");
    for (const std::int32_t count : score.correct) {
        if (count < 0 || count > score.samples) return refuse("a count is not in 0..samples");
    }
    if (!state_.best) return {};
    if (score.correct.size() != state_.best->correct.size() ||
        score.samples != state_.best->samples) {
        return refuse("not the problems and samples of the best score");
    }
    return {};
}

bool HeldoutGuard::reward_rose_lately() const {
    const std::vector<double>& emas = state_.emas;
    return emas.size() > kFlatSteps && emas.back() - emas.front() >= kFlatRise;
}

void HeldoutGuard::accept_best(const HeldoutScore& score, GuardDecision& decision) {
    decision.new_best = true;
    decision.best_step = score.step;
    state_.best = score;
    state_.best_ema = state_.emas.empty() ? 0.0 : state_.emas.back();
    state_.falls = 0;
    state_.since_best = 0;
}

void HeldoutGuard::handle_fall(GuardDecision& decision) {
    ++state_.falls;
    const bool at_once = decision.difference.mean < -config_.fall_at_once;
    if (config_.on_heldout_fall == "off" || (state_.falls < kFallsInARow && !at_once)) return;
    decision.reason = reason_of(decision.reward_rise);
    decision.message = describe_fall(decision);
    state_.falls = 0;
    if (config_.on_heldout_fall != "halve_lr_and_continue" || state_.halved) {
        decision.action = GuardAction::kRollBackAndStop;
        return;
    }
    decision.action = GuardAction::kRollBackAndHalve;
    state_.halved = true;
    state_.since_best = 0;
    // The policy is the best one again, so its reward is where the average goes on.
    state_.emas = {state_.best_ema};
}

void HeldoutGuard::handle_no_best(GuardDecision& decision) {
    ++state_.since_best;
    if (decision.fall) {
        handle_fall(decision);
    } else {
        state_.falls = 0;
    }
    const bool plateau = config_.patience > 0 && state_.since_best >= config_.patience;
    if (decision.action == GuardAction::kContinue && plateau) {
        decision.action = GuardAction::kFinishWithBest;
        decision.message = "no new best for " + std::to_string(state_.since_best) +
                           " evaluations: finished with the best at step " +
                           std::to_string(decision.best_step);
    }
}

util::Result<GuardDecision> HeldoutGuard::evaluate(const HeldoutScore& score) {
    VT_TRY(check(score));
    GuardDecision decision;
    decision.pass1 = heldout_pass1(score);
    const auto evaluation = static_cast<std::uint64_t>(state_.evaluations++);
    if (!state_.best) {
        accept_best(score, decision);
        return decision;
    }
    decision.difference = paired_bootstrap(score, *state_.best, kResamples, seed_, evaluation);
    decision.best_step = state_.best->step;
    if (!state_.emas.empty()) decision.reward_rise = state_.emas.back() - state_.best_ema;
    decision.fall = decision.difference.upper < -config_.fall_margin;
    decision.flat = reward_rose_lately() && decision.difference.lower <= 0.0 &&
                    decision.difference.upper >= 0.0;
    if (decision.flat) decision.message = "train reward rises while held-out does not move";
    if (decision.pass1 > best_pass1()) {
        accept_best(score, decision);
    } else {
        handle_no_best(decision);
    }
    return decision;
}

std::optional<std::int64_t> HeldoutGuard::best_step() const {
    if (!state_.best) return std::nullopt;
    return state_.best->step;
}

double HeldoutGuard::best_pass1() const { return state_.best ? heldout_pass1(*state_.best) : 0.0; }

Json HeldoutGuard::state() const {
    return {{"best", state_.best ? score_to_json(*state_.best) : Json()},
            {"best_ema", state_.best_ema},
            {"falls", state_.falls},
            {"since_best", state_.since_best},
            {"evaluations", state_.evaluations},
            {"halved", state_.halved},
            {"emas", state_.emas}};
}

util::Result<HeldoutGuard::State> HeldoutGuard::parse_state(const Json& json) {
    State state;
    if (!json.is_object() || !json.contains("best"))
        return corrupt("not an object with a best score");
    if (!json["best"].is_null()) {
        VT_ASSIGN(state.best, score_from_json(json["best"]));
    }
    VT_ASSIGN(state.best_ema, util::json_number(json, "best_ema", "guard state"));
    VT_ASSIGN(state.falls, util::json_int(json, "falls", "guard state", 0, INT64_MAX));
    VT_ASSIGN(state.since_best, util::json_int(json, "since_best", "guard state", 0, INT64_MAX));
    VT_ASSIGN(state.evaluations, util::json_int(json, "evaluations", "guard state", 0, INT64_MAX));
    if (!json.contains("halved") || !json["halved"].is_boolean())
        return corrupt("halved is not true or false");
    state.halved = json["halved"].get<bool>();
    const bool has_emas = json.contains("emas") && json["emas"].is_array();
    if (!has_emas || json["emas"].size() > kFlatSteps + 1)
        return corrupt("emas is not a short list");
    for (const Json& ema : json["emas"]) {
        if (!ema.is_number()) return corrupt("an average is not a number");
        state.emas.push_back(ema.get<double>());
    }
    return state;
}

util::Status HeldoutGuard::restore(const Json& json) {
    util::Result<State> parsed = parse_state(json);
    // json_int says kInvalidArgument for a key of ours; in a stored state that is corruption.
    if (!parsed)
        return util::fail(ErrorCode::kCorruptData, parsed.error().message, parsed.error().context);
    state_ = std::move(parsed).value();
    return {};
}

std::string_view guard_action_name(GuardAction action) {
    switch (action) {
        case GuardAction::kContinue:
            return "continue";
        case GuardAction::kRollBackAndStop:
            return "roll_back_and_stop";
        case GuardAction::kRollBackAndHalve:
            return "roll_back_and_halve";
        case GuardAction::kFinishWithBest:
            return "finish_with_best";
    }
    return "";
}

std::string_view fall_reason_name(FallReason reason) {
    switch (reason) {
        case FallReason::kNone:
            return "none";
        case FallReason::kRewardUp:
            return "reward_up";
        case FallReason::kRewardDown:
            return "reward_down";
        case FallReason::kRewardFlat:
            return "reward_flat";
    }
    return "";
}

}  // namespace veritune::train
