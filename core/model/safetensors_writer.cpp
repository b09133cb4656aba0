// SPDX-License-Identifier: Apache-2.0
#include "core/model/safetensors_writer.h"

#include "core/model/safetensors.h"
#include "core/util/json.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace veritune::model {
namespace {

using util::ErrorCode;
using util::fail;
using util::Json;
using util::Result;
using util::Status;

constexpr std::size_t kChunkElements = 1 << 18;

std::string_view as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// UTF-8 that needs no escaping in JSON.
bool is_plain_text(const std::string& text) {
    return util::parse_json("\"" + text + "\"", "name").has_value();
}

Result<std::uint64_t> stored_bytes(const std::string& name,
                                   DType dtype,
                                   const std::vector<std::int64_t>& shape) {
    std::uint64_t bytes = dtype_bytes(dtype);
    for (const std::int64_t size : shape) {
        if (size < 0 || __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(size), &bytes)) {
            return fail(ErrorCode::kInvalidArgument,
                        "tensor " + shown(name) + " has an impossible shape");
        }
    }
    return bytes;
}

Status write_converted(util::WritableFile& file, DType dtype, std::span<const float> values) {
    std::vector<std::byte> chunk(std::min(kChunkElements, values.size()) * dtype_bytes(dtype));
    for (std::size_t begin = 0; begin < values.size(); begin += kChunkElements) {
        const auto part = values.subspan(begin, std::min(kChunkElements, values.size() - begin));
        from_f32(dtype, part, chunk.data());
        VT_TRY(file.write(as_text(std::span(chunk).first(part.size() * dtype_bytes(dtype)))));
    }
    return {};
}

}  // namespace

void SafetensorsWriter::set_metadata(const std::string& key, std::string value) {
    metadata_[key] = std::move(value);
}

Status SafetensorsWriter::insert(const std::string& name, Tensor tensor) {
    const bool good = !name.empty() && name.size() <= kMaxTensorNameBytes &&
                      name != "__metadata__" && is_plain_text(name);
    if (!good) {
        return fail(
            ErrorCode::kInvalidArgument,
            "tensor name " + shown(name) + " is empty, reserved, over 512 bytes or not plain text");
    }
    if (tensors_.size() >= kMaxSafetensorsTensors) {
        return fail(ErrorCode::kInvalidArgument,
                    "a safetensors file holds at most 100,000 tensors");
    }
    if (!tensors_.emplace(name, std::move(tensor)).second) {
        return fail(ErrorCode::kInvalidArgument, "tensor " + shown(name) + " was added twice");
    }
    return {};
}

Status SafetensorsWriter::add(const std::string& name,
                              DType dtype,
                              std::vector<std::int64_t> shape,
                              std::span<const std::byte> bytes) {
    VT_ASSIGN(const std::uint64_t size, stored_bytes(name, dtype, shape));
    if (bytes.size() != size) {
        return fail(ErrorCode::kInvalidArgument,
                    "tensor " + shown(name) + " needs " + std::to_string(size) + " bytes, got " +
                        std::to_string(bytes.size()));
    }
    return insert(
        name, {.dtype = dtype, .shape = std::move(shape), .bytes = bytes, .stored_bytes = size});
}

Status SafetensorsWriter::add_f32(const std::string& name,
                                  std::vector<std::int64_t> shape,
                                  std::span<const float> values,
                                  DType stored) {
    if (!is_weight_dtype(stored)) {
        return fail(ErrorCode::kInvalidArgument, "f32 values are stored as F32, F16 or BF16 only");
    }
    VT_ASSIGN(const std::uint64_t size, stored_bytes(name, stored, shape));
    if (values.size() * dtype_bytes(stored) != size) {
        return fail(ErrorCode::kInvalidArgument,
                    "tensor " + shown(name) + " has " + std::to_string(values.size()) +
                        " values, its shape says " + std::to_string(size / dtype_bytes(stored)));
    }
    return insert(
        name, {.dtype = stored, .shape = std::move(shape), .values = values, .stored_bytes = size});
}

std::vector<const SafetensorsWriter::Item*> SafetensorsWriter::data_order() const {
    std::vector<const Item*> order;
    order.reserve(tensors_.size());
    for (const Item& item : tensors_) order.push_back(&item);
    std::stable_sort(order.begin(), order.end(), [](const Item* a, const Item* b) {
        return dtype_bytes(a->second.dtype) > dtype_bytes(b->second.dtype);
    });
    return order;
}

std::string SafetensorsWriter::header_text(const std::vector<const Item*>& order) const {
    Json header = Json::object();
    if (!metadata_.empty()) header["__metadata__"] = metadata_;
    std::uint64_t offset = 0;
    for (const Item* item : order) {
        const Tensor& tensor = item->second;
        header[item->first] = {{"dtype", dtype_name(tensor.dtype)},
                               {"shape", tensor.shape},
                               {"data_offsets", {offset, offset + tensor.stored_bytes}}};
        offset += tensor.stored_bytes;
    }
    std::string text = util::canonical_json(header);
    text.append((8 - text.size() % 8) % 8, ' ');
    return text;
}

Status SafetensorsWriter::write(util::WritableFile& file) const {
    const std::vector<const Item*> order = data_order();
    const std::string header = header_text(order);
    std::array<std::byte, 8> length{};
    const std::uint64_t header_bytes = header.size();
    std::memcpy(length.data(), &header_bytes, length.size());
    VT_TRY(file.write(as_text(length)));
    VT_TRY(file.write(header));
    for (const Item* item : order) {
        const Tensor& tensor = item->second;
        if (tensor.values.empty()) {
            VT_TRY(file.write(as_text(tensor.bytes)));
        } else {
            VT_TRY(write_converted(file, tensor.dtype, tensor.values));
        }
    }
    return {};
}

Status SafetensorsWriter::save(util::AtomicDir& folder, const std::string& name) const {
    VT_ASSIGN(const std::unique_ptr<util::WritableFile> file, folder.create(name));
    VT_TRY(write(*file));
    VT_TRY(file->sync());
    return file->close();
}

}  // namespace veritune::model
