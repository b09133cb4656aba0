// SPDX-License-Identifier: Apache-2.0
#include "core/train/lr_schedule.h"

#include "core/util/result.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace veritune::train {

double learning_rate_at(const OptimizerConfig& config,
                        std::int64_t step,
                        std::int64_t total_steps) {
    VT_CHECK(step >= 0);
    const double peak = config.learning_rate;
    if (step < config.warmup_steps) {
        return peak * static_cast<double>(step) / static_cast<double>(config.warmup_steps);
    }
    if (config.lr_scheduler_type != "cosine") return peak;
    const double span =
        static_cast<double>(std::max<std::int64_t>(total_steps - config.warmup_steps, 1));
    const double done = std::min(static_cast<double>(step - config.warmup_steps) / span, 1.0);
    const double share = 0.5 * (1.0 + std::cos(std::numbers::pi * done));
    return peak * (config.min_lr_ratio + (1.0 - config.min_lr_ratio) * share);
}

}  // namespace veritune::train
