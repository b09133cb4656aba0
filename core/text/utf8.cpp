// SPDX-License-Identifier: Apache-2.0
#include "core/text/utf8.h"

#include <utf8proc.h>

#include <array>

namespace veritune::text {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

unsigned char byte_at(std::string_view text, std::size_t pos) {
    return static_cast<unsigned char>(text[pos]);
}

bool is_continuation(std::string_view text, std::size_t pos) {
    return pos < text.size() && (byte_at(text, pos) & 0xC0) == 0x80;
}

/// Second byte's allowed range depends on the first: no overlong forms, surrogates or values over
/// U+10FFFF.
bool second_byte_ok(unsigned char first, unsigned char second) {
    switch (first) {
        case 0xE0:
            return second >= 0xA0 && second <= 0xBF;
        case 0xED:
            return second >= 0x80 && second <= 0x9F;
        case 0xF0:
            return second >= 0x90 && second <= 0xBF;
        case 0xF4:
            return second >= 0x80 && second <= 0x8F;
        default:
            return second >= 0x80 && second <= 0xBF;
    }
}

std::size_t expected_length(unsigned char first) {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return 2;
    if (first >= 0xE0 && first <= 0xEF) return 3;
    if (first >= 0xF0 && first <= 0xF4) return 4;
    return 0;
}

/// How many bytes of a bad sequence one replacement character stands for (>= 1).
std::size_t bad_length(std::string_view text, std::size_t pos) {
    const std::size_t want = expected_length(byte_at(text, pos));
    if (want < 2) return 1;
    std::size_t have = 1;
    if (pos + 1 < text.size() && second_byte_ok(byte_at(text, pos), byte_at(text, pos + 1)))
        have = 2;
    while (have >= 2 && have < want && is_continuation(text, pos + have)) ++have;
    return have;
}

CharClass compute_class(char32_t value) {
    if (is_white_space(value)) return CharClass::kSpace;
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(value))) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO:
            return CharClass::kLetter;
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_NL:
        case UTF8PROC_CATEGORY_NO:
            return CharClass::kNumber;
        default:
            return CharClass::kOther;
    }
}

std::array<CharClass, 128> make_ascii_classes() {
    std::array<CharClass, 128> table{};
    for (char32_t c = 0; c < 128; ++c) table[c] = compute_class(c);
    return table;
}

}  // namespace

std::size_t valid_utf8_length(std::string_view text, std::size_t pos) {
    const std::size_t length = expected_length(byte_at(text, pos));
    if (length <= 1) return length;
    if (pos + length > text.size()) return 0;
    if (!second_byte_ok(byte_at(text, pos), byte_at(text, pos + 1))) return 0;
    for (std::size_t i = 2; i < length; ++i) {
        if (!is_continuation(text, pos + i)) return 0;
    }
    return length;
}

CodePoint decode_utf8(std::string_view text, std::size_t pos) {
    const unsigned char first = byte_at(text, pos);
    if (first < 0x80) return {first, 1};
    const auto tail = [&](std::size_t i) {
        return static_cast<char32_t>(byte_at(text, pos + i) & 0x3F);
    };
    if (first < 0xE0) return {static_cast<char32_t>(first & 0x1F) << 6 | tail(1), 2};
    if (first < 0xF0)
        return {static_cast<char32_t>(first & 0x0F) << 12 | tail(1) << 6 | tail(2), 3};
    return {static_cast<char32_t>(first & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4};
}

void append_utf8(std::string& out, char32_t value) {
    const auto push = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (value < 0x80) {
        push(value);
    } else if (value < 0x800) {
        push(0xC0 | value >> 6);
        push(0x80 | (value & 0x3F));
    } else if (value < 0x10000) {
        push(0xE0 | value >> 12);
        push(0x80 | (value >> 6 & 0x3F));
        push(0x80 | (value & 0x3F));
    } else {
        push(0xF0 | value >> 18);
        push(0x80 | (value >> 12 & 0x3F));
        push(0x80 | (value >> 6 & 0x3F));
        push(0x80 | (value & 0x3F));
    }
}

bool is_valid_utf8(std::string_view text) {
    std::size_t pos = 0;
    while (pos < text.size()) {
        const std::size_t length = valid_utf8_length(text, pos);
        if (length == 0) return false;
        pos += length;
    }
    return true;
}

std::string sanitize_utf8(std::string_view text) {
    if (is_valid_utf8(text)) return std::string(text);
    std::string out;
    out.reserve(text.size() + 16);
    std::size_t pos = 0;
    while (pos < text.size()) {
        const std::size_t length = valid_utf8_length(text, pos);
        if (length > 0) {
            out.append(text.substr(pos, length));
            pos += length;
        } else {
            out.append(kReplacement);
            pos += bad_length(text, pos);
        }
    }
    return out;
}

std::size_t count_code_points(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t pos = 0; pos < text.size(); ++count) {
        const std::size_t length = valid_utf8_length(text, pos);
        pos += length > 0 ? length : 1;
    }
    return count;
}

CharClass char_class(char32_t value) {
    static const std::array<CharClass, 128> kAscii = make_ascii_classes();
    return value < 128 ? kAscii[value] : compute_class(value);
}

bool is_white_space(char32_t value) {
    if (value < 0x80) return value == ' ' || (value >= 9 && value <= 13);
    return value == 0x85 || value == 0xA0 || value == 0x1680 ||
           (value >= 0x2000 && value <= 0x200A) || value == 0x2028 || value == 0x2029 ||
           value == 0x202F || value == 0x205F || value == 0x3000;
}

bool is_word_char(char32_t value) {
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(value))) {
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_MC:
        case UTF8PROC_CATEGORY_ME:
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_NL:
        case UTF8PROC_CATEGORY_PC:
            return true;
        default:
            return char_class(value) == CharClass::kLetter;
    }
}

std::string_view trim(std::string_view text) {
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::size_t length = valid_utf8_length(text, begin);
        if (length == 0 || !is_white_space(decode_utf8(text, begin).value)) break;
        begin += length;
    }
    std::size_t end = text.size();
    while (end > begin) {
        std::size_t start = end - 1;
        while (start > begin && (byte_at(text, start) & 0xC0) == 0x80) --start;
        if (valid_utf8_length(text, start) != end - start) break;
        if (!is_white_space(decode_utf8(text, start).value)) break;
        end = start;
    }
    return text.substr(begin, end - begin);
}

}  // namespace veritune::text
