// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/MainWindow.h"

#include "app/CommandPalette.h"
#include "app/CommandRegistry.h"
#include "app/HelpPanel.h"
#include "app/Icons.h"
#include "app/NavigationRail.h"
#include "app/PlainText.h"
#include "app/Settings.h"
#include "app/StatusStrip.h"
#include "app/Theme.h"
#include "app/models/ChainReference.h"
#include "app/views/Pages.h"
#include "app/widgets/Cards.h"

#include <QAction>
#include <QDir>
#include <QDragEnterEvent>
#include <QLocale>
#include <QMimeData>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace veritune::app {
namespace {

constexpr int kMaxRecent = 20;
constexpr int kRailCollapseBelow = 1100;

bool isProjectDir(const QString& path) {
    return QFileInfo::exists(path + QStringLiteral("/project.sqlite"));
}

}  // namespace

MainWindow::MainWindow(AppContext& context)
    : m_context(context) {
    setObjectName(QStringLiteral("window"));
    setMinimumSize(1024, 640);
    setAcceptDrops(true);
    buildFrame();
    buildPages();
    buildShortcuts();
    addCommands();
    retranslate();
    resize(1280, 800);
    restoreGeometry(context.settings.get(Setting::kWindowGeometry).toByteArray());
    setHelpVisible(context.settings.get(Setting::kHelpVisible).toBool());
    showPage(PageId::kHome);
}

MainWindow::~MainWindow() { closeProject(); }

void MainWindow::buildFrame() {
    auto* centre = new QWidget(this);
    m_rail = new NavigationRail(m_context, centre);
    m_stack = new QStackedWidget(centre);
    m_help = new HelpPanel(m_context, centre);
    m_status = new StatusStrip(m_context, centre);
    m_banner = new Banner(m_context, QStringLiteral("window.banner"), centre);
    auto* pageColumn = new QVBoxLayout;
    pageColumn->setSpacing(0);
    // The box, and with it the room around the banner, is there only while the banner is.
    auto* bannerBox = new QWidget(centre);
    auto* bannerRoom = new QVBoxLayout(bannerBox);
    bannerRoom->setContentsMargins(kGap4, kGap3, kGap4, 0);
    bannerRoom->addWidget(m_banner);
    pageColumn->addWidget(bannerBox);
    bannerBox->hide();
    connect(m_banner, &Banner::visibilityChanged, bannerBox, &QWidget::setVisible);
    pageColumn->addWidget(m_stack, 1);
    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    row->addWidget(m_rail);
    row->addLayout(pageColumn, 1);
    row->addWidget(m_help);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row, 1);
    column->addWidget(m_status);
    setCentralWidget(centre);
    m_palette = new CommandPalette(m_context, centre);
    connect(m_rail, &NavigationRail::chosen, this, [this](PageId page) {
        Route route = m_route;
        route.page = page;
        go(route);
    });
    connect(m_help, &HelpPanel::closeRequested, this, [this] { setHelpVisible(false); });
    connect(m_status, &StatusStrip::privacyClicked, this, [this] {
        go({.page = PageId::kSettings, .preset = QStringLiteral("privacy")});
    });
    connect(m_status, &StatusStrip::engineClicked, this, [this] {
        m_isStartWanted = m_session != nullptr;
        if (m_session) m_session->engine().ensureStarted();
    });
    connect(m_banner, &Banner::actionTriggered, this, [this] { go({.page = PageId::kLive}); });
}

void MainWindow::buildPages() {
    for (const PageEntry& entry : pageEntries()) {
        Page* page = entry.make(m_context, m_stack);
        m_stack->addWidget(page);
        m_pages.append(page);
        m_rail->addPage(entry.id, QString::fromLatin1(entry.iconName), entry.atEnd);
        connect(page, &Page::routeRequested, this, &MainWindow::go);
        connect(page, &Page::projectRequested, this, &MainWindow::openProject);
        connect(page, &Page::announced, m_status, &StatusStrip::announce);
    }
}

