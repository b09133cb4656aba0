// SPDX-License-Identifier: Apache-2.0
#include "core/text/chat_encoder.h"

#include "core/text/chat_pieces.h"

#include <span>
#include <utility>

namespace veritune::text {
namespace {

util::Status check_encodable(const Tokenizer& tokenizer, std::span<const TextPiece> pieces) {
    for (const TextPiece& piece : pieces) {
        if (tokenizer.can_encode(piece.text)) continue;
        return util::fail(util::ErrorCode::kInvalidArgument,
                          "the text holds a character that this model's tokenizer does not have");
    }
    return {};
}

void put_bos(const Tokenizer& tokenizer, std::vector<TokenId>& ids) {
    const std::optional<TokenId> bos = tokenizer.bos_id();
    if (!tokenizer.adds_bos() || !bos) return;
    if (ids.empty() || ids.front() != *bos) ids.insert(ids.begin(), *bos);
}

}  // namespace

util::Result<std::vector<TokenId>> encode_chat(const Tokenizer& tokenizer,
                                               const ChatTemplate& chat_template,
                                               const std::vector<Message>& messages,
                                               const RenderOptions& options) {
    VT_ASSIGN(const std::vector<TextPiece> pieces, chat_template.segments(messages, options));
    VT_TRY(check_encodable(tokenizer, pieces));
    std::vector<TokenId> ids = tokenizer.encode_pieces(pieces);
    put_bos(tokenizer, ids);
    return ids;
}

util::Result<std::vector<TokenId>> encode_completion(const Tokenizer& tokenizer,
                                                     const ChatTemplate& chat_template,
                                                     std::string_view completion,
                                                     bool add_end) {
    ChatPieces builder;
    if (chat_template.has_think_tags()) {
        builder.reasoning(completion);
    } else {
        builder.content(completion);
    }
    const std::vector<TextPiece> pieces = std::move(builder).take();
    VT_TRY(check_encodable(tokenizer, pieces));
    std::vector<TokenId> ids = tokenizer.encode_pieces(pieces);
    if (!add_end) return ids;
    const std::optional<TokenId> end = tokenizer.token_to_id(chat_template.end_of_turn());
    ids.push_back(end.value_or(tokenizer.eos_ids().front()));
    return ids;
}

util::Result<std::vector<TokenId>> encode_prompt(const Tokenizer& tokenizer,
                                                 std::string_view prompt) {
    const TextPiece piece{std::string(prompt), false};
    VT_TRY(check_encodable(tokenizer, {&piece, 1}));
    std::vector<TokenId> ids = tokenizer.encode(prompt, false);
    put_bos(tokenizer, ids);
    return ids;
}

}  // namespace veritune::text
