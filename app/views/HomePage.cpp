// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/views/HomePage.h"

#include "app/CommandRegistry.h"
#include "app/Icons.h"
#include "app/Settings.h"
#include "app/Theme.h"
#include "app/dialogs/FileChooser.h"
#include "app/views/Pages.h"
#include "app/widgets/Cards.h"
#include "app/widgets/ChoiceCard.h"
#include "core/train/demo_recipe.h"
#include "core/train/recipe.h"

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QKeyEvent>
#include <QListWidget>
#include <QLocale>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

namespace veritune::app {
namespace {

constexpr int kMaxRows = 8;

QString percent(double share) {
    return QLocale().toString(share * 100.0, 'f', 0) + QChar(0x202f) + u'%';
}

}  // namespace

Page* makeHomePage(AppContext& context, QWidget* parent) { return new HomePage(context, parent); }

HomePage::HomePage(AppContext& context, QWidget* parent)
    : Page(PageId::kHome, context, parent) {
    setObjectName(QStringLiteral("home"));
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* inner = new QWidget;
    scroll->setWidget(inner);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    auto* centring = new QHBoxLayout(inner);
    centring->setContentsMargins(kGap4, kGap4, kGap4, kGap4);
    auto* body = new QWidget(inner);
    body->setMaximumWidth(1120);
    centring->addWidget(body);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kGap3);
    m_header = new PageHeader(context, body);
    m_banner = new Banner(context, QStringLiteral("home.banner"), body);
    column->addWidget(m_header);
    column->addWidget(m_banner);
    buildNext(*column);
    buildChoices(*column);
    auto* grid = new QGridLayout;
    grid->setSpacing(kGap3);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    buildRecent(*grid);
    buildComputer(*grid);
    column->addLayout(grid);
    column->addStretch(1);
    m_limits = new PlainLabel(body);
    m_limits->setWordWrap(true);
    m_limits->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(m_limits);
    connect(&m_glance, &ProjectGlance::changed, this, &HomePage::showNext);
    connect(&m_check, &SelfCheck::changed, this, &HomePage::showComputer);
    connect(&context.settings, &Settings::changed, this, [this](Setting key) {
        if (key == Setting::kRecentProjects) showRecent();
    });
    context.commands.add(this,
                         {.id = QStringLiteral("home.demo"),
                          .iconName = QStringLiteral("demo"),
                          .text = [] { return tr("Run the 2-minute demo"); },
                          .run = [this] { startDemo(); }});
    context.commands.add(this,
                         {.id = QStringLiteral("home.open"),
                          .iconName = QStringLiteral("folder"),
                          .text = [] { return tr("Open a project"); },
                          .run = [this] { chooseProject(); },
                          .shortcut = QKeySequence(Qt::CTRL | Qt::Key_O)});
    retranslate();
    restyle();
}

void HomePage::buildNext(QVBoxLayout& column) {
    m_next = new Card(context(), this);
    m_nextTitle = new PlainLabel(m_next);
    m_nextDetail = new PlainLabel(m_next);
    m_nextCurve = new Sparkline(context(), m_next);
    m_nextCurve->setFixedSize(200, 48);
    m_nextAction = makeButton(ButtonRole::kPrimary, QStringLiteral("home.next"), m_next);
    m_nextSecond = makeButton(ButtonRole::kNormal, QStringLiteral("home.next.second"), m_next);
    m_nextTitle->setWordWrap(true);
    m_nextDetail->setWordWrap(true);
    m_nextDetail->setForegroundRole(QPalette::PlaceholderText);
    auto* row = new QHBoxLayout;
    row->setSpacing(kGap3);
    auto* words = new QVBoxLayout;
    words->setSpacing(kGap1);
    words->addWidget(m_nextTitle);
    words->addWidget(m_nextDetail);
    row->addLayout(words, 1);
    row->addWidget(m_nextCurve);
    row->addWidget(m_nextSecond);
    row->addWidget(m_nextAction);
    m_next->body()->addLayout(row);
    column.addWidget(m_next);
    connect(m_nextAction, &QPushButton::clicked, this, &HomePage::doNext);
    connect(m_nextSecond, &QPushButton::clicked, this, [this] {
        if (!session() || !m_glance.isActive()) return;
        const std::int64_t run = m_glance.glance().run;
        session()->engine().tell(
            this,
            [run](engine::Engine& engine) { return engine.pause_run({.run = run}); },
            [this](util::Status status) {
                if (!status) return m_banner->showError(status.error());
                emit announced(tr("The run pauses after this step."));
            });
    });
}

