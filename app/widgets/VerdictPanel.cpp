// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/VerdictPanel.h"

#include "app/Icons.h"
#include "app/Theme.h"
#include "app/Verdicts.h"
#include "app/widgets/Cards.h"
#include "app/widgets/FactRow.h"

#include <QBoxLayout>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>

#include <algorithm>
#include <cmath>

namespace veritune::app {
namespace {

constexpr int kMarkSize = 40;
constexpr int kMaxStepRows = 9;

}  // namespace

VerdictPanel::VerdictPanel(AppContext& context, QWidget* parent)
    : QScrollArea(parent),
      m_context(context) {
    setObjectName(QStringLiteral("chains.verdict"));
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    auto* inner = new QWidget;
    inner->setBackgroundRole(QPalette::Base);
    inner->setAutoFillBackground(true);
    setWidget(inner);
    auto* column = new QVBoxLayout(inner);
    column->setContentsMargins(kGap3, kGap3, kGap3, kGap3);
    column->setSpacing(kGap2);
    buildVerdict(*column);
    buildAnswers(*column);
    buildSteps(*column);
    buildTraining(*column);
    buildDetails(*column);
    m_footer = new QVBoxLayout;
    m_footer->setSpacing(kGap2);
    column->addSpacing(kGap2);
    column->addLayout(m_footer);
    column->addStretch(1);
    connect(&context.theme, &Theme::changed, this, &VerdictPanel::restyle);
    restyle();
    retranslate();
}

PlainLabel* VerdictPanel::addCaption(QVBoxLayout& column) {
    column.addSpacing(kGap2);
    auto* caption = new PlainLabel(this);
    caption->setForegroundRole(QPalette::PlaceholderText);
    caption->setWordWrap(true);
    column.addWidget(caption);
    m_captions.push_back(caption);
    return caption;
}

void VerdictPanel::buildVerdict(QVBoxLayout& column) {
    auto* row = new QHBoxLayout;
    row->setSpacing(kGap2 + kGap1);
    m_mark = new PlainLabel(this);
    m_mark->setFixedSize(kMarkSize, kMarkSize);
    m_word = new PlainLabel(this);
    m_word->setWordWrap(true);
    row->addWidget(m_mark);
    row->addWidget(m_word, 1);
    column.addLayout(row);
    m_why = new PlainLabel(this);
    m_why->setWordWrap(true);
    m_why->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column.addWidget(m_why);
}

void VerdictPanel::buildAnswers(QVBoxLayout& column) {
    m_answerCaption = addCaption(column);
    m_answer = makeButton(ButtonRole::kNormal, QStringLiteral("chains.verdict.answer"), this);
    m_answer->setIcon(icon(QStringLiteral("link"), m_context.theme));
    m_answer->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    connect(m_answer, &QPushButton::clicked, this, &VerdictPanel::answerChosen);
    column.addWidget(m_answer);
    m_goldCaption = addCaption(column);
    m_gold = new PlainLabel(this);
    m_gold->setWordWrap(true);
    m_gold->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column.addWidget(m_gold);
    m_rule = new PlainLabel(this);
    m_rule->setWordWrap(true);
    m_rule->setForegroundRole(QPalette::PlaceholderText);
    column.addWidget(m_rule);
}

void VerdictPanel::buildSteps(QVBoxLayout& column) {
    m_stepsCaption = addCaption(column);
    m_steps = new QListWidget(this);
    m_steps->setObjectName(QStringLiteral("chains.verdict.steps"));
    m_steps->setFrameShape(QFrame::NoFrame);
    m_steps->setUniformItemSizes(true);
    m_steps->setTextElideMode(Qt::ElideRight);
    m_steps->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(m_steps, &QListWidget::currentRowChanged, this, [this](int row) {
        if (row >= 0) emit stepChosen(row);
    });
    column.addWidget(m_steps);
}

void VerdictPanel::buildTraining(QVBoxLayout& column) {
    m_trainingCaption = addCaption(column);
    m_reward = new PlainLabel(this);
    m_reward->setWordWrap(true);
    m_training = new PlainLabel(this);
    m_training->setWordWrap(true);
    column.addWidget(m_reward);
    column.addWidget(m_training);
}

void VerdictPanel::buildDetails(QVBoxLayout& column) {
    m_detailsCaption = addCaption(column);
    m_details = new FactRow(
        m_context, QStringLiteral("chains.verdict.details"), this, FactRow::Shape::kTable);
    column.addWidget(m_details);
}

/// Nothing in it may be cut off, and it does not scroll sideways.
QSize VerdictPanel::minimumSizeHint() const {
    const int bar = style()->pixelMetric(QStyle::PM_ScrollBarExtent, nullptr, this);
    return {qMax(220, widget()->minimumSizeHint().width() + bar), 200};
}

void VerdictPanel::restyle() {
    m_word->setFont(m_context.theme.title());
    QFont answer = m_context.theme.heading();
    m_answer->setFont(answer);
    m_gold->setFont(answer);
    for (PlainLabel* caption : m_captions) caption->setFont(m_context.theme.small());
    m_rule->setFont(m_context.theme.small());
    m_steps->setFont(m_context.theme.mono());
    fill();
}

void VerdictPanel::showChain(const ChainDocumentPtr& document,
                             const StageRules& rules,
                             std::optional<bool> groupRewardsEqual) {
    m_document = document;
    m_rules = rules;
    m_groupEqual = groupRewardsEqual;
    fill();
}

void VerdictPanel::showTraining(const StageRules& rules, std::optional<bool> groupRewardsEqual) {
    m_rules = rules;
    m_groupEqual = groupRewardsEqual;
    if (m_document)
        m_training->setText(ChainWords::training(m_document->record(), rules, groupRewardsEqual));
}

void VerdictPanel::retranslate() {
    setAccessibleName(tr("Verdict"));
    m_answerCaption->setText(tr("Answer found in the text"));
    m_goldCaption->setText(tr("Reference answer"));
    m_trainingCaption->setText(tr("What it meant for training"));
    m_detailsCaption->setText(tr("Details"));
    m_steps->setAccessibleName(tr("Steps that the verifier checked"));
    fill();
}

void VerdictPanel::fill() {
    widget()->setVisible(m_document != nullptr);
    if (!m_document) return;
    const data::ChainRecord& record = m_document->record();
    const QLocale locale;
    const VerdictLook look = verdictLook(record.status, m_context.theme);
    m_mark->setPixmap(iconPixmap(look.iconName, look.color, kMarkSize, devicePixelRatioF()));
    m_word->setText(look.word);
    QPalette palette = m_word->palette();
    palette.setColor(QPalette::WindowText, look.color);
    m_word->setPalette(palette);
    m_why->setText(ChainWords::why(*m_document));
    const QString answer = oneLine(record.extracted, 120);
    m_answer->setText(answer.isEmpty() ? tr("none") : escapeMnemonic(answer));
    m_answer->setEnabled(!m_document->answer().isEmpty());
    m_answer->setAccessibleName(tr("Answer: %1").arg(answer.isEmpty() ? tr("none") : answer));
    setPlainToolTip(m_answer, tr("Shows where the verifier found this answer."));
    const QString gold = ChainWords::gold(record.gold);
    m_gold->setText(gold.isEmpty() ? tr("none") : gold);
    m_rule->setText(ChainWords::rule(record.rule));
    //: reward of a chain; %1 a number
    QString reward = tr("Reward %1").arg(locale.toString(record.reward, 'f', 2));
    if (std::fabs(record.reward - record.score) > 1e-9) {
        //: %1 reward, %2 the verifier's score, %3 the difference with its sign
        reward = tr("Reward %1: the verifier gave %2, the length rules %3.")
                     .arg(locale.toString(record.reward, 'f', 2),
                          locale.toString(record.score, 'f', 2),
                          locale.toString(record.reward - record.score, 'f', 2)
                              .replace(u'-', QChar(0x2212)));
    }
    m_reward->setText(reward);
    m_training->setText(ChainWords::training(record, m_rules, m_groupEqual));
    fillSteps();
    fillDetails();
}

void VerdictPanel::fillSteps() {
    const auto& steps = m_document->steps();
    const QSignalBlocker quiet(m_steps);
    m_steps->clear();
    m_steps->setVisible(!steps.empty());
    m_stepsCaption->setVisible(!steps.empty());
    m_stepsCaption->setText(tr("%Ln steps were checked", nullptr, static_cast<int>(steps.size())));
    const Colors& colors = m_context.theme.colors();
    const int size = QFontMetrics(m_steps->font()).height();
    const QIcon ok(
        iconPixmap(QStringLiteral("check-circle"), colors.good, size, devicePixelRatioF()));
    const QIcon bad(
        iconPixmap(QStringLiteral("cross-circle"), colors.bad, size, devicePixelRatioF()));
    m_steps->setIconSize({size, size});
    for (const ChainStep& step : steps) {
        QString text = leftToRight(step.what);
        if (!step.ok && !step.detail.isEmpty()) {
            text += QStringLiteral("  ") + ChainWords::stepDetail(step.detail);
        }
        auto* item = new QListWidgetItem(step.ok ? ok : bad, text, m_steps);
        //: spoken; %1 a step like "6+4=0", %2 what is wrong with it
        item->setData(
            Qt::AccessibleTextRole,
            step.ok ? tr("%1 is right").arg(step.what)
                    : tr("%1 is wrong: %2").arg(step.what, ChainWords::stepDetail(step.detail)));
    }
    const int rows = std::min(static_cast<int>(steps.size()), kMaxStepRows);
    m_steps->setFixedHeight(rows * std::max(m_steps->sizeHintForRow(0), size) + 2);
}

void VerdictPanel::fillDetails() {
    const data::ChainRecord& record = m_document->record();
    const QString hash = fromUtf8(record.verifier_hash);
    m_details->set(
        {{.name = tr("Verifier"), .value = ChainWords::verifier(record.verifier)},
         {.name = tr("Its version"), .value = hash.left(12), .tip = hash},
         {.name = tr("Compared"), .value = ChainWords::method(record.method)},
         {.name = tr("Checking took"), .value = ChainWords::duration(record.verify_micros)},
         {.name = tr("Length"),
          .value = tr("%Ln tokens", nullptr, static_cast<int>(record.tokens.size()))},
         {.name = tr("End"), .value = ChainWords::finish(record.finish_reason)},
         {.name = tr("Purpose"), .value = ChainWords::phase(record.phase)}});
    setAccessibleDescription(spoken());
}

QString VerdictPanel::spoken() const {
    if (!m_document) return {};
    return QStringList{m_word->text(),
                       m_why->text(),
                       m_answer->accessibleName(),
                       m_gold->text(),
                       m_training->text()}
        .join(QStringLiteral(" "));
}

void VerdictPanel::selectStep(int step) {
    const QSignalBlocker quiet(m_steps);
    m_steps->setCurrentRow(step);
    if (QListWidgetItem* item = m_steps->item(step)) m_steps->scrollToItem(item);
}

}  // namespace veritune::app
