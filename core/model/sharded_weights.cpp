// SPDX-License-Identifier: Apache-2.0
#include "core/model/sharded_weights.h"

#include "core/util/json.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace veritune::model {
namespace {

using util::ErrorCode;
using util::fail;
using util::Json;
using util::Result;
using util::Status;

constexpr std::string_view kSingleFile = "model.safetensors";
constexpr std::string_view kIndexFile = "model.safetensors.index.json";
constexpr std::uint64_t kMaxIndexBytes = 16ULL << 20;
constexpr std::size_t kMaxShards = 256;

/// Tensor name -> shard, as the index says.
using WeightMap = std::map<std::string, std::string>;

util::Error bad_index(const std::string& message) {
    return fail(ErrorCode::kCorruptData,
                std::string(kIndexFile) + ": " + message + "; download the model again");
}

bool is_bare_name(const std::string& name) {
    if (name.empty() || name.size() > 255 || name == "." || name == "..") return false;
    return std::none_of(name.begin(), name.end(), [](char c) {
        return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    });
}

Result<WeightMap> read_index(util::FileSystem& fs, const std::string& path) {
    VT_ASSIGN(const std::string text, fs.read(path, kMaxIndexBytes));
    const util::JsonLimits limits{.max_bytes = kMaxIndexBytes, .max_depth = 8};
    VT_ASSIGN(const Json root, util::parse_json(text, kIndexFile, limits));
    if (!root.is_object() || !root.contains("weight_map") || !root["weight_map"].is_object() ||
        root["weight_map"].empty()) {
        return bad_index("weight_map is missing or empty");
    }
    WeightMap map;
    for (const auto& [tensor, shard] : root["weight_map"].items()) {
        if (!shard.is_string() || !is_bare_name(shard.get<std::string>())) {
            return bad_index("tensor " + shown(tensor) + " names no file of the same folder");
        }
        map.emplace(tensor, shard.get<std::string>());
    }
    return map;
}

Status check_shard(const SafetensorsFile& file, const std::string& shard, const WeightMap& map) {
    for (const TensorEntry& entry : file.entries()) {
        const auto listed = map.find(entry.name);
        if (listed == map.end() || listed->second != shard) {
            return bad_index("tensor " + shown(entry.name) + " lies in " + shown(shard) +
                             ", where the index does not list it");
        }
    }
    for (const auto& [tensor, owner] : map) {
        if (owner == shard && file.find(tensor) == nullptr) {
            return bad_index("tensor " + shown(tensor) + " is not in " + shown(shard));
        }
    }
    return {};
}

/// No safetensors: says whether there are weights that we refuse on purpose.
util::Error no_weights(util::FileSystem& fs, const std::string& folder) {
    constexpr std::array<std::string_view, 4> kRefused{
        "pytorch_model.bin", "pytorch_model.bin.index.json", "model.ckpt.index", "tf_model.h5"};
    for (const std::string_view name : kRefused) {
        if (!fs.stat(util::join_path(folder, name)).has_value()) continue;
        return fail(
            ErrorCode::kUnsupported,
            std::string(name) +
                " can run programs when it is opened and is refused; get the model as safetensors",
            folder);
    }
    return fail(
        ErrorCode::kNotFound,
        "the folder holds no model.safetensors and no model.safetensors.index.json; choose a "
        "Hugging Face model folder",
        folder);
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (i > 0) text += ", ";
        text += std::to_string(shape[i]);
    }
    return text + "]";
}

bool may_be_ignored(const std::string& name, const ModelConfig& config) {
    return name.ends_with("rotary_emb.inv_freq") ||
           (config.tie_word_embeddings && name == "lm_head.weight");
}

Status check_tensor(const TensorSpec& spec, const ShardedWeights& weights) {
    const TensorEntry* entry = weights.find(spec.name);
    if (entry == nullptr) {
        return fail(ErrorCode::kCorruptData,
                    "the weights lack tensor " + shown(spec.name) +
                        ", which config.json calls for; download the model again");
    }
    if (entry->shape != spec.shape) {
        return fail(ErrorCode::kCorruptData,
                    "tensor " + shown(spec.name) + " has the shape " + shape_text(entry->shape) +
                        ", config.json says " + shape_text(spec.shape) +
                        "; download the model again");
    }
    if (!is_weight_dtype(entry->dtype)) {
        return fail(ErrorCode::kUnsupported,
                    "tensor " + shown(spec.name) + " is stored as " +
                        std::string(dtype_name(entry->dtype)) +
                        "; choose an unquantised model (BF16, F16 or F32)");
    }
    return {};
}

}  // namespace

