// SPDX-License-Identifier: Apache-2.0
#include "core/text/normalizer.h"
#include "core/text/pretokenizer.h"
#include "core/text/utf8.h"
#include "core/util/rng.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace veritune::text {
namespace {

using std::string;

// Expected values: Python 3.11, bytes.decode("utf-8", "replace").
TEST(Utf8, SanitizeReplacesMaximalBadParts) {
    const string bad = "\xEF\xBF\xBD";
    EXPECT_EQ(sanitize_utf8("plain äöü 漢 🙂"), "plain äöü 漢 🙂");
    EXPECT_EQ(sanitize_utf8(""), "");
    EXPECT_EQ(sanitize_utf8("a\xFFz"), "a" + bad + "z");
    EXPECT_EQ(sanitize_utf8("\xC0\xAF"), bad + bad);            // overlong
    EXPECT_EQ(sanitize_utf8("\xED\xA0\x80"), bad + bad + bad);  // surrogate
    EXPECT_EQ(sanitize_utf8("\xF4\x90\x80\x80"), bad + bad + bad + bad);
    EXPECT_EQ(sanitize_utf8("\xE2\x96"), bad);  // cut character
    EXPECT_EQ(sanitize_utf8("\xF0\x9F\x99z"), bad + "z");
    EXPECT_EQ(sanitize_utf8("\x80"), bad);
}

TEST(Utf8, SanitizedBytesAreAlwaysValid) {
    util::Rng rng(1, util::RngStream::kTest);
    for (int round = 0; round < 2000; ++round) {
        string bytes(rng.below(12), '\0');
        for (char& c : bytes) c = static_cast<char>(rng.below(256));
        const string clean = sanitize_utf8(bytes);
        ASSERT_TRUE(is_valid_utf8(clean)) << "seed 1, round " << round;
        ASSERT_EQ(sanitize_utf8(clean), clean);
    }
}

TEST(Utf8, DecodeAndAppendAreInverse) {
    for (char32_t c = 1; c < 0x110000; c += 7) {
        if (c >= 0xD800 && c < 0xE000) continue;
        string text;
        append_utf8(text, c);
        ASSERT_EQ(valid_utf8_length(text, 0), text.size());
        const CodePoint back = decode_utf8(text, 0);
        ASSERT_EQ(back.value, c);
        ASSERT_EQ(back.length, text.size());
    }
}

TEST(Utf8, TrimKnowsUnicodeSpaces) {
    EXPECT_EQ(trim(" \t a b \n"), "a b");
    EXPECT_EQ(trim("\xC2\xA0x\xE3\x80\x80"), "x");
    EXPECT_EQ(trim("   "), "");
    EXPECT_EQ(trim("\x80 "), "\x80");
}

TEST(Utf8, ClassesFollowGeneralCategories) {
    EXPECT_EQ(char_class(U'ß'), CharClass::kLetter);
    EXPECT_EQ(char_class(U'ʰ'), CharClass::kLetter);
    EXPECT_EQ(char_class(U'½'), CharClass::kNumber);
    EXPECT_EQ(char_class(U'Ⅳ'), CharClass::kNumber);
    EXPECT_EQ(char_class(0x85), CharClass::kSpace);
    EXPECT_EQ(char_class(0x0301), CharClass::kOther);
    EXPECT_EQ(char_class(0x180E), CharClass::kOther);  // no white space since Unicode 6.3
    EXPECT_EQ(char_class(0x200B), CharClass::kOther);
}

// Expected values: UAX 15, tables 1 to 4, and NormalizationTest.txt.
TEST(Normalize, FollowsUax15) {
    EXPECT_EQ(normalize_unicode("e\u0301", UnicodeForm::kNfc), "é");
    EXPECT_EQ(normalize_unicode("é", UnicodeForm::kNfd), "e\u0301");
    EXPECT_EQ(normalize_unicode("\u212B", UnicodeForm::kNfc), "\u00C5");
    EXPECT_EQ(normalize_unicode("ﬁ²", UnicodeForm::kNfkc), "fi2");
    EXPECT_EQ(normalize_unicode("ﬁ", UnicodeForm::kNfc), "ﬁ");
    EXPECT_EQ(normalize_unicode("\u1E9B\u0323", UnicodeForm::kNfkd), "s\u0323\u0307");
    EXPECT_EQ(normalize_unicode("\u1E0A\u0323", UnicodeForm::kNfc), "\u1E0C\u0307");
    EXPECT_EQ(normalize_unicode("\u1100\u1161\u11A8", UnicodeForm::kNfc), "각");
    EXPECT_EQ(normalize_unicode("\u0958", UnicodeForm::kNfc),
              "\u0915\u093C");  // composition exclusion
    EXPECT_EQ(normalize_unicode(string("a\0e\u0301", 5), UnicodeForm::kNfc), string("a\0é", 4));
}

TEST(Normalize, ALongRunOfMarksTakesLinearTime) {
    string hostile = "a";
    for (int i = 0; i < 200'000; ++i) hostile += i % 2 == 0 ? "\u0301" : "\u0323";
    const string normal = normalize_unicode(hostile, UnicodeForm::kNfd);
    EXPECT_EQ(normal.size(), hostile.size());
    EXPECT_EQ(normal.substr(1, 2), "\u0323");
}

std::vector<string> known(KnownPattern pattern, const string& text) {
    std::vector<std::string_view> parts;
    split_known(pattern, text, parts);
    return {parts.begin(), parts.end()};
}

using Parts = std::vector<string>;

TEST(PreTokenizer, Gpt2KeepsTheSpaceWithTheWord) {
    EXPECT_EQ(known(KnownPattern::kGpt2, "it's  12 a!b\n\n x "),
              (Parts{"it", "'s", " ", " 12", " a", "!", "b", "\n\n", " x", " "}));
    EXPECT_EQ(known(KnownPattern::kGpt2, "IT'S"), (Parts{"IT", "'", "S"}));
}

TEST(PreTokenizer, Qwen2CutsDigitsAndKeepsLineBreaks) {
    EXPECT_EQ(known(KnownPattern::kQwen2, "IT'S 12\n\n (a).\n\nb\t c"),
              (Parts{"IT", "'S", " ", "1", "2", "\n\n", " (", "a", ").\n\n", "b", "\t", " c"}));
}

TEST(PreTokenizer, Llama3TakesThreeDigits) {
    EXPECT_EQ(known(KnownPattern::kLlama3, "12345 6"), (Parts{"123", "45", " ", "6"}));
}

/// The hand-written scanners against PCRE2 running the same pattern, on random texts.
TEST(PreTokenizer, KnownPatternsAgreeWithTheirExpressions) {
    const std::vector<string> alphabet{"a", "S",  "'",    "'",      "t",      "ll", "r",      "e",
                                       "1", "½",  " ",    " ",      "\n",     "\r", "\t",     ".",
                                       "é", "漢", "🙂", "\u0301", "\u00A0", "ſ",  "\u3000", "-"};
    for (const KnownPattern pattern :
         {KnownPattern::kGpt2, KnownPattern::kQwen2, KnownPattern::kLlama3}) {
        const auto regex = RegexSplitter::create(known_pattern_text(pattern), "test");
        ASSERT_TRUE(regex.has_value());
        util::Rng rng(7, util::RngStream::kTest);
        for (int round = 0; round < 3000; ++round) {
            string text;
            for (std::uint64_t i = rng.below(14); i > 0; --i)
                text += alphabet[rng.below(alphabet.size())];
            Parts expected;
            regex->for_each_match(text, [&](std::size_t b, std::size_t e) {
                expected.push_back(text.substr(b, e - b));
            });
            ASSERT_EQ(known(pattern, text), expected) << "seed 7, round " << round << ": " << text;
        }
    }
}

TEST(PreTokenizer, LongRunsAreScannedInLinearTime) {
    EXPECT_EQ(known(KnownPattern::kQwen2, string(2'000'000, ' ') + "x").size(), 2U);
    EXPECT_EQ(known(KnownPattern::kGpt2, string(2'000'000, 'x')).size(), 1U);
    EXPECT_EQ(known(KnownPattern::kQwen2, "").size(), 0U);
}

TEST(RegexSplitter, RefusesWhatItCannotRunAsMeant) {
    EXPECT_FALSE(RegexSplitter::create("", "t").has_value());
    EXPECT_FALSE(RegexSplitter::create(string(5000, 'a'), "t").has_value());
    EXPECT_FALSE(RegexSplitter::create("(unclosed", "t").has_value());
    EXPECT_FALSE(RegexSplitter::create("[a-z&&[^b]]", "t").has_value());
    EXPECT_FALSE(RegexSplitter::create("\\h+", "t").has_value());
    EXPECT_FALSE(RegexSplitter::create("\\C", "t").has_value());
    EXPECT_EQ(RegexSplitter::create("(", "file.json").error().code, util::ErrorCode::kUnsupported);
}

TEST(RegexSplitter, ACatastrophicPatternStopsAtItsLimit) {
    const auto regex = RegexSplitter::create("(a+)+b|x", "t");
    ASSERT_TRUE(regex.has_value());
    std::vector<std::size_t> begins;
    regex->for_each_match(string("x").append(40, 'a').append("!x"),
                          [&](std::size_t b, std::size_t) { begins.push_back(b); });
    EXPECT_EQ(begins, std::vector<std::size_t>{0});  // what is left after the limit is one gap
}

}  // namespace
}  // namespace veritune::text
