// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

namespace veritune::train {

/// Rewards per token for PPO: -kl_coef * (old - ref) everywhere, plus the chain's reward on its
/// last real token. rewards  [N]; mask  [N, L], 1 for the first L_i tokens of a row; a row without
/// tokens gets nothing old_logprobs, ref_logprobs  [N, L]; may be undefined when kl_coef is 0
/// returns  [N, L] f64 on the CPU, 0 outside the mask
/// threads  pure; source  training.md 5.2 step 1; test  gae_test.cpp
at::Tensor token_rewards(const at::Tensor& rewards,
                         const at::Tensor& mask,
                         const at::Tensor& old_logprobs,
                         const at::Tensor& ref_logprobs,
                         double kl_coef);

struct Gae {
    at::Tensor advantages;  ///< [N, L] f64 on the CPU, 0 outside the mask
    at::Tensor returns;     ///< advantages + values, 0 outside the mask
};

/// Generalised advantage estimation backwards over real tokens only; the value after the last token
/// is 0. delta_t = r_t + gamma * V_{t+1} - V_t, A_t = delta_t + gamma * lam * A_{t+1}. With gamma =
/// lam = 1 the sums telescope to (reward still to come) - V_t and no scan is made. token_rewards,
/// values  [N, L]; mask as above threads  pure; source  arXiv 1506.02438, eq. 16; test gae_test.cpp
Gae gae(const at::Tensor& token_rewards,
        const at::Tensor& values,
        const at::Tensor& mask,
        double gamma,
        double lam);

}  // namespace veritune::train
