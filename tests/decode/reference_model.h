// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/peft_adapter.h"
#include "core/quant/dequantise.h"
#include "core/quant/quant_model.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace veritune::decode::test {

/// A quantised Qwen2 in plain fp64 over its dequantised weights, written down once more without any
/// kernel: what decoding has to come near to.
class ReferenceModel {
  public:
    ReferenceModel(const quant::QuantModel& model, const model::Adapter* adapter)
        : c_(model.config()),
          adapter_(adapter) {
        embedding_ = numbers(model.embedding(), c_.vocab_size * c_.hidden_size);
        for (std::int64_t l = 0; l < c_.num_hidden_layers; ++l) {
            const quant::QuantLayer q = model.layer(l);
            layers_.push_back({.norm1 = numbers(q.norm1, c_.hidden_size),
                               .norm2 = numbers(q.norm2, c_.hidden_size),
                               .bias = numbers(q.qkv.bias, q.qkv.bias == nullptr ? 0 : q.qkv.w.n),
                               .qkv = matrix(q.qkv.w),
                               .o = matrix(q.o.w),
                               .gate_up = matrix(q.gate_up.w),
                               .down = matrix(q.down.w)});
        }
        head_ = matrix(model.head().w);
        final_norm_ = numbers(model.head().final_norm, c_.hidden_size);
    }

