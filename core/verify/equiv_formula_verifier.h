// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// A formula that says the same as the gold.
/// params  form: "any" (default) | "nnf" | "cnf" | "dnf", which the answer must have as well;
///   elements (3): with quantifiers, the two have to agree in every world of the named constants
///   and so many further elements, 1 to 6
/// gold    a formula; propositional or first-order without equality and function symbols
/// accepts  one formula in the syntax of core/verify/logic/formula.h over symbols of the gold
/// reasons  incorrect: not_equivalent (a step shows where they differ), not_a_formula,
///   unknown_symbol, wrong_form, answer_too_long · budget_exceeded: answer_too_long,
///   formula_too_large, solver_gave_up (the answer's formula is the model's) · invalid_gold:
///   bad_gold, bad_params · sandbox_error: no_solver · internal_error: solver_failed
class EquivFormulaVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "equiv_formula"; }
    int version() const override { return 1; }
    std::string_view summary() const override {
        return "Proves that a logical formula says the same as the expected one.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    std::string library() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<Rewrite> rewrites(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
