// SPDX-License-Identifier: Apache-2.0
#include "core/quant/kv_layers.h"

#include "core/quant/dequantise.h"
#include "kernels/kv_rule.h"

#include <algorithm>
#include <cmath>

namespace veritune::quant {
namespace {

std::vector<float> floats(const kernels::Bf16* from, std::int64_t count) {
    std::vector<float> values(static_cast<std::size_t>(count));
    std::transform(from, from + count, values.begin(), kernels::to_float);
    return values;
}

/// |gamma| of every channel of `heads` heads.
std::vector<float> repeated(const kernels::Bf16* gamma, std::int64_t head_dim, std::int64_t heads) {
    std::vector<float> values;
    for (std::int64_t h = 0; h < heads; ++h) {
        for (std::int64_t c = 0; c < head_dim; ++c) {
            values.push_back(std::abs(kernels::to_float(gamma[c])));
        }
    }
    return values;
}

}  // namespace

bool layer_keeps_bf16_kv(const model::ModelConfig& c, const QuantLayer& layer) {
    const std::int64_t q_rows = c.num_attention_heads * c.head_dim;
    const std::int64_t k_rows = c.num_key_value_heads * c.head_dim;
    kernels::KvRule rule{.q_heads = c.num_attention_heads,
                         .kv_heads = c.num_key_value_heads,
                         .head_dim = c.head_dim};
    std::vector<float> sigma;
    std::vector<float> bias;
    if (layer.q_norm != nullptr) {
        sigma = repeated(layer.q_norm, c.head_dim, c.num_attention_heads);
        const auto k_sigma = repeated(layer.k_norm, c.head_dim, c.num_key_value_heads);
        sigma.insert(sigma.end(), k_sigma.begin(), k_sigma.end());
    } else {
        std::vector<float> rows(static_cast<std::size_t>(layer.qkv.w.n * layer.qkv.w.k));
        dequantise(layer.qkv.w, rows);
        const std::vector<float> gamma = floats(layer.norm1, c.hidden_size);
        for (std::int64_t row = 0; row < q_rows + k_rows; ++row) {
            sigma.push_back(kernels::channel_sigma(
                rows.data() + row * c.hidden_size, gamma.data(), c.hidden_size));
        }
        if (layer.qkv.bias != nullptr) bias = floats(layer.qkv.bias, q_rows + k_rows);
    }
    rule.q_sigma = sigma.data();
    rule.k_sigma = sigma.data() + q_rows;
    if (!bias.empty()) {
        rule.q_bias = bias.data();
        rule.k_bias = bias.data() + q_rows;
    }
    return kernels::keeps_bf16_kv(rule);
}

}  // namespace veritune::quant
