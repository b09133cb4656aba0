// SPDX-License-Identifier: Apache-2.0
// Forward and backward of the decoder. Loading, saving and initialisation: causal_lm_weights.cpp.
#include "core/model/causal_lm.h"

#include "core/util/result.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace veritune::model {
namespace {

std::size_t index(Fused which) { return static_cast<std::size_t>(which); }

at::Tensor int_tensor(const std::vector<std::int32_t>& values) {
    return at::from_blob(const_cast<std::int32_t*>(values.data()),
                         {static_cast<std::int64_t>(values.size())},
                         at::kInt);
}

/// y = x w^T, then += bias. mm with an out tensor never allocates.
void matmul(const at::Tensor& x, const LinearWeights& w, const at::Tensor& y) {
    at::Tensor out = y;
    if (w.bias.defined()) {
        at::addmm_out(out, w.bias, x, w.weight.t());
    } else {
        at::mm_out(out, x, w.weight.t());
    }
}

}  // namespace

const ops::RopeTable& CausalLm::rope_table(std::int64_t positions) const {
    if (rope_.cos.defined() && rope_.cos.size(0) >= positions) return rope_;
    const std::int64_t rows = std::max<std::int64_t>(64, 2 * positions);
    const std::vector<float> frequencies = rope_inverse_frequencies(config_);
    const auto half = static_cast<std::int64_t>(frequencies.size());
    ops::RopeTable table{.cos = at::empty({rows, half}, at::kFloat),
                         .sin = at::empty({rows, half}, at::kFloat)};
    auto* cos = table.cos.data_ptr<float>();
    auto* sin = table.sin.data_ptr<float>();
    for (std::int64_t p = 0; p < rows; ++p) {
        for (std::int64_t i = 0; i < half; ++i) {
            // The product is rounded to f32 before the sine, as transformers does it.
            const float angle = static_cast<float>(p) * frequencies[static_cast<std::size_t>(i)];
            cos[p * half + i] = std::cos(angle);
            sin[p * half + i] = std::sin(angle);
        }
    }
    rope_ = table;
    return rope_;
}

ops::HeadLayout CausalLm::head_layout() const {
    return {.n_q = config_.num_attention_heads,
            .n_kv = config_.num_key_value_heads,
            .head_dim = config_.head_dim,
            .sliding_window = config_.sliding_window.value_or(0)};
}

std::int64_t CausalLm::lora_columns(Fused which) const {
    if (lora_.empty()) return 0;
    return lora_shape_.r * static_cast<std::int64_t>(lora_.front()[index(which)].parts.size());
}

void CausalLm::linear(std::int64_t layer,
                      Fused which,
                      const at::Tensor& x,
                      const at::Tensor& y,
                      const at::Tensor& xa) const {
    const auto l = static_cast<std::size_t>(layer);
    matmul(x, weights_.layers[l].linears[index(which)], y);
    if (lora_.empty()) return;
    const LoraWeights& lora = lora_[l][index(which)];
    at::Tensor low = xa;
    at::mm_out(low, x, lora.a.t());
    low.mul_(lora_shape_.scale);
    for (std::size_t p = 0; p < lora.parts.size(); ++p) {
        const LoraWeights::Part& part = lora.parts[p];
        const std::int64_t r = lora_shape_.r;
        at::Tensor target = y.narrow(1, part.begin, part.size);
        target.addmm_(low.narrow(1, static_cast<std::int64_t>(p) * r, r), part.b.t());
    }
}

