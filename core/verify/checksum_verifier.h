// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// Codes with check digits.
/// params  scheme: IBAN | ISIN | LUHN | EAN | LEI | ISBN10 | ISBN13 | DE_TAX_ID | US_NPI. EAN takes
///   8, 12, 13 and 14 digits (GTIN). The gold may carry it instead.
/// gold    null: any valid code; text: the expected code, which has to be valid; or {"scheme",
/// "value"} accepts  the code in any case, spaces and hyphens anywhere sources  ISO 13616, ISO
/// 6166, ISO/IEC 7812-1 annex B, GS1 General Specifications 7.9, ISO 17442,
///   ISO 2108, ISO/IEC 7064 MOD 11,10 (tax id; one digit appears twice or three times), 45 CFR
///   162.406
/// reasons  incorrect: not_a_code, wrong_check_digits, wrong_code, answer_too_long ·
/// budget_exceeded:
///   answer_too_long · invalid_gold: bad_gold, bad_params
class ChecksumVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "checksum"; }
    int version() const override { return 1; }
    std::string_view summary() const override {
        return "Checks the check digits of an IBAN, ISIN, card number or other code.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
