// SPDX-License-Identifier: Apache-2.0
#include "core/generate/puzzle_solvers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace veritune::generate {
namespace {

using ::testing::ElementsAre;
constexpr int kMany = 1'000'000;

// Numbers of squares: OEIS A002860 (Latin), A107739 (sudoku).
TEST(SolveSquare, CountsLatinAndSudokuSquares) {
    EXPECT_EQ(solve_square(latin_square(3), std::vector<int>(9, 0), kMany, kMany).solutions, 12);
    EXPECT_EQ(solve_square(latin_square(4), std::vector<int>(16, 0), kMany, kMany).solutions, 576);
    EXPECT_EQ(solve_square(sudoku_square(2, 2), std::vector<int>(16, 0), kMany, kMany).solutions,
              288);
}

TEST(SolveSquare, StopsAtItsLimits) {
    const auto few = solve_square(latin_square(4), std::vector<int>(16, 0), 2, kMany);
    EXPECT_EQ(few.solutions, 2);
    EXPECT_FALSE(few.gave_up);
    EXPECT_TRUE(solve_square(latin_square(5), std::vector<int>(25, 0), kMany, 100).gave_up);
}

TEST(SolveSquare, KeepsInequalities) {
    SquarePuzzle puzzle = latin_square(2);
    puzzle.less = {{0, 1}};
    const auto result = solve_square(puzzle, std::vector<int>(4, 0), 5, kMany);
    EXPECT_EQ(result.solutions, 1);
    EXPECT_THAT(result.first, ElementsAre(1, 2, 2, 1));
    puzzle.less.emplace_back(1, 0);
    EXPECT_EQ(solve_square(puzzle, std::vector<int>(4, 0), 5, kMany).solutions, 0);
}

TEST(SolveNonogram, FindsTheOnlyPictureAndBothOfTwo) {
    EXPECT_THAT(runs_of(0b110101U, 6), ElementsAre(2, 1, 1));
    EXPECT_TRUE(runs_of(0, 4).empty());
    const auto cross = solve_nonogram({{1}, {3}, {1}}, {{1}, {3}, {1}}, 5);
    EXPECT_EQ(cross.solutions, 1);
    EXPECT_THAT(cross.first, ElementsAre(0b010, 0b111, 0b010));
    EXPECT_EQ(solve_nonogram({{1}, {1}}, {{1}, {1}}, 5).solutions, 2);
    EXPECT_EQ(solve_nonogram({{2}, {}}, {{1}, {}}, 5).solutions, 0);
}

TEST(SolveColouring, KnowsThatFourNeighboursNeedFourColours) {
    const std::vector<std::pair<int, int>> edges = {{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}};
    EXPECT_EQ(solve_colouring(4, 3, edges).solutions, 0);
    EXPECT_EQ(solve_colouring(4, 4, edges).solutions, 1);
    EXPECT_THAT(solve_colouring(3, 2, {{0, 1}, {1, 2}}).first, ElementsAre(0, 1, 0));
}

// SEND + MORE = MONEY (H. Dudeney, 1924) has the one solution 9567 + 1085 = 10652.
TEST(SolveCryptarithm, SendsMoreMoney) {
    // s e n d m o r y = 0..7
    Cryptarithm puzzle{
        .words = {{0, 1, 2, 3}, {4, 5, 6, 1}, {4, 5, 2, 1, 7}}, .letters = 8, .known = {}};
    puzzle.known.assign(8, -1);
    const auto result = solve_cryptarithm(puzzle, 5);
    EXPECT_EQ(result.solutions, 1);
    EXPECT_THAT(result.first, ElementsAre(9, 5, 6, 7, 1, 0, 8, 2));
    puzzle.known[0] = 8;
    EXPECT_EQ(solve_cryptarithm(puzzle, 5).solutions, 0);
}

TEST(SolvePlaces, CountsAndNeedsEveryMinimalClue) {
    EXPECT_EQ(solve_places(1, 3, {}, 100).solutions, 6);
    EXPECT_EQ(solve_places(2, 3, {}, 100).solutions, 36);
    using enum ClueKind;
    const std::vector<Clue> all = {{.kind = kBefore, .a = 0, .b = 1},
                                   {.kind = kLeft, .a = 1, .b = 2},
                                   {.kind = kAt, .a = 0, .b = 0},
                                   {.kind = kNotAt, .a = 2, .b = 0}};
    const std::vector<Clue> fewer = minimal_clues(1, 3, all);
    EXPECT_LT(fewer.size(), all.size());
    EXPECT_EQ(solve_places(1, 3, fewer, 2).solutions, 1);
    for (std::size_t i = 0; i < fewer.size(); ++i) {
        std::vector<Clue> without = fewer;
        without.erase(without.begin() + static_cast<long>(i));
        EXPECT_GT(solve_places(1, 3, without, 2).solutions, 1);
    }
}

TEST(Holds, KnowsEveryKindOfClue) {
    using enum ClueKind;
    EXPECT_TRUE(holds({.kind = kSame}, 2, 2));
    EXPECT_FALSE(holds({.kind = kNotSame}, 2, 2));
    EXPECT_TRUE(holds({.kind = kNext}, 2, 1));
    EXPECT_FALSE(holds({.kind = kNext}, 2, 2));
    EXPECT_TRUE(holds({.kind = kLeft}, 1, 2));
    EXPECT_FALSE(holds({.kind = kLeft}, 2, 1));
    EXPECT_TRUE(holds({.kind = kBefore}, 0, 2));
    EXPECT_TRUE(holds({.kind = kAfter, .number = 2}, 3, 1));
    EXPECT_FALSE(holds({.kind = kAfter, .number = 2}, 1, 3));
}

}  // namespace
}  // namespace veritune::generate
