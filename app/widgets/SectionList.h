// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"

#include <QListWidget>

namespace veritune::app {

/// The sections of a page at its left edge: roomy rows, a mark in front, no frame. The row with the
/// keyboard carries an outline.
class SectionList final : public QListWidget {
    Q_OBJECT
  public:
    SectionList(AppContext& context, const QString& objectName, QWidget* parent = nullptr);
};

}  // namespace veritune::app
