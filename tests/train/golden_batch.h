// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/train/policy_loss.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>

#include <cmath>

/// The fixed batch of the golden vectors (training.md 10.2): 4 chains of 5, 3, 4, 2 tokens, rewards
/// 1, 0, 0, 1.
namespace veritune::train::testing {

inline constexpr int kN = 4;
inline constexpr int kL = 5;
inline constexpr int kLengths[kN] = {5, 3, 4, 2};
inline constexpr int kLmax = 8;

/// [4, 5] f64 from a function of (chain, token).
template <class F>
at::Tensor table(F value) {
    at::Tensor t = at::zeros({kN, kL}, at::kDouble);
    auto a = t.accessor<double, 2>();
    for (int i = 0; i < kN; ++i) {
        for (int j = 0; j < kL; ++j) a[i][j] = value(i, j);
    }
    return t;
}

inline at::Tensor golden_mask() {
    return table([](int i, int t) { return t < kLengths[i] ? 1.0 : 0.0; });
}
inline at::Tensor golden_logprobs() {
    return table([](int i, int t) { return -0.5 - 0.1 * i - 0.05 * t; });
}
inline at::Tensor golden_old() {
    return golden_logprobs() -
           table([](int i, int t) { return 0.4 * std::sin(1.7 * i + 0.9 * t + 0.3); });
}
inline at::Tensor golden_ref() {
    return golden_logprobs() -
           table([](int i, int t) { return 0.1 * std::cos(0.7 * i + 1.1 * t); });
}
inline at::Tensor golden_sampling() {
    return golden_old() + table([](int i, int t) { return 0.05 * std::sin(2.0 * i + t); });
}
inline at::Tensor golden_values() {
    return table([](int i, int t) { return 0.3 + 0.05 * i - 0.02 * t; }) * golden_mask();
}
inline at::Tensor golden_rewards() { return at::tensor({1.0, 0.0, 0.0, 1.0}, at::kDouble); }

inline RolloutBatch golden_rollout() {
    RolloutBatch batch;
    batch.rewards = golden_rewards();
    batch.completion_mask = golden_mask();
    batch.values = golden_values();
    batch.old_logprobs = golden_old();
    batch.ref_logprobs = golden_ref();
    return batch;
}

inline PolicyConfig config_of(const util::Json& json) {
    auto config = policy_config_from_json(json, "test");
    EXPECT_TRUE(config.has_value()) << (config ? "" : config.error().message);
    return *config;
}

inline double at2(const at::Tensor& t, int i, int j) { return t[i][j].item<double>(); }

/// Largest absolute difference.
inline double distance(const at::Tensor& a, const at::Tensor& b) {
    return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

}  // namespace veritune::train::testing
