// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/project_access.h"

#include "core/session/places.h"
#include "core/session/project_folder.h"

namespace veritune::cli {

std::string absolute_path(const Context& context, const std::string& path) {
    if (!path.empty() && path.front() == '/') return path;
    return util::join_path(context.env.working_dir, path);
}

util::Result<std::string> find_project_dir(const Context& context) {
    std::string named = context.options.project;
    if (named.empty()) named = context.env.variable("VERITUNE_PROJECT").value_or("");
    const std::string dir = named.empty() ? context.env.working_dir : absolute_path(context, named);
    if (session::holds_project(context.fs, dir)) return dir;
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
    return session::open_writer(dir, [&context](const store::ProjectInfo& info) {
        return context.connect(info, EngineStart::kNever);
    });
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
    return session::data_home(env.variable);
}

std::string shipped_cold_start(const Context& context) {
    const std::string dir =
        session::shipped_cold_start(context.fs, context.env.variable, context.env.program_dir);
    return dir.empty() ? dir : absolute_path(context, dir);
}

}  // namespace veritune::cli
