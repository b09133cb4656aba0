// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/EngineService.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <QTimer>

#include <array>
#include <deque>
#include <mutex>
#include <variant>

namespace veritune::app {
namespace {

constexpr std::size_t kMaxQueued = 20000;
constexpr int kDrainMs = 100;
constexpr int kHeartbeatMs = 2000;
constexpr int kMissedBeats = 3;
constexpr std::array<int, 3> kAskAgainMs = {500, 1500, 3000};

using EnginePtr = std::shared_ptr<engine::Engine>;

void onGuiThread(std::function<void()> fn) {
    QMetaObject::invokeMethod(QCoreApplication::instance(), std::move(fn), Qt::QueuedConnection);
}

}  // namespace

struct EngineService::Parts {
    EngineFactory factory;
    std::mutex mutex;         // engine, queue, overflow
    std::mutex connectMutex;  // one connection attempt at a time
    EnginePtr engine;
    std::deque<engine::Notice> queue;
    std::int64_t dropped = 0;
    bool drainPlanned = false;

    // GUI thread only
    EngineLink link = EngineLink::kAbsent;
    engine::EngineState state;
    util::Error trouble;
    std::unique_ptr<engine::Handler> notices;
    std::unique_ptr<engine::Handler> disconnected;
    QTimer drainTimer;
    QTimer heartbeatTimer;
    QTimer askTimer;
    std::size_t asked = 0;
    bool beatUnderWay = false;
    int missedBeats = 0;
    // Leaked when a request does not come back in time: a window must be able to close.
    QThreadPool* pool = new QThreadPool;
};

EngineService::EngineService(EngineFactory factory, QObject* parent)
    : QObject(parent),
      m(std::make_unique<Parts>()) {
    m->factory = std::move(factory);
    m->pool->setMaxThreadCount(8);
    m->drainTimer.setSingleShot(true);
    m->drainTimer.setInterval(kDrainMs);
    connect(&m->drainTimer, &QTimer::timeout, this, &EngineService::drain);
    m->heartbeatTimer.setInterval(kHeartbeatMs);
    connect(&m->heartbeatTimer, &QTimer::timeout, this, &EngineService::heartbeat);
    m->askTimer.setSingleShot(true);
    connect(&m->askTimer, &QTimer::timeout, this, [this] { connectEngine(false); });
}

EngineService::~EngineService() {
    m->notices.reset();
    m->disconnected.reset();
    m->pool->clear();
    if (m->pool->waitForDone(3000)) {
        delete m->pool;
    } else {
        // The workers still use Parts; both stay until the process ends.
        (void)m.release();
    }
}

EngineLink EngineService::link() const { return m->link; }
const engine::EngineState& EngineService::state() const { return m->state; }
const util::Error& EngineService::trouble() const { return m->trouble; }

void EngineService::setLink(EngineLink link, util::Error trouble) {
    m->trouble = std::move(trouble);
    if (m->link == link && m->trouble.message.empty()) return;
    m->link = link;
    emit linkChanged();
}

void EngineService::attach() { connectEngine(false); }
void EngineService::ensureStarted() { connectEngine(true); }

void EngineService::connectEngine(bool start) {
    if (m->link == EngineLink::kIdle || m->link == EngineLink::kBusy) return;
    if (start) setLink(EngineLink::kStarting);
    QPointer<EngineService> self(this);
    m->pool->start([self, parts = m.get(), start] {
        const std::lock_guard connecting(parts->connectMutex);
        {
            const std::lock_guard lock(parts->mutex);
            if (parts->engine) return;
        }
        auto made = parts->factory(start);
        onGuiThread([self, made = std::move(made)] {
            if (self) self->adopt(made);
        });
    });
}

void EngineService::adopt(const util::Result<std::shared_ptr<engine::Engine>>& made) {
    if (!made) {
        if (m->link == EngineLink::kLost && askAgain()) return;
        setLink(EngineLink::kAbsent, made.error());
        return;
    }
    m->askTimer.stop();
    {
        const std::lock_guard lock(m->mutex);
        if (m->engine) return;
        m->engine = *made;
    }
    QPointer<EngineService> self(this);
    m->notices = (*made)->handle_notice([self, parts = m.get()](const engine::Notice& notice) {
        const std::lock_guard lock(parts->mutex);
        if (parts->queue.size() >= kMaxQueued) {
            parts->queue.pop_front();
            ++parts->dropped;
        }
        parts->queue.push_back(notice);
        if (std::exchange(parts->drainPlanned, true)) return;
        onGuiThread([self] {
            if (self) self->m->drainTimer.start();
        });
    });
    m->disconnected = (*made)->handle_disconnected([self](const util::Error& reason) {
        onGuiThread([self, reason] {
            if (self) self->lose(reason);
        });
    });
    m->missedBeats = 0;
    setLink(EngineLink::kIdle);
    m->heartbeatTimer.start();
    heartbeat();
    emit resync();
}

void EngineService::lose(const util::Error& reason) {
    const bool wasActive = m->state.run != 0;
    drain();
    m->heartbeatTimer.stop();
    m->notices.reset();
    m->disconnected.reset();
    {
        const std::lock_guard lock(m->mutex);
        m->engine.reset();
    }
    m->state = {};
    setLink(wasActive ? EngineLink::kLost : EngineLink::kAbsent, reason);
    m->asked = 0;
    if (wasActive) askAgain();
    emit stateChanged();
    emit resync();
}

/// False when it was asked for often enough.
bool EngineService::askAgain() {
    if (m->asked >= kAskAgainMs.size()) return false;
    m->askTimer.start(kAskAgainMs[m->asked++]);
    return true;
}

void EngineService::heartbeat() {
    if (m->beatUnderWay) {
        if (++m->missedBeats >= kMissedBeats) setLink(EngineLink::kNotAnswering);
        return;
    }
    EnginePtr engine;
    {
        const std::lock_guard lock(m->mutex);
        engine = m->engine;
    }
    if (!engine) return;
    m->beatUnderWay = true;
    QPointer<EngineService> self(this);
    m->pool->start([self, engine] {
        auto state = engine->get_state();
        onGuiThread([self, state = std::move(state)] {
            if (self) self->takeState(state);
        });
    });
}

void EngineService::takeState(const util::Result<engine::EngineState>& state) {
    m->beatUnderWay = false;
    if (!state) return;  // a lost connection has its own signal
    m->missedBeats = 0;
    setLink(state->run != 0 ? EngineLink::kBusy : EngineLink::kIdle);
    if (m->state == *state) return;
    m->state = *state;
    emit stateChanged();
}

void EngineService::enqueue(QObject* context, Work work) {
    QPointer<QObject> guard(context);
    QPointer<EngineService> self(this);
    const bool mustStart = m->link == EngineLink::kAbsent || m->link == EngineLink::kLost;
    if (mustStart) setLink(EngineLink::kStarting);
    m->pool->start([guard, self, parts = m.get(), work = std::move(work)] {
        auto engine = [&]() -> util::Result<EnginePtr> {
            const std::lock_guard connecting(parts->connectMutex);
            {
                const std::lock_guard lock(parts->mutex);
                if (parts->engine) return parts->engine;
            }
            auto made = parts->factory(true);
            onGuiThread([self, made] {
                if (self) self->adopt(made);
            });
            return made;
        }();
        auto finish = work(std::move(engine));
        onGuiThread([guard, finish = std::move(finish)] {
            if (guard) finish();
        });
    });
}

void EngineService::tell(QObject* context,
                         std::function<util::Status(engine::Engine&)> request,
                         std::function<void(util::Status)> done) {
    enqueue(context,
            [request = std::move(request), done = std::move(done)](util::Result<EnginePtr> engine) {
                auto status = std::make_shared<util::Status>(engine ? request(**engine)
                                                                    : util::Status(engine.error()));
                return std::function<void()>([done, status] { done(*status); });
            });
}

namespace {

/// The notices of one drain, by kind.
struct Batch {
    QList<engine::StepDone> steps;
    QList<engine::StageChanged> stages;
    QList<engine::RunStateChanged> runs;
    QList<engine::Event> events;
    QList<engine::Log> logs;
    QList<engine::TokenText> tokens;
    std::optional<engine::Progress> progress;
    bool resync = false;

