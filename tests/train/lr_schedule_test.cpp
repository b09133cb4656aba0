// SPDX-License-Identifier: Apache-2.0
#include "core/train/lr_schedule.h"

#include <gtest/gtest.h>

namespace veritune::train {
namespace {

TEST(LearningRate, RisesLinearlyThenStays) {
    const OptimizerConfig config{.learning_rate = 2e-3, .warmup_steps = 4};
    EXPECT_EQ(learning_rate_at(config, 0, 100), 0.0);
    EXPECT_DOUBLE_EQ(learning_rate_at(config, 1, 100), 0.5e-3);
    EXPECT_DOUBLE_EQ(learning_rate_at(config, 4, 100), 2e-3);
    EXPECT_DOUBLE_EQ(learning_rate_at(config, 100, 100), 2e-3);
}

TEST(LearningRate, CosineEndsAtTheMinimumAndStaysThere) {
    const OptimizerConfig config{.learning_rate = 1.0,
                                 .warmup_steps = 20,
                                 .lr_scheduler_type = "cosine",
                                 .min_lr_ratio = 0.1};
    EXPECT_DOUBLE_EQ(learning_rate_at(config, 20, 120), 1.0);
    EXPECT_NEAR(learning_rate_at(config, 70, 120), 0.55, 1e-12);  // half way: mean of 1 and .1
    EXPECT_NEAR(learning_rate_at(config, 120, 120), 0.1, 1e-12);
    EXPECT_NEAR(learning_rate_at(config, 500, 120), 0.1, 1e-12);
    for (int step = 21; step <= 120; ++step) {
        EXPECT_LT(learning_rate_at(config, step, 120), learning_rate_at(config, step - 1, 120));
    }
}

TEST(LearningRate, WithoutWarmUpStartsAtThePeak) {
    const OptimizerConfig config{.learning_rate = 1.0, .warmup_steps = 0};
    EXPECT_EQ(learning_rate_at(config, 1, 10), 1.0);
}

TEST(LearningRate, ARunShorterThanItsWarmUpNeverLeavesIt) {
    const OptimizerConfig config{
        .learning_rate = 1.0, .warmup_steps = 10, .lr_scheduler_type = "cosine"};
    EXPECT_DOUBLE_EQ(learning_rate_at(config, 5, 5), 0.5);
}

}  // namespace
}  // namespace veritune::train
