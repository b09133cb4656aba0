// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/FactRow.h"

#include "app/Theme.h"
#include "app/widgets/FlowLayout.h"

#include <QBoxLayout>

namespace veritune::app {

FactRow::FactRow(AppContext& context, const QString& objectName, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    setObjectName(objectName);
    auto* flow = new FlowLayout(this);
    flow->setContentsMargins(0, 0, 0, 0);
    flow->setSpacing(kGap4);
    connect(&context.theme, &Theme::changed, this, &FactRow::restyle);
}

void FactRow::set(const QList<Fact>& facts) {
    m_facts = facts;
    while (m_boxes.size() < facts.size()) {
        auto* widget = new QWidget(this);
        auto* column = new QVBoxLayout(widget);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(0);
        Box box{widget, new PlainLabel(widget), new PlainLabel(widget)};
        box.name->setForegroundRole(QPalette::PlaceholderText);
        column->addWidget(box.name);
        column->addWidget(box.value);
        layout()->addWidget(widget);
        m_boxes.push_back(box);
    }
    QStringList spoken;
    for (int i = 0; i < m_boxes.size(); ++i) {
        m_boxes[i].widget->setVisible(i < facts.size());
        if (i >= facts.size()) continue;
        m_boxes[i].name->setText(facts[i].name);
        m_boxes[i].value->setText(facts[i].value);
        setPlainToolTip(m_boxes[i].widget, facts[i].tip);
        spoken << facts[i].name + QStringLiteral(": ") + facts[i].value;
    }
    setAccessibleName(spoken.join(QStringLiteral(", ")));
    restyle();
    updateGeometry();
}

void FactRow::restyle() {
    const Colors& colors = m_context.theme.colors();
    for (int i = 0; i < m_boxes.size() && i < m_facts.size(); ++i) {
        m_boxes[i].name->setFont(m_context.theme.small());
        m_boxes[i].value->setFont(m_context.theme.heading());
        QPalette palette = m_boxes[i].value->palette();
        const Severity severity = m_facts[i].severity;
        palette.setColor(QPalette::WindowText,
                         severity == Severity::kBad    ? colors.bad
                         : severity == Severity::kWarn ? colors.warn
                         : severity == Severity::kGood ? colors.good
                                                       : colors.text);
        m_boxes[i].value->setPalette(palette);
    }
}

}  // namespace veritune::app
