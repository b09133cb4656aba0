// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/dtype.h"
#include "core/util/file_system.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace veritune::model {

/// Collects views of tensors and streams them into one safetensors file. The same tensors give the
/// same bytes: header keys sorted by name, data ordered by element size (largest first), then name,
/// so that every tensor is aligned to its own elements (torch needs that); the header is padded
/// with spaces to a multiple of 8. The memory behind the spans must live until write() or save()
/// returned. threads  one owner; test  safetensors_writer_test.cpp
class SafetensorsWriter {
  public:
    /// Text about the file, "format" = "pt" for PyTorch programs.
    void set_metadata(const std::string& key, std::string value);
    /// bytes.size() must be the product of the shape times the element size.
    /// errors  kInvalidArgument: name empty, over 512 bytes, not UTF-8, reserved or used twice;
    /// negative size; wrong size
    util::Status add(const std::string& name,
                     DType dtype,
                     std::vector<std::int64_t> shape,
                     std::span<const std::byte> bytes);
    /// f32 values, stored as F32, F16 or BF16 (rounded to nearest, in chunks while writing).
    util::Status add_f32(const std::string& name,
                         std::vector<std::int64_t> shape,
                         std::span<const float> values,
                         DType stored = DType::kF32);
    /// Header and data; neither syncs nor closes.
    util::Status write(util::WritableFile& file) const;
    /// A file in a folder that is being written: create, write, sync, close.
    util::Status save(util::AtomicDir& folder, const std::string& name) const;

  private:
    struct Tensor {
        DType dtype = DType::kF32;
        std::vector<std::int64_t> shape{};
        std::span<const std::byte> bytes{};  ///< as stored, when values is empty
        std::span<const float> values{};     ///< to be converted to dtype
        std::uint64_t stored_bytes = 0;
    };
    using Item = std::pair<const std::string, Tensor>;

    util::Status insert(const std::string& name, Tensor tensor);
    std::vector<const Item*> data_order() const;
    std::string header_text(const std::vector<const Item*>& order) const;

    std::map<std::string, std::string> metadata_;
    std::map<std::string, Tensor> tensors_;
};

}  // namespace veritune::model
