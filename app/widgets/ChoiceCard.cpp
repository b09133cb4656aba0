// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/ChoiceCard.h"

#include "app/Icons.h"
#include "app/Theme.h"

#include <QBoxLayout>
#include <QPainter>

namespace veritune::app {

ChoiceCard::ChoiceCard(AppContext& context,
                       const QString& iconName,
                       const QString& objectName,
                       QWidget* parent)
    : QAbstractButton(parent),
      m_context(context),
      m_iconName(iconName) {
    setObjectName(objectName);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_icon = new PlainLabel(this);
    m_title = new PlainLabel(this);
    m_detail = new PlainLabel(this);
    m_badge = new PlainLabel(this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kGap4, kGap4, kGap4, kGap4);
    column->setSpacing(kGap2);
    auto* head = new QHBoxLayout;
    head->addWidget(m_icon);
    head->addStretch(1);
    head->addWidget(m_badge);
    column->addLayout(head);
    column->addSpacing(kGap1);
    column->addWidget(m_title);
    column->addWidget(m_detail);
    column->addStretch(1);
    for (PlainLabel* label : {m_icon, m_title, m_detail, m_badge})
        label->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_title->setWordWrap(true);
    m_detail->setWordWrap(true);
    m_detail->setForegroundRole(QPalette::PlaceholderText);
    m_badge->setForegroundRole(QPalette::PlaceholderText);
    connect(&context.theme, &Theme::changed, this, &ChoiceCard::restyle);
    restyle();
}

void ChoiceCard::setTexts(const QString& title, const QString& detail, const QString& badge) {
    m_title->setText(title);
    m_detail->setText(detail);
    m_badge->setText(badge);
    setAccessibleName(title);
    setAccessibleDescription(detail);
}

void ChoiceCard::setPrimary(bool on) {
    m_primary = on;
    restyle();
}

QSize ChoiceCard::sizeHint() const { return layout()->sizeHint(); }

void ChoiceCard::restyle() {
    m_title->setFont(m_context.theme.heading());
    m_badge->setFont(m_context.theme.small());
    m_icon->setPixmap(iconPixmap(m_iconName,
                                 m_context.theme.colors().accent,
                                 m_context.theme.scaled(32),
                                 devicePixelRatioF()));
    update();
}

void ChoiceCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_context.theme.colors();
    const bool isHot = isEnabled() && (underMouse() || isDown());
    const bool isStrong = m_primary || isHot || hasFocus();
    painter.setPen(QPen(isStrong ? colors.accent : colors.border, hasFocus() ? 2 : 1));
    painter.setBrush(isHot || m_primary ? colors.accentSoft : colors.surface);
    const qreal inset = hasFocus() ? 1 : 0.5;
    painter.drawRoundedRect(
        QRectF(rect()).adjusted(inset, inset, -inset, -inset), kCardRadius, kCardRadius);
}

}  // namespace veritune::app
