// SPDX-License-Identifier: Apache-2.0
#include "core/text/tokenizer.h"

namespace veritune::text {

// Right for tokenizers without merges: there nothing happens across the border of two pieces.
std::vector<TokenId> Tokenizer::encode_pieces(std::span<const TextPiece> pieces) const {
    std::vector<TokenId> ids;
    for (const TextPiece& piece : pieces) {
        const std::vector<TokenId> part = encode(piece.text, piece.parse_special);
        ids.insert(ids.end(), part.begin(), part.end());
    }
    return ids;
}

bool Tokenizer::can_encode(std::string_view) const { return true; }

}  // namespace veritune::text
