// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"

#include <QStyledItemDelegate>

namespace veritune::app {

/// Rows of a table of runs: the state as mark and word, the course of held-out as a small curve,
/// everything else as plain text with tabular figures.
class RunDelegate final : public QStyledItemDelegate {
    Q_OBJECT
  public:
    RunDelegate(AppContext& context, QObject* parent = nullptr);
    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

  private:
    AppContext& m_context;
};

}  // namespace veritune::app
