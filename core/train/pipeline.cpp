// SPDX-License-Identifier: Apache-2.0
#include "core/train/pipeline.h"

#include "core/train/recipe.h"
#include "core/train/rejection_stage.h"
#include "core/train/rl_stage.h"
#include "core/train/sft_stage.h"
#include "core/train/stage_session.h"

#include <ATen/ATen.h>

#include <utility>

namespace veritune::train {

using util::ErrorCode;
using util::Result;

Pipeline::Pipeline(RunContext& context, model::CausalLm& policy)
    : context_(context),
      policy_(policy) {
    weights_["base"] = policy.parameters().flat().clone();
}

Result<at::Tensor> Pipeline::weights_of(const std::string& stage) {
    const auto found = weights_.find(stage);
    if (found != weights_.end()) return found->second;
    const std::string path = util::join_path(context_.run_dir, "checkpoints/" + stage + "-final");
    VT_ASSIGN(const at::Tensor flat, load_policy_weights(context_.fs, path));
    if (flat.sizes() != policy_.parameters().flat().sizes()) {
        return util::fail(ErrorCode::kCorruptData,
                          "the final checkpoint of stage " + stage + " belongs to another model",
                          path);
    }
    weights_[stage] = flat;
    return flat;
}

/// What runs out of memory outside of a retreat (a checkpoint, an evaluation) ends the run with
/// words, not the program.
Result<StageEnd> Pipeline::run(const std::map<std::string, std::string>& finished) {
    return catch_torch("training", [&] { return run_stages(finished); });
}

Result<StageEnd> Pipeline::run_stages(const std::map<std::string, std::string>& finished) {
    for (std::size_t i = 0; i < context_.recipe.stages.size(); ++i) {
        const StageConfig& stage = context_.recipe.stages[i];
        const auto state = finished.find(stage.id);
        const bool known = state != finished.end();
        if (known && (state->second == "done" || state->second == "rolled_back")) continue;
        VT_ASSIGN(const StageEnd end, run_stage(i, known));
        if (end != StageEnd::kDone && end != StageEnd::kRolledBack) return end;
        if (stage.type != "evaluate") weights_[stage.id] = policy_.parameters().flat().clone();
    }
    return StageEnd::kDone;
}

Result<StageEnd> Pipeline::run_stage(std::size_t index, bool resume) {
    const StageConfig& config = context_.recipe.stages[index];
    VT_ASSIGN(const at::Tensor start, weights_of(resolved_start(context_.recipe, index)));
    policy_.parameters().flat().copy_(start);
    if (config.type == "cold_start") return run_cold_start(config, resume);
    if (config.type == "vrl") return run_vrl(config, resume);
    if (config.type == "rejection_sampling") return run_rejection(config, resume);
    return run_evaluate(config);
}

Result<StageEnd> Pipeline::run_cold_start(const StageConfig& config, bool resume) {
    VT_ASSIGN(std::vector<SftExample> examples,
              encode_demonstrations(context_.format, context_.demonstrations));
    SftStage stage(policy_,
                   config.sft,
                   std::move(examples),
                   context_.recipe.seed,
                   {.retreat = &context_.retreat, .heartbeat = &context_.control.heartbeat});
    if (stage.trainer().examples() == 0) {
        return util::fail(ErrorCode::kInvalidArgument,
                          "no demonstration is left after dropping " +
                              std::to_string(stage.trainer().dropped()) +
                              " that are longer than max_length; raise max_length",
                          config.id);
    }
    StageSession session(context_, config, stage, stage.trainer().total_steps());
    VT_ASSIGN(const std::int64_t first, session.begin(resume, false));
    VT_ASSIGN(const StageEnd end, run_sft_loop(stage, session, first));
    VT_TRY(session.finish(end, stage.trainer().examples()));
    return end;
}

Result<StageEnd> Pipeline::run_vrl(const StageConfig& config, bool resume) {
    RlStage stage(context_, config, policy_);
    StageSession session(context_, config, stage, stage.total_steps());
    VT_ASSIGN(const std::int64_t first, session.begin(resume, true));
    VT_ASSIGN(const StageEnd end, run_rl_loop(stage, session, first));
    VT_TRY(session.finish(end, stage.sampled_chains()));
    return end;
}

Result<StageEnd> Pipeline::run_rejection(const StageConfig& config, bool resume) {
    at::Tensor start;
    if (config.rejection.sft_from != "policy") {
        VT_ASSIGN(start, weights_of(config.rejection.sft_from));
    }
    RejectionStage stage(context_, config, policy_, start);
    StageSession session(context_, config, stage, stage.total_steps());
    VT_ASSIGN(const std::int64_t first, session.begin(resume, false));
    VT_ASSIGN(const StageEnd end, stage.run(session, first));
    VT_TRY(session.finish(end, stage.sampled_chains()));
    return end;
}

Result<StageEnd> Pipeline::run_evaluate(const StageConfig& config) {
    return run_evaluation(context_, config, [&] {
        return context_.evaluate(
            policy_, config, HeldoutKind::kFinal, context_.control.cancel.get_token());
    });
}

Result<StageEnd> run_evaluation(RunContext& context,
                                const StageConfig& config,
                                const std::function<Result<HeldoutResult>()>& score) {
    VT_TRY(context.sink.stage({.stage = config.id,
                               .type = config.type,
                               .total_steps = 1,
                               .state = "running",
                               .summary = util::Json::object()}));
    const std::int64_t start = context.clock.monotonic_us();
    VT_ASSIGN(HeldoutResult result, score());
    data::StepRecord record;
    record.stage = config.id;
    record.step = 1;
    record.metrics = std::move(result.metrics);
    record.chains = std::move(result.chains);
    VT_TRY(context.sink.step(record));
    result.summary["seconds"] = static_cast<double>(context.clock.monotonic_us() - start) * 1e-6;
    result.summary["samples"] = 0;
    VT_TRY(context.sink.stage({.stage = config.id,
                               .type = config.type,
                               .total_steps = 1,
                               .state = "done",
                               .summary = result.summary}));
    return StageEnd::kDone;
}

}  // namespace veritune::train
