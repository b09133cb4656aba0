// SPDX-License-Identifier: Apache-2.0
#include "core/verify/citation_verifier.h"

#include "core/text/utf8.h"
#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/text_exact_verifier.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

constexpr std::size_t kMaxQuotes = 256;

struct Mark {
    std::string_view from;
    std::string_view to;
};
constexpr Mark kMarks[] = {
    {"\xE2\x80\x9C", "\""},
    {"\xE2\x80\x9D", "\""},
    {"\xE2\x80\x9E", "\""},
    {"\xC2\xAB", "\""},
    {"\xC2\xBB", "\""},
    {"\xE2\x80\x98", "'"},
    {"\xE2\x80\x99", "'"},
    {"\xE2\x80\x9A", "'"},
    {"\xE2\x80\x90", "-"},
    {"\xE2\x80\x91", "-"},
    {"\xE2\x80\x92", "-"},
    {"\xE2\x80\x93", "-"},
    {"\xE2\x80\x94", "-"},
    {"\xE2\x88\x92", "-"},
    {"\xC2\xA0", " "},
    {"\xC2\xAD", ""},
};

/// Quotes and dashes of one kind, then the folding of text_exact.
std::string fold(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto* mark = std::ranges::find_if(
            kMarks, [text](const Mark& entry) { return text.starts_with(entry.from); });
        if (mark == std::end(kMarks)) {
            out += text.front();
            text.remove_prefix(1);
        } else {
            out += mark->to;
            text.remove_prefix(mark->from.size());
        }
    }
    return fold_text(out, {});
}

struct Quotes {
    std::vector<std::string_view> texts;
    bool open = false;  ///< the last one is never closed
};

/// Every opening mark with the marks that may close it.
struct Pair {
    std::string_view open;
    std::string_view close[2];
};
constexpr Pair kPairs[] = {
    {"\"", {"\"", "\""}},
    {"\xE2\x80\x9C", {"\xE2\x80\x9D", "\xE2\x80\x9D"}},
    {"\xE2\x80\x9E", {"\xE2\x80\x9C", "\xE2\x80\x9D"}},
    {"\xC2\xAB", {"\xC2\xBB", "\xC2\xBB"}},
    {"\xC2\xBB", {"\xC2\xAB", "\xC2\xAB"}},
    {"``", {"''", "\""}},
};

Quotes find_quotes(std::string_view text) {
    Quotes quotes;
    for (std::size_t pos = 0; pos < text.size();) {
        const std::string_view rest = text.substr(pos);
        const auto* pair = std::ranges::find_if(
            kPairs, [rest](const Pair& entry) { return rest.starts_with(entry.open); });
        if (pair == std::end(kPairs)) {
            ++pos;
            continue;
        }
        const std::size_t begin = pos + pair->open.size();
        const std::size_t first = text.find(pair->close[0], begin);
        const std::size_t second = text.find(pair->close[1], begin);
        const std::size_t end = std::min(first, second);
        if (end == std::string_view::npos) {
            quotes.open = true;
            return quotes;
        }
        quotes.texts.push_back(text.substr(begin, end - begin));
        pos = end + (end == first ? pair->close[0] : pair->close[1]).size();
    }
    return quotes;
}

std::size_t count_words(std::string_view folded) {
    std::size_t words = 0;
    bool inside = false;
    for (std::size_t pos = 0; pos < folded.size();) {
        const text::CodePoint point = text::decode_utf8(folded, pos);
        const bool word = text::is_word_char(point.value);
        if (word && !inside) ++words;
        // "don't" and "e-mail" are one word each.
        inside = word || (inside && (folded[pos] == '\'' || folded[pos] == '-'));
        pos += point.length;
    }
    return words;
}

/// A quotation's parts between ellipses, folded.
std::vector<std::string> parts_of(std::string_view quote) {
    std::string text = fold(quote);
    for (const std::string_view sign :
         {"[...]", "[\xE2\x80\xA6]", "(...)", "\xE2\x80\xA6", "..."}) {
        for (std::size_t at = text.find(sign); at != text.npos; at = text.find(sign)) {
            text.replace(at, sign.size(), "\x01");
        }
    }
    std::vector<std::string> parts;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] != '\x01') continue;
        const std::string_view part = text::trim(std::string_view(text).substr(begin, i - begin));
        if (!part.empty()) parts.emplace_back(part);
        begin = i + 1;
    }
    return parts;
}

