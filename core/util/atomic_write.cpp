// SPDX-License-Identifier: Apache-2.0
#include "core/util/file_system.h"

#include <atomic>
#include <unistd.h>

namespace veritune::util {

namespace {

constexpr int kMaxNameTries = 1000;

/// ".tmp-PID-N" beside the target: the same file system, so that rename is atomic. N counts within
/// the process; a name that a killed process with our id left behind is stepped over by the
/// callers.
std::string next_temp_path(const std::string& target) {
    static std::atomic<std::uint64_t> counter{0};
    std::string name = ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(++counter);
    return join_path(parent_path(target), name);
}

Error no_free_name(const std::string& target) {
    return fail(ErrorCode::kAlreadyExists,
                "no free temporary name in the folder; remove its .tmp-* entries",
                parent_path(target));
}

Status write_sync_close(WritableFile& file, std::string_view bytes) {
    VT_TRY(file.write(bytes));
    VT_TRY(file.sync());
    return file.close();
}

/// A file of an AtomicDir: close() makes it durable first and tells the folder.
class DirFile final : public WritableFile {
  public:
    DirFile(std::unique_ptr<WritableFile> file, std::shared_ptr<int> unfinished)
        : file_(std::move(file)),
          unfinished_(std::move(unfinished)) {
        ++*unfinished_;
    }
    Status write(std::string_view bytes) override { return file_->write(bytes); }
    Status sync() override { return file_->sync(); }
    Status close() override {
        VT_TRY(file_->sync());
        VT_TRY(file_->close());
        --*unfinished_;
        return {};
    }

  private:
    std::unique_ptr<WritableFile> file_;
    std::shared_ptr<int> unfinished_;
};

}  // namespace

Status atomic_write(FileSystem& fs, const std::string& path, std::string_view bytes) {
    for (int attempt = 0; attempt < kMaxNameTries; ++attempt) {
        const std::string temp = next_temp_path(path);
        Result<std::unique_ptr<WritableFile>> file = fs.create(temp);
        if (!file && file.error().code == ErrorCode::kAlreadyExists) continue;
        if (!file) return file.error();
        Status status = write_sync_close(**file, bytes);
        if (status) status = fs.rename(temp, path);
        if (!status) {
            file->reset();
            // Best effort: the first error is the one worth reporting.
            static_cast<void>(fs.remove(temp));
            return status;
        }
        return fs.sync_dir(parent_path(path));
    }
    return no_free_name(path);
}

AtomicDir::AtomicDir(FileSystem& fs, std::string final_path, std::string temp_path)
    : fs_(&fs),
      final_path_(std::move(final_path)),
      temp_path_(std::move(temp_path)) {}

AtomicDir::AtomicDir(AtomicDir&& other) noexcept
    : fs_(other.fs_),
      final_path_(std::move(other.final_path_)),
      temp_path_(std::move(other.temp_path_)),
      unfinished_(std::move(other.unfinished_)),
      open_(other.open_) {
    other.open_ = false;
}

AtomicDir::~AtomicDir() {
    if (open_) static_cast<void>(remove_tree(*fs_, temp_path_));
}

Result<AtomicDir> AtomicDir::begin(FileSystem& fs, const std::string& final_path) {
    for (int attempt = 0; attempt < kMaxNameTries; ++attempt) {
        const std::string temp = next_temp_path(final_path);
        const Result<FileInfo> taken = fs.stat(temp);
        if (taken) continue;
        if (taken.error().code != ErrorCode::kNotFound) return taken.error();
        VT_TRY(fs.make_dir(temp));
        return AtomicDir(fs, final_path, temp);
    }
    return no_free_name(final_path);
}

Status AtomicDir::write(const std::string& name, std::string_view bytes) {
    VT_ASSIGN(const std::unique_ptr<WritableFile> file, create(name));
    VT_TRY(file->write(bytes));
    return file->close();
}

Result<std::unique_ptr<WritableFile>> AtomicDir::create(const std::string& name) {
    VT_CHECK(open_);
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos) {
        return fail(ErrorCode::kInvalidArgument, "a bare file name is needed here", name);
    }
    VT_ASSIGN(std::unique_ptr<WritableFile> file, fs_->create(join_path(temp_path_, name)));
    return std::unique_ptr<WritableFile>(std::make_unique<DirFile>(std::move(file), unfinished_));
}

Status AtomicDir::commit() {
    VT_CHECK(open_);
    if (*unfinished_ != 0) {
        return fail(ErrorCode::kInternal, "a file of the folder was not closed", final_path_);
    }
    const Result<FileInfo> taken = fs_->stat(final_path_);
    if (taken) return fail(ErrorCode::kAlreadyExists, "the folder is already there", final_path_);
    if (taken.error().code != ErrorCode::kNotFound) return taken.error();
    VT_TRY(fs_->sync_dir(temp_path_));
    VT_TRY(fs_->rename(temp_path_, final_path_));
    open_ = false;
    return fs_->sync_dir(parent_path(final_path_));
}

}  // namespace veritune::util
