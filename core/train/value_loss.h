// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <ATen/core/Tensor.h>

#include <string_view>

namespace veritune::train {

/// Message of the error for a loss that is not finite: the caller skips the step.
inline constexpr std::string_view kValueLossNotFinite = "value loss is not finite";

struct ValueLoss {
    double loss = 0.0;
    at::Tensor
        grad;  ///< d loss / d values, [N, L], type and device of values; exactly 0 outside the mask
    double clip_fraction =
        0.0;  ///< share of masked tokens where the clipped branch is the larger one
};

/// 0.5 * sum(m * max((V - ret)^2, (clip(V, V_old - ev, V_old + ev) - ret)^2)) / normaliser.
/// values  [N, L]; returns, mask  [N, L]; old_values  [N, L], may be undefined when cliprange is 0
/// (off) normaliser  > 0: tokens of the whole optimiser batch, so that micro-batches add up errors
/// kInvalidArgument when the loss is not finite; kOutOfMemory, kInternal from the tensor library
/// threads  pure; source  training.md 5.2 step 6; test  value_loss_test.cpp
util::Result<ValueLoss> value_loss(const at::Tensor& values,
                                   const at::Tensor& old_values,
                                   const at::Tensor& returns,
                                   const at::Tensor& mask,
                                   double cliprange,
                                   double normaliser);

/// 1 - var(returns - values) / var(returns) over masked tokens: 1 = perfect, 0 = no better than the
/// mean, below 0 = the critic hurts. 0 when the returns do not vary or fewer than two tokens count.
double explained_variance(const at::Tensor& values,
                          const at::Tensor& returns,
                          const at::Tensor& mask);

}  // namespace veritune::train