void HomePage::buildChoices(QVBoxLayout& column) {
    auto* row = new QHBoxLayout;
    row->setSpacing(kGap3);
    m_demo = new ChoiceCard(context(), QStringLiteral("demo"), QStringLiteral("home.demo"), this);
    m_own = new ChoiceCard(context(), QStringLiteral("sliders"), QStringLiteral("home.own"), this);
    m_openProject =
        new ChoiceCard(context(), QStringLiteral("folder"), QStringLiteral("home.open"), this);
    for (ChoiceCard* card : {m_demo, m_own, m_openProject}) row->addWidget(card, 1);
    column.addLayout(row);
    connect(m_demo, &ChoiceCard::clicked, this, &HomePage::startDemo);
    connect(m_own, &ChoiceCard::clicked, this, [this] {
        emit routeRequested({.page = PageId::kSetup, .preset = QStringLiteral("own")});
    });
    connect(m_openProject, &ChoiceCard::clicked, this, &HomePage::chooseProject);
}

void HomePage::buildRecent(QGridLayout& grid) {
    m_recent = new Card(context(), this);
    m_recentList = new QListWidget(m_recent);
    m_recentList->setObjectName(QStringLiteral("home.recent"));
    m_recentList->setFrameShape(QFrame::NoFrame);
    m_recentList->setIconSize({20, 20});
    m_recentList->installEventFilter(this);
    m_recentStrut = new QWidget(m_recent);
    m_recent->addHeadingWidget(m_recentStrut);
    m_recentHint = new PlainLabel(m_recent);
    m_recentHint->setWordWrap(true);
    m_recentHint->setForegroundRole(QPalette::PlaceholderText);
    m_recent->body()->addWidget(m_recentHint);
    m_recent->body()->addWidget(m_recentList, 1);
    m_recent->body()->addStretch(0);
    grid.addWidget(m_recent, 0, 0);
    connect(m_recentList, &QListWidget::itemActivated, this, [this](QListWidgetItem* item) {
        emit projectRequested(item->data(Qt::UserRole).toString(), {});
    });
}

void HomePage::buildComputer(QGridLayout& grid) {
    m_computer = new Card(context(), this);
    m_checkPill = new Pill(context(), m_computer);
    m_checkCopy = makeIconButton(
        context(), QStringLiteral("copy"), QStringLiteral("home.check.copy"), m_computer);
    m_checkAgain = makeIconButton(
        context(), QStringLiteral("refresh"), QStringLiteral("home.check.again"), m_computer);
    m_computer->addHeadingWidget(m_checkPill);
    m_computer->addHeadingWidget(m_checkCopy);
    m_computer->addHeadingWidget(m_checkAgain);
    m_checkRows = new QVBoxLayout;
    m_checkRows->setSpacing(kGap2);
    m_computer->body()->addLayout(m_checkRows);
    m_computer->body()->addStretch(1);
    grid.addWidget(m_computer, 0, 1);
    connect(m_checkAgain, &QToolButton::clicked, &m_check, &SelfCheck::run);
    connect(m_checkCopy, &QToolButton::clicked, this, [this] {
        QString text;
        for (const CheckRow& row : m_check.rows())
            text += row.level + u'\t' + row.name + u'\t' + row.detail + u'\n';
        QApplication::clipboard()->setText(text);
        emit announced(tr("The self-check was copied."));
    });
}

