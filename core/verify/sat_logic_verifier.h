// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// An assignment of all variables that satisfies every constraint.
/// instance  variables: [name] (truth values) or {name: [value, ...]} (finite domains; values are
/// text,
///   whole numbers or booleans); constraints: [c, ...] with c = a variable's name, true, false,
///   ["not", c], ["and" | "or" | "xor", c, ...], ["->" | "<=>", c, d], ["=" | "!=" | "<" | "<=", t,
///   u],
///   ["distinct", t, ...]; t = a variable's name, a number, ["value", v], ["+" | "-" | "*", t, u]
/// gold    an object {name: value} that satisfies the constraints, or null; or the instance with an
///   optional "solution"; unique (param, default false): only the stored solution counts
/// accepts  the last JSON object, or one "name = value" or "name: value" a line (or comma);
/// true/false,
///   T/F, 1/0 for truth values; every variable exactly once
/// reasons  incorrect: violated, not_everything, named_twice, not_an_assignment, wrong_solution,
///   answer_too_long · budget_exceeded: answer_too_long · invalid_gold: bad_gold, bad_params
class SatLogicVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "sat_logic"; }
    int version() const override { return 2; }
    std::string_view summary() const override {
        return "Checks an assignment against logical constraints.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
