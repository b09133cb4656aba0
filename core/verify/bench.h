// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/bench_cases.h"
#include "core/verify/verifier_pool.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace veritune::verify {

/// Wilson score interval of a share at 95 %.
struct ShareInterval {
    double low = 0.0;
    double high = 1.0;
};
/// hits <= trials; 0 trials: [0, 1].
ShareInterval wilson_interval(std::int64_t hits, std::int64_t trials);

struct BenchOptions {
    int threads = 1;
    /// Cases come from at most so many problems, evenly spread over the set; 0 = all.
    std::int64_t max_problems = 0;
    /// Verdicts are asked for a second time here and must be the same; nullptr = the first again.
    RequestVerifier* second = nullptr;
    /// Hears of every case in order: the first verdict, and whether the second was the same. False
    /// ends the bench early; its report then counts what came before. Called by the caller's
    /// thread, in small batches, so that a stop is heard soon.
    std::function<bool(const BenchCase&, const Verdict&, bool is_same)> on_case = {};
};

struct BenchFault {
    std::string problem_id;
    std::string rule;
    bool accepted = false;  ///< a negative that was accepted, else a positive that was refused
    std::string status;
    std::string reason;
};

/// The confusion table of a verifier on a data set.
struct BenchReport {
    std::int64_t problems = 0;
    std::int64_t positives = 0;
    std::int64_t accepted_positives = 0;
    std::int64_t negatives = 0;
    std::int64_t accepted_negatives = 0;  ///< false accepts
    std::int64_t masked = 0;              ///< cases without a verdict: they prove nothing
    std::int64_t different = 0;           ///< cases whose second verdict was another one
    std::int64_t bad_golds = 0;           ///< problems whose gold cannot be written
    double p50_us = 0.0;
    double p95_us = 0.0;
    double max_us = 0.0;
    std::vector<BenchFault> faults;  ///< at most 100

    ShareInterval false_accepts() const { return wilson_interval(accepted_negatives, negatives); }
    ShareInterval false_rejects() const {
        return wilson_interval(positives - accepted_positives, positives);
    }
    /// Empty, or why the data set must not train: a false accept, verdicts that change, or no
    /// negatives. On less than 500 negatives all that the set gives have to be refused.
    std::string red() const;
};

/// Makes the cases of the problems, verifies each twice and counts.
/// problems  of one data set; those without a verifier are passed over
/// verifier  where verdicts come from, see VerifierPool
BenchReport run_bench(const std::vector<data::Problem>& problems,
                      RequestVerifier& verifier,
                      const BenchOptions& options);

/// The same for cases that exist already: the table of a verifier, a regression suite. The report's
/// `problems` counts the cases.
BenchReport run_bench_cases(std::vector<BenchCase> cases,
                            RequestVerifier& verifier,
                            const BenchOptions& options);

/// A verifier's own table (Verifier::self_tests) as cases; problem ids are "ID-1", "ID-2", ...
std::vector<BenchCase> self_test_cases(const Verifier& verifier);

util::Json bench_to_json(const BenchReport& report);

}  // namespace veritune::verify
