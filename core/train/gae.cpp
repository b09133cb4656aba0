// SPDX-License-Identifier: Apache-2.0
#include "core/train/gae.h"

#include "core/util/result.h"

#include <ATen/ATen.h>

namespace veritune::train {

namespace {

/// Advantages decide what is learned, cost nothing, and must not depend on the device: CPU, double.
at::Tensor to_f64(const at::Tensor& tensor) { return tensor.detach().to(at::kCPU, at::kDouble); }

/// x moved one token to the left, 0 at the end.
at::Tensor next_token(const at::Tensor& x) {
    return at::constant_pad_nd(x.slice(1, 1), {0, 1}, 0);  // [N, L]
}

at::Tensor scan_backwards(const at::Tensor& delta, double decay) {
    const int64_t length = delta.size(1);
    const at::Tensor columns = delta.t().contiguous();  // [L, N]
    at::Tensor advantages = at::empty_like(columns);
    at::Tensor carry = at::zeros({delta.size(0)}, delta.options());  // [N]
    for (int64_t t = length - 1; t >= 0; --t) {
        carry = columns.select(0, t) + decay * carry;
        advantages.select(0, t).copy_(carry);
    }
    return advantages.t();  // [N, L]
}

}  // namespace

at::Tensor token_rewards(const at::Tensor& rewards,
                         const at::Tensor& mask,
                         const at::Tensor& old_logprobs,
                         const at::Tensor& ref_logprobs,
                         double kl_coef) {
    VT_CHECK(mask.dim() == 2 && rewards.dim() == 1 && rewards.size(0) == mask.size(0));
    const at::Tensor real = to_f64(mask) > 0;                          // [N, L]
    const at::Tensor last = real & at::logical_not(next_token(real));  // [N, L]
    at::Tensor out = at::where(last, to_f64(rewards).unsqueeze(1), at::zeros({}, at::kDouble));
    if (kl_coef == 0.0) return out;
    VT_CHECK(old_logprobs.defined() && ref_logprobs.defined());
    const at::Tensor kl = to_f64(old_logprobs) - to_f64(ref_logprobs);  // [N, L]
    return out - kl_coef * at::where(real, kl, at::zeros({}, at::kDouble));
}

Gae gae(const at::Tensor& token_rewards,
        const at::Tensor& values,
        const at::Tensor& mask,
        double gamma,
        double lam) {
    VT_CHECK(mask.dim() == 2 && token_rewards.sizes() == mask.sizes() &&
             values.sizes() == mask.sizes());
    const at::Tensor real = to_f64(mask) > 0;  // [N, L]
    const at::Tensor zero = at::zeros({}, at::kDouble);
    const at::Tensor r = at::where(real, to_f64(token_rewards), zero);
    const at::Tensor v = at::where(real, to_f64(values), zero);
    at::Tensor advantages;
    if (gamma == 1.0 && lam == 1.0) {
        advantages = at::flip(at::cumsum(at::flip(r, {1}), 1), {1}) - v;
    } else {
        advantages = scan_backwards(r + gamma * next_token(v) - v, gamma * lam);
    }
    advantages = at::where(real, advantages, zero);
    return {advantages, advantages + v};
}

}  // namespace veritune::train
