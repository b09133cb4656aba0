// SPDX-License-Identifier: Apache-2.0
// Derivatives and integrals, matrices, units and money.
#include "core/generate/exact.h"
#include "core/generate/family.h"
#include "core/verify/units.h"

#include <algorithm>
#include <utility>

namespace veritune::generate {

namespace {

Polynomial draw_polynomial(Draw& draw, std::size_t degree, long most) {
    Polynomial p;
    for (std::size_t i = 0; i < degree; ++i) p.push_back(draw.between(-most, most));
    p.push_back(draw.nonzero(-most, most));
    return p;
}

void rational_answer(Draft& draft, const Rational& gold, const std::vector<Rational>& likely) {
    draft.gold = gold.to_string();
    draft.verifier = "numeric";
    std::vector<std::string> texts;
    for (const Rational& value : likely) texts.push_back(value.to_string());
    for (const Rational& by : {rational(1), rational(-1, 2), rational(1, 3)}) {
        texts.push_back((gold + by).to_string());
    }
    wrong_texts(draft, gold.to_string(), texts);
}

std::optional<Draft> derivative(Draw& draw, int level) {
    const Polynomial p = draw_polynomial(draw, level == 1 ? 2 : 4, 8);
    const long x = draw.nonzero(-4, 4);
    const Polynomial slope = derive(p);
    // Horner's scheme twice is the second opinion.
    long value = 0;
    long change = 0;
    for (auto c = p.rbegin(); c != p.rend(); ++c) {
        change = change * x + value;
        value = value * x + *c;
    }
    const long gold = value_at(slope, x);
    VT_CHECK(change == gold);
    Draft draft;
    draft.prompt =
        say("Let f(x) = %1. What is f'(%2)?", "Sei f(x) = %1. Wie groß ist f'(%2)?", {show(p), x}) +
        ask_box();
    draft.trace.emplace_back("f'(x) = " + show(slope));
    for (std::size_t i = slope.size(); i-- > 0;) {
        if (slope[i] == 0) continue;
        Polynomial part(i + 1, 0);
        part[i] = slope[i];
        draft.trace.emplace_back(show(part) + " -> " + std::to_string(value_at(part, x)));
    }
    rational_answer(draft,
                    rational(gold),
                    {rational(value), rational(-gold), rational(value_at(derive(slope), x))});
    return draft;
}

/// Boole's rule: exact up to degree 5.
Rational by_boole(const Polynomial& p, long from, long to) {
    const Rational step = rational(to - from, 4);
    const long weights[] = {7, 32, 12, 32, 7};
    Rational sum;
    for (long i = 0; i < 5; ++i) {
        sum = sum + rational(weights[i]) * value_at(p, rational(from) + rational(i) * step);
    }
    return sum * rational(2, 45) * step;
}

std::optional<Draft> integral(Draw& draw, int level) {
    Polynomial p = draw_polynomial(draw, static_cast<std::size_t>(level), 6);
    std::string text = show(p);
    if (level == 5) {
        const Polynomial a = draw_polynomial(draw, 2, 5);
        const Polynomial b = draw_polynomial(draw, 3, 5);
        p = multiply(a, b);
        text = "(" + show(a) + ")(" + show(b) + ")";
    }
    const long from = draw.between(-3, 2);
    const long to = from + draw.between(1, 4);
    Draft draft;
    if (level == 5)
        draft.trace.push_back(say("multiplied out: %1", "ausmultipliziert: %1", {show(p)}));
    draft.trace.push_back(say("integrate %1 term by term from %2 to %3:",
                              "integriere %1 gliedweise von %2 bis %3:",
                              {show(p), from, to}));
    Rational gold;
    for (std::size_t i = p.size(); i-- > 0;) {
        if (p[i] == 0) continue;
        const auto n = static_cast<long>(i) + 1;
        const Rational part =
            rational(p[i], n) * (rational(power(to, n)) - rational(power(from, n)));
        gold = gold + part;
        draft.trace.emplace_back("(" + rational(p[i], n).to_string() + ")*[x^" + std::to_string(n) +
                                 "] = " + part.to_string());
    }
    VT_CHECK(gold == by_boole(p, from, to));
    if (gold.is_zero()) return std::nullopt;
    draft.prompt = say("What is the integral of %1 over x from %2 to %3?",
                       "Wie groß ist das Integral von %1 über x von %2 bis %3?",
                       {text, from, to}) +
                   ask_box({"the exact value (whole number or fraction a/b)",
                            "den exakten Wert (ganze Zahl oder Bruch a/b)"});
    rational_answer(
        draft, gold, {-gold, rational(value_at(p, to) - value_at(p, from)), gold + rational(p[0])});
    return draft;
}

std::optional<Draft> calculus(Draw& draw, int level) {
    return level <= 2 ? derivative(draw, level) : integral(draw, level);
}

Matrix draw_matrix(Draw& draw, std::size_t n, long most) {
    Matrix m(n);
    for (auto& row : m) {
        for (std::size_t c = 0; c < n; ++c) row.push_back(draw.between(-most, most));
    }
    return m;
}

std::optional<Draft> matrix_determinant(Draw& draw, std::size_t n) {
    const Matrix m = draw_matrix(draw, n, 9);
    const long gold = determinant(m);
    VT_CHECK(determinant_by_steps(m) == rational(gold));
    Draft draft;
    draft.prompt = say("What is the determinant of the matrix %1?",
                       "Wie groß ist die Determinante der Matrix %1?",
                       {show(m)}) +
                   ask_box();
    for (std::size_t c = 0; c < n; ++c) {
        Matrix minor;
        for (std::size_t r = 1; r < n; ++r) {
            minor.push_back(m[r]);
            minor.back().erase(minor.back().begin() + static_cast<long>(c));
        }
        const std::string sign = c % 2 == 0 ? "+ " : "- ";
        draft.trace.emplace_back(sign + "(" + std::to_string(m[0][c]) + ") * " +
                                 std::to_string(determinant(minor)));
    }
    draft.gold = gold;
    draft.verifier = "integer";
    long product = 1;
    for (std::size_t i = 0; i < n; ++i) product *= m[i][i];
    wrong_integers(draft, gold, {-gold, product, gold + 1, gold - 4});
    return draft;
}

std::vector<long> flat(const Matrix& m) {
    std::vector<long> all;
    for (const auto& row : m) all.insert(all.end(), row.begin(), row.end());
    return all;
}

Text row_by_row() {
    return {" Put its entries row by row in \\boxed{}, separated by commas.",
            " Schreibe ihre Einträge Zeile für Zeile, durch Kommas getrennt, in \\boxed{}."};
}

std::optional<Draft> matrix_product(Draw& draw, std::size_t n) {
    const Matrix a = draw_matrix(draw, n, 7);
    const Matrix b = draw_matrix(draw, n, 7);
    const Matrix product = multiply(a, b);
    VT_CHECK(determinant(product) == determinant(a) * determinant(b));
    if (product == multiply(b, a)) return std::nullopt;
    Draft draft;
    draft.prompt = say("Let A = %1 and B = %2. Compute the matrix A·B.",
                       "Sei A = %1 und B = %2. Berechne die Matrix A·B.",
                       {show(a), show(b)}) +
                   row_by_row();
    for (std::size_t r = 0; r < n; ++r) {
        for (std::size_t c = 0; c < n; ++c) {
            std::string sum;
            for (std::size_t k = 0; k < n; ++k) {
                sum += (k == 0 ? "" : " + ") + std::string("(") + std::to_string(a[r][k]) + ")(" +
                       std::to_string(b[k][c]) + ")";
            }
            draft.trace.emplace_back(sum + " = " + std::to_string(product[r][c]));
        }
    }
    gold_list(draft, flat(product));
    wrong_lists(draft, flat(product), {flat(multiply(b, a))});
    return draft;
}

std::optional<Draft> matrix_inverse(Draw& draw) {
    // Row operations on the identity keep the determinant 1 and the inverse whole.
    constexpr std::size_t kSide = 3;
    Matrix m = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    Matrix inverse = m;
    Draft draft;
    for (int i = 0; i < 6; ++i) {
        const std::size_t to = draw.below(kSide);
        const std::size_t from = (to + 1 + draw.below(kSide - 1)) % kSide;
        const long factor = draw.nonzero(-2, 2);
        for (std::size_t c = 0; c < kSide; ++c) m[to][c] += factor * m[from][c];
        for (std::size_t r = 0; r < kSide; ++r) inverse[r][from] -= factor * inverse[r][to];
    }
    for (std::size_t r = 0; r < kSide; ++r) {
        for (std::size_t c = 0; c < kSide; ++c) {
            const std::size_t r1 = (r + 1) % kSide;
            const std::size_t r2 = (r + 2) % kSide;
            const std::size_t c1 = (c + 1) % kSide;
            const std::size_t c2 = (c + 2) % kSide;
            draft.trace.emplace_back(
                "(" + std::to_string(m[r1][c1]) + ")(" + std::to_string(m[r2][c2]) + ") - (" +
                std::to_string(m[r1][c2]) + ")(" + std::to_string(m[r2][c1]) +
                ") = " + std::to_string(m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]));
        }
    }
    VT_CHECK(multiply(m, inverse) == Matrix({{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}));
    if (m == inverse || determinant(m) != 1) return std::nullopt;
    for (std::size_t r = 0; r < kSide; ++r) {
        draft.trace.push_back(say(
            "row %1 of the inverse: %2", "Zeile %1 der Inversen: %2", {r + 1, joined(inverse[r])}));
    }
    draft.trace.push_back(
        {"The determinant is 1, so the inverse is the transposed matrix of these minors.",
         "Die Determinante ist 1, also ist die Inverse die Transponierte dieser Minoren."});
    draft.prompt = say("What is the inverse of the matrix %1?",
                       "Wie lautet die Inverse der Matrix %1?",
                       {show(m)}) +
                   row_by_row();
    Matrix turned = inverse;
    for (std::size_t r = 0; r < kSide; ++r) {
        for (std::size_t c = 0; c < kSide; ++c) turned[r][c] = inverse[c][r];
    }
    gold_list(draft, flat(inverse));
    wrong_lists(draft, flat(inverse), {flat(turned), flat(m)});
    return draft;
}

std::optional<Draft> matrices(Draw& draw, int level) {
    if (level == 1) return matrix_determinant(draw, 2);
    if (level == 2) return matrix_determinant(draw, 3);
    if (level == 5) return matrix_inverse(draw);
    return matrix_product(draw, level == 3 ? 2 : 3);
}

struct Unit {
    const char* name;
    long above;  ///< how many of the base unit: above / below
    long below;
};
/// Units of one sort that change into each other.
using Units = std::vector<Unit>;

Units draw_units(Draw& draw, int level) {
    static const std::vector<Units> kPlain = {
        {{"km", 1000, 1}, {"m", 1, 1}, {"cm", 1, 100}, {"mm", 1, 1000}},
        {{"t", 1000, 1}, {"kg", 1, 1}, {"g", 1, 1000}, {"mg", 1, 1'000'000}},
        {{"L", 1, 1}, {"mL", 1, 1000}}};
    static const std::vector<Units> kTimes = {
        {{"d", 86400, 1}, {"h", 3600, 1}, {"min", 60, 1}, {"s", 1, 1}}};
    static const std::vector<Units> kSquares = {
        {{"km2", 1'000'000, 1}, {"m2", 1, 1}, {"cm2", 1, 10'000}, {"mm2", 1, 1'000'000}},
        {{"m3", 1, 1}, {"cm3", 1, 1'000'000}, {"mm3", 1, 1'000'000'000}}};
    static const std::vector<Units> kSpeeds = {
        {{"km/h", 5, 18}, {"m/s", 1, 1}, {"m/min", 1, 60}, {"cm/s", 1, 100}},
        {{"g/cm3", 1000, 1}, {"kg/m3", 1, 1}, {"mg/mL", 1, 1}, {"g/L", 1, 1}}};
    if (level == 1) return draw.pick(kPlain);
    if (level == 2) return kTimes[0];
    return level == 3 ? draw.pick(kSquares) : draw.pick(kSpeeds);
}

std::string exact_text(const Rational& value) {
    for (long places = 0; places <= 9; ++places) {
        if (value.rounded(places) == value) return with_decimals(value, places);
    }
    return value.to_string();
}

/// One to three quantities in different units, to be given together in another one.
std::optional<Draft> units(Draw& draw, int level) {
    const Units sort = draw_units(draw, level);
    const std::size_t count = level <= 3 ? 1 : static_cast<std::size_t>(level) - 2;
    if (sort.size() < count + 1) return std::nullopt;
    const std::vector<Unit> drawn = draw.sample(sort, count + 1);
    const Unit& to = drawn.back();
    const verify::Unit target = verify::parse_unit(to.name).value();
    Draft draft;
    Text given;
    Rational gold;
    Rational again;
    Rational last_factor;
    for (std::size_t i = 0; i < count; ++i) {
        const Unit& from = drawn[i];
        const Rational value = rational(draw.between(11, 9999), level == 2 ? 1 : 10);
        const Rational base = value * rational(from.above, from.below);
        last_factor = rational(from.above, from.below) / rational(to.above, to.below);
        if (last_factor == rational(1)) return std::nullopt;
        gold = gold + value * last_factor;
        const Text quantity = decimal(plain_decimal(value)) + Text(std::string(" ") + from.name);
        const verify::Quantity read = verify::parse_quantity(quantity.en);
        VT_CHECK(read.fault == verify::QuantityFault::kNone);
        again = again + verify::convert(read, target);
        given += (i == 0 ? Text() : Text(" + ")) + quantity;
        draft.trace.push_back(
            Text(std::string("1 ") + from.name + " = " + last_factor.to_string() + " " + to.name));
        if (level >= 2)
            draft.trace.push_back(quantity + say(": %1 base units",
                                                 ": %1 Grundeinheiten",
                                                 {decimal(exact_text(base))}));
        draft.trace.push_back(quantity + Text(" = ") + decimal(exact_text(value * last_factor)) +
                              Text(std::string(" ") + to.name));
    }
    VT_CHECK(again == gold);
    draft.prompt =
        say("How many %1 are %2? Give the exact number, as a decimal or a fraction a/b.",
            "Wie viele %1 sind %2? Gib die Zahl exakt an, als Dezimalzahl oder Bruch a/b.",
            {to.name, given}) +
        ask_box({"the number without the unit", "die Zahl ohne die Einheit"});
    draft.gold = exact_text(gold);
    draft.verifier = "numeric";
    draft.decimals = true;
    wrong_texts(draft,
                exact_text(gold),
                {exact_text(gold / last_factor / last_factor),
                 exact_text(gold * rational(10)),
                 exact_text(gold / rational(10)),
                 exact_text(gold * rational(60))});
    return draft;
}

/// A question of money whose answer the formula verifier computes a second time.
struct Money {
    Text question;
    std::string expression;
    util::Json inputs = util::Json::object();
    util::Json tables = util::Json::object();
    std::vector<Text> trace;
    Rational gold;
    std::vector<Rational> likely;
};

Text euros(const Rational& value) { return decimal(with_decimals(value, 2)); }

Money simple_or_compound(Draw& draw, bool compound) {
    const long principal = 100 * draw.between(5, 300);
    const long tenths = draw.between(10, 80);
    const long years = draw.between(2, compound ? 6 : 9);
    const Rational rate = rational(tenths, 1000);
    Money money;
    money.inputs = {{"p", principal}, {"r", plain_decimal(rate)}, {"n", years}};
    const Text percent = decimal(plain_decimal(rational(tenths, 10)));
    if (!compound) {
        money.gold = rational(principal) * rate * rational(years);
        money.expression = "p*r*n";
        money.question =
            say("%1 euros earn %2 percent simple interest a year. How much interest is that in %3 "
                "years, in euros?",
                "%1 Euro bringen %2 Prozent einfache Zinsen im Jahr. Wie viel Euro Zinsen sind das "
                "in %3 Jahren?",
                {principal, percent, years});
        money.trace.push_back(
            say("one year: %1", "ein Jahr: %1", {euros(rational(principal) * rate)}));
        money.likely = {money.gold + rational(principal),
                        money.gold / rational(years),
                        money.gold * rational(10)};
        return money;
    }
    Rational now = rational(principal);
    for (long year = 1; year <= years; ++year) {
        now = now * (rational(1) + rate);
        money.trace.push_back(
            say("after year %1: %2", "nach Jahr %1: %2", {year, decimal(with_decimals(now, 4))}));
    }
    money.gold = now;
    money.expression = "p*(1+r)^n";
    money.question =
        say("%1 euros earn %2 percent interest a year, which is added to the capital each year. "
            "What is the capital "
            "after %3 years in euros, rounded to cents?",
            "%1 Euro werden mit %2 Prozent im Jahr verzinst, die Zinsen werden jährlich "
            "gutgeschrieben. Wie hoch ist das "
            "Kapital nach %3 Jahren in Euro, auf Cent gerundet?",
            {principal, percent, years});
    money.likely = {rational(principal) * (rational(1) + rate * rational(years)),
                    now - rational(principal),
                    now / (rational(1) + rate)};
    return money;
}

Money savings(Draw& draw) {
    const long deposit = 50 * draw.between(4, 60);
    const long tenths = draw.between(10, 70);
    const long years = draw.between(5, 8);
    const Rational rate = rational(tenths, 1000);
    Money money;
    Rational now;
    for (long year = 1; year <= years; ++year) {
        now = (now + rational(deposit)) * (rational(1) + rate);
        money.trace.push_back(
            say("after year %1: %2", "nach Jahr %1: %2", {year, decimal(with_decimals(now, 4))}));
    }
    money.gold = now;
    money.inputs = {{"d", deposit}, {"r", plain_decimal(rate)}, {"n", years}};
    money.expression = "d*((1+r)^n-1)/r*(1+r)";
    money.question =
        say("At the beginning of each of %3 years %1 euros are paid into an account that earns %2 "
            "percent a year. What is "
            "the balance at the end of the last year in euros, rounded to cents?",
            "Zu Beginn jedes von %3 Jahren werden %1 Euro auf ein Konto eingezahlt, das mit %2 "
            "Prozent im Jahr verzinst "
            "wird. Wie hoch ist der Stand am Ende des letzten Jahres in Euro, auf Cent gerundet?",
            {deposit, decimal(plain_decimal(rational(tenths, 10))), years});
    money.likely = {now / (rational(1) + rate), rational(deposit * years), now - rational(deposit)};
    return money;
}

Money loan(Draw& draw) {
    const long debt = 1000 * draw.between(5, 250);
    const long tenths = draw.between(10, 70);
    const long years = draw.between(6, 9);
    const Rational rate = rational(tenths, 1000);
    const Rational growth = (rational(1) + rate).pow(years);
    Money money;
    money.gold = rational(debt) * rate * growth / (growth - rational(1));
    Rational left = rational(debt);
    for (long year = 1; year <= years; ++year) {
        const Rational interest = left * rate;
        left = left + interest - money.gold;
        money.trace.push_back(say("year %1: interest %2, left %3",
                                  "Jahr %1: Zinsen %2, Rest %3",
                                  {year, euros(interest), euros(left)}));
    }
    VT_CHECK(left.is_zero());
    money.inputs = {{"s", debt}, {"r", plain_decimal(rate)}, {"n", years}};
    money.expression = "s*r*(1+r)^n/((1+r)^n-1)";
    money.question =
        say("A loan of %1 euros at %2 percent a year is paid back in %3 equal payments at the end "
            "of each year. How high is "
            "one payment in euros, rounded to cents?",
            "Ein Darlehen von %1 Euro zu %2 Prozent im Jahr wird mit %3 gleichen Raten am Ende "
            "jedes Jahres getilgt. Wie "
            "hoch ist eine Rate in Euro, auf Cent gerundet?",
            {debt, decimal(plain_decimal(rational(tenths, 10))), years});
    money.likely = {rational(debt) / rational(years),
                    rational(debt) * growth / rational(years),
                    money.gold + rational(1)};
    return money;
}

Money tax(Draw& draw) {
    std::vector<std::pair<long, long>> bands = {{0, 0}};
    for (int i = 0; i < 6; ++i) {
        // One draw a line: the order of evaluation of arguments is the compiler's own.
        const long steps = draw.between(2, 8);
        const long width = 1000 * draw.between(4, 16);
        bands.emplace_back(bands.back().first + width, bands.back().second + steps);
    }
    const long income = bands.back().first + 10 * draw.between(100, 4000);
    const long surcharge = draw.between(3, 12);
    Money money;
    util::Json table = util::Json::array();
    Rational tax_due;
    std::vector<Text> lines;
    for (std::size_t i = 0; i < bands.size(); ++i) {
        const auto [from, percent] = bands[i];
        table.push_back({from, plain_decimal(rational(percent, 100))});
        const long to = i + 1 < bands.size() ? bands[i + 1].first : income;
        const Rational part = rational(to - from) * rational(percent, 100);
        tax_due = tax_due + part;
        money.trace.push_back(say("%1 percent of the part from %2 to %3: %4",
                                  "%1 Prozent auf den Teil von %2 bis %3: %4",
                                  {percent, from, to, euros(part)}));
        lines.push_back(
            say("%1 percent above %2 euros", "%1 Prozent über %2 Euro", {percent, from}));
    }
    money.trace.push_back(say("tax: %1, surcharge: %2",
                              "Steuer: %1, Zuschlag: %2",
                              {euros(tax_due), euros(tax_due * rational(surcharge, 100))}));
    money.gold = tax_due * rational(100 + surcharge, 100);
    money.tables = {{"t", table}};
    money.inputs = {{"x", income}, {"z", plain_decimal(rational(surcharge, 100))}};
    money.expression = "bands(t, x)*(1+z)";
    money.question =
        say("A tax takes a rate of each part of the income: %1, always up to the next limit. On "
            "the tax comes a surcharge of "
            "%2 percent of it. How much is due in all for an income of %3 euros, in euros and "
            "rounded to cents?",
            "Eine Steuer erhebt auf jeden Teil des Einkommens einen Satz: %1, jeweils bis zur "
            "nächsten Grenze. Auf die Steuer "
            "kommt ein Zuschlag von %2 Prozent der Steuer. Wie viel ist bei einem Einkommen von %3 "
            "Euro insgesamt fällig, in "
            "Euro und auf Cent gerundet?",
            {enumerate(lines), surcharge, income});
    money.likely = {tax_due,
                    rational(income) * rational(bands.back().second, 100),
                    money.gold + rational(income, 100)};
    return money;
}

std::optional<Draft> finance(Draw& draw, int level) {
    const Money money = level <= 2   ? simple_or_compound(draw, level == 2)
                        : level == 3 ? savings(draw)
                        : level == 4 ? loan(draw)
                                     : tax(draw);
    if (is_tie(money.gold, 2)) return std::nullopt;
    Draft draft;
    draft.prompt = money.question + ask_box();
    draft.trace = money.trace;
    draft.verifier = "formula";
    const std::string gold = with_decimals(money.gold, 2);
    draft.gold = gold;
    draft.params = {{"expression", money.expression}, {"inputs", money.inputs}, {"decimals", 2}};
    if (!money.tables.empty()) draft.params["tables"] = money.tables;
    draft.decimals = true;
    std::vector<std::string> texts;
    for (const Rational& value : money.likely) texts.push_back(with_decimals(value, 2));
    texts.push_back(with_decimals(money.gold + rational(1, 100), 2));
    texts.push_back(with_decimals(money.gold * rational(2), 2));
    wrong_texts(draft, gold, texts);
    return draft;
}

}  // namespace

std::vector<Family> math_analysis_families() {
    using enum Field;
    return {
        {"math_calculus", kMath, "derivatives and integrals of polynomials", kLength, calculus},
        {"math_matrix", kMath, "determinants, products and inverses", kLength, matrices},
        {"math_units", kMath, "conversion of units", kLength, units},
        {"math_finance", kMath, "interest, loans and tax bands", kLength, finance},
    };
}

}  // namespace veritune::generate
