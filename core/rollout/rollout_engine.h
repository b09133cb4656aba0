// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/causal_lm.h"
#include "core/rollout/completion.h"
#include "core/util/result.h"
#include "core/util/rng.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

namespace veritune::rollout {

class QuantisedModel;

struct GenerateOptions {
    double temperature = 1.0;  ///< 0 = greedy
    /// Chat only: the smallest set of tokens with this much probability; 1 = off. Training never
    /// filters.
    double top_p = 1.0;
    std::int64_t top_k = 0;                     ///< chat only: the k likeliest tokens; 0 = off
    std::int64_t max_completion_length = 1024;  ///< tokens, EOS included
    std::int64_t max_concurrent_chains = 256;
    std::vector<std::int32_t> eos_ids{};  ///< any of them ends a chain
    std::uint64_t seed = 1;
    util::RngStream stream = util::RngStream::kRollout;
    /// Chain i of the call draws from Rng(seed, stream, first_chain_id + i): the same chain
    /// whatever is sampled beside it.
    std::uint64_t first_chain_id = 0;
    /// Asked after each token of a chain; true ends it (kStop). For stop texts; a quantised model
    /// does not ask and writes on to its end, so whoever sets this cuts the text as well. chain
    /// as for on_finished
    std::function<bool(std::int64_t chain, const std::vector<std::int32_t>& tokens)> ends{};
    /// Hears of every chain when it has ended, while others are still being written; on the calling
    /// thread. chain  index in the call: prompt x num_generations + sample
    std::function<void(std::int64_t chain, const Completion& completion)> on_finished{};
};

struct GenerateStats {
    std::int64_t tokens = 0;  ///< completion tokens drawn
    std::int64_t decode_steps = 0;
    double seconds = 0.0;
};

/// Samples chains with a KV cache. Chains that end leave at once and waiting ones take their place,
/// so finished chains cost nothing; a prompt is computed once for its whole group. threads  one
/// call at a time
class RolloutEngine {
  public:
    /// A model on a quantised base samples there, with its adapter as it is at each call.
    explicit RolloutEngine(const model::CausalLm& lm)
        : lm_(&lm) {}
    /// Samples with the kernels of core/decode, on a card where there is one. Chains are others
    /// than those of a CausalLm: the weights are, and so are the random numbers.
    explicit RolloutEngine(QuantisedModel& quantised)
        : quantised_(&quantised) {}

    const model::ModelConfig& config() const;

    /// prompts [B] (each at least one token), G = num_generations -> [B] groups in order
    /// on_progress(finished chains, all chains); on_token(chain index, token) for live output; both
    /// may be empty errors  kCancelled when `stop` is requested; kInvalidArgument for an empty
    /// prompt or one that does not fit the model
    util::Result<std::vector<PromptCompletions>> generate(
        const std::vector<std::vector<std::int32_t>>& prompts,
        std::int64_t num_generations,
        const GenerateOptions& options,
        std::stop_token stop = {},
        const std::function<void(std::int64_t, std::int64_t)>& on_progress = {},
        const std::function<void(std::int64_t, std::int32_t)>& on_token = {});

    const GenerateStats& stats() const { return stats_; }  ///< of the last call

  private:
    const model::CausalLm* lm_ = nullptr;
    QuantisedModel* quantised_ = nullptr;  ///< one of the two is set
    GenerateStats stats_;
};

}  // namespace veritune::rollout
