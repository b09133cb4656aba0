// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/terminal_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace veritune::cli {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(Printable, LeavesOrdinaryTextAlone) {
    EXPECT_EQ(printable("pass@1 = 0.5, gr\u00fc\u00df dich \u4e2d\u6587 \U0001F600"),
              "pass@1 = 0.5, gr\u00fc\u00df dich \u4e2d\u6587 \U0001F600");
    EXPECT_EQ(printable(""), "");
}

TEST(Printable, ShowsControlCharactersInsteadOfObeyingThem) {
    EXPECT_EQ(printable("a\x1b[2Jb"), "a\\x1b[2Jb");
    EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
    EXPECT_EQ(printable("a\x7f"), "a\\x7f");
    EXPECT_EQ(printable("\xc2\x9b"
                        "31m"),
              "\\x9b31m");  // C1 CSI
    EXPECT_EQ(printable("a\rb"), "a\\rb");
}

TEST(Printable, ShowsCharactersThatReorderOrHideText) {
    EXPECT_EQ(printable("\u202eabc"), "\\u{202e}abc");
    EXPECT_EQ(printable("a\u200bb"), "a\\u{200b}b");
    EXPECT_EQ(printable("\u2066x\u2069"), "\\u{2066}x\\u{2069}");
    EXPECT_EQ(printable("\U000E0041"), "\\u{e0041}");
}

TEST(Printable, ShowsBytesThatAreNotUtf8) {
    EXPECT_EQ(printable("\xff"), "\\xff");
    EXPECT_EQ(printable("\xc3"), "\\xc3");                             // cut off
    EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");                    // overlong
    EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // surrogate
    EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
}

TEST(Printable, KeepsLinesOnRequestOnly) {
    EXPECT_EQ(printable("a\n\tb"), "a\\n\\tb");
    EXPECT_EQ(printable("a\n\tb", true), "a\n\tb");
    EXPECT_EQ(printable("a\r\n", true), "a\\r\n");
}

TEST(ClipText, CutsAtCharactersNotBytes) {
    EXPECT_EQ(clip_text("abc", 3, true), "abc");
    EXPECT_EQ(clip_text("abcd", 3, true), "ab\u2026");
    EXPECT_EQ(clip_text("abcd", 3, false), "ab~");
    EXPECT_EQ(clip_text("\u00e4\u00f6\u00fc\u00df", 3, true), "\u00e4\u00f6\u2026");
    EXPECT_EQ(clip_text("abc", 0, true), "");
    EXPECT_EQ(clip_text("abc", 1, false), "~");
}

TEST(Sparkline, ScalesBetweenMinimumAndMaximum) {
    const std::vector<double> rising{0, 1, 2, 3, 4, 5, 6, 7};
    EXPECT_EQ(sparkline(rising, 8, true), "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588");
    EXPECT_EQ(sparkline(rising, 8, false), "_.-:=+*#");
}

TEST(Sparkline, KeepsTheLastValues) {
    const std::vector<double> values{9, 9, 9, 0, 1};
    EXPECT_EQ(sparkline(values, 2, false), "_#");
}

TEST(Sparkline, HandlesFlatEmptyAndNotFiniteSeries) {
    EXPECT_EQ(sparkline({}, 8, true), "");
    const std::vector<double> flat{2, 2};
    EXPECT_EQ(sparkline(flat, 8, false), "==");
    const std::vector<double> holes{0, kNan, 1};
    EXPECT_EQ(sparkline(holes, 8, false), "_ #");
    const std::vector<double> lost{kNan, kNan};
    EXPECT_EQ(sparkline(lost, 8, false), "  ");
}

TEST(Format, WritesDurations) {
    EXPECT_EQ(format_duration(0), "0:00");
    EXPECT_EQ(format_duration(59.6), "1:00");
    EXPECT_EQ(format_duration(754), "12:34");
    EXPECT_EQ(format_duration(3723), "1:02:03");
    EXPECT_EQ(format_duration(-1), "-");
    EXPECT_EQ(format_duration(kNan), "-");
}

TEST(Format, WritesNumbers) {
    EXPECT_EQ(format_number(0.4567, 3), "0.457");
    EXPECT_EQ(format_number(kNan, 3), "-");
    EXPECT_EQ(format_value(0.00012345), "0.0001234");
    EXPECT_EQ(format_value(kNan), "nan");
    EXPECT_EQ(format_value(-std::numeric_limits<double>::infinity()), "-inf");
    EXPECT_EQ(format_count(0), "0");
    EXPECT_EQ(format_count(999), "999");
    EXPECT_EQ(format_count(1234567), "1,234,567");
    EXPECT_EQ(format_count(-1000), "-1,000");
    EXPECT_EQ(format_bytes(999), "999 B");
    EXPECT_EQ(format_bytes(15.2e9), "15.2 GB");
}

TEST(TextTable, AlignsColumnsByCharacters) {
    TextTable table({{"name", TextTable::Align::kLeft}, {"n", TextTable::Align::kRight}});
    EXPECT_TRUE(table.empty());
    table.add({"\u00e4b", "7"});
    table.add({"longer", "12"});
    EXPECT_EQ(table.render(),
              "name     n\n"
              "------  --\n"
              "\u00e4b       7\n"
              "longer  12\n");
}

}  // namespace
}  // namespace veritune::cli
