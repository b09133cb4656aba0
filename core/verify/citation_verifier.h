// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// Quotations, word for word.
/// params  sources: {id: text}; min_words (default 3): shorter quotations are not checked and do
/// not
///   count; min_quotes (default 1); must_cover: text or texts of the source that the quotations
///   have to cover together
/// gold    source id, or array of ids: where quotations may come from; null: all sources
/// quotes  "…", “…”, „…“, «…», »…«; an ellipsis (... or … or [...]) splits one into parts that
/// follow
///   each other in the source
/// folding  NFC, case, runs of white space, kinds of quotes, dashes and apostrophes
/// reasons  incorrect: no_quote, open_quote, not_in_source, not_covered, answer_too_long ·
///   budget_exceeded: answer_too_long, too_many_quotes · invalid_gold: bad_gold, bad_params (also:
///   what must be covered is in no source)
/// steps  one per quotation, with its place in the source (byte offsets of the folded text)
class CitationVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "citation"; }
    int version() const override { return 1; }
    std::string_view summary() const override {
        return "Every quotation of the answer stands word for word in the source.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
