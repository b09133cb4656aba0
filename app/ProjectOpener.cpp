// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ProjectOpener.h"

#include "app/PlainText.h"
#include "core/engine/engine_client.h"
#include "core/session/places.h"

#include <QApplication>
#include <QDir>
#include <QThreadPool>

namespace veritune::app {
namespace {

std::string utf8(const QString& text) { return text.toStdString(); }

}  // namespace

ProjectOpener::ProjectOpener(QObject* parent)
    : QObject(parent) {}

void ProjectOpener::run(std::function<util::Result<store::ProjectInfo>()> task, Done done) {
    QPointer<ProjectOpener> self(this);
    QThreadPool::globalInstance()->start([self, task = std::move(task), done = std::move(done)] {
        auto result = std::make_shared<util::Result<store::ProjectInfo>>(task());
        QMetaObject::invokeMethod(
            qApp,
            [self, done, result] {
                if (self) done(std::move(*result));
            },
            Qt::QueuedConnection);
    });
}

void ProjectOpener::open(const QString& dir, Done done) {
    run(
        [dir]() -> util::Result<store::ProjectInfo> {
            const std::string path = utf8(QDir::cleanPath(dir));
            auto project = store::Project::open_reader(path);
            if (!project && project.error().code == util::ErrorCode::kUnsupported) {
                // Made by an older version: opened once for writing, which brings it up to date
                // (with a backup). One of a newer version is refused here, too.
                auto writer = store::Project::open_writer(path);
                if (!writer) return writer.error();
                if (auto closed = (*writer)->close(); !closed) return closed.error();
                project = store::Project::open_reader(path);
            }
            if (!project) return project.error();
            return (*project)->info();
        },
        std::move(done));
}

void ProjectOpener::create(const QString& dir, const QString& name, Done done) {
    run(
        [dir, name]() -> util::Result<store::ProjectInfo> {
            if (!QDir().mkpath(QFileInfo(dir).path())) {
                return util::Error{
                    util::ErrorCode::kPermissionDenied, "the folder cannot be made", utf8(dir)};
            }
            auto project = store::Project::create(utf8(QDir::cleanPath(dir)), utf8(name));
            if (!project) return project.error();
            store::ProjectInfo info = (*project)->info();
            if (auto closed = (*project)->close(); !closed) return closed.error();
            return info;
        },
        std::move(done));
}

QString ProjectOpener::dataHome() {
    // Without a HOME there is no usual place; the chooser then starts at the root.
    return fromUtf8(session::data_home(session::process_variable).value_or("/"));
}

util::Result<QString> ProjectOpener::freeDemoDir() {
    VT_ASSIGN(const std::string home, session::data_home(session::process_variable));
    const auto fs = util::make_posix_file_system();
    VT_ASSIGN(const std::string dir, session::free_demo_dir(*fs, home));
    return fromUtf8(dir);
}

EngineService::EngineFactory ProjectOpener::engineOf(const store::ProjectInfo& info) {
    const engine::EngineAddress address{info.dir, info.id};
    return [address](bool start) -> util::Result<std::shared_ptr<engine::Engine>> {
        // The engine would say it, too, but as an engine that ended.
        if (start && !QFileInfo::exists(fromUtf8(address.project_dir)))
            return util::Error{util::ErrorCode::kNotFound,
                               "the project's folder is not there",
                               address.project_dir};
        const engine::ClientOptions options{.client = "veritune-studio"};
        auto client = start ? engine::start_engine_if_needed(address, {}, options)
                            : engine::EngineClient::connect(address, options);
        if (!client) return client.error();
        return std::shared_ptr<engine::Engine>(std::move(*client));
    };
}

}  // namespace veritune::app
