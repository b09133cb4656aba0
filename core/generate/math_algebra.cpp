// SPDX-License-Identifier: Apache-2.0
// Equations, polynomials and sequences.
#include "core/generate/exact.h"
#include "core/generate/family.h"

#include <algorithm>
#include <numeric>

namespace veritune::generate {

namespace {

/// p x + q with whole numbers.
struct Line {
    long slope = 0;
    long offset = 0;
    std::string text() const { return show(Polynomial{offset, slope}); }
};

std::string bracket(long factor, const Line& inner) {
    return std::to_string(factor) + "(" + inner.text() + ")";
}

struct Sides {
    std::string left;
    std::string right;
    Line a;  ///< the left side, multiplied out
    Line b;
};

Sides draw_sides(Draw& draw, int level) {
    const auto line = [&draw](long most) {
        return Line{draw.nonzero(-most, most), draw.nonzero(-9, 9)};
    };
    Sides sides;
    if (level <= 2) {
        sides.a = line(9);
        sides.b = level == 1 ? Line{0, draw.nonzero(-40, 40)} : line(9);
        sides.left = sides.a.text();
        sides.right = sides.b.text();
        return sides;
    }
    const Line first = line(4);
    const Line second = line(4);
    const long f = draw.between(2, 7);
    const long g = draw.between(2, 7);
    if (level == 3) {
        sides.a = {f * first.slope, f * first.offset};
        sides.b = second;
        sides.left = bracket(f, first);
        sides.right = second.text();
        return sides;
    }
    if (level == 4) {
        const Line third = line(6);
        sides.a = {f * first.slope - g * second.slope, f * first.offset - g * second.offset};
        sides.b = third;
        sides.left = bracket(f, first) + " - " + bracket(g, second);
        sides.right = third.text();
        return sides;
    }
    // (first) / f + third = (second) / g + fourth, multiplied by f g.
    const Line third = line(5);
    sides.a = {g * first.slope + f * g * third.slope, g * first.offset + f * g * third.offset};
    sides.b = {f * second.slope, f * second.offset};
    sides.left = "(" + first.text() + ")/" + std::to_string(f) + " + (" + third.text() + ")";
    sides.right = "(" + second.text() + ")/" + std::to_string(g);
    return sides;
}

std::optional<Draft> linear_equation(Draw& draw, int level) {
    const Sides sides = draw_sides(draw, level);
    const long slope = sides.a.slope - sides.b.slope;
    if (slope == 0) return std::nullopt;
    const Rational x = rational(sides.b.offset - sides.a.offset, slope);
    if ((level <= 2 && !x.is_integer()) || x.bits() > 12 || x.is_zero()) return std::nullopt;
    VT_CHECK(rational(sides.a.slope) * x + rational(sides.a.offset) ==
             rational(sides.b.slope) * x + rational(sides.b.offset));
    Draft draft;
    draft.prompt =
        say("Solve for x: %1 = %2", "Löse nach x auf: %1 = %2", {sides.left, sides.right}) +
        Text(".") +
        ask_box({"x as a whole number or fraction a/b", "x als ganze Zahl oder Bruch a/b"});
    if (sides.left != sides.a.text() || sides.right != sides.b.text()) {
        draft.trace.emplace_back(sides.left + " = " + sides.right);
        draft.trace.push_back(say("multiplied out: %1 = %2",
                                  "ausmultipliziert: %1 = %2",
                                  {sides.a.text(), sides.b.text()}));
    }
    if (sides.b.slope != 0) {
        draft.trace.emplace_back(show(Polynomial{sides.a.offset, slope}) + " = " +
                                 std::to_string(sides.b.offset));
    }
    draft.trace.emplace_back(show(Polynomial{0, slope}) + " = " +
                             std::to_string(sides.b.offset - sides.a.offset));
    draft.trace.emplace_back("x = " + x.to_string());
    draft.gold = x.to_string();
    draft.verifier = "numeric";
    wrong_texts(draft,
                x.to_string(),
                {(-x).to_string(),
                 (x + rational(1)).to_string(),
                 rational(sides.b.offset + sides.a.offset, slope).to_string(),
                 (rational(1) / x).to_string(),
                 (x - rational(2)).to_string()});
    return draft;
}

std::string equation(const std::vector<long>& row, long right) {
    static const std::vector<std::string> kNames = {"x", "y", "z", "w"};
    std::string out;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i] == 0) continue;
        const long size = row[i] < 0 ? -row[i] : row[i];
        out += out.empty() ? (row[i] < 0 ? "-" : "") : (row[i] < 0 ? " - " : " + ");
        out += (size == 1 ? "" : std::to_string(size)) + kNames[i];
    }
    return out + " = " + std::to_string(right);
}

