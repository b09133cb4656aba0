// SPDX-License-Identifier: Apache-2.0
#include "core/train/run_doctor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <tuple>

namespace veritune::train {
namespace {

constexpr std::size_t kMaxChains = 8;
constexpr std::size_t kBestWindow = 10;
constexpr std::size_t kMinHistory = 10;

using enum DoctorTest;
constexpr std::nullopt_t kNone = std::nullopt;

constexpr std::array<DoctorRule, 25> kRules{{
    {"loss_not_finite",
     "loss",
     kNotFinite,
     kNone,
     0.0,
     1,
     1,
     "",
     "The loss is no number: the step was left out; lower the learning rate if it comes again."},
    {"grad_norm_spike",
     "grad_norm",
     kTimesMedian,
     10.0,
     100.0,
     1,
     1,
     "vrl",
     "One gradient was far larger than usual; it was clipped. Several in a row point to a learning "
     "rate that is too high."},
    {"updates_skipped",
     "skipped_updates",
     kMeanAbove,
     0.0,
     0.99,
     3,
     1,
     "",
     "Updates were left out because their gradient was no number; go back to the last good "
     "checkpoint with a third of the learning rate."},
    {"reward_low",
     "reward",
     kMeanBelow,
     0.15,
     kNone,
     10,
     20,
     "vrl",
     "Hardly any chain is proven correct: the problems are too hard for this start, or verifier "
     "and prompt do not fit."},
    {"reward_collapse",
     "reward",
     kFallFromBest,
     kNone,
     0.15,
     5,
     5,
     "vrl",
     "The reward fell fast: the learning rate is too high, or data or verifier have a fault."},
    {"no_signal_zero_std",
     "frac_reward_zero_std",
     kMeanAbove,
     kNone,
     0.8,
     5,
     5,
     "vrl",
     "Almost every group is all right or all wrong, so there is nothing to learn from: change the "
     "difficulty."},
    {"no_proof",
     "reject_kept_ratio",
     kMeanBelow,
     kNone,
     1e-9,
     5,
     5,
     "vrl",
     "No chain was proven correct for five steps, so the policy does not move: start with easier "
     "problems or a better cold start."},
    {"entropy_collapse",
     "entropy",
     kBelowStart,
     0.15,  // healthy demonstrations end at 0.19 to 0.3
     0.08,
     5,
     6,
     "vrl",
     "The model hardly varies its answers any more: stop, or raise temperature or beta."},
    {"entropy_explosion",
     "entropy",
     kAboveStart,
     1.5,
     2.0,
     5,
     6,
     "vrl",
     "The answers become ever more random: the learning rate is too high or the update is wrong."},
    {"kl_high",
     "kl",
     kMeanAbove,
     0.4,  // healthy demonstrations reach 0.05 to 0.26
     1.0,
     5,
     1,
     "vrl",
     "The model has moved far from where it started; look whether its language is still in order."},
    {"approx_kl_high",
     "policy/approxkl_avg",
     kMeanAbove,
     0.05,
     0.2,
     3,
     1,
     "vrl",
     "One step moves the policy too far: lower the learning rate."},
    {"clip_ratio_high",
     "clip_ratio/region_mean",
     kMeanAbove,
     0.05,
     0.1,
     3,
     1,
     "vrl",
     "Many tokens hit the clip range: the rollouts are stale or trainer and sampler disagree."},
    {"ratio_extreme",
     "policy/ratio_max",
     kMeanAbove,
     kNone,
     10.0,
     1,
     1,
     "vrl",
     "A token became more than ten times as probable in one step."},
    {"sampler_mismatch",
     "sampling/sampling_logp_difference/mean",
     kMeanAbove,
     0.01,
     0.1,
     3,
     1,
     "vrl",
     "Sampler and trainer give different probabilities for the same token: a fault of a "
     "kernel, of quantisation, or a stale adapter."},
    {"importance_low",
     "sampling/importance_sampling_ratio/mean",
     kMeanBelow,
     kNone,
     0.5,
     3,
     1,
     "vrl",
     "Sampler and trainer no longer describe the same policy."},
    {"importance_high",
     "sampling/importance_sampling_ratio/mean",
     kMeanAbove,
     kNone,
     2.0,
     3,
     1,
     "vrl",
     "Sampler and trainer no longer describe the same policy."},
    {"sample_size_low",
     "sampling/importance_sampling_ratio/ess",
     kMeanBelow,
     kNone,
     0.3,
     3,
     1,
     "vrl",
     "Only a small part of the rollout counts after importance weighting."},
    {"truncation",
     "completions/clipped_ratio",
     kMeanAbove,
     0.2,
     0.5,
     5,
     5,
     "vrl",
     "Many chains are cut at their length limit: raise max_completion_length or look for loops."},
    {"verifier_faults",
     "verifier/faults",
     kMeanAbove,
     0.5,
     4.0,
     5,
     1,
     "vrl",
     "The verifier could not judge some chains (a fault of gold or machine, not of the model)."},
    {"critic_hurts",
     "critic/vf_explained_var",
     kMeanBelow,
     -0.05,  // a critic that knows nothing yet lies on both sides of 0
     -0.5,
     20,
     40,
     "vrl",
     "The critic explains less than a constant would: take GRPO, which needs none."},
    {"critic_not_finite",
     "loss/value_avg",
     kNotFinite,
     kNone,
     0.0,
     1,
     1,
     "vrl",
     "The critic's loss is no number: lower its learning rate."},
    {"prompts_too_long",
     "prompts/too_long",
     kMeanAbove,
     0.5,
     kNone,
     5,
     5,
     "vrl",
     "Prompts are dropped because they exceed max_prompt_length."},
    {"heldout_fall",
     "heldout/pass@1",
     kFallFromBest,
     kNone,
     0.15,
     1,
     1,
     "",
     "The held-out score fell: the model gets worse at problems it does not train on."},
    {"heldout_pass8_fall",
     "heldout/pass@8",
     kFallFromBest,
     0.1,
     kNone,
     1,
     1,
     "vrl",
     "The best of eight falls: variety is being lost."},
    {"step_slow",
     "step_time",
     kTimesMedian,
     10.0,
     kNone,
     1,
     1,
     "vrl",
     "A step took far longer than the others: the machine was busy or slept."},
}};

struct Hit {
    std::int64_t step = 0;
    double value = 0.0;
    double limit = 0.0;
};

bool is_low(DoctorTest test) {
    return test == kMeanBelow || test == kFallFromBest || test == kBelowStart;
}

double mean(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) /
           static_cast<double>(std::max<std::size_t>(1, values.size()));
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + std::ssize(values) / 2;
    std::ranges::nth_element(values, middle);
    return *middle;
}

/// The limit at place `i` in the metric's own units, and the value held against it; nullopt: too
/// early to say.
std::optional<Hit> measure(const DoctorRule& rule,
                           std::span<const std::int64_t> steps,
                           std::span<const double> values,
                           std::size_t i,
                           double limit) {
    const auto window = static_cast<std::size_t>(rule.window);
    if (rule.test == kNotFinite) return Hit{steps[i], values[i], limit};
    if (i + 1 < window || steps[i] < rule.from_step) return std::nullopt;
    const auto mean_at = [&](std::size_t end) {
        return mean(values.subspan(end + 1 - window, window));
    };
    const double now = mean_at(i);
    switch (rule.test) {
        case kMeanAbove:
        case kMeanBelow:
            return Hit{steps[i], now, limit};
        case kFallFromBest: {
            double best = now;
            const std::size_t oldest = std::max(window - 1, i - std::min(i, kBestWindow));
            for (std::size_t j = oldest; j < i; ++j) best = std::max(best, mean_at(j));
            return Hit{steps[i], now, best - limit};
        }
        case kBelowStart:
        case kAboveStart:
            return Hit{steps[i], now, limit * mean_at(window - 1)};
        case kTimesMedian:
            if (i < kMinHistory) return std::nullopt;
            return Hit{
                steps[i],
                values[i],
                limit * median(std::vector<double>(
                            values.begin(), values.begin() + static_cast<std::ptrdiff_t>(i)))};
        case kNotFinite:
            break;
    }
    return std::nullopt;
}

bool passes(const DoctorRule& rule, const Hit& hit) {
    if (rule.test == kNotFinite) return !std::isfinite(hit.value);
    return is_low(rule.test) ? hit.value < hit.limit : hit.value > hit.limit;
}

/// First step that passes the limit, with the worst value from there on.
std::optional<Hit> first_hit(const DoctorRule& rule,
                             std::span<const std::int64_t> steps,
                             std::span<const double> values,
                             double limit) {
    std::optional<Hit> found;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::optional<Hit> hit = measure(rule, steps, values, i, limit);
        if (!hit || !passes(rule, *hit)) continue;
        if (!found) found = hit;
        const bool worse =
            is_low(rule.test) ? hit->value < found->value : hit->value > found->value;
        if (worse) {
            found->value = hit->value;
            found->limit = hit->limit;
        }
    }
    return found;
}

