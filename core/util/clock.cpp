// SPDX-License-Identifier: Apache-2.0
#include "core/util/clock.h"

#include "core/util/result.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace veritune::util {

namespace {

constexpr std::int64_t kMicros = 1'000'000;

std::int64_t read_clock(clockid_t id) {
    timespec now{};
    VT_CHECK(::clock_gettime(id, &now) == 0);
    return std::int64_t{now.tv_sec} * kMicros + now.tv_nsec / 1000;
}

class SystemClock final : public Clock {
  public:
    std::int64_t monotonic_us() override { return read_clock(CLOCK_MONOTONIC); }
    std::int64_t wall_us() override { return read_clock(CLOCK_REALTIME); }
};

}  // namespace

Clock& system_clock() {
    static SystemClock clock;
    return clock;
}

std::string format_utc(std::int64_t wall_us) {
    std::int64_t seconds = wall_us / kMicros;
    if (wall_us % kMicros < 0) --seconds;  // times before 1970 round down as well
    const auto time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    if (::gmtime_r(&time, &parts) == nullptr) return "unknown time";
    std::array<char, 64> text{};
    const std::size_t length =
        std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), length};
}

std::int64_t process_cpu_us() { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }

}  // namespace veritune::util
