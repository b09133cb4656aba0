// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/messages.h"
#include "core/programs/cli/progress_view.h"
#include "core/store/run_reader.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace veritune::cli {

/// What a refresh found that was not known before.
struct RunChanges {
    struct Step {
        store::StepInfo info;
        engine::MetricList metrics;
    };
    struct Heldout {
        std::string stage;
        std::int64_t step = 0;
        double pass1 = 0.0;
    };
    bool run_state = false;
    std::vector<store::StageInfo> stages;
    std::vector<Step> steps;
    std::vector<Heldout> heldout;
    std::vector<store::EventInfo> events;
};

/// Follows a run through the project database, where everything that matters is before anybody is
/// told; notices only say when to look and what happens inside a step.
/// threads  one; test  run_follower_test.cpp
class RunTracker {
  public:
    explicit RunTracker(std::int64_t run);
    /// wall_us  now, for the elapsed time
    util::Result<RunChanges> refresh(const store::RunReader& reader, std::int64_t wall_us);
    /// Live progress inside a step; another run's is ignored.
    void note_progress(const engine::Progress& progress);

    const store::RunRecord& run() const { return run_; }
    const std::vector<store::StageInfo>& stages() const { return stages_; }
    const RunProgress& progress() const { return progress_; }

  private:
    void plan_stages();
    StageProgress& stage_of(const std::string& id);
    void take_stages(std::vector<store::StageInfo> stages, RunChanges& changes);
    util::Status take_steps(const store::RunReader& reader, RunChanges& changes);
    util::Status take_heldout(const store::RunReader& reader, RunChanges& changes);
    util::Status take_events(const store::RunReader& reader, RunChanges& changes);
    void estimate_time_left();

    std::int64_t id_;
    std::int64_t last_seq_ = 0;
    std::int64_t last_event_ = 0;
    bool known_ = false;
    store::RunRecord run_;
    std::vector<store::StageInfo> stages_;
    RunProgress progress_;
};

}  // namespace veritune::cli
