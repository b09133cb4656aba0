// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

#include <string>
#include <string_view>

namespace veritune::verify {

/// The whole answer is one of the expected texts, after folding that no locale can change.
/// params  {"case_sensitive": bool, "ignore_punctuation": bool}, both false
/// gold    text, or an array of texts of which any counts
/// folding  NFC; case by Unicode's simple folding (no Turkish rule: I is i, and the dotless and the
///   dotted I are letters of their own; sharp s is not ss); runs of white space become one space,
///   none at the ends. ignore_punctuation: punctuation counts as white space, unless a digit
///   follows it ("-5" and "1.5" stay).
/// reasons  incorrect: wrong_text, answer_too_long · budget_exceeded: answer_too_long · no_answer:
///   the extraction's · invalid_gold: bad_gold (empty after folding)
class TextExactVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "text_exact"; }
    int version() const override { return 2; }
    std::string_view summary() const override {
        return "Compares a text with the expected ones, apart from case and white space.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

struct TextFolding {
    bool case_sensitive = false;
    bool ignore_punctuation = false;
};
/// The folding above; bad UTF-8 becomes U+FFFD. cost  O(n log n)
std::string fold_text(std::string_view text, const TextFolding& folding);

}  // namespace veritune::verify
