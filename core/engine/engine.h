// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/messages.h"
#include "core/util/result.h"

#include <functional>
#include <memory>

namespace veritune::engine {

/// A subscription. After its destruction the function is not running and is never called again
/// (unless it destroys its own handler: then it may finish). May outlive the Engine.
class Handler {
  public:
    virtual ~Handler() = default;
};

/// The engine as its users see it: EngineClient over the socket, FakeEngine in tests, and the
/// engine program's own implementation, which EngineServer serves. Requests block: call them from a
/// worker thread, never from a window's and never from inside a notice handler. errors kUnavailable
/// when nobody answers (any more); otherwise what the request's comment in messages.h says threads
/// all functions may be called from any thread
class Engine {
  public:
    Engine();
    virtual ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    virtual util::Result<HelloReply> hello(const Hello& request) = 0;
    virtual util::Result<EngineState> get_state() = 0;
    virtual util::Result<RunStarted> start_run(const StartRun& request) = 0;
    virtual util::Result<RunStarted> resume_run(const ResumeRun& request) = 0;
    virtual util::Status stop_run(const StopRun& request) = 0;
    virtual util::Status pause_run(const PauseRun& request) = 0;
    virtual util::Status checkpoint_now(const CheckpointNow& request) = 0;
    virtual util::Result<Generated> generate(const Generate& request) = 0;
    virtual util::Result<Evaluated> evaluate(const Evaluate& request) = 0;
    virtual util::Status cancel(const Cancel& request) = 0;
    virtual util::Result<ModelInfo> model_info(const GetModelInfo& request) = 0;
    virtual util::Result<ChainVerdict> verify_chain(const VerifyChain& request) = 0;
    virtual util::Status annotate_chain(const AnnotateChain& request) = 0;
    virtual util::Result<Replayed> replay_step(const ReplayStep& request) = 0;
    virtual util::Result<DatasetEdited> edit_dataset(const EditDataset& request) = 0;
    virtual util::Result<DatasetEdited> undo_edit(const UndoEdit& request) = 0;
    virtual util::Result<ImportChecked> check_import(const CheckImport& request) = 0;
    virtual util::Result<GoldsChecked> check_golds(const CheckGolds& request) = 0;
    virtual util::Status shutdown() = 0;

    /// Functions run on the thread that publishes (the client's reader thread), one at a time.
    std::unique_ptr<Handler> handle_step_done(std::function<void(const StepDone&)> fn);
    std::unique_ptr<Handler> handle_progress(std::function<void(const Progress&)> fn);
    std::unique_ptr<Handler> handle_stage_changed(std::function<void(const StageChanged&)> fn);
    std::unique_ptr<Handler> handle_run_state_changed(
        std::function<void(const RunStateChanged&)> fn);
    std::unique_ptr<Handler> handle_event(std::function<void(const Event&)> fn);
    std::unique_ptr<Handler> handle_token_text(std::function<void(const TokenText&)> fn);
    std::unique_ptr<Handler> handle_log(std::function<void(const Log&)> fn);
    std::unique_ptr<Handler> handle_resync(std::function<void(const Resync&)> fn);
    /// Every notice, in order: what the server forwards.
    std::unique_ptr<Handler> handle_notice(std::function<void(const Notice&)> fn);
    /// The connection is gone, with the reason; called once. Never called by an engine in this
    /// process.
    std::unique_ptr<Handler> handle_disconnected(std::function<void(const util::Error&)> fn);

    /// For implementations: tells every handler. Never call it while holding a lock that a handler
    /// takes.
    void publish(const Notice& notice);

  protected:
    void emit_disconnected(const util::Error& reason);

  private:
    struct Hub;
    std::shared_ptr<Hub> hub_;
};

}  // namespace veritune::engine
