// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"
#include "core/store/project.h"
#include "core/util/file_system.h"
#include "core/util/result.h"

#include <functional>
#include <memory>
#include <string>

/// A project's folder as a program outside the engine may use it: made, read beside the engine,
/// written when no run is active.
namespace veritune::session {

/// Reaches the engine that works on the project, without starting one; kUnavailable when nobody
/// answers. In tests a FakeEngine.
using FindEngine =
    std::function<util::Result<std::unique_ptr<engine::Engine>>(const store::ProjectInfo& project)>;

/// Does the folder hold a project (or what is left of one)?
bool holds_project(util::FileSystem& fs, const std::string& dir);

/// Makes a project in `dir` unless one is there, with the folders above it.
/// dir  absolute
/// errors  those of Project::create
util::Status ensure_project(util::FileSystem& fs, const std::string& dir, const std::string& name);

/// The one writer. An engine without a run and without work gives way: it is asked to end, then
/// the lock is waited for, at most 5 s. Close the project soon: no engine can start meanwhile.
/// wait  called between two tries, about 100 ms each; empty = sleeps
/// errors  kBusy while a run is active (names it), and those of Project::open_writer
/// threads  blocks: not a window's
util::Result<std::unique_ptr<store::Project>> open_writer(const std::string& dir,
                                                          const FindEngine& find_engine,
                                                          const std::function<void()>& wait = {});

}  // namespace veritune::session
