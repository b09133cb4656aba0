// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/NavigationRail.h"

#include "app/Icons.h"
#include "app/PlainText.h"
#include "app/Theme.h"

#include <QAbstractButton>
#include <QPainter>
#include <QVBoxLayout>

namespace veritune::app {

/// One entry; painted by itself so that icon, text and selection stay on one grid.
class NavigationRail::Item final : public QAbstractButton {
  public:
    Item(AppContext& context, PageId page, QString iconName, QWidget* parent)
        : QAbstractButton(parent),
          page(page),
          m_context(context),
          m_iconName(std::move(iconName)) {
        setCheckable(true);
        setAutoExclusive(true);
        setCursor(Qt::PointingHandCursor);
        setFocusPolicy(Qt::TabFocus);
        setAttribute(Qt::WA_Hover);
    }
    QSize sizeHint() const override { return {textWidth() + side() + 4 * kGap2 + kGap1, 40}; }
    int textWidth() const { return QFontMetrics(font()).horizontalAdvance(text()); }
    int side() const { return m_context.theme.scaled(20); }

    const PageId page;
    bool collapsed = false;

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const Colors& colors = m_context.theme.colors();
        const QRectF box = QRectF(rect()).adjusted(kGap2 - 2, 2, -(kGap2 - 2), -2);
        if (isChecked() || underMouse()) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(isChecked() ? colors.accentSoft : colors.border);
            painter.drawRoundedRect(box, kRadius, kRadius);
        }
        if (hasFocus()) {
            painter.setPen(QPen(colors.accent, 2));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), kRadius, kRadius);
        }
        const QColor ink = isChecked() ? colors.accent : colors.text;
        const int left = collapsed ? (width() - side()) / 2 : 2 * kGap2;
        const QRect mark = QStyle::visualRect(
            layoutDirection(), rect(), QRect(left, (height() - side()) / 2, side(), side()));
        painter.drawPixmap(mark, iconPixmap(m_iconName, ink, side(), devicePixelRatioF()));
        if (collapsed) return;
        QRect words = rect().adjusted(left + side() + kGap2 + kGap1, 0, -kGap2, 0);
        words = QStyle::visualRect(layoutDirection(), rect(), words);
        painter.setPen(ink);
        QFont face = font();
        if (isChecked()) face.setWeight(QFont::DemiBold);
        painter.setFont(face);
        painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeading, text());
    }

  private:
    AppContext& m_context;
    QString m_iconName;
};

NavigationRail::NavigationRail(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    setObjectName(QStringLiteral("rail"));
    m_layout = new QVBoxLayout(this);
    m_layout->setContentsMargins(0, kGap2, 0, kGap2);
    m_layout->setSpacing(0);
    m_layout->addStretch(1);
    connect(&context.theme, &Theme::changed, this, [this] {
        fitWidth();
        update();
    });
}

void NavigationRail::addPage(PageId page, const QString& iconName, bool atEnd) {
    auto* item = new Item(m_context, page, iconName, this);
    item->setObjectName(QStringLiteral("rail.%1").arg(static_cast<int>(page)));
    if (atEnd) {
        m_layout->addWidget(item);
        ++m_tail;
    } else {
        m_layout->insertWidget(m_layout->count() - 1 - m_tail, item);
    }
    m_items.append(item);
    connect(item, &QAbstractButton::clicked, this, [this, page] { emit chosen(page); });
}

void NavigationRail::setPageText(PageId page, const QString& text, const QString& shortcut) {
    for (Item* item : m_items) {
        if (item->page != page) continue;
        item->setText(text);
        item->setAccessibleName(text);
        setPlainToolTip(item, shortcut.isEmpty() ? text : text + u"  " + shortcut);
    }
    fitWidth();
}

void NavigationRail::setCurrent(PageId page) {
    for (Item* item : m_items) item->setChecked(item->page == page);
}

void NavigationRail::setCollapsed(bool on) {
    m_collapsed = on;
    fitWidth();
}

void NavigationRail::fitWidth() {
    int wide = 0;
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    for (Item* item : m_items) {
        item->collapsed = m_collapsed;
        wide = qMax(wide,
                    QFontMetrics(bold).horizontalAdvance(item->text()) + item->side() + 6 * kGap2);
        item->setFixedHeight(qMax(40, QFontMetrics(font()).height() + kGap3));
        item->update();
    }
    setFixedWidth(m_collapsed ? m_context.theme.scaled(20) + kGap5 : qBound(168, wide, 360));
}

void NavigationRail::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Colors& colors = m_context.theme.colors();
    painter.fillRect(rect(), colors.raised);
    painter.fillRect(
        isRightToLeft() ? QRect(0, 0, 1, height()) : QRect(width() - 1, 0, 1, height()),
        colors.border);
}

}  // namespace veritune::app
