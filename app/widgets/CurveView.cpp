// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/CurveView.h"

#include "app/Icons.h"
#include "app/Settings.h"
#include "app/Theme.h"
#include "app/dialogs/FileChooser.h"
#include "app/widgets/CurveAccessible.h"
#include "app/widgets/CurveTable.h"

#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMenu>
#include <QSaveFile>
#include <QStackedLayout>
#include <QSvgGenerator>
#include <QTableView>
#include <QThreadPool>
#include <QToolButton>
#include <QWidgetAction>
#include <qcustomplot.h>

#include <cmath>

namespace veritune::app {
namespace {

constexpr int kReplotMs = 100;
constexpr double kSmoothingSteps[] = {0.0, 0.3, 0.6, 0.8, 0.9, 0.97};

/// What a worker makes of one curve.
CurvePoints newest(const CurvePoints& points, int lastN) {
    if (lastN <= 0 || points.size() <= lastN) return points;
    return {points.x.mid(points.size() - lastN), points.y.mid(points.size() - lastN)};
}

}  // namespace

struct CurveView::Drawn {
    CurvePoints line;
    CurvePoints raw;
    CurvePoints low;
    CurvePoints high;
    QList<double> gaps;  ///< x of values that are not finite
    QString name;
    int color = 0;
    bool isDashed = false;

    template <typename Cut>
    static Drawn make(const Curve& curve, const CurveOptions& options, const Cut& cut) {
        const CurvePoints points = newest(curve.points, options.lastN);
        Drawn drawn{.name = curve.name, .color = curve.color, .isDashed = curve.isDashed};
        // A smoothed line would leave its own interval.
        const double weight = curve.low.isEmpty() ? options.smoothing : 0.0;
        drawn.line = cut({points.x, smoothed(points.y, weight)});
        if (weight > 0 && options.rawLine && points.size() > 1) drawn.raw = cut(points);
        if (curve.low.size() == curve.points.size())
            drawn.low = cut(newest({curve.points.x, curve.low}, options.lastN));
        if (curve.high.size() == curve.points.size())
            drawn.high = cut(newest({curve.points.x, curve.high}, options.lastN));
        for (qsizetype i = 0; i < points.size() && drawn.gaps.size() < 20; ++i) {
            if (!std::isfinite(points.y[i])) drawn.gaps.append(points.x[i]);
        }
        return drawn;
    }
};

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

CurveView::CurveView(AppContext& context, const QString& name, CurveLink* link, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_name(name),
      m_link(link) {
    installCurveAccessibility();
    setObjectName(u"chart." + name);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(240, 190);
    m_options = curveOptionsFromText(context.settings.entry(Setting::kChartSettings, name));
    buildHead();
    buildPlot();
    m_table = new QTableView(this);
    m_table->setObjectName(u"chart." + name + QStringLiteral(".table"));
    m_table->setModel(new CurveTable(m_table));
    m_table->setAlternatingRowColors(true);
    auto* head = new QHBoxLayout;
    head->setSpacing(kGap1);
    head->addWidget(m_titleLabel, 1);
    head->addWidget(m_read, 1);
    head->addWidget(m_value);
    head->addWidget(m_tableButton);
    head->addWidget(m_menuButton);
    m_stack = new QStackedLayout;
    m_stack->addWidget(m_plot);
    m_stack->addWidget(m_table);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kGap3, kGap2, kGap2, kGap2);
    column->setSpacing(kGap1);
    column->addLayout(head);
    column->addLayout(m_stack, 1);
    m_replot.setSingleShot(true);
    m_replot.setInterval(kReplotMs);
    connect(&m_replot, &QTimer::timeout, this, &CurveView::prepare);
    if (link) {
        connect(link, &CurveLink::pointed, this, &CurveView::showCrosshair);
        connect(link, &CurveLink::left, this, &CurveView::hideCrosshair);
    }
    connect(&context.theme, &Theme::changed, this, &CurveView::restyle);
    retranslate();
    restyle();
}

CurveView::~CurveView() = default;

void CurveView::buildHead() {
    m_titleLabel = new ElidedLabel(Qt::ElideMiddle, this);
    m_read = new PlainLabel(this);
    m_read->setAlignment(Qt::AlignTrailing | Qt::AlignVCenter);
    m_read->setForegroundRole(QPalette::PlaceholderText);
    m_read->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_read->hide();
    m_value = new PlainLabel(this);
    m_tableButton = makeIconButton(
        m_context, QStringLiteral("table"), objectName() + QStringLiteral(".as-table"), this);
    m_tableButton->setCheckable(true);
    m_menuButton = makeIconButton(
        m_context, QStringLiteral("more"), objectName() + QStringLiteral(".menu"), this);
    for (QToolButton* button : {m_tableButton, m_menuButton}) {
        button->setMinimumSize(26, 26);
        button->setIconSize({16, 16});
    }
    m_menu = new QMenu(this);
    connect(m_menuButton, &QToolButton::clicked, this, [this] {
        m_menu->popup(m_menuButton->mapToGlobal(QPoint(0, m_menuButton->height())));
    });
    connect(m_menu, &QMenu::aboutToShow, this, &CurveView::buildMenu);
    connect(m_tableButton, &QToolButton::toggled, this, &CurveView::showTable);
}

void CurveView::buildPlot() {
    m_plot = new QCustomPlot(this);
    m_plot->setLayoutDirection(Qt::LeftToRight);  // curves run left to right in every language
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->setNoAntialiasingOnDrag(true);
    m_plot->setPlottingHint(QCP::phFastPolylines, true);
    m_plot->setSelectionRectMode(QCP::srmCustom);
    m_plot->setInteraction(QCP::iRangeZoom, true);
    m_plot->axisRect()->setRangeZoom(Qt::Horizontal);
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
    connect(m_plot->selectionRect(), &QCPSelectionRect::accepted, this, [this](const QRect& box) {
        if (box.width() < 6 && box.height() < 6) return;
        zoomTo(m_plot->xAxis->pixelToCoord(box.left()),
               m_plot->xAxis->pixelToCoord(box.right()),
               m_plot->yAxis->pixelToCoord(box.bottom()),
               m_plot->yAxis->pixelToCoord(box.top()));
    });
    connect(m_plot, &QCustomPlot::mouseWheel, this, [this](QWheelEvent* event) {
        // Over an axis only that axis moves.
        const bool onY = event->position().x() < m_plot->axisRect()->left();
        m_plot->axisRect()->setRangeZoom(onY ? Qt::Vertical : Qt::Horizontal);
        m_zoomed = true;
        plan();
    });
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, [this](QMouseEvent* event) {
        if (m_zoomed) return resetZoom();
        emit pointActivated(m_plot->xAxis->pixelToCoord(event->pos().x()));
    });
}

