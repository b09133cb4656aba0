// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/programs/cli/output.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace veritune::cli {

/// What is known about one stage of a run.
struct StageProgress {
    std::string id;
    std::string type;                        ///< cold_start | vrl | rejection_sampling | evaluate
    std::string state = "waiting";           ///< waiting, or as data::StageRecord::state
    std::int64_t step = 0;                   ///< last completed
    std::int64_t total_steps = 0;            ///< 0 = unknown
    double seconds = 0.0;                    ///< of the completed steps
    double seconds_left = -1.0;              ///< -1 = unknown
    std::string phase;                       ///< of the step under way
    double fraction = 0.0;                   ///< of the phase, 0..1
    std::string curve_name;                  ///< "reward" or "loss"
    std::map<std::int64_t, double> curve;    ///< by step
    std::map<std::int64_t, double> heldout;  ///< held-out pass@1 by step
};

struct RunProgress {
    std::int64_t run = 0;
    std::string name;
    std::string state = "queued";
    double elapsed_seconds = 0.0;
    std::vector<StageProgress> stages;  ///< in the recipe's order
    std::string notice;                 ///< last event worth a look; empty = none
};

/// A head line and one line a stage: steps, time, time left, sparkline of reward (loss where there
/// is no reward) and of held-out pass@1. No cursor control, no line wider than style.width.
/// threads  pure; test  progress_view_test.cpp
std::string render_progress(const RunProgress& progress, const TextStyle& style);

/// The stage under way in one plain line, for logs and pipes; empty when none is.
std::string render_progress_line(const RunProgress& progress);

/// Draws over what it drew before. Only for Output::options().live.
class ProgressScreen {
  public:
    explicit ProgressScreen(Output& out)
        : out_(out) {}
    void draw(const std::string& block);
    /// Takes the block away, for a sentence; the next draw starts below it.
    void clear();

  private:
    Output& out_;
    int lines_ = 0;
};

}  // namespace veritune::cli
