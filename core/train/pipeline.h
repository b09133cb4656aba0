// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/train/run_context.h"
#include "core/util/result.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <string>

namespace veritune::train {

/// The stage `evaluate`: hands what `score` found to the sink as the stage's one step.
util::Result<StageEnd> run_evaluation(RunContext& context,
                                      const StageConfig& config,
                                      const std::function<util::Result<HeldoutResult>()>& score);

/// Runs the stages of a recipe in order on one model. A stage starts from the weights of the stage
/// it names; the weights of finished stages are kept in memory and, for a resume, in their final
/// checkpoints. threads  the training thread
class Pipeline {
  public:
    /// policy  the loaded model with its trainable part; outlives the pipeline
    Pipeline(RunContext& context, model::CausalLm& policy);

    /// stage id -> state as stored, for a resume: finished stages are not run again
    /// returns how the run ended; kDone when all stages are done
    /// errors  the first stage's error; everything committed before stays
    util::Result<StageEnd> run(const std::map<std::string, std::string>& finished);

  private:
    util::Result<StageEnd> run_stages(const std::map<std::string, std::string>& finished);
    util::Result<StageEnd> run_stage(std::size_t index, bool resume);
    util::Result<StageEnd> run_cold_start(const StageConfig& config, bool resume);
    util::Result<StageEnd> run_vrl(const StageConfig& config, bool resume);
    util::Result<StageEnd> run_rejection(const StageConfig& config, bool resume);
    util::Result<StageEnd> run_evaluate(const StageConfig& config);
    util::Result<at::Tensor> weights_of(const std::string& stage);

    RunContext& context_;
    model::CausalLm& policy_;
    std::map<std::string, at::Tensor>
        weights_;  ///< stage id (and "base") -> flat trainable weights
};

}  // namespace veritune::train
