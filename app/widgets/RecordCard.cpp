// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/RecordCard.h"

#include "app/Theme.h"
#include "app/forms/NoteLine.h"
#include "app/models/BenchWords.h"
#include "app/models/ChainWords.h"
#include "app/models/DatasetRowsModel.h"
#include "app/widgets/Cards.h"
#include "app/widgets/SegmentBar.h"
#include "core/verify/verifier.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLineEdit>
#include <QLocale>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QSpinBox>
#include <QStackedWidget>

#include <algorithm>

namespace veritune::app {
namespace {

constexpr std::size_t kMostShown = 100'000;
constexpr int kMostFindings = 20;
constexpr int kTallText = 130;
constexpr int kLowText = 90;

QScrollArea* scrolled(QWidget* content, const QString& objectName, QWidget* parent) {
    auto* scroll = new QScrollArea(parent);
    scroll->setObjectName(objectName);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    content->setBackgroundRole(QPalette::Base);
    content->setAutoFillBackground(true);
    scroll->setWidget(content);
    return scroll;
}

QString promptText(const data::Problem& problem) {
    if (problem.messages.empty()) return visibleText(problem.prompt.substr(0, kMostShown));
    QString text;
    for (const text::Message& message : problem.messages) {
        text += visibleText(message.role) + QStringLiteral(": ") +
                visibleText(message.content.substr(0, kMostShown)) + QStringLiteral("\n\n");
    }
    return text.trimmed();
}

QString goldLine(const util::Json& gold) {
    if (gold.is_string()) return fromUtf8(gold.get<std::string>());
    return fromUtf8(gold.dump(-1, ' ', false, util::Json::error_handler_t::replace));
}

/// What was typed keeps the kind of the gold that was there: a text stays a text.
util::Json goldOf(const QString& text, const util::Json& before) {
    const std::string bytes = text.toStdString();
    if (before.is_string()) return util::Json(bytes);
    auto parsed = util::parse_json(bytes, "gold");
    return parsed ? *parsed : util::Json(bytes);
}

QStringList tagsOf(const QString& line) {
    QStringList tags;
    for (const QString& part : line.split(u',', Qt::SkipEmptyParts)) {
        if (!part.trimmed().isEmpty()) tags << part.trimmed();
    }
    tags.removeDuplicates();
    std::sort(tags.begin(), tags.end());
    return tags;
}

}  // namespace

QString findingText(const data::ReviewItem& item) {
    const QString other = oneLine(item.other, 60);
    const QString score = QLocale().toString(item.score, 'f', 2);
    QString text;
    if (item.reason == "exact_duplicate") {
        //: %1 id of another row
        text = RecordCard::tr("The same question as %1.").arg(other);
    } else if (item.reason == "near_duplicate") {
        //: %1 id of another row, %2 how much they share, 0 to 1
        text = RecordCard::tr("Nearly the same question as %1 (%2).").arg(other, score);
    } else if (item.reason == "contamination") {
        //: %1 id of a row of an evaluation set
        text = RecordCard::tr("Shares words with %1 of an evaluation set.").arg(other);
    } else if (item.reason == "gold_fault") {
        text = RecordCard::tr("The verifier does not accept the reference answer.");
    } else if (item.reason == "suspect_gold") {
        text =
            RecordCard::tr("The reference answer may be wrong: the model agrees on another one.");
    } else if (item.reason == "privacy") {
        text = RecordCard::tr("May tell who a person is.");
    } else if (item.reason == "flagged") {
        text = RecordCard::tr("Flagged by a person.");
    } else {
        text = oneLine(item.reason).replace(u'_', u' ');
    }
    if (!item.note.empty()) text += u' ' + oneLine(item.note, 300);
    return text;
}

RecordCard::RecordCard(AppContext& context, const QString& objectName, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    setObjectName(objectName);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(kGap2);
    m_hint = new PlainLabel(this);
    m_hint->setWordWrap(true);
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    m_hint->setAlignment(Qt::AlignLeading | Qt::AlignTop);
    m_body = new QWidget(this);
    outer->addWidget(m_hint);
    outer->addWidget(m_body, 1);
    auto* column = new QVBoxLayout(m_body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kGap2);
    auto* head = new QHBoxLayout;
    head->setSpacing(kGap2);
    m_id = new PlainLabel(m_body);
    m_id->setWordWrap(true);
    m_state = new Pill(context, m_body);
    head->addWidget(m_id, 1);
    head->addWidget(m_state, 0, Qt::AlignTop);
    column->addLayout(head);
    m_mode = new SegmentBar(context,
                            objectName + QStringLiteral(".mode"),
                            {QStringLiteral("text"), QStringLiteral("raw"), QStringLiteral("edit")},
                            m_body);
    column->addWidget(m_mode, 0, Qt::AlignLeading);
    m_stack = new QStackedWidget(m_body);
    column->addWidget(m_stack, 1);
    buildText();
    m_raw = new QPlainTextEdit(m_stack);
    m_raw->setObjectName(objectName + QStringLiteral(".raw"));
    m_raw->setReadOnly(true);
    m_raw->setTabChangesFocus(true);
    m_stack->addWidget(m_raw);
    buildEdit();
    connect(m_mode, &SegmentBar::chosen, this, [this](int mode) {
        if (mode == 2) fillEdit();
        m_stack->setCurrentIndex(mode);
    });
    connect(&context.theme, &Theme::changed, this, &RecordCard::restyle);
    restyle();
    retranslate();
}

PlainLabel* RecordCard::caption(QVBoxLayout& column, QList<PlainLabel*>& list) {
    auto* label = new PlainLabel(this);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setWordWrap(true);
    column.addWidget(label);
    list.push_back(label);
    return label;
}

void RecordCard::buildText() {
    auto* content = new QWidget(m_stack);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, kGap2, 0);
    column->setSpacing(kGap1);
    m_findings = new QWidget(content);
    auto* findings = new QVBoxLayout(m_findings);
    findings->setContentsMargins(0, 0, 0, kGap2);
    findings->setSpacing(kGap1);
    column->addWidget(m_findings);
    const auto text = [&](const char* part, int height) {
        auto* made = new QPlainTextEdit(content);
        made->setObjectName(objectName() + u'.' + QLatin1String(part));
        made->setReadOnly(true);
        made->setTabChangesFocus(true);
        made->setMinimumHeight(height);
        column->addWidget(made, height);
        column->addSpacing(kGap2);
        return made;
    };
    m_questionCaption = caption(*column, m_captions);
    m_question = text("question", kTallText);
    m_goldCaption = caption(*column, m_captions);
    m_gold = new PlainLabel(content);
    m_gold->setObjectName(objectName() + QStringLiteral(".gold"));
    m_gold->setWordWrap(true);
    m_gold->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    m_gold->setSizePolicy(policy);
    column->addWidget(m_gold);
    column->addSpacing(kGap2);
    m_solutionCaption = caption(*column, m_captions);
    m_solution = text("solution", kLowText);
    m_about = new PlainLabel(content);
    m_about->setWordWrap(true);
    m_about->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(m_about);
    m_stack->addWidget(scrolled(content, objectName() + QStringLiteral(".text"), m_stack));
}

