// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/CurveData.h"
#include "app/widgets/CurveTable.h"

#include <QAbstractItemModelTester>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace veritune::app {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

CurvePoints ramp(int count) {
    CurvePoints points;
    for (int i = 0; i < count; ++i) {
        points.x.append(i);
        points.y.append(i % 10);
    }
    return points;
}

TEST(Smoothing, FirstPointIsNotPulledTowardsZero) {
    // s1 = 0.4 x 1, shown / (1 - 0.6); s2 = 0.6 x 0.4 + 0.4 x 3, shown / (1 - 0.36).
    const QList<double> out = smoothed({1, 3}, 0.6);
    EXPECT_DOUBLE_EQ(out[0], 1.0);
    EXPECT_NEAR(out[1], (0.24 + 1.2) / 0.64, 1e-12);
}

TEST(Smoothing, LeavesConstantsAndGapsAsTheyAre) {
    for (const double weight : {0.0, 0.5, 0.99}) {
        const QList<double> out = smoothed({2, kNan, 2, kInf, 2}, weight);
        EXPECT_NEAR(out[0], 2, 1e-12);
        EXPECT_TRUE(std::isnan(out[1]));
        EXPECT_NEAR(out[2], 2, 1e-12);
        EXPECT_TRUE(std::isinf(out[3]));
        EXPECT_NEAR(out[4], 2, 1e-12);
    }
    EXPECT_TRUE(smoothed({}, 0.6).isEmpty());
}

TEST(Buckets, FewPointsComeBackAsGiven) {
    const CurvePoints points = ramp(200);
    const Buckets out = bucketed(points, 100);
    EXPECT_EQ(out.last, points);
    EXPECT_TRUE(out.least.x.isEmpty());
    EXPECT_TRUE(bucketed({}, 100).last.x.isEmpty());
}

TEST(Buckets, KeepEndsAndExtremesOfManyPoints) {
    CurvePoints points = ramp(100000);
    points.y[54321] = 1e6;
    points.y[12345] = -1e6;
    const Buckets out = bucketed(points, 400);
    EXPECT_LE(out.last.size(), 402);
    EXPECT_EQ(out.last.x.first(), 0);
    EXPECT_EQ(out.last.x.last(), 99999);
    EXPECT_EQ(out.last.y.last(), points.y.last());
    EXPECT_EQ(*std::max_element(out.most.y.begin(), out.most.y.end()), 1e6);
    EXPECT_EQ(*std::min_element(out.least.y.begin(), out.least.y.end()), -1e6);
    EXPECT_TRUE(std::is_sorted(out.last.x.begin(), out.last.x.end()));
    EXPECT_EQ(out.least.x, out.last.x);
    EXPECT_EQ(out.most.x, out.last.x);
}

TEST(Buckets, KeepGaps) {
    CurvePoints points = ramp(10000);
    points.y[5000] = kNan;
    const Buckets out = bucketed(points, 100);
    int gaps = 0;
    for (const double y : out.last.y) gaps += std::isfinite(y) ? 0 : 1;
    EXPECT_EQ(gaps, 1);
    for (double& y : points.y) y = kNan;
    for (const double y : bucketed(points, 100).last.y) EXPECT_FALSE(std::isfinite(y));
}

TEST(Windowed, KeepsOneNeighbourOnEitherSide) {
    const CurvePoints out = windowed(ramp(100), 10, 20);
    EXPECT_EQ(out.x.first(), 9);
    EXPECT_EQ(out.x.last(), 21);
    EXPECT_EQ(windowed(ramp(5), 100, 200).x, QList<double>{4});
    EXPECT_TRUE(windowed({}, 0, 1).x.isEmpty());
}

TEST(RangeOf, LeavesOutliersAndNonFiniteValuesOut) {
    QList<double> values(1000, 1.0);
    for (int i = 0; i < 500; ++i) values[i] = 2.0;
    values[0] = 1e9;
    values[1] = kNan;
    values[2] = kInf;
    EXPECT_EQ(rangeOf(values, false, false).high, 1e9);
    EXPECT_EQ(rangeOf(values, true, false).high, 2.0);
    EXPECT_TRUE(rangeOf({kNan, kInf}, false, false).isEmpty);
    EXPECT_EQ(rangeOf({-5, 0, 3}, false, true).low, 3);
}

TEST(Padded, NeverCollapses) {
    for (const double value : {0.0, -3.0, 1e-9, 1e9}) {
        const Range out = padded({.low = value, .high = value, .isEmpty = false}, false);
        EXPECT_LT(out.low, out.high) << value;
        EXPECT_LE(out.low, value);
        EXPECT_GE(out.high, value);
    }
    EXPECT_GT(padded({}, true).low, 0);
}

TEST(NearestIndex, FindsTheNearest) {
    const QList<double> x{0, 10, 20};
    EXPECT_EQ(nearestIndex(x, -100), 0);
    EXPECT_EQ(nearestIndex(x, 4), 0);
    EXPECT_EQ(nearestIndex(x, 6), 1);
    EXPECT_EQ(nearestIndex(x, 1e9), 2);
    EXPECT_EQ(nearestIndex({}, 1), -1);
}

