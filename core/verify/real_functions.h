// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/rational.h"

#include <optional>

/// Real functions of rationals: exact where the result is rational and found to be, else rounded
/// to 256 bits (Arb's balls, whose error is smaller). nullopt: not real, or too large.
namespace veritune::verify {

std::optional<Rational> square_root(const Rational& x);
std::optional<Rational> exponential(const Rational& x);
std::optional<Rational> logarithm(const Rational& x);
std::optional<Rational> logarithm10(const Rational& x);
std::optional<Rational> power_of(const Rational& base, const Rational& exponent);

}  // namespace veritune::verify
