// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/forms/FieldEditor.h"

#include "app/Theme.h"
#include "app/forms/FieldText.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QLineEdit>
#include <QToolButton>

namespace veritune::app {
namespace {

constexpr int kLabelWidth = 216;
constexpr int kEditorWidth = 216;

QString editText(const train::Parameter& parameter, const util::Json& value) {
    if (value.is_string()) return visibleText(value.get<std::string>());
    if (value.is_number_unsigned()) return QString::number(value.get<quint64>());
    if (value.is_number_integer()) return QString::number(value.get<qint64>());
    Q_UNUSED(parameter)
    return value.is_number() ? numberText(value.get<double>()) : QString();
}

/// A wheel turned over a form must scroll it and never change a value by the way.
class QuietCombo final : public QComboBox {
  public:
    using QComboBox::QComboBox;

  protected:
    void wheelEvent(QWheelEvent* event) override { event->ignore(); }
};

}  // namespace

FieldEditor::FieldEditor(AppContext& context,
                         RecipeModel& model,
                         const RecipeSetting& setting,
                         const QList<QPair<QString, QString>>& choices,
                         QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_model(model),
      m_pointer(setting.pointer),
      m_parameter(setting.parameter) {
    // Unique in the window: the pointer of the field with dots.
    m_name = QStringLiteral("setup.field") + fromUtf8(m_pointer).replace(u'/', u'.');
    m_label = new PlainLabel(this);
    m_key = new PlainLabel(this);
    m_unit = new PlainLabel(this);
    m_effect = new PlainLabel(this);
    m_problem = new NoteLine(context, m_name + QStringLiteral(".problem"), this);
    m_fix = makeButton(ButtonRole::kQuiet, m_name + QStringLiteral(".fix"), this);
    m_reset =
        makeIconButton(context, QStringLiteral("undo"), m_name + QStringLiteral(".reset"), this);
    buildEditor(choices);
    buildLayout();
    connect(m_reset, &QToolButton::clicked, this, [this] {
        m_model.resetValue(m_pointer);
        adoptValue();
    });
    connect(m_fix, &QPushButton::clicked, this, [this] {
        m_model.setValue(m_pointer, m_nearest);
        adoptValue();
    });
    connect(&context.theme, &Theme::changed, this, &FieldEditor::restyle);
    retranslate();
    restyle();
    refresh();
}

void FieldEditor::buildEditor(const QList<QPair<QString, QString>>& choices) {
    if (m_parameter->type == "boolean") {
        m_check = new QCheckBox(this);
        connect(m_check, &QCheckBox::toggled, this, [this](bool on) { commit(on); });
        m_editor = m_check;
    } else if (!m_parameter->choices.empty() || !choices.isEmpty()) {
        m_combo = new QuietCombo(this);
        m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        m_combo->setMinimumContentsLength(12);
        for (const std::string& choice : m_parameter->choices) {
            m_combo->addItem(choiceText(m_parameter->key, choice), fromUtf8(choice));
        }
        for (const auto& [text, value] : choices) m_combo->addItem(text, value);
        connect(m_combo, &QComboBox::activated, this, [this] {
            commit(m_combo->currentData().toString().toStdString());
        });
        m_editor = m_combo;
    } else {
        m_line = new QLineEdit(this);
        connect(m_line, &QLineEdit::textEdited, this, &FieldEditor::commitText);
        m_editor = m_line;
    }
    m_editor->setObjectName(m_name);
    const bool isFolder = m_parameter->block == "model" &&
                          (m_parameter->key == "path" || m_parameter->key == "adapter");
    if (!isFolder) return;
    m_browse = makeIconButton(
        m_context, QStringLiteral("folder"), m_name + QStringLiteral(".browse"), this);
    connect(m_browse, &QToolButton::clicked, this, [this] { emit browseRequested(m_pointer); });
}

void FieldEditor::buildLayout() {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, kGap1, 0, kGap1);
    grid->setHorizontalSpacing(kGap3);
    grid->setVerticalSpacing(2);
    auto* names = new QVBoxLayout;
    names->setSpacing(0);
    m_label->setWordWrap(true);
    m_label->setBuddy(m_editor);
    names->addWidget(m_label);
    names->addWidget(m_key);
    names->addStretch(1);
    auto* entry = new QHBoxLayout;
    entry->setSpacing(kGap2);
    entry->addWidget(m_editor, m_check == nullptr ? 1 : 0);
    if (m_browse != nullptr) entry->addWidget(m_browse);
    if (m_check != nullptr) entry->addStretch(1);
    entry->addWidget(m_unit);
    entry->addWidget(m_reset);
    QSizePolicy keepsPlace = m_reset->sizePolicy();
    keepsPlace.setRetainSizeWhenHidden(true);
    m_reset->setSizePolicy(keepsPlace);
    auto* middle = new QVBoxLayout;
    middle->setSpacing(kGap1);
    middle->addLayout(entry);
    middle->addWidget(m_problem);
    middle->addWidget(m_fix, 0, Qt::AlignLeading);
    middle->addStretch(1);
    m_effect->setWordWrap(true);
    m_effect->setAlignment(Qt::AlignLeading | Qt::AlignTop);
    m_effect->setContentsMargins(0, kGap1 + 2, 0, 0);
    grid->addLayout(names, 0, 0);
    grid->addLayout(middle, 0, 1);
    grid->addWidget(m_effect, 0, 2, Qt::AlignTop);
    grid->setColumnStretch(0, 3);
    grid->setColumnStretch(1, 4);
    grid->setColumnStretch(2, 5);
    grid->setColumnMinimumWidth(0, kLabelWidth * 3 / 4);
    grid->setColumnMinimumWidth(1, kEditorWidth);
}

void FieldEditor::restyle() {
    m_key->setFont(m_context.theme.mono());
    QFont mono = m_context.theme.mono();
    mono.setPointSizeF(m_context.theme.small().pointSizeF());
    m_key->setFont(mono);
    m_effect->setFont(m_context.theme.small());
    for (PlainLabel* label : {m_key, m_unit, m_effect}) {
        label->setForegroundRole(QPalette::PlaceholderText);
    }
}

void FieldEditor::retranslate() {
    const QString label = fieldLabel(*m_parameter);
    const QString effect = fieldEffect(*m_parameter);
    const QString range = fieldRange(*m_parameter);
    m_label->setText(label);
    m_key->setText(fromUtf8(m_parameter->key));
    m_unit->setText(fieldUnit(*m_parameter));
    m_unit->setVisible(!m_unit->text().isEmpty());
    m_effect->setText(effect);
    m_editor->setAccessibleName(label);
    QString help = effect;
    //: %1 is a range such as "0 to 1"
    if (!range.isEmpty()) help += QStringLiteral("\n\n") + tr("Range: %1.").arg(range);
    help += QStringLiteral("\n\n") +
            //: %1 is the technical name of a setting
            tr("In run.json: %1").arg(fromUtf8(m_parameter->key));
    m_editor->setAccessibleDescription(help);
    setPlainToolTip(m_editor, help);
    setIconButtonText(m_reset, tr("Back to the preset's value"));
    if (m_browse != nullptr) setIconButtonText(m_browse, tr("Choose a folder"));
    if (m_check != nullptr) m_check->setText(tr("On"));
    if (m_combo != nullptr) {
        for (int i = 0; i < static_cast<int>(m_parameter->choices.size()); ++i) {
            m_combo->setItemText(
                i, choiceText(m_parameter->key, m_parameter->choices[static_cast<size_t>(i)]));
        }
    }
}

bool FieldEditor::matches(const QString& query) const {
    const QString text = m_label->text() + u' ' + m_key->text() + u' ' + m_effect->text();
    const QStringList words = query.simplified().split(u' ', Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(), [&text](const QString& word) {
        return text.contains(word, Qt::CaseInsensitive);
    });
}

void FieldEditor::refresh() {
    m_isRefreshing = true;
    const util::Json value = m_model.value(m_pointer);
    if (m_check != nullptr && value.is_boolean()) m_check->setChecked(value.get<bool>());
    if (m_combo != nullptr && value.is_string()) {
        const QString wanted = fromUtf8(value.get<std::string>());
        if (m_combo->findData(wanted) < 0) m_combo->addItem(visibleText(wanted), wanted);
        m_combo->setCurrentIndex(m_combo->findData(wanted));
    }
    const std::optional<QString> problem = m_model.problemAt(m_pointer);
    if (m_line != nullptr && !(problem && m_line->hasFocus())) {
        if (!problem) {
            const QString text = editText(*m_parameter, value);
            if (!m_line->hasFocus() || m_line->text().isEmpty()) m_line->setText(text);
        }
    }
    if (!problem) showProblem({}, {});
    m_reset->setVisible(m_model.isChanged(m_pointer) || problem.has_value());
    m_isRefreshing = false;
}

/// The model's value replaces what was typed, also while the field has the focus.
void FieldEditor::adoptValue() {
    if (m_line != nullptr) m_line->setText(editText(*m_parameter, m_model.value(m_pointer)));
    refresh();
    focusEditor();
}

void FieldEditor::focusEditor() { m_editor->setFocus(Qt::OtherFocusReason); }

void FieldEditor::commitText() {
    const std::optional<util::Json> value = parseField(*m_parameter, m_line->text());
    if (value) {
        commit(*value);
        return;
    }
    const QString sentence = m_parameter->type == "integer" ? tr("This must be a whole number.")
                                                            : tr("This must be a number.");
    showProblem(sentence, m_model.value(m_pointer));
    m_model.setUnreadable(m_pointer, sentence);
    m_reset->setVisible(true);
}

void FieldEditor::commit(const util::Json& value) {
    if (m_isRefreshing) return;
    const std::optional<FieldProblem> problem = m_model.setValue(m_pointer, value);
    if (problem) {
        showProblem(problem->sentence, problem->nearest);
    } else {
        showProblem({}, {});
    }
    m_reset->setVisible(m_model.isChanged(m_pointer) || problem.has_value());
}

void FieldEditor::showProblem(const QString& sentence, const util::Json& nearest) {
    m_nearest = nearest;
    m_problem->set(Severity::kBad, sentence);
    m_fix->setVisible(!sentence.isEmpty() && !nearest.is_null());
    if (m_fix->isVisibleTo(this)) {
        //: a button; %1 is the nearest value that is allowed
        m_fix->setText(tr("Use %1").arg(valueText(*m_parameter, nearest)));
        m_fix->setAccessibleName(m_fix->text());
    }
}

void FieldEditor::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) {
        retranslate();
        refresh();
    }
}

}  // namespace veritune::app
