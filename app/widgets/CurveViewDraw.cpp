// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/Theme.h"
#include "app/widgets/CurveReadout.h"
#include "app/widgets/CurveView.h"

#include <QLocale>
#include <QTableView>
#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

/// How a chart is drawn.
namespace veritune::app {
namespace {

/// Width, dashes and smooth edges cost by the length of a line; few points can afford them.
constexpr double kWidth = 1.7;
constexpr qsizetype kPointsForLooks = 6000;
/// More bands than this cover each other.
constexpr qsizetype kMostBands = 4;
constexpr qsizetype kPointsWithDiscs = 60;
constexpr int kXTicks = 6;
constexpr int kYTicks = 4;

QString tickText(double tick) {
    const double shown = std::abs(tick) < 1e-12 ? 0.0 : tick;
    return QLocale().toString(shown, 'g', std::abs(shown) < 1e7 ? 7 : 3);
}

/// Numbers in the language of the window; for whole x only whole ticks.
class NumberTicker final : public QCPAxisTicker {
  public:
    explicit NumberTicker(bool isWhole)
        : m_isWhole(isWhole) {}

  protected:
    double getTickStep(const QCPRange& range) override {
        const double step = QCPAxisTicker::getTickStep(range);
        if (!m_isWhole || step >= 10) return step;
        return step <= 1 ? 1.0 : step <= 2 ? 2.0 : step <= 5 ? 5.0 : 10.0;
    }
    QString getTickLabel(double tick, const QLocale&, QChar, int) override {
        return tickText(tick);
    }

