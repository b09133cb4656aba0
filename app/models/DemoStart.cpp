// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/DemoStart.h"

#include "core/train/demo_recipe.h"

namespace veritune::app {

util::Result<train::Recipe> studioDemoRecipe(std::uint64_t seed) {
    return train::make_demo_recipe({.seed = seed, .controls = false});
}

bool isDemoRecipe(const util::Json& recipe) { return train::is_demo_recipe(recipe); }

}  // namespace veritune::app
