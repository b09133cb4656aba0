// SPDX-License-Identifier: Apache-2.0
#include "core/text/pretokenizer.h"

#include "core/text/normalizer.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <utility>

namespace veritune::text {
namespace {

using util::ErrorCode;
using util::Json;

constexpr std::string_view kGpt2Text =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr std::string_view kQwen2Text =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kLlama3Text =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

util::Error unsupported(std::string_view what, const std::string& why) {
    return util::fail(ErrorCode::kUnsupported,
                      std::string(what) + ": the pre-tokenizer " + why +
                          " is not supported; use a model with a known tokenizer",
                      std::string(what));
}

bool flag(const Json& object, const char* key, bool otherwise) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

std::string string_or(const Json& object, const char* key, const std::string& otherwise) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

/// Walks over one text and cuts it by the alternatives of a known pattern, tried in their order.
class Scanner {
  public:
    Scanner(KnownPattern pattern, std::string_view text)
        : pattern_(pattern),
          text_(text) {}

    void run(std::vector<std::string_view>& out) {
        std::size_t pos = 0;
        while (pos < text_.size()) {
            const std::size_t end = next_end(pos);
            out.push_back(text_.substr(pos, end - pos));
            pos = end;
        }
    }

  private:
    struct At {
        CharClass type = CharClass::kOther;
        char32_t value = 0;
        std::size_t length = 0;  ///< 0 = end of text
    };

    At at(std::size_t pos) const {
        if (pos >= text_.size()) return {};
        const CodePoint c = decode_utf8(text_, pos);
        return {char_class(c.value), c.value, c.length};
    }

    static bool is_newline(char32_t c) { return c == '\r' || c == '\n'; }

    std::size_t skip_class(std::size_t pos, CharClass type, int most = 0) const {
        for (int count = 0; most == 0 || count < most; ++count) {
            const At c = at(pos);
            if (c.length == 0 || c.type != type) break;
            pos += c.length;
        }
        return pos;
    }

    std::size_t next_end(std::size_t pos) const {
        const At first = at(pos);
        if (first.value == '\'') {
            if (const std::size_t end = contraction_end(pos)) return end;
        }
        return pattern_ == KnownPattern::kGpt2 ? gpt2_end(pos, first) : qwen2_end(pos, first);
    }

    /// A letter of a contraction; Unicode's case folding also puts the long s (U+017F) to s.
    char contraction_letter(std::size_t pos, std::size_t* end) const {
        const At c = at(pos);
        *end = pos + c.length;
        if (c.length == 0) return 0;
        if (pattern_ == KnownPattern::kGpt2)
            return c.value < 0x80 ? static_cast<char>(c.value) : '\0';
        if (c.value == 0x17F) return 's';
        if (c.value >= 'A' && c.value <= 'Z') return static_cast<char>(c.value + 32);
        return c.value < 0x80 ? static_cast<char>(c.value) : '\0';
    }

