// SPDX-License-Identifier: Apache-2.0
#include "core/text/answer_text.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <utility>

namespace veritune::text {
namespace {

constexpr std::size_t kCloseBoxes = 10;   // characters between neighbouring boxes
constexpr std::size_t kLinkedBoxes = 70;  // the same when a connecting word stands between
constexpr std::size_t kMaxTokenBytes = 64;

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter_byte(char c) { return is_ascii_letter(c) || static_cast<unsigned char>(c) >= 0x80; }

Span trimmed(std::string_view text, Span span) {
    const std::string_view inner = trim(text.substr(span.begin, span.end - span.begin));
    const auto begin = static_cast<std::size_t>(inner.data() - text.data());
    return inner.empty() ? Span{span.begin, span.begin} : Span{begin, begin + inner.size()};
}

/// For every '{' the position of its '}', or npos. A backslash takes the next character out of the
/// count.
std::vector<std::pair<std::size_t, std::size_t>> match_braces(std::string_view text) {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '{') {
            open.push_back(pairs.size());
            pairs.emplace_back(i, std::string_view::npos);
        } else if (text[i] == '}' && !open.empty()) {
            pairs[open.back()].second = i;
            open.pop_back();
        }
    }
    return pairs;
}

/// "\boxed 7": one number, word or command.
Span bare_token(std::string_view text, std::size_t pos) {
    std::size_t end = pos;
    if (end < text.size() && text[end] == '\\') {
        ++end;
        while (end < text.size() && is_ascii_letter(text[end])) ++end;
        return {pos, end};
    }
    const auto part_of_word = [](char c) {
        return is_letter_byte(c) || is_ascii_digit(c) || c == '.' || c == ',' || c == '/' ||
               c == '-' || c == '+' || c == '%';
    };
    while (end < text.size() && end - pos < kMaxTokenBytes && part_of_word(text[end])) ++end;
    return {pos, end};
}

std::optional<Box> box_at(std::string_view text,
                          std::size_t pos,
                          const std::vector<std::pair<std::size_t, std::size_t>>& braces) {
    const std::string_view rest = text.substr(pos);
    std::size_t after = 0;
    if (rest.starts_with("\\boxed")) after = pos + 6;
    if (rest.starts_with("\\fbox")) after = pos + 5;
    if (after == 0 || (after < text.size() && is_ascii_letter(text[after]))) return std::nullopt;
    while (after < text.size() && (text[after] == ' ' || text[after] == '\t')) ++after;
    if (after >= text.size() || text[after] != '{') {
        const Span token = bare_token(text, after);
        return Box{{pos, token.end}, token, true};
    }
    const auto brace =
        std::ranges::lower_bound(braces, after, {}, &std::pair<std::size_t, std::size_t>::first);
    const bool found =
        brace != braces.end() && brace->first == after && brace->second != std::string_view::npos;
    if (!found) return Box{{pos, text.size()}, {after + 1, text.size()}, false};
    return Box{{pos, brace->second + 1}, {after + 1, brace->second}, true};
}

/// A word that may stand between the parts of one list answer.
bool has_connector(std::string_view gap) {
    static constexpr std::array<std::string_view, 11> kWords{
        "and", "or", "und", "oder", "et", "ou", "y", "o", "e", "u", "oppure"};
    if (gap.find_first_of(",;") != std::string_view::npos) return true;
    for (const std::string_view mark : {"和", "或", "与", "、", "，", "；"}) {
        if (gap.find(mark) != std::string_view::npos) return true;
    }
    const std::string folded = fold_case(gap);
    for (std::size_t i = 0; i < folded.size();) {
        if (!is_letter_byte(folded[i])) {
            ++i;
            continue;
        }
        const std::size_t start = i;
        while (i < folded.size() && is_letter_byte(folded[i])) ++i;
        const std::string_view word = std::string_view(folded).substr(start, i - start);
        if (std::ranges::find(kWords, word) != kWords.end()) return true;
    }
    return false;
}

