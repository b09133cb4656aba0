// SPDX-License-Identifier: Apache-2.0
// Operations on whole numbers and on lists of them.
#include "core/generate/code_program.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>

namespace veritune::generate {

namespace {

using Ints = std::vector<std::int64_t>;
constexpr std::int64_t kMost = 1'000'000'000'000;
constexpr std::size_t kLongest = 50'000;

Ints ints(const Value& x) { return x.get<Ints>(); }

std::optional<Value> checked(std::int64_t value) {
    if (value > kMost || value < -kMost) return std::nullopt;
    return Value(value);
}

std::optional<Value> checked(const Ints& list) {
    if (list.size() > kLongest) return std::nullopt;
    for (const std::int64_t value : list) {
        if (value > kMost || value < -kMost) return std::nullopt;
    }
    return Value(list);
}

// As Python: towards minus infinity.
std::int64_t floor_div(std::int64_t a, std::int64_t b) {
    return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}
std::int64_t floor_mod(std::int64_t a, std::int64_t b) { return a - floor_div(a, b) * b; }

template <typename F>
std::optional<Value> each(const Value& x, const F& change) {
    Ints list = ints(x);
    for (std::int64_t& value : list) value = change(value);
    return checked(list);
}

template <typename F>
std::optional<Value> keep(const Value& x, const F& wanted) {
    Ints kept;
    for (const std::int64_t value : ints(x)) {
        if (wanted(value)) kept.push_back(value);
    }
    return checked(kept);
}

template <typename F>
std::optional<Value> pairs(const Value& x, const F& combine) {
    const Ints list = ints(x);
    Ints made;
    for (std::size_t i = 0; i + 1 < list.size(); ++i) made.push_back(combine(list[i], list[i + 1]));
    return checked(made);
}

std::string digits_of(std::int64_t value) { return std::to_string(value < 0 ? -value : value); }

std::vector<Op> each_ops() {
    using enum Type;
    using enum OpGroup;
    return {
        {"add",
         kInts,
         kInts,
         kEach,
         {2, 3, 5, 7, -4},
         "Add %1 to every number.",
         "Addiere %1 zu jeder Zahl.",
         "[v + %1 for v in x]",
         [](const Value& x, long k) { return each(x, [k](auto v) { return v + k; }); }},
        {"mul",
         kInts,
         kInts,
         kEach,
         {2, 3, 4, 5, -1},
         "Multiply every number by %1.",
         "Multipliziere jede Zahl mit %1.",
         "[v * %1 for v in x]",
         [](const Value& x, long k) { return each(x, [k](auto v) { return v * k; }); }},
        {"square",
         kInts,
         kInts,
         kEach,
         {},
         "Square every number.",
         "Quadriere jede Zahl.",
         "[v * v for v in x]",
         [](const Value& x, long) -> std::optional<Value> {
             if (!each(x, [](auto v) { return v < 1'000'000 && v > -1'000'000 ? v : kMost + 1; }))
                 return std::nullopt;
             return each(x, [](auto v) { return v * v; });
         }},
        {"abs",
         kInts,
         kInts,
         kEach,
         {},
         "Replace every number by its absolute value.",
         "Ersetze jede Zahl durch ihren Betrag.",
         "[abs(v) for v in x]",
         [](const Value& x, long) { return each(x, [](auto v) { return v < 0 ? -v : v; }); }},
        {"mod",
         kInts,
         kInts,
         kEach,
         {3, 5, 7, 10},
         "Replace every number by its remainder modulo %1 (from 0 to %1 - 1, also for negative "
         "numbers).",
         "Ersetze jede Zahl durch ihren Rest modulo %1 (von 0 bis %1 - 1, auch bei negativen "
         "Zahlen).",
         "[v % %1 for v in x]",
         [](const Value& x, long k) { return each(x, [k](auto v) { return floor_mod(v, k); }); }},
        {"div",
         kInts,
         kInts,
         kEach,
         {2, 3, 4},
         "Divide every number by %1 and round down (towards minus infinity).",
         "Teile jede Zahl durch %1 und runde ab (in Richtung minus unendlich).",
         "[v // %1 for v in x]",
         [](const Value& x, long k) { return each(x, [k](auto v) { return floor_div(v, k); }); }},
        {"cap",
         kInts,
         kInts,
         kEach,
         {10, 20, 30},
         "Replace every number greater than %1 by %1.",
         "Ersetze jede Zahl, die größer als %1 ist, durch %1.",
         "[min(v, %1) for v in x]",
         [](const Value& x, long k) {
             return each(x, [k](auto v) { return std::min<std::int64_t>(v, k); });
         }},
        {"digit_sums",
         kInts,
         kInts,
         kEach,
         {},
         "Replace every number by the sum of its decimal digits (without the sign).",
         "Ersetze jede Zahl durch ihre Quersumme (ohne Vorzeichen).",
         "[sum(int(c) for c in str(abs(v))) for v in x]",
         [](const Value& x, long) {
             return each(x, [](auto v) {
                 std::int64_t sum = 0;
                 for (const char c : digits_of(v)) sum += c - '0';
                 return sum;
             });
         }},
        {"times_index",
         kInts,
         kInts,
         kScan,
         {},
         "Multiply every number by its position, counted from 0.",
         "Multipliziere jede Zahl mit ihrer Position, gezählt ab 0.",
         "[i * v for i, v in enumerate(x)]",
         [](const Value& x, long) {
             std::int64_t i = 0;
             return each(x, [&i](auto v) { return v * i++; });
         }},
    };
}

std::vector<Op> pick_ops() {
    using enum Type;
    using enum OpGroup;
    return {
        {"even",
         kInts,
         kInts,
         kPick,
         {},
         "Keep only the even numbers.",
         "Behalte nur die geraden Zahlen.",
         "[v for v in x if v % 2 == 0]",
         [](const Value& x, long) { return keep(x, [](auto v) { return v % 2 == 0; }); }},
        {"odd",
         kInts,
         kInts,
         kPick,
         {},
         "Keep only the odd numbers.",
         "Behalte nur die ungeraden Zahlen.",
         "[v for v in x if v % 2 == 1]",
         [](const Value& x, long) { return keep(x, [](auto v) { return v % 2 != 0; }); }},
        {"greater",
         kInts,
         kInts,
         kPick,
         {0, 5, 10, 20},
         "Keep only the numbers greater than %1.",
         "Behalte nur die Zahlen, die größer als %1 sind.",
         "[v for v in x if v > %1]",
         [](const Value& x, long k) { return keep(x, [k](auto v) { return v > k; }); }},
        {"smaller",
         kInts,
         kInts,
         kPick,
         {10, 25, 40},
         "Keep only the numbers smaller than %1.",
         "Behalte nur die Zahlen, die kleiner als %1 sind.",
         "[v for v in x if v < %1]",
         [](const Value& x, long k) { return keep(x, [k](auto v) { return v < k; }); }},
        {"divisible",
         kInts,
         kInts,
         kPick,
         {3, 4, 5},
         "Keep only the numbers divisible by %1.",
         "Behalte nur die durch %1 teilbaren Zahlen.",
         "[v for v in x if v % %1 == 0]",
         [](const Value& x, long k) { return keep(x, [k](auto v) { return v % k == 0; }); }},
        {"take",
         kInts,
         kInts,
         kPick,
         {2, 3, 4, 5},
         "Keep only the first %1 elements (all, if there are fewer).",
         "Behalte nur die ersten %1 Elemente (alle, wenn es weniger sind).",
         "x[:%1]",
         [](const Value& x, long k) {
             Ints list = ints(x);
             if (list.size() > static_cast<std::size_t>(k))
                 list.resize(static_cast<std::size_t>(k));
             return checked(list);
         }},
        {"drop",
         kInts,
         kInts,
         kPick,
         {1, 2, 3},
         "Leave out the first %1 elements.",
         "Lass die ersten %1 Elemente weg.",
         "x[%1:]",
         [](const Value& x, long k) {
             Ints list = ints(x);
             list.erase(list.begin(), list.begin() + std::min(k, static_cast<long>(list.size())));
             return checked(list);
         }},
        {"every_second",
         kInts,
         kInts,
         kPick,
         {},
         "Keep only the elements at the positions 0, 2, 4 and so on.",
         "Behalte nur die Elemente an den Positionen 0, 2, 4 und so weiter.",
         "x[::2]",
         [](const Value& x, long) {
             std::int64_t i = 0;
             return keep(x, [&i](auto) { return i++ % 2 == 0; });
         }},
        {"unique",
         kInts,
         kInts,
         kPick,
         {},
         "Leave out every number that stood in the list before.",
         "Lass jede Zahl weg, die vorher schon in der Liste stand.",
         "list(dict.fromkeys(x))",
         [](const Value& x, long) {
             Ints seen;
             for (const std::int64_t v : ints(x)) {
                 if (std::find(seen.begin(), seen.end(), v) == seen.end()) seen.push_back(v);
             }
             return checked(seen);
         }},
    };
}

std::vector<Op> order_ops() {
    using enum Type;
    using enum OpGroup;
    return {
        {"reverse",
         kInts,
         kInts,
         kOrder,
         {},
         "Reverse the list.",
         "Kehre die Liste um.",
         "x[::-1]",
         [](const Value& x, long) {
             Ints list = ints(x);
             std::reverse(list.begin(), list.end());
             return checked(list);
         }},
        {"sort",
         kInts,
         kInts,
         kOrder,
         {},
         "Sort the list in rising order.",
         "Sortiere die Liste aufsteigend.",
         "sorted(x)",
         [](const Value& x, long) {
             Ints list = ints(x);
             std::sort(list.begin(), list.end());
             return checked(list);
         }},
        {"sort_down",
         kInts,
         kInts,
         kOrder,
         {},
         "Sort the list in falling order.",
         "Sortiere die Liste absteigend.",
         "sorted(x, reverse=True)",
         [](const Value& x, long) {
             Ints list = ints(x);
             std::sort(list.begin(), list.end(), std::greater<>());
             return checked(list);
         }},
        {"rotate",
         kInts,
         kInts,
         kOrder,
         {1, 2, 3},
         "Move the first element to the end, %1 times.",
         "Verschiebe %1-mal das erste Element ans Ende.",
         "(x[%1 % len(x):] + x[:%1 % len(x)] if x else [])",
         [](const Value& x, long k) {
             Ints list = ints(x);
             if (!list.empty()) {
                 std::rotate(
                     list.begin(), list.begin() + k % static_cast<long>(list.size()), list.end());
             }
             return checked(list);
         }},
        {"sums",
         kInts,
         kInts,
         kScan,
         {},
         "Replace every number by the sum of all numbers up to and including it.",
         "Ersetze jede Zahl durch die Summe aller Zahlen bis einschließlich ihr.",
         "[sum(x[:i + 1]) for i in range(len(x))]",
         [](const Value& x, long) {
             std::int64_t sum = 0;
             return each(x, [&sum](auto v) { return sum += v; });
         }},
        {"maxima",
         kInts,
         kInts,
         kScan,
         {},
         "Replace every number by the largest number up to and including it.",
         "Ersetze jede Zahl durch die größte Zahl bis einschließlich ihr.",
         "[max(x[:i + 1]) for i in range(len(x))]",
         [](const Value& x, long) {
             std::int64_t most = -kMost;
             return each(x, [&most](auto v) { return most = std::max(most, v); });
         }},
        {"differences",
         kInts,
         kInts,
         kScan,
         {},
         "Replace the list by the differences of neighbours: the second minus the first, the third "
         "minus the second and so on.",
         "Ersetze die Liste durch die Differenzen der Nachbarn: die zweite minus die erste, die "
         "dritte minus die zweite und so weiter.",
         "[b - a for a, b in zip(x, x[1:])]",
         [](const Value& x, long) { return pairs(x, [](auto a, auto b) { return b - a; }); }},
        {"pair_sums",
         kInts,
         kInts,
         kScan,
         {},
         "Replace the list by the sums of neighbours.",
         "Ersetze die Liste durch die Summen der Nachbarn.",
         "[a + b for a, b in zip(x, x[1:])]",
         [](const Value& x, long) { return pairs(x, [](auto a, auto b) { return a + b; }); }},
    };
}

std::vector<Op> fold_ops() {
    using enum Type;
    using enum OpGroup;
    return {
        {"sum",
         kInts,
         kInt,
         kFold,
         {},
         "Add up all numbers.",
         "Addiere alle Zahlen.",
         "sum(x)",
         [](const Value& x, long) {
             std::int64_t sum = 0;
             for (const std::int64_t v : ints(x)) sum += v;
             return checked(sum);
         }},
        {"max",
         kInts,
         kInt,
         kFold,
         {},
         "Take the largest number, 0 if there is none.",
         "Nimm die größte Zahl, 0, wenn es keine gibt.",
         "max(x, default=0)",
         [](const Value& x, long) {
             const Ints list = ints(x);
             return checked(list.empty() ? 0 : *std::max_element(list.begin(), list.end()));
         }},
        {"min",
         kInts,
         kInt,
         kFold,
         {},
         "Take the smallest number, 0 if there is none.",
         "Nimm die kleinste Zahl, 0, wenn es keine gibt.",
         "min(x, default=0)",
         [](const Value& x, long) {
             const Ints list = ints(x);
             return checked(list.empty() ? 0 : *std::min_element(list.begin(), list.end()));
         }},
        {"spread",
         kInts,
         kInt,
         kFold,
         {},
         "Take the largest minus the smallest number, 0 if there is none.",
         "Nimm die größte minus die kleinste Zahl, 0, wenn es keine gibt.",
         "(max(x) - min(x) if x else 0)",
         [](const Value& x, long) {
             const Ints list = ints(x);
             if (list.empty()) return checked(std::int64_t{0});
             const auto [low, high] = std::minmax_element(list.begin(), list.end());
             return checked(*high - *low);
         }},
        {"length",
         kInts,
         kInt,
         kFold,
         {},
         "Count the elements.",
         "Zähle die Elemente.",
         "len(x)",
         [](const Value& x, long) { return checked(static_cast<std::int64_t>(x.size())); }},
        {"distinct",
         kInts,
         kInt,
         kFold,
         {},
         "Count the different numbers.",
         "Zähle die verschiedenen Zahlen.",
         "len(set(x))",
         [](const Value& x, long) {
             Ints list = ints(x);
             std::sort(list.begin(), list.end());
             return checked(std::unique(list.begin(), list.end()) - list.begin());
         }},
        {"count_above",
         kInts,
         kInt,
         kFold,
         {0, 5, 12, 20},
         "Count the numbers greater than %1.",
         "Zähle die Zahlen, die größer als %1 sind.",
         "sum(1 for v in x if v > %1)",
         [](const Value& x, long k) {
             const Ints list = ints(x);
             return checked(std::count_if(list.begin(), list.end(), [k](auto v) { return v > k; }));
         }},
        {"alternate",
         kInts,
         kInt,
         kFold,
         {},
         "Add the numbers at the positions 0, 2, 4, ... and subtract the others.",
         "Addiere die Zahlen an den Positionen 0, 2, 4, ... und subtrahiere die anderen.",
         "sum(v if i % 2 == 0 else -v for i, v in enumerate(x))",
         [](const Value& x, long) {
             std::int64_t sum = 0;
             std::int64_t sign = 1;
             for (const std::int64_t v : ints(x)) {
                 sum += sign * v;
                 sign = -sign;
             }
             return checked(sum);
         }},
        {"median",
         kInts,
         kInt,
         kFold,
         {},
         "Take the median (of an even count the smaller of the two in the middle), 0 if there is "
         "none.",
         "Nimm den Median (bei gerader Anzahl den kleineren der beiden mittleren), 0, wenn es "
         "keinen gibt.",
         "(sorted(x)[(len(x) - 1) // 2] if x else 0)",
         [](const Value& x, long) {
             Ints list = ints(x);
             std::sort(list.begin(), list.end());
             return checked(list.empty() ? 0 : list[(list.size() - 1) / 2]);
         }},
        {"pick_at",
         kInts,
         kInt,
         kFold,
         {0, 1, 2},
         "Take the element at position %1 (counted from 0), -1 if there is none.",
         "Nimm das Element an Position %1 (gezählt ab 0), -1, wenn es keines gibt.",
         "(x[%1] if len(x) > %1 else -1)",
         [](const Value& x, long k) {
             const Ints list = ints(x);
             const auto at = static_cast<std::size_t>(k);
             return checked(list.size() > at ? list[at] : -1);
         }},
    };
}

std::vector<Op> int_ops() {
    using enum Type;
    using enum OpGroup;
    return {
        {"n_add",
         kInt,
         kInt,
         kEach,
         {3, 7, 11, -5},
         "Add %1.",
         "Addiere %1.",
         "x + %1",
         [](const Value& x, long k) { return checked(x.get<std::int64_t>() + k); }},
        {"n_mul",
         kInt,
         kInt,
         kEach,
         {2, 3, 7},
         "Multiply by %1.",
         "Multipliziere mit %1.",
         "x * %1",
         [](const Value& x, long k) { return checked(x.get<std::int64_t>() * k); }},
        {"n_div",
         kInt,
         kInt,
         kEach,
         {2, 3, 5},
         "Divide by %1 and round down (towards minus infinity).",
         "Teile durch %1 und runde ab (in Richtung minus unendlich).",
         "x // %1",
         [](const Value& x, long k) { return checked(floor_div(x.get<std::int64_t>(), k)); }},
        {"n_mod",
         kInt,
         kInt,
         kEach,
         {97, 101, 1000},
         "Take the remainder modulo %1 (from 0 to %1 - 1).",
         "Nimm den Rest modulo %1 (von 0 bis %1 - 1).",
         "x % %1",
         [](const Value& x, long k) { return checked(floor_mod(x.get<std::int64_t>(), k)); }},
        {"n_square",
         kInt,
         kInt,
         kEach,
         {},
         "Square it.",
         "Quadriere das Ergebnis.",
         "x * x",
         [](const Value& x, long) -> std::optional<Value> {
             const auto v = x.get<std::int64_t>();
             if (v > 1'000'000 || v < -1'000'000) return std::nullopt;
             return checked(v * v);
         }},
        {"n_digit_sum",
         kInt,
         kInt,
         kEach,
         {},
         "Take the sum of the decimal digits (without the sign).",
         "Nimm die Quersumme (ohne Vorzeichen).",
         "sum(int(c) for c in str(abs(x)))",
         [](const Value& x, long) {
             std::int64_t sum = 0;
             for (const char c : digits_of(x.get<std::int64_t>())) sum += c - '0';
             return checked(sum);
         }},
        {"n_reverse",
         kInt,
         kInt,
         kEach,
         {},
         "Reverse the decimal digits (without the sign; zeros at the front fall away).",
         "Kehre die Dezimalziffern um (ohne Vorzeichen; führende Nullen fallen weg).",
         "int(str(abs(x))[::-1])",
         [](const Value& x, long) {
             std::string digits = digits_of(x.get<std::int64_t>());
             std::reverse(digits.begin(), digits.end());
             std::int64_t value = 0;
             for (const char c : digits) value = value * 10 + (c - '0');
             return checked(value);
         }},
        {"n_bits",
         kInt,
         kInt,
         kEach,
         {},
         "Count the ones in the binary form of the absolute value.",
         "Zähle die Einsen in der Binärdarstellung des Betrags.",
         "bin(abs(x)).count(\"1\")",
         [](const Value& x, long) {
             std::int64_t count = 0;
             const auto v = x.get<std::int64_t>();
             for (std::int64_t rest = v < 0 ? -v : v; rest > 0; rest /= 2) count += rest % 2;
             return checked(count);
         }},
        {"n_collatz",
         kInt,
         kInt,
         kEach,
         {},
         "Halve it if it is even, otherwise take three times it plus 1.",
         "Halbiere es, wenn es gerade ist, sonst nimm das Dreifache plus 1.",
         "(x // 2 if x % 2 == 0 else 3 * x + 1)",
         [](const Value& x, long) {
             const auto v = x.get<std::int64_t>();
             return checked(v % 2 == 0 ? v / 2 : 3 * v + 1);
         }},
        {"n_digits",
         kInt,
         kInts,
         kShape,
         {},
         "Make the list of the decimal digits, from the first to the last (without the sign).",
         "Bilde die Liste der Dezimalziffern von der ersten bis zur letzten (ohne Vorzeichen).",
         "[int(c) for c in str(abs(x))]",
         [](const Value& x, long) {
             Ints digits;
             for (const char c : digits_of(x.get<std::int64_t>())) digits.push_back(c - '0');
             return checked(digits);
         }},
        {"n_divisors",
         kInt,
         kInts,
         kShape,
         {},
         "Make the rising list of the positive divisors of the absolute value (empty for 0).",
         "Bilde die aufsteigende Liste der positiven Teiler des Betrags (leer für 0).",
         "[d for d in range(1, abs(x) + 1) if x % d == 0]",
         [](const Value& x, long) -> std::optional<Value> {
             const auto given = x.get<std::int64_t>();
             const std::int64_t v = given < 0 ? -given : given;
             if (v > 20'000) return std::nullopt;
             Ints divisors;
             for (std::int64_t d = 1; d <= v; ++d) {
                 if (v % d == 0) divisors.push_back(d);
             }
             return checked(divisors);
         }},
        {"n_multiples",
         kInt,
         kInts,
         kShape,
         {4, 5, 6},
         "Make the list of the first %1 multiples of the number, beginning with the number itself.",
         "Bilde die Liste der ersten %1 Vielfachen der Zahl, beginnend mit der Zahl selbst.",
         "[x * i for i in range(1, %1 + 1)]",
         [](const Value& x, long k) {
             Ints list;
             for (long i = 1; i <= k; ++i) list.push_back(x.get<std::int64_t>() * i);
             return checked(list);
         }},
        {"n_halves",
         kInt,
         kInts,
         kShape,
         {},
         "Make the list that begins with the absolute value and goes on with half of the last "
         "number, rounded down, as long as it is greater than 0.",
         "Bilde die Liste, die mit dem Betrag beginnt und mit der abgerundeten Hälfte der letzten "
         "Zahl weitergeht, solange sie größer als 0 ist.",
         "_halves(abs(x))",
         [](const Value& x, long) {
             Ints list;
             const auto v = x.get<std::int64_t>();
             for (std::int64_t rest = v < 0 ? -v : v; rest > 0; rest /= 2) list.push_back(rest);
             return checked(list);
         },
         "def _halves(n):\n    out = []\n    while n > 0:\n        out.append(n)\n        n //= "
         "2\n    return out\n\n"},
    };
}

// --- what needs more than two nested loops on a long list --------------------------------------

std::optional<Value> equal_pairs(const Value& x, long /*k*/) {
    std::unordered_map<std::int64_t, std::int64_t> seen;
    std::int64_t count = 0;
    for (const std::int64_t v : ints(x)) count += seen[v]++;
    return checked(count);
}

std::optional<Value> sum_pairs(const Value& x, long k) {
    std::unordered_map<std::int64_t, std::int64_t> seen;
    std::int64_t count = 0;
    for (const std::int64_t v : ints(x)) {
        const auto other = seen.find(k - v);
        if (other != seen.end()) count += other->second;
        ++seen[v];
    }
    return checked(count);
}

std::optional<Value> best_run(const Value& x, long /*k*/) {
    std::int64_t best = 0;
    std::int64_t now = 0;
    for (const std::int64_t v : ints(x)) {
        now = std::max<std::int64_t>(0, now + v);
        best = std::max(best, now);
    }
    return checked(best);
}

std::optional<Value> runs_of_sum(const Value& x, long k) {
    std::unordered_map<std::int64_t, std::int64_t> seen = {{0, 1}};
    std::int64_t count = 0;
    std::int64_t sum = 0;
    for (const std::int64_t v : ints(x)) {
        sum += v;
        const auto other = seen.find(sum - k);
        if (other != seen.end()) count += other->second;
        ++seen[sum];
    }
    return checked(count);
}

std::optional<Value> longest_window(const Value& x, long k) {
    const Ints list = ints(x);
    std::unordered_map<std::int64_t, long> inside;
    std::size_t begin = 0;
    std::size_t best = 0;
    for (std::size_t end = 0; end < list.size(); ++end) {
        ++inside[list[end]];
        while (static_cast<long>(inside.size()) > k) {
            if (--inside[list[begin]] == 0) inside.erase(list[begin]);
            ++begin;
        }
        best = std::max(best, end + 1 - begin);
    }
    return checked(static_cast<std::int64_t>(best));
}

std::vector<Op> search_ops() {
    using enum Type;
    using enum OpGroup;
    return {
        {"s_equal",
         kInts,
         kInt,
         kSearch,
         {},
         "Count the pairs of positions i < j that hold equal numbers.",
         "Zähle die Paare von Positionen i < j, an denen gleiche Zahlen stehen.",
         "_equal_pairs(x)",
         equal_pairs,
         "def _equal_pairs(x):\n    seen, count = {}, 0\n    for v in x:\n        count += "
         "seen.get(v, 0)\n        seen[v] = seen.get(v, 0) + 1\n    return count\n\n"},
        {"s_pairs",
         kInts,
         kInt,
         kSearch,
         {7, 12, 20, 31},
         "Count the pairs of positions i < j whose numbers add up to %1.",
         "Zähle die Paare von Positionen i < j, deren Zahlen zusammen %1 ergeben.",
         "_sum_pairs(x, %1)",
         sum_pairs,
         "def _sum_pairs(x, k):\n    seen, count = {}, 0\n    for v in x:\n        count += "
         "seen.get(k - v, 0)\n        seen[v] = seen.get(v, 0) + 1\n    return count\n\n"},
        {"s_best",
         kInts,
         kInt,
         kSearch,
         {},
         "Take the largest sum of a run of consecutive elements; the empty run counts and has the "
         "sum 0.",
         "Nimm die größte Summe eines zusammenhängenden Abschnitts; der leere Abschnitt zählt mit "
         "der Summe 0.",
         "_best_run(x)",
         best_run,
         "def _best_run(x):\n    best = now = 0\n    for v in x:\n        now = max(0, now + v)\n  "
         "      best = max(best, now)\n    return best\n\n"},
        {"s_runs",
         kInts,
         kInt,
         kSearch,
         {6, 10, 15, 24},
         "Count the non-empty runs of consecutive elements whose sum is exactly %1.",
         "Zähle die nicht leeren zusammenhängenden Abschnitte, deren Summe genau %1 ist.",
         "_runs_of_sum(x, %1)",
         runs_of_sum,
         "def _runs_of_sum(x, k):\n    seen, count, total = {0: 1}, 0, 0\n    for v in x:\n        "
         "total += v\n        count += seen.get(total - k, 0)\n        seen[total] = "
         "seen.get(total, 0) + 1\n    return count\n\n"},
        {"s_window",
         kInts,
         kInt,
         kSearch,
         {1, 2, 3, 4},
         "Take the length of the longest run of consecutive elements that holds at most %1 "
         "different numbers.",
         "Nimm die Länge des längsten zusammenhängenden Abschnitts, der höchstens %1 verschiedene "
         "Zahlen enthält.",
         "_longest_window(x, %1)",
         longest_window,
         "def _longest_window(x, k):\n    inside, begin, best = {}, 0, 0\n    for end, v in "
         "enumerate(x):\n        inside[v] = inside.get(v, 0) + 1\n        while len(inside) > "
         "k:\n            inside[x[begin]] -= 1\n            if inside[x[begin]] == 0:\n           "
         "     del inside[x[begin]]\n            begin += 1\n        best = max(best, end + 1 - "
         "begin)\n    return best\n\n"},
    };
}

}  // namespace

std::vector<Op> number_ops() {
    std::vector<Op> all;
    for (const auto& list :
         {each_ops(), pick_ops(), order_ops(), fold_ops(), int_ops(), search_ops()}) {
        all.insert(all.end(), list.begin(), list.end());
    }
    return all;
}

}  // namespace veritune::generate
