// SPDX-License-Identifier: Apache-2.0
#include "core/verify/integer_verifier.h"

#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/number_text.h"

#include <algorithm>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

/// A gold as it would be written; nullopt when it is no integer.
std::optional<std::string> normal_gold(const Json& gold) {
    if (gold.is_string()) return normal_integer(gold.get_ref<const std::string&>());
    return normal_integer(gold.dump());
}

/// The answer that was found against the gold.
Verdict compare(Verdict verdict, bool hedged) {
    using enum VerdictStatus;
    if (hedged) return refuse(std::move(verdict), kIncorrect, "hedged");
    std::optional<std::string> answer = normal_integer(verdict.extracted);
    if (!answer) return refuse(std::move(verdict), kIncorrect, "not_an_integer");
    verdict.answer_normal = std::move(*answer);
    const bool right = verdict.answer_normal == verdict.gold_normal;
    verdict.steps.push_back({.what = verdict.answer_normal + " = " + verdict.gold_normal,
                             .ok = right,
                             .detail = right ? "" : "expected " + verdict.gold_normal,
                             .span = verdict.span});
    if (!right) return refuse(std::move(verdict), kIncorrect, "wrong_value");
    return accept(std::move(verdict));
}

}  // namespace

std::optional<std::string> normal_integer(std::string_view text) {
    const std::optional<std::string> plain = fold_number(trim_ascii(text));
    if (!plain) return std::nullopt;
    std::string_view rest = *plain;
    const bool negative = rest.starts_with('-');
    if (negative || rest.starts_with('+')) rest.remove_prefix(1);
    std::string digits = take_grouped_digits(rest);
    if (digits.empty()) return std::nullopt;
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
        const std::string_view fraction = take_digits(rest);
        if (fraction.empty() || fraction.find_first_not_of('0') != std::string_view::npos) {
            return std::nullopt;
        }
    }
    if (!rest.empty()) return std::nullopt;
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
    return negative && digits != "0" ? "-" + digits : digits;
}

Json IntegerVerifier::params_schema() const {
    return {{"type", "object"}, {"additionalProperties", false}};
}

Json IntegerVerifier::gold_schema() const { return {{"type", {"integer", "string"}}}; }

Verdict IntegerVerifier::verify(const VerifyRequest& request) const {
    Verdict verdict;
    verdict.method = "exact";
    verdict.operations = 1;
    std::optional<std::string> gold = normal_gold(request.gold);
    if (!gold || gold->size() > kMaxAnswerBytes / 2) {
        return bad_gold(std::move(verdict));
    }
    verdict.gold_normal = std::move(*gold);
    const std::size_t gold_bytes = verdict.gold_normal.size();
    AnswerReading reading = read_answer(request, std::move(verdict), gold_bytes);
    if (reading.decided) return std::move(reading.verdict);
    return compare(std::move(reading.verdict), reading.hedged);
}

util::Result<std::string> IntegerVerifier::gold_completion(const VerifyRequest& request) const {
    const std::optional<std::string> gold = normal_gold(request.gold);
    if (!gold) return util::fail(util::ErrorCode::kInvalidArgument, "bad_gold");
    return write_answer(*gold, request.profile, request.think_tags);
}

}  // namespace veritune::verify
