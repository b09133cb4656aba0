// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/ProjectSession.h"
#include "app/Route.h"

#include <QPointer>
#include <QWidget>

#include <functional>

namespace veritune::app {

/// One page of the window. A page builds its widgets in its constructor, sets their texts in
/// retranslate() (called by the base class whenever the language changes, and once by the page
/// itself), and reads nothing before it is shown for the first time.
/// Every control has an objectName "page.part" (unique in the window), an accessible name and a
/// plain tooltip.
class Page : public QWidget {
    Q_OBJECT
  public:
    Page(PageId id, AppContext& context, QWidget* parent = nullptr);

    PageId id() const { return m_id; }
    /// The rail's and palette's name of the page, translated.
    virtual QString title() const = 0;
    /// A sentence or two for the help dock about the page as a whole.
    virtual QString help() const = 0;
    /// Another project (or none): forget everything of the old one.
    virtual void setSession(ProjectSession* session);
    /// Shown or asked to show something else; always on the GUI thread, the page is visible.
    virtual void open(const Route& route) = 0;
    /// No longer visible: stop timers and replots.
    virtual void leave() {}
    /// Files were dropped or pasted on the page; false = not mine.
    virtual bool dropPaths(const QStringList& paths);

  signals:
    /// Asks the window to go there.
    void routeRequested(const veritune::app::Route& route);
    /// Asks the window to open a project folder, then go there.
    void projectRequested(const QString& dir, const veritune::app::Route& route);
    /// One sentence for the status bar, announced once to screen readers.
    void announced(const QString& sentence);

  protected:
    ProjectSession* session() const { return m_session; }
    AppContext& context() const { return m_context; }
    virtual void retranslate() = 0;
    /// Called when colours or fonts changed; the base class updates all children.
    virtual void restyle() {}
    void changeEvent(QEvent* event) override;
    /// Works while the focus is on the page.
    void addKey(const QKeySequence& keys, std::function<void()> action);

  private:
    PageId m_id;
    AppContext& m_context;
    QPointer<ProjectSession> m_session;
};

}  // namespace veritune::app