    std::size_t contraction_end(std::size_t pos) const {
        std::size_t end1 = 0;
        std::size_t end2 = 0;
        const char a = contraction_letter(pos + 1, &end1);
        if (a == 's' || a == 't' || a == 'm' || a == 'd') return end1;
        const char b = contraction_letter(end1, &end2);
        if ((a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l')) return end2;
        return 0;
    }

    std::size_t gpt2_end(std::size_t pos, const At& first) const {
        At head = first;
        std::size_t start = pos;
        if (first.value == ' ') {
            const At second = at(pos + 1);
            if (second.length > 0 && second.type != CharClass::kSpace) {
                head = second;
                start = pos + 1;
            }
        }
        if (head.type != CharClass::kSpace) return skip_class(start, head.type);
        return space_end(pos, false);
    }

    std::size_t qwen2_end(std::size_t pos, const At& first) const {
        if (first.type == CharClass::kLetter) return skip_class(pos, CharClass::kLetter);
        if (first.type == CharClass::kNumber) {
            return skip_class(pos, CharClass::kNumber, pattern_ == KnownPattern::kLlama3 ? 3 : 1);
        }
        const At second = at(pos + first.length);
        if (!is_newline(first.value) && second.length > 0 && second.type == CharClass::kLetter) {
            return skip_class(pos + first.length, CharClass::kLetter);
        }
        const bool spaced =
            first.value == ' ' && second.length > 0 && second.type == CharClass::kOther;
        if (first.type == CharClass::kOther || spaced) {
            std::size_t end = skip_class(pos + (spaced ? 1 : 0), CharClass::kOther);
            while (end < text_.size() && is_newline(static_cast<unsigned char>(text_[end]))) ++end;
            return end;
        }
        return space_end(pos, true);
    }

    /// `\s*[\r\n]+` (when to_newline), `\s+(?!\S)`, `\s+`: up to the last line break of the run;
    /// else all but the last character, which belongs to the next word; else all.
    std::size_t space_end(std::size_t pos, bool to_newline) const {
        std::size_t end = pos;
        std::size_t last_start = pos;
        std::size_t after_newline = 0;
        for (At c = at(end); c.length > 0 && c.type == CharClass::kSpace; c = at(end)) {
            last_start = end;
            end += c.length;
            if (is_newline(c.value)) after_newline = end;
        }
        if (to_newline && after_newline > 0) return after_newline;
        return end == text_.size() || last_start == pos ? end : last_start;
    }

    KnownPattern pattern_;
    std::string_view text_;
};

void cut_digits(std::string_view piece, bool runs, std::vector<std::string_view>& out) {
    std::size_t start = 0;
    bool in_digits = false;
    for (std::size_t pos = 0; pos < piece.size();) {
        const CodePoint c = decode_utf8(piece, pos);
        const bool digit = char_class(c.value) == CharClass::kNumber;
        if (pos > start && (digit != in_digits || (digit && !runs))) {
            out.push_back(piece.substr(start, pos - start));
            start = pos;
        }
        in_digits = digit;
        pos += c.length;
    }
    if (start < piece.size()) out.push_back(piece.substr(start));
}

}  // namespace

std::string_view known_pattern_text(KnownPattern pattern) {
    switch (pattern) {
        case KnownPattern::kGpt2:
            return kGpt2Text;
        case KnownPattern::kQwen2:
            return kQwen2Text;
        case KnownPattern::kLlama3:
            return kLlama3Text;
    }
    return {};
}

std::optional<KnownPattern> known_pattern(std::string_view text) {
    for (const KnownPattern p :
         {KnownPattern::kGpt2, KnownPattern::kQwen2, KnownPattern::kLlama3}) {
        if (text == known_pattern_text(p)) return p;
    }
    return std::nullopt;
}

void split_known(KnownPattern pattern, std::string_view text, std::vector<std::string_view>& out) {
    Scanner(pattern, text).run(out);
}

util::Result<PreTokenizer> PreTokenizer::create(const Json& description, std::string_view what) {
    PreTokenizer result;
    VT_TRY(result.add(description, what, 0));
    return result;
}

util::Status PreTokenizer::add(const Json& description, std::string_view what, int depth) {
    if (description.is_null()) return {};
    if (byte_level_) return unsupported(what, "with steps after ByteLevel");
    const std::string type = description.is_object() ? string_or(description, "type", "") : "";
    if (type == "Sequence" && depth < 4) {
        const auto parts = description.find("pretokenizers");
        if (parts == description.end() || !parts->is_array() || parts->size() > 64) {
            return unsupported(what, "Sequence without a list");
        }
        for (const Json& part : *parts) VT_TRY(add(part, what, depth + 1));
        return {};
    }
    if (type == "Split") return add_split(description, what);
    if (type == "Metaspace") return add_metaspace(description, what);
    if (type == "Digits") {
        Step step;
        step.kind =
            flag(description, "individual_digits", false) ? Kind::kDigits : Kind::kDigitRuns;
        steps_.push_back(std::move(step));
        return {};
    }
    if (type == "ByteLevel") {
        Step prefix;
        prefix.kind = Kind::kPrefixSpace;
        if (flag(description, "add_prefix_space", true)) steps_.push_back(prefix);
        if (flag(description, "use_regex", true)) steps_.push_back(Step());
        byte_level_ = true;
        return {};
    }
    return unsupported(what, '"' + type.substr(0, 40) + '"');
}

util::Status PreTokenizer::add_split(const Json& description, std::string_view what) {
    static constexpr std::array<std::pair<std::string_view, Behavior>, 5> kBehaviors{
        {{"Removed", Behavior::kRemoved},
         {"Isolated", Behavior::kIsolated},
         {"MergedWithPrevious", Behavior::kMergedWithPrevious},
         {"MergedWithNext", Behavior::kMergedWithNext},
         {"Contiguous", Behavior::kContiguous}}};
    Step step;
    const std::string behavior = string_or(description, "behavior", "");
    const auto* known =
        std::ranges::find(kBehaviors, behavior, &std::pair<std::string_view, Behavior>::first);
    if (known == kBehaviors.end())
        return unsupported(what, "Split with behavior \"" + behavior.substr(0, 40) + '"');
    step.behavior = known->second;
    step.invert = flag(description, "invert", false);
    const auto pattern = description.find("pattern");
    if (pattern == description.end() || !pattern->is_object())
        return unsupported(what, "Split without a pattern");
    const std::string regex = string_or(*pattern, "Regex", "");
    if (regex.empty()) {
        step.kind = Kind::kLiteral;
        step.literal = string_or(*pattern, "String", "");
        if (step.literal.empty()) return unsupported(what, "Split without a pattern");
        steps_.push_back(std::move(step));
        return {};
    }
    // The known patterns leave no gaps, so keeping the matches alone is the same as isolating them.
    const bool keeps_matches = (step.behavior == Behavior::kIsolated && !step.invert) ||
                               (step.behavior == Behavior::kRemoved && step.invert);
    if (const std::optional<KnownPattern> name = known_pattern(regex); name && keeps_matches) {
        step.kind = Kind::kKnown;
        step.known = *name;
    } else {
        VT_ASSIGN(RegexSplitter program, RegexSplitter::create(regex, what));
        step.kind = Kind::kRegex;
        step.regex = static_cast<int>(regexes_.size());
        regexes_.push_back(std::move(program));
    }
    steps_.push_back(std::move(step));
    return {};
}

util::Status PreTokenizer::add_metaspace(const Json& description, std::string_view what) {
    Step step;
    step.kind = Kind::kMetaspace;
    step.literal = string_or(description, "replacement", "\xE2\x96\x81");
    step.split = flag(description, "split", true);
    const bool old_style = flag(description, "add_prefix_space", true);
    const std::string scheme =
        string_or(description, "prepend_scheme", old_style ? "always" : "never");
    if (scheme == "always") {
        step.prepend = Prepend::kAlways;
    } else if (scheme == "first") {
        step.prepend = Prepend::kFirst;
    } else if (scheme != "never") {
        return unsupported(what, "Metaspace with prepend_scheme \"" + scheme.substr(0, 40) + '"');
    }
    steps_.push_back(std::move(step));
    return {};
}

Words PreTokenizer::split(std::string_view text, bool at_start) const {
    Words words;
    if (text.empty()) return words;
    words.pieces.push_back(text);
    for (const Step& step : steps_) run(step, at_start, words);
    return words;
}

void PreTokenizer::run(const Step& step, bool at_start, Words& words) const {
    if (step.kind == Kind::kMetaspace) return run_metaspace(step, at_start, words);
    if (step.kind == Kind::kPrefixSpace) {
        for (std::string_view& piece : words.pieces) {
            if (piece.starts_with(' ')) continue;
            piece = words.owned.emplace_back(1, ' ').append(piece);
        }
        return;
    }
    std::vector<std::string_view> out;
    out.reserve(words.pieces.size());
    for (const std::string_view piece : words.pieces) run_step(step, piece, out);
    words.pieces = std::move(out);
}

void PreTokenizer::run_metaspace(const Step& step, bool at_start, Words& words) const {
    std::vector<std::string_view> out;
    for (std::size_t i = 0; i < words.pieces.size(); ++i) {
        std::string changed = replace_all(words.pieces[i], " ", step.literal);
        const bool wanted = step.prepend == Prepend::kAlways ||
                            (step.prepend == Prepend::kFirst && at_start && i == 0);
        if (wanted && !changed.starts_with(step.literal)) changed.insert(0, step.literal);
        const std::string_view piece = words.owned.emplace_back(std::move(changed));
        std::size_t start = 0;
        while (step.split) {
            const std::size_t cut = piece.find(step.literal, start + 1);
            if (cut == std::string_view::npos) break;
            out.push_back(piece.substr(start, cut - start));
            start = cut;
        }
        out.push_back(piece.substr(start));
    }
    words.pieces = std::move(out);
}

std::vector<PreTokenizer::Range> PreTokenizer::find_ranges(const Step& step,
                                                           std::string_view piece) const {
    std::vector<Range> ranges;
    std::size_t pos = 0;
    const auto found = [&](std::size_t begin, std::size_t end) {
        if (begin > pos) ranges.push_back({pos, begin, step.invert});
        ranges.push_back({begin, end, !step.invert});
        pos = end;
    };
    if (step.kind == Kind::kRegex) {
        regexes_[static_cast<std::size_t>(step.regex)].for_each_match(piece, found);
    } else {
        std::size_t at = piece.find(step.literal);
        while (at != std::string_view::npos) {
            found(at, at + step.literal.size());
            at = piece.find(step.literal, pos);
        }
    }
    if (pos < piece.size()) ranges.push_back({pos, piece.size(), step.invert});
    return ranges;
}

void PreTokenizer::run_step(const Step& step,
                            std::string_view piece,
                            std::vector<std::string_view>& out) const {
    if (step.kind == Kind::kKnown) return split_known(step.known, piece, out);
    if (step.kind == Kind::kDigits || step.kind == Kind::kDigitRuns) {
        return cut_digits(piece, step.kind == Kind::kDigitRuns, out);
    }
    const std::vector<Range> ranges = find_ranges(step, piece);
    std::vector<Range> joined;
    for (const Range& range : ranges) {
        const bool follows = !joined.empty();
        const bool last_matched = follows && joined.back().match;
        switch (step.behavior) {
            case Behavior::kRemoved:
                if (!range.match) joined.push_back(range);
                continue;
            case Behavior::kIsolated:
                joined.push_back(range);
                continue;
            case Behavior::kContiguous:
                if (follows && last_matched == range.match) {
                    joined.back().end = range.end;
                } else {
                    joined.push_back(range);
                }
                continue;
            case Behavior::kMergedWithPrevious:
                if (range.match && follows && !last_matched) {
                    joined.back() = {joined.back().begin, range.end, true};
                } else {
                    joined.push_back(range);
                }
                continue;
            case Behavior::kMergedWithNext:
                if (!range.match && last_matched) {
                    joined.back() = {joined.back().begin, range.end, false};
                } else {
                    joined.push_back(range);
                }
                continue;
        }
    }
    for (const Range& range : joined)
        out.push_back(piece.substr(range.begin, range.end - range.begin));
}

}  // namespace veritune::text
