// SPDX-License-Identifier: Apache-2.0
// Where the weights of a CausalLm come from and go to.
#include "core/model/causal_lm.h"
#include "core/model/peft_adapter.h"
#include "core/model/safetensors_writer.h"
#include "core/model/sharded_weights.h"
#include "core/util/result.h"
#include "core/util/rng.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstring>
#include <span>
#include <utility>

namespace veritune::model {
namespace {

using util::ErrorCode;
using util::Result;
using util::Status;
using MakeTensor = std::function<at::Tensor(const std::string&, std::vector<std::int64_t>)>;

struct Part {
    std::string_view name;
    std::int64_t begin;
    std::int64_t size;
};

struct FusedSpec {
    std::string_view name;
    std::int64_t out = 0;
    std::int64_t in = 0;
    bool bias = false;
    std::vector<Part> parts;
};

FusedSpec fused_spec(const ModelConfig& config, Fused which) {
    const auto linears = layer_linears(config);
    const auto make = [&](std::string_view name, std::size_t first, std::size_t count) {
        FusedSpec spec{.name = name,
                       .in = linears[first].in_features,
                       .bias = linears[first].bias,
                       .parts = {}};
        for (std::size_t i = first; i < first + count; ++i) {
            spec.parts.push_back({linears[i].name, spec.out, linears[i].out_features});
            spec.out += linears[i].out_features;
        }
        return spec;
    };
    switch (which) {
        case Fused::kQkv:
            return make("qkv", 0, 3);
        case Fused::kO:
            return make("o", 3, 1);
        case Fused::kGateUp:
            return make("gate_up", 4, 2);
        case Fused::kDown:
            return make("down", 6, 1);
    }
    VT_CHECK(false);
}

ModelWeights build_weights(const ModelConfig& c, const MakeTensor& make) {
    ModelWeights w;
    w.embedding = make("embedding", {c.vocab_size, c.hidden_size});
    w.head = c.tie_word_embeddings ? w.embedding : make("head", {c.vocab_size, c.hidden_size});
    w.final_norm = make("final_norm", {c.hidden_size});
    for (std::int64_t l = 0; l < c.num_hidden_layers; ++l) {
        const std::string at = "layers." + std::to_string(l) + ".";
        LayerWeights layer;
        layer.norm1 = make(at + "norm1", {c.hidden_size});
        layer.norm2 = make(at + "norm2", {c.hidden_size});
        if (c.qk_norm) {
            layer.q_norm = make(at + "q_norm", {c.head_dim});
            layer.k_norm = make(at + "k_norm", {c.head_dim});
        }
        for (std::size_t f = 0; f < kFusedLinears; ++f) {
            const FusedSpec spec = fused_spec(c, static_cast<Fused>(f));
            const std::string name = at + std::string(spec.name);
            layer.linears[f].weight = make(name + ".weight", {spec.out, spec.in});
            if (spec.bias) layer.linears[f].bias = make(name + ".bias", {spec.out});
        }
        w.layers.push_back(std::move(layer));
    }
    return w;
}

void fill_normal(const at::Tensor& tensor, double std, std::uint64_t seed, std::uint64_t step) {
    util::Rng rng(seed, util::RngStream::kInit, step);
    auto* data = tensor.data_ptr<float>();
    for (std::int64_t i = 0; i < tensor.numel(); ++i)
        data[i] = static_cast<float>(std * rng.normal());
}

std::span<float> floats(const at::Tensor& tensor) {
    return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

}  // namespace

CausalLm::CausalLm(const ModelConfig& config,
                   Trainable trainable,
                   const LoraShape& lora,
                   bool value_head)
    : config_(config),
      trainable_(trainable),
      lora_shape_(lora),
      value_head_(value_head) {
    if (trainable == Trainable::kFull) {
        build_weights(config, [this](const std::string& name, std::vector<std::int64_t> shape) {
            store_.add(name, std::move(shape));
            return at::Tensor();
        });
    }
    if (trainable == Trainable::kLora) {
        for (std::int64_t l = 0; l < config.num_hidden_layers; ++l) {
            for (std::size_t f = 0; f < kFusedLinears; ++f) {
                const FusedSpec spec = fused_spec(config, static_cast<Fused>(f));
                const std::string at =
                    "layers." + std::to_string(l) + "." + std::string(spec.name) + ".lora_";
                store_.add(at + "A",
                           {static_cast<std::int64_t>(spec.parts.size()) * lora.r, spec.in});
                for (const Part& part : spec.parts)
                    store_.add(at + "B." + std::string(part.name), {part.size, lora.r});
            }
        }
    }
    if (value_head) {
        store_.add("v_head.weight", {config.hidden_size});
        store_.add("v_head.bias", {1});
    }
    store_.allocate();
    bind();
}

void CausalLm::bind() {
    std::int64_t next = 0;
    std::int64_t next_grad = 0;
    if (trainable_ == Trainable::kFull) {
        weights_ =
            build_weights(config_, [&](const std::string&, const std::vector<std::int64_t>&) {
                return store_.value(next++);
            });
        grads_ = build_weights(config_, [&](const std::string&, const std::vector<std::int64_t>&) {
            return store_.grad(next_grad++);
        });
    } else {
        grads_.layers.resize(static_cast<std::size_t>(config_.num_hidden_layers));
    }
    lora_.clear();
    for (std::int64_t l = 0; trainable_ == Trainable::kLora && l < config_.num_hidden_layers; ++l) {
        std::array<LoraWeights, kFusedLinears> layer;
        for (std::size_t f = 0; f < kFusedLinears; ++f) {
            const FusedSpec spec = fused_spec(config_, static_cast<Fused>(f));
            layer[f].a = store_.value(next);
            layer[f].da = store_.grad(next++);
            for (const Part& part : spec.parts) {
                layer[f].parts.push_back({.b = store_.value(next),
                                          .db = store_.grad(next),
                                          .begin = part.begin,
                                          .size = part.size});
                ++next;
            }
        }
        lora_.push_back(std::move(layer));
    }
    if (value_head_) {
        value_weight_ = store_.value(next);
        dvalue_weight_ = store_.grad(next++);
        value_bias_ = store_.value(next);
        dvalue_bias_ = store_.grad(next);
    }
}

void CausalLm::copy_frozen_from(const CausalLm& other) {
    if (trainable_ != Trainable::kFull) weights_ = other.weights_;
    base_ = other.base_;
    rope_ = other.rope_;
}

CausalLm CausalLm::init_random(const ModelConfig& config,
                               Trainable trainable,
                               const LoraShape& lora,
                               std::uint64_t seed) {
    CausalLm lm(config, trainable, lora, false);
    if (trainable != Trainable::kFull) {
        lm.weights_ =
            build_weights(config, [](const std::string&, const std::vector<std::int64_t>& shape) {
                return at::zeros(shape, at::kFloat);
            });
    }
    std::uint64_t step = 0;
    fill_normal(lm.weights_.embedding, 0.05, seed, step++);
    if (!config.tie_word_embeddings) {
        fill_normal(lm.weights_.head,
                    1.0 / std::sqrt(static_cast<double>(config.hidden_size)),
                    seed,
                    step++);
    }
    lm.weights_.final_norm.fill_(1);
    for (LayerWeights& layer : lm.weights_.layers) {
        layer.norm1.fill_(1);
        layer.norm2.fill_(1);
        if (layer.q_norm.defined()) layer.q_norm.fill_(1);
        if (layer.k_norm.defined()) layer.k_norm.fill_(1);
        for (std::size_t f = 0; f < kFusedLinears; ++f) {
            const auto which = static_cast<Fused>(f);
            const at::Tensor& w = layer.linears[f].weight;
            double std = 1.0 / std::sqrt(static_cast<double>(w.size(1)));
            if (which == Fused::kO || which == Fused::kDown) {
                std /= std::sqrt(2.0 * static_cast<double>(config.num_hidden_layers));
            }
            fill_normal(w, std, seed, step++);
        }
    }
    lm.init_lora(seed);
    return lm;
}

void CausalLm::init_lora(std::uint64_t seed) {
    std::uint64_t step = 1'000'000;  // beyond the base weights' numbers
    for (auto& layer : lora_) {
        for (LoraWeights& lora : layer) {
            // PEFT's default: Kaiming uniform with a = sqrt(5), that is U(-1/sqrt(in), 1/sqrt(in));
            // B = 0.
            util::Rng rng(seed, util::RngStream::kInit, step++);
            const double bound = 1.0 / std::sqrt(static_cast<double>(lora.a.size(1)));
            for (float& value : floats(lora.a))
                value = static_cast<float>((2.0 * rng.uniform_double() - 1.0) * bound);
        }
    }
}

CausalLm CausalLm::on_base(const ModelConfig& config,
                           std::shared_ptr<FrozenBase> base,
                           const LoraShape& lora,
                           std::uint64_t seed) {
    VT_CHECK(base != nullptr && lora.r > 0);
    CausalLm lm(config, Trainable::kLora, lora, false);
    lm.base_ = std::move(base);
    lm.init_lora(seed);
    return lm;
}

Result<CausalLm> CausalLm::load(util::FileSystem& fs,
                                const std::string& folder,
                                Trainable trainable,
                                const LoraShape& lora,
                                std::uint64_t seed) {
    VT_ASSIGN(const ModelConfig config, read_model_config(fs, folder));
    VT_ASSIGN(const ShardedWeights weights, ShardedWeights::open(fs, folder));
    VT_TRY(check_weights(config, weights));
    CausalLm lm(config, trainable, lora, false);
    if (trainable != Trainable::kFull) {
        lm.weights_ =
            build_weights(config, [](const std::string&, const std::vector<std::int64_t>& shape) {
                return at::empty(shape, at::kFloat);
            });
    }
    for (const auto& [name, tensor] : lm.named_tensors())
        VT_TRY(weights.read_f32(name, floats(tensor)));
    lm.init_lora(seed);
    return lm;
}

CausalLm CausalLm::clone() const {
    CausalLm copy(config_, trainable_, lora_shape_, value_head_);
    copy.copy_frozen_from(*this);
    copy.copy_values_from(*this);
    return copy;
}

CausalLm CausalLm::clone_with_value_head() const {
    CausalLm copy(config_, trainable_, lora_shape_, true);
    copy.copy_frozen_from(*this);
    copy.copy_values_from(*this);
    return copy;
}

void CausalLm::copy_values_from(const CausalLm& other) {
    // The value head lies last, so a model without one is a prefix.
    const std::int64_t shared = std::min(store_.flat().numel(), other.store_.flat().numel());
    if (shared > 0)
        store_.flat().narrow(0, 0, shared).copy_(other.store_.flat().narrow(0, 0, shared));
}

std::map<std::string, at::Tensor> CausalLm::named_tensors() const {
    std::map<std::string, at::Tensor> names;
    names["model.embed_tokens.weight"] = weights_.embedding;
    if (!config_.tie_word_embeddings) names["lm_head.weight"] = weights_.head;
    names["model.norm.weight"] = weights_.final_norm;
    for (std::int64_t l = 0; l < config_.num_hidden_layers; ++l) {
        const LayerWeights& w = weights_.layers[static_cast<std::size_t>(l)];
        const std::string at = "model.layers." + std::to_string(l) + ".";
        names[at + "input_layernorm.weight"] = w.norm1;
        names[at + "post_attention_layernorm.weight"] = w.norm2;
        if (w.q_norm.defined()) names[at + "self_attn.q_norm.weight"] = w.q_norm;
        if (w.k_norm.defined()) names[at + "self_attn.k_norm.weight"] = w.k_norm;
        for (std::size_t f = 0; f < kFusedLinears; ++f) {
            for (const Part& part : fused_spec(config_, static_cast<Fused>(f)).parts) {
                const std::string block = f < 2 ? "self_attn." : "mlp.";
                const std::string name = at + block + std::string(part.name);
                names[name + ".weight"] = w.linears[f].weight.narrow(0, part.begin, part.size);
                if (w.linears[f].bias.defined())
                    names[name + ".bias"] = w.linears[f].bias.narrow(0, part.begin, part.size);
            }
        }
    }
    return names;
}

namespace {

/// Calls visit(layer, linear name, A rows, B) for every part of every fused linear.
template <typename Visit>
void for_each_adapter_part(const ModelConfig& config,
                           const std::vector<std::array<LoraWeights, kFusedLinears>>& lora,
                           std::int64_t r,
                           const Visit& visit) {
    for (std::size_t l = 0; l < lora.size(); ++l) {
        for (std::size_t f = 0; f < kFusedLinears; ++f) {
            const FusedSpec spec = fused_spec(config, static_cast<Fused>(f));
            for (std::size_t p = 0; p < spec.parts.size(); ++p) {
                const at::Tensor a = lora[l][f].a.narrow(0, static_cast<std::int64_t>(p) * r, r);
                visit(static_cast<std::int64_t>(l), spec.parts[p].name, a, lora[l][f].parts[p].b);
            }
        }
    }
}

AdapterTensor adapter_tensor(const at::Tensor& t) {
    const std::span<float> values = floats(t);
    return {.shape = t.sizes().vec(), .values = {values.begin(), values.end()}};
}

}  // namespace

Adapter CausalLm::adapter() const {
    VT_CHECK(trainable_ == Trainable::kLora);
    store_.refresh();
    Adapter adapter;
    adapter.config.r = lora_shape_.r;
    adapter.config.lora_alpha = lora_shape_.scale * static_cast<double>(lora_shape_.r);
    for (const std::string_view name : kLinearNames)
        adapter.config.target_modules.emplace_back(name);
    for_each_adapter_part(
        config_,
        lora_,
        lora_shape_.r,
        [&](std::int64_t layer, std::string_view name, const at::Tensor& a, const at::Tensor& b) {
            adapter.tensors[adapter_tensor_name(layer, name, 'A')] = adapter_tensor(a);
            adapter.tensors[adapter_tensor_name(layer, name, 'B')] = adapter_tensor(b);
        });
    return adapter;
}

Status CausalLm::set_adapter(const Adapter& adapter) {
    VT_TRY(check_adapter(config_, adapter));
    if (trainable_ != Trainable::kLora || adapter.config.r != lora_shape_.r) {
        return util::fail(ErrorCode::kInvalidArgument,
                          "the adapter has rank " + std::to_string(adapter.config.r) +
                              " but the recipe says lora.r = " + std::to_string(lora_shape_.r) +
                              "; set lora.r to the adapter's rank");
    }
    store_.refresh();
    // A module that the adapter leaves out is the same as B = 0.
    for_each_adapter_part(
        config_,
        lora_,
        lora_shape_.r,
        [&](std::int64_t layer, std::string_view name, const at::Tensor& a, const at::Tensor& b) {
            const auto found_a = adapter.tensors.find(adapter_tensor_name(layer, name, 'A'));
            const auto found_b = adapter.tensors.find(adapter_tensor_name(layer, name, 'B'));
            b.zero_();
            if (found_a == adapter.tensors.end() || found_b == adapter.tensors.end()) return;
            std::ranges::copy(found_a->second.values, floats(a).begin());
            std::ranges::copy(found_b->second.values, floats(b).begin());
        });
    lora_shape_.scale = adapter.config.scaling();
    return {};
}

Status CausalLm::save_pretrained(util::AtomicDir& folder, DType dtype) const {
    VT_TRY(write_model_config(folder, config_));
    SafetensorsWriter writer;
    writer.set_metadata("format", "pt");
    for (const auto& [name, tensor] : named_tensors()) {
        VT_TRY(writer.add_f32(name, tensor.sizes().vec(), floats(tensor), dtype));
    }
    return writer.save(folder, "model.safetensors");
}

}  // namespace veritune::model
