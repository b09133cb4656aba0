// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/project.h"
#include "core/util/rng.h"
#include "tests/support/temp_dir.h"

#include <memory>
#include <string>
#include <vector>

/// Rows for the store's tests.
namespace veritune::test {

/// Bit for bit, NaN included.
bool same_number(double a, double b);
/// Empty when equal, else the name of the first field that differs.
std::string first_difference(const data::ChainRecord& a, const data::ChainRecord& b);

/// Every field set, hostile bytes and special floats among them.
data::ChainRecord random_chain(util::Rng& rng, const std::string& problem_id, int sample);
/// A step with `chains` chains and some metrics; state hash set.
data::StepRecord random_step(util::Rng& rng,
                             const std::string& stage,
                             std::int64_t step,
                             int chains);

/// A new project in a folder of `temp`; fails the test when it cannot be made.
std::unique_ptr<store::Project> new_project(const TempDir& temp);
std::unique_ptr<store::Project> writer(const TempDir& temp);
std::unique_ptr<store::Project> reader(const TempDir& temp);
/// A run with the stage "vrl".
std::int64_t new_run(store::Project& project, const std::string& name = "first");

}  // namespace veritune::test
