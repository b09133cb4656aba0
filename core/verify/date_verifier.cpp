// SPDX-License-Identifier: Apache-2.0
#include "core/verify/date_verifier.h"

#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"

#include <string>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

/// Golds are ISO text and nothing else: what a reader could take in two ways is no gold.
bool is_iso_date(const std::string& gold) {
    const ParsedDate parsed = parse_date(gold, {});
    return parsed.fault.empty() && iso_text(parsed.date) == gold;
}

std::string order_of(const Json& params) { return params.value("order", std::string()); }

}  // namespace

std::string iso_text(const std::chrono::year_month_day& date) {
    const auto padded = [](unsigned value, std::size_t width) {
        const std::string text = std::to_string(value);
        return std::string(width - text.size(), '0') + text;
    };
    return padded(static_cast<unsigned>(static_cast<int>(date.year())), 4) + "-" +
           padded(static_cast<unsigned>(date.month()), 2) + "-" +
           padded(static_cast<unsigned>(date.day()), 2);
}

Json DateVerifier::params_schema() const {
    return {{"type", "object"},
            {"additionalProperties", false},
            {"properties", {{"order", {{"enum", {"dmy", "mdy", "ymd"}}}}}}};
}

Json DateVerifier::gold_schema() const { return {{"type", "string"}}; }

Verdict DateVerifier::verify(const VerifyRequest& request) const {
    Verdict verdict;
    verdict.method = "exact";
    verdict.operations = 1;
    const auto& gold = request.gold.get_ref<const std::string&>();
    if (!is_iso_date(gold)) return bad_gold(std::move(verdict));
    verdict.gold_normal = gold;
    AnswerReading reading = read_answer(request, std::move(verdict), gold.size());
    if (reading.decided) return std::move(reading.verdict);
    verdict = std::move(reading.verdict);
    const ParsedDate answer = parse_date(verdict.extracted, order_of(request.params));
    if (!answer.fault.empty()) {
        return refuse(std::move(verdict), VerdictStatus::kIncorrect, std::string(answer.fault));
    }
    verdict.answer_normal = iso_text(answer.date);
    const bool right = verdict.answer_normal == gold;
    verdict.steps.push_back({.what = verdict.answer_normal + " = " + gold,
                             .ok = right,
                             .detail = right ? "" : "expected " + gold,
                             .span = verdict.span});
    if (!right) return refuse(std::move(verdict), VerdictStatus::kIncorrect, "wrong_date");
    return accept(std::move(verdict));
}

util::Result<std::string> DateVerifier::gold_completion(const VerifyRequest& request) const {
    const auto& gold = request.gold.get_ref<const std::string&>();
    if (!is_iso_date(gold)) return util::fail(util::ErrorCode::kInvalidArgument, "bad_gold");
    return write_answer(gold, request.profile, request.think_tags);
}

}  // namespace veritune::verify
