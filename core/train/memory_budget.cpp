// SPDX-License-Identifier: Apache-2.0
#include "core/train/memory_budget.h"

#include <algorithm>

namespace veritune::train {

std::int64_t micro_batch_budget(const model::ModelConfig& c, std::int64_t wanted) {
    constexpr std::int64_t kBudgetBytes = 4LL << 30;
    const std::int64_t heads = c.num_attention_heads * c.head_dim;
    const std::int64_t kv = 2 * c.num_key_value_heads * c.head_dim;
    // x, norm1, mid, norm2; qkv; attention; gate and up; h
    const std::int64_t per_layer = 4 * c.hidden_size + 2 * heads + kv + 3 * c.intermediate_size;
    const std::int64_t per_token = 4 * (per_layer * c.num_hidden_layers + 4 * c.hidden_size);
    return std::clamp<std::int64_t>(kBudgetBytes / per_token, 1, std::max<std::int64_t>(1, wanted));
}

std::int64_t micro_batch_budget(const model::CausalLm& lm, std::int64_t wanted) {
    if (lm.base() != nullptr) return lm.base()->micro_batch_tokens(wanted, lm.lora_shape().r);
    return micro_batch_budget(lm.config(), wanted);
}

}  // namespace veritune::train
