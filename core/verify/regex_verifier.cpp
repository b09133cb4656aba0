// SPDX-License-Identifier: Apache-2.0
#include "core/verify/regex_verifier.h"

#include "core/text/utf8.h"
#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/pattern.h"

#include <optional>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

/// Writes one text that a simple pattern matches; what it cannot read it gives up.
class ExampleWriter {
  public:
    explicit ExampleWriter(std::string_view pattern)
        : rest_(pattern) {}

    std::optional<std::string> write() {
        std::string text = alternatives(0);
        if (failed_ || !rest_.empty()) return std::nullopt;
        return text;
    }

  private:
    bool take(std::string_view token) {
        if (!rest_.starts_with(token)) return false;
        rest_.remove_prefix(token.size());
        return true;
    }
    std::string fail() {
        failed_ = true;
        rest_ = {};
        return {};
    }
    std::string alternatives(int depth) {
        if (depth > 32) return fail();
        std::string first = sequence(depth);
        while (take("|")) sequence(depth);
        return first;
    }
    std::string sequence(int depth) {
        std::string text;
        while (!failed_ && !rest_.empty() && rest_.front() != '|' && rest_.front() != ')') {
            const std::string piece = atom(depth);
            for (std::size_t n = repetitions(); n > 0 && text.size() < 4096; --n) text += piece;
        }
        return text;
    }
    std::string atom(int depth) {
        if (take("(?:") || (!rest_.starts_with("(?") && take("("))) {
            std::string inner = alternatives(depth + 1);
            return take(")") ? inner : fail();
        }
        if (take("^") || take("$")) return {};
        if (take("[")) return char_class();
        if (take(".")) return "x";
        const char c = rest_.front();
        if (std::string_view("(*+?{").find(c) != std::string_view::npos) return fail();
        rest_.remove_prefix(1);
        return c == '\\' ? escape() : std::string(1, c);
    }
    std::string escape() {
        if (rest_.empty()) return fail();
        const char c = rest_.front();
        rest_.remove_prefix(1);
        if (c == 'd') return "1";
        if (c == 'w' || c == 'S' || c == 'D') return "a";
        if (c == 's') return " ";
        if (c == 'b' || c == 'A' || c == 'z' || c == 'Z') return {};
        const bool letter =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return letter ? fail() : std::string(1, c);
    }
    std::string char_class() {
        const std::size_t end = rest_.find(']', 1);
        if (end == std::string_view::npos || rest_.starts_with('^') || rest_.starts_with("[:")) {
            return fail();
        }
        const std::string_view inside = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        if (inside.front() != '\\') {
            return inside.substr(0, text::valid_utf8_length(inside, 0)).data() == nullptr
                       ? fail()
                       : std::string(inside.substr(0, text::valid_utf8_length(inside, 0)));
        }
        if (inside.size() < 2) return fail();
        return inside[1] == 'd' ? "1" : inside[1] == 'w' ? "a" : inside[1] == 's' ? " " : fail();
    }
    std::size_t repetitions() {
        std::size_t count = 1;
        if (take("*") || take("?")) {
            count = 0;
        } else if (rest_.starts_with('{')) {
            const std::size_t end = rest_.find('}');
            count = 0;
            for (std::size_t i = 1; i < end && i < 5 && rest_[i] >= '0' && rest_[i] <= '9'; ++i) {
                count = count * 10 + static_cast<std::size_t>(rest_[i] - '0');
            }
            rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        } else {
            take("+");
        }
        if (!take("?")) take("+");
        return count;
    }

    std::string_view rest_;
    bool failed_ = false;
};

std::string pattern_of(const Json& gold) {
    return gold.is_string() ? gold.get<std::string>() : gold.at("pattern").get<std::string>();
}

std::optional<std::string> example_of(const VerifyRequest& request) {
    const Json& holder = request.gold.is_object() ? request.gold : request.params;
    if (!holder.contains("example")) return std::nullopt;
    return holder.at("example").get<std::string>();
}

std::string try_example(const Pattern& pattern, const VerifyRequest& request) {
    const std::optional<std::string> example = example_of(request);
    if (!example) return {};
    const PatternResult result = pattern.full_match(text::trim(*example));
    if (result == PatternResult::kLimit) return "example_hits_limit";
    return result == PatternResult::kMatch ? "" : "example_fails";
}

}  // namespace

double RegexVerifier::gold_cost(const VerifyRequest& request) const {
    const util::Result<Pattern> pattern =
        Pattern::make(pattern_of(request.gold), request.params.value("ignore_case", false));
    const std::optional<std::string> example = example_of(request);
    if (!pattern || !example) return 0.0;
    const bool over = pattern->full_match(text::trim(*example), 0.5) == PatternResult::kLimit;
    return over ? 1.0 : 0.0;
}

Json RegexVerifier::params_schema() const {
    return {{"type", "object"},
            {"additionalProperties", false},
            {"properties",
             {{"ignore_case", {{"type", "boolean"}}}, {"example", {{"type", "string"}}}}}};
}

Json RegexVerifier::gold_schema() const {
    const Json text = {{"type", "string"}};
    return {{"type", {"string", "object"}},
            {"required", {"pattern"}},
            {"additionalProperties", false},
            {"properties", {{"pattern", text}, {"example", text}}}};
}

Verdict RegexVerifier::verify(const VerifyRequest& request) const {
    using enum VerdictStatus;
    Verdict verdict;
    verdict.method = "string";
    verdict.operations = 1;
    const std::string text = pattern_of(request.gold);
    const util::Result<Pattern> pattern =
        Pattern::make(text, request.params.value("ignore_case", false));
    if (!pattern) {
        return refuse(std::move(verdict), kInvalidGold, "bad_gold: " + pattern.error().message);
    }
    if (std::string fault = try_example(*pattern, request); !fault.empty()) {
        return refuse(std::move(verdict), kInvalidGold, fault);
    }
    verdict.gold_normal = text;
    AnswerReading reading = read_answer(request, std::move(verdict), text.size());
    if (reading.decided) return std::move(reading.verdict);
    verdict = std::move(reading.verdict);
    const std::string_view answer = text::trim(verdict.extracted);
    verdict.answer_normal = answer;
    const PatternResult result = pattern->full_match(answer);
    verdict.steps.push_back({.what = "full match of " + text,
                             .ok = result == PatternResult::kMatch,
                             .detail = "",
                             .span = verdict.span});
    if (result == PatternResult::kLimit) {
        return refuse(std::move(verdict), kBudgetExceeded, "match_limit");
    }
    if (result == PatternResult::kNoMatch) {
        return refuse(std::move(verdict), kIncorrect, "no_match");
    }
    return accept(std::move(verdict));
}

util::Result<std::string> RegexVerifier::gold_completion(const VerifyRequest& request) const {
    std::optional<std::string> example = example_of(request);
    if (!example) example = ExampleWriter(pattern_of(request.gold)).write();
    if (!example || text::trim(*example).empty()) {
        return util::fail(util::ErrorCode::kInvalidArgument, "needs_example");
    }
    return write_answer(*example, request.profile, request.think_tags);
}

}  // namespace veritune::verify
