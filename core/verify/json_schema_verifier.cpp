// SPDX-License-Identifier: Apache-2.0
#include "core/verify/json_schema_verifier.h"

#include "core/text/utf8.h"
#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/element.h"
#include "core/verify/json_schema_checker.h"

#include <algorithm>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

constexpr util::JsonLimits kLimits = {
    .max_bytes = std::size_t{1} << 20, .max_depth = 64, .max_nodes = 100'000};

std::string_view without_fence(std::string_view text) {
    text = text::trim(text);
    if (!text.starts_with("```") || !text.ends_with("```") || text.size() < 7) return text;
    const std::size_t line = text.find('\n');
    if (line == std::string_view::npos) return text;
    const std::string_view inner = text.substr(line + 1, text.size() - line - 4);
    return inner.find("```") == std::string_view::npos ? text::trim(inner) : text;
}

/// The value of a field, or nullptr.
const Json* field_of(const Json& value, const std::string& name) {
    if (!name.starts_with('/')) {
        return value.is_object() && value.contains(name) ? &value.at(name) : nullptr;
    }
    try {
        const Json::json_pointer pointer(name);
        return value.contains(pointer) ? &value.at(pointer) : nullptr;
    } catch (const Json::exception&) {
        return nullptr;
    }
}

std::string text_of(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

Json fields_of(const Json& params) { return params.value("fields", Json::object()); }

double weight_of(const Json& rule) { return rule.is_object() ? rule.value("weight", 1.0) : 1.0; }

struct Score {
    double right = 0.0;
    double all = 0.0;
    std::string wrong;
    VerdictStatus status = VerdictStatus::kCorrect;  ///< a status that decides everything
    std::string reason;
};

Score judge_fields(Verdict& verdict, const Json& gold, const Json& params, const Json& value) {
    Score score;
    const Json rules = fields_of(params);
    for (const auto& [name, expected] : gold.items()) {
        const Json rule = rules.value(name, Json());
        const Json* given = field_of(value, name);
        bool right = given != nullptr && *given == expected;
        if (given != nullptr && rule.is_object() && rule.contains("verifier")) {
            const Verdict field = verify_element(rule, expected, text_of(*given));
            right = field.status == VerdictStatus::kCorrect;
            if (is_masked(field.status) || field.status == VerdictStatus::kBudgetExceeded) {
                score.status = field.status;
                score.reason = name + ": " + field.reason;
            }
        }
        verdict.steps.push_back({.what = name,
                                 .ok = right,
                                 .detail = right ? "" : "expected " + expected.dump(),
                                 .span = verdict.span});
        score.all += weight_of(rule);
        if (right) score.right += weight_of(rule);
        if (!right) score.wrong += (score.wrong.empty() ? "" : ", ") + name;
    }
    return score;
}

Verdict judge(Verdict verdict, const Json& gold, const Json& params, const Json& value) {
    using enum VerdictStatus;
    const SchemaVerdict shape = check_json_schema(params.value("schema", Json(true)), value);
    verdict.steps.push_back(
        {.what = "schema", .ok = shape.fits, .detail = shape.reason, .span = verdict.span});
    if (shape.limit) return refuse(std::move(verdict), kBudgetExceeded, "too_many_steps");
    if (!shape.fits) {
        return refuse(std::move(verdict), kIncorrect, "wrong_shape: " + shape.reason);
    }
    if (gold.is_null()) return accept(std::move(verdict));
    const Score score = judge_fields(verdict, gold, params, value);
    if (score.status != kCorrect) return refuse(std::move(verdict), score.status, score.reason);
    if (score.wrong.empty()) return accept(std::move(verdict));
    const std::string reason = "wrong_fields: " + score.wrong;
    if (params.value("partial", false) && score.right > 0.0) {
        verdict.status = kPartial;
        verdict.score = score.right / score.all;
        verdict.reason = reason;
        return verdict;
    }
    return refuse(std::move(verdict), kIncorrect, reason);
}

std::string params_fault(const Json& params) {
    if (std::string fault = schema_fault(params.value("schema", Json(true))); !fault.empty()) {
        return fault;
    }
    const Json fields = fields_of(params);
    for (const auto& [name, rule] : fields.items()) {
        if (weight_of(rule) <= 0.0) return "the weight of " + name + " is not positive";
        if (!rule.contains("verifier")) continue;
        if (std::string fault = element_fault(rule); !fault.empty()) return name + ": " + fault;
    }
    return {};
}

/// An example of the schema with the gold's fields.
util::Result<Json> gold_value(const VerifyRequest& request) {
    const Json schema = request.params.value("schema", Json(true));
    Json value = example_of_schema(schema).value_or(Json::object());
    if (!request.gold.is_object()) return value;
    for (const auto& [name, expected] : request.gold.items()) {
        try {
            if (name.starts_with('/')) {
                value[Json::json_pointer(name)] = expected;
            } else {
                value[name] = expected;
            }
        } catch (const Json::exception&) {
            return util::fail(util::ErrorCode::kInvalidArgument, "bad_gold");
        }
    }
    return value;
}

}  // namespace

Json JsonSchemaVerifier::params_schema() const {
    const Json rule = {{"type", "object"},
                       {"additionalProperties", false},
                       {"properties",
                        {{"verifier", {{"type", "string"}}},
                         {"params", {{"type", "object"}}},
                         {"weight", {{"type", "number"}}}}}};
    return {{"type", "object"},
            {"additionalProperties", false},
            {"properties",
             {{"schema", {{"type", {"object", "boolean"}}}},
              {"fields", {{"type", "object"}, {"additionalProperties", rule}}},
              {"partial", {{"type", "boolean"}}}}}};
}

Json JsonSchemaVerifier::gold_schema() const { return {{"type", {"object", "null"}}}; }

Verdict JsonSchemaVerifier::verify(const VerifyRequest& request) const {
    using enum VerdictStatus;
    Verdict verdict;
    verdict.method = "exact";
    verdict.operations = 1;
    if (const std::string fault = params_fault(request.params); !fault.empty()) {
        return bad_params(std::move(verdict), fault);
    }
    verdict.gold_normal = util::canonical_json(request.gold);
    // A value may be much longer than the fields that are looked at: 16 KiB are always fine.
    const std::size_t bytes = std::max(verdict.gold_normal.size(), std::size_t{2} << 10);
    AnswerReading reading = read_answer(request, std::move(verdict), bytes);
    if (reading.decided) return std::move(reading.verdict);
    verdict = std::move(reading.verdict);
    const util::Result<Json> value =
        util::parse_json(without_fence(verdict.extracted), "answer", kLimits);
    if (!value) {
        return refuse(std::move(verdict), kIncorrect, "not_json: " + value.error().message);
    }
    verdict.answer_normal = util::canonical_json(*value);
    return judge(std::move(verdict), request.gold, request.params, *value);
}

double JsonSchemaVerifier::gold_cost(const VerifyRequest& request) const {
    const util::Result<Json> value = gold_value(request);
    if (!value) return 0.0;
    const Json schema = request.params.value("schema", Json(true));
    return static_cast<double>(check_json_schema(schema, *value).steps) / kMaxSchemaSteps;
}

util::Result<std::string> JsonSchemaVerifier::gold_completion(const VerifyRequest& request) const {
    VT_ASSIGN(const Json value, gold_value(request));
    return write_answer(value.dump(), request.profile, request.think_tags);
}

}  // namespace veritune::verify
