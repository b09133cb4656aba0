// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/frozen_base.h"
#include "core/model/model_config.h"
#include "core/model/ops.h"
#include "core/model/packed_batch.h"
#include "core/model/parameter_store.h"
#include "core/util/file_system.h"
#include "core/util/result.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace veritune::model {

struct Adapter;

/// The fused linears of a layer; each serves one or more of Hugging Face's seven.
enum class Fused { kQkv, kO, kGateUp, kDown };
inline constexpr std::size_t kFusedLinears = 4;

struct LinearWeights {
    at::Tensor weight;  ///< [out, in]
    at::Tensor bias;    ///< [out] or undefined
};

struct LayerWeights {
    at::Tensor norm1;   ///< [d] input_layernorm
    at::Tensor norm2;   ///< [d] post_attention_layernorm
    at::Tensor q_norm;  ///< [head_dim] Qwen3, else undefined
    at::Tensor k_norm;
    std::array<LinearWeights, kFusedLinears> linears;
};

/// All weights of a decoder, or all their gradients (undefined where frozen).
struct ModelWeights {
    at::Tensor embedding;   ///< [V, d]
    at::Tensor head;        ///< [V, d]; the same tensor when tied
    at::Tensor final_norm;  ///< [d]
    std::vector<LayerWeights> layers;
};

/// LoRA on one fused linear: A of all its parts stacked, one B per part.
/// y[:, begin:begin+size] += scale * (x A_p^T) B_p^T
struct LoraWeights {
    struct Part {
        at::Tensor b;  ///< [size, r]
        at::Tensor db;
        std::int64_t begin = 0;
        std::int64_t size = 0;
    };
    at::Tensor a;  ///< [parts * r, in]
    at::Tensor da;
    std::vector<Part> parts;
};

enum class Trainable {
    kFrozen,  ///< nothing: reference policies
    kFull,    ///< every weight; models up to 50 M parameters
    kLora,    ///< adapter only
};

struct LoraShape {
    std::int64_t r = 0;
    double scale = 0.0;  ///< alpha / r, or alpha / sqrt(r)
};

/// What one layer keeps for its backward pass. Views of `rows` rows into buffers that only grow.
struct LayerActivations {
    at::Tensor x, norm1, rstd1, qkv, qk_raw, qk_rstd, attn, lse, mid, norm2, rstd2, gate_up, h;
    std::array<at::Tensor, kFusedLinears> xa;  ///< LoRA: scale * x A^T
};

/// Memory of one forward (and backward). Reuse it: buffers grow to the largest batch seen.
/// threads  one owner
class Activations {
  public:
    const at::Tensor& hidden() const { return hidden_; }  ///< [M, d] after the final norm
    std::int64_t rows() const { return rows_; }

  private:
    friend class CausalLm;
    struct Scratch {
        at::Tensor dx, dnorm, dqkv, dattn, dgate_up, dh;
        std::array<at::Tensor, kFusedLinears> dxa;
    };
    std::int64_t rows_ = 0;
    bool kept_ = false;
    std::vector<LayerActivations> layers_;
    at::Tensor final_x_, final_rstd_, hidden_, positions_, tokens_;
    Scratch scratch_;
    std::map<std::string, at::Tensor> buffers_;
};

/// A decoder-only language model (Qwen2, Qwen3, Llama, Mistral), f32 on the CPU, with a
/// hand-written backward pass: no autograd graph, every buffer planned. Values are shared handles:
/// copying the object shares all weights. threads  const functions may run side by side when each
/// has its own Activations
class CausalLm {
  public:
    /// Reads a Hugging Face folder. LoRA starts with random A and zero B (seed).
    /// errors  those of read_model_config, ShardedWeights, check_weights
    static util::Result<CausalLm> load(util::FileSystem& fs,
                                       const std::string& folder,
                                       Trainable trainable,
                                       const LoraShape& lora,
                                       std::uint64_t seed);
    /// Random weights as training.md 11 wants them: std 1/sqrt(fan_in), o and down further by
    /// 1/sqrt(2 layers), embedding 0.05, biases 0.
    static CausalLm init_random(const ModelConfig& config,
                                Trainable trainable,
                                const LoraShape& lora,
                                std::uint64_t seed);

    /// An adapter on base weights that live elsewhere; it starts as in load().
    static CausalLm on_base(const ModelConfig& config,
                            std::shared_ptr<FrozenBase> base,
                            const LoraShape& lora,
                            std::uint64_t seed);

    const ModelConfig& config() const { return config_; }
    /// nullptr: the weights are tensors of this object.
    FrozenBase* base() const { return base_.get(); }
    /// What went wrong on the base since the last call. Passes give zeros from then on, so this is
    /// called before the weights move.
    util::Status take_failure() const { return base_ ? base_->take_failure() : util::Status(); }
    Trainable trainable() const { return trainable_; }
    const LoraShape& lora_shape() const { return lora_shape_; }

