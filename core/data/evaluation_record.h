// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"

#include <cstdint>
#include <string>
#include <vector>

namespace veritune::data {

/// What one column of an evaluation says of one problem.
struct ProblemScore {
    std::string problem_id;
    std::int64_t samples = 0;  ///< n, without masked ones
    std::int64_t correct = 0;  ///< c
    std::int64_t masked = 0;   ///< fault of gold or machine: no verdict
    std::int64_t no_answer = 0;
    bool majority = false;  ///< the answer that most samples gave is right
    bool operator==(const ProblemScore&) const = default;
};

/// A way of judging the same completions: "strict", "flexible". Intervals are at 95 %.
struct EvaluationColumn {
    std::string name;
    double score = 0.0;  ///< mean over problems of c / n: avg@n, and pass@1
    double low = 0.0;
    double high = 0.0;
    double majority = 0.0;  ///< maj@n over the verifier's classes of equal answers
    std::vector<std::pair<std::int64_t, double>> pass;  ///< k -> pass@k, for k = 1, 2, 4, ... <= n
    double no_answer_rate = 0.0;                        ///< of the judged completions
    std::int64_t masked = 0;
    std::vector<ProblemScore> problems;  ///< in the order of the set
    bool operator==(const EvaluationColumn&) const = default;
};

/// The result of one evaluation: who was measured, how, and what came out.
struct EvaluationRecord {
    std::int64_t id = 0;   ///< given by the store
    std::int64_t run = 0;  ///< run with the chains; 0 = scored from a file of completions
    std::string name;      ///< for people: the model, or the file
    std::string protocol;  ///< protocol id
    /// SHA-256 of `setup`: everything that moves a score but the model itself. Scores with
    /// different hashes are not comparable.
    std::string protocol_hash;
    /// {"protocol", "dataset_sha256", "chat_template", "verifiers_sha256"}: the whole protocol
    /// with its texts, what was shown and with which verifiers was judged.
    util::Json setup = util::Json::object();
    /// {"model", "model_sha256", "adapter", "adapter_sha256", "quantisation", ...}: who was
    /// measured; never part of the hash.
    util::Json subject = util::Json::object();
    std::string dataset;
    std::string split;
    std::int64_t problems = 0;
    std::int64_t samples = 0;  ///< per problem
    double truncation_rate = 0.0;
    double mean_tokens = 0.0;     ///< -1 = unknown (a file without counts)
    bool complete = false;        ///< false: the run is under way or was cut off
    std::int64_t created_us = 0;  ///< given by the store
    std::vector<EvaluationColumn> columns;
};

}  // namespace veritune::data
