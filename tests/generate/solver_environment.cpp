// SPDX-License-Identifier: Apache-2.0
// The tests are what a verify worker is: the solver is there.
#include "core/solver/z3_solver.h"

#include <gtest/gtest.h>

namespace veritune::generate {
namespace {

class SolverEnvironment final : public ::testing::Environment {
  public:
    void SetUp() override {
        const util::Status installed = solver::install_z3();
        ASSERT_TRUE(installed) << util::to_string(installed.error());
    }
};

const auto* const kEnvironment =
    ::testing::AddGlobalTestEnvironment(new SolverEnvironment);  // GoogleTest owns it

}  // namespace
}  // namespace veritune::generate
