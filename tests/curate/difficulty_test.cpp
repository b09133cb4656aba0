// SPDX-License-Identifier: Apache-2.0
#include "core/curate/difficulty.h"

#include <gmock/gmock.h>

namespace veritune::curate {
namespace {

using ::testing::ElementsAre;

std::vector<Attempt> attempts(const std::string& id,
                              int right,
                              const std::vector<std::string>& wrong) {
    std::vector<Attempt> list;
    for (int i = 0; i < right; ++i)
        list.push_back({.problem_id = id, .correct = true, .answer = "ok"});
    for (const std::string& answer : wrong) list.push_back({.problem_id = id, .answer = answer});
    return list;
}

TEST(Difficulty, BinsAreClosedAbove) {
    EXPECT_EQ(bin_of(0, 8), 0);
    EXPECT_EQ(bin_of(1, 5), 1);
    EXPECT_EQ(bin_of(1, 4), 2);
    EXPECT_EQ(bin_of(4, 8), 2);
    EXPECT_EQ(bin_of(4, 5), 3);
    EXPECT_EQ(bin_of(7, 8), 4);
    EXPECT_EQ(bin_of(8, 8), 5);
}

TEST(Difficulty, CountsRatesAndLeavesMaskedChainsOut) {
    std::vector<Attempt> all = attempts("hard", 0, {"1", "1", "2", ""});
    for (const Attempt& a : attempts("mid", 3, {"4", "5"})) all.push_back(a);
    for (const Attempt& a : attempts("easy", 4, {})) all.push_back(a);
    all.push_back({.problem_id = "mid", .masked = true});
    all.push_back({.problem_id = "broken", .masked = true});
    const DifficultyReport report = difficulty(all);
    ASSERT_EQ(report.problems.size(), 4U);
    EXPECT_THAT(report.bins, ElementsAre(1, 0, 0, 1, 0, 1));
    EXPECT_EQ(report.without_signal, 2);
    EXPECT_NEAR(report.mean_rate, (0.0 + 0.6 + 1.0) / 3, 1e-12);
    EXPECT_EQ(report.problems[1].samples, 5);
    EXPECT_EQ(report.problems[1].masked, 1);
    // Wilson for 3 of 5 at 95 %: statsmodels proportion_confint(3, 5, method="wilson").
    EXPECT_NEAR(report.problems[1].low, 0.23072, 1e-4);
    EXPECT_NEAR(report.problems[1].high, 0.88238, 1e-4);
    EXPECT_EQ(report.problems[3].samples, 0);
    EXPECT_THAT(*keep_by_rate(report), ElementsAre("mid"));
    EXPECT_THAT(*keep_by_rate(report, 0.6, 1.0), ElementsAre("mid", "easy"));
    EXPECT_EQ(keep_by_rate(report, 0.9, 0.1).error().code, util::ErrorCode::kInvalidArgument);
}

TEST(SuspectGold, IsOneWrongAnswerThatMostSamplesAgreeOn) {
    std::vector<Attempt> all = attempts("agree", 0, {"9", "9", "9", "1", "2"});
    for (const Attempt& a : attempts("scattered", 0, {"1", "2", "3", "3", "4"})) all.push_back(a);
    for (const Attempt& a : attempts("once right", 1, {"9", "9", "9", "9"})) all.push_back(a);
    for (const Attempt& a : attempts("few", 0, {"9", "9"})) all.push_back(a);
    for (const Attempt& a : attempts("silent", 0, {"", "", "", "", ""})) all.push_back(a);
    const std::vector<PassRate> suspects = suspect_golds(difficulty(all));
    ASSERT_EQ(suspects.size(), 1U);
    EXPECT_EQ(suspects[0].problem_id, "agree");
    EXPECT_EQ(suspects[0].common_wrong, "9");
    EXPECT_DOUBLE_EQ(suspects[0].common_wrong_share, 0.6);
}

}  // namespace
}  // namespace veritune::curate
