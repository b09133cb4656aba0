// SPDX-License-Identifier: Apache-2.0
#include "core/train/demo_recipe.h"

#include <vector>

namespace veritune::train {
namespace {

bool is_control(const StageConfig& stage) { return stage.id.starts_with("control_"); }

void start_from_checkpoint(Recipe& recipe, const std::string& folder) {
    recipe.model.init.clear();
    recipe.model.path = folder;
    for (StageConfig& stage : recipe.stages) {
        // The checkpoint is now what the model is loaded as.
        if (stage.start_from == "cold_start") stage.start_from = "base";
        if (stage.rejection.sft_from == "cold_start") stage.rejection.sft_from = "base";
        if (stage.id != "cold_start") continue;
        const EvalConfig eval = stage.eval;
        stage = StageConfig{.id = "cold_start", .type = "evaluate", .start_from = "base"};
        stage.eval = eval;
    }
}

}  // namespace

util::Result<Recipe> make_demo_recipe(const DemoOptions& options) {
    Recipe recipe = options.quick ? demo_quick_recipe() : demo_recipe();
    recipe.seed = options.seed;
    if (!options.controls) std::erase_if(recipe.stages, is_control);
    for (StageConfig& stage : recipe.stages) {
        if (options.algorithm.empty() || stage.type != "vrl") continue;
        const util::Status applied = apply_algorithm_preset(stage.vrl, options.algorithm);
        if (!applied) {
            return util::fail(
                util::ErrorCode::kInvalidArgument, applied.error().message, "--algorithm");
        }
    }
    if (options.quick && !options.cold_start.empty()) {
        start_from_checkpoint(recipe, options.cold_start);
    }
    VT_TRY(validate(recipe));
    return recipe;
}

bool is_demo_recipe(const util::Json& recipe) {
    if (!recipe.is_object()) return false;
    const auto name = recipe.find("name");
    if (name != recipe.end() && name->is_string() &&
        name->get_ref<const std::string&>().starts_with("demo")) {
        return true;
    }
    const auto model = recipe.find("model");
    if (model == recipe.end() || !model->is_object()) return false;
    const auto init = model->find("init");
    return init != model->end() && *init == "demo";
}

}  // namespace veritune::train