    void add(const engine::Notice& notice) {
        std::visit([this](const auto& value) { put(value); }, notice);
    }

  private:
    void put(const engine::StepDone& value) { steps.append(value); }
    void put(const engine::Progress& value) { progress = value; }
    void put(const engine::StageChanged& value) { stages.append(value); }
    void put(const engine::RunStateChanged& value) { runs.append(value); }
    void put(const engine::Event& value) { events.append(value); }
    void put(const engine::TokenText& value) { tokens.append(value); }
    void put(const engine::Log& value) { logs.append(value); }
    void put(const engine::Resync&) { resync = true; }
};

}  // namespace

void EngineService::drain() {
    std::deque<engine::Notice> notices;
    Batch batch;
    {
        const std::lock_guard lock(m->mutex);
        notices.swap(m->queue);
        m->drainPlanned = false;
        batch.resync = std::exchange(m->dropped, 0) > 0;
    }
    for (const engine::Notice& notice : notices) batch.add(notice);
    QPointer<EngineService> alive(this);
    if (!batch.runs.isEmpty() || !batch.stages.isEmpty()) heartbeat();
    if (!batch.stages.isEmpty()) emit stagesChanged(batch.stages);
    if (alive && !batch.steps.isEmpty()) emit stepsDone(batch.steps);
    if (alive && batch.progress) emit progressed(*batch.progress);
    if (alive && !batch.runs.isEmpty()) emit runsChanged(batch.runs);
    if (alive && !batch.events.isEmpty()) emit eventsArrived(batch.events);
    if (alive && !batch.logs.isEmpty()) emit logged(batch.logs);
    if (alive && !batch.tokens.isEmpty()) emit tokensArrived(batch.tokens);
    if (alive && batch.resync) emit resync();
}

}  // namespace veritune::app
