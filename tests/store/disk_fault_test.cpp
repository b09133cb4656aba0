// SPDX-License-Identifier: Apache-2.0
#include "core/store/content_codec.h"
#include "core/store/migrations.h"
#include "core/store/sqlite.h"
#include "core/util/log.h"
#include "tests/store/fault_vfs.h"
#include "tests/store/store_testing.h"
#include "tests/support/fault_file_system.h"

#include <gtest/gtest.h>

#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace veritune::test {
namespace {

using store::Database;
using store::OpenMode;
using store::Project;
using util::ErrorCode;

data::StepRecord large_step(std::int64_t n) {
    util::Rng rng(9, util::RngStream::kTest, static_cast<std::uint64_t>(n));
    data::StepRecord record = random_step(rng, "vrl", n, 3);
    record.chains[0].completion.assign(15000, 'x');
    return record;
}

/// Step n, its metrics and its chains are all there or all absent.
void expect_whole_steps(const store::RunReader& reads, std::int64_t run, std::size_t steps) {
    EXPECT_EQ(reads.steps(run).value().size(), steps);
    EXPECT_EQ(reads.metric_series(run, "loss").value().size(), steps);
    EXPECT_EQ(reads.count_chains(run, {}).value(), static_cast<std::int64_t>(3 * steps));
}

/// One project that meets one fault after the other.
class FaultyDisk {
  public:
    FaultyDisk() {
        util::set_log_level(util::LogLevel::kError);  // the warnings are the point of the test
        project_ = new_project(temp_);
    }
    ~FaultyDisk() { util::set_log_level(util::LogLevel::kWarn); }

    /// Steps 1 and 2 of a new run without trouble, 3 with a fault at its k-th operation, then 3 and
    /// 4 without. false: k was past the end.
    bool survive(FaultVfs::Kind kind, std::int64_t k, bool lasting, ErrorCode expected) {
        SCOPED_TRACE("operation " + std::to_string(k) + (lasting ? ", lasting" : ", once"));
        const std::int64_t run = new_run(*project_);
        for (std::int64_t n = 1; n <= 2; ++n) {
            EXPECT_TRUE(project_->runs().record_step(run, large_step(n)));
        }
        faults_.arm(kind, k, lasting);
        const util::Status status = project_->runs().record_step(run, large_step(3));
        faults_.disarm();
        const bool hit = faults_.injected() > 0;
        if (!status) {
            EXPECT_EQ(status.error().code, expected) << util::to_string(status.error());
        }
        if (hit && kind == FaultVfs::Kind::kDiskFull) {
            EXPECT_FALSE(status);
        }
        // After a failed sync the bytes may have arrived all the same: whole or absent, but nobody
        // can say which.
        const bool unknown = !status && kind == FaultVfs::Kind::kSyncError;
        const std::size_t arrived = unknown ? project_->reader().steps(run).value().size() : 0;
        expect_whole_steps(project_->reader(), run, unknown ? arrived : status ? 3 : 2);
        EXPECT_TRUE(project_->runs().record_step(run, large_step(3)));
        EXPECT_TRUE(project_->runs().record_step(run, large_step(4)));
        check(run);
        return hit;
    }

    store::RunStore& runs() { return project_->runs(); }
    FaultVfs& faults() { return faults_; }
    Project& project() { return *project_; }

  private:
    /// Also what a new process finds.
    void check(std::int64_t run) {
        EXPECT_TRUE(project_->close());
        project_.reset();
        {
            const auto db =
                Database::open(temp_.file("project/project.sqlite"), OpenMode::kWrite).value();
            EXPECT_TRUE(db->check_integrity(false));
        }
        project_ = writer(temp_);
        expect_whole_steps(project_->reader(), run, 4);
    }

