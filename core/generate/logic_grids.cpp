// SPDX-License-Identifier: Apache-2.0
// Puzzles whose answer is a table: sudoku, futoshiki, nonogram, colouring, zebra, cryptarithm.
#include "core/generate/family.h"
#include "core/generate/puzzle_solvers.h"

#include <algorithm>
#include <utility>

namespace veritune::generate {

namespace {

using util::Json;

/// A valid square of boxes height x width, mixed up; height 1: a Latin square.
std::vector<int> full_square(Draw& draw, int height, int width) {
    const int n = height * width;
    const auto lines = [&draw](int outer, int inner) {
        std::vector<int> order;
        for (const std::size_t band : draw.order(static_cast<std::size_t>(outer))) {
            for (const std::size_t line : draw.order(static_cast<std::size_t>(inner))) {
                order.push_back(static_cast<int>(band) * inner + static_cast<int>(line));
            }
        }
        return order;
    };
    const std::vector<int> rows = lines(width, height);
    const std::vector<int> columns = lines(height, width);
    const std::vector<std::size_t> symbols = draw.order(static_cast<std::size_t>(n));
    std::vector<int> cells;
    for (const int r : rows) {
        for (const int c : columns) {
            const int symbol = (r % height * width + r / height + c) % n;
            cells.push_back(static_cast<int>(symbols[static_cast<std::size_t>(symbol)]) + 1);
        }
    }
    return cells;
}

Json rows_json(const std::vector<int>& cells, int n) {
    Json rows = Json::array();
    for (int r = 0; r < n; ++r) {
        rows.push_back(std::vector<int>(cells.begin() + static_cast<long>(r) * n,
                                        cells.begin() + static_cast<long>(r + 1) * n));
    }
    return rows;
}

std::string picture(const std::vector<int>& cells, int n) {
    std::string out;
    for (int i = 0; i < n * n; ++i) {
        const int value = cells[static_cast<std::size_t>(i)];
        out += value == 0 ? "." : std::to_string(value);
        out += i % n == n - 1 ? "\n" : " ";
    }
    return out;
}

/// Filled squares that break a rule: two cells swapped in a row, one changed, two rows swapped.
void wrong_squares(Draft& draft,
                   Draw& draw,
                   const std::vector<int>& solution,
                   const std::vector<int>& givens,
                   int n) {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < givens.size(); ++i) {
        if (givens[i] == 0) open.push_back(i);
    }
    draw.shuffle(open);
    for (std::size_t i = 0; i < 2 && i < open.size(); ++i) {
        std::vector<int> cells = solution;
        cells[open[i]] = cells[open[i]] % n + 1;
        draft.wrong.push_back(rows_json(cells, n).dump());
    }
    std::vector<int> swapped = solution;
    const std::size_t start = open[0] / static_cast<std::size_t>(n) * static_cast<std::size_t>(n);
    std::swap(swapped[start], swapped[start + 1]);
    draft.wrong.push_back(rows_json(swapped, n).dump());
    std::vector<int> empty = solution;
    empty[open[0]] = 0;
    draft.wrong.push_back(rows_json(empty, n).dump());
}

Text ask_rows(int n) {
    return say(
        "Put the filled table in \\boxed{} as a JSON list of %1 rows, each a list of %1 numbers.",
        "Schreibe die ausgefüllte Tabelle als JSON-Liste von %1 Zeilen, jede eine Liste von %1 "
        "Zahlen, in "
        "\\boxed{}.",
        {n});
}

void trace_cells(Draft& draft,
                 const std::vector<int>& solution,
                 const std::vector<int>& givens,
                 int n) {
    for (std::size_t i = 0; i < solution.size(); ++i) {
        if (givens[i] != 0) continue;
        draft.trace.push_back(say("row %1, column %2: %3",
                                  "Zeile %1, Spalte %2: %3",
                                  {i / static_cast<std::size_t>(n) + 1,
                                   i % static_cast<std::size_t>(n) + 1,
                                   solution[i]}));
    }
}

/// Empties cells in random order while the solution stays the only one.
std::vector<int> dig(Draw& draw, const SquarePuzzle& puzzle, std::vector<int> cells, int holes) {
    constexpr std::int64_t kMaxNodes = 20'000;
    for (const std::size_t cell : draw.order(cells.size())) {
        if (holes == 0) break;
        const int value = std::exchange(cells[cell], 0);
        const SearchResult result = solve_square(puzzle, cells, 2, kMaxNodes);
        if (result.gave_up || result.solutions != 1) {
            cells[cell] = value;
        } else {
            --holes;
        }
    }
    return cells;
}

std::optional<Draft> sudoku(Draw& draw, int level) {
    static constexpr int kBoxes[][2] = {{2, 2}, {2, 3}, {3, 3}, {3, 3}, {3, 3}};
    static constexpr int kHoles[] = {8, 18, 34, 44, 60};
    const int height = kBoxes[level - 1][0];
    const int width = kBoxes[level - 1][1];
    const int n = height * width;
    const SquarePuzzle puzzle = sudoku_square(height, width);
    const std::vector<int> solution = full_square(draw, height, width);
    const std::vector<int> givens = dig(draw, puzzle, solution, kHoles[level - 1]);
    const SearchResult result = solve_square(puzzle, givens, 2, 1'000'000);
    VT_CHECK(result.solutions == 1 && result.first == solution);
    Draft draft;
    draft.prompt =
        say("Fill the sudoku with the numbers 1 to %1: each of them stands once in every row, "
            "every column and "
            "every box of %2 rows by %3 columns. Dots are empty cells.\n%4",
            "Fülle das Sudoku mit den Zahlen 1 bis %1: Jede steht in jeder Zeile, jeder Spalte und "
            "jedem "
            "Kasten von %2 Zeilen mal %3 Spalten genau einmal. Punkte sind leere Felder.\n%4",
            {n, height, width, picture(givens, n)}) +
        ask_rows(n);
    trace_cells(draft, solution, givens, n);
    draft.verifier = "grid";
    draft.params = {{"kind", "sudoku"},
                    {"size", n},
                    {"box", {height, width}},
                    {"givens", rows_json(givens, n)}};
    draft.gold = rows_json(solution, n);
    draft.effort = result.nodes;
    wrong_squares(draft, draw, solution, givens, n);
    return draft;
}

std::optional<Draft> futoshiki(Draw& draw, int level) {
    static constexpr int kSide[] = {3, 4, 5, 6, 7};
    const int n = kSide[level - 1];
    SquarePuzzle puzzle = latin_square(n);
    const std::vector<int> solution = full_square(draw, 1, n);
    Json less = Json::array();
    std::string signs;
    const auto relate = [&](int a, int b) {
        if (draw.chance(45)) return;
        if (solution[static_cast<std::size_t>(a)] > solution[static_cast<std::size_t>(b)])
            std::swap(a, b);
        puzzle.less.emplace_back(a, b);
        less.push_back({a / n + 1, a % n + 1, b / n + 1, b % n + 1});
        signs += "(" + std::to_string(a / n + 1) + "," + std::to_string(a % n + 1) + ") < (" +
                 std::to_string(b / n + 1) + "," + std::to_string(b % n + 1) + ")\n";
    };
    for (int cell = 0; cell < n * n; ++cell) {
        if (cell % n + 1 < n) relate(cell, cell + 1);
        if (cell / n + 1 < n) relate(cell, cell + n);
    }
    if (less.empty()) return std::nullopt;
    const std::vector<int> givens = dig(draw, puzzle, solution, n * n);
    const SearchResult result = solve_square(puzzle, givens, 2, 1'000'000);
    VT_CHECK(result.solutions == 1 && result.first == solution);
    Draft draft;
    draft.prompt =
        say("Fill the square with the numbers 1 to %1 so that each of them stands once in every "
            "row and every "
            "column. Dots are empty cells.\n%2These inequalities hold between cells (row, "
            "column):\n%3",
            "Fülle das Quadrat so mit den Zahlen 1 bis %1, dass jede in jeder Zeile und jeder "
            "Spalte genau einmal "
            "steht. Punkte sind leere Felder.\n%2Zwischen Feldern (Zeile, Spalte) gelten diese "
            "Ungleichungen:\n%3",
            {n, picture(givens, n), signs}) +
        ask_rows(n);
    trace_cells(draft, solution, givens, n);
    draft.verifier = "grid";
    draft.params = {
        {"kind", "futoshiki"}, {"size", n}, {"givens", rows_json(givens, n)}, {"less", less}};
    draft.gold = rows_json(solution, n);
    draft.effort = result.nodes;
    wrong_squares(draft, draw, solution, givens, n);
    return draft;
}

std::string runs_text(const std::vector<Runs>& lines) {
    std::string out;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        out += std::to_string(i + 1) + ": ";
        for (std::size_t k = 0; k < lines[i].size(); ++k)
            out += (k == 0 ? "" : " ") + std::to_string(lines[i][k]);
        out += lines[i].empty() ? "0\n" : "\n";
    }
    return out;
}

