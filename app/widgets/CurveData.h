// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/Cards.h"
#include "app/widgets/CurveMath.h"

#include <QList>
#include <QString>

/// What a chart is given, and what a worker makes of it; no widgets. test: curve_math_test.cpp
namespace veritune::app {

/// One curve of a chart.
struct Curve {
    QString name;  ///< legend, table, read-out
    CurvePoints points;
    QList<double> low;  ///< interval around each point, or empty
    QList<double> high;
    int color = 0;          ///< index into Colors::series
    bool isDashed = false;  ///< baseline of a comparison
};

/// Something that happened at an x: checkpoint, evaluation, end of a stage, alarm.
struct CurveMark {
    double x = 0;
    QString text;
    Severity severity = Severity::kInfo;
    bool isBest = false;    ///< a star: the best checkpoint
    bool isBorder = false;  ///< a line over the whole height: where a stage begins
};

/// How a chart is shown; kept per chart.
struct CurveOptions {
    double smoothing = 0.6;  ///< 0..0.99
    int lastN = 0;           ///< newest points only; 0 = all
    bool logX = false;
    bool logY = false;
    bool ignoreOutliers = false;
    bool rawLine = true;  ///< the unsmoothed values, faint, behind
    bool operator==(const CurveOptions&) const = default;
};
QString toText(const CurveOptions& options);
/// Anything that cannot be read keeps its default.
CurveOptions curveOptionsFromText(const QString& text);

/// Curves for a plot of `width` pixels.
struct CurveJob {
    QList<Curve> curves;
    CurveOptions options;
    int width = 0;
    bool isZoomed = false;  ///< only from..to of x is drawn
    double from = 0;
    double to = 0;
};

/// One curve ready to draw: at most two points per pixel and line.
struct DrawnCurve {
    QString name;
    int color = 0;
    bool isDashed = false;
    CurvePoints line;    ///< smoothed; newest value of a pixel
    CurvePoints raw;     ///< as recorded; empty: not wanted, or `least` and `most` tell it
    CurvePoints least;   ///< lowest value of each pixel, where a pixel holds several points
    CurvePoints most;    ///< highest
    CurvePoints low;     ///< interval
    CurvePoints high;    ///< interval
    QList<double> gaps;  ///< x where values stop being finite; at most 20
    Range x;             ///< of all that is shown
    Range y;
};
/// threads  any; pure
QList<DrawnCurve> prepareCurves(const CurveJob& job);

}  // namespace veritune::app
