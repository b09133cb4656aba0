// SPDX-License-Identifier: Apache-2.0
#include "core/curate/difficulty.h"

#include "core/verify/bench.h"

#include <map>
#include <unordered_map>

namespace veritune::curate {
namespace {

struct Tally {
    PassRate rate;
    std::map<std::string, std::int64_t> wrong;
};

void finish(Tally& tally) {
    PassRate& r = tally.rate;
    if (r.samples == 0) return;
    r.rate = static_cast<double>(r.correct) / static_cast<double>(r.samples);
    const verify::ShareInterval interval = verify::wilson_interval(r.correct, r.samples);
    r.low = interval.low;
    r.high = interval.high;
    r.bin = bin_of(r.correct, r.samples);
    std::int64_t most = 0;
    for (const auto& [answer, count] : tally.wrong) {
        if (count <= most) continue;
        most = count;
        r.common_wrong = answer;
    }
    r.common_wrong_share = static_cast<double>(most) / static_cast<double>(r.samples);
}

}  // namespace

int bin_of(std::int64_t correct, std::int64_t samples) {
    VT_CHECK(samples >= 1 && correct >= 0 && correct <= samples);
    if (correct == 0) return 0;
    if (correct == samples) return 5;
    if (5 * correct <= samples) return 1;
    if (2 * correct <= samples) return 2;
    return 5 * correct <= 4 * samples ? 3 : 4;
}

DifficultyReport difficulty(const std::vector<Attempt>& attempts) {
    std::unordered_map<std::string, std::size_t> place;
    std::vector<Tally> tallies;
    for (const Attempt& attempt : attempts) {
        const auto [at, fresh] = place.try_emplace(attempt.problem_id, tallies.size());
        if (fresh) tallies.push_back({.rate = {.problem_id = attempt.problem_id}, .wrong = {}});
        Tally& tally = tallies[at->second];
        if (attempt.masked) {
            ++tally.rate.masked;
            continue;
        }
        ++tally.rate.samples;
        if (attempt.correct) {
            ++tally.rate.correct;
        } else if (!attempt.answer.empty()) {
            ++tally.wrong[attempt.answer];
        }
    }
    DifficultyReport report;
    double sum = 0.0;
    std::int64_t counted = 0;
    for (Tally& tally : tallies) {
        finish(tally);
        if (tally.rate.samples > 0) {
            ++report.bins[static_cast<std::size_t>(tally.rate.bin)];
            sum += tally.rate.rate;
            ++counted;
        }
        report.problems.push_back(std::move(tally.rate));
    }
    report.without_signal = report.bins.front() + report.bins.back();
    report.mean_rate = counted > 0 ? sum / static_cast<double>(counted) : 0.0;
    return report;
}

util::Result<std::vector<std::string>> keep_by_rate(const DifficultyReport& report,
                                                    double low,
                                                    double high) {
    if (!(low >= 0.0 && low <= high && high <= 1.0)) {
        return util::fail(util::ErrorCode::kInvalidArgument,
                          "the pass rates to keep go from a lower to a higher one within 0 and 1");
    }
    std::vector<std::string> kept;
    for (const PassRate& r : report.problems) {
        if (r.samples > 0 && r.rate >= low && r.rate <= high) kept.push_back(r.problem_id);
    }
    return kept;
}

std::vector<PassRate> suspect_golds(const DifficultyReport& report,
                                    double share,
                                    std::int64_t least_samples) {
    std::vector<PassRate> list;
    for (const PassRate& r : report.problems) {
        if (r.correct == 0 && r.samples >= least_samples && r.common_wrong_share >= share)
            list.push_back(r);
    }
    return list;
}

}  // namespace veritune::curate
