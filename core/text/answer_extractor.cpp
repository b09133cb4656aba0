// SPDX-License-Identifier: Apache-2.0
#include "core/text/answer_extractor.h"

#include "core/text/answer_text.h"
#include "core/text/chat_pieces.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <utility>

namespace veritune::text {
namespace {

/// What a profile does; the order of rules is fixed.
struct Profile {
    std::string_view name;
    bool raw = false;
    bool tag_and_box = false;    // E2, E3
    bool hash_line = false;      // E4 at the beginning of a line
    bool hash_anywhere = false;  // E4 anywhere
    bool anchors = false;        // E5
    bool answer_line = false;    // E5, only lines that begin with it
    bool last_number = false;    // E6
    bool lenient = false;        // cut_off and broken boxes are passed over
    bool minerva = false;        // "Final Answer: The final answer is x. I hope it is correct."
    bool code_block = false;     // last fence
    bool json = false;           // last complete JSON value
};

constexpr std::array<Profile, 8> kProfiles{{
    {.name = "reward_strict", .tag_and_box = true, .hash_line = true, .anchors = true},
    {.name = "eval_flexible",
     .tag_and_box = true,
     .hash_line = true,
     .anchors = true,
     .last_number = true,
     .lenient = true},
    {.name = "gsm8k_hash", .hash_anywhere = true},
    {.name = "answer_line", .answer_line = true},
    {.name = "minerva", .minerva = true},
    {.name = "code_block", .code_block = true},
    {.name = "json", .json = true},
    {.name = "raw", .raw = true},
}};

/// Ends of turn as text: they mean that a decoder kept special tokens.
constexpr std::array<std::string_view, 6> kEndMarks{"<|im_end|>",
                                                    "<|endoftext|>",
                                                    "</s>",
                                                    "<｜end▁of▁sentence｜>",
                                                    "<|eot_id|>",
                                                    "<|end_of_text|>"};

std::string_view without_end_marks(std::string_view text) {
    for (bool again = true; again;) {
        again = false;
        const std::string_view bare = trim(text);
        for (const std::string_view mark : kEndMarks) {
            if (!bare.ends_with(mark)) continue;
            const auto begin = static_cast<std::size_t>(bare.data() - text.data());
            text = text.substr(0, begin + bare.size() - mark.size());
            again = true;
            break;
        }
    }
    return text;
}

Extraction none(std::string_view rule, std::string_view reason) {
    Extraction result;
    result.rule = rule;
    result.reason = reason;
    return result;
}

Extraction found(std::string_view text, Span span, std::string_view rule, bool keep_assignment) {
    Extraction result;
    result.span = span;
    result.rule = rule;
    result.text = strip_answer(text.substr(span.begin, span.end - span.begin), keep_assignment);
    result.found = !result.text.empty();
    if (!result.found) result.reason = "empty_answer";
    result.hedged = is_hedged(result.text);
    return result;
}

/// E1: where the answer part begins; nullopt when the reasoning never ends.
std::optional<std::size_t> answer_begin(std::string_view text, bool think_tags) {
    const std::size_t open = text.rfind(kThinkOpen);
    const std::size_t close = text.rfind(kThinkClose);
    if (close == std::string_view::npos) {
        const bool reasoning = think_tags || open != std::string_view::npos;
        return reasoning ? std::nullopt : std::optional<std::size_t>(0);
    }
    if (open != std::string_view::npos && open > close) return std::nullopt;
    return close + kThinkClose.size();
}

/// E2: the inside of the last <answer>...</answer>.
std::optional<Span> find_tag(std::string_view text) {
    constexpr std::string_view kOpen = "<answer>";
    constexpr std::string_view kClose = "</answer>";
    const std::size_t close = text.rfind(kClose);
    if (close == std::string_view::npos || close == 0) return std::nullopt;
    const std::size_t open = text.rfind(kOpen, close - 1);
    if (open == std::string_view::npos) return std::nullopt;
    return Span{open + kOpen.size(), close};
}

/// The inside of a box, and of boxes that are its only content. Those share their closing braces
/// with it.
Span unbox(std::string_view text, Span content) {
    for (int depth = 0; depth < 16; ++depth) {
        const std::string_view inner =
            trim(text.substr(content.begin, content.end - content.begin));
        if (!inner.starts_with("\\boxed") && !inner.starts_with("\\fbox")) break;
        const std::vector<Box> boxes = find_boxes(inner);
        const bool only = boxes.size() == 1 && boxes[0].balanced && boxes[0].whole.begin == 0 &&
                          boxes[0].whole.end == inner.size();
        if (!only) break;
        const auto begin = static_cast<std::size_t>(inner.data() - text.data());
        content = {begin + boxes[0].content.begin, begin + boxes[0].content.end};
    }
    return content;
}

/// E3. found = false with a rule: the box decides that there is no answer. nullopt: the rule does
/// not apply.
std::optional<Extraction> try_boxes(std::string_view text,
                                    const Profile& profile,
                                    bool keep_assignment) {
    std::vector<Box> boxes = find_boxes(text);
    const auto is_empty = [&](const Box& box) {
        return trim(text.substr(box.content.begin, box.content.end - box.content.begin)).empty();
    };
    if (profile.lenient) {
        std::erase_if(boxes, [&](const Box& box) { return !box.balanced || is_empty(box); });
    }
    if (boxes.empty()) return std::nullopt;
    if (!boxes.back().balanced) return none("E3.box", "unbalanced_box");
    if (is_empty(boxes.back())) return none("E3.box", "empty_box");
    const std::vector<Box> list = last_box_list(text, boxes);
    if (list.size() == 1)
        return found(text, unbox(text, list[0].content), "E3.box", keep_assignment);
    Extraction result;
    result.rule = "E3.box";
    result.hedged = true;
    result.span = {list.front().whole.begin, list.back().whole.end};
    for (const Box& box : list) {
        const Span inner = unbox(text, box.content);
        const std::string part =
            strip_answer(text.substr(inner.begin, inner.end - inner.begin), keep_assignment);
        if (!part.empty()) result.text += (result.text.empty() ? "" : ", ") + part;
    }
    result.found = !result.text.empty();
    if (!result.found) result.reason = "empty_answer";
    return result;
}

/// E5 works on a copy without bold marks; spans go back to the original.
std::optional<Extraction> try_anchors(std::string_view text,
                                      const Profile& profile,
                                      bool keep_assignment) {
    const Unmarked plain = remove_bold(text);
    const std::optional<Span> span =
        profile.answer_line ? find_answer_line(plain.text) : find_anchor(plain.text);
    if (!span) return std::nullopt;
    Extraction result =
        found(plain.text, *span, profile.answer_line ? "E5.line" : "E5.anchor", keep_assignment);
    result.span = {plain.origin[span->begin], plain.origin[span->end - 1] + 1U};
    return result;
}

/// Minerva's closing sentence; its last occurrence counts. Case matters, as in its prompt.
std::optional<Span> find_minerva(std::string_view text) {
    constexpr std::string_view kBegin = "Final Answer: The final answer is";
    constexpr std::string_view kEnd = "I hope it is correct";
    const std::size_t at = text.rfind(kBegin);
    if (at == std::string_view::npos) return std::nullopt;
    const std::size_t begin = at + kBegin.size();
    const std::size_t end = text.find(kEnd, begin);
    if (end == std::string_view::npos) return std::nullopt;
    return Span{begin, end};
}

struct Fence {
    Span content;
    bool python = false;
};

/// Every closed fence of three backticks at the beginning of a line. An open one at the end is
/// none.
std::vector<Fence> find_fences(std::string_view text) {
    std::vector<Fence> fences;
    std::optional<Fence> open;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = trim(text.substr(begin, end - begin));
        const std::size_t next = std::min(end + 1, text.size());
        if (!open && line.starts_with("```")) {
            const std::string name = fold_case(trim(line.substr(3)));
            open = Fence{.content = {next, next},
                         .python = name == "python" || name == "py" || name == "python3"};
        } else if (open && line == "```") {
            open->content.end = begin;
            fences.push_back(*open);
            open.reset();
        }
        begin = end + 1;
    }
    return fences;
}

Extraction unstripped(std::string_view text, Span span, std::string_view rule) {
    Extraction result;
    result.span = span;
    result.rule = rule;
    result.text = sanitize_utf8(text.substr(span.begin, span.end - span.begin));
    result.found = !trim(result.text).empty();
    if (result.found) return result;
    result.reason = "empty_answer";
    result.text.clear();
    return result;
}

Extraction last_code(std::string_view text) {
    const std::vector<Fence> fences = find_fences(text);
    if (fences.empty()) return unstripped(text, {0, text.size()}, "code.raw");
    const auto python = std::find_if(
        fences.rbegin(), fences.rend(), [](const Fence& fence) { return fence.python; });
    const Fence& fence = python == fences.rend() ? fences.back() : *python;
    return unstripped(text, fence.content, "code.fence");
}

/// Where the scalar that ends a text begins: "true", "-1.5", "\"x\"".
std::size_t scalar_begin(std::string_view text) {
    if (text.size() > 1 && text.back() == '"') {
        for (std::size_t i = text.size() - 1; i-- > 0;) {
            if (text[i] != '"') continue;
            std::size_t slashes = 0;
            while (slashes < i && text[i - 1 - slashes] == '\\') ++slashes;
            if (slashes % 2 == 0) return i;
        }
    }
    const std::size_t space = text.find_last_of(" \t\r\n:`");
    if (space == std::string_view::npos) return 0;
    const std::string_view word = text.substr(space + 1);
    const bool number = !word.empty() && word.find_first_not_of("+-.0123456789eE") == word.npos;
    const bool scalar = number || word == "true" || word == "false" || word == "null";
    return scalar ? space + 1 : 0;
}

/// The last outermost object or array whose brackets close; brackets inside strings do not count.
std::optional<Span> find_last_value(std::string_view text) {
    std::vector<std::size_t> open;
    std::optional<Span> best;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\') ++i;
            if (c == '"' || c == '\n') quoted = false;
        } else if (c == '"') {
            quoted = !open.empty();
        } else if (c == '[' || c == '{') {
            open.push_back(i);
        } else if ((c == ']' || c == '}') && !open.empty()) {
            const std::size_t begin = open.back();
            open.pop_back();
            const bool pair = (c == ']') == (text[begin] == '[');
            if (pair && (!best || begin >= best->end || begin < best->begin)) {
                best = Span{begin, i + 1};
            }
        }
    }
    return best;
}

