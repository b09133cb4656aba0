// SPDX-License-Identifier: Apache-2.0
#include "core/verify/grid_puzzle.h"

#include "core/verify/instance.h"
#include "core/verify/text_exact_verifier.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

constexpr long kMaxSide = 32;
constexpr std::size_t kMaxNodes = 1024;
constexpr std::size_t kMaxRules = 4096;

std::string numbered(const char* word, std::size_t index) {
    return std::string(word) + " " + std::to_string(index + 1);
}

std::string cell_name(const GridCell& cell) {
    return "row " + std::to_string(cell.row + 1) + ", column " + std::to_string(cell.column + 1);
}

std::string folded(const Json& name) {
    return fold_text(name.is_string() ? name.get<std::string>() : name.dump(), {});
}

/// Reads one instance; the first fault stays.
class Builder {
  public:
    explicit Builder(const Json& data)
        : data_(data) {}

    GridPuzzle build() {
        static constexpr std::array<std::pair<const char*, GridKind>, 7> kKinds = {
            {{"sudoku", GridKind::kSudoku},
             {"latin", GridKind::kLatin},
             {"futoshiki", GridKind::kFutoshiki},
             {"nonogram", GridKind::kNonogram},
             {"queens", GridKind::kQueens},
             {"colouring", GridKind::kColouring},
             {"zebra", GridKind::kZebra}}};
        const Json kind = data_.value("kind", Json());
        const auto* const known = std::find_if(kKinds.begin(), kKinds.end(), [&kind](auto entry) {
            return kind == Json(entry.first);
        });
        if (known == kKinds.end()) {
            fault("kind must be sudoku, latin, futoshiki, nonogram, queens, colouring or zebra");
            return std::move(puzzle_);
        }
        puzzle_.kind = known->second;
        build_kind();
        if (puzzle_.rules.size() > kMaxRules) fault("more than 4,096 rules");
        return std::move(puzzle_);
    }

  private:
    void build_kind() {
        switch (puzzle_.kind) {
            case GridKind::kSudoku:
            case GridKind::kLatin:
            case GridKind::kFutoshiki:
                return square();
            case GridKind::kNonogram:
                return nonogram();
            case GridKind::kQueens:
                return queens();
            case GridKind::kColouring:
                return colouring();
            case GridKind::kZebra:
                return zebra();
        }
    }

    void fault(const std::string& why) {
        if (puzzle_.fault.empty()) puzzle_.fault = why;
    }
    void rule(GridRule rule) { puzzle_.rules.push_back(std::move(rule)); }
    void set_size(std::size_t rows, std::size_t columns, long min, long max) {
        puzzle_.rows = rows;
        puzzle_.columns = columns;
        puzzle_.min_value = min;
        puzzle_.max_value = max;
        puzzle_.given.assign(rows, std::vector<bool>(columns, false));
    }
    std::size_t side() {
        const Json givens = data_.value("givens", Json());
        const long fallback = givens.is_array() ? static_cast<long>(givens.size()) : 0;
        const auto size = small_int(data_.value("size", Json(fallback)), 1, kMaxSide);
        if (!size) fault("size must be 1 to 32");
        return static_cast<std::size_t>(size.value_or(1));
    }

    /// 0, null, "" and "." are empty cells.
    void givens() {
        const Json givens = data_.value("givens", Json());
        if (givens.is_null()) return;
        if (!givens.is_array() || givens.size() != puzzle_.rows) return fault("givens do not fit");
        for (std::size_t r = 0; r < puzzle_.rows; ++r) {
            if (!givens[r].is_array() || givens[r].size() != puzzle_.columns) {
                return fault("givens do not fit");
            }
            for (std::size_t c = 0; c < puzzle_.columns; ++c) given_cell(givens[r][c], {r, c});
        }
    }
    void given_cell(const Json& value, const GridCell& cell) {
        if (value.is_null() || value == Json(0) || value == Json("") || value == Json(".")) return;
        const auto number = small_int(value, puzzle_.min_value, puzzle_.max_value);
        if (!number) return fault("a given is out of range");
        puzzle_.given[cell.row][cell.column] = true;
        rule({.name = "given in " + cell_name(cell),
              .kind = GridRuleKind::kGiven,
              .cells = {cell},
              .numbers = {*number}});
    }

    std::vector<GridCell> row_cells(std::size_t row) const {
        std::vector<GridCell> cells;
        for (std::size_t c = 0; c < puzzle_.columns; ++c) cells.push_back({row, c});
        return cells;
    }
    std::vector<GridCell> column_cells(std::size_t column) const {
        std::vector<GridCell> cells;
        for (std::size_t r = 0; r < puzzle_.rows; ++r) cells.push_back({r, column});
        return cells;
    }

