// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/FlowLayout.h"

#include <QStyle>
#include <QWidget>

namespace veritune::app {
namespace {

bool expands(const QLayoutItem& item) {
    return item.expandingDirections().testFlag(Qt::Horizontal);
}

/// What an item takes at least before the line breaks.
bool isAbsent(const QLayoutItem& item) {
    return item.isEmpty() && !const_cast<QLayoutItem&>(item).spacerItem();
}

int basisOf(const QLayoutItem& item) {
    const int wanted = expands(item) ? item.minimumSize().width() : item.sizeHint().width();
    return qBound(item.minimumSize().width(), wanted, item.maximumSize().width());
}

int heightOf(const QLayoutItem& item, int width) {
    // A wrapped text's minimum is its height in the narrowest column.
    if (item.hasHeightForWidth())
        return qMin(item.heightForWidth(width), item.maximumSize().height());
    return qBound(
        item.minimumSize().height(), item.sizeHint().height(), item.maximumSize().height());
}

}  // namespace

FlowLayout::FlowLayout(QWidget* parent)
    : QLayout(parent) {
    setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout() {
    while (QLayoutItem* item = takeAt(0)) delete item;
}

void FlowLayout::addItem(QLayoutItem* item) {
    m_items.append(item);
    invalidate();
}

void FlowLayout::addStretch() {
    addItem(new QSpacerItem(0, 0, QSizePolicy::Expanding, QSizePolicy::Minimum));
}

QLayoutItem* FlowLayout::takeAt(int index) {
    if (index < 0 || index >= m_items.size()) return nullptr;
    QLayoutItem* item = m_items.takeAt(index);
    invalidate();
    return item;
}

QList<QList<FlowLayout::Placed>> FlowLayout::lines(int width) const {
    QList<QList<Placed>> all;
    int used = 0;
    for (QLayoutItem* item : m_items) {
        if (isAbsent(*item)) continue;
        const int basis = qMin(basisOf(*item), width);
        if (all.isEmpty() || used + spacing() + basis > width) {
            if (item->spacerItem()) continue;
            all.append(QList<Placed>());
            used = -spacing();
        }
        all.last().append({item, basis});
        used += spacing() + basis;
    }
    for (QList<Placed>& line : all) share(line, width);
    return all;
}

/// Equal parts for all that expand; who needs more than its part keeps what it needs, who may not
/// have as much stops at its maximum, and the others divide the rest.
void FlowLayout::share(QList<Placed>& line, int width) const {
    int left = width - spacing() * static_cast<int>(line.size() - 1);
    QList<Placed*> open;
    for (Placed& placed : line) {
        if (expands(*placed.item))
            open.append(&placed);
        else
            left -= placed.width;
    }
    const auto settle = [&](auto isFixed, auto widthOf) {
        for (qsizetype i = 0; i < open.size(); ++i) {
            const int part = left / static_cast<int>(open.size());
            if (!isFixed(*open[i], part)) continue;
            open[i]->width = widthOf(*open[i]);
            left -= open[i]->width;
            open.removeAt(i);
            i = -1;
        }
    };
    settle([](const Placed& placed, int part) { return placed.width > part; },
           [](const Placed& placed) { return placed.width; });
    settle([](const Placed& placed, int part) { return placed.item->maximumSize().width() < part; },
           [](const Placed& placed) { return placed.item->maximumSize().width(); });
    for (qsizetype i = 0; i < open.size(); ++i) {
        open[i]->width = left / static_cast<int>(open.size() - i);
        left -= open[i]->width;
    }
}

int FlowLayout::place(const QRect& rect, bool apply) const {
    const QMargins margins = contentsMargins();
    const QRect inner = rect.marginsRemoved(margins);
    const Qt::LayoutDirection direction =
        parentWidget() ? parentWidget()->layoutDirection() : Qt::LeftToRight;
    int top = inner.top();
    for (const QList<Placed>& line : lines(inner.width())) {
        int height = 0;
        for (const Placed& placed : line)
            height = qMax(height, heightOf(*placed.item, placed.width));
        int left = inner.left();
        for (const Placed& placed : line) {
            const int own = heightOf(*placed.item, placed.width);
            const bool isAtTop = placed.item->alignment().testFlag(Qt::AlignTop);
            const QRect box(left, isAtTop ? top : top + (height - own) / 2, placed.width, own);
            if (apply) placed.item->setGeometry(QStyle::visualRect(direction, inner, box));
            left += placed.width + spacing();
        }
        top += height + spacing();
    }
    const int bottom = top > inner.top() ? top - spacing() : top;
    return bottom - rect.top() + margins.bottom();
}

int FlowLayout::heightForWidth(int width) const { return place(QRect(0, 0, width, 0), false); }

QSize FlowLayout::minimumSize() const {
    QSize size;
    for (const QLayoutItem* item : m_items) {
        if (item->isEmpty()) continue;
        size = size.expandedTo(
            {basisOf(*item), item->hasHeightForWidth() ? 0 : item->minimumSize().height()});
    }
    return size.grownBy(contentsMargins());
}

QSize FlowLayout::sizeHint() const {
    QSize size;
    for (const QLayoutItem* item : m_items) {
        if (item->isEmpty()) continue;
        const QSize hint = item->sizeHint();
        size = {size.width() + (size.width() > 0 ? spacing() : 0) + hint.width(),
                qMax(size.height(), hint.height())};
    }
    return size.grownBy(contentsMargins());
}

void FlowLayout::setGeometry(const QRect& rect) {
    QLayout::setGeometry(rect);
    place(rect, true);
}

}  // namespace veritune::app
