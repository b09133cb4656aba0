// SPDX-License-Identifier: Apache-2.0
#include "core/quant/quant_model.h"

#include "core/quant/data_file.h"
#include "core/util/hash.h"

#include <utility>

namespace veritune::quant {
namespace {

using util::ErrorCode;
using util::fail;
using util::Result;
using util::Status;

constexpr std::uint64_t kMaxManifestBytes = 16ULL << 20;
constexpr std::uint64_t kMaxSmallFile = 256ULL << 20;
constexpr std::size_t kPiece = 4U << 20;

util::Error corrupt(const std::string& message, const std::string& context) {
    return fail(ErrorCode::kCorruptData, message + "; quantise the model again", context);
}

Status check_small_file(util::FileSystem& fs, const std::string& folder, const FileRecord& record) {
    const Result<std::string> text = fs.read(util::join_path(folder, record.name), kMaxSmallFile);
    if (!text && text.error().code == ErrorCode::kNotFound) {
        return corrupt(record.name + " is missing", folder);
    }
    if (!text) return text.error();
    if (text->size() != record.bytes || util::sha256_hex(*text) != record.sha256) {
        return corrupt(record.name + " is not the file that was written with the model", folder);
    }
    return {};
}

/// The data files that the manifest lists are those that the configuration calls for.
Status check_layout(const std::vector<FileLayout>& listed,
                    const std::vector<FileLayout>& expected,
                    const std::string& folder) {
    if (listed.size() != expected.size()) {
        return corrupt(std::string(kManifestName) + " lists " + std::to_string(listed.size()) +
                           " data files, the configuration calls for " +
                           std::to_string(expected.size()),
                       folder);
    }
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (listed[i] == expected[i]) continue;
        return corrupt(std::string(kManifestName) + " describes " + expected[i].name +
                           " otherwise than the configuration calls for",
                       folder);
    }
    return {};
}

}  // namespace

struct QuantModel::State {
    std::string folder;
    model::ModelConfig config;
    Manifest manifest;
    std::vector<FileLayout> layout;
    std::vector<DataFile> files;
};

QuantModel::QuantModel(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
QuantModel::QuantModel(QuantModel&&) noexcept = default;
QuantModel& QuantModel::operator=(QuantModel&&) noexcept = default;
QuantModel::~QuantModel() = default;

Result<QuantModel> QuantModel::open(util::FileSystem& fs, const std::string& folder) {
    auto state = std::make_unique<State>();
    state->folder = folder;
    const Result<std::string> text =
        fs.read(util::join_path(folder, kManifestName), kMaxManifestBytes);
    if (!text && text.error().code == ErrorCode::kNotFound) {
        return fail(ErrorCode::kNotFound,
                    "the folder holds no quantised model; make one with `veritune models quantize`",
                    folder);
    }
    if (!text) return text.error();
    std::vector<FileLayout> listed;
    VT_ASSIGN(state->manifest, parse_manifest(*text, listed));
    for (const FileRecord& record : state->manifest.copied) {
        VT_TRY(check_small_file(fs, folder, record));
    }
    VT_ASSIGN(state->config, model::read_model_config(fs, folder));
    VT_TRY(check_quantisable(state->config));
    const std::vector<std::int64_t>& wide = state->manifest.kv_bf16_layers;
    if (!wide.empty() && wide.back() >= state->config.num_hidden_layers) {
        return corrupt(std::string(kManifestName) + " names a layer that the model does not have",
                       folder);
    }
    state->layout = model_layout(state->config, state->manifest.scheme);
    VT_TRY(check_layout(listed, state->layout, folder));
    for (const FileLayout& file : state->layout) {
        VT_ASSIGN(DataFile data, DataFile::map(util::join_path(folder, file.name), file.bytes));
        state->files.push_back(std::move(data));
    }
    return QuantModel(std::move(state));
}

const model::ModelConfig& QuantModel::config() const { return state_->config; }
const Manifest& QuantModel::manifest() const { return state_->manifest; }
const std::string& QuantModel::folder() const { return state_->folder; }
std::size_t QuantModel::file_count() const { return state_->files.size(); }
const FileLayout& QuantModel::file_layout(std::size_t file) const { return state_->layout[file]; }

std::span<const std::byte> QuantModel::file_data(std::size_t file) const {
    return state_->files[file].bytes();
}

const kernels::Bf16* QuantModel::embedding() const {
    return reinterpret_cast<const kernels::Bf16*>(file_data(0).data());
}

QuantLayer QuantModel::layer(std::int64_t index) const {
    VT_CHECK(index >= 0 && index < config().num_hidden_layers);
    const auto file = static_cast<std::size_t>(index) + 1;
    return layer_at(config(), file_layout(file), scheme(), file_data(file).data());
}

QuantHead QuantModel::head() const {
    const std::size_t file = file_count() - 1;
    return head_at(config(), file_layout(file), file_data(file).data());
}

Status QuantModel::read(std::size_t file, std::uint64_t offset, std::span<std::byte> to) const {
    return state_->files[file].read(offset, to);
}

Status QuantModel::check_unchanged() const {
    for (const DataFile& file : state_->files) VT_TRY(file.check_unchanged());
    return {};
}

Status QuantModel::verify(const std::function<bool(std::uint64_t)>& go_on) const {
    std::uint64_t done = 0;
    std::vector<std::byte> piece(kPiece);
    for (std::size_t i = 0; i < file_count(); ++i) {
        util::Sha256 hash;
        const std::uint64_t bytes = file_layout(i).bytes;
        for (std::uint64_t at = 0; at < bytes;) {
            if (go_on && !go_on(done)) {
                return fail(ErrorCode::kCancelled, "stopped while the weights were checked");
            }
            const auto count =
                static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, bytes - at));
            VT_TRY(read(i, at, std::span(piece).first(count)));
            hash.update({reinterpret_cast<const char*>(piece.data()), count});
            at += count;
            done += count;
        }
        if (hash.hex() != manifest().files[i].sha256) {
            return corrupt(
                file_layout(i).name + " is not the file that was written: its hash differs",
                folder());
        }
    }
    return {};
}

}  // namespace veritune::quant
