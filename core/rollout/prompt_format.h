// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/problem.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"
#include "core/util/result.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace veritune::rollout {

/// How problems become token ids and token ids become the text that a verifier reads: one tokenizer
/// with one chat template. Training, evaluation and chat go through the same object. threads
/// immutable
class PromptFormat {
  public:
    /// chat_template  a built-in one; outlives this object
    PromptFormat(std::shared_ptr<const text::Tokenizer> tokenizer,
                 const text::ChatTemplate& chat_template);

    const text::Tokenizer& tokenizer() const { return *tokenizer_; }
    const text::ChatTemplate& chat_template() const { return *chat_template_; }
    /// Ids that end a completion, most important first: the template's end of turn (a base model's
    /// own EOS may be another token), then those of the tokenizer.
    const std::vector<std::int32_t>& eos_ids() const { return eos_ids_; }

    /// Prompt ids. Messages go through the chat template; a plain prompt too, as one user message,
    /// unless the template is "none".
    util::Result<std::vector<std::int32_t>> encode(const data::Problem& problem) const;
    /// The prompt as the model sees it, for people.
    util::Result<std::string> prompt_text(const data::Problem& problem) const;
    /// A demonstration's ids, the ending token included.
    util::Result<std::vector<std::int32_t>> encode_solution(const data::Problem& problem) const;
    /// A completion's text without special tokens. A character tokenizer's EOS is part of the text
    /// and stays.
    std::string completion_text(std::span<const std::int32_t> ids) const;

  private:
    std::vector<text::Message> messages_of(const data::Problem& problem) const;
    bool plain(const data::Problem& problem) const;

    std::shared_ptr<const text::Tokenizer> tokenizer_;
    const text::ChatTemplate* chat_template_;
    std::vector<std::int32_t> eos_ids_;
    bool eos_is_text_ = false;
};

}  // namespace veritune::rollout