/// Elimination as a person would write it: every new row is a line of the trace.
void eliminate(Matrix rows, std::vector<Text>& trace) {
    const std::size_t n = rows.size();
    for (std::size_t c = 0; c < n; ++c) {
        std::size_t pivot = c;
        while (pivot < n && rows[pivot][c] == 0) ++pivot;
        VT_CHECK(pivot < n);
        std::swap(rows[c], rows[pivot]);
        for (std::size_t r = 0; r < n; ++r) {
            if (r == c || rows[r][c] == 0) continue;
            const long common = std::gcd(rows[c][c], rows[r][c]);
            const long keep = rows[c][c] / common;
            const long take = rows[r][c] / common;
            long divisor = 0;
            for (std::size_t k = 0; k <= n; ++k) {
                rows[r][k] = keep * rows[r][k] - take * rows[c][k];
                divisor = std::gcd(divisor, rows[r][k]);
            }
            const auto written = [&rows, r] {
                return equation({rows[r].begin(), rows[r].end() - 1}, rows[r].back());
            };
            trace.emplace_back(written());
            if (divisor <= 1) continue;
            for (std::size_t k = 0; k <= n; ++k) rows[r][k] /= divisor;
            trace.emplace_back(written());
        }
    }
}

std::optional<Draft> linear_system(Draw& draw, int level) {
    const std::size_t n = level <= 2 ? 2 : level <= 4 ? 3 : 4;
    static constexpr long kMost[] = {3, 40, 3, 9, 5};
    std::vector<long> x;
    for (std::size_t i = 0; i < n; ++i) x.push_back(draw.between(-9, 9));
    Matrix rows;
    Matrix extended;
    for (std::size_t i = 0; i < n; ++i) {
        rows.emplace_back();
        long right = 0;
        for (std::size_t j = 0; j < n; ++j) {
            rows[i].push_back(draw.nonzero(-kMost[level - 1], kMost[level - 1]));
            right += rows[i][j] * x[j];
        }
        extended.push_back(rows[i]);
        extended[i].push_back(right);
    }
    const long det = determinant(rows);
    VT_CHECK(determinant_by_steps(rows) == rational(det));
    if (det == 0) return std::nullopt;
    // Cramer's rule is the second opinion: the drawn solution is the only one.
    for (std::size_t j = 0; j < n; ++j) {
        Matrix replaced = rows;
        for (std::size_t i = 0; i < n; ++i) replaced[i][j] = extended[i][n];
        VT_CHECK(determinant(replaced) == det * x[j]);
    }
    Draft draft;
    Text lines;
    for (std::size_t i = 0; i < n; ++i) lines += Text(equation(rows[i], extended[i][n]) + "\n");
    const std::string names = n == 2 ? "x, y" : n == 3 ? "x, y, z" : "x, y, z, w";
    draft.prompt =
        say("Solve the system of equations\n%1", "Löse das Gleichungssystem\n%1", {lines}) +
        say("Put the values %1 in \\boxed{}, in this order, separated by commas.",
            "Schreibe die Werte %1 in dieser Reihenfolge, durch Kommas getrennt, in "
            "\\boxed{}.",
            {names});
    eliminate(extended, draft.trace);
    gold_list(draft, x);
    std::vector<long> negated;
    for (const long value : x) negated.push_back(-value);
    wrong_lists(draft, x, {negated});
    return draft;
}

/// p + q sqrt(t)
struct Surd {
    Rational p;
    Rational q;
    long t = 1;
};

