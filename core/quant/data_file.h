// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace veritune::quant {

/// When a file was last written to, as far as the file system tells.
struct FileStamp {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t bytes = 0;
    std::int64_t modified_ns = 0;
    std::int64_t changed_ns = 0;

    bool operator==(const FileStamp&) const = default;
};

/// errors  kNotFound, kIoError
util::Result<FileStamp> stamp_of(const std::string& path);

/// A data file, open and mapped read-only; owns both.
class DataFile {
  public:
    /// Never through a link, regular files only, exactly `bytes` long.
    /// errors  kNotFound, kPermissionDenied (also a link), kCorruptData (size), kIoError
    static util::Result<DataFile> map(const std::string& path, std::uint64_t bytes);
    DataFile(DataFile&& other) noexcept;
    DataFile& operator=(DataFile&& other) noexcept;
    DataFile(const DataFile&) = delete;
    DataFile& operator=(const DataFile&) = delete;
    ~DataFile();

    std::span<const std::byte> bytes() const { return data_; }
    util::Status read(std::uint64_t offset, std::span<std::byte> to) const;
    util::Status check_unchanged() const;

  private:
    DataFile() = default;
    std::string path_;
    int descriptor_ = -1;
    FileStamp stamp_;
    std::span<const std::byte> data_;
};

}  // namespace veritune::quant
