// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/CurveView.h"

#include "app/Settings.h"
#include "app/Theme.h"
#include "app/dialogs/FileChooser.h"
#include "app/widgets/CurveAccessible.h"
#include "app/widgets/CurveReadout.h"
#include "app/widgets/CurveTable.h"

#include <QAccessible>
#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QHeaderView>
#include <QMenu>
#include <QSaveFile>
#include <QSlider>
#include <QStackedLayout>
#include <QSvgGenerator>
#include <QTableView>
#include <QThreadPool>
#include <QToolButton>
#include <QWidgetAction>
#include <qcustomplot.h>

#include <cmath>
#include <limits>

/// What a person does with a chart; how it is drawn stands in CurveViewDraw.cpp.
namespace veritune::app {
namespace {

constexpr int kReplotMs = 100;
constexpr double kSmoothingSteps[] = {0.0, 0.3, 0.6, 0.8, 0.9, 0.97};
constexpr double kWheelStep = 0.85;
constexpr qint64 kWheelPauseMs = 600;
constexpr int kDragPixels = 8;
constexpr qsizetype kMostZooms = 50;

}  // namespace

CurveView::CurveView(AppContext& context, const QString& name, CurveLink* link, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_name(name),
      m_link(link),
      m_crossAt(std::numeric_limits<double>::quiet_NaN()) {
    installCurveAccessibility();
    setObjectName(u"chart." + name);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(240, 190);
    m_options = curveOptionsFromText(context.settings.entry(Setting::kChartSettings, name));
    buildHead();
    buildPlot();
    connectPlot();
    buildLayout();
    m_replot.setSingleShot(true);
    m_replot.setInterval(kReplotMs);
    connect(&m_replot, &QTimer::timeout, this, &CurveView::prepare);
    if (link) {
        connect(link, &CurveLink::pointed, this, &CurveView::showCrosshair);
        connect(link, &CurveLink::left, this, &CurveView::hideCrosshair);
        connect(link, &CurveLink::zoomReset, this, &CurveView::resetZoom);
        connect(link, &CurveLink::zoomed, this, [this](QObject* by, double from, double to) {
            if (by == this) return;
            remember();
            zoomX(from, to);
        });
    }
    connect(&context.theme, &Theme::changed, this, &CurveView::restyle);
    retranslate();
    restyle();
}

CurveView::~CurveView() = default;

void CurveView::buildHead() {
    m_titleLabel = new ElidedLabel(Qt::ElideMiddle, this);
    m_value = new PlainLabel(this);
    m_tableButton = makeIconButton(
        m_context, QStringLiteral("table"), objectName() + QStringLiteral(".as-table"), this);
    m_tableButton->setCheckable(true);
    m_menuButton = makeIconButton(
        m_context, QStringLiteral("more"), objectName() + QStringLiteral(".menu"), this);
    for (QToolButton* button : {m_tableButton, m_menuButton}) {
        setIconButtonSize(m_context, button, 16, 26);
    }
    m_menu = new QMenu(this);
    connect(m_menuButton, &QToolButton::clicked, this, [this] {
        m_menu->popup(m_menuButton->mapToGlobal(QPoint(0, m_menuButton->height())));
    });
    connect(m_menu, &QMenu::aboutToShow, this, &CurveView::buildMenu);
    connect(m_tableButton, &QToolButton::toggled, this, &CurveView::showTable);
}

void CurveView::buildLayout() {
    m_table = new QTableView(this);
    m_table->setObjectName(u"chart." + m_name + QStringLiteral(".table"));
    m_table->setModel(new CurveTable(m_table));
    m_table->setAlternatingRowColors(true);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    auto* head = new QHBoxLayout;
    head->setSpacing(kGap1);
    head->addWidget(m_titleLabel, 1);
    head->addWidget(m_value);
    head->addWidget(m_tableButton);
    head->addWidget(m_menuButton);
    m_stack = new QStackedLayout;
    m_stack->addWidget(m_plot);
    m_stack->addWidget(m_table);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kGap3, kGap2, kGap3, kGap2);
    column->setSpacing(kGap1);
    column->addLayout(head);
    column->addLayout(m_stack, 1);
}

void CurveView::connectPlot() {
    connect(m_plot->selectionRect(), &QCPSelectionRect::accepted, this, [this](const QRect& box) {
        if (box.width() < kDragPixels) return;
        const double x0 = m_plot->xAxis->pixelToCoord(box.left());
        const double x1 = m_plot->xAxis->pixelToCoord(box.right());
        // A drag along the x axis says nothing of y.
        if (box.height() < 2 * kDragPixels) {
            remember();
            zoomX(x0, x1);
            if (m_link) m_link->zoom(this, x0, x1);
            return;
        }
        zoomTo(x0,
               x1,
               m_plot->yAxis->pixelToCoord(box.bottom()),
               m_plot->yAxis->pixelToCoord(box.top()));
    });
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, [this](QMouseEvent* event) {
        if (!isZoomed()) {
            emit pointActivated(m_plot->xAxis->pixelToCoord(event->pos().x()));
            return;
        }
        m_link ? m_link->reset() : resetZoom();
    });
}

