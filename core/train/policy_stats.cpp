// SPDX-License-Identifier: Apache-2.0
#include "core/train/policy_stats.h"

#include <algorithm>
#include <cmath>

namespace veritune::train {

namespace {

double share(double part, double whole) { return whole > 0.0 ? part / whole : 0.0; }

}  // namespace

void RatioSums::add(const RatioSums& other) {
    if (other.count == 0.0) return;
    minimum = count == 0.0 ? other.minimum : std::min(minimum, other.minimum);
    maximum = count == 0.0 ? other.maximum : std::max(maximum, other.maximum);
    count += other.count;
    sum += other.sum;
    sum_squares += other.sum_squares;
    sum_logs += other.sum_logs;
}

double RatioSums::mean() const { return share(sum, count); }

double RatioSums::standard_deviation() const {
    if (count == 0.0) return 0.0;
    return std::sqrt(std::max(0.0, sum_squares / count - mean() * mean()));
}

double RatioSums::effective_share() const {
    return sum_squares > 0.0 ? sum * sum / (count * sum_squares) : 1.0;
}

double RatioSums::chi_square() const { return count == 0.0 ? 0.0 : sum_squares / count - 1.0; }

double RatioSums::mean_log() const { return share(sum_logs, count); }

void PolicyStats::add(const PolicyStats& other) {
    tokens += other.tokens;
    clip_units += other.clip_units;
    clipped_low += other.clipped_low;
    clipped_high += other.clipped_high;
    approx_kl_sum += other.approx_kl_sum;
    ratio.add(other.ratio);
    kl_tokens += other.kl_tokens;
    for (int i = 0; i < 3; ++i) kl_sums[i] += other.kl_sums[i];
    sampling_tokens += other.sampling_tokens;
    sampling_difference_sum += other.sampling_difference_sum;
    sampling_difference_max = std::max(sampling_difference_max, other.sampling_difference_max);
    sampling_ratio.add(other.sampling_ratio);
}

std::vector<std::pair<std::string, double>> PolicyStats::metrics() const {
    std::vector<std::pair<std::string, double>> all = {
        {"clip_ratio/low_mean", share(clipped_low, clip_units)},
        {"clip_ratio/high_mean", share(clipped_high, clip_units)},
        {"clip_ratio/region_mean", share(clipped_low + clipped_high, clip_units)},
        {"policy/ratio_min", ratio.minimum},
        {"policy/ratio_mean", ratio.mean()},
        {"policy/ratio_max", ratio.maximum},
        {"policy/ess", ratio.effective_share()},
        {"policy/approxkl_avg", share(approx_kl_sum, tokens)},
    };
    if (kl_tokens > 0.0) {
        all.emplace_back("kl", share(kl_sums[2], kl_tokens));
        all.emplace_back("kl/k1", share(kl_sums[0], kl_tokens));
        all.emplace_back("kl/k2", share(kl_sums[1], kl_tokens));
    }
    if (sampling_tokens > 0.0) {
        all.emplace_back("sampling/sampling_logp_difference/mean",
                         share(sampling_difference_sum, sampling_tokens));
        all.emplace_back("sampling/sampling_logp_difference/max", sampling_difference_max);
        all.emplace_back("sampling/importance_sampling_ratio/min", sampling_ratio.minimum);
        all.emplace_back("sampling/importance_sampling_ratio/mean", sampling_ratio.mean());
        all.emplace_back("sampling/importance_sampling_ratio/max", sampling_ratio.maximum);
        all.emplace_back("sampling/importance_sampling_ratio/std",
                         sampling_ratio.standard_deviation());
        all.emplace_back("sampling/importance_sampling_ratio/ess",
                         sampling_ratio.effective_share());
        all.emplace_back("sampling/importance_sampling_ratio/chi2", sampling_ratio.chi_square());
        all.emplace_back("sampling/kl", -sampling_ratio.mean_log());
    }
    return all;
}

}  // namespace veritune::train
