// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/file_system.h"
#include "core/util/result.h"

#include <cstdint>
#include <string>

namespace veritune::store {

struct DiskRoomOptions {
    std::uint64_t ballast_bytes = 64ULL << 20;  ///< given up first when the disk is full; 0 = none
    std::uint64_t reserve_bytes = 1ULL << 30;   ///< free space a run wants beyond its checkpoints
    std::int64_t poll_ms = 10'000;              ///< between two looks at a full disk
};

/// Room on the project's disk. project.ballast is a file of random bytes that are really written (a
/// mere allocation is worth nothing on copy-on-write disks): when the disk is full its removal
/// makes the few MiB with which the run can say so and pause. threads  one;  source  reliability.md
/// 5;  test  disk_room_test.cpp
class DiskRoom {
  public:
    DiskRoom(util::FileSystem& fs, std::string project_dir, const DiskRoomOptions& options)
        : fs_(&fs),
          dir_(std::move(project_dir)),
          options_(options) {}

    /// Enough for a run: twice its largest checkpoint so far and the reserve.
    /// errors  kDiskFull saying how much is missing
    util::Status enough(const std::string& run_dir) const;
    /// Writes the ballast if it is not there whole. Best effort: a disk that is too full for it is
    /// the next step's to report.
    void take_ballast();
    void give_ballast();
    const DiskRoomOptions& options() const { return options_; }

  private:
    util::FileSystem* fs_;
    std::string dir_;
    DiskRoomOptions options_;
};

}  // namespace veritune::store
