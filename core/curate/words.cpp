// SPDX-License-Identifier: Apache-2.0
#include "core/curate/words.h"

#include "core/text/utf8.h"

#include <utf8proc.h>

namespace veritune::curate {
namespace {

bool is_plain(char32_t c) {
    if (c == U'_') return true;
    const text::CharClass kind = text::char_class(c);
    return kind == text::CharClass::kLetter || kind == text::CharClass::kNumber;
}

/// Calls take(code point in lower case, white space) for every character.
template <typename Take>
void each_lower(std::string_view text, const Take& take) {
    const std::string clean = text::sanitize_utf8(text);
    for (std::size_t at = 0; at < clean.size();) {
        const text::CodePoint c = text::decode_utf8(clean, at);
        at += c.length;
        const auto lower =
            static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c.value)));
        take(lower, text::is_white_space(c.value));
    }
}

std::vector<std::string> split_words(std::string_view text, bool only_plain) {
    std::vector<std::string> words;
    bool inside = false;
    each_lower(text, [&](char32_t c, bool space) {
        if (space || (only_plain && !is_plain(c))) {
            inside = false;
            return;
        }
        if (!inside) words.emplace_back();
        inside = true;
        text::append_utf8(words.back(), c);
    });
    return words;
}

}  // namespace

std::string question_text(const data::Problem& problem) {
    if (problem.messages.empty()) return problem.prompt;
    std::string all;
    for (const text::Message& message : problem.messages) {
        if (!all.empty()) all += '\n';
        all += message.content;
    }
    return all;
}

std::string lower_case(std::string_view text) {
    std::string lower;
    lower.reserve(text.size());
    each_lower(text, [&](char32_t c, bool) { text::append_utf8(lower, c); });
    return lower;
}

std::vector<std::string> plain_words(std::string_view text) { return split_words(text, true); }
std::vector<std::string> space_words(std::string_view text) { return split_words(text, false); }

std::uint32_t Vocabulary::id(const std::string& word) {
    const auto [at, fresh] = ids_.try_emplace(word, static_cast<std::uint32_t>(words_.size()));
    if (fresh) words_.push_back(word);
    return at->second;
}

std::vector<std::uint32_t> Vocabulary::ids(const std::vector<std::string>& words) {
    std::vector<std::uint32_t> list;
    list.reserve(words.size());
    for (const std::string& word : words) list.push_back(id(word));
    return list;
}

}  // namespace veritune::curate
