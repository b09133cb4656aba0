// SPDX-License-Identifier: Apache-2.0
#include "core/rollout/quantised_base.h"

#include "core/model/lm_head.h"
#include "core/quant/dequantise.h"
#include "core/rollout/rollout_engine.h"
#include "tests/quant/tiny_folder.h"

#include <ATen/ATen.h>

#include <optional>
#include <string>
#include <tuple>

namespace veritune::rollout {
namespace {

using quant::test::QuantTest;

model::ModelConfig small_config(bool qk_norm) {
    model::ModelConfig c = quant::test::tiny_config();
    c.hidden_size = 256;
    c.intermediate_size = 384;
    c.head_dim = 64;
    c.num_hidden_layers = 3;
    if (qk_norm) {
        c.architecture = model::Architecture::kQwen3;
        c.qk_norm = true;
        c.qkv_bias = false;
    }
    return c;
}

/// Backend, and whether the model has Qwen3's norms of heads.
class QuantisedBaseTest : public QuantTest,
                          public ::testing::WithParamInterface<std::tuple<decode::Backend, bool>> {
  protected:
    static constexpr std::int64_t kRank = 4;

    void SetUp() override {
        if (std::get<0>(GetParam()) == decode::Backend::kCuda &&
            kernels::cuda::device_count() == 0) {
            GTEST_SKIP() << "no CUDA device (or a build without CUDA)";
        }
        config_ = small_config(std::get<1>(GetParam()));
        make_source(config_);
        ASSERT_TRUE(quantise().has_value());
        auto loaded =
            QuantisedModel::load(*fs_,
                                 dir_.file("model"),
                                 {.vocab = 90,
                                  .adapter = {},
                                  .allow_card = std::get<0>(GetParam()) == decode::Backend::kCuda});
        ASSERT_TRUE(loaded.has_value()) << util::to_string(loaded.error());
        base_ = std::make_shared<QuantisedBase>(std::move(*loaded));
    }
    /// An adapter that matters, on the base.
    model::CausalLm on_base() {
        model::CausalLm lm =
            model::CausalLm::on_base(config_, base_, {.r = kRank, .scale = 1.5}, 7);
        at::manual_seed(5);
        const at::Tensor flat = lm.parameters().flat();
        flat.add_(at::randn_like(flat).mul_(0.05));
        return lm;
    }
    /// The dequantised weights in 32 bits with the same adapter.
    std::optional<model::CausalLm> in_32_bits(const model::CausalLm& like) {
        const auto files = quant::QuantModel::open(*fs_, dir_.file("model"));
        if (!files) return std::nullopt;
        quant::test::Tensors tensors;
        const auto visited =
            quant::visit_tensors(*files, [&](const std::string& name, auto values) {
                tensors[name].assign(values.begin(), values.end());
                return util::Status();
            });
        EXPECT_TRUE(visited.has_value());
        quant::test::write_folder(
            *fs_, dir_.file("dequantised"), config_, tensors, model::DType::kF32, 1);
        auto lm = model::CausalLm::load(
            *fs_, dir_.file("dequantised"), model::Trainable::kLora, {.r = kRank, .scale = 1.5}, 7);
        EXPECT_TRUE(lm.has_value());
        if (!lm) return std::nullopt;
        lm->copy_values_from(like);
        return std::move(*lm);
    }
    /// Two groups with shared prompts and one example of its own; ids below 90.
    static model::PackedBatch batch() {
        model::PackedBatch b;
        const auto ids = [](std::int64_t count, std::int32_t first) {
            std::vector<std::int32_t> v;
            for (std::int64_t i = 0; i < count; ++i) {
                v.push_back(static_cast<std::int32_t>((first + 13 * i) % 90));
            }
            return v;
        };
        b.begin_group(ids(9, 3));
        b.add_chain(ids(20, 40));
        b.add_chain(ids(5, 71));
        b.begin_group(ids(70, 8));
        b.add_chain(ids(33, 2));
        b.add_example(ids(12, 55));
        return b;
    }
    static model::HeadTargets targets() {
        model::HeadTargets t;
        for (std::int32_t row = 5; row < 140; row += 2) {
            t.rows.push_back(row);
            t.targets.push_back(row * 7 % 90);
        }
        for (const std::int32_t again : {8, 8, 9}) {  // a row that predicts more than once
            t.rows.push_back(again);
            t.targets.push_back(again + 4);
        }
        return t;
    }
    static at::Tensor gradient_of_targets() {
        at::manual_seed(9);
        at::Tensor g = at::randn({std::ssize(targets().rows)});
        g[3] = 0;
        return g;
    }
    struct Pass {
        at::Tensor log_probs, entropies, gradient;
    };
    static Pass pass(model::CausalLm& lm,
                     double temperature,
                     const std::optional<at::Tensor>& mask) {
        const model::PackedBatch b = batch();
        model::Activations acts;
        lm.parameters().flat_grad().zero_();
        lm.forward(b, acts, true);
        if (lm.base() != nullptr) {
            model::LmHead head(temperature);
            head.forward(lm, acts.hidden(), targets());
            lm.backward(b, acts, head.backward(lm, acts.hidden(), gradient_of_targets()));
            const util::Status status = lm.collect_gradients();
            EXPECT_TRUE(status.has_value()) << (status ? "" : util::to_string(status.error()));
            return {head.logprobs().clone(),
                    head.entropies().clone(),
                    lm.parameters().flat_grad().clone()};
        }
        // Ids that the tokenizer lacks take no probability: the same, written down with autograd's
        // formulas on whole logits.
        const model::HeadTargets t = targets();
        const at::Tensor rows = at::tensor(t.rows, at::kInt).to(at::kLong);
        const at::Tensor ids = at::tensor(t.targets, at::kInt).to(at::kLong);
        const at::Tensor logits = at::empty({rows.size(0), lm.config().vocab_size}, at::kFloat);
        lm.logits(acts.hidden().index_select(0, rows).contiguous(), logits);
        const at::Tensor lp = (logits / temperature + *mask).log_softmax(1);
        const at::Tensor p = lp.exp();
        const at::Tensor onehot = at::zeros_like(p).scatter_(1, ids.unsqueeze(1), 1);
        const at::Tensor dlogits = gradient_of_targets().unsqueeze(1) * (onehot - p) / temperature;
        const at::Tensor drows = at::empty({rows.size(0), lm.config().hidden_size}, at::kFloat);
        lm.logits_backward(
            acts.hidden().index_select(0, rows).contiguous(), dlogits.contiguous(), drows);
        at::Tensor dhidden = at::zeros_like(acts.hidden());
        dhidden.index_add_(0, rows, drows);
        lm.backward(b, acts, dhidden);
        return {lp.gather(1, ids.unsqueeze(1)).squeeze(1),
                -(p * lp.clamp_min(-1e4)).sum(1),
                lm.parameters().flat_grad().clone()};
    }
    static double distance(const at::Tensor& a, const at::Tensor& b) {
        return (a - b).norm().item<double>() / b.norm().item<double>();
    }

    model::ModelConfig config_;
    std::shared_ptr<QuantisedBase> base_;
    at::Tensor values_;
};

TEST_P(QuantisedBaseTest, AgreesWithTheSameModelIn32Bits) {
    model::CausalLm lm = on_base();
    std::optional<model::CausalLm> reference = in_32_bits(lm);
    ASSERT_TRUE(reference.has_value());
    at::Tensor mask = at::zeros({config_.vocab_size});
    mask.slice(0, 90).fill_(-1e30);
    const Pass got = pass(lm, 0.8, {});
    const Pass expected = pass(*reference, 0.8, mask);
    EXPECT_LE((got.log_probs - expected.log_probs).abs().mean().item<double>(), 0.02);
    EXPECT_LE((got.entropies - expected.entropies).abs().mean().item<double>(), 0.02);
    EXPECT_LE(distance(got.gradient, expected.gradient), 0.02);
    // Each tensor by itself: a mistake in a small one would drown in the whole.
    for (std::int64_t i = 0; i < lm.parameters().size(); ++i) {
        const auto& entry = lm.parameters().entries()[static_cast<std::size_t>(i)];
        const at::Tensor a = got.gradient.narrow(0, entry.offset, entry.count);
        const at::Tensor b = expected.gradient.narrow(0, entry.offset, entry.count);
        EXPECT_LE(distance(a, b), 0.04) << entry.name;
    }
}

TEST_P(QuantisedBaseTest, GivesTheSameBitsWhateverIsKept) {
    model::CausalLm lm = on_base();
    const Pass all = pass(lm, 1.0, {});
    ASSERT_EQ(base_->decoder().shape()->keep, decode::Keep::kAll);
    ASSERT_TRUE(base_->decoder().shape()->whole_head);
    const Pass again = pass(lm, 1.0, {});
    EXPECT_TRUE(at::equal(all.gradient, again.gradient)) << "two runs";
    const std::int64_t rows = batch().rows();
    const std::int64_t seen = rows + std::ssize(batch().segments);
    for (const decode::Keep keep : {decode::Keep::kAttention, decode::Keep::kCheckpoints}) {
        // Slabs as small as the matrices allow: many of each.
        const decode::TrainShape shape{
            .rows = rows, .targets = seen, .rank = 16, .keep = keep, .slab_bytes = 1};
        const std::size_t most =
            decode::TrainMemory::bytes(config_, shape, base_->model().backend());
        decode::DeviceDecoder less(base_->model().device(),
                                   {.vocab = 90, .budget_bytes = most, .slab_bytes = 1});
        ASSERT_TRUE(less.reserve(rows, seen, 16).has_value());
        EXPECT_EQ(less.shape()->keep, keep);
        EXPECT_FALSE(less.shape()->whole_head);
        const auto smaller = less.reserve(2 * rows, seen, 16);
        if (keep == decode::Keep::kCheckpoints) {
            ASSERT_FALSE(smaller.has_value());
            EXPECT_EQ(smaller.error().code, util::ErrorCode::kOutOfMemory);
        }
        QuantisedBase limited(
            std::move(*QuantisedModel::load(
                *fs_,
                dir_.file("model"),
                {.vocab = 90,
                 .adapter = {},
                 .allow_card = base_->model().backend() == decode::Backend::kCuda})),
            {.budget_bytes = most, .slab_bytes = 1});
        const std::shared_ptr<QuantisedBase> shared(&limited, [](QuantisedBase*) {});
        model::CausalLm other =
            model::CausalLm::on_base(config_, shared, {.r = kRank, .scale = 1.5}, 7);
        other.copy_values_from(lm);
        const Pass recomputed = pass(other, 1.0, {});
        EXPECT_EQ(limited.decoder().shape()->keep, keep);
        EXPECT_LE(distance(recomputed.log_probs, all.log_probs), 1e-3) << decode::keep_name(keep);
        EXPECT_LE(distance(recomputed.gradient, all.gradient), 1e-2) << decode::keep_name(keep);
        const Pass twice = pass(other, 1.0, {});
        EXPECT_TRUE(at::equal(recomputed.gradient, twice.gradient)) << decode::keep_name(keep);
    }
}

TEST_P(QuantisedBaseTest, TheCriticLearnsOnTheSameBase) {
    model::CausalLm lm = on_base();
    std::optional<model::CausalLm> reference = in_32_bits(lm);
    ASSERT_TRUE(reference.has_value());
    model::CausalLm critic = lm.clone_with_value_head();
    model::CausalLm expected = reference->clone_with_value_head();
    at::manual_seed(11);
    const at::Tensor head = at::randn({config_.hidden_size}).mul_(0.1);
    for (model::CausalLm* each : {&critic, &expected}) {
        const at::Tensor flat = each->parameters().flat();
        const std::int64_t at = each->parameters().index_of("v_head.weight");
        each->parameters().value(at).copy_(head);
        each->parameters().value(at + 1).fill_(0.25);
        const model::PackedBatch b = batch();
        model::Activations acts;
        each->forward(b, acts, true);
        const at::Tensor v = each->values(acts, targets().rows);
        if (each == &expected) {
            EXPECT_LE((v - values_).abs().mean().item<double>(), 0.02);
        }
        values_ = v;
        each->backward(b, acts, each->values_backward(acts, targets().rows, gradient_of_targets()));
        ASSERT_TRUE(each->collect_gradients().has_value());
    }
    EXPECT_LE(distance(critic.parameters().flat_grad(), expected.parameters().flat_grad()), 0.02);
    const std::int64_t at = critic.parameters().index_of("v_head.weight");
    EXPECT_LE(distance(critic.parameters().grad(at), expected.parameters().grad(at)), 0.01);
    EXPECT_LE(distance(critic.parameters().grad(at + 1), expected.parameters().grad(at + 1)), 1e-4);
    EXPECT_EQ(lm.parameters().flat_grad().abs().max().item<float>(), 0.0F)
        << "the policy has numbers of its own";
}

TEST_P(QuantisedBaseTest, SamplesWithTheAdapterAsItIsNow) {
    model::CausalLm lm = on_base();
    const std::vector<std::vector<std::int32_t>> prompts{{5, 6, 7}, {10, 11, 12, 13, 14}};
    const GenerateOptions options{
        .temperature = 1.0, .max_completion_length = 24, .eos_ids = {}, .seed = 3};
    RolloutEngine engine(lm);
    const auto mismatch = [&](const std::vector<PromptCompletions>& groups) {
        double sum = 0;
        double count = 0;
        for (const PromptCompletions& group : groups) {
            model::PackedBatch b;
            model::HeadTargets t;
            std::vector<float> drawn;
            b.begin_group(group.prompt);
            for (const Completion& c : group.completions) {
                const std::int64_t first =
                    b.add_chain(std::span(c.tokens).first(c.tokens.size() - 1));
                for (std::size_t i = 0; i < c.tokens.size(); ++i) {
                    const std::int64_t row = i == 0 ? std::ssize(group.prompt) - 1
                                                    : first + static_cast<std::int64_t>(i) - 1;
                    t.rows.push_back(static_cast<std::int32_t>(row));
                    t.targets.push_back(c.tokens[i]);
                    drawn.push_back(c.logprobs[i]);
                }
            }
            model::Activations acts;
            lm.forward(b, acts, false);
            model::LmHead head(1.0);
            head.forward(lm, acts.hidden(), t);
            for (std::size_t i = 0; i < drawn.size(); ++i) {
                sum += std::abs(head.logprobs()[static_cast<std::int64_t>(i)].item<double>() -
                                static_cast<double>(drawn[i]));
                count += 1;
            }
        }
        return sum / count;
    };
    auto groups = engine.generate(prompts, 4, options);
    ASSERT_TRUE(groups.has_value()) << util::to_string(groups.error());
    EXPECT_LE(mismatch(*groups), 0.03);
    lm.parameters().flat().mul_(-5.0);
    auto moved = engine.generate(prompts, 4, options);
    ASSERT_TRUE(moved.has_value());
    EXPECT_LE(mismatch(*moved), 0.03) << "the adapter was exchanged in sampler and decoder alike";
    EXPECT_GT(mismatch(*groups), 3 * mismatch(*moved)) << "and it matters";
    ASSERT_TRUE(lm.take_failure().has_value());
}

TEST_P(QuantisedBaseTest, AFailureIsKeptAndNothingMoves) {
    model::CausalLm lm = on_base();
    model::PackedBatch b;
    b.add_example(std::vector<std::int32_t>{1, 2, 3});
    model::Activations acts;
    lm.forward(b, acts, true);
    model::LmHead head(1.0);
    head.forward(lm, acts.hidden(), {.rows = {0, 1}, .targets = {5, 95}});
    lm.backward(b, acts, head.backward(lm, acts.hidden(), at::ones({2})));
    lm.parameters().flat_grad().fill_(3.0);
    const util::Status failure = lm.collect_gradients();
    ASSERT_FALSE(failure.has_value());
    EXPECT_EQ(failure.error().code, util::ErrorCode::kInvalidArgument);
    EXPECT_NE(failure.error().message.find("90 ids"), std::string::npos);
    EXPECT_EQ(lm.parameters().flat_grad().abs().max().item<float>(), 0.0F);
    lm.forward(b, acts, false);
    EXPECT_TRUE(lm.take_failure().has_value()) << "and it goes on";
}

TEST_P(QuantisedBaseTest, PassesAddUpUntilTheyAreCollected) {
    model::CausalLm lm = on_base();
    const Pass once = pass(lm, 1.0, {});
    const model::PackedBatch b = batch();
    model::Activations acts;
    lm.parameters().flat_grad().zero_();
    for (int i = 0; i < 3; ++i) {
        lm.forward(b, acts, true);
        model::LmHead head(1.0);
        head.forward(lm, acts.hidden(), targets());
        lm.backward(b, acts, head.backward(lm, acts.hidden(), gradient_of_targets()));
        EXPECT_EQ(lm.parameters().flat_grad().abs().max().item<float>(), 0.0F);
    }
    ASSERT_TRUE(lm.collect_gradients().has_value());
    EXPECT_LE(distance(lm.parameters().flat_grad(), 3 * once.gradient), 1e-5);
    ASSERT_TRUE(lm.collect_gradients().has_value());
    EXPECT_LE(distance(lm.parameters().flat_grad(), 3 * once.gradient), 1e-5) << "only once";
}

INSTANTIATE_TEST_SUITE_P(
    On,
    QuantisedBaseTest,
    ::testing::Combine(::testing::Values(decode::Backend::kCpu, decode::Backend::kCuda),
                       ::testing::Bool()),
    [](const auto& info) {
        return std::string(std::get<0>(info.param) == decode::Backend::kCpu ? "Cpu" : "Cuda") +
               (std::get<1>(info.param) ? "Qwen3" : "Qwen2");
    });

}  // namespace
}  // namespace veritune::rollout
