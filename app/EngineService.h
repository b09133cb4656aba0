// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/engine.h"
#include "core/util/result.h"

#include <QList>
#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <string>

namespace veritune::app {

/// Where the engine of the open project stands.
enum class EngineLink {
    kAbsent,        ///< none answers; the pages stay readable from the store
    kStarting,      ///< being started or connected
    kIdle,          ///< answers, no run
    kBusy,          ///< answers, works on a run or a request
    kNotAnswering,  ///< connected, but three heartbeats went unanswered
    kLost,          ///< the connection ended while a run was active; asked for again
};

/// The only class of the window that knows engine::Engine. Requests go out on worker threads and
/// come back as callbacks on the GUI thread; notices are collected in a bounded queue that a 100 ms
/// timer drains into ONE signal per kind. Losing notices is harmless: resync() says "read the store
/// again".
/// A connection that ends during a run says nothing of the engine: within 5 s one that still
/// answers is taken up again (none is started), then the link is kAbsent.
/// threads  GUI thread
class EngineService final : public QObject {
    Q_OBJECT
  public:
    using EngineFactory = std::function<util::Result<std::shared_ptr<engine::Engine>>(bool start)>;
    /// `factory` connects to the project's engine (start: starting it when none answers); runs on a
    /// worker thread. Tests hand in a FakeEngine.
    explicit EngineService(EngineFactory factory, QObject* parent = nullptr);
    ~EngineService() override;

    EngineLink link() const;
    /// As last told by the engine; `run` 0 when idle or absent.
    const engine::EngineState& state() const;
    /// Why the link is absent or lost; empty when fine.
    const util::Error& trouble() const;

    /// Connects to an engine that is already there; starts none.
    void attach();
    /// Connects, starting the engine when none answers.
    void ensureStarted();
    /// Runs `request` on a worker thread with a connected engine (started when needed) and hands
    /// its result to `done` on the GUI thread unless `context` has died.
    /// Usage: service.call<engine::RunStarted>(this,
    ///     [recipe](engine::Engine& e) { return e.start_run({.recipe = recipe}); },
    ///     [this](util::Result<engine::RunStarted> started) { ... });
    template <typename T>
    void call(QObject* context,
              std::function<util::Result<T>(engine::Engine&)> request,
              std::function<void(util::Result<T>)> done) {
        enqueue(context,
                [request = std::move(request),
                 done = std::move(done)](util::Result<std::shared_ptr<engine::Engine>> engine) {
                    auto result = std::make_shared<util::Result<T>>(
                        engine ? request(**engine) : util::Result<T>(engine.error()));
                    return std::function<void()>([done, result] { done(std::move(*result)); });
                });
    }
    /// As call(), for requests that answer with a Status.
    void tell(QObject* context,
              std::function<util::Status(engine::Engine&)> request,
              std::function<void(util::Status)> done);

  signals:
    void linkChanged();
    void stateChanged();
    /// In order of arrival; at most one signal per 100 ms.
    void stepsDone(const QList<veritune::engine::StepDone>& steps);
    /// The newest of the batch.
    void progressed(const veritune::engine::Progress& progress);
    void stagesChanged(const QList<veritune::engine::StageChanged>& stages);
    void runsChanged(const QList<veritune::engine::RunStateChanged>& runs);
    void eventsArrived(const QList<veritune::engine::Event>& events);
    void logged(const QList<veritune::engine::Log>& lines);
    void tokensArrived(const QList<veritune::engine::TokenText>& pieces);
    /// Notices were lost or the connection is new: read the store again.
    void resync();

  private:
    using Work =
        std::function<std::function<void()>(util::Result<std::shared_ptr<engine::Engine>>)>;
    void enqueue(QObject* context, Work work);
    void connectEngine(bool start);
    void adopt(const util::Result<std::shared_ptr<engine::Engine>>& made);
    void lose(const util::Error& reason);
    bool askAgain();
    void takeState(const util::Result<engine::EngineState>& state);
    void drain();
    void heartbeat();
    void setLink(EngineLink link, util::Error trouble = {});

    struct Parts;
    std::unique_ptr<Parts> m;
};

}  // namespace veritune::app
