// SPDX-License-Identifier: Apache-2.0
#include "core/solver/z3_solver.h"

#include <algorithm>
#include <exception>
#include <map>
#include <string>
#include <z3++.h>

namespace veritune::solver {

namespace {

using verify::logic::Decision;
using verify::logic::Node;
using verify::logic::Op;
using verify::logic::Satisfiable;
using verify::logic::Sort;
using verify::logic::SortKind;
using verify::logic::TermDag;

std::string library_version() {
    unsigned major = 0;
    unsigned minor = 0;
    unsigned build = 0;
    unsigned revision = 0;
    Z3_get_version(&major, &minor, &build, &revision);
    return "z3 " + std::to_string(major) + "." + std::to_string(minor) + "." +
           std::to_string(build) + "." + std::to_string(revision);
}

/// Builds the terms of one question; kids come before their parents, so nothing recurses.
class Builder {
  public:
    Builder(z3::context& context, const TermDag& dag)
        : context_(context),
          dag_(dag) {}

    z3::expr_vector build(const std::vector<int>& roots) {
        std::vector<bool> needed(dag_.nodes.size(), false);
        for (const int root : roots) needed[static_cast<std::size_t>(root)] = true;
        for (std::size_t i = needed.size(); i-- > 0;) {
            if (!needed[i]) continue;
            for (const int kid : dag_.nodes[i].kids) needed[static_cast<std::size_t>(kid)] = true;
        }
        const z3::expr nothing = context_.bool_val(false);
        terms_.assign(dag_.nodes.size(), nothing);
        for (std::size_t i = 0; i < needed.size(); ++i) {
            if (needed[i]) terms_[i] = term(dag_.nodes[i]);
        }
        z3::expr_vector asserted(context_);
        for (const int root : roots) asserted.push_back(terms_[static_cast<std::size_t>(root)]);
        return asserted;
    }
    const std::map<std::string, z3::expr>& variables() const { return variables_; }

  private:
    z3::sort sort(const Sort& sort) {
        switch (sort.kind) {
            case SortKind::kBool:
                return context_.bool_sort();
            case SortKind::kInt:
                return context_.int_sort();
            case SortKind::kReal:
                return context_.real_sort();
            case SortKind::kBits:
                return context_.bv_sort(sort.width);
            case SortKind::kOther:
                return context_.uninterpreted_sort(sort.name.c_str());
        }
        return context_.bool_sort();
    }
    const z3::expr& kid(const Node& node, std::size_t i) const {
        return terms_[static_cast<std::size_t>(node.kids[i])];
    }
    z3::expr_vector kids(const Node& node) const {
        z3::expr_vector all(context_);
        for (std::size_t i = 0; i < node.kids.size(); ++i) all.push_back(kid(node, i));
        return all;
    }

    z3::expr term(const Node& node) {
        if (node.op >= Op::kBvAdd) return bit_vector(node);
        if (node.op >= Op::kAdd) return arithmetic(node);
        switch (node.op) {
            case Op::kTrue:
                return context_.bool_val(true);
            case Op::kNumber:
                return node.sort.kind == SortKind::kInt ? context_.int_val(node.text.c_str())
                                                        : context_.real_val(node.text.c_str());
            case Op::kBits:
                return context_.bv_val(static_cast<std::uint64_t>(node.bits), node.sort.width);
            case Op::kVariable: {
                const z3::expr made = context_.constant(node.text.c_str(), sort(node.sort));
                variables_.emplace(node.text, made);
                return made;
            }
            case Op::kApply:
                return applied(node);
            case Op::kNot:
                return !kid(node, 0);
            case Op::kAnd:
                return z3::mk_and(kids(node));
            case Op::kOr:
                return z3::mk_or(kids(node));
            case Op::kXor: {
                z3::expr odd = context_.bool_val(false);
                for (std::size_t i = 0; i < node.kids.size(); ++i) odd = odd != kid(node, i);
                return odd;
            }
            case Op::kImplies:
                return z3::implies(kid(node, 0), kid(node, 1));
            case Op::kEqual:
                return kid(node, 0) == kid(node, 1);
            case Op::kDistinct:
                return z3::distinct(kids(node));
            case Op::kIte:
                return z3::ite(kid(node, 0), kid(node, 1), kid(node, 2));
            default:
                return context_.bool_val(false);
        }
    }

    z3::expr applied(const Node& node) {
        const auto& signature = dag_.functions.at(node.text);
        z3::sort_vector arguments(context_);
        for (const Sort& one : signature.arguments) arguments.push_back(sort(one));
        return context_.function(node.text.c_str(), arguments, sort(signature.result))(kids(node));
    }