void RecordCard::buildEdit() {
    auto* content = new QWidget(m_stack);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, kGap2, 0);
    column->setSpacing(kGap1);
    const auto field = [&](QWidget* editor, const char* part) {
        caption(*column, m_fieldCaptions);
        editor->setObjectName(objectName() + QStringLiteral(".edit.") + QLatin1String(part));
        column->addWidget(editor);
        column->addSpacing(kGap1);
    };
    const auto text = [&](int height) {
        auto* made = new QPlainTextEdit(content);
        made->setTabChangesFocus(true);
        made->setFixedHeight(height);
        return made;
    };
    m_editPrompt = text(kTallText);
    field(m_editPrompt, "prompt");
    m_editGold = new QLineEdit(content);
    field(m_editGold, "gold");
    m_editVerifier = new QComboBox(content);
    field(m_editVerifier, "verifier");
    m_editSplit = new QComboBox(content);
    field(m_editSplit, "split");
    m_editLevel = new QSpinBox(content);
    m_editLevel->setRange(0, 1000);
    field(m_editLevel, "level");
    m_editTopic = new QLineEdit(content);
    field(m_editTopic, "topic");
    m_editTags = new QLineEdit(content);
    field(m_editTags, "tags");
    m_editSolution = text(kLowText);
    field(m_editSolution, "solution");
    m_editVerifier->addItem(QString(), QString());
    for (const verify::Verifier* verifier : verify::all_verifiers())
        m_editVerifier->addItem(QString(), fromUtf8(verifier->id()));
    for (const char* split : {"train", "val", "test"})
        m_editSplit->addItem(QString(), QString::fromLatin1(split));
    m_problem = new NoteLine(m_context, objectName() + QStringLiteral(".problem"), content);
    column->addWidget(m_problem);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(kGap2);
    m_save = makeButton(ButtonRole::kPrimary, objectName() + QStringLiteral(".save"), content);
    m_discard = makeButton(ButtonRole::kNormal, objectName() + QStringLiteral(".discard"), content);
    buttons->addWidget(m_save);
    buttons->addWidget(m_discard);
    buttons->addStretch(1);
    column->addLayout(buttons);
    column->addStretch(1);
    connect(m_save, &QPushButton::clicked, this, &RecordCard::save);
    connect(m_discard, &QPushButton::clicked, this, [this] {
        m_mode->setCurrent(0);
        m_stack->setCurrentIndex(0);
    });
    m_stack->addWidget(scrolled(content, objectName() + QStringLiteral(".edit"), m_stack));
}

