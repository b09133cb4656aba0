// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// The whole answer (white space at both ends dropped) matches a PCRE2 pattern; pattern.h has the
/// limits.
/// params  ignore_case (default false); example: a text that matches, with which the gold is tried
/// gold    the pattern, or {"pattern", "example"}. Without an example one is written from simple
///   patterns (literals, classes, groups, alternatives, repetitions).
/// reasons  incorrect: no_match, answer_too_long · budget_exceeded: answer_too_long, match_limit ·
///   invalid_gold: bad_gold with PCRE2's sentence, example_fails, example_hits_limit,
///   needs_example (import only)
class RegexVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "regex"; }
    int version() const override { return 1; }
    std::string_view summary() const override {
        return "The whole answer matches a regular expression.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    /// 1 when its example needs more than half of the match limit.
    double gold_cost(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
