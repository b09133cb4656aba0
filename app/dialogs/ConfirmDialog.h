// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"

#include <QString>

#include <functional>

class QWidget;

namespace veritune::app {

struct Confirmation {
    QString title;   ///< the question
    QString text;    ///< what happens, what stays
    QString action;  ///< the button's verb
    bool isDestructive = false;
};

/// Asks; `confirmed` is called when the person agrees. Not modal for the program's event loop.
void askConfirm(QWidget* parent,
                AppContext& context,
                const Confirmation& question,
                std::function<void()> confirmed);

}  // namespace veritune::app
