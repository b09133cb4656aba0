// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/RunDelegate.h"

#include "app/Icons.h"
#include "app/Theme.h"
#include "app/Verdicts.h"
#include "app/models/RunsModel.h"
#include "app/widgets/Cards.h"

#include <QApplication>
#include <QPainter>

namespace veritune::app {
namespace {

constexpr int kRowHeight = 40;
constexpr int kCurveWidth = 128;

QColor colorOf(const RunStateLook& look, const Colors& colors) {
    if (look.isNeutral) return colors.textMuted;
    switch (look.severity) {
        case Severity::kGood:
            return colors.good;
        case Severity::kWarn:
            return colors.warn;
        case Severity::kBad:
            return colors.bad;
        case Severity::kInfo:
            break;
    }
    return colors.accent;
}

}  // namespace

RunDelegate::RunDelegate(AppContext& context, QObject* parent)
    : QStyledItemDelegate(parent),
      m_context(context) {}

void RunDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
    QStyledItemDelegate::initStyleOption(option, index);
    // The row is chosen as a whole; a frame around one cell would only be noise.
    option->state &= ~QStyle::State_HasFocus;
    if (index.column() != RunsModel::kState) return;
    const RunStateLook look =
        runStateLook(index.data(RunsModel::kStateRole).toString().toStdString());
    const QColor color = colorOf(look, m_context.theme.colors());
    option->features |= QStyleOptionViewItem::HasDecoration;
    const int side = m_context.theme.scaled(16);
    option->decorationSize = {side, side};
    option->icon = QIcon(iconPixmap(
        look.iconName, color, side, option->widget ? option->widget->devicePixelRatioF() : 1.0));
}

void RunDelegate::paint(QPainter* painter,
                        const QStyleOptionViewItem& option,
                        const QModelIndex& index) const {
    QStyleOptionViewItem cell(option);
    initStyleOption(&cell, index);
    const QStyle* style = option.widget != nullptr ? option.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &cell, painter, option.widget);
    // The text keeps the distance to the edge that the header's text has.
    cell.rect.adjust(kGap1, 0, -kGap1, 0);
    cell.state &= ~(QStyle::State_Selected | QStyle::State_MouseOver);
    cell.backgroundBrush = Qt::NoBrush;
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, option.widget);
    if (option.state.testFlag(QStyle::State_Selected) && option.widget &&
        option.widget->hasFocus()) {
        const QColor ring = m_context.theme.colors().accent;
        painter->fillRect(QRect(option.rect.left(), option.rect.top(), option.rect.width(), 2),
                          ring);
        painter->fillRect(
            QRect(option.rect.left(), option.rect.bottom() - 1, option.rect.width(), 2), ring);
    }
    if (index.column() != RunsModel::kCourse) return;
    const auto values = index.data(RunsModel::kCourseRole).value<QList<double>>();
    if (values.size() < 2) return;
    painter->save();
    QRectF box = option.rect.adjusted(kGap2, kGap1, -kGap2, -kGap1);
    box.setWidth(qMin<qreal>(box.width(), kCurveWidth));
    if (option.direction == Qt::RightToLeft) box.moveRight(option.rect.right() - kGap2);
    Sparkline::paint(*painter, box, values, m_context.theme.colors().accent);
    painter->restore();
}

QSize RunDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    size.rheight() = qMax(size.height(), kRowHeight);
    if (index.column() == RunsModel::kCourse) size.rwidth() = kCurveWidth + 2 * kGap2;
    size.rwidth() += kGap3;
    return size;
}

}  // namespace veritune::app
