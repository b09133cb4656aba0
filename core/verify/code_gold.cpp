// SPDX-License-Identifier: Apache-2.0
#include "core/verify/code_gold.h"

#include <array>
#include <optional>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;
using util::Result;

constexpr std::size_t kMaxCases = 1024;
constexpr double kHiddenShare = 0.3;

util::Error bad(const std::string& what) {
    return util::fail(util::ErrorCode::kInvalidArgument, what);
}

std::string text_of(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<CompareMode> mode_named(const std::string& name) {
    struct Known {
        std::string_view name;
        CompareMode mode;
    };
    constexpr std::array<Known, 4> kModes = {{{"strict", CompareMode::kStrict},
                                              {"python_eq", CompareMode::kPythonEq},
                                              {"approx", CompareMode::kApprox},
                                              {"unordered", CompareMode::kUnordered}}};
    for (const Known& known : kModes) {
        if (known.name == name) return known.mode;
    }
    return std::nullopt;
}

/// "approx" or {"mode":"approx","atol":1e-6,"rtol":1e-7}.
Result<CompareRule> read_compare(const Json& json, CompareRule rule) {
    const std::string name = json.is_string() ? json.get<std::string>() : text_of(json, "mode");
    const auto mode = mode_named(name);
    if (!mode) return bad("compare must be strict, python_eq, approx or unordered");
    rule.mode = *mode;
    for (const auto& [key, target] : {std::pair{"atol", &rule.atol}, {"rtol", &rule.rtol}}) {
        if (!json.is_object() || !json.contains(key)) continue;
        const Json& number = json.at(key);
        if (!number.is_number() || number.get<double>() < 0.0) return bad("atol and rtol are >= 0");
        *target = number.get<double>();
    }
    return rule;
}

Result<CodeCase> read_case(const Json& json, CompareRule compare) {
    CodeCase one{.setup = text_of(json, "setup"),
                 .call = text_of(json, "call"),
                 .input = text_of(json, "stdin"),
                 .predicate = text_of(json, "predicate"),
                 .expected_stdout = text_of(json, "expected_stdout"),
                 .compare = compare};
    if (json.contains("compare")) {
        VT_ASSIGN(one.compare, read_compare(json.at("compare"), compare));
    }
    const bool call = !one.call.empty();
    if (json.contains("stdin") || json.contains("expected_stdout")) {
        if (call || !json.contains("expected_stdout")) return bad("stdin needs expected_stdout");
        one.kind = CaseKind::kStdio;
        return one;
    }
    if (!call) return bad("neither call nor stdin");
    if (json.contains("expected") == !one.predicate.empty()) {
        return bad("exactly one of expected and predicate");
    }
    if (!one.predicate.empty()) return one;
    auto expected = gold_code_value(json.at("expected"));
    if (!expected) return bad(expected.error().message);
    one.expected = std::move(expected).value();
    return one;
}

/// The first `visible` cases stand in the prompt: a program that knows them by heart must not pass.
util::Status check_hidden(const Json& gold, const std::vector<CodeCase>& cases) {
    const auto visible = gold.value("visible", std::int64_t{0});
    const auto count = static_cast<std::int64_t>(cases.size());
    if (visible < 0 || visible > count) return bad("visible is larger than the number of cases");
    const auto hidden = static_cast<double>(count - visible);
    if (visible > 0 && hidden < kHiddenShare * static_cast<double>(count)) {
        return bad("at least 30 % of the cases must be hidden");
    }
    for (std::int64_t h = visible; h < count; ++h) {
        for (std::int64_t v = 0; v < visible; ++v) {
            const CodeCase& a = cases[static_cast<std::size_t>(h)];
            const CodeCase& b = cases[static_cast<std::size_t>(v)];
            if (a.kind == b.kind && a.setup == b.setup && a.call == b.call && a.input == b.input) {
                return bad("a hidden case repeats a visible one");
            }
        }
    }
    return {};
}

}  // namespace

Result<CodeGold> read_code_gold(const Json& gold) {
    CodeGold out{.setup = text_of(gold, "setup"),
                 .checker = text_of(gold, "checker"),
                 .reference = text_of(gold, "reference"),
                 .cases = {},
                 .numeric = gold.value("numeric", false),
                 .canary = gold.value("canary", false)};
    CompareRule compare;
    if (gold.contains("compare")) {
        VT_ASSIGN(compare, read_compare(gold.at("compare"), compare));
    }
    const Json& cases = gold.at("cases");
    if (cases.empty() || cases.size() > kMaxCases) return bad("1 to 1024 cases are needed");
    for (std::size_t i = 0; i < cases.size(); ++i) {
        auto one = read_case(cases[i], compare);
        if (!one) return bad("case " + std::to_string(i + 1) + ": " + one.error().message);
        out.cases.push_back(std::move(one).value());
    }
    VT_TRY(check_hidden(gold, out.cases));
    return out;
}

}  // namespace veritune::verify
