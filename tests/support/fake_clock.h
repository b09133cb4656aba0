// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/clock.h"

namespace veritune::test {

/// Time that moves only when the test says so.
class FakeClock final : public util::Clock {
  public:
    std::int64_t monotonic_us() override { return monotonic_us_; }
    std::int64_t wall_us() override { return wall_us_; }
    void advance_us(std::int64_t us) {
        monotonic_us_ += us;
        wall_us_ += us;
    }
    /// The wall clock jumps (a person or NTP set it); the monotonic one does not.
    void set_wall_us(std::int64_t us) { wall_us_ = us; }

  private:
    std::int64_t monotonic_us_ = 1'000'000;
    std::int64_t wall_us_ = 1'795'499'316'000'000;  // 2026-11-24T05:48:36Z
};

}  // namespace veritune::test
