// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/FactRow.h"

#include "app/Theme.h"
#include "app/widgets/FlowLayout.h"

#include <QBoxLayout>
#include <QGridLayout>

namespace veritune::app {

FactRow::FactRow(AppContext& context, const QString& objectName, QWidget* parent, Shape shape)
    : QWidget(parent),
      m_context(context),
      m_shape(shape) {
    setObjectName(objectName);
    if (m_shape == Shape::kTable) {
        m_grid = new QGridLayout(this);
        m_grid->setContentsMargins(0, 0, 0, 0);
        m_grid->setHorizontalSpacing(kGap3);
        m_grid->setVerticalSpacing(kGap1);
        m_grid->setColumnStretch(1, 1);
    } else {
        auto* flow = new FlowLayout(this);
        flow->setContentsMargins(0, 0, 0, 0);
        flow->setSpacing(kGap4);
    }
    connect(&context.theme, &Theme::changed, this, &FactRow::restyle);
}

void FactRow::addFigure() {
    auto* widget = new QWidget(this);
    auto* column = new QVBoxLayout(widget);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    const Box box{widget, new PlainLabel(widget), new PlainLabel(widget)};
    column->addWidget(box.name);
    column->addWidget(box.value);
    layout()->addWidget(widget);
    m_boxes.push_back(box);
}

void FactRow::addLine() {
    const Box box{nullptr, new PlainLabel(this), new PlainLabel(this)};
    box.name->setWordWrap(true);
    box.value->setWordWrap(true);
    box.value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    // A long word must not make the panel around it wider.
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    box.value->setSizePolicy(policy);
    const auto row = static_cast<int>(m_boxes.size());
    m_grid->addWidget(box.name, row, 0, Qt::AlignTop);
    m_grid->addWidget(box.value, row, 1, Qt::AlignTop);
    m_boxes.push_back(box);
}

void FactRow::set(const QList<Fact>& facts) {
    m_facts = facts;
    if (m_shape == Shape::kTable) m_facts.removeIf([](const Fact& f) { return f.value.isEmpty(); });
    while (m_boxes.size() < m_facts.size()) {
        m_shape == Shape::kTable ? addLine() : addFigure();
        m_boxes.back().name->setForegroundRole(QPalette::PlaceholderText);
    }
    QStringList spoken;
    for (int i = 0; i < m_boxes.size(); ++i) {
        const Box& box = m_boxes[i];
        const bool isUsed = i < m_facts.size();
        if (box.widget) {
            box.widget->setVisible(isUsed);
        } else {
            box.name->setVisible(isUsed);
            box.value->setVisible(isUsed);
        }
        if (!isUsed) continue;
        const Fact& fact = m_facts[i];
        box.name->setText(fact.name);
        box.value->setText(fact.value);
        setPlainToolTip(box.widget ? box.widget : box.value, fact.tip);
        spoken << fact.name + QStringLiteral(": ") + fact.value;
    }
    setAccessibleName(spoken.join(QStringLiteral(", ")));
    restyle();
    updateGeometry();
}

void FactRow::restyle() {
    const Theme& theme = m_context.theme;
    const Colors& colors = theme.colors();
    for (int i = 0; i < m_boxes.size() && i < m_facts.size(); ++i) {
        const Fact& fact = m_facts[i];
        m_boxes[i].name->setFont(theme.small());
        m_boxes[i].value->setFont(fact.isCode                  ? theme.mono()
                                  : m_shape == Shape::kFigures ? theme.heading()
                                                               : theme.small());
        QPalette palette = m_boxes[i].value->palette();
        palette.setColor(QPalette::WindowText,
                         fact.severity == Severity::kBad    ? colors.bad
                         : fact.severity == Severity::kWarn ? colors.warn
                         : fact.severity == Severity::kGood ? colors.good
                                                            : colors.text);
        m_boxes[i].value->setPalette(palette);
    }
}

}  // namespace veritune::app