    void square() {
        const std::size_t n = side();
        set_size(n, n, 1, static_cast<long>(n));
        for (std::size_t i = 0; i < n; ++i) {
            rule({.name = numbered("row", i), .cells = row_cells(i)});
            rule({.name = numbered("column", i), .cells = column_cells(i)});
        }
        if (puzzle_.kind == GridKind::kSudoku) boxes(n);
        if (puzzle_.kind == GridKind::kFutoshiki) inequalities(static_cast<long>(n));
        givens();
    }
    void boxes(std::size_t n) {
        std::size_t root = 1;
        while ((root + 1) * (root + 1) <= n) ++root;
        const Json box = data_.value("box", Json::array({root, root}));
        const bool pair = box.is_array() && box.size() == 2;
        const auto height = pair ? small_int(box[0], 1, kMaxSide) : std::nullopt;
        const auto width = pair ? small_int(box[1], 1, kMaxSide) : std::nullopt;
        if (!height || !width || static_cast<std::size_t>(*height * *width) != n) {
            return fault("box must be [rows, columns] with rows x columns = size");
        }
        const auto h = static_cast<std::size_t>(*height);
        const auto w = static_cast<std::size_t>(*width);
        for (std::size_t b = 0; b < n; ++b) {
            GridRule box_rule{.name = numbered("box", b)};
            const std::size_t top = b / h * h;
            const std::size_t left = b % h * w;
            for (std::size_t i = 0; i < n; ++i) {
                box_rule.cells.push_back({top + i / w, left + i % w});
            }
            rule(std::move(box_rule));
        }
    }
    void inequalities(long n) {
        const Json less = data_.value("less", Json::array());
        if (!less.is_array()) return fault("less is no list");
        for (const Json& pair : less) {
            std::array<std::size_t, 4> at{};
            bool fits = pair.is_array() && pair.size() == 4;
            for (std::size_t i = 0; fits && i < 4; ++i) {
                const auto number = small_int(pair[i], 1, n);
                fits = number.has_value();
                at[i] = static_cast<std::size_t>(number.value_or(1)) - 1;
            }
            if (!fits) return fault("an entry of less is not [row, column, row, column]");
            const GridCell a{at[0], at[1]};
            const GridCell b{at[2], at[3]};
            rule({.name = cell_name(a) + " < " + cell_name(b),
                  .kind = GridRuleKind::kLess,
                  .cells = {a, b}});
        }
    }

    void nonogram() {
        const Json rows = data_.value("rows", Json());
        const Json columns = data_.value("columns", Json());
        const auto fits = [](const Json& lines) {
            return lines.is_array() && !lines.empty() && lines.size() <= kMaxSide;
        };
        if (!fits(rows) || !fits(columns)) return fault("rows and columns must be lists of runs");
        set_size(rows.size(), columns.size(), 0, 1);
        for (std::size_t r = 0; r < rows.size(); ++r) {
            runs(numbered("row", r), rows[r], row_cells(r));
        }
        for (std::size_t c = 0; c < columns.size(); ++c) {
            runs(numbered("column", c), columns[c], column_cells(c));
        }
    }
    void runs(std::string name, const Json& given, std::vector<GridCell> cells) {
        std::vector<long> lengths;
        if (!given.is_array()) return fault("runs are no list");
        for (const Json& one : given) {
            const auto length = small_int(one, 0, kMaxSide);
            if (!length) return fault("a run is no small number");
            if (*length > 0) lengths.push_back(*length);
        }
        rule({.name = std::move(name),
              .kind = GridRuleKind::kRuns,
              .cells = std::move(cells),
              .numbers = std::move(lengths)});
    }

    void queens() {
        const std::size_t n = side();
        set_size(n, n, 0, 1);
        const auto ones = [this](std::string name, std::vector<GridCell> cells, long min) {
            rule({.name = std::move(name),
                  .kind = GridRuleKind::kOnes,
                  .cells = std::move(cells),
                  .numbers = {min, 1}});
        };
        for (std::size_t i = 0; i < n; ++i) {
            ones(numbered("row", i), row_cells(i), 1);
            ones(numbered("column", i), column_cells(i), 1);
        }
        for (std::size_t d = 0; d + 1 < 2 * n; ++d) {
            std::vector<GridCell> falling;
            std::vector<GridCell> rising;
            for (std::size_t r = 0; r < n; ++r) {
                if (d >= r && d - r < n) rising.push_back({r, d - r});
                if (r + d + 1 >= n && r + d + 1 - n < n) falling.push_back({r, r + d + 1 - n});
            }
            ones(numbered("rising diagonal", d), std::move(rising), 0);
            ones(numbered("falling diagonal", d), std::move(falling), 0);
        }
        givens();
    }

