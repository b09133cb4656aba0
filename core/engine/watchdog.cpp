// SPDX-License-Identifier: Apache-2.0
#include "core/engine/watchdog.h"

#include <algorithm>

namespace veritune::engine {

double Watchdog::allowed_seconds(const Pulse& pulse) {
    return std::max(kLeastSilence, 2.0 * pulse.median_step_seconds);
}

Watchdog::Finding Watchdog::look(const Pulse& pulse,
                                 std::int64_t monotonic_us,
                                 std::int64_t boottime_us) {
    constexpr std::int64_t kSleepUs = 5'000'000;
    const std::int64_t asleep_us = boottime_us - monotonic_us;
    const bool slept = looked_ && asleep_us - asleep_us_ > kSleepUs;
    const bool moved =
        !looked_ || slept || !armed_ || !pulse.armed || pulse.heartbeat != heartbeat_;
    if (moved) since_us_ = monotonic_us;
    looked_ = true;
    armed_ = pulse.armed;
    heartbeat_ = pulse.heartbeat;
    asleep_us_ = asleep_us;
    silent_seconds_ = static_cast<double>(monotonic_us - since_us_) * 1e-6;
    if (slept) return Finding::kSlept;
    return silent_seconds_ > allowed_seconds(pulse) ? Finding::kHung : Finding::kFine;
}

}  // namespace veritune::engine
