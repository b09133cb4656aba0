// SPDX-License-Identifier: Apache-2.0
#include "core/text/added_tokens.h"

#include "core/text/utf8.h"

#include <algorithm>

namespace veritune::text {
namespace {

std::size_t char_start_before(std::string_view text, std::size_t pos) {
    std::size_t start = pos - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
    return start;
}

bool word_before(std::string_view text, std::size_t pos) {
    return pos > 0 && is_word_char(decode_utf8(text, char_start_before(text, pos)).value);
}

bool word_after(std::string_view text, std::size_t pos) {
    return pos < text.size() && is_word_char(decode_utf8(text, pos).value);
}

std::size_t skip_space_left(std::string_view text, std::size_t pos, std::size_t limit) {
    while (pos > limit) {
        const std::size_t start = char_start_before(text, pos);
        if (!is_white_space(decode_utf8(text, start).value)) break;
        pos = start;
    }
    return std::max(pos, limit);
}

std::size_t skip_space_right(std::string_view text, std::size_t pos) {
    while (pos < text.size()) {
        const CodePoint c = decode_utf8(text, pos);
        if (!is_white_space(c.value)) break;
        pos += c.length;
    }
    return pos;
}

}  // namespace

std::int32_t AddedTokenMatcher::child(std::int32_t node, unsigned char byte) const {
    const auto& next = nodes_[static_cast<std::size_t>(node)].next;
    const auto found =
        std::ranges::lower_bound(next, byte, {}, &std::pair<unsigned char, std::int32_t>::first);
    return found != next.end() && found->first == byte ? found->second : -1;
}

void AddedTokenMatcher::add(const AddedToken& token, std::string_view content) {
    if (content.empty()) return;
    std::int32_t node = 0;
    for (const char c : content) {
        const auto byte = static_cast<unsigned char>(c);
        std::int32_t next = child(node, byte);
        if (next < 0) {
            next = static_cast<std::int32_t>(nodes_.size());
            nodes_.emplace_back();
            auto& edges = nodes_[static_cast<std::size_t>(node)].next;
            edges.insert(std::ranges::lower_bound(
                             edges, byte, {}, &std::pair<unsigned char, std::int32_t>::first),
                         {byte, next});
        }
        node = next;
    }
    starts_[static_cast<unsigned char>(content[0])] = true;
    nodes_[static_cast<std::size_t>(node)].token = static_cast<std::int32_t>(tokens_.size());
    tokens_.push_back(token);
}

AddedTokenMatcher::Found AddedTokenMatcher::longest_at(std::string_view text,
                                                       std::size_t pos) const {
    Found found;
    std::int32_t node = 0;
    for (std::size_t i = pos; i < text.size(); ++i) {
        node = child(node, static_cast<unsigned char>(text[i]));
        if (node < 0) break;
        const std::int32_t token = nodes_[static_cast<std::size_t>(node)].token;
        if (token >= 0) found = {i + 1 - pos, token};
    }
    return found;
}

void AddedTokenMatcher::place(const AddedToken& token,
                              std::string_view text,
                              Match match,
                              std::size_t& done,
                              std::vector<Match>& out) const {
    if (token.single_word && (word_before(text, match.begin) || word_after(text, match.end)))
        return;
    if (token.lstrip) match.begin = skip_space_left(text, match.begin, done);
    if (token.rstrip) match.end = skip_space_right(text, match.end);
    if (match.begin < done)
        return;  // an rstrip before it took the white space this token begins with
    if (match.begin > done) out.push_back({done, match.begin, -1});
    out.push_back(match);
    done = match.end;
}

std::vector<AddedTokenMatcher::Match> AddedTokenMatcher::split(std::string_view text,
                                                               const Allowed& allowed) const {
    std::vector<Match> out;
    std::size_t done = 0;
    std::size_t pos = 0;
    while (pos < text.size() && !tokens_.empty()) {
        if (!starts_[static_cast<unsigned char>(text[pos])]) {
            ++pos;
            continue;
        }
        const Found found = longest_at(text, pos);
        if (found.token < 0 || !allowed(pos, pos + found.length)) {
            ++pos;
            continue;
        }
        const AddedToken& token = tokens_[static_cast<std::size_t>(found.token)];
        place(token, text, {pos, pos + found.length, token.id}, done, out);
        pos += found.length;
    }
    if (done < text.size()) out.push_back({done, text.size(), -1});
    return out;
}

}  // namespace veritune::text
