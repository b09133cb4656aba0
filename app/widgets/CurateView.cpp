// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/CurateView.h"

#include "app/Icons.h"
#include "app/Theme.h"
#include "app/forms/NoteLine.h"
#include "app/models/BenchWords.h"
#include "app/models/ChainWords.h"
#include "app/models/DatasetRowsModel.h"
#include "app/widgets/Cards.h"
#include "app/widgets/FlowLayout.h"
#include "app/widgets/RecordCard.h"
#include "app/widgets/SpokenRole.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QLocale>
#include <QPlainTextEdit>

namespace veritune::app {
namespace {

constexpr std::size_t kMostShown = 100'000;
constexpr int kMostFindings = 5;
constexpr int kMostTags = 9;

}  // namespace

CurateView::CurateView(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    setObjectName(QStringLiteral("data.curate"));
    setFocusPolicy(Qt::StrongFocus);
    setSpokenRole(this, QAccessible::Grouping);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kGap3);
    auto* head = new QHBoxLayout;
    head->setSpacing(kGap2);
    m_progress = new PlainLabel(this);
    m_progress->setWordWrap(true);
    m_leave = makeButton(ButtonRole::kNormal, QStringLiteral("data.curate.leave"), this);
    head->addWidget(m_progress, 1);
    head->addWidget(m_leave);
    column->addLayout(head);
    m_card = new Card(context, this);
    column->addWidget(m_card, 1);
    auto* title = new QHBoxLayout;
    m_id = new PlainLabel(m_card);
    m_state = new Pill(context, m_card);
    title->addWidget(m_id, 1);
    title->addWidget(m_state);
    m_card->body()->addLayout(title);
    m_findings = new QWidget(m_card);
    auto* notes = new QVBoxLayout(m_findings);
    notes->setContentsMargins(0, 0, 0, 0);
    notes->setSpacing(kGap1);
    m_card->body()->addWidget(m_findings);
    const auto text = [this](const char* part) {
        auto* made = new QPlainTextEdit(m_card);
        made->setObjectName(QStringLiteral("data.curate.") + QLatin1String(part));
        made->setReadOnly(true);
        made->setTabChangesFocus(true);
        made->setMinimumHeight(60);
        // The letters belong to the decisions, not to a text that cannot be changed.
        made->setFocusPolicy(Qt::NoFocus);
        return made;
    };
    m_question = text("question");
    m_card->body()->addWidget(m_question, 3);
    m_goldCaption = new PlainLabel(m_card);
    m_goldCaption->setForegroundRole(QPalette::PlaceholderText);
    m_gold = new PlainLabel(m_card);
    m_gold->setWordWrap(true);
    m_card->body()->addWidget(m_goldCaption);
    m_card->body()->addWidget(m_gold);
    m_solutionCaption = new PlainLabel(m_card);
    m_solutionCaption->setForegroundRole(QPalette::PlaceholderText);
    m_solution = text("solution");
    m_card->body()->addWidget(m_solutionCaption);
    m_card->body()->addWidget(m_solution, 2);
    m_end = new PlainLabel(m_card);
    m_end->setAlignment(Qt::AlignCenter);
    m_end->setWordWrap(true);
    m_card->body()->addWidget(m_end, 1);
    m_tagLine = new PlainLabel(m_card);
    m_tagLine->setWordWrap(true);
    m_tagLine->setForegroundRole(QPalette::PlaceholderText);
    m_card->body()->addWidget(m_tagLine);
    auto* buttons = new FlowLayout;
    buttons->setSpacing(kGap2);
    m_accept = button("accept", "check", CurateAct::kAccept);
    m_reject = button("reject", "close", CurateAct::kReject);
    m_flag = button("flag", "flag", CurateAct::kFlag);
    m_edit = button("edit", "edit", CurateAct::kEdit);
    m_skip = button("skip", "arrow-right", CurateAct::kSkip);
    m_back = button("back", "undo", CurateAct::kBack);
    for (QPushButton* one : {m_accept, m_reject, m_flag, m_edit, m_skip, m_back})
        buttons->addWidget(one);
    buttons->addStretch();
    m_tally = new PlainLabel(this);
    m_tally->setForegroundRole(QPalette::PlaceholderText);
    buttons->addWidget(m_tally);
    column->addLayout(buttons);
    connect(m_leave, &QPushButton::clicked, this, &CurateView::left);
    connect(&context.theme, &Theme::changed, this, &CurateView::restyle);
    restyle();
    retranslate();
}

