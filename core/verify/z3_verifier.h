// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// Values for unknowns that satisfy constraints over whole numbers, reals, bit vectors, truth
/// values and uninterpreted functions; or whether there are any.
/// instance  variables: {name: "bool" | "int" | "real" | ["bv", width] | sort}; sorts: [name];
///   functions: {name: [[sort, ...], sort]}; constraints: [term, ...] (docs/verifiers/z3.md);
///   ask: [name, ...] which variables an answer binds (default: all that have values); unique
///   (false): the gold is proved to be the only solution; steps (200,000): budget of the solver
/// gold    {name: value} that satisfies the constraints, "sat" or "unsat", or null; or the whole
///   instance with an optional "solution". Every solution counts.
/// accepts  the last JSON object, or one "name = value" a line (or comma); for "sat" and "unsat"
///   those words, satisfiable, unsatisfiable, yes, no
/// decided  by our own exact evaluation where every variable is bound and no function is used, else
///   by Z3 in a verify worker; never by time: Z3's steps are counted
/// reasons  incorrect: violated, not_everything, named_twice, not_bindings, not_sat_or_unsat,
///   wrong_answer, answer_too_long · budget_exceeded: answer_too_long · invalid_gold: bad_gold,
///   not_unique, solver_gave_up, bad_params; import only: no_solution · sandbox_error: no_solver ·
///   internal_error: solver_failed
class Z3Verifier final : public Verifier {
  public:
    std::string_view id() const override { return "z3"; }
    int version() const override { return 1; }
    std::string_view summary() const override {
        return "Checks values for unknowns against arithmetic, bit-vector and logical constraints.";
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
