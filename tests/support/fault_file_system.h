// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/file_system.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::test {

/// A file system in memory that knows what a disk would still have after a power cut: bytes only
/// after sync(), names only after sync_dir(). It fails on order, so that a scenario can be run once
/// per possible failure:
///
///     for (int k = 1;; ++k) {
///         FaultFileSystem fs;  // ... prepare, then
///         fs.cut_at(k);
///         run_scenario(fs);
///         if (fs.injected() == 0) break;  // k is past the last operation: all were tried
///         fs.power_cycle();
///         check(fs);
///     }
///
/// Every call of FileSystem and WritableFile counts as one operation, counted from the arming call
/// (first is 1). A failed write has written half of its bytes; a failed sync has lost them for
/// good: a second sync of that file succeeds and saves nothing, as on Linux. Locks are not kept
/// over a power cycle. threads  one
class FaultFileSystem final : public util::FileSystem {
  public:
    enum class Repeat { kOnce, kFromThenOn };

    FaultFileSystem();
    ~FaultFileSystem() override;

    /// Operation k fails with this code (kDiskFull hits only operations that need space).
    void fail_at(std::int64_t k, util::ErrorCode code, Repeat repeat);
    /// From operation k on nothing happens any more, until power_cycle().
    void cut_at(std::int64_t k);
    void disarm();
    /// Operations since the last arming call, and how many of them were made to fail.
    std::int64_t operations() const { return operations_; }
    std::int64_t injected() const { return injected_; }

    /// Power comes back: only what was durable is there. Disarms; files that were open are dead.
    void power_cycle();
    /// As above, but each unsynced 4 KiB block and each unsynced name survives with probability
    /// 1/2.
    void power_cycle_keeping_some(std::uint64_t seed);
    /// Everything becomes durable: the end of a preparation.
    void sync_all();

    util::Result<std::string> read(const std::string& path, std::uint64_t max_bytes) override;
    util::Result<std::unique_ptr<util::WritableFile>> create(const std::string& path) override;
    util::Status rename(const std::string& from, const std::string& to) override;
    util::Status remove(const std::string& path) override;
    util::Status make_dir(const std::string& path) override;
    util::Status sync_dir(const std::string& path) override;
    util::Result<std::vector<std::string>> list(const std::string& path) override;
    util::Result<util::FileInfo> stat(const std::string& path) override;
    util::Result<std::uint64_t> free_bytes(const std::string& path) override;
    util::Result<std::unique_ptr<util::FileLock>> lock(const std::string& path,
                                                       std::string_view note) override;

  private:
    class File;
    class Lock;
    struct Node;
    using NodePtr = std::shared_ptr<Node>;  // two name tables (now, durable) refer to one node
    enum class Space { kNone, kNeeds };
    struct Slot {
        NodePtr parent;
        std::string name;
        NodePtr node;  // null when the name is free
    };

    /// Counts one operation; an error when it is to fail.
    util::Status step(const std::string& path, Space space);
    util::Result<Slot> resolve(const std::string& path) const;
    util::Result<NodePtr> existing(const std::string& path) const;
    util::Status write_to(Node& node, std::string_view bytes, const std::string& path);
    util::Status sync_node(Node& node, const std::string& path);
    template <typename Keep>
    void restore(Keep keep);
    /// Of a rename that survived by half a folder would have two names, and whoever empties one
    /// empties the other. No file system leaves that behind: then the rename has not happened.
    static void drop_second_names(Node& folder);
    std::vector<NodePtr> all_nodes() const;

    NodePtr root_;
    std::map<std::string, std::string> locks_;  // path -> note
    std::int64_t operations_ = 0;
    std::int64_t injected_ = 0;
    std::int64_t fault_at_ = 0;  // 0: not armed
    util::ErrorCode fault_code_ = util::ErrorCode::kIoError;
    Repeat repeat_ = Repeat::kOnce;
    std::int64_t boot_ = 0;  // counts power cycles; files of an earlier one are dead
};

}  // namespace veritune::test
