// SPDX-License-Identifier: Apache-2.0
#include "core/quant/manifest.h"

#include <algorithm>

namespace veritune::quant {
namespace {

using util::ErrorCode;
using util::fail;
using util::Json;
using util::Result;

constexpr std::string_view kFormat = "veritune.quantised-model";
constexpr std::int64_t kMostFiles = 1000;
constexpr std::int64_t kMostBytes = std::int64_t{1} << 50;

util::Error corrupt(const std::string& message) {
    return fail(ErrorCode::kCorruptData,
                std::string(kManifestName) + ": " + message + "; quantise the model again");
}

Json tensors_json(const FileLayout& file) {
    Json list = Json::array();
    for (const TensorPlace& t : file.tensors) {
        list.push_back({{"name", t.name},
                        {"type", t.type},
                        {"shape", t.shape},
                        {"offset", t.offset},
                        {"bytes", t.bytes}});
    }
    return list;
}

Json record_json(const FileRecord& record) {
    return {{"name", record.name}, {"bytes", record.bytes}, {"sha256", record.sha256}};
}

bool is_bare_name(const std::string& name) {
    return !name.empty() && name.size() <= 100 && name != "." && name != ".." &&
           std::none_of(name.begin(), name.end(), [](char c) {
               return c == '/' || static_cast<unsigned char>(c) < 0x20;
           });
}

bool is_hash(const std::string& text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

Result<FileRecord> parse_record(const Json& item) {
    if (!item.is_object()) return corrupt("a file entry is no object");
    FileRecord record;
    VT_ASSIGN(record.name, util::json_string(item, "name", kManifestName));
    VT_ASSIGN(const std::int64_t bytes,
              util::json_int(item, "bytes", kManifestName, 0, kMostBytes));
    record.bytes = static_cast<std::uint64_t>(bytes);
    VT_ASSIGN(record.sha256, util::json_string(item, "sha256", kManifestName));
    if (!is_bare_name(record.name)) return corrupt("a file entry names no file of the folder");
    if (!is_hash(record.sha256)) return corrupt("the sha256 of " + record.name + " is none");
    return record;
}

Result<std::vector<FileRecord>> parse_records(const Json& root, const char* key) {
    if (!root.contains(key) || !root[key].is_array() ||
        static_cast<std::int64_t>(root[key].size()) > kMostFiles) {
        return corrupt(std::string(key) + " must be a list of files");
    }
    std::vector<FileRecord> records;
    for (const Json& item : root[key]) {
        VT_ASSIGN(FileRecord record, parse_record(item));
        records.push_back(std::move(record));
    }
    return records;
}

Result<TensorPlace> parse_tensor(const Json& item) {
    if (!item.is_object() || !item.contains("shape") || !item["shape"].is_array()) {
        return corrupt("a tensor entry lacks its shape");
    }
    TensorPlace t;
    VT_ASSIGN(t.name, util::json_string(item, "name", kManifestName));
    VT_ASSIGN(t.type, util::json_string(item, "type", kManifestName));
    for (const Json& size : item["shape"]) {
        if (!size.is_number_integer()) return corrupt("the shape of " + t.name + " is none");
        t.shape.push_back(size.get<std::int64_t>());
    }
    VT_ASSIGN(const std::int64_t offset,
              util::json_int(item, "offset", kManifestName, 0, kMostBytes));
    VT_ASSIGN(const std::int64_t bytes,
              util::json_int(item, "bytes", kManifestName, 0, kMostBytes));
    t.offset = static_cast<std::uint64_t>(offset);
    t.bytes = static_cast<std::uint64_t>(bytes);
    return t;
}

Result<std::vector<FileLayout>> parse_layout(const Json& files,
                                             const std::vector<FileRecord>& records) {
    std::vector<FileLayout> layout;
    for (std::size_t i = 0; i < records.size(); ++i) {
        FileLayout file{.name = records[i].name, .bytes = records[i].bytes, .tensors = {}};
        const Json& item = files[i];
        if (!item.contains("tensors") || !item["tensors"].is_array()) {
            return corrupt(file.name + " lists no tensors");
        }
        for (const Json& tensor : item["tensors"]) {
            VT_ASSIGN(TensorPlace place, parse_tensor(tensor));
            file.tensors.push_back(std::move(place));
        }
        layout.push_back(std::move(file));
    }
    return layout;
}

/// Says what is unknown: a newer program may have written it.
util::Status check_version(const Json& root, Manifest& manifest) {
    VT_ASSIGN(const std::string layout, util::json_string(root, "layout", kManifestName));
    if (layout != kLayoutName) {
        return fail(ErrorCode::kUnsupported,
                    std::string(kManifestName) + ": this Veritune reads the layout " +
                        std::string(kLayoutName) +
                        ", the model has another one; quantise the model again with this version");
    }
    VT_ASSIGN(const std::string scheme, util::json_string(root, "scheme", kManifestName));
    if (scheme != scheme_name(Scheme::kInt4) && scheme != scheme_name(Scheme::kNf4)) {
        return fail(ErrorCode::kUnsupported,
                    std::string(kManifestName) +
                        ": the scheme is neither int4-g64 nor nf4-g64; quantise the model again "
                        "with this version");
    }
    manifest.scheme = scheme == scheme_name(Scheme::kInt4) ? Scheme::kInt4 : Scheme::kNf4;
    VT_ASSIGN(const std::int64_t quantiser,
              util::json_int(root, "quantiser", kManifestName, 1, 1'000'000));
    manifest.quantiser = static_cast<int>(quantiser);
    return {};
}

Result<std::vector<PartError>> parse_errors(const Json& root) {
    std::vector<PartError> errors;
    if (!root.contains("errors") || !root["errors"].is_array()) return corrupt("errors is missing");
    for (const Json& item : root["errors"]) {
        if (!item.is_object()) return corrupt("an entry of errors is no object");
        PartError error;
        VT_ASSIGN(error.name, util::json_string(item, "part", kManifestName));
        VT_ASSIGN(error.ours, util::json_number(item, "ours", kManifestName));
        VT_ASSIGN(error.nf4, util::json_number(item, "nf4", kManifestName));
        errors.push_back(std::move(error));
    }
    return errors;
}

Result<std::vector<std::int64_t>> parse_layers(const Json& root) {
    constexpr const char* kKey = "kv_bf16_layers";
    std::vector<std::int64_t> layers;
    if (!root.contains(kKey) || !root[kKey].is_array()) {
        return corrupt(std::string(kKey) + " must be a list of layers");
    }
    for (const Json& item : root[kKey]) {
        const std::int64_t last = layers.empty() ? -1 : layers.back();
        if (!item.is_number_integer() || item.get<std::int64_t>() <= last ||
            item.get<std::int64_t>() >= kMostFiles) {
            return corrupt(std::string(kKey) + " must be ascending layers");
        }
        layers.push_back(item.get<std::int64_t>());
    }
    return layers;
}

}  // namespace

std::string manifest_text(const Manifest& manifest, const std::vector<FileLayout>& layout) {
    Json files = Json::array();
    for (std::size_t i = 0; i < manifest.files.size(); ++i) {
        files.push_back(record_json(manifest.files[i]));
        files.back()["tensors"] = tensors_json(layout[i]);
    }
    Json copied = Json::array();
    for (const FileRecord& record : manifest.copied) copied.push_back(record_json(record));
    Json errors = Json::array();
    for (const PartError& e : manifest.errors) {
        errors.push_back({{"part", e.name}, {"ours", e.ours}, {"nf4", e.nf4}});
    }
    return Json{{"format", kFormat},
                {"layout", kLayoutName},
                {"scheme", scheme_name(manifest.scheme)},
                {"quantiser", manifest.quantiser},
                {"source",
                 {{"name", manifest.source_name},
                  {"fingerprint", manifest.source_fingerprint},
                  {"dtype", manifest.source_dtype}}},
                {"files", files},
                {"copied", copied},
                {"kv_bf16_layers", manifest.kv_bf16_layers},
                {"errors", errors}}
               .dump(1, ' ', false, Json::error_handler_t::replace) +
           "\n";
}

Result<Manifest> parse_manifest(std::string_view text, std::vector<FileLayout>& layout) {
    const util::JsonLimits limits{.max_bytes = 16 << 20, .max_depth = 8};
    VT_ASSIGN(const Json root, util::parse_json(text, kManifestName, limits));
    if (!root.is_object() || !root.contains("format") || root["format"] != kFormat) {
        return corrupt("this is no manifest of a quantised model");
    }
    Manifest manifest;
    VT_TRY(check_version(root, manifest));
    if (!root.contains("source") || !root["source"].is_object())
        return corrupt("source is missing");
    const Json& source = root["source"];
    VT_ASSIGN(manifest.source_name, util::json_string(source, "name", kManifestName));
    VT_ASSIGN(manifest.source_fingerprint, util::json_string(source, "fingerprint", kManifestName));
    VT_ASSIGN(manifest.source_dtype, util::json_string(source, "dtype", kManifestName));
    VT_ASSIGN(manifest.files, parse_records(root, "files"));
    VT_ASSIGN(manifest.copied, parse_records(root, "copied"));
    VT_ASSIGN(manifest.errors, parse_errors(root));
    VT_ASSIGN(manifest.kv_bf16_layers, parse_layers(root));
    VT_ASSIGN(layout, parse_layout(root["files"], manifest.files));
    return manifest;
}

bool is_quantised(util::FileSystem& fs, const std::string& folder) {
    return fs.stat(util::join_path(folder, kManifestName)).has_value();
}

}  // namespace veritune::quant
