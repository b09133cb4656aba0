// SPDX-License-Identifier: Apache-2.0
#include "core/train/recipe.h"
#include "tests/programs/cli_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace veritune::test {
namespace {

using engine::Reply;
using engine::Request;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Final figures near training.md 11; an unknown stage has none.
util::Json figures_of(const std::string& stage) {
    if (stage == "cold_start") return summary(0.470, 0.430, 0.510, 0.957, 0.92);
    if (stage == "vrl") return summary(0.807, 0.770, 0.840, 0.953, 0.907);
    if (stage == "rft") return summary(0.959, 0.940, 0.975, 1.0, 0.993);
    if (stage == "control_random") return summary(0.037, 0.02, 0.05, 0.143, 0.113);
    return summary(0.454, 0.41, 0.49, 0.903, 0.82);
}

class DemoTest : public ::testing::Test {
  protected:
    DemoTest() {
        cli_.environment["VERITUNE_HOME"] = cli_.path("home");
        cli_.connect =
            fake_engine([this](engine::FakeEngine&,
                               const std::string& dir,
                               const Request& request) -> std::optional<util::Result<Reply>> {
                const auto* start = std::get_if<engine::StartRun>(&request);
                if (start == nullptr) return std::nullopt;
                recipe_ = start->recipe;
                const RunWriter writer(dir);
                const std::int64_t run = writer.create(recipe_);
                for (const util::Json& stage : recipe_["stages"]) {
                    const std::string id = stage["id"];
                    writer.stage(run, id, stage["type"], 2, "done", figures_of(id));
                }
                writer.state(run, store::RunState::kDone);
                return util::Result<Reply>(engine::RunStarted{run});
            });
    }

    std::vector<std::string> stage_ids() const {
        std::vector<std::string> ids;
        for (const util::Json& stage : recipe_["stages"]) ids.push_back(stage["id"]);
        return ids;
    }

