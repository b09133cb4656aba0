// SPDX-License-Identifier: Apache-2.0
#include "core/train/advantage.h"

#include "core/train/gae.h"
#include "core/train/torch_errors.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace veritune::train {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

at::Tensor to_f64(const at::Tensor& tensor) { return tensor.detach().to(at::kCPU, at::kDouble); }

at::Tensor to_bool(const at::Tensor& tensor) { return tensor.detach().to(at::kCPU, at::kBool); }

at::Tensor zero() { return at::zeros({}, at::kDouble); }

/// What is known about each prompt's group; K groups, `index` [N] tells each chain's.
struct Groups {
    at::Tensor index;    // [N] int64
    at::Tensor counted;  // [N] f64
    at::Tensor size;     // [K] f64, counted chains
    at::Tensor mean;     // [K] f64
    at::Tensor lowest;   // [K] f64
    at::Tensor highest;  // [K] f64
    at::Tensor equal() const { return lowest.eq(highest); }
    at::Tensor per_chain(const at::Tensor& per_group) const {
        return per_group.index_select(0, index);
    }
};

at::Tensor sum_by_group(const Groups& groups, const at::Tensor& values, int64_t count) {
    return at::zeros({count}, at::kDouble).index_add_(0, groups.index, values);
}

Groups make_groups(const at::Tensor& rewards, const at::Tensor& group, const at::Tensor& counted) {
    Groups g;
    const auto unique = at::_unique(
        group.detach().to(at::kCPU, at::kLong), /*sorted=*/true, /*return_inverse=*/true);
    const int64_t count = std::get<0>(unique).size(0);
    g.index = std::get<1>(unique);
    g.counted = counted.to(at::kDouble);
    g.size = sum_by_group(g, g.counted, count);
    const at::Tensor r = at::where(counted, rewards, zero());
    g.mean = sum_by_group(g, r, count) / g.size.clamp_min(1.0);
    g.lowest =
        at::full({count}, kInfinity, at::kDouble)
            .scatter_reduce(0,
                            g.index,
                            at::where(counted, rewards, at::full({}, kInfinity, at::kDouble)),
                            "amin");
    g.highest =
        at::full({count}, -kInfinity, at::kDouble)
            .scatter_reduce(0,
                            g.index,
                            at::where(counted, rewards, at::full({}, -kInfinity, at::kDouble)),
                            "amax");
    return g;
}

double unbiased_std(const at::Tensor& values) {
    return values.numel() < 2 ? 0.0 : values.std(/*unbiased=*/true).item<double>();
}

at::Tensor scale_deviation(const Groups& g,
                           const at::Tensor& deviation,
                           const at::Tensor& counted_rewards,
                           std::string_view scale) {
    constexpr double kEpsilon = 1e-4;
    if (scale == "none") return deviation;
    if (scale == "batch") return deviation / (unbiased_std(counted_rewards) + kEpsilon);
    if (scale == "leave_one_out") {
        return deviation * g.per_chain(g.size / (g.size - 1.0).clamp_min(1.0));
    }
    VT_CHECK(scale == "group");
    const at::Tensor squares = sum_by_group(g, deviation * deviation, g.size.size(0));
    const at::Tensor deviations = at::sqrt(squares / (g.size - 1.0).clamp_min(1.0));  // [K]
    return deviation / (g.per_chain(deviations) + kEpsilon);
}

at::Tensor group_advantage_of(const Groups& g,
                              const at::Tensor& rewards,
                              const at::Tensor& counted,
                              std::string_view scale) {
    const at::Tensor r = at::where(counted, rewards, zero());
    const at::Tensor deviation = (r - g.per_chain(g.mean)) * g.counted;  // [N]
    const at::Tensor scaled = scale_deviation(g, deviation, rewards.masked_select(counted), scale);
    // Equality is tested, not left to float noise over 1e-4: .1 + .1 + .1 has a mean that is not
    // .1.
    const at::Tensor usable = g.per_chain(at::logical_not(g.equal()) & (g.size >= 2.0)) & counted;
    return at::where(usable, scaled, zero());
}

