// SPDX-License-Identifier: Apache-2.0
#include "core/train/memory_budget.h"

#include <gtest/gtest.h>

namespace veritune::train {
namespace {

TEST(MemoryBudget, GivesWhatIsWantedWhereItFits) {
    EXPECT_EQ(micro_batch_budget(model::demo_config(), 16384), 16384);
    EXPECT_EQ(micro_batch_budget(model::demo_config(), 1), 1);
    EXPECT_EQ(micro_batch_budget(model::demo_config(), 0), 1) << "never nothing";
}

/// Sizes of Qwen2.5-7B: 28 layers, d 3584, 28/4 heads of 128, ff 18944.
TEST(MemoryBudget, KeepsTheActivationsOfALargeModelInFourGibibytes) {
    model::ModelConfig c = model::demo_config();
    c.num_hidden_layers = 28;
    c.hidden_size = 3584;
    c.intermediate_size = 18944;
    c.num_attention_heads = 28;
    c.num_key_value_heads = 4;
    c.head_dim = 128;
    const std::int64_t tokens = micro_batch_budget(c, 16384);
    // Per layer and token in floats: x, norm1, mid, norm2; q, k, v; attention's output; gate, up,
    // h.
    const std::int64_t floats = 28 * (4 * 3584 + (28 + 8) * 128 + 28 * 128 + 3 * 18944);
    EXPECT_LT(tokens, 16384);
    EXPECT_GT(tokens, 256) << "a chain of the default length fits a few times";
    EXPECT_LE(tokens * floats * 4, 4LL << 30);
    EXPECT_GT((tokens + tokens / 50) * (floats + 4 * 3584) * 4, 4LL << 30) << "and wastes little";
}

}  // namespace
}  // namespace veritune::train
