// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"
#include "core/programs/engine/loaded_model.h"
#include "core/programs/engine/store_sink.h"
#include "core/programs/engine/verify_service.h"
#include "core/store/project.h"
#include "core/train/pipeline.h"
#include "core/train/recipe.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
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
           VerifyService* verifiers = nullptr);

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
    train::RunControl& control() { return control_; }
    engine::EngineState state() const;

  private:
    struct Place {
        train::MetricSink& sink;
        std::string run_dir;
        std::map<std::string, std::string> finished;
        std::string tokenizer_folder;
        bool store_fingerprint = true;
    };
    util::Result<train::StageEnd> execute(const Place& place);
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
};

}  // namespace veritune::engine_program