    CliHarness cli_;
    util::Json recipe_;
};

TEST_F(DemoTest, PrintsTheTableAndWhatItMeans) {
    const CliResult result = cli_.run({"demo"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(stage_ids(),
                ElementsAre("cold_start",
                            "vrl",
                            "rft",
                            "control_random",
                            "control_shuffled",
                            "control_rft_from_cold",
                            "control_more_sft"));
    EXPECT_THAT(result.out, HasSubstr("verifiable RL"));
    EXPECT_THAT(result.out, HasSubstr("0.770 - 0.840"));
    EXPECT_THAT(result.out, HasSubstr("Learning is real"));
    EXPECT_THAT(result.err, HasSubstr(cli_.path("home/demo-1")));
}

TEST_F(DemoTest, EndsWithTheResultAsJson) {
    const CliResult result = cli_.run({"demo", "--seed", "7", "--no-controls", "--json"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(recipe_["seed"], 7);
    const util::Json last = result.last();
    EXPECT_EQ(last["schema"], 1);
    EXPECT_EQ(last["result"]["seed"], 7);
    EXPECT_GT(last["result"]["wall_s"].get<double>(), 0.0);
    ASSERT_EQ(last["result"]["rows"].size(), 3u);
    EXPECT_EQ(last["result"]["rows"][1]["stage"], "vrl");
    EXPECT_EQ(last["result"]["rows"][1]["pass@1"], 0.807);
    EXPECT_EQ(last["result"]["rows"][1]["ci_low"], 0.770);
    EXPECT_EQ(last["result"]["rows"][1]["pass@8"], 0.953);
    EXPECT_EQ(last["result"]["rows"][1]["samples"], 10240);
}

TEST_F(DemoTest, AppliesTheAlgorithmToEveryRlStage) {
    EXPECT_EQ(cli_.run({"demo", "--algorithm", "rloo"}).code, 0);
    int rl_stages = 0;
    for (const util::Json& stage : recipe_["stages"]) {
        if (stage["type"] != "vrl") continue;
        ++rl_stages;
        EXPECT_EQ(stage["vrl"]["algorithm"], "rloo") << stage["id"];
    }
    EXPECT_EQ(rl_stages, 3);
}

TEST_F(DemoTest, MakesANewProjectEachTimeAndUsesTheOneNamed) {
    EXPECT_EQ(cli_.run({"demo", "--quick"}).code, 0);
    EXPECT_THAT(cli_.run({"demo", "--quick"}).err, HasSubstr("home/demo-2"));
    EXPECT_EQ(cli_.run({"demo", "--quick", "--project", "mine"}).code, 0);
    EXPECT_EQ(cli_.run({"demo", "--quick", "--project", "mine"}).code, 0);
    EXPECT_EQ(cli_.run({"runs", "list", "--project", "mine", "--json"}).last()["result"].size(),
              2u);
}

TEST_F(DemoTest, MeasuresTheShippedColdStartInsteadOfTrainingIt) {
    cli_.environment["VERITUNE_RESOURCES"] = cli_.path("resources");
    std::filesystem::create_directories(cli_.path("resources/demo/cold_start"));
    cli_.write("resources/demo/cold_start/config.json", "{}");
    const CliResult result = cli_.run({"demo", "--quick"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(recipe_["model"]["path"], cli_.path("resources/demo/cold_start"));
    EXPECT_EQ(recipe_["stages"][0]["id"], "cold_start");
    EXPECT_EQ(recipe_["stages"][0]["type"], "evaluate");
    EXPECT_TRUE(train::recipe_from_json(recipe_).has_value());
}

TEST_F(DemoTest, FailsWhenTheEngineIsMissing) {
    cli_.connect = [](const store::ProjectInfo&, cli::EngineStart) {
        return util::Result<std::unique_ptr<engine::Engine>>(
            util::fail(util::ErrorCode::kUnavailable, "veritune-engine did not start"));
    };
    const CliResult result = cli_.run({"demo", "--json"});
    EXPECT_EQ(result.code, 3);
    EXPECT_EQ(result.last()["error"]["code"], "unavailable");
    EXPECT_THAT(result.err, HasSubstr("Starting the engine"));
}

TEST_F(DemoTest, DryRunOfTrainShowsEveryParameterAndStartsNothing) {
    cli_.make_project();
    cli_.write("run.json", train::recipe_to_json(train::demo_recipe()).dump());
    const CliResult result = cli_.run({"train", "run.json", "--dry-run", "--json"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_TRUE(recipe_.is_null());
    EXPECT_EQ(result.last()["result"]["recipe"]["stages"].size(), 7u);
    EXPECT_EQ(result.last()["result"]["recipe"]["device"], "auto");
    const CliResult there =
        cli_.run({"train", "run.json", "--dry-run", "--json", "--device", "cpu"});
    EXPECT_EQ(there.last()["result"]["recipe"]["device"], "cpu");
    EXPECT_EQ(cli_.run({"train", "run.json", "--dry-run", "--device", "gpu"}).code, 2);
    EXPECT_THAT(cli_.run({"train", "run.json", "--dry-run"}).out, HasSubstr("as vrl"));
}

TEST_F(DemoTest, TrainNamesTheKeyOfABadRecipe) {
    cli_.make_project();
    cli_.write("bad.json", R"({"stages":[{"id":"a","type":"vrl","vrl":{"epsilonn":0.2}}]})");
    const CliResult result = cli_.run({"train", "bad.json"});
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.err, HasSubstr("epsilon"));
    EXPECT_THAT(result.err, HasSubstr("bad.json"));
    cli_.write("torn.json", "{\"stages\":[");
    EXPECT_EQ(cli_.run({"train", "torn.json"}).code, 1);
    EXPECT_EQ(cli_.run({"train", "missing.json"}).code, 1);
}

TEST_F(DemoTest, TrainRefusesADataSetThatTheProjectDoesNotHave) {
    cli_.make_project();
    util::Json recipe = train::recipe_to_json(train::demo_recipe());
    recipe["problems"] = {{"dataset", "questions"}};
    cli_.write("run.json", recipe.dump());
    const CliResult result = cli_.run({"train", "run.json"});
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.err, HasSubstr("problems.dataset"));
    EXPECT_TRUE(recipe_.is_null());
}

}  // namespace
}  // namespace veritune::test
