// SPDX-License-Identifier: Apache-2.0
#include "core/train/demo_recipe.h"

#include <gtest/gtest.h>

namespace veritune::train {
namespace {

std::string stages_of(const Recipe& recipe) {
    std::string all;
    for (const StageConfig& stage : recipe.stages) all += stage.id + " ";
    return all;
}

TEST(DemoRecipe, LeavesControlsOutWhenAsked) {
    EXPECT_EQ(stages_of(make_demo_recipe({.controls = false}).value()), "cold_start vrl rft ");
    EXPECT_NE(stages_of(make_demo_recipe({}).value()).find("control_random"), std::string::npos);
    EXPECT_EQ(make_demo_recipe({.seed = 9})->seed, 9u);
}

TEST(DemoRecipe, TakesAnAlgorithmForItsRlStages) {
    const Recipe recipe = make_demo_recipe({.algorithm = "grpo"}).value();
    for (const StageConfig& stage : recipe.stages) {
        if (stage.type != "vrl") continue;
        EXPECT_EQ(stage.vrl.algorithm, "grpo") << stage.id;
    }
    EXPECT_EQ(make_demo_recipe({.algorithm = "magic"}).error().code,
              util::ErrorCode::kInvalidArgument);
}

TEST(DemoRecipe, QuickMeasuresTheShippedColdStart) {
    const Recipe trained = make_demo_recipe({.quick = true}).value();
    EXPECT_EQ(trained.stages.front().type, "cold_start");
    const Recipe measured = make_demo_recipe({.quick = true, .cold_start = "/r/cold"}).value();
    EXPECT_EQ(measured.model.path, "/r/cold");
    EXPECT_EQ(measured.model.init, "");
    EXPECT_EQ(measured.stages.front().type, "evaluate");
    EXPECT_EQ(resolved_start(measured, 1), "base");
    // The full demonstration trains its cold start itself.
    EXPECT_EQ(make_demo_recipe({.cold_start = "/r/cold"})->model.path, "");
}

TEST(DemoRecipe, IsRecognised) {
    EXPECT_TRUE(is_demo_recipe(recipe_to_json(make_demo_recipe({}).value())));
    EXPECT_TRUE(is_demo_recipe(
        recipe_to_json(make_demo_recipe({.quick = true, .cold_start = "/r/cold"}).value())));
    EXPECT_FALSE(is_demo_recipe(recipe_to_json(default_recipe())));
    EXPECT_FALSE(is_demo_recipe(util::Json::array()));
    EXPECT_FALSE(is_demo_recipe({{"name", 5}, {"model", 3}}));
}

}  // namespace
}  // namespace veritune::train
