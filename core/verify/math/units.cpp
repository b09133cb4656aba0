// SPDX-License-Identifier: Apache-2.0
#include "core/verify/math/lexer.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace veritune::verify::math {

namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array<std::string_view, 41> kFunctions = {
    "sin",     "cos",     "tan",    "cot",   "sec",  "csc",  "arcsin", "arccos", "arctan",
    "arccot",  "arcsec",  "arccsc", "sinh",  "cosh", "tanh", "coth",   "sech",   "csch",
    "log",     "ln",      "lg",     "exp",   "sqrt", "abs",  "floor",  "ceil",   "asin",
    "acos",    "atan",    "max",    "min",   "gcd",  "lcm",  "det",    "cbrt",   "arcsinh",
    "arccosh", "arctanh", "asinh",  "acosh", "atanh"};

/// Units of measure with their spellings; a plural "s" is taken off before the look-up.
constexpr Pair kUnits[] = {{"cm", "cm"},         {"centimeter", "cm"},   {"centimetre", "cm"},
                           {"mm", "mm"},         {"millimeter", "mm"},   {"millimetre", "mm"},
                           {"m", "m"},           {"meter", "m"},         {"metre", "m"},
                           {"km", "km"},         {"kilometer", "km"},    {"kilometre", "km"},
                           {"in", "inch"},       {"inch", "inch"},       {"inche", "inch"},
                           {"ft", "foot"},       {"foot", "foot"},       {"feet", "foot"},
                           {"yd", "yard"},       {"yard", "yard"},       {"mi", "mile"},
                           {"mile", "mile"},     {"kg", "kg"},           {"kilogram", "kg"},
                           {"g", "g"},           {"gram", "g"},          {"gm", "g"},
                           {"mg", "mg"},         {"milligram", "mg"},    {"lb", "pound"},
                           {"pound", "pound"},   {"oz", "ounce"},        {"ounce", "ounce"},
                           {"ton", "ton"},       {"l", "liter"},         {"liter", "liter"},
                           {"litre", "liter"},   {"ml", "ml"},           {"milliliter", "ml"},
                           {"gallon", "gallon"}, {"gal", "gallon"},      {"quart", "quart"},
                           {"pint", "pint"},     {"cup", "cup"},         {"s", "second"},
                           {"sec", "second"},    {"second", "second"},   {"min", "minute"},
                           {"minute", "minute"}, {"h", "hour"},          {"hr", "hour"},
                           {"hour", "hour"},     {"day", "day"},         {"week", "week"},
                           {"month", "month"},   {"year", "year"},       {"yr", "year"},
                           {"mph", "mile/hour"}, {"kph", "km/hour"},     {"dollar", "dollar"},
                           {"usd", "dollar"},    {"buck", "dollar"},     {"cent", "cent"},
                           {"euro", "euro"},     {"eur", "euro"},        {"yen", "yen"},
                           {"rupee", "rupee"},   {"degree", "degree"},   {"deg", "degree"},
                           {"grad", "degree"},   {"radian", "radian"},   {"rad", "radian"},
                           {"unit", "unit"},     {"square", "square"},   {"sq", "square"},
                           {"cubic", "cubic"},   {"cu", "cubic"},        {"per", "per"},
                           {"am", "am"},         {"a.m", "am"},          {"pm", "pm"},
                           {"p.m", "pm"},        {"percent", "percent"}, {"prozent", "percent"},
                           {"newton", "newton"}, {"joule", "joule"},     {"watt", "watt"},
                           {"volt", "volt"},     {"hz", "hertz"},        {"hertz", "hertz"},
                           {"acre", "acre"}};

constexpr std::array<std::string_view, 17> kConnectives = {"or",
                                                           "and",
                                                           "oder",
                                                           "und",
                                                           "ou",
                                                           "et",
                                                           "oppure",
                                                           "y",
                                                           "o",
                                                           "e",
                                                           "或",
                                                           "和",
                                                           "或者",
                                                           "以及",
                                                           "и",
                                                           "или",
                                                           "und/oder"};