QString HomePage::title() const { return tr("Home"); }

QString HomePage::help() const {
    return tr(
        "Start here. The demo trains a tiny model in front of your eyes and needs nothing but this "
        "computer. For your own "
        "questions, set up a run with a model folder and a file of questions whose answers can be "
        "checked.");
}

void HomePage::setSession(ProjectSession* session) {
    Page::setSession(session);
    m_banner->hide();
    m_glance.setSession(session);
    if (session && std::exchange(m_startDemoOnSession, false)) startRun(*session);
}

void HomePage::open(const Route&) {
    showRecent();
    m_glance.refresh();
    if (m_check.rows().isEmpty()) m_check.run();
}

// --- next step -----------------------------------------------------------------------------------

void HomePage::showNext() {
    const Glance& glance = m_glance.glance();
    const NextStep step = nextStep(m_glance.hasProject(), glance, m_glance.isActive());
    m_next->setVisible(step != NextStep::kChoose);
    m_demo->setPrimary(step == NextStep::kChoose);
    m_nextCurve->setValues(glance.heldout.size() > 1 ? glance.heldout : glance.reward);
    m_nextCurve->setVisible(glance.reward.size() > 1 || glance.heldout.size() > 1);
    m_nextSecond->setVisible(step == NextStep::kWatch);
    QString heldout;
    if (glance.best && glance.first) {
        heldout = tr("Right answers on questions it never saw: %1 at first, %2 at best.")
                      .arg(percent(*glance.first), percent(*glance.best));
    }
    const QString run = QLocale().toString(static_cast<qlonglong>(glance.run));
    switch (step) {
        case NextStep::kChoose:
            return;
        case NextStep::kSetUp:
            m_nextTitle->setText(tr("This project has no run yet"));
            m_nextDetail->setText(
                tr("A run teaches a model with questions whose answers a verifier can check."));
            m_nextAction->setText(tr("Set up a run"));
            break;
        case NextStep::kWatch:
            m_nextTitle->setText(tr("Run %1 is training").arg(run));
            m_nextDetail->setText(heldout);
            m_nextAction->setText(tr("Watch it live"));
            break;
        case NextStep::kResume:
            m_nextTitle->setText(glance.state == store::RunState::kPaused
                                     ? tr("Run %1 is paused").arg(run)
                                     : tr("Run %1 was interrupted").arg(run));
            m_nextDetail->setText(
                glance.error.isEmpty()
                    ? tr("Every completed step is stored; it goes on where it was.")
                    : glance.error);
            m_nextAction->setText(tr("Resume the run"));
            break;
        case NextStep::kLookAtFailure:
            m_nextTitle->setText(tr("Run %1 failed").arg(run));
            m_nextDetail->setText(glance.error);
            m_nextAction->setText(tr("Look at the run"));
            break;
        case NextStep::kLookInside:
            m_nextTitle->setText(glance.best && glance.first && *glance.best > *glance.first
                                     ? tr("Run %1 has learned something").arg(run)
                                     : tr("Run %1 has ended").arg(run));
            m_nextDetail->setText(heldout);
            m_nextAction->setText(tr("Look inside its chains"));
            break;
    }
    m_nextDetail->setVisible(!m_nextDetail->text().isEmpty());
    m_nextAction->setAccessibleName(m_nextAction->text());
}

void HomePage::doNext() {
    const Glance& glance = m_glance.glance();
    switch (nextStep(m_glance.hasProject(), glance, m_glance.isActive())) {
        case NextStep::kChoose:
            return;
        case NextStep::kSetUp:
            emit routeRequested({.page = PageId::kSetup});
            return;
        case NextStep::kWatch:
        case NextStep::kLookAtFailure:
            emit routeRequested({.page = PageId::kLive, .run = glance.run});
            return;
        case NextStep::kLookInside:
            emit routeRequested({.page = PageId::kChains, .run = glance.run});
            return;
        case NextStep::kResume:
            break;
    }
    const std::int64_t run = glance.run;
    session()->engine().call<engine::RunStarted>(
        this,
        [run](engine::Engine& engine) { return engine.resume_run({.run = run}); },
        [this](util::Result<engine::RunStarted> started) {
            if (!started) return m_banner->showError(started.error());
            emit routeRequested({.page = PageId::kLive, .run = started->run});
        });
}

