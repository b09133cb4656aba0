// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// How a completion is written, not whether it is right: a reward channel of its own, for a part of
/// `weighted` (there its weight is 0 unless given, and at most one half, so that form never earns
/// more than a right answer) or of `all_of`. Judges the whole completion; the profile is not used.
/// params  think: "required" (one closed <think>...</think> in front, not empty, and something
///   behind it) | "forbidden" | "any"; answer_tag (false): exactly one <answer>...</answer>, not
///   empty; boxed (false): exactly one \boxed{}; min_chars, max_chars, max_lines; language: "en",
///   "de", "fr", "es", "it": no other of them has more of its small words; script: "latin",
///   "cyrillic", "greek", "han", "arabic": 95 % of the letters; forbid: [text, ...]; partial
///   (false): the share of the rules that hold. At least one rule.
/// gold    null
/// reasons  incorrect: the first rule that fails: think, answer_tag, boxed, too_short, too_long,
///   too_many_lines, language, script, forbidden_text · no_answer: cut_off · invalid_gold:
///   bad_params
class FormatVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "format"; }
    int version() const override { return 1; }
    std::string_view summary() const override {
        return "Checks tags, length and language of a completion, not its answer.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    bool partial_credit() const override { return true; }
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<Rewrite> rewrites(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
