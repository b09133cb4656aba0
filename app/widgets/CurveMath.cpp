// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/CurveMath.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <limits>

namespace veritune::app {

QList<double> smoothed(const QList<double>& y, double weight) {
    if (weight <= 0) return y;
    QList<double> out;
    out.reserve(y.size());
    double sum = 0;
    double norm = 0;
    for (const double value : y) {
        if (!std::isfinite(value)) {
            out.append(value);
            continue;
        }
        sum = weight * sum + (1 - weight) * value;
        norm = weight * norm + (1 - weight);
        out.append(sum / norm);
    }
    return out;
}

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// The points of one pixel.
struct Bucket {
    double x = 0;
    double last = kNan;
    Range range;
    bool hasGap = false;
    bool isEmpty = true;

    void add(double at, double value) {
        isEmpty = false;
        x = at;
        if (!std::isfinite(value)) {
            hasGap = true;
            return;
        }
        last = value;
        range.add(value);
    }
    void flush(Buckets& out) {
        const auto append = [this](CurvePoints& points, double value) {
            if (hasGap && !range.isEmpty) {
                points.x.append(x);
                points.y.append(kNan);
            }
            points.x.append(x);
            points.y.append(value);
        };
        if (!isEmpty) {
            append(out.last, last);
            append(out.least, range.isEmpty ? kNan : range.low);
            append(out.most, range.isEmpty ? kNan : range.high);
        }
        *this = {};
    }
};

}  // namespace

Buckets bucketed(const CurvePoints& points, int width) {
    if (width <= 0 || points.size() <= 2 * static_cast<qsizetype>(width)) return {points, {}, {}};
    Buckets out;
    for (CurvePoints* line : {&out.last, &out.least, &out.most}) {
        line->x.reserve(width + 2);
        line->y.reserve(width + 2);
    }
    const double first = points.x.first();
    const double span = std::max(points.x.last() - first, std::numeric_limits<double>::min());
    Bucket bucket;
    // The first point has a bucket of its own, so that the line begins where the data do.
    int current = -1;
    bucket.add(first, points.y.first());
    for (qsizetype i = 1; i < points.size(); ++i) {
        const int at = std::min(width - 1, static_cast<int>((points.x[i] - first) / span * width));
        if (at != current) bucket.flush(out);
        current = at;
        bucket.add(points.x[i], points.y[i]);
    }
    bucket.flush(out);
    return out;
}

CurvePoints windowed(const CurvePoints& points, double from, double to) {
    auto begin = std::lower_bound(points.x.begin(), points.x.end(), from);
    auto end = std::upper_bound(points.x.begin(), points.x.end(), to);
    if (begin != points.x.begin()) --begin;
    if (end != points.x.end()) ++end;
    const qsizetype at = begin - points.x.begin();
    const qsizetype count = std::max<qsizetype>(0, end - begin);
    return {points.x.mid(at, count), points.y.mid(at, count)};
}

void Range::add(double value) {
    if (!std::isfinite(value)) return;
    low = isEmpty ? value : std::min(low, value);
    high = isEmpty ? value : std::max(high, value);
    isEmpty = false;
}

Range rangeOf(const QList<double>& values, bool ignoreOutliers, bool positive) {
    Range range;
    QList<double> kept;
    for (const double value : values) {
        if (!std::isfinite(value) || (positive && value <= 0)) continue;
        range.add(value);
        if (ignoreOutliers) kept.append(value);
    }
    if (!ignoreOutliers || kept.size() < 20) return range;
    const auto at = [&kept](double share) {
        const auto i = static_cast<qsizetype>(share * static_cast<double>(kept.size() - 1));
        std::nth_element(kept.begin(), kept.begin() + i, kept.end());
        return kept[i];
    };
    range.low = at(0.01);
    range.high = at(0.99);
    return range;
}

Range padded(Range range, bool logarithmic) {
    if (range.isEmpty) return {.low = logarithmic ? 0.1 : 0.0, .high = 1.0, .isEmpty = false};
    if (logarithmic) {
        range.low /= 1.2;
        range.high *= 1.2;
        return range;
    }
    if (range.low == 0 && range.high == 0) return {.low = -0.05, .high = 1.0, .isEmpty = false};
    const double span = range.high - range.low;
    const double room = span > 0 ? span * 0.06 : std::abs(range.high) * 0.1;
    range.low -= room;
    range.high += room;
    return range;
}

qsizetype nearestIndex(const QList<double>& x, double at) {
    if (x.isEmpty()) return -1;
    const auto after = std::lower_bound(x.begin(), x.end(), at);
    if (after == x.begin()) return 0;
    if (after == x.end()) return x.size() - 1;
    const qsizetype i = after - x.begin();
    return at - x[i - 1] <= x[i] - at ? i - 1 : i;
}

QString spokenSummary(const QString& name, const CurvePoints& points) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("CurveView", text); };
    qsizetype first = 0;
    qsizetype last = points.size() - 1;
    while (first <= last && !std::isfinite(points.y[first])) ++first;
    while (last >= first && !std::isfinite(points.y[last])) --last;
    //: %1 is the name of a curve
    if (first > last) return tr(QT_TRANSLATE_NOOP("CurveView", "%1: no values yet")).arg(name);
    const QLocale locale;
    const auto number = [&locale](double value) { return locale.toString(value, 'g', 3); };
    //: %1 is the name of a curve, %2 its value
    if (first == last)
        return tr(QT_TRANSLATE_NOOP("CurveView", "%1: %2")).arg(name, number(points.y[last]));
    const double change = points.y[last] - points.y[first];
    //: %1 curve, %2 value now, %3 change, %4 length of the x axis
    const char* text = change >= 0 ? QT_TRANSLATE_NOOP("CurveView", "%1: %2, up %3 over %4")
                                   : QT_TRANSLATE_NOOP("CurveView", "%1: %2, down %3 over %4");
    return tr(text).arg(name,
                        number(points.y[last]),
                        number(std::abs(change)),
                        number(points.x[last] - points.x[first]));
}

}  // namespace veritune::app
