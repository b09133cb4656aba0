// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/evaluation_record.h"
#include "core/eval/protocol.h"
#include "core/verify/verifier_pool.h"

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

/// From completions to scores; the same path for a model of this machine and for a file.
namespace veritune::eval {

/// One sampled completion as it came, before stop texts are cut off.
struct CompletionRow {
    std::size_t problem = 0;  ///< index into the problems
    std::int64_t sample = 0;
    std::string text;
    bool cut_off = false;      ///< ended by its length
    std::int64_t tokens = -1;  ///< -1 = unknown
};

struct ScoreOptions {
    bool think_tags = false;  ///< the chat format wraps reasoning in <think>
    std::stop_token stop{};
    std::function<void(double fraction)> progress{};
};

/// What one column asks its verifier about a completion.
verify::VerifyRequest column_request(const Protocol& protocol,
                                     const ProtocolColumn& column,
                                     const data::Problem& problem,
                                     const CompletionRow& row,
                                     bool think_tags);

/// Judges every completion in every column and sums up: avg@n with its interval (Wilson for one
/// sample a problem, else bootstrap over problems, 10,000 draws, seed 0), pass@k, maj@n, rates. A
/// sample that is missing counts as wrong and unanswered, so that a set of completions can never
/// gain by leaving some out. Masked completions (fault of gold or machine) count neither way; a
/// problem with only masked ones is left out of the means.
/// rows  in any order, each (problem, sample) once, sample < protocol.sampling.samples
/// returns  columns, truncation_rate, mean_tokens, problems, samples, protocol; the caller fills
///   in the rest
/// errors  kInvalidArgument (no problems; a row that is out of range or there twice); kCancelled
util::Result<data::EvaluationRecord> score_completions(const Protocol& protocol,
                                                       std::span<const data::Problem> problems,
                                                       const std::vector<CompletionRow>& rows,
                                                       const verify::VerifierPool& pool,
                                                       const ScoreOptions& options = {});

/// Reads JSONL rows {"id", "completion"} or {"id", "completions": [...]}, with optional "sample"
/// (from 0; else counted), "finish_reason" (stop | length) and "tokens" (numbers; lists beside
/// "completions"). Other keys are ignored.
/// errors  kCorruptData naming the line; kNotFound: an id that is not among the problems; those of
/// the file
util::Result<std::vector<CompletionRow>> read_completions(const std::string& path,
                                                          std::span<const data::Problem> problems);

}  // namespace veritune::eval
