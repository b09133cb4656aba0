// SPDX-License-Identifier: Apache-2.0
#include "core/verify/number_text.h"

#include <algorithm>
#include <array>

namespace veritune::verify {

namespace {

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

}  // namespace

std::optional<std::string> fold_number(std::string_view text) {
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

std::string_view trim_ascii(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n\f\v";
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string_view take_digits(std::string_view& text) {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string_view digits = text.substr(0, count);
    text.remove_prefix(count);
    return digits;
}

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

}  // namespace veritune::verify
