// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fault_file_system.h"

#include <gtest/gtest.h>

namespace veritune::test {
namespace {

using util::ErrorCode;
using Repeat = FaultFileSystem::Repeat;

constexpr std::uint64_t kMax = 1 << 20;

std::unique_ptr<util::WritableFile> create(FaultFileSystem& fs, const std::string& path) {
    return std::move(fs.create(path)).value();
}

TEST(FaultFileSystem, LosesBytesThatWereNotSynced) {
    FaultFileSystem fs;
    const auto file = create(fs, "/a");
    ASSERT_TRUE(file->write("safe"));
    ASSERT_TRUE(file->sync());
    ASSERT_TRUE(file->write("lost"));
    ASSERT_TRUE(fs.sync_dir("/"));
    EXPECT_EQ(fs.read("/a", kMax).value(), "safelost");
    fs.power_cycle();
    EXPECT_EQ(fs.read("/a", kMax).value(), "safe");
    EXPECT_FALSE(file->write("dead"));
}

TEST(FaultFileSystem, LosesNamesThatWereNotSynced) {
    FaultFileSystem fs;
    ASSERT_TRUE(create(fs, "/a")->sync());
    fs.power_cycle();
    EXPECT_EQ(fs.stat("/a").error().code, ErrorCode::kNotFound);
}

TEST(FaultFileSystem, RenameIsDurableOnlyAfterSyncDir) {
    FaultFileSystem fs;
    ASSERT_TRUE(create(fs, "/a")->sync());
    ASSERT_TRUE(fs.sync_dir("/"));
    ASSERT_TRUE(fs.rename("/a", "/b"));
    fs.power_cycle();
    EXPECT_TRUE(fs.stat("/a"));
    ASSERT_TRUE(fs.rename("/a", "/b"));
    ASSERT_TRUE(fs.sync_dir("/"));
    fs.power_cycle();
    EXPECT_FALSE(fs.stat("/a"));
    EXPECT_TRUE(fs.stat("/b"));
}

TEST(FaultFileSystem, RemoveIsUndoneByACutBeforeSyncDir) {
    FaultFileSystem fs;
    ASSERT_TRUE(create(fs, "/a")->sync());
    fs.sync_all();
    ASSERT_TRUE(fs.remove("/a"));
    fs.power_cycle();
    EXPECT_TRUE(fs.stat("/a"));
}

TEST(FaultFileSystem, ASecondSyncAfterAFailedOneSavesNothing) {
    FaultFileSystem fs;
    const auto file = create(fs, "/a");
    ASSERT_TRUE(fs.sync_dir("/"));
    ASSERT_TRUE(file->write("x"));
    fs.fail_at(1, ErrorCode::kIoError, Repeat::kOnce);
    EXPECT_FALSE(file->sync());
    EXPECT_TRUE(file->sync());
    fs.power_cycle();
    EXPECT_EQ(fs.read("/a", kMax).value(), "");
}

TEST(FaultFileSystem, FailsOnceOrFromThenOn) {
    FaultFileSystem fs;
    fs.fail_at(2, ErrorCode::kIoError, Repeat::kOnce);
    EXPECT_TRUE(fs.make_dir("/a"));
    EXPECT_EQ(fs.make_dir("/b").error().code, ErrorCode::kIoError);
    EXPECT_TRUE(fs.make_dir("/b"));
    EXPECT_EQ(fs.injected(), 1);
    fs.fail_at(2, ErrorCode::kDiskFull, Repeat::kFromThenOn);
    EXPECT_TRUE(fs.make_dir("/c"));
    EXPECT_TRUE(fs.list("/"));  // needs no space
    EXPECT_EQ(fs.make_dir("/d").error().code, ErrorCode::kDiskFull);
    EXPECT_EQ(fs.make_dir("/d").error().code, ErrorCode::kDiskFull);
    EXPECT_TRUE(fs.remove("/a"));
    EXPECT_EQ(fs.injected(), 2);
}

TEST(FaultFileSystem, AFailedWriteIsHalfDone) {
    FaultFileSystem fs;
    const auto file = create(fs, "/a");
    fs.fail_at(1, ErrorCode::kDiskFull, Repeat::kOnce);
    EXPECT_FALSE(file->write("12345678"));
    EXPECT_EQ(fs.read("/a", kMax).value(), "1234");
}

TEST(FaultFileSystem, ARandomCutTearsFiles) {
    int torn = 0;
    for (std::uint64_t seed = 0; seed < 64; ++seed) {
        FaultFileSystem fs;
        const auto file = create(fs, "/a");
        ASSERT_TRUE(fs.sync_dir("/"));
        const std::string bytes(4 * 4096, 'x');
        ASSERT_TRUE(file->write(bytes));
        fs.power_cycle_keeping_some(seed);
        const std::string left = fs.read("/a", kMax).value();
        torn += !left.empty() && left != bytes ? 1 : 0;
    }
    EXPECT_GT(torn, 16);
}

TEST(FaultFileSystem, LocksAreExclusiveAndEndWithThePower) {
    FaultFileSystem fs;
    auto lock = fs.lock("/l", "engine");
    ASSERT_TRUE(lock);
    EXPECT_EQ(fs.lock("/l", "cli").error().code, ErrorCode::kBusy);
    fs.power_cycle();
    auto second = fs.lock("/l", "cli");
    ASSERT_TRUE(second);
    lock->reset();  // the dead holder must not free the new one's lock
    EXPECT_EQ(fs.lock("/l", "x").error().code, ErrorCode::kBusy);
}

TEST(FaultFileSystem, RefusesWhatPosixRefuses) {
    FaultFileSystem fs;
    ASSERT_TRUE(fs.make_dir("/d"));
    ASSERT_TRUE(fs.create("/d/f"));
    EXPECT_EQ(fs.create("/d/f").error().code, ErrorCode::kAlreadyExists);
    EXPECT_EQ(fs.create("/x/f").error().code, ErrorCode::kNotFound);
    EXPECT_EQ(fs.create("/d/f/g").error().code, ErrorCode::kNotFound);
    EXPECT_EQ(fs.remove("/d").error().code, ErrorCode::kAlreadyExists);
    EXPECT_EQ(fs.read("/d", kMax).error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(fs.list("/d/f").error().code, ErrorCode::kNotFound);
    EXPECT_FALSE(fs.rename("/d/f", "/d/none/f"));
}

}  // namespace
}  // namespace veritune::test
