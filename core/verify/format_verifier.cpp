// SPDX-License-Identifier: Apache-2.0
#include "core/verify/format_verifier.h"

#include "core/text/utf8.h"
#include "core/verify/answer_reading.h"
#include "core/verify/instance.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

constexpr std::string_view kThink = "<think>";
constexpr std::string_view kThinkEnd = "</think>";
constexpr std::string_view kAnswer = "<answer>";
constexpr std::string_view kAnswerEnd = "</answer>";
constexpr long kMaxChars = 1'000'000;
/// Texts of fewer words than this may hold no small word of their language at all.
constexpr std::size_t kFewWords = 20;

struct Language {
    const char* id;
    const char* sentence;  ///< of nothing, for texts that have to be long
    std::array<std::string_view, 16> words;
};
/// Small words that the others do not share.
constexpr std::array<Language, 5> kLanguages = {
    {{"en",
      "This is the text that was asked for, and it has the right form. ",
      {"the",
       "and",
       "of",
       "is",
       "that",
       "it",
       "for",
       "with",
       "was",
       "this",
       "are",
       "be",
       "have",
       "which",
       "we",
       "then"}},
     {"de",
      "Das ist der Text, und er hat die richtige Form. ",
      {"der",
       "die",
       "das",
       "und",
       "ist",
       "nicht",
       "ein",
       "eine",
       "mit",
       "auf",
       "wir",
       "dass",
       "auch",
       "wird",
       "sich",
       "dann"}},
     {"fr",
      "Voici le texte qui est dans une forme correcte pour nous. ",
      {"le",
       "les",
       "des",
       "et",
       "est",
       "une",
       "dans",
       "pour",
       "pas",
       "nous",
       "qui",
       "sur",
       "avec",
       "donc",
       "alors",
       "cette"}},
     {"es",
      "Este es el texto y los datos tienen una forma correcta para nosotros. ",
      {"el",
       "los",
       "y",
       "es",
       "para",
       "como",
       "pero",
       "entonces",
       "muy",
       "las",
       "este",
       "porque",
       "tiene",
       "cada",
       "hay",
       "por"}},
     {"it",
      "Questo \xC3\xA8 il testo che gli altri hanno nella forma giusta. ",
      {"il",
       "gli",
       "che",
       "di",
       "non",
       "della",
       "nella",
       "sono",
       "quindi",
       "anche",
       "questo",
       "perch\xC3\xA9",
       "ogni",
       "allora",
       "hanno",
       "\xC3\xA8"}}}};

struct Script {
    const char* id;
    const char* sentence;
};
constexpr std::array<Script, 5> kScripts = {
    {{"latin", "This is the text. "},
     {"cyrillic", "\xD0\xAD\xD1\x82\xD0\xBE \xD1\x82\xD0\xB5\xD0\xBA\xD1\x81\xD1\x82. "},
     {"greek", "\xCE\xB1\xCF\x85\xCF\x84\xCF\x8C. "},
     {"han", "\xE8\xBF\x99\xE6\x98\xAF\xE6\x96\x87\xE6\x9C\xAC\xE3\x80\x82"},
     {"arabic", "\xD9\x87\xD8\xB0\xD8\xA7 \xD9\x86\xD8\xB5. "}}};

bool is_in_script(char32_t c, std::string_view script) {
    if (script == "latin") {
        return c < 0x250 || (c >= 0x1E00 && c < 0x1F00) || (c >= 0xFB00 && c < 0xFB07);
    }
    if (script == "cyrillic") return c >= 0x400 && c < 0x530;
    if (script == "greek") return (c >= 0x370 && c < 0x400) || (c >= 0x1F00 && c < 0x2000);
    if (script == "arabic") return (c >= 0x600 && c < 0x780) || (c >= 0xFB50 && c < 0xFE00);
    return (c >= 0x3400 && c < 0xA000) || (c >= 0xF900 && c < 0xFB00) || c >= 0x20000;
}

