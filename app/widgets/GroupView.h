// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "app/PlainText.h"
#include "app/models/ChainBrowser.h"

#include <QList>
#include <QWidget>

#include <vector>

class QGridLayout;
class QScrollArea;

namespace veritune::app {

class ChainCard;

/// The chains of one task side by side. What a chain shares with the chosen one from its beginning
/// on is pale; a mark stands where it first differs.
/// threads  GUI thread; test  chain_panel_test.cpp
class GroupView final : public QWidget {
    Q_OBJECT
  public:
    GroupView(AppContext& context, QWidget* parent = nullptr);
    /// current  the chosen chain, with which the others are compared; 0 = the first
    void showGroup(const std::vector<ChainDocumentPtr>& group, std::int64_t current);
    void retranslate();
    QString summary() const;
    int cardCount() const { return static_cast<int>(m_cards.size()); }

  signals:
    void chainChosen(qint64 chain);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void arrange();
    void compare();

    AppContext& m_context;
    std::vector<ChainDocumentPtr> m_group;
    std::int64_t m_current = 0;
    PlainLabel* m_summary;
    QScrollArea* m_scroll;
    QWidget* m_inner;
    QGridLayout* m_grid;
    QList<ChainCard*> m_cards;
    int m_columns = 0;
};

}  // namespace veritune::app
