// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/views/LivePage.h"

#include "app/CommandRegistry.h"
#include "app/ErrorText.h"
#include "app/Settings.h"
#include "app/Theme.h"
#include "app/Verdicts.h"
#include "app/dialogs/ConfirmDialog.h"
#include "app/models/MetricWords.h"
#include "app/views/Pages.h"
#include "app/widgets/DoctorPanel.h"
#include "app/widgets/EventList.h"
#include "app/widgets/FlowLayout.h"
#include "app/widgets/GroupStrip.h"
#include "app/widgets/PhaseBar.h"
#include "app/widgets/TourCard.h"
#include "core/train/demo_recipe.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QLocale>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QStackedLayout>

namespace veritune::app {

Page* makeLivePage(AppContext& context, QWidget* parent) { return new LivePage(context, parent); }

LivePage::LivePage(AppContext& context, QWidget* parent)
    : Page(PageId::kLive, context, parent) {
    setObjectName(QStringLiteral("live"));
    m_empty =
        new EmptyState(context, QStringLiteral("activity"), QStringLiteral("live.empty"), this);
    auto* content = new QWidget(this);
    m_stack = new QStackedLayout(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(content);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(kGap4, kGap4, kGap4, kGap3);
    column->setSpacing(kGap3);
    buildHead(content);
    buildBody(content);
    buildKeys();
    connect(m_empty, &EmptyState::actionTriggered, this, [this] {
        emit routeRequested({.page = PageId::kSetup});
    });
    connectModel();
    retranslate();
    restyle();
}

void LivePage::connectModel() {
    connect(&m_model, &LiveRunModel::changed, this, &LivePage::showRun);
    connect(&m_model, &LiveRunModel::seriesChanged, this, &LivePage::showCharts);
    connect(&m_baseline, &LiveRunModel::seriesChanged, this, &LivePage::showCharts);
    connect(&m_model, &LiveRunModel::eventsChanged, this, [this] {
        m_events->setEvents(m_model.events());
    });
    connect(&m_model, &LiveRunModel::stripChanged, this, &LivePage::showStrip);
    connect(&m_model, &LiveRunModel::findingsChanged, this, [this] {
        m_doctor->setFindings(findingRows(m_model.findings()));
    });
}

void LivePage::buildHead(QWidget* parent) {
    auto& column = *static_cast<QVBoxLayout*>(parent->layout());
    m_header = new PageHeader(context(), parent);
    m_state = new Pill(context(), parent);
    m_pause = makeButton(ButtonRole::kNormal, QStringLiteral("live.pause"), parent);
    m_checkpoint = makeButton(ButtonRole::kNormal, QStringLiteral("live.checkpoint"), parent);
    m_stop = makeButton(ButtonRole::kNormal, QStringLiteral("live.stop"), parent);
    m_cancel = makeButton(ButtonRole::kDanger, QStringLiteral("live.cancel"), parent);
    for (QWidget* widget : QList<QWidget*>{m_state, m_pause, m_checkpoint, m_stop, m_cancel})
        m_header->addAction(widget);
    m_banner = new Banner(context(), QStringLiteral("live.banner"), parent);
    m_toy = new Banner(context(), QStringLiteral("live.toy"), parent);
    column.addWidget(m_header);
    column.addWidget(m_banner);
    column.addWidget(m_toy);
    auto* row = new FlowLayout;
    row->setSpacing(kGap3);
    m_phase = new PhaseBar(context(), parent);
    m_stage = new QComboBox(parent);
    m_stage->setObjectName(QStringLiteral("live.stage"));
    m_stage->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_compare = new QComboBox(parent);
    m_compare->setObjectName(QStringLiteral("live.compare"));
    m_compare->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_compare->hide();
    m_axis = new QComboBox(parent);
    m_axis->setObjectName(QStringLiteral("live.axis"));
    m_expert = new QCheckBox(parent);
    m_expert->setObjectName(QStringLiteral("live.expert"));
    m_expert->setChecked(context().settings.get(Setting::kExpert).toBool());
    m_filter = new QLineEdit(parent);
    m_filter->setObjectName(QStringLiteral("live.filter"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(220);
    row->addWidget(m_phase);
    row->addWidget(m_filter);
    row->addWidget(m_compare);
    row->addWidget(m_stage);
    row->addWidget(m_axis);
    row->addWidget(m_expert);
    column.addLayout(row);
    connectHead();
}

void LivePage::connectHead() {
    connect(m_compare, &QComboBox::activated, this, [this] {
        m_baseline.setSession(session());
        if (const std::int64_t run = m_compare->currentData().toLongLong(); run != 0)
            m_baseline.setRun(run);
    });
    connect(m_stage, &QComboBox::activated, this, &LivePage::showCharts);
    connect(m_axis, &QComboBox::activated, this, &LivePage::showCharts);
    connect(m_filter, &QLineEdit::textChanged, this, &LivePage::showCharts);
    connect(m_expert, &QCheckBox::toggled, this, [this](bool on) {
        context().settings.set(Setting::kExpert, on);
        showCharts();
    });
    connect(m_banner, &Banner::actionTriggered, this, &LivePage::resume);
    connect(m_pause, &QPushButton::clicked, this, [this] {
        if (!m_model.isActive()) return resume();
        control([run = m_model.run()](
                    engine::Engine& engine) { return engine.pause_run({.run = run}); },
                tr("The run pauses after this step."));
    });
    connect(m_checkpoint, &QPushButton::clicked, this, [this] {
        control([run = m_model.run()](
                    engine::Engine& engine) { return engine.checkpoint_now({.run = run}); },
                tr("A checkpoint is saved after this step."));
    });
    connect(m_stop, &QPushButton::clicked, this, [this] {
        control(
            [run = m_model.run()](engine::Engine& engine) {
                return engine.stop_run({.run = run, .mode = engine::StopMode::kStopKeep});
            },
            tr("The run stops after this step and keeps what it learned."));
    });
    connect(m_cancel, &QPushButton::clicked, this, &LivePage::askCancel);
}

void LivePage::buildBody(QWidget* parent) {
    auto* scroll = new QScrollArea(parent);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* inner = new QWidget;
    scroll->setWidget(inner);
    auto* row = new QHBoxLayout(inner);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(kGap3);
    auto* left = new QVBoxLayout;
    left->setSpacing(kGap3);
    m_tour = new TourCard(context(), inner);
    m_grid = new QGridLayout;
    m_grid->setSpacing(kGap3);
    m_grid->setColumnStretch(0, 1);
    m_grid->setColumnStretch(1, 1);
    left->addWidget(m_tour);
    left->addLayout(m_grid, 1);
    row->addLayout(left, 1);
    row->addWidget(buildSide(inner), 0, Qt::AlignTop);
    parent->layout()->addWidget(scroll);
    connect(m_tour, &TourCard::dismissed, this, [this] {
        context().settings.set(Setting::kTourSeen, true);
        m_tour->hide();
    });
    connect(m_tour, &TourCard::lookInside, this, [this](std::int64_t chain) {
        emit routeRequested({.page = PageId::kChains, .run = m_model.run(), .chain = chain});
    });
}

QWidget* LivePage::buildSide(QWidget* parent) {
    auto* side = new QWidget(parent);
    m_side = side;
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kGap3);
    m_stripCard = new Card(context(), side);
    m_stripHint = new PlainLabel(m_stripCard);
    m_stripHint->setWordWrap(true);
    m_stripHint->setForegroundRole(QPalette::PlaceholderText);
    m_strip = new GroupStrip(context(), m_stripCard);
    m_strip->setObjectName(QStringLiteral("live.strip"));
    m_stripCard->body()->addWidget(m_stripHint);
    m_stripCard->body()->addWidget(m_strip);
    m_doctorCard = new Card(context(), side);
    m_doctor = new DoctorPanel(context(), m_doctorCard);
    m_doctorCard->body()->addWidget(m_doctor);
    m_eventCard = new Card(context(), side);
    m_events = new EventList(context(), m_eventCard);
    m_eventCard->addHeadingWidget(m_events->filterBox());
    m_eventCard->body()->addWidget(m_events);
    for (Card* card : {m_stripCard, m_doctorCard, m_eventCard}) column->addWidget(card);
    const auto show = [this](std::int64_t chain) {
        emit routeRequested({.page = PageId::kChains, .run = m_model.run(), .chain = chain});
    };
    connect(m_strip, &GroupStrip::chainActivated, this, show);
    connect(
        m_doctor, &DoctorPanel::chainsActivated, this, [this](const QList<std::int64_t>& chains) {
            emit routeRequested({.page = PageId::kChains, .run = m_model.run(), .chains = chains});
        });
    connect(
        m_doctor, &DoctorPanel::stepActivated, this, [this](const QString& stage, std::int64_t at) {
            emit routeRequested(
                {.page = PageId::kChains, .run = m_model.run(), .stage = stage, .step = at});
        });
    return side;
}

void LivePage::buildKeys() {
    addKey(QKeySequence(Qt::CTRL | Qt::Key_S), [this] {
        if (m_checkpoint->isEnabled()) m_checkpoint->click();
    });
    context().commands.add(this,
                           {.id = QStringLiteral("live.pause"),
                            .iconName = QStringLiteral("pause"),
                            .text = [] { return tr("Pause the run"); },
                            .isEnabled = [this] { return m_model.isActive(); },
                            .run = [this] { m_pause->click(); }});
    context().commands.add(this,
                           {.id = QStringLiteral("live.checkpoint"),
                            .iconName = QStringLiteral("save"),
                            .text = [] { return tr("Save a checkpoint now"); },
                            .isEnabled = [this] { return m_model.isActive(); },
                            .run = [this] { m_checkpoint->click(); }});
}

QString LivePage::title() const { return tr("Live run"); }

QString LivePage::help() const {
    return tr(
        "The curves of a run. What counts is the held-out pass rate: the share of right answers on "
        "questions the model never "
        "trained on. The reward is the same share on the questions it trains on. Closing the "
        "window does not stop a run.");
}

void LivePage::setSession(ProjectSession* session) {
    Page::setSession(session);
    m_model.setSession(session);
    m_baseline.setSession(session);
    m_views.clear();
    m_groups.clear();
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_stage->clear();
    m_compare->clear();
    m_compare->hide();
    m_events->clear();
    if (!session) return;
    connect(&session->engine(), &EngineService::runsChanged, this, &LivePage::readOtherRuns);
    connect(&session->engine(), &EngineService::linkChanged, this, [this] {
        if (m_open) showRun();
    });
    connect(&session->engine(), &EngineService::logged, m_events, &EventList::addLog);
    connect(&session->engine(),
            &EngineService::progressed,
            this,
            [this](const engine::Progress& progress) {
                if (progress.run == m_model.run()) m_phase->setPhase(fromUtf8(progress.phase));
            });
}

void LivePage::open(const Route& route) {
    m_open = true;
    m_refusal.reset();
    if (!session()) return showRun();
    if (route.run != 0 || m_model.run() == 0) m_stage->clear();
    m_model.setRun(route.run != 0 ? route.run : m_model.run());
    readOtherRuns();
    // The language may have changed while another page was open.
    m_toy->hide();
    showRun();
    showCharts();
    showStrip();
    m_doctor->setFindings(findingRows(m_model.findings()));
}

/// The other runs of the project, to compare with.
void LivePage::readOtherRuns() {
    if (!session() || !m_open) return;
    using Runs = std::vector<store::RunRecord>;
    session()->store().query<Runs>(
        this,
        [](store::Project& project) { return project.reader().list_runs(); },
        [this](util::Result<Runs> runs) {
            if (!runs) return;
            const qlonglong chosen = m_compare->currentData().toLongLong();
            m_compare->clear();
            m_compare->addItem(tr("Compare with no run"), 0);
            for (const store::RunRecord& run : *runs) {
                if (run.id == m_model.run()) continue;
                //: %1 is the number of a run, %2 its name
                m_compare->addItem(tr("Compare with run %1: %2")
                                       .arg(QLocale().toString(static_cast<qlonglong>(run.id)))
                                       .arg(oneLine(run.name, 40)),
                                   static_cast<qlonglong>(run.id));
            }
            m_compare->setCurrentIndex(qMax(0, m_compare->findData(chosen)));
            m_compare->setVisible(m_compare->count() > 1);
        },
        QStringLiteral("runs"));
}

void LivePage::leave() { m_open = false; }

// --- the run -------------------------------------------------------------------------------------

void LivePage::showRun() {
    const bool hasRun = session() && m_model.run() != 0;
    m_stack->setCurrentIndex(hasRun ? 1 : 0);
    if (!hasRun) {
        if (m_model.problem())
            m_empty->setTexts(
                errorWords(*m_model.problem()).title, errorWords(*m_model.problem()).detail, {});
        else
            retranslate();
        return;
    }
    showStages();
    showState();
    showBanner();
    showTour();
}

QString LivePage::subtitle() const {
    const store::RunRecord& run = m_model.facts().record;
    const QString stage = m_model.currentStage();
    if (stage.isEmpty())
        return m_model.isActive() ? tr("The engine is loading the model.") : QString();
    std::int64_t total = 0;
    for (const store::StageInfo& info : m_model.facts().stages) {
        if (fromUtf8(info.record.stage) == stage) total = info.record.total_steps;
    }
    const QList<double> steps = m_model.facts().steps.value(stage);
    const auto done = steps.isEmpty() ? 0 : static_cast<std::int64_t>(steps.last());
    const QLocale locale;
    //: %1 is a stage, %2 and %3 numbers of steps
    QString text = tr("%1, step %2 of %3")
                       .arg(stageWord(stage),
                            locale.toString(static_cast<qlonglong>(done)),
                            locale.toString(static_cast<qlonglong>(total)));
    if (!m_model.isActive())
        return run.name.empty() ? text : visibleText(run.name) + QStringLiteral(" · ") + text;
    const EtaRange eta = etaOf(m_model.stepSeconds(stage), total - done);
    if (eta.isKnown)
        text += QStringLiteral(" · ") +
                tr("about %1 left in this stage").arg(durationRange(eta.low_s, eta.high_s));
    return text;
}

void LivePage::showState() {
    const store::RunRecord& run = m_model.facts().record;
    m_header->setTexts(tr("Run %1").arg(QLocale().toString(static_cast<qlonglong>(run.id))),
                       subtitle());
    const bool isActive = m_model.isActive();
    std::string state(store::run_state_name(run.state));
    // Marked running, and no engine works on it.
    if (!m_model.waitsFor().empty())
        state = "paused";
    else if (state == "running" && !isActive && isSettled())
        state = "interrupted";
    const RunStateLook look = runStateLook(state);
    look.isNeutral ? m_state->setNeutral(look.iconName, look.word)
                   : m_state->set(look.severity, look.iconName, look.word);
    const bool canResume = !isActive && (state == "paused" || state == "interrupted" ||
                                         state == "stopped" || state == "failed");
    m_pause->setText(isActive || !canResume ? tr("Pause") : tr("Resume"));
    m_pause->setAccessibleName(isActive || !canResume
                                   ? tr("Pause the run after this step")
                                   : tr("Resume the run from its last checkpoint"));
    m_pause->setVisible(isActive || canResume);
    for (QPushButton* button : {m_checkpoint, m_stop, m_cancel}) button->setVisible(isActive);
    if (!isActive) m_phase->setPhase({});
}

/// Whether an engine works on the run is known: none is being started or asked for again.
bool LivePage::isSettled() const {
    const EngineLink link = session()->engine().link();
    return link != EngineLink::kStarting && link != EngineLink::kLost;
}

void LivePage::showBanner() {
    const store::RunRecord& run = m_model.facts().record;
    const bool isCut = run.state == store::RunState::kRunning && !m_model.isActive() && isSettled();
    const bool isDemo = train::is_demo_recipe(run.recipe);
    if (isDemo && !m_toy->isVisible())
        m_toy->show(Severity::kInfo, tr("Toy model: shows the method, not the quality"));
    if (!isDemo) m_toy->hide();
    m_toy->setClosable(false);
    m_banner->setAction({});
    if (m_refusal) {
        m_banner->showError(*m_refusal);
    } else if (run.state == store::RunState::kFailed) {
        m_banner->show(Severity::kBad, tr("This run failed"), visibleText(run.error));
    } else if (const std::string reason = m_model.waitsFor(); !reason.empty()) {
        // A run waits by itself for one thing only: room on the disk.
        m_banner->setAction(tr("Resume"));
        m_banner->showError({util::ErrorCode::kDiskFull, reason, {}}, tr("This run is paused"));
    } else if (isCut || run.state == store::RunState::kInterrupted) {
        m_banner->setAction(tr("Resume"));
        m_banner->show(Severity::kWarn,
                       tr("This run was interrupted"),
                       tr("Every completed step is stored. It goes on from its last checkpoint."));
    } else {
        m_banner->hide();
    }
}

void LivePage::showStages() {
    QStringList wanted = m_model.stageNames();
    if (m_model.isActive()) wanted.prepend(QStringLiteral("*"));
    if (wanted.size() > 1) wanted.append(QString());
    m_stage->setVisible(!wanted.isEmpty());
    QStringList there;
    for (int i = 0; i < m_stage->count(); ++i) there.append(m_stage->itemData(i).toString());
    // Rebuilding would close the list while a person looks at it.
    if (there == wanted && !wanted.isEmpty()) return;
    const QString before = m_stage->currentData().toString();
    const bool hadChoice = !there.isEmpty();
    const QSignalBlocker quiet(m_stage);
    m_stage->clear();
    for (const QString& name : wanted)
        m_stage->addItem(name == QStringLiteral("*") ? tr("The stage under way")
                         : name.isEmpty()            ? tr("All stages")
                                                     : stageWord(name),
                         name);
    const int kept = hadChoice ? m_stage->findData(before) : -1;
    const int telling = m_stage->findData(tellingStage());
    m_stage->setCurrentIndex(kept >= 0 ? kept : m_model.isActive() ? 0 : qMax(0, telling));
}

/// Afterwards the stage that has a reward curve tells the story.
QString LivePage::tellingStage() const {
    for (const QString& stage : m_model.stageNames()) {
        if (m_model.points(QStringLiteral("reward"), stage).size() > 1) return stage;
    }
    return m_model.currentStage();
}

QString LivePage::shownStage() const {
    if (m_stage->currentIndex() < 0) return tellingStage();
    const QString chosen = m_stage->currentData().toString();
    return chosen == QStringLiteral("*") ? m_model.currentStage() : chosen;
}

// --- side ----------------------------------------------------------------------------------------

void LivePage::showStrip() {
    m_strip->setRows(m_model.strip());
    const bool has = !m_model.strip().isEmpty();
    m_strip->setVisible(has);
    m_stripHint->setText(
        has ? tr("%1, step %2. One row per question, one mark per chain; click one to open it.")
                  .arg(stageWord(m_model.stripStage()))
                  .arg(m_model.stripStep())
            : tr("Questions and their chains appear with the first step of verifiable RL."));
    showTour();
}

void LivePage::showTour() {
    const bool isDemo = train::is_demo_recipe(m_model.facts().record.recipe);
    m_tour->setVisible(isDemo && !context().settings.get(Setting::kTourSeen).toBool());
    m_tour->setSeen(m_model.last(QStringLiteral("reward"), tellingStage()),
                    m_model.allWrongProblem(),
                    m_model.firstAccepted());
}

// --- commands ------------------------------------------------------------------------------------

void LivePage::control(std::function<util::Status(engine::Engine&)> request, const QString& said) {
    if (!session()) return;
    session()->engine().tell(this, std::move(request), [this, said](util::Status status) {
        m_refusal.reset();
        if (status)
            emit announced(said);
        else
            m_refusal = status.error();
        showBanner();
    });
}

void LivePage::resume() {
    if (!session()) return;
    session()->engine().call<engine::RunStarted>(
        this,
        [run = m_model.run()](engine::Engine& engine) { return engine.resume_run({.run = run}); },
        [this](util::Result<engine::RunStarted> started) {
            m_refusal.reset();
            if (!started) {
                m_refusal = started.error();
                return showBanner();
            }
            emit announced(tr("The run goes on."));
            m_model.reload();
        });
}

void LivePage::keyPressEvent(QKeyEvent* event) {
    // Text fields, lists and buttons have taken what is theirs before it comes here.
    const int digit = event->key() - Qt::Key_1;
    if (event->modifiers() != Qt::NoModifier) return Page::keyPressEvent(event);
    if (event->key() == Qt::Key_Space && m_model.isActive())
        askPause();
    else if (digit >= 0 && digit < 9 && digit < m_views.size())
        m_views[digit]->setFocus(Qt::ShortcutFocusReason);
    else
        Page::keyPressEvent(event);
}

/// A key is pressed by accident more easily than a button.
void LivePage::askPause() {
    askConfirm(this,
               context(),
               {.title = tr("Pause this run?"),
                .text = tr("It pauses after the step under way and goes on when you resume it."),
                .action = tr("Pause")},
               [this] { m_pause->click(); });
}

void LivePage::askCancel() {
    askConfirm(this,
               context(),
               {.title = tr("Cancel this run?"),
                .text = tr("The step under way is dropped. What was saved before stays, and the "
                           "run can be resumed."),
                .action = tr("Cancel the run"),
                .isDestructive = true},
               [this] {
                   control(
                       [run = m_model.run()](engine::Engine& engine) {
                           return engine.stop_run({.run = run, .mode = engine::StopMode::kCancel});
                       },
                       tr("The run was cancelled."));
               });
}

// --- words ---------------------------------------------------------------------------------------

void LivePage::fillAxes() {
    const int chosen = qMax(0, m_axis->currentIndex());
    const QSignalBlocker quiet(m_axis);
    m_axis->clear();
    m_axis->addItem(tr("Over steps"), static_cast<int>(CurveAxis::kSteps));
    m_axis->addItem(tr("Over time"), static_cast<int>(CurveAxis::kSeconds));
    m_axis->addItem(tr("Over tokens"), static_cast<int>(CurveAxis::kTokens));
    m_axis->setCurrentIndex(chosen);
    m_axis->setAccessibleName(tr("What the curves are drawn over"));
    setPlainToolTip(m_axis,
                    tr("Steps, seconds since the run began, or tokens that the model has written "
                       "(in supervised stages: read)."));
}

void LivePage::retranslate() {
    fillAxes();
    m_empty->setTexts(tr("No run yet"),
                      tr("The curves of a run appear here while it trains."),
                      tr("Set up a run"));
    m_checkpoint->setText(tr("Checkpoint now"));
    m_checkpoint->setAccessibleName(tr("Save a checkpoint after this step"));
    m_stop->setText(tr("Stop and keep"));
    m_stop->setAccessibleName(tr("Stop after this step and keep what was learned"));
    m_cancel->setText(tr("Cancel"));
    m_cancel->setAccessibleName(tr("Cancel the run"));
    m_expert->setText(tr("Every metric"));
    m_stage->setAccessibleName(tr("Stage whose curves are shown"));
    m_compare->setAccessibleName(tr("Another run, drawn dotted behind this one"));
    m_filter->setPlaceholderText(tr("Filter metrics"));
    m_filter->setAccessibleName(tr("Show only metrics whose name matches this regular expression"));
    m_stripCard->setHeading(tr("Newest step"));
    m_doctorCard->setHeading(tr("Health"));
    m_eventCard->setHeading(tr("Events"));
    for (CurveView* view : m_views)
        view->setTitle(chartTitle(view->property("metric").toString()),
                       metricExplanation(view->property("metric").toString()));
    if (m_open && m_model.run() != 0) {
        m_toy->hide();
        m_stage->clear();
        for (PlainLabel* heading : std::as_const(m_groups)) heading->deleteLater();
        m_groups.clear();
        readOtherRuns();
        showRun();
        showCharts();
        showStrip();
    }
}

void LivePage::restyle() {
    m_compare->setMaximumWidth(context().theme.scaled(260));
    m_side->setFixedWidth(qMin(400, context().theme.scaled(264)));
    for (PlainLabel* heading : std::as_const(m_groups)) heading->setFont(context().theme.heading());
    showCharts();
}

}  // namespace veritune::app