    /// Distinct folded names, or a fault.
    std::vector<std::string> names(const Json& list, const char* what, std::size_t most) {
        std::vector<std::string> result;
        if (!list.is_array() || list.empty() || list.size() > most) {
            fault(std::string(what) + " must be a list of names");
            return result;
        }
        for (const Json& name : list) {
            if (!name.is_string() && !name.is_number_integer()) {
                fault("a name is neither text nor whole number");
            }
            result.push_back(folded(name));
        }
        std::vector<std::string> sorted = result;
        std::sort(sorted.begin(), sorted.end());
        if (sorted.front().empty()) fault("a name is empty");
        if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
            fault(std::string(what) + " repeat a name");
        }
        return result;
    }

    void colouring() {
        puzzle_.column_names = names(data_.value("nodes", Json()), "nodes", kMaxNodes);
        Json colours = data_.value("colours", Json());
        if (const auto count = small_int(colours, 1, 64)) {
            colours = Json::array();
            for (long i = 1; i <= *count; ++i) colours.push_back(i);
        }
        puzzle_.value_names = {names(colours, "colours", 64)};
        set_size(1,
                 puzzle_.column_names.size(),
                 0,
                 static_cast<long>(puzzle_.value_names[0].size()) - 1);
        std::map<std::string, std::size_t> index;
        for (std::size_t i = 0; i < puzzle_.column_names.size(); ++i) {
            index[puzzle_.column_names[i]] = i;
        }
        const Json edges = data_.value("edges", Json());
        if (!edges.is_array()) return fault("edges are no list");
        for (const Json& edge : edges) {
            const bool pair = edge.is_array() && edge.size() == 2;
            const auto a = pair ? index.find(folded(edge[0])) : index.end();
            const auto b = pair ? index.find(folded(edge[1])) : index.end();
            if (a == index.end() || b == index.end() || a == b) {
                return fault("an edge is no pair of different nodes");
            }
            rule(
                {.name = a->first + " and " + b->first, .cells = {{0, a->second}, {0, b->second}}});
        }
    }

    void zebra() {
        const Json categories = data_.value("categories", Json());
        if (!categories.is_object() || categories.empty() || categories.size() > 16) {
            return fault("categories must be an object of 1 to 16 lists of values");
        }
        std::size_t places = 0;
        for (const auto& [name, values] : categories.items()) {
            puzzle_.row_names.push_back(fold_text(name, {}));
            puzzle_.value_names.push_back(names(values, "values", kMaxSide));
            if (places == 0) places = puzzle_.value_names.back().size();
            if (puzzle_.value_names.back().size() != places) {
                fault("every category needs as many values as there are places");
            }
        }
        set_size(puzzle_.row_names.size(), places, 0, static_cast<long>(places) - 1);
        for (std::size_t r = 0; r < puzzle_.rows; ++r) {
            rule({.name = puzzle_.row_names[r], .cells = row_cells(r)});
            for (std::size_t v = 0; v < puzzle_.value_names[r].size(); ++v) {
                if (!where_.emplace(puzzle_.value_names[r][v], GridCell{r, v}).second) {
                    fault("a value stands in two categories");
                }
            }
        }
        const Json clues = data_.value("clues", Json());
        if (!clues.is_array()) return fault("clues are no list");
        for (const Json& one : clues) clue(one);
    }

    void clue(const Json& given) {
        using enum GridRuleKind;
        struct Form {
            const char* name;
            GridRuleKind kind;
            int values;   ///< names of values
            long number;  ///< -1: the clue gives it
        };
        static constexpr std::array<Form, 9> kForms = {{{"same", kDistance, 2, 0},
                                                        {"not-same", kNotNear, 2, 0},
                                                        {"next", kDistance, 2, 1},
                                                        {"not-next", kNotNear, 2, 1},
                                                        {"left", kOffset, 2, 1},
                                                        {"before", kBefore, 2, 0},
                                                        {"distance", kDistance, 2, -1},
                                                        {"at", kAt, 1, -1},
                                                        {"not-at", kNotAt, 1, -1}}};
        if (!given.is_array() || given.empty()) return fault("a clue is no list");
        const auto* const form = std::find_if(
            kForms.begin(), kForms.end(), [&](const Form& f) { return given[0] == Json(f.name); });
        if (form == kForms.end()) return fault("a clue is of no known kind");
        const std::size_t size =
            1 + static_cast<std::size_t>(form->values) + (form->number < 0 ? 1 : 0);
        if (given.size() != size) return fault("a clue has too few or too many parts");
        GridRule made{.name = given.dump(), .kind = form->kind};
        for (std::size_t i = 1; i <= static_cast<std::size_t>(form->values); ++i) {
            const auto value = where_.find(folded(given[i]));
            if (value == where_.end()) return fault("a clue names a value of no category");
            made.cells.push_back(value->second);
        }
        const auto number =
            form->number < 0 ? small_int(given.back(), 1, kMaxSide) : std::optional(form->number);
        if (!number) return fault("a clue's number is out of range");
        const bool place = form->kind == kAt || form->kind == kNotAt;
        made.numbers = {place ? *number - 1 : *number};
        rule(std::move(made));
    }

    const Json& data_;
    GridPuzzle puzzle_;
    std::map<std::string, GridCell> where_;  ///< value -> (category, index)
};

