// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/models/LiveRunModel.h"
#include "app/views/Page.h"
#include "app/widgets/CurveView.h"

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLineEdit;
class QPushButton;
class QScrollArea;
class QStackedLayout;

namespace veritune::app {

class Banner;
class Card;
class DoctorPanel;
class EmptyState;
class EventList;
class GroupStrip;
class PageHeader;
class PhaseBar;
class Pill;
class PlainLabel;
class TourCard;

/// A run while it trains, or afterwards: curves, the newest step, what to worry about, what
/// happened.
class LivePage final : public Page {
    Q_OBJECT
  public:
    LivePage(AppContext& context, QWidget* parent);
    QString title() const override;
    QString help() const override;
    void setSession(ProjectSession* session) override;
    void open(const Route& route) override;
    void leave() override;

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    void retranslate() override;
    void restyle() override;

  private:
    /// What one chart shows.
    struct Chart {
        QString name;
        QStringList metrics;
        bool isShare = false;
        QString low = {};  ///< metrics of an interval around the first curve
        QString high = {};
        QString group = {};  ///< heading that the chart stands under; empty = none
        bool operator==(const Chart& other) const { return name == other.name; }
    };
    void buildHead(QWidget* parent);
    void buildBody(QWidget* parent);
    QWidget* buildSide(QWidget* parent);
    void buildKeys();
    void showRun();
    void showState();
    bool isSettled() const;
    void showBanner();
    void showStages();
    void showCharts();
    void layOutCharts();
    void fillChart(const Chart& chart);
    void showStrip();
    void showTour();
    QString shownStage() const;
    CurveAxis axis() const;
    QString axisWord() const;
    void fillAxes();
    QString tellingStage() const;
    QList<Chart> wantedCharts() const;
    QList<CurveMark> marks(const QString& stage) const;
    QString subtitle() const;
    void control(std::function<util::Status(engine::Engine&)> request, const QString& said);
    void resume();
    void askPause();
    void askCancel();
    void readOtherRuns();
    void connectModel();
    void connectHead();
    QList<Chart> simpleCharts() const;
    void placeChart(const Chart& chart, CurveView* view, int& row, int& column);
    QList<Curve> curvesOf(const Chart& chart, const LiveRunModel& model, const QString& run) const;

    LiveRunModel m_model;
    LiveRunModel m_baseline;  ///< the run that is compared with; run() 0 = none
    CurveLink m_link;
    bool m_open = false;
    std::optional<util::Error> m_refusal;  ///< of the last command; shown until the next one
    QStackedLayout* m_stack;
    EmptyState* m_empty;
    PageHeader* m_header;
    Pill* m_state;
    Banner* m_banner;
    Banner* m_toy;
    QPushButton* m_pause;
    QPushButton* m_checkpoint;
    QPushButton* m_stop;
    QPushButton* m_cancel;
    PhaseBar* m_phase;
    QComboBox* m_stage;
    QComboBox* m_compare;
    QComboBox* m_axis;
    QCheckBox* m_expert;
    QLineEdit* m_filter;
    TourCard* m_tour;
    QGridLayout* m_grid;
    QList<CurveView*> m_views;
    QList<PlainLabel*> m_groups;  ///< headings between groups of charts
    Card* m_stripCard;
    PlainLabel* m_stripHint;
    bool m_isOneColumn = false;
    QWidget* m_side = nullptr;
    GroupStrip* m_strip;
    Card* m_doctorCard;
    DoctorPanel* m_doctor;
    Card* m_eventCard;
    EventList* m_events;
};

}  // namespace veritune::app
