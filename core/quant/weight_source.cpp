// SPDX-License-Identifier: Apache-2.0
#include "core/quant/weight_source.h"

#include "core/quant/nf4_source.h"
#include "core/util/hash.h"
#include "core/util/json.h"

#include <utility>

namespace veritune::quant {
namespace {

using util::ErrorCode;
using util::fail;
using util::Json;
using util::Result;
using util::Status;

constexpr std::string_view kConfig = "config.json";
constexpr std::uint64_t kMaxConfigBytes = 1 << 20;

Status check_quantisation(const Json& how) {
    const auto refuse = [](const std::string& what) {
        return fail(ErrorCode::kUnsupported,
                    "the weights are quantised as " + what +
                        "; choose the 16-bit model, or one in NF4 as bitsandbytes saves it");
    };
    if (!how.is_object()) return refuse("something unknown");
    const auto text = [&how](const char* key) {
        return how.contains(key) && how[key].is_string() ? how[key].get<std::string>()
                                                         : std::string();
    };
    const bool four_bits = how.contains("load_in_4bit") && how["load_in_4bit"] == true;
    if (text("quant_method") != "bitsandbytes" || !four_bits) return refuse("another format");
    if (text("bnb_4bit_quant_type") != "nf4") return refuse("4 bits that are not NF4");
    return {};
}

}  // namespace

Status WeightSource::read_config(util::FileSystem& fs, const std::string& folder) {
    VT_ASSIGN(const std::string text, fs.read(util::join_path(folder, kConfig), kMaxConfigBytes));
    VT_ASSIGN(Json root, util::parse_json(text, kConfig));
    if (root.is_object() && root.contains("quantization_config") &&
        !root["quantization_config"].is_null()) {
        VT_TRY(check_quantisation(root["quantization_config"]));
        scheme_ = Scheme::kNf4;
        root.erase("quantization_config");
    }
    VT_ASSIGN(config_, model::parse_model_config(root));
    config_text_ = root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    return check_quantisable(config_);
}

Status WeightSource::list_files(util::FileSystem& fs, const std::string& folder) {
    VT_ASSIGN(const std::vector<std::string> names, fs.list(folder));
    Json table = Json::array();
    for (const std::string& name : names) {
        if (!name.ends_with(".safetensors")) continue;
        paths_.push_back(util::join_path(folder, name));
        VT_ASSIGN(const FileStamp stamp, stamp_of(paths_.back()));
        stamps_.push_back(stamp);
        table.push_back({name, stamp.bytes});
    }
    for (const std::string& name : weights_->names()) {
        const model::TensorEntry* entry = weights_->find(name);
        table.push_back({name, model::dtype_name(entry->dtype), entry->shape, entry->offset});
    }
    fingerprint_ = util::sha256_hex(config_text_ + util::canonical_json(table));
    return {};
}

Result<WeightSource> WeightSource::open(util::FileSystem& fs, const std::string& folder) {
    WeightSource source;
    VT_TRY(source.read_config(fs, folder));
    VT_ASSIGN(model::ShardedWeights weights, model::ShardedWeights::open(fs, folder));
    source.weights_ = std::make_shared<const model::ShardedWeights>(std::move(weights));
    if (source.scheme_ == Scheme::kInt4) {
        VT_TRY(model::check_weights(source.config_, *source.weights_));
    } else {
        VT_TRY(check_nf4_weights(source.config_, *source.weights_));
    }
    VT_TRY(source.list_files(fs, folder));
    return source;
}

std::string WeightSource::stamp_text() const {
    std::string text = fingerprint_;
    for (const FileStamp& s : stamps_) {
        text.append(" ").append(std::to_string(s.inode));
        text.append("/").append(std::to_string(s.modified_ns));
    }
    return util::sha256_hex(text);
}

Status WeightSource::check_unchanged() const {
    for (std::size_t i = 0; i < paths_.size(); ++i) {
        const Result<FileStamp> now = stamp_of(paths_[i]);
        if (now && *now == stamps_[i]) continue;
        return fail(ErrorCode::kCorruptData,
                    util::base_name(paths_[i]) +
                        " was written to while it was read; leave the folder alone and start again",
                    paths_[i]);
    }
    return {};
}

}  // namespace veritune::quant
