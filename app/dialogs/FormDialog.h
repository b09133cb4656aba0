// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"

#include <QHash>
#include <QList>
#include <QPair>
#include <QString>

#include <functional>

class QWidget;

namespace veritune::app {

/// One question of a small form.
struct FormField {
    QString key;
    QString label;
    QString value;                             ///< at first
    QString tip;                               ///< what it is for
    QList<QPair<QString, QString>> choices{};  ///< shown text, value; empty = a line
    bool isNumber = false;
    int least = 0;
    int most = 1'000'000;
    bool isNeeded = false;  ///< may not be left empty
};
struct FormQuestion {
    QString title;
    QString text;    ///< what happens, what stays; may be empty
    QString action;  ///< the button's verb
    QList<FormField> fields;
};

/// Asks; `done` gets value by key when the person agrees. Not modal for the program's event loop.
/// Controls are called "form.KEY", "form.accept" and "form.cancel".
void askForm(QWidget* parent,
             AppContext& context,
             const FormQuestion& question,
             std::function<void(const QHash<QString, QString>&)> done);

}  // namespace veritune::app