bool is_word_at(std::string_view text, std::size_t pos) {
    return pos < text.size() && text::is_word_char(text::decode_utf8(text, pos).value);
}

/// A part may not begin or end inside a word: "art" is no quotation of "party".
bool on_word_edges(std::string_view source, std::size_t begin, std::size_t end) {
    const auto before = [source](std::size_t pos) {
        do --pos;
        while (pos > 0 && (static_cast<unsigned char>(source[pos]) & 0xC0U) == 0x80U);
        return pos;
    };
    const bool front = begin > 0 && is_word_at(source, begin) && is_word_at(source, before(begin));
    const bool back =
        end < source.size() && is_word_at(source, end) && is_word_at(source, before(end));
    return !front && !back;
}

using Places = std::vector<text::Span>;

/// All parts in their order; nullopt: not there. A leftmost choice finds them if anything does.
std::optional<Places> find_parts(std::string_view source, const std::vector<std::string>& parts) {
    Places places;
    std::size_t from = 0;
    for (const std::string& part : parts) {
        std::size_t at = source.find(part, from);
        while (at != std::string_view::npos && !on_word_edges(source, at, at + part.size())) {
            at = source.find(part, at + 1);
        }
        if (at == std::string_view::npos) return std::nullopt;
        places.push_back({at, at + part.size()});
        from = at + part.size();
    }
    return places;
}

struct Task {
    std::map<std::string, std::string> sources;  ///< folded, only those that may be quoted
    std::vector<std::string> must_cover;         ///< folded
    std::size_t min_words = 3;
    std::size_t min_quotes = 1;
    std::size_t bytes = 0;
    std::string fault;
};

std::vector<std::string> texts_of(const Json& value) {
    if (value.is_string()) return {value.get<std::string>()};
    if (value.is_array()) return value.get<std::vector<std::string>>();
    return {};
}

Task read_task(const VerifyRequest& request) {
    Task task;
    const Json& sources = request.params.at("sources");
    std::vector<std::string> ids = texts_of(request.gold);
    if (request.gold.is_null()) {
        for (const auto& item : sources.items()) ids.push_back(item.key());
    }
    if (ids.empty()) task.fault = "no source";
    for (const std::string& id : ids) {
        if (!sources.contains(id)) {
            task.fault = "there is no source with the id " + id;
            return task;
        }
        const auto& text = sources.at(id).get_ref<const std::string&>();
        task.bytes += text.size();
        task.sources[id] = fold(text);
    }
    task.min_words = request.params.value("min_words", std::size_t{3});
    task.min_quotes = request.params.value("min_quotes", std::size_t{1});
    for (const std::string& text : texts_of(request.params.value("must_cover", Json()))) {
        task.must_cover.push_back(fold(text));
        const bool known = std::ranges::any_of(task.sources, [&](const auto& source) {
            return source.second.find(task.must_cover.back()) != std::string::npos;
        });
        if (!known || task.must_cover.back().empty()) task.fault = "must_cover is in no source";
    }
    return task;
}

/// Whether the union of the places covers one occurrence of the text in the source.
bool covers(const std::string& source, Places places, const std::string& wanted) {
    std::ranges::sort(places, {}, &text::Span::begin);
    for (std::size_t at = source.find(wanted); at != source.npos;
         at = source.find(wanted, at + 1)) {
        std::size_t reached = at;
        for (const text::Span& place : places) {
            // White space between two quotations is nothing that anybody could quote.
            while (reached < source.size() && source[reached] == ' ') ++reached;
            if (place.begin <= reached) reached = std::max(reached, place.end);
        }
        if (reached >= at + wanted.size()) return true;
    }
    return false;
}

