// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/views/Page.h"

#include "app/ProjectSession.h"
#include "app/Theme.h"

#include <QEvent>
#include <QShortcut>

#include <utility>

namespace veritune::app {

Page::Page(PageId id, AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_id(id),
      m_context(context) {
    connect(&context.theme, &Theme::changed, this, [this] {
        restyle();
        update();
    });
}

void Page::setSession(ProjectSession* session) { m_session = session; }

bool Page::dropPaths(const QStringList&) { return false; }

void Page::addKey(const QKeySequence& keys, std::function<void()> action) {
    auto* shortcut = new QShortcut(keys, this);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, std::move(action));
}

void Page::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) retranslate();
}

}  // namespace veritune::app
