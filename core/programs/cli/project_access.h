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

/// $VERITUNE_HOME, else $XDG_DATA_HOME/veritune, else ~/.local/share/veritune.
/// errors  kNotFound when not even HOME is set
util::Result<std::string> data_home(const Environment& env);
/// Folder with recipes/ and demo/: $VERITUNE_RESOURCES, else ../share/veritune beside an installed
/// program, else resources/ of the source tree a build lies in.
util::Result<std::string> resource_dir(const Context& context);

}  // namespace veritune::cli
