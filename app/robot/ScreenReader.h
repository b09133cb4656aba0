// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QWidget;

namespace veritune::app {

/// Walks what a screen reader is told of `window` (Qt's accessibility tree, which the AT-SPI bridge
/// hands on) and says the first fault: something that takes the focus or an action without a name,
/// or with a role that says nothing. Writes the tree, one line per node, to `file` unless empty.
QString screenReaderFault(QWidget& window, const QString& file);

}  // namespace veritune::app
