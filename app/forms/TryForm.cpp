// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/forms/TryForm.h"

#include "app/PlainText.h"
#include "app/Theme.h"
#include "app/models/BenchWords.h"
#include "app/widgets/Cards.h"
#include "core/text/answer_extractor.h"
#include "core/verify/verifier.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>

namespace veritune::app {
namespace {

constexpr int kTextHeight = 150;

QString profileWords(const std::string& id) {
    if (id == "reward_strict") return TryForm::tr("strict, as in training");
    if (id == "raw") return TryForm::tr("the whole text is the answer");
    return fromUtf8(id);
}

}  // namespace

TryForm::TryForm(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, kGap2, 0);
    column->setSpacing(kGap1);
    const auto row = [&](PlainLabel*& caption, QWidget* editor, const char* part) {
        caption = label();
        editor->setObjectName(QStringLiteral("bench.try.") + QLatin1String(part));
        column->addWidget(caption);
        column->addWidget(editor);
        column->addSpacing(kGap2);
    };
    m_verifier = new QComboBox(this);
    row(m_verifierLabel, m_verifier, "verifier");
    m_paramsLabel = label();
    column->addWidget(m_paramsLabel);
    m_params = new ParamForm(context, QStringLiteral("bench.try.param"), this);
    column->addWidget(m_params);
    column->addSpacing(kGap2);
    m_profile = new QComboBox(this);
    row(m_profileLabel, m_profile, "profile");
    m_gold = new QLineEdit(this);
    row(m_goldLabel, m_gold, "gold");
    m_prompt = new QLineEdit(this);
    row(m_promptLabel, m_prompt, "prompt");
    m_text = new QPlainTextEdit(this);
    m_text->setTabChangesFocus(true);
    m_text->setFixedHeight(kTextHeight);
    row(m_textLabel, m_text, "text");
    m_check = makeButton(ButtonRole::kPrimary, QStringLiteral("bench.try.check"), this);
    column->addWidget(m_check, 0, Qt::AlignLeading);
    column->addStretch(1);
    for (const verify::Verifier* verifier : verify::all_verifiers())
        m_verifier->addItem(QString(), fromUtf8(verifier->id()));
    for (const std::string& profile : text::extraction_profiles())
        m_profile->addItem(QString(), fromUtf8(profile));
    connect(m_verifier, &QComboBox::currentIndexChanged, this, [this] { showVerifier(); });
    connect(m_check, &QPushButton::clicked, this, &TryForm::checkRequested);
    m_verifier->setCurrentIndex(qMax(0, m_verifier->findData(QStringLiteral("integer"))));
    m_profile->setCurrentIndex(qMax(0, m_profile->findData(QStringLiteral("reward_strict"))));
    retranslate();
    showVerifier();
}

PlainLabel* TryForm::label() {
    auto* made = new PlainLabel(this);
    made->setWordWrap(true);
    made->setForegroundRole(QPalette::PlaceholderText);
    return made;
}

void TryForm::showVerifier() {
    const auto found = verify::find_verifier(m_verifier->currentData().toString().toStdString());
    if (!found) return;
    m_params->setSchema((*found)->params_schema());
    m_params->setVisible(!m_params->isEmpty());
    m_paramsLabel->setVisible(!m_params->isEmpty());
    setPlainToolTip(m_verifier, fromUtf8((*found)->summary()));
}

void TryForm::setRequest(const verify::VerifyRequest& request) {
    m_verifier->setCurrentIndex(qMax(0, m_verifier->findData(fromUtf8(request.verifier))));
    m_params->setValue(request.params);
    m_profile->setCurrentIndex(qMax(0, m_profile->findData(fromUtf8(request.profile))));
    m_gold->setText(
        request.gold.is_string()
            ? fromUtf8(request.gold.get<std::string>())
            : fromUtf8(request.gold.dump(-1, ' ', false, util::Json::error_handler_t::replace)));
    m_prompt->setText(fromUtf8(request.prompt));
    m_text->setPlainText(fromUtf8(request.completion));
}

util::Result<verify::VerifyRequest> TryForm::request() const {
    VT_ASSIGN(util::Json params, m_params->value());
    const std::string gold = m_gold->text().toStdString();
    if (gold.empty()) {
        return util::Error{
            util::ErrorCode::kInvalidArgument, "the reference answer is missing", {}};
    }
    const auto parsed = util::parse_json(gold, "gold");
    verify::VerifyRequest request;
    request.problem_id = "case";
    request.verifier = m_verifier->currentData().toString().toStdString();
    request.params = std::move(params);
    request.gold = parsed ? *parsed : util::Json(gold);
    request.prompt = m_prompt->text().toStdString();
    request.completion = m_text->toPlainText().toStdString();
    request.profile = m_profile->currentData().toString().toStdString();
    return request;
}

void TryForm::retranslate() {
    m_verifierLabel->setText(tr("Verifier"));
    m_paramsLabel->setText(tr("What it allows"));
    m_profileLabel->setText(tr("How the answer is found in the text"));
    m_goldLabel->setText(tr("Reference answer"));
    m_promptLabel->setText(tr("Question, if the verifier needs it"));
    m_textLabel->setText(tr("Text to check"));
    m_text->setPlaceholderText(tr("The answer is \\boxed{42}."));
    m_gold->setPlaceholderText(tr("42"));
    for (int i = 0; i < m_verifier->count(); ++i) {
        const QString id = m_verifier->itemData(i).toString();
        const QString words = BenchWords::verifier(id.toStdString());
        //: a verifier: %1 what it is called, %2 its technical name
        m_verifier->setItemText(i, tr("%1 (%2)").arg(words, id));
    }
    for (int i = 0; i < m_profile->count(); ++i)
        m_profile->setItemText(i, profileWords(m_profile->itemData(i).toString().toStdString()));
    m_verifier->setAccessibleName(m_verifierLabel->text());
    m_profile->setAccessibleName(m_profileLabel->text());
    m_gold->setAccessibleName(m_goldLabel->text());
    setPlainToolTip(m_gold, tr("A number, a text, or JSON for lists and tables."));
    m_prompt->setAccessibleName(m_promptLabel->text());
    m_text->setAccessibleName(m_textLabel->text());
    m_check->setText(tr("Check this answer"));
    m_check->setAccessibleName(m_check->text());
    setPlainToolTip(m_check, tr("Ask the verifier and explain its verdict (Ctrl+Enter)."));
    m_params->retranslate();
}

}  // namespace veritune::app
