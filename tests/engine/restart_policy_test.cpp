// SPDX-License-Identifier: Apache-2.0
#include "core/engine/restart_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace veritune::engine {
namespace {

using Kind = RestartStep::Kind;
using ::testing::HasSubstr;

TEST(RestartPolicy, WaitsLongerEachTimeAndGivesUpAfterThree) {
    RestartPolicy policy;
    for (const double wait : {5.0, 30.0, 120.0}) {
        const RestartStep step = policy.after_death(std::nullopt, 7);
        EXPECT_EQ(step.kind, Kind::kStart);
        EXPECT_EQ(step.wait_seconds, wait);
    }
    const RestartStep last = policy.after_death(EngineExit{kExitRestart, "it hung"}, 7);
    EXPECT_EQ(last.kind, Kind::kFailed);
    EXPECT_THAT(last.reason, HasSubstr("three times"));
    EXPECT_THAT(last.reason, HasSubstr("it hung"));
}

TEST(RestartPolicy, ThreeCompletedStepsClearTheCount) {
    RestartPolicy policy;
    EXPECT_EQ(policy.after_death(std::nullopt, 10).wait_seconds, 5.0);
    EXPECT_EQ(policy.after_death(std::nullopt, 12).wait_seconds, 30.0) << "two are not enough";
    EXPECT_EQ(policy.after_death(std::nullopt, 15).wait_seconds, 5.0);
    for (std::int64_t steps = 20; steps < 200; steps += 10) {
        EXPECT_EQ(policy.after_death(EngineExit{75, ""}, steps).wait_seconds, 5.0);
    }
}

TEST(RestartPolicy, AnEndOnPurposeOrForGoodIsNotStartedAgain) {
    RestartPolicy policy;
    EXPECT_EQ(policy.after_death(EngineExit{0, "idle"}, 0).kind, Kind::kDone);
    EXPECT_EQ(policy.after_death(EngineExit{3, "no libtorch"}, 0).kind, Kind::kFailed);
    EXPECT_EQ(policy.after_death(EngineExit{76, "model file changed"}, 0).kind, Kind::kFailed);
    EXPECT_EQ(policy.after_death(EngineExit{76, "model file changed"}, 0).reason,
              "model file changed");
    EXPECT_EQ(policy.starts(), 0);
}

}  // namespace
}  // namespace veritune::engine