void CausalLm::linear_backward(std::int64_t layer,
                               Fused which,
                               const at::Tensor& x,
                               const at::Tensor& xa,
                               const at::Tensor& dy,
                               const at::Tensor& dx,
                               const at::Tensor& dxa) {
    const auto l = static_cast<std::size_t>(layer);
    const LinearWeights& w = weights_.layers[l].linears[index(which)];
    at::Tensor out = dx;
    at::mm_out(out, dy, w.weight);
    if (trainable_ == Trainable::kFull) {
        LinearWeights& d = grads_.layers[l].linears[index(which)];
        d.weight.addmm_(dy.t(), x);
        if (d.bias.defined()) d.bias.add_(dy.sum(0));
    }
    if (lora_.empty()) return;
    LoraWeights& lora = lora_[l][index(which)];
    const std::int64_t r = lora_shape_.r;
    for (std::size_t p = 0; p < lora.parts.size(); ++p) {
        LoraWeights::Part& part = lora.parts[p];
        const at::Tensor dy_part = dy.narrow(1, part.begin, part.size);
        const auto column = static_cast<std::int64_t>(p) * r;
        part.db.addmm_(dy_part.t(), xa.narrow(1, column, r));
        at::Tensor low = dxa.narrow(1, column, r);
        low.copy_(at::mm(dy_part, part.b));
    }
    dxa.mul_(lora_shape_.scale);
    lora.da.addmm_(dxa.t(), x);
    out.addmm_(dxa, lora.a);
}

/// Every buffer of a batch is a narrow of one that only grows, found by name.
struct CausalLm::Plan {
    std::map<std::string, at::Tensor>& buffers;
    std::int64_t rows;

    at::Tensor get(const std::string& name,
                   std::int64_t width,
                   at::ScalarType type = at::kFloat) const {
        at::Tensor& buffer = buffers[name];
        if (!buffer.defined() || buffer.size(0) < rows) {
            const std::int64_t capacity = std::max<std::int64_t>(256, rows + rows / 8);
            buffer = width > 0 ? at::empty({capacity, width}, type) : at::empty({capacity}, type);
        }
        return buffer.narrow(0, 0, rows);
    }
};

void CausalLm::prepare(Activations& acts, const PackedBatch& batch, bool keep) const {
    const ModelConfig& c = config_;
    const std::int64_t q_size = c.num_attention_heads * c.head_dim;
    const std::int64_t kv_size = c.num_key_value_heads * c.head_dim;
    const std::int64_t d = c.hidden_size;
    acts.rows_ = batch.rows();
    acts.kept_ = keep;
    acts.tokens_ = int_tensor(batch.tokens);
    acts.positions_ = int_tensor(batch.positions);
    const Plan plan{acts.buffers_, acts.rows_};
    acts.layers_.resize(static_cast<std::size_t>(c.num_hidden_layers));
    for (std::int64_t l = 0; l < c.num_hidden_layers; ++l) {
        // Without a backward pass all layers work in the memory of layer 0; only x alternates.
        const std::string at = std::to_string(keep ? l : 0) + ".";
        LayerActivations& s = acts.layers_[static_cast<std::size_t>(l)];
        s.x = plan.get(std::to_string(keep ? l : l % 2) + ".x", d);
        s.norm1 = plan.get(at + "norm1", d);
        s.rstd1 = plan.get(at + "rstd1", 0);
        s.qkv = plan.get(at + "qkv", q_size + 2 * kv_size);
        if (c.qk_norm) {
            s.qk_raw = plan.get(at + "qk_raw", q_size + kv_size);
            s.qk_rstd = plan.get(at + "qk_rstd", c.num_attention_heads + c.num_key_value_heads);
        }
        s.attn = plan.get(at + "attn", q_size);
        s.lse = plan.get(at + "lse", c.num_attention_heads);
        s.mid = plan.get(at + "mid", d);
        s.norm2 = plan.get(at + "norm2", d);
        s.rstd2 = plan.get(at + "rstd2", 0);
        s.gate_up = plan.get(at + "gate_up", 2 * c.intermediate_size);
        s.h = plan.get(at + "h", c.intermediate_size);
        for (std::size_t f = 0; f < kFusedLinears && !lora_.empty(); ++f) {
            s.xa[f] = plan.get(at + "xa" + std::to_string(f), lora_columns(static_cast<Fused>(f)));
        }
    }
    acts.final_x_ = plan.get("final_x", d);
    acts.final_rstd_ = plan.get("final_rstd", 0);
    acts.hidden_ = plan.get("hidden", d);
    if (!keep) return;
    acts.scratch_ = {.dx = plan.get("dx", d),
                     .dnorm = plan.get("dnorm", d),
                     .dqkv = plan.get("dqkv", q_size + 2 * kv_size),
                     .dattn = plan.get("dattn", q_size),
                     .dgate_up = plan.get("dgate_up", 2 * c.intermediate_size),
                     .dh = plan.get("dh", c.intermediate_size),
                     .dxa = {}};
    for (std::size_t f = 0; f < kFusedLinears && !lora_.empty(); ++f) {
        acts.scratch_.dxa[f] =
            plan.get("dxa" + std::to_string(f), lora_columns(static_cast<Fused>(f)));
    }
}