void CurveView::setTitle(const QString& title, const QString& explanation) {
    m_title = title;
    m_explanation = explanation;
    m_titleLabel->setFullText(title);
    setPlainToolTip(m_titleLabel, explanation);
    m_table->setAccessibleName(title);
    setAccessibleName(title);
    setAccessibleDescription(explanation);
    retranslate();
}

void CurveView::setXLabel(const QString& text) {
    m_xLabel = text;
    static_cast<CurveTable*>(m_table->model())->setXLabel(text);
}

void CurveView::setCurves(QList<Curve> curves) {
    m_curves = std::move(curves);
    m_value->setText(newestValue());
    m_isTableStale = true;
    refreshTable();
    plan();
}

QString CurveView::newestValue() const {
    if (m_curves.size() != 1) return {};
    const QList<double>& y = m_curves.first().points.y;
    for (qsizetype i = y.size() - 1; i >= 0; --i) {
        if (std::isfinite(y[i])) return QLocale().toString(y[i], 'g', 3);
    }
    return {};
}

void CurveView::setMarks(QList<CurveMark> marks) {
    m_marks = std::move(marks);
    plan();
}

void CurveView::setBaseline(QList<Curve> curves) {
    m_baseline = std::move(curves);
    for (Curve& curve : m_baseline) curve.isDashed = true;
    m_isTableStale = true;
    refreshTable();
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

QString CurveView::spokenValue() const {
    return std::isfinite(m_crossAt) ? m_read->text() : summary();
}

QString CurveView::toCsv(QChar separator) const {
    return curvesToText(
        m_curves + m_baseline, m_xLabel.isEmpty() ? QStringLiteral("x") : m_xLabel, separator);
}

bool CurveView::isTable() const { return m_stack->currentWidget() == m_table; }

void CurveView::showTable(bool on) {
    m_tableButton->setChecked(on);
    m_stack->setCurrentWidget(on ? static_cast<QWidget*>(m_table) : m_plot);
    refreshTable();
    if (!on) plan();
}

/// Only a table that is looked at costs anything.
void CurveView::refreshTable() {
    if (!m_isTableStale || !isTable()) return;
    m_isTableStale = false;
    static_cast<CurveTable*>(m_table->model())->setCurves(m_curves + m_baseline);
}

// --- from data to the plot -----------------------------------------------------------------------

void CurveView::plan() {
    m_isStale = true;
    if (!isVisible() || m_replot.isActive() || visibleRegion().isEmpty()) return;
    m_replot.start();
}

CurveJob CurveView::job() const {
    return {.curves = m_curves + m_baseline,
            .options = m_options,
            .width = qMax(64, m_plot->axisRect()->width()),
            .isZoomed = m_zoomedX,
            .from = m_plot->xAxis->range().lower,
            .to = m_plot->xAxis->range().upper};
}

void CurveView::prepare() {
    if (!isVisible() || isTable()) return;
    m_isStale = false;
    const QPointer<CurveView> self(this);
    const quint64 generation = ++m_generation;
    QThreadPool::globalInstance()->start([self, job = job(), generation] {
        auto drawn = std::make_shared<QList<DrawnCurve>>(prepareCurves(job));
        QMetaObject::invokeMethod(
            qApp,
            [self, drawn, generation] {
                if (!self || self->m_generation != generation) return;
                if (self->isVisible())
                    self->adopt(*drawn);
                else
                    self->m_isStale = true;
            },
            Qt::QueuedConnection);
    });
}

void CurveView::renderNow() {
    m_isStale = false;
    ++m_generation;
    adopt(prepareCurves(job()));
    m_plot->replot(QCustomPlot::rpImmediateRefresh);
}

// --- pointing ------------------------------------------------------------------------------------

void CurveView::readAt(double x) {
    struct Read {
        ReadLine line;
        double value;
        double distance;
    };
    const auto& series = m_context.theme.colors().series;
    const QLocale locale;
    QString heading;
    QList<Read> reads;
    for (const Curve& curve : m_curves + m_baseline) {
        const qsizetype i = nearestIndex(curve.points.x, x);
        if (i < 0) continue;
        if (heading.isEmpty())
            heading = m_xLabel + u' ' + locale.toString(curve.points.x[i], 'g', 6);
        const double value = curve.points.y[i];
        const bool isFinite = std::isfinite(value);
        reads.append({{.color = series[static_cast<std::size_t>(curve.color) % series.size()],
                       .isDashed = curve.isDashed,
                       .name = m_curves.size() + m_baseline.size() > 1 ? curve.name : QString(),
                       .value = isFinite ? locale.toString(value, 'g', 4) : QStringLiteral("NaN")},
                      isFinite ? value : -std::numeric_limits<double>::max(),
                      isFinite && m_mouseY >= 0
                          ? std::abs(m_plot->yAxis->coordToPixel(value) - m_mouseY)
                          : std::numeric_limits<double>::max()});
    }
    // What the mouse is nearest to comes first; on the other charts the highest.
    std::stable_sort(reads.begin(), reads.end(), [](const Read& a, const Read& b) {
        return a.distance != b.distance ? a.distance < b.distance : a.value > b.value;
    });
    QList<ReadLine> lines;
    for (const Read& read : reads) lines.append(read.line);
    QStringList notes;
    for (const CurveMark& mark : m_marks) {
        if (std::abs(m_plot->xAxis->coordToPixel(mark.x) - m_plot->xAxis->coordToPixel(x)) < 5 &&
            !notes.contains(mark.text))
            notes.append(mark.text);
    }
    m_read->setLines(heading, lines, notes);
    m_read->setVisible(!lines.isEmpty());
    m_read->placeAt(static_cast<int>(m_plot->xAxis->coordToPixel(x)), m_plot->axisRect()->rect());
}

void CurveView::showCrosshair(double x) {
    if (!isVisible() || !m_plot->xAxis->range().contains(x)) return hideCrosshair();
    m_crossAt = x;
    m_cross->point1->setCoords(x, 0);
    m_cross->point2->setCoords(x, 1);
    m_cross->setVisible(true);
    m_plot->layer(QStringLiteral("cross"))->replot();
    readAt(x);
}

void CurveView::hideCrosshair() {
    m_crossAt = std::numeric_limits<double>::quiet_NaN();
    m_mouseY = -1;
    m_read->hide();
    if (!m_cross->visible()) return;
    m_cross->setVisible(false);
    m_plot->layer(QStringLiteral("cross"))->replot();
}

/// One point of the first curve to the left or right.
void CurveView::moveCrosshair(int by) {
    if (m_curves.isEmpty() || m_curves.first().points.x.isEmpty()) return;
    const QList<double>& xs = m_curves.first().points.x;
    const qsizetype at =
        std::isfinite(m_crossAt) ? nearestIndex(xs, m_crossAt) + by : (by > 0 ? 0 : xs.size() - 1);
    const double x = xs[qBound<qsizetype>(0, at, xs.size() - 1)];
    m_mouseY = -1;
    m_link ? m_link->point(x) : showCrosshair(x);
    QAccessibleEvent said(this, QAccessible::NameChanged);
    QAccessible::updateAccessibility(&said);
}

bool CurveView::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_plot) return QWidget::eventFilter(watched, event);
    if (event->type() == QEvent::MouseMove) {
        const QPoint at = static_cast<QMouseEvent*>(event)->pos();
        m_mouseY = at.y();
        const double x = m_plot->xAxis->pixelToCoord(at.x());
        m_link ? m_link->point(x) : showCrosshair(x);
    } else if (event->type() == QEvent::Leave) {
        m_link ? m_link->leave() : hideCrosshair();
    } else if (event->type() == QEvent::MouseButtonPress) {
        setFocus(Qt::MouseFocusReason);
    } else if (event->type() == QEvent::Wheel) {
        return wheel(static_cast<QWheelEvent*>(event));
    } else if (event->type() == QEvent::ContextMenu) {
        m_menu->popup(static_cast<QContextMenuEvent*>(event)->globalPos());
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void CurveView::contextMenuEvent(QContextMenuEvent* event) {
    m_menu->popup(event->reason() == QContextMenuEvent::Keyboard ? mapToGlobal(QPoint(kGap4, kGap4))
                                                                 : event->globalPos());
}

// --- zooming -------------------------------------------------------------------------------------

/// Over an axis the wheel zooms that axis, elsewhere only with Ctrl: the page has to scroll.
/// Always true: the plot has no say in it.
bool CurveView::wheel(QWheelEvent* event) {
    const QPointF at = event->position();
    const QRect inside = m_plot->axisRect()->rect();
    const bool onY = at.x() < inside.left();
    const bool onX = at.y() > inside.bottom();
    const bool withCtrl = event->modifiers().testFlag(Qt::ControlModifier);
    if ((!onX && !onY && !withCtrl) || event->angleDelta().y() == 0) {
        event->ignore();
        return true;
    }
    event->accept();
    if (!m_sinceWheel.isValid() || m_sinceWheel.elapsed() > kWheelPauseMs) remember();
    m_sinceWheel.start();
    QCPAxis* axis = onY ? m_plot->yAxis : m_plot->xAxis;
    const double centre = axis->pixelToCoord(onY ? at.y() : at.x());
    axis->scaleRange(std::pow(kWheelStep, event->angleDelta().y() / 120.0), centre);
    if (onY) {
        m_zoomedY = true;
        plan();
        return true;
    }
    const QCPRange range = axis->range();
    zoomX(range.lower, range.upper);
    if (m_link) m_link->zoom(this, range.lower, range.upper);
    return true;
}

void CurveView::remember() {
    const QCPRange x = m_plot->xAxis->range();
    const QCPRange y = m_plot->yAxis->range();
    m_history.append({x.lower, x.upper, y.lower, y.upper, m_zoomedX, m_zoomedY});
    if (m_history.size() > kMostZooms) m_history.removeFirst();
}

void CurveView::zoomX(double from, double to) {
    m_plot->xAxis->setRange(from, to);
    m_zoomedX = true;
    plan();
}

void CurveView::zoomTo(double x0, double x1, double y0, double y1) {
    remember();
    m_plot->yAxis->setRange(y0, y1);
    m_zoomedY = true;
    zoomX(x0, x1);
    if (m_link) m_link->zoom(this, x0, x1);
}

void CurveView::zoomBack() {
    if (m_history.isEmpty()) return resetZoom();
    const View before = m_history.takeLast();
    m_plot->xAxis->setRange(before.x0, before.x1);
    m_plot->yAxis->setRange(before.y0, before.y1);
    m_zoomedX = before.zoomedX;
    m_zoomedY = before.zoomedY;
    plan();
}

void CurveView::resetZoom() {
    m_history.clear();
    m_zoomedX = false;
    m_zoomedY = false;
    plan();
}

// --- keys ----------------------------------------------------------------------------------------

bool CurveView::event(QEvent* event) {
    // The window has Alt+Left, too; while this chart is zoomed it is the chart's.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (isZoomed() && key->key() == Qt::Key_Left && key->modifiers() == Qt::AltModifier)
            event->accept();
    }
    return QWidget::event(event);
}

