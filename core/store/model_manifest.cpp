// SPDX-License-Identifier: Apache-2.0
#include "core/store/model_manifest.h"

#include "core/util/hash.h"
#include "core/util/json.h"
#include "core/util/tree_hash.h"

#include <climits>

#include <array>
#include <cstdlib>
#include <set>
#include <string_view>

namespace veritune::store {
namespace {

using util::ErrorCode;
using util::fail;
using util::Json;
using util::Result;
using util::Status;

constexpr std::uint64_t kMaxManifest = 1 << 20;

bool belongs_to_model(std::string_view name) {
    if (name.starts_with('.')) return false;
    for (const std::string_view ending : {".safetensors", ".bin", ".json", ".jinja", ".txt"}) {
        if (name.ends_with(ending)) return true;
    }
    return false;
}

/// The same folder under every spelling.
std::string real_folder(const std::string& folder) {
    std::array<char, PATH_MAX> buffer{};
    return ::realpath(folder.c_str(), buffer.data()) != nullptr ? std::string(buffer.data())
                                                                : folder;
}

std::string record_path(const std::string& project_dir, const std::string& folder) {
    return util::join_path(util::join_path(project_dir, "models"),
                           util::sha256_hex(real_folder(folder)).substr(0, 32) + ".json");
}

std::string hash_of(const std::map<std::string, ModelManifest::File>& files) {
    util::Sha256 hash;
    hash.update("veritune model 1\n");
    for (const auto& [name, file] : files) {
        hash.update(name + "\n" + std::to_string(file.bytes) + "\n" + file.root + "\n");
    }
    return hash.hex();
}

Json to_json(const ModelManifest& manifest, const std::string& folder) {
    Json files = Json::object();
    for (const auto& [name, file] : manifest.files) {
        files[name] = {{"bytes", file.bytes}, {"root", file.root}};
    }
    return {
        {"format", 1}, {"folder", folder}, {"hash", manifest.hash}, {"files", std::move(files)}};
}

Result<ModelManifest> from_json(const Json& json) {
    ModelManifest manifest;
    if (!json.is_object() || !json.contains("files") || !json["files"].is_object()) {
        return fail(ErrorCode::kCorruptData, "the record of a model has no list of files");
    }
    for (const auto& [name, entry] : json["files"].items()) {
        VT_ASSIGN(const std::int64_t bytes, util::json_int(entry, "bytes", "models", 0, INT64_MAX));
        VT_ASSIGN(std::string root, util::json_string(entry, "root", "models"));
        manifest.files[name] = {static_cast<std::uint64_t>(bytes), std::move(root)};
    }
    manifest.hash = hash_of(manifest.files);
    return manifest;
}

Status write_record(util::FileSystem& fs,
                    const std::string& path,
                    const ModelManifest& manifest,
                    const std::string& folder) {
    VT_TRY(util::make_dirs(fs, util::parent_path(path)));
    return util::atomic_write(fs, path, to_json(manifest, folder).dump(1) + "\n");
}

/// "tokenizer.json (changed), extra.json (new)"; empty when nothing differs.
std::string differences(const ModelManifest& known, const ModelManifest& now) {
    std::set<std::string> names;
    for (const auto& [name, file] : known.files) names.insert(name);
    for (const auto& [name, file] : now.files) names.insert(name);
    std::string list;
    for (const std::string& name : names) {
        const auto before = known.files.find(name);
        const auto after = now.files.find(name);
        const char* what = before == known.files.end()       ? "new"
                           : after == now.files.end()        ? "missing"
                           : before->second == after->second ? nullptr
                                                             : "changed";
        if (what == nullptr) continue;
        if (!list.empty()) list += ", ";
        list += name + " (" + what + ")";
    }
    return list;
}

}  // namespace

Result<ModelManifest> read_model_manifest(util::FileSystem& fs,
                                          const std::string& folder,
                                          const std::function<bool()>& go_on) {
    VT_ASSIGN(const std::vector<std::string> names, fs.list(folder));
    ModelManifest manifest;
    for (const std::string& name : names) {
        if (!belongs_to_model(name)) continue;
        const std::string path = util::join_path(folder, name);
        VT_ASSIGN(const util::FileInfo info, fs.stat(path));
        if (info.is_directory) continue;
        VT_ASSIGN(const util::TreeHash hash, util::tree_hash(path, 0, go_on));
        manifest.files[name] = {hash.bytes, hash.root};
    }
    if (manifest.files.empty()) {
        return fail(ErrorCode::kNotFound, "the folder holds no file of a model", folder);
    }
    manifest.hash = hash_of(manifest.files);
    return manifest;
}

Result<ModelManifest> check_model(util::FileSystem& fs,
                                  const std::string& project_dir,
                                  const std::string& folder,
                                  const std::function<bool()>& go_on) {
    const std::string path = record_path(project_dir, folder);
    VT_ASSIGN(ModelManifest now, read_model_manifest(fs, folder, go_on));
    const Result<std::string> text = fs.read(path, kMaxManifest);
    if (!text && text.error().code != ErrorCode::kNotFound) return text.error();
    if (!text) {
        VT_TRY(write_record(fs, path, now, real_folder(folder)));
        return now;
    }
    VT_ASSIGN(const Json json, util::parse_json(*text, path));
    VT_ASSIGN(const ModelManifest known, from_json(json));
    const std::string changed = differences(known, now);
    if (changed.empty()) return now;
    return fail(ErrorCode::kCorruptData,
                "the model is not the one this project has used before: " + changed +
                    "; put the files back, or accept the model as it is now with `veritune models "
                    "accept FOLDER`",
                folder);
}

Result<ModelManifest> accept_model(util::FileSystem& fs,
                                   const std::string& project_dir,
                                   const std::string& folder) {
    VT_ASSIGN(ModelManifest now, read_model_manifest(fs, folder));
    VT_TRY(write_record(fs, record_path(project_dir, folder), now, real_folder(folder)));
    return now;
}

}  // namespace veritune::store
