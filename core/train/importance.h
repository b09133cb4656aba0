// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <string_view>

namespace veritune::train {

/// Correction for a sampler whose probabilities differ a little from the trainer's (numerics,
/// quantisation).
struct ImportanceWeights {
    at::Tensor
        weights;  ///< [N, L] f64, what the token losses are multiplied by; carries no gradient
    at::Tensor ratios;  ///< [N, L] (token modes) or [N, 1] (sequence modes): before the cut, for
                        ///< statistics
};

/// ratio = exp(old - sampling) per token, or exp of the sum over the chain; the exponent is held
/// within +-20. mode  token_truncate, sequence_truncate: min(ratio, clip_max); token_mask,
/// sequence_mask: ratio, 0 above clip_max old_logprobs, sampling_logprobs  [N, L] f64, finite where
/// mask is 1; mask  [N, L] f64 threads  pure; source  training.md 5.6, TRL grpo_trainer.py; test
/// importance_test.cpp
ImportanceWeights importance_weights(std::string_view mode,
                                     double clip_max,
                                     const at::Tensor& old_logprobs,
                                     const at::Tensor& sampling_logprobs,
                                     const at::Tensor& mask);

}  // namespace veritune::train
