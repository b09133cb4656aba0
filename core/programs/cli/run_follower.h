// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/programs/cli/command.h"
#include "core/programs/cli/run_tracker.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace veritune::cli {

struct FollowOptions {
    std::int64_t run = 0;
    /// Report what was recorded before too (a run that this verb started); else only what comes.
    bool from_start = true;
    double plain_interval_s = 5.0;  ///< between progress lines when stderr is no terminal
    /// A resumed run may still carry its old state for so long.
    std::int64_t grace_ms = 3000;
};

struct RunOutcome {
    store::RunRecord run;
    std::vector<store::StageInfo> stages;
    bool stop_requested = false;  ///< Ctrl-C once: the engine was asked to stop and keep
    bool left_running = false;    ///< Ctrl-C twice: the run goes on without us
    std::string lost;             ///< the engine went away while the run was active: why
};

/// Follows a run until it ends: draws progress (terminal), a line every few seconds (otherwise) or
/// event objects (--json). Ctrl-C asks the engine to stop after the step and keep the result; a
/// second one leaves.
/// errors  those of the project database
util::Result<RunOutcome> follow_run(Context& context,
                                    engine::Engine& engine,
                                    const store::RunReader& reader,
                                    const FollowOptions& options);

/// Says how the run ended and what to do next; an error when it failed.
/// returns  kExitOk, kExitFailed or kExitInterrupted
util::Result<int> conclude_run(Context& context, const RunOutcome& outcome);

/// {"run","name","state","error","stages":[{"stage","type","state","total_steps","summary"}]}
util::Json run_result_json(const RunOutcome& outcome);

}  // namespace veritune::cli
