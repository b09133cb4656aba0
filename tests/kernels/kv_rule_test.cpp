// SPDX-License-Identifier: Apache-2.0
#include "kernels/kv_rule.h"

#include "core/util/rng.h"
#include "kernels/paged_kv.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace veritune::kernels {
namespace {

constexpr std::int64_t kQHeads = 28;
constexpr std::int64_t kKvHeads = 4;
constexpr std::int64_t kDim = 128;

/// A layer of the shape of a 7B model with unit query and key channels and small biases.
struct Layer {
    std::vector<float> q_bias = std::vector<float>(kQHeads * kDim, 0.0F);
    std::vector<float> q_sigma = std::vector<float>(kQHeads * kDim, 1.0F);
    std::vector<float> k_bias = std::vector<float>(kKvHeads * kDim, 0.2F);
    std::vector<float> k_sigma = std::vector<float>(kKvHeads * kDim, 1.0F);

    KvRule rule() const {
        return {.q_bias = q_bias.data(),
                .q_sigma = q_sigma.data(),
                .k_bias = k_bias.data(),
                .k_sigma = k_sigma.data(),
                .q_heads = kQHeads,
                .kv_heads = kKvHeads,
                .head_dim = kDim};
    }
};

TEST(KvRule, OrdinaryLayersMayBeInt8) {
    const Layer layer;
    EXPECT_NEAR(kv_logit_noise(layer.rule()), 4.2 / 440, 1e-6);
    EXPECT_FALSE(keeps_bf16_kv(layer.rule()));
}

TEST(KvRule, FindsPlantedKeyBiases) {
    // Four channels of one head carry a bias of norm 921, as in the last layer of Qwen2.5-7B.
    Layer layer;
    for (const std::int64_t c : {3, 40, 77, 120}) {
        layer.k_bias[static_cast<std::size_t>(2 * kDim + c)] = c % 2 == 0 ? 460.5F : -460.5F;
    }
    EXPECT_TRUE(keeps_bf16_kv(layer.rule()));
    EXPECT_NEAR(kv_logit_noise(layer.rule()), 464.5 / 440, 1e-5);
}

TEST(KvRule, LooksAtTheQueriesOfTheHeadThatReadsTheKey) {
    Layer layer;
    layer.k_bias[3 * kDim + 5] = 100.0F;  // 0.24 at unit queries
    EXPECT_TRUE(keeps_bf16_kv(layer.rule()));
    for (std::int64_t c = 21 * kDim; c < 28 * kDim; ++c) {
        layer.q_sigma[static_cast<std::size_t>(c)] = 0.1F;
    }
    EXPECT_FALSE(keeps_bf16_kv(layer.rule()));
    for (std::int64_t c = 25 * kDim; c < 26 * kDim; ++c) {
        layer.q_bias[static_cast<std::size_t>(c)] = -2.0F;
    }
    EXPECT_TRUE(keeps_bf16_kv(layer.rule()));
}

TEST(KvRule, IsTheNoiseThatInt8KeysReallyGive) {
    // Keys with one large bias per head, quantised as the cache does: the deviation of the logits
    // of random queries is what the rule says, within the slack of its "4 sigma".
    Layer layer;
    for (std::int64_t h = 0; h < kKvHeads; ++h) layer.k_bias[h * kDim + 9] = 60.0F;
    const double promised = kv_logit_noise(layer.rule());
    util::Rng rng(5, util::RngStream::kTest);
    double square = 0;
    constexpr int kDraws = 4000;
    for (int n = 0; n < kDraws; ++n) {
        float k[kDim];
        float largest = 0;
        for (std::int64_t c = 0; c < kDim; ++c) {
            k[c] = layer.k_bias[static_cast<std::size_t>(c)] + static_cast<float>(rng.normal());
            largest = std::fmax(largest, std::fabs(k[c]));
        }
        const float scale = scale_from_fp16(scale_to_fp16(largest / 127.0F));
        double noise = 0;
        for (std::int64_t c = 0; c < kDim; ++c) {
            noise += rng.normal() * (std::nearbyint(k[c] / scale) * scale - k[c]);
        }
        square += noise * noise / kDim;
    }
    EXPECT_NEAR(std::sqrt(square / kDraws) / promised, 1.0, 0.1);
}

TEST(KvRule, WorksWithoutBiasesAndRefusesWhatDoesNotFit) {
    Layer layer;
    KvRule rule = layer.rule();
    rule.q_bias = nullptr;
    rule.k_bias = nullptr;
    EXPECT_NEAR(kv_logit_noise(rule), 4.0 / 440, 1e-6);
    rule.kv_heads = 3;
    EXPECT_TRUE(std::isnan(kv_logit_noise(rule)));
    EXPECT_TRUE(keeps_bf16_kv(rule)) << "in doubt the exact cache";
    layer.k_sigma[700 % (kKvHeads * kDim)] = NAN;
    EXPECT_TRUE(keeps_bf16_kv(layer.rule()));
}

TEST(ChannelSigma, IsTheNormOfTheScaledRow) {
    const std::vector<float> row = {3.0F, 0.0F, -2.0F};
    const std::vector<float> gamma = {1.0F, 9.0F, 2.0F};
    EXPECT_FLOAT_EQ(channel_sigma(row.data(), gamma.data(), 3), 5.0F);
    EXPECT_EQ(channel_sigma(row.data(), gamma.data(), 0), 0.0F);
}

}  // namespace
}  // namespace veritune::kernels
