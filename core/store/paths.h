// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <string>
#include <string_view>

/// Paths that a database of unknown origin may hold; private to core/store.
namespace veritune::store {

/// Relative, 1..1024 bytes, no empty, "." or ".." component, no NUL: cannot lead out of the folder
/// it is joined to (links are refused where the file is opened).
bool is_inside(std::string_view path);

/// kInvalidArgument: "the path of the checkpoint leaves the run's folder".
util::Error path_leaves(std::string_view what, std::string_view folder);

}  // namespace veritune::store
