// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/widgets/Cards.h"
#include "app/widgets/CurveData.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <memory>

class QCustomPlot;
class QCPItemStraightLine;
class QMenu;
class QStackedLayout;
class QTableView;
class QToolButton;

namespace veritune::app {

class CurveReadout;

/// Charts with one link share the crosshair (the x under the mouse) and the zoom of x.
class CurveLink final : public QObject {
    Q_OBJECT
  public:
    using QObject::QObject;
    void point(double x) { emit pointed(x); }
    void leave() { emit left(); }
    void zoom(QObject* by, double from, double to) { emit zoomed(by, from, to); }
    void reset() { emit zoomReset(); }
  signals:
    void pointed(double x);
    void left();
    void zoomed(QObject* by, double from, double to);
    void zoomReset();
};

/// A chart: curves with smoothing, zoom, crosshair, events, table, export. The only class that uses
/// QCustomPlot and sets its pens. Data are reduced to what the pixels can show in a worker; replots
/// at most 10 times a second, none while hidden or scrolled away.
///   mouse  drag: box zoom · wheel over an axis (or with Ctrl): zoom of that axis · double click:
///          everything
///   keys   Left, Right: crosshair · T: table · Alt+Left: zoom back · 0: everything · Ctrl+C: copy
/// threads  GUI thread; test: curve_view_test.cpp
class CurveView final : public QWidget {
    Q_OBJECT
  public:
    /// name: key of the kept options and of objectName ("chart.NAME").
    CurveView(AppContext& context, const QString& name, CurveLink* link, QWidget* parent = nullptr);
    ~CurveView() override;

    /// explanation: plain words for the tooltip.
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
    const QList<Curve>& baseline() const { return m_baseline; }
    const QList<CurveMark>& marks() const { return m_marks; }
    /// "reward 0.42, up 0.11 over 100 steps" for each curve.
    QString summary() const;
    /// What a screen reader says: the values under the crosshair, else the summary.
    QString spokenValue() const;
    /// Text of all points: x and one column per curve, C locale.
    QString toCsv(QChar separator = u',') const;
    void showTable(bool on);
    bool isTable() const;
    /// Everything that is shown on x and y.
    Range xRange() const;
    Range yRange() const;
    void zoomTo(double x0, double x1, double y0, double y1);
    void zoomBack();
    void resetZoom();
    bool isZoomed() const { return m_zoomedX || m_zoomedY; }
    /// The x of the crosshair; NaN = none.
    double crosshair() const { return m_crossAt; }
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
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    struct View {
        double x0, x1, y0, y1;
        bool zoomedX, zoomedY;
    };
    void buildHead();
    void buildPlot();
    void buildLayout();
    void connectPlot();
    void buildMenu();
    void retranslate();
    void restyle();
    void plan();
    CurveJob job() const;
    void prepare();
    void adopt(const QList<DrawnCurve>& drawn);
    void drawCurve(const DrawnCurve& curve, const QColor& color, bool isHeavy);
    void drawBand(const CurvePoints& low, const CurvePoints& high, const QColor& color);
    void drawMarks();
    void drawText(double x, double y, const QString& text, const QColor& color);
    void setTickers();
    void placeLegend();
    void fitAxes(const QList<DrawnCurve>& drawn);
    void showCrosshair(double x);
    void hideCrosshair();
    void readAt(double x);
    void moveCrosshair(int by);
    bool wheel(QWheelEvent* event);
    void remember();
    void zoomX(double from, double to);
    void keepOptions();
    void refreshTable();
    QString newestValue() const;
    void addSmoothing();
    void addWindow();
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
    bool m_zoomedX = false;
    bool m_zoomedY = false;
    QList<View> m_history;
    QElapsedTimer m_sinceWheel;
    quint64 m_generation = 0;
    bool m_isStale = true;
    bool m_isTableStale = true;
    QTimer m_replot;
    double m_crossAt;
    int m_mouseY = -1;  ///< of the plot; -1 = the mouse is elsewhere
    QCustomPlot* m_plot;
    QCPItemStraightLine* m_cross;
    CurveReadout* m_read;
    ElidedLabel* m_titleLabel;
    PlainLabel* m_value;
    PlainLabel* m_nothing;
    QToolButton* m_tableButton;
    QToolButton* m_menuButton;
    QMenu* m_menu;
    QStackedLayout* m_stack;
    QTableView* m_table;
};

}  // namespace veritune::app
