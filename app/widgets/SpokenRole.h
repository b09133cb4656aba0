// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAccessible>

class QWidget;

namespace veritune::app {

/// What a screen reader calls a widget that paints itself; without it, it is only "a client area".
/// threads  GUI thread, before the widget is shown
void setSpokenRole(QWidget* widget, QAccessible::Role role);

}  // namespace veritune::app
