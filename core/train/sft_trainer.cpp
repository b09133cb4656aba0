// SPDX-License-Identifier: Apache-2.0
#include "core/train/sft_trainer.h"

#include "core/model/lm_head.h"
#include "core/train/lr_schedule.h"
#include "core/train/memory_budget.h"
#include "core/util/rng.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace veritune::train {
namespace {

std::int64_t size_of(const SftExample& example) {
    return static_cast<std::int64_t>(example.prompt.size() + example.completion.size());
}

std::int64_t targets_of(const SftExample& example, bool completion_only) {
    return static_cast<std::int64_t>(completion_only
                                         ? example.completion.size()
                                         : example.prompt.size() + example.completion.size() - 1);
}

}  // namespace

SftTrainer::SftTrainer(model::CausalLm& lm,
                       AdamW& optimizer,
                       const SftConfig& config,
                       std::vector<SftExample> examples,
                       std::uint64_t seed,
                       const WorkLink& link)
    : lm_(&lm),
      config_(config),
      seed_(seed),
      optimizer_(&optimizer),
      link_(link) {
    for (SftExample& example : examples) {
        if (size_of(example) > config.max_length || example.prompt.empty() ||
            example.completion.empty()) {
            ++dropped_;
        } else {
            examples_.push_back(std::move(example));
        }
    }
    const double per_epoch = std::ceil(static_cast<double>(examples_.size()) /
                                       static_cast<double>(config.per_device_train_batch_size));
    total_steps_ = config.max_steps > 0
                       ? config.max_steps
                       : static_cast<std::int64_t>(std::ceil(per_epoch * config.num_train_epochs));
    if (examples_.empty()) total_steps_ = 0;
}

/// Batches run through shuffled epochs without a break, so that every batch is full.
std::vector<const SftExample*> SftTrainer::batch_of(std::int64_t step) {
    const std::int64_t size = config_.per_device_train_batch_size;
    std::vector<const SftExample*> batch;
    for (std::int64_t i = (step - 1) * size; i < step * size; ++i) {
        const std::int64_t epoch = i / examples();
        if (epoch != epoch_) {
            order_ =
                util::Rng(seed_, util::RngStream::kDataOrder, static_cast<std::uint64_t>(epoch))
                    .permutation(examples());
            epoch_ = epoch;
        }
        batch.push_back(
            &examples_[static_cast<std::size_t>(order_[static_cast<std::size_t>(i % examples())])]);
    }
    return batch;
}

SftTrainer::Sums SftTrainer::forward_backward(std::span<const SftExample* const> examples,
                                              double normaliser) {
    model::PackedBatch batch;
    model::HeadTargets targets;
    std::vector<std::int32_t> ids;
    for (const SftExample* example : examples) {
        ids = example->prompt;
        ids.insert(ids.end(), example->completion.begin(), example->completion.end());
        const std::int64_t first = batch.add_example(std::span(ids).first(ids.size() - 1));
        const std::size_t begin = config_.completion_only_loss ? example->prompt.size() : 1;
        for (std::size_t t = begin; t < ids.size(); ++t) {
            targets.rows.push_back(
                static_cast<std::int32_t>(first + static_cast<std::int64_t>(t) - 1));
            targets.targets.push_back(ids[t]);
        }
    }
    const auto n = static_cast<std::int64_t>(targets.rows.size());
    link_.beat();
    lm_->forward(batch, acts_, true);
    model::LmHead head(1.0);
    head.forward(*lm_, acts_.hidden(), std::move(targets));
    const at::Tensor g = at::full({n}, -1.0 / normaliser, at::kFloat);
    lm_->backward(batch, acts_, head.backward(*lm_, acts_.hidden(), g));
    return {.loss = -head.logprobs().sum().item<double>(),
            .probability = head.logprobs().exp().sum().item<double>(),
            .entropy = head.entropies().sum().item<double>(),
            .tokens = batch.rows()};
}

util::Result<SftStepStats> SftTrainer::step(std::int64_t step) {
    const auto undo = [&] {
        acts_ = {};
        lm_->drop_gradients();
    };
    return with_retreat(link_.retreat, MemoryRetreat::Work::kUpdate, "supervised step", undo, [&] {
        return try_step(step);
    });
}

/// Until the optimiser's step nothing but gradients has changed.
util::Result<SftStepStats> SftTrainer::try_step(std::int64_t step) {
    const std::vector<const SftExample*> batch = batch_of(step);
    SftStepStats stats;
    for (const SftExample* example : batch) {
        stats.target_tokens += targets_of(*example, config_.completion_only_loss);
    }
    const auto normaliser = static_cast<double>(stats.target_tokens);
    VT_TRY(optimizer_->prepare(*lm_));
    const std::int64_t budget =
        config_.packing ? link_.micro_batch(micro_batch_budget(*lm_, config_.max_length * 8)) : 1;
    for (std::size_t next = 0; next < batch.size();) {
        const std::size_t first = next;
        std::int64_t tokens = 0;
        for (; next < batch.size() && (next == first || tokens + size_of(*batch[next]) <= budget);
             ++next) {
            tokens += size_of(*batch[next]);
        }
        const Sums sums =
            forward_backward(std::span(batch).subspan(first, next - first), normaliser);
        stats.loss += sums.loss / normaliser;
        stats.token_accuracy += sums.probability / normaliser;
        stats.entropy += sums.entropy / normaliser;
        stats.tokens += sums.tokens;
    }
    // The sums of a failed pass are none.
    if (const util::Status passes = lm_->take_failure(); !passes) {
        lm_->drop_gradients();
        return passes.error();
    }
    if (!std::isfinite(stats.loss)) stats.bad = "loss";
    stats.learning_rate = learning_rate_at(config_.optimizer, step, total_steps_) * lr_factor_;
    if (!stats.bad.empty()) {
        lm_->drop_gradients();
        stats.skipped = true;
        return stats;
    }
    VT_ASSIGN(const AdamW::StepResult result,
              optimizer_->step(*lm_, config_.optimizer, stats.learning_rate));
    stats.grad_norm = result.grad_norm;
    stats.skipped = result.skipped;
    stats.bad = result.bad;
    return stats;
}

}  // namespace veritune::train
