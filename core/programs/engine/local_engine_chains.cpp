// SPDX-License-Identifier: Apache-2.0
// What people ask about single chains: verify again, mark, replay.
#include "core/programs/engine/local_engine.h"
#include "core/programs/engine/problem_source.h"
#include "core/programs/engine/replay.h"
#include "core/rollout/rollout_group.h"
#include "core/train/recipe.h"
#include "core/util/clock.h"
#include "core/util/version.h"
#include "core/verify/verifier.h"

#include <algorithm>
#include <utility>

namespace veritune::engine_program {

using util::ErrorCode;
using util::Result;
using util::Status;

namespace {

/// The run that a chain belongs to stands in no column of StoredChain: its page knows it.
Result<std::int64_t> run_of_chain(store::Project& project, std::int64_t chain) {
    VT_ASSIGN(const auto runs, project.reader().list_runs());
    for (const store::RunRecord& run : runs) {
        VT_ASSIGN(const bool mine, project.reader().has_chain(run.id, chain));
        if (mine) return run.id;
    }
    return util::fail(ErrorCode::kNotFound,
                      "chain " + std::to_string(chain) + " does not exist (any more)");
}

engine::ChainVerdict to_message(const verify::Verdict& verdict) {
    return {.status = std::string(verify::status_name(verdict.status)),
            .score = verdict.score,
            .extracted = verdict.extracted,
            .span_begin = static_cast<std::int64_t>(verdict.span.begin),
            .span_end = static_cast<std::int64_t>(verdict.span.end),
            .rule = verdict.rule,
            .method = verdict.method,
            .reason = verdict.reason,
            .verifier_hash = verdict.verifier_hash,
            .steps = rollout::steps_json(verdict.steps),
            .micros = verdict.micros};
}

}  // namespace

/// On a connection of its own: the answer must not wait for a step of an active run.
Result<engine::ChainVerdict> LocalEngine::verify_chain(const engine::VerifyChain& request) {
    VT_ASSIGN(const auto project, store::Project::open_reader(info_.dir));
    VT_ASSIGN(const store::StoredChain chain, project->reader().chain(request.chain));
    VT_ASSIGN(const std::int64_t run_id, run_of_chain(*project, request.chain));
    VT_ASSIGN(const store::RunRecord run, project->reader().run(run_id));
    VT_ASSIGN(const train::Recipe recipe, train::recipe_from_json(run.recipe));
    VT_ASSIGN(const data::Problem problem, find_problem(*project, recipe, chain.record.problem_id));
    verify::VerifyRequest ask = verify::request_for(problem);
    ask.completion = chain.record.completion;
    ask.finish_reason = verify::finish_reason_from_name(chain.record.finish_reason)
                            .value_or(verify::FinishReason::kStop);
    if (verifiers_ == nullptr) return to_message(verify::verify_request(ask));
    return to_message(verifiers_->verifier().verify(ask));
}

Status LocalEngine::annotate_chain(const engine::AnnotateChain& request) {
    const auto write = [this, request] {
        return store_->runs().annotate_chain(
            request.chain,
            {.flagged = request.flagged, .disputed = request.disputed, .note = request.note});
    };
    std::shared_ptr<RunJob> job;
    {
        const std::lock_guard lock(mutex_);
        job = job_;
    }
    // The work thread is the run's own then.
    return job != nullptr ? job->between_steps(write) : work_->call(write);
}

Result<engine::Replayed> LocalEngine::replay_step(const engine::ReplayStep& request) {
    std::stop_token stop;
    {
        const std::lock_guard lock(mutex_);
        VT_TRY(busy());
        stop = requests_[request.request].get_token();
    }
    auto result = work_->call([&] { return replay_now(request, stop); });
    const std::lock_guard lock(mutex_);
    requests_.erase(request.request);
    return result;
}

Result<engine::Replayed> LocalEngine::replay_now(const engine::ReplayStep& request,
                                                 std::stop_token stop) {
    const std::int64_t start_us = util::system_clock().monotonic_us();
    model_.reset();  // a chat model would take the memory
    VT_ASSIGN(const store::RunRecord run, store_->reader().run(request.run));
    VT_ASSIGN(const train::Recipe recipe, train::recipe_from_json(run.recipe));
    VT_ASSIGN(std::vector<store::StoredChain> stored,
              store_->reader().step_chains(request.run, request.stage, request.step));
    if (stored.empty()) {
        return util::fail(ErrorCode::kNotFound, "no chains of this step were stored");
    }
    std::vector<std::string> stages;
    for (const train::StageConfig& stage : recipe.stages) stages.push_back(stage.id);
    const std::string run_dir = store_->runs().run_dir(request.run);
    const auto kept = fs_.list(util::join_path(run_dir, "checkpoints"));
    VT_ASSIGN(const ReplayPlan plan,
              plan_replay(stages, kept.value_or({}), request.stage, request.step));
    VT_ASSIGN(const ReplayFolder folder, ReplayFolder::make(fs_, run_dir, plan.folders));
    ReplaySink sink(
        std::move(stored), request.stage, request.step, plan.from_step, stop, [&](double share) {
            publish(engine::Progress{.run = request.run,
                                     .stage = request.stage,
                                     .step = request.step,
                                     .phase = "replay",
                                     .fraction = share});
        });
    RunJob job(*store_, *this, fs_, request.run, verifiers_);
    const std::stop_callback cancel(stop, [&job] { job.control().cancel.request_stop(); });
    const auto end = job.rehearse(sink, folder.path(), plan.finished);
    if (stop.stop_requested()) return util::fail(ErrorCode::kCancelled, "the replay was cancelled");
    if (!end && end.error().code != ErrorCode::kCancelled) return end.error();
    engine::Replayed reply{.from = plan.from, .chains = sink.take()};
    const std::string commit = run.fingerprint.value("commit", std::string());
    if (!commit.empty() && commit != util::program_commit()) {
        reply.note = "the run was made by another build of the program (" + commit + ")";
    }
    reply.seconds = static_cast<double>(util::system_clock().monotonic_us() - start_us) * 1e-6;
    return reply;
}

}  // namespace veritune::engine_program
