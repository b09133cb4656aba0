// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/rational.h"

#include <string>
#include <vector>

/// Exact arithmetic that several families share. All of it is small: callers keep numbers in long.
namespace veritune::generate {

using verify::Rational;

Rational rational(long numerator, long denominator = 1);  ///< denominator not 0
/// Exactly `places` decimals, ties to even: "3.50".
std::string with_decimals(const Rational& value, long places);
/// As few decimals as the value has; it has at most 12.
std::string plain_decimal(const Rational& value);
/// Whether two ways of rounding differ: the value lies halfway between two texts of `places`.
bool is_tie(const Rational& value, long places);
/// The value of a text in the language of verify::evaluate_formula(): the second opinion of
/// families that write formulas. A text that cannot be read is a bug.
Rational value_of(const std::string& expression);

/// Coefficients, the constant first; never empty.
using Polynomial = std::vector<long>;
Polynomial multiply(const Polynomial& a, const Polynomial& b);
Polynomial derive(const Polynomial& p);
long value_at(const Polynomial& p, long x);
Rational value_at(const Polynomial& p, const Rational& x);
std::string show(const Polynomial& p);           ///< "3x^2 - x + 4"
std::vector<long> falling(const Polynomial& p);  ///< the highest coefficient first

using Matrix = std::vector<std::vector<long>>;
Matrix multiply(const Matrix& a, const Matrix& b);
long determinant(const Matrix& m);               ///< by cofactors
Rational determinant_by_steps(const Matrix& m);  ///< by elimination: the second opinion
std::string show(const Matrix& m);               ///< "[[1, 2], [3, 4]]"

long power(long base, long exponent);  ///< exponent >= 0; the caller knows that it fits
long binomial(long n, long k);
/// Removes squares: n = square^2 * rest, rest without square factors; n >= 1.
struct Radical {
    long square = 1;
    long rest = 1;
};
Radical radical(long n);

}  // namespace veritune::generate
