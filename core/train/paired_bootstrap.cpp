// SPDX-License-Identifier: Apache-2.0
#include "core/train/heldout_guard.h"
#include "core/util/rng.h"

#include <algorithm>
#include <cmath>

namespace veritune::train {

namespace {

/// Probabilities of the whole numbers first, first + 1, ...
struct Pmf {
    std::int64_t first = 0;
    std::vector<double> p;
};

/// Tails that 10,000 draws cannot meet are cut: without that a power of 300 is ten times as wide as
/// its bulk.
void trim(Pmf& pmf) {
    constexpr double kNegligible = 1e-18;
    while (pmf.p.size() > 1 && pmf.p.back() < kNegligible) pmf.p.pop_back();
    std::size_t skip = 0;
    while (skip + 1 < pmf.p.size() && pmf.p[skip] < kNegligible) ++skip;
    pmf.p.erase(pmf.p.begin(), pmf.p.begin() + static_cast<std::ptrdiff_t>(skip));
    pmf.first += static_cast<std::int64_t>(skip);
}

Pmf convolve(const Pmf& a, const Pmf& b) {
    Pmf sum{a.first + b.first, std::vector<double>(a.p.size() + b.p.size() - 1, 0.0)};
    for (std::size_t i = 0; i < a.p.size(); ++i) {
        double* out = sum.p.data() + i;
        for (std::size_t j = 0; j < b.p.size(); ++j) out[j] += a.p[i] * b.p[j];
    }
    trim(sum);
    return sum;
}

/// Distribution of the sum of `times` independent draws.
Pmf power(Pmf base, std::int64_t times) {
    Pmf result{0, {1.0}};
    for (;; base = convolve(base, base)) {
        if (times & 1) result = convolve(result, base);
        times >>= 1;
        if (times == 0) return result;
    }
}

Pmf histogram_of_differences(const HeldoutScore& now, const HeldoutScore& before) {
    Pmf pmf{-now.samples, std::vector<double>(2 * static_cast<std::size_t>(now.samples) + 1, 0.0)};
    const double share = 1.0 / static_cast<double>(now.correct.size());
    for (std::size_t i = 0; i < now.correct.size(); ++i) {
        pmf.p[static_cast<std::size_t>(now.correct[i] - before.correct[i] + now.samples)] += share;
    }
    trim(pmf);
    return pmf;
}

/// How many of the draws fell on each entry; `shortcut` spares most of the search in the cumulative
/// sums.
std::vector<std::int64_t> draw(const Pmf& pmf, std::int64_t resamples, util::Rng& rng) {
    std::vector<double> cumulative(pmf.p.size());
    double total = 0.0;
    for (std::size_t i = 0; i < pmf.p.size(); ++i) cumulative[i] = total += pmf.p[i];
    constexpr std::size_t kSlots = 1024;
    std::vector<std::size_t> shortcut(kSlots);
    for (std::size_t slot = 0; slot < kSlots; ++slot) {
        const double u = static_cast<double>(slot) / kSlots * total;
        const auto at = std::upper_bound(cumulative.begin(), cumulative.end(), u);
        shortcut[slot] = static_cast<std::size_t>(at - cumulative.begin());
    }
    const std::size_t last = pmf.p.size() - 1;
    std::vector<std::int64_t> counts(pmf.p.size(), 0);
    for (std::int64_t i = 0; i < resamples; ++i) {
        const double u = rng.uniform_double();
        std::size_t at = std::min(shortcut[static_cast<std::size_t>(u * kSlots)], last);
        while (at < last && cumulative[at] <= u * total) ++at;
        ++counts[at];
    }
    return counts;
}

/// The entry that holds the draw of this rank (from 0) in sorted order.
std::int64_t entry_at_rank(const std::vector<std::int64_t>& counts, std::int64_t rank) {
    std::int64_t seen = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        seen += counts[i];
        if (seen > rank) return static_cast<std::int64_t>(i);
    }
    return static_cast<std::int64_t>(counts.size()) - 1;
}

}  // namespace

DifferenceInterval paired_bootstrap(const HeldoutScore& now,
                                    const HeldoutScore& before,
                                    std::int64_t resamples,
                                    std::uint64_t seed,
                                    std::uint64_t evaluation) {
    VT_CHECK(now.correct.size() == before.correct.size() && now.samples == before.samples);
    VT_CHECK(!now.correct.empty() && now.samples >= 1 && resamples >= 1);
    const auto problems = static_cast<std::int64_t>(now.correct.size());
    const Pmf sums = power(histogram_of_differences(now, before), problems);
    util::Rng rng(seed, util::RngStream::kBootstrap, evaluation);
    const std::vector<std::int64_t> counts = draw(sums, resamples, rng);
    const double scale = 1.0 / (static_cast<double>(now.samples) * static_cast<double>(problems));
    const auto value = [&](std::int64_t rank) {
        return static_cast<double>(sums.first + entry_at_rank(counts, rank)) * scale;
    };
    const auto tail = static_cast<std::int64_t>(std::floor(0.025 * static_cast<double>(resamples)));
    return {.mean = heldout_pass1(now) - heldout_pass1(before),
            .lower = value(tail),
            .upper = value(resamples - 1 - tail)};
}

}  // namespace veritune::train
