// SPDX-License-Identifier: Apache-2.0
#include "core/quant/data_file.h"

#include "core/util/file_system.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace veritune::quant {
namespace {

using util::ErrorCode;
using util::fail;
using util::Result;

FileStamp stamp_from(const struct stat& info) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    return {.device = info.st_dev,
            .inode = info.st_ino,
            .bytes = static_cast<std::uint64_t>(info.st_size),
            .modified_ns = info.st_mtim.tv_sec * kSecond + info.st_mtim.tv_nsec,
            .changed_ns = info.st_ctim.tv_sec * kSecond + info.st_ctim.tv_nsec};
}

util::Error cannot_open(const std::string& path) {
    const int reason = errno;
    const std::string name = util::base_name(path);
    if (reason == ENOENT) {
        return fail(ErrorCode::kCorruptData, name + " is missing; quantise the model again", path);
    }
    if (reason == ELOOP || reason == EACCES || reason == EPERM) {
        return fail(ErrorCode::kPermissionDenied,
                    name + " is a link or may not be read; give the folder's own files",
                    path);
    }
    return fail(ErrorCode::kIoError, name + " cannot be opened", path);
}

}  // namespace

Result<FileStamp> stamp_of(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) {
        return fail(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIoError,
                    util::base_name(path) + " cannot be looked at",
                    path);
    }
    return stamp_from(info);
}

Result<DataFile> DataFile::map(const std::string& path, std::uint64_t bytes) {
    DataFile file;
    file.path_ = path;
    file.descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file.descriptor_ < 0) return cannot_open(path);
    struct stat info {};
    if (::fstat(file.descriptor_, &info) != 0) return cannot_open(path);
    const std::string name = util::base_name(path);
    if (!S_ISREG(info.st_mode)) {
        return fail(ErrorCode::kCorruptData, name + " is no file; quantise the model again", path);
    }
    file.stamp_ = stamp_from(info);
    if (file.stamp_.bytes != bytes) {
        return fail(ErrorCode::kCorruptData,
                    name + " has " + std::to_string(file.stamp_.bytes) +
                        " bytes, the model needs " + std::to_string(bytes) +
                        "; quantise the model again",
                    path);
    }
    void* const at = ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, file.descriptor_, 0);
    if (at == MAP_FAILED) {
        return fail(ErrorCode::kOutOfMemory,
                    name + " cannot be mapped (" + std::to_string(bytes) +
                        " bytes of address space); close other programs",
                    path);
    }
    file.data_ = {static_cast<const std::byte*>(at), bytes};
    return file;
}

DataFile::DataFile(DataFile&& other) noexcept { *this = std::move(other); }

DataFile& DataFile::operator=(DataFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(stamp_, other.stamp_);
    std::swap(data_, other.data_);
    return *this;
}

DataFile::~DataFile() {
    if (data_.data() != nullptr) ::munmap(const_cast<std::byte*>(data_.data()), data_.size());
    if (descriptor_ >= 0) ::close(descriptor_);
}

util::Status DataFile::read(std::uint64_t offset, std::span<std::byte> to) const {
    VT_CHECK(offset <= data_.size() && to.size() <= data_.size() - offset);
    std::size_t done = 0;
    while (done < to.size()) {
        const ssize_t count = ::pread(
            descriptor_, to.data() + done, to.size() - done, static_cast<off_t>(offset + done));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fail(ErrorCode::kIoError, "the file cannot be read", path_);
        if (count == 0) {
            return fail(ErrorCode::kCorruptData,
                        util::base_name(path_) +
                            " became shorter while it was read; leave the model alone while it is "
                            "loaded, and quantise it again",
                        path_);
        }
        done += static_cast<std::size_t>(count);
    }
    return {};
}

util::Status DataFile::check_unchanged() const {
    struct stat info {};
    if (::fstat(descriptor_, &info) == 0 && stamp_from(info) == stamp_) return {};
    return fail(ErrorCode::kCorruptData,
                util::base_name(path_) +
                    " was written to while the model was loaded; leave the model alone while it is "
                    "loaded, and quantise it again",
                path_);
}

}  // namespace veritune::quant
