// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/parameter_store.h"
#include "core/train/config.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace veritune::train {

/// AdamW over one parameter store, with clipping of the global norm. A gradient
/// or a moment that is not finite never reaches the weights. threads  one owner; source  arXiv
/// 1711.05101
class AdamW {
  public:
    explicit AdamW(const model::ParameterStore& parameters);

    struct StepResult {
        double grad_norm = 0.0;  ///< before clipping
        bool skipped = false;    ///< NaN or infinity: weights, moments and step counter untouched
        const char* bad = "";  ///< what was not finite: "gradient", "first moment", "second moment"
    };
    /// One step at this learning rate; zeroes the gradients.
    StepResult step(model::ParameterStore& parameters,
                    const OptimizerConfig& config,
                    double learning_rate);

    /// Moments zero, step counter zero.
    void reset();
    std::int64_t steps() const { return steps_; }
    void set_steps(std::int64_t steps) { steps_ = steps; }
    const at::Tensor& first_moment() const { return m_; }
    const at::Tensor& second_moment() const { return v_; }

  private:
    const char* first_bad(bool gradient_bad, double grad_norm) const;
    at::Tensor m_, v_;
    std::int64_t steps_ = 0;
};

}  // namespace veritune::train
