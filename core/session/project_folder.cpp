// SPDX-License-Identifier: Apache-2.0
#include "core/session/project_folder.h"

#include <chrono>
#include <thread>

namespace veritune::session {
namespace {

constexpr const char* kDatabase = "project.sqlite";
constexpr int kReleaseTries = 50;

/// An engine that has nothing to do is asked to end, so that the lock becomes free.
util::Status ask_idle_engine_to_end(const std::string& dir, const FindEngine& find_engine) {
    VT_ASSIGN(const auto reader, store::Project::open_reader(dir));
    VT_ASSIGN(const auto engine, find_engine(reader->info()));
    VT_ASSIGN(const engine::EngineState state, engine->get_state());
    if (state.run == 0) return engine->shutdown();
    const std::string id = std::to_string(state.run);
    return util::fail(util::ErrorCode::kBusy,
                      "run " + id +
                          " is being worked on; wait for it or stop it with `veritune runs "
                          "stop " +
                          id + "`",
                      dir);
}

}  // namespace

bool holds_project(util::FileSystem& fs, const std::string& dir) {
    const auto info = fs.stat(util::join_path(dir, kDatabase));
    return info && info->is_regular;
}

util::Status ensure_project(util::FileSystem& fs, const std::string& dir, const std::string& name) {
    if (holds_project(fs, dir)) return {};
    VT_TRY(util::make_dirs(fs, util::parent_path(dir)));
    VT_ASSIGN(const auto made, store::Project::create(dir, name));
    return made->close();
}

util::Result<std::unique_ptr<store::Project>> open_writer(const std::string& dir,
                                                          const FindEngine& find_engine,
                                                          const std::function<void()>& wait) {
    auto project = store::Project::open_writer(dir);
    if (project || project.error().code != util::ErrorCode::kBusy) return project;
    const util::Status released = ask_idle_engine_to_end(dir, find_engine);
    if (!released) {
        // Nobody answers: somebody else than an engine holds the lock, and its own sentence is
        // best.
        const bool unanswered = released.error().code == util::ErrorCode::kUnavailable;
        return unanswered ? project.error() : released.error();
    }
    for (int i = 0; i < kReleaseTries; ++i) {
        if (wait) {
            wait();
        } else {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        project = store::Project::open_writer(dir);
        if (project || project.error().code != util::ErrorCode::kBusy) break;
    }
    return project;
}

}  // namespace veritune::session
