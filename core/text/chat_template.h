// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/text/tokenizer.h"
#include "core/util/file_system.h"
#include "core/util/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::text {

struct Message {
    std::string role;  ///< "system", "user", "assistant" (and "tool" where the template knows it)
    std::string content;
};

struct RenderOptions {
    bool add_generation_prompt = true;
    /// Qwen3, QwQ and DeepSeek-R1: false closes the reasoning at once. nullopt = on, as in the
    /// official templates (the copies with an added switch for QwQ and R1 would take an unset one
    /// for false). Others ignore it.
    std::optional<bool> enable_thinking;
    /// A JSON array of tool descriptions, keys in the order they shall be printed; empty = none.
    /// Templates without tools ignore it.
    std::string tools;
};

/// A chat template is never executed: the known ones are written in C++ and chosen by the SHA-256
/// of the Jinja text; a recipe may also name one. Markup is encoded with parse_special = true, but
/// content is inserted by `segments` so that a user's "<|im_end|>" never becomes a special token
/// (encode_chat in chat_encoder.h). threads  immutable
class ChatTemplate {
  public:
    virtual ~ChatTemplate() = default;
    /// "none", "qwen2.5", "qwen3", "qwq", "deepseek-r1-distill", "mistral-instruct"; "none" prints
    /// the contents one after the other and nothing else.
    virtual std::string_view id() const = 0;
    /// Exactly what Jinja would print.
    /// errors  kInvalidArgument for a role or order that the template refuses
    virtual util::Result<std::string> render(const std::vector<Message>& messages,
                                             const RenderOptions& options) const;
    /// The same text in pieces: markup with parse_special, contents without; only the <think> and
    /// </think> of an assistant's content count as markup, too, where the template has them. errors
    /// kInvalidArgument: no messages, an unknown role, an order that the template refuses, bad
    /// tools
    virtual util::Result<std::vector<TextPiece>> segments(const std::vector<Message>& messages,
                                                          const RenderOptions& options) const = 0;
    /// What ends an assistant's turn and is learnt with it: "<|im_end|>"; empty for "none".
    virtual std::string_view end_of_turn() const = 0;
    /// True when completions carry <think> tags (answer extraction cuts them), also when the
    /// opening tag is part of the prompt.
    virtual bool has_think_tags() const = 0;
    virtual bool opens_think_in_prompt() const = 0;
};

/// The built-in template with this id; kNotFound lists the known ids.
util::Result<const ChatTemplate*> chat_template_by_id(std::string_view id);
/// The built-in template for a Jinja text; kUnsupported says that the recipe has to name one
/// (`"template": "qwen2.5"`).
util::Result<const ChatTemplate*> chat_template_by_text(std::string_view jinja);
/// From a Hugging Face folder (chat_template.jinja, else tokenizer_config.json); "none" when the
/// folder has none.
util::Result<const ChatTemplate*> load_chat_template(util::FileSystem& fs,
                                                     const std::string& folder);
std::vector<std::string> chat_template_ids();

}  // namespace veritune::text
