// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/EvaluationCard.h"

#include "app/Theme.h"
#include "app/forms/NoteLine.h"
#include "app/widgets/DifficultyBars.h"
#include "app/widgets/FlowLayout.h"
#include "app/widgets/RowTable.h"

#include <QBoxLayout>
#include <QLocale>

namespace veritune::app {
namespace {

constexpr int kBarsWidth = 380;  ///< of the parts, at 100 % text
constexpr int kSlicesWidth = 560;
constexpr int kTableHeight = 220;
constexpr double kHealthyShare = 0.02;  ///< of texts cut off or without an answer

QString number(std::int64_t value) { return QLocale().toString(static_cast<qlonglong>(value)); }

QString percent(double share) {
    return EvaluationCard::tr("%1 %").arg(QLocale().toString(100.0 * share, 'f', 1));
}

PlainLabel* mutedLabel(QWidget* parent) {
    auto* label = new PlainLabel(parent);
    label->setWordWrap(true);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

}  // namespace

EvaluationCard::EvaluationCard(AppContext& context, QWidget* parent)
    : Card(context, parent),
      m_context(context),
      m_setup(mutedLabel(this)),
      m_facts(new FactRow(context, QStringLiteral("evaluate.one.facts"), this)),
      m_note(new NoteLine(context, QStringLiteral("evaluate.one.note"), this)),
      m_parts(new QWidget(this)) {
    auto* parts = new FlowLayout(m_parts);
    parts->setContentsMargins(0, kGap2, 0, 0);
    parts->setSpacing(kGap4);
    buildDifficulty();
    buildSlices();
    for (QWidget* part : QList<QWidget*>{m_setup, m_facts, m_note, m_parts})
        body()->addWidget(part);
    connect(&context.theme, &Theme::changed, this, &EvaluationCard::restyle);
    restyle();
}

/// A part of the card: caption and content.
QVBoxLayout* EvaluationCard::addPart(QWidget*& part, PlainLabel*& caption) {
    part = new QWidget(m_parts);
    part->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kGap2);
    caption = new PlainLabel(part);
    column->addWidget(caption);
    m_parts->layout()->addWidget(part);
    m_parts->layout()->setAlignment(part, Qt::AlignTop);
    return column;
}

void EvaluationCard::buildDifficulty() {
    QVBoxLayout* column = addPart(m_difficultyPart, m_difficultyCaption);
    m_bars = new DifficultyBars(m_context, QStringLiteral("evaluate.bars"), m_difficultyPart);
    m_barsNote = mutedLabel(m_difficultyPart);
    column->addWidget(m_bars);
    column->addWidget(m_barsNote);
    column->addStretch(1);
}

void EvaluationCard::buildSlices() {
    QVBoxLayout* column = addPart(m_slicesPart, m_slicesCaption);
    m_sliceTable = new RowTable(m_context, QStringLiteral("evaluate.slices"), m_slicesPart);
    m_sliceTable->setModel(&m_slices);
    m_sliceTable->setStretchColumn(SliceTable::kBar);
    m_sliceTable->setMinimumHeight(kTableHeight);
    m_slicesNote = mutedLabel(m_slicesPart);
    m_toData = makeButton(ButtonRole::kNormal, QStringLiteral("evaluate.toData"), m_slicesPart);
    column->addWidget(m_sliceTable);
    column->addWidget(m_slicesNote);
    column->addWidget(m_toData, 0, Qt::AlignLeft);
    column->addStretch(1);
    connect(m_toData, &QPushButton::clicked, this, [this] {
        emit datasetRequested(fromUtf8(m_record.dataset));
    });
}

void EvaluationCard::restyle() {
    m_difficultyPart->setMinimumWidth(m_context.theme.scaled(kBarsWidth));
    m_slicesPart->setMinimumWidth(m_context.theme.scaled(kSlicesWidth));
    for (PlainLabel* caption : {m_difficultyCaption, m_slicesCaption})
        caption->setFont(m_context.theme.heading());
    for (PlainLabel* note : {m_barsNote, m_slicesNote}) note->setFont(m_context.theme.small());
}

void EvaluationCard::show(const data::EvaluationRecord& record) {
    m_record = record;
    setHeading(oneLine(record.name, 80));
    //: problems, samples, data set, protocol, hash
    m_setup->setText(tr("%1 problems × %2 samples of %3, protocol “%4” (%5)")
                         .arg(number(record.problems),
                              number(record.samples),
                              oneLine(record.dataset, 60),
                              protocolTitle(record.protocol),
                              fromUtf8(record.protocol_hash).left(12)));
    setPlainToolTip(m_setup, fromUtf8(record.protocol_hash));
    m_note->set(
        Severity::kWarn,
        record.complete ? QString() : tr("Not complete: it was cut off and can be resumed."));
    fillFacts();
    m_parts->setVisible(isExplained());
    if (isExplained()) fillSlices();
}

void EvaluationCard::showInsight(const EvaluationInsight& insight) {
    m_insight = insight;
    m_slices.set(insight.slices, insight.score);
    m_parts->setVisible(isExplained());
    if (!isExplained()) return;
    fillFacts();
    fillDifficulty();
    fillSlices();
    m_sliceTable->sizeColumns();
}

void EvaluationCard::fillFacts() {
    QList<FactRow::Fact> facts;
    for (const data::EvaluationColumn& column : m_record.columns) {
        //: %1 a way of judging, like "strict"
        facts.push_back({m_record.columns.size() == 1
                             ? tr("Right answers")
                             : tr("Right answers (%1)").arg(oneLine(column.name, 30)),
                         intervalText(column.score, column.low, column.high),
                         tr("Share of right answers, with its 95 % interval."),
                         Severity::kInfo});
    }
    if (!m_record.columns.empty()) {
        const data::EvaluationColumn& first = m_record.columns.front();
        addSampleFacts(facts);
        facts.push_back({tr("No answer"),
                         percent(first.no_answer_rate),
                         tr("Share of texts without a final answer. Healthy: under 2 %."),
                         first.no_answer_rate > kHealthyShare ? Severity::kWarn : Severity::kInfo});
    }
    facts.push_back({tr("Cut off"),
                     percent(m_record.truncation_rate),
                     tr("Share of texts cut off at the length limit. Healthy: under 2 %."),
                     m_record.truncation_rate > kHealthyShare ? Severity::kWarn : Severity::kInfo});
    if (m_record.mean_tokens >= 0) {
        facts.push_back({tr("Length"),
                         tr("%1 tokens").arg(QLocale().toString(m_record.mean_tokens, 'f', 0)),
                         tr("Mean length of an answer."),
                         Severity::kInfo});
    }
    m_facts->set(facts);
}

void EvaluationCard::addSampleFacts(QList<FactRow::Fact>& facts) const {
    if (!isExplained() || m_record.samples < 2) return;
    for (const auto& [k, share] : m_insight->intervals.pass) {
        //: the share of problems that one of %1 samples solves; the measure's name
        facts.push_back({tr("One of %1 (pass@%1)").arg(number(k)),
                         intervalText(share.estimate, share.lower, share.upper),
                         tr("Share of problems that at least one of so many samples solves, with "
                            "its 95 % interval."),
                         Severity::kInfo});
    }
    const eval::Interval& vote = m_insight->intervals.majority;
    facts.push_back(
        {tr("Majority (maj@%1)").arg(number(m_record.samples)),
         intervalText(vote.estimate, vote.lower, vote.upper),
         tr("Share of problems whose commonest answer is right, with its 95 % interval."),
         Severity::kInfo});
}

void EvaluationCard::fillDifficulty() {
    const Difficulty& difficulty = m_insight->difficulty;
    m_bars->set(difficulty);
    const bool tells = difficulty.samples > 1;
    m_bars->setVisible(tells);
    m_barsNote->setText(
        tells
            //: counts of problems
            ? tr("%1 are never solved and %2 always: they teach nothing. %3 are solved now and "
                 "then; training learns from those.")
                  .arg(number(difficulty.never),
                       number(difficulty.always),
                       number(difficulty.sometimes))
            : tr("One sample a problem cannot tell a hard problem from an unlucky answer. "
                 "Measure with 4 samples or more to see how the difficulty is spread."));
}

void EvaluationCard::fillSlices() {
    const bool any = m_slices.rowCount() > 0;
    m_sliceTable->setVisible(any);
    m_toData->setVisible(!any && m_insight->known > 0);
    m_slicesNote->setText(
        m_insight->known == 0
            //: %1 the name of a data set
            ? tr("The data set %1 with these problems is no longer in the project, so their "
                 "tags and levels are not known.")
                  .arg(oneLine(m_record.dataset, 60))
            : !any ? tr("The problems have no tags, levels or topics that tell them apart. Tags "
                        "given on the page Datasets show here where the model is weak.")
              : m_insight->known < m_insight->problems
                  //: counts of problems
                  ? tr("Of %1 problems %2 are still in the data set; the others are left out "
                       "here.")
                        .arg(number(m_insight->problems), number(m_insight->known))
                  : tr("Marked are slices whose interval does not reach the score of all "
                       "problems."));
}

void EvaluationCard::retranslate() {
    m_difficultyCaption->setText(tr("Difficulty"));
    m_slicesCaption->setText(tr("Where it is strong and weak"));
    m_sliceTable->setAccessibleName(tr("Scores by tag, level and topic"));
    m_toData->setText(tr("Open the data set"));
    m_toData->setAccessibleDescription(tr("Give its problems tags on the page Datasets."));
    setPlainToolTip(m_toData, m_toData->accessibleDescription());
    m_bars->retranslate();
    m_slices.retranslate();
    if (isExplained()) fillDifficulty();
}

void EvaluationCard::keepColumns() { m_sliceTable->keepColumns(); }

}  // namespace veritune::app
