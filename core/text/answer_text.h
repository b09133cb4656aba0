// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/text/answer_extractor.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Parts of answer extraction: each finds candidates in a text and works on any bytes in linear
/// time.
namespace veritune::text {

/// One \boxed{} or \fbox{}.
struct Box {
    Span whole;  ///< from the backslash to after the closing brace
    Span content;
    bool balanced = true;
};
/// All outermost boxes, left to right.
std::vector<Box> find_boxes(std::string_view text);
/// Boxes that belong together and say different things, ending with the last box of the list (E3).
std::vector<Box> last_box_list(std::string_view text, const std::vector<Box>& boxes);

/// A text with Markdown's ** taken out, and where each byte came from.
struct Unmarked {
    std::string text;
    std::vector<std::uint32_t> origin;  ///< one more entry than text has bytes
};
Unmarked remove_bold(std::string_view text);

/// Lower case for ASCII and Latin-1 letters in UTF-8; never changes lengths.
std::string fold_case(std::string_view text);

/// What follows the last answer anchor, to the end of its sentence.
std::optional<Span> find_anchor(std::string_view text);
/// What follows "Answer:" (or a translation) on the last line that begins with it.
std::optional<Span> find_answer_line(std::string_view text);
/// What follows the last "####"; only_line: it has to begin a line, and a heading ("#### Result:")
/// is none.
std::optional<Span> find_hash(std::string_view text, bool only_line);
std::optional<Span> find_last_number(std::string_view text);

}  // namespace veritune::text
