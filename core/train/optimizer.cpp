// SPDX-License-Identifier: Apache-2.0
#include "core/train/optimizer.h"

#include "core/train/finite.h"
#include "core/util/result.h"
#include "kernels/adamw.h"

#include <ATen/ATen.h>

#include <cmath>

namespace veritune::train {

AdamW::AdamW(const model::ParameterStore& parameters)
    : m_(at::zeros_like(parameters.flat())),
      v_(at::zeros_like(parameters.flat())) {}

void AdamW::reset() {
    m_.zero_();
    v_.zero_();
    steps_ = 0;
}

/// Looks before the update: afterwards there is nothing left to save. A gradient whose square is no
/// f32 would make the second moment infinite.
const char* AdamW::first_bad(bool gradient_bad, double grad_norm) const {
    constexpr double kLargestGradient = 1e19;
    if (gradient_bad || !(grad_norm < kLargestGradient)) return "gradient";
    if (!all_finite(m_)) return "first moment";
    if (!all_finite(v_)) return "second moment";
    return "";
}

AdamW::StepResult AdamW::step(model::ParameterStore& parameters,
                              const OptimizerConfig& config,
                              double learning_rate) {
    const at::Tensor& grad = parameters.flat_grad();
    double sum_of_squares = 0.0;
    std::int32_t non_finite = 0;
    VT_CHECK(kernels::cpu::grad_norm(kernels::GradNorm<float>{.grad = grad.data_ptr<float>(),
                                                              .count = grad.numel(),
                                                              .sum_of_squares = &sum_of_squares,
                                                              .non_finite = &non_finite}) ==
             kernels::Status::kOk);
    StepResult result{.grad_norm = std::sqrt(sum_of_squares)};
    result.bad = first_bad(non_finite != 0, result.grad_norm);
    result.skipped = *result.bad != '\0';
    if (!result.skipped) {
        const bool clip = config.max_grad_norm > 0.0 && result.grad_norm > config.max_grad_norm;
        ++steps_;
        VT_CHECK(kernels::cpu::adamw(kernels::AdamW<float>{
                     .param = parameters.flat().data_ptr<float>(),
                     .m = m_.data_ptr<float>(),
                     .v = v_.data_ptr<float>(),
                     .grad = grad.data_ptr<float>(),
                     .count = grad.numel(),
                     .step = steps_,
                     .learning_rate = learning_rate,
                     .beta1 = config.adam_beta1,
                     .beta2 = config.adam_beta2,
                     .eps = config.adam_epsilon,
                     .weight_decay = config.weight_decay,
                     .grad_scale = clip ? config.max_grad_norm / (result.grad_norm + 1e-6)
                                        : 1.0}) == kernels::Status::kOk);
    }
    grad.zero_();
    return result;
}

}  // namespace veritune::train
