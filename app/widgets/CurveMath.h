// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

#include <cstddef>

/// The arithmetic behind a curve; pure functions, any thread. test: curve_math_test.cpp
namespace veritune::app {

/// Points in rising x. NaN and infinities are allowed in y: they become gaps.
struct CurvePoints {
    QList<double> x;
    QList<double> y;
    qsizetype size() const { return x.size(); }
    bool operator==(const CurvePoints&) const = default;
};

/// Debiased exponential moving average: s_n = w s_(n-1) + (1-w) x_n, shown as s_n / (1 - w^n), so
/// that the first points are not pulled towards 0. Not-finite values are passed through and leave
/// the average as it was.
/// weight  0 (nothing is smoothed) .. 0.99
QList<double> smoothed(const QList<double>& y, double weight);

/// What `width` pixels can show of many points.
struct Buckets {
    CurvePoints last;   ///< newest value of each pixel
    CurvePoints least;  ///< lowest and highest of each pixel at the same x; empty when nothing was
    CurvePoints most;   ///< left out
};
/// Up to 2 x width points come back as given (`last`). More are grouped into `width` buckets of
/// equal extent between first and last x. A bucket with a not-finite value keeps one NaN in all
/// three, so that gaps survive; first and last point are kept.
Buckets bucketed(const CurvePoints& points, int width);

/// Only points with from <= x <= to, and one neighbour at either side, so that lines reach the
/// edge.
CurvePoints windowed(const CurvePoints& points, double from, double to);

struct Range {
    double low = 0;
    double high = 1;
    bool isEmpty = true;
    void add(double value);
};
/// Of all finite values; with ignoreOutliers between the 1st and the 99th percentile; with positive
/// only values > 0 count (logarithmic axis).
Range rangeOf(const QList<double>& values, bool ignoreOutliers, bool positive);
/// A range a little wider than its data; a single value gets room above and below.
Range padded(Range range, bool logarithmic);

/// Where an x lies in rising xs: index of the nearest one; -1 when empty.
qsizetype nearestIndex(const QList<double>& x, double at);

/// "reward 0.42, up 0.11 over 100 steps": what a screen reader says of a curve.
QString spokenSummary(const QString& name, const CurvePoints& points);

}  // namespace veritune::app
