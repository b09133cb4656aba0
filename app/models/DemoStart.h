// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/recipe.h"
#include "core/util/result.h"

#include <QString>

#include <cstdint>

namespace veritune::app {

/// The recipe that *Run the 2-minute demo* starts: cold start, verifiable RL, rejection sampling;
/// without the control experiments, which `veritune demo` adds.
util::Result<train::Recipe> studioDemoRecipe(std::uint64_t seed);
/// Is that run the demonstration (its banner says "toy model")?
bool isDemoRecipe(const util::Json& recipe);

}  // namespace veritune::app
