// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/HelpPanel.h"

#include "app/Theme.h"
#include "app/views/Page.h"
#include "app/widgets/Cards.h"

#include <QApplication>
#include <QEvent>
#include <QPainter>
#include <QTextDocumentFragment>
#include <QToolButton>
#include <QVBoxLayout>

namespace veritune::app {

HelpPanel::HelpPanel(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    setObjectName(QStringLiteral("help"));
    setFixedWidth(288);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kGap3, kGap3, kGap3, kGap3);
    column->setSpacing(kGap2);
    auto* head = new QHBoxLayout;
    m_heading = new PlainLabel(this);
    m_close = makeIconButton(context, QStringLiteral("close"), QStringLiteral("help.close"), this);
    head->addWidget(m_heading, 1);
    head->addWidget(m_close);
    column->addLayout(head);
    m_pageTitle = new PlainLabel(this);
    m_pageText = new PlainLabel(this);
    m_controlTitle = new PlainLabel(this);
    m_controlText = new PlainLabel(this);
    for (PlainLabel* label : {m_pageTitle, m_pageText, m_controlTitle, m_controlText}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        column->addWidget(label);
        if (label == m_pageText) column->addSpacing(kGap3);
    }
    column->addStretch(1);
    connect(m_close, &QToolButton::clicked, this, &HelpPanel::closeRequested);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        if (isVisible()) showControl(now);
    });
    connect(&context.theme, &Theme::changed, this, &HelpPanel::restyle);
    retranslate();
    restyle();
}

void HelpPanel::restyle() {
    m_heading->setFont(m_context.theme.heading());
    QFont bold = m_context.theme.body();
    bold.setWeight(QFont::DemiBold);
    m_pageTitle->setFont(bold);
    m_controlTitle->setFont(bold);
    update();
}

void HelpPanel::setPage(const Page* page) {
    m_page = page;
    m_pageTitle->setText(page ? page->title() : QString());
    m_pageText->setText(page ? page->help() : QString());
    showControl(QApplication::focusWidget());
}

void HelpPanel::showControl(const QWidget* control) {
    if (control && isAncestorOf(control)) return;
    const QString name = control ? control->accessibleName() : QString();
    QString text = control ? control->accessibleDescription() : QString();
    // Tooltips are our own escaped text; this turns them back into it.
    if (text.isEmpty() && control)
        text = QTextDocumentFragment::fromHtml(control->toolTip()).toPlainText();
    m_controlTitle->setText(name);
    m_controlText->setText(text == name ? QString() : text);
    m_controlTitle->setVisible(!name.isEmpty());
    m_controlText->setVisible(!m_controlText->text().isEmpty());
}

void HelpPanel::retranslate() {
    m_heading->setText(
        tr("Help", "heading of the panel that explains the page and the focused control"));
    setIconButtonText(m_close, tr("Hide the help (F1)"));
    if (m_page) setPage(m_page);
}

void HelpPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) retranslate();
}

void HelpPanel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Colors& colors = m_context.theme.colors();
    painter.fillRect(rect(), colors.surface);
    painter.fillRect(
        isRightToLeft() ? QRect(width() - 1, 0, 1, height()) : QRect(0, 0, 1, height()),
        colors.border);
}

}  // namespace veritune::app
