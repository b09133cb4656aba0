// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/demo_table.h"

#include <gtest/gtest.h>

#include <cmath>

namespace veritune::cli {
namespace {

DemoRow row(const char* stage, double pass1, double low, double high) {
    return {.stage = stage,
            .pass1 = pass1,
            .ci_low = low,
            .ci_high = high,
            .pass8 = 0.957,
            .greedy = 0.92,
            .samples = 10240,
            .seconds = 43.5};
}

// Figures near training.md 11.
const DemoRow kCold = row("cold_start", 0.470, 0.430, 0.510);
const DemoRow kVrl = row("vrl", 0.807, 0.770, 0.840);
const DemoRow kRft = row("rft", 0.959, 0.940, 0.975);
const DemoRow kRandom = row("control_random", 0.037, 0.020, 0.050);
const DemoRow kRftFromCold = row("control_rft_from_cold", 0.950, 0.930, 0.968);

store::StageInfo stage(const char* id, util::Json summary) {
    store::StageInfo info;
    info.record = {.stage = id, .type = "vrl", .state = "done", .summary = std::move(summary)};
    return info;
}

TEST(DemoRows, AreReadFromTheStagesSummaries) {
    const auto rows = demo_rows({stage("cold_start",
                                       {{"pass@1", 0.47},
                                        {"ci_low", 0.43},
                                        {"ci_high", 0.51},
                                        {"pass@8", 0.957},
                                        {"greedy", 0.92},
                                        {"samples", 2000},
                                        {"seconds", 38.2}}),
                                 stage("vrl", util::Json::object())});
    ASSERT_EQ(rows.size(), 1u);  // vrl was stopped before its final evaluation
    EXPECT_EQ(rows[0].stage, "cold_start");
    EXPECT_DOUBLE_EQ(rows[0].pass1, 0.47);
    EXPECT_DOUBLE_EQ(rows[0].samples, 2000);
}

TEST(DemoRows, TakeMissingFiguresAsUnknown) {
    const auto rows = demo_rows({stage("vrl", {{"pass@1", 0.8}, {"greedy", "many"}})});
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_TRUE(std::isnan(rows[0].greedy));
    EXPECT_TRUE(std::isnan(rows[0].ci_low));
    EXPECT_NE(render_demo_table(rows).find("- - -"), std::string::npos);
    EXPECT_TRUE(demo_json(rows, 1, 1.0)["rows"][0]["greedy"].is_null());
}

TEST(DemoTable, HasARowAStage) {
    EXPECT_EQ(render_demo_table({kCold, kVrl}),
              "stage          pass@1  95 % interval  pass@8  greedy  samples  seconds\n"
              "-------------  ------  -------------  ------  ------  -------  -------\n"
              "cold start      0.470  0.430 - 0.510   0.957   0.920   10,240     43.5\n"
              "verifiable RL   0.807  0.770 - 0.840   0.957   0.920   10,240     43.5\n");
}

TEST(DemoSentences, SayThatLearningIsRealWhenTheIntervalsDoNotTouch) {
    const auto sentences = demo_sentences({kCold, kVrl, kRft, kRandom, kRftFromCold});
    ASSERT_EQ(sentences.size(), 3u);
    EXPECT_NE(sentences[0].find("Learning is real"), std::string::npos);
    EXPECT_NE(sentences[0].find("from 0.470 to 0.807"), std::string::npos);
    EXPECT_NE(sentences[1].find("does not rise (0.037 against 0.470)"), std::string::npos);
    EXPECT_NE(sentences[2].find("not told apart"), std::string::npos);
}

TEST(DemoSentences, AdmitWhenLearningIsNotShown) {
    const auto sentences = demo_sentences({kCold, row("vrl", 0.53, 0.505, 0.56)});
    EXPECT_NE(sentences[0].find("Learning is not shown"), std::string::npos);
    EXPECT_NE(sentences[1].find("No control was run"), std::string::npos);
}

TEST(DemoSentences, AdmitWhenTheControlRises) {
    const auto sentences = demo_sentences({kCold, kVrl, row("control_random", 0.6, 0.55, 0.65)});
    EXPECT_NE(sentences[1].find("The control fails"), std::string::npos);
}

TEST(DemoSentences, NameWhoeverWins) {
    EXPECT_NE(demo_sentences({kCold, kVrl, kRft, row("control_rft_from_cold", 0.8, 0.75, 0.85)})
                  .back()
                  .find("clearly lower"),
              std::string::npos);
    EXPECT_NE(demo_sentences({kCold, kVrl, kRft, row("control_rft_from_cold", 0.99, 0.98, 1.0)})
                  .back()
                  .find("clearly higher"),
              std::string::npos);
}

TEST(DemoSentences, AreNoneWithoutFigures) { EXPECT_TRUE(demo_sentences({}).empty()); }

TEST(DemoJson, HasTheAgreedKeys) {
    const util::Json json = demo_json({kCold}, 7, 12.5);
    EXPECT_EQ(json["seed"], 7);
    EXPECT_EQ(json["wall_s"], 12.5);
    EXPECT_EQ(json["rows"][0],
              (util::Json{{"stage", "cold_start"},
                          {"pass@1", 0.47},
                          {"ci_low", 0.43},
                          {"ci_high", 0.51},
                          {"pass@8", 0.957},
                          {"greedy", 0.92},
                          {"samples", 10240.0},
                          {"seconds", 43.5}}));
}

}  // namespace
}  // namespace veritune::cli
