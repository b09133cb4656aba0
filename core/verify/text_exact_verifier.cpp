// SPDX-License-Identifier: Apache-2.0
#include "core/verify/text_exact_verifier.h"

#include "core/text/normalizer.h"
#include "core/text/utf8.h"
#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"

#include <utf8proc.h>

#include <algorithm>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

/// One letter for every class of Unicode's simple case folding (statuses C and S): the lower case
/// of the upper case also joins forms such as final sigma and long s.
char32_t fold_simple(char32_t c) {
    constexpr char32_t kDottedI = 0x130;
    constexpr char32_t kDotlessI = 0x131;
    if (c == kDottedI || c == kDotlessI) return c;  // they fold in Turkish (status T) only
    const auto code = static_cast<utf8proc_int32_t>(c);
    return static_cast<char32_t>(utf8proc_tolower(utf8proc_toupper(code)));
}

bool is_punctuation(char32_t c) {
    const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
    return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
}

bool is_digit_at(std::string_view text, std::size_t pos) {
    return pos < text.size() &&
           text::char_class(text::decode_utf8(text, pos).value) == text::CharClass::kNumber;
}

TextFolding read_params(const Json& params) {
    return {.case_sensitive = params.value("case_sensitive", false),
            .ignore_punctuation = params.value("ignore_punctuation", false)};
}

/// Without one pair of quotation marks around the whole.
std::string_view unquoted(std::string_view text) {
    static constexpr std::pair<std::string_view, std::string_view> kQuotes[] = {
        {"\"", "\""},
        {"\xE2\x80\x9C", "\xE2\x80\x9D"},
        {"\xE2\x80\x9E", "\xE2\x80\x9C"},
        {"\xC2\xAB", "\xC2\xBB"},
        {"``", "''"}};
    for (const auto& [open, close] : kQuotes) {
        if (text.size() <= open.size() + close.size() || !text.starts_with(open) ||
            !text.ends_with(close)) {
            continue;
        }
        const std::string_view inner =
            text.substr(open.size(), text.size() - open.size() - close.size());
        const bool once = inner.find(open) == inner.npos && inner.find(close) == inner.npos;
        return once ? inner : text;
    }
    return text;
}

Json gold_list(const Json& gold) { return gold.is_array() ? gold : Json::array({gold}); }

}  // namespace

std::string fold_text(std::string_view text, const TextFolding& folding) {
    const std::string source =
        text::normalize_unicode(text::sanitize_utf8(text), text::UnicodeForm::kNfc);
    std::string folded;
    bool space = false;
    for (std::size_t pos = 0; pos < source.size();) {
        const text::CodePoint point = text::decode_utf8(source, pos);
        pos += point.length;
        const bool dropped =
            folding.ignore_punctuation && is_punctuation(point.value) && !is_digit_at(source, pos);
        if (dropped || text::is_white_space(point.value)) {
            space = !folded.empty();
            continue;
        }
        if (space) folded += ' ';
        space = false;
        text::append_utf8(folded, folding.case_sensitive ? point.value : fold_simple(point.value));
    }
    return text::normalize_unicode(folded, text::UnicodeForm::kNfc);
}

Json TextExactVerifier::params_schema() const {
    const Json flag = {{"type", "boolean"}};
    return {{"type", "object"},
            {"additionalProperties", false},
            {"properties", {{"case_sensitive", flag}, {"ignore_punctuation", flag}}}};
}

Json TextExactVerifier::gold_schema() const {
    return {{"type", {"string", "array"}}, {"items", {{"type", "string"}}}};
}

Verdict TextExactVerifier::verify(const VerifyRequest& request) const {
    Verdict verdict;
    verdict.method = "string";
    verdict.operations = 1;
    const TextFolding folding = read_params(request.params);
    std::vector<std::string> golds;
    std::size_t gold_bytes = 0;
    for (const Json& gold : gold_list(request.gold)) {
        const auto& text = gold.get_ref<const std::string&>();
        golds.push_back(fold_text(text, folding));
        gold_bytes = std::max(gold_bytes, text.size());
        if (golds.back().empty()) return bad_gold(std::move(verdict));
    }
    if (golds.empty()) return bad_gold(std::move(verdict));
    verdict.gold_normal = golds.front();
    AnswerReading reading = read_answer(request, std::move(verdict), gold_bytes);
    if (reading.decided) return std::move(reading.verdict);
    verdict = std::move(reading.verdict);
    verdict.answer_normal = fold_text(verdict.extracted, folding);
    auto equal = std::ranges::find(golds, verdict.answer_normal);
    if (equal == golds.end()) {
        equal = std::ranges::find(golds, fold_text(unquoted(verdict.extracted), folding));
    }
    if (equal != golds.end()) verdict.gold_normal = *equal;
    verdict.steps.push_back({.what = std::to_string(golds.size()) + " expected text(s)",
                             .ok = equal != golds.end(),
                             .detail = equal != golds.end() ? "" : "expected " + golds.front(),
                             .span = verdict.span});
    if (equal == golds.end()) {
        return refuse(std::move(verdict), VerdictStatus::kIncorrect, "wrong_text");
    }
    return accept(std::move(verdict));
}

util::Result<std::string> TextExactVerifier::gold_completion(const VerifyRequest& request) const {
    const Json golds = gold_list(request.gold);
    if (golds.empty()) return util::fail(util::ErrorCode::kInvalidArgument, "bad_gold");
    return write_answer(
        golds[0].get_ref<const std::string&>(), request.profile, request.think_tags);
}

}  // namespace veritune::verify