void CurveView::setTitle(const QString& title, const QString& explanation) {
    m_title = title;
    m_explanation = explanation;
    m_titleLabel->setFullText(title);
    setPlainToolTip(this, explanation);
    m_table->setAccessibleName(title);
    setAccessibleDescription(explanation);
    retranslate();
}

void CurveView::setXLabel(const QString& text) {
    m_xLabel = text;
    static_cast<CurveTable*>(m_table->model())->setXLabel(text);
}

void CurveView::setCurves(QList<Curve> curves) {
    m_curves = std::move(curves);
    static_cast<CurveTable*>(m_table->model())->setCurves(m_curves);
    QString value;
    for (const Curve& curve : m_curves) {
        for (qsizetype i = curve.points.size() - 1; i >= 0 && value.isEmpty(); --i) {
            if (std::isfinite(curve.points.y[i]))
                value = QLocale().toString(curve.points.y[i], 'g', 3);
        }
        break;
    }
    m_value->setText(m_curves.size() == 1 ? value : QString());
    setAccessibleName(summary());
    plan();
}

void CurveView::setMarks(QList<CurveMark> marks) {
    m_marks = std::move(marks);
    plan();
}

void CurveView::setBaseline(QList<Curve> curves) {
    m_baseline = std::move(curves);
    for (Curve& curve : m_baseline) curve.isDashed = true;
    plan();
}

void CurveView::setYRange(double low, double high) {
    m_fixedY = {.low = low, .high = high, .isEmpty = false};
}

void CurveView::setOptions(const CurveOptions& options) {
    if (options == m_options) return;
    m_options = options;
    keepOptions();
    plan();
}

void CurveView::keepOptions() {
    m_context.settings.setEntry(Setting::kChartSettings, m_name, toText(m_options));
}

QString CurveView::summary() const {
    QStringList parts;
    for (const Curve& curve : m_curves) parts.append(spokenSummary(curve.name, curve.points));
    return parts.join(QStringLiteral("; "));
}

