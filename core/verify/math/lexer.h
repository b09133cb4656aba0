// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/math/node.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::verify::math {

enum class TokenKind {
    kEnd,
    kNumber,   ///< text = ASCII digits with at most one '.', without groups, maybe "e-3" behind
    kBased,    ///< text = "digits_base"
    kTime,     ///< text = "12:30"
    kLetter,   ///< a variable or constant: "x", "x_1", "theta", "pi", "inf"
    kWord,     ///< letters of a text: "ways", "cm", "or"
    kCommand,  ///< without backslash: "frac", "sqrt", "sin", "begin", ...
    kSymbol,   ///< one of + - * / ^ _ ( ) [ ] { } | , ; : = < > <= >= != ! % & and named ones:
               ///< "\\{" "\\}" "\\\\" "pm" "mp" "cup" "cap" "in" "deg" "setminus" "$" "..."
};

struct Token {
    TokenKind kind = TokenKind::kEnd;
    std::string text;
    bool space_before = false;
    bool in_text = false;  ///< stood in \text{} or a relative
};

/// LaTeX, plain or Unicode mathematics as tokens. Synonyms become one token (\dfrac = \frac,
/// U+2212 = '-', '×' = \times = '*'), spacing and sizing commands disappear, grouped digits are
/// joined. decimal_mark  '.' or ','. The fault goes to `budget`. Pure, linear time.
std::vector<Token> tokenize(std::string_view text, char decimal_mark, Budget& budget);

/// ASCII spellings for the Unicode characters of mathematics; other bytes stay.
std::string fold_unicode(std::string_view text);

/// The number at the beginning of `text`: digits with groups ("1,234", "1{,}234", "1,\!234",
/// "1 234"), a point and decimals, an exponent ("1.5e-3"), or digits with a base ("1A_{16}").
/// grouping  false inside brackets, where "(1,234)" is a pair
struct NumberToken {
    TokenKind kind = TokenKind::kEnd;  ///< kEnd: no number stands here
    std::string text;
    std::size_t length = 0;  ///< bytes taken
};
NumberToken take_number(std::string_view text, bool grouping);
/// "(221)_3": only digits with a base stand so in brackets.
NumberToken take_bracketed_based(std::string_view text);

/// How a run of plain letters is meant.
enum class WordMeaning { kProduct, kWord, kFunction, kConstant };
WordMeaning word_meaning(std::string_view word);
bool is_function_name(std::string_view name);
/// "or", "and", "oder", "y", "或": a list goes on behind it.
bool is_connective(std::string_view word);
/// The canonical name of a unit or noun ("centimeters" -> "cm", "$" -> "dollar").
std::string canonical_unit(std::string_view word);
bool is_physical_unit(std::string_view canonical);
/// Words that change what is said ("not", "about", "than"): no unit and no part of one.
bool is_hedge_word(std::string_view word);
/// 1,000 for "thousand", 12 for "dozen", 0 for other words.
long multiplier_word(std::string_view word);

}  // namespace veritune::verify::math
