// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QString>

class QColor;

namespace veritune::app {

class Theme;

/// An icon of resources/icons by name ("home", "play", ...), in the theme's text colour (muted when
/// disabled, accent when checked). Made for every device pixel ratio from its SVG. An unknown name
/// is a bug.
QIcon icon(const QString& name, const Theme& theme);
/// In one colour.
QPixmap iconPixmap(const QString& name, const QColor& color, int size, qreal ratio);

}  // namespace veritune::app
