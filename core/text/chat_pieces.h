// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/text/tokenizer.h"

#include <string_view>
#include <vector>

namespace veritune::text {

inline constexpr std::string_view kThinkOpen = "<think>";
inline constexpr std::string_view kThinkClose = "</think>";

/// Collects the pieces of a rendered chat, joining neighbours of the same kind.
class ChatPieces {
  public:
    /// Text of the template.
    void markup(std::string_view text);
    /// Text of a person or a tool.
    void content(std::string_view text);
    /// Text of the model, whose <think> and </think> are tokens.
    void reasoning(std::string_view text);
    std::vector<TextPiece> take() && { return std::move(pieces_); }

  private:
    void add(std::string_view text, bool parse_special);
    std::vector<TextPiece> pieces_;
};

}  // namespace veritune::text
