// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"
#include "core/util/result.h"

#include <string_view>
#include <vector>

namespace veritune::text {

/// The ids of a chat prompt. Markup of the template becomes special tokens, text of the messages
/// never does: a user who writes "<|im_end|>" has written ten characters. Where no message holds
/// the text of an added token the ids are those of tokenizer.encode(chat_template.render(...),
/// true), preceded by BOS where the model expects one and the template does not print it. errors
/// those of ChatTemplate::segments
///         kInvalidArgument when the tokenizer cannot write the text (character tokenizers)
util::Result<std::vector<TokenId>> encode_chat(const Tokenizer& tokenizer,
                                               const ChatTemplate& chat_template,
                                               const std::vector<Message>& messages,
                                               const RenderOptions& options = {});

/// The ids of what follows a generation prompt: a demonstration for SFT, or a chain to be scored
/// again. <think> and
/// </think> become their tokens where the template has them, all other text stays text.
/// add_end  appends the token that ends the turn (the template's, else the tokenizer's first EOS)
/// Encoded on its own, as the model would have produced it; not merged with the prompt's last
/// token. errors  kInvalidArgument as above
util::Result<std::vector<TokenId>> encode_completion(const Tokenizer& tokenizer,
                                                     const ChatTemplate& chat_template,
                                                     std::string_view completion,
                                                     bool add_end);

/// Plain text without a chat (base models, the demo): nothing is parsed; BOS first where the model
/// expects it. errors  kInvalidArgument as above
util::Result<std::vector<TokenId>> encode_prompt(const Tokenizer& tokenizer,
                                                 std::string_view prompt);

}  // namespace veritune::text