    /// The trainable part; empty when frozen.
    ParameterStore& parameters() { return store_; }
    const ParameterStore& parameters() const { return store_; }
    /// Deep copy of the trainable part (gradients zero); frozen weights stay shared.
    CausalLm clone() const;
    /// clone() plus a value head Linear(d -> 1) of zeros.
    CausalLm clone_with_value_head() const;
    /// Copies the trainable values of a model with the same parameters.
    void copy_values_from(const CausalLm& other);

    /// Hidden states of every row. keep: store what backward needs. On a base they stay there, and
    /// acts.hidden() is undefined: log-probs and values are asked for by row.
    /// on_qkv(layer, qkv [M, ...] with rotated k): called per layer, for filling a KV cache
    void forward(const PackedBatch& batch,
                 Activations& acts,
                 bool keep,
                 const std::function<void(std::int64_t, const at::Tensor&)>& on_qkv = {}) const;
    /// Adds the gradients of all trainable weights (on a base: see collect_gradients); needs a kept
    /// forward of the same batch.
    /// dhidden [M, d] is consumed
    void backward(const PackedBatch& batch, Activations& acts, at::Tensor dhidden);

    /// Before the gradients are used: those summed up on a base are added to parameters(). After a
    /// failure there all gradients are zero, so that nothing half-summed is stepped with.
    /// errors  what take_failure() says
    util::Status collect_gradients();
    /// All gradients zero, those summed up on a base too.
    void drop_gradients();

    /// logits [n, V] = hidden [n, d] head^T
    void logits(const at::Tensor& hidden, const at::Tensor& out) const;
    /// dhidden = dlogits head; adds the head's gradient when it is trained
    void logits_backward(const at::Tensor& hidden,
                         const at::Tensor& dlogits,
                         const at::Tensor& dhidden);

    bool has_value_head() const { return value_weight_.defined(); }
    /// [n] raw values of the rows of the last forward: hidden . w + b
    at::Tensor values(const Activations& acts, const std::vector<std::int32_t>& rows) const;
    /// dvalues [n] of those rows -> adds to the head's gradients; returns dhidden [M, d] for
    /// backward(), undefined on a base
    at::Tensor values_backward(const Activations& acts,
                               const std::vector<std::int32_t>& rows,
                               const at::Tensor& dvalues);

    /// y = x W^T + b (+ LoRA); xa [M, parts*r] receives what backward needs when LoRA is on.
    void linear(std::int64_t layer,
                Fused which,
                const at::Tensor& x,
                const at::Tensor& y,
                const at::Tensor& xa) const;
    const ModelWeights& weights() const { return weights_; }
    const std::vector<std::array<LoraWeights, kFusedLinears>>& lora() const { return lora_; }
    const ops::RopeTable& rope_table(std::int64_t positions) const;
    ops::HeadLayout head_layout() const;
    std::int64_t lora_columns(Fused which) const;

    /// Hugging Face name -> view of the base weights, for reading and writing.
    std::map<std::string, at::Tensor> named_tensors() const;
    /// The adapter in PEFT's form; LoRA models only.
    Adapter adapter() const;
    /// errors  kInvalidArgument when it does not fit this model or its rank differs
    util::Status set_adapter(const Adapter& adapter);
    /// config.json + model.safetensors (base weights, f32 or bf16 as `dtype` says) for
    /// transformers.
    util::Status save_pretrained(util::AtomicDir& folder, DType dtype) const;

  private:
    CausalLm(const ModelConfig& config,
             Trainable trainable,
             const LoraShape& lora,
             bool value_head);
    void bind();
    void copy_frozen_from(const CausalLm& other);
    void init_lora(std::uint64_t seed);
    struct Plan;
    void prepare(Activations& acts, const PackedBatch& batch, bool keep) const;
    void forward_layer(std::int64_t layer,
                       const PackedBatch& batch,
                       Activations& acts,
                       LayerActivations& s,
                       const at::Tensor& out,
                       const std::function<void(std::int64_t, const at::Tensor&)>& on_qkv) const;
    void backward_layer(std::int64_t layer, const PackedBatch& batch, Activations& acts);
    void backward_attention(std::int64_t layer, const PackedBatch& batch, Activations& acts);
    void qk_norm_backward(std::int64_t layer, LayerActivations& s, const at::Tensor& dqkv);
    void linear_backward(std::int64_t layer,
                         Fused which,
                         const at::Tensor& x,
                         const at::Tensor& xa,
                         const at::Tensor& dy,
                         const at::Tensor& dx,
                         const at::Tensor& dxa);

    ModelConfig config_;
    std::shared_ptr<FrozenBase> base_;
    Trainable trainable_;
    LoraShape lora_shape_;
    bool value_head_ = false;
    ParameterStore store_;
    ModelWeights weights_;
    ModelWeights grads_;
    std::vector<std::array<LoraWeights, kFusedLinears>> lora_;
    at::Tensor value_weight_, value_bias_, dvalue_weight_, dvalue_bias_;
    mutable ops::RopeTable rope_;
};

}  // namespace veritune::model