void CausalLm::forward(const PackedBatch& batch,
                       Activations& acts,
                       bool keep,
                       const std::function<void(std::int64_t, const at::Tensor&)>& on_qkv) const {
    VT_CHECK(batch.rows() > 0);
    if (base_) {
        VT_CHECK(!on_qkv);
        acts.rows_ = batch.rows();
        acts.kept_ = keep;
        acts.hidden_ = at::Tensor();
        base_->attempt([&] { return base_->forward(*this, batch, keep); });
        return;
    }
    prepare(acts, batch, keep);
    rope_table(batch.longest());
    ops::gather_rows(weights_.embedding, acts.tokens_, acts.layers_.front().x);
    for (std::int64_t l = 0; l < config_.num_hidden_layers; ++l) {
        const auto next = static_cast<std::size_t>(l) + 1;
        const at::Tensor& out = next < acts.layers_.size() ? acts.layers_[next].x : acts.final_x_;
        forward_layer(l, batch, acts, acts.layers_[static_cast<std::size_t>(l)], out, on_qkv);
    }
    ops::rms_norm(
        acts.final_x_, weights_.final_norm, config_.rms_norm_eps, acts.hidden_, acts.final_rstd_);
}

void CausalLm::forward_layer(
    std::int64_t layer,
    const PackedBatch& batch,
    Activations& acts,
    LayerActivations& s,
    const at::Tensor& out,
    const std::function<void(std::int64_t, const at::Tensor&)>& on_qkv) const {
    const LayerWeights& w = weights_.layers[static_cast<std::size_t>(layer)];
    const ops::HeadLayout heads = head_layout();
    const std::int64_t q_size = heads.n_q * heads.head_dim;
    const std::int64_t qk_size = q_size + heads.n_kv * heads.head_dim;
    ops::rms_norm(s.x, w.norm1, config_.rms_norm_eps, s.norm1, s.rstd1);
    linear(layer, Fused::kQkv, s.norm1, s.qkv, s.xa[index(Fused::kQkv)]);
    const at::Tensor qk = s.qkv.narrow(1, 0, qk_size);
    if (config_.qk_norm) {
        s.qk_raw.copy_(qk);
        const at::Tensor q_rstd = s.qk_rstd.view({-1}).narrow(0, 0, acts.rows_ * heads.n_q);
        const at::Tensor k_rstd =
            s.qk_rstd.view({-1}).narrow(0, acts.rows_ * heads.n_q, acts.rows_ * heads.n_kv);
        ops::rms_norm(s.qk_raw.narrow(1, 0, q_size),
                      w.q_norm,
                      config_.rms_norm_eps,
                      s.qkv.narrow(1, 0, q_size),
                      q_rstd);
        ops::rms_norm(s.qk_raw.narrow(1, q_size, qk_size - q_size),
                      w.k_norm,
                      config_.rms_norm_eps,
                      s.qkv.narrow(1, q_size, qk_size - q_size),
                      k_rstd);
    }
    ops::rope(qk, acts.positions_, rope_, false);
    if (on_qkv) on_qkv(layer, s.qkv);
    ops::attention(s.qkv, batch, heads, s.attn, s.lse);
    linear(layer, Fused::kO, s.attn, s.mid, s.xa[index(Fused::kO)]);
    s.mid.add_(s.x);
    ops::rms_norm(s.mid, w.norm2, config_.rms_norm_eps, s.norm2, s.rstd2);
    linear(layer, Fused::kGateUp, s.norm2, s.gate_up, s.xa[index(Fused::kGateUp)]);
    ops::swiglu(s.gate_up, s.h);
    linear(layer, Fused::kDown, s.h, out, s.xa[index(Fused::kDown)]);
    out.add_(s.mid);
}