bool is_root(const Polynomial& poly, const Surd& x) {
    Surd value{.p = {}, .q = {}, .t = x.t};
    for (auto c = poly.rbegin(); c != poly.rend(); ++c) {
        const Rational p = value.p * x.p + value.q * x.q * rational(x.t) + rational(*c);
        value.q = value.p * x.q + value.q * x.p;
        value.p = p;
    }
    return value.p.is_zero() && value.q.is_zero();
}

std::string root_text(const Surd& x) {
    if (x.q.is_zero()) return x.p.to_string();
    std::string text = x.p.is_zero() ? "" : x.p.to_string();
    const Rational size = x.q.abs();
    if (x.q < Rational()) {
        text += text.empty() ? "-" : " - ";
    } else if (!text.empty()) {
        text += " + ";
    }
    const std::string factor = size == rational(1) ? "" : size.to_string() + "\\cdot ";
    return text + factor + "\\sqrt{" + std::to_string(x.t) + "}";
}

/// The real roots of a x^2 + b x + c by the formula; the discriminant is positive.
std::vector<Surd> roots_of(long a, long b, long c) {
    const Radical root = radical(b * b - 4 * a * c);
    std::vector<Surd> roots;
    for (const long sign : {-1L, 1L}) {
        const Rational p = rational(-b, 2 * a);
        const Rational q = rational(sign * root.square, 2 * a);
        roots.push_back(root.rest == 1 ? Surd{.p = p + q, .q = {}, .t = 1}
                                       : Surd{.p = p, .q = q, .t = root.rest});
    }
    return roots;
}

std::string set_text(const std::vector<Surd>& roots) {
    std::string text = "\\{";
    for (const Surd& root : roots) text += (text.size() > 2 ? ", " : "") + root_text(root);
    return text + "\\}";
}

/// Coefficients, the constant first, and the roots; nullopt: the level asks for others.
std::optional<std::pair<Polynomial, std::vector<Surd>>> draw_quadratic(Draw& draw, int level) {
    if (level == 5) {
        // x^4 + b x^2 + c = (x^2 - u)(x^2 - v)
        const long u = draw.between(2, 30);
        const long v = draw.between(2, 30);
        const Radical ru = radical(u);
        const Radical rv = radical(v);
        if (u == v || ru.rest == 1 || rv.rest == 1) return std::nullopt;
        std::vector<Surd> roots;
        for (const long sign : {-1L, 1L}) {
            roots.push_back({.p = {}, .q = rational(sign * ru.square), .t = ru.rest});
            roots.push_back({.p = {}, .q = rational(sign * rv.square), .t = rv.rest});
        }
        return std::pair(multiply(Polynomial{-u, 0, 1}, Polynomial{-v, 0, 1}), roots);
    }
    const long a = level == 1 || level == 3 ? 1 : draw.between(2, 6);
    const long b = draw.nonzero(-12, 12);
    const long c = draw.nonzero(-20, 20);
    const long discriminant = b * b - 4 * a * c;
    if (discriminant <= 0) return std::nullopt;
    const bool rational_roots = radical(discriminant).rest == 1;
    if (rational_roots != (level <= 2) || std::gcd(std::gcd(a, b), c) != 1) return std::nullopt;
    return std::pair(Polynomial{c, b, a}, roots_of(a, b, c));
}

