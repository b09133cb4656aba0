// SPDX-License-Identifier: Apache-2.0
#include "core/model/safetensors.h"

#include "core/util/file_system.h"
#include "core/util/json.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace veritune::model {
namespace {

using util::ErrorCode;
using util::fail;
using util::Json;
using util::Result;
using util::Status;

static_assert(std::endian::native == std::endian::little, "safetensors data is little-endian");

constexpr std::string_view kMetadataKey = "__metadata__";
constexpr std::size_t kChunkBytes = 1 << 20;
constexpr std::string_view kDownloadAgain = "; the file is damaged, download or copy it again";

util::Error corrupt(std::string_view what, std::string message) {
    return fail(ErrorCode::kCorruptData, std::string(what) + ": " + message.append(kDownloadAgain));
}

/// a * b, or nothing when it does not fit.
bool multiply(std::uint64_t a, std::uint64_t b, std::uint64_t* product) {
    return !__builtin_mul_overflow(a, b, product);
}

Result<std::vector<std::int64_t>> read_shape(const Json& value,
                                             std::string_view name,
                                             std::string_view what) {
    if (!value.is_array() || value.size() > kMaxTensorRank) {
        return corrupt(what, "tensor " + shown(name) + " has no valid shape");
    }
    std::vector<std::int64_t> shape;
    for (const Json& size : value) {
        // nlohmann stores non-negative whole numbers as unsigned and everything else differently.
        if (!size.is_number_unsigned() ||
            size.get<std::uint64_t>() >
                static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
            return corrupt(what,
                           "tensor " + shown(name) + " has a size that is not a whole number >= 0");
        }
        shape.push_back(size.get<std::int64_t>());
    }
    return shape;
}

Result<std::uint64_t> size_of(DType dtype,
                              const std::vector<std::int64_t>& shape,
                              std::string_view name,
                              std::string_view what) {
    std::uint64_t bytes = dtype_bytes(dtype);
    for (const std::int64_t size : shape) {
        if (!multiply(bytes, static_cast<std::uint64_t>(size), &bytes)) {
            return corrupt(what, "tensor " + shown(name) + " has a shape larger than any memory");
        }
    }
    return bytes;
}

Status read_offsets(const Json& value, std::string_view what, TensorEntry* entry) {
    const bool pair = value.is_array() && value.size() == 2 && value[0].is_number_unsigned() &&
                      value[1].is_number_unsigned();
    if (!pair) return corrupt(what, "tensor " + shown(entry->name) + " has no valid data_offsets");
    const auto begin = value[0].get<std::uint64_t>();
    const auto end = value[1].get<std::uint64_t>();
    if (end < begin || end - begin != entry->bytes) {
        return corrupt(what,
                       "tensor " + shown(entry->name) +
                           " has data_offsets that do not fit its dtype and shape");
    }
    entry->offset = begin;
    return {};
}

Result<TensorEntry> read_entry(const std::string& name, const Json& value, std::string_view what) {
    if (name.empty() || name.size() > kMaxTensorNameBytes) {
        return corrupt(what, "a tensor name is empty or longer than 512 bytes");
    }
    const bool complete = value.is_object() && value.size() == 3 && value.contains("dtype") &&
                          value.contains("shape") && value.contains("data_offsets") &&
                          value["dtype"].is_string();
    if (!complete) {
        return corrupt(what,
                       "tensor " + shown(name) + " needs exactly dtype, shape and data_offsets");
    }
    const auto dtype_text = value["dtype"].get<std::string>();
    const std::optional<DType> dtype = dtype_from_name(dtype_text);
    if (!dtype) {
        return fail(ErrorCode::kUnsupported,
                    std::string(what) + ": tensor " + shown(name) + " has the unknown dtype " +
                        shown(dtype_text) + "; save the model as BF16, F16 or F32");
    }
    TensorEntry entry{.name = name, .dtype = *dtype};
    VT_ASSIGN(entry.shape, read_shape(value["shape"], name, what));
    VT_ASSIGN(entry.bytes, size_of(*dtype, entry.shape, name, what));
    VT_TRY(read_offsets(value["data_offsets"], what, &entry));
    return entry;
}

Status read_metadata(const Json& value,
                     std::string_view what,
                     std::map<std::string, std::string>* metadata) {
    if (!value.is_object()) return corrupt(what, "__metadata__ is not an object");
    for (const auto& [key, text] : value.items()) {
        if (!text.is_string()) {
            return corrupt(what, "__metadata__ entry " + shown(key) + " is not a text");
        }
        metadata->emplace(key, text.get<std::string>());
    }
    return {};
}

/// Ranges in order must touch: the first begins at 0, each begins where the one before ended, the
/// last ends at the end.
Status check_cover(const std::vector<TensorEntry>& entries,
                   std::uint64_t data_bytes,
                   std::string_view what) {
    std::vector<const TensorEntry*> order;
    order.reserve(entries.size());
    for (const TensorEntry& entry : entries) order.push_back(&entry);
    std::sort(order.begin(), order.end(), [](const TensorEntry* a, const TensorEntry* b) {
        return std::pair(a->offset, a->bytes) < std::pair(b->offset, b->bytes);
    });
    std::uint64_t end = 0;
    for (const TensorEntry* entry : order) {
        if (entry->offset != end) {
            const char* rule =
                entry->offset < end ? " overlaps another tensor" : " leaves a hole before it";
            return corrupt(what, "tensor " + shown(entry->name) + rule);
        }
        if (__builtin_add_overflow(end, entry->bytes, &end) || end > data_bytes) {
            return corrupt(what,
                           "tensor " + shown(entry->name) + " ends behind the end of the file");
        }
    }
    if (end != data_bytes) {
        return corrupt(what,
                       "the tensors need " + std::to_string(end) + " bytes, the file has " +
                           std::to_string(data_bytes));
    }
    return {};
}

Status pread_all(int descriptor,
                 std::byte* to,
                 std::uint64_t bytes,
                 std::uint64_t offset,
                 const std::string& path) {
    while (bytes > 0) {
        const std::size_t part = std::min<std::uint64_t>(bytes, 1U << 30);
        const ssize_t got = ::pread(descriptor, to, part, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            return fail(ErrorCode::kIoError,
                        util::base_name(path) + " cannot be read: " + std::strerror(errno),
                        path);
        }
        if (got == 0) {
            return fail(
                ErrorCode::kCorruptData,
                "model file changed: " + util::base_name(path) +
                    " became shorter while it was read; close the program that writes it and "
                    "start again",
                path);
        }
        to += got;
        bytes -= static_cast<std::uint64_t>(got);
        offset += static_cast<std::uint64_t>(got);
    }
    return {};
}

util::Error open_error(const std::string& path, int error) {
    const std::string name = util::base_name(path);
    if (error == ENOENT || error == ENOTDIR) {
        return fail(
            ErrorCode::kNotFound, name + " does not exist; choose the model's folder", path);
    }
    if (error == ELOOP) {
        return fail(
            ErrorCode::kPermissionDenied,
            name +
                " is a link, and weights are never read through links; copy the folder with "
                "`cp -rL`",
            path);
    }
    if (error == EACCES || error == EPERM) {
        return fail(
            ErrorCode::kPermissionDenied, name + " may not be read; change its permissions", path);
    }
    return fail(ErrorCode::kIoError, name + " cannot be opened: " + std::strerror(error), path);
}

Status check_finite(std::span<const float> values,
                    std::uint64_t first,
                    const TensorEntry& entry,
                    const std::string& path) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isfinite(values[i])) continue;
        return fail(ErrorCode::kCorruptData,
                    util::base_name(path) + ": tensor " + shown(entry.name) + " holds " +
                        (std::isnan(values[i]) ? "NaN" : "an infinity") + " at element " +
                        std::to_string(first + i) +
                        "; a model with such weights cannot compute, get a "
                        "healthy copy",
                    path);
    }
    return {};
}

}  // namespace

