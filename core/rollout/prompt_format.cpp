// SPDX-License-Identifier: Apache-2.0
#include "core/rollout/prompt_format.h"

#include "core/text/chat_encoder.h"

#include <algorithm>
#include <utility>

namespace veritune::rollout {

using util::Result;

PromptFormat::PromptFormat(std::shared_ptr<const text::Tokenizer> tokenizer,
                           const text::ChatTemplate& chat_template)
    : tokenizer_(std::move(tokenizer)),
      chat_template_(&chat_template) {
    eos_ids_ = tokenizer_->eos_ids();
    const auto end_of_turn = tokenizer_->token_to_id(chat_template_->end_of_turn());
    if (!chat_template_->end_of_turn().empty() && end_of_turn) {
        std::erase(eos_ids_, *end_of_turn);
        eos_ids_.insert(eos_ids_.begin(), *end_of_turn);
    }
    const std::string eos = tokenizer_->token_bytes(tokenizer_->eos_ids().front());
    eos_is_text_ = eos.size() == 1;
}

bool PromptFormat::plain(const data::Problem& problem) const {
    return problem.messages.empty() && chat_template_->id() == "none";
}

std::vector<text::Message> PromptFormat::messages_of(const data::Problem& problem) const {
    if (!problem.messages.empty()) return problem.messages;
    return {{.role = "user", .content = problem.prompt}};
}

Result<std::vector<std::int32_t>> PromptFormat::encode(const data::Problem& problem) const {
    if (plain(problem)) return text::encode_prompt(*tokenizer_, problem.prompt);
    return text::encode_chat(*tokenizer_, *chat_template_, messages_of(problem));
}

Result<std::string> PromptFormat::prompt_text(const data::Problem& problem) const {
    if (plain(problem)) return problem.prompt;
    return chat_template_->render(messages_of(problem), {});
}

Result<std::vector<std::int32_t>> PromptFormat::encode_solution(
    const data::Problem& problem) const {
    VT_ASSIGN(std::vector<std::int32_t> ids,
              text::encode_completion(*tokenizer_, *chat_template_, problem.solution, false));
    if (ids.empty() || std::ranges::find(eos_ids(), ids.back()) == eos_ids().end())
        ids.push_back(eos_ids().front());
    return ids;
}

std::string PromptFormat::completion_text(std::span<const std::int32_t> ids) const {
    std::string text = tokenizer_->decode(ids, true);
    if (eos_is_text_ && !ids.empty() && ids.back() == eos_ids().front()) {
        text += tokenizer_->token_bytes(ids.back());
    }
    return text;
}

}  // namespace veritune::rollout
