// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/programs/cli/command.h"
#include "core/programs/cli/run_follower.h"
#include "core/train/recipe.h"

#include <cstdint>

/// Starting and resuming runs, shared by `train`, `runs resume` and `demo`.
namespace veritune::cli {

/// A run that the engine works on, with what is needed to follow it.
struct StartedRun {
    std::unique_ptr<engine::Engine> engine;
    std::int64_t run = 0;
};

/// Reaches the engine, starting it when needed, and hands it the complete recipe.
/// errors  kBusy while another run is active, and the engine's own
util::Result<StartedRun> start_run(Context& context,
                                   const store::ProjectInfo& project,
                                   const train::Recipe& recipe);

/// start_run, then follows, prints the result and returns the exit code; detach: returns at once.
util::Result<int> start_and_follow(Context& context,
                                   store::Project& project,
                                   const train::Recipe& recipe,
                                   bool detach);

/// Goes on with a run of the project of this command line. A run that is active already is only
/// followed. An engine that ends meanwhile is started again by the rules of
/// core/engine/restart_policy.h. errors  kInvalidArgument for a run that is done
util::Result<int> resume_and_follow(Context& context, std::int64_t run, bool detach);

/// The same for the run that is marked active; without one there is nothing to do.
util::Result<int> watch_active(Context& context);

}  // namespace veritune::cli
