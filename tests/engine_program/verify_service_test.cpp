// SPDX-License-Identifier: Apache-2.0
#include "core/programs/engine/verify_service.h"

#include "tests/support/temp_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/types.h>
#include <unistd.h>
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

/// Our own child of that name; 0 = none.
pid_t sandbox_child() {
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        std::ifstream in(entry.path() / "stat");
        std::string text;
        if (!std::getline(in, text)) continue;
        std::istringstream rest(text.substr(text.rfind(')') + 1));
        char state = '?';
        pid_t parent = 0;
        rest >> state >> parent;
        if (parent == ::getpid() && text.find("(veritune-sandbo)") != std::string::npos) {
            return std::stoi(entry.path().filename());
        }
    }
    return 0;
}

TEST(VerifyService, SeesThatItsSandboxHasDied) {
    test::TempDir dir;
    const auto fs = util::make_posix_file_system();
    VerifyService service({.program_dir = VERITUNE_BIN_DIR, .keep_dir = dir.path(), .workers = 1},
                          *fs);
    const pid_t sandbox = sandbox_child();
    if (sandbox == 0) GTEST_SKIP() << "veritune-sandbox is not built";
    EXPECT_FALSE(service.sandbox_lost());
    ASSERT_EQ(::kill(sandbox, SIGKILL), 0);
    // Asks the dead process: what comes back is a fault, and by then it is known.
    verify::VerifyRequest request;
    request.problem_id = "p";
    request.verifier = "code_python";
    request.profile = "raw";
    request.gold = {{"cases", {{{"call", "f()"}, {"expected", 1}}}}};
    request.completion = "def f(): return 1";
    EXPECT_TRUE(verify::is_masked(service.verifier().verify(request).status));
    EXPECT_TRUE(service.sandbox_lost());
}

}  // namespace
}  // namespace veritune::engine_program
