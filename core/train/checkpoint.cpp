// SPDX-License-Identifier: Apache-2.0
#include "core/train/checkpoint.h"

#include "core/model/peft_adapter.h"
#include "core/model/safetensors.h"
#include "core/model/safetensors_writer.h"
#include "core/train/optimizer.h"

#include <ATen/ATen.h>

#include <cstring>
#include <span>

namespace veritune::train {
namespace {

using util::ErrorCode;
using util::Json;
using util::Result;
using util::Status;

constexpr std::uint64_t kMaxFile = 64ULL << 30;
constexpr char kStateFile[] = "state.safetensors";
constexpr char kScalarFile[] = "state.json";
constexpr char kManifestFile[] = "manifest.json";
constexpr std::string_view kStaging = ".part";
constexpr std::string_view kTrash = ".trash-";

std::string trash_path(const std::string& path) {
    return util::join_path(util::parent_path(path), std::string(kTrash) + util::base_name(path));
}

Status move_away(util::FileSystem& fs, const std::string& path, const std::string& trash) {
    const auto there = fs.stat(path);
    if (there) return fs.rename(path, trash);
    return there.error().code == ErrorCode::kNotFound ? Status() : Status(there.error());
}

Status write_state(util::AtomicDir& folder, TrainingState& state) {
    model::SafetensorsWriter writer;
    for (const auto& [name, tensor] : state.tensors()) {
        VT_TRY(
            writer.add_f32(name,
                           tensor.sizes().vec(),
                           {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())}));
    }
    return writer.save(folder, kStateFile);
}

Status write_policy(util::AtomicDir& folder, model::CausalLm& policy) {
    if (policy.trainable() == model::Trainable::kLora)
        return model::write_adapter(folder, policy.adapter());
    return policy.save_pretrained(folder, model::DType::kF32);
}

Result<std::string> file_hash(util::FileSystem& fs, const std::string& path) {
    VT_ASSIGN(const std::string bytes, fs.read(path, kMaxFile));
    return util::sha256_hex(bytes);
}

Result<Json> build_manifest(util::FileSystem& fs,
                            const std::string& folder,
                            const std::string& hash) {
    Json files = Json::object();
    VT_ASSIGN(const std::vector<std::string> names, fs.list(folder));
    for (const std::string& name : names) {
        VT_ASSIGN(const std::string sha256, file_hash(fs, util::join_path(folder, name)));
        VT_ASSIGN(const util::FileInfo info, fs.stat(util::join_path(folder, name)));
        files[name] = {{"bytes", info.bytes}, {"sha256", sha256}};
    }
    return Json{{"format", 1}, {"files", files}, {"state_hash", hash}};
}

Status check_manifest(util::FileSystem& fs, const std::string& folder) {
    VT_ASSIGN(const std::string text, fs.read(util::join_path(folder, kManifestFile), 1 << 20));
    VT_ASSIGN(const Json manifest, util::parse_json(text, "manifest.json"));
    if (!manifest.is_object() || !manifest.contains("files") || !manifest["files"].is_object()) {
        return util::fail(
            ErrorCode::kCorruptData, "the checkpoint's manifest.json has no list of files", folder);
    }
    for (const auto& [name, entry] : manifest["files"].items()) {
        VT_ASSIGN(const std::string sha256, file_hash(fs, util::join_path(folder, name)));
        if (!entry.is_object() || entry.value("sha256", "") != sha256) {
            return util::fail(
                ErrorCode::kCorruptData,
                "the checkpoint file " + name + " is damaged; an older checkpoint will be used",
                folder);
        }
    }
    return {};
}

}  // namespace

void TrainingState::add_to(util::Sha256& hash) {
    for (const auto& [name, tensor] : tensors()) add_tensor(hash, name, tensor);
}

std::string state_hash(TrainingState& state) {
    util::Sha256 hash;
    hash.update("veritune training state 1\n");
    state.add_to(hash);
    hash.update(util::canonical_json(state.scalars()));
    return hash.hex();
}

