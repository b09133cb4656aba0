// SPDX-License-Identifier: Apache-2.0
#include "core/util/file_system.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace veritune::util {

namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kDirMode = 0700;
constexpr std::size_t kMaxNoteBytes = 256;

ErrorCode code_of(int error_number) {
    switch (error_number) {
        case ENOSPC:
        case EDQUOT:
            return ErrorCode::kDiskFull;
        case ENOENT:
        case ENOTDIR:
            return ErrorCode::kNotFound;
        case EACCES:
        case EPERM:
        case EROFS:
        case ELOOP:
            return ErrorCode::kPermissionDenied;
        case EEXIST:
        case ENOTEMPTY:
            return ErrorCode::kAlreadyExists;
        case ENOMEM:
            return ErrorCode::kOutOfMemory;
        case ENAMETOOLONG:
            return ErrorCode::kInvalidArgument;
        default:
            return ErrorCode::kIoError;
    }
}

Error system_error(std::string_view action, const std::string& path) {
    const int error_number = errno;
    // strerrordesc_np is thread-safe and untranslated, unlike strerror.
    const char* reason = ::strerrordesc_np(error_number);
    std::string message = "cannot ";
    message.append(action).append(": ").append(reason != nullptr ? reason : "unknown error");
    return fail(code_of(error_number), std::move(message), path);
}

template <typename Call>
auto retry_interrupted(Call call) {
    for (;;) {
        const auto result = call();
        if (result >= 0 || errno != EINTR) return result;
    }
}

/// Owns a descriptor.
class Descriptor {
  public:
    explicit Descriptor(int fd)
        : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor(Descriptor&& other) noexcept
        : fd_(other.release()) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }
    bool valid() const { return fd_ >= 0; }
    int release() {
        const int fd = fd_;
        fd_ = -1;
        return fd;
    }

  private:
    int fd_;
};

