// SPDX-License-Identifier: Apache-2.0
#include "core/eval/statistics.h"

#include "core/util/result.h"
#include "core/util/rng.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <unordered_map>

namespace veritune::eval {

namespace {

/// Ways to choose k of n; 0 when k > n. Doubles hold C(1000, 500).
double choose(std::int64_t n, std::int64_t k) {
    if (k < 0 || k > n) return 0.0;
    double ways = 1.0;
    for (std::int64_t i = 1; i <= std::min(k, n - k); ++i) {
        ways = ways * static_cast<double>(n - std::min(k, n - k) + i) / static_cast<double>(i);
    }
    return ways;
}

/// ways[ties][used]: how the other classes can fill `used` votes without exceeding `top`, `ties` of
/// them reaching it.
using Ways = std::vector<std::vector<double>>;

Ways with_class(const Ways& ways, std::int64_t count, std::int64_t top, std::int64_t k) {
    Ways next(ways.size() + 1, std::vector<double>(static_cast<std::size_t>(k) + 1, 0.0));
    for (std::size_t ties = 0; ties < ways.size(); ++ties) {
        for (std::int64_t votes = 0; votes <= std::min({top, count, k}); ++votes) {
            const double factor = choose(count, votes);
            std::vector<double>& row = next[ties + (votes == top ? 1 : 0)];
            for (std::int64_t used = 0; used + votes <= k; ++used) {
                row[static_cast<std::size_t>(used + votes)] +=
                    factor * ways[ties][static_cast<std::size_t>(used)];
            }
        }
    }
    // More classes than k / top cannot tie; dropping the empty rows keeps the table small.
    while (next.size() > 1 && static_cast<std::int64_t>(next.size() - 1) * top > k) next.pop_back();
    return next;
}

/// Ways in which class `winner` has exactly `top` of k votes and nobody more, a tie counting as its
/// share.
double winning_ways(const Votes& votes, std::size_t winner, std::int64_t top, std::int64_t k) {
    Ways ways(1, std::vector<double>(static_cast<std::size_t>(k) + 1, 0.0));
    ways[0][static_cast<std::size_t>(top)] = choose(votes.classes[winner].count, top);
    for (std::size_t i = 0; i < votes.classes.size(); ++i) {
        if (i != winner) ways = with_class(ways, votes.classes[i].count, top, k);
    }
    double total = 0.0;
    for (std::size_t ties = 0; ties < ways.size(); ++ties) {
        for (std::int64_t used = top; used <= k; ++used) {
            const double abstain = choose(votes.abstained, k - used);
            total += ways[ties][static_cast<std::size_t>(used)] * abstain /
                     static_cast<double>(ties + 1);
        }
    }
    return total;
}

double normal_quantile(double p) {
    // Newton on the error function: erfc is exact to the last bits, so a handful of steps is.
    double x = 0.0;
    for (int i = 0; i < 60; ++i) {
        const double error = 0.5 * std::erfc(-x / std::numbers::sqrt2) - p;
        const double density = std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::numbers::pi);
        const double step = error / std::max(density, 1e-300);
        x -= std::clamp(step, -1.0, 1.0);
        if (std::abs(step) < 1e-14) break;
    }
    return x;
}

std::vector<double> resampled_means(std::span<const double> values,
                                    const BootstrapOptions& options) {
    util::Rng rng(options.seed, util::RngStream::kBootstrap, options.step);
    std::vector<double> means(static_cast<std::size_t>(options.resamples));
    const std::uint64_t n = values.size();
    for (double& mean : means) {
        double sum = 0.0;
        // 32-bit multiply-shift instead of Rng::below: its bias of n / 2^32 is far below the
        // resampling error.
        for (std::uint64_t i = 0; i < n; ++i) sum += values[(rng.next_u32() * n) >> 32];
        mean = sum / static_cast<double>(n);
    }
    return means;
}

double mean_of(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

double pass_at_k(std::int64_t n, std::int64_t c, std::int64_t k) {
    VT_CHECK(c >= 0 && c <= n && k >= 1 && k <= n);
    if (n - c < k) return 1.0;
    double all_wrong = 1.0;
    for (std::int64_t i = n - c + 1; i <= n; ++i) {
        all_wrong *= 1.0 - static_cast<double>(k) / static_cast<double>(i);
    }
    return 1.0 - all_wrong;
}

Votes count_votes(const std::vector<std::string>& answers, const std::vector<bool>& correct) {
    VT_CHECK(answers.size() == correct.size());
    Votes votes;
    std::unordered_map<std::string, std::size_t> index;
    std::vector<std::int64_t> right;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (answers[i].empty()) {
            ++votes.abstained;
            continue;
        }
        const auto [at, added] = index.try_emplace(answers[i], votes.classes.size());
        if (added) {
            votes.classes.emplace_back();
            right.push_back(0);
        }
        ++votes.classes[at->second].count;
        right[at->second] += correct[i] ? 1 : 0;
    }
    for (std::size_t i = 0; i < right.size(); ++i) {
        votes.classes[i].correct_share =
            static_cast<double>(right[i]) / static_cast<double>(votes.classes[i].count);
    }
    return votes;
}

double maj_at_k(const Votes& votes, std::int64_t k) {
    std::int64_t n = votes.abstained;
    for (const AnswerClass& answer : votes.classes) n += answer.count;
    VT_CHECK(k >= 1 && k <= n);
    double expected = 0.0;
    for (std::size_t i = 0; i < votes.classes.size(); ++i) {
        const AnswerClass& answer = votes.classes[i];
        if (answer.correct_share == 0.0) continue;
        for (std::int64_t top = 1; top <= std::min(answer.count, k); ++top) {
            expected += answer.correct_share * winning_ways(votes, i, top, k);
        }
    }
    return expected / choose(n, k);
}

Interval bootstrap_mean(std::span<const double> values, const BootstrapOptions& options) {
    VT_CHECK(!values.empty() && options.resamples >= 1);
    VT_CHECK(options.confidence > 0.0 && options.confidence < 1.0);
    std::vector<double> means = resampled_means(values, options);
    const auto count = static_cast<double>(options.resamples);
    const auto tail = static_cast<std::ptrdiff_t>(0.5 * (1.0 - options.confidence) * count);
    const auto at_rank = [&means](std::ptrdiff_t rank) {
        std::nth_element(means.begin(), means.begin() + rank, means.end());
        return means[static_cast<std::size_t>(rank)];
    };
    return {.estimate = mean_of(values),
            .lower = at_rank(tail),
            .upper = at_rank(options.resamples - 1 - tail)};
}

Interval paired_difference(std::span<const double> a,
                           std::span<const double> b,
                           const BootstrapOptions& options) {
    VT_CHECK(a.size() == b.size());
    std::vector<double> differences(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) differences[i] = a[i] - b[i];
    return bootstrap_mean(differences, options);
}

double paired_permutation(std::span<const double> a,
                          std::span<const double> b,
                          std::uint64_t seed) {
    VT_CHECK(a.size() == b.size() && !a.empty());
    std::vector<double> differences;
    double observed = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] == b[i]) continue;
        differences.push_back(a[i] - b[i]);
        observed += a[i] - b[i];
    }
    // Sums of the same numbers in another order may differ in the last bits.
    const double bound = std::abs(observed) - 1e-9;
    constexpr std::size_t kMostExact = 20;
    std::int64_t as_large = 0;
    if (differences.size() <= kMostExact) {
        const std::uint64_t all = std::uint64_t{1} << differences.size();
        for (std::uint64_t signs = 0; signs < all; ++signs) {
            double sum = 0.0;
            for (std::size_t i = 0; i < differences.size(); ++i)
                sum += ((signs >> i) & 1U) != 0 ? -differences[i] : differences[i];
            as_large += std::abs(sum) >= bound ? 1 : 0;
        }
        return static_cast<double>(as_large) / static_cast<double>(all);
    }
    constexpr std::int64_t kDraws = 10000;
    util::Rng rng(seed, util::RngStream::kBootstrap, 1);
    for (std::int64_t draw = 0; draw < kDraws; ++draw) {
        double sum = 0.0;
        std::uint32_t signs = 0;
        for (std::size_t i = 0; i < differences.size(); ++i) {
            if (i % 32 == 0) signs = rng.next_u32();
            sum += (signs & 1U) != 0 ? -differences[i] : differences[i];
            signs >>= 1U;
        }
        as_large += std::abs(sum) >= bound ? 1 : 0;
    }
    return static_cast<double>(as_large + 1) / static_cast<double>(kDraws + 1);
}

Interval wilson(std::int64_t successes, std::int64_t n, double confidence) {
    VT_CHECK(successes >= 0 && successes <= n && confidence > 0.0 && confidence < 1.0);
    if (n == 0) return {.estimate = 0.0, .lower = 0.0, .upper = 1.0};
    const double z = normal_quantile(0.5 * (1.0 + confidence));
    const double size = static_cast<double>(n);
    const double p = static_cast<double>(successes) / size;
    const double z2 = z * z / size;
    const double centre = (p + 0.5 * z2) / (1.0 + z2);
    const double half = z * std::sqrt(p * (1.0 - p) / size + 0.25 * z2 / size) / (1.0 + z2);
    return {.estimate = p,
            .lower = successes == 0 ? 0.0 : std::max(0.0, centre - half),
            .upper = successes == n ? 1.0 : std::min(1.0, centre + half)};
}

}  // namespace veritune::eval
