// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/models/ChainBrowser.h"
#include "app/models/TokenHeat.h"
#include "app/views/Page.h"

#include <QList>

class QBoxLayout;
class QComboBox;
class QLineEdit;
class QListView;
class QPushButton;
class QSpinBox;
class QSplitter;
class QStackedWidget;
class QToolButton;
class QVBoxLayout;

namespace veritune::app {

class Banner;
class ChainListDelegate;
class ChainText;
class ChainActions;
class ChainFilterPopup;
class ElidedLabel;
class EmptyState;
class GroupView;
class HeatStrip;
class PlainLabel;
class SegmentBar;
class TimeView;
class VerdictPanel;

/// The chain inspector: a list over any run and step, one chain as text, tokens or bytes, and the
/// verdict in plain words; the chains of a task side by side; one task over the steps.
/// Keys: n/p next and previous chain, Shift with them: step; g/G ends, j/k scroll, s mode, Ctrl+F
/// find, c mark for comparison, v verify again.
/// threads  GUI thread; test  chain_page_test.cpp
class ChainsPage final : public Page {
    Q_OBJECT
  public:
    ChainsPage(AppContext& context, QWidget* parent = nullptr);

    QString title() const override;
    QString help() const override;
    void setSession(ProjectSession* session) override;
    void open(const Route& route) override;
    void leave() override;
    /// For tests.
    ChainBrowser& browser() { return m_browser; }

  protected:
    void retranslate() override;
    void restyle() override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    enum View { kSingle, kGroup, kTime };

    QWidget* buildList();
    QList<QWidget*> filterFields() const;
    void buildFilters(QVBoxLayout& column);
    QWidget* buildCentre();
    void buildHead(QVBoxLayout& column);
    void buildChain(QVBoxLayout& column);
    void buildFind(QVBoxLayout& column);
    void connectBrowser();
    void addKeys();
    void addCommands();

    void showRuns();
    void showStages();
    void retranslateFilters();
    void refillChoices();
    void retranslateChain();
    void showCount();
    void showChain();
    void showHeading();
    void showNotices();
    void showGroupFacts();
    void showState();
    void chooseView(int view);
    void chooseMode(int mode);
    void chooseHeat();
    void showReading(int token);
    void applyFilters();
    void resetFilters();
    ChainQuery filters() const;
    void showFilters(const ChainQuery& query);
    void showTask(const QString& task);
    void showOnlyChains(const QList<std::int64_t>& chains);
    void selectWantedSample();

    void selectRow(int row);
    void moveRow(int by);
    void moveStep(int by);
    void goToEnd(bool last);
    void scrollBy(int rows);
    void toggleMark();
    void clearMarks();
    void showMarks();
    void showNewSteps(bool stale);
    void exportChains();
    void copyReference();
    void fillMore();
    void openFind();
    void closeFind();
    void find();
    void findNext(bool forward);
    void announceFound(int number);
    void fillSavedFilters();
    void saveFilter();
    void applySaved(const QString& name);

    ChainBrowser m_browser;
    Route m_wanted;            ///< what to show once the run's rows are there
    std::int64_t m_asked = 0;  ///< opened by a link, not from the list
    int m_pendingMove = 0;     ///< after the next page: +1 next chain, +2 next step, +3 last row
    QList<std::int64_t> m_marked;
    bool m_quiet = false;  ///< controls are being filled, not used

    QStackedWidget* m_pages = nullptr;
    EmptyState* m_empty = nullptr;
    QSplitter* m_columns = nullptr;
    PlainLabel* m_title = nullptr;
    PlainLabel* m_count = nullptr;
    QToolButton* m_saved = nullptr;
    QToolButton* m_refresh = nullptr;
    QComboBox* m_run = nullptr;
    QComboBox* m_stage = nullptr;
    QSpinBox* m_step = nullptr;
    QComboBox* m_status = nullptr;
    QComboBox* m_phase = nullptr;
    QComboBox* m_order = nullptr;
    QLineEdit* m_search = nullptr;
    QToolButton* m_extra = nullptr;
    ChainFilterPopup* m_popup = nullptr;
    QPushButton* m_task = nullptr;
    QString m_onlyTask;  ///< problem id; empty = all
    QPushButton* m_chosen = nullptr;
    QList<std::int64_t> m_onlyChains;  ///< empty = all
    int m_wantedSample = -1;           ///< to open once its row is there; -1 = none
    QListView* m_list = nullptr;
    ChainListDelegate* m_delegate = nullptr;
    PlainLabel* m_noRows = nullptr;

    SegmentBar* m_view = nullptr;
    SegmentBar* m_mode = nullptr;
    QComboBox* m_heat = nullptr;
    QToolButton* m_previous = nullptr;
    QToolButton* m_next = nullptr;
    QToolButton* m_findButton = nullptr;
    QToolButton* m_more = nullptr;
    ElidedLabel* m_name = nullptr;
    PlainLabel* m_where = nullptr;
    Banner* m_trouble = nullptr;
    Banner* m_marks = nullptr;
    QWidget* m_notices = nullptr;
    QVBoxLayout* m_noticeLines = nullptr;
    QWidget* m_findBar = nullptr;
    QLineEdit* m_findText = nullptr;
    PlainLabel* m_findCount = nullptr;
    QToolButton* m_findUp = nullptr;
    QToolButton* m_findDown = nullptr;
    QToolButton* m_findClose = nullptr;
    QStackedWidget* m_views = nullptr;
    ChainText* m_text = nullptr;
    HeatStrip* m_strip = nullptr;
    ElidedLabel* m_reading = nullptr;
    GroupView* m_group = nullptr;
    TimeView* m_time = nullptr;
    VerdictPanel* m_verdict = nullptr;
    ChainActions* m_actions = nullptr;
};

Page* makeChainsPage(AppContext& context, QWidget* parent);

}  // namespace veritune::app
