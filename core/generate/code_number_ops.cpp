// SPDX-License-Identifier: Apache-2.0
// Operations on one whole number, and those that need a good algorithm on a long list.
#include "core/generate/code_program.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

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

std::string digits_of(std::int64_t value) { return std::to_string(value < 0 ? -value : value); }

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

}  // namespace

std::vector<Op> one_number_ops() {
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

}  // namespace veritune::generate
