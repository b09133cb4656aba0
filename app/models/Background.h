// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QObject>
#include <QPointer>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <utility>

namespace veritune::app {

/// Runs `task` on the pool and hands its value to `done` on the GUI thread, unless `context` has
/// died by then. Both are copied; T is moved. threads  GUI thread
template <typename T>
void inBackground(QObject* context, std::function<T()> task, std::function<void(T)> done) {
    QPointer<QObject> alive(context);
    QThreadPool::globalInstance()->start([alive, task = std::move(task), done = std::move(done)] {
        auto result = std::make_shared<T>(task());
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [alive, done, result] {
                if (alive) done(std::move(*result));
            },
            Qt::QueuedConnection);
    });
}

}  // namespace veritune::app
