// SPDX-License-Identifier: Apache-2.0
#include "core/text/utf8.h"
#include "core/verify/grid_puzzle.h"
#include "core/verify/instance.h"
#include "core/verify/text_exact_verifier.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

constexpr long kEmpty = -1;    ///< a cell that nobody filled
constexpr long kForeign = -2;  ///< text that is no value

bool is_names(const GridPuzzle& puzzle) {
    return puzzle.kind == GridKind::kColouring || puzzle.kind == GridKind::kZebra;
}

bool is_picture(const GridPuzzle& puzzle) {
    return puzzle.kind == GridKind::kNonogram || puzzle.kind == GridKind::kQueens;
}

std::string folded(const Json& value) {
    return fold_text(value.is_string() ? value.get<std::string>() : value.dump(), {});
}

long index_of(const std::vector<std::string>& names, const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? kForeign : found - names.begin();
}

/// One cell's text: a number, or a sign of a picture.
long cell_value(const GridPuzzle& puzzle, std::string_view text) {
    const bool digits =
        !text.empty() && text.size() <= 3 &&
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits) return std::stol(std::string(text));
    if (text == "." || text == "_" || text == "-" || text == "?" || text == "\xC2\xB7" ||
        text == "\xE2\x96\xA1" || text == "\xE2\xAC\x9C") {
        return is_picture(puzzle) ? 0 : kEmpty;
    }
    const bool mark = text == "#" || text == "X" || text == "x" || text == "Q" || text == "q" ||
                      text == "\xE2\x96\x88" || text == "\xE2\x96\xA0" || text == "\xE2\xAC\x9B" ||
                      text == "\xE2\x99\x9B" || text == "\xE2\x99\x95";
    return mark && is_picture(puzzle) ? 1 : kForeign;
}

long json_cell(const GridPuzzle& puzzle, const Json& value) {
    if (value.is_null()) return is_picture(puzzle) ? 0 : kEmpty;
    if (value.is_boolean()) return is_picture(puzzle) ? (value.get<bool>() ? 1 : 0) : kForeign;
    if (value.is_string())
        return cell_value(puzzle, text::trim(value.get_ref<const std::string&>()));
    return small_int(value, -1000, 1000).value_or(kForeign);
}

/// Splits at spaces, bars, commas and tabs; words that together are as long as the row
/// are split into characters.
std::vector<std::string> cells_of_line(const std::string& line, std::size_t columns) {
    std::vector<std::string> parts;
    std::string part;
    const auto flush = [&] {
        if (!part.empty()) parts.push_back(std::move(part));
        part.clear();
    };
    for (std::size_t pos = 0; pos < line.size();) {
        const std::size_t length = std::max<std::size_t>(1, text::valid_utf8_length(line, pos));
        const std::string_view sign = std::string_view(line).substr(pos, length);
        if (sign == " " || sign == "|" || sign == "," || sign == "\t" || sign == "[" ||
            sign == "]" || sign == "\xE2\x94\x82") {
            flush();
        } else {
            part += sign;
        }
        pos += length;
    }
    flush();
    if (parts.size() == columns) return parts;
    std::string word;
    for (const std::string& one : parts) word += one;
    if (text::count_code_points(word) != columns || !text::is_valid_utf8(word)) return parts;
    parts.clear();
    for (std::size_t pos = 0; pos < word.size();) {
        const std::size_t length = text::decode_utf8(word, pos).length;
        parts.push_back(word.substr(pos, length));
        pos += length;
    }
    return parts;
}

/// "---+---+---" between the rows of a drawn grid.
bool is_rule_line(const std::string& line) {
    return line.find_first_not_of("-+=| ") == std::string::npos && line.size() > 1 &&
           line.find_first_of("+=-") != std::string::npos;
}

/// The row that a line shows; nullopt: it shows none.
std::optional<std::vector<long>> row_of_line(const GridPuzzle& puzzle, const std::string& line) {
    const std::vector<std::string> parts = cells_of_line(line, puzzle.columns);
    std::vector<long> row;
    for (const std::string& part : parts) {
        row.push_back(cell_value(puzzle, part));
        if (row.back() == kForeign) return std::nullopt;
    }
    if (row.empty()) return std::nullopt;
    return row;
}

/// The last block of lines that show rows.
GridCells block_of_lines(const GridPuzzle& puzzle, std::string_view text) {
    GridCells block;
    bool ended = false;
    for (const std::string& line : lines_of(text)) {
        if (is_rule_line(line) && !is_picture(puzzle)) continue;
        auto row = row_of_line(puzzle, line);
        if (!row) {
            ended = true;
            continue;
        }
        if (ended) block.clear();
        ended = false;
        block.push_back(std::move(*row));
    }
    return block;
}

