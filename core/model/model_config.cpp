// SPDX-License-Identifier: Apache-2.0
#include "core/model/model_config.h"

#include "core/model/safetensors.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace veritune::model {
namespace {

using util::ErrorCode;
using util::fail;
using util::Json;
using util::Result;
using util::Status;

constexpr std::string_view kWhat = "config.json";
constexpr std::uint64_t kMaxConfigBytes = 1 << 20;

struct ArchitectureRow {
    Architecture architecture;
    std::string_view type;
    std::string_view class_name;
};

constexpr std::array<ArchitectureRow, 4> kArchitectures{{
    {Architecture::kQwen2, "qwen2", "Qwen2ForCausalLM"},
    {Architecture::kQwen3, "qwen3", "Qwen3ForCausalLM"},
    {Architecture::kLlama, "llama", "LlamaForCausalLM"},
    {Architecture::kMistral, "mistral", "MistralForCausalLM"},
}};

const ArchitectureRow& row_of(Architecture architecture) {
    const auto index = static_cast<std::size_t>(architecture);
    VT_CHECK(index < kArchitectures.size() && kArchitectures[index].architecture == architecture);
    return kArchitectures[index];
}

util::Error unsupported(std::string message) {
    return fail(ErrorCode::kUnsupported, std::string(kWhat) + ": " + std::move(message));
}

util::Error invalid(std::string message) {
    return fail(ErrorCode::kCorruptData, std::string(kWhat) + ": " + std::move(message));
}

bool has_value(const Json& root, std::string_view key) {
    const auto found = root.find(std::string(key));
    return found != root.end() && !found->is_null();
}

Result<std::int64_t> int_or(const Json& root,
                            std::string_view key,
                            std::int64_t min,
                            std::int64_t max,
                            std::int64_t fallback) {
    if (!has_value(root, key)) return fallback;
    return util::json_int(root, key, kWhat, min, max);
}

Result<double> number_or(const Json& root, std::string_view key, double fallback) {
    if (!has_value(root, key)) return fallback;
    return util::json_number(root, key, kWhat);
}

Result<bool> bool_or(const Json& root, std::string_view key, bool fallback) {
    if (!has_value(root, key)) return fallback;
    const Json& value = root[std::string(key)];
    if (!value.is_boolean()) return invalid(std::string(key) + " must be true or false");
    return value.get<bool>();
}

Result<Architecture> parse_architecture(const Json& root) {
    VT_ASSIGN(const std::string type, util::json_string(root, "model_type", kWhat));
    const auto row = std::find_if(kArchitectures.begin(),
                                  kArchitectures.end(),
                                  [&](const auto& candidate) { return candidate.type == type; });
    if (row == kArchitectures.end()) {
        return unsupported("architecture " + shown(type) +
                           " is not supported; choose a qwen2, qwen3, llama or mistral model");
    }
    if (!has_value(root, "architectures")) return row->architecture;
    const Json& classes = root["architectures"];
    const bool has_head =
        classes.is_array() &&
        std::find(classes.begin(), classes.end(), row->class_name) != classes.end();
    if (!has_head) {
        return unsupported("architectures does not hold " + std::string(row->class_name) +
                           "; choose a model that generates text");
    }
    return row->architecture;
}

/// Keys that change the result in ways we do not compute.
Status refuse_unknown_features(const Json& root) {
    if (has_value(root, "quantization_config")) {
        return unsupported(
            "the weights are already quantised; choose the unquantised model (BF16), Veritune "
            "quantises itself");
    }
    if (has_value(root, "hidden_act") && root["hidden_act"] != "silu") {
        return unsupported("hidden_act must be silu; choose a standard model");
    }
    VT_ASSIGN(const double rotary, number_or(root, "partial_rotary_factor", 1.0));
    if (rotary != 1.0)
        return unsupported("partial_rotary_factor must be 1; choose a standard model");
    return {};
}

Status parse_sizes(const Json& root, ModelConfig* config) {
    VT_ASSIGN(config->vocab_size, util::json_int(root, "vocab_size", kWhat, 1, 1'048'576));
    VT_ASSIGN(config->hidden_size, util::json_int(root, "hidden_size", kWhat, 1, 32'768));
    VT_ASSIGN(config->intermediate_size,
              util::json_int(root, "intermediate_size", kWhat, 1, 262'144));
    VT_ASSIGN(config->num_hidden_layers, util::json_int(root, "num_hidden_layers", kWhat, 1, 256));
    VT_ASSIGN(config->max_position_embeddings,
              util::json_int(root, "max_position_embeddings", kWhat, 1, 1LL << 31));
    return {};
}

Status parse_heads(const Json& root, ModelConfig* config) {
    VT_ASSIGN(config->num_attention_heads,
              util::json_int(root, "num_attention_heads", kWhat, 1, 1'024));
    const std::int64_t heads = config->num_attention_heads;
    VT_ASSIGN(config->num_key_value_heads, int_or(root, "num_key_value_heads", 1, heads, heads));
    if (heads % config->num_key_value_heads != 0) {
        return invalid("num_attention_heads must be a multiple of num_key_value_heads");
    }
    if (!has_value(root, "head_dim") && config->architecture == Architecture::kQwen3) {
        config->head_dim = 128;  // transformers' default of this class, whatever hidden_size is
        return {};
    }
    if (!has_value(root, "head_dim") && config->hidden_size % heads != 0) {
        return invalid(
            "hidden_size must be a multiple of num_attention_heads when head_dim is missing");
    }
    VT_ASSIGN(config->head_dim, int_or(root, "head_dim", 2, 1'024, config->hidden_size / heads));
    if (config->head_dim % 2 != 0 || config->head_dim > 1'024 || config->head_dim < 2) {
        return invalid("head_dim must be an even number from 2 to 1024");
    }
    return {};
}

Status parse_llama3(const Json& scaling, ModelConfig* config) {
    RopeConfig& rope = config->rope;
    rope.type = RopeType::kLlama3;
    VT_ASSIGN(rope.factor, util::json_number(scaling, "factor", kWhat));
    VT_ASSIGN(rope.low_freq_factor, util::json_number(scaling, "low_freq_factor", kWhat));
    VT_ASSIGN(rope.high_freq_factor, util::json_number(scaling, "high_freq_factor", kWhat));
    VT_ASSIGN(rope.original_max_position_embeddings,
              util::json_int(scaling, "original_max_position_embeddings", kWhat, 1, 1LL << 31));
    const bool good = rope.factor >= 1.0 && rope.factor <= 1e6 && rope.low_freq_factor > 0.0 &&
                      rope.high_freq_factor > rope.low_freq_factor;
    if (!good) return invalid("rope_scaling of type llama3 has factors out of range");
    return {};
}

/// rope_theta and rope_scaling (transformers 4), or both in rope_parameters (transformers 5).
Status parse_rope(const Json& root, ModelConfig* config) {
    const bool merged = has_value(root, "rope_parameters");
    const std::string_view key = merged ? "rope_parameters" : "rope_scaling";
    const Json scaling = has_value(root, key) ? root[std::string(key)] : Json::object();
    if (!scaling.is_object()) return invalid(std::string(key) + " must be an object");
    const Json& theta_owner = merged && has_value(scaling, "rope_theta") ? scaling : root;
    VT_ASSIGN(config->rope.theta, number_or(theta_owner, "rope_theta", 10000.0));
    if (!(config->rope.theta > 0.0 && config->rope.theta <= 1e12)) {
        return invalid("rope_theta must be above 0 and at most 1e12");
    }
    const Json type = has_value(scaling, "rope_type") ? scaling["rope_type"]
                                                      : scaling.value("type", Json("default"));
    if (type == "default") return {};
    if (type == "llama3") return parse_llama3(scaling, config);
    return unsupported("rotary scaling of type " +
                       shown(type.is_string() ? type.get<std::string>() : "?") +
                       " is not supported; set " + std::string(key) +
                       " to null to use the model up to its trained length");
}

Status parse_biases(const Json& root, ModelConfig* config) {
    using enum Architecture;
    VT_ASSIGN(const bool attention_bias, bool_or(root, "attention_bias", false));
    VT_ASSIGN(const bool mlp_bias, bool_or(root, "mlp_bias", false));
    switch (config->architecture) {
        case kQwen2:
            config->qkv_bias = true;
            break;
        case kQwen3:
            config->qkv_bias = config->o_bias = attention_bias;
            config->qk_norm = true;
            break;
        case kLlama:
            config->qkv_bias = config->o_bias = attention_bias;
            config->mlp_bias = mlp_bias;
            break;
        case kMistral:
            break;
    }
    return {};
}

Status parse_window(const Json& root, ModelConfig* config) {
    constexpr std::int64_t kNoWindow = 0;
    constexpr std::int64_t kMistralDefault = 4096;
    using enum Architecture;
    std::int64_t fallback = kNoWindow;
    switch (config->architecture) {
        case kLlama:
            return {};
        case kQwen2:
        case kQwen3: {
            VT_ASSIGN(const bool used, bool_or(root, "use_sliding_window", false));
            if (!used) return {};
            break;
        }
        case kMistral:
            // Only a missing key has the default; null means none.
            if (!root.contains("sliding_window")) fallback = kMistralDefault;
            break;
    }
    VT_ASSIGN(const std::int64_t window, int_or(root, "sliding_window", 1, 1LL << 31, fallback));
    if (window != kNoWindow) config->sliding_window = window;
    return {};
}

Result<std::optional<std::int64_t>> parse_token_id(const Json& root,
                                                   std::string_view key,
                                                   std::int64_t vocab_size) {
    if (!has_value(root, key) || root[std::string(key)] == -1) return std::optional<std::int64_t>();
    VT_ASSIGN(const std::int64_t id, util::json_int(root, key, kWhat, 0, vocab_size - 1));
    return std::optional<std::int64_t>(id);
}

Status parse_eos(const Json& root, ModelConfig* config) {
    if (!has_value(root, "eos_token_id")) return {};
    const Json& value = root["eos_token_id"];
    const Json ids = value.is_array() ? value : Json::array({value});
    if (ids.size() > 64) return invalid("eos_token_id lists more than 64 ids");
    for (const Json& id : ids) {
        const std::int64_t token =
            id.is_number_integer() ? id.get<std::int64_t>() : std::int64_t{-1};
        if (token < 0 || token >= config->vocab_size) {
            return invalid("eos_token_id must be an id below vocab_size or a list of them");
        }
        config->eos_ids.push_back(token);
    }
    return {};
}

Status parse_dtype(const Json& root, ModelConfig* config) {
    const std::string_view key = has_value(root, "dtype") ? "dtype" : "torch_dtype";
    if (!has_value(root, key)) return {};
    VT_ASSIGN(const std::string name, util::json_string(root, key, kWhat));
    if (name == "float32")
        config->dtype = DType::kF32;
    else if (name == "float16")
        config->dtype = DType::kF16;
    else if (name == "bfloat16")
        config->dtype = DType::kBF16;
    else
        return unsupported("weights of type " + shown(name) +
                           " are not supported; choose bfloat16, float16 or float32");
    return {};
}

Status parse_rest(const Json& root, ModelConfig* config) {
    VT_ASSIGN(config->rms_norm_eps, number_or(root, "rms_norm_eps", 1e-6));
    if (!(config->rms_norm_eps > 0.0 && config->rms_norm_eps <= 0.1)) {
        return invalid("rms_norm_eps must be above 0 and at most 0.1");
    }
    VT_ASSIGN(config->initializer_range, number_or(root, "initializer_range", 0.02));
    VT_ASSIGN(config->tie_word_embeddings, bool_or(root, "tie_word_embeddings", false));
    VT_ASSIGN(config->bos_id, parse_token_id(root, "bos_token_id", config->vocab_size));
    VT_ASSIGN(config->pad_id, parse_token_id(root, "pad_token_id", config->vocab_size));
    VT_TRY(parse_eos(root, config));
    return parse_dtype(root, config);
}

Json rope_scaling_json(const RopeConfig& rope) {
    if (rope.type == RopeType::kDefault) return nullptr;
    return {{"rope_type", "llama3"},
            {"factor", rope.factor},
            {"low_freq_factor", rope.low_freq_factor},
            {"high_freq_factor", rope.high_freq_factor},
            {"original_max_position_embeddings", rope.original_max_position_embeddings}};
}

Json optional_json(const std::optional<std::int64_t>& value) {
    return value ? Json(*value) : Json(nullptr);
}

std::string_view torch_dtype(DType dtype) {
    VT_CHECK(is_weight_dtype(dtype));
    if (dtype == DType::kF32) return "float32";
    return dtype == DType::kF16 ? "float16" : "bfloat16";
}

void write_variant_keys(const ModelConfig& config, Json* root) {
    using enum Architecture;
    switch (config.architecture) {
        case kQwen2:
        case kQwen3:
            (*root)["use_sliding_window"] = config.sliding_window.has_value();
            // Every layer slides: what a reader that looks at this key must assume too.
            if (config.sliding_window) (*root)["max_window_layers"] = 0;
            break;
        case kLlama:
            (*root)["mlp_bias"] = config.mlp_bias;
            break;
        case kMistral:
            break;
    }
    if (config.architecture != kLlama)
        (*root)["sliding_window"] = optional_json(config.sliding_window);
    if (config.architecture == kQwen3 || config.architecture == kLlama) {
        (*root)["attention_bias"] = config.qkv_bias;
    }
}

/// Long wavelengths are stretched by `factor`, short ones kept, those between blended.
double llama3_frequency(double frequency, const RopeConfig& rope) {
    const auto trained = static_cast<double>(rope.original_max_position_embeddings);
    const double wavelength = 2.0 * std::numbers::pi / frequency;
    if (wavelength < trained / rope.high_freq_factor) return frequency;
    if (wavelength > trained / rope.low_freq_factor) return frequency / rope.factor;
    const double smooth = (trained / wavelength - rope.low_freq_factor) /
                          (rope.high_freq_factor - rope.low_freq_factor);
    return (1.0 - smooth) * frequency / rope.factor + smooth * frequency;
}

}  // namespace

std::string_view architecture_name(Architecture architecture) { return row_of(architecture).type; }

std::string_view architecture_class(Architecture architecture) {
    return row_of(architecture).class_name;
}

std::array<LinearSpec, 7> layer_linears(const ModelConfig& config) {
    const std::int64_t d = config.hidden_size;
    const std::int64_t ff = config.intermediate_size;
    const std::int64_t q = config.num_attention_heads * config.head_dim;
    const std::int64_t kv = config.num_key_value_heads * config.head_dim;
    return {{
        {"q_proj", "self_attn", q, d, config.qkv_bias},
        {"k_proj", "self_attn", kv, d, config.qkv_bias},
        {"v_proj", "self_attn", kv, d, config.qkv_bias},
        {"o_proj", "self_attn", d, q, config.o_bias},
        {"gate_proj", "mlp", ff, d, config.mlp_bias},
        {"up_proj", "mlp", ff, d, config.mlp_bias},
        {"down_proj", "mlp", d, ff, config.mlp_bias},
    }};
}

std::vector<TensorSpec> expected_tensors(const ModelConfig& config) {
    const std::int64_t d = config.hidden_size;
    std::vector<TensorSpec> tensors{{"model.embed_tokens.weight", {config.vocab_size, d}}};
    for (std::int64_t layer = 0; layer < config.num_hidden_layers; ++layer) {
        const std::string prefix = "model.layers." + std::to_string(layer) + ".";
        tensors.push_back({prefix + "input_layernorm.weight", {d}});
        for (const LinearSpec& linear : layer_linears(config)) {
            const std::string name =
                prefix + std::string(linear.block) + "." + std::string(linear.name);
            tensors.push_back({name + ".weight", {linear.out_features, linear.in_features}});
            if (linear.bias) tensors.push_back({name + ".bias", {linear.out_features}});
        }
        if (config.qk_norm) {
            tensors.push_back({prefix + "self_attn.q_norm.weight", {config.head_dim}});
            tensors.push_back({prefix + "self_attn.k_norm.weight", {config.head_dim}});
        }
        tensors.push_back({prefix + "post_attention_layernorm.weight", {d}});
    }
    tensors.push_back({"model.norm.weight", {d}});
    if (!config.tie_word_embeddings) tensors.push_back({"lm_head.weight", {config.vocab_size, d}});
    return tensors;
}

std::int64_t num_parameters(const ModelConfig& config) {
    std::int64_t total = 0;
    for (const TensorSpec& spec : expected_tensors(config)) {
        std::int64_t elements = 1;
        for (const std::int64_t size : spec.shape) elements *= size;
        total += elements;
    }
    return total;
}

std::int64_t num_lora_parameters(const ModelConfig& config, std::int64_t rank) {
    std::int64_t per_layer = 0;
    for (const LinearSpec& linear : layer_linears(config)) {
        per_layer += rank * (linear.in_features + linear.out_features);
    }
    return per_layer * config.num_hidden_layers;
}

std::vector<float> rope_inverse_frequencies(const ModelConfig& config) {
    std::vector<float> frequencies;
    for (std::int64_t i = 0; i < config.head_dim; i += 2) {
        const double exponent = static_cast<double>(i) / static_cast<double>(config.head_dim);
        double frequency = std::pow(config.rope.theta, -exponent);
        if (config.rope.type == RopeType::kLlama3)
            frequency = llama3_frequency(frequency, config.rope);
        frequencies.push_back(static_cast<float>(frequency));
    }
    return frequencies;
}

Result<ModelConfig> parse_model_config(const Json& root) {
    if (!root.is_object()) return invalid("the file must hold one object; choose a model's folder");
    ModelConfig config;
    VT_ASSIGN(config.architecture, parse_architecture(root));
    VT_TRY(refuse_unknown_features(root));
    VT_TRY(parse_sizes(root, &config));
    VT_TRY(parse_heads(root, &config));
    VT_TRY(parse_rope(root, &config));
    VT_TRY(parse_biases(root, &config));
    VT_TRY(parse_window(root, &config));
    VT_TRY(parse_rest(root, &config));
    return config;
}

Result<ModelConfig> read_model_config(util::FileSystem& fs, const std::string& folder) {
    const std::string path = util::join_path(folder, kWhat);
    VT_ASSIGN(const std::string text, fs.read(path, kMaxConfigBytes));
    VT_ASSIGN(const Json root, util::parse_json(text, kWhat));
    Result<ModelConfig> config = parse_model_config(root);
    if (config) return config;
    util::Error error = config.error();
    if (error.context.empty()) error.context = path;
    return error;
}

Json model_config_to_json(const ModelConfig& config) {
    Json root{{"architectures", {architecture_class(config.architecture)}},
              {"model_type", architecture_name(config.architecture)},
              {"vocab_size", config.vocab_size},
              {"hidden_size", config.hidden_size},
              {"intermediate_size", config.intermediate_size},
              {"num_hidden_layers", config.num_hidden_layers},
              {"num_attention_heads", config.num_attention_heads},
              {"num_key_value_heads", config.num_key_value_heads},
              {"head_dim", config.head_dim},
              {"hidden_act", "silu"},
              {"rms_norm_eps", config.rms_norm_eps},
              {"rope_theta", config.rope.theta},
              {"rope_scaling", rope_scaling_json(config.rope)},
              {"attention_dropout", 0.0},
              {"tie_word_embeddings", config.tie_word_embeddings},
              {"max_position_embeddings", config.max_position_embeddings},
              {"bos_token_id", optional_json(config.bos_id)},
              {"pad_token_id", optional_json(config.pad_id)},
              {"initializer_range", config.initializer_range},
              {"use_cache", true},
              {"torch_dtype", torch_dtype(config.dtype)}};
    root["eos_token_id"] =
        config.eos_ids.size() == 1 ? Json(config.eos_ids.front()) : Json(config.eos_ids);
    if (config.eos_ids.empty()) root["eos_token_id"] = nullptr;
    write_variant_keys(config, &root);
    return root;
}

Status write_model_config(util::AtomicDir& folder, const ModelConfig& config) {
    return folder.write(std::string(kWhat), model_config_to_json(config).dump(2) + "\n");
}

Status check_length(const ModelConfig& config, std::int64_t length) {
    if (length > config.max_position_embeddings) {
        return fail(ErrorCode::kInvalidArgument,
                    "the model knows " + std::to_string(config.max_position_embeddings) +
                        " positions, " + std::to_string(length) +
                        " are asked for; shorten prompt or completion");
    }
    if (config.sliding_window && length > *config.sliding_window) {
        return unsupported("the model attends within a window of " +
                           std::to_string(*config.sliding_window) + " tokens, " +
                           std::to_string(length) +
                           " are asked for; shorten prompt or completion to fit the window");
    }
    return {};
}

ModelConfig demo_config() {
    return {.architecture = Architecture::kQwen2,
            .vocab_size = 36,
            .hidden_size = 96,
            .intermediate_size = 256,
            .num_hidden_layers = 3,
            .num_attention_heads = 4,
            .num_key_value_heads = 2,
            .head_dim = 24,
            .rms_norm_eps = 1e-6,
            .rope = {.theta = 500.0},
            .qkv_bias = true,
            .tie_word_embeddings = true,
            .max_position_embeddings = 256,
            .eos_ids = {1},
            .pad_id = 0};
}

}  // namespace veritune::model
