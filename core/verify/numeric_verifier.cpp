// SPDX-License-Identifier: Apache-2.0
#include "core/verify/numeric_verifier.h"

#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"

#include <optional>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

/// A gold is written by a person or a program that means it: no more digits than this.
constexpr std::size_t kMaxGoldBytes = std::size_t{16} << 10;

enum class Mode { kExact, kTolerance, kDecimals, kSigfigs, kLimits };

struct Comparison {
    Mode mode = Mode::kExact;
    Rational atol;
    Rational rtol;
    long places = 0;
    std::optional<Rational> lower;
    std::optional<Rational> upper;
    char decimal_mark = '.';
};

/// A JSON number is read as the decimal it prints as, never through its binary value.
std::optional<Rational> number_of(const Json& value) {
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (text.size() > kMaxGoldBytes) return std::nullopt;
    ParsedNumber parsed = parse_number(text);
    if (parsed.fault != NumberFault::kNone) return std::nullopt;
    return std::move(parsed.value);
}

/// The optional param `key`; `fault` says what is wrong with it.
std::optional<Rational> number_param(const Json& params, const char* key, std::string& fault) {
    const auto found = params.find(key);
    if (found == params.end()) return std::nullopt;
    std::optional<Rational> number = number_of(*found);
    if (!number) fault = std::string(key) + " is not a number";
    return number;
}

/// Params are checked against the schema; what it cannot say is checked here. `fault` is empty
/// when they are right.
Comparison read_params(const Json& params, std::string& fault) {
    Comparison how;
    int modes = 0;
    const auto choose = [&how, &modes](Mode mode) {
        how.mode = mode;
        ++modes;
    };
    if (params.contains("atol") || params.contains("rtol")) choose(Mode::kTolerance);
    if (params.contains("decimals")) choose(Mode::kDecimals);
    if (params.contains("sigfigs")) choose(Mode::kSigfigs);
    if (params.contains("lower") || params.contains("upper")) choose(Mode::kLimits);
    if (modes > 1) fault = "more than one mode of comparison";
    how.atol = number_param(params, "atol", fault).value_or(Rational());
    how.rtol = number_param(params, "rtol", fault).value_or(Rational());
    if (how.atol < Rational() || how.rtol < Rational()) fault = "a tolerance is negative";
    if (how.mode == Mode::kDecimals) how.places = params.at("decimals").get<long>();
    if (how.mode == Mode::kSigfigs) how.places = params.at("sigfigs").get<long>();
    how.lower = number_param(params, "lower", fault);
    how.upper = number_param(params, "upper", fault);
    if (how.lower && how.upper && *how.lower > *how.upper) fault = "lower is above upper";
    if (const auto mark = params.find("decimal_mark"); mark != params.end()) {
        how.decimal_mark = mark->get_ref<const std::string&>().front();
    }
    return how;
}

Rational to_sigfigs(const Rational& value, long figures) {
    if (value.is_zero()) return value;
    return value.rounded(figures - 1 - value.magnitude());
}

bool is_equal(const Comparison& how, const Rational& answer, const Rational& gold) {
    switch (how.mode) {
        case Mode::kExact:
            return answer == gold;
        case Mode::kTolerance:
            return (answer - gold).abs() <= how.atol + how.rtol * gold.abs();
        case Mode::kDecimals:
            return answer.rounded(how.places) == gold.rounded(how.places);
        case Mode::kSigfigs:
            return to_sigfigs(answer, how.places) == to_sigfigs(gold, how.places);
        case Mode::kLimits:
            return (!how.lower || answer >= *how.lower) && (!how.upper || answer <= *how.upper);
    }
    return false;
}