std::size_t count_of(std::string_view text, std::string_view what) {
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos;
         at = text.find(what, at + what.size())) {
        ++count;
    }
    return count;
}

bool has_think(std::string_view text, bool opened) {
    const std::string_view trimmed = text::trim(text);
    const std::size_t end = trimmed.find(kThinkEnd);
    if (end == std::string_view::npos || count_of(trimmed, kThinkEnd) != 1) return false;
    const std::size_t begins = count_of(trimmed, kThink);
    const bool in_front = trimmed.starts_with(kThink);
    // Where the prompt holds the opening tag the completion begins inside.
    if (begins > 1 || (begins == 1 && !in_front) || (begins == 0 && !opened)) return false;
    const std::size_t begin = in_front ? kThink.size() : 0;
    return !text::trim(trimmed.substr(begin, end - begin)).empty() &&
           !text::trim(trimmed.substr(end + kThinkEnd.size())).empty();
}

bool has_answer_tag(std::string_view text) {
    const std::size_t begin = text.find(kAnswer);
    const std::size_t end = text.find(kAnswerEnd);
    if (count_of(text, kAnswer) != 1 || count_of(text, kAnswerEnd) != 1 || end < begin)
        return false;
    const std::size_t inside = begin + kAnswer.size();
    return !text::trim(text.substr(inside, end - inside)).empty();
}

/// One box whose braces are balanced and hold something.
bool has_box(std::string_view text) {
    constexpr std::string_view kBox = "\\boxed{";
    const std::size_t begin = text.find(kBox);
    if (begin == std::string_view::npos || count_of(text, "\\boxed") != 1) return false;
    const std::size_t inside = begin + kBox.size();
    int depth = 1;
    std::size_t at = inside;
    for (; at < text.size() && depth > 0; ++at) {
        if (text[at] == '\\') {
            ++at;
            continue;
        }
        depth += text[at] == '{' ? 1 : 0;
        depth -= text[at] == '}' ? 1 : 0;
    }
    return depth == 0 && !text::trim(text.substr(inside, at - 1 - inside)).empty();
}

/// "" or what is wrong.
std::string language_fault(std::string_view text, std::string_view wanted) {
    const std::vector<std::string> words = words_of(text);
    std::size_t own = 0;
    std::size_t best = 0;
    std::string_view best_id;
    for (const Language& language : kLanguages) {
        std::size_t hits = 0;
        for (const std::string& word : words) {
            hits += std::find(language.words.begin(), language.words.end(), word) !=
                            language.words.end()
                        ? 1
                        : 0;
        }
        if (language.id == wanted) own = hits;
        if (hits > best) {
            best = hits;
            best_id = language.id;
        }
    }
    if (best > own) return "more words of " + std::string(best_id);
    if (own == 0 && words.size() >= kFewWords) return "no word of this language";
    return {};
}

std::string script_fault(const std::string& text, std::string_view wanted) {
    std::size_t letters = 0;
    std::size_t fitting = 0;
    for (std::size_t pos = 0; pos < text.size();) {
        const text::CodePoint point = text::decode_utf8(text, pos);
        pos += point.length;
        if (text::char_class(point.value) != text::CharClass::kLetter) continue;
        ++letters;
        fitting += is_in_script(point.value, wanted) ? 1 : 0;
    }
    if (fitting * 100 >= letters * 95) return {};
    return std::to_string(letters - fitting) + " of " + std::to_string(letters) +
           " letters are others";
}

/// One rule and what became of it.
struct Ruling {
    std::string reason;  ///< if it fails
    std::string what;    ///< for people
    std::string fault;   ///< "" = it holds
};

class Rules {
  public:
    Rules(const Json& params, const std::string& text, bool think_tags)
        : params_(params),
          text_(text) {
        tags(think_tags);
        lengths();
        languages();
    }
    const std::vector<Ruling>& all() const { return all_; }

