// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/run_start.h"

#include "core/programs/cli/project_access.h"

namespace veritune::cli {
namespace {

int announce_detached(Context& context, std::int64_t run) {
    const std::string id = std::to_string(run);
    context.out.text("Run " + id + " goes on in the engine; look with `veritune runs show " + id +
                     "`, stop with `veritune runs stop " + id + "`.");
    context.out.result({{"run", run}});
    return kExitOk;
}

util::Result<int> follow_to_end(Context& context,
                                store::Project& project,
                                engine::Engine& engine,
                                const FollowOptions& options) {
    VT_ASSIGN(const RunOutcome outcome, follow_run(context, engine, project.reader(), options));
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
    VT_ASSIGN(const StartedRun started, start_run(context, project.info(), recipe));
    if (detach) return announce_detached(context, started.run);
    return follow_to_end(context, project, *started.engine, {.run = started.run});
}

util::Result<int> resume_and_follow(Context& context, std::int64_t run, bool detach) {
    VT_ASSIGN(const auto project, open_for_reading(context));
    VT_ASSIGN(const store::RunRecord record, project->reader().run(run));
    if (record.state == store::RunState::kDone) {
        return util::fail(util::ErrorCode::kInvalidArgument,
                          "run " + std::to_string(run) + " is done; there is nothing to resume");
    }
    VT_ASSIGN(const auto engine, engine_working_on(context, project->info(), record));
    if (detach) return announce_detached(context, run);
    return follow_to_end(context, *project, *engine, {.run = run, .from_start = false});
}

}  // namespace veritune::cli
