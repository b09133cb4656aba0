// SPDX-License-Identifier: Apache-2.0
#include "core/generate/puzzle_solvers.h"

#include <algorithm>
#include <numeric>

namespace veritune::generate {

namespace {

/// Backtracking over the cell with the fewest values left.
class SquareSearch {
  public:
    SquareSearch(const SquarePuzzle& puzzle,
                 const std::vector<int>& givens,
                 int limit,
                 std::int64_t max_nodes)
        : puzzle_(puzzle),
          values_(givens),
          peers_(givens.size()),
          limit_(limit),
          max_nodes_(max_nodes) {
        for (const auto& unit : puzzle.units) {
            for (const int a : unit) {
                for (const int b : unit) {
                    if (a != b) peers_[static_cast<std::size_t>(a)].push_back(b);
                }
            }
        }
    }
    SearchResult run() {
        search();
        return std::move(result_);
    }

  private:
    int at(int cell) const { return values_[static_cast<std::size_t>(cell)]; }

    unsigned candidates(int cell) const {
        unsigned left = ((1U << puzzle_.n) - 1) << 1;
        for (const int peer : peers_[static_cast<std::size_t>(cell)]) left &= ~(1U << at(peer));
        for (const auto& [a, b] : puzzle_.less) {
            if (a == cell) left &= at(b) > 0 ? (1U << at(b)) - 1 : ~(1U << puzzle_.n);
            if (b == cell) left &= at(a) > 0 ? ~((2U << at(a)) - 1) : ~2U;
        }
        return left;
    }
    static int count(unsigned bits) {
        int n = 0;
        for (; bits != 0; bits &= bits - 1) ++n;
        return n;
    }
    void search() {
        int best = -1;
        int fewest = 100;
        unsigned choices = 0;
        for (int cell = 0; cell < static_cast<int>(values_.size()) && fewest > 1; ++cell) {
            if (at(cell) != 0) continue;
            const unsigned left = candidates(cell);
            const int size = count(left);
            if (size >= fewest) continue;
            fewest = size;
            best = cell;
            choices = left;
        }
        if (best < 0) {
            if (result_.solutions++ == 0) result_.first = values_;
            return;
        }
        for (int value = 1; value <= puzzle_.n; ++value) {
            if (((choices >> value) & 1U) == 0) continue;
            if (++result_.nodes > max_nodes_) result_.gave_up = true;
            if (result_.gave_up || result_.solutions >= limit_) break;
            values_[static_cast<std::size_t>(best)] = value;
            search();
        }
        values_[static_cast<std::size_t>(best)] = 0;
    }

    const SquarePuzzle& puzzle_;
    std::vector<int> values_;
    std::vector<std::vector<int>> peers_;
    int limit_;
    std::int64_t max_nodes_;
    SearchResult result_;
};

/// Row by row; a column's runs so far must be able to go on.
class NonogramSearch {
  public:
    NonogramSearch(const std::vector<Runs>& rows, const std::vector<Runs>& columns, int limit)
        : rows_(rows),
          columns_(columns),
          limit_(limit) {}
    SearchResult run() {
        search();
        return std::move(result_);
    }

  private:
    bool column_fits(int column) const {
        const int width = static_cast<int>(columns_.size());
        Runs so_far;
        bool inside = false;
        for (const int row : chosen_) {
            const bool one = ((static_cast<unsigned>(row) >> (width - 1 - column)) & 1U) != 0;
            if (one && !inside) so_far.push_back(0);
            if (one) ++so_far.back();
            inside = one;
        }
        const Runs& wanted = columns_[static_cast<std::size_t>(column)];
        if (chosen_.size() == rows_.size()) return so_far == wanted;
        if (so_far.size() > wanted.size()) return false;
        for (std::size_t i = 0; i < so_far.size(); ++i) {
            const bool open = i + 1 == so_far.size() && inside;
            if (open ? so_far[i] > wanted[i] : so_far[i] != wanted[i]) return false;
        }
        return true;
    }
    void search() {
        if (chosen_.size() == rows_.size()) {
            if (result_.solutions++ == 0) result_.first = chosen_;
            return;
        }
        const int width = static_cast<int>(columns_.size());
        for (unsigned bits = 0; bits < (1U << width) && result_.solutions < limit_; ++bits) {
            if (runs_of(bits, width) != rows_[chosen_.size()]) continue;
            ++result_.nodes;
            chosen_.push_back(static_cast<int>(bits));
            bool fits = true;
            for (int c = 0; c < width && fits; ++c) fits = column_fits(c);
            if (fits) search();
            chosen_.pop_back();
        }
    }

