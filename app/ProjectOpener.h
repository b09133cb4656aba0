// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ProjectSession.h"

#include <QObject>
#include <QString>

#include <functional>

namespace veritune::app {

/// Opens and makes project folders on a worker thread.
class ProjectOpener final : public QObject {
    Q_OBJECT
  public:
    using Done = std::function<void(util::Result<store::ProjectInfo>)>;
    explicit ProjectOpener(QObject* parent = nullptr);

    /// Reads the project's identity. `done` on the GUI thread unless this object has died.
    void open(const QString& dir, Done done);
    /// A new project in a folder that is missing or empty.
    void create(const QString& dir, const QString& name, Done done);
    /// The next free folder for a demonstration: DATA/demo-N.
    static util::Result<QString> freeDemoDir();
    /// $VERITUNE_HOME, else $XDG_DATA_HOME/veritune, else ~/.local/share/veritune.
    static QString dataHome();

    /// The real engine of that project.
    static EngineService::EngineFactory engineOf(const store::ProjectInfo& info);

  private:
    void run(std::function<util::Result<store::ProjectInfo>()> task, Done done);
};

}  // namespace veritune::app
