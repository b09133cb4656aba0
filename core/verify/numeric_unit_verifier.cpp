// SPDX-License-Identifier: Apache-2.0
#include "core/verify/numeric_unit_verifier.h"

#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/number_comparison.h"
#include "core/verify/units.h"

#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

std::string gold_text(const Json& gold) {
    if (gold.is_string()) return gold.get<std::string>();
    const Json& value = gold.at("value");
    return (value.is_string() ? value.get<std::string>() : value.dump()) + " " +
           gold.at("unit").get<std::string>();
}

Verdict compare(Verdict verdict, const Comparison& how, const Quantity& gold, bool require_unit) {
    using enum VerdictStatus;
    Quantity answer = parse_quantity(verdict.extracted, how.decimal_mark);
    if (answer.fault == QuantityFault::kTooLarge) {
        return refuse(std::move(verdict), kBudgetExceeded, "number_too_large");
    }
    if (answer.fault != QuantityFault::kNone) {
        return refuse(std::move(verdict), kIncorrect, "not_a_quantity");
    }
    if (!answer.has_unit && !gold.unit.dimension.empty()) {
        if (require_unit) return refuse(std::move(verdict), kIncorrect, "missing_unit");
        answer.unit = gold.unit;
    }
    if (answer.unit.dimension != gold.unit.dimension) {
        return refuse(std::move(verdict), kIncorrect, "wrong_dimension");
    }
    const Rational value = convert(answer, gold.unit);
    verdict.answer_normal = value.to_string();
    const bool right = is_equal(how, value, gold.value);
    verdict.steps.push_back({.what = describe(how, verdict.answer_normal, gold.value.to_string()),
                             .ok = right,
                             .detail = "both in the gold's unit",
                             .span = verdict.span});
    if (!right) return refuse(std::move(verdict), kIncorrect, "wrong_value");
    return accept(std::move(verdict));
}

}  // namespace

Json NumericUnitVerifier::params_schema() const {
    Json properties = {{"require_unit", {{"type", "boolean"}}}};
    add_comparison_schema(properties);
    return {{"type", "object"}, {"additionalProperties", false}, {"properties", properties}};
}

Json NumericUnitVerifier::gold_schema() const {
    return {{"type", {"object", "string"}},
            {"required", {"value", "unit"}},
            {"additionalProperties", false},
            {"properties",
             {{"value", {{"type", {"number", "string"}}}}, {"unit", {{"type", "string"}}}}}};
}

Verdict NumericUnitVerifier::verify(const VerifyRequest& request) const {
    Verdict verdict;
    verdict.method = "exact";
    verdict.operations = 1;
    std::string fault;
    const Comparison how = read_comparison(request.params, fault);
    if (!fault.empty()) return bad_params(std::move(verdict), fault);
    const std::string text = gold_text(request.gold);
    const Quantity gold = parse_quantity(text);
    if (gold.fault != QuantityFault::kNone || !is_equal(how, gold.value, gold.value)) {
        return bad_gold(std::move(verdict));
    }
    verdict.gold_normal = gold.value.to_string();
    AnswerReading reading = read_answer(request, std::move(verdict), text.size());
    if (reading.decided) return std::move(reading.verdict);
    if (reading.hedged) {
        return refuse(std::move(reading.verdict), VerdictStatus::kIncorrect, "hedged");
    }
    return compare(
        std::move(reading.verdict), how, gold, request.params.value("require_unit", true));
}

util::Result<std::string> NumericUnitVerifier::gold_completion(const VerifyRequest& request) const {
    std::string text = gold_text(request.gold);
    if (request.params.value("decimal_mark", std::string(".")) == ",") {
        for (char& c : text) c = c == '.' ? ',' : c == ',' ? '.' : c;
    }
    return write_answer(text, request.profile, request.think_tags);
}

}  // namespace veritune::verify