    const std::vector<Runs>& rows_;
    const std::vector<Runs>& columns_;
    int limit_;
    std::vector<int> chosen_;
    SearchResult result_;
};

/// Column by column from the right, with the carry.
class CryptarithmSearch {
  public:
    CryptarithmSearch(const Cryptarithm& puzzle, int limit)
        : puzzle_(puzzle),
          digits_(puzzle.known),
          limit_(limit) {
        for (const int digit : digits_) {
            if (digit >= 0) used_ |= 1U << digit;
        }
    }
    SearchResult run() {
        place(0, 0, 0);
        return std::move(result_);
    }

  private:
    /// The letter of a word in a column, -1 beyond its front.
    int letter(std::size_t word, std::size_t column) const {
        const auto& letters = puzzle_.words[word];
        return column < letters.size() ? letters[letters.size() - 1 - column] : -1;
    }
    bool leads(int letter) const {
        return std::any_of(puzzle_.words.begin(), puzzle_.words.end(), [letter](const auto& word) {
            return word.front() == letter;
        });
    }
    void place(std::size_t column, std::size_t word, int sum) {
        if (result_.solutions >= limit_) return;
        const std::size_t last = puzzle_.words.size() - 1;
        if (column == puzzle_.words[last].size()) {
            if (sum == 0 && result_.solutions++ == 0) result_.first = digits_;
            return;
        }
        const int which = letter(word, column);
        if (which < 0) return place(column, word + 1, sum);
        const auto at = static_cast<std::size_t>(which);
        const auto go_on = [&](int digit) {
            if (word < last) return place(column, word + 1, sum + digit);
            if (sum % 10 == digit) place(column + 1, 0, sum / 10);
        };
        if (digits_[at] >= 0) return go_on(digits_[at]);
        for (int digit = leads(which) ? 1 : 0; digit <= 9; ++digit) {
            if (((used_ >> digit) & 1U) != 0) continue;
            ++result_.nodes;
            digits_[at] = digit;
            used_ |= 1U << digit;
            go_on(digit);
            used_ &= ~(1U << digit);
            digits_[at] = -1;
        }
    }

    const Cryptarithm& puzzle_;
    std::vector<int> digits_;
    unsigned used_ = 0;
    int limit_;
    SearchResult result_;
};

/// Category by category; in each, value by value.
class PlaceSearch {
  public:
    PlaceSearch(int categories, int places, const std::vector<Clue>& clues, int limit)
        : categories_(categories),
          places_(places),
          limit_(limit),
          place_(static_cast<std::size_t>(categories * places), -1),
          clues_of_(place_.size()) {
        for (const Clue& clue : clues) {
            const bool unary = clue.kind == ClueKind::kAt || clue.kind == ClueKind::kNotAt;
            // Checked when the later of its values gets its place.
            const int late = unary ? clue.a : std::max(clue.a, clue.b);
            clues_of_[static_cast<std::size_t>(late)].push_back(clue);
        }
    }
    SearchResult run() {
        search(0, 0);
        return std::move(result_);
    }

  private:
    bool fits(int value) const {
        for (const Clue& clue : clues_of_[static_cast<std::size_t>(value)]) {
            const bool unary = clue.kind == ClueKind::kAt || clue.kind == ClueKind::kNotAt;
            const int a = place_[static_cast<std::size_t>(clue.a)];
            const int b = unary ? clue.b : place_[static_cast<std::size_t>(clue.b)];
            if (!holds(clue, a, b)) return false;
        }
        return true;
    }
    void search(int value, unsigned used) {
        if (value == categories_ * places_) {
            if (result_.solutions++ == 0) result_.first = place_;
            return;
        }
        const bool last = value % places_ == places_ - 1;
        for (int place = 0; place < places_ && result_.solutions < limit_; ++place) {
            if (((used >> place) & 1U) != 0) continue;
            ++result_.nodes;
            place_[static_cast<std::size_t>(value)] = place;
            if (fits(value)) search(value + 1, last ? 0 : used | (1U << place));
        }
        place_[static_cast<std::size_t>(value)] = -1;
    }

