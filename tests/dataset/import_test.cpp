// SPDX-License-Identifier: Apache-2.0
#include "core/data/dataset.h"
#include "tests/dataset/scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace veritune::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

ImportReport import_text(std::string_view bytes,
                         const std::string& preset,
                         const GoldCheck& check = {}) {
    const test::ScratchDir dir;
    util::Result<ImportReport> report = import_jsonl(dir.write("x.jsonl", bytes), preset, check);
    EXPECT_TRUE(report.has_value());
    return std::move(report).value();
}

TEST(ImportGsm8k, ReadsTheExcerpt) {
    const util::Result<ImportReport> report =
        import_jsonl(VERITUNE_SOURCE_DIR "/tests/data/gsm8k/test_40.jsonl", "gsm8k");
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(report->lines, 40);
    EXPECT_TRUE(report->errors.empty());
    ASSERT_EQ(report->problems.size(), 40U);
    const Problem& first = report->problems.front();
    EXPECT_EQ(first.id, "gsm8k-000001");
    EXPECT_EQ(first.gold, "18");
    EXPECT_EQ(first.verifier, "integer");
    EXPECT_EQ(first.profile, "reward_strict");
    EXPECT_THAT(first.prompt, HasSubstr("ducks lay 16 eggs"));
    EXPECT_EQ(first.solution,
              "Janet sells 16 - 3 - 4 = 9 duck eggs a day.\n"
              "She makes 9 * 2 = $18 every day at the farmer\u2019s market.\n#### 18");
    EXPECT_EQ(report->problems[2].gold, "70000");
}

// The counts are those of the published files: 1,319 and 7,473 rows.
TEST(ImportGsm8k, ReadsEveryPublishedRow) {
    const struct {
        const char* name;
        std::size_t rows;
    } files[] = {{"gsm8k/test.jsonl", 1319}, {"gsm8k/train.jsonl", 7473}};
    for (const auto& file : files) {
        const std::string path = test::shared_data(file.name);
        if (path.empty()) GTEST_SKIP() << file.name << " is not beside the checkout";
        const util::Result<ImportReport> report = import_jsonl(path, "gsm8k");
        ASSERT_TRUE(report.has_value());
        EXPECT_TRUE(report->errors.empty());
        EXPECT_EQ(report->problems.size(), file.rows);
        std::set<std::string> prompts;
        for (const Problem& problem : report->problems) {
            prompts.insert(prompt_hash(problem));
            EXPECT_THAT(problem.gold.get<std::string>(), Not(HasSubstr(",")));
            EXPECT_THAT(problem.solution, Not(HasSubstr("<<"))) << problem.id;
        }
        EXPECT_EQ(prompts.size(), file.rows);
    }
}

TEST(ImportGsm8k, RemovesCommasAndTakesTheLastMark) {
    const ImportReport report =
        import_text(R"({"question":"q","answer":"#### 1\n#### -1,234,567 "})"
                    "\n",
                    "gsm8k");
    ASSERT_EQ(report.problems.size(), 1U);
    EXPECT_EQ(report.problems[0].gold, "-1234567");
}

TEST(ImportGsm8k, SaysWhatIsWrongWithEveryBadRow) {
    const std::string rows = R"({"question":"q","answer":"#### 1"})"
                             "\n"
                             R"({"question":"q","answer":"no mark"})"
                             "\n"
                             R"({"question":"q","answer":"#### 1.5"})"
                             "\n"
                             R"({"question":"q","answer":"#### "})"
                             "\n"
                             R"({"question":"q"})"
                             "\n"
                             R"({"answer":"#### 1"})"
                             "\n"
                             R"({"question":"","answer":"#### 1"})"
                             "\n"
                             R"([1])"
                             "\n"
                             R"({"question":1,"answer":"#### 1"})"
                             "\nnot json\n"
                             R"({"question":"a\u0000b","answer":"#### 1"})"
                             "\n"
                             R"({"question":"q","answer":"#### twelve"})"
                             "\n";
    const ImportReport report = import_text(rows, "gsm8k");
    EXPECT_EQ(report.problems.size(), 1U);
    EXPECT_EQ(report.lines, 12);
    ASSERT_EQ(report.errors.size(), 11U);
    for (std::size_t i = 0; i < report.errors.size(); ++i) {
        EXPECT_EQ(report.errors[i].line, static_cast<std::int64_t>(i) + 2);
        EXPECT_FALSE(report.errors[i].message.empty());
    }
    EXPECT_THAT(report.errors[3].message, HasSubstr("answer"));
    EXPECT_THAT(report.errors[4].message, HasSubstr("question"));
}

