// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/rational.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace veritune::verify {

/// A unit as an exact factor to its dimension's base: base = value * factor + offset.
/// Dimensions are exponents of named bases: m, kg, s, A, K, mol, cd, and one of its own for every
/// currency ("EUR"), for arbitrary units (IU), equivalents (Eq), months (a year is twelve; neither
/// converts to days), bits. source  SI Brochure 9; UCUM 2.1 for names and customary units
struct Unit {
    std::map<std::string, long> dimension;  ///< without zero exponents
    Rational factor;
    Rational offset;  ///< not zero for °C and °F only, which stand alone
    bool operator==(const Unit& other) const = default;
};

/// "mg/dL", "m s^-2", "km per hour", "mL/min/1.73m2", "µg", "EUR", "milligrams", "%"; an empty text
/// is the plain number 1. nullopt: no unit, a text over 128 bytes, exponents beyond ±9.
std::optional<Unit> parse_unit(std::string_view text);

enum class QuantityFault { kNone, kNotAQuantity, kTooLarge };
struct Quantity {
    QuantityFault fault = QuantityFault::kNone;
    Rational value;  ///< as written
    Unit unit;
    bool has_unit = false;
};
/// A number in the form of parse_number() and a unit behind it; a currency may stand before it.
Quantity parse_quantity(std::string_view text, char decimal_mark = '.');

/// The value of `quantity` in `target`; the dimensions are equal.
Rational convert(const Quantity& quantity, const Unit& target);

}  // namespace veritune::verify
