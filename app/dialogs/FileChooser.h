// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <functional>

class QWidget;

/// Every choice of a file or folder: Qt's own dialog (the desktop's keeps a list of recent files
/// that our wipe does not cover), not modal for the program, result by callback (empty path: none).
namespace veritune::app {

void chooseFolder(QWidget* parent,
                  const QString& title,
                  const QString& start,
                  std::function<void(QString)> done);
void chooseFile(QWidget* parent,
                const QString& title,
                const QString& start,
                const QString& filter,
                std::function<void(QString)> done);
/// suffix without dot is added when the name has none; an existing file is asked about.
void chooseSave(QWidget* parent,
                const QString& title,
                const QString& start,
                const QString& suffix,
                std::function<void(QString)> done);

}  // namespace veritune::app