std::string number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3g", value);
    return text.data();
}

std::string sentence_of(const DoctorRule& rule, const Hit& hit) {
    std::string text =
        std::string(rule.meaning) + " (" + std::string(rule.metric) + " = " + number(hit.value);
    if (rule.test != kNotFinite) {
        text += std::string(", limit ") + (is_low(rule.test) ? "at least " : "at most ") +
                number(hit.limit);
    }
    return text + ", from step " + std::to_string(hit.step) + ")";
}

/// Does a chain prove the rule?
bool proves(std::string_view rule, const DoctorChain& chain) {
    if (chain.phase != "train") return false;
    const bool masked = chain.status == "invalid_gold" || chain.status == "sandbox_error" ||
                        chain.status == "internal_error";
    if (rule == "truncation") return chain.finish_reason == "length";
    if (rule == "verifier_faults") return masked;
    if (rule == "reward_low" || rule == "reward_collapse" || rule == "no_proof") {
        return chain.status != "correct" && !masked;
    }
    return rule == "no_signal_zero_std";
}

std::optional<DoctorFinding> apply(const DoctorRule& rule,
                                   const std::map<std::int64_t, double>& series) {
    std::vector<std::int64_t> steps;
    std::vector<double> values;
    for (const auto& [step, value] : series) {
        // What is no number has a rule of its own; means go on without it.
        if (rule.test != kNotFinite && !std::isfinite(value)) continue;
        steps.push_back(step);
        values.push_back(value);
    }
    std::optional<Hit> hit = rule.bad ? first_hit(rule, steps, values, *rule.bad) : std::nullopt;
    const bool bad = hit.has_value();
    if (!bad && rule.watch) hit = first_hit(rule, steps, values, *rule.watch);
    if (!hit) return std::nullopt;
    return DoctorFinding{.rule = std::string(rule.id),
                         .severity = bad ? "bad" : "watch",
                         .stage = {},
                         .first_step = hit->step,
                         .metric = std::string(rule.metric),
                         .value = hit->value,
                         .limit = hit->limit,
                         .sentence = sentence_of(rule, *hit),
                         .chains = {}};
}

}  // namespace

