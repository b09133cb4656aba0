// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/TourCard.h"

#include "app/Icons.h"
#include "app/Theme.h"
#include "app/widgets/FlowLayout.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLocale>
#include <QToolButton>

#include <cmath>
#include <limits>

namespace veritune::app {

TourCard::TourCard(AppContext& context, QWidget* parent)
    : Card(context, parent),
      m_context(context),
      m_reward(std::numeric_limits<double>::quiet_NaN()) {
    setObjectName(QStringLiteral("live.tour"));
    m_close =
        makeIconButton(context, QStringLiteral("close"), QStringLiteral("live.tour.close"), this);
    addHeadingWidget(m_close);
    auto* row = new FlowLayout;
    row->setSpacing(kGap4);
    m_look = makeButton(ButtonRole::kNormal, QStringLiteral("live.look_inside"), this);
    for (int i = 0; i < 3; ++i) {
        m_titles[i] = new PlainLabel(this);
        m_texts[i] = new PlainLabel(this);
        m_titles[i]->setWordWrap(true);
        m_texts[i]->setWordWrap(true);
        m_texts[i]->setForegroundRole(QPalette::PlaceholderText);
        m_columns[i] = new QWidget(this);
        QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
        policy.setHeightForWidth(true);
        m_columns[i]->setSizePolicy(policy);
        auto* column = new QVBoxLayout(m_columns[i]);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(kGap1);
        column->addWidget(m_titles[i]);
        column->addWidget(m_texts[i]);
        if (i == 2) column->addWidget(m_look, 0, Qt::AlignLeading);
        column->addStretch(1);
        row->addWidget(m_columns[i]);
        row->setAlignment(m_columns[i], Qt::AlignTop);
    }
    body()->addLayout(row);
    connect(m_look, &QPushButton::clicked, this, [this] { emit lookInside(m_chain); });
    connect(m_close, &QToolButton::clicked, this, &TourCard::dismissed);
    connect(&context.theme, &Theme::changed, this, &TourCard::retranslate);
    retranslate();
}

void TourCard::setSeen(double reward, const QString& allWrong, std::int64_t firstAccepted) {
    m_reward = reward;
    // A group that was seen once stays explained.
    if (!allWrong.isEmpty()) m_allWrong = allWrong;
    m_chain = firstAccepted;
    retranslate();
}

void TourCard::retranslate() {
    setHeading(tr("What you are seeing"));
    QFont bold = m_context.theme.body();
    bold.setWeight(QFont::DemiBold);
    for (PlainLabel* title : m_titles) title->setFont(bold);
    for (QWidget* column : m_columns) column->setMinimumWidth(m_context.theme.scaled(150));
    m_titles[0]->setText(tr("1. Mean reward"));
    m_texts[0]->setText(std::isfinite(m_reward)
                            ? tr("The share of chains that the verifier proved right. Now: %1.")
                                  .arg(QLocale().toString(m_reward, 'f', 2))
                            : tr("The share of chains that the verifier proved right. It appears "
                                 "with the first step of verifiable RL, after the cold start."));
    m_titles[1]->setText(tr("2. A group that is all wrong gives no signal"));
    m_texts[1]->setText(
        m_allWrong.isEmpty()
            ? tr("Each question is tried several times. Only where some chains are right and some "
                 "are wrong can the model learn.")
            : tr("Question %1: every chain was wrong, so nothing could be learned from it.")
                  .arg(m_allWrong));
    m_titles[2]->setText(tr("3. The first chain that the verifier accepted"));
    m_texts[2]->setText(m_chain != 0 ? tr("Open it to see every step and why it counts.")
                                     : tr("It appears as soon as there is one."));
    m_look->setText(tr("Look inside"));
    m_look->setAccessibleName(tr("Look inside the first accepted chain"));
    m_look->setVisible(m_chain != 0);
    setIconButtonText(m_close, tr("Do not show this again"));
}

void TourCard::changeEvent(QEvent* event) {
    Card::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) retranslate();
}

}  // namespace veritune::app
