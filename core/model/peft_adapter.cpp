// SPDX-License-Identifier: Apache-2.0
#include "core/model/peft_adapter.h"

#include "core/model/safetensors.h"
#include "core/model/safetensors_writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

namespace veritune::model {
namespace {

using util::ErrorCode;
using util::fail;
using util::Json;
using util::Result;
using util::Status;

constexpr std::string_view kWhat = "adapter_config.json";
constexpr std::string_view kWeightsFile = "adapter_model.safetensors";
constexpr std::uint64_t kMaxConfigBytes = 1 << 20;
constexpr std::int64_t kMaxRank = 1'024;
constexpr std::int64_t kMaxFeatures = 1'048'576;
constexpr std::string_view kPrefix = "base_model.model.model.layers.";

util::Error unsupported(std::string message) {
    return fail(ErrorCode::kUnsupported, std::string(kWhat) + ": " + std::move(message));
}

util::Error invalid(std::string message) {
    return fail(ErrorCode::kInvalidArgument, std::string(kWhat) + ": " + std::move(message));
}

util::Error bad_weights(std::string message) {
    return fail(ErrorCode::kCorruptData,
                std::string(kWeightsFile) + ": " + std::move(message) +
                    "; save the adapter again with PEFT");
}

bool is_set(const Json& root, std::string_view key) {
    const auto found = root.find(std::string(key));
    if (found == root.end() || found->is_null()) return false;
    if (found->is_boolean()) return found->get<bool>();
    // {} and [] are how PEFT writes "not used".
    return !found->is_structured() || !found->empty();
}

/// PEFT gains options with every release, and many change the result: one that is set and not known
/// to be harmless is refused, so that an adapter is computed as PEFT would or not at all.
Status refuse_unknown_features(const Json& root) {
    constexpr std::array<std::string_view, 19> kKnown{"auto_mapping",
                                                      "base_model_name_or_path",
                                                      "bias",
                                                      "ensure_weight_tying",
                                                      "eva_config",
                                                      "inference_mode",
                                                      "init_lora_weights",
                                                      "loftq_config",
                                                      "lora_alpha",
                                                      "lora_dropout",
                                                      "megatron_core",
                                                      "peft_type",
                                                      "peft_version",
                                                      "qalora_group_size",
                                                      "r",
                                                      "revision",
                                                      "target_modules",
                                                      "task_type",
                                                      "use_rslora"};
    for (const auto& [key, value] : root.items()) {
        const bool known = std::find(kKnown.begin(), kKnown.end(), key) != kKnown.end();
        if (!known && is_set(root, key)) {
            return unsupported("the option " + shown(key) +
                               " is not supported; train the adapter without it");
        }
    }
    if (is_set(root, "bias") && root["bias"] != "none") {
        return unsupported("bias must be none; train the adapter without biases");
    }
    if (!is_set(root, "init_lora_weights")) return {};
    // PiSSA, OLoRA, LoftQ and CorDA subtract from the base weights, so the adapter alone is not the
    // model.
    const Json& init = root["init_lora_weights"];
    const bool keeps_base =
        init.is_boolean() || init == "gaussian" || init == "eva" || init == "orthogonal";
    if (!keeps_base) {
        return unsupported(
            "init_lora_weights changes the base model; convert the adapter to plain LoRA with "
            "PEFT");
    }
    return {};
}

std::size_t linear_index(std::string_view name) {
    const auto found = std::find(kLinearNames.begin(), kLinearNames.end(), name);
    return static_cast<std::size_t>(found - kLinearNames.begin());
}

Result<std::vector<std::string>> parse_targets(const Json& root) {
    const auto found = root.find("target_modules");
    if (found == root.end() || !found->is_array() || found->empty()) {
        return unsupported(
            "target_modules must be a list of module names; save the adapter with such a list");
    }
    std::set<std::size_t> indices;
    for (const Json& item : *found) {
        const std::string name = item.is_string() ? item.get<std::string>() : "?";
        const std::size_t index = linear_index(name);
        if (index == kLinearNames.size()) {
            return unsupported(
                "target module " + shown(name) +
                " is not one of the seven linears (q_proj, k_proj, v_proj, o_proj, gate_proj, "
                "up_proj, down_proj); train the adapter on those");
        }
        if (!indices.insert(index).second)
            return invalid("target_modules names " + name + " twice");
    }
    std::vector<std::string> targets;
    targets.reserve(indices.size());
    for (const std::size_t index : indices) targets.emplace_back(kLinearNames[index]);
    return targets;
}

std::string_view block_of(std::string_view linear) {
    return linear_index(linear) < 4 ? "self_attn" : "mlp";
}

struct KeyParts {
    std::int64_t layer = 0;
    std::string linear;
    char part = 'A';
};

/// The inverse of adapter_tensor_name, or nothing: only keys that the writer would produce are
/// known.
std::optional<KeyParts> parse_key(std::string_view key) {
    if (!key.starts_with(kPrefix)) return std::nullopt;
    const std::string_view rest = key.substr(kPrefix.size());
    const std::size_t dot = rest.find('.');
    if (dot == 0 || dot == std::string_view::npos || dot > 3) return std::nullopt;
    KeyParts parts;
    for (const char c : rest.substr(0, dot)) {
        if (c < '0' || c > '9') return std::nullopt;
        parts.layer = parts.layer * 10 + (c - '0');
    }
    for (const std::string_view linear : kLinearNames) {
        for (const char part : {'A', 'B'}) {
            if (adapter_tensor_name(parts.layer, linear, part) != key) continue;
            parts.linear = linear;
            parts.part = part;
            return parts;
        }
    }
    return std::nullopt;
}

using Shapes = std::map<std::string, std::vector<std::int64_t>>;

Status check_shape(const AdapterConfig& config,
                   const std::string& key,
                   const std::vector<std::int64_t>& shape,
                   std::int64_t* layers) {
    const std::optional<KeyParts> parts = parse_key(key);
    const auto& targets = config.target_modules;
    if (!parts || std::find(targets.begin(), targets.end(), parts->linear) == targets.end()) {
        return bad_weights("tensor " + shown(key) + " belongs to no target module");
    }
    const std::size_t rank_side = parts->part == 'A' ? 0 : 1;
    if (shape.size() != 2 || shape[rank_side] != config.r) {
        return bad_weights("tensor " + shown(key) + " does not have rank " +
                           std::to_string(config.r));
    }
    if (shape[1 - rank_side] < 1 || shape[1 - rank_side] > kMaxFeatures) {
        return bad_weights("tensor " + shown(key) + " has a size that no model has");
    }
    *layers = std::max(*layers, parts->layer + 1);
    return {};
}

/// Shapes agree with r, A and B come in pairs, and every target module has them in every layer that
/// is there. Looks at names and shapes only, so that nothing is allocated for a file that is no
/// adapter.
Status check_shapes(const AdapterConfig& config, const Shapes& shapes) {
    std::int64_t layers = 0;
    for (const auto& [key, shape] : shapes) VT_TRY(check_shape(config, key, shape, &layers));
    if (layers == 0) return bad_weights("the file holds no tensors");
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        for (const std::string& linear : config.target_modules) {
            for (const char part : {'A', 'B'}) {
                const std::string key = adapter_tensor_name(layer, linear, part);
                if (!shapes.contains(key))
                    return bad_weights("tensor " + shown(key) + " is missing");
            }
        }
    }
    return {};
}

Status check_config(const AdapterConfig& config) {
    if (config.r < 1 || config.r > kMaxRank)
        return invalid("r must be a whole number from 1 to 1024");
    if (!(config.lora_alpha > 0.0 && config.lora_alpha <= 1e6)) {
        return invalid("lora_alpha must be above 0 and at most 1,000,000");
    }
    return {};
}

Result<AdapterTensor> read_tensor(const SafetensorsFile& file, const TensorEntry& entry) {
    AdapterTensor tensor{.shape = entry.shape};
    // The entry's size was checked against the file, so this cannot ask for more than what is on
    // disk.
    tensor.values.resize(entry.elements());
    VT_TRY(file.read_f32(entry, tensor.values, FiniteCheck::kRequire));
    return tensor;
}

Json number_json(double value) {
    const bool whole = value == std::floor(value) && std::abs(value) < 1e15;
    return whole ? Json(static_cast<std::int64_t>(value)) : Json(value);
}

}  // namespace