std::string cells_fault(const GridPuzzle& puzzle, const GridCells& cells) {
    if (cells.empty()) return "not_a_grid";
    if (cells.size() != puzzle.rows) return "wrong_size";
    for (const std::vector<long>& row : cells) {
        if (row.size() != puzzle.columns) return "wrong_size";
    }
    for (const std::vector<long>& row : cells) {
        for (const long value : row) {
            if (value == kEmpty || (value == 0 && puzzle.min_value > 0)) return "not_filled";
            if (value < puzzle.min_value || value > puzzle.max_value) return "wrong_value";
        }
    }
    return {};
}

GridReading checked(const GridPuzzle& puzzle, GridCells cells) {
    GridReading reading;
    reading.fault = cells_fault(puzzle, cells);
    reading.cells = std::move(cells);
    return reading;
}

GridReading failed(std::string fault) { return {.cells = {}, .fault = std::move(fault)}; }

/// [2, 4, 1, 3]: the column of the queen in each row, counted from one.
GridCells queens_of(const GridPuzzle& puzzle, const Json& list) {
    GridCells cells;
    for (const Json& column : list) {
        const long at = small_int(column, 1, static_cast<long>(puzzle.columns)).value_or(0);
        if (at == 0) return {};
        cells.emplace_back(puzzle.columns, 0);
        cells.back()[static_cast<std::size_t>(at) - 1] = 1;
    }
    return cells;
}

GridReading read_matrix(const GridPuzzle& puzzle, const Json& value) {
    if (!value.is_array() || value.empty()) return failed("not_a_grid");
    if (puzzle.kind == GridKind::kQueens && value[0].is_number()) {
        return checked(puzzle, queens_of(puzzle, value));
    }
    GridCells cells;
    for (const Json& line : value) {
        if (line.is_string()) {
            auto row = row_of_line(puzzle, line.get<std::string>());
            if (!row) return failed("not_a_grid");
            cells.push_back(std::move(*row));
            continue;
        }
        if (!line.is_array()) return failed("not_a_grid");
        std::vector<long> row;
        for (const Json& cell : line) {
            row.push_back(json_cell(puzzle, cell));
            if (row.back() == kForeign) return failed("wrong_value");
        }
        cells.push_back(std::move(row));
    }
    return checked(puzzle, std::move(cells));
}

/// Fills named cells one by one.
class NamedReader {
  public:
    explicit NamedReader(const GridPuzzle& puzzle)
        : puzzle_(puzzle),
          cells_(puzzle.rows, std::vector<long>(puzzle.columns, kEmpty)) {}

    void put(std::size_t row, std::size_t column, long value) {
        if (value == kForeign) return fail("wrong_value");
        long& cell = cells_[row][column];
        if (cell != kEmpty) return fail("named_twice");
        cell = value;
    }
    void fail(const char* fault) {
        if (fault_.empty()) fault_ = fault;
    }
    /// A value of any category at a place.
    void put_value(std::size_t place, const std::string& value) {
        for (std::size_t r = 0; r < puzzle_.rows; ++r) {
            const long index = index_of(puzzle_.value_names[r], value);
            if (index != kForeign) return put(r, place, index);
        }
        fail("wrong_value");
    }
    void put_node(const std::string& node, const std::string& colour) {
        const long column = index_of(puzzle_.column_names, node);
        if (column == kForeign) return fail("not_a_grid");
        put(0, static_cast<std::size_t>(column), index_of(puzzle_.value_names[0], colour));
    }
    GridReading take() {
        if (!fault_.empty()) return failed(fault_);
        return checked(puzzle_, std::move(cells_));
    }

  private:
    const GridPuzzle& puzzle_;
    GridCells cells_;
    std::string fault_;
};

/// "house 3", "3", "Place 3:" -> 2.
std::optional<std::size_t> place_of(const GridPuzzle& puzzle, std::string_view text) {
    std::string digits;
    for (const char c : text) {
        const bool digit = c >= '0' && c <= '9';
        if (digit && digits.size() < 4) digits += c;
        if (!digit && !digits.empty()) break;
    }
    if (digits.empty()) return std::nullopt;
    const std::size_t place = std::stoul(digits);
    if (place < 1 || place > puzzle.columns) return std::nullopt;
    return place - 1;
}