void MainWindow::buildShortcuts() {
    const auto on = [this](const QKeySequence& keys, std::function<void()> action) {
        auto* shortcut = new QShortcut(keys, this);
        connect(shortcut, &QShortcut::activated, this, std::move(action));
    };
    for (int i = 0; i < m_pages.size() && i < 9; ++i) {
        on(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + i)), [this, i] {
            Route route = m_route;
            route.page = m_pages[i]->id();
            go(route);
        });
    }
    on(QKeySequence(Qt::CTRL | Qt::Key_K), [this] { m_palette->open(); });
    on(QKeySequence(Qt::Key_F1), [this] { setHelpVisible(!m_help->isVisible()); });
    on(QKeySequence(Qt::CTRL | Qt::Key_B), [this] {
        m_context.settings.set(Setting::kRailCollapsed, !m_rail->isCollapsed());
        m_rail->setCollapsed(!m_rail->isCollapsed());
    });
    on(QKeySequence(Qt::CTRL | Qt::Key_Comma), [this] { go({.page = PageId::kSettings}); });
    on(QKeySequence(Qt::ALT | Qt::Key_Left), [this] { back(); });
    on(QKeySequence(Qt::Key_F11), [this] { isFullScreen() ? showNormal() : showFullScreen(); });
    on(QKeySequence(Qt::CTRL | Qt::Key_Q), [this] { close(); });
}

void MainWindow::addCommands() {
    for (Page* page : m_pages) {
        const auto& entries = pageEntries();
        const auto entry = std::find_if(entries.begin(), entries.end(), [page](const PageEntry& e) {
            return e.id == page->id();
        });
        m_context.commands.add(
            page,
            {.id = QStringLiteral("go.%1").arg(static_cast<int>(page->id())),
             .iconName = QString::fromLatin1(entry->iconName),
             .text =
                 [page] {
                     return tr("Go to %1", "palette entry; %1 is a page's name").arg(page->title());
                 },
             .run = [this, page] { go({.page = page->id()}); }});
    }
    m_context.commands.add(this,
                           {.id = QStringLiteral("window.help"),
                            .iconName = QStringLiteral("help"),
                            .text = [] { return tr("Show or hide the help"); },
                            .run = [this] { setHelpVisible(!m_help->isVisible()); },
                            .shortcut = QKeySequence(Qt::Key_F1)});
    const auto scheme =
        [this](const QString& id, const QString& iconName, auto text, const QString& value) {
            m_context.commands.add(
                this, {.id = id, .iconName = iconName, .text = text, .run = [this, value] {
                           m_context.settings.set(Setting::kColorScheme, value);
                       }});
        };
    scheme(
        QStringLiteral("scheme.light"),
        QStringLiteral("sun"),
        [] { return tr("Use light colours"); },
        QStringLiteral("light"));
    scheme(
        QStringLiteral("scheme.dark"),
        QStringLiteral("moon"),
        [] { return tr("Use dark colours"); },
        QStringLiteral("dark"));
    scheme(
        QStringLiteral("scheme.contrast"),
        QStringLiteral("contrast"),
        [] { return tr("Use high contrast"); },
        QStringLiteral("high-contrast"));
    m_context.commands.addReader(this, [this](const QString& text) -> std::optional<Command> {
        const std::optional<ChainReference> reference = chainReferenceOf(text);
        if (!reference || !m_session) return std::nullopt;
        return Command{
            .id = QStringLiteral("open.chain"),
            .iconName = QStringLiteral("chains"),
            .text =
                [reference] {
                    const QLocale locale;
                    //: %1 number of a run, %2 name of a task, %3 sample, %4 step
                    return tr("Open the chain of run %1: %2, sample %3, step %4")
                        .arg(locale.toString(static_cast<qlonglong>(reference->run)),
                             oneLine(reference->key.problem_id, 60),
                             locale.toString(static_cast<qlonglong>(reference->key.sample)),
                             locale.toString(static_cast<qlonglong>(reference->key.step)));
                },
            .run = [this, reference] { go(routeTo(*reference)); }};
    });
    m_context.commands.addSource(this, [this] {
        QList<Command> recent;
        for (const QString& dir : m_context.settings.get(Setting::kRecentProjects).toStringList()) {
            recent.append({.id = u"open." + dir,
                           .iconName = QStringLiteral("folder"),
                           .text =
                               [dir] {
                                   return tr("Open project %1")
                                       .arg(visibleText(QDir::toNativeSeparators(dir)));
                               },
                           .run = [this, dir] { openProject(dir, {}); }});
        }
        return recent;
    });
}

