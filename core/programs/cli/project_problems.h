// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/problem.h"
#include "core/store/project.h"
#include "core/util/result.h"

#include <string>
#include <vector>

namespace veritune::cli {

/// The accepted problems of a data set of the project, in its order: what runs use.
/// split  train, val or test; empty = all
/// errors  kNotFound (data set), kInvalidArgument (no rows in the split)
util::Result<std::vector<data::Problem>> project_problems(store::Project& project,
                                                          const std::string& dataset,
                                                          const std::string& split);

}  // namespace veritune::cli
