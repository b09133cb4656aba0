// SPDX-License-Identifier: Apache-2.0
#include "core/programs/engine/verify_service.h"

#include "tests/support/temp_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace veritune::engine_program {
namespace {

data::Problem problem_for(const char* verifier) {
    data::Problem problem;
    problem.id = "p";
    problem.verifier = verifier;
    return problem;
}

/// A folder without veritune-sandbox stands for every machine on which programs cannot be run.
TEST(VerifyService, RefusesProblemsThatNeedProgramsWhereThereIsNoSandbox) {
    test::TempDir dir;
    const auto fs = util::make_posix_file_system();
    const VerifyService service({.program_dir = dir.path(), .keep_dir = dir.path(), .workers = 1},
                                *fs);
    EXPECT_EQ(service.describe()["rung"], "0");
    EXPECT_TRUE(service.can_judge({}).has_value());
    const std::vector<data::Problem> plain = {problem_for("integer"), problem_for("nobody")};
    EXPECT_TRUE(service.can_judge(plain).has_value());
    const std::vector<data::Problem> code = {problem_for("integer"), problem_for("code_python")};
    const util::Status refused = service.can_judge(code);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, util::ErrorCode::kUnavailable);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("code_python runs programs"));
    EXPECT_THAT(refused.error().message, testing::HasSubstr("veritune-sandbox cannot be started"));
}

}  // namespace
}  // namespace veritune::engine_program
