// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/programs/cli/command.h"

#include <chrono>
#include <functional>
#include <future>
#include <string>

namespace veritune::cli {

/// A unique name for a Generate or Evaluate of this process.
std::string request_name(Context& context, const char* verb);

/// Runs a blocking request of the engine on a thread of its own and sends Cancel at Ctrl-C; the
/// request then ends with kCancelled. `tick` runs a few times a second on the calling thread.
template <typename R>
util::Result<R> wait_with_cancel(Context& context,
                                 engine::Engine& engine,
                                 const std::string& request,
                                 std::function<util::Result<R>()> work,
                                 const std::function<void()>& tick = {}) {
    const CatchInterrupts guard(context.interrupts);
    const int interrupts_before = context.interrupts.count();
    std::future<util::Result<R>> answer = std::async(std::launch::async, std::move(work));
    bool cancelled = false;
    while (answer.wait_for(std::chrono::milliseconds(100)) != std::future_status::ready) {
        if (!cancelled && context.interrupts.count() > interrupts_before) {
            cancelled = true;
            const util::Status asked = engine.cancel({.request = request});
            if (!asked) context.out.say("The engine could not be asked to stop.");
        }
        if (tick) tick();
    }
    return answer.get();
}

}  // namespace veritune::cli