void CurveView::keyPressEvent(QKeyEvent* event) {
    const bool isPlain = event->modifiers() == Qt::NoModifier;
    if (event->key() == Qt::Key_Left && event->modifiers() == Qt::AltModifier && isZoomed())
        zoomBack();
    else if (isPlain && (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right))
        moveCrosshair(event->key() == Qt::Key_Right ? 1 : -1);
    else if (isPlain && event->key() == Qt::Key_T)
        showTable(!isTable());
    else if (isPlain && event->key() == Qt::Key_0)
        m_link ? m_link->reset() : resetZoom();
    else if (event->matches(QKeySequence::Copy))
        copyPicture();
    else
        QWidget::keyPressEvent(event);
}

// --- menu, export --------------------------------------------------------------------------------

void CurveView::addSmoothing() {
    QMenu* menu = m_menu->addMenu(tr("Smoothing"));
    auto* slider = new QSlider(Qt::Horizontal);
    slider->setRange(0, 99);
    slider->setValue(static_cast<int>(std::lround(m_options.smoothing * 100)));
    slider->setMinimumWidth(160);
    slider->setAccessibleName(tr("Smoothing in percent"));
    connect(slider, &QSlider::valueChanged, this, [this](int percent) {
        CurveOptions changed = m_options;
        changed.smoothing = percent / 100.0;
        setOptions(changed);
    });
    auto* frame = new QWidget(menu);
    auto* row = new QHBoxLayout(frame);
    row->setContentsMargins(kGap3, kGap2, kGap3, kGap2);
    row->addWidget(slider);
    auto* action = new QWidgetAction(menu);
    action->setDefaultWidget(frame);
    menu->addAction(action);
    for (const double weight : kSmoothingSteps) {
        QAction* step = menu->addAction(weight == 0 ? tr("Off", "no smoothing")
                                                    : QLocale().toString(weight, 'g', 3));
        step->setCheckable(true);
        step->setChecked(qFuzzyCompare(1 + weight, 1 + m_options.smoothing));
        connect(step, &QAction::triggered, this, [this, weight] {
            CurveOptions changed = m_options;
            changed.smoothing = weight;
            setOptions(changed);
        });
    }
}