/// The place of value v of category r; cells are a permutation or the caller does not care.
long place_of(const GridCells& cells, const GridCell& value) {
    const std::vector<long>& row = cells[value.row];
    const auto found = std::find(row.begin(), row.end(), static_cast<long>(value.column));
    return found == row.end() ? -1000 : found - row.begin();
}

std::string distinct_fault(const GridRule& rule, const GridCells& cells) {
    std::vector<long> values;
    for (const GridCell& cell : rule.cells) values.push_back(cells[cell.row][cell.column]);
    std::sort(values.begin(), values.end());
    const auto twice = std::adjacent_find(values.begin(), values.end());
    return twice == values.end() ? "" : "a value stands there twice";
}

std::string runs_fault(const GridRule& rule, const GridCells& cells) {
    std::vector<long> runs;
    bool inside = false;
    for (const GridCell& cell : rule.cells) {
        const bool one = cells[cell.row][cell.column] == 1;
        if (one && !inside) runs.push_back(0);
        if (one) ++runs.back();
        inside = one;
    }
    return runs == rule.numbers ? "" : "runs are " + Json(runs).dump();
}

std::string place_fault(const GridRule& rule, const GridCells& cells) {
    const long a = place_of(cells, rule.cells[0]);
    const long b = rule.cells.size() > 1 ? place_of(cells, rule.cells[1]) : 0;
    const long number = rule.numbers[0];
    bool holds = a >= 0 && b >= 0;
    using enum GridRuleKind;
    if (rule.kind == kDistance) holds = holds && std::abs(a - b) == number;
    if (rule.kind == kNotNear) holds = holds && std::abs(a - b) != number;
    if (rule.kind == kOffset) holds = holds && b - a == number;
    if (rule.kind == kBefore) holds = holds && a < b;
    if (rule.kind == kAt) holds = holds && a == number;
    if (rule.kind == kNotAt) holds = holds && a != number;
    return holds ? "" : "does not hold";
}

}  // namespace

GridPuzzle read_grid_puzzle(const Json& data) { return Builder(data).build(); }

std::string grid_rule_fault(const GridRule& rule, const GridCells& cells) {
    const auto at = [&](std::size_t i) { return cells[rule.cells[i].row][rule.cells[i].column]; };
    switch (rule.kind) {
        case GridRuleKind::kGiven:
            return at(0) == rule.numbers[0] ? "" : "was changed";
        case GridRuleKind::kDistinct:
            return distinct_fault(rule, cells);
        case GridRuleKind::kLess:
            return at(0) < at(1) ? "" : "does not hold";
        case GridRuleKind::kRuns:
            return runs_fault(rule, cells);
        case GridRuleKind::kOnes: {
            long ones = 0;
            for (std::size_t i = 0; i < rule.cells.size(); ++i) ones += at(i);
            const bool fits = ones >= rule.numbers[0] && ones <= rule.numbers[1];
            return fits ? "" : "holds " + std::to_string(ones) + " queens";
        }
        case GridRuleKind::kDistance:
        case GridRuleKind::kNotNear:
        case GridRuleKind::kOffset:
        case GridRuleKind::kBefore:
        case GridRuleKind::kAt:
        case GridRuleKind::kNotAt:
            return place_fault(rule, cells);
    }
    return "is unknown";
}

}  // namespace veritune::verify
