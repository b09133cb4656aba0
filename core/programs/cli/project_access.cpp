// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/project_access.h"

#include <chrono>
#include <thread>

namespace veritune::cli {
namespace {

constexpr const char* kDatabase = "project.sqlite";
constexpr int kReleaseTries = 50;

bool holds_project(const Context& context, const std::string& dir) {
    const auto info = context.fs.stat(util::join_path(dir, kDatabase));
    return info && info->is_regular;
}

/// An engine that has nothing to do is asked to end, so that the lock becomes free.
util::Status ask_idle_engine_to_end(Context& context, const std::string& dir) {
    VT_ASSIGN(const auto reader, store::Project::open_reader(dir));
    VT_ASSIGN(const auto engine, context.connect(reader->info(), EngineStart::kNever));
    VT_ASSIGN(const engine::EngineState state, engine->get_state());
    if (state.run != 0) {
        return util::fail(util::ErrorCode::kBusy,
                          "run " + std::to_string(state.run) +
                              " is being worked on; wait for it or stop it with `veritune runs "
                              "stop " +
                              std::to_string(state.run) + "`",
                          dir);
    }
    context.out.detail("Asking the idle engine to end, because the project has one writer.");
    return engine->shutdown();
}

}  // namespace

std::string absolute_path(const Context& context, const std::string& path) {
    if (!path.empty() && path.front() == '/') return path;
    return util::join_path(context.env.working_dir, path);
}

util::Result<std::string> find_project_dir(const Context& context) {
    std::string named = context.options.project;
    if (named.empty()) named = context.env.variable("VERITUNE_PROJECT").value_or("");
    const std::string dir = named.empty() ? context.env.working_dir : absolute_path(context, named);
    if (holds_project(context, dir)) return dir;
    const std::string where =
        named.empty() ? "the current folder is not a project" : "no project is there";
    return util::fail(util::ErrorCode::kNotFound,
                      where +
                          "; name one with --project DIR or VERITUNE_PROJECT, or make one "
                          "with `veritune project new DIR`",
                      dir);
}

util::Result<std::unique_ptr<store::Project>> open_for_reading(const Context& context) {
    VT_ASSIGN(const std::string dir, find_project_dir(context));
    return store::Project::open_reader(dir);
}

util::Result<std::unique_ptr<store::Project>> open_for_writing(Context& context) {
    VT_ASSIGN(const std::string dir, find_project_dir(context));
    auto project = store::Project::open_writer(dir);
    if (project || project.error().code != util::ErrorCode::kBusy) return project;
    const util::Status released = ask_idle_engine_to_end(context, dir);
    if (!released) {
        // Nobody answers: somebody else than an engine holds the lock, and its own sentence is
        // best.
        const bool unanswered = released.error().code == util::ErrorCode::kUnavailable;
        return unanswered ? project.error() : released.error();
    }
    for (int i = 0; i < kReleaseTries; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        project = store::Project::open_writer(dir);
        if (project || project.error().code != util::ErrorCode::kBusy) break;
    }
    return project;
}

util::Result<std::unique_ptr<engine::Engine>> reach_engine(Context& context,
                                                           const store::ProjectInfo& project,
                                                           EngineStart start) {
    auto engine = context.connect(project, EngineStart::kNever);
    if (engine || engine.error().code != util::ErrorCode::kUnavailable) return engine;
    context.out.say("Starting the engine; that takes a few seconds.");
    return context.connect(project, start);
}

util::Result<std::string> data_home(const Environment& env) {
    const auto home = env.variable("VERITUNE_HOME").value_or("");
    if (!home.empty()) return home;
    const auto xdg = env.variable("XDG_DATA_HOME").value_or("");
    if (!xdg.empty()) return util::join_path(xdg, "veritune");
    const auto user = env.variable("HOME").value_or("");
    if (!user.empty()) return util::join_path(user, ".local/share/veritune");
    return util::fail(util::ErrorCode::kNotFound,
                      "there is no place for new projects; set VERITUNE_HOME or HOME, or name a "
                      "folder with --project DIR");
}

util::Result<std::string> resource_dir(const Context& context) {
    const auto named = context.env.variable("VERITUNE_RESOURCES").value_or("");
    if (!named.empty()) return absolute_path(context, named);
    for (const char* relative : {"../share/veritune", "../../resources", "../../../resources"}) {
        const std::string dir = util::join_path(context.env.program_dir, relative);
        const auto recipes = context.fs.stat(util::join_path(dir, "recipes"));
        if (recipes && recipes->is_directory) return dir;
    }
    return util::fail(util::ErrorCode::kNotFound,
                      "the folder with the product's own files is missing; install the program "
                      "again or set VERITUNE_RESOURCES",
                      context.env.program_dir);
}

}  // namespace veritune::cli
