// SPDX-License-Identifier: Apache-2.0
#include "core/verify/math/lexer.h"
#include "core/verify/number_text.h"

#include <algorithm>
#include <array>
#include <initializer_list>
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
constexpr std::array<Separator, 12> kSeparators = {{{",\\!", true},
                                                    {",\\! ", true},
                                                    {", \\!", true},
                                                    {", \\! ", true},
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

/// Takes `part` off the front of `text` if it stands there.
bool eat(std::string_view& text, std::string_view part) {
    if (!text.starts_with(part)) return false;
    text.remove_prefix(part.size());
    return true;
}

bool eat_any(std::string_view& text, std::initializer_list<std::string_view> parts) {
    return std::any_of(
        parts.begin(), parts.end(), [&text](std::string_view part) { return eat(text, part); });
}

void eat_spaces(std::string_view& text) {
    while (eat_any(text, {" ", "~", "\\ ", "\\,"})) continue;
}

/// "8", "16", "eight"; 0 = none.
int eat_base_number(std::string_view& text) {
    const std::string_view digits = take_digits(text);
    if (digits.size() > 2) return 0;
    if (digits.empty()) {
        const std::size_t end = std::min(text.find_first_not_of("efghilnorstuvwx"), text.size());
        const int base = base_of_word(text.substr(0, end));
        text.remove_prefix(end);
        return base;
    }
    return digits.size() == 1 ? digits[0] - '0' : (digits[0] - '0') * 10 + (digits[1] - '0');
}

/// "_8", "_{16}", "_{\text{eight}}".
int eat_base_index(std::string_view& text) {
    if (!eat(text, "_")) return 0;
    int open = 0;
    while (eat_any(text, {"{", "\\text{", "\\mathrm{"})) ++open;
    if (eat(text, "base")) eat_spaces(text);
    const int base = eat_base_number(text);
    for (; open > 0; --open) {
        if (!eat(text, "}")) return 0;
    }
    return base;
}

/// " base 8", "\text{ (base 8)}", "\text{base }8".
int eat_base_words(std::string_view& text) {
    eat_spaces(text);
    bool group = eat_any(text, {"\\text{", "\\mathrm{", "\\mbox{"});
    eat_spaces(text);
    const bool bracket = eat(text, "(");
    if (!eat(text, "base")) return 0;
    eat_spaces(text);
    if (group && eat(text, "}")) {
        group = false;
        eat_spaces(text);
    }
    const int base = eat_base_number(text);
    if ((bracket && !eat(text, ")")) || (group && !eat(text, "}"))) return 0;
    return base;
}

/// The base behind digits; 0 = none. `length` grows by what was read.
int take_base(std::string_view text, std::size_t& length) {
    const std::size_t before = text.size();
    const int base = text.starts_with('_') ? eat_base_index(text) : eat_base_words(text);
    if (base < 2 || base > 36) return 0;
    length += before - text.size();
    return base;
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
    if (end == 0 || end > 4'096 || (letters && digit_count == 0 && end < 2)) {
        return {};
    }
    if (digit_count == 0 && decimal) return {};
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

NumberToken take_bracketed_based(std::string_view text) {
    const std::size_t close = text.find(')');
    if (!text.starts_with('(') || close == std::string_view::npos || close > 64) return {};
    std::string plain(text.substr(1, close - 1));
    const std::size_t digits = plain.size();
    plain += text.substr(close + 1, 32);
    NumberToken token = take_based(plain);
    if (token.kind == TokenKind::kEnd || token.length <= digits) return {};
    token.length += 2;
    return token;
}

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
