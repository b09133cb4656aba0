// SPDX-License-Identifier: Apache-2.0
#include "core/verify/entail3_verifier.h"

#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/instance.h"
#include "core/verify/logic/formula.h"
#include "core/verify/logic/phrase.h"
#include "core/verify/logic/solver.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

namespace veritune::verify {

namespace {

using logic::Decision;
using logic::Formula;
using logic::Satisfiable;
using util::Json;

constexpr std::size_t kMaxFormulas = 512;
constexpr std::size_t kMaxDomain = 64;
constexpr std::size_t kMaxNodes = 200'000;
constexpr std::size_t kMaxProofs = 256;

enum Meaning { kFalse = 0, kTrue = 1, kUnknown = 2 };
constexpr std::array<const char*, 3> kNames = {"false", "true", "unknown"};

int meaning_of(std::string_view text) {
    return logic::read_phrase(text,
                              {{kTrue, "true"},
                               {kTrue, "yes"},
                               {kTrue, "entailed"},
                               {kTrue, "entailment"},
                               {kTrue, "proved"},
                               {kTrue, "wahr"},
                               {kTrue, "ja"},
                               {kFalse, "false"},
                               {kFalse, "no"},
                               {kFalse, "contradicted"},
                               {kFalse, "contradiction"},
                               {kFalse, "refuted"},
                               {kFalse, "disproved"},
                               {kFalse, "falsch"},
                               {kFalse, "nein"},
                               {kUnknown, "unknown"},
                               {kUnknown, "uncertain"},
                               {kUnknown, "undetermined"},
                               {kUnknown, "neutral"},
                               {kUnknown, "neither"},
                               {kUnknown, "cannot be determined"},
                               {kUnknown, "unbekannt"},
                               {kUnknown, "unbestimmt"}});
}

struct Task {
    std::vector<Formula> theory;
    Formula question;
    std::vector<std::string> domain;
    Json solution;
    std::string fault;
};

struct Proof {
    VerdictStatus status = VerdictStatus::kCorrect;  ///< else the fault
    std::string reason;
    int meaning = kUnknown;
    std::int64_t operations = 0;
    bool by_solver = false;
};

class Reader {
  public:
    explicit Reader(const Instance& instance)
        : data_(instance.data) {
        task_.solution = instance.solution;
    }
    Task read() {
        const Json theory = data_.value("theory", Json());
        if (!theory.is_array() || theory.size() > kMaxFormulas) {
            fault("theory must be a list of at most 512 formulas");
            return std::move(task_);
        }
        for (std::size_t i = 0; i < theory.size() && task_.fault.empty(); ++i) {
            task_.theory.push_back(formula(theory[i], "formula " + std::to_string(i + 1)));
        }
        task_.question = formula(data_.value("question", Json()), "the question");
        if (task_.fault.empty()) choose_domain();
        return std::move(task_);
    }

  private:
    void fault(const std::string& why) {
        if (task_.fault.empty()) task_.fault = why;
    }
    Formula formula(const Json& text, const std::string& name) {
        if (!text.is_string()) {
            fault(name + " is no text");
            return {};
        }
        Formula parsed = logic::parse_formula(text.get<std::string>());
        if (!parsed.fault.empty()) fault(name + ": " + parsed.fault);
        for (const auto& [predicate, count] : parsed.predicates) {
            const auto [known, fresh] = arity_.emplace(predicate, count);
            if (!fresh && known->second != count) {
                fault(predicate + " is used with different numbers of arguments");
            }
        }
        constants_.insert(parsed.constants.begin(), parsed.constants.end());
        quantified_ = quantified_ || parsed.has_quantifier();
        return parsed;
    }
    void choose_domain() {
        const Json given = data_.value("domain", Json());
        if (!given.is_null()) return closed_domain(given);
        task_.domain.assign(constants_.begin(), constants_.end());
        if (!quantified_) {
            if (task_.domain.empty()) task_.domain.emplace_back("_");
            return;
        }
        // A satisfiable theory whose elements need no others has a model of its constants and one
        // element for each "there is".
        std::size_t of_theory = 0;
        for (const Formula& one : task_.theory) of_theory += elements(one, false);
        const std::size_t extra =
            of_theory + std::max(elements(task_.question, false), elements(task_.question, true));
        if (task_.domain.size() + extra > kMaxDomain) fault("more than 64 elements are needed");
        if (!task_.fault.empty()) return;
        for (std::size_t i = 0; i < std::max<std::size_t>(extra, 1); ++i) {
            task_.domain.push_back("_" + std::to_string(i + 1));
        }
    }
    std::size_t elements(const Formula& one, bool negated) {
        const logic::QuantifierCount count = logic::count_elements(one, negated);
        if (count.nested) {
            fault("a formula makes an element for each of others; give the domain");
        }
        return count.elements;
    }
    void closed_domain(const Json& given) {
        if (!given.is_array() || given.empty() || given.size() > kMaxDomain) {
            return fault("domain must be a list of 1 to 64 names");
        }
        for (const Json& name : given) {
            if (!name.is_string()) return fault("domain must be a list of 1 to 64 names");
            task_.domain.push_back(name.get<std::string>());
        }
        for (const std::string& name : constants_) {
            if (std::find(task_.domain.begin(), task_.domain.end(), name) == task_.domain.end()) {
                fault(name + " is not in the domain");
            }
        }
    }

