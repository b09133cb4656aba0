// SPDX-License-Identifier: Apache-2.0
#include "core/store/records.h"

#include <array>
#include <utility>

namespace veritune::store {

namespace {

using enum RunState;
constexpr std::array<std::pair<RunState, std::string_view>, 7> kNames{{
    {kQueued, "queued"},
    {kRunning, "running"},
    {kPaused, "paused"},
    {kDone, "done"},
    {kStopped, "stopped"},
    {kInterrupted, "interrupted"},
    {kFailed, "failed"},
}};

}  // namespace

std::string_view run_state_name(RunState state) {
    for (const auto& [value, name] : kNames) {
        if (value == state) return name;
    }
    return "unknown";
}

std::optional<RunState> run_state_from_name(std::string_view name) {
    for (const auto& [value, text] : kNames) {
        if (text == name) return value;
    }
    return std::nullopt;
}

bool is_final(RunState state) { return state == kDone || state == kStopped || state == kFailed; }

}  // namespace veritune::store
