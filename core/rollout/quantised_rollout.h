// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/rollout/quantised_model.h"
#include "core/rollout/rollout_engine.h"

namespace veritune::rollout {

/// RolloutEngine::generate on a quantised model: the same contract. Prompts are checked.
util::Result<std::vector<PromptCompletions>> generate_quantised(
    QuantisedModel& model,
    const std::vector<std::vector<std::int32_t>>& prompts,
    std::int64_t num_generations,
    const GenerateOptions& options,
    std::stop_token stop,
    const std::function<void(std::int64_t, std::int64_t)>& on_progress,
    const std::function<void(std::int64_t, std::int32_t)>& on_token,
    GenerateStats& stats);

}  // namespace veritune::rollout
