// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace veritune::rollout {

enum class FinishReason { kStop, kLength, kAbort };

/// One sampled chain. L = tokens.size().
struct Completion {
    std::vector<std::int32_t> tokens;  ///< [L], EOS included when it was drawn
    std::vector<float> logprobs;       ///< [L] of the sampling distribution
    std::vector<float> entropies;      ///< [L] nats
    FinishReason finish_reason = FinishReason::kAbort;
};

/// A prompt with its G completions.
struct PromptCompletions {
    std::vector<std::int32_t> prompt;  ///< [P]
    std::vector<Completion> completions;
};

}  // namespace veritune::rollout