Result<ShardedWeights> ShardedWeights::open(util::FileSystem& fs, const std::string& folder) {
    ShardedWeights weights;
    const std::string single = util::join_path(folder, kSingleFile);
    if (fs.stat(single).has_value()) {
        VT_ASSIGN(SafetensorsFile file, SafetensorsFile::open(single));
        VT_TRY(weights.add_file(std::move(file)));
        return weights;
    }
    const std::string index = util::join_path(folder, kIndexFile);
    if (!fs.stat(index).has_value()) return no_weights(fs, folder);
    VT_ASSIGN(const WeightMap map, read_index(fs, index));
    std::set<std::string> shards;
    for (const auto& [tensor, shard] : map) shards.insert(shard);
    if (shards.size() > kMaxShards) return bad_index("it names more than 256 shards");
    for (const std::string& shard : shards) {
        VT_ASSIGN(SafetensorsFile file, SafetensorsFile::open(util::join_path(folder, shard)));
        VT_TRY(check_shard(file, shard, map));
        VT_TRY(weights.add_file(std::move(file)));
    }
    return weights;
}

Status ShardedWeights::add_file(SafetensorsFile file) {
    files_.push_back(std::move(file));
    for (const TensorEntry& entry : files_.back().entries()) {
        const bool is_new = places_.emplace(entry.name, Place{files_.size() - 1, &entry}).second;
        if (!is_new) return bad_index("tensor " + shown(entry.name) + " lies in two shards");
    }
    return {};
}

std::vector<std::string> ShardedWeights::names() const {
    std::vector<std::string> names;
    names.reserve(places_.size());
    for (const auto& [name, place] : places_) names.push_back(name);
    return names;
}

const TensorEntry* ShardedWeights::find(std::string_view name) const {
    const auto found = places_.find(name);
    return found == places_.end() ? nullptr : found->second.entry;
}

std::uint64_t ShardedWeights::total_bytes() const {
    std::uint64_t bytes = 0;
    for (const auto& [name, place] : places_) bytes += place.entry->bytes;
    return bytes;
}

Result<ShardedWeights::Place> ShardedWeights::place_of(std::string_view name) const {
    const auto found = places_.find(name);
    if (found != places_.end()) return found->second;
    return fail(ErrorCode::kNotFound,
                "the weights hold no tensor " + shown(name) + "; choose a complete model folder");
}

Status ShardedWeights::read_into(std::string_view name, void* destination) const {
    VT_ASSIGN(const Place place, place_of(name));
    return files_[place.file].read_into(*place.entry, destination);
}

Status ShardedWeights::read_range(std::string_view name,
                                  std::uint64_t begin,
                                  std::span<std::byte> to) const {
    VT_ASSIGN(const Place place, place_of(name));
    return files_[place.file].read_range(*place.entry, begin, to);
}

Status ShardedWeights::read_f32(std::string_view name,
                                std::span<float> to,
                                FiniteCheck check) const {
    VT_ASSIGN(const Place place, place_of(name));
    return files_[place.file].read_f32(*place.entry, to, check);
}

Status check_weights(const ModelConfig& config, const ShardedWeights& weights) {
    std::set<std::string> known;
    for (const TensorSpec& spec : expected_tensors(config)) {
        VT_TRY(check_tensor(spec, weights));
        known.insert(spec.name);
    }
    for (const std::string& name : weights.names()) {
        if (known.contains(name) || may_be_ignored(name, config)) continue;
        return fail(ErrorCode::kUnsupported,
                    "the weights hold tensor " + shown(name) + ", which a " +
                        std::string(architecture_name(config.architecture)) +
                        " model does not have; choose a model that follows its own config.json");
    }
    return {};
}

}  // namespace veritune::model
