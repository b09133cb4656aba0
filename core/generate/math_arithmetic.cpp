// SPDX-License-Identifier: Apache-2.0
// Whole numbers, fractions, decimals, divisors, residues and bases.
#include "core/generate/exact.h"
#include "core/generate/family.h"

#include <algorithm>
#include <numeric>

namespace veritune::generate {

namespace {

struct Piece {
    std::string text;
    Rational value;
    int binding = 3;  ///< 1 sum, 2 product, 3 atom
};

/// Writes `op` between two pieces with the brackets that it needs, and the step for the trace.
std::optional<Piece> combine(char op, const Piece& a, const Piece& b, std::vector<Text>& trace) {
    const int binding = op == '+' || op == '-' ? 1 : 2;
    const bool right_strict = op == '-' || op == '/';
    const auto wrapped = [](const Piece& piece, bool brackets) {
        return brackets ? "(" + piece.text + ")" : piece.text;
    };
    Piece made{.text = wrapped(a, a.binding < binding) + " " + op + " " +
                       wrapped(b, b.binding < binding || (right_strict && b.binding == binding)),
               .value = {},
               .binding = binding};
    if (op == '+') made.value = a.value + b.value;
    if (op == '-') made.value = a.value - b.value;
    if (op == '*') made.value = a.value * b.value;
    if (op == '/') {
        if (b.value.is_zero()) return std::nullopt;
        made.value = a.value / b.value;
    }
    if (made.value.bits() > 40) return std::nullopt;
    const auto shown = [](const Rational& value) {
        const std::string text = value.to_string();
        return text.front() == '-' || text.find('/') != std::string::npos ? "(" + text + ")" : text;
    };
    trace.emplace_back(shown(a.value) + " " + op + " " + shown(b.value) + " = " +
                       made.value.to_string());
    return made;
}

/// A random expression with `operators` operators over leaves.
template <typename Leaf>
std::optional<Piece> expression(Draw& draw,
                                int operators,
                                const std::vector<char>& signs,
                                const Leaf& leaf,
                                std::vector<Text>& trace) {
    if (operators == 0) return leaf();
    const int left = static_cast<int>(draw.below(static_cast<std::size_t>(operators)));
    const std::optional<Piece> a = expression(draw, left, signs, leaf, trace);
    const std::optional<Piece> b = expression(draw, operators - 1 - left, signs, leaf, trace);
    if (!a || !b) return std::nullopt;
    return combine(draw.pick(signs), *a, *b, trace);
}

/// What somebody gets who works from left to right and sees no brackets.
long left_to_right(const std::string& text) {
    long value = 0;
    char op = '+';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '+' || c == '-' || c == '*') op = c;
        if (c < '0' || c > '9') continue;
        long number = 0;
        while (i < text.size() && text[i] >= '0' && text[i] <= '9') {
            number = number * 10 + (text[i++] - '0');
        }
        value = op == '+' ? value + number : op == '-' ? value - number : value * number;
        if (value > 1'000'000'000'000L || value < -1'000'000'000'000L) return 0;
    }
    return value;
}

std::optional<Draft> integer_expression(Draw& draw, int level) {
    Draft draft;
    const long most = level < 3 ? 12 : 30;
    const auto leaf = [&draw, most]() -> std::optional<Piece> {
        const long value = draw.between(2, most);
        return Piece{.text = std::to_string(value), .value = rational(value), .binding = 3};
    };
    const auto made = expression(draw, level + 1, {'+', '-', '*'}, leaf, draft.trace);
    if (!made) return std::nullopt;
    const long gold = made->value.to_long(0);
    VT_CHECK(value_of(made->text) == made->value);
    draft.prompt = say("Compute %1.", "Berechne %1.", {made->text}) + ask_box();
    draft.gold = gold;
    draft.verifier = "integer";
    wrong_integers(draft, gold, {left_to_right(made->text), -gold, gold + 1, gold - 10});
    return draft;
}

std::optional<Draft> fractions(Draw& draw, int level) {
    Draft draft;
    const long most = 4 + 2 * level;
    const auto leaf = [&draw, most]() -> std::optional<Piece> {
        const long below = draw.between(2, most);
        const long above = draw.between(1, most);
        if (std::gcd(above, below) != 1) return std::nullopt;
        return Piece{.text = "(" + std::to_string(above) + "/" + std::to_string(below) + ")",
                     .value = rational(above, below),
                     .binding = 3};
    };
    const std::vector<char> signs = level == 1   ? std::vector<char>{'+', '-'}
                                    : level == 2 ? std::vector<char>{'+', '-', '*'}
                                                 : std::vector<char>{'+', '-', '*', '/'};
    const auto made = expression(draw, level, signs, leaf, draft.trace);
    if (!made || made->value.is_zero() || made->value.is_integer()) return std::nullopt;
    VT_CHECK(value_of(made->text) == made->value);
    const Rational& gold = made->value;
    draft.prompt = say("Compute %1 and give the result as a fraction a/b in lowest terms.",
                       "Berechne %1 und gib das Ergebnis als gekürzten Bruch a/b an.",
                       {made->text}) +
                   ask_box();
    draft.gold = gold.to_string();
    draft.verifier = "numeric";
    // An expression that has the right value is no number, and must not pay.
    wrong_texts(draft,
                gold.to_string(),
                {made->text,
                 (rational(1) / gold).to_string(),
                 (-gold).to_string(),
                 (gold + rational(1)).to_string(),
                 (gold + rational(1) / gold.denominator()).to_string()});
    return draft;
}

