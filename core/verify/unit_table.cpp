// SPDX-License-Identifier: Apache-2.0
#include "core/verify/unit_table.h"

#include "core/text/answer_text.h"
#include "core/verify/numeric_verifier.h"

#include <string>

namespace veritune::verify {

namespace {

/// names  separated by spaces, symbols first; factor  a number in the form of parse_number();
/// dimension  "kg m2 s-2"
struct Row {
    std::string_view symbols;
    std::string_view words;
    std::string_view factor;
    std::string_view dimension;
    bool prefixes = false;
    std::string_view offset = "0";
};

constexpr Row kUnits[] = {
    {"m", "meter metre", "1", "m", true},
    {"g", "gram gramm gramme", "1/1000", "kg", true},
    {"s sec", "second sekunde", "1", "s", true},
    {"A", "ampere amp", "1", "A", true},
    {"K", "kelvin", "1", "K", true},
    {"mol", "mole", "1", "mol", true},
    {"cd", "candela", "1", "cd", true},
    {"L l", "liter litre", "1/1000", "m3", true},
    {"t", "tonne", "1000", "kg"},
    {"Hz", "hertz", "1", "s-1", true},
    {"N", "newton", "1", "kg m s-2", true},
    {"Pa", "pascal", "1", "kg m-1 s-2", true},
    {"J", "joule", "1", "kg m2 s-2", true},
    {"W", "watt", "1", "kg m2 s-3", true},
    {"C", "coulomb", "1", "A s", true},
    {"V", "volt", "1", "kg m2 s-3 A-1", true},
    {"ohm", "ohm", "1", "kg m2 s-3 A-2", true},
    {"F", "farad", "1", "kg-1 m-2 s4 A2", true},
    {"T", "tesla", "1", "kg s-2 A-1", true},
    {"Wh", "watthour", "3600", "kg m2 s-2", true},
    {"eV", "electronvolt", "1.602176634e-19", "kg m2 s-2", true},
    {"bar", "bar", "100000", "kg m-1 s-2", true},
    {"atm", "atmosphere", "101325", "kg m-1 s-2"},
    {"mmHg mm[Hg]", "mmhg torr", "133.322387415", "kg m-1 s-2"},
    {"psi", "psi", "8896443230521/1290320000", "kg m-1 s-2"},
    {"cal", "calorie kalorie", "4.184", "kg m2 s-2", true},
    {"Cal", "", "4184", "kg m2 s-2"},
    {"hp", "horsepower", "745.69987158227022", "kg m2 s-3"},
    {"min", "minute", "60", "s"},
    {"h hr hrs Std", "hour stunde", "3600", "s"},
    {"d", "day tag tage", "86400", "s"},
    {"wk", "week woche", "604800", "s"},
    {"mo", "month monat monate", "1", "month"},
    {"a yr yrs", "year jahr jahre", "12", "month"},
    {"in", "inch inches zoll", "0.0254", "m"},
    {"ft", "foot feet", "0.3048", "m"},
    {"yd", "yard", "0.9144", "m"},
    {"mi", "mile meile", "1609.344", "m"},
    {"nmi", "", "1852", "m"},
    {"mph", "", "0.44704", "m s-1"},
    {"kmh", "", "5/18", "m s-1"},
    {"kn", "knot", "463/900", "m s-1"},
    {"ha", "hectare hektar", "10000", "m2"},
    {"ar", "", "100", "m2"},
    {"acre", "acre", "4046.8564224", "m2"},
    {"cc ccm", "", "0.000001", "m3"},
    {"gal", "gallon", "0.003785411784", "m3"},
    {"qt", "quart", "0.000946352946", "m3"},
    {"pt", "pint", "0.000473176473", "m3"},
    {"floz", "", "0.0000295735295625", "m3"},
    {"lb lbs", "pound", "0.45359237", "kg"},
    {"oz", "ounce", "0.028349523125", "kg"},
    {"st", "stone", "6.35029318", "kg"},
    {"mcg", "", "0.000000001", "kg"},
    {"u Da", "dalton", "1.66053906660e-27", "kg"},
    {"\xC2\xB0"
     "C degC Cel",
     "celsius",
     "1",
     "K",
     false,
     "273.15"},
    {"\xC2\xB0"
     "F degF",
     "fahrenheit",
     "5/9",
     "K",
     false,
     "45967/180"},
    {"%", "percent prozent", "1/100", ""},
    {"\xE2\x80\xB0", "permille promille", "1/1000", ""},
    {"bp bps", "", "1/10000", ""},
    {"ppm", "", "1/1000000", ""},
    {"ppb", "", "1/1000000000", ""},
    {"Tsd", "thousand tausend", "1000", ""},
    {"Mio", "million", "1000000", ""},
    {"Mrd bn", "billion milliarde", "1000000000", ""},
    {"rad", "radian", "1", "rad", true},
    {"M", "molar", "1000", "mol m-3", true},
    {"Eq", "equivalent", "1", "Eq", true},
    {"IU iu U IE [iU]", "unit", "1", "IU", true},
    {"osm Osm", "", "1", "osm", true},
    {"bit", "bit", "1", "bit", true},
    {"B byte", "byte", "8", "bit", true},
    {"dpt", "diopter dioptre", "1", "m-1"},
    {"\xE2\x82\xAC EUR", "euro euros", "1", "EUR"},
    {"$ US$ USD", "dollar", "1", "USD"},
    {"\xC2\xA3 GBP", "", "1", "GBP"},
    {"\xC2\xA5 JPY", "yen", "1", "JPY"},
    {"C$ CAD", "", "1", "CAD"},
    {"A$ AUD", "", "1", "AUD"},
    {"CHF Fr", "franken", "1", "CHF"},
    {"SEK", "", "1", "SEK"},
    {"NOK", "", "1", "NOK"},
    {"DKK", "", "1", "DKK"},
    {"PLN", "", "1", "PLN"},
    {"CNY", "", "1", "CNY"},
    {"INR", "", "1", "INR"},
};

struct Prefix {
    std::string_view symbol;
    std::string_view word;
    long power;
};
constexpr Prefix kPrefixes[] = {
    {"da", "deca", 1},
    {"h", "hecto", 2},
    {"k", "kilo", 3},
    {"M", "mega", 6},
    {"G", "giga", 9},
    {"T", "tera", 12},
    {"P", "peta", 15},
    {"d", "deci", -1},
    {"c", "centi", -2},
    {"m", "milli", -3},
    {"u", "micro", -6},
    {"n", "nano", -9},
    {"p", "pico", -12},
    {"f", "femto", -15},
    {"", "mikro", -6},
    {"", "zenti", -2},
    {"", "dezi", -1},
};

bool has_name(std::string_view names, std::string_view name) {
    while (!names.empty()) {
        const std::size_t space = std::min(names.find(' '), names.size());
        if (names.substr(0, space) == name) return true;
        names.remove_prefix(std::min(space + 1, names.size()));
    }
    return false;
}

/// Plurals of English and German.
bool has_word(std::string_view words, std::string_view word) {
    if (word.size() < 3) return false;
    if (has_name(words, word)) return true;
    for (const std::string_view end : {"s", "n", "en"}) {
        if (word.ends_with(end) && has_name(words, word.substr(0, word.size() - end.size()))) {
            return true;
        }
    }
    return false;
}

Unit unit_of(const Row& row, long power) {
    Unit unit;
    unit.factor = parse_number(row.factor).value * Rational("1", power);
    unit.offset = parse_number(row.offset).value;
    std::string_view rest = row.dimension;
    while (!rest.empty()) {
        const std::size_t space = std::min(rest.find(' '), rest.size());
        const std::string_view part = rest.substr(0, space);
        const std::size_t base = std::min(part.find_first_of("-0123456789"), part.size());
        const std::string_view digits = part.substr(base);
        long exponent = 1;
        if (!digits.empty()) exponent = digits[0] == '-' ? -(digits[1] - '0') : digits[0] - '0';
        unit.dimension[std::string(part.substr(0, base))] = exponent;
        rest.remove_prefix(std::min(space + 1, rest.size()));
    }
    return unit;
}

}  // namespace

std::optional<Unit> find_unit(std::string_view name) {
    if (name.empty()) return std::nullopt;
    for (const Row& row : kUnits) {
        if (has_name(row.symbols, name)) return unit_of(row, 0);
    }
    for (const Prefix& prefix : kPrefixes) {
        if (prefix.symbol.empty() || !name.starts_with(prefix.symbol)) continue;
        for (const Row& row : kUnits) {
            if (row.prefixes && has_name(row.symbols, name.substr(prefix.symbol.size()))) {
                return unit_of(row, prefix.power);
            }
        }
    }
    const std::string word = text::fold_case(name);
    for (const Row& row : kUnits) {
        if (has_word(row.words, word)) return unit_of(row, 0);
    }
    for (const Prefix& prefix : kPrefixes) {
        if (!word.starts_with(prefix.word)) continue;
        for (const Row& row : kUnits) {
            if (row.prefixes && has_word(row.words, word.substr(prefix.word.size()))) {
                return unit_of(row, prefix.power);
            }
        }
    }
    return std::nullopt;
}

}  // namespace veritune::verify
