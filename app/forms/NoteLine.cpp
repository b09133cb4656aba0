// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/forms/NoteLine.h"

#include "app/Icons.h"
#include "app/Theme.h"

#include <QHBoxLayout>

namespace veritune::app {

NoteLine::NoteLine(AppContext& context, const QString& objectName, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_icon(new PlainLabel(this)),
      m_label(new PlainLabel(this)) {
    setObjectName(objectName);
    m_label->setWordWrap(true);
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    m_label->setSizePolicy(policy);
    m_label->setAlignment(Qt::AlignLeading | Qt::AlignTop);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(kGap2);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addWidget(m_label, 1);
    connect(&context.theme, &Theme::changed, this, &NoteLine::restyle);
    hide();
}

void NoteLine::set(Severity severity, const QString& text) {
    m_severity = severity;
    m_isPlain = false;
    m_label->setText(text);
    setAccessibleName(text);
    setVisible(!text.isEmpty());
    restyle();
}

void NoteLine::setPlain(const QString& text) {
    m_isPlain = true;
    m_label->setText(text);
    setAccessibleName(text);
    setVisible(!text.isEmpty());
    restyle();
}

void NoteLine::restyle() {
    const Colors& colors = m_context.theme.colors();
    QColor color = colors.textMuted;
    QString mark = QStringLiteral("info");
    if (!m_isPlain && m_severity == Severity::kGood) {
        color = colors.good;
        mark = QStringLiteral("check-circle");
    } else if (!m_isPlain && m_severity == Severity::kWarn) {
        color = colors.warn;
        mark = QStringLiteral("warning");
    } else if (!m_isPlain && m_severity == Severity::kBad) {
        color = colors.bad;
        mark = QStringLiteral("cross-circle");
    }
    m_icon->setVisible(!m_isPlain);
    m_icon->setPixmap(iconPixmap(mark, color, m_context.theme.scaled(16), devicePixelRatioF()));
    QPalette palette = m_label->palette();
    palette.setColor(QPalette::WindowText,
                     m_isPlain                      ? colors.textMuted
                     : m_severity == Severity::kBad ? colors.bad
                                                    : colors.text);
    m_label->setPalette(palette);
}

}  // namespace veritune::app
