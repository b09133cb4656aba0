// SPDX-License-Identifier: Apache-2.0
#include "core/util/file_system.h"
#include "tests/support/fault_file_system.h"

#include <gtest/gtest.h>

#include <utility>

namespace veritune::util {
namespace {

using test::FaultFileSystem;
using Repeat = FaultFileSystem::Repeat;

constexpr std::uint64_t kMax = 1 << 20;

/// /p/f holds "old", durably.
void prepare(FaultFileSystem& fs) {
    ASSERT_TRUE(make_dirs(fs, "/p"));
    ASSERT_TRUE(atomic_write(fs, "/p/f", "old"));
}

// Three blocks, so that a cut can keep the outer ones and lose the middle.
const std::string& new_bytes() {
    static const std::string bytes(3 * 4096, 'n');
    return bytes;
}

void expect_old_or_new(FaultFileSystem& fs, const std::string& where) {
    const Result<std::string> bytes = fs.read("/p/f", kMax);
    ASSERT_TRUE(bytes) << where;
    EXPECT_TRUE(*bytes == "old" || *bytes == new_bytes()) << where;
}

TEST(AtomicWrite, EveryErrorLeavesTheOldOrTheNewFileAndNoTemporary) {
    int injections = 0;
    for (const ErrorCode code : {ErrorCode::kDiskFull, ErrorCode::kIoError}) {
        for (std::int64_t k = 1;; ++k) {
            FaultFileSystem fs;
            prepare(fs);
            fs.fail_at(k, code, Repeat::kOnce);
            const Status status = atomic_write(fs, "/p/f", new_bytes());
            if (fs.injected() == 0) break;
            ++injections;
            fs.disarm();
            EXPECT_FALSE(status) << k;
            if (!status) {
                EXPECT_EQ(status.error().code, code);
            }
            expect_old_or_new(fs, "operation " + std::to_string(k));
            EXPECT_EQ(fs.list("/p").value(), std::vector<std::string>{"f"}) << k;
        }
    }
    // create, write, sync, close, rename, sync_dir; five of them need space.
    EXPECT_GE(injections, 11);
}

TEST(AtomicWrite, AnErrorThatStaysStillLeavesTheOldOrTheNewFile) {
    int injections = 0;
    for (const ErrorCode code : {ErrorCode::kDiskFull, ErrorCode::kIoError}) {
        for (std::int64_t k = 1;; ++k) {
            FaultFileSystem fs;
            prepare(fs);
            fs.fail_at(k, code, Repeat::kFromThenOn);
            const Status status = atomic_write(fs, "/p/f", new_bytes());
            EXPECT_EQ(status.has_value(), fs.injected() == 0) << k;
            if (fs.injected() == 0) break;
            ++injections;
            fs.disarm();
            expect_old_or_new(fs, "operation " + std::to_string(k));
        }
    }
    EXPECT_GE(injections, 11);
}

TEST(AtomicWrite, EveryPowerCutLeavesTheOldOrTheNewFile) {
    int cuts = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        for (std::int64_t k = 1;; ++k) {
            FaultFileSystem fs;
            prepare(fs);
            fs.cut_at(k);
            const bool reported = static_cast<bool>(atomic_write(fs, "/p/f", new_bytes()));
            const bool untouched = fs.injected() == 0;
            if (seed == 0) {
                fs.power_cycle();
            } else {
                fs.power_cycle_keeping_some(seed);
            }
            expect_old_or_new(fs, "cut " + std::to_string(k) + " seed " + std::to_string(seed));
            if (reported) {
                EXPECT_EQ(fs.read("/p/f", kMax).value(), new_bytes());
            }
            if (untouched) break;
            ++cuts;
        }
    }
    EXPECT_GE(cuts, 40 * 6);
}

/// The number in the name of the next temporary: read off the name that an AtomicDir shows.
std::string temp_prefix_and_number(FaultFileSystem& fs, std::uint64_t& number) {
    const Result<AtomicDir> dir = AtomicDir::begin(fs, "/p/probe");
    EXPECT_TRUE(dir);
    const std::vector<std::string> names = fs.list("/p").value();
    EXPECT_EQ(names.front().rfind(".tmp-", 0), 0U);
    const std::size_t dash = names.front().rfind('-');
    number = std::stoull(names.front().substr(dash + 1));
    return "/p/" + names.front().substr(0, dash + 1);
}

TEST(AtomicWrite, StepsOverTemporariesOfAKilledProcess) {
    FaultFileSystem fs;
    prepare(fs);
    std::uint64_t number = 0;
    const std::string prefix = temp_prefix_and_number(fs, number);
    for (std::uint64_t i = 1; i <= 3; ++i) {
        ASSERT_TRUE(fs.create(prefix + std::to_string(number + i)));
        ASSERT_TRUE(fs.make_dir(prefix + std::to_string(number + 4 + i)));
    }
    ASSERT_TRUE(atomic_write(fs, "/p/f", "x"));
    EXPECT_EQ(fs.read("/p/f", kMax).value(), "x");
    Result<AtomicDir> dir = AtomicDir::begin(fs, "/p/d");
    ASSERT_TRUE(dir);
    EXPECT_TRUE(dir->commit());
    EXPECT_EQ(fs.list("/p").value().size(), 8U);  // d, f and the six that are not ours
}

Status write_step(FaultFileSystem& fs) {
    VT_ASSIGN(AtomicDir dir, AtomicDir::begin(fs, "/p/step-1"));
    VT_TRY(dir.write("weights", new_bytes()));
    VT_ASSIGN(const std::unique_ptr<WritableFile> file, dir.create("state"));
    VT_TRY(file->write("ab"));
    VT_TRY(file->write("cd"));
    VT_TRY(file->close());
    return dir.commit();
}

void expect_whole_or_absent(FaultFileSystem& fs, const std::string& where) {
    if (!fs.stat("/p/step-1")) return;
    EXPECT_EQ(fs.list("/p/step-1").value(), (std::vector<std::string>{"state", "weights"}))
        << where;
    EXPECT_EQ(fs.read("/p/step-1/weights", kMax).value_or("gone"), new_bytes()) << where;
    EXPECT_EQ(fs.read("/p/step-1/state", kMax).value_or("gone"), "abcd") << where;
}

TEST(AtomicDir, EveryErrorLeavesAWholeFolderOrNone) {
    int injections = 0;
    for (std::int64_t k = 1;; ++k) {
        FaultFileSystem fs;
        prepare(fs);
        fs.fail_at(k, ErrorCode::kIoError, Repeat::kOnce);
        const Status status = write_step(fs);
        if (fs.injected() == 0) break;
        ++injections;
        fs.disarm();
        EXPECT_FALSE(status) << k;
        expect_whole_or_absent(fs, std::to_string(k));
        for (const std::string& name : fs.list("/p").value())
            EXPECT_NE(name.rfind(".tmp-", 0), 0U) << k;
    }
    EXPECT_GE(injections, 14);
}

TEST(AtomicDir, EveryPowerCutLeavesAWholeFolderOrNone) {
    int cuts = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        for (std::int64_t k = 1;; ++k) {
            FaultFileSystem fs;
            prepare(fs);
            fs.cut_at(k);
            const bool reported = static_cast<bool>(write_step(fs));
            const bool untouched = fs.injected() == 0;
            if (seed == 0) {
                fs.power_cycle();
            } else {
                fs.power_cycle_keeping_some(seed);
            }
            expect_whole_or_absent(fs,
                                   "cut " + std::to_string(k) + " seed " + std::to_string(seed));
            if (reported) {
                EXPECT_TRUE(fs.stat("/p/step-1"));
            }
            if (untouched) break;
            ++cuts;
        }
    }
    EXPECT_GE(cuts, 40 * 14);
}