QPushButton* CurateView::button(const char* part, const char* iconName, CurateAct act) {
    auto* made = makeButton(act == CurateAct::kAccept ? ButtonRole::kPrimary : ButtonRole::kNormal,
                            QStringLiteral("data.curate.") + QLatin1String(part),
                            this);
    if (act != CurateAct::kAccept)
        made->setIcon(icon(QString::fromLatin1(iconName), m_context.theme));
    connect(made, &QPushButton::clicked, this, [this, act] {
        emit decided(act);
        setFocus(Qt::OtherFocusReason);
    });
    return made;
}

void CurateView::restyle() {
    m_progress->setFont(m_context.theme.heading());
    m_id->setFont(m_context.theme.small());
    m_gold->setFont(m_context.theme.heading());
    m_goldCaption->setFont(m_context.theme.small());
    m_solutionCaption->setFont(m_context.theme.small());
    QFont large = m_context.theme.body();
    large.setPointSizeF(large.pointSizeF() * 1.2);
    m_question->setFont(large);
}

void CurateView::keyPressEvent(QKeyEvent* event) {
    if (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier))
        return QWidget::keyPressEvent(event);
    const int key = event->key();
    if (key >= Qt::Key_1 && key <= Qt::Key_9) {
        const int at = key - Qt::Key_1;
        if (at < m_tags.size() && m_row && m_isWritable) emit tagged(m_tags[at]);
        return;
    }
    switch (key) {
        case Qt::Key_A:
            return m_accept->isEnabled() ? emit decided(CurateAct::kAccept) : void();
        case Qt::Key_X:
            return m_reject->isEnabled() ? emit decided(CurateAct::kReject) : void();
        case Qt::Key_F:
            return m_flag->isEnabled() ? emit decided(CurateAct::kFlag) : void();
        case Qt::Key_E:
            return m_edit->isEnabled() ? emit decided(CurateAct::kEdit) : void();
        case Qt::Key_Space:
            return m_skip->isEnabled() ? emit decided(CurateAct::kSkip) : void();
        case Qt::Key_Backspace:
            return m_back->isEnabled() ? emit decided(CurateAct::kBack) : void();
        case Qt::Key_Escape:
            emit left();
            return;
        default:
            QWidget::keyPressEvent(event);
    }
}

void CurateView::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void CurateView::show(const std::shared_ptr<const data::DatasetRow>& row,
                      int at,
                      std::int64_t total) {
    m_row = row;
    m_at = at;
    m_total = total;
    fill();
}

void CurateView::setTags(const QStringList& tags) {
    m_tags = tags.mid(0, kMostTags);
    fill();
}

void CurateView::setDecisions(int accepted, int rejected, bool canGoBack) {
    const QLocale locale;
    //: numbers of rows that a person decided on
    m_tally->setText(
        tr("%1 accepted, %2 rejected").arg(locale.toString(accepted), locale.toString(rejected)));
    m_back->setEnabled(canGoBack);
}

void CurateView::setWritable(bool on) {
    m_isWritable = on;
    fill();
}