TEST(SpokenSummary, SaysValueChangeAndLength) {
    EXPECT_EQ(spokenSummary(QStringLiteral("reward"), {{0, 50, 100}, {0.31, kNan, 0.42}}),
              QStringLiteral("reward: 0.42, up 0.11 over 100"));
    EXPECT_EQ(spokenSummary(QStringLiteral("kl"), {{0, 4}, {2, 1}}),
              QStringLiteral("kl: 1, down 1 over 4"));
    EXPECT_EQ(spokenSummary(QStringLiteral("a"), {{7}, {0.5}}), QStringLiteral("a: 0.5"));
    EXPECT_TRUE(spokenSummary(QStringLiteral("a"), {{7}, {kNan}}).contains(QStringLiteral("no")));
}

TEST(PrepareCurves, SmoothsAllButCurvesWithAnInterval) {
    Curve plain{.name = QStringLiteral("a"), .points = {{0, 1}, {0, 1}}, .low = {}, .high = {}};
    Curve banded = plain;
    banded.low = {-1, 0};
    banded.high = {1, 2};
    const auto drawn = prepareCurves({.curves = {plain, banded}, .width = 100});
    EXPECT_NEAR(drawn[0].line.y[1], 0.4 / 0.64, 1e-12);
    EXPECT_EQ(drawn[0].raw.y, plain.points.y);
    EXPECT_EQ(drawn[1].line.y, banded.points.y);
    EXPECT_TRUE(drawn[1].raw.x.isEmpty());
    EXPECT_EQ(drawn[1].y.low, -1);
    EXPECT_EQ(drawn[1].y.high, 2);
}

TEST(PrepareCurves, WindowZoomAndGaps) {
    Curve curve{.name = QStringLiteral("a"), .points = ramp(100), .low = {}, .high = {}};
    curve.points.y[98] = kNan;
    curve.points.y[97] = kInf;
    const auto last =
        prepareCurves({.curves = {curve}, .options = {.lastN = 10}, .width = 100}).first();
    EXPECT_EQ(last.line.x.first(), 90);
    EXPECT_EQ(last.gaps, QList<double>{97});  // one gap, one mark
    const auto zoomed =
        prepareCurves({.curves = {curve}, .width = 100, .isZoomed = true, .from = 20, .to = 30})
            .first();
    EXPECT_EQ(zoomed.line.x.first(), 19);
    EXPECT_EQ(zoomed.line.x.last(), 31);
    EXPECT_EQ(prepareCurves({.curves = {Curve{}}, .width = 100}).first().line.size(), 0);
}

TEST(CurveOptions, RoundTripAndSurviveNonsense) {
    const CurveOptions options{.smoothing = 0.9,
                               .lastN = 200,
                               .logX = true,
                               .logY = true,
                               .ignoreOutliers = true,
                               .rawLine = false};
    EXPECT_EQ(curveOptionsFromText(toText(options)), options);
    EXPECT_EQ(curveOptionsFromText(QStringLiteral("{]")), CurveOptions{});
    EXPECT_EQ(curveOptionsFromText(QStringLiteral("{\"smoothing\":7,\"last\":-3}")).smoothing,
              0.99);
    EXPECT_EQ(curveOptionsFromText(QStringLiteral("{\"last\":-3}")).lastN, 0);
}

TEST(CurveTable, JoinsTheStepsOfAllCurvesNewestFirst) {
    CurveTable table;
    const QAbstractItemModelTester tester(&table,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    table.setXLabel(QStringLiteral("step"));
    table.setCurves(
        {{.name = QStringLiteral("a"), .points = {{0, 10}, {1, 2}}, .low = {}, .high = {}},
         {.name = QStringLiteral("b"), .points = {{10, 20}, {kNan, 4}}, .low = {}, .high = {}}});
    ASSERT_EQ(table.rowCount(), 3);
    ASSERT_EQ(table.columnCount(), 3);
    const auto cell = [&table](int row, int column) {
        return table.data(table.index(row, column), Qt::DisplayRole).toString();
    };
    EXPECT_EQ(cell(0, 0), QStringLiteral("20"));
    EXPECT_EQ(cell(0, 1), QString());
    EXPECT_EQ(cell(0, 2), QStringLiteral("4"));
    EXPECT_EQ(cell(1, 2), QStringLiteral("NaN"));
    EXPECT_EQ(cell(2, 1), QStringLiteral("1"));
    EXPECT_EQ(table.headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("b"));
    table.setCurves({});
    EXPECT_EQ(table.rowCount(), 0);
}

TEST(CurvesToText, IsCsvInTheCLocaleAndRunsNoFormula) {
    const QList<Curve> curves{
        {.name = QStringLiteral("=cmd()"), .points = {{1, 2}, {0.5, kNan}}, .low = {}, .high = {}},
        {.name = QStringLiteral("a,\"b\""), .points = {{2}, {1e-7}}, .low = {}, .high = {}}};
    EXPECT_EQ(
        curvesToText(curves, QStringLiteral("step"), u','),
        QStringLiteral("step,'=cmd(),\"a,\"\"b\"\"\"\n1,0.5,\n2,nan,9.9999999999999995e-08\n"));
}

}  // namespace
}  // namespace veritune::app
