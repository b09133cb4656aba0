// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/evaluation_record.h"
#include "core/eval/statistics.h"
#include "core/util/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace veritune::eval {

/// A problem whose share of right samples changed from A to B.
struct ChangedProblem {
    std::string problem_id;
    double before = 0.0;
    double after = 0.0;
    bool operator==(const ChangedProblem&) const = default;
};

/// A before B on the problems that both have.
struct Comparison {
    std::string column;
    std::int64_t problems = 0;  ///< in both, with a verdict in both
    std::int64_t only_a = 0;    ///< problems that only one side has a verdict for
    std::int64_t only_b = 0;
    double score_a = 0.0;  ///< on the common problems
    double score_b = 0.0;
    Interval difference{};  ///< b - a, bootstrap of pairs, 95 %
    double p_value = 1.0;   ///< paired_permutation()
    bool significant() const { return p_value < 0.05; }
    /// Right before and worse now, the largest fall first; then by id.
    std::vector<ChangedProblem> broken;
    std::vector<ChangedProblem> fixed;  ///< the largest rise first
    bool same_protocol = false;         ///< the protocol hashes are equal
    /// What makes the two hard to compare, a sentence each: another protocol, another chat
    /// template, a different set of problems, an evaluation that is not complete. Empty: nothing.
    std::vector<std::string> warnings;
};

/// column  empty = the first that both have
/// errors  kNotFound: no such column in both, or no common problem
util::Result<Comparison> compare(const data::EvaluationRecord& a,
                                 const data::EvaluationRecord& b,
                                 const std::string& column = {});

/// "significant (p = 0.003): B solves more" and the like: one plain sentence.
std::string verdict_sentence(const Comparison& comparison);

}  // namespace veritune::eval