double AdapterConfig::scaling() const {
    const auto rank = static_cast<double>(r);
    return lora_alpha / (use_rslora ? std::sqrt(rank) : rank);
}

std::string adapter_tensor_name(std::int64_t layer, std::string_view linear, char part) {
    VT_CHECK(linear_index(linear) < kLinearNames.size() && (part == 'A' || part == 'B'));
    std::string name(kPrefix);
    name.append(std::to_string(layer))
        .append(".")
        .append(block_of(linear))
        .append(".")
        .append(linear);
    return name + ".lora_" + part + ".weight";
}

Result<AdapterConfig> parse_adapter_config(const Json& root) {
    if (!root.is_object())
        return invalid("the file must hold one object; choose an adapter's folder");
    VT_ASSIGN(const std::string type, util::json_string(root, "peft_type", kWhat));
    if (type != "LORA")
        return unsupported("adapters of type " + shown(type) + " are not supported; use LORA");
    VT_TRY(refuse_unknown_features(root));
    AdapterConfig config;
    VT_ASSIGN(config.r, util::json_int(root, "r", kWhat, 1, kMaxRank));
    VT_ASSIGN(config.lora_alpha, util::json_number(root, "lora_alpha", kWhat));
    config.use_rslora = is_set(root, "use_rslora");
    VT_ASSIGN(config.target_modules, parse_targets(root));
    if (is_set(root, "base_model_name_or_path")) {
        VT_ASSIGN(config.base_model_name_or_path,
                  util::json_string(root, "base_model_name_or_path", kWhat));
    }
    VT_TRY(check_config(config));
    return config;
}

