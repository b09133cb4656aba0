// SPDX-License-Identifier: Apache-2.0
#include "core/train/recipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>

namespace veritune::train {
namespace {

using ::testing::HasSubstr;
using util::Json;

std::string resource_path(const std::string& name) {
    return VERITUNE_SOURCE_DIR "/resources/recipes/" + name + ".json";
}

std::string read_all(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

std::string file_text(const Recipe& recipe) { return recipe_to_json(recipe).dump(2) + "\n"; }

TEST(BuiltinRecipe, EqualsItsFileToTheByteAndSurvivesARoundTrip) {
    for (const std::string& name : builtin_recipe_names()) {
        const auto recipe = builtin_recipe(name);
        ASSERT_TRUE(recipe.has_value()) << name;
        EXPECT_EQ(recipe->name, name);
        if (std::getenv("VERITUNE_REGENERATE") != nullptr) {
            std::ofstream(resource_path(name)) << file_text(*recipe);
        }
        const std::string text = read_all(resource_path(name));
        EXPECT_EQ(text, file_text(*recipe)) << "run this test with VERITUNE_REGENERATE=1";
        const auto read = recipe_from_text(text);
        ASSERT_TRUE(read.has_value()) << read.error().message;
        EXPECT_EQ(file_text(*read), text);
        EXPECT_EQ(recipe_hash(*read), recipe_hash(*recipe));
    }
}

TEST(BuiltinRecipe, TheDemoHasTheThreeStagesAndAllControlsAndCanRun) {
    const Recipe demo = demo_recipe();
    std::vector<std::string> ids;
    for (const StageConfig& stage : demo.stages) ids.push_back(stage.id);
    EXPECT_THAT(ids,
                ::testing::ElementsAre("cold_start",
                                       "vrl",
                                       "rft",
                                       "control_random",
                                       "control_shuffled",
                                       "control_rft_from_cold",
                                       "control_more_sft"));
    EXPECT_TRUE(validate(demo).has_value());
    EXPECT_TRUE(validate(demo_quick_recipe()).has_value());
    EXPECT_EQ(demo.stages[1].vrl.update_on, "verified");
    EXPECT_EQ(demo.stages[3].vrl.verdicts, "random");
    EXPECT_EQ(demo.stages[4].vrl.verdicts, "shuffled");
    EXPECT_EQ(demo.stages[6].match_cost_of, "vrl");
    for (std::size_t i = 1; i < demo.stages.size(); ++i) {
        EXPECT_EQ(resolved_start(demo, i), i == 2 ? "vrl" : "cold_start") << demo.stages[i].id;
    }
}

TEST(BuiltinRecipe, TheDefaultIsATemplateThatNamesWhatIsMissing) {
    Recipe recipe = default_recipe();
    EXPECT_THAT(validate(recipe).error().message, HasSubstr("model"));
    recipe.model.path = "models/some-7b";
    EXPECT_THAT(validate(recipe).error().message, HasSubstr("demonstrations"));
    recipe.demonstrations.dataset = "chains";
    EXPECT_THAT(validate(recipe).error().message, HasSubstr("heldout"));
    recipe.heldout.dataset = "questions";
    EXPECT_THAT(validate(recipe).error().message, HasSubstr("stage vrl (vrl) needs problems"));
    recipe.problems.dataset = "questions";
    EXPECT_TRUE(validate(recipe).has_value());
}

TEST(BuiltinRecipe, AnUnknownNameHasAHint) {
    const auto recipe = builtin_recipe("dmo");
    ASSERT_FALSE(recipe.has_value());
    EXPECT_EQ(recipe.error().code, util::ErrorCode::kNotFound);
    EXPECT_THAT(recipe.error().message, HasSubstr("\"demo\""));
}

/// The demo recipe after one change of its JSON must be refused with this text.
void expect_refused(const std::function<void(Json&)>& change, const std::string& text) {
    Json value = recipe_to_json(demo_recipe());
    change(value);
    const auto read = recipe_from_json(value);
    ASSERT_FALSE(read.has_value()) << "accepted; expected: " << text;
    EXPECT_THAT(read.error().message, HasSubstr(text));
}

TEST(RecipeFromJson, RefusesBrokenStructure) {
    expect_refused([](Json& r) { r["stages"][1]["id"] = "cold_start"; }, "used twice");
    expect_refused([](Json& r) { r["stages"][1]["id"] = "base"; }, "reserved");
    expect_refused([](Json& r) { r["stages"][1]["id"] = "Vrl 1"; }, "a-z");
    expect_refused([](Json& r) { r["stages"][1]["start_from"] = "rft"; },
                   "must name an earlier stage");
    expect_refused([](Json& r) { r["stages"][1]["start_from"] = "vrl"; },
                   "must name an earlier stage");
    expect_refused([](Json& r) { r["stages"][6]["match_cost_of"] = "later"; }, "match_cost_of");
    expect_refused([](Json& r) { r["stages"][2]["rejection"]["sft_from"] = "nothing"; },
                   "rejection.sft_from");
    expect_refused([](Json& r) { r["stages"][1]["sft"] = Json::object(); },
                   "cannot hold a block \"sft\"");
    expect_refused([](Json& r) { r["stages"][0]["vrl"] = Json::object(); },
                   "cannot hold a block \"vrl\"");
    expect_refused([](Json& r) { r["stages"][0].erase("type"); }, "type is missing");
    expect_refused([](Json& r) { r["stages"][0]["type"] = "sft"; }, "must be one of");
    expect_refused([](Json& r) { r["stages"] = Json::array(); }, "at least one stage");
    expect_refused([](Json& r) { r["stages"] = "x"; }, "must be a list");
    expect_refused([](Json& r) { r["stages"][0] = 3; }, "stages[0] must be a JSON object");
    expect_refused([](Json& r) { r["problems"]["dataset"] = "x"; },
                   "both a dataset and a generator");
    expect_refused([](Json& r) { r["problems"]["min_steps"] = 9; }, "min_steps exceeds max_steps");
    expect_refused([](Json& r) { r["problems"]["count"] = 0; }, "problems.count");
    expect_refused([](Json& r) { r["model"]["path"] = "x"; }, "both a path and an init");
    expect_refused([](Json& r) { r["stages"][1]["vrl"]["temperature"] = 0; }, "temperature");
    expect_refused([](Json& r) { r["stages"][2]["rejection"]["temperature"] = 0; }, "temperature");
    expect_refused([](Json& r) { r["stages"][2]["rejection"]["sft"]["max_stps"] = 1; },
                   "stages[2].rejection.sft has no key \"max_stps\"; did you mean \"max_steps\"?");
    expect_refused(
        [](Json& r) {
            r["stages"][0]["sft"]["max_steps"] = 0;
            r["stages"][0]["sft"]["num_train_epochs"] = 0;
        },
        "are both 0");
    expect_refused([](Json& r) { r["stagez"] = 1; }, "did you mean \"stages\"?");
}

TEST(RecipeFromJson, AStageThatOnlyEvaluatesHasNoWeightsToStartFrom) {
    Json value = recipe_to_json(demo_recipe());
    value["stages"] = Json::array({{{"id", "a"}, {"type", "cold_start"}},
                                   {{"id", "look"}, {"type", "evaluate"}},
                                   {{"id", "b"}, {"type", "vrl"}}});
    const auto read = recipe_from_json(value);
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(resolved_start(*read, 0), "base");
    EXPECT_EQ(resolved_start(*read, 1), "a");
    EXPECT_EQ(resolved_start(*read, 2), "a") << "the weights that were looked at";
    value["stages"][2]["start_from"] = "look";
    EXPECT_THAT(recipe_from_json(value).error().message, HasSubstr("only evaluates"));
}

TEST(RecipeFromJson, RefusesANewerFormatBeforeItsKeys) {
    expect_refused(
        [](Json& r) {
            r["format"] = kRecipeFormat + 1;
            r["a_key_of_the_future"] = 1;
        },
        "newer version");
    EXPECT_EQ(recipe_from_json(Json::array()).error().code, util::ErrorCode::kInvalidArgument);
    EXPECT_FALSE(recipe_from_text("{\"name\":\"a\",\"name\":\"b\"}").has_value());
}

TEST(RecipeFromJson, FillsWhatIsMissingWithDefaults) {
    const auto read = recipe_from_text(
        R"({"stages":[{"id":"only","type":"vrl","vrl":{"algorithm":"rloo","num_generations":4}}]})");
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read->seed, 1U);
    EXPECT_EQ(read->stages[0].vrl.importance_sampling_level, "sequence");
    EXPECT_EQ(read->stages[0].vrl.num_generations, 4);
    EXPECT_EQ(read->stages[0].eval.eval_steps, 10);
}

TEST(Validate, HoldsARecipeBuiltInCodeToTheSameRanges) {
    Recipe recipe = demo_recipe();
    recipe.stages[1].vrl.epsilon = -1;
    EXPECT_THAT(validate(recipe).error().message, HasSubstr("epsilon must be in [0, 1], is -1"));
}

TEST(RecipeHash, DependsOnValuesAndNotOnSpelling) {
    const Recipe demo = demo_recipe();
    const std::string hash = recipe_hash(demo);
    EXPECT_EQ(hash.size(), 64U);
    EXPECT_EQ(recipe_hash(*recipe_from_text(recipe_to_json(demo).dump(7))), hash);
    Recipe other = demo;
    other.stages[1].vrl.optimizer.learning_rate *= 1.0000001;
    EXPECT_NE(recipe_hash(other), hash);
}

TEST(AlgorithmPreset, EveryOneIsValidAndSurvivesTheCodec) {
    for (const std::string& name : algorithm_presets()) {
        PolicyConfig config;
        ASSERT_TRUE(apply_algorithm_preset(config, name).has_value()) << name;
        EXPECT_TRUE(validate_policy(config, name).has_value()) << name;
        const auto read = policy_config_from_json(policy_config_to_json(config), "vrl");
        ASSERT_TRUE(read.has_value()) << name;
        EXPECT_EQ(policy_config_to_json(*read), policy_config_to_json(config)) << name;
    }
}

TEST(AlgorithmPreset, LeavesNothingOfTheOneBefore) {
    for (const std::string& name : algorithm_presets()) {
        PolicyConfig fresh;
        ASSERT_TRUE(apply_algorithm_preset(fresh, name).has_value());
        for (const std::string& before : algorithm_presets()) {
            PolicyConfig config;
            ASSERT_TRUE(apply_algorithm_preset(config, before).has_value());
            ASSERT_TRUE(apply_algorithm_preset(config, name).has_value());
            EXPECT_EQ(policy_config_to_json(config), policy_config_to_json(fresh))
                << before << " -> " << name;
        }
    }
}

TEST(AlgorithmPreset, KeepsSizesAndRatesAndSetsTheTableOfThePapers) {
    PolicyConfig config;
    config.optimizer.learning_rate = 3e-6;
    config.num_generations = 12;
    ASSERT_TRUE(apply_algorithm_preset(config, "gspo").has_value());
    EXPECT_EQ(config.optimizer.learning_rate, 3e-6);
    EXPECT_EQ(config.num_generations, 12);
    EXPECT_EQ(config.epsilon, 3e-4);
    EXPECT_EQ(config.epsilon_high, 4e-4);
    EXPECT_EQ(config.importance_sampling_level, "sequence");
    EXPECT_EQ(config.num_mini_batches, 4);
    ASSERT_TRUE(apply_algorithm_preset(config, "dr_grpo").has_value());
    EXPECT_EQ(config.loss_type, "dr_grpo");
    EXPECT_EQ(config.scale_rewards, "none") << "Dr.GRPO needs both";
    ASSERT_TRUE(apply_algorithm_preset(config, "w_reinforce").has_value());
    EXPECT_EQ(config.positive_weight, 0.1);
    EXPECT_EQ(config.negative_weight, 1.0);
    const util::Status unknown = apply_algorithm_preset(config, "gspoo");
    EXPECT_EQ(unknown.error().code, util::ErrorCode::kNotFound);
    EXPECT_THAT(unknown.error().message, HasSubstr("\"gspo\""));
}

}  // namespace
}  // namespace veritune::train
