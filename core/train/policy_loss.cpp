// SPDX-License-Identifier: Apache-2.0
#include "core/train/policy_loss.h"

#include "core/train/importance.h"
#include "core/train/kl.h"
#include "core/train/torch_errors.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>

namespace veritune::train {

namespace {

/// The batch in double, with zeros where nothing counts, so that padding cannot leak into a sum as
/// NaN.
struct Inputs {
    at::Tensor leaf;        // [N, L] requires grad
    at::Tensor logprobs;    // [N, L] from leaf
    at::Tensor old;         // [N, L]
    at::Tensor ref;         // [N, L] or undefined
    at::Tensor sampling;    // [N, L] or undefined
    at::Tensor advantages;  // [N, L]
    at::Tensor mask;        // [N, L] tokens that count
    at::Tensor learned;     // [N, L] tokens that count and may carry gradient
};

util::Status check(const PolicyConfig& config, const PolicyBatch& b) {
    const auto refuse = [](const char* what) {
        return util::fail(util::ErrorCode::kInvalidArgument, std::string("policy batch: ") + what);
    };
    if (!b.logprobs.defined() || b.logprobs.dim() != 2) return refuse("logprobs must be [N, L]");
    for (const at::Tensor* needed : {&b.advantages, &b.token_mask}) {
        if (!needed->defined()) return refuse("advantages and token_mask are needed");
    }
    for (const at::Tensor* tokens :
         {&b.old_logprobs, &b.ref_logprobs, &b.sampling_logprobs, &b.advantages, &b.token_mask}) {
        if (tokens->defined() && tokens->sizes() != b.logprobs.sizes())
            return refuse("a tensor is not [N, L]");
    }
    if (b.update.defined() && (b.update.dim() != 1 || b.update.size(0) != b.logprobs.size(0))) {
        return refuse("update must be [N]");
    }
    if (config.beta > 0.0 && !b.ref_logprobs.defined()) return refuse("beta needs ref_logprobs");
    return {};
}

Inputs prepare(const PolicyBatch& b) {
    const auto f64 = at::TensorOptions(at::kDouble).device(b.logprobs.device());
    const at::Tensor real = b.token_mask.detach().to(f64).gt(0);  // [N, L] bool
    const at::Tensor zero = at::zeros({}, f64);
    const auto masked = [&](const at::Tensor& x) {
        return x.defined() ? at::where(real, x.detach().to(f64), zero) : at::Tensor();
    };
    Inputs in;
    in.leaf = b.logprobs.detach().to(f64, false, /*copy=*/true).requires_grad_(true);
    in.logprobs = at::where(real, in.leaf, zero);
    in.old = b.old_logprobs.defined() ? masked(b.old_logprobs) : in.logprobs.detach();
    in.ref = masked(b.ref_logprobs);
    in.sampling = masked(b.sampling_logprobs);
    in.advantages = masked(b.advantages);
    in.mask = real.to(at::kDouble);
    in.learned = b.update.defined() ? in.mask * b.update.detach().to(f64).unsqueeze(1) : in.mask;
    return in;
}

bool is_sequence_level(const PolicyConfig& c) { return c.importance_sampling_level == "sequence"; }

/// log rho: [N, L], or [N, 1] with one ratio per chain.
at::Tensor log_ratio(const PolicyConfig& c, const Inputs& in) {
    at::Tensor difference = in.logprobs - in.old;  // [N, L], 0 where masked
    if (is_sequence_level(c)) {
        const at::Tensor sum = difference.sum(1, /*keepdim=*/true);  // [N, 1]
        const at::Tensor length = in.mask.sum(1, /*keepdim=*/true).clamp_min(1.0);
        difference = c.algorithm == "rloo" ? sum : sum / length;
    }
    return at::clamp(difference, -20.0, 20.0);
}

bool has_clip(const PolicyConfig& c) {
    if (c.algorithm == "raft") return c.raft_clip;
    return c.loss_type != "cispo" && c.loss_type != "sapo";
}

at::Tensor clipped_loss(const PolicyConfig& c, const at::Tensor& ratio, const at::Tensor& a) {
    const at::Tensor capped = c.delta > 0.0 ? at::clamp_max(ratio, c.delta) : ratio;
    const at::Tensor held = at::clamp(ratio, 1.0 - c.epsilon, 1.0 + c.epsilon_high);
    const at::Tensor loss = at::maximum(-a * capped, -a * held);
    if (c.algorithm != "ppo" || c.dual_clip == 0.0) return loss;
    return at::where(a < 0, at::minimum(loss, -a * c.dual_clip), loss);
}

at::Tensor sapo_loss(const PolicyConfig& c, const at::Tensor& ratio, const at::Tensor& a) {
    const at::Tensor tau = at::where(a > 0,
                                     at::full({}, c.sapo_tau_positive, a.options()),
                                     at::full({}, c.sapo_tau_negative, a.options()));
    return -4.0 / tau * at::sigmoid(tau * (ratio - 1.0)) * a;
}

at::Tensor token_loss(const PolicyConfig& c, const Inputs& in, const at::Tensor& ratio) {
    const at::Tensor& a = in.advantages;
    if (has_clip(c)) return clipped_loss(c, ratio, a);
    if (c.algorithm == "raft") return -a * in.logprobs;
    if (c.loss_type == "cispo")
        return -at::clamp_max(ratio, c.epsilon_high).detach() * a * in.logprobs;
    return sapo_loss(c, ratio, a);
}

/// 1 / divisor of each token, [N, L] or a scalar tensor.
at::Tensor token_weights(const PolicyConfig& c, const Inputs& in, const LossNormaliser& n) {
    const auto one_over = [&](double divisor) {
        return at::full({}, divisor > 0.0 ? 1.0 / divisor : 0.0, in.mask.options());
    };
    if (c.loss_type == "dapo" || c.loss_type == "cispo") return one_over(n.tokens);
    if (c.loss_type == "dr_grpo") return one_over(n.chains * n.max_completion_length);
    if (c.loss_type == "bnpo") return one_over(in.mask.sum().item<double>());
    const at::Tensor length = in.mask.sum(1, /*keepdim=*/true).clamp_min(1.0);  // [N, 1]
    return one_over(n.chains) / length;
}

RatioSums ratio_sums(const at::Tensor& ratio, const at::Tensor& counted) {
    const at::Tensor values = ratio.masked_select(counted > 0);
    if (values.numel() == 0) return {};
    return {.count = static_cast<double>(values.numel()),
            .sum = values.sum().item<double>(),
            .sum_squares = (values * values).sum().item<double>(),
            .sum_logs = values.log().sum().item<double>(),
            .minimum = values.min().item<double>(),
            .maximum = values.max().item<double>()};
}

/// The mask a ratio of [N, L] or [N, 1] is counted with.
at::Tensor units_of(const at::Tensor& ratio, const at::Tensor& mask) {
    return ratio.size(1) == mask.size(1) ? mask : at::amax(mask, {1}, /*keepdim=*/true);
}

void count_clips(const PolicyConfig& c,
                 const Inputs& in,
                 const at::Tensor& ratio,
                 PolicyStats& stats) {
    const at::Tensor units = is_sequence_level(c) ? at::amax(in.mask, {1}, true) : in.mask;
    // All tokens of a chain share its advantage when the ratio is the chain's; padding holds 0.
    const at::Tensor a = is_sequence_level(c) ? in.advantages.sum(1, true) : in.advantages;
    stats.clip_units = units.sum().item<double>();
    const bool cispo = c.loss_type == "cispo" && c.algorithm == "grpo";
    if (!has_clip(c) && !cispo) return;
    const double high = cispo ? c.epsilon_high : 1.0 + c.epsilon_high;
    stats.clipped_high = (units * (ratio > high) * (a > 0)).sum().item<double>();
    if (cispo) return;
    stats.clipped_low = (units * (ratio < 1.0 - c.epsilon) * (a < 0)).sum().item<double>();
}

PolicyStats collect_stats(const PolicyConfig& c,
                          const Inputs& in,
                          const at::Tensor& log_rho,
                          const at::Tensor& raw_weights) {
    const c10::AutoGradMode no_grad(false);
    PolicyStats stats;
    const at::Tensor ratio = at::exp(log_rho);
    stats.tokens = in.mask.sum().item<double>();
    count_clips(c, in, ratio, stats);
    stats.approx_kl_sum = ((in.old - in.logprobs) * in.mask).sum().item<double>();
    stats.ratio = ratio_sums(ratio, units_of(ratio, in.mask));
    if (in.ref.defined()) {
        stats.kl_tokens = stats.tokens;
        const char* const names[] = {"k1", "k2", "k3"};
        for (int i = 0; i < 3; ++i) {
            stats.kl_sums[i] =
                (kl_per_token(names[i], in.logprobs, in.ref) * in.mask).sum().item<double>();
        }
    }
    if (in.sampling.defined() && in.mask.numel() > 0) {
        const at::Tensor difference = at::abs(in.old - in.sampling) * in.mask;
        stats.sampling_tokens = stats.tokens;
        stats.sampling_difference_sum = difference.sum().item<double>();
        stats.sampling_difference_max = difference.max().item<double>();
        stats.sampling_ratio = ratio_sums(raw_weights, units_of(raw_weights, in.mask));
    }
    return stats;
}

PolicyLoss differentiate(const PolicyConfig& c, const PolicyBatch& batch, const LossNormaliser& n) {
    const c10::AutoGradMode grad_on(true);
    const Inputs in = prepare(batch);
    const at::Tensor log_rho = log_ratio(c, in);
    at::Tensor loss = token_loss(c, in, at::exp(log_rho).expand_as(in.mask));  // [N, L]
    at::Tensor raw_weights;
    if (in.sampling.defined()) {
        const ImportanceWeights correction = importance_weights(c.importance_sampling_mode,
                                                                c.importance_sampling_clip_max,
                                                                in.old,
                                                                in.sampling,
                                                                in.mask);
        raw_weights = correction.ratios;
        if (c.importance_sampling_correction) loss = loss * correction.weights;
    }
    // The distance to the reference is not part of what was sampled, so the correction does not
    // scale it.
    if (c.beta > 0.0) loss = loss + c.beta * kl_per_token(c.kl_estimator, in.logprobs, in.ref);
    const at::Tensor total = (loss * token_weights(c, in, n) * in.learned).sum();
    total.backward();
    return {.loss = total.item<double>(),
            .grad = in.leaf.grad().to(batch.logprobs.scalar_type()),
            .stats = collect_stats(c, in, log_rho, raw_weights)};
}

}  // namespace

util::Result<PolicyLoss> policy_loss(const PolicyConfig& config,
                                     const PolicyBatch& batch,
                                     const LossNormaliser& normaliser) {
    VT_TRY(check(config, batch));
    return catch_torch("policy loss", [&]() -> util::Result<PolicyLoss> {
        PolicyLoss result = differentiate(config, batch, normaliser);
        if (!std::isfinite(result.loss)) {
            return util::fail(util::ErrorCode::kInvalidArgument, std::string(kPolicyLossNotFinite));
        }
        return result;
    });
}

SftLoss sft_loss(const at::Tensor& logprobs, const at::Tensor& mask, double normaliser) {
    VT_CHECK(logprobs.dim() == 2 && mask.sizes() == logprobs.sizes() && normaliser > 0.0);
    const auto f64 = at::TensorOptions(at::kDouble).device(logprobs.device());
    const at::Tensor real = mask.detach().to(f64).gt(0);
    const at::Tensor counted = at::where(real, logprobs.detach().to(f64), at::zeros({}, f64));
    return {.loss = -counted.sum().item<double>() / normaliser,
            .grad = (real.to(at::kDouble) / -normaliser).to(logprobs.scalar_type())};
}

}  // namespace veritune::train