bool are_neighbours(std::string_view gap) {
    if (gap.size() > kLinkedBoxes * 4) return false;
    const std::size_t characters = count_code_points(gap);
    return characters < kCloseBoxes || (characters < kLinkedBoxes && has_connector(gap));
}

/// `**` is bold, not a power, unless both its neighbours look like operands.
bool is_power(std::string_view text, std::size_t pos) {
    const auto operand = [](char c) { return is_ascii_letter(c) || is_ascii_digit(c); };
    const bool left =
        pos > 0 && (operand(text[pos - 1]) || text[pos - 1] == ')' || text[pos - 1] == '}');
    const bool right = pos + 2 < text.size() &&
                       (operand(text[pos + 2]) || text[pos + 2] == '(' || text[pos + 2] == '-' ||
                        text[pos + 2] == '{' || text[pos + 2] == '\\');
    return left && right;
}

/// Anchors in lower case. `verb`: a word must not go on after it ("the answer isn't").
struct Anchor {
    std::string_view text;
    bool verb;
};
constexpr std::array<Anchor, 32> kAnchors{{
    {"final answer is", true},
    {"the answer is", true},
    {"correct answer is", true},
    {"correct option is", true},
    {"correct choice is", true},
    {"answer:", false},
    {"die antwort ist", true},
    {"die antwort lautet", true},
    {"die endgültige antwort ist", true},
    {"die endgültige antwort lautet", true},
    {"richtige antwort ist", true},
    {"richtige antwort lautet", true},
    {"antwort:", false},
    {"la réponse est", true},
    {"la réponse finale est", true},
    {"réponse:", false},
    {"réponse :", false},
    {"réponse\xC2\xA0:", false},
    {"réponse\xE2\x80\xAF:", false},
    {"la respuesta es", true},
    {"la respuesta final es", true},
    {"respuesta:", false},
    {"la risposta è", true},
    {"la risposta finale è", true},
    {"risposta:", false},
    {"答案是", false},
    {"答案为", false},
    {"答案：", false},
    {"答案:", false},
    {"answer：", false},
    {"antwort：", false},
    {"réponse：", false},
}};

/// End of the anchor that starts at pos, or 0. Boundaries: no letter just before an anchor of
/// letters.
std::size_t anchor_end(std::string_view folded, std::size_t pos, bool only_colons) {
    const std::string_view rest = folded.substr(pos);
    for (const Anchor& anchor : kAnchors) {
        // Two bytes first: this runs at every letter that may begin an anchor.
        if (rest.size() < 2 || rest[0] != anchor.text[0] || rest[1] != anchor.text[1]) continue;
        if (!rest.starts_with(anchor.text)) continue;
        if (only_colons && !anchor.text.ends_with(':') && !anchor.text.ends_with("：")) continue;
        const std::size_t end = pos + anchor.text.size();
        const bool chinese = anchor.text.starts_with("答");
        if (!chinese && pos > 0 && is_letter_byte(folded[pos - 1])) continue;
        if (anchor.verb && end < folded.size() &&
            (is_letter_byte(folded[end]) || folded[end] == '\''))
            continue;
        return end;
    }
    return 0;
}

/// Behind "the answer is": a word that belongs to no answer.
std::size_t skip_adverb(std::string_view folded, std::size_t pos) {
    for (const std::string_view word : {" therefore", " thus", " hence", " then", " simply"}) {
        if (!folded.substr(pos).starts_with(word)) continue;
        const std::size_t end = pos + word.size();
        if (end < folded.size() && (folded[end] == ' ' || folded[end] == ',')) {
            return end + (folded[end] == ',' ? 1 : 0);
        }
    }
    return pos;
}

bool may_start_anchor(char c) {
    return c == 'c' || c == 'f' || c == 't' || c == 'a' || c == 'd' || c == 'l' || c == 'r' ||
           c == '\xE7';
}

