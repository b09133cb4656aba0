// SPDX-License-Identifier: Apache-2.0
#include "core/train/policy_stats.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace veritune::train {
namespace {

RatioSums sums_of(std::initializer_list<double> ratios) {
    RatioSums sums;
    for (const double w : ratios) {
        sums.add({.count = 1,
                  .sum = w,
                  .sum_squares = w * w,
                  .sum_logs = std::log(w),
                  .minimum = w,
                  .maximum = w});
    }
    return sums;
}

TEST(RatioSums, GiveEffectiveShareAndChiSquare) {
    const RatioSums equal = sums_of({1, 1, 1, 1});
    EXPECT_EQ(equal.effective_share(), 1.0);
    EXPECT_EQ(equal.chi_square(), 0.0);
    const RatioSums one_of_four = sums_of({4, 1e-300, 1e-300, 1e-300});
    EXPECT_NEAR(one_of_four.effective_share(), 0.25, 1e-12);
    EXPECT_NEAR(one_of_four.chi_square(), 3.0, 1e-12);
    const RatioSums mixed = sums_of({0.5, 1.5});
    EXPECT_EQ(mixed.mean(), 1.0);
    EXPECT_NEAR(mixed.standard_deviation(), 0.5, 1e-12);
    EXPECT_EQ(mixed.minimum, 0.5);
    EXPECT_EQ(mixed.maximum, 1.5);
}

TEST(RatioSums, OfNothingAreHarmless) {
    const RatioSums none;
    EXPECT_EQ(none.effective_share(), 1.0);
    EXPECT_EQ(none.mean(), 0.0);
    EXPECT_EQ(none.chi_square(), 0.0);
    RatioSums sums = sums_of({2});
    sums.add(none);
    EXPECT_EQ(sums.minimum, 2.0);
}

TEST(PolicyStats, ReportsOnlyWhatWasMeasured) {
    PolicyStats stats;
    std::map<std::string, double> names;
    for (const auto& [name, value] : stats.metrics()) names[name] = value;
    EXPECT_TRUE(names.contains("clip_ratio/low_mean"));
    EXPECT_FALSE(names.contains("kl"));
    EXPECT_FALSE(names.contains("sampling/sampling_logp_difference/mean"));
    for (const auto& [name, value] : names) EXPECT_TRUE(std::isfinite(value)) << name;
}

}  // namespace
}  // namespace veritune::train
