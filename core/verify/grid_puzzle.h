// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Puzzles whose solution is a table of cells: what the `grid` verifier checks.
namespace veritune::verify {

enum class GridKind { kSudoku, kLatin, kFutoshiki, kNonogram, kQueens, kColouring, kZebra };

/// The sort of a rule and what `numbers` holds.
enum class GridRuleKind {
    kGiven,     ///< the cell holds numbers[0]
    kDistinct,  ///< no value twice
    kLess,      ///< cells[0] < cells[1]
    kRuns,      ///< lengths of the runs of ones, in order
    kOnes,      ///< between numbers[0] and numbers[1] ones
    kDistance,  ///< |place(a) - place(b)| = numbers[0]: a = (cells[0].row, value cells[0].column)
    kNotNear,   ///< ... != numbers[0]
    kOffset,    ///< place(b) - place(a) = numbers[0]
    kBefore,    ///< place(a) < place(b)
    kAt,        ///< place(a) = numbers[0]
    kNotAt,     ///< place(a) != numbers[0]
};

struct GridCell {
    std::size_t row = 0;
    std::size_t column = 0;
};

struct GridRule {
    std::string name;  ///< "row 3", for people
    GridRuleKind kind = GridRuleKind::kDistinct;
    std::vector<GridCell> cells = {};
    std::vector<long> numbers = {};
};

/// [row][column]; values as in the answer for squares, indexes of names for colouring and zebra.
using GridCells = std::vector<std::vector<long>>;

/// One row of cells for a colouring (a cell per node); a row per category for a zebra puzzle (a
/// cell per place).
struct GridPuzzle {
    GridKind kind = GridKind::kSudoku;
    std::size_t rows = 0;
    std::size_t columns = 0;
    long min_value = 1;
    long max_value = 0;
    std::vector<GridRule> rules;
    std::vector<std::vector<bool>> given;               ///< [row][column]
    std::vector<std::string> row_names;                 ///< categories; folded
    std::vector<std::string> column_names;              ///< nodes; folded
    std::vector<std::vector<std::string>> value_names;  ///< [row][value]; folded
    std::string fault;                                  ///< not empty: no puzzle
};

/// An instance (docs/verifiers/grid.md). limits  32 x 32 cells, 1,024 nodes, 4,096 rules
GridPuzzle read_grid_puzzle(const util::Json& data);

/// "" or what is wrong ("holds 5 twice"). cells  have the puzzle's size, values within its range
std::string grid_rule_fault(const GridRule& rule, const GridCells& cells);

/// The cells of an answer: the last JSON value, or lines.
struct GridReading {
    GridCells cells;
    std::string fault;  ///< "", "not_a_grid", "wrong_size", "not_filled", "wrong_value",
                        ///< "named_twice"
};
GridReading read_grid_answer(const GridPuzzle& puzzle, std::string_view text);
GridReading read_grid_json(const GridPuzzle& puzzle, const util::Json& value);
/// JSON that read_grid_answer() reads as these cells.
util::Json grid_json(const GridPuzzle& puzzle, const GridCells& cells);

}  // namespace veritune::verify