bool is_gap(std::string_view text) { return trim(text).empty(); }

/// From pos to the end of the sentence; an empty rest of the line lets the next line with text
/// count.
Span sentence_from(std::string_view text, std::size_t pos) {
    std::size_t begin = pos;
    while (begin < text.size()) {
        const std::size_t line_end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = text.substr(begin, line_end - begin);
        const std::string_view lead = trim(line);
        if (!is_gap(line) && lead != ":" && lead != "：") break;
        begin = line_end + (line_end < text.size() ? 1 : 0);
        if (line_end == text.size()) break;
    }
    std::size_t end = begin;
    for (; end < text.size() && text[end] != '\n'; ++end) {
        const bool stop = text[end] == '.' || text[end] == '!' || text[end] == '?';
        if (stop && (end + 1 == text.size() || text[end + 1] == ' ' || text[end + 1] == '\n' ||
                     text[end + 1] == '\r' || text[end + 1] == '\t')) {
            break;
        }
        if (text.substr(end).starts_with("。") || text.substr(end).starts_with("！")) break;
    }
    Span span = trimmed(text, {begin, end});
    while (span.begin < span.end) {
        const std::string_view rest = text.substr(span.begin, span.end - span.begin);
        const std::size_t colon = rest.starts_with(':') ? 1 : (rest.starts_with("：") ? 3 : 0);
        if (colon == 0) break;
        span = trimmed(text, {span.begin + colon, span.end});
    }
    return span;
}

}  // namespace

std::vector<Box> find_boxes(std::string_view text) {
    std::vector<Box> boxes;
    if (text.find("box") == std::string_view::npos) return boxes;
    const auto braces = match_braces(text);
    std::size_t pos = text.find('\\');
    while (pos != std::string_view::npos) {
        const std::optional<Box> box = box_at(text, pos, braces);
        if (!box) {
            // "\\boxed" is a line break before the letters "boxed": a backslash takes the next
            // character along.
            pos = text.find('\\', std::min(pos + 2, text.size()));
            continue;
        }
        boxes.push_back(*box);
        const std::size_t next = box->balanced ? box->whole.end : box->content.begin;
        pos = text.find('\\', std::max(next, pos + 1));
    }
    return boxes;
}

std::vector<Box> last_box_list(std::string_view text, const std::vector<Box>& boxes) {
    std::vector<Box> list;
    if (boxes.empty()) return list;
    const auto content = [&](const Box& box) {
        return trim(text.substr(box.content.begin, box.content.end - box.content.begin));
    };
    list.push_back(boxes.back());
    std::vector<std::string_view> seen{content(boxes.back())};
    for (std::size_t i = boxes.size() - 1; i-- > 0;) {
        const std::size_t gap_begin = boxes[i].whole.end;
        const std::size_t gap_end = boxes[i + 1].whole.begin;
        if (!boxes[i].balanced || gap_end < gap_begin) break;
        if (!are_neighbours(text.substr(gap_begin, gap_end - gap_begin))) break;
        // A long list is a list already; looking further would only cost time.
        if (seen.size() >= 64) break;
        if (std::ranges::find(seen, content(boxes[i])) != seen.end()) continue;
        seen.push_back(content(boxes[i]));
        list.push_back(boxes[i]);
    }
    std::ranges::reverse(list);
    return list;
}

Unmarked remove_bold(std::string_view text) {
    Unmarked out;
    out.text.reserve(text.size());
    out.origin.reserve(text.size() + 1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i).starts_with("**") && !is_power(text, i)) {
            ++i;
            continue;
        }
        out.text.push_back(text[i]);
        out.origin.push_back(static_cast<std::uint32_t>(i));
    }
    out.origin.push_back(static_cast<std::uint32_t>(text.size()));
    return out;
}

