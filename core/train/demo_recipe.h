// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/train/recipe.h"
#include "core/util/json.h"
#include "core/util/result.h"

#include <cstdint>
#include <string>

namespace veritune::train {

/// How the built-in demonstration is to run; what `veritune demo` and the window's first card ask.
struct DemoOptions {
    std::uint64_t seed = 1;
    bool controls = true;   ///< false leaves out the stages control_*
    bool quick = false;     ///< the recipe demo-quick, which has no controls
    std::string algorithm;  ///< name of a preset for the vrl stages; empty = the recipe's
    /// Folder of the shipped checkpoint (session::shipped_cold_start); empty = none. Used with
    /// `quick` only: the cold start is then measured instead of trained, so that the first point of
    /// the curve comes at once.
    std::string cold_start;
};

/// The built-in demonstration as asked for, valid and complete.
/// errors  kInvalidArgument for an unknown algorithm
/// threads  pure; test  demo_recipe_test.cpp
util::Result<Recipe> make_demo_recipe(const DemoOptions& options);

/// Does a stored recipe (RunRecord::recipe) train the toy model of the demonstration?
bool is_demo_recipe(const util::Json& recipe);

}  // namespace veritune::train