    /// log-prob of every token but the first, given those before it, at temperature 1.
    std::vector<double> logprobs(const std::vector<std::int32_t>& tokens) const {
        std::vector<Vector> x;
        for (const std::int32_t t : tokens) {
            x.emplace_back(embedding_.begin() + t * c_.hidden_size,
                           embedding_.begin() + (t + 1) * c_.hidden_size);
        }
        for (std::size_t l = 0; l < layers_.size(); ++l) layer(l, x);
        std::vector<double> logprobs;
        for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
            const Vector logits = product(head_, normalised(x[i], final_norm_));
            double largest = logits[0];
            for (const double v : logits) largest = std::max(largest, v);
            double sum = 0;
            for (const double v : logits) sum += std::exp(v - largest);
            logprobs.push_back(logits[static_cast<std::size_t>(tokens[i + 1])] - largest -
                               std::log(sum));
        }
        return logprobs;
    }

  private:
    using Vector = std::vector<double>;
    struct Matrix {
        std::int64_t n = 0;
        std::int64_t k = 0;
        Vector values;
    };
    struct Layer {
        Vector norm1, norm2, bias;
        Matrix qkv, o, gate_up, down;
    };

    static Vector numbers(const kernels::Bf16* from, std::int64_t count) {
        Vector v;
        for (std::int64_t i = 0; i < count; ++i) v.push_back(kernels::to_float(from[i]));
        return v;
    }
    static Matrix matrix(const kernels::QuantView& w) {
        std::vector<float> rows(static_cast<std::size_t>(w.n * w.k));
        quant::dequantise(w, rows);
        return {w.n, w.k, Vector(rows.begin(), rows.end())};
    }
    static Vector product(const Matrix& m, const Vector& x) {
        Vector y(static_cast<std::size_t>(m.n));
        for (std::int64_t n = 0; n < m.n; ++n) {
            for (std::int64_t k = 0; k < m.k; ++k) {
                y[static_cast<std::size_t>(n)] += m.values[static_cast<std::size_t>(n * m.k + k)] *
                                                  x[static_cast<std::size_t>(k)];
            }
        }
        return y;
    }
    Vector normalised(const Vector& x, const Vector& gamma) const {
        double squares = 0;
        for (const double v : x) squares += v * v;
        const double rstd =
            1 / std::sqrt(squares / static_cast<double>(x.size()) + c_.rms_norm_eps);
        Vector y;
        for (std::size_t i = 0; i < x.size(); ++i) y.push_back(x[i] * rstd * gamma[i]);
        return y;
    }
    /// B A x of one of the seven linears, scaled; zeros without an adapter.
    Vector low_rank(std::size_t layer,
                    std::string_view name,
                    const Vector& x,
                    std::int64_t out) const {
        Vector y(static_cast<std::size_t>(out));
        if (adapter_ == nullptr) return y;
        const auto index = static_cast<std::int64_t>(layer);
        const auto& a = adapter_->tensors.at(model::adapter_tensor_name(index, name, 'A'));
        const auto& b = adapter_->tensors.at(model::adapter_tensor_name(index, name, 'B'));
        for (std::int64_t r = 0; r < a.shape[0]; ++r) {
            double sum = 0;
            for (std::size_t k = 0; k < x.size(); ++k)
                sum += a.values[static_cast<std::size_t>(r) * x.size() + k] * x[k];
            for (std::int64_t n = 0; n < out; ++n) {
                y[static_cast<std::size_t>(n)] +=
                    adapter_->config.scaling() * sum *
                    b.values[static_cast<std::size_t>(n * a.shape[0] + r)];
            }
        }
        return y;
    }
    static void add(Vector& to, const Vector& what, std::size_t at = 0) {
        for (std::size_t i = 0; i < what.size(); ++i) to[at + i] += what[i];
    }
    void rotate(Vector& heads, std::size_t at, std::int64_t position) const {
        const std::vector<float> frequencies = model::rope_inverse_frequencies(c_);
        const std::size_t half = frequencies.size();
        for (std::size_t i = 0; i < half; ++i) {
            const double angle = static_cast<double>(position) * frequencies[i];
            const double a = heads[at + i];
            const double b = heads[at + i + half];
            heads[at + i] = a * std::cos(angle) - b * std::sin(angle);
            heads[at + i + half] = b * std::cos(angle) + a * std::sin(angle);
        }
    }
    Vector qkv_of(std::size_t layer, const Vector& x, std::int64_t position) const {
        const Layer& l = layers_[layer];
        const std::int64_t d = c_.head_dim;
        const std::int64_t q = c_.num_attention_heads * d;
        const std::int64_t kv = c_.num_key_value_heads * d;
        Vector y = product(l.qkv, x);
        add(y, l.bias);
        add(y, low_rank(layer, "q_proj", x, q));
        add(y, low_rank(layer, "k_proj", x, kv), static_cast<std::size_t>(q));
        add(y, low_rank(layer, "v_proj", x, kv), static_cast<std::size_t>(q + kv));
        for (std::int64_t h = 0; h < c_.num_attention_heads + c_.num_key_value_heads; ++h) {
            rotate(y, static_cast<std::size_t>(h * d), position);
        }
        return y;
    }
    void layer(std::size_t index, std::vector<Vector>& x) const {
        const Layer& l = layers_[index];
        std::vector<Vector> qkv;
        for (std::size_t i = 0; i < x.size(); ++i) {
            qkv.push_back(qkv_of(index, normalised(x[i], l.norm1), static_cast<std::int64_t>(i)));
        }
        for (std::size_t i = 0; i < x.size(); ++i) {
            const Vector attention = attend(qkv, i);
            add(x[i], product(l.o, attention));
            add(x[i], low_rank(index, "o_proj", attention, c_.hidden_size));
            const Vector y = normalised(x[i], l.norm2);
            const Vector rows = product(l.gate_up, y);
            Vector gate = low_rank(index, "gate_proj", y, c_.intermediate_size);
            Vector up = low_rank(index, "up_proj", y, c_.intermediate_size);
            Vector h(static_cast<std::size_t>(c_.intermediate_size));
            for (std::size_t f = 0; f < h.size(); ++f) {
                gate[f] += rows[f];
                up[f] += rows[h.size() + f];
                h[f] = gate[f] / (1 + std::exp(-gate[f])) * up[f];
            }
            add(x[i], product(l.down, h));
            add(x[i], low_rank(index, "down_proj", h, c_.hidden_size));
        }
    }
    Vector attend(const std::vector<Vector>& qkv, std::size_t row) const {
        const auto d = static_cast<std::size_t>(c_.head_dim);
        const auto q_heads = static_cast<std::size_t>(c_.num_attention_heads);
        const auto kv_heads = static_cast<std::size_t>(c_.num_key_value_heads);
        Vector out(q_heads * d);
        for (std::size_t h = 0; h < q_heads; ++h) {
            const std::size_t k_at = (q_heads + h / (q_heads / kv_heads)) * d;
            const std::size_t v_at = k_at + kv_heads * d;
            Vector scores;
            double largest = -1e300;
            for (std::size_t j = 0; j <= row; ++j) {
                double s = 0;
                for (std::size_t e = 0; e < d; ++e) s += qkv[row][h * d + e] * qkv[j][k_at + e];
                scores.push_back(s / std::sqrt(static_cast<double>(d)));
                largest = std::max(largest, scores.back());
            }
            double sum = 0;
            for (double& s : scores) sum += s = std::exp(s - largest);
            for (std::size_t j = 0; j <= row; ++j) {
                for (std::size_t e = 0; e < d; ++e)
                    out[h * d + e] += scores[j] / sum * qkv[j][v_at + e];
            }
        }
        return out;
    }

    model::ModelConfig c_;
    const model::Adapter* adapter_;
    Vector embedding_, final_norm_;
    Matrix head_;
    std::vector<Layer> layers_;
};

}  // namespace veritune::decode::test
