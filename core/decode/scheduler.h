// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/step_runner.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

namespace veritune::decode {

struct ScheduleOptions {
    std::int64_t generations = 1;     ///< chains of a prompt
    std::int64_t max_new_tokens = 1;  ///< of a chain
    std::int64_t max_length = 1;      ///< of a chain with its prompt
    std::uint64_t first_chain_id = 0;
    std::int64_t most_slots = 0;  ///< fewer than the runner has, 0 = all
};

/// A finished chain.
struct DrawnChain {
    std::vector<std::int32_t> tokens;
    std::vector<float> logprobs;
    std::vector<float> entropies;
    kernels::Finish finish = kernels::Finish::kEmpty;
};

struct ScheduleStats {
    std::int64_t tokens = 0;      ///< drawn
    std::int64_t steps = 0;       ///< of the whole batch
    std::int64_t slot_steps = 0;  ///< slots of the call times steps: tokens / this = occupancy
    std::int64_t prefilled = 0;   ///< prompt tokens computed
    std::int64_t looks = 0;
};

/// Writes the chains of prompts with continuous refill: a chain that ends leaves at the next look
/// of the host and a waiting one takes its slot. A prompt is computed once; its full pages are
/// shared by its chains, the last, partly filled one is copied for each. What is drawn depends on
/// neither the number of slots nor the order of admission. threads  one call at a time;  test
/// scheduler_test.cpp (against a fake runner)
class Scheduler {
  public:
    using OnToken = std::function<void(std::int64_t chain, std::int32_t token)>;
    using OnFinished = std::function<void(std::int64_t chain, DrawnChain drawn)>;

    explicit Scheduler(StepRunner& runner)
        : runner_(runner) {}

    /// prompts  each at least one token; chain i of the call is of prompt i / generations.
    /// on_token, on_finished  on the calling thread; on_token may be empty
    /// errors  kInvalidArgument: an empty prompt, one that leaves no room for a token, or a chain
    /// that needs more pages than there are; kCancelled; those of the runner
    util::Status run(const std::vector<std::vector<std::int32_t>>& prompts,
                     const DrawOptions& draw,
                     const ScheduleOptions& options,
                     const std::stop_token& stop,
                     const OnToken& on_token,
                     const OnFinished& on_finished);

    const ScheduleStats& stats() const { return stats_; }

  private:
    StepRunner& runner_;
    ScheduleStats stats_;
};

}  // namespace veritune::decode
