// SPDX-License-Identifier: Apache-2.0
#include "core/quant/dequantise.h"
#include "core/rollout/quantised_model.h"
#include "core/rollout/rollout_engine.h"
#include "tests/quant/tiny_folder.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace veritune::rollout {
namespace {

using quant::test::QuantTest;
using util::ErrorCode;

/// As small as the kernels of core/decode allow.
model::ModelConfig small_config() {
    model::ModelConfig c = quant::test::tiny_config();
    c.hidden_size = 256;
    c.intermediate_size = 384;
    c.head_dim = 64;
    return c;
}

class QuantisedRollout : public QuantTest {
  protected:
    void SetUp() override {
        make_source(small_config());
        ASSERT_TRUE(quantise().has_value());
        // The twin of the CPU, also where there is a card: the same test everywhere.
        auto loaded = QuantisedModel::load(
            *fs_, dir_.file("model"), {.vocab = 90, .adapter = {}, .allow_card = false});
        ASSERT_TRUE(loaded.has_value()) << util::to_string(loaded.error());
        model_ = std::move(*loaded);
    }
    std::vector<PromptCompletions> sample(std::int64_t generations,
                                          const GenerateOptions& options,
                                          const std::vector<std::vector<std::int32_t>>& prompts) {
        RolloutEngine engine(*model_);
        auto groups = engine.generate(prompts, generations, options);
        EXPECT_TRUE(groups.has_value()) << util::to_string(groups.error());
        stats_ = engine.stats();
        return groups ? std::move(*groups) : std::vector<PromptCompletions>{};
    }
    /// The dequantised weights as a Hugging Face folder, loaded in 32 bits.
    std::optional<model::CausalLm> dequantised() {
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
            *fs_, dir_.file("dequantised"), small_config(), tensors, model::DType::kF32, 1);
        auto lm =
            model::CausalLm::load(*fs_, dir_.file("dequantised"), model::Trainable::kFrozen, {}, 1);
        EXPECT_TRUE(lm.has_value());
        return lm ? std::optional(std::move(*lm)) : std::nullopt;
    }

    std::unique_ptr<QuantisedModel> model_;
    GenerateStats stats_;
};

const std::vector<std::vector<std::int32_t>> kPrompts{{5, 6, 7}, {10, 11, 12, 13, 14}, {20}};

GenerateOptions options(std::int64_t length) {
    return {.temperature = 1.0, .max_completion_length = length, .eos_ids = {}, .seed = 3};
}

TEST_F(QuantisedRollout, GivesLogProbsOfTheSameModelIn32Bits) {
    const auto groups = sample(4, options(24), kPrompts);
    const std::optional<model::CausalLm> lm = dequantised();
    ASSERT_TRUE(lm.has_value());
    double difference = 0;
    double count = 0;
    for (const PromptCompletions& group : groups) {
        for (const Completion& c : group.completions) {
            ASSERT_EQ(c.tokens.size(), 24U);
            std::vector<std::int32_t> ids = group.prompt;
            ids.insert(ids.end(), c.tokens.begin(), c.tokens.end());
            model::PackedBatch batch;
            batch.add_example(ids);
            model::Activations acts;
            lm->forward(batch, acts, false);
            const at::Tensor logits = at::empty({batch.rows(), 100}, at::kFloat);
            lm->logits(acts.hidden(), logits);
            // Ids behind the tokenizer's 90 are never drawn and take no probability.
            const at::Tensor logprobs =
                logits.slice(1, 0, 90).to(at::kDouble).log_softmax(1).contiguous();
            for (std::size_t i = 0; i < c.tokens.size(); ++i) {
                const auto row = static_cast<std::int64_t>(group.prompt.size() + i) - 1;
                difference += std::abs(logprobs.data_ptr<double>()[row * 90 + c.tokens[i]] -
                                       static_cast<double>(c.logprobs[i]));
                count += 1;
            }
        }
    }
    EXPECT_LE(difference / count, 0.02);
    EXPECT_EQ(stats_.tokens, 3 * 4 * 24);
}