std::optional<Draft> quadratic(Draw& draw, int level) {
    const auto drawn = draw_quadratic(draw, level);
    if (!drawn) return std::nullopt;
    const auto& [poly, roots] = *drawn;
    for (const Surd& root : roots) VT_CHECK(is_root(poly, root));
    Draft draft;
    draft.prompt = say("Find all real solutions of %1 = 0. Give exact values.",
                       "Bestimme alle reellen Lösungen von %1 = 0. Gib exakte Werte an.",
                       {show(poly)}) +
                   ask_box({"the set of solutions, like \\{1, \\sqrt{2}\\},",
                            "die Lösungsmenge, etwa \\{1, \\sqrt{2}\\},"});
    if (level < 5) {
        const long discriminant = poly[1] * poly[1] - 4 * poly[2] * poly[0];
        draft.trace.push_back(say("discriminant: %1", "Diskriminante: %1", {discriminant}));
        if (radical(discriminant).rest != 1) {
            draft.trace.emplace_back("\\sqrt{" + std::to_string(discriminant) +
                                     "} = " + std::to_string(radical(discriminant).square) +
                                     "\\sqrt{" + std::to_string(radical(discriminant).rest) + "}");
        }
    } else {
        draft.trace.push_back(
            say("with u = x^2: %1 = 0",
                "mit u = x^2: %1 = 0",
                {"u^2 + (" + std::to_string(poly[2]) + ")u + (" + std::to_string(poly[0]) + ")"}));
        const auto square = [](const Surd& root) {
            return (root.q * root.q * rational(root.t)).to_string();
        };
        draft.trace.push_back(
            say("u = %1 or u = %2", "u = %1 oder u = %2", {square(roots[0]), square(roots[1])}));
    }
    for (const Surd& root : roots) draft.trace.emplace_back("x = " + root_text(root));
    draft.gold = set_text(roots);
    draft.verifier = "math";
    // Roots of one quadratic lie as far apart as `apart`: twice as far is no root.
    const Rational apart = roots.back().p - roots.front().p;
    const Rational shift = apart.is_zero() ? rational(1) : apart + apart;
    std::vector<Surd> moved = roots;
    for (Surd& root : moved) root.p = root.p + shift;
    draft.wrong = {set_text({roots[0]}), set_text(moved), set_text({roots[0], moved[0]})};
    return draft;
}

std::optional<Draft> expand(Draw& draw, int level) {
    static constexpr std::size_t kDegree[][2] = {{1, 1}, {2, 1}, {2, 2}};
    const auto polynomial = [&draw](std::size_t degree) {
        Polynomial p;
        for (std::size_t i = 0; i < degree; ++i) p.push_back(draw.nonzero(-9, 9));
        p.push_back(draw.nonzero(-5, 5));
        return p;
    };
    const Polynomial a = polynomial(kDegree[level - 1][0]);
    const Polynomial b = polynomial(kDegree[level - 1][1]);
    const Polynomial product = multiply(a, b);
    for (long x = -3; x <= 3; ++x)
        VT_CHECK(value_at(product, x) == value_at(a, x) * value_at(b, x));
    Draft draft;
    draft.prompt =
        say("Multiply out (%1)(%2). Put the coefficients in \\boxed{}, from the highest power down "
            "to the constant, separated by commas.",
            "Multipliziere (%1)(%2) aus. Schreibe die Koeffizienten von der höchsten Potenz bis "
            "zum konstanten Glied, durch Kommas getrennt, in \\boxed{}.",
            {show(a), show(b)});
    for (std::size_t i = 0; i < a.size(); ++i) {
        Polynomial part(i + 1, 0);
        part[i] = a[i];
        draft.trace.emplace_back("(" + show(part) + ")(" + show(b) +
                                 ") = " + show(multiply(part, b)));
    }
    draft.trace.emplace_back(show(product));
    gold_list(draft, falling(product));
    wrong_lists(draft, falling(product), {product});
    return draft;
}

std::optional<Draft> polynomial_roots(Draw& draw, int level) {
    const std::size_t degree = level == 4 ? 3 : 4;
    std::vector<long> roots;
    Polynomial poly = {1};
    for (std::size_t i = 0; i < degree; ++i) {
        roots.push_back(draw.nonzero(-9, 9));
        poly = multiply(poly, Polynomial{-roots.back(), 1});
    }
    std::sort(roots.begin(), roots.end());
    if (std::adjacent_find(roots.begin(), roots.end()) != roots.end()) return std::nullopt;
    Draft draft;
    std::vector<long> found;
    for (long x = -10; x <= 10; ++x) {
        const long value = value_at(poly, x);
        if (value == 0) found.push_back(x);
        draft.trace.emplace_back("p(" + std::to_string(x) + ") = " + std::to_string(value));
    }
    VT_CHECK(found == roots);
    draft.prompt =
        say("All zeros of p(x) = %1 are whole numbers. Put them in \\boxed{} in rising order, "
            "separated by commas.",
            "Alle Nullstellen von p(x) = %1 sind ganze Zahlen. Schreibe sie aufsteigend, durch "
            "Kommas getrennt, in \\boxed{}.",
            {show(poly)});
    gold_list(draft, roots);
    std::vector<long> negated(roots.rbegin(), roots.rend());
    for (long& root : negated) root = -root;
    wrong_lists(draft, roots, {negated});
    return draft;
}

