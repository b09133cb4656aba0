// SPDX-License-Identifier: Apache-2.0
// Operations on dictionaries and tables.
#include "core/generate/code_program.h"

#include <algorithm>
#include <cstdint>

namespace veritune::generate {

namespace {

using Words = std::vector<std::string>;
using Rows = std::vector<std::vector<std::int64_t>>;
constexpr std::int64_t kMost = 1'000'000'000'000;

std::optional<Value> number(std::int64_t value) { return Value(value); }
std::optional<Value> table(const Rows& rows) {
    for (const auto& row : rows) {
        for (const std::int64_t v : row) {
            if (v > kMost || v < -kMost) return std::nullopt;
        }
    }
    return Value(rows);
}

template <typename F>
std::optional<Value> entries(const Value& x, const F& change) {
    Value out = Value::object();
    for (const auto& [key, value] : x.items()) {
        const std::optional<std::int64_t> made = change(key, value.template get<std::int64_t>());
        if (made && (*made > kMost || *made < -kMost)) return std::nullopt;
        if (made) out[key] = *made;
    }
    return out;
}

using Entry = std::optional<std::int64_t>;

Rows rows_of(const Value& x) { return x.get<Rows>(); }

Rows transposed(const Rows& rows) {
    Rows out(rows.empty() ? 0 : rows[0].size());
    for (const auto& row : rows) {
        for (std::size_t c = 0; c < row.size(); ++c) out[c].push_back(row[c]);
    }
    return out;
}

template <typename F>
std::optional<Value> each_row(const Value& x, const F& fold) {
    Value out = Value::array();
    for (const auto& row : rows_of(x)) out.push_back(fold(row));
    return out;
}

template <typename F>
std::optional<Value> each_cell(const Value& x, const F& change) {
    Rows rows = rows_of(x);
    for (auto& row : rows) {
        for (std::int64_t& v : row) v = change(v);
    }
    return table(rows);
}

std::int64_t sum_of(const std::vector<std::int64_t>& row) {
    std::int64_t sum = 0;
    for (const std::int64_t v : row) sum += v;
    return sum;
}

}  // namespace

std::vector<Op> count_ops() {
    using enum Type;
    using enum OpGroup;
    return {
        {"d_above",
         kCounts,
         kCounts,
         kPick,
         {1, 2, 4},
         "Keep only the entries whose number is greater than %1.",
         "Behalte nur die Einträge, deren Zahl größer als %1 ist.",
         "{a: n for a, n in x.items() if n > %1}",
         [](const Value& x, long k) {
             return entries(x, [k](const std::string&, std::int64_t n) {
                 return n > k ? Entry(n) : std::nullopt;
             });
         }},
        {"d_odd",
         kCounts,
         kCounts,
         kPick,
         {},
         "Keep only the entries whose number is odd.",
         "Behalte nur die Einträge, deren Zahl ungerade ist.",
         "{a: n for a, n in x.items() if n % 2 == 1}",
         [](const Value& x, long) {
             return entries(x, [](const std::string&, std::int64_t n) {
                 return n % 2 != 0 ? Entry(n) : std::nullopt;
             });
         }},
        {"d_short",
         kCounts,
         kCounts,
         kPick,
         {3, 4},
         "Keep only the entries whose key has at most %1 characters.",
         "Behalte nur die Einträge, deren Schlüssel höchstens %1 Zeichen hat.",
         "{a: n for a, n in x.items() if len(a) <= %1}",
         [](const Value& x, long k) {
             return entries(x, [k](const std::string& a, std::int64_t n) {
                 return a.size() <= static_cast<std::size_t>(k) ? Entry(n) : std::nullopt;
             });
         }},
        {"d_without",
         kCounts,
         kCounts,
         kPick,
         {'a', 'e', 'o'},
         "Leave out the entries whose key holds a small %2.",
         "Lass die Einträge weg, deren Schlüssel ein kleines %2 enthält.",
         "{a: n for a, n in x.items() if \"%2\" not in a}",
         [](const Value& x, long k) {
             return entries(x, [k](const std::string& a, std::int64_t n) {
                 return a.find(static_cast<char>(k)) == std::string::npos ? Entry(n) : std::nullopt;
             });
         }},
        {"d_add",
         kCounts,
         kCounts,
         kEach,
         {1, 2, 5},
         "Add %1 to every number.",
         "Addiere %1 zu jeder Zahl.",
         "{a: n + %1 for a, n in x.items()}",
         [](const Value& x, long k) {
             return entries(x, [k](const std::string&, std::int64_t n) { return Entry(n + k); });
         }},
        {"d_mul",
         kCounts,
         kCounts,
         kEach,
         {2, 3},
         "Multiply every number by %1.",
         "Multipliziere jede Zahl mit %1.",
         "{a: n * %1 for a, n in x.items()}",
         [](const Value& x, long k) {
             return entries(x, [k](const std::string&, std::int64_t n) { return Entry(n * k); });
         }},
        {"d_by_size",
         kCounts,
         kCounts,
         kEach,
         {},
         "Multiply every number by the length of its key.",
         "Multipliziere jede Zahl mit der Länge ihres Schlüssels.",
         "{a: n * len(a) for a, n in x.items()}",
         [](const Value& x, long) {
             return entries(x, [](const std::string& a, std::int64_t n) {
                 return Entry(n * static_cast<std::int64_t>(a.size()));
             });
         }},
        {"d_keys",
         kCounts,
         kWords,
         kShape,
         {},
         "Make the list of the keys, sorted by the codes of the characters.",
         "Bilde die Liste der Schlüssel, sortiert nach den Codes der Zeichen.",
         "sorted(x)",
         [](const Value& x, long) {
             Words keys;
             for (const auto& [key, value] : x.items()) keys.push_back(key);
             return std::optional<Value>(Value(keys));
         }},
        {"d_ranking",
         kCounts,
         kWords,
         kShape,
         {},
         "Make the list of the keys from the largest number to the smallest, keys of equal numbers "
         "sorted by the codes of the characters.",
         "Bilde die Liste der Schlüssel von der größten Zahl zur kleinsten, Schlüssel gleicher "
         "Zahlen sortiert nach den Codes der Zeichen.",
         "sorted(x, key=lambda a: (-x[a], a))",
         [](const Value& x, long) {
             Words keys;
             for (const auto& [key, value] : x.items()) keys.push_back(key);
             std::stable_sort(keys.begin(), keys.end(), [&x](const auto& a, const auto& b) {
                 return x.at(a).template get<std::int64_t>() > x.at(b).template get<std::int64_t>();
             });
             return std::optional<Value>(Value(keys));
         }},
        {"d_values",
         kCounts,
         kInts,
         kShape,
         {},
         "Make the rising list of the numbers.",
         "Bilde die aufsteigende Liste der Zahlen.",
         "sorted(x.values())",
         [](const Value& x, long) -> std::optional<Value> {
             std::vector<std::int64_t> values;
             for (const auto& [key, value] : x.items()) values.push_back(value.get<std::int64_t>());
             std::sort(values.begin(), values.end());
             return Value(values);
         }},
        {"d_sum",
         kCounts,
         kInt,
         kFold,
         {},
         "Add up the numbers.",
         "Addiere die Zahlen.",
         "sum(x.values())",
         [](const Value& x, long) {
             std::int64_t sum = 0;
             for (const auto& [key, value] : x.items()) sum += value.get<std::int64_t>();
             return number(sum);
         }},
        {"d_max",
         kCounts,
         kInt,
         kFold,
         {},
         "Take the largest number, 0 if there is none.",
         "Nimm die größte Zahl, 0, wenn es keine gibt.",
         "max(x.values(), default=0)",
         [](const Value& x, long) {
             std::optional<std::int64_t> most;
             for (const auto& [key, value] : x.items())
                 most = std::max(most.value_or(-kMost), value.get<std::int64_t>());
             return number(most.value_or(0));
         }},
        {"d_size",
         kCounts,
         kInt,
         kFold,
         {},
         "Count the entries.",
         "Zähle die Einträge.",
         "len(x)",
         [](const Value& x, long) { return number(static_cast<std::int64_t>(x.size())); }},
    };
}

// Tables have at least one row and one column.
std::vector<Op> table_ops() {
    using enum Type;
    using enum OpGroup;
    return {
        {"m_transpose",
         kTable,
         kTable,
         kOrder,
         {},
         "Swap rows and columns (transpose).",
         "Vertausche Zeilen und Spalten (transponiere).",
         "[list(r) for r in zip(*x)]",
         [](const Value& x, long) { return table(transposed(rows_of(x))); }},
        {"m_turn",
         kTable,
         kTable,
         kOrder,
         {},
         "Turn the table by 90 degrees clockwise.",
         "Drehe die Tabelle um 90 Grad im Uhrzeigersinn.",
         "[list(r) for r in zip(*x[::-1])]",
         [](const Value& x, long) {
             Rows rows = rows_of(x);
             std::reverse(rows.begin(), rows.end());
             return table(transposed(rows));
         }},
        {"m_upside",
         kTable,
         kTable,
         kOrder,
         {},
         "Reverse the order of the rows.",
         "Kehre die Reihenfolge der Zeilen um.",
         "x[::-1]",
         [](const Value& x, long) {
             Rows rows = rows_of(x);
             std::reverse(rows.begin(), rows.end());
             return table(rows);
         }},
        {"m_mirror",
         kTable,
         kTable,
         kOrder,
         {},
         "Reverse every row.",
         "Kehre jede Zeile um.",
         "[r[::-1] for r in x]",
         [](const Value& x, long) {
             Rows rows = rows_of(x);
             for (auto& row : rows) std::reverse(row.begin(), row.end());
             return table(rows);
         }},
        {"m_sort_rows",
         kTable,
         kTable,
         kOrder,
         {},
         "Sort every row in rising order.",
         "Sortiere jede Zeile aufsteigend.",
         "[sorted(r) for r in x]",
         [](const Value& x, long) {
             Rows rows = rows_of(x);
             for (auto& row : rows) std::sort(row.begin(), row.end());
             return table(rows);
         }},
        {"m_by_sum",
         kTable,
         kTable,
         kOrder,
         {},
         "Sort the rows by their sums in rising order; rows of equal sums keep their order.",
         "Sortiere die Zeilen aufsteigend nach ihren Summen; Zeilen gleicher Summe behalten ihre "
         "Reihenfolge.",
         "sorted(x, key=sum)",
         [](const Value& x, long) {
             Rows rows = rows_of(x);
             std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
                 return sum_of(a) < sum_of(b);
             });
             return table(rows);
         }},
        {"m_add",
         kTable,
         kTable,
         kEach,
         {1, 3, 10},
         "Add %1 to every number.",
         "Addiere %1 zu jeder Zahl.",
         "[[v + %1 for v in r] for r in x]",
         [](const Value& x, long k) {
             return each_cell(x, [k](std::int64_t v) { return v + k; });
         }},
        {"m_mul",
         kTable,
         kTable,
         kEach,
         {2, 3, -1},
         "Multiply every number by %1.",
         "Multipliziere jede Zahl mit %1.",
         "[[v * %1 for v in r] for r in x]",
         [](const Value& x, long k) {
             return each_cell(x, [k](std::int64_t v) { return v * k; });
         }},
        {"m_abs",
         kTable,
         kTable,
         kEach,
         {},
         "Replace every number by its absolute value.",
         "Ersetze jede Zahl durch ihren Betrag.",
         "[[abs(v) for v in r] for r in x]",
         [](const Value& x, long) {
             return each_cell(x, [](std::int64_t v) { return v < 0 ? -v : v; });
         }},
        {"m_row_sums",
         kTable,
         kInts,
         kShape,
         {},
         "Make the list of the sums of the rows.",
         "Bilde die Liste der Zeilensummen.",
         "[sum(r) for r in x]",
         [](const Value& x, long) { return each_row(x, sum_of); }},
        {"m_column_sums",
         kTable,
         kInts,
         kShape,
         {},
         "Make the list of the sums of the columns.",
         "Bilde die Liste der Spaltensummen.",
         "[sum(c) for c in zip(*x)]",
         [](const Value& x, long) { return each_row(Value(transposed(rows_of(x))), sum_of); }},
        {"m_row_max",
         kTable,
         kInts,
         kShape,
         {},
         "Make the list of the largest numbers of the rows.",
         "Bilde die Liste der größten Zahlen der Zeilen.",
         "[max(r) for r in x]",
         [](const Value& x, long) {
             return each_row(
                 x, [](const auto& row) { return *std::max_element(row.begin(), row.end()); });
         }},
        {"m_diagonal",
         kTable,
         kInts,
         kShape,
         {},
         "Make the list of the numbers whose row and column have the same position.",
         "Bilde die Liste der Zahlen, deren Zeile und Spalte dieselbe Position haben.",
         "[x[i][i] for i in range(min(len(x), len(x[0])))]",
         [](const Value& x, long) -> std::optional<Value> {
             const Rows rows = rows_of(x);
             Value out = Value::array();
             for (std::size_t i = 0; i < rows.size() && i < rows[0].size(); ++i)
                 out.push_back(rows[i][i]);
             return out;
         }},
        {"m_flat",
         kTable,
         kInts,
         kShape,
         {},
         "Join all rows into one list.",
         "Füge alle Zeilen zu einer Liste zusammen.",
         "[v for r in x for v in r]",
         [](const Value& x, long) -> std::optional<Value> {
             Value out = Value::array();
             for (const auto& row : rows_of(x)) {
                 for (const std::int64_t v : row) out.push_back(v);
             }
             return out;
         }},
    };
}

}  // namespace veritune::generate