TEST_F(QuantisedRollout, WritesAChainThatDependsOnItsIdAlone) {
    const auto all = sample(3, options(40), kPrompts);
    GenerateOptions few = options(40);
    few.max_concurrent_chains = 2;
    const auto two = sample(3, few, kPrompts);
    GenerateOptions later = options(40);
    later.first_chain_id = 3;
    const auto second = sample(3, later, {kPrompts[1]});
    ASSERT_EQ(all.size(), 3U);
    for (std::size_t p = 0; p < 3; ++p) {
        EXPECT_EQ(all[p].prompt, kPrompts[p]);
        for (std::size_t g = 0; g < 3; ++g) {
            EXPECT_EQ(all[p].completions[g].tokens, two[p].completions[g].tokens);
            EXPECT_EQ(all[p].completions[g].logprobs, two[p].completions[g].logprobs);
        }
    }
    for (std::size_t g = 0; g < 3; ++g) {
        EXPECT_EQ(all[1].completions[g].tokens, second[0].completions[g].tokens);
    }
    GenerateOptions other = options(40);
    other.stream = util::RngStream::kEvaluation;
    EXPECT_NE(sample(3, other, kPrompts)[0].completions[0].tokens, all[0].completions[0].tokens);
}

TEST_F(QuantisedRollout, EndsChainsAtStopIdsAndTellsOfEach) {
    GenerateOptions with = options(200);
    for (std::int32_t id = 0; id < 12; ++id) with.eos_ids.push_back(id);
    std::vector<std::int64_t> heard;
    with.on_finished = [&](std::int64_t chain, const Completion& c) {
        heard.push_back(chain);
        EXPECT_FALSE(c.tokens.empty());
    };
    std::int64_t streamed = 0;
    std::int64_t last = 0;
    RolloutEngine engine(*model_);
    const auto groups = engine.generate(
        kPrompts,
        5,
        with,
        {},
        [&](std::int64_t finished, std::int64_t all) {
            EXPECT_EQ(all, 15);
            EXPECT_EQ(finished, ++last);
        },
        [&](std::int64_t, std::int32_t) { ++streamed; });
    ASSERT_TRUE(groups.has_value()) << util::to_string(groups.error());
    std::sort(heard.begin(), heard.end());
    EXPECT_EQ(heard.size(), 15U);
    EXPECT_EQ(std::unique(heard.begin(), heard.end()), heard.end());
    std::int64_t tokens = 0;
    for (const PromptCompletions& group : *groups) {
        for (const Completion& c : group.completions) {
            tokens += std::ssize(c.tokens);
            EXPECT_EQ(c.finish_reason, FinishReason::kStop);
            EXPECT_LT(c.tokens.back(), 12);
            for (const std::int32_t id : c.tokens) EXPECT_LT(id, 90);
            EXPECT_TRUE(std::all_of(
                c.tokens.begin(), c.tokens.end() - 1, [](std::int32_t id) { return id >= 12; }));
        }
    }
    EXPECT_EQ(streamed, tokens);
    EXPECT_EQ(engine.stats().tokens, tokens);
}

TEST_F(QuantisedRollout, TakesTheLikeliestTokenWhenGreedyOrWithTopOne) {
    GenerateOptions greedy = options(20);
    greedy.temperature = 0;
    GenerateOptions top = options(20);
    top.top_k = 1;
    const auto a = sample(1, greedy, kPrompts);
    const auto b = sample(1, top, kPrompts);
    for (std::size_t p = 0; p < kPrompts.size(); ++p) {
        EXPECT_EQ(a[p].completions[0].tokens, b[p].completions[0].tokens);
        EXPECT_EQ(a[p].completions[0].finish_reason, FinishReason::kLength);
    }
}

TEST_F(QuantisedRollout, StopsAndRefusesAsTheOtherSampler) {
    RolloutEngine engine(*model_);
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = engine.generate(kPrompts, 1, options(20), stop.get_token());
    ASSERT_FALSE(stopped.has_value());
    EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
    const auto empty = engine.generate({{}}, 1, options(20));
    ASSERT_FALSE(empty.has_value());
    EXPECT_EQ(empty.error().code, ErrorCode::kInvalidArgument);
    const auto outside = engine.generate({{100}}, 1, options(20));
    ASSERT_FALSE(outside.has_value());
    EXPECT_EQ(outside.error().code, ErrorCode::kInvalidArgument);
    const auto longer = engine.generate({{1}}, 1, options(5000));
    ASSERT_FALSE(longer.has_value());
    EXPECT_EQ(engine.config().vocab_size, 100);
}

TEST_F(QuantisedRollout, RefusesAnAdapterThatDoesNotFit) {
    model::Adapter adapter;
    adapter.config.r = 8;
    adapter.config.lora_alpha = 16;
    adapter.config.target_modules.assign(model::kLinearNames.begin(), model::kLinearNames.end());
    auto loaded = QuantisedModel::load(
        *fs_, dir_.file("model"), {.vocab = 90, .adapter = adapter, .allow_card = false});
    ASSERT_TRUE(loaded.has_value());
    RolloutEngine engine(**loaded);
    EXPECT_FALSE(engine.generate(kPrompts, 1, options(4)).has_value());
}

}  // namespace
}  // namespace veritune::rollout