std::optional<Draft> polynomials(Draw& draw, int level) {
    return level <= 3 ? expand(draw, level) : polynomial_roots(draw, level);
}

/// A product of primitive linear factors with positive leading coefficient.
Polynomial draw_factors(Draw& draw, std::size_t degree, long most, std::vector<Rational>& roots) {
    Polynomial product = {1};
    for (std::size_t i = 0; i < degree; ++i) {
        const long a = draw.between(1, most);
        const long b = draw.nonzero(-9, 9);
        if (std::gcd(a, b) != 1) return {};
        roots.push_back(rational(-b, a));
        product = multiply(product, Polynomial{b, a});
    }
    return product;
}

std::optional<Draft> simplify_fraction(Draw& draw, int level) {
    static constexpr std::size_t kDegrees[][3] = {
        {1, 1, 1}, {1, 1, 1}, {1, 2, 1}, {1, 2, 2}, {2, 2, 2}};
    static constexpr long kMost[] = {1, 4, 2, 2, 2};
    const auto& degree = kDegrees[level - 1];
    std::vector<Rational> shared;
    std::vector<Rational> above;
    std::vector<Rational> below;
    const Polynomial common = draw_factors(draw, degree[0], kMost[level - 1], shared);
    const Polynomial top = draw_factors(draw, degree[1], kMost[level - 1], above);
    const Polynomial bottom = draw_factors(draw, degree[2], kMost[level - 1], below);
    if (common.empty() || top.empty() || bottom.empty()) return std::nullopt;
    for (const Rational& root : above) {
        if (std::find(below.begin(), below.end(), root) != below.end()) return std::nullopt;
    }
    const Polynomial numerator = multiply(common, top);
    const Polynomial denominator = multiply(common, bottom);
    VT_CHECK(multiply(numerator, bottom) == multiply(denominator, top));
    Draft draft;
    draft.prompt =
        say("Reduce the fraction (%1)/(%2) to lowest terms with whole coefficients that have no "
            "common divisor and a positive leading coefficient in the denominator. Put the "
            "coefficients of the numerator and then those of the denominator in \\boxed{}, each "
            "from the highest power down, all separated by commas.",
            "Kürze den Bruch (%1)/(%2) vollständig, mit ganzen Koeffizienten ohne gemeinsamen "
            "Teiler und positivem Leitkoeffizienten im Nenner. Schreibe die Koeffizienten des "
            "Zählers und dann die des Nenners, jeweils von der höchsten Potenz an und alle durch "
            "Kommas getrennt, in \\boxed{}.",
            {show(numerator), show(denominator)});
    draft.trace.push_back(
        say("numerator: (%1)(%2)", "Zähler: (%1)(%2)", {show(common), show(top)}));
    draft.trace.push_back(
        say("denominator: (%1)(%2)", "Nenner: (%1)(%2)", {show(common), show(bottom)}));
    draft.trace.emplace_back("(" + show(top) + ")/(" + show(bottom) + ")");
    std::vector<long> gold = falling(top);
    for (const long c : falling(bottom)) gold.push_back(c);
    std::vector<long> uncancelled = falling(numerator);
    for (const long c : falling(denominator)) uncancelled.push_back(c);
    std::vector<long> turned = falling(bottom);
    for (const long c : falling(top)) turned.push_back(c);
    gold_list(draft, gold);
    wrong_lists(draft, gold, {uncancelled, turned});
    return draft;
}

struct Sequence {
    Text law;
    std::vector<long> terms;  ///< up to the one that is asked for
    std::size_t shown = 5;
};

Sequence draw_differences(Draw& draw, std::size_t order, std::size_t wanted) {
    static const std::vector<Text> kOrder = {
        {"first", "ersten"}, {"second", "zweiten"}, {"third", "dritten"}};
    std::vector<long> now = {draw.between(-20, 20)};
    for (std::size_t i = 0; i < order; ++i) now.push_back(draw.nonzero(-6, 6));
    Sequence made{.law = say("Its %1 differences are constant.",
                             "Ihre %1 Differenzen sind konstant.",
                             {kOrder[order - 1]}),
                  .terms = {}};
    while (made.terms.size() < wanted) {
        made.terms.push_back(now[0]);
        for (std::size_t i = 0; i < order; ++i) now[i] += now[i + 1];
    }
    return made;
}

