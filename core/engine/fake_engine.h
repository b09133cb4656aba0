// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::engine {

/// An engine without a model, for tests and screenshots: remembers every request and answers as
/// told. Without a script it behaves plausibly: StartRun gives runs 1, 2, ... and changes the
/// state, Generate streams its prompt back word by word, Cancel ends the Generate that is under
/// way. threads  any; a script function runs on the caller's thread
class FakeEngine final : public Engine {
  public:
    /// Answers instead of the default behaviour: returns nullopt to fall back to it.
    using Script = std::function<std::optional<util::Result<Reply>>(const Request&)>;

    void set_script(Script script);
    void set_hello(HelloReply reply);
    void set_state(EngineState state);
    void set_model(ModelInfo info);
    /// The connection breaks: handle_disconnected() is told.
    void disconnect(const util::Error& reason) { emit_disconnected(reason); }
    /// Requests so far, in order of arrival.
    std::vector<Request> requests() const;
    /// Emits the notices of a recorded run, one JSON-RPC notification per line; returns how many.
    /// errors  kCorruptData with the line number
    util::Result<int> replay(std::string_view jsonl);

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
    template <typename R>
    std::optional<util::Result<R>> scripted(const Request& request);
    util::Status change_run(std::int64_t run, const Request& request, std::string_view new_state);

    mutable std::mutex mutex_;
    Script script_;
    std::vector<Request> requests_;
    HelloReply hello_;
    EngineState state_;
    ModelInfo model_;
    std::int64_t next_run_ = 1;
    std::vector<std::string> cancelled_;
};

}  // namespace veritune::engine