Verdict judge(Verdict verdict, const Task& task, const Quotes& quotes) {
    using enum VerdictStatus;
    std::map<std::string, Places> cited;
    std::size_t counted = 0;
    std::string fault;
    for (const std::string_view quote : quotes.texts) {
        if (count_words(fold(quote)) < task.min_words) continue;
        ++counted;
        const std::vector<std::string> parts = parts_of(quote);
        std::string where;
        for (const auto& [id, source] : task.sources) {
            const std::optional<Places> places = find_parts(source, parts);
            if (!places) continue;
            cited[id].insert(cited[id].end(), places->begin(), places->end());
            where += (where.empty() ? "" : "; ") + id + " " +
                     std::to_string(places->front().begin) + "-" +
                     std::to_string(places->back().end);
        }
        const bool found = !where.empty();
        if (!found) fault = "not_in_source";
        verdict.steps.push_back({.what = std::string(quote.substr(0, 200)),
                                 .ok = found,
                                 .detail = found ? where : "in no source, word for word",
                                 .span = verdict.span});
    }
    verdict.operations = static_cast<std::int64_t>(1 + counted * task.sources.size());
    verdict.answer_normal = std::to_string(counted) + " quotation(s)";
    if (fault.empty() && counted < task.min_quotes) fault = "no_quote";
    if (fault.empty() && quotes.open) fault = "open_quote";
    for (const std::string& wanted : task.must_cover) {
        const bool covered = std::ranges::any_of(task.sources, [&](const auto& source) {
            return covers(source.second, cited[source.first], wanted);
        });
        if (fault.empty() && !covered) fault = "not_covered";
    }
    if (!fault.empty()) return refuse(std::move(verdict), kIncorrect, fault);
    return accept(std::move(verdict));
}

}  // namespace

Json CitationVerifier::params_schema() const {
    const Json count = {{"type", "integer"}, {"minimum", 1}, {"maximum", 256}};
    const Json text = {{"type", "string"}};
    return {{"type", "object"},
            {"required", {"sources"}},
            {"additionalProperties", false},
            {"properties",
             {{"sources", {{"type", "object"}, {"additionalProperties", text}}},
              {"min_words", count},
              {"min_quotes", count},
              {"must_cover", {{"type", {"string", "array"}}, {"items", text}}}}}};
}

Json CitationVerifier::gold_schema() const {
    return {{"type", {"string", "array", "null"}}, {"items", {{"type", "string"}}}};
}

Verdict CitationVerifier::verify(const VerifyRequest& request) const {
    Verdict verdict;
    verdict.method = "string";
    verdict.operations = 1;
    const Task task = read_task(request);
    if (!task.fault.empty()) return bad_params(std::move(verdict), task.fault);
    for (const auto& source : task.sources) {
        verdict.gold_normal += (verdict.gold_normal.empty() ? "" : ", ") + source.first;
    }
    AnswerReading reading = read_answer(request, std::move(verdict), task.bytes);
    if (reading.decided) return std::move(reading.verdict);
    const std::string answer = reading.verdict.extracted;
    const Quotes quotes = find_quotes(answer);
    if (quotes.texts.size() > kMaxQuotes) {
        return refuse(
            std::move(reading.verdict), VerdictStatus::kBudgetExceeded, "too_many_quotes");
    }
    return judge(std::move(reading.verdict), task, quotes);
}

util::Result<std::string> CitationVerifier::gold_completion(const VerifyRequest& request) const {
    const Task task = read_task(request);
    if (!task.fault.empty()) return util::fail(util::ErrorCode::kInvalidArgument, "bad_params");
    std::vector<std::string> wanted = task.must_cover;
    // Sentences of their own, so that a source's quotation marks do not end the quotation.
    for (const auto& source : task.sources) {
        std::size_t begin = 0;
        const std::string& text = source.second;
        while (begin < text.size() && wanted.size() < task.must_cover.size() + task.min_quotes) {
            const std::size_t end = std::min(text.find_first_of("\".", begin), text.size());
            const std::string part(text::trim(std::string_view(text).substr(begin, end - begin)));
            if (count_words(part) >= task.min_words) wanted.push_back(part);
            begin = end + 1;
        }
    }
    std::string answer;
    for (const std::string& text : wanted) {
        const bool plain = text.find('"') == std::string::npos;
        answer += (answer.empty() ? "" : " ") +
                  (plain ? "\"" + text + "\"" : "\xC2\xAB" + text + "\xC2\xBB");
    }
    return write_answer(answer, request.profile, request.think_tags);
}

}  // namespace veritune::verify
