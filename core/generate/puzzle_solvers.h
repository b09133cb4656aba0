// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// Searches that count solutions, so that a puzzle is known to have exactly one. All of them visit
/// nodes in a fixed order: the counts are the same everywhere.
namespace veritune::generate {

struct SearchResult {
    int solutions = 0;       ///< at most the limit that was asked for
    std::int64_t nodes = 0;  ///< values that were tried
    bool gave_up = false;    ///< more than the allowed nodes; `solutions` is then a lower bound
    std::vector<int> first;  ///< the first solution
};

/// A square of cells with values 1..n, groups without repetition, and pairs (a, b): a < b.
struct SquarePuzzle {
    int n = 0;
    std::vector<std::vector<int>> units;
    std::vector<std::pair<int, int>> less;
};
SquarePuzzle latin_square(int n);                   ///< rows and columns
SquarePuzzle sudoku_square(int height, int width);  ///< and boxes of height x width
/// givens  n*n values, 0 = empty
SearchResult solve_square(const SquarePuzzle& puzzle,
                          const std::vector<int>& givens,
                          int limit,
                          std::int64_t max_nodes);

using Runs = std::vector<int>;
/// Lengths of the runs of ones in the low `n` bits, from the highest bit on.
Runs runs_of(unsigned bits, int n);
/// `first`: one number of n bits per row.
SearchResult solve_nonogram(const std::vector<Runs>& rows,
                            const std::vector<Runs>& columns,
                            int limit);

/// Colours 0..k-1 for nodes 0..n-1; the first node has colour 0.
SearchResult solve_colouring(int n, int k, const std::vector<std::pair<int, int>>& edges);

/// Words of one letter per digit: the sum of all but the last is the last. Letters are 0..9;
/// `known` holds the digit of a letter or -1. `first`: the digit of each letter.
struct Cryptarithm {
    std::vector<std::vector<int>> words;  ///< the last digit last
    int letters = 0;
    std::vector<int> known;
};
SearchResult solve_cryptarithm(const Cryptarithm& puzzle, int limit);

/// A clue over values of a puzzle of places: value = category * places + index.
enum class ClueKind { kSame, kNotSame, kNext, kLeft, kBefore, kAt, kNotAt, kAfter };
struct Clue {
    ClueKind kind = ClueKind::kSame;
    int a = 0;
    int b = 0;       ///< another value, or the place of kAt and kNotAt
    int number = 0;  ///< of kAfter: place(a) = place(b) + number
    bool operator==(const Clue&) const = default;
};
bool holds(const Clue& clue, int place_a, int place_b);
/// Every category is a permutation of the places. `first`: the place of every value.
SearchResult solve_places(int categories, int places, const std::vector<Clue>& clues, int limit);
/// Leaves out clues, in order, as long as the solution stays the only one.
std::vector<Clue> minimal_clues(int categories, int places, std::vector<Clue> clues);

}  // namespace veritune::generate
