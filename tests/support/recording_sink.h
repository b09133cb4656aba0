// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/train/metric_sink.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace veritune::test {

/// Keeps everything that training reports, as a store would.
class RecordingSink final : public train::MetricSink {
  public:
    util::Status stage(const data::StageRecord& record) override {
        stages.push_back(record);
        return {};
    }
    util::Status step(const data::StepRecord& record) override {
        if (fail_step && record.step == *fail_step)
            return util::fail(util::ErrorCode::kDiskFull, "the sink is full");
        steps.push_back(record);
        if (on_step) on_step(record);
        return {};
    }
    util::Status checkpoint(const data::CheckpointRecord& record) override {
        checkpoints.push_back(record);
        return {};
    }
    util::Status forget_checkpoint(const std::string& stage, std::int64_t step) override {
        forgotten.emplace_back(stage, step);
        return {};
    }
    util::Status event(const data::EventRecord& record) override {
        events.push_back(record);
        return {};
    }
    void progress(const std::string&, std::int64_t, const char* phase, double) override {
        if (phases.empty() || phases.back() != phase) phases.emplace_back(phase);
    }

    /// Steps of one stage that trained (evaluations carry no hash).
    std::vector<data::StepRecord> trained(const std::string& stage) const {
        std::vector<data::StepRecord> list;
        std::ranges::copy_if(steps, std::back_inserter(list), [&](const data::StepRecord& r) {
            return r.stage == stage && !r.state_hash.empty();
        });
        return list;
    }
    std::int64_t count_events(const std::string& kind) const {
        return std::ranges::count(events, kind, &data::EventRecord::kind);
    }
    /// State of the stage as reported last; empty when never.
    std::string state_of(const std::string& stage) const {
        std::string state;
        for (const data::StageRecord& record : stages) {
            if (record.stage == stage) state = record.state;
        }
        return state;
    }

    std::vector<data::StageRecord> stages;
    std::vector<data::StepRecord> steps;
    std::vector<data::CheckpointRecord> checkpoints;
    std::vector<std::pair<std::string, std::int64_t>> forgotten;
    std::vector<data::EventRecord> events;
    std::vector<std::string> phases;
    std::function<void(const data::StepRecord&)> on_step;  ///< after a step was stored
    std::optional<std::int64_t> fail_step;                 ///< this step cannot be stored
};

/// A metric of a step; NaN when it is not there.
inline double metric(const data::StepRecord& record, const std::string& name) {
    for (const auto& [key, value] : record.metrics) {
        if (key == name) return value;
    }
    return std::nan("");
}

}  // namespace veritune::test
