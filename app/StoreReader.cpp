// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/StoreReader.h"

#include <QCoreApplication>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace veritune::app {

struct StoreReader::Loop {
    struct Task {
        QPointer<QObject> context;
        const void* contextKey = nullptr;
        QString slot;
        Work work;
    };

    explicit Loop(std::string dir)
        : projectDir(std::move(dir)) {}

    void run() {
        while (true) {
            std::unique_lock lock(mutex);
            wake.wait(lock, [this] { return stopping || !tasks.empty(); });
            if (stopping) return;
            Task task = std::move(tasks.front());
            tasks.pop_front();
            lock.unlock();
            auto finish = task.work(openProject());
            // To the GUI thread; there the context is asked whether it still lives.
            QMetaObject::invokeMethod(
                QCoreApplication::instance(),
                [context = task.context, finish = std::move(finish)] {
                    if (context) finish();
                },
                Qt::QueuedConnection);
        }
    }

    /// Opened by the first task, and again by every task until it works: a folder may come back.
    util::Result<store::Project*> openProject() {
        if (!project) {
            auto opened = store::Project::open_reader(projectDir);
            if (!opened) return opened.error();
            project = std::move(*opened);
        }
        return project.get();
    }

    const std::string projectDir;
    std::unique_ptr<store::Project> project;  // the reader's thread only
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<Task> tasks;
    bool stopping = false;
    std::thread thread;
};

StoreReader::StoreReader(std::string projectDir, QObject* parent)
    : QObject(parent),
      m_loop(std::make_shared<Loop>(std::move(projectDir))) {
    m_loop->thread = std::thread([loop = m_loop.get()] {
        loop->run();
        loop->project.reset();  // SQLite connections stay on their thread
    });
}

StoreReader::~StoreReader() {
    {
        const std::lock_guard lock(m_loop->mutex);
        m_loop->stopping = true;
    }
    m_loop->wake.notify_one();
    m_loop->thread.join();
}

void StoreReader::enqueue(QObject* context, const QString& slot, Work work) {
    {
        const std::lock_guard lock(m_loop->mutex);
        if (!slot.isEmpty()) {
            std::erase_if(m_loop->tasks, [&](const Loop::Task& task) {
                return task.contextKey == context && task.slot == slot;
            });
        }
        m_loop->tasks.push_back({context, context, slot, std::move(work)});
    }
    m_loop->wake.notify_one();
}

}  // namespace veritune::app
