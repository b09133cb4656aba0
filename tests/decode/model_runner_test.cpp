// SPDX-License-Identifier: Apache-2.0
#include "core/decode/model_runner.h"

#include "core/decode/scheduler.h"
#include "tests/decode/reference_model.h"
#include "tests/quant/tiny_folder.h"

#include <map>
#include <memory>

namespace veritune::decode {
namespace {

/// As small as the kernels allow: two query heads to one key/value head of 64.
model::ModelConfig small_config() {
    model::ModelConfig c = quant::test::tiny_config();
    c.num_attention_heads = 4;
    c.num_key_value_heads = 2;
    c.head_dim = 64;
    c.hidden_size = 256;
    c.intermediate_size = 384;
    c.max_position_embeddings = 1024;
    return c;
}

model::Adapter random_adapter(const model::ModelConfig& config, std::uint64_t seed) {
    model::Adapter adapter;
    adapter.config.r = 8;
    adapter.config.lora_alpha = 16;
    adapter.config.target_modules.assign(model::kLinearNames.begin(), model::kLinearNames.end());
    std::uint64_t step = 0;
    for (std::int64_t l = 0; l < config.num_hidden_layers; ++l) {
        for (const model::LinearSpec& spec : model::layer_linears(config)) {
            for (const char part : {'A', 'B'}) {
                model::AdapterTensor& t =
                    adapter.tensors[model::adapter_tensor_name(l, spec.name, part)];
                t.shape = part == 'A' ? std::vector<std::int64_t>{8, spec.in_features}
                                      : std::vector<std::int64_t>{spec.out_features, 8};
                util::Rng rng(seed, util::RngStream::kTest, step++);
                for (std::int64_t i = 0; i < t.shape[0] * t.shape[1]; ++i) {
                    t.values.push_back(static_cast<float>(0.5 * rng.normal()));
                }
            }
        }
    }
    return adapter;
}

class ModelRunnerTest : public quant::test::QuantTest,
                        public ::testing::WithParamInterface<Backend> {
  protected:
    void SetUp() override {
        if (GetParam() == Backend::kCuda && kernels::cuda::device_count() == 0) {
            GTEST_SKIP() << "no CUDA device (or a build without CUDA)";
        }
        make_source(small_config());
        ASSERT_TRUE(quantise().has_value());
        auto opened = quant::QuantModel::open(*fs_, dir_.file("model"));
        ASSERT_TRUE(opened.has_value()) << to_string(opened.error());
        files_ = std::make_shared<quant::QuantModel>(std::move(*opened));
        auto loaded = DeviceModel::load(files_, GetParam(), {});
        ASSERT_TRUE(loaded.has_value()) << to_string(loaded.error());
        model_ = std::make_unique<DeviceModel>(std::move(*loaded));
    }
    std::unique_ptr<ModelRunner> runner(std::int64_t slots, std::int64_t pages = 0) {
        auto made = ModelRunner::make(
            *model_, {.slots = slots, .max_length = 512, .pages = pages, .max_rank = 16});
        EXPECT_TRUE(made.has_value()) << (made.has_value() ? "" : to_string(made.error()));
        return made.has_value() ? std::move(*made) : nullptr;
    }
    static std::map<std::int64_t, DrawnChain> draw(
        ModelRunner& on,
        const std::vector<std::vector<std::int32_t>>& prompts,
        std::int64_t generations,
        std::int64_t tokens,
        float temperature = 1.0F) {
        std::map<std::int64_t, DrawnChain> chains;
        Scheduler scheduler(on);
        const util::Status status =
            scheduler.run(prompts,
                          {.seed = 3, .temperature = temperature, .stop_ids = {1}},
                          {.generations = generations, .max_new_tokens = tokens, .max_length = 512},
                          {},
                          {},
                          [&](std::int64_t chain, DrawnChain d) { chains[chain] = std::move(d); });
        EXPECT_TRUE(status.has_value()) << (status.has_value() ? "" : to_string(status.error()));
        return chains;
    }
    static std::vector<std::int32_t> prompt(std::int64_t tokens, std::uint64_t seed) {
        util::Rng rng(seed, util::RngStream::kTest);
        std::vector<std::int32_t> p;
        for (std::int64_t i = 0; i < tokens; ++i)
            p.push_back(static_cast<std::int32_t>(2 + rng.below(98)));
        return p;
    }
    /// Largest and mean distance of the log-probs from the fp64 model's.
    static std::pair<double, double> distance(const test::ReferenceModel& reference,
                                              const std::vector<std::int32_t>& prompt,
                                              const DrawnChain& drawn) {
        std::vector<std::int32_t> all = prompt;
        all.insert(all.end(), drawn.tokens.begin(), drawn.tokens.end());
        const std::vector<double> expected = reference.logprobs(all);
        double largest = 0;
        double sum = 0;
        for (std::size_t i = 0; i < drawn.tokens.size(); ++i) {
            const double d = std::abs(expected[prompt.size() - 1 + i] - drawn.logprobs[i]);
            largest = std::max(largest, d);
            sum += d;
        }
        return {largest, sum / static_cast<double>(drawn.tokens.size())};
    }

    std::shared_ptr<quant::QuantModel> files_;
    std::unique_ptr<DeviceModel> model_;
};

TEST_P(ModelRunnerTest, LogProbsAreThoseOfTheDequantisedModel) {
    const test::ReferenceModel reference(*files_, nullptr);
    const auto on = runner(4);
    const std::vector<std::vector<std::int32_t>> prompts = {
        prompt(1, 1), prompt(30, 2), prompt(70, 3)};
    const auto chains = draw(*on, prompts, 1, 40);
    for (const auto& [chain, drawn] : chains) {
        ASSERT_GT(drawn.tokens.size(), 0U);
        const auto [largest, mean] =
            distance(reference, prompts[static_cast<std::size_t>(chain)], drawn);
        EXPECT_LE(mean, 0.02) << "chain " << chain;
        EXPECT_LE(largest, 0.1) << "chain " << chain;
    }
}

TEST_P(ModelRunnerTest, AnAdapterIsAddedToEveryProjection) {
    const model::Adapter adapter = random_adapter(model_->config(), 5);
    const test::ReferenceModel with(*files_, &adapter);
    const test::ReferenceModel without(*files_, nullptr);
    const auto on = runner(2);
    const std::vector<std::int32_t> p = prompt(20, 4);
    const util::Status set = on->set_adapter(adapter);
    ASSERT_TRUE(set.has_value()) << to_string(set.error());
    const DrawnChain drawn = draw(*on, {p}, 1, 40).at(0);
    EXPECT_LE(distance(with, p, drawn).second, 0.02);
    EXPECT_GT(distance(without, p, drawn).second, 0.03);
    on->drop_adapter();
    EXPECT_LE(distance(without, p, draw(*on, {p}, 1, 40).at(0)).second, 0.02);
}

TEST_P(ModelRunnerTest, AChainHasTheSameBitsInAnyBatch) {
    const std::vector<std::vector<std::int32_t>> prompts = {
        prompt(65, 1), prompt(3, 2), prompt(130, 3)};
    const auto alone = draw(*runner(1), prompts, 3, 24);
    for (const std::int64_t slots : {2, 5, 9}) {
        const auto together = draw(*runner(slots), prompts, 3, 24);
        ASSERT_EQ(together.size(), alone.size());
        for (const auto& [chain, drawn] : together) {
            EXPECT_EQ(drawn.tokens, alone.at(chain).tokens)
                << "chain " << chain << ", slots " << slots;
            EXPECT_EQ(drawn.logprobs, alone.at(chain).logprobs);
            EXPECT_EQ(drawn.entropies, alone.at(chain).entropies);
        }
    }
}

TEST_P(ModelRunnerTest, AnAdaptersValuesAreExchangedInPlace) {
    const auto on = runner(3);
    const std::vector<std::int32_t> p = prompt(9, 1);
    ASSERT_TRUE(on->set_adapter(random_adapter(model_->config(), 1)).has_value());
    const auto first = draw(*on, {p}, 3, 20);
    ASSERT_TRUE(on->set_adapter(random_adapter(model_->config(), 2)).has_value());
    const auto second = draw(*on, {p}, 3, 20);
    ASSERT_TRUE(on->set_adapter(random_adapter(model_->config(), 1)).has_value());
    const auto third = draw(*on, {p}, 3, 20);
    for (std::int64_t c = 0; c < 3; ++c) {
        EXPECT_EQ(first.at(c).logprobs, third.at(c).logprobs);
        EXPECT_NE(first.at(c).logprobs, second.at(c).logprobs);
    }
}

TEST_P(ModelRunnerTest, GreedyChainsOfAPromptAreEqual) {
    const auto chains = draw(*runner(4), {prompt(12, 8)}, 4, 16, 0.0F);
    for (std::int64_t c = 1; c < 4; ++c) EXPECT_EQ(chains.at(c).tokens, chains.at(0).tokens);
}

TEST_P(ModelRunnerTest, SaysWhatDoesNotFit) {
    EXPECT_FALSE(ModelRunner::make(*model_, {.slots = 0}).has_value());
    EXPECT_FALSE(ModelRunner::make(*model_, {.slots = 300}).has_value());
    const auto too_long = ModelRunner::make(*model_, {.slots = 1, .max_length = 5000});
    ASSERT_FALSE(too_long.has_value());
    EXPECT_NE(to_string(too_long.error()).find("1024"), std::string::npos)
        << to_string(too_long.error());
    model::Adapter wide = random_adapter(model_->config(), 1);
    wide.config.r = 200;
    EXPECT_FALSE(runner(1)->set_adapter(wide).has_value());
}

INSTANTIATE_TEST_SUITE_P(On,
                         ModelRunnerTest,
                         ::testing::Values(Backend::kCpu, Backend::kCuda),
                         [](const auto& info) {
                             return info.param == Backend::kCpu ? "Cpu" : "Cuda";
                         });

}  // namespace
}  // namespace veritune::decode
