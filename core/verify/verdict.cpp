// SPDX-License-Identifier: Apache-2.0
#include "core/verify/verdict.h"

#include <array>
#include <limits>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;
using util::Result;
using util::Status;

constexpr std::array<std::pair<VerdictStatus, std::string_view>, 8> kStatusNames = {{
    {VerdictStatus::kCorrect, "correct"},
    {VerdictStatus::kPartial, "partial"},
    {VerdictStatus::kIncorrect, "incorrect"},
    {VerdictStatus::kNoAnswer, "no_answer"},
    {VerdictStatus::kBudgetExceeded, "budget_exceeded"},
    {VerdictStatus::kInvalidGold, "invalid_gold"},
    {VerdictStatus::kSandboxError, "sandbox_error"},
    {VerdictStatus::kInternalError, "internal_error"},
}};

constexpr std::array<std::pair<FinishReason, std::string_view>, 3> kFinishNames = {{
    {FinishReason::kStop, "stop"},
    {FinishReason::kLength, "length"},
    {FinishReason::kAbort, "abort"},
}};

template <typename Table, typename Key>
std::string_view name_in(const Table& table, Key key) {
    for (const auto& [value, name] : table) {
        if (value == key) return name;
    }
    VT_CHECK(false);
}

template <typename Key, std::size_t N>
std::optional<Key> key_in(const std::array<std::pair<Key, std::string_view>, N>& table,
                          std::string_view name) {
    for (const auto& [value, known] : table) {
        if (known == name) return value;
    }
    return std::nullopt;
}

Json span_to_json(const text::Span& span) { return Json::array({span.begin, span.end}); }

util::Error bad_verdict(const std::string& key) {
    return util::fail(util::ErrorCode::kCorruptData,
                      "verdict: " + key + " is missing or malformed");
}

Result<text::Span> span_from_json(const Json& object) {
    const auto span = object.find("span");
    const bool pair = span != object.end() && span->is_array() && span->size() == 2 &&
                      (*span)[0].is_number_unsigned() && (*span)[1].is_number_unsigned();
    if (!pair) return bad_verdict("span");
    return text::Span{.begin = (*span)[0].get<std::size_t>(), .end = (*span)[1].get<std::size_t>()};
}

Status read_text(const Json& object, const char* key, std::string& out) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) return bad_verdict(key);
    out = found->get<std::string>();
    return {};
}

Status read_count(const Json& object, const char* key, std::int64_t& out) {
    const auto count =
        util::json_int(object, key, "verdict", 0, std::numeric_limits<std::int64_t>::max());
    if (!count) return bad_verdict(key);
    out = *count;
    return {};
}

Result<VerdictStep> step_from_json(const Json& value) {
    if (!value.is_object()) return bad_verdict("steps");
    VerdictStep step;
    VT_TRY(read_text(value, "what", step.what));
    VT_TRY(read_text(value, "detail", step.detail));
    const auto ok = value.find("ok");
    if (ok == value.end() || !ok->is_boolean()) return bad_verdict("ok");
    step.ok = ok->get<bool>();
    VT_ASSIGN(step.span, span_from_json(value));
    return step;
}

Status read_result(const Json& value, Verdict& verdict) {
    std::string status;
    VT_TRY(read_text(value, "status", status));
    const std::optional<VerdictStatus> known = status_from_name(status);
    if (!known) return bad_verdict("status");
    verdict.status = *known;
    const auto score = value.find("score");
    if (score == value.end() || !score->is_number()) return bad_verdict("score");
    verdict.score = score->get<double>();
    if (!(verdict.score >= 0.0 && verdict.score <= 1.0)) return bad_verdict("score");
    return {};
}

}  // namespace

std::string_view status_name(VerdictStatus status) { return name_in(kStatusNames, status); }

std::optional<VerdictStatus> status_from_name(std::string_view name) {
    return key_in(kStatusNames, name);
}

bool is_masked(VerdictStatus status) {
    using enum VerdictStatus;
    return status == kInvalidGold || status == kSandboxError || status == kInternalError;
}

std::string_view finish_reason_name(FinishReason reason) { return name_in(kFinishNames, reason); }

std::optional<FinishReason> finish_reason_from_name(std::string_view name) {
    return key_in(kFinishNames, name);
}

Json steps_to_json(const std::vector<VerdictStep>& steps) {
    Json list = Json::array();
    for (const VerdictStep& step : steps) {
        list.push_back({{"what", step.what},
                        {"ok", step.ok},
                        {"detail", step.detail},
                        {"span", span_to_json(step.span)}});
    }
    return list;
}

Json verdict_to_json(const Verdict& verdict) {
    return {{"status", status_name(verdict.status)},
            {"score", verdict.score},
            {"extracted", verdict.extracted},
            {"span", span_to_json(verdict.span)},
            {"rule", verdict.rule},
            {"method", verdict.method},
            {"reason", verdict.reason},
            {"answer_normal", verdict.answer_normal},
            {"gold_normal", verdict.gold_normal},
            {"steps", steps_to_json(verdict.steps)},
            {"operations", verdict.operations},
            {"micros", verdict.micros},
            {"verifier_hash", verdict.verifier_hash}};
}

Result<Verdict> verdict_from_json(const Json& value) {
    if (!value.is_object()) return bad_verdict("object");
    Verdict verdict;
    VT_TRY(read_result(value, verdict));
    VT_TRY(read_text(value, "extracted", verdict.extracted));
    VT_ASSIGN(verdict.span, span_from_json(value));
    VT_TRY(read_text(value, "rule", verdict.rule));
    VT_TRY(read_text(value, "method", verdict.method));
    VT_TRY(read_text(value, "reason", verdict.reason));
    VT_TRY(read_text(value, "answer_normal", verdict.answer_normal));
    VT_TRY(read_text(value, "gold_normal", verdict.gold_normal));
    VT_TRY(read_text(value, "verifier_hash", verdict.verifier_hash));
    VT_TRY(read_count(value, "operations", verdict.operations));
    VT_TRY(read_count(value, "micros", verdict.micros));
    const auto steps = value.find("steps");
    if (steps == value.end() || !steps->is_array()) return bad_verdict("steps");
    for (const Json& entry : *steps) {
        VT_ASSIGN(VerdictStep step, step_from_json(entry));
        verdict.steps.push_back(std::move(step));
    }
    return verdict;
}

}  // namespace veritune::verify
