// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/rational.h"
#include "core/verify/verifier.h"

#include <string_view>

namespace veritune::verify {

/// Decimal numbers and fractions, compared in exact rationals.
/// params  one mode of: {} (equal as rationals) · atol and/or rtol: |answer - gold| <= atol + rtol
///   x |gold| · decimals (0..1000): both rounded to so many decimals, half to even, are equal ·
///   sigfigs (1..1000): the same with significant digits · lower and/or upper: the answer lies in
///   the closed range. Tolerances and limits are JSON numbers or text in the accepted form.
///   decimal_mark "." (default) or ",": how the ANSWER is read; "," swaps the roles of '.' and ','.
/// gold    JSON number (read as the decimal text it is written with) or text in the accepted form
/// with '.'
/// accepts  decimals with the integer verifier's signs, digits and groups ("1,234.50", ".5"); a/b,
///   \frac{a}{b}, \dfrac, \tfrac of whole numbers; % or \% behind a decimal (28 % = 0.28);
///   1.5e-3, 1.5 x 10^{-3} with ×, ·, *, \times, \cdot, and 10^{3} alone
/// reasons  incorrect: not_a_number (also NaN, infinity, ranges, lists, a zero denominator),
///   wrong_value, hedged, answer_too_long · budget_exceeded: answer_too_long, number_too_large (an
///   exponent beyond ±9,999) · no_answer: the extraction's · invalid_gold: bad_gold (also: outside
///   its own limits), bad_params
class NumericVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "numeric"; }
    int version() const override { return 1; }
    std::string_view summary() const override {
        return "Compares a decimal, fraction or percentage exactly or within declared limits.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

enum class NumberFault { kNone, kNotANumber, kTooLarge };
struct ParsedNumber {
    NumberFault fault = NumberFault::kNone;
    Rational value;  ///< zero where fault is not kNone
};
/// The accepted form above. decimal_mark  '.' or ','
ParsedNumber parse_number(std::string_view text, char decimal_mark = '.');

}  // namespace veritune::verify
