// SPDX-License-Identifier: Apache-2.0
#include "core/model/lm_head.h"

#include "tests/model/lm_test_support.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>

namespace veritune::model {
namespace {

constexpr std::int64_t kRows = 40;

struct HeadCase {
    CausalLm lm;
    at::Tensor hidden;  ///< [M, d]
    HeadTargets targets;
    at::Tensor g;  ///< [n]
};

/// 100 targets over 40 rows: rows repeat, as the last prompt token does in a group.
HeadCase head_case(const char* model) {
    HeadCase c{.lm = load_golden(model, Trainable::kFull)};
    util::Rng rng(11, util::RngStream::kTest);
    c.hidden = at::empty({kRows, c.lm.config().hidden_size}, at::kFloat);
    for (std::int64_t i = 0; i < c.hidden.numel(); ++i)
        c.hidden.data_ptr<float>()[i] = static_cast<float>(rng.normal());
    std::vector<float> g;
    for (int i = 0; i < 100; ++i) {
        c.targets.rows.push_back(static_cast<std::int32_t>(rng.below(kRows)));
        c.targets.targets.push_back(static_cast<std::int32_t>(
            rng.below(static_cast<std::uint64_t>(c.lm.config().vocab_size))));
        g.push_back(i % 7 == 0 ? 0.0F : static_cast<float>(rng.normal()));
    }
    c.g = at::tensor(g, at::kFloat);
    return c;
}

/// log-softmax in double, [n, V].
at::Tensor reference_logprobs(const HeadCase& c, double temperature) {
    const at::Tensor rows = c.hidden.index_select(0, at::tensor(c.targets.rows, at::kLong));
    return (rows.to(at::kDouble).matmul(c.lm.weights().head.to(at::kDouble).t()) / temperature)
        .log_softmax(-1);
}

TEST(LmHead, GivesLogProbsAndEntropiesAtTheTemperature) {
    for (const double temperature : {1.0, 0.7}) {
        const HeadCase c = head_case("qwen3");
        LmHead head(temperature);
        head.forward(c.lm, c.hidden, c.targets);
        const at::Tensor all = reference_logprobs(c, temperature);
        const at::Tensor chosen =
            all.gather(1, at::tensor(c.targets.targets, at::kLong).unsqueeze(1)).squeeze(1);
        EXPECT_LT(largest_difference(head.logprobs(), chosen), 1e-5);
        EXPECT_LT(largest_difference(head.entropies(), -(all.exp() * all).sum(1)), 1e-5);
    }
}

TEST(LmHead, BackwardIsTheGradientOfTheSum) {
    for (const char* model : {"qwen2", "qwen3"}) {  // tied and untied
        HeadCase c = head_case(model);
        LmHead head(0.7);
        head.forward(c.lm, c.hidden, c.targets);
        const at::Tensor dhidden = head.backward(c.lm, c.hidden, c.g);
        const at::Tensor p = reference_logprobs(c, 0.7).exp();  // [n, V]
        at::Tensor onehot = at::zeros_like(p);
        onehot.scatter_(1, at::tensor(c.targets.targets, at::kLong).unsqueeze(1), 1.0);
        const at::Tensor dlogits = (onehot - p) * c.g.to(at::kDouble).unsqueeze(1) / 0.7;
        const at::Tensor rows = at::tensor(c.targets.rows, at::kLong);
        const at::Tensor expected =
            at::zeros({kRows, c.hidden.size(1)}, at::kDouble)
                .index_add_(0, rows, dlogits.matmul(c.lm.weights().head.to(at::kDouble)));
        EXPECT_LT(relative_difference(dhidden, expected), 1e-6) << model;
        const std::int64_t table = c.lm.config().tie_word_embeddings
                                       ? c.lm.parameters().index_of("embedding")
                                       : c.lm.parameters().index_of("head");
        const at::Tensor dhead = dlogits.t().matmul(c.hidden.index_select(0, rows).to(at::kDouble));
        EXPECT_LT(relative_difference(c.lm.parameters().grad(table), dhead), 1e-6) << model;
    }
}

TEST(LmHead, ChunksChangeNothing) {
    HeadCase c = head_case("qwen2");
    LmHead whole(1.0);
    whole.forward(c.lm, c.hidden, c.targets);
    const at::Tensor dwhole = whole.backward(c.lm, c.hidden, c.g);
    const at::Tensor dtable = c.lm.parameters().flat_grad().clone();
    for (const std::int64_t rows : {17, 50, 99, 100}) {
        c.lm.parameters().flat_grad().zero_();
        LmHead chunked(1.0, rows * c.lm.config().vocab_size);
        chunked.forward(c.lm, c.hidden, c.targets);
        EXPECT_LT(largest_difference(chunked.logprobs(), whole.logprobs()), 1e-5) << rows;
        EXPECT_LT(relative_difference(chunked.backward(c.lm, c.hidden, c.g), dwhole), 1e-6) << rows;
        EXPECT_LT(relative_difference(c.lm.parameters().flat_grad(), dtable), 1e-6) << rows;
    }
}

TEST(LmHead, TokensWithoutGradientLeaveExactlyNothing) {
    HeadCase c = head_case("qwen2");
    LmHead head(1.0);
    head.forward(c.lm, c.hidden, c.targets);
    const at::Tensor dhidden = head.backward(c.lm, c.hidden, at::zeros({100}, at::kFloat));
    EXPECT_EQ(dhidden.abs().max().item<float>(), 0.0F);
    EXPECT_EQ(c.lm.parameters().flat_grad().abs().max().item<float>(), 0.0F);
}

TEST(LmHead, TakesOneTargetAndNone) {
    HeadCase c = head_case("llama");
    LmHead head(1.0);
    head.forward(c.lm, c.hidden, {.rows = {3}, .targets = {5}});
    EXPECT_EQ(head.logprobs().numel(), 1);
    EXPECT_LT(head.logprobs().item<float>(), 0.0F);
    head.forward(c.lm, c.hidden, {});
    EXPECT_EQ(head.logprobs().numel(), 0);
    EXPECT_EQ(head.backward(c.lm, c.hidden, at::zeros({0}, at::kFloat)).abs().max().item<float>(),
              0.0F);
}

}  // namespace
}  // namespace veritune::model
