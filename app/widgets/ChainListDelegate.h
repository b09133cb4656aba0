// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"
#include "core/store/records.h"

#include <QSet>
#include <QStyledItemDelegate>

#include <cstdint>
#include <functional>

namespace veritune::app {

/// One chain of ChainListModel: the verdict's mark, the task and the answer; below, step, tokens
/// and reward. Plain text only.
class ChainListDelegate final : public QStyledItemDelegate {
    Q_OBJECT
  public:
    ChainListDelegate(AppContext& context, QObject* parent);
    /// Chains that are marked for comparison.
    void setMarked(const QSet<std::int64_t>& chains) { m_marked = chains; }
    /// Says whether a person flagged the chain.
    void setFlags(std::function<bool(const store::ChainKey&)> isFlagged) {
        m_isFlagged = std::move(isFlagged);
    }

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  private:
    struct Row;
    void paintMarks(const Row& row) const;
    void paintFirstLine(const Row& row) const;
    void paintSecondLine(const Row& row) const;

    AppContext& m_context;
    QSet<std::int64_t> m_marked;
    std::function<bool(const store::ChainKey&)> m_isFlagged;
};

}  // namespace veritune::app