Extraction last_json_value(std::string_view text) {
    if (const std::optional<Span> span = find_last_value(text)) {
        return unstripped(text, *span, "json.value");
    }
    std::string_view bare = trim(text);
    while (bare.ends_with('`')) bare = trim(bare.substr(0, bare.size() - 1));
    if (bare.empty()) return none("json.value", "no_answer");
    const auto offset = static_cast<std::size_t>(bare.data() - text.data());
    return unstripped(text, {offset + scalar_begin(bare), offset + bare.size()}, "json.scalar");
}

/// E3 to E6 on one stretch of text.
std::optional<Extraction> try_rules(std::string_view text,
                                    const Profile& profile,
                                    bool keep_assignment) {
    if (profile.tag_and_box) {
        if (auto result = try_boxes(text, profile, keep_assignment)) return result;
    }
    if (profile.hash_line || profile.hash_anywhere) {
        if (const auto span = find_hash(text, profile.hash_line)) {
            return found(text, *span, "E4.hash", keep_assignment);
        }
    }
    if (profile.anchors || profile.answer_line) {
        if (auto result = try_anchors(text, profile, keep_assignment)) return result;
    }
    if (profile.last_number) {
        if (const auto span = find_last_number(text))
            return found(text, *span, "E6.number", keep_assignment);
    }
    return std::nullopt;
}