QString CurveView::toCsv(QChar separator) const {
    return curvesToText(m_curves, m_xLabel.isEmpty() ? QStringLiteral("x") : m_xLabel, separator);
}

bool CurveView::isTable() const { return m_stack->currentWidget() == m_table; }

void CurveView::showTable(bool on) {
    m_tableButton->setChecked(on);
    m_stack->setCurrentWidget(on ? static_cast<QWidget*>(m_table) : m_plot);
}

// --- drawing -------------------------------------------------------------------------------------

void CurveView::plan() {
    if (isVisible() && !m_replot.isActive()) m_replot.start();
}

namespace {

struct Job {
    QList<Curve> curves;
    CurveOptions options;
    int width = 0;
    bool zoomed = false;
    double from = 0;
    double to = 0;
};

CurvePoints cut(const Job& job, const CurvePoints& points) {
    return decimated(job.zoomed ? windowed(points, job.from, job.to) : points, job.width);
}

}  // namespace

void CurveView::prepare() {
    if (!isVisible()) return;
    Job job{.curves = m_curves + m_baseline,
            .options = m_options,
            .width = qMax(64, m_plot->axisRect()->width()),
            .zoomed = m_zoomed};
    job.from = m_plot->xAxis->range().lower;
    job.to = m_plot->xAxis->range().upper;
    QPointer<CurveView> self(this);
    const quint64 generation = ++m_generation;
    QThreadPool::globalInstance()->start([self, job = std::move(job), generation] {
        auto drawn = std::make_shared<QList<Drawn>>();
        for (const Curve& curve : job.curves)
            drawn->append(Drawn::make(
                curve, job.options, [&job](const CurvePoints& p) { return cut(job, p); }));
        QMetaObject::invokeMethod(
            qApp,
            [self, drawn, generation] {
                if (self && self->m_generation == generation) self->adopt(*drawn);
            },
            Qt::QueuedConnection);
    });
}

void CurveView::renderNow() {
    QList<Drawn> drawn;
    Job job{.curves = m_curves + m_baseline,
            .options = m_options,
            .width = qMax(64, m_plot->axisRect()->width()),
            .zoomed = m_zoomed};
    job.from = m_plot->xAxis->range().lower;
    job.to = m_plot->xAxis->range().upper;
    for (const Curve& curve : job.curves)
        drawn.append(
            Drawn::make(curve, job.options, [&job](const CurvePoints& p) { return cut(job, p); }));
    ++m_generation;
    adopt(drawn);
    m_plot->replot(QCustomPlot::rpImmediateRefresh);
}

void CurveView::adopt(const QList<Drawn>& drawn) {
    m_plot->clearGraphs();
    m_plot->clearItems();
    m_cross = new QCPItemStraightLine(m_plot);
    m_cross->setLayer(QStringLiteral("cross"));
    m_cross->setPen(QPen(m_context.theme.colors().textMuted, 1, Qt::DotLine));
    m_cross->setVisible(false);
    const auto scale = [](bool log) { return log ? QCPAxis::stLogarithmic : QCPAxis::stLinear; };
    m_plot->xAxis->setScaleType(scale(m_options.logX));
    m_plot->yAxis->setScaleType(scale(m_options.logY));
    const auto& series = m_context.theme.colors().series;
    for (const Drawn& curve : drawn)
        drawCurve(curve, series[static_cast<std::size_t>(curve.color) % series.size()]);
    placeLegend();
    if (!m_zoomed) fitAxes();
    drawMarks();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void CurveView::drawCurve(const Drawn& curve, const QColor& color) {
    const auto faint = [&color](float alpha) {
        QColor soft = color;
        soft.setAlphaF(alpha);
        return soft;
    };
    if (!curve.low.x.isEmpty()) {
        QCPGraph* high = m_plot->addGraph();
        QCPGraph* low = m_plot->addGraph();
        for (QCPGraph* edge : {high, low}) {
            edge->setPen(Qt::NoPen);
            edge->removeFromLegend();
        }
        high->setData(curve.high.x, curve.high.y, true);
        low->setData(curve.low.x, curve.low.y, true);
        high->setBrush(faint(0.16F));
        high->setChannelFillGraph(low);
    }
    if (!curve.raw.x.isEmpty()) {
        QCPGraph* raw = m_plot->addGraph();
        raw->setPen(QPen(faint(0.32F), 1));
        raw->setData(curve.raw.x, curve.raw.y, true);
        raw->removeFromLegend();
    }
    QCPGraph* line = m_plot->addGraph();
    line->setName(curve.name);
    line->setPen(QPen(color, 1, curve.isDashed ? Qt::DashLine : Qt::SolidLine));
    line->setData(curve.line.x, curve.line.y, true);
    // Few points: the points are the message, and a single one would else be invisible.
    if (curve.line.size() <= 60)
        line->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, color, 4));
    for (const double x : curve.gaps) {
        auto* mark = new QCPItemText(m_plot);
        mark->position->setTypeX(QCPItemPosition::ptPlotCoords);
        mark->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
        mark->position->setCoords(x, 0.97);
        mark->setText(QStringLiteral("NaN"));
        mark->setFont(m_context.theme.small());
        mark->setColor(m_context.theme.colors().bad);
    }
}

