// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/run_tracker.h"

#include <algorithm>
#include <cmath>

namespace veritune::cli {
namespace {

constexpr std::int64_t kStepsPerLook = 1000;
constexpr const char* kHeldoutMetric = "heldout/pass@1";

std::string text_at(const util::Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool same_stage(const store::StageInfo& a, const store::StageInfo& b) {
    return a.record.stage == b.record.stage && a.record.state == b.record.state &&
           a.record.total_steps == b.record.total_steps && a.record.summary == b.record.summary;
}

}  // namespace

RunTracker::RunTracker(std::int64_t run)
    : id_(run) {
    progress_.run = run;
}

util::Result<RunChanges> RunTracker::refresh(const store::RunReader& reader, std::int64_t wall_us) {
    RunChanges changes;
    VT_ASSIGN(store::RunRecord record, reader.run(id_));
    changes.run_state = !known_ || record.state != run_.state || record.error != run_.error;
    run_ = std::move(record);
    if (!known_) plan_stages();
    known_ = true;
    progress_.name = run_.name;
    progress_.state = store::run_state_name(run_.state);
    const std::int64_t until = run_.ended_us > 0 ? run_.ended_us : wall_us;
    progress_.elapsed_seconds =
        run_.started_us > 0 ? static_cast<double>(until - run_.started_us) / 1e6 : 0.0;
    VT_ASSIGN(std::vector<store::StageInfo> stages, reader.stages(id_));
    take_stages(std::move(stages), changes);
    VT_TRY(take_steps(reader, changes));
    VT_TRY(take_heldout(reader, changes));
    VT_TRY(take_events(reader, changes));
    estimate_time_left();
    return changes;
}

void RunTracker::note_progress(const engine::Progress& progress) {
    if (progress.run != id_) return;
    for (StageProgress& stage : progress_.stages) {
        if (stage.id != progress.stage) continue;
        stage.phase = progress.phase;
        stage.fraction = progress.fraction;
    }
}

/// Stages that have not begun are shown too: the recipe knows them.
void RunTracker::plan_stages() {
    const auto stages = run_.recipe.find("stages");
    if (stages == run_.recipe.end() || !stages->is_array()) return;
    for (const util::Json& stage : *stages) {
        if (!stage.is_object()) continue;
        StageProgress planned;
        planned.id = text_at(stage, "id");
        planned.type = text_at(stage, "type");
        if (!planned.id.empty()) progress_.stages.push_back(std::move(planned));
    }
}

StageProgress& RunTracker::stage_of(const std::string& id) {
    for (StageProgress& stage : progress_.stages) {
        if (stage.id == id) return stage;
    }
    progress_.stages.emplace_back().id = id;
    return progress_.stages.back();
}

void RunTracker::take_stages(std::vector<store::StageInfo> stages, RunChanges& changes) {
    for (const store::StageInfo& stage : stages) {
        const auto before =
            std::find_if(stages_.begin(), stages_.end(), [&](const store::StageInfo& old) {
                return old.record.stage == stage.record.stage;
            });
        if (before == stages_.end() || !same_stage(*before, stage)) changes.stages.push_back(stage);
        StageProgress& shown = stage_of(stage.record.stage);
        shown.type = stage.record.type;
        shown.state = stage.record.state;
        shown.total_steps = stage.record.total_steps;
        if (shown.state != "running") shown.phase.clear();
    }
    stages_ = std::move(stages);
}

util::Status RunTracker::take_steps(const store::RunReader& reader, RunChanges& changes) {
    for (;;) {
        VT_ASSIGN(const auto steps, reader.steps(id_, last_seq_, kStepsPerLook));
        for (const store::StepInfo& step : steps) {
            VT_ASSIGN(auto metrics, reader.step_metrics(id_, step.stage, step.step));
            StageProgress& stage = stage_of(step.stage);
            // A resumed run records steps again; what came after the older one is gone.
            stage.curve.erase(stage.curve.lower_bound(step.step), stage.curve.end());
            const char* curve = stage.type == "vrl" ? "reward" : "loss";
            for (const auto& [name, value] : metrics) {
                if (name == curve) stage.curve[step.step] = value;
            }
            stage.curve_name = curve;
            stage.step = step.step;
            stage.seconds += step.seconds;
            stage.phase.clear();
            last_seq_ = std::max(last_seq_, step.seq);
            changes.steps.push_back({step, std::move(metrics)});
        }
        if (static_cast<std::int64_t>(steps.size()) < kStepsPerLook) return {};
    }
}

/// Read as a series, because an evaluation joins a step that is already recorded.
util::Status RunTracker::take_heldout(const store::RunReader& reader, RunChanges& changes) {
    VT_ASSIGN(const auto points, reader.metric_series(id_, kHeldoutMetric));
    for (const store::MetricPoint& point : points) {
        StageProgress& stage = stage_of(point.stage);
        const auto [at, is_new] = stage.heldout.emplace(point.step, point.value);
        if (!is_new && at->second == point.value) continue;
        at->second = point.value;
        changes.heldout.push_back({point.stage, point.step, point.value});
    }
    return {};
}

util::Status RunTracker::take_events(const store::RunReader& reader, RunChanges& changes) {
    VT_ASSIGN(changes.events, reader.events(id_, last_event_));
    for (const store::EventInfo& event : changes.events) {
        last_event_ = std::max(last_event_, event.id);
        if (event.record.severity != "info") progress_.notice = event.record.message;
    }
    return {};
}

void RunTracker::estimate_time_left() {
    for (StageProgress& stage : progress_.stages) {
        const bool known = stage.state == "running" && stage.step > 0 && stage.total_steps > 0;
        const auto left =
            static_cast<double>(std::max<std::int64_t>(0, stage.total_steps - stage.step));
        stage.seconds_left = known ? left * stage.seconds / static_cast<double>(stage.step) : -1.0;
    }
}

}  // namespace veritune::cli