Descriptor open_at(const std::string& path, int flags, mode_t mode = 0) {
    return Descriptor(
        retry_interrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); }));
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count =
            retry_interrupted([&] { return ::write(fd, bytes.data(), bytes.size()); });
        if (count < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

class PosixFile final : public WritableFile {
  public:
    PosixFile(Descriptor fd, std::string path)
        : fd_(std::move(fd)),
          path_(std::move(path)) {}

    Status write(std::string_view bytes) override {
        VT_CHECK(fd_.valid());
        if (!write_all(fd_.get(), bytes)) return system_error("write the file", path_);
        return {};
    }

    Status sync() override {
        VT_CHECK(fd_.valid());
        // A second fsync after a failed one may report success although the data are gone.
        VT_CHECK(!sync_failed_);
        if (retry_interrupted([&] { return ::fsync(fd_.get()); }) == 0) return {};
        sync_failed_ = true;
        return system_error("bring the file safely to the disk", path_);
    }

    Status close() override {
        VT_CHECK(fd_.valid());
        // Linux has freed the descriptor even when close says EINTR, so it is never repeated.
        if (::close(fd_.release()) != 0 && errno != EINTR) {
            return system_error("close the file", path_);
        }
        return {};
    }

  private:
    Descriptor fd_;
    std::string path_;
    bool sync_failed_ = false;
};

class PosixLock final : public FileLock {
  public:
    explicit PosixLock(Descriptor fd)
        : fd_(std::move(fd)) {}

  private:
    Descriptor fd_;
};

std::string read_note(int fd) {
    std::array<char, kMaxNoteBytes> note{};
    const ssize_t count =
        retry_interrupted([&] { return ::pread(fd, note.data(), note.size(), 0); });
    return count > 0 ? std::string(note.data(), static_cast<std::size_t>(count)) : std::string{};
}

/// Until the end of the file or one byte more than allowed (a file may grow while it is read).
Result<std::string> read_descriptor(int fd,
                                    const std::string& path,
                                    std::uint64_t expected,
                                    std::uint64_t max_bytes) {
    std::string bytes;
    std::size_t used = 0;
    for (;;) {
        if (used > max_bytes) break;
        if (used == bytes.size()) {
            const std::uint64_t want = used == 0 ? expected + 1 : used + used / 2 + 4096;
            bytes.resize(static_cast<std::size_t>(std::min(want, max_bytes + 1)));
        }
        const ssize_t count =
            retry_interrupted([&] { return ::read(fd, bytes.data() + used, bytes.size() - used); });
        if (count < 0) return system_error("read the file", path);
        if (count == 0) break;
        used += static_cast<std::size_t>(count);
    }
    bytes.resize(used);
    return bytes;
}

Error too_large(const std::string& path, std::uint64_t max_bytes) {
    return fail(ErrorCode::kInvalidArgument,
                "the file is larger than the limit of " + std::to_string(max_bytes) + " bytes",
                path);
}

class PosixFileSystem final : public FileSystem {
  public:
    Result<std::string> read(const std::string& path, std::uint64_t max_bytes) override {
        VT_CHECK(max_bytes < ~0ULL);
        // O_NONBLOCK: opening a FIFO somebody put there must not hang.
        const Descriptor fd = open_at(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
        if (!fd.valid()) return system_error("open the file", path);
        struct stat info {};
        if (::fstat(fd.get(), &info) != 0) return system_error("look at the file", path);
        if (!S_ISREG(info.st_mode)) {
            return fail(ErrorCode::kInvalidArgument, "this is not a regular file", path);
        }
        const auto expected = static_cast<std::uint64_t>(info.st_size);
        if (expected > max_bytes) return too_large(path, max_bytes);
        VT_ASSIGN(std::string bytes, read_descriptor(fd.get(), path, expected, max_bytes));
        if (bytes.size() > max_bytes) return too_large(path, max_bytes);
        return bytes;
    }

    Result<std::unique_ptr<WritableFile>> create(const std::string& path) override {
        Descriptor fd = open_at(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, kFileMode);
        if (!fd.valid()) return system_error("create the file", path);
        return std::unique_ptr<WritableFile>(std::make_unique<PosixFile>(std::move(fd), path));
    }

    Status rename(const std::string& from, const std::string& to) override {
        if (::rename(from.c_str(), to.c_str()) == 0) return {};
        return system_error("move the file into place", to);
    }

    Status remove(const std::string& path) override {
        // unlink refuses a folder with EISDIR (Linux) or EPERM (POSIX).
        if (::unlink(path.c_str()) == 0) return {};
        if ((errno == EISDIR || errno == EPERM) && ::rmdir(path.c_str()) == 0) return {};
        return system_error("remove it", path);
    }

    Status make_dir(const std::string& path) override {
        if (::mkdir(path.c_str(), kDirMode) == 0) return {};
        const int saved = errno;
        struct stat info {};
        if (saved == EEXIST && ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return {};
        errno = saved;
        return system_error("make the folder", path);
    }

    Status sync_dir(const std::string& path) override {
        const Descriptor fd = open_at(path, O_RDONLY | O_DIRECTORY);
        if (!fd.valid()) return system_error("open the folder", path);
        // Some network file systems cannot sync a folder and say EINVAL; they write names through
        // anyway.
        if (retry_interrupted([&] { return ::fsync(fd.get()); }) == 0 || errno == EINVAL) return {};
        return system_error("bring the folder safely to the disk", path);
    }

    Result<std::vector<std::string>> list(const std::string& path) override {
        const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(path.c_str()), &::closedir);
        if (!dir) return system_error("open the folder", path);
        std::vector<std::string> names;
        for (;;) {
            errno = 0;
            const dirent* entry = ::readdir(dir.get());
            if (entry == nullptr) break;
            const std::string_view name = entry->d_name;
            if (name != "." && name != "..") names.emplace_back(name);
        }
        if (errno != 0) return system_error("read the folder", path);
        std::sort(names.begin(), names.end());
        return names;
    }

    Result<FileInfo> stat(const std::string& path) override {
        struct stat info {};
        if (::lstat(path.c_str(), &info) != 0) return system_error("look at it", path);
        return FileInfo{.bytes = static_cast<std::uint64_t>(info.st_size),
                        .is_directory = S_ISDIR(info.st_mode),
                        .is_regular = S_ISREG(info.st_mode)};
    }

    Result<std::uint64_t> free_bytes(const std::string& path) override {
        struct statvfs info {};
        if (::statvfs(path.c_str(), &info) != 0) return system_error("measure free space", path);
        return std::uint64_t{info.f_bavail} * info.f_frsize;
    }

    Result<std::unique_ptr<FileLock>> lock(const std::string& path,
                                           std::string_view note) override {
        Descriptor fd = open_at(path, O_RDWR | O_CREAT | O_NOFOLLOW, kFileMode);
        if (!fd.valid()) return system_error("open the lock file", path);
        if (retry_interrupted([&] { return ::flock(fd.get(), LOCK_EX | LOCK_NB); }) != 0) {
            if (errno != EWOULDBLOCK) return system_error("lock the file", path);
            const std::string holder = read_note(fd.get());
            return fail(ErrorCode::kBusy,
                        "it is in use by " + (holder.empty() ? "another program" : holder) +
                            "; end that first",
                        path);
        }
        // The note is only for the other side's message; a full disk must not keep us from the
        // lock.
        if (::ftruncate(fd.get(), 0) == 0) {
            static_cast<void>(write_all(fd.get(), note.substr(0, kMaxNoteBytes)));
        }
        return std::unique_ptr<FileLock>(std::make_unique<PosixLock>(std::move(fd)));
    }
};

}  // namespace

std::unique_ptr<FileSystem> make_posix_file_system() { return std::make_unique<PosixFileSystem>(); }

}  // namespace veritune::util
