// SPDX-License-Identifier: Apache-2.0
#include "core/text/answer_extractor.h"
#include "core/text/answer_text.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <vector>

namespace veritune::text {
namespace {

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_byte(char c) {
    return is_ascii_letter(c) || is_ascii_digit(c) || static_cast<unsigned char>(c) >= 0x80;
}

/// Removes `open` and `close` around the text when neither stands inside.
bool unwrap(std::string_view& text, std::string_view open, std::string_view close) {
    if (text.size() < open.size() + close.size() || !text.starts_with(open) ||
        !text.ends_with(close))
        return false;
    const std::string_view inner =
        text.substr(open.size(), text.size() - open.size() - close.size());
    if (inner.find(open) != std::string_view::npos || inner.find(close) != std::string_view::npos)
        return false;
    text = trim(inner);
    return true;
}

/// "{18}" of "\boxed{{18}}"; braces around a list or a pair mean something.
void unwrap_group(std::string_view& text) {
    if (text.size() > 2 && text.find_first_of(",;:\n\"") == std::string_view::npos) {
        unwrap(text, "{", "}");
    }
}

/// Surrounding math and bold marks and trailing punctuation, as often as they come.
std::string_view strip_outside(std::string_view text) {
    text = trim(text);
    for (int round = 0; round < 16; ++round) {
        const std::size_t before = text.size();
        if (!unwrap(text, "$$", "$$")) unwrap(text, "$", "$");
        unwrap(text, "\\(", "\\)");
        unwrap(text, "\\[", "\\]");
        unwrap(text, "**", "**");
        unwrap_group(text);
        if (text.starts_with("\\displaystyle") &&
            (text.size() == 13 || !is_ascii_letter(text[13]))) {
            text = trim(text.substr(13));
        }
        // What is left of "\ " at the end.
        if (text.size() > 1 && text.ends_with('\\') && text[text.size() - 2] != '\\') {
            text = trim(text.substr(0, text.size() - 1));
        }
        while (!text.empty() && (text.back() == '.' || text.back() == ',' || text.back() == ';')) {
            // "\," and "\;" are spaces of TeX: their backslash must not be left behind.
            const bool spacing = text.size() > 1 && text[text.size() - 2] == '\\';
            text.remove_suffix(spacing && text.back() != '.' ? 2 : 1);
            text = trim(text);
        }
        while (text.ends_with("。") || text.ends_with("，") || text.ends_with("；")) {
            text.remove_suffix(3);
            text = trim(text);
        }
        if (text.size() == before) break;
    }
    return text;
}

/// Length of a command that only sets type ("\text{" and relatives, with the brace), or 0.
std::size_t font_command(std::string_view rest) {
    static constexpr std::array<std::string_view, 11> kCommands{"\\text{",
                                                                "\\mathrm{",
                                                                "\\textbf{",
                                                                "\\mathbf{",
                                                                "\\textrm{",
                                                                "\\textit{",
                                                                "\\mbox{",
                                                                "\\textnormal{",
                                                                "\\mathit{",
                                                                "\\texttt{",
                                                                "\\textsf{"};
    for (const std::string_view command : kCommands) {
        if (rest.starts_with(command)) return command.size();
    }
    return 0;
}

/// "\left" or "\right" before a bracket; "\left." and "\right." are brackets that print nothing.
std::size_t sizing_command(std::string_view rest) {
    for (const std::string_view command : {"\\left", "\\right"}) {
        if (!rest.starts_with(command)) continue;
        if (rest.size() > command.size() && is_ascii_letter(rest[command.size()])) return 0;
        return command.size() + (rest.substr(command.size()).starts_with('.') ? 1 : 0);
    }
    return 0;
}

/// One pass over the inside: type-setting commands and sizes go, thin spaces go between digits
/// ("1\,000") and become plain spaces elsewhere.
std::string strip_inside(std::string_view text) {
    std::string out;
    std::vector<bool> dropped;  // per open brace: its closing brace goes, too
    for (std::size_t i = 0; i < text.size();) {
        const std::string_view rest = text.substr(i);
        const char c = text[i];
        if (c == '\\') {
            if (const std::size_t length = font_command(rest)) {
                dropped.push_back(true);
                i += length;
                continue;
            }
            if (const std::size_t length = sizing_command(rest)) {
                i += length;
                continue;
            }
            const char next = rest.size() > 1 ? rest[1] : '\0';
            if (next == '!') {
                i += 2;
                continue;
            }
            if (next == ',' || next == ';' || next == ':' || next == ' ') {
                const bool in_number = !out.empty() && is_ascii_digit(out.back()) &&
                                       rest.size() > 2 && is_ascii_digit(rest[2]) && next != ' ';
                if (!in_number) out.push_back(' ');
                i += 2;
                continue;
            }
            out.append(rest.substr(0, 2));
            i += std::min<std::size_t>(2, rest.size());
            continue;
        }
        ++i;
        if (c == '{') {
            dropped.push_back(false);
        } else if (c == '}' && !dropped.empty()) {
            const bool drop = dropped.back();
            dropped.pop_back();
            if (drop) continue;
        }
        out.push_back(c == '~' ? ' ' : c);
    }
    return out;
}

/// "x = 5" -> "5", for one letter or Greek command with an optional subscript, and only one equals
/// sign.
std::string_view strip_assignment(std::string_view text) {
    std::size_t pos = 0;
    if (text.starts_with('\\')) {
        ++pos;
        while (pos < text.size() && is_ascii_letter(text[pos])) ++pos;
        if (pos < 3) return text;
    } else if (!text.empty() && is_ascii_letter(text[0])) {
        pos = 1;
    } else {
        return text;
    }
    if (pos < text.size() && text[pos] == '_') {
        ++pos;
        if (pos < text.size() && text[pos] == '{') {
            const std::size_t close = text.find('}', pos);
            if (close == std::string_view::npos) return text;
            pos = close + 1;
        } else if (pos < text.size() && is_word_byte(text[pos])) {
            ++pos;
        }
    }
    while (pos < text.size() && text[pos] == ' ') ++pos;
    if (pos >= text.size() || text[pos] != '=') return text;
    const std::string_view value = text.substr(pos + 1);
    if (value.find('=') != std::string_view::npos || value.starts_with('>')) return text;
    return trim(value).empty() ? text : trim(value);
}

/// A comma between digits that groups thousands or marks decimals, TeX's "{,}", or a comma escaped
/// as a space.
bool is_number_comma(std::string_view text, std::size_t pos) {
    const bool left = pos > 0 && is_ascii_digit(text[pos - 1]);
    const bool right = pos + 1 < text.size() && is_ascii_digit(text[pos + 1]);
    if (left && right) return true;
    if (pos > 0 && text[pos - 1] == '\\') return true;
    return pos > 0 && pos + 1 < text.size() && text[pos - 1] == '{' && text[pos + 1] == '}';
}

/// Something other than space and brackets stands on both sides.
bool separates(std::string_view text, std::size_t begin, std::size_t end) {
    const auto says_something = [](std::string_view side) {
        return std::ranges::any_of(side, [](char c) { return is_word_byte(c) || c == '\\'; });
    };
    return says_something(text.substr(0, begin)) && says_something(text.substr(end));
}

bool has_separator(std::string_view text) {
    const std::size_t first_word = static_cast<std::size_t>(
        std::ranges::find_if(text, [](char c) { return is_word_byte(c) || c == '\\'; }) -
        text.begin());
    std::size_t last_word = text.size();
    while (last_word > 0 && !is_word_byte(text[last_word - 1]) && text[last_word - 1] != '\\')
        --last_word;
    const bool has_environment = text.find("\\begin{") != std::string_view::npos;
    for (std::size_t i = first_word; i < last_word; ++i) {
        if (text[i] == ';' && text[i - 1] != '\\') return true;
        if (text[i] == ',' && !is_number_comma(text, i)) return true;
        if (text[i] == '\n' && !has_environment) return true;
    }
    for (const std::string_view mark : {"、", "，", "；", "–", "—", "或", "以及"}) {
        const std::size_t at = text.find(mark);
        if (at != std::string_view::npos && separates(text, at, at + mark.size())) return true;
    }
    return false;
}

/// Words that put several things side by side. The short ones are also names of variables: they
/// need digits around.
enum class Link { kNone, kAlways, kBetweenDigits };
Link link_kind(std::string_view word) {
    static constexpr std::array<std::string_view, 8> kAlways{
        "or", "and", "oder", "und", "ou", "oppure", "either", "et"};
    static constexpr std::array<std::string_view, 9> kDigits{
        "to", "bis", "through", "y", "o", "e", "u", "a", "à"};
    if (std::ranges::find(kAlways, word) != kAlways.end()) return Link::kAlways;
    if (std::ranges::find(kDigits, word) != kDigits.end()) return Link::kBetweenDigits;
    return Link::kNone;
}

bool digits_around(std::string_view text, std::size_t begin, std::size_t end) {
    std::size_t left = begin;
    while (left > 0 && (text[left - 1] == ' ' || text[left - 1] == '$')) --left;
    std::size_t right = end;
    while (right < text.size() && (text[right] == ' ' || text[right] == '$')) ++right;
    return left > 0 && left < begin && is_ascii_digit(text[left - 1]) && right < text.size() &&
           right > end && is_ascii_digit(text[right]);
}

bool has_link_word(std::string_view text) {
    const std::string folded = fold_case(text);
    const auto letter = [](char c) {
        return is_ascii_letter(c) || static_cast<unsigned char>(c) >= 0x80;
    };
    for (std::size_t i = 0; i < folded.size();) {
        if (!letter(folded[i])) {
            ++i;
            continue;
        }
        const std::size_t begin = i;
        while (i < folded.size() && letter(folded[i])) ++i;
        if (begin > 0 && folded[begin - 1] == '\\') continue;  // a TeX command
        const Link link = link_kind(std::string_view(folded).substr(begin, i - begin));
        if (link == Link::kAlways && separates(folded, begin, i)) return true;
        if (link == Link::kBetweenDigits && digits_around(folded, begin, i)) return true;
    }
    return false;
}

bool has_plus_minus(std::string_view text) {
    for (const std::string_view mark : {"±", "∓", "+/-", "+-"}) {
        if (text.find(mark) != std::string_view::npos) return true;
    }
    for (const std::string_view command : {"\\pm", "\\mp"}) {
        for (std::size_t at = text.find(command); at != std::string_view::npos;
             at = text.find(command, at + 1)) {
            if (at + 3 >= text.size() || !is_ascii_letter(text[at + 3])) return true;
        }
    }
    return false;
}

}  // namespace

std::string strip_answer(std::string_view answer, bool keep_assignment) {
    const std::string inside = strip_inside(strip_outside(answer));
    std::string_view text = strip_outside(inside);
    if (!keep_assignment) text = strip_outside(strip_assignment(text));
    return sanitize_utf8(text);
}

bool is_hedged(std::string_view answer) {
    return has_plus_minus(answer) || has_separator(answer) || has_link_word(answer);
}

}  // namespace veritune::text
