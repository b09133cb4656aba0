// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

namespace veritune::verify {

/// A length of time, compared exactly in the base unit.
/// params  {"base": "days" (default) | "seconds"}
/// gold    a number or its text in the base unit, or text in the accepted form
/// accepts  "34 weeks 3 days", "34w3d", "34+3" (weeks+days, base days only), "2 h 30 min", HH:MM
/// and
///   HH:MM:SS (base seconds only), ('34 weeks', '3 days'). English or German names, units falling,
///   each once; below the first unit a value stays under the next greater one ("34+7" is none).
///   Only the last value may have decimals.
/// reasons  incorrect: not_a_duration (also months, years, a bare number), wrong_duration, hedged,
///   answer_too_long · budget_exceeded: answer_too_long · invalid_gold: bad_gold
class DurationVerifier final : public Verifier {
  public:
    std::string_view id() const override { return "duration"; }
    int version() const override { return 2; }
    std::string_view summary() const override {
        return "Compares a span of time, written in weeks and days or as a clock.";
    }
    util::Json params_schema() const override;
    util::Json gold_schema() const override;
    Verdict verify(const VerifyRequest& request) const override;
    util::Result<std::string> gold_completion(const VerifyRequest& request) const override;
    std::vector<SelfTest> self_tests() const override;
};

}  // namespace veritune::verify
