// SPDX-License-Identifier: Apache-2.0
#include "core/train/policy_trainer.h"

#include "core/model/lm_head.h"
#include "core/train/critic.h"
#include "core/train/finite.h"
#include "core/train/lr_schedule.h"
#include "core/train/memory_budget.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace veritune::train {
namespace {

at::Tensor rows_of(const at::Tensor& all, const at::Tensor& rows) {
    return all.defined() ? all.index_select(0, rows) : at::Tensor();
}

at::Tensor row_index(std::span<const ChainRef> chains) {
    std::vector<std::int64_t> rows;
    for (const ChainRef& chain : chains) rows.push_back(chain.row);
    return at::tensor(rows, at::kLong);
}

}  // namespace

PolicyTrainer::PolicyTrainer(model::CausalLm& policy,
                             const PolicyConfig& config,
                             std::uint64_t seed,
                             const WorkLink& link)
    : policy_(&policy),
      config_(config),
      seed_(seed),
      link_(link),
      optimizer_(policy.parameters(), config.optimizer) {}

at::Tensor PolicyTrainer::logprobs(const model::CausalLm& lm,
                                   std::span<const ChainRef> chains,
                                   std::int64_t rows,
                                   std::int64_t length) {
    at::Tensor all = at::zeros({rows, length}, at::kFloat);  // [N, L]
    const std::int64_t budget =
        link_.micro_batch(micro_batch_budget(lm, config_.micro_batch_tokens));
    for (const ChainPack& pack : pack_chains(chains, length, budget)) {
        link_.beat();
        lm.forward(pack.batch, acts_, false);
        model::LmHead head(config_.sampling.temperature);
        head.forward(lm, acts_.hidden(), pack.targets);
        all.index_copy_(0, pack.rows, pack.pad(head.logprobs()));
    }
    return all;
}

util::Status PolicyTrainer::micro_batch(const TrainBatch& batch,
                                        const ChainPack& pack,
                                        const at::Tensor& old_logprobs,
                                        const LossNormaliser& normaliser,
                                        PolicyUpdate& update) {
    link_.beat();
    policy_->forward(pack.batch, acts_, true);
    model::LmHead head(config_.sampling.temperature);
    head.forward(*policy_, acts_.hidden(), pack.targets);
    if (!all_finite(head.logprobs())) {
        update.bad = "log-probs of the update";
        return {};
    }
    const PolicyBatch rows{.logprobs = pack.pad(head.logprobs()),
                           .old_logprobs = rows_of(old_logprobs, pack.rows),
                           .ref_logprobs = rows_of(batch.ref_logprobs, pack.rows),
                           .sampling_logprobs = rows_of(batch.sampling_logprobs, pack.rows),
                           .advantages = rows_of(batch.advantages.advantages, pack.rows),
                           .token_mask = rows_of(batch.advantages.token_mask, pack.rows),
                           .update = rows_of(batch.advantages.update, pack.rows)};
    const util::Result<PolicyLoss> made = policy_loss(config_, rows, normaliser);
    if (!made && made.error().message == kPolicyLossNotFinite) {
        update.bad = "loss";
        return {};
    }
    if (!made) return made.error();
    const PolicyLoss& loss = *made;
    update.policy_loss += loss.loss;
    update.stats.add(loss.stats);
    update.logprobs.index_copy_(0, pack.rows, rows.logprobs.to(at::kFloat));
    update.tokens += pack.batch.rows();
    policy_->backward(
        pack.batch, acts_, head.backward(*policy_, acts_.hidden(), pack.flatten(loss.grad)));
    return {};
}

