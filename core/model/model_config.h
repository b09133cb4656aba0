// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/dtype.h"
#include "core/util/file_system.h"
#include "core/util/json.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::model {

enum class Architecture { kQwen2, kQwen3, kLlama, kMistral };

/// config.json's model_type: "qwen2", "qwen3", "llama", "mistral".
std::string_view architecture_name(Architecture architecture);
/// "Qwen2ForCausalLM" and so on.
std::string_view architecture_class(Architecture architecture);

enum class RopeType { kDefault, kLlama3 };

/// Rotary embedding. The fields below rope_type belong to kLlama3 only.
struct RopeConfig {
    double theta = 10000.0;  ///< (0, 1e12]
    RopeType type = RopeType::kDefault;
    double factor = 1.0;            ///< >= 1: how much longer than trained
    double low_freq_factor = 1.0;   ///< > 0
    double high_freq_factor = 4.0;  ///< > low_freq_factor
    std::int64_t original_max_position_embeddings = 8192;

    bool operator==(const RopeConfig&) const = default;
};

/// What a config.json says that changes the result; everything else is refused or has no effect. A
/// decoder with RMSNorm, rotary embeddings, grouped-query attention and SwiGLU.
struct ModelConfig {
    Architecture architecture = Architecture::kQwen2;
    std::int64_t vocab_size = 0;           ///< 1 .. 1,048,576
    std::int64_t hidden_size = 0;          ///< 1 .. 32,768
    std::int64_t intermediate_size = 0;    ///< 1 .. 262,144
    std::int64_t num_hidden_layers = 0;    ///< 1 .. 256
    std::int64_t num_attention_heads = 0;  ///< 1 .. 1,024, a multiple of num_key_value_heads
    std::int64_t num_key_value_heads = 0;  ///< >= 1
    std::int64_t head_dim = 0;   ///< even, 2 .. 1,024; heads * head_dim may differ from hidden_size
    double rms_norm_eps = 1e-6;  ///< (0, 0.1]
    RopeConfig rope{};
    bool qkv_bias = false;             ///< Qwen2 always; Qwen3 and Llama with attention_bias
    bool o_bias = false;               ///< Qwen3 and Llama with attention_bias
    bool mlp_bias = false;             ///< Llama only
    bool qk_norm = false;              ///< Qwen3: RMSNorm over each head of q and k, before RoPE
    bool tie_word_embeddings = false;  ///< the head is the embedding table
    std::int64_t max_position_embeddings = 0;  ///< 1 .. 2^31
    /// Window that some layer attends within; the result equals full attention up to this length,
    /// and we go no further.
    std::optional<std::int64_t> sliding_window{};
    /// May be empty; generation_config.json and the tokenizer may know more.
    std::vector<std::int64_t> eos_ids{};
    std::optional<std::int64_t> bos_id{};
    std::optional<std::int64_t> pad_id{};
    DType dtype = DType::kF32;  ///< F32, F16 or BF16: what the weights were saved as
    /// Standard deviation that config.json records; informative.
    double initializer_range = 0.02;

    bool operator==(const ModelConfig&) const = default;
};

/// One of the seven linears of a layer: y = x W^T + b, W [out_features, in_features].
struct LinearSpec {
    std::string_view name;   ///< "q_proj"
    std::string_view block;  ///< "self_attn" or "mlp"
    std::int64_t out_features = 0;
    std::int64_t in_features = 0;
    bool bias = false;
};

inline constexpr std::array<std::string_view, 7> kLinearNames{
    "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"};

/// In the order of kLinearNames.
std::array<LinearSpec, 7> layer_linears(const ModelConfig& config);

struct TensorSpec {
    std::string name;  ///< "model.layers.0.self_attn.q_proj.weight"
    std::vector<std::int64_t> shape{};
};

/// Every tensor of the model under its Hugging Face name, embedding first, head (untied only) last.
std::vector<TensorSpec> expected_tensors(const ModelConfig& config);
/// Sum over expected_tensors: a tied head counts once.
std::int64_t num_parameters(const ModelConfig& config);
/// LoRA of rank r on all seven linears.
std::int64_t num_lora_parameters(const ModelConfig& config, std::int64_t rank);

/// Angle per position for each of head_dim / 2 pairs; element i turns dimensions i and i + head_dim
/// / 2. source  arXiv 2104.09864, eq. 15; kLlama3 as in transformers 4.57.1, modeling_rope_utils.py
/// test  model_config_test.cpp (against transformers to 2 ulp)
std::vector<float> rope_inverse_frequencies(const ModelConfig& config);

/// A config.json that came from outside.
/// errors  kUnsupported: unknown architecture, activation, rotary scaling, quantised weights (says
/// what to choose
///   instead); kInvalidArgument or kCorruptData: names the key and its range
/// threads  pure; test  model_config_test.cpp
util::Result<ModelConfig> parse_model_config(const util::Json& root);
/// folder/config.json: at most 1 MiB, depth 32.
util::Result<ModelConfig> read_model_config(util::FileSystem& fs, const std::string& folder);

/// A config.json that transformers and parse_model_config read back as the same model.
util::Json model_config_to_json(const ModelConfig& config);
util::Status write_model_config(util::AtomicDir& folder, const ModelConfig& config);

/// Can `length` tokens (prompt and completion) be computed as the model defines it?
/// errors  kInvalidArgument above max_position_embeddings; kUnsupported above the sliding window
util::Status check_length(const ModelConfig& config, std::int64_t length);

/// The embedded demonstration's model: Qwen2, 308,832 parameters (training.md 11).
ModelConfig demo_config();

}  // namespace veritune::model
