// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/generators.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace veritune::test {

/// generate_problems() for options that are right. By value: `.value()` of a temporary dies in a
/// range-for.
inline std::vector<data::Problem> generate(const data::GeneratorOptions& options) {
    util::Result<std::vector<data::Problem>> problems = data::generate_problems(options);
    EXPECT_TRUE(problems.has_value());
    return std::move(problems).value();
}

}  // namespace veritune::test
