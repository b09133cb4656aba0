// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"
#include "core/engine/runtime_dir.h"
#include "core/programs/engine/loaded_model.h"
#include "core/programs/engine/run_job.h"
#include "core/programs/engine/work_thread.h"
#include "core/store/project.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace veritune::engine_program {

/// The engine behind the socket: one project, one job at a time. Runs, generations and evaluations
/// share the work thread; a request that would have to wait for a run is refused with kBusy.
/// threads  requests from any thread
class LocalEngine final : public engine::Engine {
  public:
    /// Takes the project for writing.
    /// fs  holds the project's files too, outlives the engine
    /// verifiers  outlives the engine; nullptr: verdicts in this process (tests)
    /// errors  those of Project::open_writer
    static util::Result<std::unique_ptr<LocalEngine>> open(const std::string& project_dir,
                                                           util::FileSystem& fs,
                                                           VerifyService* verifiers = nullptr,
                                                           const store::DiskRoomOptions& room = {});
    ~LocalEngine() override;

    const store::ProjectInfo& project() const { return info_; }
    /// Asks the active run to save and end as `interrupted`; returns at once.
    void interrupt();
    bool active() const;
    /// True once a client asked for the end.
    bool shutdown_requested() const { return shutdown_; }
    /// Goes on with the run that was cut off, if there is one.
    /// A fault of the card that has come once too often (device_fault.h) ends it as failed instead.
    /// last  how the former engine ended, for the run's events; nullopt: killed, power cut
    void resume_active(const std::optional<engine::EngineExit>& last = std::nullopt);
    /// RunJob::give_up of the active run. threads  any
    void give_up(const std::string& reason);
    /// Of the active run; not armed without one.
    engine::Pulse pulse() const;
    /// The active run does. threads  any
    bool computes_on_a_card() const;
    /// Why this process has to end and be started again; empty = it need not.
    std::string restart_reason() const;
    /// Waits for the work under way and closes the project.
    util::Status close();

    util::Result<engine::HelloReply> hello(const engine::Hello& request) override;
    util::Result<engine::EngineState> get_state() override;
    util::Result<engine::RunStarted> start_run(const engine::StartRun& request) override;
    util::Result<engine::RunStarted> resume_run(const engine::ResumeRun& request) override;
    util::Status stop_run(const engine::StopRun& request) override;
    util::Status pause_run(const engine::PauseRun& request) override;
    util::Status checkpoint_now(const engine::CheckpointNow& request) override;
    util::Result<engine::Generated> generate(const engine::Generate& request) override;
    util::Result<engine::Evaluated> evaluate(const engine::Evaluate& request) override;
    util::Status cancel(const engine::Cancel& request) override;
    util::Result<engine::ModelInfo> model_info(const engine::GetModelInfo& request) override;
    util::Result<engine::ChainVerdict> verify_chain(const engine::VerifyChain& request) override;
    util::Status annotate_chain(const engine::AnnotateChain& request) override;
    util::Result<engine::Replayed> replay_step(const engine::ReplayStep& request) override;
    util::Result<engine::DatasetEdited> edit_dataset(const engine::EditDataset& request) override;
    util::Result<engine::DatasetEdited> undo_edit(const engine::UndoEdit& request) override;
    util::Result<engine::ImportChecked> check_import(const engine::CheckImport& request) override;
    util::Result<engine::GoldsChecked> check_golds(const engine::CheckGolds& request) override;
    util::Status shutdown() override;

  private:
    LocalEngine(util::FileSystem& fs, VerifyService* verifiers, const store::DiskRoomOptions& room)
        : fs_(fs),
          verifiers_(verifiers),
          room_(room) {}
    /// What a ModelRef means.
    struct Resolved {
        train::ModelSource source{};
        std::string tokenizer_folder;
        train::LoraConfig lora{};
    };
    util::Result<Resolved> resolve(const engine::ModelRef& ref);
    util::Result<Resolved> resolve_run(const engine::ModelRef& ref);
    util::Result<LoadedModel*> loaded(const engine::ModelRef& ref,
                                      const std::string& chat_template);
    util::Result<engine::Generated> generate_now(const engine::Generate& request,
                                                 std::stop_token stop);
    util::Result<engine::Replayed> replay_now(const engine::ReplayStep& request,
                                              std::stop_token stop);
    /// A name under which Cancel ends the work; kBusy like busy() unless `beside_run`.
    util::Result<std::stop_token> begin_request(const std::string& request, bool beside_run);
    void end_request(const std::string& request);
    void publish_progress(const std::string& request, const char* phase, double fraction);
    /// Everything that can refuse an evaluation before there is a run of it.
    util::Status check_evaluation(const engine::Evaluate& request);
    /// The run of an evaluation: a new one, or the one to go on with.
    util::Result<std::int64_t> evaluation_run(const engine::Evaluate& request,
                                              const Resolved& resolved);
    util::Result<engine::Evaluated> evaluation_result(const RunJob& job);
    /// Claims the engine for a run; kBusy when something is under way.
    util::Result<std::shared_ptr<RunJob>> claim(
        const std::function<util::Result<std::int64_t>()>& make_run);
    util::Result<std::shared_ptr<RunJob>> active_job(std::int64_t run) const;
    /// What is said about the restart stays with the run; then whether the run may go on.
    /// returns  empty = it may; else why not
    util::Result<std::string> note_restart(const store::RunRecord& run,
                                           const std::optional<engine::EngineExit>& last);
    util::Status busy() const;

    util::FileSystem& fs_;
    VerifyService* verifiers_;
    store::DiskRoomOptions room_;
    store::ProjectInfo info_;
    std::unique_ptr<store::Project> store_;  ///< work thread only
    mutable std::mutex mutex_;
    std::shared_ptr<RunJob> job_;                       ///< the active run
    std::map<std::string, std::stop_source> requests_;  ///< Generate and Evaluate under way
    std::string evaluation_;            ///< name of the Evaluate whose run is active
    std::optional<LoadedModel> model_;  ///< last one used for chat; work thread only
    std::string model_key_;
    std::string restart_reason_;
    std::atomic<bool> shutdown_{false};
    std::unique_ptr<WorkThread> work_ = std::make_unique<WorkThread>();
};

}  // namespace veritune::engine_program
