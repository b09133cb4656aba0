// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QWidget;

namespace veritune::app {

/// The first fault of what is visible in `window`, as a sentence; empty = none. Looks for: labels,
/// buttons, choices and numbers whose text does not fit, controls that reach out of their parent or
/// lie on each other, controls under 24 px, two controls with one objectName, interactive controls
/// without accessible name.
QString layoutFault(const QWidget& window);

}  // namespace veritune::app