/// The batch with defaults filled in, on the CPU.
struct Chains {
    at::Tensor rewards;     // [N] f64, penalties included, 0 where not scored
    at::Tensor scored;      // [N] bool
    at::Tensor verified;    // [N] bool, scored only
    at::Tensor group;       // [N] int64
    at::Tensor token_mask;  // [N, L] f64
};

at::Tensor or_default(const at::Tensor& tensor, int64_t n, bool value) {
    return tensor.defined() ? to_bool(tensor) : at::full({n}, value, at::kBool);
}

bool fits(const at::Tensor& tensor, at::IntArrayRef shape) {
    return !tensor.defined() || tensor.sizes() == shape;
}

util::Status check_shapes(const PolicyConfig& config, const RolloutBatch& b) {
    const auto refuse = [](const char* what) {
        return util::fail(util::ErrorCode::kInvalidArgument, std::string("rollout batch: ") + what);
    };
    if (!b.rewards.defined() || b.rewards.dim() != 1) return refuse("rewards must be [N]");
    if (!b.completion_mask.defined() || b.completion_mask.dim() != 2)
        return refuse("completion_mask must be [N, L]");
    const int64_t n = b.rewards.size(0);
    const int64_t length = b.completion_mask.size(1);
    if (b.completion_mask.size(0) != n) return refuse("rewards and completion_mask differ in N");
    for (const at::Tensor* row : {&b.scored, &b.verified, &b.truncated, &b.group}) {
        if (!fits(*row, {n})) return refuse("scored, verified, truncated and group must be [N]");
    }
    for (const at::Tensor* tokens : {&b.values, &b.old_logprobs, &b.ref_logprobs}) {
        if (!fits(*tokens, {n, length})) return refuse("values and logprobs must be [N, L]");
    }
    if (config.algorithm == "ppo" && !b.values.defined()) return refuse("ppo needs values");
    if (config.kl_coef > 0.0 && !(b.old_logprobs.defined() && b.ref_logprobs.defined())) {
        return refuse("kl_coef needs old_logprobs and ref_logprobs");
    }
    return {};
}

util::Result<Chains> prepare(const PolicyConfig& config, const RolloutBatch& b) {
    const int64_t n = b.rewards.size(0);
    Chains c;
    c.scored = or_default(b.scored, n, true);
    c.group = b.group.defined() ? b.group : at::zeros({n}, at::kLong);
    const at::Tensor real = to_f64(b.completion_mask).gt(0).to(at::kDouble);  // [N, L]
    c.rewards = at::where(c.scored, to_f64(b.rewards), zero());
    if (!at::isfinite(c.rewards).all().item<bool>()) {
        return util::fail(util::ErrorCode::kInvalidArgument,
                          "rollout batch: a scored reward is not finite");
    }
    c.verified = (b.verified.defined() ? to_bool(b.verified) : c.rewards >= 1.0) & c.scored;
    if (config.overlong_penalty_tokens > 0.0) {
        const auto longest = static_cast<double>(config.sampling.max_completion_length);
        const at::Tensor penalty =
            overlong_penalty(real.sum(1), longest, config.overlong_penalty_tokens);
        c.rewards = at::where(c.scored, c.rewards + penalty, zero());
    }
    at::Tensor learned = c.scored;  // [N]
    // A masked chain stays in the baseline: dropping it there first would raise the others' mean.
    if (config.mask_truncated_completions) learned = learned & ~or_default(b.truncated, n, false);
    c.token_mask = real * learned.to(at::kDouble).unsqueeze(1);
    return c;
}

