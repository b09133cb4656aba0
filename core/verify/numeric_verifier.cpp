// SPDX-License-Identifier: Apache-2.0
#include "core/verify/numeric_verifier.h"

#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/number_comparison.h"

#include <optional>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

Verdict compare(AnswerReading reading, const Comparison& how, const Rational& gold) {
    using enum VerdictStatus;
    Verdict verdict = std::move(reading.verdict);
    const ParsedNumber answer = parse_number(verdict.extracted, how.decimal_mark);
    if (answer.fault == NumberFault::kTooLarge) {
        return refuse(std::move(verdict), kBudgetExceeded, "number_too_large");
    }
    if (reading.hedged) return refuse(std::move(verdict), kIncorrect, "hedged");
    if (answer.fault != NumberFault::kNone) {
        return refuse(std::move(verdict), kIncorrect, "not_a_number");
    }
    verdict.answer_normal = answer.value.to_string();
    const bool right = is_equal(how, answer.value, gold);
    verdict.steps.push_back({.what = describe(how, verdict.answer_normal, verdict.gold_normal),
                             .ok = right,
                             .detail = right ? "" : "expected " + verdict.gold_normal,
                             .span = verdict.span});
    if (!right) return refuse(std::move(verdict), kIncorrect, "wrong_value");
    return accept(std::move(verdict));
}

}  // namespace

Json NumericVerifier::params_schema() const {
    Json properties = Json::object();
    add_comparison_schema(properties);
    return {{"type", "object"}, {"additionalProperties", false}, {"properties", properties}};
}

Json NumericVerifier::gold_schema() const { return {{"type", {"number", "string"}}}; }

Verdict NumericVerifier::verify(const VerifyRequest& request) const {
    Verdict verdict;
    verdict.method = "exact";
    verdict.operations = 1;
    std::string fault;
    const Comparison how = read_comparison(request.params, fault);
    if (!fault.empty()) return bad_params(std::move(verdict), fault);
    const std::optional<Rational> gold = number_of(request.gold);
    if (!gold || !is_equal(how, *gold, *gold)) return bad_gold(std::move(verdict));
    verdict.gold_normal = gold->to_string();
    AnswerReading reading = read_answer(request, std::move(verdict), [&] {
        return request.gold.is_string() ? request.gold.get_ref<const std::string&>().size()
                                        : request.gold.dump().size();
    }());
    if (reading.decided) return std::move(reading.verdict);
    return compare(std::move(reading), how, *gold);
}

util::Result<std::string> NumericVerifier::gold_completion(const VerifyRequest& request) const {
    std::string fault;
    const Comparison how = read_comparison(request.params, fault);
    const std::optional<Rational> gold = number_of(request.gold);
    if (!gold || !fault.empty()) return util::fail(util::ErrorCode::kInvalidArgument, "bad_gold");
    std::string text =
        request.gold.is_string() ? request.gold.get<std::string>() : request.gold.dump();
    // Golds are written with a point; the answer has to be in the form that the params declare.
    for (char& c : text) {
        if (how.decimal_mark == '.') break;
        if (c == '.') {
            c = ',';
        } else if (c == ',') {
            c = '.';
        }
    }
    return write_answer(text, request.profile, request.think_tags);
}

}  // namespace veritune::verify