    const Json& data_;
    Task task_;
    std::map<std::string, std::size_t> arity_;
    std::set<std::string> constants_;
    bool quantified_ = false;
};

Proof fault_of(const std::string& reason) {
    if (reason == "no_solver") return {.status = VerdictStatus::kSandboxError, .reason = reason};
    if (reason == "solver_failed") {
        return {.status = VerdictStatus::kInternalError, .reason = reason};
    }
    return {.status = VerdictStatus::kInvalidGold, .reason = reason};
}

Proof prove(const Task& task) {
    logic::TermDag dag;
    std::vector<int> roots;
    for (const Formula& one : task.theory) {
        roots.push_back(logic::ground(one, task.domain, kMaxNodes, dag));
        if (roots.back() < 0) return fault_of("theory_too_large");
    }
    const int question = logic::ground(task.question, task.domain, kMaxNodes, dag);
    if (question < 0) return fault_of("theory_too_large");
    logic::Node opposite;
    opposite.op = logic::Op::kNot;
    opposite.kids = {question};
    const int negated = dag.add(std::move(opposite));
    Proof proof;
    const auto possible = [&](int root) {
        std::vector<int> all = roots;
        all.push_back(root);
        const Decision decision = logic::decide(dag, all, logic::kMaxSolverSteps / 4);
        proof.operations += decision.operations;
        proof.by_solver = proof.by_solver || decision.by_solver;
        if (decision.answer == Satisfiable::kUnknown && proof.reason.empty()) {
            const std::int64_t spent = proof.operations;
            proof = fault_of(decision.reason);
            proof.operations = spent;
        }
        return decision.answer == Satisfiable::kYes;
    };
    const bool may_hold = possible(question);
    const bool may_fail = proof.reason.empty() && possible(negated);
    if (!proof.reason.empty()) return proof;
    if (!may_hold && !may_fail) return fault_of("contradictory_theory");
    proof.meaning = may_hold && may_fail ? kUnknown : may_hold ? kTrue : kFalse;
    return proof;
}

/// As for every chain of a group; a function of the instance alone.
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

Task read_task(const VerifyRequest& request) {
    const Instance instance = read_instance(request, "theory");
    return Reader(instance).read();
}

int gold_meaning(const Task& task) {
    return task.solution.is_string() ? meaning_of(task.solution.get<std::string>()) : -1;
}

}  // namespace

Json Entail3Verifier::params_schema() const { return instance_params_schema(); }

Json Entail3Verifier::gold_schema() const { return {{"type", {"object", "string"}}}; }

std::string Entail3Verifier::library() const { return logic::solver_version(); }

Verdict Entail3Verifier::verify(const VerifyRequest& request) const {
    using enum VerdictStatus;
    Verdict verdict;
    verdict.method = "exact";
    const Task task = read_task(request);
    if (!task.fault.empty()) return bad_params(std::move(verdict), task.fault);
    const int gold = gold_meaning(task);
    if (gold < 0) return bad_gold(std::move(verdict));
    const Proof proof = proof_of(request, task);
    verdict.operations = proof.operations;
    if (proof.by_solver) verdict.method = "solver";
    if (proof.status != kCorrect) return refuse(std::move(verdict), proof.status, proof.reason);
    const auto name = [](int meaning) { return kNames.at(static_cast<std::size_t>(meaning)); };
    if (proof.meaning != gold) {
        return refuse(std::move(verdict),
                      kInvalidGold,
                      std::string("bad_gold: the question is proved ") + name(proof.meaning));
    }
    verdict.gold_normal = name(gold);
    AnswerReading reading = read_answer(request, std::move(verdict), 16);
    if (reading.decided) return std::move(reading.verdict);
    verdict = std::move(reading.verdict);
    const int said = meaning_of(verdict.extracted);
    if (said < 0) return refuse(std::move(verdict), kIncorrect, "not_one_of_three");
    verdict.answer_normal = name(said);
    verdict.steps.push_back({.what = "the theory with the question " +
                                     std::string(gold == kFalse ? "cannot hold" : "can hold"),
                             .ok = true,
                             .detail = "",
                             .span = {}});
    verdict.steps.push_back({.what = "the theory with the question's negation " +
                                     std::string(gold == kTrue ? "cannot hold" : "can hold"),
                             .ok = said == gold,
                             .detail = said == gold ? "" : std::string("so it is ") + name(gold),
                             .span = verdict.span});
    if (said == gold) return accept(std::move(verdict));
    return refuse(std::move(verdict), kIncorrect, "wrong_answer");
}

util::Result<std::string> Entail3Verifier::gold_completion(const VerifyRequest& request) const {
    const Task task = read_task(request);
    const int gold = gold_meaning(task);
    if (!task.fault.empty() || gold < 0) {
        return util::fail(util::ErrorCode::kInvalidArgument, "bad_gold");
    }
    return write_answer(
        kNames.at(static_cast<std::size_t>(gold)), request.profile, request.think_tags);
}

std::vector<Rewrite> Entail3Verifier::rewrites(const VerifyRequest& request) const {
    const Task task = read_task(request);
    const int gold = gold_meaning(task);
    if (!task.fault.empty() || gold < 0) return {};
    constexpr std::array<const char*, 3> kOther = {"contradicted", "entailed", "uncertain"};
    std::vector<Rewrite> rewrites = {
        {.rule = "another word",
         .accept = true,
         .answer = kOther.at(static_cast<std::size_t>(gold))},
        {.rule = "hedge", .accept = false, .answer = "true or false"},
        {.rule = "all three", .accept = false, .answer = "true, false, unknown"},
        {.rule = "negated",
         .accept = false,
         .answer = std::string("not ") + kNames.at(static_cast<std::size_t>(gold))}};
    for (int other = 0; other < 3; ++other) {
        if (other == gold) continue;
        const auto index = static_cast<std::size_t>(other);
        rewrites.push_back({.rule = "another value", .accept = false, .answer = kNames.at(index)});
        rewrites.push_back({.rule = "another value", .accept = false, .answer = kOther.at(index)});
    }
    return rewrites;
}

}  // namespace veritune::verify