Json bit_rows(const std::vector<int>& rows, int n) {
    Json out = Json::array();
    for (const int row : rows) {
        out.push_back(Json::array());
        for (int i = n - 1; i >= 0; --i)
            out.back().push_back((static_cast<unsigned>(row) >> i) & 1U);
    }
    return out;
}

std::optional<Draft> nonogram(Draw& draw, int level) {
    const int n = level + 3;
    std::vector<int> rows(static_cast<std::size_t>(n), 0);
    for (int& row : rows) {
        for (int i = 0; i < n; ++i) row = row * 2 + (draw.chance(58) ? 1 : 0);
    }
    std::vector<Runs> row_runs;
    std::vector<Runs> column_runs;
    for (const int row : rows) row_runs.push_back(runs_of(static_cast<unsigned>(row), n));
    for (int c = 0; c < n; ++c) {
        unsigned column = 0;
        for (const int row : rows)
            column = column * 2 + ((static_cast<unsigned>(row) >> (n - 1 - c)) & 1U);
        column_runs.push_back(runs_of(column, n));
    }
    const SearchResult result = solve_nonogram(row_runs, column_runs, 2);
    if (result.solutions != 1) return std::nullopt;
    VT_CHECK(result.first == rows);
    Draft draft;
    draft.prompt = say("Fill cells of a %1 by %1 square. The numbers tell the lengths of the runs "
                       "of filled cells in each row "
                       "(from left to right) and column (from top to bottom); between runs is at "
                       "least one empty "
                       "cell.\nRows:\n%2Columns:\n%3",
                       "Fülle Felder eines Quadrats von %1 mal %1. Die Zahlen nennen die Längen "
                       "der Blöcke gefüllter Felder in "
                       "jeder Zeile (von links nach rechts) und Spalte (von oben nach unten); "
                       "zwischen Blöcken liegt "
                       "mindestens ein leeres Feld.\nZeilen:\n%2Spalten:\n%3",
                       {n, runs_text(row_runs), runs_text(column_runs)}) +
                   Text(
                       "Put the square in \\boxed{} as a JSON list of rows with 1 for filled and 0 "
                       "for empty cells.",
                       "Schreibe das Quadrat als JSON-Liste von Zeilen mit 1 für gefüllte und 0 "
                       "für leere Felder in \\boxed{}.");
    const Json gold = bit_rows(rows, n);
    for (int r = 0; r < n; ++r) {
        draft.trace.push_back(
            say("row %1: %2", "Zeile %1: %2", {r + 1, gold[static_cast<std::size_t>(r)].dump()}));
    }
    draft.verifier = "grid";
    draft.params = {{"kind", "nonogram"}, {"rows", row_runs}, {"columns", column_runs}};
    draft.gold = gold;
    draft.effort = result.nodes;
    for (int i = 0; i < 3; ++i) {
        std::vector<int> changed = rows;
        changed[static_cast<std::size_t>(i)] ^= 1 << draw.below(static_cast<std::size_t>(n));
        draft.wrong.push_back(bit_rows(changed, n).dump());
    }
    return draft;
}

