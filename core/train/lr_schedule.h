// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/train/config.h"

#include <cstdint>

namespace veritune::train {

/// Learning rate of optimiser step `step` (the first is 1) out of `total_steps`.
/// Warm-up: learning_rate * step / warmup_steps, so step 0 would be 0 and step warmup_steps is the
/// full rate. constant: stays. cosine: falls to learning_rate * min_lr_ratio at total_steps and
/// stays there. A schedule shorter than its warm-up never leaves the warm-up. threads: pure; test:
/// lr_schedule_test.cpp
double learning_rate_at(const OptimizerConfig& config, std::int64_t step, std::int64_t total_steps);

}  // namespace veritune::train