/// {category: [values in the order of the places]} or {place: {category: value} or [values]}.
void read_zebra_entry(const GridPuzzle& puzzle,
                      const std::string& key,
                      const Json& value,
                      NamedReader& reader) {
    const long category = index_of(puzzle.row_names, fold_text(key, {}));
    if (category != kForeign) {
        const auto row = static_cast<std::size_t>(category);
        if (!value.is_array() || value.size() != puzzle.columns) return reader.fail("wrong_size");
        for (std::size_t c = 0; c < puzzle.columns; ++c) {
            reader.put(row, c, index_of(puzzle.value_names[row], folded(value[c])));
        }
        return;
    }
    const auto place = place_of(puzzle, key);
    if (!place || !value.is_structured()) return reader.fail("not_a_grid");
    for (const auto& [name, one] : value.items()) {
        if (value.is_array()) {
            reader.put_value(*place, folded(one));
            continue;
        }
        const long row = index_of(puzzle.row_names, fold_text(name, {}));
        if (row == kForeign) return reader.fail("not_a_grid");
        const auto at = static_cast<std::size_t>(row);
        reader.put(at, *place, index_of(puzzle.value_names[at], folded(one)));
    }
}

GridReading read_names(const GridPuzzle& puzzle, const Json& value) {
    NamedReader reader(puzzle);
    if (value.is_array()) {
        // One object per place, in order.
        if (puzzle.kind != GridKind::kZebra || value.size() != puzzle.columns) {
            return failed("not_a_grid");
        }
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (!value[i].is_structured()) return failed("not_a_grid");
            read_zebra_entry(puzzle, "place " + std::to_string(i + 1), value[i], reader);
        }
        return reader.take();
    }
    for (const auto& [key, entry] : value.items()) {
        if (puzzle.kind == GridKind::kZebra) {
            read_zebra_entry(puzzle, key, entry, reader);
        } else {
            reader.put_node(fold_text(key, {}), folded(entry));
        }
    }
    return reader.take();
}

/// "node: colour", "node = colour", or "3: value, value" for a zebra puzzle.
GridReading read_name_lines(const GridPuzzle& puzzle, std::string text) {
    NamedReader reader(puzzle);
    const bool zebra = puzzle.kind == GridKind::kZebra;
    std::replace(text.begin(), text.end(), ';', '\n');
    if (!zebra) std::replace(text.begin(), text.end(), ',', '\n');
    for (const std::string& line : lines_of(text)) {
        const std::size_t sign = line.find_first_of(":=");
        if (sign == std::string::npos) return failed("not_a_grid");
        const std::string left = line.substr(0, sign);
        std::string right = line.substr(sign + 1);
        if (!zebra) {
            reader.put_node(fold_text(left, {}), fold_text(right, {}));
            continue;
        }
        const auto place = place_of(puzzle, left);
        if (!place) return failed("not_a_grid");
        std::replace(right.begin(), right.end(), ',', '\n');
        std::replace(right.begin(), right.end(), '|', '\n');
        for (const std::string& value : lines_of(right)) {
            reader.put_value(*place, fold_text(value, {}));
        }
    }
    return reader.take();
}

}  // namespace

GridReading read_grid_json(const GridPuzzle& puzzle, const Json& value) {
    Json inner = value;
    for (const char* name : {"grid", "solution"}) {
        if (inner.is_object() && inner.size() == 1 && inner.contains(name)) {
            inner = Json(inner.at(name));
        }
    }
    if (is_names(puzzle)) {
        return inner.is_structured() ? read_names(puzzle, inner) : failed("not_a_grid");
    }
    return read_matrix(puzzle, inner);
}

GridReading read_grid_answer(const GridPuzzle& puzzle, std::string_view text) {
    const std::optional<Json> json = last_json(text);
    // A list of numbers may be the last of several lines that show rows.
    if (json && (json->is_object() || (!json->empty() && !(*json)[0].is_number()))) {
        return read_grid_json(puzzle, *json);
    }
    if (json && puzzle.kind == GridKind::kQueens) {
        GridReading flat = read_grid_json(puzzle, *json);
        if (flat.fault.empty()) return flat;
    }
    if (is_names(puzzle)) return read_name_lines(puzzle, std::string(text));
    return checked(puzzle, block_of_lines(puzzle, text));
}

Json grid_json(const GridPuzzle& puzzle, const GridCells& cells) {
    if (!is_names(puzzle)) return cells;
    Json object = Json::object();
    for (std::size_t r = 0; r < puzzle.rows; ++r) {
        Json row = Json::array();
        for (std::size_t c = 0; c < puzzle.columns; ++c) {
            const std::string& name = puzzle.value_names[r][static_cast<std::size_t>(cells[r][c])];
            if (puzzle.kind == GridKind::kColouring) object[puzzle.column_names[c]] = name;
            row.push_back(name);
        }
        if (puzzle.kind == GridKind::kZebra) object[puzzle.row_names[r]] = std::move(row);
    }
    return object;
}

}  // namespace veritune::verify
