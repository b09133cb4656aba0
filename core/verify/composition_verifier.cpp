// SPDX-License-Identifier: Apache-2.0
#include "core/verify/composition_verifier.h"

#include "core/verify/answer_reading.h"
#include "core/verify/element.h"
#include "core/verify/number_comparison.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

constexpr std::size_t kMaxParts = 16;
constexpr int kMaxNesting = 4;

int nesting(const Json& params, int depth) {
    int deepest = depth;
    if (depth > kMaxNesting) return depth;
    const Json parts = params.value("parts", Json::array());
    for (const Json& part : parts) {
        if (!part.is_object() || !part.contains("params")) continue;
        deepest = std::max(deepest, nesting(part.at("params"), depth + 1));
    }
    return deepest;
}

VerifyRequest part_request(const VerifyRequest& whole, const Json& part, std::size_t index) {
    VerifyRequest request = whole;
    request.verifier = part.at("verifier").get<std::string>();
    request.params = part.value("params", Json::object());
    request.profile = part.value("profile", whole.profile);
    request.gold = whole.gold.is_array() ? whole.gold.at(index) : part.value("gold", Json());
    return request;
}

/// How a completion is written is a channel of its own, which weighs nothing unless it is told to.
bool is_form(const Json& part) { return part.at("verifier") == Json("format"); }

/// nullopt: none is given, or it is no number.
std::optional<Rational> weight_of(const Json& part) {
    return number_of(part.value("weight", is_form(part) ? Json(0) : Json("none")));
}

std::string params_fault(const VerifyRequest& request, Composition kind) {
    const Json& parts = request.params.at("parts");
    if (parts.empty() || parts.size() > kMaxParts) return "needs 1 to 16 parts";
    if (nesting(request.params, 0) > kMaxNesting) return "compositions are nested too deep";
    if (request.gold.is_array() && request.gold.size() != parts.size()) {
        return "needs one gold for each part";
    }
    Rational sum;
    Rational of_form;
    for (const Json& part : parts) {
        if (std::string fault = element_fault(part); !fault.empty()) return fault;
        if (kind != Composition::kWeighted) continue;
        const bool form = is_form(part);
        const std::optional<Rational> weight = weight_of(part);
        if (!weight || *weight < Rational() || (weight->is_zero() && !form)) {
            return "every part needs a positive weight";
        }
        sum = sum + *weight;
        if (form) of_form = of_form + *weight;
    }
    if (kind == Composition::kWeighted && sum != Rational("1", 0)) {
        return "the weights do not sum to 1";
    }
    // A wrong answer in good form must not earn more than a right one in bad form.
    if (of_form > Rational("5", -1)) return "format may weigh at most one half";
    return {};
}

/// Of a weight that params_fault() has read; no strtod, which asks the locale.
double share_of(const Json& weight) {
    const std::string text = number_of(weight).value_or(Rational()).to_string();
    const auto read = [](std::string_view part) {
        double value = 0.0;
        std::from_chars(part.data(), part.data() + part.size(), value);
        return value;
    };
    const std::size_t line = text.find('/');
    if (line == std::string::npos) return read(text);
    return read(std::string_view(text).substr(0, line)) /
           read(std::string_view(text).substr(line + 1));
}

Verdict decide(Verdict verdict,
               Composition kind,
               const Json& parts,
               const std::vector<Verdict>& results) {
    using enum VerdictStatus;
    std::size_t correct = 0;
    double score = 0.0;
    std::optional<std::size_t> failed;
    std::size_t counted = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
        // A part that weighs nothing is shown among the steps and changes nothing.
        if (kind == Composition::kWeighted && weight_of(parts[i]) == Rational()) continue;
        ++counted;
        if (results[i].status == kCorrect) ++correct;
        if (results[i].status != kCorrect && !failed) failed = i;
        if (kind == Composition::kWeighted) {
            const Json weight = parts[i].value("weight", Json(0));
            score += results[i].score * share_of(weight);
        }
    }
    const bool all = correct == counted;
    if (all || (kind == Composition::kAnyOf && correct > 0)) return accept(std::move(verdict));
    const Verdict& first = results[*failed];
    std::string reason = "part " + std::to_string(*failed + 1) + ": " + first.reason;
    if (kind == Composition::kWeighted && score > 0.0 && score < 1.0) {
        verdict.status = kPartial;
        verdict.score = score;
        verdict.reason = std::move(reason);
        return verdict;
    }
    const VerdictStatus status = first.status == kPartial ? kIncorrect : first.status;
    return refuse(std::move(verdict), status, std::move(reason));
}

}  // namespace