  private:
    bool m_isWhole;
};

class LogTicker final : public QCPAxisTickerLog {
  protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override {
        return tickText(tick);
    }
};

bool isWhole(const QList<DrawnCurve>& drawn) {
    return std::all_of(drawn.begin(), drawn.end(), [](const DrawnCurve& curve) {
        return std::all_of(
            curve.line.x.begin(), curve.line.x.end(), [](double x) { return x == std::floor(x); });
    });
}

QColor faint(QColor color, float alpha) {
    color.setAlphaF(alpha);
    return color;
}

QPen linePen(const DrawnCurve& curve, const QColor& color, bool isHeavy) {
    QPen pen(color, isHeavy ? 1.0 : kWidth);
    pen.setCosmetic(true);
    if (curve.isDashed) {
        pen.setStyle(Qt::DotLine);  // the run that is compared with
        return pen;
    }
    if (isHeavy) return pen;
    // Without colours the curves of one chart still differ by their dashes.
    static const QList<QList<qreal>> kDashes = {{}, {7, 3}, {2, 2}, {8, 3, 2, 3}};
    const QList<qreal>& dashes = kDashes[curve.color % kDashes.size()];
    if (!dashes.isEmpty()) pen.setDashPattern(dashes);
    return pen;
}

}  // namespace

void CurveView::buildPlot() {
    m_plot = new QCustomPlot(this);
    m_plot->setLayoutDirection(Qt::LeftToRight);  // curves run left to right in every language
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->setNoAntialiasingOnDrag(true);
    m_plot->setPlottingHint(QCP::phFastPolylines, true);
    m_plot->setSelectionRectMode(QCP::srmCustom);
    m_plot->axisRect()->setAutoMargins(QCP::msLeft | QCP::msBottom);
    m_plot->axisRect()->setMargins(QMargins(0, 12, 12, 0));
    // The crosshair has a layer of its own, which is drawn in 0.1 ms instead of the whole chart.
    m_plot->addLayer(
        QStringLiteral("cross"), m_plot->layer(QStringLiteral("overlay")), QCustomPlot::limBelow);
    m_plot->layer(QStringLiteral("cross"))->setMode(QCPLayer::lmBuffered);
    m_cross = new QCPItemStraightLine(m_plot);
    m_cross->setLayer(QStringLiteral("cross"));
    m_cross->setVisible(false);
    m_plot->axisRect()->insetLayout()->take(m_plot->legend);
    m_plot->legend->setVisible(false);
    m_plot->installEventFilter(this);
    m_plot->setMouseTracking(true);
    m_read = new CurveReadout(m_context, m_plot);
    m_nothing = new PlainLabel(m_plot);
    m_nothing->setForegroundRole(QPalette::PlaceholderText);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto* centre = new QVBoxLayout(m_plot);
    centre->addWidget(m_nothing, 0, Qt::AlignCenter);
}

void CurveView::adopt(const QList<DrawnCurve>& drawn) {
    m_plot->clearGraphs();
    m_plot->clearItems();
    m_cross = new QCPItemStraightLine(m_plot);
    m_cross->setLayer(QStringLiteral("cross"));
    m_cross->setPen(QPen(m_context.theme.colors().textMuted, 1, Qt::DotLine));
    m_cross->setVisible(false);
    const auto scale = [](bool log) { return log ? QCPAxis::stLogarithmic : QCPAxis::stLinear; };
    m_plot->xAxis->setScaleType(scale(m_options.logX));
    m_plot->yAxis->setScaleType(scale(m_options.logY));
    const auto ticker = [&](bool log, bool whole, int count) -> QSharedPointer<QCPAxisTicker> {
        if (log) return QSharedPointer<LogTicker>::create();
        auto made = QSharedPointer<NumberTicker>::create(whole);
        made->setTickCount(count);
        return made;
    };
    m_plot->xAxis->setTicker(ticker(m_options.logX, isWhole(drawn), kXTicks));
    m_plot->yAxis->setTicker(ticker(m_options.logY, false, kYTicks));
    const auto& series = m_context.theme.colors().series;
    qsizetype points = 0;
    for (const DrawnCurve& curve : drawn) points += curve.line.size();
    const bool isHeavy = points > kPointsForLooks;
    const auto ink = [&series](const DrawnCurve& curve) {
        return series[static_cast<std::size_t>(curve.color) % series.size()];
    };
    for (const DrawnCurve& curve : drawn) {
        drawBand(curve.low, curve.high, faint(ink(curve), 0.16F));
        if (drawn.size() <= kMostBands) drawBand(curve.least, curve.most, faint(ink(curve), 0.22F));
    }
    for (const DrawnCurve& curve : drawn) drawCurve(curve, ink(curve), isHeavy);
    m_nothing->setVisible(points == 0);
    placeLegend();
    fitAxes(drawn);
    drawMarks();
    if (std::isfinite(m_crossAt)) showCrosshair(m_crossAt);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void CurveView::drawBand(const CurvePoints& low, const CurvePoints& high, const QColor& color) {
    if (low.x.isEmpty()) return;
    QCPGraph* top = m_plot->addGraph();
    QCPGraph* bottom = m_plot->addGraph();
    for (QCPGraph* edge : {top, bottom}) {
        edge->setPen(Qt::NoPen);
        edge->setAntialiasedFill(false);
        edge->removeFromLegend();
    }
    top->setData(high.x, high.y, true);
    bottom->setData(low.x, low.y, true);
    top->setBrush(color);
    top->setChannelFillGraph(bottom);
}

void CurveView::drawCurve(const DrawnCurve& curve, const QColor& color, bool isHeavy) {
    if (!curve.raw.x.isEmpty()) {
        QCPGraph* raw = m_plot->addGraph();
        raw->setPen(QPen(faint(color, 0.32F), 1));
        raw->setData(curve.raw.x, curve.raw.y, true);
        raw->setAntialiased(!isHeavy);
        raw->removeFromLegend();
    }
    QCPGraph* line = m_plot->addGraph();
    line->setName(curve.name);
    line->setPen(linePen(curve, color, isHeavy));
    line->setAntialiased(!isHeavy);
    line->setData(curve.line.x, curve.line.y, true);
    // Few points: the points are the message, and a single one would else be invisible.
    if (curve.line.size() <= kPointsWithDiscs)
        line->setScatterStyle(
            QCPScatterStyle(QCPScatterStyle::ssDisc, color, curve.line.size() <= 20 ? 5 : 4));
    for (const double x : curve.gaps)
        drawText(x, 0.97, QStringLiteral("NaN"), m_context.theme.colors().bad);
}

void CurveView::drawText(double x, double y, const QString& text, const QColor& color) {
    auto* mark = new QCPItemText(m_plot);
    mark->position->setTypeX(QCPItemPosition::ptPlotCoords);
    mark->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    mark->position->setCoords(x, y);
    mark->setText(text);
    mark->setFont(m_context.theme.small());
    mark->setColor(color);
}

/// In rows of its own below the axes, so that it never lies on a curve; gone with a single curve.
void CurveView::placeLegend() {
    constexpr int kAround = 56;  // the drawn sample and the gap to the next entry
    QCPLegend* legend = m_plot->legend;
    QCPLayoutGrid* layout = m_plot->plotLayout();
    const bool isWanted = legend->itemCount() > 1;
    if (!isWanted && legend->visible()) {
        layout->take(legend);
        layout->simplify();
    }
    const bool isNew = isWanted && !legend->visible();
    legend->setVisible(isWanted);
    if (!isWanted) return;
    if (isNew) layout->addElement(1, 0, legend);
    // As many entries beside each other as fit whole; a name that is too long alone is shortened.
    const QFontMetrics metrics(legend->font());
    const int room = qMax(120, m_plot->width() - 36);
    int widest = 1;
    for (int i = 0; i < m_plot->graphCount(); ++i) {
        QCPGraph* graph = m_plot->graph(i);
        if (!legend->hasItemWithPlottable(graph)) continue;
        graph->setName(metrics.elidedText(graph->name(), Qt::ElideMiddle, room - kAround));
        widest = qMax(widest, metrics.horizontalAdvance(graph->name()) + kAround);
    }
    legend->setWrap(qMax(1, room / widest));
    legend->setFillOrder(QCPLegend::foColumnsFirst, true);
    legend->setMargins(QMargins(36, 0, 0, 0));
    layout->setRowStretchFactor(1, 0.001);
}

void CurveView::drawMarks() {
    const Colors& colors = m_context.theme.colors();
    for (const CurveMark& mark : m_marks) {
        const bool isAlarm = mark.severity == Severity::kBad || mark.severity == Severity::kWarn;
        const QColor ink = mark.severity == Severity::kBad    ? colors.bad
                           : mark.severity == Severity::kWarn ? colors.warn
                                                              : colors.textMuted;
        auto* line = new QCPItemLine(m_plot);
        for (QCPItemPosition* end : {line->start, line->end}) {
            end->setTypeX(QCPItemPosition::ptPlotCoords);
            end->setTypeY(QCPItemPosition::ptAxisRectRatio);
        }
        line->start->setCoords(mark.x, 1.0);
        line->end->setCoords(mark.x, isAlarm || mark.isBorder ? 0.0 : 0.95);
        line->setPen(QPen(ink, 1, isAlarm || mark.isBorder ? Qt::DashLine : Qt::SolidLine));
        if (mark.isBest) drawText(mark.x, 0.91, QStringLiteral("\u2605"), colors.accent);
        if (mark.severity == Severity::kBad) drawText(mark.x, 0.04, QStringLiteral("\u26a0"), ink);
    }
}

void CurveView::fitAxes(const QList<DrawnCurve>& drawn) {
    Range x;
    Range y;
    for (const DrawnCurve& curve : drawn) {
        for (const double value : {curve.x.low, curve.x.high})
            if (!curve.x.isEmpty) x.add(value);
        for (const double value : {curve.y.low, curve.y.high})
            if (!curve.y.isEmpty) y.add(value);
    }
    if (!m_zoomedX) {
        if (x.isEmpty) x = {.low = m_options.logX ? 0.1 : 0.0, .high = 1, .isEmpty = false};
        if (x.high <= x.low)
            x = m_options.logX ? Range{.low = x.low / 2, .high = x.low * 2, .isEmpty = false}
                               : Range{.low = x.low - 0.5, .high = x.high + 0.5, .isEmpty = false};
        const double room = m_options.logX ? 0.0 : (x.high - x.low) * 0.015;
        m_plot->xAxis->setRange(x.low - room, x.high + room);
    }
    if (m_zoomedY) return;
    if (!m_fixedY.isEmpty && !m_options.logY && !m_zoomedX) {
        m_plot->yAxis->setRange(m_fixedY.low, m_fixedY.high);
        return;
    }
    y = padded(y, m_options.logY);
    m_plot->yAxis->setRange(y.low, y.high);
}

Range CurveView::xRange() const {
    const QCPRange range = m_plot->xAxis->range();
    return {.low = range.lower, .high = range.upper, .isEmpty = false};
}

Range CurveView::yRange() const {
    const QCPRange range = m_plot->yAxis->range();
    return {.low = range.lower, .high = range.upper, .isEmpty = false};
}

void CurveView::restyle() {
    const Theme& theme = m_context.theme;
    const Colors& colors = theme.colors();
    QFont bold = theme.body();
    bold.setWeight(QFont::DemiBold);
    m_titleLabel->setFont(bold);
    m_value->setFont(bold);
    m_plot->setBackground(QBrush(colors.surface));
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis}) {
        axis->setBasePen(QPen(colors.border, 1));
        axis->setTickPen(QPen(colors.border, 1));
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLabelFont(theme.small());
        axis->setTickLabelColor(colors.textMuted);
        axis->setTickLength(0, 4);
        axis->grid()->setPen(QPen(colors.grid, 1));
        axis->grid()->setZeroLinePen(Qt::NoPen);
    }
    m_plot->xAxis->grid()->setVisible(false);  // the crosshair finds an x; lines only distract
    m_plot->yAxis->setBasePen(Qt::NoPen);
    m_plot->yAxis->setTickPen(Qt::NoPen);
    m_plot->legend->setBrush(Qt::NoBrush);
    m_plot->legend->setBorderPen(Qt::NoPen);
    m_plot->legend->setTextColor(colors.text);
    m_plot->legend->setFont(theme.small());
    m_plot->selectionRect()->setPen(QPen(colors.accent, 1, Qt::DashLine));
    m_plot->selectionRect()->setBrush(QBrush(faint(colors.accent, 0.12F)));
    plan();
    update();
}

}  // namespace veritune::app