Sequence draw_recurrence(Draw& draw, std::size_t order, std::size_t wanted) {
    std::vector<long> factors;
    std::string law = "a(n) = ";
    for (std::size_t i = 0; i < order; ++i) {
        factors.push_back(draw.nonzero(-2, 3));
        law += (i == 0 ? "" : " + ") + std::string("(") + std::to_string(factors[i]) + ")*a(n-" +
               std::to_string(i + 1) + ")";
    }
    Sequence made{.law = say("From term %1 on, %2.", "Ab dem %1. Glied gilt %2.", {order + 1, law}),
                  .terms = {},
                  .shown = order};
    for (std::size_t i = 0; i < wanted; ++i) {
        long next = i < order ? draw.nonzero(-4, 5) : 0;
        for (std::size_t k = 0; i >= order && k < order; ++k) {
            next += factors[k] * made.terms[i - 1 - k];
        }
        made.terms.push_back(next);
    }
    return made;
}

std::optional<Draft> sequences(Draw& draw, int level) {
    const auto extra = static_cast<std::size_t>(draw.between(0, 1));
    const Sequence made =
        level <= 3
            ? draw_differences(draw,
                               static_cast<std::size_t>(level),
                               7 + extra + 2 * static_cast<std::size_t>(level))
            : draw_recurrence(draw, level == 4 ? 2 : 3, level == 4 ? 14 + extra : 17 + extra);
    for (const long term : made.terms) {
        if (term > 100'000'000 || term < -100'000'000) return std::nullopt;
    }
    const long gold = made.terms.back();
    if (level <= 3) {
        // Newton's interpolation through the first terms is the second opinion.
        std::vector<long> table(made.terms.begin(), made.terms.begin() + level + 1);
        long sum = 0;
        for (long k = 0; k <= level; ++k) {
            sum += table[0] * binomial(static_cast<long>(made.terms.size()) - 1, k);
            for (std::size_t i = 0; i + 1 < table.size(); ++i) table[i] = table[i + 1] - table[i];
        }
        VT_CHECK(sum == gold);
    }
    Draft draft;
    const std::vector<long> first(made.terms.begin(),
                                  made.terms.begin() + static_cast<long>(made.shown));
    draft.prompt = say("A sequence begins with %1. %2 What is its term number %3?",
                       "Eine Folge beginnt mit %1. %2 Wie lautet ihr %3. Glied?",
                       {joined(first), made.law, made.terms.size()}) +
                   ask_box();
    for (std::size_t i = made.shown; i < made.terms.size(); ++i) {
        Text step = say("term %1: %2", "Glied %1: %2", {i + 1, made.terms[i]});
        if (level <= 3 && level > 1) {
            step += say(" (difference %1)", " (Differenz %1)", {made.terms[i] - made.terms[i - 1]});
        }
        for (std::size_t k = 1; level > 3 && k <= made.shown; ++k) {
            step += say(", a(n-%1) = %2", ", a(n-%1) = %2", {k, made.terms[i - k]});
        }
        draft.trace.push_back(step);
    }
    draft.gold = gold;
    draft.verifier = "integer";
    wrong_integers(draft, gold, {made.terms[made.terms.size() - 2], gold + 1, -gold, gold - 3});
    return draft;
}

}  // namespace

std::vector<Family> math_algebra_families() {
    using enum Field;
    return {
        {"math_linear_equation", kMath, "linear equations", kLength, linear_equation},
        {"math_linear_system", kMath, "systems of linear equations", kLength, linear_system},
        {"math_quadratic", kMath, "quadratic equations with exact roots", kLength, quadratic},
        {"math_polynomial", kMath, "products and zeros of polynomials", kLength, polynomials},
        {"math_rational", kMath, "fractions of polynomials", kLength, simplify_fraction},
        {"math_sequence", kMath, "sequences", kLength, sequences},
    };
}

}  // namespace veritune::generate