TEST(ImportPromptCompletion, ReadsTextAndChat) {
    const std::string rows =
        R"({"prompt":"p","completion":"c"})"
        "\n"
        R"({"prompt":[{"role":"user","content":"hi"}],"completion":[{"role":"assistant","content":"yes"}],)"
        R"("gold":"1","verifier":"integer","profile":"raw","id":"mine","note":"ignored"})"
        "\n";
    const ImportReport report = import_text(rows, "prompt_completion");
    ASSERT_EQ(report.problems.size(), 2U) << report.errors.front().message;
    EXPECT_EQ(report.problems[0].id, "row-000001");
    EXPECT_EQ(report.problems[0].solution, "c");
    EXPECT_TRUE(report.problems[0].verifier.empty());
    EXPECT_EQ(report.problems[1].id, "mine");
    EXPECT_EQ(report.problems[1].messages.size(), 1U);
    EXPECT_EQ(report.problems[1].solution, "yes");
    EXPECT_EQ(report.problems[1].gold, "1");
}

TEST(ImportPromptCompletion, RefusesHalfRows) {
    const std::string rows = R"({"prompt":"p"})"
                             "\n"
                             R"({"completion":"c"})"
                             "\n"
                             R"({"prompt":"p","completion":[{"role":"user","content":"c"}]})"
                             "\n"
                             R"({"prompt":"p","completion":"c","gold":"1"})"
                             "\n"
                             R"({"prompt":"p","completion":""})"
                             "\n"
                             R"({"prompt":"p","completion":"c","id":5})"
                             "\n";
    const ImportReport report = import_text(rows, "prompt_completion");
    EXPECT_TRUE(report.problems.empty());
    EXPECT_EQ(report.errors.size(), 6U);
}

TEST(ImportVeritune, RefusesARepeatedId) {
    const std::string row = R"({"id":"a","prompt":"p","solution":"s"})";
    const ImportReport report = import_text(row + "\n" + row + "\n", "veritune");
    EXPECT_EQ(report.problems.size(), 1U);
    ASSERT_EQ(report.errors.size(), 1U);
    EXPECT_EQ(report.errors[0].line, 2);
    EXPECT_THAT(report.errors[0].message, HasSubstr("line 1"));
}

TEST(ImportVeritune, AsksTheGoldCheckAboutEveryRowWithAGold) {
    const std::string rows = R"({"id":"a","prompt":"p","gold":1,"verifier":"v"})"
                             "\n"
                             R"({"id":"b","prompt":"p","gold":2,"verifier":"v"})"
                             "\n"
                             R"({"id":"c","prompt":"p","solution":"s"})"
                             "\n";
    const ImportReport report = import_text(rows, "veritune", [](const Problem& problem) {
        return problem.gold == 2 ? "bad gold" : "";
    });
    EXPECT_EQ(report.problems.size(), 2U);
    ASSERT_EQ(report.errors.size(), 1U);
    EXPECT_EQ(report.errors[0].line, 2);
    EXPECT_EQ(report.errors[0].message, "bad gold");
}

TEST(ImportJsonl, NamesAnUnknownPresetOrFile) {
    EXPECT_EQ(import_jsonl("x", "csv").error().code, util::ErrorCode::kNotFound);
    EXPECT_EQ(import_jsonl("/nonexistent", "gsm8k").error().code, util::ErrorCode::kNotFound);
    EXPECT_THAT(import_presets(), ElementsAre("veritune", "gsm8k", "prompt_completion"));
}

}  // namespace
}  // namespace veritune::data
