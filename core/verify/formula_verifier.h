// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// A number that a formula gives: clinical calculators, interest, tax bands.
/// params  expression: formula_language.h; inputs: {name: number | text | {"value": number or text,
///   maybe with a unit, "unit": text, "min", "max"}}: a value with a unit is converted to `unit`, a
///   value outside of min..max is a fault of the data set; tables: {name: [[threshold, value],
///   ...]}; unit: of the result (then the answer may carry a unit, converted exactly; require_unit,
///   default false, makes it a must); a mode of numeric; without one the answer has to be the exact
///   value, or, for a value with an infinite expansion, equal it to the answer's own decimals (at
///   least 2)
/// gold    number or text; has to agree with the computed value in the same mode. null: the
/// computed one reasons  incorrect: not_a_quantity, missing_unit, wrong_dimension, wrong_value,
/// hedged,
///   answer_too_long · budget_exceeded: answer_too_long, number_too_large · invalid_gold: bad_gold,
///   wrong_gold, bad_params
class FormulaVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "formula"; }
    int version() const override { return 2; }
    std::string_view summary() const override {
        return "Computes a formula over named inputs and compares a number with it.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
