// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/child_process.h"

#include <gtest/gtest.h>

namespace veritune::cli {
namespace {

TEST(RunChild, CollectsBothStreamsAndTheExitCode) {
    const auto result = run_child({"/bin/sh", "-c", "echo out; echo err >&2; exit 7"});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->output, "out\n");
    EXPECT_EQ(result->errors, "err\n");
    EXPECT_EQ(result->exit_code, 7);
    EXPECT_FALSE(result->timed_out);
}

TEST(RunChild, GivesTheEnvironmentAskedForAndNoInput) {
    const auto result =
        run_child({"/bin/sh", "-c", "cat; echo $A-$HOME"}, {.environment = {"A=b"}});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->output, "b-\n");
}

TEST(RunChild, EndsAChildThatTakesTooLong) {
    const auto result = run_child({"/bin/sleep", "60"}, {.timeout_ms = 50});
    ASSERT_TRUE(result.has_value());
    EXPECT_TRUE(result->timed_out);
    EXPECT_EQ(result->exit_code, 128 + 9);
}

TEST(RunChild, DropsWhatIsMoreThanTheLimit) {
    const auto result =
        run_child({"/bin/sh", "-c", "head -c 300000 /dev/zero"}, {.max_output_bytes = 1000});
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->output.size(), 1000u);
    EXPECT_EQ(result->exit_code, 0);
}

TEST(RunChild, SaysWhenThereIsNoSuchProgram) {
    const auto result = run_child({"/no/such/program"});
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, util::ErrorCode::kNotFound);
}

}  // namespace
}  // namespace veritune::cli
