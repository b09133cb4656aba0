// SPDX-License-Identifier: Apache-2.0
#include "core/util/log.h"

#include "core/util/file_system.h"
#include "tests/support/temp_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace veritune::util {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string read_log(const std::string& path) {
    return make_posix_file_system()->read(path, 64 << 20).value();
}

TEST(Log, WritesLinesFromTheLevelOn) {
    const test::TempDir dir;
    const std::string path = dir.file("engine.log");
    ASSERT_TRUE(log_to_file(path));
    set_log_level(LogLevel::kInfo);
    log_line(LogLevel::kDebug, "train", "not this");
    log_line(LogLevel::kInfo, "train", "run 3 started {}%s");
    log_line(LogLevel::kError, "store", "two\nlines\x1b[31m");
    const std::string text = read_log(path);
    EXPECT_THAT(text, Not(HasSubstr("not this")));
    EXPECT_THAT(text, HasSubstr("train: run 3 started {}%s\n"));
    EXPECT_THAT(text, HasSubstr("store: two lines [31m\n"));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
    EXPECT_THAT(text, testing::MatchesRegex("20..-..-..T..:..:..[.]...Z info (.|\n)*"));
}

TEST(Log, KeepsTheOldPlaceWhenTheFileCannotBeOpened) {
    const test::TempDir dir;
    ASSERT_TRUE(log_to_file(dir.file("good.log")));
    set_log_level(LogLevel::kInfo);
    EXPECT_FALSE(log_to_file(dir.path()));  // a folder is there already
    log_line(LogLevel::kInfo, "util", "still here");
    EXPECT_THAT(read_log(dir.file("good.log")), HasSubstr("still here"));
}

TEST(Log, RotatesAtTenMebibytesAndKeepsFiveFiles) {
    const test::TempDir dir;
    ASSERT_TRUE(log_to_file(dir.file("big.log")));
    set_log_level(LogLevel::kInfo);
    const std::string block(1U << 20, 'x');
    for (int i = 0; i < 62; ++i) log_line(LogLevel::kInfo, "util", block);
    const auto fs = make_posix_file_system();
    EXPECT_EQ(fs->list(dir.path()).value().size(), 5U);
    for (const std::string& name : fs->list(dir.path()).value()) {
        EXPECT_LE(fs->stat(dir.file(name)).value().bytes, 10U << 20) << name;
    }
}

}  // namespace
}  // namespace veritune::util
