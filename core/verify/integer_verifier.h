// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

#include <optional>

namespace veritune::verify {

/// Whole numbers of any size, compared exactly. The answer is found by the request's extraction
/// profile. params  {} (none) gold    JSON integer, or text in the accepted form accepts  digits;
/// an optional sign (+, -, U+2212, U+FF0D, U+FF0B); groups of three by one kind of ',', "{,}" or
/// thin space
///   (U+2009, U+202F), not with a leading 0; ".0..." behind; full-width digits; leading zeros.
///   White space at the ends.
/// reasons  incorrect: not_an_integer, wrong_value, hedged, answer_too_long (over max(256, 8 x
/// gold) bytes) · no_answer:
///   the extraction's · budget_exceeded: answer_too_long (over 64 KiB) · invalid_gold: bad_gold
class IntegerVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "integer"; }
    int version() const override { return 1; }
    std::string_view summary() const override {
        return "Compares a whole number of any size with the expected one, exactly.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

/// "-1234" for "\u22121,234.00": sign only when negative and not zero, no leading zeros; nullopt
/// when `text` is no integer in the accepted form.
std::optional<std::string> normal_integer(std::string_view text);

}  // namespace veritune::verify
