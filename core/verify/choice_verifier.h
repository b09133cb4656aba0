// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// Multiple choice: which options an answer names.
/// params  {"options": {"A": "Paris", "B": "Rome"}, "multi": bool}. Keys are 1 to 16 ASCII letters
///   and digits, texts may be empty. Without options the keys are A to Z, without texts.
/// gold    a key; with multi an array of different keys
/// accepts  An option is named by its text (whole words, case folded, the longest that fits) or by
///   its key: alone ("b", "B.", "(B)"), in brackets, at the beginning, or behind "answer",
///   "option", "is" and relatives. A negated option ("not A", "A is wrong") is ignored. multi: keys
///   or texts joined by commas and "and"; "AC" for keys of one letter.
/// reasons  incorrect: wrong_option, many_options (single: two different ones are named),
///   no_option, unclear (the option stands only in passing, or behind a negation that belongs to
///   no option), hedged (multi with "or"), answer_too_long · budget_exceeded: answer_too_long ·
///   no_answer: the extraction's · invalid_gold: bad_gold, bad_params
class ChoiceVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "choice"; }
    int version() const override { return 1; }
    std::string_view summary() const override {
        return "Checks which of the declared options an answer names, one or several.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
