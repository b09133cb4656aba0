// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// Knights always tell the truth, knaves always lie.
/// instance  names: [text]; statements: one per person, said by that person: ["telling-truth", i],
///   ["lying", i], ["not", s], ["and" | "or", s, ...], ["->" | "<=>", s, t]
/// gold    an array of booleans (true = knight), one per person, or null; or the whole instance
/// with an
///   optional "solution". Every solution of the instance counts.
/// accepts  the last JSON object {name: "knight" | "knave" | bool}, or sentences "Zoey is a knave";
///   every person exactly once
/// reasons  incorrect: contradiction, not_everyone, named_twice, not_an_assignment, answer_too_long
/// ·
///   budget_exceeded: answer_too_long · invalid_gold: bad_gold (also: no solution), bad_params
class KkVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "kk"; }
    int version() const override { return 2; }
    std::string_view summary() const override {
        return "Checks who is a knight and who is a knave by the statements themselves.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
