// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/programs/cli/command.h"

#include <memory>
#include <string>

/// From the options of a command line to an open project.
namespace veritune::cli {

/// --project, else $VERITUNE_PROJECT, else the current folder if it holds a project; absolute.
/// errors  kNotFound saying how to name or make one
util::Result<std::string> find_project_dir(const Context& context);
/// Absolute form of a path that a person typed.
std::string absolute_path(const Context& context, const std::string& path);

/// Reads beside an engine.
util::Result<std::unique_ptr<store::Project>> open_for_reading(const Context& context);
/// Writes; an engine without a run gives way. errors  kBusy while a run is active
util::Result<std::unique_ptr<store::Project>> open_for_writing(Context& context);

/// Reaches the engine of the project; says so when it has to be started, which takes seconds.
/// start  not kNever
util::Result<std::unique_ptr<engine::Engine>> reach_engine(Context& context,
                                                           const store::ProjectInfo& project,
                                                           EngineStart start);

/// session::data_home of this command line.
util::Result<std::string> data_home(const Environment& env);
/// session::shipped_cold_start of this command line, absolute.
std::string shipped_cold_start(const Context& context);

}  // namespace veritune::cli
