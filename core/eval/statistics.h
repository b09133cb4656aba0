// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// Statistics of an evaluation. Torch-free, pure, any thread; test statistics_test.cpp.
namespace veritune::eval {

/// Probability that at least one of k samples, drawn without replacement from n of which c are
/// correct, is correct: 1 - C(n-c, k) / C(n, k). 0 <= c <= n, 1 <= k <= n (VT_CHECK) source  arXiv
/// 2107.03374, eq. 1 (unbiased estimator)
double pass_at_k(std::int64_t n, std::int64_t c, std::int64_t k);

/// Samples of one problem that gave the same answer.
struct AnswerClass {
    std::int64_t count = 0;  ///< >= 1
    double correct_share =
        0.0;  ///< of its samples; proof checks can refuse some chains of a right answer
};

/// Groups the samples of one problem by normal form of the answer, in order of first appearance. An
/// empty answer abstains: it is left out and counted in `abstained`.
struct Votes {
    std::vector<AnswerClass> classes;
    std::int64_t abstained = 0;
};
Votes count_votes(const std::vector<std::string>& answers, const std::vector<bool>& correct);

/// Expected correctness of the majority answer of k samples drawn without replacement; exact, no
/// sampling. Ties are decided by lot; when all k abstain the result is 0. With k = n this is the
/// plain majority vote. 1 <= k <= number of samples (VT_CHECK). Cost O(classes * k^3): microseconds
/// for n = 64 source  maj@k = self-consistency, arXiv 2203.11171
double maj_at_k(const Votes& votes, std::int64_t k);

struct Interval {
    double estimate = 0.0;
    double lower = 0.0;
    double upper = 0.0;
};

struct BootstrapOptions {
    std::int64_t resamples = 10000;
    double confidence = 0.95;  ///< in (0, 1)
    std::uint64_t seed = 1;
    std::uint64_t step = 0;  ///< separates intervals of one run (step of RngStream::kBootstrap)
};

/// Mean of per-problem values with the percentile interval of resampling problems with replacement.
/// values  at least 1, finite; one value gives an interval of width 0
/// determinism  the same values and options give the same bits
/// cost  about 12 ms for 300 problems x 10,000
Interval bootstrap_mean(std::span<const double> values, const BootstrapOptions& options = {});

/// Mean of a[i] - b[i], the problems resampled in pairs.
/// a, b  same size, at least 1
Interval paired_difference(std::span<const double> a,
                           std::span<const double> b,
                           const BootstrapOptions& options = {});

/// How likely a mean difference at least this large is when a and b are exchangeable on every
/// problem (two-sided sign-flip permutation). Exact up to 20 problems that differ, else 10,000
/// draws (the observed one counts as one of them, so p is never 0).
/// a, b  same size, at least 1
/// source  Good, "Permutation, Parametric, and Bootstrap Tests of Hypotheses", 3rd ed., ch. 3
double paired_permutation(std::span<const double> a,
                          std::span<const double> b,
                          std::uint64_t seed = 0);

/// Score interval of a proportion; never leaves [0, 1] and stays honest at 0 and n.
/// 0 <= successes <= n; n = 0 gives [0, 1] with estimate 0
/// source  Wilson 1927
Interval wilson(std::int64_t successes, std::int64_t n, double confidence = 0.95);

}  // namespace veritune::eval
