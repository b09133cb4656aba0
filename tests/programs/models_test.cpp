// SPDX-License-Identifier: Apache-2.0
#include "core/train/recipe.h"
#include "tests/programs/cli_harness.h"
#include "tests/quant/tiny_folder.h"

#include <gmock/gmock.h>

namespace veritune::test {
namespace {

using ::testing::HasSubstr;

class Models : public ::testing::Test {
  protected:
    void SetUp() override {
        const model::ModelConfig config = quant::test::tiny_config();
        quant::test::write_folder(*fs_,
                                  cli_.path("source"),
                                  config,
                                  quant::test::random_tensors(config, 7),
                                  model::DType::kBF16);
    }
    CliHarness cli_;
    std::unique_ptr<util::FileSystem> fs_ = util::make_posix_file_system();
};

TEST_F(Models, QuantizesInspectsAndVerifies) {
    const CliResult made = cli_.run({"models", "quantize", "source", "small", "--json"});
    ASSERT_EQ(made.code, 0) << made.err;
    const util::Json report = made.last()["result"];
    EXPECT_EQ(report["scheme"], "int4-g64");
    EXPECT_EQ(report["device"], "cpu");
    EXPECT_EQ(report["files_kept"], 0);
    ASSERT_EQ(report["errors"].size(), 3U);
    EXPECT_LT(report["errors"][0]["ours"], report["errors"][0]["nf4"]);
    bool progress = false;
    for (const util::Json& line : made.lines()) {
        progress = progress || line.value("event", "") == "progress";
    }
    EXPECT_TRUE(progress);
    const CliResult looked = cli_.run({"models", "inspect", "small", "--verify"});
    EXPECT_EQ(looked.code, 0) << looked.err;
    EXPECT_THAT(looked.out, HasSubstr("int4-g64, head int8-g64, layout t16x64/1"));
    EXPECT_THAT(looked.out, HasSubstr("all compared, all as written"));
    const util::Json json = cli_.run({"models", "inspect", "small", "--json"}).last()["result"];
    EXPECT_EQ(json["verified"], false);
    EXPECT_EQ(json["files"].size(), 4U);
    const CliResult again = cli_.run({"models", "quantize", "source", "small"});
    EXPECT_NE(again.code, 0);
    EXPECT_THAT(again.err, HasSubstr("already there"));
}

TEST_F(Models, StopsAtCtrlCAndGoesOn) {
    cli_.interrupts.add();
    const CliResult stopped = cli_.run({"models", "quantize", "source", "small"});
    EXPECT_EQ(stopped.code, 130) << stopped.err;
    EXPECT_THAT(stopped.err, HasSubstr("the same command goes on"));
    EXPECT_FALSE(fs_->stat(cli_.path("small")).has_value());
}

TEST_F(Models, SaysWhatACardNeedsAndWhatWouldFit) {
    const CliResult plain = cli_.run({"models", "fit", "source", "--context", "256"});
    EXPECT_EQ(plain.code, 0) << plain.err;
    EXPECT_THAT(plain.out, HasSubstr("That takes a card of 8 GB."));
    const CliResult fits =
        cli_.run({"models", "fit", "source", "--context", "256", "--card-gb", "8"});
    EXPECT_EQ(fits.code, 0);
    EXPECT_THAT(fits.out, HasSubstr("It fits"));
    const CliResult not_so =
        cli_.run({"models", "fit", "source", "--context", "256", "--card-gb", "1", "--json"});
    EXPECT_EQ(not_so.code, 1);
    const util::Json result = not_so.last()["result"];
    EXPECT_EQ(result["fits"], false);
    EXPECT_GT(result["missing_bytes"], 0);
    EXPECT_NE(result["change"], "");
}

TEST_F(Models, SaysWhatTrainingNeedsOfACard) {
    const CliResult both = cli_.run(
        {"models", "fit", "source", "--context", "256", "--train", "256", "--card-gb", "8"});
    EXPECT_EQ(both.code, 0) << both.err;
    EXPECT_THAT(both.out, HasSubstr("while it samples"));
    EXPECT_THAT(both.out, HasSubstr("a pass of 256 tokens, kept: L0, head in bf16"));
    const CliResult not_so = cli_.run({"models",
                                       "fit",
                                       "source",
                                       "--context",
                                       "256",
                                       "--train",
                                       "256",
                                       "--card-gb",
                                       "1",
                                       "--json"});
    EXPECT_EQ(not_so.code, 1);
    const util::Json training = not_so.last()["result"]["training"];
    EXPECT_EQ(training["kept"], "L2");
    EXPECT_GT(training["missing_bytes"], 0);
}

TEST_F(Models, DryRunForetellsTheMemoryOfTheHungriestStage) {
    ASSERT_EQ(cli_.run({"models", "quantize", "source", "small"}).code, 0);
    train::Recipe recipe = train::demo_quick_recipe();
    recipe.model = {.path = "small"};
    recipe.lora.enabled = true;
    for (train::StageConfig& stage : recipe.stages) {
        stage.sft.max_length = 128;
        stage.rejection.sft.max_length = 128;
        stage.vrl.algorithm = "ppo";
        stage.vrl.sampling = {.max_prompt_length = 64, .max_completion_length = 128};
    }
    cli_.write("run.json", train::recipe_to_json(recipe).dump());
    const CliResult fits = cli_.run({"train", "run.json", "--dry-run", "--card-gb", "8"});
    EXPECT_EQ(fits.code, 0) << fits.err;
    EXPECT_THAT(fits.out, HasSubstr("of a card, while `vrl` trains"));
    EXPECT_THAT(fits.out, HasSubstr("optimisers of 2, masters and moments of fp32"));
    EXPECT_THAT(fits.out, HasSubstr("It fits"));
    const CliResult not_so =
        cli_.run({"train", "run.json", "--dry-run", "--card-gb", "1", "--json"});
    EXPECT_EQ(not_so.code, 1);
    EXPECT_GT(not_so.last()["result"]["training"]["missing_bytes"], 0);
    EXPECT_EQ(cli_.run({"train", "run.json", "--dry-run", "--device", "cpu"}).out.find("of a card"),
              std::string::npos);
}

TEST_F(Models, AsksTheEngineForACardAndReportsThatThereIsNone) {
    const CliResult result =
        cli_.run({"models", "quantize", "source", "small", "--device", "cuda"});
    EXPECT_NE(result.code, 0);
    EXPECT_FALSE(fs_->stat(cli_.path("small")).has_value());
}

}  // namespace
}  // namespace veritune::test
