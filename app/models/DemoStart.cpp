// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/DemoStart.h"

namespace veritune::app {

util::Result<train::Recipe> studioDemoRecipe(std::uint64_t seed) {
    VT_ASSIGN(train::Recipe recipe, train::builtin_recipe("demo"));
    recipe.seed = seed;
    std::erase_if(recipe.stages, [](const train::StageConfig& stage) {
        return stage.id.rfind("control_", 0) == 0;
    });
    VT_TRY(train::validate(recipe));
    return recipe;
}

bool isDemoRecipe(const util::Json& recipe) {
    const auto model = recipe.find("model");
    if (model == recipe.end() || !model->is_object()) return false;
    return model->value("init", std::string()) == "demo" ||
           recipe.value("name", std::string()).rfind("demo", 0) == 0;
}

}  // namespace veritune::app