Page* MainWindow::page(PageId id) const {
    for (Page* page : m_pages) {
        if (page->id() == id) return page;
    }
    return nullptr;
}

void MainWindow::showPage(PageId id) {
    Page* next = page(id);
    if (!next) return;
    auto* before = qobject_cast<Page*>(m_stack->currentWidget());
    if (before && before != next) before->leave();
    m_stack->setCurrentWidget(next);
    m_rail->setCurrent(id);
    m_help->setPage(next);
    // The page's own keys work at once, and no far-off control shows a focus ring.
    if (before != next || !next->isAncestorOf(focusWidget())) next->setFocus(Qt::OtherFocusReason);
}

void MainWindow::go(const Route& route) {
    if (!page(route.page)) return;
    if (m_route.page != route.page) m_history.append(m_route);
    if (m_history.size() > 50) m_history.removeFirst();
    m_route = route;
    showPage(route.page);
    page(route.page)->open(route);
    if (m_hasLostRun && m_session && m_session->engine().link() == EngineLink::kAbsent)
        showLostRun();
}

void MainWindow::back() {
    if (m_history.isEmpty()) return;
    m_route = m_history.takeLast();
    showPage(m_route.page);
    page(m_route.page)->open(m_route);
}

void MainWindow::openProject(const QString& dir, const Route& route) {
    m_banner->hide();
    if (m_session && QFileInfo(m_session->dir()) == QFileInfo(dir)) return go(route);
    m_opener.open(dir, [this, dir, route](util::Result<store::ProjectInfo> info) {
        if (!info) {
            m_banner->setAction({});
            //: %1 is the name of a project's folder
            m_banner->showError(
                info.error(),
                tr("The project %1 cannot be opened").arg(visibleText(QDir(dir).dirName())));
            go({});
            return;
        }
        auto factory = ProjectOpener::engineOf(*info);
        adoptSession(std::make_unique<ProjectSession>(std::move(*info), std::move(factory)), route);
        rememberProject(m_session->dir());
        showReadOnly();
        m_session->engine().attach();
    });
}

void MainWindow::showReadOnly() {
    if (m_session->isWritable()) return;
    m_banner->setAction({});
    m_banner->show(Severity::kWarn,
                   tr("This project can only be read"),
                   m_session->readOnlyReason() + u' ' +
                       tr("To train, copy its folder to a place where you may write and open the "
                          "copy."));
}

void MainWindow::adoptSession(std::unique_ptr<ProjectSession> session, const Route& route) {
    for (Page* page : m_pages) page->setSession(session.get());
    m_status->setSession(session.get());
    m_session.swap(session);
    m_hasLostRun = false;
    watchEngine();
    retranslate();
    emit projectChanged(m_session->dir());
    go(route);
}

void MainWindow::closeProject() {
    if (!m_session) return;
    for (Page* page : m_pages) page->setSession(nullptr);
    m_status->setSession(nullptr);
    m_session.reset();
    emit projectChanged({});
}