// --- choices -------------------------------------------------------------------------------------

void HomePage::startDemo() {
    const auto dir = ProjectOpener::freeDemoDir();
    if (!dir) return m_banner->showError(dir.error());
    m_demo->setEnabled(false);
    emit announced(tr("The demonstration is being prepared."));
    m_opener.create(*dir,
                    tr("Demonstration", "name of the project that the demo makes"),
                    [this](util::Result<store::ProjectInfo> info) {
                        m_demo->setEnabled(true);
                        if (!info) return m_banner->showError(info.error());
                        m_startDemoOnSession = true;
                        emit projectRequested(fromUtf8(info->dir), {.page = PageId::kHome});
                    });
}

void HomePage::startRun(ProjectSession& session) {
    // Without the control experiments, which `veritune demo` adds.
    const auto recipe = train::make_demo_recipe({.seed = 1, .controls = false});
    if (!recipe) return m_banner->showError(recipe.error());
    session.engine().call<engine::RunStarted>(
        this,
        [json = train::recipe_to_json(*recipe)](engine::Engine& engine) {
            return engine.start_run({.name = {}, .recipe = json});
        },
        [this](util::Result<engine::RunStarted> started) {
            if (!started) return m_banner->showError(started.error());
            emit routeRequested({.page = PageId::kLive, .run = started->run});
        });
}

void HomePage::chooseProject() {
    chooseFolder(
        this, tr("Open a project folder"), ProjectOpener::dataHome(), [this](const QString& dir) {
            if (!dir.isEmpty()) emit projectRequested(dir, {});
        });
}

// --- recent projects -----------------------------------------------------------------------------

void HomePage::showRecent() {
    const QStringList dirs = context().settings.get(Setting::kRecentProjects).toStringList();
    m_recentList->clear();
    for (const QString& dir : dirs.mid(0, kMaxRows)) {
        const QString name = visibleText(QDir(dir).dirName());
        auto* item = new QListWidgetItem(
            icon(QStringLiteral("folder"), context().theme), name, m_recentList);
        item->setData(Qt::UserRole, dir);
        item->setToolTip(plainTip(visibleText(QDir::toNativeSeparators(dir))));
    }
    m_recentList->setVisible(!dirs.isEmpty());
    m_recentHint->setVisible(dirs.isEmpty());
    if (m_recentList->count() > 0) {
        m_recentList->setCurrentRow(0);
        m_recentList->setFixedHeight(m_recentList->count() * m_recentList->sizeHintForRow(0) +
                                     2 * m_recentList->frameWidth() + 2);
    }
}

void HomePage::removeRecent() {
    const QListWidgetItem* item = m_recentList->currentItem();
    if (!item) return;
    QStringList dirs = context().settings.get(Setting::kRecentProjects).toStringList();
    dirs.removeAll(item->data(Qt::UserRole).toString());
    context().settings.set(Setting::kRecentProjects, dirs);
    emit announced(tr("Taken off the list. The project itself stays where it is."));
}

bool HomePage::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_recentList && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Delete) {
        removeRecent();
        return true;
    }
    return Page::eventFilter(watched, event);
}

// --- this computer -------------------------------------------------------------------------------