/// One optimiser step; until its last line nothing but gradients and `update` has changed.
util::Result<AdamW::StepResult> PolicyTrainer::accumulate_and_apply(
    const TrainBatch& batch,
    std::span<const ChainRef> chains,
    const at::Tensor& old_logprobs,
    PolicyUpdate& update) {
    const AdamW::StepResult nothing{.skipped = true};
    const at::Tensor rows = row_index(chains);
    // The normaliser counts every scored chain of the mini-batch, also those without gradient
    // (training.md 5.3 (c)).
    const LossNormaliser normaliser = loss_normaliser(rows_of(batch.advantages.token_mask, rows),
                                                      rows_of(batch.advantages.counted, rows),
                                                      config_.sampling.max_completion_length);
    std::vector<ChainRef> used;
    for (const ChainRef& chain : chains) {
        if (batch.advantages.update[chain.row].item<bool>()) used.push_back(chain);
    }
    if (used.empty()) return nothing;
    VT_TRY(optimizer_.prepare(*policy_));
    const std::int64_t budget =
        link_.micro_batch(micro_batch_budget(*policy_, config_.micro_batch_tokens));
    for (const ChainPack& pack : pack_chains(used, batch.completion_mask.size(1), budget)) {
        VT_TRY(micro_batch(batch, pack, old_logprobs, normaliser, update));
        if (!update.bad.empty()) return nothing;
    }
    VT_ASSIGN(const AdamW::StepResult result,
              optimizer_.step(*policy_, config_.optimizer, update.learning_rate));
    update.bad = result.bad;
    return result;
}

util::Status PolicyTrainer::mini_batch(const TrainBatch& batch,
                                       std::span<const ChainRef> chains,
                                       const at::Tensor& old_logprobs,
                                       PolicyUpdate& update) {
    const PolicyUpdate before = update;
    const auto undo = [&] {
        update = before;
        acts_ = {};
        policy_->drop_gradients();
    };
    VT_ASSIGN(const AdamW::StepResult result,
              with_retreat(link_.retreat, MemoryRetreat::Work::kUpdate, "policy update", undo, [&] {
                  return accumulate_and_apply(batch, chains, old_logprobs, update);
              }));
    if (!update.bad.empty()) {
        policy_->drop_gradients();
        ++update.skipped;
    }
    update.grad_norm = std::max(update.grad_norm, result.grad_norm);
    update.updated = update.updated || !result.skipped;
    return {};
}

util::Result<PolicyUpdate> PolicyTrainer::step(const TrainBatch& batch, std::int64_t step) {
    PolicyUpdate update;
    update.learning_rate =
        learning_rate_at(config_.optimizer, step, config_.max_steps) * lr_factor_;
    if (!batch.advantages.has_update) return update;
    update.logprobs = at::zeros(batch.completion_mask.sizes(), at::kFloat);  // [N, L]
    const bool on_policy = config_.num_iterations == 1 && config_.num_mini_batches == 1;
    at::Tensor old_logprobs;
    if (!on_policy) {
        VT_ASSIGN(old_logprobs,
                  with_retreat(
                      link_.retreat,
                      MemoryRetreat::Work::kUpdate,
                      "old log-probs",
                      [&] { acts_ = {}; },
                      [&]() -> util::Result<at::Tensor> {
                          at::Tensor all = logprobs(*policy_,
                                                    batch.chains,
                                                    batch.completion_mask.size(0),
                                                    batch.completion_mask.size(1));
                          VT_TRY(policy_->take_failure());
                          return all;
                      }));
    }
    for (std::int64_t iteration = 0; iteration < config_.num_iterations; ++iteration) {
        if (config_.num_mini_batches == 1) {
            VT_TRY(mini_batch(batch, batch.chains, old_logprobs, update));
            if (!update.bad.empty()) return update;
            continue;
        }
        // Numbers of the policy's split lie beyond those of the critic.
        const auto draw =
            static_cast<std::uint64_t>(step * config_.num_iterations + iteration) + (1ULL << 31);
        for (const auto& part : split_groups(batch.chains, config_.num_mini_batches, seed_, draw)) {
            VT_TRY(mini_batch(batch, part, old_logprobs, update));
            if (!update.bad.empty()) return update;
        }
    }
    return update;
}

}  // namespace veritune::train
