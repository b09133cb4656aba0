// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::util {

/// A file being written. Destruction without close() abandons it (the bytes may or may not be
/// there).
class WritableFile {
  public:
    virtual ~WritableFile() = default;
    virtual Status write(std::string_view bytes) = 0;
    /// fsync. After a failure the file must be abandoned, never synced again (PostgreSQL's
    /// fsyncgate).
    virtual Status sync() = 0;
    virtual Status close() = 0;
};

/// A lock held until destruction (flock; the kernel frees it at the holder's death).
class FileLock {
  public:
    virtual ~FileLock() = default;
};

struct FileInfo {
    std::uint64_t bytes = 0;
    bool is_directory = false;
    bool is_regular = false;
};

/// Everything core writes goes through here, except SQLite; passed in, never global, so that tests
/// can cut the power at any operation. Paths are UTF-8. Errors name the path and carry kDiskFull,
/// kNotFound, kPermissionDenied, kAlreadyExists, kBusy (lock) or kIoError. threads  PosixFileSystem
/// is stateless
class FileSystem {
  public:
    virtual ~FileSystem() = default;
    /// The whole file; kInvalidArgument when it is larger than max_bytes; regular files only.
    virtual Result<std::string> read(const std::string& path, std::uint64_t max_bytes) = 0;
    /// New file, 0600; kAlreadyExists when the name is taken; never follows a link.
    virtual Result<std::unique_ptr<WritableFile>> create(const std::string& path) = 0;
    virtual Status rename(const std::string& from, const std::string& to) = 0;
    /// A file or an empty directory.
    virtual Status remove(const std::string& path) = 0;
    /// 0700; succeeds when the directory is already there.
    virtual Status make_dir(const std::string& path) = 0;
    virtual Status sync_dir(const std::string& path) = 0;
    /// Names without "." and "..", sorted.
    virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
    /// Does not follow links.
    virtual Result<FileInfo> stat(const std::string& path) = 0;
    virtual Result<std::uint64_t> free_bytes(const std::string& path) = 0;
    /// Exclusive; kBusy with the holder's note when somebody has it; `note` is written for the
    /// message only.
    virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path,
                                                   std::string_view note) = 0;
};

/// The real one; retries EINTR and short writes and reports close() errors.
std::unique_ptr<FileSystem> make_posix_file_system();

/// temp file in the same folder, write, sync, rename, sync of the folder: afterwards the file is
/// whole and durable, or the old one is untouched and no temporary is left (except after a power
/// cut: `.tmp-*`). When only the last sync fails, the error is reported although the new file is in
/// place, whole.
Status atomic_write(FileSystem& fs, const std::string& path, std::string_view bytes);

/// A folder that appears whole or not at all: write files through `write`, then `commit` (sync
/// every file, folder, rename into place, sync the parent). Destruction without commit removes what
/// was written.
class AtomicDir {
  public:
    /// final_path must not exist at commit time.
    static Result<AtomicDir> begin(FileSystem& fs, const std::string& final_path);
    AtomicDir(AtomicDir&& other) noexcept;
    AtomicDir& operator=(AtomicDir&&) = delete;
    ~AtomicDir();
    /// A file inside the folder, bare name.
    Status write(const std::string& name, std::string_view bytes);
    /// For writers that stream: close() also syncs, and must have succeeded before commit (else
    /// kInternal).
    Result<std::unique_ptr<WritableFile>> create(const std::string& name);
    Status commit();

  private:
    AtomicDir(FileSystem& fs, std::string final_path, std::string temp_path);
    FileSystem* fs_;
    std::string final_path_;
    std::string temp_path_;
    /// Files handed out and not closed well; shared because such a file may outlive or outmove the
    /// folder.
    std::shared_ptr<int> unfinished_ = std::make_shared<int>(0);
    bool open_ = true;
};

/// "a/b" for ("a", "b"); "b" for ("", "b").
std::string join_path(std::string_view folder, std::string_view name);
/// Last component; everything before it ("." when there is none).
std::string base_name(std::string_view path);
std::string parent_path(std::string_view path);
/// remove() of a tree, deepest first; a missing path is success.
Status remove_tree(FileSystem& fs, const std::string& path);
/// make_dir for the path and every missing ancestor; the new names are durable (sync_dir of their
/// parents).
Status make_dirs(FileSystem& fs, const std::string& path);

}  // namespace veritune::util