/// The comparison as a line for the chain inspector.
std::string describe(const Comparison& how, const std::string& answer, const std::string& gold) {
    switch (how.mode) {
        case Mode::kExact:
            return answer + " = " + gold;
        case Mode::kTolerance:
            return "|" + answer + " - " + gold + "| <= " + how.atol.to_string() + " + " +
                   how.rtol.to_string() + " * |" + gold + "|";
        case Mode::kDecimals:
            return answer + " = " + gold + " to " + std::to_string(how.places) + " decimals";
        case Mode::kSigfigs:
            return answer + " = " + gold + " to " + std::to_string(how.places) + " figures";
        case Mode::kLimits:
            return (how.lower ? how.lower->to_string() + " <= " : std::string()) + answer +
                   (how.upper ? " <= " + how.upper->to_string() : std::string());
    }
    return {};
}

Verdict compare(AnswerReading reading, const Comparison& how, const Rational& gold) {
    using enum VerdictStatus;
    Verdict verdict = std::move(reading.verdict);
    const ParsedNumber answer = parse_number(verdict.extracted, how.decimal_mark);
    if (answer.fault == NumberFault::kTooLarge) {
        return refuse(std::move(verdict), kBudgetExceeded, "number_too_large");
    }
    if (reading.hedged) return refuse(std::move(verdict), kIncorrect, "hedged");
    if (answer.fault != NumberFault::kNone) {
        return refuse(std::move(verdict), kIncorrect, "not_a_number");
    }
    verdict.answer_normal = answer.value.to_string();
    const bool right = is_equal(how, answer.value, gold);
    verdict.steps.push_back({.what = describe(how, verdict.answer_normal, verdict.gold_normal),
                             .ok = right,
                             .detail = right ? "" : "expected " + verdict.gold_normal,
                             .span = verdict.span});
    if (!right) return refuse(std::move(verdict), kIncorrect, "wrong_value");
    return accept(std::move(verdict));
}

Json number_schema() { return {{"type", {"number", "string"}}}; }

}  // namespace

Json NumericVerifier::params_schema() const {
    const Json places = {{"type", "integer"}, {"minimum", 0}, {"maximum", 1000}};
    const Json figures = {{"type", "integer"}, {"minimum", 1}, {"maximum", 1000}};
    return {{"type", "object"},
            {"additionalProperties", false},
            {"properties",
             {{"atol", number_schema()},
              {"rtol", number_schema()},
              {"decimals", places},
              {"sigfigs", figures},
              {"lower", number_schema()},
              {"upper", number_schema()},
              {"decimal_mark", {{"enum", {".", ","}}}}}}};
}

Json NumericVerifier::gold_schema() const { return number_schema(); }

Verdict NumericVerifier::verify(const VerifyRequest& request) const {
    Verdict verdict;
    verdict.method = "exact";
    verdict.operations = 1;
    std::string fault;
    const Comparison how = read_params(request.params, fault);
    if (!fault.empty()) return bad_params(std::move(verdict), fault);
    const std::optional<Rational> gold = number_of(request.gold);
    if (!gold || !is_equal(how, *gold, *gold)) return bad_gold(std::move(verdict));
    verdict.gold_normal = gold->to_string();
    AnswerReading reading = read_answer(request, std::move(verdict), [&] {
        return request.gold.is_string() ? request.gold.get_ref<const std::string&>().size()
                                        : request.gold.dump().size();
    }());
    if (reading.decided) return std::move(reading.verdict);
    return compare(std::move(reading), how, *gold);
}

util::Result<std::string> NumericVerifier::gold_completion(const VerifyRequest& request) const {
    std::string fault;
    const Comparison how = read_params(request.params, fault);
    const std::optional<Rational> gold = number_of(request.gold);
    if (!gold || !fault.empty()) return util::fail(util::ErrorCode::kInvalidArgument, "bad_gold");
    std::string text =
        request.gold.is_string() ? request.gold.get<std::string>() : request.gold.dump();
    // Golds are written with a point; the answer has to be in the form that the params declare.
    for (char& c : text) {
        if (how.decimal_mark == '.') break;
        if (c == '.') {
            c = ',';
        } else if (c == ',') {
            c = '.';
        }
    }
    return write_answer(text, request.profile, request.think_tags);
}

}  // namespace veritune::verify