std::optional<Draft> colouring(Draw& draw, int level) {
    static constexpr int kNodes[] = {5, 8, 11, 14, 17};
    const int n = kNodes[level - 1];
    const int k = level < 4 ? 3 : 4;
    // A hidden colouring makes sure that there is one.
    std::vector<int> hidden;
    for (int i = 0; i < n; ++i)
        hidden.push_back(static_cast<int>(draw.below(static_cast<std::size_t>(k))));
    std::vector<std::pair<int, int>> edges;
    for (int a = 0; a < n; ++a) {
        for (int b = a + 1; b < n; ++b) {
            const bool apart =
                hidden[static_cast<std::size_t>(a)] != hidden[static_cast<std::size_t>(b)];
            if (apart && draw.chance(level < 3 ? 80 : 55)) edges.emplace_back(a, b);
        }
    }
    const SearchResult result = solve_colouring(n, k, edges);
    VT_CHECK(result.solutions == 1);
    if (edges.size() < static_cast<std::size_t>(n)) return std::nullopt;
    const auto name = [](int node) { return std::string(1, static_cast<char>('A' + node)); };
    Json pairs = Json::array();
    std::string list;
    Json nodes = Json::array();
    for (int i = 0; i < n; ++i) nodes.push_back(name(i));
    for (const auto& [a, b] : edges) {
        pairs.push_back({name(a), name(b)});
        list += (list.empty() ? "" : ", ") + name(a) + "-" + name(b);
    }
    Json gold = Json::object();
    Draft draft;
    for (int i = 0; i < n; ++i) {
        const std::string colour = std::to_string(result.first[static_cast<std::size_t>(i)] + 1);
        gold[name(i)] = colour;
        draft.trace.emplace_back(name(i) + ": " + colour);
    }
    draft.prompt = say("Give each of the regions %1 one of the colours 1 to %2 so that neighbours "
                       "differ. Neighbours are: %3.",
                       "Gib jeder der Regionen %1 eine der Farben 1 bis %2, so dass Nachbarn "
                       "verschieden sind. Nachbarn sind: %3.",
                       {name(0) + "-" + name(n - 1), k, list}) +
                   ask_json(R"({"A": 1, "B": 2})");
    draft.verifier = "grid";
    draft.params = {{"kind", "colouring"}, {"nodes", nodes}, {"edges", pairs}, {"colours", k}};
    draft.gold = gold;
    draft.effort = static_cast<std::int64_t>(edges.size());
    for (int i = 0; i < 2; ++i) {
        const auto& [a, b] = edges[draw.below(edges.size())];
        Json clash = gold;
        clash[name(a)] = gold[name(b)];
        draft.wrong.push_back(clash.dump());
    }
    Json missing = gold;
    missing.erase(name(0));
    draft.wrong.push_back(missing.dump());
    return draft;
}