  private:
    void add(const char* reason, std::string what, std::string fault) {
        all_.push_back({.reason = reason, .what = std::move(what), .fault = std::move(fault)});
    }
    void tags(bool think_tags) {
        const std::string think = params_.value("think", "any");
        if (think == "required") {
            add("think",
                "reasons inside <think>...</think> first",
                has_think(text_, think_tags) ? "" : "it does not");
        }
        if (think == "forbidden") {
            const bool none = count_of(text_, kThink) + count_of(text_, kThinkEnd) == 0;
            add("think", "has no <think> tag", none ? "" : "there is one");
        }
        if (params_.value("answer_tag", false)) {
            add("answer_tag",
                "has exactly one <answer>...</answer>",
                has_answer_tag(text_) ? "" : "it has not");
        }
        if (params_.value("boxed", false)) {
            add("boxed", "has exactly one \\boxed{}", has_box(text_) ? "" : "it has not");
        }
    }
    void lengths() {
        const auto chars = static_cast<long>(text::count_code_points(text_));
        const std::string has = "it has " + std::to_string(chars);
        if (params_.contains("min_chars")) {
            const long least = params_.at("min_chars").get<long>();
            add("too_short",
                "has at least " + std::to_string(least) + " characters",
                chars >= least ? "" : has);
        }
        if (params_.contains("max_chars")) {
            const long most = params_.at("max_chars").get<long>();
            add("too_long",
                "has at most " + std::to_string(most) + " characters",
                chars <= most ? "" : has);
        }
        if (params_.contains("max_lines")) {
            const long most = params_.at("max_lines").get<long>();
            const long lines = 1 + std::count(text_.begin(), text_.end(), '\n');
            add("too_many_lines",
                "has at most " + std::to_string(most) + " lines",
                lines <= most ? "" : "it has " + std::to_string(lines));
        }
    }
    void languages() {
        if (params_.contains("language")) {
            const std::string wanted = params_.at("language").get<std::string>();
            add("language", "is written in " + wanted, language_fault(text_, wanted));
        }
        if (params_.contains("script")) {
            const std::string wanted = params_.at("script").get<std::string>();
            add("script", "is written in " + wanted + " letters", script_fault(text_, wanted));
        }
        const Json forbid = params_.value("forbid", Json::array());
        for (const Json& one : forbid) {
            const std::string what = one.get<std::string>();
            const bool found = text_.find(what) != std::string::npos;
            add("forbidden_text", "does not hold " + one.dump(), found ? "it does" : "");
        }
    }

    const Json& params_;
    const std::string& text_;
    std::vector<Ruling> all_;
};

std::string params_fault(const Json& params) {
    const Json forbid = params.value("forbid", Json::array());
    for (const Json& one : forbid) {
        if (one.get_ref<const std::string&>().empty()) return "forbid holds an empty text";
    }
    const std::string nothing;
    if (Rules(params, nothing, false).all().empty()) return "needs at least one rule";
    return {};
}

}  // namespace

Json FormatVerifier::params_schema() const {
    const Json count = {{"type", "integer"}, {"minimum", 0}, {"maximum", kMaxChars}};
    Json languages = Json::array();
    for (const Language& language : kLanguages) languages.push_back(language.id);
    Json scripts = Json::array();
    for (const Script& script : kScripts) scripts.push_back(script.id);
    return {{"type", "object"},
            {"additionalProperties", false},
            {"properties",
             {{"think", {{"enum", {"required", "forbidden", "any"}}}},
              {"answer_tag", {{"type", "boolean"}}},
              {"boxed", {{"type", "boolean"}}},
              {"min_chars", count},
              {"max_chars", count},
              {"max_lines", count},
              {"language", {{"enum", languages}}},
              {"script", {{"enum", scripts}}},
              {"forbid", {{"type", "array"}, {"items", {{"type", "string"}}}}},
              {"partial", {{"type", "boolean"}}}}}};
}

Json FormatVerifier::gold_schema() const { return {{"type", "null"}}; }

