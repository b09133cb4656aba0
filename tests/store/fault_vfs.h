// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace veritune::test {

/// While it lives, SQLite's file system fails on order. Counted are writes and syncs of every file
/// SQLite opens after the construction, from 1 since the last arm(). threads  one; at most one
/// object
class FaultVfs {
  public:
    enum class Kind {
        kDiskFull,    ///< ENOSPC from write
        kWriteError,  ///< EIO from write
        kSyncError,   ///< EIO from fsync
    };
    FaultVfs();
    ~FaultVfs();
    FaultVfs(const FaultVfs&) = delete;
    FaultVfs& operator=(const FaultVfs&) = delete;

    /// The k-th operation of this kind fails; `lasting`: all later ones as well.
    void arm(Kind kind, std::int64_t k, bool lasting);
    void disarm();
    /// How often a failure was injected since arm().
    std::int64_t injected() const;
};

}  // namespace veritune::test
