// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace veritune::text {

/// One code point of valid UTF-8 and its length in bytes.
struct CodePoint {
    char32_t value = 0;
    std::size_t length = 0;
};

/// The code point at `pos` of text that is valid UTF-8 (see sanitize_utf8); pos < text.size().
CodePoint decode_utf8(std::string_view text, std::size_t pos);
void append_utf8(std::string& out, char32_t value);
/// Length of the valid sequence at pos (Unicode 15, table 3-7), or 0 when the bytes there are bad.
std::size_t valid_utf8_length(std::string_view text, std::size_t pos);
bool is_valid_utf8(std::string_view text);
/// Every maximal bad part becomes one U+FFFD, as the Unicode standard (3.9, "maximal subparts")
/// recommends and as Python's errors="replace" does.
std::string sanitize_utf8(std::string_view text);
/// Number of code points; bad bytes count one each.
std::size_t count_code_points(std::string_view text);

/// What pre-tokenizer patterns ask of a character: \p{L}, \p{N}, \s (property White_Space) or
/// anything else.
enum class CharClass : std::uint8_t { kLetter, kNumber, kSpace, kOther };
CharClass char_class(char32_t value);
bool is_white_space(char32_t value);
/// \w: letters, marks, digits, connectors.
bool is_word_char(char32_t value);

/// Without white space (any Unicode) at both ends.
std::string_view trim(std::string_view text);

}  // namespace veritune::text