std::string shown(std::string_view text) {
    constexpr std::size_t kMaxShown = 96;
    std::string shown = "'";
    for (const char c : text.substr(0, kMaxShown)) {
        const bool printable = c >= 0x20 && c < 0x7F && c != '\'';
        shown.push_back(printable ? c : '?');
    }
    if (text.size() > kMaxShown) shown += "...";
    shown.push_back('\'');
    return shown;
}

Result<SafetensorsHeader> parse_safetensors_header(std::string_view json,
                                                   std::uint64_t data_bytes,
                                                   std::string_view what) {
    // The format wants '{' first, so that a header cannot hide behind white space.
    if (json.empty() || json.front() != '{')
        return corrupt(what, "the header is not a JSON object");
    const util::JsonLimits limits{
        .max_bytes = kMaxSafetensorsHeaderBytes, .max_depth = 8, .max_nodes = 4'000'000};
    VT_ASSIGN(const Json root, util::parse_json(json, what, limits));
    if (!root.is_object()) return corrupt(what, "the header is not a JSON object");
    if (root.size() > kMaxSafetensorsTensors + root.count(kMetadataKey)) {
        return corrupt(what, "the header lists more than 100,000 tensors");
    }
    SafetensorsHeader header;
    header.entries.reserve(root.size());
    for (const auto& [name, value] : root.items()) {
        if (name == kMetadataKey) {
            VT_TRY(read_metadata(value, what, &header.metadata));
            continue;
        }
        VT_ASSIGN(TensorEntry entry, read_entry(name, value, what));
        header.entries.push_back(std::move(entry));
    }
    std::sort(header.entries.begin(), header.entries.end(), [](const auto& a, const auto& b) {
        return a.name < b.name;
    });
    VT_TRY(check_cover(header.entries, data_bytes, what));
    return header;
}

