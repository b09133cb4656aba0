// SPDX-License-Identifier: Apache-2.0
#include "core/engine/watchdog.h"

#include <gtest/gtest.h>

namespace veritune::engine {
namespace {

using Finding = Watchdog::Finding;
constexpr std::int64_t kSecond = 1'000'000;

TEST(Watchdog, WorkThatMovesIsFineForEver) {
    Watchdog dog;
    Pulse pulse{.armed = true};
    for (std::int64_t second = 0; second < 10'000; second += 100) {
        ++pulse.heartbeat;
        EXPECT_EQ(dog.look(pulse, second * kSecond, second * kSecond), Finding::kFine);
    }
}

TEST(Watchdog, SilenceBeyondTwoMinutesIsAHang) {
    Watchdog dog;
    const Pulse pulse{.armed = true, .heartbeat = 7};
    EXPECT_EQ(dog.look(pulse, 0, 0), Finding::kFine);
    EXPECT_EQ(dog.look(pulse, 120 * kSecond, 120 * kSecond), Finding::kFine);
    EXPECT_EQ(dog.look(pulse, 121 * kSecond, 121 * kSecond), Finding::kHung);
    EXPECT_EQ(dog.silent_seconds(), 121.0);
}

TEST(Watchdog, LongStepsAreAllowedTwiceTheirTime) {
    Watchdog dog;
    const Pulse pulse{.armed = true, .heartbeat = 7, .median_step_seconds = 300.0};
    EXPECT_EQ(dog.look(pulse, 0, 0), Finding::kFine);
    EXPECT_EQ(dog.look(pulse, 599 * kSecond, 599 * kSecond), Finding::kFine);
    EXPECT_EQ(dog.look(pulse, 601 * kSecond, 601 * kSecond), Finding::kHung);
}

TEST(Watchdog, WaitsForWorkThatDoesNotBeat) {
    Watchdog dog;
    Pulse pulse{.armed = false, .heartbeat = 7};
    EXPECT_EQ(dog.look(pulse, 0, 0), Finding::kFine);
    EXPECT_EQ(dog.look(pulse, 9'000 * kSecond, 9'000 * kSecond), Finding::kFine);
    // Loading took hours; the silence starts with the work.
    pulse.armed = true;
    EXPECT_EQ(dog.look(pulse, 9'001 * kSecond, 9'001 * kSecond), Finding::kFine);
    EXPECT_EQ(dog.look(pulse, 9'121 * kSecond, 9'121 * kSecond), Finding::kFine);
    EXPECT_EQ(dog.look(pulse, 9'122 * kSecond, 9'122 * kSecond), Finding::kHung);
}

TEST(Watchdog, ASleepOfTheComputerIsNoSilence) {
    Watchdog dog;
    const Pulse pulse{.armed = true, .heartbeat = 7};
    EXPECT_EQ(dog.look(pulse, 0, 0), Finding::kFine);
    EXPECT_EQ(dog.look(pulse, 100 * kSecond, 100 * kSecond), Finding::kFine);
    // An hour asleep: the monotonic clock stood still, then 30 s more passed.
    EXPECT_EQ(dog.look(pulse, 130 * kSecond, 3'730 * kSecond), Finding::kSlept);
    EXPECT_EQ(dog.look(pulse, 249 * kSecond, 3'849 * kSecond), Finding::kFine);
    EXPECT_EQ(dog.look(pulse, 251 * kSecond, 3'851 * kSecond), Finding::kHung);
}

}  // namespace
}  // namespace veritune::engine
