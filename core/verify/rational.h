// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <flint/fmpq.h>
#include <string>

namespace veritune::verify {

/// An exact rational number in lowest terms (FLINT's fmpq). Nothing is ever rounded but by
/// rounded(). Callers limit digits and exponents before they make one.
/// threads  values; FLINT's own memory is per thread and given back when the thread ends
class Rational {
  public:
    Rational();  ///< zero
    /// digits  one or more ASCII decimal digits; the value is digits * 10^exponent
    Rational(const std::string& digits, long exponent);
    Rational(const Rational& other);
    Rational& operator=(const Rational& other);
    Rational(Rational&& other) noexcept;
    Rational& operator=(Rational&& other) noexcept;
    ~Rational();

    Rational operator-() const;
    Rational operator+(const Rational& other) const;
    Rational operator-(const Rational& other) const;
    Rational operator*(const Rational& other) const;
    Rational operator/(const Rational& other) const;  ///< other is not zero
    Rational abs() const;
    bool is_zero() const;
    bool operator==(const Rational& other) const;
    std::strong_ordering operator<=>(const Rational& other) const;

    /// To a multiple of 10^-decimals, ties to even; decimals may be negative.
    Rational rounded(long decimals) const;
    /// The e with 10^e <= |x| < 10^(e+1); not for zero.
    long magnitude() const;
    std::string to_string() const;  ///< "-7/25", "3"
    bool is_integer() const;
    Rational denominator() const;       ///< positive
    long bits() const;                  ///< of the longer one of numerator and denominator
    long to_long(long other) const;     ///< `other` where it is no integer of at most 62 bits
    Rational pow(long exponent) const;  ///< callers limit bits() * |exponent|; zero: exponent > 0
    /// The exact n-th root of a non-negative number; false leaves `root` alone. n >= 1
    bool exact_root(unsigned long n, Rational& root) const;
    const fmpq* raw() const { return value_; }  ///< for FLINT's and Arb's functions

  private:
    fmpq_t value_;
};

}  // namespace veritune::verify