void RecordCard::restyle() {
    for (PlainLabel* label : m_captions) label->setFont(m_context.theme.small());
    for (PlainLabel* label : m_fieldCaptions) label->setFont(m_context.theme.small());
    m_id->setFont(m_context.theme.heading());
    m_gold->setFont(m_context.theme.heading());
    m_about->setFont(m_context.theme.small());
    m_raw->setFont(m_context.theme.mono());
}

void RecordCard::setHint(const QString& hint) {
    m_hint->setText(hint);
    fill();
}

void RecordCard::setWritable(bool on, const QString& why) {
    m_isWritable = on;
    m_mode->setSegmentEnabled(2, on);
    m_save->setEnabled(on);
    setPlainToolTip(m_save, on ? m_save->accessibleDescription() : why);
    if (!on && isEditing()) {
        m_mode->setCurrent(0);
        m_stack->setCurrentIndex(0);
    }
}

bool RecordCard::isEditing() const { return m_row && m_stack->currentIndex() == 2; }

void RecordCard::edit() {
    if (!m_row || !m_isWritable) return;
    fillEdit();
    m_mode->setCurrent(2);
    m_stack->setCurrentIndex(2);
    m_editPrompt->setFocus(Qt::OtherFocusReason);
}

void RecordCard::show(const std::shared_ptr<const data::DatasetRow>& row) {
    // What was being typed belongs to the row that was there.
    const bool isOther = !row || !m_row || row->problem.id != m_row->problem.id;
    m_row = row;
    if (isOther && m_stack->currentIndex() == 2) {
        m_mode->setCurrent(0);
        m_stack->setCurrentIndex(0);
    }
    fill();
}