    z3::expr arithmetic(const Node& node) const {
        switch (node.op) {
            case Op::kAdd:
                return z3::sum(kids(node));
            case Op::kSub:
                return kid(node, 0) - kid(node, 1);
            case Op::kNeg:
                return -kid(node, 0);
            case Op::kMul:
                return kid(node, 0) * kid(node, 1);
            case Op::kDiv:
            case Op::kQuotient:
                return kid(node, 0) / kid(node, 1);
            case Op::kMod:
                return z3::mod(kid(node, 0), kid(node, 1));
            case Op::kToReal:
                return z3::to_real(kid(node, 0));
            case Op::kLess:
                return kid(node, 0) < kid(node, 1);
            default:
                return kid(node, 0) <= kid(node, 1);
        }
    }

    z3::expr bit_vector(const Node& node) const {
        const z3::expr& a = kid(node, 0);
        if (node.op == Op::kBvNot) return ~a;
        if (node.op == Op::kBvNeg) return -a;
        const z3::expr& b = kid(node, 1);
        switch (node.op) {
            case Op::kBvAdd:
                return a + b;
            case Op::kBvSub:
                return a - b;
            case Op::kBvMul:
                return a * b;
            case Op::kBvUdiv:
                return z3::udiv(a, b);
            case Op::kBvUrem:
                return z3::urem(a, b);
            case Op::kBvAnd:
                return a & b;
            case Op::kBvOr:
                return a | b;
            case Op::kBvXor:
                return a ^ b;
            case Op::kBvShl:
                return z3::shl(a, b);
            case Op::kBvLshr:
                return z3::lshr(a, b);
            case Op::kBvUlt:
                return z3::ult(a, b);
            case Op::kBvUle:
                return z3::ule(a, b);
            case Op::kBvSlt:
                return z3::slt(a, b);
            default:
                return z3::sle(a, b);
        }
    }

    z3::context& context_;
    const TermDag& dag_;
    std::vector<z3::expr> terms_;
    std::map<std::string, z3::expr> variables_;
};

std::int64_t steps_of(const z3::solver& solver) {
    const z3::stats statistics = solver.statistics();
    for (unsigned i = 0; i < statistics.size(); ++i) {
        if (statistics.key(i) == "rlimit count" && statistics.is_uint(i)) {
            return statistics.uint_value(i);
        }
    }
    return 0;
}

class Z3Solver final : public verify::logic::Solver {
  public:
    Decision solve(const TermDag& dag,
                   const std::vector<int>& roots,
                   std::uint32_t steps) const override {
        Decision decision;
        try {
            ask(dag, roots, steps, decision);
        } catch (const z3::exception&) {
            decision = {};
            decision.reason = "solver_failed";
        } catch (const std::exception&) {
            decision = {};
            decision.reason = "solver_failed";
        }
        return decision;
    }

  private:
    static void ask(const TermDag& dag,
                    const std::vector<int>& roots,
                    std::uint32_t steps,
                    Decision& decision) {
        z3::context context;
        z3::solver solver(context, z3::solver::simple{});
        z3::params params(context);
        params.set("rlimit", steps);
        params.set("random_seed", 0U);
        params.set("threads", 1U);
        solver.set(params);
        Builder builder(context, dag);
        const z3::expr_vector asserted = builder.build(roots);
        for (unsigned i = 0; i < asserted.size(); ++i) solver.add(asserted[static_cast<int>(i)]);
        const z3::check_result result = solver.check();
        decision.operations = steps_of(solver);
        if (result == z3::unsat) decision.answer = Satisfiable::kNo;
        if (result == z3::unknown) decision.reason = "solver_gave_up";
        if (result != z3::sat) return;
        decision.answer = Satisfiable::kYes;
        const z3::model model = solver.get_model();
        for (const auto& [name, variable] : builder.variables()) {
            if (!variable.is_bool()) continue;
            decision.model[name] = model.eval(variable, true).is_true();
        }
    }
};

}  // namespace

util::Result<std::unique_ptr<verify::logic::Solver>> make_z3_solver() {
    const std::string found = library_version();
    if (found != verify::logic::solver_version()) {
        return util::fail(util::ErrorCode::kUnavailable,
                          "the solver's library is " + found + " but the program was built with " +
                              verify::logic::solver_version() + "; build it again");
    }
    Z3_global_param_set("memory_max_size", "512");
    return std::unique_ptr<verify::logic::Solver>(std::make_unique<Z3Solver>());
}

util::Status install_z3() {
    static const util::Result<std::unique_ptr<verify::logic::Solver>> solver = make_z3_solver();
    if (!solver) return solver.error();
    verify::logic::install_solver(solver->get());
    return {};
}

}  // namespace veritune::solver