struct ZebraNames {
    std::vector<std::string> categories;
    std::vector<std::vector<std::string>> values;
    const std::string& of(int value, int places) const {
        return values[static_cast<std::size_t>(value / places)]
                     [static_cast<std::size_t>(value % places)];
    }
};

ZebraNames draw_names(Draw& draw, std::size_t categories, std::size_t places) {
    static const std::vector<std::string> kCategories = {"Name", "Team", "Code", "City"};
    static const std::vector<std::vector<std::string>> kValues = {
        {"Anna", "Ben", "Cem", "Dora", "Emil", "Fritz", "Greta"},
        {"Alpha", "Beta", "Gamma", "Delta", "Omega", "Sigma"},
        {"K11", "K27", "K35", "K42", "K58", "K63"},
        {"Berlin", "Oslo", "Madrid", "Paris", "London", "Bern"}};
    ZebraNames names;
    for (std::size_t i = 0; i < categories; ++i) {
        names.categories.push_back(kCategories[i]);
        names.values.push_back(draw.sample(kValues[i], places));
    }
    return names;
}

Text clue_text(const Clue& clue, const ZebraNames& names, int places) {
    const std::string& a = names.of(clue.a, places);
    const bool unary = clue.kind == ClueKind::kAt || clue.kind == ClueKind::kNotAt;
    const Text b = unary ? Text(clue.b + 1) : Text(names.of(clue.b, places));
    switch (clue.kind) {
        case ClueKind::kSame:
            return say(
                "%1 and %2 are in the same room.", "%1 und %2 sind im selben Zimmer.", {a, b});
        case ClueKind::kNotSame:
            return say("%1 and %2 are in different rooms.",
                       "%1 und %2 sind in verschiedenen Zimmern.",
                       {a, b});
        case ClueKind::kNext:
            return say("%1 and %2 are in neighbouring rooms.",
                       "%1 und %2 sind in benachbarten Zimmern.",
                       {a, b});
        case ClueKind::kLeft:
            return say("%1 is in the room directly left of %2.",
                       "%1 ist im Zimmer direkt links von %2.",
                       {a, b});
        case ClueKind::kBefore:
            return say("%1 is in a room somewhere left of %2.",
                       "%1 ist in einem Zimmer irgendwo links von %2.",
                       {a, b});
        case ClueKind::kAt:
            return say("%1 is in room %2.", "%1 ist in Zimmer %2.", {a, b});
        case ClueKind::kNotAt:
        case ClueKind::kAfter:
            return say("%1 is not in room %2.", "%1 ist nicht in Zimmer %2.", {a, b});
    }
    VT_CHECK(false);
}

