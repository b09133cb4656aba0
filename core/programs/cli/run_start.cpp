// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/run_start.h"

#include "core/engine/restart_policy.h"
#include "core/programs/cli/project_access.h"

#include <chrono>
#include <optional>
#include <thread>
#include <utility>

namespace veritune::cli {
namespace {

int announce_detached(Context& context, std::int64_t run) {
    const std::string id = std::to_string(run);
    context.out.text("Run " + id + " goes on in the engine; look with `veritune runs show " + id +
                     "`, stop with `veritune runs stop " + id + "`.");
    context.out.result({{"run", run}});
    return kExitOk;
}

/// False when Ctrl-C came meanwhile.
bool wait_seconds(Context& context, double seconds) {
    const CatchInterrupts guard(context.interrupts);
    const std::int64_t until =
        context.clock.monotonic_us() + static_cast<std::int64_t>(seconds * 1e6);
    const int before = context.interrupts.count();
    while (context.clock.monotonic_us() < until) {
        if (context.interrupts.count() > before) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return true;
}

/// Starts the engine again as the rules of restarting say; null: it is not to be started again.
util::Result<std::unique_ptr<engine::Engine>> start_again(Context& context,
                                                          store::Project& project,
                                                          std::int64_t run,
                                                          engine::RestartPolicy& policy) {
    VT_ASSIGN(const std::string runtime, engine::runtime_dir(project.info().id));
    for (;;) {
        VT_ASSIGN(const auto steps, project.reader().step_times(run));
        const engine::RestartStep next =
            policy.after_death(engine::read_engine_exit(runtime), std::ssize(steps));
        if (next.kind != engine::RestartStep::Kind::kStart) {
            if (!next.reason.empty()) context.out.say("The engine ended: " + next.reason);
            return std::unique_ptr<engine::Engine>();
        }
        context.out.say("The engine ended: " + printable(next.reason) +
                        ". It is started again in " + format_number(next.wait_seconds, 0) +
                        " s; press Ctrl-C to leave the run as it is.");
        if (!wait_seconds(context, next.wait_seconds)) return std::unique_ptr<engine::Engine>();
        auto engine = context.connect(project.info(), EngineStart::kResumeActive);
        // One that dies before it is ready counts as well.
        if (engine || engine.error().code != util::ErrorCode::kUnavailable) return engine;
    }
}

/// restart  go on by itself when the engine is lost
util::Result<int> follow_to_end(Context& context,
                                store::Project& project,
                                std::unique_ptr<engine::Engine> engine,
                                const FollowOptions& options,
                                bool restart) {
    engine::RestartPolicy policy;
    RunOutcome outcome;
    for (;;) {
        VT_ASSIGN(outcome, follow_run(context, *engine, project.reader(), options));
        if (outcome.lost.empty() || !restart) break;
        VT_ASSIGN(auto again, start_again(context, project, options.run, policy));
        if (again == nullptr) break;
        engine = std::move(again);
    }
    VT_ASSIGN(const int code, conclude_run(context, outcome));
    context.out.result(run_result_json(outcome));
    return code;
}

/// The run is active with an engine or marked active without one (it died): then a new engine goes
/// on by itself.
util::Result<std::unique_ptr<engine::Engine>> engine_working_on(Context& context,
                                                                const store::ProjectInfo& project,
                                                                const store::RunRecord& run) {
    const bool marked_active = run.state == store::RunState::kRunning;
    VT_ASSIGN(
        auto engine,
        reach_engine(
            context, project, marked_active ? EngineStart::kResumeActive : EngineStart::kIfNeeded));
    VT_ASSIGN(const engine::EngineState state, engine->get_state());
    if (state.run == run.id && state.run_state == "running") {
        context.out.say("Run " + std::to_string(run.id) + " is active; following it.");
    } else {
        VT_TRY(engine->resume_run({.run = run.id}));
    }
    return engine;
}

}  // namespace

util::Result<StartedRun> start_run(Context& context,
                                   const store::ProjectInfo& project,
                                   const train::Recipe& recipe) {
    StartedRun started;
    VT_ASSIGN(started.engine, reach_engine(context, project, EngineStart::kIfNeeded));
    VT_ASSIGN(
        const engine::RunStarted reply,
        started.engine->start_run({.name = recipe.name, .recipe = train::recipe_to_json(recipe)}));
    started.run = reply.run;
    return started;
}

util::Result<int> start_and_follow(Context& context,
                                   store::Project& project,
                                   const train::Recipe& recipe,
                                   bool detach) {
    VT_ASSIGN(StartedRun started, start_run(context, project.info(), recipe));
    if (detach) return announce_detached(context, started.run);
    return follow_to_end(context, project, std::move(started.engine), {.run = started.run}, false);
}

util::Result<int> resume_and_follow(Context& context, std::int64_t run, bool detach) {
    VT_ASSIGN(const auto project, open_for_reading(context));
    VT_ASSIGN(const store::RunRecord record, project->reader().run(run));
    if (record.state == store::RunState::kDone) {
        return util::fail(util::ErrorCode::kInvalidArgument,
                          "run " + std::to_string(run) + " is done; there is nothing to resume");
    }
    VT_ASSIGN(auto engine, engine_working_on(context, project->info(), record));
    if (detach) return announce_detached(context, run);
    return follow_to_end(
        context, *project, std::move(engine), {.run = run, .from_start = false}, true);
}

util::Result<int> watch_active(Context& context) {
    std::optional<store::RunRecord> active;
    {
        VT_ASSIGN(const auto project, open_for_reading(context));
        VT_ASSIGN(active, project->reader().active_run());
    }
    if (!active) {
        context.out.say("No run is active, so there is nothing to watch.");
        context.out.result({{"run", nullptr}});
        return kExitOk;
    }
    return resume_and_follow(context, active->id, false);
}

}  // namespace veritune::cli
