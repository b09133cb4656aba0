// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/dialogs/FormDialog.h"

#include "app/PlainText.h"
#include "app/Theme.h"
#include "app/widgets/Cards.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QCoreApplication>
#include <QDialog>
#include <QGridLayout>
#include <QLineEdit>
#include <QSpinBox>

namespace veritune::app {
namespace {

constexpr int kWidth = 460;

class FormDialog final : public QDialog {
    Q_DECLARE_TR_FUNCTIONS(veritune::app::FormDialog)

  public:
    FormDialog(QWidget* parent, AppContext& context, const FormQuestion& question)
        : QDialog(parent) {
        setObjectName(QStringLiteral("form"));
        setWindowTitle(question.title);
        setAttribute(Qt::WA_DeleteOnClose);
        setMinimumWidth(context.theme.scaled(kWidth));
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(kGap4, kGap4, kGap4, kGap4);
        column->setSpacing(kGap3);
        auto* title = new PlainLabel(question.title, this);
        title->setFont(context.theme.heading());
        title->setWordWrap(true);
        column->addWidget(title);
        if (!question.text.isEmpty()) {
            auto* text = new PlainLabel(question.text, this);
            text->setWordWrap(true);
            column->addWidget(text);
        }
        auto* grid = new QGridLayout;
        grid->setHorizontalSpacing(kGap3);
        grid->setVerticalSpacing(kGap2);
        grid->setColumnStretch(1, 1);
        column->addLayout(grid);
        for (const FormField& field : question.fields) addField(*grid, field);
        auto* cancel = makeButton(ButtonRole::kNormal, QStringLiteral("form.cancel"), this);
        m_accept = makeButton(ButtonRole::kPrimary, QStringLiteral("form.accept"), this);
        cancel->setText(tr("Cancel"));
        cancel->setAccessibleName(cancel->text());
        m_accept->setText(question.action);
        m_accept->setAccessibleName(question.action);
        m_accept->setDefault(true);
        auto* buttons = new QHBoxLayout;
        buttons->setSpacing(kGap2);
        buttons->addStretch(1);
        buttons->addWidget(cancel);
        buttons->addWidget(m_accept);
        column->addLayout(buttons);
        connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
        connect(m_accept, &QPushButton::clicked, this, &QDialog::accept);
        check();
    }

    QHash<QString, QString> values() const {
        QHash<QString, QString> all;
        for (auto it = m_values.cbegin(); it != m_values.cend(); ++it)
            all.insert(it.key(), (*it)());
        return all;
    }

  private:
    void addField(QGridLayout& grid, const FormField& field) {
        auto* label = new PlainLabel(field.label, this);
        label->setWordWrap(true);
        QWidget* editor = nullptr;
        if (!field.choices.isEmpty()) {
            auto* combo = new QComboBox(this);
            for (const auto& [shown, value] : field.choices) combo->addItem(shown, value);
            combo->setCurrentIndex(qMax(0, combo->findData(field.value)));
            m_values.insert(field.key, [combo] { return combo->currentData().toString(); });
            editor = combo;
        } else if (field.isNumber) {
            auto* spin = new QSpinBox(this);
            spin->setRange(field.least, field.most);
            spin->setGroupSeparatorShown(true);
            spin->setValue(field.value.toInt());
            m_values.insert(field.key, [spin] { return QString::number(spin->value()); });
            editor = spin;
        } else {
            auto* line = new QLineEdit(field.value, this);
            connect(line, &QLineEdit::textChanged, this, [this] { check(); });
            m_values.insert(field.key, [line] { return line->text().trimmed(); });
            editor = line;
        }
        if (field.isNeeded) m_needed << field.key;
        editor->setObjectName(QStringLiteral("form.") + field.key);
        editor->setAccessibleName(field.label);
        setPlainToolTip(editor, field.tip.isEmpty() ? field.label : field.tip);
        const int row = grid.rowCount();
        grid.addWidget(label, row, 0);
        grid.addWidget(editor, row, 1);
    }

    void check() {
        if (!m_accept) return;
        bool isWhole = true;
        for (const QString& key : m_needed) isWhole = isWhole && !m_values.value(key)().isEmpty();
        m_accept->setEnabled(isWhole);
    }

    QHash<QString, std::function<QString()>> m_values;
    QStringList m_needed;
    QPushButton* m_accept = nullptr;
};

}  // namespace

void askForm(QWidget* parent,
             AppContext& context,
             const FormQuestion& question,
             std::function<void(const QHash<QString, QString>&)> done) {
    auto* dialog = new FormDialog(parent, context, question);
    QObject::connect(dialog, &QDialog::accepted, parent, [dialog, done = std::move(done)] {
        done(dialog->values());
    });
    dialog->open();
}

}  // namespace veritune::app
