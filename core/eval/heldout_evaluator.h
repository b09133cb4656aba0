// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/run_record.h"
#include "core/eval/statistics.h"
#include "core/model/causal_lm.h"
#include "core/rollout/rollout_engine.h"
#include "core/rollout/rollout_group.h"
#include "core/util/result.h"
#include "core/verify/verifier_pool.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

namespace veritune::eval {

struct HeldoutOptions {
    std::int64_t num_samples = 4;  ///< per problem at `temperature`; 0 = greedy only
    bool greedy = true;            ///< also one greedy chain per problem
    double temperature = 1.0;
    std::int64_t max_prompt_length = 512;
    std::int64_t max_completion_length = 1024;
    std::int64_t max_concurrent_chains = 256;
    std::uint64_t seed = 1;
    bool keep_chains = true;
};

struct HeldoutResult {
    std::vector<std::int32_t> correct;  ///< per problem, of `samples`
    std::int32_t samples = 0;
    Interval pass1{};      ///< bootstrap over problems, 95 %
    double pass8 = 0.0;    ///< pass@min(8, samples)
    double maj = 0.0;      ///< maj@samples
    double greedy = -1.0;  ///< share solved greedily; -1 = not asked
    double mean_length = 0.0;
    double entropy = 0.0;
    double clipped_ratio = 0.0;
    std::vector<data::ChainRecord> chains;
    std::int64_t tokens = 0;
    double seconds = 0.0;

    /// "heldout/pass@1", "heldout/pass@8", "heldout/maj@n", "heldout/greedy", ...
    std::vector<std::pair<std::string, double>> metrics() const;
};

/// Samples and verifies problems: always the same problems, chain ids and random numbers, so two
/// evaluations can be compared in pairs and training's randomness is never moved. Problems whose
/// prompt is too long count as wrong. errors  those of generate(); kInvalidArgument without
/// problems test  heldout_evaluator_test.cpp
util::Result<HeldoutResult> evaluate_heldout(rollout::RolloutEngine engine,
                                             const rollout::PromptFormat& format,
                                             const verify::VerifierPool& pool,
                                             std::span<const data::Problem> problems,
                                             const HeldoutOptions& options,
                                             std::stop_token stop = {});
util::Result<HeldoutResult> evaluate_heldout(const model::CausalLm& lm,
                                             const rollout::PromptFormat& format,
                                             const verify::VerifierPool& pool,
                                             std::span<const data::Problem> problems,
                                             const HeldoutOptions& options,
                                             std::stop_token stop = {});

}  // namespace veritune::eval
