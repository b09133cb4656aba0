// SPDX-License-Identifier: Apache-2.0
#include "core/verify/instance.h"

#include "core/text/utf8.h"
#include "core/verify/text_exact_verifier.h"

namespace veritune::verify {

using util::Json;

Instance read_instance(const VerifyRequest& request, std::string_view key) {
    Instance instance;
    if (request.params.contains(std::string(key))) {
        instance.data = request.params;
        instance.solution = request.gold;
        return instance;
    }
    instance.data = request.gold.is_object() ? request.gold : Json::object();
    instance.solution = instance.data.value("solution", Json());
    // Limits and partial credit are params, wherever the instance stands.
    for (const auto& [name, value] : request.params.items()) instance.data[name] = value;
    return instance;
}

Json instance_params_schema() { return {{"type", "object"}}; }

Json instance_gold_schema() { return {{"type", {"object", "array", "string", "null"}}}; }

std::optional<Json> last_json(std::string_view text) {
    // Begins of values, outermost first; strings hide brackets. A bracket that is never closed
    // (prose) must not hide the values behind it, so the last closed outermost value counts.
    std::vector<std::size_t> open;
    std::optional<std::pair<std::size_t, std::size_t>> best;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\') ++i;
            if (c == '"' || c == '\n') quoted = false;
            continue;
        }
        if (c == '"') quoted = !open.empty();
        if (c == '[' || c == '{') open.push_back(i);
        if ((c != ']' && c != '}') || open.empty()) continue;
        const std::size_t begin = open.back();
        open.pop_back();
        const bool pair = (c == ']') == (text[begin] == '[');
        if (pair && (!best || begin > best->second || begin < best->first)) best = {begin, i + 1};
    }
    if (!best) return std::nullopt;
    const util::Result<Json> parsed = util::parse_json(
        text.substr(best->first, best->second - best->first),
        "answer",
        {.max_bytes = std::size_t{1} << 20, .max_depth = 64, .max_nodes = 100'000});
    if (!parsed) return std::nullopt;
    return *parsed;
}

std::vector<std::string> words_of(std::string_view text) {
    const std::string folded = fold_text(text, {});
    std::vector<std::string> words;
    std::string word;
    for (std::size_t pos = 0; pos < folded.size();) {
        const text::CodePoint point = text::decode_utf8(folded, pos);
        if (text::is_word_char(point.value)) {
            word += folded.substr(pos, point.length);
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
        pos += point.length;
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = text::trim(text.substr(begin, end - begin));
        if (!line.empty()) lines.emplace_back(line);
        begin = end + 1;
    }
    return lines;
}

std::string replaced_all(std::string_view text, std::string_view what, std::string_view with) {
    std::string result;
    std::size_t begin = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos;
         at = text.find(what, begin)) {
        result.append(text.substr(begin, at - begin));
        result.append(with);
        begin = at + what.size();
    }
    result.append(text.substr(begin));
    return result;
}

std::optional<long> small_int(const Json& value, long min, long max) {
    if (!value.is_number_integer()) return std::nullopt;
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > 1'000'000'000U) {
        return std::nullopt;
    }
    const long number = value.get<long>();
    if (number < min || number > max) return std::nullopt;
    return number;
}

}  // namespace veritune::verify
