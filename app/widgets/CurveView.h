// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/widgets/Cards.h"
#include "app/widgets/CurveMath.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <memory>

class QCustomPlot;
class QCPGraph;
class QCPItemStraightLine;
class QMenu;
class QStackedLayout;
class QTableView;
class QToolButton;

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
};

/// How a chart is shown; kept per chart.
struct CurveOptions {
    double smoothing = 0.6;  ///< 0..0.99
    int lastN = 0;           ///< newest points only; 0 = all
    bool logX = false;
    bool logY = false;
    bool ignoreOutliers = false;
    bool rawLine = true;  ///< the unsmoothed line, faint, behind
    bool operator==(const CurveOptions&) const = default;
};
QString toText(const CurveOptions& options);
CurveOptions curveOptionsFromText(const QString& text);

/// Charts with one link share the crosshair: the x under the mouse.
class CurveLink final : public QObject {
    Q_OBJECT
  public:
    using QObject::QObject;
    void point(double x) { emit pointed(x); }
    void leave() { emit left(); }
  signals:
    void pointed(double x);
    void left();
};

/// A chart: curves with smoothing, zoom, crosshair, events, table, export. The only class that uses
/// QCustomPlot and sets a pen; lines are 1 px (2 px take seconds to draw). Data are decimated to
/// 2 x width points in a worker; replots at most 10 times a second and none while hidden.
/// threads  GUI thread
class CurveView final : public QWidget {
    Q_OBJECT
  public:
    /// name: key of the kept options and of objectName ("chart.NAME").
    CurveView(AppContext& context, const QString& name, CurveLink* link, QWidget* parent = nullptr);
    ~CurveView() override;

    void setTitle(const QString& title, const QString& explanation);
    /// The x axis in words ("step", "seconds").
    void setXLabel(const QString& text);
    void setCurves(QList<Curve> curves);
    void setMarks(QList<CurveMark> marks);
    /// A second set, dashed, from another run.
    void setBaseline(QList<Curve> curves);
    /// Fixed y axis (shares: 0..1); not used while zoomed or logarithmic.
    void setYRange(double low, double high);
    const CurveOptions& options() const { return m_options; }
    void setOptions(const CurveOptions& options);

    const QList<Curve>& curves() const { return m_curves; }
    /// "reward 0.42, up 0.11 over 100 steps" for each curve.
    QString summary() const;
    /// Text of all points: x and one column per curve, C locale.
    QString toCsv(QChar separator = u',') const;
    void showTable(bool on);
    bool isTable() const;
    void resetZoom();
    /// Draws now, without waiting for the worker or the timer; for pictures and tests.
    void renderNow();
    QImage toImage(const QSize& size);
    QByteArray toSvg(const QSize& size);

  signals:
    /// A double click on a point: where a chain of that step can be looked at.
    void pointActivated(double x);

  protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    struct Drawn;
    void buildPlot();
    void buildHead();
    void buildMenu();
    void retranslate();
    void restyle();
    void plan();
    void prepare();
    void adopt(const QList<Drawn>& drawn);
    void drawCurve(const Drawn& curve, const QColor& color);
    void drawMarks();
    void placeLegend();
    void fitAxes();
    void showCrosshair(double x);
    void hideCrosshair();
    QString readOut(double x) const;
    void zoomTo(double x0, double x1, double y0, double y1);
    void zoomBack();
    void keepOptions();
    void copyPicture();
    void saveAs(const QString& suffix);

    AppContext& m_context;
    QString m_name;
    QPointer<CurveLink> m_link;
    QString m_title;
    QString m_explanation;
    QString m_xLabel;
    QList<Curve> m_curves;
    QList<Curve> m_baseline;
    QList<CurveMark> m_marks;
    CurveOptions m_options;
    Range m_fixedY;
    bool m_zoomed = false;
    QList<QList<double>> m_zoomHistory;
    quint64 m_generation = 0;
    QTimer m_replot;
    QCustomPlot* m_plot;
    QCPItemStraightLine* m_cross;
    ElidedLabel* m_titleLabel;
    PlainLabel* m_value;
    PlainLabel* m_read;
    QToolButton* m_tableButton;
    QToolButton* m_menuButton;
    QMenu* m_menu;
    QStackedLayout* m_stack;
    QTableView* m_table;
};

}  // namespace veritune::app
