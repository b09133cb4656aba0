// SPDX-License-Identifier: Apache-2.0
#include "core/quant/model_writer.h"

#include "core/util/json.h"

#include <algorithm>
#include <utility>

namespace veritune::quant {
namespace {

using util::ErrorCode;
using util::fail;
using util::Json;
using util::Result;
using util::Status;

constexpr const char* kJournal = "progress.json";
constexpr const char* kLock = "lock";
constexpr std::uint64_t kMaxJournal = 1 << 20;

Json journal_json(const std::string& identity, const std::vector<WrittenFile>& files) {
    Json list = Json::array();
    for (const WrittenFile& file : files) {
        list.push_back({{"name", file.record.name},
                        {"bytes", file.record.bytes},
                        {"sha256", file.record.sha256},
                        {"part", file.error.name},
                        {"ours", file.error.ours},
                        {"nf4", file.error.nf4},
                        {"kv_bf16", file.kv_bf16}});
    }
    return {{"identity", identity}, {"files", list}};
}

Result<WrittenFile> parse_entry(const Json& item) {
    WrittenFile file;
    if (!item.is_object()) return fail(ErrorCode::kCorruptData, "a journal entry is no object");
    VT_ASSIGN(file.record.name, util::json_string(item, "name", kJournal));
    VT_ASSIGN(file.record.sha256, util::json_string(item, "sha256", kJournal));
    VT_ASSIGN(const std::int64_t bytes,
              util::json_int(item, "bytes", kJournal, 0, std::int64_t{1} << 50));
    file.record.bytes = static_cast<std::uint64_t>(bytes);
    VT_ASSIGN(file.error.name, util::json_string(item, "part", kJournal));
    VT_ASSIGN(file.error.ours, util::json_number(item, "ours", kJournal));
    VT_ASSIGN(file.error.nf4, util::json_number(item, "nf4", kJournal));
    file.kv_bf16 = item.contains("kv_bf16") && item["kv_bf16"] == true;
    return file;
}

}  // namespace

Status HashedFile::write(std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    hash_.update(text);
    bytes_ += bytes.size();
    return file_->write(text);
}

Result<FileRecord> HashedFile::finish() {
    VT_TRY(file_->sync());
    VT_TRY(file_->close());
    return FileRecord{.name = name_, .bytes = bytes_, .sha256 = hash_.hex()};
}

ModelWriter::ModelWriter(util::FileSystem& fs, std::string destination, std::string identity)
    : fs_(&fs),
      destination_(std::move(destination)),
      folder_(destination_ + ".partial"),
      identity_(std::move(identity)) {}

std::string ModelWriter::path(const std::string& name) const {
    return util::join_path(folder_, name);
}

Result<ModelWriter> ModelWriter::begin(util::FileSystem& fs,
                                       const std::string& destination,
                                       const std::string& identity) {
    ModelWriter writer(fs, destination, identity);
    const auto taken = fs.stat(destination);
    if (taken) {
        return fail(ErrorCode::kAlreadyExists,
                    "the destination is already there; choose another folder",
                    destination);
    }
    if (taken.error().code != ErrorCode::kNotFound) return taken.error();
    VT_TRY(util::make_dirs(fs, writer.folder_));
    VT_ASSIGN(writer.lock_, fs.lock(writer.path(kLock), "quantise"));
    VT_TRY(writer.read_journal());
    return writer;
}

/// A journal of another source, or none that can be read, is worth nothing: start anew.
Status ModelWriter::read_journal() {
    written_.clear();
    const Result<std::string> text = fs_->read(path(kJournal), kMaxJournal);
    if (!text && text.error().code == ErrorCode::kNotFound) return {};
    if (!text) return text.error();
    const Result<Json> root = util::parse_json(*text, kJournal);
    if (!root || !root->is_object() || !root->contains("identity") ||
        (*root)["identity"] != identity_ || !root->contains("files") ||
        !(*root)["files"].is_array()) {
        return {};
    }
    for (const Json& item : (*root)["files"]) {
        Result<WrittenFile> file = parse_entry(item);
        if (!file) break;
        const auto there = fs_->stat(path(file->record.name));
        if (!there || there->bytes != file->record.bytes) continue;
        written_.push_back(std::move(*file));
    }
    return {};
}

const WrittenFile* ModelWriter::find(const std::string& name) const {
    const auto found = std::find_if(written_.begin(), written_.end(), [&](const WrittenFile& file) {
        return file.record.name == name;
    });
    return found == written_.end() ? nullptr : &*found;
}

Result<HashedFile> ModelWriter::create(const std::string& name) const {
    const Status removed = fs_->remove(path(name));
    if (!removed && removed.error().code != ErrorCode::kNotFound) return removed.error();
    VT_ASSIGN(auto file, fs_->create(path(name)));
    return HashedFile(name, std::move(file));
}

Status ModelWriter::record(WrittenFile file) {
    written_.push_back(std::move(file));
    return util::atomic_write(
        *fs_, path(kJournal), util::canonical_json(journal_json(identity_, written_)));
}

Result<FileRecord> ModelWriter::write_small(const std::string& name,
                                            const std::string& text) const {
    VT_ASSIGN(HashedFile file, create(name));
    VT_TRY(file.write(std::as_bytes(std::span(text))));
    return file.finish();
}

Status ModelWriter::finish(const std::string& manifest) {
    VT_ASSIGN(const FileRecord written, write_small(std::string(kManifestName), manifest));
    VT_TRY(fs_->remove(path(kJournal)));
    VT_TRY(fs_->remove(path(kLock)));
    VT_TRY(fs_->sync_dir(folder_));
    if (fs_->stat(destination_)) {
        return fail(ErrorCode::kAlreadyExists,
                    "the destination appeared while the model was quantised; choose another folder",
                    destination_);
    }
    VT_TRY(fs_->rename(folder_, destination_));
    return fs_->sync_dir(util::parent_path(destination_));
}

void ModelWriter::discard() {
    // Best effort: the error that led here is the one worth reporting.
    static_cast<void>(util::remove_tree(*fs_, folder_));
}

}  // namespace veritune::quant
