// SPDX-License-Identifier: Apache-2.0
#include "core/util/clock.h"

#include "tests/support/fake_clock.h"

#include <gtest/gtest.h>

namespace veritune::util {
namespace {

// GNU date -u -d @N.
TEST(FormatUtc, WritesIso8601) {
    EXPECT_EQ(format_utc(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(format_utc(1'795'499'316'999'999), "2026-11-24T05:48:36Z");
    EXPECT_EQ(format_utc(2'147'483'648'000'000), "2038-01-19T03:14:08Z");
    EXPECT_EQ(format_utc(-1), "1969-12-31T23:59:59Z");
    EXPECT_EQ(format_utc(951'782'400'000'000), "2000-02-29T00:00:00Z");
}

TEST(SystemClock, MonotonicNeverGoesBack) {
    std::int64_t last = system_clock().monotonic_us();
    for (int i = 0; i < 1000; ++i) {
        const std::int64_t now = system_clock().monotonic_us();
        ASSERT_GE(now, last);
        last = now;
    }
}

TEST(SystemClock, WallTimeIsInThisCentury) {
    EXPECT_GT(system_clock().wall_us(), 1'700'000'000'000'000);
    EXPECT_LT(system_clock().wall_us(), 4'102'444'800'000'000);
}

TEST(ProcessCpu, GrowsWithWork) {
    const std::int64_t before = process_cpu_us();
    volatile std::uint64_t sum = 0;
    while (process_cpu_us() - before < 1000) sum = sum + 1;
    EXPECT_GT(sum, 0U);
}

TEST(FakeClock, MovesOnlyWhenTold) {
    test::FakeClock clock;
    const std::int64_t start = clock.monotonic_us();
    EXPECT_EQ(clock.monotonic_us(), start);
    clock.advance_us(5);
    clock.set_wall_us(0);
    EXPECT_EQ(clock.monotonic_us(), start + 5);
    EXPECT_EQ(clock.wall_us(), 0);
}

}  // namespace
}  // namespace veritune::util
