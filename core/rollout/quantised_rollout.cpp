// SPDX-License-Identifier: Apache-2.0
#include "core/rollout/quantised_rollout.h"

#include "core/decode/scheduler.h"

#include <algorithm>
#include <utility>

namespace veritune::rollout {
namespace {

constexpr std::int64_t kMostSlots = 256;

/// One key for the random numbers of (seed, stream), as no other stream of the same seed has it.
std::uint64_t draw_seed(const GenerateOptions& options) {
    return util::Rng(options.seed, options.stream).next_u64();
}

FinishReason reason_of(kernels::Finish finish) {
    if (finish == kernels::Finish::kStop) return FinishReason::kStop;
    return finish == kernels::Finish::kLength ? FinishReason::kLength : FinishReason::kAbort;
}

decode::DrawOptions draw_options(const GenerateOptions& options) {
    const bool greedy = options.temperature <= 0.0;
    const auto temperature = static_cast<float>(options.temperature);
    return {.seed = draw_seed(options),
            .temperature = greedy ? 0.0F : temperature,
            .logprob_temperature = greedy ? 1.0F : temperature,
            .top_k = static_cast<std::int32_t>(std::min<std::int64_t>(options.top_k, 1 << 30)),
            .top_p = static_cast<float>(options.top_p),
            .min_p = 0.0F,
            .stop_ids = options.eos_ids};
}

}  // namespace

util::Result<std::vector<PromptCompletions>> generate_quantised(
    QuantisedModel& model,
    const std::vector<std::vector<std::int32_t>>& prompts,
    std::int64_t num_generations,
    const GenerateOptions& options,
    std::stop_token stop,
    const std::function<void(std::int64_t, std::int64_t)>& on_progress,
    const std::function<void(std::int64_t, std::int32_t)>& on_token,
    GenerateStats& stats) {
    std::vector<PromptCompletions> groups(prompts.size());
    std::int64_t longest = 0;
    for (std::size_t p = 0; p < prompts.size(); ++p) {
        groups[p].prompt = prompts[p];
        groups[p].completions.resize(static_cast<std::size_t>(num_generations));
        longest = std::max(longest, static_cast<std::int64_t>(prompts[p].size()));
    }
    const auto total = static_cast<std::int64_t>(prompts.size()) * num_generations;
    const std::int64_t slots = std::min({total, options.max_concurrent_chains, kMostSlots});
    const std::int64_t max_length = longest + options.max_completion_length;
    VT_ASSIGN(decode::ModelRunner* const runner, model.runner(slots, max_length));
    decode::Scheduler scheduler(*runner);
    std::int64_t finished = 0;
    VT_TRY(scheduler.run(
        prompts,
        draw_options(options),
        {.generations = num_generations,
         .max_new_tokens = options.max_completion_length,
         .max_length = max_length,
         .first_chain_id = options.first_chain_id,
         .most_slots = std::min(slots, runner->shape().slots)},
        std::move(stop),
        on_token,
        [&](std::int64_t chain, decode::DrawnChain drawn) {
            Completion& c = groups[static_cast<std::size_t>(chain / num_generations)]
                                .completions[static_cast<std::size_t>(chain % num_generations)];
            c = {.tokens = std::move(drawn.tokens),
                 .logprobs = std::move(drawn.logprobs),
                 .entropies = std::move(drawn.entropies),
                 .finish_reason = reason_of(drawn.finish)};
            ++finished;
            if (options.on_finished) options.on_finished(chain, c);
            if (on_progress) on_progress(finished, total);
        }));
    stats.tokens = scheduler.stats().tokens;
    stats.decode_steps = scheduler.stats().steps;
    return groups;
}

}  // namespace veritune::rollout