Verdict FormatVerifier::verify(const VerifyRequest& request) const {
    using enum VerdictStatus;
    Verdict verdict;
    verdict.method = "string";
    verdict.rule = "E0.whole";
    if (const std::string fault = params_fault(request.params); !fault.empty()) {
        return bad_params(std::move(verdict), fault);
    }
    if (request.finish_reason == FinishReason::kLength) {
        return refuse(std::move(verdict), kNoAnswer, "cut_off");
    }
    const std::string text = text::sanitize_utf8(request.completion);
    verdict.span = {.begin = 0, .end = request.completion.size()};
    const Rules rules(request.params, text, request.think_tags);
    verdict.operations = static_cast<std::int64_t>(text.size());
    std::size_t held = 0;
    std::string reason;
    for (const Ruling& ruling : rules.all()) {
        held += ruling.fault.empty() ? 1 : 0;
        if (!ruling.fault.empty() && reason.empty()) reason = ruling.reason;
        verdict.steps.push_back({.what = ruling.what,
                                 .ok = ruling.fault.empty(),
                                 .detail = ruling.fault,
                                 .span = verdict.span});
    }
    if (reason.empty()) return accept(std::move(verdict));
    if (!request.params.value("partial", false) || held == 0) {
        return refuse(std::move(verdict), kIncorrect, std::move(reason));
    }
    verdict.status = kPartial;
    verdict.score = static_cast<double>(held) / static_cast<double>(rules.all().size());
    verdict.reason = std::move(reason);
    return verdict;
}

/// A text that keeps the rules as far as they allow one; check_gold() then tries it.
util::Result<std::string> FormatVerifier::gold_completion(const VerifyRequest& request) const {
    const Json& params = request.params;
    std::string sentence = "Well. ";
    for (const Language& language : kLanguages) {
        if (params.value("language", "") == language.id) sentence = language.sentence;
    }
    for (const Script& script : kScripts) {
        const bool other = params.value("script", "latin") != "latin";
        if (other && params.value("script", "") == script.id) sentence = script.sentence;
    }
    std::string text;
    if (params.value("think", "any") == "required") {
        text = request.think_tags ? "" : std::string(kThink);
        text += sentence + std::string(kThinkEnd);
    }
    std::string answer = params.value("boxed", false) ? "\\boxed{1}" : "1";
    if (params.value("answer_tag", false)) {
        answer = std::string(kAnswer) + answer + std::string(kAnswerEnd);
    }
    text += answer;
    const std::size_t least = params.value("min_chars", std::size_t{0});
    std::string filler;
    const std::size_t per_sentence = text::count_code_points(sentence);
    for (std::size_t have = text::count_code_points(text); have < least; have += per_sentence) {
        filler += " " + sentence;
    }
    return text + filler;
}

std::vector<Rewrite> FormatVerifier::rewrites(const VerifyRequest& request) const {
    // The profile plays no part here, so answers are whole completions.
    std::vector<Rewrite> rewrites;
    const Json& params = request.params;
    if (params.value("partial", false)) return {};
    const auto refuse = [&rewrites](const char* rule, std::string text) {
        rewrites.push_back({.rule = rule, .accept = false, .answer = std::move(text)});
    };
    if (params.value("think", "any") == "required") {
        refuse("reasoning not closed", "<think>Some words. 1");
        refuse("two reasonings", "<think>a</think><think>b</think> 1");
    }
    if (params.value("think", "any") == "forbidden") refuse("a tag", "<think>a</think> 1");
    if (params.value("answer_tag", false)) refuse("an empty tag", "<answer> </answer>");
    if (params.value("boxed", false)) refuse("two boxes", "\\boxed{1} \\boxed{1}");
    const Json forbid = params.value("forbid", Json::array());
    if (!forbid.empty()) refuse("a forbidden text", forbid[0].get<std::string>());
    return rewrites;
}

}  // namespace veritune::verify
