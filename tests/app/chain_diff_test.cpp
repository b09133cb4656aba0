// SPDX-License-Identifier: Apache-2.0
#include "app/models/TextDiff.h"
#include "core/util/rng.h"

#include <gtest/gtest.h>

#include <string>

namespace veritune::app {
namespace {

/// Applies the pieces: must give both texts back.
void expectCovers(const std::string& before, const std::string& after, std::size_t maxEdits = 600) {
    std::string old;
    std::string now;
    for (const DiffPiece& piece : wordDiff(before, after, maxEdits)) {
        ASSERT_EQ(piece.oldBegin, old.size());
        ASSERT_EQ(piece.newBegin, now.size());
        old += before.substr(piece.oldBegin, piece.oldEnd - piece.oldBegin);
        now += after.substr(piece.newBegin, piece.newEnd - piece.newBegin);
        if (piece.kind == DiffPiece::Kind::kSame) {
            EXPECT_EQ(before.substr(piece.oldBegin, piece.oldEnd - piece.oldBegin),
                      after.substr(piece.newBegin, piece.newEnd - piece.newBegin));
        }
    }
    EXPECT_EQ(old, before);
    EXPECT_EQ(now, after);
}

TEST(CommonPrefix, EndsWhereTheTextsPart) {
    EXPECT_EQ(commonPrefix("abc", "abd"), 2U);
    EXPECT_EQ(commonPrefix("abc", "abc"), 3U);
    EXPECT_EQ(commonPrefix("", "abc"), 0U);
    EXPECT_EQ(commonPrefix(std::vector<std::string_view>{"abcx", "abcd", "abd"}), 2U);
    EXPECT_EQ(commonPrefix(std::vector<std::string_view>{}), 0U);
}

TEST(CommonPrefix, NeverCutsACharacter) {
    // U+00E4 and U+00E5 share their first byte; U+1F600 and U+1F601 their first three.
    EXPECT_EQ(commonPrefix("a\xc3\xa4", "a\xc3\xa5"), 1U);
    EXPECT_EQ(commonPrefix("\xf0\x9f\x98\x80", "\xf0\x9f\x98\x81"), 0U);
    EXPECT_EQ(commonPrefix("a\xc3\xa4", "a\xc3"), 1U);
}

TEST(WordDiff, NamesTheWordsThatChanged) {
    const auto pieces = wordDiff("9-2=1;#1$", "9-2=7;#7$");
    ASSERT_EQ(pieces.size(), 2U);
    EXPECT_EQ(pieces[0].kind, DiffPiece::Kind::kRemoved);
    EXPECT_EQ(pieces[1].kind, DiffPiece::Kind::kAdded);
    const auto middle = wordDiff("one two three", "one 2 three");
    ASSERT_EQ(middle.size(), 4U);
    EXPECT_EQ(middle[0].kind, DiffPiece::Kind::kSame);
    EXPECT_EQ(middle[3].kind, DiffPiece::Kind::kSame);
    EXPECT_TRUE(wordDiff("", "").empty());
    ASSERT_EQ(wordDiff("same", "same").size(), 1U);
}

TEST(WordDiff, CoversBothTextsWhateverTheyAre) {
    util::Rng rng(5, util::RngStream::kTest);
    for (int round = 0; round < 300; ++round) {
        std::string a;
        std::string b;
        for (std::uint64_t i = rng.below(30); i > 0; --i) a += "ab; c"[rng.below(5)];
        for (std::uint64_t i = rng.below(30); i > 0; --i) b += "ab; c"[rng.below(5)];
        expectCovers(a, b);
        expectCovers(a, b, 2);
    }
}

TEST(WordDiff, ManyDifferencesAreCoarseButExact) {
    std::string a = "begin ";
    std::string b = "begin ";
    for (int i = 0; i < 2000; ++i) {
        a.append("a").append(std::to_string(i)).append(" ");
        b.append("b").append(std::to_string(i)).append(" ");
    }
    a += "end";
    b += "end";
    expectCovers(a, b);
    EXPECT_EQ(wordDiff(a, b).size(), 4U);
}

}  // namespace
}  // namespace veritune::app
