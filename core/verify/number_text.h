// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

/// How numbers are written in answers: what the verifiers of numbers share.
namespace veritune::verify {

/// Stands for a thin space after folding; a control character that no answer may hold itself.
inline constexpr char kThinSpace = '\x01';

/// Signs (U+2212, U+FF0D, U+FF0B), full-width digits, TeX's "{,}" and thin spaces (U+2009, U+202F)
/// as one ASCII byte each, other bytes as they are; nullopt when the text holds a control
/// character.
std::optional<std::string> fold_number(std::string_view text);

/// Without ASCII white space at both ends.
std::string_view trim_ascii(std::string_view text);

/// Takes the ASCII digits at the beginning of `text`; may be empty.
std::string_view take_digits(std::string_view& text);

/// Takes "1,234,567" or "1234567" from the beginning of folded text and gives its digits; empty
/// when there are none or the groups are not regular. Groups are separated by one kind of ',' or
/// kThinSpace.
std::string take_grouped_digits(std::string_view& text);

}  // namespace veritune::verify
