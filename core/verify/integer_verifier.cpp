// SPDX-License-Identifier: Apache-2.0
#include "core/verify/integer_verifier.h"

#include "core/verify/answer_writer.h"

#include <algorithm>
#include <array>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

constexpr std::size_t kMaxAnswerBytes = std::size_t{64} << 10;
/// Stands for a thin space after folding; a control character that no answer may hold itself.
constexpr char kThinSpace = '\x01';

struct Fold {
    std::string_view from;
    char to;
};
constexpr std::array<Fold, 6> kFolds = {{
    {"\xE2\x88\x92", '-'},         // U+2212 minus sign
    {"\xEF\xBC\x8D", '-'},         // U+FF0D full-width hyphen-minus
    {"\xEF\xBC\x8B", '+'},         // U+FF0B full-width plus
    {"\xE2\x80\x89", kThinSpace},  // U+2009 thin space
    {"\xE2\x80\xAF", kThinSpace},  // U+202F narrow no-break space
    {"{,}", ','},                  // TeX without the space behind a comma
}};

/// U+FF10..U+FF19 at the beginning of `text` as '0'..'9', else 0.
char full_width_digit(std::string_view text) {
    if (!text.starts_with("\xEF\xBC") || text.size() < 3) return 0;
    const auto last = static_cast<unsigned char>(text[2]);
    return last >= 0x90 && last <= 0x99 ? static_cast<char>('0' + (last - 0x90)) : char{0};
}

/// The same text in one byte per character, or nullopt when it holds a control character.
std::optional<std::string> folded(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        if (static_cast<unsigned char>(text.front()) < 0x20) return std::nullopt;
        const auto fold = std::find_if(kFolds.begin(), kFolds.end(), [text](const Fold& entry) {
            return text.starts_with(entry.from);
        });
        if (const char digit = full_width_digit(text); digit != 0) {
            out += digit;
            text.remove_prefix(3);
        } else if (fold != kFolds.end()) {
            out += fold->to;
            text.remove_prefix(fold->from.size());
        } else {
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return out;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n\f\v";
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// Takes the digits at the beginning of `text`.
std::string_view take_digits(std::string_view& text) {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string_view digits = text.substr(0, count);
    text.remove_prefix(count);
    return digits;
}

/// "1,234,567" or "1234567" at the beginning of `text`; empty when the groups are not regular.
std::string take_grouped_digits(std::string_view& text) {
    const std::string_view first = take_digits(text);
    std::string digits(first);
    if (text.empty() || (text.front() != ',' && text.front() != kThinSpace)) return digits;
    // "0,123" is a decimal in half of the world and no whole number anywhere.
    if (first.empty() || first.size() > 3 || first.front() == '0') return {};
    const char separator = text.front();
    while (!text.empty() && text.front() == separator) {
        text.remove_prefix(1);
        const std::string_view group = take_digits(text);
        if (group.size() != 3) return {};
        digits += group;
    }
    return digits;
}

/// A gold as it would be written; nullopt when it is no integer.
std::optional<std::string> normal_gold(const Json& gold) {
    if (gold.is_string()) return normal_integer(gold.get_ref<const std::string&>());
    return normal_integer(gold.dump());
}

Verdict refuse(Verdict verdict, VerdictStatus status, std::string reason) {
    verdict.status = status;
    verdict.reason = std::move(reason);
    return verdict;
}

/// The answer that was found against the gold.
Verdict compare(Verdict verdict, bool hedged) {
    using enum VerdictStatus;
    if (verdict.extracted.size() > kMaxAnswerBytes) {
        return refuse(std::move(verdict), kBudgetExceeded, "answer_too_long");
    }
    if (verdict.extracted.size() > std::max<std::size_t>(256, 8 * verdict.gold_normal.size())) {
        return refuse(std::move(verdict), kIncorrect, "answer_too_long");
    }
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
    verdict.status = kCorrect;
    verdict.score = 1.0;
    return verdict;
}

}  // namespace

std::optional<std::string> normal_integer(std::string_view text) {
    const std::optional<std::string> plain = folded(trimmed(text));
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
        return refuse(std::move(verdict), VerdictStatus::kInvalidGold, "bad_gold");
    }
    verdict.gold_normal = std::move(*gold);
    const util::Result<text::Extraction> found =
        text::extract_answer(request.completion,
                             request.profile,
                             {.think_tags = request.think_tags,
                              .cut_off = request.finish_reason == FinishReason::kLength});
    if (!found) return refuse(std::move(verdict), VerdictStatus::kInvalidGold, "unknown_profile");
    verdict.rule = found->rule;
    verdict.span = found->span;
    if (!found->found) {
        const std::string reason = found->reason.empty() ? "no_answer" : found->reason;
        return refuse(std::move(verdict), VerdictStatus::kNoAnswer, reason);
    }
    verdict.extracted = found->text;
    return compare(std::move(verdict), found->hedged);
}

util::Result<std::string> IntegerVerifier::gold_completion(const VerifyRequest& request) const {
    const std::optional<std::string> gold = normal_gold(request.gold);
    if (!gold) return util::fail(util::ErrorCode::kInvalidArgument, "bad_gold");
    return write_answer(*gold, request.profile, request.think_tags);
}

}  // namespace veritune::verify
