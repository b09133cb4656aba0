// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace veritune::train {

/// Sums of a ratio's powers, so that micro-batches add up to the statistics of the whole batch.
struct RatioSums {
    double count = 0.0;
    double sum = 0.0;
    double sum_squares = 0.0;
    double sum_logs = 0.0;
    double minimum = 0.0;  ///< meaningless while count is 0
    double maximum = 0.0;

    void add(const RatioSums& other);
    double mean() const;
    double standard_deviation() const;
    /// Effective sample size as a share: (sum w)^2 / (n * sum w^2), 1 = all weights equal; 1 when
    /// empty.
    double effective_share() const;
    /// mean(w^2) - 1
    double chi_square() const;
    double mean_log() const;
};

/// What one policy loss saw. Counts and sums; `metrics` turns them into TRL's names.
struct PolicyStats {
    double tokens = 0.0;
    double clip_units = 0.0;               ///< tokens, or chains with a ratio per chain
    double clipped_low = 0.0;              ///< A < 0 and ratio below the range
    double clipped_high = 0.0;             ///< A > 0 and ratio above the range
    double approx_kl_sum = 0.0;            ///< old - new log-probs
    RatioSums ratio{};                     ///< new / old
    double kl_tokens = 0.0;                ///< tokens with a reference
    double kl_sums[3] = {0, 0, 0};         ///< k1, k2, k3
    double sampling_tokens = 0.0;          ///< tokens with sampling log-probs
    double sampling_difference_sum = 0.0;  ///< |old - sampling|
    double sampling_difference_max = 0.0;
    RatioSums sampling_ratio{};  ///< old / sampling before the cut

    /// Adds another micro-batch of the same optimiser batch.
    void add(const PolicyStats& other);
    /// (name, value): clip_ratio/{low,high,region}_mean,
    /// policy/{ratio_min,ratio_max,ratio_mean,ess,approxkl_avg}, kl, kl/{k1,k2} (only with a
    /// reference), sampling/... (only with sampling log-probs). Names are TRL's. source training.md
    /// 8
    std::vector<std::pair<std::string, double>> metrics() const;
};

}  // namespace veritune::train