void CurateView::fill() {
    const bool any = m_row != nullptr;
    for (QWidget* part : QList<QWidget*>{m_id,
                                         m_state,
                                         m_findings,
                                         m_question,
                                         m_goldCaption,
                                         m_gold,
                                         m_solutionCaption,
                                         m_solution,
                                         m_tagLine}) {
        part->setVisible(any);
    }
    m_end->setVisible(!any);
    for (QPushButton* one : {m_accept, m_reject, m_flag, m_edit})
        one->setEnabled(any && m_isWritable);
    m_skip->setEnabled(any);
    const QLocale locale;
    m_progress->setText(
        any ? tr("Row %1 of %2")
                  .arg(locale.toString(m_at + 1), locale.toString(static_cast<qlonglong>(m_total)))
            : tr("The end of the list"));
    qDeleteAll(m_notes);
    m_notes.clear();
    if (!any) return;
    const data::Problem& problem = m_row->problem;
    m_id->setText(oneLine(problem.id, 80));
    const QString word = DatasetRowsModel::statusWord(m_row->status);
    switch (m_row->status) {
        case data::RowStatus::kNew:
            m_state->setNeutral(QStringLiteral("more"), word);
            break;
        case data::RowStatus::kOk:
            m_state->set(Severity::kGood, QStringLiteral("check-circle"), word);
            break;
        case data::RowStatus::kNeedsReview:
            m_state->set(Severity::kWarn, QStringLiteral("flag"), word);
            break;
        case data::RowStatus::kRejected:
            m_state->set(Severity::kBad, QStringLiteral("cross-circle"), word);
            break;
    }
    for (const data::ReviewItem& item : m_row->review) {
        if (item.state != "open" || m_notes.size() >= kMostFindings) continue;
        auto* note = new NoteLine(
            m_context, QStringLiteral("data.curate.finding.%1").arg(m_notes.size()), m_findings);
        m_findings->layout()->addWidget(note);
        note->set(Severity::kWarn, findingText(item));
        m_notes.push_back(note);
    }
    m_findings->setVisible(!m_notes.isEmpty());
    const std::string& prompt =
        problem.messages.empty() ? problem.prompt : problem.messages.back().content;
    m_question->setPlainText(visibleText(prompt.substr(0, kMostShown)));
    const QString gold = ChainWords::gold(problem.gold);
    m_gold->setText(gold.isEmpty() ? tr("none") : gold);
    m_solutionCaption->setVisible(!problem.solution.empty());
    m_solution->setVisible(!problem.solution.empty());
    m_solution->setPlainText(visibleText(problem.solution.substr(0, kMostShown)));
    QStringList parts;
    for (int i = 0; i < m_tags.size(); ++i) {
        const bool has =
            std::find(m_row->tags.begin(), m_row->tags.end(), m_tags[i].toStdString()) !=
            m_row->tags.end();
        //: a key and the tag that it sets: "1 contracts"
        const QString part = tr("%1 %2").arg(locale.toString(i + 1), visibleText(m_tags[i]));
        parts << (has ? part + QStringLiteral(" ✓") : part);
    }
    m_tagLine->setText(parts.isEmpty() ? QString()
                                       : tr("Tags: %1").arg(parts.join(QStringLiteral("   "))));
    m_tagLine->setVisible(!parts.isEmpty());
    setAccessibleDescription(m_question->toPlainText().left(400) + u' ' + m_goldCaption->text() +
                             QStringLiteral(": ") + m_gold->text());
}

void CurateView::retranslate() {
    setAccessibleName(tr("One row to decide on"));
    const auto name = [](QPushButton* one, const QString& text, const QString& help) {
        one->setText(text);
        one->setAccessibleName(text);
        one->setAccessibleDescription(help);
        setPlainToolTip(one, help);
    };
    name(m_accept, tr("Accept"), tr("The row may train (a)."));
    name(m_reject, tr("Reject"), tr("The row is taken out; it stays visible (x)."));
    name(m_flag, tr("Flag"), tr("The row needs another look (f)."));
    name(m_edit, tr("Edit"), tr("Change the row (e)."));
    name(m_skip, tr("Skip"), tr("Leave it as it is and go on (Space)."));
    name(m_back, tr("Back"), tr("Take the last decision back (Backspace), up to ten."));
    name(m_leave, tr("Back to the table"), tr("Leave this mode (Esc)."));
    m_goldCaption->setText(tr("Reference answer"));
    m_solutionCaption->setText(tr("Worked solution"));
    m_question->setAccessibleName(tr("Question"));
    m_solution->setAccessibleName(tr("Worked solution"));
    m_end->setText(tr("All rows of this list were seen. Change the filter in the table for more."));
    fill();
}

}  // namespace veritune::app
