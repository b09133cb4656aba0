// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace veritune::util {

/// Time, passed in so that tests can move it. Durations come from the monotonic clock, wall time is
/// for display. threads  any
class Clock {
  public:
    virtual ~Clock() = default;
    virtual std::int64_t monotonic_us() = 0;
    /// Microseconds since 1970, UTC.
    virtual std::int64_t wall_us() = 0;
};

/// CLOCK_MONOTONIC and CLOCK_REALTIME.
Clock& system_clock();

/// "2026-11-24T05:48:36Z".
std::string format_utc(std::int64_t wall_us);

/// CPU time of the whole process so far, user + system, in microseconds.
std::int64_t process_cpu_us();

}  // namespace veritune::util
