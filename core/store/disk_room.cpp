// SPDX-License-Identifier: Apache-2.0
#include "core/store/disk_room.h"

#include <algorithm>
#include <sys/random.h>
#include <vector>

namespace veritune::store {
namespace {

using util::ErrorCode;
using util::Result;
using util::Status;

constexpr std::size_t kChunk = 1 << 20;

std::uint64_t folder_bytes(util::FileSystem& fs, const std::string& folder) {
    std::uint64_t sum = 0;
    for (const std::string& name : fs.list(folder).value_or({})) {
        const Result<util::FileInfo> info = fs.stat(util::join_path(folder, name));
        if (info && info->is_regular) sum += info->bytes;
    }
    return sum;
}

std::uint64_t largest_checkpoint(util::FileSystem& fs, const std::string& run_dir) {
    const std::string folder = util::join_path(run_dir, "checkpoints");
    std::uint64_t largest = 0;
    for (const std::string& name : fs.list(folder).value_or({})) {
        largest = std::max(largest, folder_bytes(fs, util::join_path(folder, name)));
    }
    return largest;
}

std::string mebibytes(std::uint64_t bytes) {
    return std::to_string((bytes + (1ULL << 20) - 1) >> 20) + " MiB";
}

/// Bytes of the kernel: nothing a disk could compress away.
Status write_random(util::WritableFile& file, std::uint64_t bytes) {
    std::string chunk;
    for (std::uint64_t done = 0; done < bytes; done += chunk.size()) {
        chunk.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kChunk, bytes - done)));
        for (std::size_t at = 0; at < chunk.size();) {
            const ssize_t count = ::getrandom(chunk.data() + at, chunk.size() - at, 0);
            if (count <= 0) return util::fail(ErrorCode::kIoError, "no random bytes");
            at += static_cast<std::size_t>(count);
        }
        VT_TRY(file.write(chunk));
    }
    VT_TRY(file.sync());
    return file.close();
}

}  // namespace

Status DiskRoom::enough(const std::string& run_dir) const {
    VT_ASSIGN(const std::uint64_t free, fs_->free_bytes(dir_));
    const std::uint64_t needed = 2 * largest_checkpoint(*fs_, run_dir) + options_.reserve_bytes;
    if (free >= needed) return {};
    return util::fail(ErrorCode::kDiskFull,
                      "the disk of the project has " + mebibytes(free) +
                          " free and the run needs " + mebibytes(needed) +
                          "; make room, the run then goes on by itself",
                      dir_);
}

void DiskRoom::take_ballast() {
    const std::string path = util::join_path(dir_, "project.ballast");
    if (options_.ballast_bytes == 0) return;
    const Result<util::FileInfo> there = fs_->stat(path);
    if (there && there->is_regular && there->bytes == options_.ballast_bytes) return;
    static_cast<void>(util::remove_tree(*fs_, path));
    Result<std::unique_ptr<util::WritableFile>> file = fs_->create(path);
    if (!file) return;
    if (write_random(**file, options_.ballast_bytes)) return;
    file->reset();
    give_ballast();
}

void DiskRoom::give_ballast() {
    static_cast<void>(util::remove_tree(*fs_, util::join_path(dir_, "project.ballast")));
}

}  // namespace veritune::store