    int categories_;
    int places_;
    int limit_;
    std::vector<int> place_;
    std::vector<std::vector<Clue>> clues_of_;
    SearchResult result_;
};

}  // namespace

SquarePuzzle latin_square(int n) {
    SquarePuzzle puzzle{.n = n, .units = {}, .less = {}};
    for (int i = 0; i < n; ++i) {
        std::vector<int> row;
        std::vector<int> column;
        for (int j = 0; j < n; ++j) {
            row.push_back(i * n + j);
            column.push_back(j * n + i);
        }
        puzzle.units.push_back(std::move(row));
        puzzle.units.push_back(std::move(column));
    }
    return puzzle;
}

SquarePuzzle sudoku_square(int height, int width) {
    const int n = height * width;
    SquarePuzzle puzzle = latin_square(n);
    for (int box = 0; box < n; ++box) {
        std::vector<int> cells;
        const int top = box / height * height;
        const int left = box % height * width;
        for (int i = 0; i < n; ++i) cells.push_back((top + i / width) * n + left + i % width);
        puzzle.units.push_back(std::move(cells));
    }
    return puzzle;
}

SearchResult solve_square(const SquarePuzzle& puzzle,
                          const std::vector<int>& givens,
                          int limit,
                          std::int64_t max_nodes) {
    return SquareSearch(puzzle, givens, limit, max_nodes).run();
}

Runs runs_of(unsigned bits, int n) {
    Runs runs;
    bool inside = false;
    for (int i = n - 1; i >= 0; --i) {
        const bool one = ((bits >> i) & 1U) != 0;
        if (one && !inside) runs.push_back(0);
        if (one) ++runs.back();
        inside = one;
    }
    return runs;
}

SearchResult solve_nonogram(const std::vector<Runs>& rows,
                            const std::vector<Runs>& columns,
                            int limit) {
    return NonogramSearch(rows, columns, limit).run();
}

SearchResult solve_colouring(int n, int k, const std::vector<std::pair<int, int>>& edges) {
    SearchResult result;
    std::vector<int> colours(static_cast<std::size_t>(n), -1);
    for (int node = 0; node >= 0 && node < n;) {
        int& colour = colours[static_cast<std::size_t>(node)];
        ++colour;
        ++result.nodes;
        if (colour >= k || (node == 0 && colour > 0)) {
            colour = -1;
            --node;
            continue;
        }
        const bool clash = std::any_of(edges.begin(), edges.end(), [&](const auto& edge) {
            const auto [low, high] = std::minmax(edge.first, edge.second);
            return high == node && colours[static_cast<std::size_t>(low)] == colour;
        });
        if (!clash) ++node;
    }
    if (colours.front() >= 0) {
        result.solutions = 1;
        result.first = std::move(colours);
    }
    return result;
}

SearchResult solve_cryptarithm(const Cryptarithm& puzzle, int limit) {
    return CryptarithmSearch(puzzle, limit).run();
}

bool holds(const Clue& clue, int place_a, int place_b) {
    const int apart = place_a - place_b;
    switch (clue.kind) {
        case ClueKind::kSame:
        case ClueKind::kAt:
            return apart == 0;
        case ClueKind::kNotSame:
        case ClueKind::kNotAt:
            return apart != 0;
        case ClueKind::kNext:
            return apart == 1 || apart == -1;
        case ClueKind::kLeft:
            return apart == -1;
        case ClueKind::kBefore:
            return apart < 0;
        case ClueKind::kAfter:
            return apart == clue.number;
    }
    VT_CHECK(false);
}

SearchResult solve_places(int categories, int places, const std::vector<Clue>& clues, int limit) {
    return PlaceSearch(categories, places, clues, limit).run();
}

std::vector<Clue> minimal_clues(int categories, int places, std::vector<Clue> clues) {
    for (std::size_t i = clues.size(); i-- > 0;) {
        std::vector<Clue> fewer = clues;
        fewer.erase(fewer.begin() + static_cast<long>(i));
        if (solve_places(categories, places, fewer, 2).solutions == 1) clues = std::move(fewer);
    }
    return clues;
}

}  // namespace veritune::generate
