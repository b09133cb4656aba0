// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"
#include "core/verify/rational.h"

#include <optional>
#include <string>

/// The modes of comparison that all verifiers of numbers share (numeric, numeric_unit, formula).
namespace veritune::verify {

enum class CompareMode { kExact, kTolerance, kDecimals, kSigfigs, kLimits };

struct Comparison {
    CompareMode mode = CompareMode::kExact;
    Rational atol;
    Rational rtol;
    long places = 0;
    std::optional<Rational> lower;
    std::optional<Rational> upper;
    char decimal_mark = '.';
};

/// A JSON number is read as the decimal it prints as, never through its binary value; text in the
/// form of parse_number(). nullopt: neither, or longer than 16 KiB
std::optional<Rational> number_of(const util::Json& value);
/// atol, rtol, decimals, sigfigs, lower, upper, decimal_mark of params that fit
/// add_comparison_schema(); other keys are not looked at. `fault` stays empty when they are right.
Comparison read_comparison(const util::Json& params, std::string& fault);
bool is_equal(const Comparison& how, const Rational& answer, const Rational& gold);
/// The comparison as a line for the chain inspector.
std::string describe(const Comparison& how, const std::string& answer, const std::string& gold);
/// Adds the schemas of the keys above to a schema's "properties".
void add_comparison_schema(util::Json& properties);

}  // namespace veritune::verify
