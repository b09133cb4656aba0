// SPDX-License-Identifier: Apache-2.0
// Runs and their control. Chat and evaluation: local_engine_models.cpp.
#include "core/programs/engine/local_engine.h"

#include "core/util/log.h"
#include "core/util/version.h"

#include <unistd.h>
#include <utility>

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

std::string LocalEngine::restart_reason() const {
    const std::lock_guard lock(mutex_);
    return restart_reason_;
}

void LocalEngine::resume_active(const std::string& why) {
    const auto found = work_->call([this] { return store_->reader().active_run(); });
    if (!found || !*found) return;
    const std::int64_t run = (*found)->id;
    const std::string last_stage = (*found)->last_stage;
    const std::int64_t last_step = (*found)->last_step;
    const auto restarts = work_->call([this, run] { return store_->runs().count_restart(run); });
    const std::string reason =
        why.empty() ? "the engine was killed or the computer lost power" : why;
    const Status told = work_->call([&, this]() -> Status {
        if (last_stage.empty()) return {};
        return store_->runs().record_event(
            run,
            {.stage = last_stage,
             .step = last_step,
             .kind = "restarted",
             .severity = "watch",
             .message = "the engine was started again, because " + reason});
    });
    if (!told) util::log_line(util::LogLevel::kError, "engine", util::to_string(told.error()));
    if (restarts && *restarts > 3) {
        const Status failed = work_->call([&, this] {
            return store_->runs().set_state(
                run,
                store::RunState::kFailed,
                "the engine ended three times without completing a step; last: " + reason);
        });
        if (!failed)
            util::log_line(util::LogLevel::kError, "engine", util::to_string(failed.error()));
        return;
    }
    const auto resumed = resume_run({.run = run});
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
