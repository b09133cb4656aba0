// SPDX-License-Identifier: Apache-2.0
#include "core/engine/card_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace veritune::engine {
namespace {

using testing::HasSubstr;

TEST(CardWatch, WithoutAnEventOnlyOurOwnWorkDecides) {
    const CardWatch watch;
    EXPECT_FALSE(watch.verdict("", 0));
    const auto end = watch.verdict("gemm failed", 0);
    ASSERT_TRUE(end);
    EXPECT_EQ(end->code, kExitRestart);
    EXPECT_EQ(end->reason, "gemm failed");
    EXPECT_EQ(end->xid, 0);
}

TEST(CardWatch, ACardThatIsGoneEndsTheEngineForGood) {
    for (const int xid : {62, 79, 119, 120}) {
        CardWatch watch;
        watch.heard(xid, 0);
        const auto end = watch.verdict("", 0);
        ASSERT_TRUE(end) << xid;
        EXPECT_EQ(end->code, kExitCard) << xid;
        EXPECT_EQ(end->xid, xid);
        EXPECT_EQ(after_death(end), AfterDeath::kFailed) << "no client starts it again by itself";
        EXPECT_THAT(end->reason, HasSubstr(xid == 79 ? "power supply" : "restart the computer"));
    }
}

TEST(CardWatch, AMemoryErrorOfTheCardStartsTheEngineAgain) {
    for (const int xid : {48, 63, 64, 94, 95}) {
        CardWatch watch;
        watch.heard(xid, 0);
        const auto end = watch.verdict("", 0);
        ASSERT_TRUE(end) << xid;
        EXPECT_EQ(end->code, kExitRestart) << xid;
        EXPECT_EQ(end->xid, xid);
        EXPECT_THAT(end->reason, HasSubstr("memory error (Xid " + std::to_string(xid) + ")"));
    }
}

TEST(CardWatch, AProgramFaultCountsOnlyWhenOurWorkFailsToo) {
    for (const int xid : {13, 31, 43, 45}) {
        CardWatch watch;
        watch.heard(xid, 1'000);
        EXPECT_FALSE(watch.verdict("", 2'000)) << "it may be another program's: " << xid;
        const auto end = watch.verdict("gemm failed", 2'000);
        ASSERT_TRUE(end);
        EXPECT_EQ(end->code, kExitRestart);
        EXPECT_EQ(end->xid, xid);
        EXPECT_THAT(end->reason, HasSubstr("gemm failed"));
        const auto later = watch.verdict("gemm failed", 2'000 + CardWatch::kExplainsUs);
        ASSERT_TRUE(later);
        EXPECT_EQ(later->xid, 0) << "long ago: no explanation any more";
    }
}

TEST(CardWatch, TheGravestIsKeptAndUnknownNumbersAreNothing) {
    CardWatch watch;
    watch.heard(8, 0);
    EXPECT_FALSE(watch.verdict("", 0));
    watch.heard(79, 0);
    watch.heard(48, 1);
    watch.heard(43, 2);
    EXPECT_EQ(watch.verdict("it failed", 3)->xid, 79);
}

}  // namespace
}  // namespace veritune::engine
