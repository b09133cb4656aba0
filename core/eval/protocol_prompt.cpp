// SPDX-License-Identifier: Apache-2.0
#include "core/eval/protocol_prompt.h"

#include "core/verify/code_values.h"

#include <array>
#include <charconv>

namespace veritune::eval {
namespace {

using verify::CodeValue;

std::string question_of(const data::Problem& problem) {
    if (problem.messages.empty()) return problem.prompt;
    std::string text;
    for (const text::Message& message : problem.messages) {
        if (message.role == "user") text += (text.empty() ? "" : "\n") + message.content;
    }
    return text;
}

/// Both sentences are those of our importer of HumanEval and MBPP.
std::string task_of(const std::string& question) {
    for (const std::string_view added :
         {"\nYour code must pass this test among others:", "\nThe function must be called "}) {
        const std::size_t at = question.find(added);
        if (at != std::string::npos) return question.substr(0, at);
    }
    return question;
}

std::string gold_text(const util::Json& gold, const char* key) {
    if (!gold.is_object()) return {};
    const auto value = gold.find(key);
    return value != gold.end() && value->is_string() ? value->get<std::string>() : std::string();
}

std::string python_string(const std::string& text) {
    const bool single = text.find('\'') == std::string::npos || text.find('"') != std::string::npos;
    const char quote = single ? '\'' : '"';
    std::string out(1, quote);
    for (const char c : text) {
        if (c == quote || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n' || c == '\r' || c == '\t') {
            out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
        } else {
            out += c;
        }
    }
    return out + quote;
}

/// Hexadecimal as in a gold; decimal where 64 bits hold it.
std::string python_integer(const std::string& hex) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
    if (error == std::errc() && end == hex.data() + hex.size()) return std::to_string(value);
    return hex.starts_with('-') ? "-0x" + hex.substr(1) : "0x" + hex;
}

std::string python_float(double value) {
    std::array<char, 32> text{};
    const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
    std::string out(text.data(), result.ptr);
    const bool whole = out.find_first_of(".en") == std::string::npos;
    return whole ? out + ".0" : out;
}

std::string python_text(const CodeValue& value);

std::string python_items(const CodeValue& value, std::string_view open, std::string_view close) {
    std::string out(open);
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        if (i > 0) out += ", ";
        out += python_text(value.items[i]);
    }
    if (value.kind == CodeValue::Kind::kTuple && value.items.size() == 1) out += ',';
    return out.append(close);
}

std::string python_dict(const CodeValue& value) {
    std::string out = "{";
    for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
        if (i > 0) out += ", ";
        out += python_text(value.items[i]) + ": " + python_text(value.items[i + 1]);
    }
    return out + "}";
}

std::string python_text(const CodeValue& value) {
    using Kind = CodeValue::Kind;
    switch (value.kind) {
        case Kind::kNone:
            return "None";
        case Kind::kBool:
            return value.flag ? "True" : "False";
        case Kind::kInt:
            return python_integer(value.text);
        case Kind::kFloat:
            return python_float(value.re);
        case Kind::kStr:
            return python_string(value.text);
        case Kind::kList:
            return python_items(value, "[", "]");
        case Kind::kTuple:
            return python_items(value, "(", ")");
        case Kind::kSet:
            return value.items.empty() ? "set()" : python_items(value, "{", "}");
        case Kind::kDict:
            return python_dict(value);
        case Kind::kComplex:
        case Kind::kBytes:
        case Kind::kDeque:
            break;
    }
    return verify::python_literal(value);
}

}  // namespace

std::string python_tests(const util::Json& gold) {
    std::string tests;
    if (!gold.is_object() || !gold.contains("cases") || !gold["cases"].is_array()) return tests;
    for (const util::Json& one : gold["cases"]) {
        if (!one.is_object() || !one.contains("call") || !one["call"].is_string() ||
            !one.contains("expected"))
            continue;
        const auto expected = verify::gold_code_value(one["expected"]);
        if (!expected) continue;
        tests += (tests.empty() ? "assert " : "\nassert ") + one["call"].get<std::string>() +
                 " == " + python_text(*expected);
    }
    return tests;
}

std::map<std::string, std::string> variables_of(const data::Problem& problem) {
    const std::string question = question_of(problem);
    return {{"question", question},
            {"task", task_of(question)},
            {"setup", gold_text(problem.gold, "setup")},
            {"reference", gold_text(problem.gold, "reference")},
            {"tests", python_tests(problem.gold)},
            {"solution", problem.solution}};
}

std::string fill_in(std::string_view text, const std::map<std::string, std::string>& variables) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t open = text.find('{', at);
        if (open == std::string_view::npos) return out.append(text.substr(at));
        out += text.substr(at, open - at);
        const std::size_t close = text.find('}', open);
        const auto name =
            close == std::string_view::npos
                ? variables.end()
                : variables.find(std::string(text.substr(open + 1, close - open - 1)));
        if (name == variables.end()) {
            out += '{';
            at = open + 1;
            continue;
        }
        out += name->second;
        at = close + 1;
    }
    return out;
}

RenderedPrompt render_prompt(const Protocol& protocol, const data::Problem& problem) {
    const ProtocolPrompt& p = protocol.prompt;
    const auto variables = variables_of(problem);
    std::string text;
    for (const data::Problem& example : p.examples)
        text += fill_in(p.shot, variables_of(example)) + p.between;
    text += fill_in(p.text, variables);
    RenderedPrompt rendered{.problem = problem, .prefix = fill_in(p.prefix, variables)};
    if (p.kind == PromptKind::kOwn) return rendered;
    rendered.problem.prompt.clear();
    rendered.problem.messages.clear();
    if (p.kind == PromptKind::kPlain) {
        rendered.problem.prompt = std::move(text);
        return rendered;
    }
    std::vector<text::Message>& messages = rendered.problem.messages;
    if (!p.system.empty())
        messages.push_back({.role = "system", .content = fill_in(p.system, variables)});
    messages.push_back({.role = "user", .content = std::move(text)});
    return rendered;
}

std::string answer_text(const ProtocolColumn& column,
                        const data::Problem& problem,
                        std::string_view prefix,
                        std::string_view completion) {
    auto variables = variables_of(problem);
    variables["prefix"] = prefix;
    variables["completion"] = completion;
    return fill_in(column.answer, variables);
}

CutText cut_at_stop(std::string_view completion, const std::vector<std::string>& stop) {
    std::size_t end = completion.size();
    bool stopped = false;
    for (const std::string& word : stop) {
        const std::size_t at = completion.find(word);
        if (at >= end) continue;
        end = at;
        stopped = true;
    }
    return {.text = completion.substr(0, end), .stopped = stopped};
}

}  // namespace veritune::eval
