// SPDX-License-Identifier: Apache-2.0
#include "core/data/dataset.h"
#include "tests/dataset/scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace veritune::data {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Everything read_jsonl says about one file.
struct Reading {
    std::vector<std::int64_t> rows;
    std::vector<std::int64_t> bad;
    std::string first_error;
    std::int64_t lines = -1;
};

Reading read(std::string_view bytes) {
    const test::ScratchDir dir;
    const std::string path = dir.write("rows.jsonl", bytes);
    Reading reading;
    const util::Result<std::int64_t> lines = read_jsonl(
        path,
        [&reading](std::int64_t line, const util::Json&) {
            reading.rows.push_back(line);
            return true;
        },
        [&reading](std::int64_t line, const util::Error& error) {
            EXPECT_EQ(error.code, util::ErrorCode::kCorruptData);
            if (reading.bad.empty()) reading.first_error = error.message;
            reading.bad.push_back(line);
            return true;
        });
    EXPECT_TRUE(lines.has_value());
    reading.lines = lines.value_or(-1);
    return reading;
}

TEST(ReadJsonl, ReadsNothingFromAnEmptyFile) {
    const Reading reading = read("");
    EXPECT_EQ(reading.lines, 0);
    EXPECT_TRUE(reading.rows.empty());
    EXPECT_TRUE(reading.bad.empty());
}

TEST(ReadJsonl, NumbersLinesFromOneAndSkipsBlankOnes) {
    const Reading reading = read("{\"a\":1}\n\n \t\r\n{\"a\":2}\r\n{\"a\":3}");
    EXPECT_THAT(reading.rows, ElementsAre(1, 4, 5));
    EXPECT_EQ(reading.lines, 5);
}

TEST(ReadJsonl, SkipsAByteOrderMark) {
    EXPECT_THAT(read("\xEF\xBB\xBF{\"a\":1}\n").rows, ElementsAre(1));
}

TEST(ReadJsonl, GoesOnAfterEveryKindOfBadLine) {
    const std::string nul("{\"a\":\"x\0y\"}", 11);
    const std::string deep = std::string(100, '[') + std::string(100, ']');
    const std::vector<std::string> bad = {"not json",
                                          "{\"a\":1",
                                          "{\"a\":1} {\"b\":2}",
                                          "{\"a\":\"\xFF\"}",
                                          "{\"a\":\"\xED\xA0\x80\"}",
                                          "{\"a\":\"\\ud800\"}",
                                          nul,
                                          "{\"a\":1e999}",
                                          "{\"a\":-1e999}",
                                          "{\"a\":1e-999}",
                                          "{\"a\":123456789012345678901234567890}",
                                          "{\"a\":-9223372036854775809}",
                                          "{\"a\":NaN}",
                                          "{\"a\":1,\"a\":2}",
                                          "{'a':1}",
                                          deep};
    for (const std::string& line : bad) {
        const Reading reading = read("{\"a\":0}\n" + line + "\n{\"a\":1}\n");
        EXPECT_THAT(reading.rows, ElementsAre(1, 3)) << line;
        EXPECT_THAT(reading.bad, ElementsAre(2)) << line;
        EXPECT_FALSE(reading.first_error.empty()) << line;
    }
}

TEST(ReadJsonl, KeepsNumbersAtTheEdgeOfTheirRange) {
    const Reading reading = read(
        "{\"a\":18446744073709551615}\n{\"a\":-9223372036854775808}\n"
        "{\"a\":1.7976931348623157e308}\n{\"a\":0e-999}\n{\"a\":\"1e-999 and -1\"}\n");
    EXPECT_EQ(reading.rows.size(), 5U) << reading.first_error;
}

TEST(ReadJsonl, RefusesALineOver16MiBAndReadsTheNext) {
    const std::string fits((std::size_t{16} << 20) - 8, 'x');
    const Reading reading =
        read("{\"a\":\"" + fits + "\"}\n{\"a\":\"" + fits + "xx\"}\n{\"a\":1}\n");
    EXPECT_THAT(reading.rows, ElementsAre(1, 3));
    EXPECT_THAT(reading.bad, ElementsAre(2));
    EXPECT_THAT(reading.first_error, HasSubstr("16 MiB"));
}

TEST(ReadJsonl, StopsWhenTheReaderSaysSo) {
    const test::ScratchDir dir;
    const std::string path = dir.write("rows.jsonl", "{}\n{}\nx\n{}\n");
    const auto no_error = [](std::int64_t, const util::Error&) { return true; };
    const auto stop_at_2 = [](std::int64_t line, const util::Json&) { return line < 2; };
    EXPECT_EQ(read_jsonl(path, stop_at_2, no_error).value_or(-1), 2);
    const auto all = [](std::int64_t, const util::Json&) { return true; };
    const auto stop = [](std::int64_t, const util::Error&) { return false; };
    EXPECT_EQ(read_jsonl(path, all, stop).value_or(-1), 3);
}

TEST(ReadJsonl, NamesAFileThatIsNotThere) {
    const auto row = [](std::int64_t, const util::Json&) { return true; };
    const auto error = [](std::int64_t, const util::Error&) { return true; };
    const util::Result<std::int64_t> lines = read_jsonl("/nonexistent/rows.jsonl", row, error);
    ASSERT_FALSE(lines.has_value());
    EXPECT_EQ(lines.error().code, util::ErrorCode::kNotFound);
    // A folder opens but cannot be read.
    EXPECT_FALSE(read_jsonl(VERITUNE_SOURCE_DIR, row, error).has_value());
}

}  // namespace
}  // namespace veritune::data
