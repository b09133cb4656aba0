// SPDX-License-Identifier: Apache-2.0
#include "core/engine/restart_policy.h"

#include <cstddef>

namespace veritune::engine {

RestartStep RestartPolicy::after_death(const std::optional<EngineExit>& exit,
                                       std::int64_t completed_steps) {
    const std::string reason =
        exit ? exit->reason : "the engine was killed or the computer lost power";
    switch (engine::after_death(exit)) {
        case AfterDeath::kDone:
            return {.kind = RestartStep::Kind::kDone, .reason = reason};
        case AfterDeath::kFailed:
            return {.kind = RestartStep::Kind::kFailed, .reason = reason};
        case AfterDeath::kRestart:
            break;
    }
    if (completed_steps - steps_at_start_ >= kStepsThatClear) starts_ = 0;
    steps_at_start_ = completed_steps;
    if (starts_ >= static_cast<std::int64_t>(kWaits.size())) {
        return {.kind = RestartStep::Kind::kFailed,
                .reason =
                    "the engine ended three times without completing three steps; last: " + reason};
    }
    const double wait = kWaits[static_cast<std::size_t>(starts_)];
    ++starts_;
    return {.kind = RestartStep::Kind::kStart, .wait_seconds = wait, .reason = reason};
}

}  // namespace veritune::engine
