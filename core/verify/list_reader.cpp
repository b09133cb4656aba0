// SPDX-License-Identifier: Apache-2.0
#include "core/text/answer_extractor.h"
#include "core/text/utf8.h"
#include "core/verify/list_verifier.h"

#include <algorithm>

namespace veritune::verify {

namespace {

/// "[a, b]", "{a, b}", "\{a, b\}" without the outer pair, if it is one.
std::string_view without_brackets(std::string_view text) {
    struct Pair {
        std::string_view open;
        std::string_view close;
    };
    for (const Pair& pair : {Pair{"\\{", "\\}"}, Pair{"{", "}"}, Pair{"[", "]"}, Pair{"(", ")"}}) {
        if (!text.starts_with(pair.open) || !text.ends_with(pair.close)) continue;
        if (text.size() < pair.open.size() + pair.close.size()) continue;
        const std::string_view inner =
            text.substr(pair.open.size(), text.size() - pair.open.size() - pair.close.size());
        long depth = 0;
        bool outer = true;
        for (const char c : inner) {
            if (std::string_view("([{").find(c) != std::string_view::npos) ++depth;
            if (std::string_view(")]}").find(c) != std::string_view::npos) --depth;
            outer = outer && depth >= 0;
        }
        if (outer) return text::trim(inner);
    }
    return text;
}

std::vector<std::string_view> split_at(std::string_view text, std::string_view separator) {
    std::vector<std::string_view> parts;
    long depth = 0;
    bool quoted = false;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"') quoted = !quoted;
        if (c == '(' || c == '[' || c == '{') ++depth;
        if ((c == ')' || c == ']' || c == '}') && depth > 0) --depth;
        if (depth > 0 || quoted || !text.substr(i).starts_with(separator)) continue;
        parts.push_back(text.substr(begin, i - begin));
        begin = i + separator.size();
        i = begin - 1;
    }
    parts.push_back(text.substr(begin));
    return parts;
}

/// "1. x", "2) x", "(3) x", "- x", "* x", "• x"
std::string_view without_bullet(std::string_view line) {
    line = text::trim(line);
    for (const std::string_view bullet : {"- ", "* ", "\xE2\x80\xA2", "\xE2\x80\x93 "}) {
        if (line.starts_with(bullet)) return text::trim(line.substr(bullet.size()));
    }
    std::string_view rest = line;
    if (rest.starts_with('(')) rest.remove_prefix(1);
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (digits == 0 || digits > 4 || digits + 1 >= rest.size()) return line;
    const char mark = rest[digits];
    if ((mark != '.' && mark != ')') || rest[digits + 1] != ' ') return line;
    return text::trim(rest.substr(digits + 2));
}

std::string clean(std::string_view item) {
    item = text::trim(item);
    if (item.size() >= 2 && item.front() == '"' && item.back() == '"') {
        item = item.substr(1, item.size() - 2);
    }
    return text::strip_answer(item);
}

void add_splitting_and(std::vector<std::string>& items, std::string_view item) {
    for (const std::string_view word : {" and ", " und ", " et ", " y "}) {
        const std::vector<std::string_view> parts = split_at(item, word);
        if (parts.size() < 2) continue;
        for (const std::string_view part : parts) items.push_back(clean(part));
        return;
    }
    items.push_back(clean(item));
}

}  // namespace

std::vector<std::string> split_items(std::string_view text, bool split_and) {
    text = without_brackets(text::trim(text));
    std::vector<std::string> items;
    if (text.empty() || text == "\\emptyset" || text == "\xE2\x88\x85") return items;
    std::vector<std::string_view> parts;
    bool lines = text.find('\n') != std::string_view::npos;
    for (const std::string_view separator : {"\n", ";", ","}) {
        parts = split_at(text, separator);
        if (parts.size() > 1) break;
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        std::string_view item =
            lines || parts.size() == 1 ? without_bullet(parts[i]) : text::trim(parts[i]);
        if (item.empty() && lines) continue;
        if (i + 1 == parts.size() && parts.size() > 1 && !lines) {
            for (const std::string_view word : {"and ", "und ", "et ", "y ", "& "}) {
                if (item.starts_with(word)) item = text::trim(item.substr(word.size()));
            }
        }
        if (split_and && i + 1 == parts.size()) {
            add_splitting_and(items, item);
        } else {
            items.push_back(clean(item));
        }
    }
    return items;
}

}  // namespace veritune::verify