constexpr std::array<std::string_view, 61> kHedges = {
    "not",       "no",       "is",         "isn",           "are",       "was",    "maybe",
    "perhaps",   "possibly", "about",      "approximately", "approx",    "around", "roughly",
    "nearly",    "almost",   "than",       "less",          "more",      "least",  "most",
    "minus",     "plus",     "times",      "divided",       "over",      "to",     "bis",
    "through",   "between",  "if",         "when",          "unless",    "except", "wrong",
    "incorrect", "false",    "but",        "either",        "neither",   "nor",    "without",
    "mod",       "modulo",   "thousandth", "hundredth",     "millionth", "tenth",  "half",
    "halves",    "third",    "quarter",    "true",          "correct",   "answer", "negative",
    "squared",   "cubed",    "ca",         "etwa",          "nicht"};

constexpr std::array<std::string_view, 21> kShortWords = {
    "yes", "no",  "odd", "even", "and", "or", "all", "one",  "two", "six", "ten",
    "not", "nor", "the", "for",  "to",  "is", "if",  "true", "may", "an"};

bool is_upper_run(std::string_view word) {
    return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::string lower(std::string_view word) {
    std::string out(word);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string_view unit_name(std::string_view word) {
    for (const Pair& unit : kUnits) {
        if (unit.first == word) return unit.second;
    }
    return {};
}

template <typename List>
bool holds(const List& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

bool is_function_name(std::string_view name) { return holds(kFunctions, name); }

bool is_connective(std::string_view word) { return holds(kConnectives, lower(word)); }

bool is_hedge_word(std::string_view word) {
    const std::string folded = lower(word);
    return holds(kHedges, folded) || holds(kConnectives, folded);
}

WordMeaning word_meaning(std::string_view word) {
    if (is_function_name(word)) return WordMeaning::kFunction;
    if (word == "pi" || word == "inf" || word == "infinity" || word == "theta" || word == "infty" ||
        word == "oo") {
        return WordMeaning::kConstant;
    }
    if (is_upper_run(word)) return WordMeaning::kWord;
    const std::string folded = lower(word);
    const bool known = holds(kShortWords, folded) || !unit_name(folded).empty() ||
                       is_connective(folded) || is_hedge_word(folded);
    return known || word.size() > 3 ? WordMeaning::kWord : WordMeaning::kProduct;
}

std::string canonical_unit(std::string_view word) {
    std::string folded = lower(word);
    while (folded.ends_with('.')) folded.pop_back();
    if (const std::string_view name = unit_name(folded); !name.empty()) return std::string(name);
    if (folded.size() > 2 && folded.ends_with('s')) folded.pop_back();
    if (const std::string_view name = unit_name(folded); !name.empty()) return std::string(name);
    return folded;
}

bool is_physical_unit(std::string_view canonical) {
    for (const Pair& unit : kUnits) {
        if (unit.second == canonical && canonical != "unit") return true;
    }
    return canonical.find_first_of("^/") != std::string_view::npos;
}

long multiplier_word(std::string_view word) {
    static constexpr std::pair<std::string_view, long> kWords[] = {{"hundred", 100},
                                                                   {"thousand", 1'000},
                                                                   {"million", 1'000'000},
                                                                   {"billion", 1'000'000'000},
                                                                   {"trillion", 1'000'000'000'000},
                                                                   {"dozen", 12},
                                                                   {"tausend", 1'000},
                                                                   {"mille", 1'000},
                                                                   {"mil", 1'000},
                                                                   {"millionen", 1'000'000},
                                                                   {"millions", 1'000'000},
                                                                   {"万", 10'000},
                                                                   {"亿", 100'000'000}};
    const std::string folded = lower(word);
    for (const auto& [name, factor] : kWords) {
        if (name == folded) return factor;
    }
    return 0;
}

}  // namespace veritune::verify::math