Json clue_json(const Clue& clue, const ZebraNames& names, int places) {
    static constexpr const char* kForms[] = {
        "same", "not-same", "next", "left", "before", "at", "not-at"};
    const bool unary = clue.kind == ClueKind::kAt || clue.kind == ClueKind::kNotAt;
    const Json b = unary ? Json(clue.b + 1) : Json(names.of(clue.b, places));
    return {kForms[static_cast<std::size_t>(clue.kind)], names.of(clue.a, places), b};
}

/// Everything that is true of the places, in random order.
std::vector<Clue> true_clues(Draw& draw, const std::vector<int>& place, int places) {
    using enum ClueKind;
    std::vector<Clue> clues;
    const int values = static_cast<int>(place.size());
    for (int a = 0; a < values; ++a) {
        for (int b = 0; b < values; ++b) {
            if (a == b) continue;
            for (const ClueKind kind : {kSame, kNotSame, kNext, kLeft, kBefore}) {
                if (a / places == b / places && (kind == kSame || kind == kNotSame)) continue;
                if (kind == kSame && a > b) continue;
                const bool rare = kind == kNotSame || kind == kBefore;
                const Clue clue{.kind = kind, .a = a, .b = b};
                if (holds(clue,
                          place[static_cast<std::size_t>(a)],
                          place[static_cast<std::size_t>(b)]) &&
                    draw.chance(rare ? 20 : 70)) {
                    clues.push_back(clue);
                }
            }
        }
        if (draw.chance(25))
            clues.push_back({.kind = kAt, .a = a, .b = place[static_cast<std::size_t>(a)]});
        const int other = static_cast<int>(draw.below(static_cast<std::size_t>(places)));
        if (other != place[static_cast<std::size_t>(a)])
            clues.push_back({.kind = kNotAt, .a = a, .b = other});
    }
    draw.shuffle(clues);
    if (clues.size() > 48) clues.resize(48);
    return clues;
}

Json zebra_answer(const std::vector<int>& place, const ZebraNames& names, int places) {
    Json answer = Json::object();
    for (std::size_t c = 0; c < names.categories.size(); ++c) {
        std::vector<std::string> row(static_cast<std::size_t>(places));
        for (std::size_t v = 0; v < row.size(); ++v) {
            row[static_cast<std::size_t>(place[c * row.size() + v])] = names.values[c][v];
        }
        answer[names.categories[c]] = row;
    }
    return answer;
}

