// SPDX-License-Identifier: Apache-2.0
#include "core/session/run_examination.h"

#include "core/session/run_evidence.h"

#include <algorithm>
#include <string>

namespace veritune::session {
namespace {

constexpr std::int64_t kStepsPerRead = 10'000;

std::vector<std::string> watched_metrics() {
    std::vector<std::string> names;
    for (const train::DoctorRule& rule : train::doctor_rules()) {
        names.emplace_back(rule.metric);
        if (!rule.other.empty()) names.emplace_back(rule.other);
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace

util::Result<RunExamination::News> RunExamination::read_steps(const store::RunReader& reader) {
    VT_ASSIGN(const std::vector<store::StageInfo> stages, reader.stages(run_));
    for (const store::StageInfo& stage : stages) {
        doctor_.add_stage(stage.record.stage, stage.record.type);
    }
    News news{.tails = {}, .seq = seq_};
    for (bool more = true; more;) {
        VT_ASSIGN(const std::vector<store::StepTime> steps,
                  reader.step_times(run_, news.seq, kStepsPerRead));
        for (const store::StepTime& step : steps) {
            news.seq = step.seq;
            const auto [tail, is_new] = news.tails.try_emplace(step.stage, step.step);
            tail->second = std::min(tail->second, step.step);
            auto& last = last_step_.try_emplace(step.stage, -1).first->second;
            if (step.step <= last) evidence_.clear();  // recorded again: other row ids
            last = step.step;
        }
        more = static_cast<std::int64_t>(steps.size()) == kStepsPerRead;
    }
    return news;
}

util::Status RunExamination::read_series(const store::RunReader& reader, const Tails& tails) {
    static const std::vector<std::string> kWatched = watched_metrics();
    for (const auto& [stage, from_step] : tails) {
        for (const std::string& name : kWatched) {
            VT_ASSIGN(const std::vector<store::MetricPoint> series,
                      reader.metric_series(run_, name, stage, from_step));
            train::DoctorPoints points;
            points.steps.reserve(series.size());
            points.values.reserve(series.size());
            for (const store::MetricPoint& point : series) {
                points.steps.push_back(point.step);
                points.values.push_back(point.value);
            }
            doctor_.set_tail(stage, name, from_step, points);
        }
    }
    return {};
}

util::Status RunExamination::add_evidence(const store::RunReader& reader,
                                          std::vector<train::DoctorFinding>& findings) {
    for (train::DoctorFinding& finding : findings) {
        const auto [known, is_new] =
            evidence_.try_emplace({finding.stage, finding.rule, finding.worst_step});
        if (is_new) {
            auto found = find_evidence(reader, run_, finding);
            if (!found) {
                evidence_.erase(known);
                return found.error();
            }
            known->second = *std::move(found);
        }
        finding.chains = known->second;
    }
    return {};
}

util::Result<std::vector<train::DoctorFinding>> RunExamination::update(
    const store::RunReader& reader) {
    VT_ASSIGN(const News news, read_steps(reader));
    VT_TRY(read_series(reader, news.tails));
    seq_ = news.seq;
    VT_ASSIGN(const std::vector<store::EventInfo> events, reader.events(run_, event_));
    for (const store::EventInfo& event : events) {
        event_ = event.id;
        doctor_.add_event({.stage = event.record.stage,
                           .step = event.record.step,
                           .kind = event.record.kind,
                           .severity = event.record.severity,
                           .message = event.record.message});
    }
    // The chains of a healthy run are never read.
    std::vector<train::DoctorFinding> findings = doctor_.findings();
    VT_TRY(add_evidence(reader, findings));
    return findings;
}

}  // namespace veritune::session