void fill_stats(const Chains& c, const Groups& g, AdvantageStats& stats) {
    const at::Tensor rewards = c.rewards.masked_select(c.scored);
    const auto count = [](const at::Tensor& flags) { return flags.sum().item<std::int64_t>(); };
    const at::Tensor seen = g.size >= 1.0;                 // [K]
    const at::Tensor equal = g.equal() & (g.size >= 2.0);  // [K]
    stats.chains = c.rewards.size(0);
    stats.faults = stats.chains - rewards.size(0);
    stats.groups = count(seen);
    stats.groups_too_small = count(seen & (g.size < 2.0));
    stats.groups_all_right = count(equal & (g.highest > 0.0));
    stats.groups_all_wrong = count(equal & (g.highest <= 0.0));
    stats.reward_mean = rewards.numel() == 0 ? 0.0 : rewards.mean().item<double>();
    stats.reward_std = unbiased_std(rewards);
    const double verified = c.verified.sum().item<double>();
    stats.reject_kept_ratio =
        rewards.numel() == 0 ? 0.0 : verified / static_cast<double>(rewards.numel());
}

/// Ends the work of every branch: advantages exist on counted tokens of chains that may learn.
void finish(const PolicyConfig& config, Advantages& out) {
    const at::Tensor with_tokens = out.token_mask.sum(1) > 0;  // [N]
    out.update = out.update & out.counted & with_tokens;
    const at::Tensor allowed = out.token_mask * out.update.to(at::kDouble).unsqueeze(1);
    out.advantages = at::where(allowed > 0, out.advantages, zero());
    out.stats.kept = out.update.sum().item<std::int64_t>();
    const bool pushes = out.advantages.ne(0.0).any().item<bool>();
    out.has_update = pushes || (config.beta > 0.0 && out.stats.kept > 0);
}

void ppo_advantages(const PolicyConfig& config,
                    const RolloutBatch& b,
                    const Chains& c,
                    Advantages& out) {
    const bool only_verified = config.update_on == "verified";
    const double kl_coef = only_verified ? 0.0 : config.kl_coef;
    const at::Tensor r =
        token_rewards(c.rewards, c.token_mask, b.old_logprobs, b.ref_logprobs, kl_coef);
    Gae estimate = gae(r, b.values, c.token_mask, config.gamma, config.lam);
    out.returns = estimate.returns;
    out.advantages = estimate.advantages;
    if (only_verified) {
        // The critic learns from every scored chain, target r: on verified chains alone V -> 1 and
        // learning stops.
        out.returns = c.rewards.unsqueeze(1) * c.token_mask;
        VerifiedAdvantage verified = verified_advantage(
            estimate.advantages, c.token_mask, c.verified, config.verified_sigma_floor);
        out.advantages = verified.advantages;
        out.stats.sigma = verified.sigma;
        out.update = c.verified;
    } else if (config.whiten_advantages) {
        out.advantages = whiten(estimate.advantages, c.token_mask);
    }
}

at::Tensor rloo_rewards(const PolicyConfig& config, const RolloutBatch& b, const Chains& c) {
    if (config.kl_coef == 0.0) return c.rewards;
    const at::Tensor kl = to_f64(b.old_logprobs) - to_f64(b.ref_logprobs);
    return c.rewards - config.kl_coef * at::where(c.token_mask > 0, kl, zero()).sum(1);
}

/// One number per chain, before weights and filters.
at::Tensor chain_advantage(const PolicyConfig& config,
                           const RolloutBatch& b,
                           const Chains& c,
                           const Groups& g) {
    if (config.algorithm == "grpo")
        return group_advantage_of(g, c.rewards, c.scored, config.scale_rewards);
    if (config.algorithm == "reinforce_pp")
        return group_advantage_of(g, c.rewards, c.scored, "none");
    if (config.algorithm == "rloo") {
        const at::Tensor rewards = rloo_rewards(config, b, c);
        return group_advantage_of(
            make_groups(rewards, c.group, c.scored), rewards, c.scored, "leave_one_out");
    }
    VT_CHECK(config.algorithm == "raft");
    return c.rewards;
}

