// SPDX-License-Identifier: Apache-2.0
// Runs and their control. Chat and evaluation: local_engine_models.cpp.
#include "core/programs/engine/local_engine.h"

#include "core/engine/device_fault.h"
#include "core/util/log.h"
#include "core/util/version.h"

#include <algorithm>
#include <unistd.h>
#include <utility>
#include <vector>

namespace veritune::engine_program {

using util::ErrorCode;
using util::Result;
using util::Status;

Result<std::unique_ptr<LocalEngine>> LocalEngine::open(const std::string& project_dir,
                                                       util::FileSystem& fs,
                                                       VerifyService* verifiers,
                                                       const store::DiskRoomOptions& room) {
    std::unique_ptr<LocalEngine> engine(new LocalEngine(fs, verifiers, room));
    auto opened =
        engine->work_->call([&] { return store::Project::open_writer(project_dir, {.fs = &fs}); });
    if (!opened) return opened.error();
    engine->store_ = std::move(opened).value();
    engine->info_ = engine->store_->info();
    return engine;
}

LocalEngine::~LocalEngine() { (void)close(); }

Status LocalEngine::close() {
    if (work_ == nullptr) return {};
    const Status closed = work_->call([this] {
        Status status = store_ != nullptr ? store_->close() : Status();
        store_.reset();
        model_.reset();
        return status;
    });
    work_.reset();
    return closed;
}

bool LocalEngine::active() const {
    const std::lock_guard lock(mutex_);
    return job_ != nullptr || !requests_.empty();
}

void LocalEngine::interrupt() {
    const std::lock_guard lock(mutex_);
    if (job_ != nullptr) job_->control().interrupt = true;
    for (auto& [name, stop] : requests_) stop.request_stop();
}

Result<engine::HelloReply> LocalEngine::hello(const engine::Hello&) {
    return engine::HelloReply{.protocol = engine::kProtocolVersion,
                              .version = std::string(util::program_version()),
                              .project_id = info_.id,
                              .project_dir = info_.dir,
                              .pid = getpid()};
}

Result<engine::EngineState> LocalEngine::get_state() {
    const std::lock_guard lock(mutex_);
    if (job_ != nullptr) return job_->state();
    return engine::EngineState{.device = "cpu"};
}

Status LocalEngine::busy() const {
    if (job_ != nullptr) {
        return util::fail(ErrorCode::kBusy,
                          "run " + std::to_string(job_->id()) +
                              " is active; wait for it or stop it with `veritune runs stop " +
                              std::to_string(job_->id()) + "`");
    }
    if (!requests_.empty()) {
        return util::fail(
            ErrorCode::kBusy,
            "the engine is answering a chat or an evaluation; wait for it or cancel it");
    }
    return {};
}

Result<std::shared_ptr<RunJob>> LocalEngine::claim(
    const std::function<Result<std::int64_t>()>& make_run) {
    const std::lock_guard lock(mutex_);
    VT_TRY(busy());
    // Idle, so the work thread answers at once.
    VT_ASSIGN(const std::int64_t run, work_->call(make_run));
    job_ = std::make_shared<RunJob>(*store_, *this, fs_, run, verifiers_, room_);
    return job_;
}

Result<engine::RunStarted> LocalEngine::start_run(const engine::StartRun& request) {
    VT_ASSIGN(const train::Recipe recipe, train::recipe_from_json(request.recipe));
    VT_TRY(train::validate(recipe));
    VT_ASSIGN(const std::shared_ptr<RunJob> job, claim([&] {
                  return store_->runs().create_run(
                      {.name = request.name.empty() ? recipe.name : request.name,
                       .recipe = train::recipe_to_json(recipe),
                       .seed = recipe.seed});
              }));
    work_->post([this, job] {
        model_.reset();  // a chat model would take the run's memory
        job->run(false);
        const std::lock_guard lock(mutex_);
        restart_reason_ = job->restart_reason();
        job_.reset();
    });
    return engine::RunStarted{.run = job->id()};
}

Result<engine::RunStarted> LocalEngine::resume_run(const engine::ResumeRun& request) {
    VT_ASSIGN(const std::shared_ptr<RunJob> job, claim([&]() -> Result<std::int64_t> {
                  VT_ASSIGN(const store::RunRecord run, store_->reader().run(request.run));
                  if (run.state == store::RunState::kDone) {
                      return util::fail(ErrorCode::kInvalidArgument,
                                        "run " + std::to_string(request.run) +
                                            " is done; there is nothing to resume");
                  }
                  return request.run;
              }));
    work_->post([this, job] {
        model_.reset();
        job->run(true);
        const std::lock_guard lock(mutex_);
        restart_reason_ = job->restart_reason();
        job_.reset();
    });
    return engine::RunStarted{.run = job->id()};
}

engine::Pulse LocalEngine::pulse() const {
    const std::lock_guard lock(mutex_);
    return job_ != nullptr ? job_->pulse() : engine::Pulse{};
}

bool LocalEngine::computes_on_a_card() const {
    const std::lock_guard lock(mutex_);
    return job_ != nullptr && job_->state().device == "cuda";
}

std::string LocalEngine::restart_reason() const {
    const std::lock_guard lock(mutex_);
    return restart_reason_;
}

void LocalEngine::give_up(const std::string& reason) {
    const std::lock_guard lock(mutex_);
    if (job_ != nullptr) job_->give_up(reason);
}

namespace {

/// How often the group of this fault has ended an engine under the run: a program fault at this
/// very step, one of the card at any.
std::int64_t times_seen(const std::vector<store::EventInfo>& events,
                        const store::RunRecord& run,
                        const engine::XidFault& fault) {
    return std::ranges::count_if(events, [&](const store::EventInfo& event) {
        const data::EventRecord& record = event.record;
        const auto other = engine::xid_fault(record.detail.value("xid", 0));
        if (record.kind != "restarted" || !other || other->words != fault.words) return false;
        return !fault.any_program ||
               (record.stage == run.last_stage && record.step == run.last_step);
    });
}

}  // namespace

Result<std::string> LocalEngine::note_restart(const store::RunRecord& run,
                                              const std::optional<engine::EngineExit>& last) {
    const std::string reason =
        last ? last->reason : "the engine was killed or the computer lost power";
    VT_ASSIGN(const std::vector<store::EventInfo> events, store_->reader().events(run.id));
    util::Json detail = util::Json::object();
    if (last && last->xid != 0) detail["xid"] = last->xid;
    if (!run.last_stage.empty()) {
        VT_TRY(store_->runs().record_event(
            run.id,
            {.stage = run.last_stage,
             .step = run.last_step,
             .kind = "restarted",
             .severity = "watch",
             .message = "the engine was started again, because " + reason,
             .detail = std::move(detail)}));
    }
    VT_ASSIGN(const std::int64_t restarts, store_->runs().count_restart(run.id));
    const auto fault = engine::xid_fault(last ? last->xid : 0);
    if (fault &&
        engine::xid_action(*fault, times_seen(events, run, *fault)) == engine::FaultAction::kStop) {
        return "once more " + reason;
    }
    if (restarts <= 3) return std::string();
    return "the engine ended three times without completing a step; last: " + reason;
}

void LocalEngine::resume_active(const std::optional<engine::EngineExit>& last) {
    const auto found = work_->call([this] { return store_->reader().active_run(); });
    if (!found || !*found) return;
    const store::RunRecord& run = **found;
    const Result<std::string> why_not = work_->call([&]() -> Result<std::string> {
        VT_ASSIGN(std::string reason, note_restart(run, last));
        if (!reason.empty()) {
            VT_TRY(store_->runs().set_state(run.id, store::RunState::kFailed, reason));
        }
        return reason;
    });
    if (!why_not)
        util::log_line(util::LogLevel::kError, "engine", util::to_string(why_not.error()));
    if (why_not && !why_not->empty()) return;
    const auto resumed = resume_run({.run = run.id});
    if (!resumed)
        util::log_line(util::LogLevel::kError, "engine", util::to_string(resumed.error()));
}

Result<std::shared_ptr<RunJob>> LocalEngine::active_job(std::int64_t run) const {
    const std::lock_guard lock(mutex_);
    if (job_ == nullptr || job_->id() != run) {
        return util::fail(
            ErrorCode::kNotFound,
            "run " + std::to_string(run) + " is not active; see `veritune runs list`");
    }
    return job_;
}

Status LocalEngine::stop_run(const engine::StopRun& request) {
    VT_ASSIGN(const std::shared_ptr<RunJob> job, active_job(request.run));
    job->control().stop_keep = true;
    if (request.mode == engine::StopMode::kCancel) job->control().cancel.request_stop();
    return {};
}

Status LocalEngine::pause_run(const engine::PauseRun& request) {
    VT_ASSIGN(const std::shared_ptr<RunJob> job, active_job(request.run));
    job->control().pause = true;
    return {};
}

Status LocalEngine::checkpoint_now(const engine::CheckpointNow& request) {
    VT_ASSIGN(const std::shared_ptr<RunJob> job, active_job(request.run));
    job->control().checkpoint_now = true;
    return {};
}

Status LocalEngine::shutdown() {
    interrupt();
    shutdown_ = true;
    return {};
}

}  // namespace veritune::engine_program
