// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"
#include "core/engine/runtime_dir.h"

#include <memory>
#include <string>
#include <vector>

namespace veritune::engine {

struct ClientOptions {
    std::string client = "veritune";         ///< sent in Hello
    std::int64_t connect_timeout_ms = 5000;  ///< connection and Hello
    std::int64_t request_timeout_ms =
        30000;  ///< all requests but generate and evaluate, which may take hours
};

struct StartOptions {
    std::string engine_path;  ///< empty = veritune-engine beside our own executable
    std::vector<std::string>
        arguments;  ///< after --project DIR --ready-fd N, such as --resume-active
    std::int64_t ready_timeout_ms = 120000;  ///< torch and CUDA load in that time
};

/// Engine over the project's socket.
/// threads  requests from any thread; notices come on the one reader thread, where the client must
/// not be destroyed
class EngineClient final : public Engine {
  public:
    /// Connects and says Hello.
    /// errors  kUnavailable (nobody answers), kUnsupported (another protocol version), kBusy (the
    /// engine serves a copy of
    ///         this project in another folder), kPermissionDenied (socket of another user)
    static util::Result<std::unique_ptr<EngineClient>> connect(const EngineAddress& address,
                                                               const ClientOptions& options = {});
    ~EngineClient() override;

    /// What the engine said when we connected.
    const HelloReply& server() const;
    bool connected() const;

    util::Result<HelloReply> hello(const Hello& request) override;
    util::Result<EngineState> get_state() override;
    util::Result<RunStarted> start_run(const StartRun& request) override;
    util::Result<RunStarted> resume_run(const ResumeRun& request) override;
    util::Status stop_run(const StopRun& request) override;
    util::Status pause_run(const PauseRun& request) override;
    util::Status checkpoint_now(const CheckpointNow& request) override;
    util::Result<Generated> generate(const Generate& request) override;
    util::Result<Evaluated> evaluate(const Evaluate& request) override;
    util::Status cancel(const Cancel& request) override;
    util::Result<ModelInfo> model_info(const GetModelInfo& request) override;
    util::Result<ChainVerdict> verify_chain(const VerifyChain& request) override;
    util::Status annotate_chain(const AnnotateChain& request) override;
    util::Result<Replayed> replay_step(const ReplayStep& request) override;
    util::Result<DatasetEdited> edit_dataset(const EditDataset& request) override;
    util::Result<DatasetEdited> undo_edit(const UndoEdit& request) override;
    util::Result<ImportChecked> check_import(const CheckImport& request) override;
    util::Result<GoldsChecked> check_golds(const CheckGolds& request) override;
    util::Status shutdown() override;

  private:
    struct Connection;
    explicit EngineClient(std::unique_ptr<Connection> connection);
    template <typename R>
    util::Result<R> call(const Request& request, std::int64_t timeout_ms);

    std::unique_ptr<Connection> connection_;
};

/// connect(); when nobody answers, starts the engine detached (fork, setsid, fork, exec), waits
/// until it says that it is ready, and connects. When two clients do so at once the project lock
/// decides and both reach the same engine. errors  kUnavailable with the engine's own reason when
/// it died while loading; kNotFound (no such program)
util::Result<std::unique_ptr<EngineClient>> start_engine_if_needed(
    const EngineAddress& address,
    const StartOptions& start = {},
    const ClientOptions& options = {});

/// The engine's side of the start: tells the starting client that the socket listens, and closes
/// the descriptor.
util::Status notify_ready(int ready_fd);
/// Instead of notify_ready by an engine that finds the project lock taken: the client looks for the
/// engine that has it.
util::Status notify_busy(int ready_fd);

}  // namespace veritune::engine
