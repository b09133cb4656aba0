// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/dtype.h"
#include "core/util/result.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::model {

/// Where one tensor lies.
struct TensorEntry {
    std::string name;
    DType dtype = DType::kF32;
    std::vector<std::int64_t> shape{};  ///< each >= 0; empty = one element
    std::uint64_t offset = 0;           ///< from the first byte of the data section
    std::uint64_t bytes = 0;            ///< elements() * dtype_bytes(dtype), checked

    std::uint64_t elements() const { return bytes / dtype_bytes(dtype); }
};

struct SafetensorsHeader {
    std::vector<TensorEntry> entries;             ///< sorted by name
    std::map<std::string, std::string> metadata;  ///< `__metadata__`
};

inline constexpr std::uint64_t kMaxSafetensorsHeaderBytes = 100'000'000;
inline constexpr std::size_t kMaxSafetensorsTensors = 100'000;
inline constexpr std::size_t kMaxTensorNameBytes = 512;
inline constexpr std::size_t kMaxTensorRank = 16;

/// Every rule of the format on bytes nobody vouches for: names unique and at most 512 bytes, at
/// most 100,000 tensors, dtype x shape = size without overflow, ranges that cover the data exactly
/// (no hole, no overlap). json        the header's JSON text data_bytes  size of the data section =
/// file size - 8 - header size what        names the file in messages errors  kCorruptData (rule
/// and tensor), kUnsupported (unknown dtype) threads  pure; source
/// github.com/huggingface/safetensors, "Format"; test  safetensors_test.cpp
util::Result<SafetensorsHeader> parse_safetensors_header(std::string_view json,
                                                         std::uint64_t data_bytes,
                                                         std::string_view what);

/// The length that the first 8 bytes claim, after checking that such a header fits the file and the
/// cap. errors  kCorruptData
util::Result<std::uint64_t> checked_header_bytes(std::span<const std::byte, 8> prefix,
                                                 std::uint64_t file_bytes,
                                                 std::string_view what);

/// Text from a file, safe to show in a message: printable ASCII in quotes, at most 96 characters.
std::string shown(std::string_view text);

enum class FiniteCheck {
    kSkip,
    kRequire,  ///< NaN and infinity are kCorruptData naming the tensor and the element
};

/// A safetensors file, opened and checked; tensors are read with pread, never mapped, so a file
/// that another program cuts short is an error and not a signal. Owns the descriptor. threads  all
/// const functions may be called from any thread
class SafetensorsFile {
  public:
    /// Opens read-only, never through a link, regular files only; reads and checks the header.
    /// errors  kNotFound, kPermissionDenied (also a link), kCorruptData, kUnsupported, kIoError
    static util::Result<SafetensorsFile> open(const std::string& path);
    SafetensorsFile(SafetensorsFile&& other) noexcept;
    SafetensorsFile& operator=(SafetensorsFile&& other) noexcept;
    SafetensorsFile(const SafetensorsFile&) = delete;
    SafetensorsFile& operator=(const SafetensorsFile&) = delete;
    ~SafetensorsFile();

    const std::string& path() const { return path_; }
    /// Sorted by name.
    const std::vector<TensorEntry>& entries() const { return header_.entries; }
    const std::map<std::string, std::string>& metadata() const { return header_.metadata; }
    /// nullptr when there is no such tensor.
    const TensorEntry* find(std::string_view name) const;

    /// The tensor's bytes as they are. destination holds entry.bytes.
    /// errors  kCorruptData when the file became shorter, kIoError
    util::Status read_into(const TensorEntry& entry, void* destination) const;
    /// Part of a tensor: bytes [begin, begin + to.size()) of it; the range must lie inside.
    util::Status read_range(const TensorEntry& entry,
                            std::uint64_t begin,
                            std::span<std::byte> to) const;
    /// F32, F16 or BF16 as f32, exactly. to.size() == entry.elements()
    /// errors  as read_into; kUnsupported for another dtype; kCorruptData for NaN or infinity on
    /// request
    util::Status read_f32(const TensorEntry& entry,
                          std::span<float> to,
                          FiniteCheck check = FiniteCheck::kRequire) const;

  private:
    SafetensorsFile(int descriptor, std::string path)
        : descriptor_(descriptor),
          path_(std::move(path)) {}
    util::Status load_header();

    int descriptor_ = -1;
    std::string path_;
    std::uint64_t data_begin_ = 0;
    SafetensorsHeader header_;
};

}  // namespace veritune::model
