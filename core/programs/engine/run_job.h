// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"
#include "core/engine/watchdog.h"
#include "core/programs/engine/loaded_model.h"
#include "core/programs/engine/store_sink.h"
#include "core/programs/engine/verify_service.h"
#include "core/store/disk_room.h"
#include "core/store/project.h"
#include "core/train/pipeline.h"
#include "core/train/recipe.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace veritune::engine_program {

/// One run from its row in the database to its final state: loads data and model, runs the
/// pipeline, stores how it ended. threads  run() on the thread that owns the project; control() and
/// state() from any
class RunJob {
  public:
    RunJob(store::Project& project,
           engine::Engine& notices,
           util::FileSystem& fs,
           std::int64_t run,
           VerifyService* verifiers = nullptr,
           const store::DiskRoomOptions& room = {});

    /// The run's pipeline against another sink and folder, from the stages that are `finished`;
    /// what a replay does. Nothing of the run itself is written.
    util::Result<train::StageEnd> rehearse(train::MetricSink& sink,
                                           const std::string& run_dir,
                                           const std::map<std::string, std::string>& finished);
    /// Runs `task` on the training thread between two steps, or says kBusy when the run ends first.
    util::Status between_steps(std::function<util::Status()> task);
    /// verifiers  outlives the job; nullptr: verdicts in this process, none on programs (tests)
    /// tokenizer_folder  for checkpoints without one; empty = the model's own
    void run(bool resume, const std::string& tokenizer_folder = {});
    std::int64_t id() const { return run_; }
    /// Why run() failed; nullopt when it did not.
    const std::optional<util::Error>& failure() const { return failure_; }
    train::RunControl& control() { return control_; }
    engine::EngineState state() const;
    /// What the watchdog looks at.  threads  any
    engine::Pulse pulse() const;
    /// Why the engine has to be started again (a fault of the graphics card); empty = it need not.
    /// The run stays marked as running then. threads  any
    std::string restart_reason() const;
    /// The card cannot be used before a person has done something: drops the step under way and
    /// ends the run as failed with the reason. threads  any
    void give_up(const std::string& reason);

  private:
    struct Place {
        train::MetricSink& sink;
        std::string run_dir;
        std::map<std::string, std::string> finished;
        std::string tokenizer_folder;
        bool store_fingerprint = true;
    };
    util::Result<train::StageEnd> attempt(bool resume, const std::string& tokenizer_folder);
    util::Result<train::StageEnd> execute(const Place& place);
    /// Weights, tokenizer, configuration and template as they were when the project met them.
    /// returns  the hashes for the fingerprint
    util::Result<util::Json> check_models(const train::Recipe& recipe);
    /// Pauses with the reason until there is room; false when a person wants something else.
    bool wait_for_room(const util::Error& reason);
    bool keep_for_restart(const util::Error& error);
    std::string given_up() const;
    util::Result<std::optional<data::StepRecord>> stored_step(const std::string& stage,
                                                              std::int64_t step);
    util::Result<std::map<std::string, std::string>> finished_stages();
    util::Result<train::HeldoutResult> evaluate(const train::Recipe& recipe,
                                                const LoadedModel& model,
                                                const verify::VerifierPool& pool,
                                                rollout::RolloutEngine engine,
                                                const train::StageConfig& stage,
                                                train::HeldoutKind kind,
                                                std::stop_token stop);
    /// A quantised model has no trainable part: its evaluations run without a pipeline.
    util::Result<train::StageEnd> evaluate_quantised(train::RunContext& context,
                                                     LoadedModel& model);
    /// A set whose verifiers accept a wrong answer must not train (verifiers.md 10). The report.
    /// errors  kInvalidArgument: the bench is red and the recipe gives no reason to go on
    util::Result<util::Json> check_gate(const train::Recipe& recipe,
                                        const std::vector<data::Problem>& problems);
    void conclude(const util::Result<train::StageEnd>& end);

    store::Project& project_;
    engine::Engine& notices_;
    util::FileSystem& fs_;
    std::int64_t run_;
    VerifyService* verifiers_;
    StoreSink sink_;
    train::RunControl control_;
    std::vector<data::Problem> heldout_;
    std::optional<util::Error> failure_;
    store::DiskRoom room_;
    /// Stage -> first step whose replay once gave another state: from there on steps are done
    /// again.
    std::map<std::string, std::int64_t> diverged_;
    mutable std::mutex mutex_;
    std::string restart_reason_;
    std::string given_up_;
};

}  // namespace veritune::engine_program