void CurveView::addWindow() {
    QMenu* menu = m_menu->addMenu(tr("Show"));
    for (const int last : {0, 50, 200, 1000}) {
        QAction* action = menu->addAction(last == 0 ? tr("All points")
                                                    : tr("The last %n point(s)", nullptr, last));
        action->setCheckable(true);
        action->setChecked(m_options.lastN == last);
        connect(action, &QAction::triggered, this, [this, last] {
            CurveOptions changed = m_options;
            changed.lastN = last;
            setOptions(changed);
        });
    }
}

void CurveView::buildMenu() {
    m_menu->clear();
    addSmoothing();
    addWindow();
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
    m_menu->addAction(tr("Zoom back"), this, &CurveView::zoomBack)->setEnabled(isZoomed());
    m_menu
        ->addAction(tr("Show everything"), this, [this] { m_link ? m_link->reset() : resetZoom(); })
        ->setEnabled(isZoomed());
    m_menu->addSeparator();
    m_menu->addAction(tr("Copy the picture"), this, &CurveView::copyPicture);
    m_menu->addAction(tr("Copy the picture as SVG"), this, [this] {
        QApplication::clipboard()->setText(QString::fromUtf8(toSvg({900, 420})));
    });
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
    chooseSave(this,
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
                       m_read->setLines(
                           tr("The file could not be written: %1").arg(file.errorString()), {}, {});
                       m_read->show();
                       m_read->placeAt(0, m_plot->rect());
                   }
               });
}

// --- words and window ----------------------------------------------------------------------------

void CurveView::retranslate() {
    setIconButtonText(m_tableButton, tr("Show %1 as a table").arg(m_title));
    setIconButtonText(m_menuButton, tr("Options of %1").arg(m_title));
    m_nothing->setText(tr("No values yet"));
    m_read->setLayoutDirection(QApplication::layoutDirection());
    m_value->setText(newestValue());
    plan();
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
    // It may have been scrolled into view.
    if (m_isStale && !m_replot.isActive()) m_replot.start();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_context.theme.colors();
    painter.setPen(QPen(hasFocus() ? colors.accent : colors.border, 1));
    painter.setBrush(colors.surface);
    painter.drawRoundedRect(
        QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kCardRadius, kCardRadius);
}

}  // namespace veritune::app
