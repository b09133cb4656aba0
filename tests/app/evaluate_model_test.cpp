// SPDX-License-Identifier: Apache-2.0
#include "app/models/EvaluateModel.h"
#include "app/widgets/RowTable.h"
#include "tests/app/app_test_support.h"

#include <QAbstractItemModelTester>
#include <QLocale>
#include <QTemporaryDir>
#include <gtest/gtest.h>

namespace veritune::app {
namespace {

/// `right` of the first problems are solved; each problem has one sample.
data::EvaluationRecord record(std::int64_t id, int problems, const std::vector<int>& right) {
    data::EvaluationRecord made;
    made.id = id;
    made.run = id + 10;
    made.name = "model " + std::to_string(id);
    made.protocol = "own_greedy";
    made.protocol_hash = "abc";
    made.dataset = "sums";
    made.problems = problems;
    made.samples = 1;
    made.complete = true;
    data::EvaluationColumn column;
    column.name = "score";
    for (int i = 0; i < problems; ++i) {
        const bool isRight = std::find(right.begin(), right.end(), i) != right.end();
        column.problems.push_back({.problem_id = std::string("p").append(std::to_string(i)),
                                   .samples = 1,
                                   .correct = isRight ? 1 : 0});
    }
    column.score = static_cast<double>(right.size()) / problems;
    column.low = column.score - 0.1;
    column.high = column.score + 0.1;
    made.columns.push_back(column);
    return made;
}

std::vector<int> range(int from, int to) {
    std::vector<int> all;
    for (int i = from; i < to; ++i) all.push_back(i);
    return all;
}

TEST(EvaluationTable, GivesNoScoreWithoutItsIntervalAndItsCount) {
    QLocale::setDefault(QLocale(QLocale::English));
    EvaluationTable table;
    const QAbstractItemModelTester tester(&table);
    table.set({record(1, 10, range(0, 5)), record(2, 10, range(0, 8))});
    ASSERT_EQ(table.rowCount(), 2);
    EXPECT_EQ(table.index(0, EvaluationTable::kScore).data().toString(),
              QStringLiteral("0.500 (0.40 – 0.60)"));
    EXPECT_EQ(table.index(0, EvaluationTable::kCount).data().toString(), QStringLiteral("10 × 1"));
    EXPECT_EQ(table.index(0, EvaluationTable::kMajority).data().toString(), QStringLiteral("–"));
    EXPECT_TRUE(table.columnsOfSamples().isEmpty()) << "one sample has no majority and no pass@k";
    data::EvaluationRecord cut = record(3, 10, {});
    cut.complete = false;
    table.set({cut});
    EXPECT_EQ(table.index(0, EvaluationTable::kName).data(kRowMarkRole).toString(),
              QStringLiteral("half-circle"));
}

TEST(EvaluationTable, GivesPassAndMajorityAColumnWithTheirInterval) {
    QLocale::setDefault(QLocale(QLocale::English));
    data::EvaluationRecord several = record(1, 10, range(0, 5));
    several.samples = 4;
    several.columns[0].majority = 0.6;
    several.columns[0].pass = {{1, 0.5}, {2, 0.7}, {4, 0.9}};
    EvaluationTable table;
    const QAbstractItemModelTester tester(&table);
    table.set({several});
    const int pass4 = EvaluationTable::kFirstPass + 1;
    EXPECT_EQ(table.columnsOfSamples(),
              (QList<int>{EvaluationTable::kMajority, EvaluationTable::kFirstPass, pass4}));
    EXPECT_EQ(table.headerData(pass4, Qt::Horizontal, Qt::DisplayRole).toString(),
              QStringLiteral("One of 4 (pass@4)"));
    EXPECT_TRUE(table.headerData(pass4 + 1, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
    EXPECT_EQ(table.index(0, pass4).data().toString(), QStringLiteral("0.900 …"));
    table.setIntervals(1,
                       {.majority = {.estimate = 0.6, .lower = 0.3, .upper = 0.8},
                        .pass = {{2, {.estimate = 0.7, .lower = 0.5, .upper = 0.9}},
                                 {4, {.estimate = 0.9, .lower = 0.7, .upper = 1.0}}}});
    EXPECT_EQ(table.index(0, pass4).data().toString(), QStringLiteral("0.900 (0.70 – 1.00)"));
    EXPECT_EQ(table.index(0, EvaluationTable::kMajority).data().toString(),
              QStringLiteral("0.600 (0.30 – 0.80)"));
}

TEST(EvaluateModel, NeverPutsScoresOfDifferentProtocolHashesIntoOneColumn) {
    const QTemporaryDir dir;
    const std::string path = dir.filePath(QStringLiteral("p")).toStdString();
    store::ProjectInfo info;
    {
        const auto project = store::Project::create(path, "scores");
        ASSERT_TRUE(project) << project.error().message;
        info = (*project)->info();
        for (const char* hash : {"abc", "def", "abc"}) {
            data::EvaluationRecord one = record(0, 10, range(0, 5));
            one.run = 0;
            one.protocol_hash = hash;
            one.name = hash;
            ASSERT_TRUE((*project)->evaluations().record(one));
        }
    }
    ProjectSession session(info, test::factoryOf(std::make_shared<engine::FakeEngine>()));
    EvaluateModel model;
    model.setSession(&session);
    model.reload();
    ASSERT_TRUE(test::waitFor([&] { return model.results() == 3; }));
    ASSERT_EQ(model.groups().size(), 2u);
    EXPECT_EQ(model.groups()[0].results + model.groups()[1].results, 3);
    for (const EvaluationGroup& group : model.groups()) {
        model.setGroup(group.key);
        ASSERT_EQ(model.table().rowCount(), group.results);
        for (int row = 0; row < model.table().rowCount(); ++row)
            EXPECT_EQ(model.table().at(row)->protocol_hash, group.hash);
    }
    model.setGroup("gone");
    EXPECT_EQ(model.group(), model.groups()[0].key);
}

TEST(ComparePair, CountsWhatBrokeFirstAndWhatStayed) {
    const auto pair = comparePair(record(1, 10, {0, 1, 2, 3}), record(2, 10, {2, 3, 4, 5, 6}));
    ASSERT_TRUE(pair);
    EXPECT_EQ(pair->comparison.broken.size(), 2u);
    EXPECT_EQ(pair->comparison.fixed.size(), 3u);
    EXPECT_EQ(pair->scoreBefore.estimate, 0.4);
    EXPECT_EQ(pair->scoreAfter.upper, eval::wilson(5, 10).upper);
    EXPECT_EQ(pair->bothRight, 2);
    EXPECT_EQ(pair->bothWrong, 3);
    ChangedTable changed;
    const QAbstractItemModelTester tester(&changed);
    changed.set(pair->comparison);
    ASSERT_EQ(changed.rowCount(), 5);
    EXPECT_EQ(changed.index(0, ChangedTable::kWhat).data().toString(), QStringLiteral("broken"));
    EXPECT_EQ(changed.index(4, ChangedTable::kWhat).data().toString(), QStringLiteral("fixed"));
    EXPECT_EQ(changed.nextBroken(-1), 0);
    EXPECT_EQ(changed.nextBroken(1), 0) << "around the end of the broken ones";
    EXPECT_FALSE(changed.problemAt(0).empty());
    EXPECT_TRUE(changed.problemAt(99).empty());
}

TEST(PairConclusion, NamesAWinnerOnlyWhenTheTestTellsThemApart) {
    QLocale::setDefault(QLocale(QLocale::English));
    const auto clear = comparePair(record(1, 200, range(0, 60)), record(2, 200, range(0, 160)));
    ASSERT_TRUE(clear);
    const PairConclusion won = concludeFrom(*clear);
    EXPECT_TRUE(won.isClear);
    EXPECT_TRUE(won.sentence.contains(QStringLiteral("model 2 is ahead by 50.0 points")))
        << won.sentence.toStdString();
    const auto close = comparePair(record(1, 20, range(0, 10)), record(2, 20, range(0, 11)));
    ASSERT_TRUE(close);
    EXPECT_FALSE(concludeFrom(*close).isClear);
    EXPECT_TRUE(concludeFrom(*close).isComparable);
}

TEST(PairConclusion, RefusesToRankDifferentProtocols) {
    QLocale::setDefault(QLocale(QLocale::English));
    data::EvaluationRecord other = record(2, 20, range(0, 20));
    other.protocol = "own_8";
    other.protocol_hash = "def";
    const auto pair = comparePair(record(1, 20, range(0, 5)), other);
    ASSERT_TRUE(pair);
    const PairConclusion refused = concludeFrom(*pair);
    EXPECT_FALSE(refused.isComparable);
    EXPECT_TRUE(refused.sentence.contains(QStringLiteral("must not be ranked")));
    data::EvaluationRecord nothing = record(3, 20, {});
    for (auto& problem : nothing.columns[0].problems) problem.problem_id += "-other";
    EXPECT_FALSE(comparePair(record(1, 20, {}), nothing));
}

}  // namespace
}  // namespace veritune::app
