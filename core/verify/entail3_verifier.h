// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// Does a statement follow from a theory, does its negation, or neither?
/// instance  theory: [formula, ...]; question: formula; domain: [name, ...] (optional)
///   Formulas as in docs/verifiers/equiv_formula.md. With a domain, quantifiers range over exactly
///   these names. Without one, over any world that holds the named constants; this is exact where
///   no element has to be made for each of others ("for every x there is a y"), and other theories
///   are refused.
/// gold    "true" (follows), "false" (its negation follows) or "unknown"; or the whole instance
///   with "solution". It is proved before any answer is looked at.
/// accepts  one of the three in few words: true, yes, entailed; false, no, contradicted; unknown,
///   uncertain, undetermined, neither ...
/// reasons  incorrect: wrong_answer, not_one_of_three, answer_too_long · budget_exceeded:
///   answer_too_long · invalid_gold: bad_gold (another value is proved), contradictory_theory,
///   solver_gave_up, bad_params · sandbox_error: no_solver · internal_error: solver_failed
class Entail3Verifier final : public Verifier {
  public:
    std::string_view id() const override { return "entail3"; }
    int version() const override { return 1; }
    std::string_view summary() const override {
        return "Proves whether a statement follows from a theory, is refuted by it, or neither.";
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
