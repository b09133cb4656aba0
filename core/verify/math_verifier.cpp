// SPDX-License-Identifier: Apache-2.0
#include "core/verify/math_verifier.h"

#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/math/balls.h"
#include "core/verify/math/compare.h"
#include "core/verify/math/fold.h"
#include "core/verify/math/parser.h"
#include "core/verify/math/shape.h"

#include <algorithm>
#include <string>
#include <utility>

namespace veritune::verify {

namespace {

using math::Budget;
using math::Comparing;
using math::Fault;
using math::NodePtr;
using util::Json;

constexpr std::size_t kMaxGoldBytes = std::size_t{16} << 10;

std::vector<std::string> golds_of(const Json& gold) {
    std::vector<std::string> out;
    const auto text = [](const Json& value) {
        return value.is_string() ? value.get<std::string>() : value.dump();
    };
    if (!gold.is_array()) return {text(gold)};
    for (const Json& one : gold) out.push_back(text(one));
    return out;
}

NodePtr read(std::string_view text, char decimal_mark, Budget& budget) {
    const NodePtr tree = math::parse(text, decimal_mark, budget);
    if (!tree) return nullptr;
    NodePtr shaped = math::shape(tree, budget);
    return budget.fault == Fault::kNone ? shaped : nullptr;
}

/// The text as the chain has it: the extraction's own stripping takes away what tells a unit from
/// a variable ("\text{ m}"). Several boxes or a tag inside the span: the extraction's text.
std::string answer_text(const VerifyRequest& request, const Verdict& verdict) {
    if (verdict.span.end > request.completion.size() || verdict.span.begin >= verdict.span.end) {
        return verdict.extracted;
    }
    std::string raw =
        request.completion.substr(verdict.span.begin, verdict.span.end - verdict.span.begin);
    for (const char* mark : {"\\boxed", "\\fbox", "<answer", "**"}) {
        if (raw.find(mark) != std::string::npos) return verdict.extracted;
    }
    return raw;
}

/// A percent gold is a hundredth of what a bare number would say.
bool is_percent(std::string_view gold) {
    while (gold.ends_with(' ') || gold.ends_with('$') || gold.ends_with('}')) gold.remove_suffix(1);
    return gold.ends_with('%') || gold.ends_with("percent");
}

bool matches(const std::string& gold_text,
             const NodePtr& gold,
             const NodePtr& answer,
             Comparing& how) {
    if (math::equal(gold, answer, how)) return true;
    if (!how.percent_lenient || !is_percent(gold_text) || !math::is_scalar(gold)) return false;
    return math::equal(math::multiply({gold, math::number(100)}, *how.budget), answer, how);
}

Verdict over_budget(Verdict verdict, const Budget& budget) {
    using enum VerdictStatus;
    verdict.steps.push_back({.what = std::string(math::fault_sentence(budget.fault)),
                             .ok = false,
                             .detail = "",
                             .span = verdict.span});
    const VerdictStatus status = budget.fault == Fault::kSyntax ? kIncorrect : kBudgetExceeded;
    return refuse(std::move(verdict), status, std::string(math::fault_code(budget.fault)));
}

/// The share of T4's work that the dearest value in the tree needs against itself.
double ball_cost(const NodePtr& tree) {
    if (math::is_number(tree)) return 0.0;
    if (math::is_scalar(tree)) {
        Budget budget;
        math::ball_difference(tree, tree, budget);
        return static_cast<double>(budget.operations) / math::kMaxBallWork;
    }
    double most = 0.0;
    for (const NodePtr& kid : tree->kids) most = std::max(most, ball_cost(kid));
    return most;
}

struct Gold {
    std::string text;
    NodePtr tree;
};

Verdict decide(Verdict verdict,
               const std::vector<Gold>& golds,
               const NodePtr& answer,
               Comparing how) {
    bool undecided = false;
    for (const Gold& gold : golds) {
        Comparing trial = how;
        const bool right = matches(gold.text, gold.tree, answer, trial);
        if (how.budget->fault == Fault::kTooDeep || how.budget->fault == Fault::kNumberTooLarge) {
            return over_budget(std::move(verdict), *how.budget);
        }
        verdict.operations = how.budget->operations;
        verdict.method = trial.method;
        verdict.gold_normal = math::print(gold.tree);
        verdict.steps.push_back({.what = verdict.answer_normal + " = " + verdict.gold_normal,
                                 .ok = right,
                                 .detail = right ? "" : "expected " + verdict.gold_normal,
                                 .span = verdict.span});
        if (right) return accept(std::move(verdict));
        undecided = undecided || trial.undecided;
    }
    return refuse(
        std::move(verdict), VerdictStatus::kIncorrect, undecided ? "undecided" : "wrong_value");
}

}  // namespace

Json MathVerifier::params_schema() const {
    return {{"type", "object"},
            {"additionalProperties", false},
            {"properties",
             {{"decimal_ok", {{"type", "boolean"}}},
              {"percent_lenient", {{"type", "boolean"}}},
              {"decimal_mark", {{"enum", {".", ","}}}}}}};
}

Json MathVerifier::gold_schema() const {
    const Json one = {{"type", {"number", "string"}}};
    return {{"type", {"number", "string", "array"}}, {"items", one}};
}

Verdict MathVerifier::verify(const VerifyRequest& request) const {
    Verdict verdict;
    verdict.method = "string";
    std::vector<Gold> golds;
    std::size_t gold_bytes = 0;
    for (const std::string& text : golds_of(request.gold)) {
        Budget budget;
        if (text.size() > kMaxGoldBytes) return bad_gold(std::move(verdict));
        golds.push_back({.text = text, .tree = read(text, '.', budget)});
        if (!golds.back().tree) return bad_gold(std::move(verdict));
        gold_bytes = std::max(gold_bytes, text.size());
    }
    if (golds.empty()) return bad_gold(std::move(verdict));
    verdict.gold_normal = math::print(golds.front().tree);
    AnswerReading reading = read_answer(request, std::move(verdict), gold_bytes);
    if (reading.decided) return std::move(reading.verdict);
    verdict = std::move(reading.verdict);
    const std::string mark = request.params.value("decimal_mark", ".");
    Budget budget;
    const NodePtr answer = read(answer_text(request, verdict), mark.front(), budget);
    verdict.operations = budget.operations;
    if (!answer) return over_budget(std::move(verdict), budget);
    verdict.answer_normal = math::print(answer);
    const Comparing how{.decimal_ok = request.params.value("decimal_ok", true),
                        .percent_lenient = request.params.value("percent_lenient", false),
                        .budget = &budget};
    return decide(std::move(verdict), golds, answer, how);
}

double MathVerifier::gold_cost(const VerifyRequest& request) const {
    double most = 0.0;
    for (const std::string& text : golds_of(request.gold)) {
        Budget budget;
        const std::size_t tokens = math::tokenize(text, '.', budget).size();
        most = std::max(most, static_cast<double>(tokens) / math::kMaxTokens);
        const NodePtr tree = read(text, '.', budget);
        most = std::max(most, static_cast<double>(budget.bits) / (4.0 * math::kMaxNumberBits));
        most = std::max(most, static_cast<double>(budget.largest) / math::kMaxNumberBits);
        if (tree) most = std::max(most, ball_cost(tree));
    }
    return most;
}

util::Result<std::string> MathVerifier::gold_completion(const VerifyRequest& request) const {
    const std::vector<std::string> golds = golds_of(request.gold);
    if (golds.empty()) return util::fail(util::ErrorCode::kInvalidArgument, "bad_gold");
    std::string text = golds.front();
    if (request.params.value("decimal_mark", ".") == ",") {
        for (std::size_t i = 1; i + 1 < text.size(); ++i) {
            const auto digit = [&text](std::size_t at) {
                return text[at] >= '0' && text[at] <= '9';
            };
            if (!digit(i - 1) || !digit(i + 1)) continue;
            if (text[i] == '.') {
                text[i] = ',';
            } else if (text[i] == ',') {
                text[i] = '.';
            }
        }
    }
    return write_answer(text, request.profile, request.think_tags);
}

}  // namespace veritune::verify