std::optional<Draft> zebra(Draw& draw, int level) {
    static constexpr int kSize[][2] = {{2, 3}, {3, 3}, {3, 4}, {4, 4}, {4, 5}};
    const int categories = kSize[level - 1][0];
    const int places = kSize[level - 1][1];
    const ZebraNames names =
        draw_names(draw, static_cast<std::size_t>(categories), static_cast<std::size_t>(places));
    std::vector<int> place;
    for (int c = 0; c < categories; ++c) {
        for (const std::size_t p : draw.order(static_cast<std::size_t>(places)))
            place.push_back(static_cast<int>(p));
    }
    std::vector<Clue> clues = true_clues(draw, place, places);
    if (solve_places(categories, places, clues, 2).solutions != 1) return std::nullopt;
    clues = minimal_clues(categories, places, std::move(clues));
    const SearchResult result = solve_places(categories, places, clues, 2);
    VT_CHECK(result.solutions == 1 && result.first == place);
    Draft draft;
    Json lists = Json::object();
    std::string shown;
    for (std::size_t c = 0; c < names.categories.size(); ++c) {
        lists[names.categories[c]] = names.values[c];
        shown += names.categories[c] + ": ";
        for (std::size_t v = 0; v < names.values[c].size(); ++v)
            shown += (v == 0 ? "" : ", ") + names.values[c][v];
        shown += "\n";
    }
    std::vector<Text> lines;
    Json given = Json::array();
    for (const Clue& clue : clues) {
        lines.push_back(clue_text(clue, names, places));
        given.push_back(clue_json(clue, names, places));
    }
    const Json gold = zebra_answer(place, names, places);
    draft.prompt =
        say("There are %1 rooms in a row, numbered from left to right. Each room has exactly one "
            "value of every "
            "category:\n%2Clues:\n%3Who and what is where? Put the answer in \\boxed{} as a JSON "
            "object from each "
            "category to the list of its values in the order of the rooms.",
            "Es gibt %1 Zimmer in einer Reihe, von links nach rechts nummeriert. Jedes Zimmer hat "
            "aus jeder Kategorie "
            "genau einen Wert:\n%2Hinweise:\n%3Wer und was ist wo? Schreibe die Antwort als "
            "JSON-Objekt von jeder "
            "Kategorie auf die Liste ihrer Werte in der Reihenfolge der Zimmer in \\boxed{}.",
            {places, shown, numbered(lines)});
    for (const auto& [category, row] : gold.items())
        draft.trace.emplace_back(category + ": " + row.dump());
    draft.verifier = "grid";
    draft.params = {{"kind", "zebra"}, {"categories", lists}, {"clues", given}};
    draft.gold = gold;
    draft.effort = result.nodes;
    for (int i = 0; i < 3; ++i) {
        std::vector<int> moved = place;
        const std::size_t first = static_cast<std::size_t>(i % categories * places);
        std::swap(moved[first], moved[first + (i < categories ? 1 : 2)]);
        draft.wrong.push_back(zebra_answer(moved, names, places).dump());
    }
    return draft;
}

std::vector<int> letters_of(long number, std::vector<int>& letter_of_digit, int& letters) {
    std::vector<int> word;
    for (const char c : std::to_string(number)) {
        int& letter = letter_of_digit[static_cast<std::size_t>(c - '0')];
        if (letter < 0) letter = letters++;
        word.push_back(letter);
    }
    return word;
}

Json word_term(const std::vector<int>& word, const std::string& names) {
    Json term;
    long place = 1;
    for (auto letter = word.rbegin(); letter != word.rend(); ++letter, place *= 10) {
        const std::string name(1, names[static_cast<std::size_t>(*letter)]);
        const Json part = place == 1 ? Json(name) : Json({"*", place, name});
        term = term.is_null() ? part : Json({"+", term, part});
    }
    return term;
}

/// Gives letters away until one solution and at most `open` letters are left.
SearchResult give_hints(Draw& draw,
                        Cryptarithm& puzzle,
                        const std::vector<int>& digits,
                        std::size_t open) {
    const std::vector<std::size_t> order = draw.order(static_cast<std::size_t>(puzzle.letters));
    SearchResult result = solve_cryptarithm(puzzle, 2);
    for (std::size_t i = 0; i < order.size() && (result.solutions > 1 || i + open < order.size());
         ++i) {
        puzzle.known[order[i]] = digits[order[i]];
        result = solve_cryptarithm(puzzle, 2);
    }
    return result;
}

