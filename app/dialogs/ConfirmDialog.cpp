// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/dialogs/ConfirmDialog.h"

#include "app/Theme.h"
#include "app/widgets/Cards.h"

#include <QCoreApplication>
#include <QDialog>
#include <QHBoxLayout>

namespace veritune::app {

void askConfirm(QWidget* parent,
                AppContext& context,
                const Confirmation& question,
                std::function<void()> confirmed) {
    auto* dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(QStringLiteral("confirm"));
    dialog->setWindowTitle(question.title);
    auto* title = new PlainLabel(question.title, dialog);
    title->setFont(context.theme.heading());
    title->setWordWrap(true);
    auto* text = new PlainLabel(question.text, dialog);
    text->setWordWrap(true);
    QPushButton* no = makeButton(ButtonRole::kNormal, QStringLiteral("confirm.no"), dialog);
    QPushButton* yes =
        makeButton(question.isDestructive ? ButtonRole::kDanger : ButtonRole::kPrimary,
                   QStringLiteral("confirm.yes"),
                   dialog);
    no->setText(QCoreApplication::translate("ConfirmDialog", "No, go back"));
    yes->setText(question.action);
    auto* row = new QHBoxLayout;
    row->setSpacing(kGap2);
    row->addStretch(1);
    row->addWidget(no);
    row->addWidget(yes);
    auto* column = new QVBoxLayout(dialog);
    column->setContentsMargins(kGap4, kGap4, kGap4, kGap4);
    column->setSpacing(kGap3);
    column->addWidget(title);
    column->addWidget(text);
    column->addLayout(row);
    dialog->setMinimumWidth(420);
    QObject::connect(no, &QPushButton::clicked, dialog, &QDialog::reject);
    QObject::connect(yes, &QPushButton::clicked, dialog, &QDialog::accept);
    QObject::connect(dialog, &QDialog::accepted, parent, std::move(confirmed));
    dialog->open();
    no->setFocus();
}

}  // namespace veritune::app
