// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/ChainCard.h"

#include "app/Icons.h"
#include "app/Theme.h"
#include "app/Verdicts.h"
#include "app/widgets/ChainText.h"
#include "app/widgets/SpokenRole.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>

namespace veritune::app {
namespace {

constexpr int kMarkSize = 18;

}  // namespace

ChainCard::ChainCard(AppContext& context, const QString& objectName, QWidget* parent)
    : QFrame(parent),
      m_context(context) {
    setObjectName(objectName);
    setFocusPolicy(Qt::TabFocus);
    setSpokenRole(this, QAccessible::Button);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kGap2 + kGap1, kGap2, kGap2 + kGap1, kGap2);
    column->setSpacing(kGap1);
    auto* head = new QHBoxLayout;
    head->setSpacing(kGap2);
    m_mark = new PlainLabel(this);
    m_mark->setFixedSize(kMarkSize, kMarkSize);
    m_heading = new ElidedLabel(Qt::ElideRight, this);
    m_reward = new PlainLabel(this);
    m_reward->setForegroundRole(QPalette::PlaceholderText);
    head->addWidget(m_mark);
    head->addWidget(m_heading, 1);
    head->addWidget(m_reward);
    column->addLayout(head);
    m_text = new ChainText(context, objectName + QStringLiteral(".text"), this);
    m_text->setCompact(true);
    m_text->setFocusPolicy(Qt::ClickFocus);
    column->addWidget(m_text, 1);
    connect(&context.theme, &Theme::changed, this, &ChainCard::restyle);
    restyle();
}

void ChainCard::restyle() {
    QFont font = m_context.theme.body();
    font.setWeight(QFont::DemiBold);
    m_heading->setFont(font);
    m_reward->setFont(m_context.theme.small());
    if (m_document) {
        const VerdictLook look = verdictLook(m_document->record().status, m_context.theme);
        m_mark->setPixmap(iconPixmap(look.iconName, look.color, kMarkSize, devicePixelRatioF()));
    }
    update();
}

void ChainCard::setChain(const ChainDocumentPtr& document, const QString& heading) {
    m_document = document;
    m_text->setDocument(document);
    if (!document) return;
    const VerdictLook look = verdictLook(document->record().status, m_context.theme);
    //: %1 "Sample 3" or "Step 20", %2 a verdict like "Correct"
    m_heading->setFullText(tr("%1: %2").arg(heading, look.word));
    m_reward->setText(tr("Reward %1").arg(QLocale().toString(document->record().reward, 'f', 2)));
    setAccessibleName(m_heading->fullText());
    m_text->setAccessibleName(tr("Text of %1").arg(heading));
    restyle();
}

void ChainCard::setCurrent(bool on) {
    m_current = on;
    update();
}

void ChainCard::paintEvent(QPaintEvent*) {
    const Colors& colors = m_context.theme.colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool strong = m_current || hasFocus();
    painter.setPen(QPen(strong ? colors.accent : colors.border, strong ? 2 : 1));
    painter.setBrush(colors.surface);
    const qreal inset = strong ? 1.0 : 0.5;
    painter.drawRoundedRect(
        QRectF(rect()).adjusted(inset, inset, -inset, -inset), kCardRadius, kCardRadius);
}

void ChainCard::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && rect().contains(event->pos())) emit chosen();
}

void ChainCard::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Space) return emit chosen();
    QFrame::keyPressEvent(event);
}

}  // namespace veritune::app
