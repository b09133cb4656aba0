// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/Route.h"

#include <QWidget>

class QVBoxLayout;

namespace veritune::app {

/// The list of pages at the left: icon and name, or icons alone when collapsed.
class NavigationRail final : public QWidget {
    Q_OBJECT
  public:
    explicit NavigationRail(AppContext& context, QWidget* parent = nullptr);
    /// atEnd: at the bottom of the rail (settings).
    void addPage(PageId page, const QString& iconName, bool atEnd = false);
    void setPageText(PageId page, const QString& text, const QString& shortcut);
    void setCurrent(PageId page);
    void setCollapsed(bool on);
    bool isCollapsed() const { return m_collapsed; }

  signals:
    void chosen(veritune::app::PageId page);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    class Item;
    void fitWidth();
    AppContext& m_context;
    QVBoxLayout* m_layout;
    QList<Item*> m_items;
    bool m_collapsed = false;
    int m_tail = 0;
};

}  // namespace veritune::app
