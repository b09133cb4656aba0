// SPDX-License-Identifier: Apache-2.0
#include "core/quant/memory_plan.h"

#include <gtest/gtest.h>

namespace veritune::quant {
namespace {

/// Sizes of Qwen2.5-7B.
model::ModelConfig seven_b() {
    return {.architecture = model::Architecture::kQwen2,
            .vocab_size = 152064,
            .hidden_size = 3584,
            .intermediate_size = 18944,
            .num_hidden_layers = 28,
            .num_attention_heads = 28,
            .num_key_value_heads = 4,
            .head_dim = 128,
            .qkv_bias = true,
            .max_position_embeddings = 32768};
}

std::uint64_t part(const MemoryPlan& plan, const std::string& beginning) {
    for (const MemoryPart& p : plan.parts) {
        if (p.name.starts_with(beginning)) return p.bytes;
    }
    ADD_FAILURE() << "no part " << beginning;
    return 0;
}

TEST(MemoryPlan, CountsWhatTheDesignCounts) {
    const MemoryPlan plan = plan_memory(seven_b(), Scheme::kInt4, {.context = 4096, .batch = 8});
    // 6.525e9 weights of 4.25 bits; 545e6 of 8.125 bits and row factors; the tables of
    // kernels.md 1.
    EXPECT_NEAR(static_cast<double>(part(plan, "layers")), 3.47e9, 0.01e9);
    EXPECT_NEAR(static_cast<double>(part(plan, "head")), 0.554e9, 0.002e9);
    EXPECT_NEAR(static_cast<double>(part(plan, "adapter")), 0.487e9, 0.005e9);
    EXPECT_NEAR(static_cast<double>(part(plan, "keys")), 1.02e9, 0.01e9);
    EXPECT_LE(static_cast<double>(plan.total), 6.3e9);
    std::uint64_t sum = 0;
    for (const MemoryPart& p : plan.parts) sum += p.bytes;
    EXPECT_EQ(sum, plan.total);
}

TEST(MemoryPlan, Nf4TakesMore) {
    const MemoryPlan int4 = plan_memory(seven_b(), Scheme::kInt4, {});
    const MemoryPlan nf4 = plan_memory(seven_b(), Scheme::kNf4, {});
    EXPECT_NEAR(
        static_cast<double>(part(nf4, "layers")) / static_cast<double>(part(int4, "layers")),
        4.5 / 4.25,
        0.001);
}

TEST(MemoryPlan, FitsOnACardThatIsLargeEnough) {
    const MemoryPlan plan =
        plan_memory(seven_b(), Scheme::kInt4, {.card_bytes = 8.59e9, .context = 4096, .batch = 8});
    EXPECT_EQ(plan.missing, 0U);
    EXPECT_TRUE(plan.change.empty());
}

TEST(MemoryPlan, NamesWhatIsMissingAndTheCheapestChangeThatFits) {
    const MemoryRequest request{.card_bytes = 8.59e9, .context = 16384, .batch = 8};
    const MemoryPlan plan = plan_memory(seven_b(), Scheme::kInt4, request);
    EXPECT_GT(plan.missing, 0U);
    EXPECT_NE(plan.change.find("--batch 5"), std::string::npos) << plan.change;
    MemoryRequest smaller = request;
    smaller.batch = 5;
    EXPECT_EQ(plan_memory(seven_b(), Scheme::kInt4, smaller).missing, 0U);
    smaller.batch = 6;
    EXPECT_GT(plan_memory(seven_b(), Scheme::kInt4, smaller).missing, 0U);
}

TEST(MemoryPlan, ShortensTheContextWhenOneChainIsTooLong) {
    const MemoryPlan plan =
        plan_memory(seven_b(), Scheme::kInt4, {.card_bytes = 6.4e9, .context = 32768, .batch = 2});
    EXPECT_NE(plan.change.find("--batch 1 --context "), std::string::npos) << plan.change;
}

TEST(MemoryPlan, SaysWhichCardWouldDoWhenNothingFits) {
    const MemoryPlan plan =
        plan_memory(seven_b(), Scheme::kInt4, {.card_bytes = 4.29e9, .context = 4096, .batch = 8});
    EXPECT_NE(plan.change.find("needs a card of"), std::string::npos) << plan.change;
}

}  // namespace
}  // namespace veritune::quant
