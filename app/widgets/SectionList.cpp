// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/SectionList.h"

#include "app/Theme.h"

#include <QPainter>
#include <QStyledItemDelegate>

namespace veritune::app {
namespace {

constexpr int kIcon = 16;

class SectionDelegate final : public QStyledItemDelegate {
  public:
    SectionDelegate(const Theme& theme, QListWidget* view)
        : QStyledItemDelegate(view),
          m_theme(theme),
          m_view(view) {}

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const int width = m_view->viewport()->width() - 3 * kGap3 - m_theme.scaled(kIcon);
        const QFontMetrics metrics(m_theme.body());
        const QRect text = metrics.boundingRect(
            QRect(0, 0, qMax(60, width), 1000), Qt::TextWordWrap, index.data().toString());
        Q_UNUSED(option)
        return {width, qMax(text.height() + kGap3, kControlHeight + kGap1)};
    }

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const Colors& colors = m_theme.colors();
        const bool isChosen = option.state.testFlag(QStyle::State_Selected);
        const bool isHot = option.state.testFlag(QStyle::State_MouseOver);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(isChosen && m_view->hasFocus() ? QPen(colors.accent, 1) : Qt::NoPen);
        painter->setBrush(isChosen ? colors.accentSoft : isHot ? colors.raised : Qt::transparent);
        painter->drawRoundedRect(
            QRectF(option.rect).adjusted(0.5, 1.5, -0.5, -1.5), kRadius, kRadius);
        const auto place = [&option](const QRect& box) {
            return QStyle::visualRect(option.direction, option.rect, box);
        };
        const QRect box = option.rect;
        const int side = m_theme.scaled(kIcon);
        const QRect mark(box.left() + kGap3 - kGap1, box.center().y() + 1 - side / 2, side, side);
        index.data(Qt::DecorationRole).value<QIcon>().paint(painter, place(mark));
        QFont font = m_theme.body();
        if (isChosen) font.setWeight(QFont::DemiBold);
        painter->setFont(font);
        const QVariant ink = index.data(Qt::ForegroundRole);
        const QColor normal = ink.isValid() ? ink.value<QBrush>().color() : colors.text;
        painter->setPen(isChosen ? colors.accent : normal);
        painter->drawText(place(box.adjusted(kGap3 + side + kGap1, 0, -kGap2, 0)),
                          Qt::AlignVCenter | Qt::AlignLeading | Qt::TextWordWrap,
                          index.data().toString());
        painter->restore();
    }

  private:
    const Theme& m_theme;
    QListWidget* m_view;
};

}  // namespace

SectionList::SectionList(AppContext& context, const QString& objectName, QWidget* parent)
    : QListWidget(parent) {
    setObjectName(objectName);
    setFrameShape(QFrame::NoFrame);
    setWordWrap(true);
    setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setItemDelegate(new SectionDelegate(context.theme, this));
    connect(&context.theme, &Theme::changed, this, [this] {
        scheduleDelayedItemsLayout();
        viewport()->update();
    });
}

}  // namespace veritune::app
