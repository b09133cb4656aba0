// SPDX-License-Identifier: Apache-2.0
#include "core/verify/equiv_formula_verifier.h"

#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/logic/formula.h"
#include "core/verify/logic/solver.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace veritune::verify {

namespace {

using logic::Decision;
using logic::Formula;
using logic::NormalForm;
using logic::Satisfiable;
using util::Json;

constexpr std::size_t kMaxGoldNodes = 20'000;
constexpr std::size_t kMaxNodes = 100'000;
/// The answer's formula is the model's, so a solver's time is the model's to waste.
constexpr std::uint32_t kSteps = 50'000;

struct Task {
    Formula gold;
    std::vector<std::string> domain;
    std::optional<NormalForm> form;
};

Task read_task(const VerifyRequest& request) {
    Task task{.gold = logic::parse_formula(request.gold.get<std::string>())};
    task.domain.assign(task.gold.constants.begin(), task.gold.constants.end());
    const long elements = task.gold.has_quantifier() ? request.params.value("elements", 3) : 0;
    for (long i = 0; i < elements || task.domain.empty(); ++i) {
        std::string element = "_";
        element += std::to_string(i + 1);
        task.domain.push_back(std::move(element));
    }
    const std::string form = request.params.value("form", "any");
    if (form == "nnf") task.form = NormalForm::kNnf;
    if (form == "cnf") task.form = NormalForm::kCnf;
    if (form == "dnf") task.form = NormalForm::kDnf;
    return task;
}

bool is_bad_gold(const Task& task) {
    if (!task.gold.fault.empty()) return true;
    if (task.form && !logic::has_form(task.gold, *task.form)) return true;
    logic::TermDag dag;
    return logic::ground(task.gold, task.domain, kMaxGoldNodes, dag) < 0;
}

std::string unknown_symbol(const Formula& gold, const Formula& answer) {
    for (const auto& [name, count] : answer.predicates) {
        const auto known = gold.predicates.find(name);
        if (known == gold.predicates.end() || known->second != count) return name;
    }
    for (const std::string& name : answer.constants) {
        if (!gold.constants.contains(name)) return name;
    }
    return {};
}

void add_step(Verdict& verdict, std::string what, std::string detail) {
    verdict.steps.push_back({.what = std::move(what),
                             .ok = detail.empty(),
                             .detail = std::move(detail),
                             .span = verdict.span});
}

/// "p = true, q = false": a world in which the two differ.
std::string shown(const std::map<std::string, bool>& model) {
    std::string text;
    for (const auto& [name, truth] : model) {
        text += (text.empty() ? "" : ", ") + name + (truth ? " = true" : " = false");
    }
    return text.empty() ? "everywhere" : text;
}

Verdict decide_equivalence(Verdict verdict, const Task& task, const Formula& answer) {
    using enum VerdictStatus;
    logic::TermDag dag;
    const int left = logic::ground(task.gold, task.domain, kMaxNodes, dag);
    const int right = left < 0 ? -1 : logic::ground(answer, task.domain, kMaxNodes, dag);
    if (right < 0) return refuse(std::move(verdict), kBudgetExceeded, "formula_too_large");
    logic::Node either;
    either.op = logic::Op::kXor;
    either.kids = {left, right};
    const int differ = dag.add(std::move(either));
    const Decision decision = logic::decide(dag, {differ}, kSteps);
    verdict.operations = decision.operations;
    if (decision.by_solver) verdict.method = "solver";
    if (decision.answer == Satisfiable::kNo) {
        add_step(verdict, "no world tells the two apart", "");
        return accept(std::move(verdict));
    }
    if (decision.answer == Satisfiable::kYes) {
        add_step(verdict, "the two say the same", "they differ where " + shown(decision.model));
        return refuse(std::move(verdict), kIncorrect, "not_equivalent");
    }
    const VerdictStatus status = decision.reason == "no_solver"       ? kSandboxError
                                 : decision.reason == "solver_failed" ? kInternalError
                                                                      : kBudgetExceeded;
    return refuse(std::move(verdict), status, decision.reason);
}

Verdict judge(Verdict verdict, const Task& task) {
    using enum VerdictStatus;
    const Formula answer = logic::parse_formula(verdict.extracted);
    if (answer.too_large) return refuse(std::move(verdict), kBudgetExceeded, "formula_too_large");
    if (!answer.fault.empty()) {
        add_step(verdict,
                 "is a formula",
                 answer.fault + " (at byte " + std::to_string(answer.fault_at) + ")");
        return refuse(std::move(verdict), kIncorrect, "not_a_formula");
    }
    if (const std::string name = unknown_symbol(task.gold, answer); !name.empty()) {
        add_step(verdict, "uses known symbols", name + " is not one");
        return refuse(std::move(verdict), kIncorrect, "unknown_symbol");
    }
    verdict.answer_normal = logic::write_formula(answer);
    if (task.form && !logic::has_form(answer, *task.form)) {
        add_step(verdict, "has the form that is asked for", "it has not");
        return refuse(std::move(verdict), kIncorrect, "wrong_form");
    }
    return decide_equivalence(std::move(verdict), task, answer);
}

}  // namespace

