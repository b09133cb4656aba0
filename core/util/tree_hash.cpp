// SPDX-License-Identifier: Apache-2.0
#include "core/util/tree_hash.h"

#include "core/util/hash.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <optional>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace veritune::util {
namespace {

/// Owns a descriptor that is only read.
class ReadOnly {
  public:
    explicit ReadOnly(const std::string& path)
        : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
    ~ReadOnly() {
        if (fd_ >= 0) ::close(fd_);
    }
    ReadOnly(const ReadOnly&) = delete;
    ReadOnly& operator=(const ReadOnly&) = delete;
    int get() const { return fd_; }

  private:
    int fd_;
};

Error cannot_read(const std::string& path, int error_number) {
    const ErrorCode code = error_number == ENOENT || error_number == ENOTDIR ? ErrorCode::kNotFound
                           : error_number == EACCES || error_number == EPERM
                               ? ErrorCode::kPermissionDenied
                               : ErrorCode::kIoError;
    const char* reason = ::strerrordesc_np(error_number);
    return fail(
        code,
        std::string("cannot read the file: ") + (reason != nullptr ? reason : "unknown error"),
        path);
}

/// One file that several threads read at once.
class Leaves {
  public:
    Leaves(int fd, std::string path, std::uint64_t bytes, const std::function<bool()>& go_on)
        : fd_(fd),
          path_(std::move(path)),
          bytes_(bytes),
          go_on_(go_on),
          hashes_((bytes + kTreeLeafBytes - 1) / kTreeLeafBytes) {}

    void work() {
        std::string buffer;
        for (;;) {
            const std::size_t leaf = next_.fetch_add(1);
            if (leaf >= hashes_.size() || failed_) return;
            if (go_on_ && !go_on_()) {
                return stop(fail(ErrorCode::kCancelled, "the check of the file was stopped"));
            }
            const std::uint64_t begin = leaf * kTreeLeafBytes;
            const Status read = fill(buffer, begin, std::min(kTreeLeafBytes, bytes_ - begin));
            if (!read) return stop(read.error());
            hashes_[leaf] = sha256_hex(buffer);
        }
    }

    std::size_t count() const { return hashes_.size(); }

    Result<TreeHash> root() const {
        if (error_) return *error_;
        Sha256 hash;
        hash.update("veritune tree 1\n" + std::to_string(bytes_) + "\n");
        for (const std::string& leaf : hashes_) hash.update(leaf);
        return TreeHash{.bytes = bytes_, .root = hash.hex()};
    }

  private:
    Status fill(std::string& buffer, std::uint64_t begin, std::uint64_t size) const {
        buffer.resize(size);
        std::uint64_t done = 0;
        while (done < size) {
            const ssize_t count =
                ::pread(fd_, buffer.data() + done, size - done, static_cast<off_t>(begin + done));
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return cannot_read(path_, errno);
            if (count == 0) {
                return fail(ErrorCode::kCorruptData,
                            "the file became shorter while it was read; is another program "
                            "writing it?",
                            path_);
            }
            done += static_cast<std::uint64_t>(count);
        }
        return {};
    }

    void stop(Error error) {
        const std::lock_guard lock(mutex_);
        if (!error_) error_ = std::move(error);
        failed_ = true;
    }

    int fd_;
    std::string path_;
    std::uint64_t bytes_;
    const std::function<bool()>& go_on_;
    std::vector<std::string> hashes_;
    std::atomic<std::size_t> next_{0};
    std::atomic<bool> failed_{false};
    std::mutex mutex_;
    std::optional<Error> error_;
};

}  // namespace

Result<TreeHash> tree_hash(const std::string& path,
                           int threads,
                           const std::function<bool()>& go_on) {
    const ReadOnly file(path);
    if (file.get() < 0) return cannot_read(path, errno);
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) return cannot_read(path, errno);
    if (!S_ISREG(info.st_mode)) {
        return fail(ErrorCode::kInvalidArgument, "this is not a regular file", path);
    }
    Leaves leaves(file.get(), path, static_cast<std::uint64_t>(info.st_size), go_on);
    const auto cores = static_cast<std::size_t>(
        threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency()));
    {
        std::vector<std::jthread> helpers;
        for (std::size_t i = 1; i < std::min(cores, leaves.count()); ++i) {
            helpers.emplace_back([&leaves] { leaves.work(); });
        }
        leaves.work();
    }
    return leaves.root();
}

}  // namespace veritune::util
