// SPDX-License-Identifier: Apache-2.0
#include "core/train/optimizer.h"

#include "tests/train/tiny_run.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>

#include <cmath>

namespace veritune::train {
namespace {

model::ParameterStore store_of(std::uint64_t seed) {
    model::ParameterStore store;
    store.add("a", {5, 7});
    store.add("b", {20});
    store.allocate();
    util::Rng rng(seed, util::RngStream::kTest);
    for (std::int64_t p = 0; p < store.size(); ++p) {
        at::Tensor value = store.value(p).view({-1});
        for (std::int64_t i = 0; i < value.numel(); ++i)
            value.data_ptr<float>()[i] = static_cast<float>(rng.normal());
    }
    return store;
}

void set_gradient(model::ParameterStore& store, std::uint64_t seed, double scale) {
    util::Rng rng(seed, util::RngStream::kTest);
    for (std::int64_t p = 0; p < store.size(); ++p) {
        at::Tensor grad = store.grad(p).view({-1});
        for (std::int64_t i = 0; i < grad.numel(); ++i)
            grad.data_ptr<float>()[i] = static_cast<float>(scale * rng.normal());
    }
}

/// arXiv 1711.05101, algorithm 2, in double; clipping as torch.nn.utils.clip_grad_norm_.
struct Reference {
    at::Tensor w, m, v;
    int t = 0;
    void step(at::Tensor g, const OptimizerConfig& c, double lr) {
        g = g.to(at::kDouble);
        const double norm = g.norm().item<double>();
        if (c.max_grad_norm > 0 && norm > c.max_grad_norm)
            g = g * (c.max_grad_norm / (norm + 1e-6));
        ++t;
        w = w * (1 - lr * c.weight_decay);
        m = c.adam_beta1 * m + (1 - c.adam_beta1) * g;
        v = c.adam_beta2 * v + (1 - c.adam_beta2) * g * g;
        const at::Tensor mh = m / (1 - std::pow(c.adam_beta1, t));
        const at::Tensor vh = v / (1 - std::pow(c.adam_beta2, t));
        w = w - lr * mh / (vh.sqrt() + c.adam_epsilon);
    }
};

TEST(AdamW, FollowsThePaperWithClippingAndDecay) {
    model::ParameterStore store = store_of(1);
    AdamW optimizer(store);
    const OptimizerConfig config{.adam_beta2 = 0.95, .weight_decay = 0.1, .max_grad_norm = 1.0};
    const at::Tensor start = store.flat().to(at::kDouble);
    Reference reference{start, at::zeros_like(start), at::zeros_like(start)};
    for (int step = 0; step < 6; ++step) {
        set_gradient(store,
                     10 + static_cast<std::uint64_t>(step),
                     step % 2 == 0 ? 0.01 : 3.0);  // below and above the clip
        const at::Tensor g = store.flat_grad().clone();
        reference.step(g, config, 1e-2);
        const AdamW::StepResult result = optimizer.step(store, config, 1e-2);
        EXPECT_FALSE(result.skipped);
        EXPECT_NEAR(result.grad_norm, g.norm().item<double>(), 1e-5 * result.grad_norm);
        EXPECT_EQ(store.flat_grad().abs().max().item<float>(), 0.0F) << "gradients are used up";
    }
    EXPECT_LT(relative_difference(store.flat(), reference.w), 1e-6);
    EXPECT_LT(relative_difference(optimizer.first_moment(), reference.m), 1e-6);
    EXPECT_LT(relative_difference(optimizer.second_moment(), reference.v), 1e-6);
    EXPECT_EQ(optimizer.steps(), 6);
    EXPECT_EQ(store.flat().narrow(0, 35, 13).abs().max().item<float>(), 0.0F) << "gaps stay 0";
}

TEST(AdamW, SkipsAGradientThatIsNotFinite) {
    for (const float bad : {NAN, INFINITY, -INFINITY}) {
        model::ParameterStore store = store_of(2);
        AdamW optimizer(store);
        set_gradient(store, 3, 0.1);
        optimizer.step(store, {}, 1e-2);
        const at::Tensor weights = store.flat().clone();
        const at::Tensor m = optimizer.first_moment().clone();
        const at::Tensor v = optimizer.second_moment().clone();
        set_gradient(store, 4, 0.1);
        store.grad(1)[7] = bad;
        EXPECT_TRUE(optimizer.step(store, {}, 1e-2).skipped);
        EXPECT_TRUE(bit_equal(store.flat(), weights));
        EXPECT_TRUE(bit_equal(optimizer.first_moment(), m));
        EXPECT_TRUE(bit_equal(optimizer.second_moment(), v));
        EXPECT_EQ(optimizer.steps(), 1);
        EXPECT_EQ(store.flat_grad().abs().max().item<float>(), 0.0F) << "the bad gradient is gone";
    }
}

TEST(AdamW, DoesNotClipWhenSwitchedOff) {
    model::ParameterStore store = store_of(5);
    AdamW optimizer(store);
    set_gradient(store, 6, 100.0);
    const at::Tensor g = store.flat_grad().clone();
    optimizer.step(store, {.max_grad_norm = 0.0}, 1e-2);
    EXPECT_LT(relative_difference(optimizer.first_moment() / 0.1, g), 1e-6);
}

TEST(AdamW, ResetStartsOver) {
    model::ParameterStore store = store_of(7);
    AdamW optimizer(store);
    set_gradient(store, 8, 1.0);
    optimizer.step(store, {}, 1e-2);
    optimizer.reset();
    EXPECT_EQ(optimizer.steps(), 0);
    EXPECT_EQ(optimizer.first_moment().abs().max().item<float>(), 0.0F);
    EXPECT_EQ(optimizer.second_moment().abs().max().item<float>(), 0.0F);
}

}  // namespace
}  // namespace veritune::train