Result<SavedCheckpoint> save_checkpoint(
    util::FileSystem& fs,
    const std::string& path,
    TrainingState& state,
    const Json& extra,
    const std::function<Status(const std::string&)>& export_files) {
    SavedCheckpoint saved{.path = path, .manifest_sha256 = {}, .state_hash = state_hash(state)};
    VT_TRY(util::make_dirs(fs, util::parent_path(path)));
    const std::string staging = path + std::string(kStaging);
    VT_TRY(util::remove_tree(fs, staging));
    {
        VT_ASSIGN(util::AtomicDir folder, util::AtomicDir::begin(fs, staging));
        VT_TRY(write_policy(folder, state.policy()));
        VT_TRY(write_state(folder, state));
        // Numbers that could not be fetched from a card are never kept.
        VT_TRY(state.policy().take_failure());
        const Json scalars = {{"scalars", state.scalars()}, {"extra", extra}};
        VT_TRY(folder.write(kScalarFile, scalars.dump(2) + "\n"));
        VT_TRY(folder.commit());
    }
    if (export_files) VT_TRY(export_files(staging));
    // The manifest hashes what is durable; the folder gets its real name only afterwards.
    VT_ASSIGN(const Json manifest, build_manifest(fs, staging, saved.state_hash));
    const std::string text = manifest.dump(2) + "\n";
    saved.manifest_sha256 = util::sha256_hex(text);
    VT_TRY(util::atomic_write(fs, util::join_path(staging, kManifestFile), text));
    // The folder's own names have to be there before its name is.
    VT_TRY(fs.sync_dir(staging));
    const std::string trash = trash_path(path);
    VT_TRY(util::remove_tree(fs, trash));
    VT_TRY(move_away(fs, path, trash));
    VT_TRY(fs.rename(staging, path));
    VT_TRY(fs.sync_dir(util::parent_path(path)));
    VT_TRY(util::remove_tree(fs, trash));
    return saved;
}

Result<SavedCheckpoint> read_manifest(util::FileSystem& fs, const std::string& path) {
    VT_ASSIGN(const std::string text, fs.read(util::join_path(path, kManifestFile), 1 << 20));
    VT_ASSIGN(const Json manifest, util::parse_json(text, kManifestFile));
    VT_ASSIGN(std::string hash, util::json_string(manifest, "state_hash", kManifestFile));
    return SavedCheckpoint{
        .path = path, .manifest_sha256 = util::sha256_hex(text), .state_hash = std::move(hash)};
}

Status remove_checkpoint(util::FileSystem& fs, const std::string& path) {
    const std::string trash = trash_path(path);
    VT_TRY(util::remove_tree(fs, trash));
    VT_TRY(move_away(fs, path, trash));
    VT_TRY(fs.sync_dir(util::parent_path(path)));
    return util::remove_tree(fs, trash);
}

Status sweep_checkpoints(util::FileSystem& fs, const std::string& folder) {
    const auto names = fs.list(folder);
    if (!names) {
        return names.error().code == ErrorCode::kNotFound ? Status() : Status(names.error());
    }
    for (const std::string& name : *names) {
        const std::string path = util::join_path(folder, name);
        if (name.ends_with(kStaging)) {
            const std::string target = path.substr(0, path.size() - kStaging.size());
            // The newer of the two, unless it was still being written.
            if (!fs.stat(target) && check_manifest(fs, path)) {
                VT_TRY(fs.rename(path, target));
                VT_TRY(fs.sync_dir(folder));
                continue;
            }
        } else if (!name.starts_with(kTrash) && !name.starts_with(".tmp-")) {
            continue;
        }
        VT_TRY(util::remove_tree(fs, path));
    }
    return {};
}

Result<Json> load_checkpoint(util::FileSystem& fs, const std::string& path, TrainingState& state) {
    VT_TRY(check_manifest(fs, path));
    VT_ASSIGN(const model::SafetensorsFile file,
              model::SafetensorsFile::open(util::join_path(path, kStateFile)));
    // All are looked at before the first is written: a misfit must leave the state as it is.
    for (const auto& [name, tensor] : state.tensors()) {
        const model::TensorEntry* entry = file.find(name);
        if (entry == nullptr || entry->shape != tensor.sizes().vec()) {
            return util::fail(ErrorCode::kCorruptData,
                              "the checkpoint has no fitting tensor `" + name +
                                  "`: it belongs to another model or recipe",
                              path);
        }
    }
    for (const auto& [name, tensor] : state.tensors()) {
        VT_TRY(file.read_f32(*file.find(name),
                             {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())}));
    }
    VT_ASSIGN(const std::string text, fs.read(util::join_path(path, kScalarFile), 64 << 20));
    VT_ASSIGN(const Json json, util::parse_json(text, kScalarFile, {.max_bytes = 64 << 20}));
    if (!json.is_object() || !json.contains("scalars")) {
        return util::fail(
            ErrorCode::kCorruptData, "the checkpoint's state.json has no scalars", path);
    }
    VT_TRY(state.set_scalars(json["scalars"]));
    return json.value("extra", Json::object());
}

Result<at::Tensor> load_policy_weights(util::FileSystem& fs, const std::string& path) {
    VT_TRY(check_manifest(fs, path));
    VT_ASSIGN(const model::SafetensorsFile file,
              model::SafetensorsFile::open(util::join_path(path, kStateFile)));
    const model::TensorEntry* entry = file.find("policy");
    if (entry == nullptr)
        return util::fail(ErrorCode::kCorruptData, "the checkpoint holds no policy", path);
    at::Tensor flat = at::empty(entry->shape, at::kFloat);
    VT_TRY(file.read_f32(*entry, {flat.data_ptr<float>(), static_cast<std::size_t>(flat.numel())}));
    return flat;
}

}  // namespace veritune::train
