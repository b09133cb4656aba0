// SPDX-License-Identifier: Apache-2.0
#include "core/quant/dequantise.h"

#include "kernels/dequant_slab.h"

#include <algorithm>

namespace veritune::quant {
namespace {

using kernels::Bf16;
using kernels::QuantKind;
using kernels::QuantView;
using util::Status;

using Take = std::function<Status(const std::string&, std::span<const float>)>;

Status take_vector(const std::string& name,
                   const Bf16* from,
                   std::int64_t count,
                   const Take& take) {
    std::vector<float> values(static_cast<std::size_t>(count));
    std::transform(from, from + count, values.begin(), kernels::to_float);
    return take(name, values);
}

/// Projections of a layer that lie in one matrix.
Status take_linear(const QuantLinear& linear,
                   const std::string& at,
                   std::span<const model::LinearSpec> specs,
                   const Take& take) {
    std::vector<float> values(static_cast<std::size_t>(linear.w.n * linear.w.k));
    dequantise(linear.w, values);
    std::vector<float> bias;
    if (linear.bias != nullptr) {
        bias.resize(static_cast<std::size_t>(linear.w.n));
        for (std::int64_t row = 0; row < linear.w.n; ++row) {
            const std::int64_t to = kernels::stacked_row(linear.w.order, linear.w.n, row);
            bias[static_cast<std::size_t>(to)] = kernels::to_float(linear.bias[row]);
        }
    }
    std::size_t row = 0;
    for (const model::LinearSpec& spec : specs) {
        const std::string name = at + std::string(spec.block) + "." + std::string(spec.name);
        const auto rows = static_cast<std::size_t>(spec.out_features);
        const auto k = static_cast<std::size_t>(linear.w.k);
        VT_TRY(take(name + ".weight", std::span(values).subspan(row * k, rows * k)));
        if (!bias.empty()) VT_TRY(take(name + ".bias", std::span(bias).subspan(row, rows)));
        row += rows;
    }
    return {};
}

Status take_layer(const QuantModel& model, std::int64_t index, const Take& take) {
    const model::ModelConfig& c = model.config();
    const QuantLayer layer = model.layer(index);
    const std::string at = "model.layers." + std::to_string(index) + ".";
    const auto specs = model::layer_linears(c);
    const auto all = std::span<const model::LinearSpec>(specs);
    VT_TRY(take_vector(at + "input_layernorm.weight", layer.norm1, c.hidden_size, take));
    VT_TRY(take_linear(layer.qkv, at, all.subspan(0, 3), take));
    if (layer.q_norm != nullptr) {
        VT_TRY(take_vector(at + "self_attn.q_norm.weight", layer.q_norm, c.head_dim, take));
        VT_TRY(take_vector(at + "self_attn.k_norm.weight", layer.k_norm, c.head_dim, take));
    }
    VT_TRY(take_linear(layer.o, at, all.subspan(3, 1), take));
    VT_TRY(take_vector(at + "post_attention_layernorm.weight", layer.norm2, c.hidden_size, take));
    VT_TRY(take_linear(layer.gate_up, at, all.subspan(4, 2), take));
    return take_linear(layer.down, at, all.subspan(6, 1), take);
}

}  // namespace

void dequantise(const QuantView& w, std::span<float> to) {
    VT_CHECK(static_cast<std::int64_t>(to.size()) == w.n * w.k);
    const std::int64_t width = kernels::kQuantGroup * kernels::k_groups(w);
    std::vector<Bf16> slab(static_cast<std::size_t>(kernels::kQuantRows * width));
    for (std::int64_t begin = 0; begin < w.n; begin += kernels::kQuantRows) {
        const kernels::Status done = kernels::dequant_slab(kernels::Backend::kCpu,
                                                           {.w = w,
                                                            .row_begin = begin,
                                                            .row_end = begin + kernels::kQuantRows,
                                                            .k_begin = 0,
                                                            .k_end = width,
                                                            .order = kernels::SlabOrder::kNk,
                                                            .out = slab.data(),
                                                            .ld = width});
        VT_CHECK(done == kernels::Status::kOk);
        for (std::int64_t r = 0; r < kernels::kQuantRows; ++r) {
            const std::int64_t row = kernels::stacked_row(w.order, w.n, begin + r);
            if (row < 0) continue;
            const float factor = w.kind == QuantKind::kInt8 ? w.row_factor[row] : 1.0F;
            for (std::int64_t i = 0; i < w.k; ++i) {
                to[static_cast<std::size_t>(row * w.k + i)] =
                    factor * kernels::to_float(slab[static_cast<std::size_t>(r * width + i)]);
            }
        }
    }
}

Status visit_tensors(const QuantModel& model, const Take& take) {
    const model::ModelConfig& c = model.config();
    VT_TRY(take_vector(
        "model.embed_tokens.weight", model.embedding(), c.vocab_size * c.hidden_size, take));
    for (std::int64_t i = 0; i < c.num_hidden_layers; ++i) VT_TRY(take_layer(model, i, take));
    const QuantHead head = model.head();
    VT_TRY(take_vector("model.norm.weight", head.final_norm, c.hidden_size, take));
    std::vector<float> values(static_cast<std::size_t>(c.vocab_size * c.hidden_size));
    dequantise(head.w, values);
    return take("lm_head.weight", values);
}

}  // namespace veritune::quant
