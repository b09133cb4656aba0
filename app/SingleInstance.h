// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/project.h"

#include <QObject>

#include <memory>

class QLockFile;
class QSocketNotifier;

namespace veritune::app {

/// One window per project: a lock file and an AF_UNIX listener in the project's runtime folder.
/// (Qt's own local server would link QtNetwork.) threads  GUI thread
class SingleInstance final : public QObject {
    Q_OBJECT
  public:
    explicit SingleInstance(QObject* parent = nullptr);
    ~SingleInstance() override;

    /// Lets go of the project before and claims this one (an empty id: none). False: another window
    /// has it and was asked to come to the front.
    bool claim(const store::ProjectInfo& project);

  signals:
    /// A second window was started for our project.
    void raiseRequested();

  private:
    void listen(const QString& path);
    void release();

    std::unique_ptr<QLockFile> m_lock;
    std::unique_ptr<QSocketNotifier> m_notifier;
    int m_socket = -1;
    QString m_path;
};

}  // namespace veritune::app