QWidget* HomePage::checkRow(const CheckRow& row) {
    auto* widget = new QWidget(m_computer);
    auto* line = new QHBoxLayout(widget);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(kGap2);
    auto* mark = new PlainLabel(widget);
    const Colors& colors = context().theme.colors();
    const bool isOk = row.level == QStringLiteral("ok");
    const bool isBad = row.level == QStringLiteral("bad");
    mark->setPixmap(iconPixmap(isOk ? QStringLiteral("check-circle") : QStringLiteral("warning"),
                               isOk    ? colors.good
                               : isBad ? colors.bad
                                       : colors.warn,
                               context().theme.scaled(18),
                               devicePixelRatioF()));
    mark->setAccessibleName(isOk ? tr("fine") : isBad ? tr("missing") : tr("limited"));
    auto* words = new PlainLabel(checkSentence(row), widget);
    words->setWordWrap(true);
    line->addWidget(mark, 0, Qt::AlignTop);
    line->addWidget(words, 1);
    return widget;
}

void HomePage::showComputer() {
    while (QLayoutItem* item = m_checkRows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_checkAgain->setEnabled(!m_check.isRunning());
    if (m_check.isRunning()) {
        m_checkPill->setNeutral(QStringLiteral("clock"), tr("Checking"));
    } else if (!m_check.problem().isEmpty()) {
        m_checkPill->set(Severity::kBad, QStringLiteral("warning"), tr("Not checked"));
        m_checkRows->addWidget(checkRow({.name = {},
                                         .level = QStringLiteral("bad"),
                                         .detail = m_check.problem(),
                                         .nextStep = {}}));
        return;
    } else if (m_check.worst() == QStringLiteral("bad")) {
        m_checkPill->set(Severity::kBad, QStringLiteral("warning"), tr("Something is missing"));
    } else {
        m_checkPill->set(Severity::kGood, QStringLiteral("check-circle"), tr("Ready"));
    }
    // What a person wants to know; everything is in the copied text and in `veritune doctor`.
    for (const char* name : {"engine", "gpu", "memory", "disk", "sandbox", "network"}) {
        const CheckRow* row = m_check.row(QString::fromLatin1(name));
        if (!row) continue;
        m_checkRows->addWidget(checkRow(*row));
    }
}

// --- words ---------------------------------------------------------------------------------------

void HomePage::retranslate() {
    m_header->setTexts(tr("Veritune"),
                       tr("Teach a reasoning model with answers that can be checked. Everything "
                          "stays on this computer."));
    m_demo->setTexts(tr("Run the 2-minute demo"),
                     tr("A tiny model learns arithmetic in front of your eyes. You see every "
                        "answer and why it was right or wrong."),
                     tr("No GPU needed"));
    m_own->setTexts(
        tr("Start my project"),
        tr("Choose a model folder and a file of questions with answers that can be checked."));
    m_openProject->setTexts(
        tr("Open a project"),
        tr("Go on with a project of yours, or drop its folder on this window."));
    m_nextSecond->setText(tr("Pause"));
    m_nextSecond->setAccessibleName(tr("Pause the run after this step"));
    m_recent->setHeading(tr("Recent projects"));
    m_recentList->setAccessibleName(tr("Recent projects"));
    m_recentList->setAccessibleDescription(
        tr("Enter opens a project. Delete takes it off the list and never deletes anything from "
           "the disk."));
    m_recentHint->setText(tr("Projects that you open appear here."));
    m_computer->setHeading(tr("This computer"));
    setIconButtonText(m_checkAgain, tr("Check this computer again"));
    setIconButtonText(m_checkCopy, tr("Copy the results of the check"));
    m_limits->setText(
        tr("A verified answer satisfies the rule that was checked; it does not prove that the "
           "reasoning is right."));
    showNext();
    showRecent();
    showComputer();
}

void HomePage::restyle() {
    m_nextTitle->setFont(context().theme.heading());
    m_limits->setFont(context().theme.small());
    // The headings of the two cards side by side stand on one line.
    m_recentStrut->setFixedSize(1, m_checkAgain->minimumHeight());
    showRecent();
    showComputer();
}

}  // namespace veritune::app