void CausalLm::backward(const PackedBatch& batch, Activations& acts, at::Tensor dhidden) {
    VT_CHECK(acts.kept_ && acts.rows_ == batch.rows() && trainable_ != Trainable::kFrozen);
    if (base_) {
        base_->attempt([&] { return base_->backward(*this); });
        return;
    }
    ops::rms_norm_backward(dhidden,
                           acts.final_x_,
                           weights_.final_norm,
                           acts.final_rstd_,
                           acts.scratch_.dx,
                           grads_.final_norm,
                           false);
    for (std::int64_t l = config_.num_hidden_layers - 1; l >= 0; --l)
        backward_layer(l, batch, acts);
    if (grads_.embedding.defined())
        ops::scatter_add_rows(grads_.embedding, acts.tokens_, acts.scratch_.dx);
}

util::Status CausalLm::collect_gradients() {
    if (!base_) return {};
    base_->attempt([&] { return base_->collect(*this); });
    util::Status status = base_->take_failure();
    if (!status) drop_gradients();
    return status;
}

void CausalLm::drop_gradients() {
    store_.flat_grad().zero_();
    if (base_) base_->discard();
}

void CausalLm::backward_layer(std::int64_t layer, const PackedBatch& batch, Activations& acts) {
    const auto l = static_cast<std::size_t>(layer);
    LayerActivations& s = acts.layers_[l];
    Activations::Scratch& g = acts.scratch_;
    linear_backward(layer,
                    Fused::kDown,
                    s.h,
                    s.xa[index(Fused::kDown)],
                    g.dx,
                    g.dh,
                    g.dxa[index(Fused::kDown)]);
    ops::swiglu_backward(s.gate_up, g.dh, g.dgate_up);
    linear_backward(layer,
                    Fused::kGateUp,
                    s.norm2,
                    s.xa[index(Fused::kGateUp)],
                    g.dgate_up,
                    g.dnorm,
                    g.dxa[index(Fused::kGateUp)]);
    ops::rms_norm_backward(
        g.dnorm, s.mid, weights_.layers[l].norm2, s.rstd2, g.dx, grads_.layers[l].norm2, true);
    backward_attention(layer, batch, acts);
    ops::rms_norm_backward(
        g.dnorm, s.x, weights_.layers[l].norm1, s.rstd1, g.dx, grads_.layers[l].norm1, true);
}

void CausalLm::backward_attention(std::int64_t layer, const PackedBatch& batch, Activations& acts) {
    LayerActivations& s = acts.layers_[static_cast<std::size_t>(layer)];
    Activations::Scratch& g = acts.scratch_;
    const ops::HeadLayout heads = head_layout();
    linear_backward(
        layer, Fused::kO, s.attn, s.xa[index(Fused::kO)], g.dx, g.dattn, g.dxa[index(Fused::kO)]);
    ops::attention_backward(s.qkv, batch, heads, s.attn, s.lse, g.dattn, g.dqkv);
    const at::Tensor dqk = g.dqkv.narrow(1, 0, (heads.n_q + heads.n_kv) * heads.head_dim);
    ops::rope(dqk, acts.positions_, rope_, true);
    if (config_.qk_norm) qk_norm_backward(layer, s, g.dqkv);
    linear_backward(layer,
                    Fused::kQkv,
                    s.norm1,
                    s.xa[index(Fused::kQkv)],
                    g.dqkv,
                    g.dnorm,
                    g.dxa[index(Fused::kQkv)]);
}