Json EquivFormulaVerifier::params_schema() const {
    return {{"type", "object"},
            {"additionalProperties", false},
            {"properties",
             {{"form", {{"enum", {"any", "nnf", "cnf", "dnf"}}}},
              {"elements", {{"type", "integer"}, {"minimum", 1}, {"maximum", 6}}}}}};
}

Json EquivFormulaVerifier::gold_schema() const { return {{"type", "string"}}; }

std::string EquivFormulaVerifier::library() const { return logic::solver_version(); }

Verdict EquivFormulaVerifier::verify(const VerifyRequest& request) const {
    Verdict verdict;
    verdict.method = "exact";
    const Task task = read_task(request);
    if (is_bad_gold(task)) {
        if (task.gold.fault.empty()) return bad_gold(std::move(verdict));
        return refuse(
            std::move(verdict), VerdictStatus::kInvalidGold, "bad_gold: " + task.gold.fault);
    }
    verdict.gold_normal = logic::write_formula(task.gold);
    AnswerReading reading =
        read_answer(request, std::move(verdict), request.gold.get_ref<const std::string&>().size());
    if (reading.decided) return std::move(reading.verdict);
    // Extraction takes "~" for a space of TeX; here it is a negation.
    reading.verdict.extracted = unstripped_answer(request, reading.verdict);
    return judge(std::move(reading.verdict), task);
}

util::Result<std::string> EquivFormulaVerifier::gold_completion(
    const VerifyRequest& request) const {
    if (!request.gold.is_string() || is_bad_gold(read_task(request))) {
        return util::fail(util::ErrorCode::kInvalidArgument, "bad_gold");
    }
    return write_answer(request.gold.get<std::string>(), request.profile, request.think_tags);
}

std::vector<Rewrite> EquivFormulaVerifier::rewrites(const VerifyRequest& request) const {
    if (!request.gold.is_string()) return {};
    const Task task = read_task(request);
    if (is_bad_gold(task)) return {};
    const std::string gold = "(" + request.gold.get<std::string>() + ")";
    std::vector<Rewrite> rewrites = {
        {.rule = "in brackets", .accept = true, .answer = gold},
        {.rule = "negated", .accept = false, .answer = "~" + gold},
        {.rule = "a foreign symbol", .accept = false, .answer = gold + " & no_such_symbol"},
        {.rule = "an open bracket", .accept = false, .answer = gold + " & ("},
        {.rule = "two formulas", .accept = false, .answer = gold + " , " + gold},
        {.rule = "hedge", .accept = false, .answer = gold + " or maybe not"}};
    if (task.form) return rewrites;
    rewrites.push_back({.rule = "negated twice", .accept = true, .answer = "~~" + gold});
    rewrites.push_back({.rule = "said twice", .accept = true, .answer = gold + " & " + gold});
    rewrites.push_back(
        {.rule = "written out", .accept = true, .answer = logic::write_formula(task.gold)});
    return rewrites;
}

}  // namespace veritune::verify
