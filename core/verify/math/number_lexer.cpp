// SPDX-License-Identifier: Apache-2.0
#include "core/verify/math/lexer.h"
#include "core/verify/number_text.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace veritune::verify::math {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool digit_at(std::string_view text, std::size_t at) {
    return at < text.size() && is_digit(text[at]);
}

/// What may separate groups of thousands; the ones that mean nothing else also inside brackets.
struct Separator {
    std::string_view text;
    bool always;
};
constexpr std::array<Separator, 9> kSeparators = {{{",\\!", true},
                                                   {"{,}", true},
                                                   {"\\,", true},
                                                   {"\\;", true},
                                                   {"\\ ", true},
                                                   {"~", true},
                                                   {",", false},
                                                   {" ", true},
                                                   {"\\:", true}}};

/// Three digits and no fourth behind the separator.
bool is_group(std::string_view text, std::size_t at) {
    return digit_at(text, at) && digit_at(text, at + 1) && digit_at(text, at + 2) &&
           !digit_at(text, at + 3);
}

std::string take_groups(std::string_view text, bool grouping, std::size_t& length) {
    std::string digits(take_digits(text));
    length = digits.size();
    if (digits.empty() || digits.size() > 3 || digits.front() == '0') return digits;
    std::string_view used;
    for (;;) {
        const auto found =
            std::find_if(kSeparators.begin(), kSeparators.end(), [&](const Separator& separator) {
                return text.starts_with(separator.text) && (grouping || separator.always) &&
                       (used.empty() || used == separator.text) &&
                       is_group(text, separator.text.size());
            });
        if (found == kSeparators.end()) return digits;
        // "1 000/3" and "2 100_8" are no groups of thousands.
        const std::size_t end = found->text.size() + 3;
        if (found->text == " " && end < text.size() && (text[end] == '/' || text[end] == '_')) {
            return digits;
        }
        used = found->text;
        digits += text.substr(found->text.size(), 3);
        length += end;
        text.remove_prefix(end);
    }
}

/// The number of a base in words: bases of problems are written out now and then.
int base_of_word(std::string_view word) {
    static constexpr std::array<std::string_view, 17> kWords = {"",
                                                                "",
                                                                "two",
                                                                "three",
                                                                "four",
                                                                "five",
                                                                "six",
                                                                "seven",
                                                                "eight",
                                                                "nine",
                                                                "ten",
                                                                "eleven",
                                                                "twelve",
                                                                "thirteen",
                                                                "fourteen",
                                                                "fifteen",
                                                                "sixteen"};
    const auto found = std::find(kWords.begin() + 2, kWords.end(), word);
    return found == kWords.end() ? 0 : static_cast<int>(found - kWords.begin());
}

/// "_8", "_{16}", "_{\text{eight}}", " base 8" behind digits; 0 = none. `length` grows.
int take_base(std::string_view text, std::size_t& length) {
    const std::size_t before = text.size();
    for (const std::string_view mark : {" \\text{base }", "\\text{ base }", " base ", "_"}) {
        if (!text.starts_with(mark)) continue;
        text.remove_prefix(mark.size());
        int open = 0;
        for (const std::string_view brace : {"{", "\\text{", "\\mathrm{", "{"}) {
            if (!text.starts_with(brace)) continue;
            text.remove_prefix(brace.size());
            ++open;
        }
        const std::string_view digits = take_digits(text);
        int base = 0;
        if (!digits.empty() && digits.size() <= 2) {
            base = digits[0] - '0';
            if (digits.size() == 2) base = base * 10 + (digits[1] - '0');
        } else if (digits.empty()) {
            const std::size_t end =
                std::min(text.find_first_not_of("efghilnorstuvwx"), text.size());
            base = base_of_word(text.substr(0, end));
            text.remove_prefix(end);
        }
        for (; open > 0 && text.starts_with('}'); --open) text.remove_prefix(1);
        if (base < 2 || base > 36 || open != 0) return 0;
        length += before - text.size();
        return base;
    }
    return 0;
}

NumberToken take_based(std::string_view text) {
    std::size_t end = 0;
    bool letters = false;
    bool decimal = false;
    std::size_t digit_count = 0;
    while (end < text.size()) {
        const char c = text[end];
        const bool letter = c >= 'A' && c <= 'Z';
        if (!is_digit(c) && !letter && (c != '.' || decimal)) break;
        letters = letters || letter;
        decimal = decimal || c == '.';
        if (is_digit(c)) ++digit_count;
        ++end;
    }
    if (end == 0 || end > 4'096 || text[0] == '.' || (letters && digit_count == 0 && end < 2)) {
        return {};
    }
    std::size_t length = end;
    const int base = take_base(text.substr(end), length);
    if (base == 0) return {};
    for (const char c : text.substr(0, end)) {
        const int value = is_digit(c) ? c - '0' : c - 'A' + 10;
        if (c != '.' && value >= base) return {};
    }
    std::string digits(text.substr(0, end));
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
    if (base == 10) return {.kind = TokenKind::kNumber, .text = digits, .length = length};
    return {
        .kind = TokenKind::kBased, .text = digits + "_" + std::to_string(base), .length = length};
}

/// "12:30": two digits of minutes.
NumberToken take_time(std::string_view text) {
    const std::size_t colon = text.substr(0, 3).find(':');
    if (colon == std::string_view::npos || colon == 0 || colon > 2) return {};
    if (!digit_at(text, 0) || !digit_at(text, colon - 1) || !digit_at(text, colon + 1) ||
        !digit_at(text, colon + 2) || digit_at(text, colon + 3) || text[colon + 1] > '5') {
        return {};
    }
    if (colon + 3 < text.size() && (text[colon + 3] == ':' || text[colon + 3] == '.')) {
        const bool more = text[colon + 3] == ':' || digit_at(text, colon + 4);
        if (more) return {};
    }
    std::string digits(text.substr(0, colon + 3));
    if (digits.size() == 5 && digits[0] == '0') digits.erase(0, 1);
    return {.kind = TokenKind::kTime, .text = digits, .length = colon + 3};
}

/// "e-3" directly behind digits; "2e" and "2e^3" are products.
std::size_t exponent_length(std::string_view text) {
    if (text.empty() || (text[0] != 'e' && text[0] != 'E')) return 0;
    std::size_t at = 1;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::size_t digits = at;
    while (digit_at(text, at)) ++at;
    // "4e+7p" is a sum of products.
    const bool letter =
        at < text.size() && ((text[at] >= 'a' && text[at] <= 'z') || text[at] == '^');
    return at > digits && !letter ? at : 0;
}

}  // namespace

NumberToken take_number(std::string_view text, bool grouping) {
    if (NumberToken based = take_based(text); based.kind != TokenKind::kEnd) return based;
    if (text.empty() || !(is_digit(text[0]) || (text[0] == '.' && digit_at(text, 1)))) return {};
    if (NumberToken time = take_time(text); time.kind != TokenKind::kEnd) return time;
    NumberToken token{.kind = TokenKind::kNumber, .text = {}, .length = 0};
    token.text = take_groups(text, grouping, token.length);
    text.remove_prefix(token.length);
    if (text.starts_with('.') && digit_at(text, 1)) {
        std::size_t end = 1;
        while (digit_at(text, end)) ++end;
        token.text += text.substr(0, end);
        token.length += end;
        text.remove_prefix(end);
    }
    if (const std::size_t length = exponent_length(text); length > 0) {
        token.text += "e";
        token.text += text.substr(1, length - 1);
        token.length += length;
    }
    return token;
}

}  // namespace veritune::verify::math
