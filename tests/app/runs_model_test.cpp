// SPDX-License-Identifier: Apache-2.0
#include "app/models/RunsModel.h"
#include "core/store/project.h"
#include "core/train/recipe.h"
#include "tests/app/app_test_support.h"

#include <QAbstractItemModelTester>
#include <QLocale>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <gtest/gtest.h>

namespace veritune::app {
namespace {

using test::waitFor;
using Tester = QAbstractItemModelTester;

std::vector<RunRow> manyRows(int count) {
    std::vector<RunRow> rows;
    for (int i = 0; i < count; ++i) {
        rows.push_back({.id = i + 1,
                        .name = "run " + std::to_string(i),
                        .state = i % 2 == 0 ? "done" : "failed",
                        .algorithm = i % 3 == 0 ? "ppo" : "grpo",
                        .startedUs = 1000000LL * i,
                        .endedUs = 1000000LL * i + 90000000,
                        .best = {.value = (i * 37 % 100) / 100.0,
                                 .low = 0.1,
                                 .high = 0.9,
                                 .stage = "vrl",
                                 .isKnown = true},
                        .course = {0.1, 0.5},
                        .hasDetails = true});
    }
    return rows;
}

TEST(RunsModel, KeepsTheRulesOfModelsWithNoneOneAndAThousandRuns) {
    RunsModel model;
    RunsProxy proxy;
    proxy.setSourceModel(&model);
    const Tester tester(&model, Tester::FailureReportingMode::Fatal);
    const Tester proxyTester(&proxy, Tester::FailureReportingMode::Fatal);
    for (const int count : {0, 1, 1000, 0}) {
        model.setRows(manyRows(count));
        EXPECT_EQ(model.rowCount(), count);
        EXPECT_EQ(proxy.rowCount(), count);
    }
}

TEST(RunsModel, FindsByWordsInAnyColumnAndSortsNumbersAsNumbers) {
    RunsModel model;
    RunsProxy proxy;
    proxy.setSourceModel(&model);
    model.setRows(manyRows(100));
    proxy.setWords(QStringLiteral("  run 42 "));
    // The run of that name, and the one with that number.
    ASSERT_EQ(proxy.rowCount(), 2);
    proxy.setWords(QStringLiteral("GRPO run"));
    EXPECT_EQ(proxy.rowCount(), 66);
    proxy.setWords(QStringLiteral("nothing like it"));
    EXPECT_EQ(proxy.rowCount(), 0);
    proxy.setWords({});
    proxy.sort(RunsModel::kNumber, Qt::AscendingOrder);
    // As text 10 would stand before 2.
    EXPECT_EQ(proxy.index(1, 0).data(RunsModel::kIdRole).toInt(), 2);
    proxy.sort(RunsModel::kBest, Qt::DescendingOrder);
    double before = 2.0;
    for (int i = 0; i < proxy.rowCount(); ++i) {
        const double value = proxy.index(i, RunsModel::kBest).data(RunsModel::kSortRole).toDouble();
        EXPECT_LE(value, before);
        before = value;
    }
}

TEST(RunsModel, NeverShowsAScoreWithoutItsInterval) {
    QLocale::setDefault(QLocale(QLocale::English));
    EXPECT_EQ(scoreText({}), QStringLiteral("–"));
    EXPECT_EQ(scoreText({.value = 0.9164, .low = 0.888, .high = 0.939, .isKnown = true}),
              QStringLiteral("0.916 (0.89 – 0.94)"));
    EXPECT_EQ(durationText(0), QStringLiteral("–"));
    EXPECT_EQ(durationText(59'000'000), QStringLiteral("59 s"));
    EXPECT_EQ(durationText(3'900'000'000), QStringLiteral("1 h 5 min"));
}

TEST(RunsModel, CopiesCellsThatNoSpreadsheetTakesForAFormula) {
    EXPECT_EQ(tsvCell(QStringLiteral("=1+1")), QStringLiteral("'=1+1"));
    EXPECT_EQ(tsvCell(QStringLiteral("@cmd")), QStringLiteral("'@cmd"));
    EXPECT_EQ(tsvCell(QStringLiteral("-0.5")), QStringLiteral("-0.5"));
    EXPECT_EQ(tsvCell(QStringLiteral("a\tb\nc")), QStringLiteral("a b c"));
}

class StoredRuns : public testing::Test {
  protected:
    void SetUp() override {
        const std::string dir = home_.filePath(QStringLiteral("project")).toStdString();
        const auto project = store::Project::create(dir, "p");
        ASSERT_TRUE(project);
        store::RunStore& runs = (*project)->runs();
        for (const char* name : {"first <b>run</b>", "second"}) {
            const auto id = runs.create_run(
                {.name = name, .recipe = train::recipe_to_json(train::demo_quick_recipe())});
            ASSERT_TRUE(id);
            ASSERT_TRUE(runs.set_state(*id, store::RunState::kRunning));
        }
        for (const char* stage : {"vrl", "control_random"}) {
            ASSERT_TRUE(runs.record_stage(
                1, {.stage = stage, .type = "vrl", .total_steps = 3, .state = "running"}));
        }
        record(runs, "vrl", 1, 0.5);
        record(runs, "vrl", 2, 0.8);
        record(runs, "vrl", 3, 0.7);
        // A control's result is no result of the run.
        record(runs, "control_random", 1, 0.99);
        ASSERT_TRUE(runs.set_state(1, store::RunState::kDone));
        info_ = (*project)->info();
        ASSERT_TRUE((*project)->close());
    }
    static void record(store::RunStore& runs, const char* stage, int step, double value) {
        data::StepRecord record{.stage = stage, .step = step};
        record.metrics = {{"heldout/pass@1", value},
                          {"heldout/pass@1_low", value - 0.1},
                          {"heldout/pass@1_high", value + 0.1}};
        ASSERT_TRUE(runs.record_step(1, record));
    }
    QTemporaryDir home_;
    store::ProjectInfo info_;
};

TEST_F(StoredRuns, ReadsListAndResultsFromTheStore) {
    ProjectSession session(info_, test::factoryOf(std::make_shared<engine::FakeEngine>()));
    RunsModel model;
    const Tester tester(&model, Tester::FailureReportingMode::Fatal);
    model.setSession(&session);
    ASSERT_TRUE(waitFor([&model] {
        const RunRow* row = model.find(1);
        return row != nullptr && row->hasDetails;
    }));
    ASSERT_EQ(model.rowCount(), 2);
    EXPECT_EQ(model.rows().front().id, 2);  // newest first
    const RunRow& first = *model.find(1);
    EXPECT_EQ(first.best.value, 0.8);
    EXPECT_EQ(first.best.step, 2);
    EXPECT_EQ(first.best.low, 0.8 - 0.1);
    EXPECT_EQ(first.course, (QList<double>{0.5, 0.8, 0.7}));
    EXPECT_EQ(first.algorithm, "ppo");
    // Shown as it stands; what reads HTML gets it escaped.
    const QModelIndex name = model.index(1, RunsModel::kName);
    EXPECT_EQ(name.data().toString(), QStringLiteral("first <b>run</b>"));
    EXPECT_FALSE(name.data(Qt::ToolTipRole).toString().contains(QStringLiteral("<b>")));
}

TEST_F(StoredRuns, CallsARunThatNobodyWorksOnInterrupted) {
    ProjectSession session(info_, test::factoryOf(std::make_shared<engine::FakeEngine>()));
    RunsModel model;
    model.setSession(&session);
    ASSERT_TRUE(waitFor([&model] { return model.rowCount() == 2; }));
    // Marked running in the store, and no engine is attached.
    EXPECT_EQ(model.find(2)->state, "interrupted");
}

TEST_F(StoredRuns, SaysThatAProjectCannotBeRead) {
    store::ProjectInfo gone = info_;
    gone.dir = home_.filePath(QStringLiteral("gone")).toStdString();
    ProjectSession session(gone, test::factoryOf(std::make_shared<engine::FakeEngine>()));
    RunsModel model;
    QSignalSpy failed(&model, &RunsModel::failed);
    model.setSession(&session);
    ASSERT_TRUE(waitFor([&failed] { return failed.count() == 1; }));
    EXPECT_EQ(model.rowCount(), 0);
}

}  // namespace
}  // namespace veritune::app
