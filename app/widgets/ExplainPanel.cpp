// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/ExplainPanel.h"

#include "app/ErrorText.h"
#include "app/Icons.h"
#include "app/Theme.h"
#include "app/Verdicts.h"
#include "app/forms/NoteLine.h"
#include "app/models/BenchWords.h"
#include "app/models/ChainWords.h"
#include "app/widgets/FactRow.h"

#include <QBoxLayout>
#include <QListWidget>
#include <QLocale>
#include <QPlainTextEdit>

#include <algorithm>

namespace veritune::app {
namespace {

constexpr int kMarkSize = 32;
constexpr int kMostText = 20'000;
constexpr int kMostSteps = 200;
constexpr int kStepsShown = 9;
constexpr int kTextHeight = 120;

}  // namespace

ExplainPanel::ExplainPanel(AppContext& context, const QString& objectName, QWidget* parent)
    : QScrollArea(parent),
      m_context(context) {
    setObjectName(objectName);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    auto* inner = new QWidget;
    inner->setBackgroundRole(QPalette::Base);
    inner->setAutoFillBackground(true);
    setWidget(inner);
    auto* outer = new QVBoxLayout(inner);
    outer->setContentsMargins(0, 0, kGap2, 0);
    m_hint = new PlainLabel(inner);
    m_hint->setWordWrap(true);
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    m_error = new NoteLine(context, objectName + QStringLiteral(".error"), inner);
    m_body = new QWidget(inner);
    outer->addWidget(m_hint);
    outer->addWidget(m_error);
    outer->addWidget(m_body);
    outer->addStretch(1);
    auto* column = new QVBoxLayout(m_body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kGap2);
    auto* head = new QHBoxLayout;
    head->setSpacing(kGap2);
    m_mark = new PlainLabel(m_body);
    m_mark->setFixedSize(kMarkSize, kMarkSize);
    m_word = new PlainLabel(m_body);
    m_word->setWordWrap(true);
    head->addWidget(m_mark, 0, Qt::AlignTop);
    head->addWidget(m_word, 1);
    column->addLayout(head);
    m_why = value(*column);
    m_expected = new NoteLine(context, objectName + QStringLiteral(".expected"), m_body);
    column->addWidget(m_expected);
    m_readCaption = caption(*column);
    m_read =
        new FactRow(context, objectName + QStringLiteral(".read"), m_body, FactRow::Shape::kTable);
    column->addWidget(m_read);
    m_questionCaption = caption(*column);
    m_question = value(*column);
    m_textCaption = caption(*column);
    m_text = new QPlainTextEdit(m_body);
    m_text->setObjectName(objectName + QStringLiteral(".text"));
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    m_text->setFixedHeight(kTextHeight);
    column->addWidget(m_text);
    m_stepsCaption = caption(*column);
    m_steps = new QListWidget(m_body);
    m_steps->setObjectName(objectName + QStringLiteral(".steps"));
    m_steps->setFrameShape(QFrame::NoFrame);
    m_steps->setUniformItemSizes(true);
    m_steps->setTextElideMode(Qt::ElideRight);
    m_steps->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(m_steps);
    m_detailsCaption = caption(*column);
    m_details = new FactRow(
        context, objectName + QStringLiteral(".details"), m_body, FactRow::Shape::kTable);
    column->addWidget(m_details);
    connect(&context.theme, &Theme::changed, this, &ExplainPanel::restyle);
    restyle();
}

PlainLabel* ExplainPanel::caption(QVBoxLayout& column) {
    column.addSpacing(kGap1);
    auto* label = new PlainLabel(m_body);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setWordWrap(true);
    column.addWidget(label);
    m_captions.push_back(label);
    return label;
}

PlainLabel* ExplainPanel::value(QVBoxLayout& column) {
    auto* label = new PlainLabel(m_body);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    label->setSizePolicy(policy);
    column.addWidget(label);
    return label;
}

QSize ExplainPanel::minimumSizeHint() const {
    const int bar = style()->pixelMetric(QStyle::PM_ScrollBarExtent, nullptr, this);
    return {qMax(260, widget()->minimumSizeHint().width() + bar), 200};
}

void ExplainPanel::restyle() {
    m_word->setFont(m_context.theme.heading());
    for (PlainLabel* label : m_captions) label->setFont(m_context.theme.small());
    m_text->setFont(m_context.theme.mono());
    m_steps->setFont(m_context.theme.mono());
    fill();
}

void ExplainPanel::setHint(const QString& hint) {
    m_hint->setText(hint);
    fill();
}

void ExplainPanel::show(const BenchExplanationPtr& explanation) {
    m_explanation = explanation;
    m_error->set(Severity::kBad, {});
    fill();
    ensureVisible(0, 0);
}

void ExplainPanel::showError(const util::Error& error) {
    m_explanation.reset();
    fill();
    const ErrorWords words = errorWords(error);
    m_error->set(Severity::kBad, words.title + u' ' + words.detail + u' ' + words.remedy);
    m_hint->hide();
}

void ExplainPanel::retranslate() {
    setAccessibleName(tr("Explanation of the verdict"));
    m_readCaption->setText(tr("How it was read"));
    m_questionCaption->setText(tr("Question"));
    m_text->setAccessibleName(tr("Text that was checked"));
    m_steps->setAccessibleName(tr("Steps that the verifier checked"));
    m_detailsCaption->setText(tr("The rule that decided"));
    fill();
}

void ExplainPanel::fill() {
    m_hint->setVisible(!m_explanation && !m_hint->text().isEmpty());
    m_body->setVisible(m_explanation != nullptr);
    if (!m_explanation) return;
    const verify::Verdict& verdict = m_explanation->verdict;
    const verify::VerifyRequest& request = m_explanation->request;
    const std::string status(verify::status_name(verdict.status));
    const VerdictLook look = verdictLook(status, m_context.theme);
    m_mark->setPixmap(iconPixmap(look.iconName, look.color, kMarkSize, devicePixelRatioF()));
    m_word->setText(look.word);
    QPalette palette = m_word->palette();
    palette.setColor(QPalette::WindowText, look.color);
    m_word->setPalette(palette);
    data::ChainRecord record;
    record.status = status;
    record.reason = verdict.reason;
    const QString reason = ChainWords::reason(record);
    m_why->setText(reason.isEmpty() ? look.sentence : reason);
    const bool accepted = verdict.status == verify::VerdictStatus::kCorrect ||
                          verdict.status == verify::VerdictStatus::kPartial;
    if (!m_explanation->isCase) {
        m_expected->set(Severity::kGood, {});
    } else {
        const QString rule = BenchWords::rule(m_explanation->rule);
        //: %1 how the case was made, like "one digit less"
        const QString sentence = m_explanation->accept
                                     ? tr("Case “%1”: this answer must be accepted.").arg(rule)
                                     : tr("Case “%1”: this answer must be refused.").arg(rule);
        const bool isRight = accepted == m_explanation->accept && look.isScored;
        m_expected->set(isRight ? Severity::kGood : Severity::kBad, sentence);
    }
    m_question->setText(visibleText(request.prompt.substr(0, 2000)));
    m_questionCaption->setVisible(!request.prompt.empty());
    m_question->setVisible(!request.prompt.empty());
    const auto length = static_cast<qlonglong>(request.completion.size());
    m_text->setPlainText(visibleText(request.completion.substr(0, kMostText)));
    m_textCaption->setText(
        length > kMostText
            //: %1 a size like "1.0 MB"; only the beginning of a text is shown
            ? tr("Text that was checked: the beginning of %1")
                  .arg(QLocale().formattedDataSize(length, 1, QLocale::DataSizeSIFormat))
            : tr("Text that was checked"));
    fillSteps();
    fillDetails();
}

void ExplainPanel::fillSteps() {
    const auto& steps = m_explanation->verdict.steps;
    m_steps->clear();
    m_steps->setVisible(!steps.empty());
    m_stepsCaption->setVisible(!steps.empty());
    m_stepsCaption->setText(tr("%Ln steps were checked", nullptr, static_cast<int>(steps.size())));
    const Colors& colors = m_context.theme.colors();
    const int size = QFontMetrics(m_steps->font()).height();
    const QIcon good(
        iconPixmap(QStringLiteral("check-circle"), colors.good, size, devicePixelRatioF()));
    const QIcon bad(
        iconPixmap(QStringLiteral("cross-circle"), colors.bad, size, devicePixelRatioF()));
    m_steps->setIconSize({size, size});
    int count = 0;
    for (const verify::VerdictStep& step : steps) {
        if (++count > kMostSteps) break;
        QString text = leftToRight(oneLine(step.what));
        const QString detail = ChainWords::stepDetail(oneLine(step.detail));
        if (!detail.isEmpty()) text += QStringLiteral("  ") + detail;
        auto* item = new QListWidgetItem(step.ok ? good : bad, text, m_steps);
        item->setData(Qt::AccessibleTextRole,
                      step.ok ? tr("%1 is right").arg(oneLine(step.what))
                              : tr("%1 is wrong: %2").arg(oneLine(step.what), detail));
        item->setData(Qt::ToolTipRole, plainTip(text));
    }
    const int rows = std::min(m_steps->count(), kStepsShown);
    m_steps->setFixedHeight(rows * std::max(m_steps->sizeHintForRow(0), size) + 2);
}

void ExplainPanel::fillDetails() {
    const verify::Verdict& verdict = m_explanation->verdict;
    const auto line = [](const QString& name, const QString& value, bool isCode) {
        return FactRow::Fact{.name = name, .value = value, .isCode = isCode};
    };
    const QString found = verdict.extracted.empty() ? tr("none") : oneLine(verdict.extracted, 400);
    m_read->set({line(tr("Answer found"), found, true),
                 line(tr("Reference answer"), ChainWords::gold(m_explanation->request.gold), true),
                 line(tr("Answer as read"), oneLine(verdict.answer_normal, 400), true),
                 line(tr("Reference as read"), oneLine(verdict.gold_normal, 400), true)});
    const QString effort =
        verdict.operations > 0
            ? tr("%Ln operations",
                 nullptr,
                 static_cast<int>(std::min<std::int64_t>(verdict.operations, 2'000'000'000)))
            : QString();
    const QString hash = fromUtf8(verdict.verifier_hash);
    m_details->set(
        {line(tr("Verifier"), BenchWords::verifier(m_explanation->request.verifier), false),
         line(tr("Found by"), ChainWords::rule(verdict.rule), false),
         line(tr("Compared"), ChainWords::method(verdict.method), false),
         line(tr("Effort"), effort, false),
         line(tr("Checking took"), ChainWords::duration(verdict.micros), false),
         {.name = tr("Its version"), .value = hash.left(12), .tip = hash}});
    setAccessibleDescription(m_word->text() + u' ' + m_why->text());
}

}  // namespace veritune::app