/// In a row of its own below the axes, so that it never lies on a curve; gone with a single curve.
void CurveView::placeLegend() {
    const bool isWanted = m_plot->legend->itemCount() > 1;
    if (isWanted == m_plot->legend->visible()) return;
    m_plot->legend->setVisible(isWanted);
    QCPLayoutGrid* layout = m_plot->plotLayout();
    if (!isWanted) {
        layout->take(m_plot->legend);
        layout->simplify();
        return;
    }
    layout->addElement(1, 0, m_plot->legend);
    m_plot->legend->setFillOrder(QCPLegend::foColumnsFirst);
    m_plot->legend->setMargins(QMargins(36, 0, 0, 0));
    layout->setRowStretchFactor(1, 0.001);
}

void CurveView::drawMarks() {
    const Colors& colors = m_context.theme.colors();
    for (const CurveMark& mark : m_marks) {
        const QColor ink = mark.severity == Severity::kBad    ? colors.bad
                           : mark.severity == Severity::kWarn ? colors.warn
                                                              : colors.textMuted;
        auto* line = new QCPItemLine(m_plot);
        line->start->setTypeX(QCPItemPosition::ptPlotCoords);
        line->end->setTypeX(QCPItemPosition::ptPlotCoords);
        line->start->setTypeY(QCPItemPosition::ptAxisRectRatio);
        line->end->setTypeY(QCPItemPosition::ptAxisRectRatio);
        line->start->setCoords(mark.x, 1.0);
        line->end->setCoords(mark.x, mark.severity == Severity::kInfo ? 0.94 : 0.0);
        line->setPen(QPen(ink, 1, mark.severity == Severity::kInfo ? Qt::SolidLine : Qt::DashLine));
    }
}

void CurveView::fitAxes() {
    Range x;
    Range y;
    for (const QList<Curve>* set : {&m_curves, &m_baseline}) {
        for (const Curve& curve : *set) {
            const CurvePoints points = newest(curve.points, m_options.lastN);
            const Range xs = rangeOf(points.x, false, m_options.logX);
            const Range ys = rangeOf(points.y, m_options.ignoreOutliers, m_options.logY);
            for (const double value : {xs.low, xs.high})
                if (!xs.isEmpty) x.add(value);
            for (const double value : {ys.low, ys.high})
                if (!ys.isEmpty) y.add(value);
            for (const QList<double>* edge : {&curve.low, &curve.high}) {
                const Range band = rangeOf(*edge, false, m_options.logY);
                for (const double value : {band.low, band.high})
                    if (!band.isEmpty) y.add(value);
            }
        }
    }
    if (x.isEmpty) x = {.low = 0, .high = 1, .isEmpty = false};
    if (x.high <= x.low) x = {.low = x.low - 0.5, .high = x.high + 0.5, .isEmpty = false};
    const double room = m_options.logX ? 0.0 : (x.high - x.low) * 0.015;
    m_plot->xAxis->setRange(x.low - room, x.high + room);
    if (!m_fixedY.isEmpty && !m_options.logY) {
        m_plot->yAxis->setRange(m_fixedY.low, m_fixedY.high);
    } else {
        y = padded(y, m_options.logY);
        m_plot->yAxis->setRange(y.low, y.high);
    }
}

// --- pointing and zooming ------------------------------------------------------------------------

