// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// The last day of a period. The gold is computed by the rule and has to equal the stored one.
/// params  start: ISO date; amount: -10000..10000; unit: days | business_days | weeks | months |
/// years;
///   exclude_start (default true): the day of the event does not count; false: it is day 1;
///   roll: none (default) | next | previous: off a weekend or holiday; clamp (default true): months
///   end on their last day where the day is missing, false = the first day of the next month;
///   calendar: {"id": NONE (default) | US_FEDERAL | DE, "version": 1} or the id alone; holidays:
///   more days off, ISO; order: how the ANSWER's numbers are read (date)
/// gold    ISO date
/// counting  months and years: the day of the same number (BGB 188), one day less when the start
/// counts.
///   Negative amounts count backwards. Business days: neither Saturday, Sunday nor holiday.
/// reasons  incorrect: those of date, wrong_date · invalid_gold: bad_gold, wrong_gold, bad_params
class DeadlineVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "deadline"; }
    int version() const override { return 2; }
    std::string_view summary() const override {
        return "Computes a deadline by its rule and compares a date with it.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
