// SPDX-License-Identifier: Apache-2.0
// Counting, probability, plane geometry and exact values of angles.
#include "core/generate/exact.h"
#include "core/generate/family.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numbers>
#include <numeric>
#include <set>

namespace veritune::generate {

namespace {

Draft integer_draft(Text prompt, long gold, const std::vector<long>& likely) {
    Draft draft;
    draft.prompt = std::move(prompt) + ask_box();
    draft.gold = gold;
    draft.verifier = "integer";
    wrong_integers(draft, gold, likely);
    return draft;
}

std::string choose(long n, long k) {
    return "C(" + std::to_string(n) + ", " + std::to_string(k) +
           ") = " + std::to_string(binomial(n, k));
}

/// Subsets counted one by one.
long count_subsets(long n, const std::function<bool(unsigned)>& fits) {
    long count = 0;
    for (unsigned bits = 0; bits < (1U << n); ++bits) count += fits(bits) ? 1 : 0;
    return count;
}

long ones(unsigned bits) {
    long count = 0;
    for (; bits != 0; bits &= bits - 1) ++count;
    return count;
}

std::optional<Draft> choose_people(Draw& draw) {
    static const std::vector<Text> kThings = {
        {"people for a committee", "Personen für einen Ausschuss"},
        {"files for a sample", "Akten für eine Stichprobe"},
        {"cards from a deck", "Karten aus einem Stapel"}};
    const long n = draw.between(5, 14);
    const long k = draw.between(2, n - 2);
    const long gold = count_subsets(n, [k](unsigned bits) { return ones(bits) == k; });
    VT_CHECK(gold == binomial(n, k));
    Draft draft =
        integer_draft(say("In how many ways can one choose %1 %2 when there are %3?",
                          "Auf wie viele Arten kann man %1 %2 auswählen, wenn es %3 gibt?",
                          {k, draw.pick(kThings), n}),
                      gold,
                      {gold * k, binomial(n, k + 1), n * k, power(n, std::min(k, 6L))});
    draft.trace.emplace_back(choose(n, k));
    return draft;
}

std::optional<Draft> arrange_letters(Draw& draw) {
    static const std::string kLetters = "ABCDEFG";
    std::string word;
    const long kinds = draw.between(3, 4);
    std::string formula;
    long length = 0;
    for (long i = 0; i < kinds; ++i) {
        const long copies = draw.between(1, 3);
        length += copies;
        word +=
            std::string(static_cast<std::size_t>(copies), kLetters[static_cast<std::size_t>(i)]);
    }
    if (length < 5 || length > 8) return std::nullopt;
    std::vector<Text> trace;
    long gold = 1;
    long left = length;
    for (long i = 0; i < kinds; ++i) {
        const auto copies =
            std::count(word.begin(), word.end(), kLetters[static_cast<std::size_t>(i)]);
        trace.push_back(
            say("places for %1: %2",
                "Plätze für %1: %2",
                {std::string(1, kLetters[static_cast<std::size_t>(i)]), choose(left, copies)}));
        gold *= binomial(left, copies);
        left -= copies;
    }
    long counted = 0;
    std::string arranged = word;
    do ++counted;
    while (std::next_permutation(arranged.begin(), arranged.end()));
    VT_CHECK(counted == gold);
    std::vector<char> letters(word.begin(), word.end());
    draw.shuffle(letters);
    long all = 1;
    for (long i = 2; i <= length; ++i) all *= i;
    Draft draft = integer_draft(
        say("How many different words of %1 letters can be made of all the letters %2?",
            "Wie viele verschiedene Wörter mit %1 Buchstaben lassen sich aus allen "
            "Buchstaben %2 bilden?",
            {length, std::string(letters.begin(), letters.end())}),
        gold,
        {all, gold / 2, gold + length, gold * 2});
    draft.trace = std::move(trace);
    return draft;
}

std::optional<Draft> mixed_team(Draw& draw) {
    const long women = draw.between(3, 7);
    const long men = draw.between(3, 7);
    const long size = draw.between(3, 5);
    const long least = draw.between(1, size - 1);
    if (least > women || size > men) return std::nullopt;
    std::vector<Text> trace;
    long gold = 0;
    for (long w = least; w <= std::min(size, women); ++w) {
        const long ways = binomial(women, w) * binomial(men, size - w);
        trace.push_back(say("%1 women: %2 * %3 = %4",
                            "%1 Frauen: %2 * %3 = %4",
                            {w, choose(women, w), choose(men, size - w), ways}));
        gold += ways;
    }
    const unsigned women_bits = (1U << women) - 1;
    VT_CHECK(gold == count_subsets(women + men, [&](unsigned bits) {
                 return ones(bits) == size && ones(bits & women_bits) >= least;
             }));
    Draft draft =
        integer_draft(say("A team of %1 is chosen from %2 women and %3 men. In how many ways can "
                          "it hold at least %4 "
                          "women?",
                          "Aus %2 Frauen und %3 Männern wird ein Team von %1 Personen gewählt. Auf "
                          "wie viele Arten "
                          "gehören ihm mindestens %4 Frauen an?",
                          {size, women, men, least}),
                      gold,
                      {binomial(women + men, size),
                       binomial(women, least) * binomial(men, size - least),
                       binomial(women, least) * binomial(women + men - least, size - least),
                       gold + 1});
    draft.trace = std::move(trace);
    return draft;
}

std::optional<Draft> row_of_people(Draw& draw) {
    static const std::vector<std::string> kNames = {
        "Ada", "Ben", "Cem", "Dora", "Eva", "Finn", "Gina", "Hugo"};
    const auto n = static_cast<std::size_t>(draw.between(5, 7));
    const std::vector<std::string> names = draw.sample(kNames, n);
    const bool at_end = draw.chance(50);
    std::vector<std::size_t> seat = draw.order(n);
    std::sort(seat.begin(), seat.end());
    long counted = 0;
    do {
        const std::size_t gap = seat[0] > seat[1] ? seat[0] - seat[1] : seat[1] - seat[0];
        const bool end = seat[2] == 0 || seat[2] == n - 1;
        if (gap != 1 && end == at_end) ++counted;
    } while (std::next_permutation(seat.begin(), seat.end()));
    const auto size = static_cast<long>(n);
    long rest = 1;
    for (long i = 2; i <= size - 3; ++i) rest *= i;
    // Seats for the third person, then pairs of the other seats that are neighbours.
    long pairs = 0;
    std::vector<Text> trace;
    for (long third = 0; third < size; ++third) {
        if ((third == 0 || third == size - 1) != at_end) continue;
        long apart = 0;
        for (long a = 0; a < size; ++a) {
            for (long b = 0; b < size; ++b) {
                if (a != b && a != third && b != third && a - b != 1 && b - a != 1) ++apart;
            }
        }
        trace.push_back(say("%1 on seat %2: %3 ways to seat %4 and %5 apart",
                            "%1 auf Platz %2: %3 Arten, %4 und %5 getrennt zu setzen",
                            {names[2], third + 1, apart, names[0], names[1]}));
        pairs += apart;
    }
    VT_CHECK(pairs * rest == counted);
    trace.push_back(say("the others: %1 ways; %2 * %1 = %3",
                        "die übrigen: %1 Arten; %2 * %1 = %3",
                        {rest, pairs, counted}));
    Draft draft = integer_draft(
        say("%1 people sit down on a row of %1 chairs, among them %2, %3 and %4. In how many ways "
            "can they "
            "sit so that %2 and %3 are not neighbours and %4 %5?",
            "%1 Personen setzen sich auf eine Reihe von %1 Stühlen, darunter %2, %3 und %4. Auf "
            "wie viele "
            "Arten können sie sitzen, wenn %2 und %3 nicht nebeneinander sitzen und %4 %5?",
            {n,
             names[0],
             names[1],
             names[2],
             at_end ? Text("sits at an end", "an einem Ende sitzt")
                    : Text("does not sit at an end", "nicht an einem Ende sitzt")}),
        counted,
        {counted * 2, counted / 2, pairs, counted + rest});
    draft.trace = std::move(trace);
    return draft;
}

std::optional<Draft> divisible_numbers(Draw& draw) {
    constexpr std::size_t kDivisors = 4;
    const long last = draw.between(300, 999);
    const std::vector<long> d =
        draw.sample(std::vector<long>{4, 6, 9, 10, 14, 15, 21, 22}, kDivisors);
    long counted = 0;
    for (long i = 1; i <= last; ++i) {
        counted += std::any_of(d.begin(), d.end(), [i](long by) { return i % by == 0; }) ? 1 : 0;
    }
    std::vector<Text> trace;
    std::vector<Text> parts;
    long sum = 0;
    long gold = 0;
    for (unsigned bits = 1; bits < (1U << kDivisors); ++bits) {
        long multiple = 1;
        for (std::size_t i = 0; i < kDivisors; ++i) {
            if (((bits >> i) & 1U) != 0) multiple = std::lcm(multiple, d[i]);
        }
        const long sign = ones(bits) % 2 == 1 ? 1 : -1;
        gold += sign * (last / multiple);
        if (ones(bits) == 1) sum += last / multiple;
        if (ones(bits) == 1) parts.emplace_back(multiple);
        trace.push_back(
            say("%1 multiples of %2",
                "%1 Vielfache von %2",
                {(sign > 0 ? "+ " : "- ") + std::to_string(last / multiple), multiple}));
    }
    VT_CHECK(gold == counted);
    trace.push_back(say("together: %1", "zusammen: %1", {gold}));
    Draft draft = integer_draft(
        say("How many of the numbers from 1 to %1 are divisible by at least one of %2?",
            "Wie viele der Zahlen von 1 bis %1 sind durch mindestens eine der Zahlen %2 teilbar?",
            {last, enumerate(parts)}),
        gold,
        {sum, last - gold, gold + 1, gold - 1});
    draft.trace = std::move(trace);
    return draft;
}

std::optional<Draft> counting(Draw& draw, int level) {
    if (level == 1) return choose_people(draw);
    if (level == 2) return arrange_letters(draw);
    if (level == 3) return mixed_team(draw);
    return level == 4 ? row_of_people(draw) : divisible_numbers(draw);
}

Draft fraction_draft(Text prompt, const Rational& gold, const std::vector<Rational>& likely) {
    Draft draft;
    draft.prompt = std::move(prompt) + ask_box({"the probability as a fraction a/b",
                                                "die Wahrscheinlichkeit als Bruch a/b"});
    draft.gold = gold.to_string();
    draft.verifier = "numeric";
    std::vector<std::string> texts;
    for (const Rational& value : likely) texts.push_back(value.to_string());
    for (const long part : {2L, 3L, 5L}) {
        texts.push_back((gold + (rational(1) - gold) / rational(part)).to_string());
    }
    wrong_texts(draft, gold.to_string(), texts);
    return draft;
}

/// The chance of `red` red balls among `drawn`, ball by ball.
Rational by_drawing(long reds, long others, long drawn, long red) {
    if (red < 0 || red > reds || drawn - red > others) return {};
    if (drawn == 0) return rational(1);
    const long all = reds + others;
    Rational sum;
    if (red > 0) sum = rational(reds, all) * by_drawing(reds - 1, others, drawn - 1, red - 1);
    if (others > 0 && drawn > red) {
        sum = sum + rational(others, all) * by_drawing(reds, others - 1, drawn - 1, red);
    }
    return sum;
}

std::optional<Draft> urn(Draw& draw, int level) {
    const long reds = draw.between(3, 9);
    const long others = draw.between(3, 9);
    const long drawn = level == 1 ? 1 : level == 2 ? 2 : draw.between(3, 4);
    const long red = level <= 2 ? drawn : draw.between(1, drawn - 1);
    const long most = level == 4 ? drawn : red;
    if (most > reds || drawn > others) return std::nullopt;
    Rational gold;
    std::vector<Text> trace;
    for (long k = red; k <= most; ++k) {
        const Rational part = rational(binomial(reds, k) * binomial(others, drawn - k),
                                       binomial(reds + others, drawn));
        VT_CHECK(part == by_drawing(reds, others, drawn, k));
        gold = gold + part;
        trace.push_back(say("exactly %1 red: %2 * %3, divided by %4: %5",
                            "genau %1 rote: %2 * %3, geteilt durch %4: %5",
                            {k,
                             choose(reds, k),
                             choose(others, drawn - k),
                             choose(reds + others, drawn),
                             part.to_string()}));
    }
    if (level == 1) trace = {Text(std::to_string(reds) + "/" + std::to_string(reds + others))};
    const Text what =
        most > red
            ? say("at least %1 of them are red", "mindestens %1 davon rot sind", {red})
            : say("exactly %1 of them is or are red", "genau %1 davon rot ist oder sind", {red});
    Draft draft = fraction_draft(
        say("A box holds %1 red and %2 blue balls. %3 of them are drawn at random, without putting "
            "any back. "
            "What is the probability that %4?",
            "In einer Kiste liegen %1 rote und %2 blaue Kugeln. %3 davon werden zufällig gezogen, "
            "ohne "
            "Zurücklegen. Wie groß ist die Wahrscheinlichkeit, dass %4?",
            {reds, others, drawn, what}),
        gold,
        {rational(1) - gold, rational(reds, reds + others), rational(red, drawn + 1)});
    draft.trace = std::move(trace);
    return draft;
}

std::optional<Draft> dice(Draw& draw) {
    const long count = draw.between(3, 4);
    const long sides = 2 * draw.between(3, 6);
    const long least = draw.between(sides * count / 3, sides * count * 5 / 6);
    // Sums die by die, and every throw one by one.
    std::map<long, long> ways = {{0, 1}};
    std::vector<Text> trace;
    for (long die = 1; die <= count; ++die) {
        std::map<long, long> next;
        for (const auto& [sum, number] : ways) {
            for (long face = 1; face <= sides; ++face) next[sum + face] += number;
        }
        ways = std::move(next);
        std::string row;
        for (const auto& [sum, number] : ways) {
            row += (row.empty() ? "" : ", ") + std::to_string(sum) + ": " + std::to_string(number);
        }
        if (die > 1)
            trace.push_back(say("sums of %1 dice: %2", "Summen von %1 Würfeln: %2", {die, row}));
    }
    long good = 0;
    for (const auto& [sum, number] : ways) good += sum >= least ? number : 0;
    long counted = 0;
    for (long code = 0; code < power(sides, count); ++code) {
        long sum = 0;
        for (long rest = code, die = 0; die < count; ++die, rest /= sides) sum += rest % sides + 1;
        counted += sum >= least ? 1 : 0;
    }
    VT_CHECK(counted == good);
    const Rational gold = rational(good, power(sides, count));
    if (gold == rational(1, 2)) return std::nullopt;
    Draft draft =
        fraction_draft(say("%1 fair dice with the sides 1 to %3 are thrown. What is the "
                           "probability that their sum is at least %2?",
                           "%1 faire Würfel mit den Seiten 1 bis %3 werden geworfen. Wie groß ist "
                           "die Wahrscheinlichkeit, dass ihre Summe mindestens %2 ist?",
                           {count, least, sides}),
                       gold,
                       {rational(1) - gold, rational(good - ways[least], power(sides, count))});
    draft.trace = std::move(trace);
    return draft;
}

std::optional<Draft> probability(Draw& draw, int level) {
    return level == 5 ? dice(draw) : urn(draw, level);
}

struct Point {
    long x = 0;
    long y = 0;
    bool operator==(const Point&) const = default;
};

long cross(const Point& a, const Point& b) { return a.x * b.y - a.y * b.x; }

/// Corners around the origin, so that the polygon cannot cross itself; empty: none were found.
std::vector<Point> draw_polygon(Draw& draw, std::size_t corners) {
    std::vector<Point> points;
    for (std::size_t i = 0; i < corners; ++i) {
        points.push_back({draw.between(-9, 9), draw.between(-9, 9)});
    }
    const auto half = [](const Point& p) { return p.y < 0 || (p.y == 0 && p.x < 0) ? 1 : 0; };
    std::sort(points.begin(), points.end(), [&half](const Point& a, const Point& b) {
        return half(a) != half(b) ? half(a) < half(b) : cross(a, b) > 0;
    });
    for (std::size_t i = 0; i < corners; ++i) {
        if (cross(points[i], points[(i + 1) % corners]) <= 0) return {};
    }
    return points;
}

/// Twice the area by Pick's theorem: lattice points in the triangles around the origin.
long twice_area_by_counting(const std::vector<Point>& points) {
    long inside = 0;
    long border = 0;
    const std::size_t n = points.size();
    for (std::size_t i = 0; i < n; ++i) {
        const Point& a = points[i];
        const Point& b = points[(i + 1) % n];
        border += std::gcd(a.x - b.x, a.y - b.y);
    }
    for (long x = -9; x <= 9; ++x) {
        for (long y = -9; y <= 9; ++y) {
            const Point p{x, y};
            bool found = false;
            for (std::size_t i = 0; i < n; ++i) {
                const Point& a = points[i];
                const Point& b = points[(i + 1) % n];
                const Point edge{b.x - a.x, b.y - a.y};
                const Point to{p.x - a.x, p.y - a.y};
                found = found || (cross(a, p) >= 0 && cross(p, b) >= 0 && cross(edge, to) >= 0);
            }
            inside += found ? 1 : 0;
        }
    }
    return 2 * (inside - border) + border - 2;
}

std::optional<Draft> polygon_area(Draw& draw, int level) {
    const std::size_t corners = level == 3 ? 3 : level == 4 ? 4 : 6;
    const std::vector<Point> points = draw_polygon(draw, corners);
    if (points.empty()) return std::nullopt;
    const long right = draw.between(0, 9);
    const long up = draw.between(0, 9);
    Draft draft;
    long twice = 0;
    std::string list;
    for (std::size_t i = 0; i < corners; ++i) {
        const Point a{points[i].x + right, points[i].y + up};
        const Point& next = points[(i + 1) % corners];
        const Point b{next.x + right, next.y + up};
        const auto in_brackets = [](long n) {
            return n < 0 ? "(" + std::to_string(n) + ")" : std::to_string(n);
        };
        list +=
            (list.empty() ? "(" : ", (") + std::to_string(a.x) + ", " + std::to_string(a.y) + ")";
        twice += cross(a, b);
        draft.trace.emplace_back(in_brackets(a.x) + " * " + in_brackets(b.y) + " - " +
                                 in_brackets(a.y) + " * " + in_brackets(b.x) + " = " +
                                 std::to_string(cross(a, b)));
    }
    VT_CHECK(twice == twice_area_by_counting(points));
    draft.trace.push_back(say("half of the sum %1", "die Hälfte der Summe %1", {twice}));
    const Rational gold = rational(twice, 2);
    draft.prompt =
        say("What is the area of the polygon with the corners %1, in this order?",
            "Wie groß ist die Fläche des Vielecks mit den Ecken %1, in dieser Reihenfolge?",
            {list}) +
        ask_box();
    draft.gold = gold.to_string();
    draft.verifier = "numeric";
    wrong_texts(draft,
                gold.to_string(),
                {std::to_string(twice),
                 (gold + rational(1, 2)).to_string(),
                 (gold - rational(1)).to_string(),
                 (gold / rational(2)).to_string()});
    return draft;
}

std::optional<Draft> cut_rectangle(Draw& draw) {
    const long width = draw.between(6, 30);
    const long height = draw.between(6, 30);
    const long cut_width = draw.between(1, width - 2);
    const long cut_height = draw.between(1, height - 2);
    const long gold = width * height - cut_width * cut_height;
    VT_CHECK(gold == (width - cut_width) * height + cut_width * (height - cut_height));
    Draft draft = integer_draft(say("From one corner of a rectangle of %1 cm by %2 cm a rectangle "
                                    "of %3 cm by %4 cm is cut away. How "
                                    "many square centimetres are left?",
                                    "Von einer Ecke eines Rechtecks von %1 cm mal %2 cm wird ein "
                                    "Rechteck von %3 cm mal %4 cm "
                                    "abgeschnitten. Wie viele Quadratzentimeter bleiben übrig?",
                                    {width, height, cut_width, cut_height}),
                                gold,
                                {width * height,
                                 width * height + cut_width * cut_height,
                                 2 * (width + height),
                                 gold + cut_width});
    draft.trace.emplace_back(std::to_string(width) + " * " + std::to_string(height) + " = " +
                             std::to_string(width * height));
    draft.trace.emplace_back(std::to_string(cut_width) + " * " + std::to_string(cut_height) +
                             " = " + std::to_string(cut_width * cut_height));
    return draft;
}

std::optional<Draft> diagonal(Draw& draw) {
    const long width = draw.between(2, 30);
    const long height = draw.between(2, 30);
    const long square = width * width + height * height;
    const Radical root = radical(square);
    VT_CHECK(root.square * root.square * root.rest == square);
    const auto text = [](long factor, long rest) {
        const std::string front = factor == 1 && rest > 1 ? "" : std::to_string(factor);
        return rest == 1 ? front : front + "\\sqrt{" + std::to_string(rest) + "}";
    };
    Draft draft;
    draft.prompt = say("A rectangular field is %1 m wide and %2 m long. How many metres long is "
                       "its diagonal, exactly?",
                       "Ein rechteckiges Feld ist %1 m breit und %2 m lang. Wie viele Meter lang "
                       "ist seine Diagonale, "
                       "exakt?",
                       {width, height}) +
                   ask_box();
    draft.trace.emplace_back(std::to_string(width) + "^2 + " + std::to_string(height) +
                             "^2 = " + std::to_string(square));
    draft.trace.emplace_back("\\sqrt{" + std::to_string(square) +
                             "} = " + text(root.square, root.rest));
    draft.gold = text(root.square, root.rest);
    draft.verifier = "math";
    wrong_texts(
        draft,
        text(root.square, root.rest),
        {std::to_string(square), std::to_string(width + height), text(root.square + 1, root.rest)});
    return draft;
}

std::optional<Draft> geometry(Draw& draw, int level) {
    if (level == 1) return cut_rectangle(draw);
    return level == 2 ? diagonal(draw) : polygon_area(draw, level);
}

/// p + q sqrt(2) + r sqrt(3)
struct RootSum {
    Rational p;
    Rational q;
    Rational r;
};

/// sin of a multiple of 30 or 45 degrees.
RootSum sine(long degrees) {
    degrees = ((degrees % 360) + 360) % 360;
    if (degrees >= 180) {
        RootSum mirrored = sine(degrees - 180);
        return {-mirrored.p, -mirrored.q, -mirrored.r};
    }
    if (degrees > 90) degrees = 180 - degrees;
    if (degrees == 0) return {};
    if (degrees == 30) return {rational(1, 2), {}, {}};
    if (degrees == 45) return {{}, rational(1, 2), {}};
    if (degrees == 60) return {{}, {}, rational(1, 2)};
    return {rational(1), {}, {}};
}

double as_double(const RootSum& x) {
    const auto number = [](const Rational& r) {
        const Rational above = r * r.denominator();
        return static_cast<double>(above.to_long(0)) /
               static_cast<double>(r.denominator().to_long(1));
    };
    return number(x.p) + number(x.q) * std::numbers::sqrt2 + number(x.r) * std::numbers::sqrt3;
}

std::optional<Draft> trigonometry(Draw& draw, int level) {
    static const std::vector<long> kAngles = {
        0, 30, 45, 60, 90, 120, 135, 150, 180, 210, 225, 240, 270, 300, 315, 330};
    Draft draft;
    RootSum sum;
    std::string expression;
    double check = 0.0;
    for (int i = 0; i < level; ++i) {
        const bool sin = draw.chance(50);
        const long factor = draw.nonzero(-6, 6);
        long degrees = draw.pick(kAngles);
        if (level == 1 && degrees > 90 && draw.chance(50)) degrees -= 90;
        if (level >= 3) degrees += 360 * draw.between(-2, 2);
        const RootSum value = sine(sin ? degrees : 90 - degrees);
        sum.p = sum.p + rational(factor) * value.p;
        sum.q = sum.q + rational(factor) * value.q;
        sum.r = sum.r + rational(factor) * value.r;
        const double radians = static_cast<double>(degrees) * std::numbers::pi / 180.0;
        check += static_cast<double>(factor) * (sin ? std::sin(radians) : std::cos(radians));
        const std::string name =
            std::string(sin ? "sin" : "cos") + "(" + std::to_string(degrees) + "°)";
        expression += i == 0 ? (factor < 0 ? "-" : "") : (factor < 0 ? " - " : " + ");
        expression += std::to_string(factor < 0 ? -factor : factor) + "·" + name;
        draft.trace.emplace_back(name + " = " + value.p.to_string() + " + " + value.q.to_string() +
                                 "·√2 + " + value.r.to_string() + "·√3");
    }
    VT_CHECK(std::abs(as_double(sum) - check) < 1e-9);
    if (sum.p.is_zero() && sum.q.is_zero() && sum.r.is_zero()) return std::nullopt;
    draft.prompt =
        say("Write %1 exactly as a + b·√2 + c·√3 with fractions or whole numbers a, b and c. Put "
            "a, b, c in "
            "\\boxed{}, separated by commas.",
            "Schreibe %1 exakt als a + b·√2 + c·√3 mit Brüchen oder ganzen Zahlen a, b und c. "
            "Schreibe a, b, "
            "c, durch Kommas getrennt, in \\boxed{}.",
            {expression});
    const auto list = [](const Rational& p, const Rational& q, const Rational& r) {
        return p.to_string() + ", " + q.to_string() + ", " + r.to_string();
    };
    draft.gold = {sum.p.to_string(), sum.q.to_string(), sum.r.to_string()};
    draft.verifier = "list";
    draft.params = {{"element", {{"verifier", "numeric"}}}};
    wrong_texts(draft,
                list(sum.p, sum.q, sum.r),
                {list(sum.p, sum.r, sum.q),
                 list(-sum.p, -sum.q, -sum.r),
                 list(sum.p + rational(1, 2), sum.q, sum.r),
                 list(sum.p, sum.q - rational(1), sum.r)});
    return draft;
}

}  // namespace

std::vector<Family> math_counting_families() {
    using enum Field;
    return {
        {"math_counting", kMath, "arrangements and selections", kLength, counting},
        {"math_probability", kMath, "finite probability", kLength, probability},
        {"math_geometry", kMath, "areas and lengths", kLength, geometry},
        {"math_trigonometry", kMath, "exact sines and cosines", kLength, trigonometry},
    };
}

}  // namespace veritune::generate
