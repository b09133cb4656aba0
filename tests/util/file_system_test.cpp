// SPDX-License-Identifier: Apache-2.0
#include "core/util/file_system.h"

#include "tests/support/temp_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace veritune::util {
namespace {

using testing::HasSubstr;

class PosixFileSystemTest : public testing::Test {
  protected:
    std::string file(std::string_view name) const { return dir_.file(name); }
    void put(std::string_view name, std::string_view bytes) {
        const auto handle = fs_->create(file(name));
        ASSERT_TRUE(handle);
        ASSERT_TRUE((*handle)->write(bytes));
        ASSERT_TRUE((*handle)->sync());
        ASSERT_TRUE((*handle)->close());
    }
    mode_t mode_of(std::string_view name) const {
        struct stat info {};
        EXPECT_EQ(::stat(file(name).c_str(), &info), 0);
        return info.st_mode & 07777;
    }

    test::TempDir dir_;
    std::unique_ptr<FileSystem> fs_ = make_posix_file_system();
};

TEST_F(PosixFileSystemTest, WritesAndReadsBack) {
    put("a", "hello");
    put("empty", "");
    EXPECT_EQ(fs_->read(file("a"), 100).value(), "hello");
    EXPECT_EQ(fs_->read(file("empty"), 0).value(), "");
    EXPECT_EQ(mode_of("a"), 0600U);
}

TEST_F(PosixFileSystemTest, ReadStopsExactlyAtTheLimit) {
    put("a", "hello");
    EXPECT_TRUE(fs_->read(file("a"), 5));
    const auto result = fs_->read(file("a"), 4);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(result.error().context, file("a"));
}

TEST_F(PosixFileSystemTest, ReadTakesAllOfALargeFile) {
    const std::string bytes(3'000'001, 'z');
    put("big", bytes);
    EXPECT_EQ(fs_->read(file("big"), 3'000'001).value(), bytes);
}

TEST_F(PosixFileSystemTest, ReadOfAFileThatTellsNoSize) {
    // procfs says size 0 and has content; the reader must not trust st_size.
    EXPECT_THAT(fs_->read("/proc/self/status", 1 << 16).value(), HasSubstr("Pid:"));
    EXPECT_EQ(fs_->read("/proc/self/status", 10).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(PosixFileSystemTest, ReadRefusesWhatIsNotARegularFile) {
    EXPECT_EQ(fs_->read(file("none"), 9).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(fs_->read(dir_.path(), 9).error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(fs_->read("/dev/zero", 9).error().code, ErrorCode::kInvalidArgument);
    ASSERT_EQ(::mkfifo(file("fifo").c_str(), 0600), 0);
    EXPECT_EQ(fs_->read(file("fifo"), 9).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(PosixFileSystemTest, CreateNeverReplacesOrFollows) {
    put("a", "1");
    EXPECT_EQ(fs_->create(file("a")).error().code, ErrorCode::kAlreadyExists);
    ASSERT_EQ(::symlink(file("target").c_str(), file("link").c_str()), 0);
    EXPECT_EQ(fs_->create(file("link")).error().code, ErrorCode::kAlreadyExists);
    EXPECT_EQ(fs_->stat(file("target")).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(fs_->create(file("no/such")).error().code, ErrorCode::kNotFound);
}

TEST_F(PosixFileSystemTest, FoldersAreMadeListedAndRemoved) {
    ASSERT_TRUE(fs_->make_dir(file("d")));
    EXPECT_TRUE(fs_->make_dir(file("d")));
    EXPECT_EQ(mode_of("d"), 0700U);
    put("d/b", "");
    put("d/a", "");
    put("d/.hidden", "");
    EXPECT_EQ(fs_->list(file("d")).value(), (std::vector<std::string>{".hidden", "a", "b"}));
    EXPECT_EQ(fs_->remove(file("d")).error().code, ErrorCode::kAlreadyExists);
    EXPECT_EQ(fs_->make_dir(file("d/a")).error().code, ErrorCode::kAlreadyExists);
    EXPECT_TRUE(fs_->sync_dir(file("d")));
    EXPECT_EQ(fs_->sync_dir(file("d/a")).error().code, ErrorCode::kNotFound);
    EXPECT_TRUE(remove_tree(*fs_, file("d")));
    EXPECT_EQ(fs_->list(file("d")).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(fs_->remove(file("d")).error().code, ErrorCode::kNotFound);
}

TEST_F(PosixFileSystemTest, RemoveTreeTakesALinkNotItsTarget) {
    ASSERT_TRUE(fs_->make_dir(file("outside")));
    put("outside/precious", "1");
    ASSERT_TRUE(fs_->make_dir(file("d")));
    ASSERT_EQ(::symlink(file("outside").c_str(), file("d/link").c_str()), 0);
    ASSERT_TRUE(remove_tree(*fs_, file("d")));
    EXPECT_EQ(fs_->read(file("outside/precious"), 9).value(), "1");
}

TEST_F(PosixFileSystemTest, StatTellsKindAndSizeAndSeesLinksAsLinks) {
    put("a", "123");
    ASSERT_EQ(::symlink(file("a").c_str(), file("link").c_str()), 0);
    EXPECT_EQ(fs_->stat(file("a")).value().bytes, 3U);
    EXPECT_TRUE(fs_->stat(file("a")).value().is_regular);
    EXPECT_TRUE(fs_->stat(dir_.path()).value().is_directory);
    EXPECT_FALSE(fs_->stat(file("link")).value().is_regular);
}

TEST_F(PosixFileSystemTest, RenameReplacesAFile) {
    put("a", "new");
    put("b", "old");
    ASSERT_TRUE(fs_->rename(file("a"), file("b")));
    EXPECT_EQ(fs_->read(file("b"), 9).value(), "new");
    EXPECT_EQ(fs_->rename(file("a"), file("b")).error().code, ErrorCode::kNotFound);
}

TEST_F(PosixFileSystemTest, NamesTooLongAreRefused) {
    EXPECT_EQ(fs_->create(file(std::string(300, 'n'))).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(PosixFileSystemTest, MeasuresFreeSpace) {
    EXPECT_GT(fs_->free_bytes(dir_.path()).value(), 0U);
    EXPECT_FALSE(fs_->free_bytes(file("none")));
}

TEST_F(PosixFileSystemTest, LockIsExclusiveAndNamesTheHolder) {
    {
        const auto lock = fs_->lock(file("l"), "engine 42");
        ASSERT_TRUE(lock);
        const auto second = fs_->lock(file("l"), "cli");
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code, ErrorCode::kBusy);
        EXPECT_THAT(second.error().message, HasSubstr("engine 42"));
    }
    EXPECT_TRUE(fs_->lock(file("l"), "cli"));
    EXPECT_EQ(mode_of("l"), 0600U);
}

TEST_F(PosixFileSystemTest, LockOfAKilledProcessIsFree) {
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const auto lock = fs_->lock(file("l"), "victim");
        const char byte = lock ? 'y' : 'n';
        static_cast<void>(!::write(ready[1], &byte, 1));
        ::pause();
        ::_exit(0);
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    EXPECT_EQ(byte, 'y');
    EXPECT_EQ(fs_->lock(file("l"), "us").error().code, ErrorCode::kBusy);
    ::kill(child, SIGKILL);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    EXPECT_TRUE(fs_->lock(file("l"), "us"));
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST_F(PosixFileSystemTest, LockNeverFollowsALink) {
    put("victim", "precious");
    ASSERT_EQ(::symlink(file("victim").c_str(), file("l").c_str()), 0);
    EXPECT_EQ(fs_->lock(file("l"), "x").error().code, ErrorCode::kPermissionDenied);
    EXPECT_EQ(fs_->read(file("victim"), 99).value(), "precious");
}

TEST_F(PosixFileSystemTest, AtomicWriteReplacesAndLeavesNothingBehind) {
    ASSERT_TRUE(atomic_write(*fs_, file("a"), "one"));
    ASSERT_TRUE(atomic_write(*fs_, file("a"), "two"));
    EXPECT_EQ(fs_->read(file("a"), 9).value(), "two");
    EXPECT_EQ(fs_->list(dir_.path()).value(), std::vector<std::string>{"a"});
    ASSERT_TRUE(fs_->make_dir(file("d")));
    EXPECT_FALSE(atomic_write(*fs_, file("d"), "x"));
    EXPECT_EQ(fs_->list(dir_.path()).value(), (std::vector<std::string>{"a", "d"}));
    EXPECT_EQ(atomic_write(*fs_, file("no/a"), "x").error().code, ErrorCode::kNotFound);
}

TEST_F(PosixFileSystemTest, AtomicDirAppearsWhole) {
    {
        auto dir = AtomicDir::begin(*fs_, file("step-1"));
        ASSERT_TRUE(dir);
        ASSERT_TRUE(dir->write("a", "1"));
        EXPECT_FALSE(fs_->stat(file("step-1")));
        ASSERT_TRUE(dir->commit());
    }
    EXPECT_EQ(fs_->list(file("step-1")).value(), std::vector<std::string>{"a"});
    { ASSERT_TRUE(AtomicDir::begin(*fs_, file("step-2"))->write("a", "1")); }
    EXPECT_EQ(fs_->list(dir_.path()).value(), std::vector<std::string>{"step-1"});
}

}  // namespace
}  // namespace veritune::util
