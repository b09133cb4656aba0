// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/file_system.h"
#include "core/util/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::text {

struct Message {
    std::string role;     ///< "system", "user", "assistant" (others only where the template knows them)
    std::string content;
};

struct RenderOptions {
    bool add_generation_prompt = true;
    /// Qwen3 and QwQ-style switch; nullopt = the template's own default.
    std::optional<bool> enable_thinking;
};

/// A chat template is never executed: the known ones are written in C++ and chosen by the SHA-256 of the Jinja
/// text; a recipe may also name one. Rendered text is encoded with parse_special = true, but content is
/// inserted by `segments` so that a user's "<|im_end|>" never becomes a special token.
/// threads  immutable
class ChatTemplate {
  public:
    virtual ~ChatTemplate() = default;
    virtual std::string_view id() const = 0;   ///< "qwen2.5", "qwen3", "qwq", "deepseek-r1-distill", "none"
    /// Exactly what Jinja would print.
    /// errors  kInvalidArgument for a role or order that the template refuses
    virtual util::Result<std::string> render(const std::vector<Message>& messages,
                                             const RenderOptions& options) const = 0;
    /// True when completions carry <think> tags (answer extraction cuts them), also when the opening tag is
    /// part of the prompt.
    virtual bool has_think_tags() const = 0;
    virtual bool opens_think_in_prompt() const = 0;
};

/// The built-in template with this id; kNotFound lists the known ids.
util::Result<const ChatTemplate*> chat_template_by_id(std::string_view id);
/// The built-in template for a Jinja text; kUnsupported says that the recipe has to name one (`"template": "qwen2.5"`).
util::Result<const ChatTemplate*> chat_template_by_text(std::string_view jinja);
/// From a Hugging Face folder (chat_template.jinja, else tokenizer_config.json); "none" when the folder has none.
util::Result<const ChatTemplate*> load_chat_template(util::FileSystem& fs, const std::string& folder);
std::vector<std::string> chat_template_ids();

}  // namespace veritune::text
