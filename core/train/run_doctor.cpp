// SPDX-License-Identifier: Apache-2.0
#include "core/train/run_doctor.h"

#include <queue>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <numeric>
#include <tuple>

namespace veritune::train {
namespace {

constexpr std::size_t kBestWindow = 10;
constexpr std::size_t kMinHistory = 10;
constexpr std::size_t kGapWindow = 5;

using enum DoctorTest;

struct Hit {
    std::int64_t step = 0;
    double value = 0.0;
    double limit = 0.0;
};

/// Where a limit was passed.
struct Passage {
    Hit first{};
    Hit worst{};
    std::int64_t last_step = 0;
};

bool is_low(DoctorTest test) {
    return test == kMeanBelow || test == kFallFromBest || test == kBelowStart;
}

double mean(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) /
           static_cast<double>(std::max<std::size_t>(1, values.size()));
}

/// Median of what was added so far, in O(log n) each.
class RunningMedian {
  public:
    void add(double value) {
        if (low_.empty() || value >= low_.top()) {
            high_.push(value);
        } else {
            low_.push(value);
        }
        if (low_.size() > high_.size()) move(low_, high_);
        if (high_.size() > low_.size() + 1) move(high_, low_);
    }
    /// Of an even number the upper one. Not for an empty one.
    double value() const { return high_.top(); }

  private:
    template <typename From, typename To>
    static void move(From& from, To& to) {
        to.push(from.top());
        from.pop();
    }
    std::priority_queue<double> low_;
    std::priority_queue<double, std::vector<double>, std::greater<>> high_;
};

/// A rule over one series, from the first point to the last.
class Examination {
  public:
    Examination(const DoctorRule& rule, const DoctorPoints& points)
        : rule_(rule),
          steps_(points.steps),
          values_(points.values),
          window_(static_cast<std::size_t>(rule.window)) {}

    std::optional<Passage> passage(double limit) const {
        std::optional<Passage> found;
        RunningMedian median;
        for (std::size_t i = 0; i < values_.size(); ++i) {
            const std::optional<Hit> hit = measure(i, limit, median);
            if (rule_.test == kTimesMedian) median.add(values_[i]);
            if (!hit || !passes(*hit)) continue;
            if (!found) found = Passage{.first = *hit, .worst = *hit};
            found->last_step = hit->step;
            const bool worse = is_low(rule_.test) ? hit->value < found->worst.value
                                                  : hit->value > found->worst.value;
            if (worse) found->worst = *hit;
        }
        return found;
    }

  private:
    double mean_at(std::size_t end) const {
        return mean(values_.subspan(end + 1 - window_, window_));
    }

    /// The limit at place `i` in the series' own units, and the value held against it; nullopt: too
    /// early to say. median  of the values before
    std::optional<Hit> measure(std::size_t i, double limit, const RunningMedian& median) const {
        if (rule_.test == kNotFinite) return Hit{steps_[i], values_[i], limit};
        if (i + 1 < window_ || steps_[i] < rule_.from_step) return std::nullopt;
        switch (rule_.test) {
            case kMeanAbove:
            case kMeanBelow:
                return Hit{steps_[i], mean_at(i), limit};
            case kFallFromBest:
                return Hit{steps_[i], mean_at(i), best_before(i) - limit};
            case kRiseFromBest:
                return Hit{steps_[i], mean_at(i), best_before(i) + limit};
            case kBelowStart:
            case kAboveStart:
                return Hit{steps_[i], mean_at(i), limit * mean_at(window_ - 1)};
            case kTimesMedian:
                if (i < kMinHistory) return std::nullopt;
                return Hit{steps_[i], values_[i], limit * median.value()};
            case kNotFinite:
                break;
        }
        return std::nullopt;
    }

    /// Best mean of the last steps, this one with them.
    double best_before(std::size_t i) const {
        double best = mean_at(i);
        const std::size_t oldest = std::max(window_ - 1, i - std::min(i, kBestWindow));
        for (std::size_t j = oldest; j < i; ++j) {
            const double one = mean_at(j);
            best = rule_.test == kRiseFromBest ? std::min(best, one) : std::max(best, one);
        }
        return best;
    }

    bool passes(const Hit& hit) const {
        if (rule_.test == kNotFinite) return !std::isfinite(hit.value);
        return is_low(rule_.test) ? hit.value < hit.limit : hit.value > hit.limit;
    }

