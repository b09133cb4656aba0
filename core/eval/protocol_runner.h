// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/run_record.h"
#include "core/eval/protocol.h"
#include "core/rollout/prompt_format.h"
#include "core/rollout/rollout_engine.h"
#include "core/verify/verifier_pool.h"

#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace veritune::eval {

/// A protocol's prompts as token ids of one model.
struct ProtocolPlan {
    Protocol protocol;                  ///< max_new_tokens is what the model has room for
    std::vector<std::size_t> problems;  ///< indices of those that are asked, ascending
    std::vector<std::vector<std::int32_t>> prompts;  ///< of `problems`
    std::int64_t too_long = 0;  ///< problems that are not asked, because the model cannot hold them
};

/// Encodes every prompt. Where prompt and answer do not fit the model together, the answer gets
/// what is left, but at least half of the model's positions; prompts beyond that are too long and
/// count as wrong. errors  those of PromptFormat::encode
util::Result<ProtocolPlan> plan_protocol(const Protocol& protocol,
                                         const rollout::PromptFormat& format,
                                         std::span<const data::Problem> problems,
                                         std::int64_t positions);

struct ProtocolHooks {
    std::set<std::string> done{};       ///< ids of problems whose chains are there already
    std::int64_t chains_at_once = 512;  ///< sampled between two calls of on_chains
    std::stop_token stop{};
    std::function<void(double fraction)> progress{};
    /// Chains of whole problems, in order, with the verdict of the first column. Return an error to
    /// end (it is passed on), so that a caller can stop between two batches.
    std::function<util::Status(std::vector<data::ChainRecord>)> on_chains;
};

/// Samples what is missing. What is drawn for a problem depends on neither `done` nor the batches.
/// chains  phase "eval", completion = the text up to the stop texts (without the prefix), spans in
///   it; without log-probs and entropies
/// errors  those of generate() and on_chains
util::Status run_protocol(rollout::RolloutEngine engine,
                          const rollout::PromptFormat& format,
                          const verify::VerifierPool& pool,
                          std::span<const data::Problem> problems,
                          const ProtocolPlan& plan,
                          const ProtocolHooks& hooks);

}  // namespace veritune::eval
