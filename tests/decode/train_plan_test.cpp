// SPDX-License-Identifier: Apache-2.0
#include "core/decode/train_plan.h"

#include "core/decode/train_memory.h"
#include "tests/quant/tiny_folder.h"

#include <gtest/gtest.h>

namespace veritune::decode {
namespace {

model::ModelConfig qwen_7b() {
    return {.architecture = model::Architecture::kQwen2,
            .vocab_size = 152064,
            .hidden_size = 3584,
            .intermediate_size = 18944,
            .num_hidden_layers = 28,
            .num_attention_heads = 28,
            .num_key_value_heads = 4,
            .head_dim = 128,
            .rms_norm_eps = 1e-6,
            .rope = {.theta = 1e6},
            .qkv_bias = true,
            .max_position_embeddings = 32768,
            .dtype = model::DType::kBF16};
}

constexpr double kGib = 1073741824.0;

TEST(TrainPlan, KeepsWhatALargeCardHoldsAndLessOnASmallOne) {
    const auto on = [](double gib, std::int64_t tokens) {
        return plan_training(
            qwen_7b(), quant::Scheme::kInt4, {.card_bytes = gib * kGib, .tokens = tokens});
    };
    const TrainPlan large = on(140, 4096);
    EXPECT_EQ(large.keep, Keep::kAll);
    EXPECT_TRUE(large.whole_head);
    EXPECT_EQ(large.memory.missing, 0U);
    const TrainPlan small = on(8, 1280);
    EXPECT_NE(small.keep, Keep::kAll);
    EXPECT_EQ(small.memory.missing, 0U) << small.memory.total;
    const TrainPlan tiny = on(8, 32768);
    EXPECT_EQ(tiny.keep, Keep::kCheckpoints);
    EXPECT_GT(tiny.memory.missing, 0U);
    // What it proposes fits, and a little more does not.
    const std::string& change = tiny.memory.change;
    const std::size_t digits = change.find_first_of("0123456789");
    ASSERT_NE(digits, std::string::npos) << change;
    const std::int64_t tokens = std::stoll(change.substr(digits));
    EXPECT_EQ(on(8, tokens).memory.missing, 0U);
    EXPECT_GT(on(8, tokens + 128).memory.missing, 0U);
}

TEST(TrainPlan, SaysSoWhenNothingFits) {
    const TrainPlan plan =
        plan_training(qwen_7b(), quant::Scheme::kInt4, {.card_bytes = 4 * kGib, .tokens = 1024});
    EXPECT_GT(plan.memory.missing, 0U);
    EXPECT_NE(plan.memory.change.find("No length"), std::string::npos);
}

TEST(TrainPlan, CountsTheBytesThatAPassReallyTakes) {
    const model::ModelConfig c = quant::test::tiny_config();
    for (const Keep keep : {Keep::kAll, Keep::kAttention, Keep::kCheckpoints}) {
        for (const bool whole : {true, false}) {
            const TrainShape shape{
                .rows = 37, .targets = 41, .rank = 8, .keep = keep, .whole_head = whole};
            const auto memory = TrainMemory::make(c, shape, Backend::kCpu);
            ASSERT_TRUE(memory.has_value());
            const auto* first = reinterpret_cast<const std::byte*>(memory->layers[0].x);
            const auto* last =
                reinterpret_cast<const std::byte*>(memory->head_gradient + 41 * c.hidden_size);
            const std::size_t bytes = TrainLayout::bytes(c, shape, Backend::kCpu);
            EXPECT_LE(static_cast<std::size_t>(last - first), bytes);
            EXPECT_GT(static_cast<std::size_t>(last - first) + 256, bytes);
        }
    }
    const TrainShape all{.rows = 64, .targets = 64, .rank = 8};
    TrainShape less = all;
    less.keep = Keep::kCheckpoints;
    EXPECT_LT(TrainLayout::bytes(c, less, Backend::kCpu),
              TrainLayout::bytes(c, all, Backend::kCpu));
}

}  // namespace
}  // namespace veritune::decode
