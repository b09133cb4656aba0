// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/DoctorPanel.h"

#include "app/Icons.h"
#include "app/Theme.h"

#include <QCoreApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QLocale>

namespace veritune::app {

DoctorPanel::DoctorPanel(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(kGap2);
    connect(&context.theme, &Theme::changed, this, &DoctorPanel::fill);
    fill();
}

namespace {

/// The rule's meaning in the language of the window, with the figures; an event speaks for itself.
QString sentenceOf(const train::DoctorFinding& finding) {
    for (const train::DoctorRule& rule : train::doctor_rules()) {
        if (rule.id != finding.rule) continue;
        const std::string meaning(rule.meaning);
        const QLocale locale;
        //: %1 is a sentence, %2 the key of a metric, %3 its value, %4 the number of a step
        return DoctorPanel::tr("%1 (%2 = %3, from step %4)")
            .arg(QCoreApplication::translate("veritune::app::Effect", meaning.c_str()),
                 fromUtf8(finding.metric),
                 locale.toString(finding.value, 'g', 3),
                 locale.toString(static_cast<qlonglong>(finding.first_step)));
    }
    return visibleText(finding.sentence);
}

}  // namespace

QList<FindingRow> findingRows(const std::vector<train::DoctorFinding>& findings) {
    QList<FindingRow> rows;
    for (const train::DoctorFinding& finding : findings) {
        QList<std::int64_t> chains;
        for (const train::DoctorChain& chain : finding.chains) chains.append(chain.id);
        rows.append({.rule = fromUtf8(finding.rule),
                     .severity = finding.severity == "bad" ? Severity::kBad : Severity::kWarn,
                     .sentence = sentenceOf(finding),
                     .chains = chains,
                     .stage = fromUtf8(finding.stage),
                     .step = finding.first_step});
    }
    return rows;
}

void DoctorPanel::setFindings(const QList<FindingRow>& rows) {
    m_rows = rows;
    fill();
}

QWidget* DoctorPanel::rowOf(const FindingRow& row, int index) {
    auto* widget = new QWidget(this);
    const Colors& colors = m_context.theme.colors();
    auto* mark = new PlainLabel(widget);
    const bool isBad = row.severity == Severity::kBad;
    const bool isGood = row.severity == Severity::kGood;
    mark->setPixmap(iconPixmap(isGood ? QStringLiteral("check-circle") : QStringLiteral("warning"),
                               isGood  ? colors.good
                               : isBad ? colors.bad
                                       : colors.warn,
                               m_context.theme.scaled(18),
                               devicePixelRatioF()));
    mark->setAccessibleName(isGood ? tr("fine") : isBad ? tr("problem") : tr("needs a look"));
    auto* words = new PlainLabel(row.sentence, widget);
    words->setWordWrap(true);
    auto* line = new QHBoxLayout(widget);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(kGap2);
    line->addWidget(mark, 0, Qt::AlignTop);
    line->addWidget(words, 1);
    const bool hasChains = !row.chains.isEmpty();
    if (!hasChains && row.step < 0) return widget;
    auto* show =
        makeButton(ButtonRole::kQuiet, QStringLiteral("live.doctor.%1").arg(index), widget);
    show->setText(tr("Show"));
    const QString what =
        hasChains
            ? tr("Show the %Ln chains that prove it", nullptr, static_cast<int>(row.chains.size()))
            : tr("Show the chains of that step");
    show->setAccessibleName(what);
    setPlainToolTip(show, what);
    line->addWidget(show, 0, Qt::AlignTop);
    connect(show, &QPushButton::clicked, this, [this, row] {
        row.chains.isEmpty() ? emit stepActivated(row.stage, row.step)
                             : emit chainsActivated(row.chains);
    });
    return widget;
}

void DoctorPanel::fill() {
    while (QLayoutItem* item = m_column->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    if (m_rows.isEmpty())
        m_column->addWidget(rowOf({.rule = {},
                                   .severity = Severity::kGood,
                                   .sentence = tr("The run has raised no alarm.")},
                                  -1));
    for (int i = 0; i < m_rows.size(); ++i) m_column->addWidget(rowOf(m_rows[i], i));
}

void DoctorPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) fill();
}

}  // namespace veritune::app
