// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/programs/cli/command.h"
#include "core/train/recipe.h"

#include <cstdint>
#include <string>

namespace veritune::cli {

struct DemoOptions {
    std::uint64_t seed = 1;
    bool controls = true;   ///< false leaves out the stages control_*
    bool quick = false;     ///< the recipe demo-quick
    std::string algorithm;  ///< name of a preset for the vrl stages; empty = the recipe's
};

/// The built-in demonstration as asked for. With `quick` and the shipped cold-start checkpoint
/// (resources/demo/cold_start) the cold start is measured instead of trained, so that the first
/// point of the curve comes at once.
/// errors  kInvalidArgument for an unknown algorithm
util::Result<train::Recipe> demo_recipe(const Context& context, const DemoOptions& options);

}  // namespace veritune::cli