std::span<const DoctorRule> doctor_rules() { return kRules; }

void RunDoctor::add_stage(const std::string& stage, const std::string& type) {
    stages_[stage].type = type;
}

void RunDoctor::add_step(const DoctorStep& step) {
    Stage& stage = stages_[step.stage];
    // An evaluation has no loss and no step time: it is merged.
    const bool training = std::ranges::any_of(
        step.metrics, [](const auto& metric) { return metric.first == "step_time"; });
    if (training) {
        for (auto& [name, series] : stage.series) {
            series.erase(series.lower_bound(step.step), series.end());
        }
        std::erase_if(stage.chains,
                      [&](const DoctorChain& chain) { return chain.step > step.step; });
    }
    for (const auto& [name, value] : step.metrics) stage.series[name][step.step] = value;
}

void RunDoctor::add_chain(DoctorChain chain) {
    Stage& stage = stages_[chain.stage];
    stage.chains.push_back(std::move(chain));
}

void RunDoctor::add_event(const DoctorEvent& event) {
    if (event.severity == "bad") events_.push_back(event);
}

void RunDoctor::judge(const std::string& name,
                      const Stage& stage,
                      std::vector<DoctorFinding>& all) const {
    for (const DoctorRule& rule : kRules) {
        if (!rule.stage_type.empty() && rule.stage_type != stage.type) continue;
        const auto series = stage.series.find(std::string(rule.metric));
        if (series == stage.series.end()) continue;
        std::optional<DoctorFinding> finding = apply(rule, series->second);
        if (!finding) continue;
        finding->stage = name;
        for (const DoctorChain& chain : stage.chains) {
            if (finding->chains.size() == kMaxChains) break;
            const bool near = chain.step >= finding->first_step - rule.window + 1;
            if (near && proves(rule.id, chain)) finding->chains.push_back(chain);
        }
        all.push_back(*std::move(finding));
    }
}

std::vector<DoctorFinding> RunDoctor::findings() const {
    std::vector<DoctorFinding> all;
    for (const auto& [name, stage] : stages_) {
        if (!name.starts_with("control_")) judge(name, stage, all);
    }
    for (const DoctorEvent& event : events_) {
        if (event.stage.starts_with("control_")) continue;
        all.push_back({.rule = event.kind,
                       .severity = event.severity,
                       .stage = event.stage,
                       .first_step = event.step,
                       .metric = {},
                       .value = 0.0,
                       .limit = 0.0,
                       .sentence = event.message,
                       .chains = {}});
    }
    std::ranges::stable_sort(all, [](const DoctorFinding& a, const DoctorFinding& b) {
        if (a.severity != b.severity) return a.severity == "bad";
        return std::tie(a.stage, a.first_step) < std::tie(b.stage, b.first_step);
    });
    return all;
}

}  // namespace veritune::train
