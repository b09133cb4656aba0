// SPDX-License-Identifier: Apache-2.0
#include "core/verify/z3_verifier.h"

#include "core/text/utf8.h"
#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/instance.h"
#include "core/verify/logic/phrase.h"
#include "core/verify/logic/solver.h"
#include "core/verify/text_exact_verifier.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace veritune::verify {

namespace {

using logic::Decision;
using logic::Op;
using logic::Satisfiable;
using logic::Value;
using util::Json;

constexpr std::size_t kMaxProofs = 256;

using Bindings = std::map<std::string, Value>;

struct Task {
    logic::Problem problem;
    std::vector<std::string> ask;
    Json solution;
    bool unique = false;
    std::uint32_t steps = logic::kSolverSteps;
    std::string fault;
    bool evaluates = false;  ///< a full binding needs no solver
};

/// What is known of the gold before any answer is looked at.
struct Proof {
    VerdictStatus status = VerdictStatus::kCorrect;  ///< else the fault
    std::string reason;
    std::int64_t operations = 0;
};

bool has_functions(const logic::TermDag& dag) {
    return std::any_of(dag.nodes.begin(), dag.nodes.end(), [](const logic::Node& node) {
        return node.op == Op::kApply || node.sort.kind == logic::SortKind::kOther;
    });
}

Task read_task(const VerifyRequest& request) {
    const Instance instance = read_instance(request, "constraints");
    Task task{.problem = logic::read_problem(instance.data)};
    task.fault = task.problem.fault;
    task.solution = instance.solution;
    task.unique = instance.data.value("unique", Json(false)) == Json(true);
    const auto steps = small_int(instance.data.value("steps", Json(logic::kSolverSteps)),
                                 1000,
                                 static_cast<long>(logic::kMaxSolverSteps));
    if (!steps && task.fault.empty()) task.fault = "steps must be 1,000 to 2,000,000";
    task.steps = static_cast<std::uint32_t>(steps.value_or(logic::kSolverSteps));
    const Json ask = instance.data.value("ask", Json());
    for (const auto& [name, sort] : task.problem.variables) {
        const bool named =
            !ask.is_array() || std::find(ask.begin(), ask.end(), Json(name)) != ask.end();
        if (named && sort.kind != logic::SortKind::kOther) task.ask.push_back(name);
    }
    if (ask.is_array() && task.ask.size() != ask.size() && task.fault.empty()) {
        task.fault = "ask names something that has no value";
    }
    task.evaluates = !has_functions(task.problem.dag);
    return task;
}

/// "" or the reason why these are no bindings.
std::string bind_one(const Task& task, const std::string& name, const Json& given, Bindings& into) {
    const auto variable = task.problem.variables.find(name);
    if (variable == task.problem.variables.end()) return "not_bindings";
    const auto value = logic::value_of(given, variable->second);
    if (!value) return "not_bindings";
    return into.emplace(name, *value).second ? "" : "named_twice";
}

std::string check_complete(const Task& task, const Bindings& bindings) {
    for (const std::string& name : task.ask) {
        if (!bindings.contains(name)) return "not_everything";
    }
    return task.ask.empty() ? "not_bindings" : "";
}

std::string bind_object(const Task& task, const Json& object, Bindings& bindings) {
    for (const auto& [name, given] : object.items()) {
        if (std::string fault = bind_one(task, name, given, bindings); !fault.empty()) return fault;
    }
    return check_complete(task, bindings);
}

std::string bind_text(const Task& task, std::string text, Bindings& bindings) {
    const std::optional<Json> json = last_json(text);
    if (json && json->is_object()) return bind_object(task, *json, bindings);
    std::replace(text.begin(), text.end(), ',', '\n');
    std::replace(text.begin(), text.end(), ';', '\n');
    for (const std::string& line : lines_of(text)) {
        const std::size_t sign = line.find_first_of("=:");
        if (sign == std::string::npos) return "not_bindings";
        const std::string name(text::trim(std::string_view(line).substr(0, sign)));
        const std::string given(text::trim(std::string_view(line).substr(sign + 1)));
        if (std::string fault = bind_one(task, name, Json(given), bindings); !fault.empty()) {
            return fault;
        }
    }
    return check_complete(task, bindings);
}

Json shown(const Task& task, const Bindings& bindings) {
    Json object = Json::object();
    for (const auto& [name, value] : bindings) {
        object[name] = logic::value_json(value, task.problem.variables.at(name));
    }
    return object;
}

/// name = value, as a term.
int equation(logic::TermDag& dag,
             const std::string& name,
             const logic::Sort& sort,
             const Value& value) {
    const int variable = dag.add({.op = Op::kVariable, .sort = sort, .text = name});
    const int constant = logic::add_value(dag, value, sort);
    return dag.add({.op = Op::kEqual, .kids = {variable, constant}});
}

bool is_full(const Task& task, const Bindings& bindings) {
    return task.evaluates && bindings.size() == task.problem.variables.size();
}

/// Do the constraints hold with these values (and some for the rest)?
Decision decide_bindings(const Task& task, const Bindings& bindings) {
    Decision decision;
    if (is_full(task, bindings)) {
        decision.operations = static_cast<std::int64_t>(task.problem.dag.nodes.size());
        const bool holds = std::all_of(
            task.problem.constraints.begin(), task.problem.constraints.end(), [&](int root) {
                const auto value = logic::evaluate(task.problem.dag, root, bindings);
                return value && value->truth;
            });
        decision.answer = holds ? Satisfiable::kYes : Satisfiable::kNo;
        return decision;
    }
    logic::TermDag dag = task.problem.dag;
    std::vector<int> roots = task.problem.constraints;
    for (const auto& [name, value] : bindings) {
        roots.push_back(equation(dag, name, task.problem.variables.at(name), value));
    }
    return logic::decide(dag, roots, task.steps);
}

/// Is there another solution for the variables that are asked for?
Decision decide_other(const Task& task, const Bindings& gold) {
    logic::TermDag dag = task.problem.dag;
    std::vector<int> roots = task.problem.constraints;
    logic::Node same{.op = Op::kAnd};
    for (const std::string& name : task.ask) {
        same.kids.push_back(equation(dag, name, task.problem.variables.at(name), gold.at(name)));
    }
    const int all = dag.add(std::move(same));
    roots.push_back(dag.add({.op = Op::kNot, .kids = {all}}));
    return logic::decide(dag, roots, task.steps);
}

Proof fault_of(const Decision& decision) {
    if (decision.reason == "no_solver") {
        return {.status = VerdictStatus::kSandboxError, .reason = decision.reason};
    }
    if (decision.reason == "solver_failed") {
        return {.status = VerdictStatus::kInternalError, .reason = decision.reason};
    }
    return {.status = VerdictStatus::kInvalidGold, .reason = decision.reason};
}

Proof prove(const Task& task) {
    const auto bad = [] {
        return Proof{.status = VerdictStatus::kInvalidGold, .reason = "bad_gold"};
    };
    if (task.solution.is_null()) return {};
    if (task.solution.is_string()) {
        const bool sat = task.solution == Json("sat");
        if (!sat && task.solution != Json("unsat")) return bad();
        const Decision decision =
            logic::decide(task.problem.dag, task.problem.constraints, task.steps);
        if (decision.answer == Satisfiable::kUnknown) return fault_of(decision);
        if ((decision.answer == Satisfiable::kYes) != sat) return bad();
        return {.status = VerdictStatus::kCorrect, .reason = {}, .operations = decision.operations};
    }
    Bindings gold;
    if (!task.solution.is_object() || !bind_object(task, task.solution, gold).empty()) return bad();
    const Decision holds = decide_bindings(task, gold);
    if (holds.answer == Satisfiable::kUnknown) return fault_of(holds);
    if (holds.answer == Satisfiable::kNo) return bad();
    Proof proof{.status = VerdictStatus::kCorrect, .reason = {}, .operations = holds.operations};
    if (!task.unique) return proof;
    const Decision other = decide_other(task, gold);
    if (other.answer == Satisfiable::kUnknown) return fault_of(other);
    if (other.answer == Satisfiable::kYes) {
        return {.status = VerdictStatus::kInvalidGold, .reason = "not_unique"};
    }
    proof.operations += other.operations;
    return proof;
}

/// The chains of a group share their gold, so it is proved once a thread. The proof is a function
/// of the instance alone; a missing solver is the one thing that may change, so it is not kept.
Proof proof_of(const VerifyRequest& request, const Task& task) {
    thread_local std::unordered_map<std::string, Proof> proofs;
    std::string key = util::canonical_json({{"gold", request.gold}, {"params", request.params}});
    const auto found = proofs.find(key);
    if (found != proofs.end()) return found->second;
    if (proofs.size() >= kMaxProofs) proofs.clear();
    Proof proof = prove(task);
    if (proof.status != VerdictStatus::kSandboxError) proofs.emplace(std::move(key), proof);
    return proof;
}

/// -1: neither.
int sat_word(std::string_view text) {
    return logic::read_phrase(text,
                              {{1, "sat"},
                               {1, "satisfiable"},
                               {1, "yes"},
                               {1, "ja"},
                               {0, "unsat"},
                               {0, "unsatisfiable"},
                               {0, "not satisfiable"},
                               {0, "no"},
                               {0, "nein"},
                               {0, "no solution"},
                               {0, "there no solution"}});
}

Verdict judge_word(Verdict verdict, const Task& task) {
    const int word = sat_word(verdict.extracted);
    if (word < 0) {
        return refuse(std::move(verdict), VerdictStatus::kIncorrect, "not_sat_or_unsat");
    }
    verdict.answer_normal = word == 1 ? "sat" : "unsat";
    if (Json(verdict.answer_normal) == task.solution) return accept(std::move(verdict));
    return refuse(std::move(verdict), VerdictStatus::kIncorrect, "wrong_answer");
}

void add_steps(const Task& task, const Bindings& bindings, const Json& given, Verdict& verdict) {
    for (std::size_t i = 0; i < task.problem.constraints.size() && i < 64; ++i) {
        const auto value = logic::evaluate(task.problem.dag, task.problem.constraints[i], bindings);
        const bool holds = value && value->truth;
        verdict.steps.push_back({.what = given[i].dump(),
                                 .ok = holds,
                                 .detail = holds ? "" : "does not hold",
                                 .span = verdict.span});
    }
}

Verdict judge_bindings(Verdict verdict, const Task& task, const Json& constraints) {
    using enum VerdictStatus;
    Bindings bindings;
    std::string fault = bind_text(task, verdict.extracted, bindings);
    if (!fault.empty()) return refuse(std::move(verdict), kIncorrect, std::move(fault));
    verdict.answer_normal = shown(task, bindings).dump();
    const Decision decision = decide_bindings(task, bindings);
    verdict.operations += decision.operations;
    if (decision.answer == Satisfiable::kUnknown) {
        // The answer contributed only values: what the solver cannot do is the gold's fault.
        const Proof blame = fault_of(decision);
        return refuse(std::move(verdict), blame.status, blame.reason);
    }
    const bool holds = decision.answer == Satisfiable::kYes;
    if (is_full(task, bindings)) {
        add_steps(task, bindings, constraints, verdict);
    } else {
        verdict.method = "solver";
        verdict.steps.push_back({.what = "the constraints with these values",
                                 .ok = holds,
                                 .detail = holds ? "" : "cannot all hold",
                                 .span = verdict.span});
    }
    if (holds) return accept(std::move(verdict));
    return refuse(std::move(verdict), kIncorrect, "violated");
}

}  // namespace

