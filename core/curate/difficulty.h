// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// How hard problems are for one model, from sampled and verified chains. Pure, any thread.
namespace veritune::curate {

/// One verified chain, as an evaluation leaves it.
struct Attempt {
    std::string problem_id;
    bool correct = false;
    bool masked = false;  ///< fault of gold or machine: neither right nor wrong
    /// What the verifier compared (its normal form, else the extracted text); empty = no answer.
    std::string answer{};
};

struct PassRate {
    std::string problem_id;
    std::int64_t samples = 0;  ///< n, without masked ones
    std::int64_t correct = 0;  ///< c
    std::int64_t masked = 0;
    double rate = 0.0;  ///< p = c / n; 0 without samples
    double low = 0.0;   ///< Wilson, 95 %
    double high = 1.0;
    int bin = 0;                      ///< index into kBins
    std::string common_wrong{};       ///< the most frequent wrong answer
    double common_wrong_share = 0.0;  ///< of the samples
};

/// 0, (0,.2], (.2,.5], (.5,.8], (.8,1), 1.
inline constexpr std::array<std::string_view, 6> kBins = {
    "0", "(0, 0.2]", "(0.2, 0.5]", "(0.5, 0.8]", "(0.8, 1)", "1"};
/// 0 <= c <= n, n >= 1 (VT_CHECK). Compared in whole numbers: 1 of 5 is in (0, 0.2].
int bin_of(std::int64_t correct, std::int64_t samples);

struct DifficultyReport {
    std::vector<PassRate> problems;  ///< in order of first appearance
    std::array<std::int64_t, kBins.size()> bins{};
    /// All right or all wrong: a group of their chains has no advantage and teaches nothing.
    std::int64_t without_signal = 0;
    double mean_rate = 0.0;
};
/// attempts  all of one model; problems with only masked attempts are in no bin
DifficultyReport difficulty(const std::vector<Attempt>& attempts);

/// Which problems to train on: low <= p <= high.
/// errors  kInvalidArgument unless 0 <= low <= high <= 1
util::Result<std::vector<std::string>> keep_by_rate(const DifficultyReport& report,
                                                    double low = 0.1,
                                                    double high = 0.9);

/// Golds that may be wrong: nobody got them right and one wrong answer holds at least `share` of
/// the samples.
std::vector<PassRate> suspect_golds(const DifficultyReport& report,
                                    double share = 0.6,
                                    std::int64_t least_samples = 4);

}  // namespace veritune::curate
