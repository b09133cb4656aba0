// SPDX-License-Identifier: Apache-2.0
#include "core/verify/number_comparison.h"

#include "core/verify/numeric_verifier.h"

#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

/// A gold is written by a person or a program that means it: no more digits than this.
constexpr std::size_t kMaxGoldBytes = std::size_t{16} << 10;

/// The optional param `key`; `fault` says what is wrong with it.
std::optional<Rational> number_param(const Json& params, const char* key, std::string& fault) {
    const auto found = params.find(key);
    if (found == params.end()) return std::nullopt;
    std::optional<Rational> number = number_of(*found);
    if (!number) fault = std::string(key) + " is not a number";
    return number;
}

Rational to_sigfigs(const Rational& value, long figures) {
    if (value.is_zero()) return value;
    return value.rounded(figures - 1 - value.magnitude());
}

}  // namespace

std::optional<Rational> number_of(const Json& value) {
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (text.size() > kMaxGoldBytes) return std::nullopt;
    ParsedNumber parsed = parse_number(text);
    if (parsed.fault != NumberFault::kNone) return std::nullopt;
    return std::move(parsed.value);
}

/// Params are checked against the schema; what it cannot say is checked here. `fault` is empty
/// when they are right.
Comparison read_comparison(const Json& params, std::string& fault) {
    Comparison how;
    int modes = 0;
    const auto choose = [&how, &modes](CompareMode mode) {
        how.mode = mode;
        ++modes;
    };
    if (params.contains("atol") || params.contains("rtol")) choose(CompareMode::kTolerance);
    if (params.contains("decimals")) choose(CompareMode::kDecimals);
    if (params.contains("sigfigs")) choose(CompareMode::kSigfigs);
    if (params.contains("lower") || params.contains("upper")) choose(CompareMode::kLimits);
    if (modes > 1) fault = "more than one mode of comparison";
    how.atol = number_param(params, "atol", fault).value_or(Rational());
    how.rtol = number_param(params, "rtol", fault).value_or(Rational());
    if (how.atol < Rational() || how.rtol < Rational()) fault = "a tolerance is negative";
    if (how.mode == CompareMode::kDecimals) how.places = params.at("decimals").get<long>();
    if (how.mode == CompareMode::kSigfigs) how.places = params.at("sigfigs").get<long>();
    how.lower = number_param(params, "lower", fault);
    how.upper = number_param(params, "upper", fault);
    if (how.lower && how.upper && *how.lower > *how.upper) fault = "lower is above upper";
    if (const auto mark = params.find("decimal_mark"); mark != params.end()) {
        how.decimal_mark = mark->get_ref<const std::string&>().front();
    }
    return how;
}

bool is_equal(const Comparison& how, const Rational& answer, const Rational& gold) {
    switch (how.mode) {
        case CompareMode::kExact:
            return answer == gold;
        case CompareMode::kTolerance:
            return (answer - gold).abs() <= how.atol + how.rtol * gold.abs();
        case CompareMode::kDecimals:
            return answer.rounded(how.places) == gold.rounded(how.places);
        case CompareMode::kSigfigs:
            return to_sigfigs(answer, how.places) == to_sigfigs(gold, how.places);
        case CompareMode::kLimits:
            return (!how.lower || answer >= *how.lower) && (!how.upper || answer <= *how.upper);
    }
    return false;
}

std::string describe(const Comparison& how, const std::string& answer, const std::string& gold) {
    switch (how.mode) {
        case CompareMode::kExact:
            return answer + " = " + gold;
        case CompareMode::kTolerance:
            return "|" + answer + " - " + gold + "| <= " + how.atol.to_string() + " + " +
                   how.rtol.to_string() + " * |" + gold + "|";
        case CompareMode::kDecimals:
            return answer + " = " + gold + " to " + std::to_string(how.places) + " decimals";
        case CompareMode::kSigfigs:
            return answer + " = " + gold + " to " + std::to_string(how.places) + " figures";
        case CompareMode::kLimits:
            return (how.lower ? how.lower->to_string() + " <= " : std::string()) + answer +
                   (how.upper ? " <= " + how.upper->to_string() : std::string());
    }
    return {};
}

void add_comparison_schema(Json& properties) {
    const Json number = {{"type", {"number", "string"}}};
    for (const char* key : {"atol", "rtol", "lower", "upper"}) properties[key] = number;
    properties["decimals"] = {{"type", "integer"}, {"minimum", 0}, {"maximum", 1000}};
    properties["sigfigs"] = {{"type", "integer"}, {"minimum", 1}, {"maximum", 1000}};
    properties["decimal_mark"] = {{"enum", {".", ","}}};
}

}  // namespace veritune::verify
