// SPDX-License-Identifier: Apache-2.0
#include "core/train/critic.h"

#include "core/train/memory_budget.h"
#include "core/train/value_loss.h"
#include "core/util/rng.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace veritune::train {

std::vector<std::vector<ChainRef>> split_groups(std::span<const ChainRef> chains,
                                                std::int64_t parts,
                                                std::uint64_t seed,
                                                std::uint64_t step) {
    std::vector<std::vector<ChainRef>> groups;
    for (const ChainRef& chain : chains) {
        if (groups.empty() || groups.back().back().group != chain.group) groups.emplace_back();
        groups.back().push_back(chain);
    }
    const auto order = util::Rng(seed, util::RngStream::kCritic, step)
                           .permutation(static_cast<std::int64_t>(groups.size()));
    std::vector<std::vector<ChainRef>> split(static_cast<std::size_t>(
        std::clamp<std::int64_t>(parts, 1, std::max<std::int64_t>(1, std::ssize(groups)))));
    for (std::size_t i = 0; i < order.size(); ++i) {
        auto& part = split[i * split.size() / order.size()];
        const auto& group = groups[static_cast<std::size_t>(order[i])];
        part.insert(part.end(), group.begin(), group.end());
    }
    return split;
}

Critic::Critic(const model::CausalLm& policy,
               const PolicyConfig& config,
               std::uint64_t seed,
               const WorkLink& link)
    : config_(config),
      seed_(seed),
      link_(link),
      lm_(policy.clone_with_value_head()),
      optimizer_(lm_.parameters(), config.optimizer),
      optimizer_config_(config.optimizer) {
    optimizer_config_.max_grad_norm = 1.0;
    optimizer_config_.learning_rate = config.critic_learning_rate;
}

at::Tensor Critic::squash(const at::Tensor& raw) const {
    return config_.value_output == "sigmoid" ? raw.sigmoid() : raw;
}

at::Tensor Critic::values(std::span<const ChainRef> chains,
                          std::int64_t rows,
                          std::int64_t length) {
    at::Tensor all = at::zeros({rows, length}, at::kFloat);  // [N, L]
    const std::int64_t budget =
        link_.micro_batch(micro_batch_budget(lm_, config_.micro_batch_tokens));
    for (const ChainPack& pack : pack_chains(chains, length, budget)) {
        link_.beat();
        lm_.forward(pack.batch, acts_, false);
        const at::Tensor v = squash(lm_.values(acts_, pack.targets.rows));  // [R]
        all.index_copy_(0, pack.rows, pack.pad(v));
    }
    return all;
}

util::Status Critic::accumulate(const ChainPack& pack,
                                const CriticTargets& targets,
                                double normaliser,
                                CriticStats& stats) {
    const at::Tensor mask = targets.token_mask.index_select(0, pack.rows);  // [n, L]
    link_.beat();
    lm_.forward(pack.batch, acts_, true);
    const at::Tensor v = squash(lm_.values(acts_, pack.targets.rows));  // [R]
    const util::Result<ValueLoss> made = value_loss(pack.pad(v),
                                                    targets.old_values.index_select(0, pack.rows),
                                                    targets.returns.index_select(0, pack.rows),
                                                    mask,
                                                    config_.cliprange_value,
                                                    normaliser);
    if (!made && made.error().message == kValueLossNotFinite) {
        stats.bad = "the critic's loss";
        return {};
    }
    if (!made) return made.error();
    const ValueLoss& loss = *made;
    stats.value_loss += loss.loss;
    stats.clip_fraction += loss.clip_fraction * mask.sum().item<double>() / normaliser;
    at::Tensor dv = pack.flatten(loss.grad);  // [R]
    if (config_.value_output == "sigmoid") dv = dv * v * (1 - v);
    lm_.backward(pack.batch, acts_, lm_.values_backward(acts_, pack.targets.rows, dv));
    return {};
}

/// One optimiser step; until its last line nothing but gradients and `stats` has changed.
util::Result<AdamW::StepResult> Critic::accumulate_and_apply(std::span<const ChainRef> part,
                                                             const CriticTargets& targets,
                                                             CriticStats& stats) {
    VT_TRY(optimizer_.prepare(lm_));
    const std::int64_t budget =
        link_.micro_batch(micro_batch_budget(lm_, config_.micro_batch_tokens));
    const auto packs = pack_chains(part, targets.returns.size(1), budget);
    double normaliser = 0.0;
    for (const ChainPack& pack : packs) {
        normaliser += targets.token_mask.index_select(0, pack.rows).sum().item<double>();
    }
    const AdamW::StepResult nothing{.skipped = true};
    if (normaliser <= 0.0) return nothing;
    for (const ChainPack& pack : packs) {
        VT_TRY(accumulate(pack, targets, normaliser, stats));
        if (!stats.bad.empty()) return nothing;
    }
    VT_ASSIGN(const AdamW::StepResult result,
              optimizer_.step(lm_, optimizer_config_, optimizer_config_.learning_rate));
    if (result.skipped) stats.bad = std::string("the critic's ") + result.bad;
    return result;
}

util::Result<CriticStats> Critic::update(std::span<const ChainRef> chains,
                                         const CriticTargets& targets,
                                         std::int64_t step) {
    CriticStats stats;
    stats.explained_variance =
        explained_variance(targets.old_values, targets.returns, targets.token_mask);
    const auto parts =
        split_groups(chains, config_.critic_mini_batches, seed_, static_cast<std::uint64_t>(step));
    for (const auto& part : parts) {
        CriticStats part_stats;
        const auto undo = [&] {
            part_stats = {};
            acts_ = {};
            lm_.drop_gradients();
        };
        VT_ASSIGN(
            const AdamW::StepResult result,
            with_retreat(link_.retreat, MemoryRetreat::Work::kUpdate, "critic update", undo, [&] {
                return accumulate_and_apply(part, targets, part_stats);
            }));
        if (!part_stats.bad.empty()) {
            lm_.drop_gradients();
            stats.bad = part_stats.bad;
            return stats;
        }
        stats.value_loss += part_stats.value_loss / static_cast<double>(parts.size());
        stats.clip_fraction += part_stats.clip_fraction / static_cast<double>(parts.size());
        stats.grad_norm = std::max(stats.grad_norm, result.grad_norm);
    }
    return stats;
}

}  // namespace veritune::train
