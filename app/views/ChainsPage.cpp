// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/views/ChainsPage.h"

#include "app/EngineService.h"
#include "app/Icons.h"
#include "app/PlainText.h"
#include "app/ProjectSession.h"
#include "app/Settings.h"
#include "app/Theme.h"
#include "app/Verdicts.h"
#include "app/widgets/Cards.h"
#include "app/widgets/ChainActions.h"
#include "app/widgets/ChainFilterPopup.h"
#include "app/widgets/ChainListDelegate.h"
#include "app/widgets/ChainText.h"
#include "app/widgets/FlowLayout.h"
#include "app/widgets/GroupView.h"
#include "app/widgets/HeatStrip.h"
#include "app/widgets/SegmentBar.h"
#include "app/widgets/TimeView.h"
#include "app/widgets/VerdictPanel.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLineEdit>
#include <QListView>
#include <QLocale>
#include <QMenu>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>

#include <algorithm>
#include <array>
#include <utility>

namespace veritune::app {
namespace {

QComboBox* makeCombo(const QString& name, QWidget* parent) {
    auto* combo = new QComboBox(parent);
    combo->setObjectName(name);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    combo->setMinimumContentsLength(6);
    combo->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    return combo;
}

}  // namespace

Page* makeChainsPage(AppContext& context, QWidget* parent) {
    return new ChainsPage(context, parent);
}

ChainsPage::ChainsPage(AppContext& context, QWidget* parent)
    : Page(PageId::kChains, context, parent) {
    setObjectName(QStringLiteral("chains"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    m_pages = new QStackedWidget(this);
    outer->addWidget(m_pages);
    m_empty =
        new EmptyState(context, QStringLiteral("chains"), QStringLiteral("chains.empty"), this);
    m_columns = new QSplitter(Qt::Horizontal, this);
    m_columns->setObjectName(QStringLiteral("chains.columns"));
    m_columns->setChildrenCollapsible(false);
    m_columns->setHandleWidth(1);
    m_verdict = new VerdictPanel(context, this);
    m_actions = new ChainActions(context, m_browser, m_verdict);
    m_verdict->footer()->addWidget(m_actions);
    connect(m_actions, &ChainActions::announced, this, &ChainsPage::announced);
    m_columns->addWidget(buildList());
    m_columns->addWidget(buildCentre());
    m_columns->addWidget(m_verdict);
    m_columns->setStretchFactor(0, 0);
    m_columns->setStretchFactor(1, 1);
    m_columns->setStretchFactor(2, 0);
    m_columns->setSizes({300, 640, 300});
    m_pages->addWidget(m_empty);
    m_pages->addWidget(m_columns);
    connect(m_empty, &EmptyState::actionTriggered, this, [this] {
        emit routeRequested({.page = PageId::kHome});
    });
    connectBrowser();
    addKeys();
    addCommands();
    retranslate();
    restyle();
    showState();
}

// --- building ------------------------------------------------------------------------------------

QWidget* ChainsPage::buildList() {
    auto* pane = new QWidget(this);
    auto* column = new QVBoxLayout(pane);
    column->setContentsMargins(0, kGap3, 0, 0);
    column->setSpacing(kGap2);
    auto* head = new FlowLayout;
    head->setContentsMargins(kGap3, 0, kGap2, 0);
    head->setSpacing(kGap1);
    m_title = new PlainLabel(pane);
    m_title->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_saved =
        makeIconButton(context(), QStringLiteral("bookmark"), QStringLiteral("chains.saved"), pane);
    m_saved->setPopupMode(QToolButton::InstantPopup);
    m_saved->setMenu(new QMenu(m_saved));
    connect(m_saved->menu(), &QMenu::aboutToShow, this, &ChainsPage::fillSavedFilters);
    m_refresh = makeIconButton(
        context(), QStringLiteral("refresh"), QStringLiteral("chains.refresh"), pane);
    connect(m_refresh, &QToolButton::clicked, this, [this] {
        showNewSteps(false);
        m_browser.refresh();
    });
    head->addWidget(m_title);
    m_popup = new ChainFilterPopup(context(), this);
    m_extra =
        makeIconButton(context(), QStringLiteral("filter"), QStringLiteral("chains.filters"), pane);
    m_extra->setCheckable(true);
    connect(m_extra, &QToolButton::clicked, this, [this] {
        m_popup->adjustSize();
        const QSize size = m_popup->size();
        const int x = layoutDirection() == Qt::RightToLeft ? 0 : m_extra->width() - size.width();
        m_popup->move(
            m_extra->mapToGlobal(QPoint(std::max(x, -m_extra->x()), m_extra->height() + 2)));
        m_popup->show();
        m_extra->setChecked(m_popup->isActive());
    });
    connect(m_popup, &ChainFilterPopup::changed, &m_browser, [this] {
        m_extra->setChecked(m_popup->isActive());
        applyFilters();
    });
    head->addWidget(m_refresh);
    head->addWidget(m_extra);
    head->addWidget(m_saved);
    column->addLayout(head);
    buildFilters(*column);
    m_count = new PlainLabel(pane);
    m_count->setForegroundRole(QPalette::PlaceholderText);
    m_count->setContentsMargins(kGap3, 0, kGap3, 0);
    column->addWidget(m_count);
    m_list = new QListView(pane);
    m_list->setObjectName(QStringLiteral("chains.list"));
    m_list->setModel(&m_browser.list());
    m_delegate = new ChainListDelegate(context(), m_list);
    m_delegate->setFlags([this](const store::ChainKey& key) {
        const store::ChainNote* note = m_browser.note(key);
        return note != nullptr && note->flagged;
    });
    m_list->setItemDelegate(m_delegate);
    m_list->setUniformItemSizes(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(m_list->selectionModel(),
            &QItemSelectionModel::currentChanged,
            this,
            [this](const QModelIndex& index) {
                if (const store::ChainSummary* chain = m_browser.list().at(index.row())) {
                    if (chain->id == m_browser.chain()) return;
                    m_asked = 0;
                    m_browser.openChain(chain->id);
                }
            });
    m_noRows = new PlainLabel(pane);
    m_noRows->setWordWrap(true);
    m_noRows->setAlignment(Qt::AlignCenter);
    m_noRows->setForegroundRole(QPalette::PlaceholderText);
    m_noRows->setContentsMargins(kGap3, kGap4, kGap3, kGap4);
    column->addWidget(m_noRows, 1);
    column->addWidget(m_list, 1);
    return pane;
}

QList<QWidget*> ChainsPage::filterFields() const {
    return {m_run, m_stage, m_step, m_status, m_phase, m_search, m_order, m_task, m_chosen};
}

void ChainsPage::buildFilters(QVBoxLayout& column) {
    auto* grid = new FlowLayout;
    grid->setContentsMargins(kGap3, 0, kGap3, 0);
    grid->setSpacing(kGap2);
    m_run = makeCombo(QStringLiteral("chains.run"), this);
    m_stage = makeCombo(QStringLiteral("chains.stage"), this);
    m_step = new QSpinBox(this);
    m_step->setObjectName(QStringLiteral("chains.step"));
    m_step->setRange(-1, 0);
    m_step->setValue(-1);
    m_step->setKeyboardTracking(false);
    m_status = makeCombo(QStringLiteral("chains.status"), this);
    m_phase = makeCombo(QStringLiteral("chains.phase"), this);
    m_order = makeCombo(QStringLiteral("chains.order"), this);
    m_search = new QLineEdit(this);
    m_search->setObjectName(QStringLiteral("chains.search"));
    m_search->setClearButtonEnabled(true);
    m_task = makeButton(ButtonRole::kQuiet, QStringLiteral("chains.task"), this);
    m_task->setIcon(icon(QStringLiteral("close"), context().theme));
    m_task->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_task->hide();
    m_chosen = makeButton(ButtonRole::kQuiet, QStringLiteral("chains.chosen"), this);
    m_chosen->setIcon(icon(QStringLiteral("close"), context().theme));
    m_chosen->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_chosen->hide();
    m_step->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    for (QWidget* field : filterFields()) grid->addWidget(field);
    column.addLayout(grid);
    connect(m_run, &QComboBox::activated, this, [this](int index) {
        m_browser.selectRun(m_run->itemData(index).toLongLong());
    });
    for (QComboBox* combo : {m_stage, m_status, m_phase, m_order}) {
        connect(combo, &QComboBox::currentIndexChanged, this, &ChainsPage::applyFilters);
    }
    // A field that loses the focus because the page dies speaks up once more, when the browser is
    // gone already; these connections go with it.
    connect(m_step, &QSpinBox::valueChanged, &m_browser, [this] { applyFilters(); });
    connect(m_search, &QLineEdit::editingFinished, &m_browser, [this] { applyFilters(); });
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        if (text.isEmpty()) applyFilters();
    });
    connect(m_task, &QPushButton::clicked, this, [this] {
        showTask(QString());
        applyFilters();
    });
    connect(m_chosen, &QPushButton::clicked, this, [this] {
        showOnlyChains({});
        applyFilters();
    });
}

QWidget* ChainsPage::buildCentre() {
    auto* pane = new QWidget(this);
    pane->setBackgroundRole(QPalette::Base);
    pane->setAutoFillBackground(true);
    auto* column = new QVBoxLayout(pane);
    column->setContentsMargins(0, kGap2, 0, 0);
    column->setSpacing(0);
    buildHead(*column);
    m_views = new QStackedWidget(pane);
    auto* single = new QWidget(m_views);
    auto* chain = new QVBoxLayout(single);
    chain->setContentsMargins(0, 0, 0, 0);
    chain->setSpacing(0);
    buildChain(*chain);
    m_group = new GroupView(context(), m_views);
    m_time = new TimeView(context(), m_views);
    m_views->addWidget(single);
    m_views->addWidget(m_group);
    m_views->addWidget(m_time);
    column->addWidget(m_views, 1);
    return pane;
}

void ChainsPage::buildHead(QVBoxLayout& column) {
    auto* row = new FlowLayout;
    row->setContentsMargins(kGap3, 0, kGap3, kGap1);
    row->setSpacing(kGap1);
    m_view =
        new SegmentBar(context(),
                       QStringLiteral("chains.view"),
                       {QStringLiteral("single"), QStringLiteral("group"), QStringLiteral("time")},
                       this);
    connect(m_view, &SegmentBar::chosen, this, &ChainsPage::chooseView);
    m_previous = makeIconButton(
        context(), QStringLiteral("chevron-up"), QStringLiteral("chains.previous"), this);
    m_next = makeIconButton(
        context(), QStringLiteral("chevron-down"), QStringLiteral("chains.next"), this);
    m_findButton =
        makeIconButton(context(), QStringLiteral("search"), QStringLiteral("chains.find"), this);
    m_more = makeIconButton(context(), QStringLiteral("more"), QStringLiteral("chains.more"), this);
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setMenu(new QMenu(m_more));
    connect(m_more->menu(), &QMenu::aboutToShow, this, &ChainsPage::fillMore);
    connect(m_previous, &QToolButton::clicked, this, [this] { moveRow(-1); });
    connect(m_next, &QToolButton::clicked, this, [this] { moveRow(1); });
    connect(m_findButton, &QToolButton::clicked, this, &ChainsPage::openFind);
    row->addWidget(m_view);
    row->addStretch();
    for (QToolButton* button : {m_findButton, m_previous, m_next, m_more}) row->addWidget(button);
    column.addLayout(row);
    auto* names = new QVBoxLayout;
    names->setContentsMargins(kGap3, kGap1, kGap3, kGap2);
    names->setSpacing(2);
    m_name = new ElidedLabel(Qt::ElideMiddle, this);
    m_where = new PlainLabel(this);
    m_where->setWordWrap(true);
    m_where->setForegroundRole(QPalette::PlaceholderText);
    names->addWidget(m_name);
    names->addWidget(m_where);
    column.addLayout(names);
    auto* banners = new QVBoxLayout;
    banners->setContentsMargins(kGap3, 0, kGap3, 0);
    m_trouble = new Banner(context(), QStringLiteral("chains.trouble"), this);
    m_marks = new Banner(context(), QStringLiteral("chains.marks"), this);
    m_marks->setClosable(false);
    m_trouble->hide();
    m_marks->hide();
    connect(m_marks, &Banner::actionTriggered, this, &ChainsPage::clearMarks);
    banners->addWidget(m_trouble);
    banners->addWidget(m_marks);
    column.addLayout(banners);
}

void ChainsPage::buildChain(QVBoxLayout& column) {
    auto* tools = new FlowLayout;
    tools->setContentsMargins(kGap3, 0, kGap3, kGap2);
    tools->setSpacing(kGap2);
    m_mode =
        new SegmentBar(context(),
                       QStringLiteral("chains.mode"),
                       {QStringLiteral("text"), QStringLiteral("tokens"), QStringLiteral("bytes")},
                       this);
    m_heat = makeCombo(QStringLiteral("chains.heat"), this);
    m_heat->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_heat->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(m_mode, &SegmentBar::chosen, this, &ChainsPage::chooseMode);
    connect(m_heat, &QComboBox::currentIndexChanged, this, &ChainsPage::chooseHeat);
    tools->addWidget(m_mode);
    tools->addStretch();
    tools->addWidget(m_heat);
    column.addLayout(tools);
    m_notices = new QWidget(this);
    m_noticeLines = new QVBoxLayout(m_notices);
    m_noticeLines->setContentsMargins(kGap3, 0, kGap3, kGap2);
    m_noticeLines->setSpacing(kGap1);
    column.addWidget(m_notices);
    buildFind(column);
    m_text = new ChainText(context(), QStringLiteral("chains.text"), this);
    column.addWidget(m_text, 1);
    m_reading = new ElidedLabel(Qt::ElideRight, this);
    m_reading->setForegroundRole(QPalette::PlaceholderText);
    m_reading->setContentsMargins(kGap3, kGap1, kGap3, kGap1);
    column.addWidget(m_reading);
    m_strip = new HeatStrip(context(), QStringLiteral("chains.strip"), this);
    column.addWidget(m_strip);
    connect(m_text, &ChainText::tokenChanged, this, &ChainsPage::showReading);
    connect(m_text, &ChainText::tokenChanged, m_strip, &HeatStrip::setCurrentToken);
    connect(m_strip, &HeatStrip::tokenChanged, this, [this](int token) {
        m_text->setCurrentToken(token);
        showReading(token);
    });
    connect(m_text, &ChainText::stepActivated, m_verdict, &VerdictPanel::selectStep);
    connect(m_text, &ChainText::stepActivated, this, [this](int step) {
        m_text->showBytes(m_browser.document()->steps()[static_cast<std::size_t>(step)].bytes);
    });
    connect(m_text, &ChainText::contextRequested, this, [this](const QPoint& pos) {
        m_more->menu()->popup(pos);
    });
    connect(m_verdict, &VerdictPanel::stepChosen, this, [this](int step) {
        if (!m_browser.document()) return;
        chooseView(kSingle);
        m_text->showBytes(m_browser.document()->steps()[static_cast<std::size_t>(step)].bytes);
    });
    connect(m_verdict, &VerdictPanel::answerChosen, this, [this] {
        chooseView(kSingle);
        m_text->showBytes(m_browser.document()->answer());
    });
}

void ChainsPage::buildFind(QVBoxLayout& column) {
    m_findBar = new QWidget(this);
    auto* row = new QHBoxLayout(m_findBar);
    row->setContentsMargins(kGap3, 0, kGap3, kGap2);
    row->setSpacing(kGap1);
    m_findText = new QLineEdit(m_findBar);
    m_findText->setObjectName(QStringLiteral("chains.find.text"));
    m_findText->installEventFilter(this);
    m_findCount = new PlainLabel(m_findBar);
    m_findCount->setForegroundRole(QPalette::PlaceholderText);
    m_findUp = makeIconButton(
        context(), QStringLiteral("chevron-up"), QStringLiteral("chains.find.up"), m_findBar);
    m_findDown = makeIconButton(
        context(), QStringLiteral("chevron-down"), QStringLiteral("chains.find.down"), m_findBar);
    m_findClose = makeIconButton(
        context(), QStringLiteral("close"), QStringLiteral("chains.find.close"), m_findBar);
    row->addWidget(m_findText, 1);
    row->addWidget(m_findCount);
    for (QToolButton* button : {m_findUp, m_findDown, m_findClose}) row->addWidget(button);
    m_findBar->hide();
    column.addWidget(m_findBar);
    connect(m_findText, &QLineEdit::textChanged, this, &ChainsPage::find);
    connect(m_findText, &QLineEdit::returnPressed, this, [this] { findNext(true); });
    connect(m_findUp, &QToolButton::clicked, this, [this] { findNext(false); });
    connect(m_findDown, &QToolButton::clicked, this, [this] { findNext(true); });
    connect(m_findClose, &QToolButton::clicked, this, &ChainsPage::closeFind);
}

void ChainsPage::connectBrowser() {
    connect(&m_browser, &ChainBrowser::runsChanged, this, &ChainsPage::showRuns);
    connect(&m_browser, &ChainBrowser::runChanged, this, [this] {
        clearMarks();
        showRuns();
    });
    connect(&m_browser, &ChainBrowser::stagesChanged, this, &ChainsPage::showStages);
    connect(&m_browser, &ChainBrowser::documentChanged, this, &ChainsPage::showChain);
    connect(&m_browser, &ChainBrowser::groupChanged, this, &ChainsPage::showGroupFacts);
    connect(&m_browser, &ChainBrowser::markedChanged, this, &ChainsPage::showGroupFacts);
    connect(
        &m_browser, &ChainBrowser::notesChanged, this, [this] { m_list->viewport()->update(); });
    connect(&m_browser, &ChainBrowser::historyChanged, this, [this] {
        m_time->showHistory(m_browser.history(), m_browser.document());
    });
    connect(&m_browser, &ChainBrowser::earlierChanged, this, [this] {
        m_time->showEarlier(m_browser.earlier(), m_browser.changes());
    });
    connect(&m_browser, &ChainBrowser::failed, this, [this](const util::Error& error) {
        m_trouble->showError(error);
    });
    connect(&m_browser.list(), &ChainListModel::totalChanged, this, &ChainsPage::showCount);
    connect(&m_browser.list(), &ChainListModel::loaded, this, [this] {
        showCount();
        const int pending = std::exchange(m_pendingMove, 0);
        if (pending == 1) return moveRow(1);
        if (pending == 2) return moveStep(1);
        if (pending == 3) return goToEnd(true);
        if (m_wantedSample >= 0) return selectWantedSample();
        const int row = m_browser.list().rowOf(m_browser.chain());
        if (row >= 0) return selectRow(row);
        // A filter that leaves the open chain out opens its first; a chain that somebody asked for
        // stays.
        if (m_browser.chain() == 0 || m_browser.chain() != m_asked) selectRow(0);
    });
    connect(m_group, &GroupView::chainChosen, this, [this](qint64 chain) {
        const int row = m_browser.list().rowOf(chain);
        if (row >= 0) return selectRow(row);
        m_browser.openChain(chain);
    });
    connect(m_time, &TimeView::chainChosen, &m_browser, &ChainBrowser::openChain);
    connect(m_time, &TimeView::earlierWanted, &m_browser, &ChainBrowser::openEarlier);
}

// --- page ----------------------------------------------------------------------------------------

QString ChainsPage::title() const { return tr("Chains"); }

QString ChainsPage::help() const {
    return tr(
        "Every text that the model wrote while it trained, with the verifier's reasons. Choose "
        "a text on the left; the right side says why it was accepted or refused.");
}

void ChainsPage::setSession(ProjectSession* session) {
    Page::setSession(session);
    m_wanted = {};
    m_trouble->hide();
    m_actions->setSession(session);
    if (session == nullptr) {
        m_browser.setReader(nullptr, {});
        return showState();
    }
    m_browser.setReader(&session->store(), session->dir().toStdString());
    connect(&session->engine(), &EngineService::stepsDone, this, [this](const auto& steps) {
        const store::RunRecord* run = m_browser.run();
        const bool ours =
            std::any_of(steps.begin(), steps.end(), [run](const engine::StepDone& step) {
                return run != nullptr && step.run == run->id;
            });
        if (ours) showNewSteps(true);
    });
    connect(&session->engine(), &EngineService::resync, this, [this] { showNewSteps(true); });
    showState();
}

void ChainsPage::open(const Route& route) {
    m_wanted = route;
    const store::RunRecord* run = m_browser.run();
    const bool sameRun = run != nullptr && (route.run == 0 || route.run == run->id);
    if (!sameRun || !m_browser.areRunsKnown()) {
        m_browser.reloadRuns(route.run);
    } else {
        showStages();
    }
    m_list->setFocus();
}

void ChainsPage::leave() { closeFind(); }

void ChainsPage::showState() {
    const bool hasRuns = !m_browser.runs().empty();
    m_pages->setCurrentWidget(hasRuns ? static_cast<QWidget*>(m_columns) : m_empty);
    if (session() == nullptr) {
        m_empty->setTexts(tr("No project is open"),
                          tr("Open a project or run the demonstration to read what a model wrote."),
                          tr("Go to Home"));
    } else {
        m_empty->setTexts(tr("No texts yet"),
                          tr("As soon as a run has made its first step, every text that the model "
                             "wrote is here, with the reasons of the verifier."),
                          tr("Run the demonstration"));
    }
}

void ChainsPage::showRuns() {
    m_quiet = true;
    m_run->clear();
    for (const store::RunRecord& run : m_browser.runs()) {
        //: %1 number of a run, %2 its name
        m_run->addItem(tr("Run %1: %2").arg(QString::number(run.id), oneLine(run.name, 60)),
                       static_cast<qlonglong>(run.id));
    }
    if (const store::RunRecord* run = m_browser.run()) {
        m_run->setCurrentIndex(m_run->findData(static_cast<qlonglong>(run->id)));
    }
    m_quiet = false;
    showState();
}

void ChainsPage::showStages() {
    m_quiet = true;
    const QString before =
        m_wanted.stage.isEmpty() ? m_stage->currentData().toString() : m_wanted.stage;
    m_stage->clear();
    m_stage->addItem(tr("All stages"), QString());
    std::int64_t steps = 0;
    for (const store::StageInfo& stage : m_browser.stages()) {
        const QString id = fromUtf8(stage.record.stage);
        m_stage->addItem(oneLine(stage.record.stage, 60), id);
        steps = std::max(steps, stage.record.total_steps);
    }
    m_stage->setCurrentIndex(std::max(0, m_stage->findData(before)));
    m_step->setRange(-1, static_cast<int>(std::min<std::int64_t>(steps, 100'000'000)));
    const bool goes = m_wanted.chain != 0 || m_wanted.step >= 0 || !m_wanted.problem.isEmpty() ||
                      !m_wanted.chains.isEmpty();
    if (goes) {
        showOnlyChains(m_wanted.chains);
        if (!m_wanted.chains.isEmpty()) m_stage->setCurrentIndex(0);
        m_wantedSample = m_wanted.sample;
        m_step->setValue(static_cast<int>(m_wanted.step));
        showTask(m_wanted.problem);
        m_status->setCurrentIndex(0);
        m_phase->setCurrentIndex(std::max(0, m_phase->findData(m_wanted.phase)));
        m_search->clear();
        m_popup->write({});
        m_extra->setChecked(false);
    }
    m_quiet = false;
    if (m_browser.stages().empty()) return;
    std::int64_t chain = std::exchange(m_wanted.chain, 0);
    if (!m_wanted.chains.isEmpty()) chain = m_wanted.chains.first();
    m_wanted = {};
    if (chain != 0) {
        m_asked = chain;
        m_browser.openChain(chain);
    }
    applyFilters();
    // The same list as before is not read again.
    if (m_wantedSample >= 0 && !m_browser.list().isLoading()) return selectWantedSample();
    const int row = m_browser.list().rowOf(chain);
    if (row >= 0) selectRow(row);
}

void ChainsPage::showCount() {
    const ChainListModel& list = m_browser.list();
    const bool none = list.isComplete() && list.rowCount() == 0 && !list.isLoading();
    m_noRows->setVisible(none);
    m_list->setVisible(!none);
    if (!list.total() && list.query().needsScan()) {
        return m_count->setText(tr("Searching: %Ln chains so far", nullptr, list.rowCount()));
    }
    if (!list.total()) return m_count->setText(tr("Counting\u2026"));
    const auto total = static_cast<int>(std::min<std::int64_t>(*list.total(), 2'000'000'000));
    m_count->setText(tr("%Ln chains", nullptr, total));
}

void ChainsPage::showNewSteps(bool stale) {
    m_refresh->setVisible(stale);
    if (stale) setIconButtonText(m_refresh, tr("New steps arrived: show them"));
}

void ChainsPage::restyle() {
    // The three columns leave no room for a title in twice its size.
    m_title->setFont(context().theme.textScale() < 150 ? context().theme.title()
                                                       : context().theme.heading());
    m_name->setFont(context().theme.heading());
    m_count->setFont(context().theme.small());
    m_where->setFont(context().theme.small());
    m_reading->setFont(context().theme.small());
    // Two fields in a line, or one; the run and the task need a line of their own.
    const auto isWide = [this](const QWidget* field) {
        return field == m_run || field == m_task || field == m_chosen;
    };
    for (QWidget* field : filterFields())
        field->setMinimumWidth(qMin(200, context().theme.scaled(isWide(field) ? 180 : 104)));
}

}  // namespace veritune::app