std::optional<Draft> percent_chain(Draw& draw, int level) {
    Draft draft;
    Rational value = rational(draw.between(20, 900) * 100 + 5 * draw.between(0, 19), 100);
    const std::string price = with_decimals(value, 2);
    std::vector<Text> changes;
    long sum = 0;
    Rational before_last = value;
    const Rational first = value;
    for (int i = 0; i < level; ++i) {
        const long percent = draw.between(2, 40);
        const bool rise = draw.chance(50);
        before_last = value;
        value = value * rational(rise ? 100 + percent : 100 - percent, 100);
        sum += rise ? percent : -percent;
        changes.push_back(say(rise ? "raised by %1 percent" : "cut by %1 percent",
                              rise ? "um %1 Prozent erhöht" : "um %1 Prozent gesenkt",
                              {percent}));
        draft.trace.push_back(say(
            "After step %1: %2", "Nach Schritt %1: %2", {i + 1, decimal(plain_decimal(value))}));
    }
    if (is_tie(value, 2) || sum == 0) return std::nullopt;
    const std::string gold = with_decimals(value, 2);
    draft.prompt =
        say("A price of %1 euros is changed %2 times, each time from the price reached so far: it "
            "is %3. What is the price now, rounded to cents?",
            "Ein Preis von %1 Euro wird %2-mal geändert, jeweils vom bis dahin erreichten Preis "
            "aus: Er wird %3. Wie hoch ist der Preis jetzt, auf Cent gerundet?",
            {decimal(price), level, enumerate(changes)}) +
        ask_box();
    draft.gold = gold;
    draft.verifier = "numeric";
    draft.params = {{"decimals", 2}};
    draft.decimals = true;
    wrong_texts(draft,
                gold,
                {with_decimals(first * rational(100 + sum, 100), 2),
                 with_decimals(before_last, 2),
                 with_decimals(value + rational(1, 100), 2),
                 with_decimals(value * rational(11, 10), 2),
                 with_decimals(value - rational(1), 2)});
    return draft;
}

/// Euclid's steps, written down.
long euclid(long a, long b, std::vector<Text>& trace) {
    while (b != 0) {
        trace.emplace_back(std::to_string(a) + " = " + std::to_string(a / b) + " * " +
                           std::to_string(b) + " + " + std::to_string(a % b));
        const long rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

long gcd_or_lcm(const std::vector<long>& numbers, bool lcm, std::vector<Text>& trace) {
    long so_far = numbers[0];
    for (std::size_t i = 1; i < numbers.size(); ++i) {
        const long common =
            euclid(std::max(so_far, numbers[i]), std::min(so_far, numbers[i]), trace);
        if (!lcm) {
            so_far = common;
            continue;
        }
        const long product = so_far / common * numbers[i];
        trace.emplace_back("lcm(" + std::to_string(so_far) + ", " + std::to_string(numbers[i]) +
                           ") = " + std::to_string(product));
        so_far = product;
    }
    return so_far;
}

std::optional<Draft> gcd_lcm(Draw& draw, int level) {
    const bool lcm = level == 2 || level == 4;
    const std::size_t count = level < 4 ? 2 : 3;
    static constexpr long kFactor[] = {6, 8, 40, 6, 400};
    static constexpr long kRest[] = {12, 14, 900, 60, 60000};
    const long factor = draw.between(2, kFactor[level - 1]);
    std::vector<long> numbers;
    for (std::size_t i = 0; i < count; ++i) {
        numbers.push_back(factor * draw.between(kRest[level - 1] / 4, kRest[level - 1]));
    }
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t j = 0; j < count; ++j) {
            if (i != j && numbers[i] % numbers[j] == 0) return std::nullopt;
        }
    }
    Draft draft;
    const long gold = gcd_or_lcm(numbers, lcm, draft.trace);
    long check = numbers[0];
    for (const long n : numbers) check = lcm ? std::lcm(check, n) : std::gcd(check, n);
    VT_CHECK(check == gold);
    std::vector<Text> parts;
    for (const long n : numbers) parts.emplace_back(n);
    draft.prompt = say(lcm ? "What is the least common multiple of %1?"
                           : "What is the greatest common divisor of %1?",
                       lcm ? "Was ist das kleinste gemeinsame Vielfache von %1?"
                           : "Was ist der größte gemeinsame Teiler von %1?",
                       {enumerate(parts)}) +
                   ask_box();
    draft.gold = gold;
    draft.verifier = "integer";
    std::vector<Text> unused;
    wrong_integers(
        draft,
        gold,
        {gcd_or_lcm(numbers, !lcm, unused), gold * 2, gold + numbers[0], numbers[0] * numbers[1]});
    return draft;
}