Extraction shifted(Extraction result, std::size_t by) {
    result.span.begin += by;
    result.span.end += by;
    return result;
}

Extraction extract(std::string_view completion,
                   const Profile& profile,
                   const ExtractOptions& options) {
    if (options.cut_off && !profile.lenient) return none("E0.cut_off", "cut_off");
    const std::string_view visible = without_end_marks(completion);
    const std::optional<std::size_t> begin = answer_begin(visible, options.think_tags);
    if (!begin) return none("E1.think", "no_closing_think");
    const std::string_view text = visible.substr(*begin);
    if (profile.raw) {
        if (trim(text).empty()) return none("E1.raw", "no_answer");
        Extraction result;
        result.found = true;
        result.text = sanitize_utf8(text);
        result.span = {*begin, visible.size()};
        result.rule = "E1.raw";
        result.hedged = false;
        return result;
    }
    if (profile.code_block) return shifted(last_code(text), *begin);
    if (profile.json) return shifted(last_json_value(text), *begin);
    if (profile.minerva) {
        const std::optional<Span> span = find_minerva(text);
        if (!span) return none("minerva", "no_answer");
        return shifted(found(text, *span, "minerva", options.keep_assignment), *begin);
    }
    if (profile.tag_and_box) {
        if (const std::optional<Span> tag = find_tag(text)) {
            const std::string_view inside = text.substr(tag->begin, tag->end - tag->begin);
            if (auto inner = try_rules(inside, profile, options.keep_assignment)) {
                inner->rule = "E2.tag+" + inner->rule;
                return shifted(std::move(*inner), *begin + tag->begin);
            }
            return shifted(found(text, *tag, "E2.tag", options.keep_assignment), *begin);
        }
    }
    if (auto result = try_rules(text, profile, options.keep_assignment))
        return shifted(std::move(*result), *begin);
    return none("none", "no_answer");
}

}  // namespace

util::Result<Extraction> extract_answer(std::string_view completion,
                                        std::string_view profile,
                                        const ExtractOptions& options) {
    for (const Profile& known : kProfiles) {
        if (known.name == profile) return extract(completion, known, options);
    }
    std::string names;
    for (const Profile& known : kProfiles)
        names += (names.empty() ? "" : ", ") + std::string(known.name);
    return util::fail(util::ErrorCode::kNotFound,
                      "no extraction profile has this name; known are " + names);
}

std::vector<std::string> extraction_profiles() {
    std::vector<std::string> names;
    names.reserve(kProfiles.size());
    for (const Profile& known : kProfiles) names.emplace_back(known.name);
    return names;
}

}  // namespace veritune::text
