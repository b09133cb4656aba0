// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/problem.h"
#include "core/verify/verifier.h"

#include <string>
#include <vector>

namespace veritune::verify {

/// One completion of which the right verdict is known without asking the verifier.
struct BenchCase {
    std::string problem_id;
    std::string rule;  ///< "boxed in prose", "plus one"
    bool accept = false;
    VerifyRequest request;
};

/// Makes cases from one problem: positives by rewriting the gold's own completion, negatives by
/// damage and by what models try instead of an answer. A negative that the exact numbers prove to
/// be equal to the gold is left out. other  the gold of another problem ("somebody else's answer"),
/// left out when it equals this one; nullptr = none. think_tags  also unterminated reasoning.
/// errors  the gold cannot be written (Verifier::gold_completion)
util::Result<std::vector<BenchCase>> bench_cases(const data::Problem& problem,
                                                 const data::Problem* other);

}  // namespace veritune::verify
