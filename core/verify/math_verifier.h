// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

#include <string_view>

namespace veritune::verify {

/// Mathematical expressions in LaTeX, plain text or Unicode, compared by value
/// (docs/verifiers/math.md). params  decimal_ok (true): six or more decimals of a gold without a
/// finite decimal form are
///   enough when rounded or cut rightly · percent_lenient (false): a bare 28 matches the gold 28 %
///   · decimal_mark "." or ",": how the ANSWER is read
/// gold    text or number, or an array of them: any of them is right
/// method  string (equal normal forms) · exact (rationals, structures) · algebraic (FLINT, a proof)
///   · numeric_ball (Arb balls at 12 points)
/// reasons  incorrect: not_understood, wrong_value, undecided (neither proved nor refuted),
///   answer_too_long · budget_exceeded: answer_too_long, answer_too_deep, number_too_large,
///   too_many_elements · no_answer: the extraction's · invalid_gold: bad_gold
class MathVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "math"; }
    int version() const override { return 2; }
    std::string_view summary() const override {
        return "Compares mathematical expressions: numbers, sets, intervals, equations, matrices.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    /// Tokens, bits of its numbers, and T4 on its parts.
    double gold_cost(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
