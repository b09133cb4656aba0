// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/text/tokenizer.h"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::text {

/// One entry of added_tokens or added_tokens_decoder: found in text before any merging.
struct AddedToken {
    TokenId id = 0;
    std::string content;
    bool special = false;      ///< dropped by decode(skip_special)
    bool single_word = false;  ///< only between non-word characters
    bool lstrip = false;       ///< takes the white space before it
    bool rstrip = false;       ///< takes the white space after it
    bool normalized = false;   ///< looked for in the normalised text
};

/// Longest-first, leftmost search for a set of added tokens. Immutable.
/// cost  O(text) times the longest token, in practice one table look-up per byte
class AddedTokenMatcher {
  public:
    struct Match {
        std::size_t begin = 0;
        std::size_t end = 0;
        TokenId id = -1;  ///< -1: plain text between tokens
    };
    /// May the token that stands at [begin, end) be recognised?
    using Allowed = std::function<bool(std::size_t begin, std::size_t end)>;

    /// content  as it is looked for (already normalised where that applies); not empty
    void add(const AddedToken& token, std::string_view content);
    bool empty() const { return tokens_.empty(); }
    /// The whole text, cut into tokens and what is between; no empty parts.
    std::vector<Match> split(std::string_view text, const Allowed& allowed) const;

  private:
    struct Node {
        std::vector<std::pair<unsigned char, std::int32_t>> next;  ///< sorted by byte
        std::int32_t token = -1;
    };
    struct Found {
        std::size_t length = 0;
        std::int32_t token = -1;
    };
    std::int32_t child(std::int32_t node, unsigned char byte) const;
    Found longest_at(std::string_view text, std::size_t pos) const;
    void place(const AddedToken& token,
               std::string_view text,
               Match match,
               std::size_t& done,
               std::vector<Match>& out) const;

    std::vector<Node> nodes_{Node{}};
    std::array<bool, 256> starts_{};
    std::vector<AddedToken> tokens_;
};

}  // namespace veritune::text