    FaultVfs faults_;
    TempDir temp_;
    std::unique_ptr<Project> project_;
};

/// returns how many operations were made to fail; `stride` > 1 tries fewer of them
std::int64_t survive_all(FaultVfs::Kind kind,
                         bool lasting,
                         ErrorCode expected,
                         std::int64_t stride) {
    FaultyDisk disk;
    std::int64_t injections = 0;
    for (std::int64_t k = 1; disk.survive(kind, k, lasting, expected); k += stride) {
        ++injections;
        if (testing::Test::HasFailure()) break;
    }
    return injections;
}

TEST(DiskFault, FullDiskLosesOnlyTheStep) {
    EXPECT_GT(survive_all(FaultVfs::Kind::kDiskFull, false, ErrorCode::kDiskFull, 9), 2);
    EXPECT_GT(survive_all(FaultVfs::Kind::kDiskFull, true, ErrorCode::kDiskFull, 9), 2);
}

TEST(DiskFault, LastingWriteErrorLosesOnlyTheStep) {
    EXPECT_GT(survive_all(FaultVfs::Kind::kWriteError, true, ErrorCode::kIoError, 9), 2);
}

TEST(DiskFault, LastingSyncErrorAtEverySyncLosesOnlyTheStep) {
    EXPECT_GT(survive_all(FaultVfs::Kind::kSyncError, true, ErrorCode::kIoError, 1), 0);
}

TEST(DiskFaultSlow, EveryWriteMayFail) {
    EXPECT_GT(survive_all(FaultVfs::Kind::kDiskFull, false, ErrorCode::kDiskFull, 1), 20);
    EXPECT_GT(survive_all(FaultVfs::Kind::kDiskFull, true, ErrorCode::kDiskFull, 1), 20);
    EXPECT_GT(survive_all(FaultVfs::Kind::kWriteError, true, ErrorCode::kIoError, 1), 20);
}

/// Nobody may believe the picture SQLite had before the error: the connection is opened again, the
/// database checked, and the step written once more.
TEST(DiskFault, SinglePassingErrorIsRepairedByOneRetry) {
    for (const auto kind : {FaultVfs::Kind::kSyncError, FaultVfs::Kind::kWriteError}) {
        FaultyDisk disk;
        const std::int64_t run = new_run(disk.project());
        disk.faults().arm(kind, 1, false);
        EXPECT_TRUE(disk.runs().record_step(run, large_step(1)));
        EXPECT_EQ(disk.faults().injected(), 1);
        expect_whole_steps(disk.project().reader(), run, 1);
    }
}

TEST(DiskFault, PageLimitIsAFullDisk) {
    const TempDir temp;
    { new_run(*new_project(temp)); }
    const auto db = Database::open(temp.file("project/project.sqlite"), OpenMode::kWrite).value();
    const std::int64_t pages = db->query_integer("PRAGMA page_count").value();
    ASSERT_TRUE(db->query_integer("PRAGMA max_page_count=" + std::to_string(pages + 1)));
    const store::PlainCodec codec;
    const auto fs = util::make_posix_file_system();
    store::RunStore runs({.db = db.get(),
                          .codec = &codec,
                          .fs = fs.get(),
                          .clock = &util::system_clock(),
                          .project_dir = temp.file("project")});
    EXPECT_EQ(runs.record_step(1, large_step(1)).error().code, ErrorCode::kDiskFull);
    EXPECT_TRUE(db->check_integrity(false));
    EXPECT_TRUE(runs.record_event(1, {.kind = "still writable"}));
}

TEST(DiskFault, FileSizeLimitIsAFullDisk) {
    const TempDir temp;
    { new_run(*new_project(temp)); }
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit small{.rlim_cur = 300000, .rlim_max = 300000};
        ::setrlimit(RLIMIT_FSIZE, &small);
        const auto project = writer(temp);
        for (std::int64_t n = 1; n <= 40; ++n) {
            const util::Status status = project->runs().record_step(1, large_step(n));
            if (status) continue;
            if (status.error().code != ErrorCode::kDiskFull) ::_exit(3);
            ::_exit(n > 1 ? 0 : 4);
        }
        ::_exit(5);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
    const auto project = writer(temp);
    const std::size_t steps = project->reader().steps(1).value().size();
    EXPECT_GT(steps, 0u);
    expect_whole_steps(project->reader(), 1, steps);
}

/// The run's folder and run.json come from our own file system: a fault there leaves no row behind.
TEST(DiskFault, RunWithoutItsFolderIsNotCreated) {
    const TempDir temp;
    { new_run(*new_project(temp)); }
    const auto db = Database::open(temp.file("project/project.sqlite"), OpenMode::kWrite).value();
    const store::PlainCodec codec;
    int injections = 0;
    for (std::int64_t k = 1;; ++k) {
        FaultFileSystem fs;
        ASSERT_TRUE(util::make_dirs(fs, "/p/runs"));
        fs.sync_all();
        fs.fail_at(k, ErrorCode::kIoError, FaultFileSystem::Repeat::kFromThenOn);
        store::RunStore runs({.db = db.get(),
                              .codec = &codec,
                              .fs = &fs,
                              .clock = &util::system_clock(),
                              .project_dir = "/p"});
        const std::int64_t before = db->query_integer("SELECT count(*) FROM run").value();
        const auto run = runs.create_run({.name = "x"});
        const std::int64_t after = db->query_integer("SELECT count(*) FROM run").value();
        EXPECT_EQ(after, before + (run ? 1 : 0));
        if (fs.injected() == 0) break;
        ++injections;
    }
    EXPECT_GT(injections, 3);
}

}  // namespace
}  // namespace veritune::test