void MainWindow::watchEngine() {
    connect(&m_session->engine(), &EngineService::linkChanged, this, [this] {
        const EngineService& engine = m_session->engine();
        switch (engine.link()) {
            case EngineLink::kLost:
                m_hasLostRun = true;
                m_banner->setAction({});
                m_banner->show(Severity::kWarn,
                               tr("The connection to the engine was lost while a run was active"),
                               tr("Every completed step is stored. If the engine still works, "
                                  "this window finds it again within seconds."));
                break;
            case EngineLink::kNotAnswering:
                m_banner->setAction({});
                m_banner->show(Severity::kWarn,
                               tr("The engine has not answered for some seconds"),
                               tr("It may be busy. If this stays, end it from the list of runs; "
                                  "the run can be resumed."));
                break;
            case EngineLink::kIdle:
            case EngineLink::kBusy:
                m_hasLostRun = false;
                m_banner->hide();
                break;
            case EngineLink::kAbsent:
                if (m_hasLostRun) {
                    showLostRun();
                } else if (std::exchange(m_isStartWanted, false) &&
                           !engine.trouble().message.empty()) {
                    // What a page asked for, the page answers.
                    m_banner->setAction({});
                    m_banner->showError(engine.trouble());
                }
                break;
            case EngineLink::kStarting:
                break;
        }
    });
}

/// The page of the run says it by itself, and there it can be resumed.
void MainWindow::showLostRun() {
    if (m_route.page == PageId::kLive) return m_banner->hide();
    m_banner->setAction(tr("Open the run"));
    m_banner->show(Severity::kBad,
                   tr("The engine stopped while a run was active"),
                   tr("Every completed step is stored, and the run can be resumed."));
}

void MainWindow::rememberProject(const QString& dir) {
    m_context.settings.set(Setting::kLastProject, dir);
    if (!m_context.settings.get(Setting::kRememberRecent).toBool()) return;
    QStringList recent = m_context.settings.get(Setting::kRecentProjects).toStringList();
    recent.removeAll(dir);
    recent.prepend(dir);
    m_context.settings.set(Setting::kRecentProjects, recent.mid(0, kMaxRecent));
}

void MainWindow::setHelpVisible(bool on) {
    m_help->setVisible(on);
    m_help->setPage(qobject_cast<Page*>(m_stack->currentWidget()));
    m_context.settings.set(Setting::kHelpVisible, on);
}

void MainWindow::retranslate() {
    // The title bar reaches screenshots and window lists: the project's name only.
    setWindowTitle(
        m_session
            ? tr("%1 - Veritune", "window title; %1 is the project's name").arg(m_session->name())
            : tr("Veritune"));
    for (int i = 0; i < m_pages.size(); ++i) {
        const QKeySequence keys =
            m_pages[i]->id() == PageId::kSettings
                ? QKeySequence(Qt::CTRL | Qt::Key_Comma)
                : QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + i));
        m_rail->setPageText(
            m_pages[i]->id(), m_pages[i]->title(), keys.toString(QKeySequence::NativeText));
    }
}

void MainWindow::fitRail() {
    m_rail->setCollapsed(width() < m_context.theme.scaled(kRailCollapseBelow) ||
                         m_context.settings.get(Setting::kRailCollapsed).toBool());
}

void MainWindow::changeEvent(QEvent* event) {
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) retranslate();
    if (event->type() == QEvent::FontChange || event->type() == QEvent::ApplicationFontChange)
        fitRail();
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    fitRail();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    m_context.settings.set(Setting::kWindowGeometry, saveGeometry());
    closeProject();
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    QStringList paths;
    for (const QUrl& url : event->mimeData()->urls()) {
        if (url.isLocalFile()) paths.append(url.toLocalFile());
    }
    event->acceptProposedAction();
    dropPaths(paths);
}

void MainWindow::dropPaths(const QStringList& paths) {
    if (paths.isEmpty()) {
        m_banner->setAction({});
        m_banner->show(Severity::kWarn,
                       tr("Only files and folders of this computer can be dropped here"));
        return;
    }
    const QFileInfo first(paths.first());
    const QString dir = first.isDir() ? first.filePath() : first.path();
    if (isProjectDir(dir) &&
        (first.isDir() || first.fileName() == QStringLiteral("project.sqlite")))
        return openProject(dir, {});
    auto* current = qobject_cast<Page*>(m_stack->currentWidget());
    if (current && current->dropPaths(paths)) return;
    if (page(PageId::kSetup)) {
        go({.page = PageId::kSetup, .path = paths.first()});
        return;
    }
    m_banner->show(Severity::kWarn, tr("This page has no use for that file"));
}

}  // namespace veritune::app