std::string fold_case(std::string_view text) {
    std::string out(text);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto byte = static_cast<unsigned char>(out[i]);
        if (byte >= 'A' && byte <= 'Z') out[i] = static_cast<char>(byte + 32);
        // U+00C0 to U+00DE but the multiplication sign: C3 80..9E
        if (byte != 0xC3 || i + 1 >= out.size()) continue;
        const auto second = static_cast<unsigned char>(out[i + 1]);
        if (second >= 0x80 && second <= 0x9E && second != 0x97)
            out[i + 1] = static_cast<char>(second + 32);
    }
    return out;
}

std::optional<Span> find_anchor(std::string_view text) {
    const std::string folded = fold_case(text);
    // Overlapping anchors ("la réponse finale est") end at the same place; the last end counts.
    // Sentences are looked at from the right until one holds something; only so many, so that time
    // stays linear.
    int tries = 0;
    for (std::size_t pos = folded.size(); pos-- > 0;) {
        if (!may_start_anchor(folded[pos])) continue;
        const std::size_t end = anchor_end(folded, pos, false);
        if (end == 0) continue;
        const Span span = sentence_from(text, skip_adverb(folded, end));
        if (span.begin < span.end) return span;
        if (++tries == 16) break;
    }
    return std::nullopt;
}

std::optional<Span> find_answer_line(std::string_view text) {
    const std::string folded = fold_case(text);
    std::size_t line_end = text.size();
    while (true) {
        const std::size_t newline =
            line_end == 0 ? std::string_view::npos : text.rfind('\n', line_end - 1);
        const std::size_t line_begin = newline == std::string_view::npos ? 0 : newline + 1;
        const Span line = trimmed(text, {line_begin, line_end});
        const std::size_t end = line.begin < line.end ? anchor_end(folded, line.begin, true) : 0;
        if (end != 0 && end <= line.end) {
            const Span answer = trimmed(text, {end, line.end});
            if (answer.begin < answer.end) return answer;
        }
        if (newline == std::string_view::npos) return std::nullopt;
        line_end = newline;
    }
}

std::optional<Span> find_hash(std::string_view text, bool only_line) {
    std::size_t at = text.rfind("####");
    while (at != std::string_view::npos) {
        const std::size_t line_start =
            text.rfind('\n', at) == std::string_view::npos ? 0 : text.rfind('\n', at) + 1;
        const std::size_t line_end = std::min(text.find('\n', at), text.size());
        const bool four =
            (at == 0 || text[at - 1] != '#') && (at + 4 >= text.size() || text[at + 4] != '#');
        const bool leads = is_gap(text.substr(line_start, at - line_start));
        const Span answer = trimmed(text, {at + 4, line_end});
        const bool heading = answer.begin < answer.end && text[answer.end - 1] == ':';
        if (four && answer.begin < answer.end && !heading && (leads || !only_line)) return answer;
        // One line is looked at once: hostile text could repeat the mark a million times on it.
        if (line_start == 0) break;
        at = text.rfind("####", line_start - 1);
    }
    return std::nullopt;
}

std::optional<Span> find_last_number(std::string_view text) {
    std::size_t end = text.size();
    while (end > 0 && !is_ascii_digit(text[end - 1])) --end;
    if (end == 0) return std::nullopt;
    std::size_t begin = end;
    while (begin > 0) {
        const char c = text[begin - 1];
        const bool separator = (c == '.' || c == ',') && begin >= 2 &&
                               is_ascii_digit(text[begin - 2]) && is_ascii_digit(text[begin]);
        if (!is_ascii_digit(c) && !separator) break;
        --begin;
    }
    if (begin > 0 && text[begin - 1] == '.') --begin;  // ".5"
    const bool signed_number = begin > 0 && (text[begin - 1] == '-' || text[begin - 1] == '+');
    const char before = begin > 1 ? text[begin - 2] : ' ';
    if (signed_number && !is_ascii_digit(before) && !is_ascii_letter(before) && before != ')')
        --begin;
    return Span{begin, end};
}

}  // namespace veritune::text
