// SPDX-License-Identifier: Apache-2.0
#include "app/models/EvaluateModel.h"
#include "app/models/EvaluationInsight.h"
#include "app/widgets/RowTable.h"

#include <QAbstractItemModelTester>
#include <QLocale>
#include <gtest/gtest.h>

namespace veritune::app {
namespace {

/// One problem for each number of right samples, of `samples`.
data::EvaluationRecord record(const std::vector<std::int64_t>& right, std::int64_t samples) {
    data::EvaluationRecord made;
    made.id = 7;
    made.protocol_hash = "abc";
    made.samples = samples;
    made.problems = static_cast<std::int64_t>(right.size());
    data::EvaluationColumn column;
    double sum = 0.0;
    for (std::size_t i = 0; i < right.size(); ++i) {
        column.problems.push_back({.problem_id = std::string("p").append(std::to_string(i)),
                                   .samples = samples,
                                   .correct = right[i],
                                   .majority = 2 * right[i] > samples});
        sum += static_cast<double>(right[i]) / static_cast<double>(samples);
    }
    column.score = sum / static_cast<double>(right.size());
    for (std::int64_t k = 1; k <= samples; k *= 2) column.pass.emplace_back(k, 0.0);
    made.columns.push_back(column);
    return made;
}

TEST(EvaluationIntervals, AreAroundPassAndMajority) {
    const EvaluationIntervals found = intervalsOf(record({0, 1, 2, 4}, 4));
    ASSERT_EQ(found.pass.size(), 2u) << "k = 2 and 4; pass@1 is the score";
    // pass@2 = 1 - C(4-c, 2) / C(4, 2): 0, 1/2, 5/6, 1.
    EXPECT_EQ(found.pass[0].first, 2);
    EXPECT_NEAR(found.pass[0].second.estimate, (0.0 + 0.5 + 5.0 / 6 + 1.0) / 4, 1e-12);
    EXPECT_LT(found.pass[0].second.lower, found.pass[0].second.estimate);
    EXPECT_GT(found.pass[0].second.upper, found.pass[0].second.estimate);
    // pass@4 is 0 or 1 for each problem: Wilson's interval of 3 of 4.
    EXPECT_EQ(found.pass[1].second.lower, eval::wilson(3, 4).lower);
    EXPECT_EQ(found.majority.estimate, 0.25);
    EXPECT_EQ(found.majority.upper, eval::wilson(1, 4).upper);
}

TEST(EvaluationIntervals, OfNothingSayThatNothingIsKnown) {
    EXPECT_EQ(meanShare({}).lower, 0.0);
    EXPECT_EQ(meanShare({}).upper, 1.0);
    EXPECT_TRUE(intervalsOf({}).pass.empty());
}

TEST(Difficulty, HasABarForEachNumberOfRightSamples) {
    const Difficulty found = difficultyOf(record({0, 0, 1, 3, 4}, 4));
    EXPECT_TRUE(found.isExact());
    EXPECT_EQ(found.bars, (std::vector<std::int64_t>{2, 1, 0, 1, 1}));
    EXPECT_EQ(found.never, 2);
    EXPECT_EQ(found.sometimes, 2);
    EXPECT_EQ(found.always, 1);
}

TEST(Difficulty, KeepsNeverAndAlwaysApartFromFifths) {
    const Difficulty found = difficultyOf(record({0, 1, 63, 64, 32, 12}, 64));
    EXPECT_FALSE(found.isExact());
    ASSERT_EQ(found.bars.size(), Difficulty::kFifths + 2);
    EXPECT_EQ(found.bars, (std::vector<std::int64_t>{1, 2, 0, 1, 0, 1, 1}));
}

TEST(Difficulty, LeavesOutProblemsWithoutAVerdict) {
    data::EvaluationRecord masked = record({1, 1}, 2);
    masked.columns[0].problems[0].samples = 0;
    EXPECT_EQ(difficultyOf(masked).problems(), 1);
    EXPECT_EQ(difficultyOf({}).problems(), 0);
}

std::map<std::string, ProblemLabels> labels() {
    return {{"p0", {.tags = {"dates"}, .level = 2, .language = "de"}},
            {"p1", {.tags = {"dates", "money"}, .level = 10, .language = "de"}},
            {"p2", {.tags = {"money"}, .level = 10, .language = "de"}},
            {"p3", {.level = 2, .language = "de"}}};
}

TEST(ScoreSlices, PutTheWeakestFirstAndLevelsInOrder) {
    const auto slices = slicesOf(record({0, 1, 1, 1}, 1), labels());
    ASSERT_EQ(slices.size(), 4u) << "all are German: that tells nothing apart";
    EXPECT_EQ(slices[0].value, "dates");
    EXPECT_EQ(slices[0].score.estimate, 0.5);
    EXPECT_EQ(slices[0].score.upper, eval::wilson(1, 2).upper);
    EXPECT_EQ(slices[1].value, "money");
    EXPECT_EQ(slices[2].value, "2") << "before 10";
    EXPECT_EQ(slices[3].value, "10");
    EXPECT_EQ(slices[3].problems, 2);
}

TEST(ScoreSlices, SayHowManyProblemsAreKnown) {
    auto some = labels();
    some.erase("p3");
    const EvaluationInsight found = insightOf(record({0, 1, 1, 1}, 1), some);
    EXPECT_EQ(found.id, 7);
    EXPECT_EQ(found.problems, 4);
    EXPECT_EQ(found.known, 3);
    EXPECT_TRUE(insightOf(record({0, 1}, 1), {}).slices.empty());
}

TEST(SliceTable, MarksWhatIsToldApartFromTheWhole) {
    QLocale::setDefault(QLocale(QLocale::English));
    SliceTable table;
    const QAbstractItemModelTester tester(&table);
    using Kind = ScoreSlice::Kind;
    table.set({{Kind::kTag, "weak", 10, {.estimate = 0.1, .lower = 0.0, .upper = 0.3}},
               {Kind::kTag, "same", 10, {.estimate = 0.4, .lower = 0.2, .upper = 0.6}},
               {Kind::kLevel, "1", 10, {.estimate = 0.9, .lower = 0.8, .upper = 1.0}}},
              {.estimate = 0.5, .lower = 0.4, .upper = 0.6});
    const auto cell = [&table](int row, int column) { return table.index(row, column); };
    EXPECT_EQ(cell(0, SliceTable::kScore).data(kRowMarkRole).toString(),
              QStringLiteral("chevron-down"));
    EXPECT_FALSE(cell(1, SliceTable::kScore).data(kRowMarkRole).isValid());
    EXPECT_EQ(cell(2, SliceTable::kScore).data(kRowMarkRole).toString(),
              QStringLiteral("chevron-up"));
    EXPECT_EQ(cell(2, SliceTable::kScore).data().toString(), QStringLiteral("0.900 (0.80 – 1.00)"));
    EXPECT_EQ(cell(0, SliceTable::kBar).data(kRowBarRole).toList().size(), 4);
    EXPECT_EQ(cell(0, SliceTable::kBar).data(Qt::AccessibleTextRole).toString(),
              QStringLiteral("weaker than the whole"));
}

}  // namespace
}  // namespace veritune::app
