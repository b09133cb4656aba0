// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace veritune::verify {

/// Calendar dates (Gregorian, also before 1582; years 1 to 9999).
/// params  {"order": "dmy" | "mdy" | "ymd"}: how a date of three numbers is read; without it only
///   ISO is one
/// gold    ISO text, "2026-04-03"
/// accepts  2026-04-03; "April 3, 2026", "3 April 2026", "3. April 2026", "3rd of April 2026" with
///   English, German, French, Spanish or Italian month names, also short; three numbers with one
///   kind of '.', '/' or '-' in the declared order; a weekday before it
/// reasons  incorrect: not_a_date (also ranges, lists, times, no year or one of two digits),
///   undeclared_order, no_such_date, wrong_weekday, wrong_date, answer_too_long · budget_exceeded:
///   answer_too_long · no_answer: the extraction's · invalid_gold: bad_gold
class DateVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "date"; }
    int version() const override { return 2; }
    std::string_view summary() const override {
        return "Compares a calendar date, written in figures or words, with the expected one.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

struct ParsedDate {
    std::chrono::year_month_day date;
    std::string_view fault;  ///< one of the reasons above; empty: `date` exists
};
/// order  "dmy", "mdy", "ymd" or empty
ParsedDate parse_date(std::string_view text, std::string_view order);
/// "2026-04-03"; years 1 to 9999
std::string iso_text(const std::chrono::year_month_day& date);

}  // namespace veritune::verify