void RecordCard::fill() {
    m_hint->setVisible(!m_row);
    m_body->setVisible(m_row != nullptr);
    if (!m_row) return;
    m_id->setText(oneLine(m_row->problem.id, 80));
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
    fillFindings();
    fillText();
    m_raw->setPlainText(visibleText(data::row_to_json(*m_row)
                                        .dump(2, ' ', false, util::Json::error_handler_t::replace)
                                        .substr(0, kMostShown)));
}

void RecordCard::fillFindings() {
    qDeleteAll(m_notes);
    m_notes.clear();
    for (const data::ReviewItem& item : m_row->review) {
        if (m_notes.size() >= kMostFindings) break;
        auto* note = new NoteLine(m_context,
                                  objectName() + QStringLiteral(".finding.%1").arg(m_notes.size()),
                                  m_findings);
        m_findings->layout()->addWidget(note);
        if (item.state == "open") {
            note->set(Severity::kWarn, findingText(item));
        } else {
            note->setPlain(findingText(item));
        }
        m_notes.push_back(note);
    }
    m_findings->setVisible(!m_notes.isEmpty());
}

void RecordCard::fillText() {
    const data::Problem& problem = m_row->problem;
    m_question->setPlainText(promptText(problem));
    const QString gold = ChainWords::gold(problem.gold);
    m_gold->setText(gold.isEmpty() ? tr("none") : gold);
    m_gold->setAccessibleName(m_gold->text());
    m_solution->setPlainText(visibleText(problem.solution.substr(0, kMostShown)));
    m_solutionCaption->setVisible(!problem.solution.empty());
    m_solution->setVisible(!problem.solution.empty());
    const QLocale locale;
    QStringList about;
    about << (problem.verifier.empty() ? tr("No verifier: a demonstration only")
                                       : BenchWords::verifier(problem.verifier));
    about << DatasetRowsModel::splitWord(problem.split);
    if (problem.level != 0) about << tr("level %1").arg(locale.toString(problem.level));
    if (!m_row->topic.empty()) about << oneLine(m_row->topic, 80);
    if (!m_row->lang.empty()) about << oneLine(m_row->lang, 20);
    for (const std::string& tag : m_row->tags) about << QString(u'#' + oneLine(tag, 40));
    if (!m_row->licence.empty()) about << oneLine(m_row->licence, 60);
    if (m_row->source_line > 0) {
        //: a line of the imported file
        about << tr("line %1").arg(locale.toString(static_cast<qlonglong>(m_row->source_line)));
    }
    m_about->setText(about.join(QStringLiteral(" · ")));
}

void RecordCard::fillEdit() {
    if (!m_row) return;
    const data::Problem& problem = m_row->problem;
    const bool isChat = !problem.messages.empty();
    m_editPrompt->setPlainText(isChat ? promptText(problem) : fromUtf8(problem.prompt));
    m_editPrompt->setReadOnly(isChat);
    m_editGold->setText(problem.gold.is_null() ? QString() : goldLine(problem.gold));
    m_editVerifier->setCurrentIndex(qMax(0, m_editVerifier->findData(fromUtf8(problem.verifier))));
    m_editSplit->setCurrentIndex(
        qMax(0, m_editSplit->findData(fromUtf8(data::split_name(problem.split)))));
    m_editLevel->setValue(problem.level);
    m_editTopic->setText(fromUtf8(m_row->topic));
    QStringList tags;
    for (const std::string& tag : m_row->tags) tags << fromUtf8(tag);
    m_editTags->setText(tags.join(QStringLiteral(", ")));
    m_editSolution->setPlainText(fromUtf8(problem.solution));
    m_problem->set(Severity::kWarn, {});
}

