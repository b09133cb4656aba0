// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/runtime_dir.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace veritune::engine {

/// What a client does next about a run that is marked active while no engine answers.
struct RestartStep {
    enum class Kind {
        kStart,  ///< wait_seconds, then start the engine with --resume-active
        kDone,   ///< it ended on purpose: nothing to do
        kFailed  ///< do not start it again; the reason says why
    };
    Kind kind = Kind::kFailed;
    double wait_seconds = 0.0;
    std::string reason;
};

/// The rules of restarting, for every client alike: 5, 30 and 120 s before the first, second and
/// third start without progress, then no more; three completed steps clear the count.
/// threads  one owner; source  reliability.md 2; test  restart_policy_test.cpp
class RestartPolicy {
  public:
    static constexpr std::array<double, 3> kWaits{5.0, 30.0, 120.0};
    static constexpr std::int64_t kStepsThatClear = 3;

    /// exit  what read_engine_exit() says; completed_steps  of the run so far, as the project
    /// database has them
    RestartStep after_death(const std::optional<EngineExit>& exit, std::int64_t completed_steps);
    std::int64_t starts() const { return starts_; }

  private:
    std::int64_t starts_ = 0;  ///< since the last progress
    std::int64_t steps_at_start_ = 0;
};

}  // namespace veritune::engine