std::optional<Draft> modular_power(Draw& draw, int level) {
    static constexpr long kExponent[] = {12, 60, 900, 20'000, 900'000};
    static constexpr long kModulus[] = {20, 90, 300, 1000, 10'000};
    const long exponent = draw.between(kExponent[level - 1] / 4 + 2, kExponent[level - 1]);
    const long modulus = draw.between(kModulus[level - 1] / 3 + 3, kModulus[level - 1]);
    const long base = draw.between(2, modulus - 1);
    long naive = 1;
    for (long i = 0; i < exponent; ++i) naive = naive * base % modulus;
    if (naive == 0 || naive == 1) return std::nullopt;
    Draft draft;
    long result = 1;
    long square = base;
    for (long rest = exponent; rest > 0; rest /= 2) {
        if (rest % 2 == 1) {
            result = result * square % modulus;
            draft.trace.push_back(
                say("%1: the result becomes %2", "%1: Das Ergebnis wird %2", {rest, result}));
        }
        square = square * square % modulus;
        draft.trace.push_back(say("square: %1", "Quadrat: %1", {square}));
    }
    VT_CHECK(result == naive);
    draft.prompt = say("What is the remainder of %1^%2 when it is divided by %3?",
                       "Welchen Rest lässt %1^%2 bei der Division durch %3?",
                       {base, exponent, modulus}) +
                   ask_box();
    draft.gold = result;
    draft.verifier = "integer";
    wrong_integers(
        draft,
        result,
        {modulus - result, result * base % modulus, base * exponent % modulus, result + 1});
    return draft;
}

std::string in_base(long n, long base) {
    std::string digits;
    for (; n > 0; n /= base) digits.insert(digits.begin(), static_cast<char>('0' + n % base));
    return digits;
}

long from_base(const std::string& digits, long base) {
    long n = 0;
    for (const char c : digits) n = n * base + (c - '0');
    return n;
}

std::optional<Draft> base_conversion(Draw& draw, int level) {
    static constexpr long kLargest[] = {200, 1000, 9000, 200'000, 9'000'000};
    const long n = draw.between(kLargest[level - 1] / 5, kLargest[level - 1]);
    // Level 1 knows one base beside ten, level 2 any, the others go from base to base.
    const long from = level == 1 ? 10 : draw.between(2, 9);
    const long to = level == 1 ? draw.between(2, 5) : level == 2 ? 10 : draw.between(2, 9);
    if (from == to) return std::nullopt;
    const std::string given = in_base(n, from);
    const std::string gold = in_base(n, to);
    VT_CHECK(from_base(given, from) == n && from_base(gold, to) == n);
    Draft draft;
    long value = 0;
    for (const char c : given) {
        if (from == 10) break;
        draft.trace.emplace_back(std::to_string(value) + " * " + std::to_string(from) + " + " + c +
                                 " = " + std::to_string(value * from + (c - '0')));
        value = value * from + (c - '0');
    }
    for (long rest = n; rest > 0 && to != 10; rest /= to) {
        draft.trace.emplace_back(std::to_string(rest) + " = " + std::to_string(rest / to) + " * " +
                                 std::to_string(to) + " + " + std::to_string(rest % to));
    }
    draft.prompt = say("The number %1 is written in base %2. Write it in base %3, digits only.",
                       "Die Zahl %1 ist zur Basis %2 geschrieben. Schreibe sie zur Basis %3, nur "
                       "die Ziffern.",
                       {given, from, to}) +
                   ask_box();
    const std::string subscript = gold + "_" + std::to_string(to);
    draft.gold = {gold, subscript, gold + "_{" + std::to_string(to) + "}"};
    draft.verifier = "text_exact";
    std::string reversed(gold.rbegin(), gold.rend());
    wrong_texts(
        draft, gold, {given, reversed, in_base(n + 1, to), in_base(n + to, to), gold + "0"});
    return draft;
}

}  // namespace

std::vector<Family> math_arithmetic_families() {
    using enum Field;
    return {
        {"math_integers", kMath, "expressions over whole numbers", kLength, integer_expression},
        {"math_fractions", kMath, "expressions over fractions", kLength, fractions},
        {"math_percent", kMath, "decimals and successive percentages", kLength, percent_chain},
        {"math_gcd_lcm", kMath, "greatest divisors and least multiples", kLength, gcd_lcm},
        {"math_mod_power", kMath, "powers modulo a number", kLength, modular_power},
        {"math_bases", kMath, "numbers in other bases", kLength, base_conversion},
    };
}

}  // namespace veritune::generate
