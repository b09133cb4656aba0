// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/demo_recipe.h"

#include "core/programs/cli/project_access.h"

#include <algorithm>

namespace veritune::cli {
namespace {

bool is_control(const train::StageConfig& stage) { return stage.id.rfind("control_", 0) == 0; }

/// Folder of the shipped checkpoint; empty when this installation has none.
std::string shipped_cold_start(const Context& context) {
    const auto resources = resource_dir(context);
    if (!resources) return {};
    std::string dir = util::join_path(*resources, "demo/cold_start");
    const auto config = context.fs.stat(util::join_path(dir, "config.json"));
    return config ? dir : std::string();
}

void start_from_checkpoint(train::Recipe& recipe, const std::string& folder) {
    recipe.model.init.clear();
    recipe.model.path = folder;
    for (train::StageConfig& stage : recipe.stages) {
        // The checkpoint is now what the model is loaded as.
        if (stage.start_from == "cold_start") stage.start_from = "base";
        if (stage.rejection.sft_from == "cold_start") stage.rejection.sft_from = "base";
        if (stage.id != "cold_start") continue;
        const train::EvalConfig eval = stage.eval;
        stage = train::StageConfig{.id = "cold_start", .type = "evaluate", .start_from = "base"};
        stage.eval = eval;
    }
}

}  // namespace

util::Result<train::Recipe> demo_recipe(const Context& context, const DemoOptions& options) {
    train::Recipe recipe = options.quick ? train::demo_quick_recipe() : train::demo_recipe();
    recipe.seed = options.seed;
    if (!options.controls) std::erase_if(recipe.stages, is_control);
    for (train::StageConfig& stage : recipe.stages) {
        if (options.algorithm.empty() || stage.type != "vrl") continue;
        const util::Status applied = train::apply_algorithm_preset(stage.vrl, options.algorithm);
        if (!applied) {
            return util::fail(
                util::ErrorCode::kInvalidArgument, applied.error().message, "--algorithm");
        }
    }
    const std::string checkpoint = options.quick ? shipped_cold_start(context) : std::string();
    if (!checkpoint.empty()) start_from_checkpoint(recipe, checkpoint);
    VT_TRY(train::validate(recipe));
    return recipe;
}

}  // namespace veritune::cli
