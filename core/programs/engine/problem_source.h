// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/problem.h"
#include "core/store/project.h"
#include "core/train/config.h"
#include "core/util/result.h"

#include <string_view>
#include <vector>

namespace veritune::engine_program {

/// The problems that a part of a recipe names: generated, or rows of a data set of the project.
/// A source that names nothing is an empty list.
/// errors  kNotFound (data set), kInvalidArgument (no rows in the split, an unknown verifier),
///         kCorruptData
util::Result<std::vector<data::Problem>> load_problems(store::Project& project,
                                                       const train::DataSource& source);
/// The problem with this id among those that the recipe trains on or evaluates with.
/// errors  kNotFound
util::Result<data::Problem> find_problem(store::Project& project,
                                         const train::Recipe& recipe,
                                         std::string_view id);

}  // namespace veritune::engine_program
