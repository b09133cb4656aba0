// SPDX-License-Identifier: Apache-2.0
#include "core/verify/choice_verifier.h"

#include "core/text/answer_text.h"
#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/choice_reader.h"

#include <algorithm>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

constexpr std::size_t kMaxOptions = 64;
constexpr std::size_t kMaxTextBytes = 1024;

struct Question {
    std::vector<Option> options;
    bool multi = false;
    std::string fault;  ///< of the params; empty when they are right
};

bool is_key(std::string_view key) {
    return !key.empty() && key.size() <= 16 && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    });
}

Question read_params(const Json& params) {
    Question question;
    question.multi = params.value("multi", false);
    const auto options = params.find("options");
    if (options == params.end()) {
        for (char key = 'A'; key <= 'Z'; ++key)
            question.options.push_back({std::string(1, key), ""});
        return question;
    }
    std::set<std::string> folded;
    for (const auto& [key, text] : options->items()) {
        question.options.push_back({key, text.get<std::string>()});
        if (!is_key(key)) question.fault = "a key is not 1 to 16 letters and digits";
        if (!folded.insert(text::fold_case(key)).second) question.fault = "two keys differ in case";
        if (question.options.back().text.size() > kMaxTextBytes) question.fault = "a long option";
    }
    const std::size_t count = question.options.size();
    if (count < 2 || count > kMaxOptions) question.fault = "there must be 2 to 64 options";
    return question;
}

/// Empty when the gold does not fit the question.
std::set<std::string> read_gold(const Json& gold, const Question& question) {
    std::set<std::string> keys;
    if (gold.is_array() != question.multi) return {};
    for (const Json& key : gold.is_array() ? gold : Json::array({gold})) {
        const bool known = std::ranges::any_of(question.options, [&key](const Option& option) {
            return option.key == key.get_ref<const std::string&>();
        });
        if (!known || !keys.insert(key.get<std::string>()).second) return {};
    }
    return keys;
}

std::string joined(const std::set<std::string>& keys) {
    std::string text;
    for (const std::string& key : keys) {
        if (!text.empty()) text += ", ";
        text += key;
    }
    return text;
}

std::string fault_of(const NamedOptions& named,
                     const std::set<std::string>& gold,
                     const Question& question) {
    if (named.keys.empty()) return "no_option";
    if (!question.multi && named.keys.size() > 1) return "many_options";
    if (named.alternatives) return "hedged";
    if (named.keys != gold) return "wrong_option";
    return named.firm ? "" : "unclear";
}

Verdict compare(Verdict verdict, const Question& question, const std::set<std::string>& gold) {
    const NamedOptions named = read_options(verdict.extracted, question.options, question.multi);
    verdict.answer_normal = joined(named.keys);
    const std::string fault = fault_of(named, gold, question);
    if (!named.negated.empty()) {
        verdict.steps.push_back({.what = "ignored: not " + joined(named.negated),
                                 .ok = true,
                                 .detail = "",
                                 .span = verdict.span});
    }
    std::string names = "names ";
    names += named.keys.empty() ? "nothing" : verdict.answer_normal;
    verdict.steps.push_back({.what = std::move(names),
                             .ok = fault.empty(),
                             .detail = fault.empty() ? "" : "expected " + verdict.gold_normal,
                             .span = verdict.span});
    if (!fault.empty()) return refuse(std::move(verdict), VerdictStatus::kIncorrect, fault);
    return accept(std::move(verdict));
}

}  // namespace

Json ChoiceVerifier::params_schema() const {
    const Json options = {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}};
    return {{"type", "object"},
            {"additionalProperties", false},
            {"properties", {{"options", options}, {"multi", {{"type", "boolean"}}}}}};
}

Json ChoiceVerifier::gold_schema() const {
    return {{"type", {"string", "array"}}, {"items", {{"type", "string"}}}};
}

Verdict ChoiceVerifier::verify(const VerifyRequest& request) const {
    Verdict verdict;
    verdict.method = "string";
    verdict.operations = 1;
    const Question question = read_params(request.params);
    if (!question.fault.empty()) return bad_params(std::move(verdict), question.fault);
    const std::set<std::string> gold = read_gold(request.gold, question);
    if (gold.empty()) return bad_gold(std::move(verdict));
    verdict.gold_normal = joined(gold);
    std::size_t gold_bytes = 0;
    for (const Option& option : question.options) {
        if (gold.contains(option.key)) gold_bytes += option.key.size() + option.text.size();
    }
    AnswerReading reading = read_answer(request, std::move(verdict), gold_bytes);
    if (reading.decided) return std::move(reading.verdict);
    return compare(std::move(reading.verdict), question, gold);
}

util::Result<std::string> ChoiceVerifier::gold_completion(const VerifyRequest& request) const {
    const Question question = read_params(request.params);
    const std::set<std::string> gold =
        question.fault.empty() ? read_gold(request.gold, question) : std::set<std::string>{};
    if (gold.empty()) return util::fail(util::ErrorCode::kInvalidArgument, "bad_gold");
    return write_answer(joined(gold), request.profile, request.think_tags);
}

}  // namespace veritune::verify