Json Z3Verifier::params_schema() const { return instance_params_schema(); }

Json Z3Verifier::gold_schema() const { return {{"type", {"object", "string", "null"}}}; }

std::string Z3Verifier::library() const { return logic::solver_version(); }

Verdict Z3Verifier::verify(const VerifyRequest& request) const {
    Verdict verdict;
    const Task task = read_task(request);
    verdict.method = task.solution.is_string() ? "solver" : "exact";
    if (!task.fault.empty()) return bad_params(std::move(verdict), task.fault);
    const Proof proof = proof_of(request, task);
    if (proof.status != VerdictStatus::kCorrect) {
        return refuse(std::move(verdict), proof.status, proof.reason);
    }
    verdict.operations = proof.operations;
    if (!task.solution.is_null()) {
        verdict.gold_normal =
            task.solution.is_string() ? task.solution.get<std::string>() : task.solution.dump();
    }
    AnswerReading reading =
        read_answer(request, std::move(verdict), 64 * (1 + task.problem.variables.size()));
    if (reading.decided) return std::move(reading.verdict);
    if (task.solution.is_string()) return judge_word(std::move(reading.verdict), task);
    // Extraction drops a leading "x =".
    reading.verdict.extracted = unstripped_answer(request, reading.verdict);
    const Instance instance = read_instance(request, "constraints");
    return judge_bindings(std::move(reading.verdict), task, instance.data.at("constraints"));
}

