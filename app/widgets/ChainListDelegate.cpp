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
    const QLocale locale;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRect row = option.rect;
    const bool selected = option.state & QStyle::State_Selected;
    painter->fillRect(row,
                      selected                                 ? colors.accentSoft
                      : option.state & QStyle::State_MouseOver ? colors.raised
                                                               : colors.surface);
    const bool rtl = option.direction == Qt::RightToLeft;
    const auto place = [&](const QRect& box) {
        return QStyle::visualRect(option.direction, row, box);
    };
    if (selected)
        painter->fillRect(place(QRect(row.left(), row.top(), 3, row.height())), colors.accent);
    const VerdictLook look = verdictLook(chain->status, m_context.theme);
    const int icon = QFontMetrics(m_context.theme.body()).height();
    const QRect mark(row.left() + kGap2 + kGap1, row.top() + kGap2, icon, icon);
    painter->drawPixmap(
        place(mark).topLeft(),
        iconPixmap(look.iconName, look.color, icon, painter->device()->devicePixelRatioF()));

    const int left = mark.right() + kGap2 + 1;
    const int width = row.right() - kGap2 - left;
    const QFontMetrics body(m_context.theme.body());
    const QFontMetrics small(m_context.theme.small());
    const QString answer =
        chain->extracted.empty() ? QStringLiteral("\u2013") : oneLine(chain->extracted, 60);
    const int answerWidth = std::min(body.horizontalAdvance(answer) + 2, width / 3);
    const int end = Qt::AlignVCenter | (rtl ? Qt::AlignLeft : Qt::AlignRight);
    const int begin = Qt::AlignVCenter | (rtl ? Qt::AlignRight : Qt::AlignLeft);
    painter->setFont(m_context.theme.body());
    painter->setPen(colors.text);
    const QRect first(left, row.top() + kGap2 - 1, width - answerWidth - kGap2, body.height());
    //: list of chains; %1 name of a task, %2 number of the sample
    const QString name = oneLine(chain->key.problem_id, 120);
    painter->drawText(place(first), begin, body.elidedText(name, Qt::ElideMiddle, first.width()));
    const QRect right(row.right() - kGap2 - answerWidth, first.top(), answerWidth, body.height());
    QFont strong = m_context.theme.body();
    strong.setWeight(QFont::DemiBold);
    painter->setFont(strong);
    painter->drawText(place(right),
                      end,
                      QFontMetrics(strong).elidedText(answer, Qt::ElideRight, answerWidth + kGap1));

    painter->setFont(m_context.theme.small());
    painter->setPen(colors.textMuted);
    //: %1 step, %2 sample, %3 number of tokens
    const QString detail = tr("Step %1 \u00b7 sample %2 \u00b7 %3 tokens")
                               .arg(locale.toString(static_cast<qlonglong>(chain->key.step)),
                                    locale.toString(static_cast<qlonglong>(chain->key.sample)),
                                    locale.toString(static_cast<qlonglong>(chain->tokens)));
    const QString reward = locale.toString(chain->reward, 'f', 2);
    const int rewardWidth = small.horizontalAdvance(reward) + 2;
    const QRect second(left, first.bottom() + 2, width - rewardWidth - kGap2, small.height());
    painter->drawText(
        place(second), begin, small.elidedText(detail, Qt::ElideRight, second.width()));
    const QRect rewardBox(
        row.right() - kGap2 - rewardWidth, second.top(), rewardWidth, small.height());
    painter->drawText(place(rewardBox), end, reward);
    if (m_marked.contains(chain->id)) {
        const int size = small.height();
        painter->drawPixmap(
            place(QRect(mark.left() + (icon - size) / 2, second.top(), size, size)).topLeft(),
            iconPixmap(QStringLiteral("compare"),
                       colors.accent,
                       size,
                       painter->device()->devicePixelRatioF()));
    }
    painter->setPen(colors.border);
    painter->drawLine(row.left(), row.bottom(), row.right(), row.bottom());
    painter->restore();
}

}  // namespace veritune::app