Result<std::uint64_t> checked_header_bytes(std::span<const std::byte, 8> prefix,
                                           std::uint64_t file_bytes,
                                           std::string_view what) {
    std::uint64_t length = 0;
    std::memcpy(&length, prefix.data(), sizeof(length));
    if (length > kMaxSafetensorsHeaderBytes) {
        return corrupt(
            what, "the header claims " + std::to_string(length) + " bytes (at most 100,000,000)");
    }
    if (length < 2 || file_bytes < 8 || length > file_bytes - 8) {
        return corrupt(what,
                       "the header claims " + std::to_string(length) + " bytes, the file has " +
                           std::to_string(file_bytes));
    }
    return length;
}

Result<SafetensorsFile> SafetensorsFile::open(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return open_error(path, errno);
    SafetensorsFile file(descriptor, path);
    VT_TRY(file.load_header());
    return file;
}

Status SafetensorsFile::load_header() {
    const std::string what = util::base_name(path_);
    struct stat info {};
    if (::fstat(descriptor_, &info) != 0) return open_error(path_, errno);
    if (!S_ISREG(info.st_mode)) {
        return fail(
            ErrorCode::kCorruptData, what + " is not a regular file; choose a model file", path_);
    }
    const auto file_bytes = static_cast<std::uint64_t>(info.st_size);
    if (file_bytes < 8)
        return corrupt(what, "the file has only " + std::to_string(file_bytes) + " bytes");
    std::array<std::byte, 8> prefix{};
    VT_TRY(pread_all(descriptor_, prefix.data(), prefix.size(), 0, path_));
    VT_ASSIGN(const std::uint64_t header_bytes, checked_header_bytes(prefix, file_bytes, what));
    std::string json(header_bytes, '\0');
    VT_TRY(
        pread_all(descriptor_, reinterpret_cast<std::byte*>(json.data()), header_bytes, 8, path_));
    data_begin_ = 8 + header_bytes;
    VT_ASSIGN(header_, parse_safetensors_header(json, file_bytes - data_begin_, what));
    return {};
}

SafetensorsFile::SafetensorsFile(SafetensorsFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      data_begin_(other.data_begin_),
      header_(std::move(other.header_)) {}

SafetensorsFile& SafetensorsFile::operator=(SafetensorsFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(path_, other.path_);
    std::swap(data_begin_, other.data_begin_);
    std::swap(header_, other.header_);
    return *this;
}

SafetensorsFile::~SafetensorsFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

const TensorEntry* SafetensorsFile::find(std::string_view name) const {
    const auto found = std::lower_bound(
        header_.entries.begin(),
        header_.entries.end(),
        name,
        [](const TensorEntry& entry, std::string_view key) { return entry.name < key; });
    return found != header_.entries.end() && found->name == name ? &*found : nullptr;
}

Status SafetensorsFile::read_into(const TensorEntry& entry, void* destination) const {
    return read_range(
        entry, 0, {static_cast<std::byte*>(destination), static_cast<std::size_t>(entry.bytes)});
}

Status SafetensorsFile::read_range(const TensorEntry& entry,
                                   std::uint64_t begin,
                                   std::span<std::byte> to) const {
    VT_CHECK(begin <= entry.bytes && to.size() <= entry.bytes - begin);
    return pread_all(descriptor_, to.data(), to.size(), data_begin_ + entry.offset + begin, path_);
}

Status SafetensorsFile::read_f32(const TensorEntry& entry,
                                 std::span<float> to,
                                 FiniteCheck check) const {
    VT_CHECK(to.size() == entry.elements());
    if (!is_weight_dtype(entry.dtype)) {
        return fail(ErrorCode::kUnsupported,
                    util::base_name(path_) + ": tensor " + shown(entry.name) + " is stored as " +
                        std::string(dtype_name(entry.dtype)) +
                        "; choose an unquantised model (BF16, F16 or F32)",
                    path_);
    }
    const std::uint64_t width = dtype_bytes(entry.dtype);
    std::vector<std::byte> chunk(std::min<std::uint64_t>(kChunkBytes, entry.bytes));
    for (std::uint64_t begin = 0; begin < entry.bytes; begin += chunk.size()) {
        const std::size_t bytes = std::min<std::uint64_t>(chunk.size(), entry.bytes - begin);
        const std::span<float> part = to.subspan(begin / width, bytes / width);
        VT_TRY(read_range(entry, begin, std::span(chunk).first(bytes)));
        to_f32(entry.dtype, chunk.data(), part);
        if (check == FiniteCheck::kRequire) VT_TRY(check_finite(part, begin / width, entry, path_));
    }
    return {};
}

}  // namespace veritune::model
