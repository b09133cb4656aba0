// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/ProjectOpener.h"
#include "app/Route.h"
#include "app/views/Page.h"

#include <QMainWindow>

#include <memory>

class QStackedWidget;

namespace veritune::app {

class Banner;
class CommandPalette;
class HelpPanel;
class NavigationRail;
class StatusStrip;

/// Rail, pages, help dock, status bar. Owns the open project's session and hands it to the pages.
class MainWindow final : public QMainWindow {
    Q_OBJECT
  public:
    explicit MainWindow(AppContext& context);
    ~MainWindow() override;

    void go(const Route& route);
    /// Opens the project, then goes there. Problems appear in the window's banner; the project open
    /// before stays.
    void openProject(const QString& dir, const Route& route);
    /// For tests and screenshots: a session with an engine of their own.
    void adoptSession(std::unique_ptr<ProjectSession> session, const Route& route);
    void closeProject();
    ProjectSession* session() const { return m_session.get(); }
    Page* page(PageId id) const;
    const Route& currentRoute() const { return m_route; }

  signals:
    /// A project was opened (its folder) or closed (empty).
    void projectChanged(const QString& dir);

  protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void buildPages();
    void buildFrame();
    void buildShortcuts();
    void addCommands();
    void retranslate();
    void showPage(PageId id);
    void rememberProject(const QString& dir);
    void setHelpVisible(bool on);
    void back();
    void fitRail();
    void watchEngine();
    void showReadOnly();
    void showLostRun();
    void dropPaths(const QStringList& paths);

    AppContext& m_context;
    ProjectOpener m_opener;
    std::unique_ptr<ProjectSession> m_session;
    QList<Page*> m_pages;
    QList<Route> m_history;
    Route m_route;
    bool m_isStartWanted = false;  ///< the start of the engine was asked for in the status strip
    bool m_hasLostRun = false;     ///< the engine went while it trained, and none answers since
    NavigationRail* m_rail;
    QStackedWidget* m_stack;
    HelpPanel* m_help;
    Banner* m_banner;
    StatusStrip* m_status;
    CommandPalette* m_palette;
};

}  // namespace veritune::app