util::Result<std::string> Z3Verifier::gold_completion(const VerifyRequest& request) const {
    const Task task = read_task(request);
    if (!task.fault.empty()) return util::fail(util::ErrorCode::kInvalidArgument, "bad_params");
    if (task.solution.is_null()) {
        return util::fail(util::ErrorCode::kInvalidArgument, "no_solution");
    }
    const std::string text =
        task.solution.is_string() ? task.solution.get<std::string>() : task.solution.dump();
    return write_answer(text, request.profile, request.think_tags);
}

std::vector<Rewrite> Z3Verifier::rewrites(const VerifyRequest& request) const {
    const Task task = read_task(request);
    if (!task.fault.empty() || task.solution.is_null()) return {};
    if (task.solution.is_string()) {
        const bool sat = task.solution == Json("sat");
        return {{.rule = "the long word",
                 .accept = true,
                 .answer = sat ? "satisfiable" : "unsatisfiable"},
                {.rule = "the opposite", .accept = false, .answer = sat ? "unsat" : "sat"},
                {.rule = "hedge", .accept = false, .answer = "sat or unsat"},
                {.rule = "negated", .accept = false, .answer = sat ? "not sat" : "not unsat"}};
    }
    Bindings gold;
    if (!task.solution.is_object() || !bind_object(task, task.solution, gold).empty()) return {};
    std::string lines;
    for (const auto& [name, value] : task.solution.items()) {
        lines +=
            name + " = " + (value.is_string() ? value.get<std::string>() : value.dump()) + "\n";
    }
    std::vector<Rewrite> rewrites = {{.rule = "in lines", .accept = true, .answer = lines}};
    const auto refuse = [&rewrites](const char* rule, const Json& answer) {
        rewrites.push_back({.rule = rule, .accept = false, .answer = answer.dump()});
    };
    Json more = task.solution;
    more["no such variable"] = 1;
    refuse("a name more", more);
    refuse("nothing bound", Json::object());
    for (const std::string& name : task.ask) {
        Json less = task.solution;
        less.erase(name);
        refuse("a name less", less);
        Bindings changed = gold;
        Value& value = changed.at(name);
        value.truth = !value.truth;
        value.bits ^= 1U;
        value.number = value.number + Rational("1", 0);
        // Only where exact evaluation, not the verifier's solver, proves the damage.
        if (!is_full(task, changed)) continue;
        if (decide_bindings(task, changed).answer == Satisfiable::kNo) {
            refuse("a value changed", shown(task, changed));
        }
    }
    return rewrites;
}

}  // namespace veritune::verify