void chain_advantages(const PolicyConfig& config,
                      const RolloutBatch& b,
                      const Chains& c,
                      const Groups& g,
                      Advantages& out) {
    const bool raft = config.algorithm == "raft";
    if (!raft) out.counted = out.counted & g.per_chain(g.size >= 2.0);
    if (config.dynamic_sampling != "off")
        out.counted = out.counted & g.per_chain(at::logical_not(g.equal()));
    out.token_mask = out.token_mask * out.counted.to(at::kDouble).unsqueeze(1);
    out.advantages = chain_advantage(config, b, c, g).unsqueeze(1).expand_as(out.token_mask);
    if (config.algorithm == "reinforce_pp") out.advantages = whiten(out.advantages, out.token_mask);
    if (!raft) {
        const at::Tensor weight = at::where(out.advantages > 0,
                                            at::full({}, config.positive_weight, at::kDouble),
                                            at::full({}, config.negative_weight, at::kDouble));
        out.advantages = out.advantages * weight;
    }
    if (config.update_on == "verified") {
        const at::Tensor praised = (out.advantages * out.token_mask > 0).any(1);  // [N]
        out.update = c.verified & praised;
        out.advantages = out.advantages.clamp_min(0.0);
    }
}

}  // namespace

at::Tensor group_advantage(const at::Tensor& rewards,
                           const at::Tensor& group,
                           const at::Tensor& counted,
                           std::string_view scale) {
    const at::Tensor r = to_f64(rewards);
    const at::Tensor c = to_bool(counted);
    return group_advantage_of(make_groups(r, group, c), r, c, scale);
}

at::Tensor whiten(const at::Tensor& advantages, const at::Tensor& mask) {
    const at::Tensor real = to_f64(mask) > 0;
    const at::Tensor a = to_f64(advantages);
    const at::Tensor values = a.masked_select(real);  // [tokens]
    if (values.numel() < 2) return at::zeros_like(a);
    const at::Tensor scaled = (a - values.mean()) / at::sqrt(values.var(/*unbiased=*/true) + 1e-8);
    return at::where(real, scaled, zero());
}

VerifiedAdvantage verified_advantage(const at::Tensor& raw,
                                     const at::Tensor& mask,
                                     const at::Tensor& verified,
                                     double sigma_floor) {
    const at::Tensor real = to_f64(mask) > 0;
    const at::Tensor a = to_f64(raw);
    const at::Tensor values = a.masked_select(real);  // [tokens]
    const double variance = values.numel() < 2 ? 0.0 : values.var(/*unbiased=*/true).item<double>();
    const double sigma = std::max(std::sqrt(variance + 1e-8), sigma_floor);
    const at::Tensor learned = real & to_bool(verified).unsqueeze(1);
    return {at::where(learned, (a / sigma).clamp_min(0.0), zero()), sigma};
}

at::Tensor overlong_penalty(const at::Tensor& lengths, double max_completion_length, double cache) {
    VT_CHECK(cache > 0.0);
    const at::Tensor excess = to_f64(lengths) - (max_completion_length - cache);
    return -at::clamp(excess / cache, 0.0, 1.0);
}

LossNormaliser loss_normaliser(const at::Tensor& token_mask,
                               const at::Tensor& counted,
                               std::int64_t max_completion_length) {
    return {.tokens = to_f64(token_mask).sum().item<double>(),
            .chains = to_f64(counted).sum().item<double>(),
            .max_completion_length = static_cast<double>(max_completion_length)};
}

util::Result<Advantages> compute_advantages(const PolicyConfig& config, const RolloutBatch& batch) {
    VT_TRY(check_shapes(config, batch));
    return catch_torch("advantages", [&]() -> util::Result<Advantages> {
        const c10::AutoGradMode no_grad(false);
        VT_ASSIGN(const Chains chains, prepare(config, batch));
        const Groups groups = make_groups(chains.rewards, chains.group, chains.scored);
        Advantages out;
        out.counted = chains.scored;
        out.update = chains.scored;
        out.token_mask = chains.token_mask;
        fill_stats(chains, groups, out.stats);
        if (config.algorithm == "ppo") {
            ppo_advantages(config, batch, chains, out);
        } else {
            chain_advantages(config, batch, chains, groups, out);
        }
        finish(config, out);
        return out;
    });
}

}  // namespace veritune::train