void CausalLm::qk_norm_backward(std::int64_t layer, LayerActivations& s, const at::Tensor& dqkv) {
    const LayerWeights& w = weights_.layers[static_cast<std::size_t>(layer)];
    const LayerWeights& d = grads_.layers[static_cast<std::size_t>(layer)];
    const ops::HeadLayout heads = head_layout();
    const std::int64_t q_size = heads.n_q * heads.head_dim;
    const std::int64_t k_size = heads.n_kv * heads.head_dim;
    const std::int64_t rows = dqkv.size(0);
    const at::Tensor rstd = s.qk_rstd.view({-1});
    const at::Tensor dq = dqkv.narrow(1, 0, q_size);
    const at::Tensor dk = dqkv.narrow(1, q_size, k_size);
    ops::rms_norm_backward(dq,
                           s.qk_raw.narrow(1, 0, q_size),
                           w.q_norm,
                           rstd.narrow(0, 0, rows * heads.n_q),
                           dq,
                           d.q_norm,
                           false);
    ops::rms_norm_backward(dk,
                           s.qk_raw.narrow(1, q_size, k_size),
                           w.k_norm,
                           rstd.narrow(0, rows * heads.n_q, rows * heads.n_kv),
                           dk,
                           d.k_norm,
                           false);
}

void CausalLm::logits(const at::Tensor& hidden, const at::Tensor& out) const {
    at::Tensor target = out;
    at::mm_out(target, hidden, weights_.head.t());
}

void CausalLm::logits_backward(const at::Tensor& hidden,
                               const at::Tensor& dlogits,
                               const at::Tensor& dhidden) {
    at::Tensor target = dhidden;
    at::mm_out(target, dlogits, weights_.head);
    if (grads_.head.defined()) grads_.head.addmm_(dlogits.t(), hidden);
}

namespace {

at::Tensor chosen_rows(const Activations& acts, const std::vector<std::int32_t>& rows) {
    const at::Tensor chosen =
        at::empty({static_cast<std::int64_t>(rows.size()), acts.hidden().size(1)}, at::kFloat);
    ops::gather_rows(acts.hidden(), int_tensor(rows), chosen);
    return chosen;  // [n, d]
}

}  // namespace

at::Tensor CausalLm::values(const Activations& acts, const std::vector<std::int32_t>& rows) const {
    VT_CHECK(has_value_head());
    if (base_) {
        const at::Tensor out = at::zeros({static_cast<std::int64_t>(rows.size())}, at::kFloat);
        base_->attempt([&] { return base_->values(rows, value_weight_, value_bias_, out); });
        return out;
    }
    return at::addmv(value_bias_, chosen_rows(acts, rows), value_weight_);  // [n]
}

at::Tensor CausalLm::values_backward(const Activations& acts,
                                     const std::vector<std::int32_t>& rows,
                                     const at::Tensor& dvalues) {
    VT_CHECK(has_value_head());
    if (base_) {
        base_->attempt(
            [&] { return base_->values_backward(dvalues, dvalue_weight_, dvalue_bias_); });
        return {};
    }
    dvalue_weight_.add_(at::mv(chosen_rows(acts, rows).t(), dvalues));
    dvalue_bias_.add_(dvalues.sum());
    const at::Tensor drows = at::outer(dvalues, value_weight_);  // [n, d]
    const at::Tensor dhidden = at::zeros_like(acts.hidden());    // [M, d]
    ops::scatter_add_rows(dhidden, int_tensor(rows), drows.contiguous());
    return dhidden;
}

}  // namespace veritune::model