QString CurveView::readOut(double x) const {
    QStringList parts;
    const QLocale locale;
    QString where;
    for (const QList<Curve>* set : {&m_curves, &m_baseline}) {
        for (const Curve& curve : *set) {
            const qsizetype i = nearestIndex(curve.points.x, x);
            if (i < 0) continue;
            if (where.isEmpty())
                where = m_xLabel + u' ' + locale.toString(curve.points.x[i], 'g', 6);
            const double value = curve.points.y[i];
            const QString number =
                std::isfinite(value) ? locale.toString(value, 'g', 4) : QStringLiteral("NaN");
            parts.append(m_curves.size() + m_baseline.size() > 1 ? curve.name + u' ' + number
                                                                 : number);
        }
    }
    for (const CurveMark& mark : m_marks) {
        if (std::abs(m_plot->xAxis->coordToPixel(mark.x) - m_plot->xAxis->coordToPixel(x)) < 5)
            parts.append(mark.text);
    }
    return where.isEmpty() ? QString() : where + u": " + parts.join(QStringLiteral("  "));
}

void CurveView::showCrosshair(double x) {
    if (!isVisible() || !m_plot->xAxis->range().contains(x)) return hideCrosshair();
    m_cross->point1->setCoords(x, 0);
    m_cross->point2->setCoords(x, 1);
    m_cross->setVisible(true);
    m_plot->layer(QStringLiteral("cross"))->replot();
    m_read->setText(readOut(x));
    m_read->show();
    m_value->hide();
}

void CurveView::hideCrosshair() {
    m_read->clear();
    m_read->hide();
    m_value->show();
    if (!m_cross->visible()) return;
    m_cross->setVisible(false);
    m_plot->layer(QStringLiteral("cross"))->replot();
}

bool CurveView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_plot && event->type() == QEvent::MouseMove) {
        const double x = m_plot->xAxis->pixelToCoord(static_cast<QMouseEvent*>(event)->pos().x());
        m_link ? m_link->point(x) : showCrosshair(x);
    } else if (watched == m_plot && event->type() == QEvent::Leave) {
        m_link ? m_link->leave() : hideCrosshair();
    } else if (watched == m_plot && event->type() == QEvent::ContextMenu) {
        m_menu->popup(static_cast<QContextMenuEvent*>(event)->globalPos());
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void CurveView::zoomTo(double x0, double x1, double y0, double y1) {
    m_zoomHistory.append({m_plot->xAxis->range().lower,
                          m_plot->xAxis->range().upper,
                          m_plot->yAxis->range().lower,
                          m_plot->yAxis->range().upper});
    m_plot->xAxis->setRange(x0, x1);
    m_plot->yAxis->setRange(y0, y1);
    m_zoomed = true;
    plan();
}

void CurveView::zoomBack() {
    if (m_zoomHistory.size() <= 1) return resetZoom();
    const QList<double> before = m_zoomHistory.takeLast();
    m_plot->xAxis->setRange(before[0], before[1]);
    m_plot->yAxis->setRange(before[2], before[3]);
    plan();
}

void CurveView::resetZoom() {
    m_zoomHistory.clear();
    m_zoomed = false;
    plan();
}

// --- menu, export --------------------------------------------------------------------------------

void CurveView::buildMenu() {
    m_menu->clear();
    QMenu* smoothing = m_menu->addMenu(tr("Smoothing"));
    for (const double weight : kSmoothingSteps) {
        QAction* action = smoothing->addAction(weight == 0 ? tr("Off", "no smoothing")
                                                           : QLocale().toString(weight, 'g', 3));
        action->setCheckable(true);
        action->setChecked(qFuzzyCompare(1 + weight, 1 + m_options.smoothing));
        connect(action, &QAction::triggered, this, [this, weight] {
            CurveOptions changed = m_options;
            changed.smoothing = weight;
            setOptions(changed);
        });
    }
    QMenu* window = m_menu->addMenu(tr("Show"));
    for (const int last : {0, 50, 200, 1000}) {
        QAction* action = window->addAction(last == 0 ? tr("All points")
                                                      : tr("The last %n point(s)", nullptr, last));
        action->setCheckable(true);
        action->setChecked(m_options.lastN == last);
        connect(action, &QAction::triggered, this, [this, last] {
            CurveOptions changed = m_options;
            changed.lastN = last;
            setOptions(changed);
        });
    }
    const auto flag = [this](const QString& text, bool CurveOptions::*field) {
        QAction* action = m_menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(m_options.*field);
        connect(action, &QAction::toggled, this, [this, field](bool on) {
            CurveOptions changed = m_options;
            changed.*field = on;
            setOptions(changed);
        });
    };
    flag(tr("Unsmoothed line behind"), &CurveOptions::rawLine);
    flag(tr("Leave outliers out"), &CurveOptions::ignoreOutliers);
    flag(tr("Logarithmic x axis"), &CurveOptions::logX);
    flag(tr("Logarithmic y axis"), &CurveOptions::logY);
    m_menu->addSeparator();
    m_menu->addAction(tr("Zoom back"), this, &CurveView::zoomBack)->setEnabled(m_zoomed);
    m_menu->addAction(tr("Show everything"), this, &CurveView::resetZoom)->setEnabled(m_zoomed);
    m_menu->addSeparator();
    m_menu->addAction(tr("Copy the picture"), this, &CurveView::copyPicture);
    m_menu->addAction(tr("Copy the values as CSV"), this, [this] {
        QApplication::clipboard()->setText(toCsv());
    });
    m_menu->addAction(tr("Save as PNG"), this, [this] { saveAs(QStringLiteral("png")); });
    m_menu->addAction(tr("Save as SVG"), this, [this] { saveAs(QStringLiteral("svg")); });
    m_menu->addAction(tr("Save as CSV"), this, [this] { saveAs(QStringLiteral("csv")); });
}

QImage CurveView::toImage(const QSize& size) {
    return m_plot->toPixmap(size.width(), size.height(), 2.0).toImage();
}

QByteArray CurveView::toSvg(const QSize& size) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(0, 0), size));
    generator.setTitle(m_title);
    QCPPainter painter;
    painter.begin(&generator);
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    m_plot->toPainter(&painter, size.width(), size.height());
    painter.end();
    return bytes;
}

