// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/project.h"
#include "core/util/result.h"

#include <QObject>
#include <QPointer>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace veritune::app {

/// Reads the project's database on a thread of its own, with its own read-only connection. The
/// window asks, goes on, and is called back; nothing of the database ever runs on the GUI thread.
/// threads  GUI thread; tasks run one after another on the reader's thread
class StoreReader final : public QObject {
    Q_OBJECT
  public:
    explicit StoreReader(std::string projectDir, QObject* parent = nullptr);
    ~StoreReader() override;

    /// Runs `task` on the reader's thread and hands its Result to `done` on the GUI thread, unless
    /// `context` has died by then. When the project cannot be opened (any more) `done` gets that
    /// error. Of several waiting tasks with the same non-empty `slot` and context only the newest
    /// is run (typing in a filter box, moving a slider). Usage:
    /// reader.query<std::vector<store::RunRecord>>(this,
    ///     [](store::Project& project) { return project.reader().list_runs(); },
    ///     [this](util::Result<std::vector<store::RunRecord>> runs) { ... });
    template <typename T>
    void query(QObject* context,
               std::function<util::Result<T>(store::Project&)> task,
               std::function<void(util::Result<T>)> done,
               const QString& slot = {}) {
        enqueue(context,
                slot,
                [task = std::move(task), done = std::move(done)](
                    util::Result<store::Project*> project) -> std::function<void()> {
                    auto result = std::make_shared<util::Result<T>>(
                        project ? task(**project) : util::Result<T>(project.error()));
                    return [done, result] { done(std::move(*result)); };
                });
    }

  private:
    using Work = std::function<std::function<void()>(util::Result<store::Project*>)>;
    void enqueue(QObject* context, const QString& slot, Work work);

    struct Loop;
    std::shared_ptr<Loop> m_loop;
};

}  // namespace veritune::app