Result<Adapter> read_adapter(util::FileSystem& fs, const std::string& folder) {
    VT_ASSIGN(const std::string text, fs.read(util::join_path(folder, kWhat), kMaxConfigBytes));
    VT_ASSIGN(const Json root, util::parse_json(text, kWhat));
    Adapter adapter;
    VT_ASSIGN(adapter.config, parse_adapter_config(root));
    if (fs.stat(util::join_path(folder, "adapter_model.bin")).has_value() &&
        !fs.stat(util::join_path(folder, kWeightsFile)).has_value()) {
        return fail(ErrorCode::kUnsupported,
                    "adapter_model.bin can run programs when it is opened and is refused; save the "
                    "adapter as "
                    "safetensors",
                    folder);
    }
    VT_ASSIGN(const SafetensorsFile file,
              SafetensorsFile::open(util::join_path(folder, kWeightsFile)));
    Shapes shapes;
    for (const TensorEntry& entry : file.entries()) shapes.emplace(entry.name, entry.shape);
    VT_TRY(check_shapes(adapter.config, shapes));
    for (const TensorEntry& entry : file.entries()) {
        VT_ASSIGN(AdapterTensor tensor, read_tensor(file, entry));
        adapter.tensors.emplace(entry.name, std::move(tensor));
    }
    return adapter;
}

Json adapter_config_to_json(const AdapterConfig& config) {
    const Json base = config.base_model_name_or_path.empty() ? Json(nullptr)
                                                             : Json(config.base_model_name_or_path);
    return {{"peft_type", "LORA"},
            {"task_type", "CAUSAL_LM"},
            {"base_model_name_or_path", base},
            {"r", config.r},
            {"lora_alpha", number_json(config.lora_alpha)},
            {"lora_dropout", 0.0},
            {"use_rslora", config.use_rslora},
            {"use_dora", false},
            {"bias", "none"},
            {"fan_in_fan_out", false},
            {"inference_mode", true},
            {"init_lora_weights", true},
            {"modules_to_save", nullptr},
            {"target_modules", config.target_modules}};
}

Status write_adapter(util::AtomicDir& folder, const Adapter& adapter, DType stored) {
    const Json config_json = adapter_config_to_json(adapter.config);
    // What we write we must be able to read: the same checks, as the caller's mistake.
    const Result<AdapterConfig> readable = parse_adapter_config(config_json);
    if (!readable) return readable.error();
    Shapes shapes;
    for (const auto& [key, tensor] : adapter.tensors) shapes.emplace(key, tensor.shape);
    const Status fits = check_shapes(adapter.config, shapes);
    if (!fits) return fail(ErrorCode::kInvalidArgument, fits.error().message);
    SafetensorsWriter writer;
    writer.set_metadata("format", "pt");
    for (const auto& [key, tensor] : adapter.tensors) {
        VT_TRY(writer.add_f32(key, tensor.shape, tensor.values, stored));
    }
    VT_TRY(folder.write(std::string(kWhat),
                        config_json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"));
    return writer.save(folder, std::string(kWeightsFile));
}

Status check_adapter(const ModelConfig& config, const Adapter& adapter) {
    std::set<std::string> known;
    for (std::int64_t layer = 0; layer < config.num_hidden_layers; ++layer) {
        for (const LinearSpec& linear : layer_linears(config)) {
            const auto& targets = adapter.config.target_modules;
            if (std::find(targets.begin(), targets.end(), linear.name) == targets.end()) continue;
            for (const char part : {'A', 'B'}) {
                const std::string key = adapter_tensor_name(layer, linear.name, part);
                const std::vector<std::int64_t> shape =
                    part == 'A' ? std::vector{adapter.config.r, linear.in_features}
                                : std::vector{linear.out_features, adapter.config.r};
                const auto found = adapter.tensors.find(key);
                if (found == adapter.tensors.end() || found->second.shape != shape) {
                    return fail(ErrorCode::kInvalidArgument,
                                "the adapter's tensor " + shown(key) +
                                    " is missing or has another size than this model needs; choose "
                                    "the model it "
                                    "was trained on");
                }
                known.insert(key);
            }
        }
    }
    for (const auto& [key, tensor] : adapter.tensors) {
        if (known.contains(key)) continue;
        return fail(ErrorCode::kInvalidArgument,
                    "the adapter's tensor " + shown(key) +
                        " has no place in this model; choose the model it was trained on");
    }
    return {};
}

}  // namespace veritune::model
