// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/ChainListDelegate.h"

#include "app/Icons.h"
#include "app/PlainText.h"
#include "app/Theme.h"
#include "app/Verdicts.h"
#include "app/models/ChainListModel.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>

namespace veritune::app {

/// One row in the middle of being painted; boxes are mirrored for right-to-left.
struct ChainListDelegate::Row {
    QPainter& painter;
    const store::ChainSummary& chain;
    QRect area;
    Qt::LayoutDirection direction;
    int left = 0;    ///< where the texts begin
    int first = 0;   ///< top of the first line
    int second = 0;  ///< top of the second line

    int textWidth() const { return area.right() - kGap2 - left; }
    void text(const QRect& box,
              Qt::Alignment side,
              const QString& words,
              Qt::TextElideMode elide) const {
        const Qt::Alignment shown = direction == Qt::RightToLeft
                                        ? (side == Qt::AlignLeft ? Qt::AlignRight : Qt::AlignLeft)
                                        : side;
        painter.drawText(QStyle::visualRect(direction, area, box),
                         static_cast<int>(shown | Qt::AlignVCenter),
                         painter.fontMetrics().elidedText(words, elide, box.width()));
    }
    void icon(const QRect& box, const QString& name, const QColor& color) const {
        painter.drawPixmap(
            QStyle::visualRect(direction, area, box).topLeft(),
            iconPixmap(name, color, box.width(), painter.device()->devicePixelRatioF()));
    }
};

ChainListDelegate::ChainListDelegate(AppContext& context, QObject* parent)
    : QStyledItemDelegate(parent),
      m_context(context) {}

QSize ChainListDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    const QFontMetrics body(m_context.theme.body());
    const QFontMetrics small(m_context.theme.small());
    return {120, body.height() + small.height() + kGap3 + 2};
}

void ChainListDelegate::paint(QPainter* painter,
                              const QStyleOptionViewItem& option,
                              const QModelIndex& index) const {
    const auto* model = qobject_cast<const ChainListModel*>(index.model());
    const store::ChainSummary* chain = model != nullptr ? model->at(index.row()) : nullptr;
    if (chain == nullptr) return;
    const Colors& colors = m_context.theme.colors();
    const QFontMetrics body(m_context.theme.body());
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRect area = option.rect;
    const bool selected = option.state & QStyle::State_Selected;
    const bool hovered = option.state & QStyle::State_MouseOver;
    painter->fillRect(area,
                      selected  ? colors.accentSoft
                      : hovered ? colors.raised
                                : colors.surface);
    if (selected) {
        const QRect edge(area.left(), area.top(), 3, area.height());
        painter->fillRect(QStyle::visualRect(option.direction, area, edge), colors.accent);
    }
    const int first = area.top() + kGap2 - 1;
    const Row row{.painter = *painter,
                  .chain = *chain,
                  .area = area,
                  .direction = option.direction,
                  .left = area.left() + kGap2 + kGap1 + body.height() + kGap2,
                  .first = first,
                  .second = first + body.height() + 2};
    paintMarks(row);
    paintFirstLine(row);
    paintSecondLine(row);
    painter->setPen(colors.border);
    painter->drawLine(area.left(), area.bottom(), area.right(), area.bottom());
    if (option.state & QStyle::State_HasFocus) {
        painter->setPen(QPen(colors.accent, 2));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(QRectF(area).adjusted(1, 1, -1, -2));
    }
    painter->restore();
}

void ChainListDelegate::paintMarks(const Row& row) const {
    const Colors& colors = m_context.theme.colors();
    const int size = QFontMetrics(m_context.theme.body()).height();
    const int small = QFontMetrics(m_context.theme.small()).height();
    const int x = row.area.left() + kGap2 + kGap1;
    const VerdictLook look = verdictLook(row.chain.status, m_context.theme);
    row.icon({x, row.first + 1, size, size}, look.iconName, look.color);
    const QRect below(x + (size - small) / 2, row.second + 1, small, small);
    if (m_marked.contains(row.chain.id)) {
        row.icon(below, QStringLiteral("compare"), colors.accent);
    } else if (m_isFlagged && m_isFlagged(row.chain.key)) {
        row.icon(below, QStringLiteral("flag"), colors.warn);
    }
}

void ChainListDelegate::paintFirstLine(const Row& row) const {
    QFont strong = m_context.theme.body();
    strong.setWeight(QFont::DemiBold);
    const QString answer =
        row.chain.extracted.empty() ? QStringLiteral("\u2013") : oneLine(row.chain.extracted, 60);
    const int height = QFontMetrics(strong).height();
    const int width =
        std::min(QFontMetrics(strong).horizontalAdvance(answer) + 2, row.textWidth() / 3);
    row.painter.setPen(m_context.theme.colors().text);
    row.painter.setFont(m_context.theme.body());
    row.text({row.left, row.first, row.textWidth() - width - kGap2, height},
             Qt::AlignLeft,
             oneLine(row.chain.key.problem_id, 120),
             Qt::ElideMiddle);
    row.painter.setFont(strong);
    row.text({row.area.right() - kGap2 - width, row.first, width, height},
             Qt::AlignRight,
             answer,
             Qt::ElideRight);
}

void ChainListDelegate::paintSecondLine(const Row& row) const {
    const QLocale locale;
    const QFontMetrics small(m_context.theme.small());
    row.painter.setFont(m_context.theme.small());
    row.painter.setPen(m_context.theme.colors().textMuted);
    //: %1 step, %2 sample, %3 number of tokens
    const QString detail = tr("Step %1 \u00b7 sample %2 \u00b7 %3 tokens")
                               .arg(locale.toString(static_cast<qlonglong>(row.chain.key.step)),
                                    locale.toString(static_cast<qlonglong>(row.chain.key.sample)),
                                    locale.toString(static_cast<qlonglong>(row.chain.tokens)));
    const QString reward = locale.toString(row.chain.reward, 'f', 2);
    const int width = small.horizontalAdvance(reward) + 2;
    row.text({row.left, row.second, row.textWidth() - width - kGap2, small.height()},
             Qt::AlignLeft,
             detail,
             Qt::ElideRight);
    row.text({row.area.right() - kGap2 - width, row.second, width, small.height()},
             Qt::AlignRight,
             reward,
             Qt::ElideNone);
}

}  // namespace veritune::app