std::string_view CompositionVerifier::id() const {
    switch (kind_) {
        case Composition::kAllOf:
            return "all_of";
        case Composition::kAnyOf:
            return "any_of";
        case Composition::kWeighted:
            return "weighted";
    }
    return {};
}

std::string_view CompositionVerifier::summary() const {
    switch (kind_) {
        case Composition::kAllOf:
            return "The completion has to pass every one of several verifiers.";
        case Composition::kAnyOf:
            return "The completion has to pass at least one of several verifiers.";
        case Composition::kWeighted:
            return "The score is the weighted sum of several verifiers.";
    }
    return {};
}

Json CompositionVerifier::params_schema() const {
    const Json part = {{"type", "object"},
                       {"required", {"verifier"}},
                       {"additionalProperties", false},
                       {"properties",
                        {{"verifier", {{"type", "string"}}},
                         {"params", {{"type", "object"}}},
                         {"gold", true},
                         {"profile", {{"type", "string"}}},
                         {"weight", {{"type", {"number", "string"}}}}}}};
    return {{"type", "object"},
            {"required", {"parts"}},
            {"additionalProperties", false},
            {"properties", {{"parts", {{"type", "array"}, {"items", part}}}}}};
}

double CompositionVerifier::gold_cost(const VerifyRequest& request) const {
    double most = 0.0;
    const Json& parts = request.params.at("parts");
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const VerifyRequest own = part_request(request, parts[i], i);
        const auto verifier = find_verifier(own.verifier);
        if (verifier) most = std::max(most, (*verifier)->gold_cost(own));
    }
    return most;
}

Json CompositionVerifier::gold_schema() const { return {{"type", {"array", "null"}}}; }

Verdict CompositionVerifier::verify(const VerifyRequest& request) const {
    Verdict verdict;
    verdict.method = "exact";
    if (const std::string fault = params_fault(request, kind_); !fault.empty()) {
        return bad_params(std::move(verdict), fault);
    }
    const Json& parts = request.params.at("parts");
    std::vector<Verdict> results;
    std::optional<std::size_t> masked;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        results.push_back(verify_request(part_request(request, parts[i], i)));
        const Verdict& result = results.back();
        verdict.operations += result.operations;
        if (verdict.extracted.empty()) {
            verdict.extracted = result.extracted;
            verdict.span = result.span;
            verdict.rule = result.rule;
        }
        verdict.steps.push_back(
            {.what = "part " + std::to_string(i + 1) + ": " +
                     parts[i].at("verifier").get<std::string>(),
             .ok = result.status == VerdictStatus::kCorrect,
             .detail = std::string(status_name(result.status)) + " " + result.reason,
             .span = result.span});
        if (is_masked(result.status) && !masked) masked = i;
    }
    if (masked) {
        const Verdict& result = results[*masked];
        return refuse(std::move(verdict),
                      result.status,
                      "part " + std::to_string(*masked + 1) + ": " + result.reason);
    }
    return decide(std::move(verdict), kind_, parts, results);
}

/// No completion can be written for several verifiers at once, so each part's own is tried until
/// one passes the whole.
util::Result<std::string> CompositionVerifier::gold_completion(const VerifyRequest& request) const {
    std::string joined;
    std::vector<std::string> candidates;
    const Json& parts = request.params.at("parts");
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const VerifyRequest part = part_request(request, parts[i], i);
        const util::Result<const Verifier*> verifier = find_verifier(part.verifier);
        if (!verifier) return verifier.error();
        util::Result<std::string> completion = (*verifier)->gold_completion(part);
        if (!completion) return completion.error();
        joined += (joined.empty() ? "" : "\n") + *completion;
        candidates.push_back(std::move(*completion));
    }
    candidates.push_back(joined);
    for (const std::string& candidate : candidates) {
        VerifyRequest own = request;
        own.completion = candidate;
        if (verify(own).status == VerdictStatus::kCorrect) return candidate;
    }
    return candidates.back();
}

std::vector<SelfTest> CompositionVerifier::self_tests() const {
    return composition_self_tests(kind_);
}

}  // namespace veritune::verify
