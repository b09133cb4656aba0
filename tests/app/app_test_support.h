// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/Application.h"
#include "app/ProjectSession.h"
#include "core/engine/fake_engine.h"

#include <QEventLoop>
#include <QTimer>

#include <functional>
#include <memory>

namespace veritune::app::test {

inline AppContext& appContext() { return static_cast<Application*>(qApp)->context(); }

/// Runs the event loop until `done` holds; false after `ms`. (Tests may; the window may not.)
inline bool waitFor(const std::function<bool()>& done, int ms = 5000) {
    QEventLoop loop;
    QTimer poll;
    QTimer limit;
    limit.setSingleShot(true);
    QObject::connect(&poll, &QTimer::timeout, &loop, [&] {
        if (done()) loop.quit();
    });
    QObject::connect(&limit, &QTimer::timeout, &loop, &QEventLoop::quit);
    poll.start(2);
    limit.start(ms);
    if (!done()) loop.exec();
    return done();
}

/// A factory that hands out this engine.
inline EngineService::EngineFactory factoryOf(std::shared_ptr<engine::FakeEngine> fake) {
    return [fake](bool) -> util::Result<std::shared_ptr<engine::Engine>> {
        return std::shared_ptr<engine::Engine>(fake);
    };
}

}  // namespace veritune::app::test
