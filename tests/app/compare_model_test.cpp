// SPDX-License-Identifier: Apache-2.0
#include "app/models/CompareModel.h"
#include "core/train/recipe.h"

#include <QAbstractItemModelTester>
#include <QLocale>
#include <QSignalSpy>
#include <gtest/gtest.h>

namespace veritune::app {
namespace {

ComparedRun runWith(std::int64_t id, double value, double low, double high) {
    ComparedRun run;
    run.record.id = id;
    run.record.name = "run";
    run.record.state = store::RunState::kDone;
    run.record.recipe = train::recipe_to_json(train::demo_quick_recipe());
    run.stages.push_back({.seq = 1,
                          .record = {.stage = "vrl",
                                     .type = "vrl",
                                     .state = "done",
                                     .summary = {{"pass@1", value},
                                                 {"ci_low", low},
                                                 {"ci_high", high},
                                                 {"greedy", value},
                                                 {"problems", 150},
                                                 {"num_samples", 8},
                                                 {"samples", 5120}}}});
    run.series[QStringLiteral("heldout/pass@1")] = {{"vrl", 0, 0.5}, {"vrl", 10, value}};
    run.series[QStringLiteral("reward")] = {{"vrl", 1, 0.5}, {"cold_start", 1, 0.1}};
    return run;
}

TEST(Conclusion, NamesAWinnerOnlyWhenTheIntervalsDoNotTouch) {
    const Conclusion clear =
        concludeFrom({runWith(1, 0.5, 0.45, 0.55), runWith(2, 0.9, 0.85, 0.95)});
    EXPECT_TRUE(clear.isClear);
    EXPECT_TRUE(clear.sentence.contains(QStringLiteral("run 2 is ahead")));
    const Conclusion overlap =
        concludeFrom({runWith(1, 0.88, 0.83, 0.93), runWith(2, 0.9, 0.85, 0.95)});
    EXPECT_FALSE(overlap.isClear);
    EXPECT_TRUE(overlap.isComparable);
    EXPECT_TRUE(overlap.sentence.contains(QStringLiteral("not told apart")));
}

TEST(Conclusion, RefusesToRankWhatWasMeasuredDifferently) {
    ComparedRun other = runWith(2, 0.9, 0.85, 0.95);
    other.record.recipe["heldout"]["seed"] = 99;
    const Conclusion refused = concludeFrom({runWith(1, 0.5, 0.45, 0.55), other});
    EXPECT_FALSE(refused.isComparable);
    EXPECT_TRUE(refused.sentence.contains(QStringLiteral("must not be ranked")));
    ComparedRun fewer = runWith(2, 0.9, 0.85, 0.95);
    fewer.stages.front().record.summary["problems"] = 10;
    EXPECT_FALSE(concludeFrom({runWith(1, 0.5, 0.45, 0.55), fewer}).isComparable);
    ComparedRun unfinished = runWith(2, 0.9, 0.85, 0.95);
    unfinished.stages.front().record.summary = util::Json::object();
    EXPECT_FALSE(concludeFrom({runWith(1, 0.5, 0.45, 0.55), unfinished}).isComparable);
    EXPECT_TRUE(concludeFrom({runWith(1, 0.5, 0.4, 0.6)}).sentence.isEmpty());
}

TEST(FinalResult, CountsTheAnswersOfTheEvaluationAndNotThoseOfTraining) {
    QLocale::setDefault(QLocale(QLocale::English));
    const ComparedRun run = runWith(1, 0.9, 0.85, 0.95);
    EXPECT_EQ(resultText(finalResult(run, "vrl", "pass@1")),
              QStringLiteral("0.900 (0.85 – 0.95), n = 1,200"));
    EXPECT_EQ(resultText(finalResult(run, "vrl", "greedy")), QStringLiteral("0.900, n = 150"));
    EXPECT_EQ(resultText(finalResult(run, "nowhere", "pass@1")), QStringLiteral("–"));
}

TEST(CompareRecipes, ListsOnlyWhatDiffers) {
    train::Recipe first = train::demo_quick_recipe();
    train::Recipe second = first;
    second.name = "another name";
    EXPECT_TRUE(
        compareRecipes({train::recipe_to_json(first), train::recipe_to_json(second)}).isEmpty());
    second.stages[1].vrl.optimizer.learning_rate = 0.25;
    second.stages.pop_back();
    const auto rows = compareRecipes({train::recipe_to_json(first), train::recipe_to_json(second)});
    int rates = 0;
    for (const ConfigDifference& row : rows) {
        ASSERT_EQ(row.values.size(), 2);
        EXPECT_NE(row.values[0], row.values[1]);
        if (row.values[1] == QStringLiteral("0.25")) ++rates;
    }
    EXPECT_EQ(rates, 1);
    EXPECT_GT(rows.size(), 10);  // the stage that only the first has
}

TEST(CompareModel, OffersCurvesOfTheStageThatHaveTwoPointsAtLeast) {
    CompareModel model;
    const QAbstractItemModelTester results(&model.results(),
                                           QAbstractItemModelTester::FailureReportingMode::Fatal);
    QSignalSpy changed(&model, &CompareModel::changed);
    model.adopt({runWith(1, 0.5, 0.45, 0.55), runWith(2, 0.9, 0.85, 0.95)});
    EXPECT_EQ(changed.count(), 1);
    EXPECT_EQ(model.stages(), QStringList{QStringLiteral("vrl")});
    EXPECT_EQ(model.metrics(QStringLiteral("vrl")), QStringList{QStringLiteral("heldout/pass@1")});
    const CurvePoints points =
        model.points(1, QStringLiteral("heldout/pass@1"), QStringLiteral("vrl"));
    EXPECT_EQ(points.x, (QList<double>{0, 10}));
    EXPECT_EQ(points.y, (QList<double>{0.5, 0.9}));
    EXPECT_GT(model.results().rowCount(), 2);
    EXPECT_EQ(model.results().columnCount(), 4);
    EXPECT_EQ(model.differences().rowCount(), 0);
    EXPECT_TRUE(model.results().toTsv().startsWith(QStringLiteral("Result\tMeasured after\t")));
}

}  // namespace
}  // namespace veritune::app
