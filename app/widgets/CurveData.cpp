// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/CurveData.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>

namespace veritune::app {
namespace {

constexpr qsizetype kMostGaps = 20;

CurvePoints newest(const CurvePoints& points, int lastN) {
    if (lastN <= 0 || points.size() <= lastN) return points;
    return {points.x.mid(points.size() - lastN), points.y.mid(points.size() - lastN)};
}

CurvePoints shown(const CurveJob& job, const CurvePoints& points) {
    return job.isZoomed ? windowed(points, job.from, job.to) : points;
}

QList<double> gapsOf(const CurvePoints& points) {
    QList<double> gaps;
    bool inGap = false;
    for (qsizetype i = 0; i < points.size() && gaps.size() < kMostGaps; ++i) {
        const bool isGap = !std::isfinite(points.y[i]);
        if (isGap && !inGap) gaps.append(points.x[i]);
        inGap = isGap;
    }
    return gaps;
}

void include(Range& range, const Range& other) {
    if (other.isEmpty) return;
    range.add(other.low);
    range.add(other.high);
}

DrawnCurve prepare(const CurveJob& job, const Curve& curve) {
    const CurveOptions& options = job.options;
    DrawnCurve drawn;
    drawn.name = curve.name;
    drawn.color = curve.color;
    drawn.isDashed = curve.isDashed;
    const CurvePoints points = newest(curve.points, options.lastN);
    const bool hasInterval =
        curve.low.size() == curve.points.size() && curve.high.size() == curve.points.size();
    // A smoothed line would leave its own interval.
    const double weight = hasInterval ? 0.0 : options.smoothing;
    const CurvePoints raw = shown(job, points);
    const Buckets buckets = bucketed(raw, job.width);
    drawn.line = weight > 0
                     ? bucketed(shown(job, {points.x, smoothed(points.y, weight)}), job.width).last
                     : buckets.last;
    if (options.rawLine) {
        drawn.least = buckets.least;
        drawn.most = buckets.most;
        if (weight > 0 && buckets.least.x.isEmpty() && points.size() > 1) drawn.raw = buckets.last;
    }
    drawn.gaps = gapsOf(raw);
    drawn.x = rangeOf(raw.x, false, options.logX);
    drawn.y = rangeOf(raw.y, options.ignoreOutliers, options.logY);
    if (!hasInterval) return drawn;
    const auto edge = [&](const QList<double>& values) {
        return shown(job, newest({curve.points.x, values}, options.lastN));
    };
    const CurvePoints low = edge(curve.low);
    const CurvePoints high = edge(curve.high);
    include(drawn.y, rangeOf(low.y, false, options.logY));
    include(drawn.y, rangeOf(high.y, false, options.logY));
    drawn.low = bucketed(low, job.width).last;
    drawn.high = bucketed(high, job.width).last;
    return drawn;
}

}  // namespace

QString toText(const CurveOptions& options) {
    const QJsonObject json{{QStringLiteral("smoothing"), options.smoothing},
                           {QStringLiteral("last"), options.lastN},
                           {QStringLiteral("logx"), options.logX},
                           {QStringLiteral("logy"), options.logY},
                           {QStringLiteral("outliers"), options.ignoreOutliers},
                           {QStringLiteral("raw"), options.rawLine}};
    return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

CurveOptions curveOptionsFromText(const QString& text) {
    const QJsonObject json = QJsonDocument::fromJson(text.toUtf8()).object();
    CurveOptions options;
    options.smoothing =
        qBound(0.0, json.value(QStringLiteral("smoothing")).toDouble(options.smoothing), 0.99);
    options.lastN = qMax(0, json.value(QStringLiteral("last")).toInt());
    options.logX = json.value(QStringLiteral("logx")).toBool();
    options.logY = json.value(QStringLiteral("logy")).toBool();
    options.ignoreOutliers = json.value(QStringLiteral("outliers")).toBool();
    options.rawLine = json.value(QStringLiteral("raw")).toBool(true);
    return options;
}

QList<DrawnCurve> prepareCurves(const CurveJob& job) {
    QList<DrawnCurve> drawn;
    drawn.reserve(job.curves.size());
    for (const Curve& curve : job.curves) drawn.append(prepare(job, curve));
    return drawn;
}

}  // namespace veritune::app
