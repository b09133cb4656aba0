// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/CommandRegistry.h"

#include <QFrame>

class QLineEdit;
class QListView;
class QStandardItemModel;

namespace veritune::app {

/// How well the words of `query` fit `text`: 0 = not at all. Each word must begin a word of the
/// text or appear in it; beginnings count more, order does not matter, case and accents do not
/// matter.
int matchScore(const QString& query, const QString& text);

/// Ctrl+K: type, choose, Enter. A child of the window, above its pages; closes on Escape or when it
/// loses the focus.
class CommandPalette final : public QFrame {
    Q_OBJECT
  public:
    CommandPalette(AppContext& context, QWidget* parent);
    void open();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    void filter(const QString& query);
    void runCurrent();
    void move(int rows);

    AppContext& m_context;
    QLineEdit* m_query;
    QListView* m_list;
    QStandardItemModel* m_model;
    QList<Command> m_commands;
    QList<Command> m_shown;
    QPointer<QWidget> m_before;
};

}  // namespace veritune::app
