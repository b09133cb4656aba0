// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// Proof checker of the demonstration's chains (training.md 11): the whole completion is the chain,
/// canonical text, one
/// '#', '$' at the very end, nothing else. The extraction profile is not used.
/// params  {"family": "mod" | "bool" | "trace"}
/// gold    final value, "6" or 6 or "T"
/// prompt  given: every step must be the prompt's operation on the value before it, and no step may
/// be missing or too
///   much. A prompt that is none of the family's, or whose answer is not the gold, is invalid_gold.
///   Empty: steps are held against arithmetic and their predecessor, the final value against the
///   last step and the gold. That is weaker (a short chain of one's own passes), so training always
///   gives the prompt.
/// reasons  incorrect: many_answers, not_canonical, wrong_operand, wrong_operator, wrong_step,
/// extra_step,
///   missing_step, wrong_value · no_answer: no_answer (no '#'), no_end (no '$' at the end), cut_off
///   (length) · budget_exceeded: too_many_steps (over 1,024 without a prompt) · invalid_gold:
///   bad_gold, bad_prompt, gold_contradicts_prompt The frame ('#', '$') is looked at first, then
///   the first faulty step decides, then the number of steps, then the final value. A step after a
///   wrong one is right when it goes on from the wrong value: `steps` shows where the chain breaks.
class ChainArithmeticVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "chain_arithmetic"; }
    int version() const override { return 1; }
    std::string_view summary() const override {
        return "Recomputes every step of a chain of small calculations and compares the result.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
