// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// A number with a unit. Dimensions have to be equal; the answer is converted exactly to the gold's
/// unit and compared there like `numeric`.
/// params  a mode of numeric (atol, rtol, decimals, sigfigs, lower, upper; in the gold's unit),
///   decimal_mark; require_unit (default true): without it a bare number counts in the gold's unit
/// gold    {"value": number or text, "unit": text} or text "5 mg"
/// accepts  what parse_quantity() reads
/// reasons  incorrect: not_a_quantity, missing_unit, wrong_dimension, wrong_value, hedged,
///   answer_too_long · budget_exceeded: answer_too_long, number_too_large · invalid_gold: bad_gold,
///   bad_params
class NumericUnitVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "numeric_unit"; }
    int version() const override { return 2; }
    std::string_view summary() const override {
        return "Compares a number with a unit; units convert by exact factors.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