std::optional<util::Json> RecordCard::changes() const {
    const data::Problem& problem = m_row->problem;
    util::Json set = util::Json::object();
    if (problem.messages.empty()) {
        const std::string prompt = m_editPrompt->toPlainText().toStdString();
        if (prompt != problem.prompt) set["prompt"] = prompt;
    }
    const QString before = problem.gold.is_null() ? QString() : goldLine(problem.gold);
    if (m_editGold->text() != before) set["gold"] = goldOf(m_editGold->text(), problem.gold);
    const std::string verifier = m_editVerifier->currentData().toString().toStdString();
    if (verifier != problem.verifier) {
        set["verifier"] = verifier;
        // The old one's parameters mean nothing to the new one.
        set["params"] = util::Json::object();
    }
    const std::string split = m_editSplit->currentData().toString().toStdString();
    if (split != data::split_name(problem.split)) set["split"] = split;
    if (m_editLevel->value() != problem.level) set["level"] = m_editLevel->value();
    if (const std::string topic = m_editTopic->text().trimmed().toStdString();
        topic != m_row->topic)
        set["topic"] = topic;
    std::vector<std::string> tags;
    for (const QString& tag : tagsOf(m_editTags->text())) tags.push_back(tag.toStdString());
    for (const std::string& tag : tags) {
        if (!data::is_tag(tag)) return std::nullopt;
    }
    if (tags != m_row->tags) set["tags"] = tags;
    if (const std::string solution = m_editSolution->toPlainText().toStdString();
        solution != problem.solution)
        set["solution"] = solution;
    return set;
}

void RecordCard::save() {
    if (!m_row) return;
    const auto set = changes();
    if (!set) {
        m_problem->set(Severity::kBad,
                       tr("A tag has no spaces and at most 64 characters; tags are divided by "
                          "commas."));
        return;
    }
    m_mode->setCurrent(0);
    m_stack->setCurrentIndex(0);
    if (!set->empty()) emit changeRequested(*set);
}

void RecordCard::retranslate() {
    m_mode->setTexts(
        {tr("Text"), tr("Raw"), tr("Edit")},
        {tr("Question and answers to read"), tr("The row as it is stored"), tr("Change this row")});
    m_questionCaption->setText(tr("Question"));
    m_question->setAccessibleName(tr("Question"));
    m_goldCaption->setText(tr("Reference answer"));
    m_solutionCaption->setText(tr("Worked solution"));
    m_solution->setAccessibleName(tr("Worked solution"));
    m_raw->setAccessibleName(tr("The row as it is stored"));
    const QStringList names = {tr("Question"),
                               tr("Reference answer"),
                               tr("Verifier"),
                               tr("Use"),
                               tr("Level, 0 = unknown"),
                               tr("Topic"),
                               tr("Tags, divided by commas"),
                               tr("Worked solution")};
    const QList<QWidget*> editors = {m_editPrompt,
                                     m_editGold,
                                     m_editVerifier,
                                     m_editSplit,
                                     m_editLevel,
                                     m_editTopic,
                                     m_editTags,
                                     m_editSolution};
    for (int i = 0; i < names.size(); ++i) {
        m_fieldCaptions[i]->setText(names[i]);
        editors[i]->setAccessibleName(names[i]);
        setPlainToolTip(editors[i], names[i]);
    }
    m_editVerifier->setItemText(0, tr("none: a demonstration only"));
    for (int i = 1; i < m_editVerifier->count(); ++i)
        m_editVerifier->setItemText(
            i, BenchWords::verifier(m_editVerifier->itemData(i).toString().toStdString()));
    for (int i = 0; i < m_editSplit->count(); ++i) {
        const auto split = data::split_from_name(m_editSplit->itemData(i).toString().toStdString());
        if (split) m_editSplit->setItemText(i, DatasetRowsModel::splitWord(*split));
    }
    m_save->setText(tr("Save the row"));
    m_save->setAccessibleName(m_save->text());
    m_save->setAccessibleDescription(tr("Save the changes; Ctrl+Z takes them back."));
    setPlainToolTip(m_save, m_save->accessibleDescription());
    m_discard->setText(tr("Discard"));
    m_discard->setAccessibleName(m_discard->text());
    fill();
}

}  // namespace veritune::app
