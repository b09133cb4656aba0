// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/train/policy_trainer.h"
#include "tests/train/tiny_run.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace veritune::train {

/// Chains of given ids with given rewards: a rollout without a sampler and a verifier.
struct ChainSet {
    std::vector<Ids> prompts;
    std::vector<std::vector<Ids>> completions;  ///< [B][G]
    std::vector<std::vector<double>> rewards;   ///< [B][G]
    std::int64_t extra_padding = 0;

    std::int64_t chains() const {
        std::int64_t n = 0;
        for (const auto& group : completions) n += std::ssize(group);
        return n;
    }
    std::int64_t length() const {
        std::size_t longest = 0;
        for (const auto& group : completions) {
            for (const Ids& ids : group) longest = std::max(longest, ids.size());
        }
        return static_cast<std::int64_t>(longest) + extra_padding;
    }
    /// Points into this set, which must outlive them.
    std::vector<ChainRef> refs() const {
        std::vector<ChainRef> list;
        for (std::size_t p = 0; p < prompts.size(); ++p) {
            for (const Ids& ids : completions[p])
                list.push_back({&prompts[p], &ids, static_cast<std::int64_t>(p), std::ssize(list)});
        }
        return list;
    }
    at::Tensor mask() const {
        at::Tensor m = at::zeros({chains(), length()}, at::kFloat);
        for (const ChainRef& ref : refs())
            m[ref.row].narrow(0, 0, std::ssize(*ref.completion)).fill_(1);
        return m;
    }
};

inline Ids random_ids(util::Rng& rng, std::int64_t length) {
    Ids ids;
    for (std::int64_t i = 0; i < length; ++i)
        ids.push_back(static_cast<std::int32_t>(2 + rng.below(34)));
    return ids;
}

/// Random ids; rewards 0 and 1 in turn, so every group has both when it has two chains or more.
inline ChainSet random_chains(std::int64_t prompts, std::int64_t generations, std::uint64_t seed) {
    util::Rng rng(seed, util::RngStream::kTest);
    ChainSet set;
    for (std::int64_t p = 0; p < prompts; ++p) {
        set.prompts.push_back(random_ids(rng, 1 + static_cast<std::int64_t>(rng.below(7))));
        set.completions.emplace_back();
        set.rewards.emplace_back();
        for (std::int64_t g = 0; g < generations; ++g) {
            set.completions.back().push_back(
                random_ids(rng, 1 + static_cast<std::int64_t>(rng.below(9))));
            set.rewards.back().push_back(static_cast<double>((p + g) % 2));
        }
    }
    return set;
}

inline RolloutBatch rollout_of(const ChainSet& set, const at::Tensor& values) {
    std::vector<double> rewards;
    std::vector<std::int64_t> group;
    for (std::size_t p = 0; p < set.rewards.size(); ++p) {
        for (const double r : set.rewards[p]) {
            rewards.push_back(r);
            group.push_back(static_cast<std::int64_t>(p));
        }
    }
    RolloutBatch rollout;
    rollout.rewards = at::tensor(rewards, at::kDouble);
    rollout.group = at::tensor(group, at::kLong);
    rollout.completion_mask = set.mask();
    rollout.values = values;
    return rollout;
}

/// values  [N, L]; undefined for group methods
inline TrainBatch train_batch(PolicyTrainer& trainer,
                              const model::CausalLm& policy,
                              const PolicyConfig& config,
                              const ChainSet& set,
                              const at::Tensor& values = {}) {
    TrainBatch batch;
    batch.chains = set.refs();
    batch.completion_mask = set.mask();
    batch.sampling_logprobs = trainer.logprobs(policy, batch.chains, set.chains(), set.length());
    auto advantages = compute_advantages(config, rollout_of(set, values));
    VT_CHECK(advantages.has_value());
    batch.advantages = std::move(advantages).value();
    return batch;
}

/// The algorithm with everything that would hide a gradient switched off: no clipping of the norm,
/// no warm-up.
inline PolicyConfig plain_policy(const std::string& algorithm) {
    PolicyConfig config = tiny_vrl(algorithm, 10).vrl;
    config.optimizer.max_grad_norm = 0.0;
    return config;
}

/// The gradient of the first step: Adam's first moment is (1 - beta1) of it.
inline at::Tensor first_gradient(PolicyTrainer& trainer, const PolicyConfig& config) {
    VT_CHECK(trainer.optimizer().steps() == 1);
    return trainer.optimizer().first_moment() / (1.0 - config.optimizer.adam_beta1);
}

}  // namespace veritune::train
