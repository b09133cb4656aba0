// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <string_view>

namespace veritune::train {

/// Per-token estimates of KL(policy || reference) from tokens that the policy sampled, d = logprobs
/// - ref_logprobs: "k1" d, "k2" d^2 / 2, "k3" exp(-d) - 1 + d (>= 0, low variance). As a loss only
/// k2 has the gradient of the KL; k1 has zero mean gradient. The exponent is held within +-20.
/// logprobs, ref_logprobs  [N, L], same type; autograd flows through both
/// returns  [N, L]
/// threads  pure; source  training.md 5.5, joschu.net/blog/kl-approx.html; test  kl_test.cpp
at::Tensor kl_per_token(std::string_view estimator,
                        const at::Tensor& logprobs,
                        const at::Tensor& ref_logprobs);

}  // namespace veritune::train