void CurveView::copyPicture() { QApplication::clipboard()->setImage(toImage({900, 420})); }

void CurveView::saveAs(const QString& suffix) {
    chooseSave(
        this,
        tr("Save the chart"),
        m_name.section(u'/', -1) + u'.' + suffix,
        suffix,
        [this, suffix](const QString& path) {
            QByteArray bytes;
            if (suffix == QStringLiteral("csv")) bytes = toCsv().toUtf8();
            if (suffix == QStringLiteral("svg")) bytes = toSvg({900, 420});
            if (suffix == QStringLiteral("png")) {
                QBuffer buffer(&bytes);
                buffer.open(QIODevice::WriteOnly);
                toImage({900, 420}).save(&buffer, "PNG");
            }
            QSaveFile file(path);
            if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() ||
                !file.commit()) {
                m_read->setText(tr("The file could not be written: %1").arg(file.errorString()));
            }
        });
}

// --- looks and words -----------------------------------------------------------------------------

void CurveView::restyle() {
    const Theme& theme = m_context.theme;
    const Colors& colors = theme.colors();
    QFont bold = theme.body();
    bold.setWeight(QFont::DemiBold);
    m_titleLabel->setFont(bold);
    m_value->setFont(bold);
    m_read->setFont(theme.small());
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
        axis->ticker()->setTickCount(axis == m_plot->xAxis ? 6 : 4);
        axis->setNumberFormat(QStringLiteral("gb"));
        axis->setNumberPrecision(4);
    }
    m_plot->yAxis->setBasePen(Qt::NoPen);
    m_plot->yAxis->setTickPen(Qt::NoPen);
    m_plot->legend->setBrush(Qt::NoBrush);
    m_plot->legend->setBorderPen(Qt::NoPen);
    m_plot->legend->setTextColor(colors.text);
    m_plot->legend->setFont(theme.small());
    m_plot->selectionRect()->setPen(QPen(colors.accent, 1, Qt::DashLine));
    m_plot->selectionRect()->setBrush(QBrush(colors.accentSoft));
    plan();
    update();
}

void CurveView::retranslate() {
    setIconButtonText(m_tableButton, tr("Show %1 as a table").arg(m_title));
    setIconButtonText(m_menuButton, tr("Options of %1").arg(m_title));
}

void CurveView::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) retranslate();
}

void CurveView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    plan();
}

void CurveView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    plan();
}

void CurveView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_context.theme.colors();
    painter.setPen(QPen(hasFocus() ? colors.accent : colors.border, 1));
    painter.setBrush(colors.surface);
    painter.drawRoundedRect(
        QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kCardRadius, kCardRadius);
}

}  // namespace veritune::app
