// SPDX-License-Identifier: Apache-2.0
// Operations on lists of whole numbers.
#include "core/generate/code_program.h"

#include <algorithm>
#include <cstdint>
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

}  // namespace

std::vector<Op> number_ops() {
    std::vector<Op> all;
    for (const auto& list : {each_ops(), pick_ops(), order_ops(), fold_ops()}) {
        all.insert(all.end(), list.begin(), list.end());
    }
    return all;
}

}  // namespace veritune::generate