    const DoctorRule& rule_;
    std::span<const std::int64_t> steps_;
    std::span<const double> values_;
    std::size_t window_;
};

/// What is no number has a rule of its own; means go on without it.
DoctorPoints finite(const DoctorPoints& points) {
    DoctorPoints kept;
    for (std::size_t i = 0; i < points.steps.size(); ++i) {
        if (!std::isfinite(points.values[i])) continue;
        kept.steps.push_back(points.steps[i]);
        kept.values.push_back(points.values[i]);
    }
    return kept;
}

DoctorPoints ratio_of(const DoctorPoints& above, const DoctorPoints& below) {
    DoctorPoints ratio;
    std::size_t j = 0;
    for (std::size_t i = 0; i < above.steps.size(); ++i) {
        while (j < below.steps.size() && below.steps[j] < above.steps[i]) ++j;
        if (j == below.steps.size()) break;
        const bool both =
            below.steps[j] == above.steps[i] && below.values[j] > 0.0 && above.values[i] > 0.0;
        if (!both) continue;
        ratio.steps.push_back(above.steps[i]);
        ratio.values.push_back(above.values[i] / below.values[j]);
    }
    return ratio;
}

DoctorPoints gap_of(const DoctorPoints& metric, const DoctorPoints& other) {
    DoctorPoints gap;
    std::size_t until = 0;
    for (std::size_t i = 0; i < other.steps.size(); ++i) {
        while (until < metric.steps.size() && metric.steps[until] <= other.steps[i]) ++until;
        if (until < kGapWindow) continue;
        const std::span<const double> values(metric.values);
        gap.steps.push_back(other.steps[i]);
        gap.values.push_back(mean(values.subspan(until - kGapWindow, kGapWindow)) -
                             other.values[i]);
    }
    return gap;
}

std::string number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3g", value);
    return text.data();
}

std::string sentence_of(const DoctorRule& rule, const Passage& passage) {
    std::string text = std::string(rule.meaning) + " (" + doctor_series_name(rule) + " = " +
                       number(passage.worst.value);
    if (rule.test != kNotFinite) {
        text += std::string(", limit ") + (is_low(rule.test) ? "at least " : "at most ") +
                number(passage.worst.limit);
    }
    return text + ", from step " + std::to_string(passage.first.step) + ")";
}

std::optional<DoctorFinding> apply(const DoctorRule& rule, const DoctorPoints& points) {
    const Examination examination(rule, points);
    std::optional<Passage> found =
        rule.bad ? examination.passage(*rule.bad) : std::optional<Passage>();
    const bool bad = found.has_value();
    if (!bad && rule.watch) found = examination.passage(*rule.watch);
    if (!found) return std::nullopt;
    return DoctorFinding{.rule = std::string(rule.id),
                         .severity = bad ? "bad" : "watch",
                         .stage = {},
                         .first_step = found->first.step,
                         .last_step = found->last_step,
                         .worst_step = found->worst.step,
                         .window = rule.window,
                         .metric = doctor_series_name(rule),
                         .value = found->worst.value,
                         .limit = found->worst.limit,
                         .sentence = sentence_of(rule, *found),
                         .chains = {}};
}

}  // namespace

void RunDoctor::add_stage(const std::string& stage, const std::string& type) {
    stages_[stage].type = type;
}

void RunDoctor::set_tail(const std::string& stage,
                         std::string_view metric,
                         std::int64_t from_step,
                         const DoctorPoints& points) {
    auto& series = stages_[stage].series;
    const auto known = series.find(metric);
    if (known == series.end() && points.steps.empty()) return;
    DoctorPoints& all = known == series.end() ? series[std::string(metric)] : known->second;
    const auto kept = static_cast<std::size_t>(std::ranges::lower_bound(all.steps, from_step) -
                                               all.steps.begin());
    all.steps.resize(kept);
    all.values.resize(kept);
    all.steps.insert(all.steps.end(), points.steps.begin(), points.steps.end());
    all.values.insert(all.values.end(), points.values.begin(), points.values.end());
}

void RunDoctor::add_event(const DoctorEvent& event) {
    if (event.severity == "bad") events_.push_back(event);
}

void RunDoctor::judge(const std::string& name,
                      const Stage& stage,
                      std::vector<DoctorFinding>& all) const {
    for (const DoctorRule& rule : doctor_rules()) {
        if (!rule.stage_type.empty() && rule.stage_type != stage.type) continue;
        const auto series = stage.series.find(rule.metric);
        if (series == stage.series.end()) continue;
        DoctorPoints points = rule.test == kNotFinite ? series->second : finite(series->second);
        if (rule.series != DoctorSeries::kMetric) {
            const auto other = stage.series.find(rule.other);
            if (other == stage.series.end()) continue;
            points = rule.series == DoctorSeries::kRatio ? ratio_of(points, finite(other->second))
                                                         : gap_of(points, finite(other->second));
        }
        std::optional<DoctorFinding> finding = apply(rule, points);
        if (!finding) continue;
        finding->stage = name;
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
                       .last_step = event.step,
                       .worst_step = event.step,
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
