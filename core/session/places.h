// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/file_system.h"
#include "core/util/result.h"

#include <functional>
#include <optional>
#include <string>

/// Where a person's projects and the product's own files lie; the same answer for every program.
namespace veritune::session {

/// getenv, or what a test puts in its place.
using Variable = std::function<std::optional<std::string>(const char*)>;
/// The variables of this process. Call it before other threads change them.
std::optional<std::string> process_variable(const char* name);
/// Folder of the running executable; "." when the system does not say.
std::string program_dir();

/// $VERITUNE_HOME, else $XDG_DATA_HOME/veritune, else ~/.local/share/veritune; as written there,
/// so perhaps relative.
/// errors  kNotFound when not even HOME is set
util::Result<std::string> data_home(const Variable& variable);

/// Folder with recipes/ and demo/: $VERITUNE_RESOURCES, else ../../share/veritune of an installed
/// program, else resources/ of the source tree a build lies in.
/// program_dir  absolute folder of the executable
/// errors  kNotFound
util::Result<std::string> resource_dir(util::FileSystem& fs,
                                       const Variable& variable,
                                       const std::string& program_dir);

/// Folder of the shipped cold-start checkpoint of the demonstration; empty when this installation
/// has none.
std::string shipped_cold_start(util::FileSystem& fs,
                               const Variable& variable,
                               const std::string& program_dir);

/// `home`/demo-N with the lowest N from 1 that is free. Nothing is made.
/// errors  kAlreadyExists when 10,000 are taken; those of FileSystem::stat
util::Result<std::string> free_demo_dir(util::FileSystem& fs, const std::string& home);

}  // namespace veritune::session