TEST(AtomicDir, NeverReplacesAFolder) {
    FaultFileSystem fs;
    prepare(fs);
    ASSERT_TRUE(fs.make_dir("/p/step-1"));
    EXPECT_EQ(write_step(fs).error().code, ErrorCode::kAlreadyExists);
    EXPECT_TRUE(fs.list("/p/step-1").value().empty());
    EXPECT_EQ(fs.list("/p").value(), (std::vector<std::string>{"f", "step-1"}));
}

TEST(AtomicDir, RefusesToCommitAnOpenFile) {
    FaultFileSystem fs;
    prepare(fs);
    Result<AtomicDir> dir = AtomicDir::begin(fs, "/p/d");
    ASSERT_TRUE(dir);
    const auto file = dir->create("a");
    ASSERT_TRUE(file);
    EXPECT_EQ(dir->commit().error().code, ErrorCode::kInternal);
    ASSERT_TRUE((*file)->close());
    EXPECT_TRUE(dir->commit());
}

TEST(AtomicDir, TakesBareNamesOnly) {
    FaultFileSystem fs;
    prepare(fs);
    Result<AtomicDir> dir = AtomicDir::begin(fs, "/p/d");
    ASSERT_TRUE(dir);
    for (const char* name : {"", ".", "..", "a/b", "/a", "../f"}) {
        EXPECT_EQ(dir->write(name, "x").error().code, ErrorCode::kInvalidArgument) << name;
    }
    ASSERT_TRUE(dir->write("a", "x"));
    EXPECT_EQ(dir->write("a", "y").error().code, ErrorCode::kAlreadyExists);
}

TEST(AtomicDir, MovedFromObjectRemovesNothing) {
    FaultFileSystem fs;
    prepare(fs);
    Result<AtomicDir> first = AtomicDir::begin(fs, "/p/d");
    ASSERT_TRUE(first);
    {
        AtomicDir second = std::move(*first);
        ASSERT_TRUE(second.write("a", "x"));
        ASSERT_TRUE(second.commit());
    }
    EXPECT_EQ(fs.read("/p/d/a", kMax).value(), "x");
}

}  // namespace
}  // namespace veritune::util
