// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace veritune::engine {

/// What the control thread sees of the work; it never calls CUDA itself.
struct Pulse {
    bool armed = false;                ///< work that beats is under way (sampling, an update)
    std::uint64_t heartbeat = 0;       ///< grows at each host look
    double median_step_seconds = 0.0;  ///< of the run's last steps; 0 = none yet
};

/// Finds work that no longer moves. Allowed silence: max(120 s, 2 x median step), on the monotonic
/// clock, which stands still while the computer sleeps; after a sleep the silence starts again.
/// threads  one owner; source  reliability.md 7; test  watchdog_test.cpp
class Watchdog {
  public:
    enum class Finding {
        kFine,
        kSlept,  ///< the computer was asleep since the last look
        kHung,   ///< the work has not moved for allowed_seconds(): end with kExitRestart
    };
    static constexpr double kLeastSilence = 120.0;

    /// monotonic_us, boottime_us  CLOCK_MONOTONIC and CLOCK_BOOTTIME of this moment
    Finding look(const Pulse& pulse, std::int64_t monotonic_us, std::int64_t boottime_us);
    static double allowed_seconds(const Pulse& pulse);
    /// How long the work had been silent at the last look.
    double silent_seconds() const { return silent_seconds_; }

  private:
    bool looked_ = false;
    bool armed_ = false;
    std::uint64_t heartbeat_ = 0;
    std::int64_t since_us_ = 0;
    std::int64_t asleep_us_ = 0;  ///< boottime - monotonic
    double silent_seconds_ = 0.0;
};

}  // namespace veritune::engine