std::optional<Draft> cryptarithm(Draw& draw, int level) {
    static constexpr long kLow[] = {10, 100, 1000, 10'000, 10'000};
    const std::size_t addends = level == 5 ? 3 : 2;
    std::vector<long> numbers;
    long sum = 0;
    for (std::size_t i = 0; i < addends; ++i) {
        numbers.push_back(draw.between(kLow[level - 1], 10 * kLow[level - 1] - 1));
        sum += numbers.back();
    }
    numbers.push_back(sum);
    std::vector<int> letter_of_digit(10, -1);
    Cryptarithm puzzle;
    for (const long number : numbers)
        puzzle.words.push_back(letters_of(number, letter_of_digit, puzzle.letters));
    puzzle.known.assign(static_cast<std::size_t>(puzzle.letters), -1);
    std::vector<int> digits(static_cast<std::size_t>(puzzle.letters), 0);
    for (int digit = 0; digit < 10; ++digit) {
        const int letter = letter_of_digit[static_cast<std::size_t>(digit)];
        if (letter >= 0) digits[static_cast<std::size_t>(letter)] = digit;
    }
    static constexpr std::size_t kOpen[] = {3, 5, 7, 9, 10};
    const SearchResult result = give_hints(draw, puzzle, digits, kOpen[level - 1]);
    VT_CHECK(result.solutions == 1 && result.first == digits);
    const auto open = std::count(puzzle.known.begin(), puzzle.known.end(), -1);
    if (open < 3) return std::nullopt;
    std::string names;
    for (const std::size_t i : draw.order(20))
        names += static_cast<char>('A' + static_cast<int>(i));
    Draft draft;
    Json domains = Json::object();
    // Never {one Json}: GCC wraps it in an array, Clang copies it.
    Json constraints = Json::array();
    constraints.push_back(Json::array({"distinct"}));
    Json gold = Json::object();
    std::string hints;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const std::string name(1, names[i]);
        domains[name] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        constraints[0].push_back(name);
        gold[name] = digits[i];
        draft.trace.emplace_back(name + " = " + std::to_string(digits[i]));
        if (puzzle.known[i] < 0) continue;
        hints += (hints.empty() ? "" : ", ") + name + " = " + std::to_string(digits[i]);
        constraints.push_back({"=", name, digits[i]});
    }
    std::vector<std::string> shown;
    Json left;
    for (std::size_t i = 0; i < puzzle.words.size(); ++i) {
        std::string word;
        for (const int letter : puzzle.words[i]) word += names[static_cast<std::size_t>(letter)];
        shown.push_back(word);
        constraints.push_back({"!=", std::string(1, word[0]), 0});
        const Json term = word_term(puzzle.words[i], names);
        if (i + 1 < puzzle.words.size()) {
            left = left.is_null() ? term : Json({"+", left, term});
        } else {
            constraints.push_back({"=", left, term});
        }
    }
    std::string equation = shown[0];
    for (std::size_t i = 1; i < shown.size(); ++i)
        equation += (i + 1 < shown.size() ? " + " : " = ") + shown[i];
    draft.prompt =
        say("Each letter stands for one digit, different letters for different digits, and no "
            "number begins with "
            "0:\n%1\n%2Which digit is each letter?",
            "Jeder Buchstabe steht für eine Ziffer, verschiedene Buchstaben für verschiedene "
            "Ziffern, und keine Zahl "
            "beginnt mit 0:\n%1\n%2Welche Ziffer ist jeder Buchstabe?",
            {equation, hints.empty() ? Text() : say("Known: %1.\n", "Bekannt: %1.\n", {hints})}) +
        ask_json(R"({"A": 1, "B": 2})");
    draft.verifier = "sat_logic";
    draft.params = {{"variables", domains}, {"constraints", constraints}};
    draft.gold = gold;
    draft.effort = result.nodes;
    for (int i = 0; i < 2; ++i) {
        Json other = gold;
        const std::string name(1, names[draw.below(digits.size())]);
        other[name] = (gold[name].get<int>() + 1 + i) % 10;
        draft.wrong.push_back(other.dump());
    }
    Json swapped = gold;
    std::swap(swapped[std::string(1, names[0])], swapped[std::string(1, names[1])]);
    draft.wrong.push_back(swapped.dump());
    return draft;
}

}  // namespace

std::vector<Family> logic_grid_families() {
    using enum Field;
    return {
        {"logic_zebra", kLogic, "who is in which room", kNodes, zebra},
        {"logic_sudoku", kLogic, "sudoku", kNodes, sudoku},
        {"logic_futoshiki", kLogic, "futoshiki", kNodes, futoshiki},
        {"logic_nonogram", kLogic, "nonograms", kNodes, nonogram},
        {"logic_cryptarithm", kLogic, "letters for digits", kNodes, cryptarithm},
        {"logic_colouring", kLogic, "colouring of a map", "pairs of neighbours", colouring},
    };
}

}  // namespace veritune::generate
