// SPDX-License-Identifier: Apache-2.0
#include "core/verify/logic/solver.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <set>

namespace veritune::verify::logic {

namespace {

constexpr std::size_t kMaxTableVariables = 24;
constexpr std::uint64_t kMaxTableWords = 4'000'000;

std::atomic<const Solver*>& solver_slot() {
    static std::atomic<const Solver*> slot{nullptr};
    return slot;
}

/// The values of the first six variables in 64 assignments at once.
constexpr std::array<std::uint64_t, 6> kPatterns = {0xAAAAAAAAAAAAAAAAULL,
                                                    0xCCCCCCCCCCCCCCCCULL,
                                                    0xF0F0F0F0F0F0F0F0ULL,
                                                    0xFF00FF00FF00FF00ULL,
                                                    0xFFFF0000FFFF0000ULL,
                                                    0xFFFFFFFF00000000ULL};

class TruthTable {
  public:
    TruthTable(const TermDag& dag, const std::vector<int>& roots)
        : dag_(dag),
          roots_(roots),
          needed_(dag.nodes.size(), false) {
        for (const int root : roots) needed_[static_cast<std::size_t>(root)] = true;
        std::set<std::string> names;
        for (std::size_t i = dag.nodes.size(); i-- > 0;) {
            if (!needed_[i]) continue;
            const Node& node = dag.nodes[i];
            fits_ = fits_ && node.sort.kind == SortKind::kBool && is_boolean(node.op);
            if (node.op == Op::kVariable) names.insert(node.text);
            for (const int kid : node.kids) needed_[static_cast<std::size_t>(kid)] = true;
            work_ += 1 + node.kids.size();
        }
        names_.assign(names.begin(), names.end());
        fits_ = fits_ && names_.size() <= kMaxTableVariables && words() * work_ <= kMaxTableWords;
    }

    bool fits() const { return fits_; }

    Decision decide() {
        Decision decision;
        decision.operations = static_cast<std::int64_t>(words() * work_);
        const std::uint64_t valid =
            names_.size() >= 6 ? ~std::uint64_t{0}
                               : (std::uint64_t{1} << (std::size_t{1} << names_.size())) - 1;
        std::vector<std::uint64_t> values(dag_.nodes.size(), 0);
        for (std::uint64_t word = 0; word < words(); ++word) {
            std::uint64_t all = valid;
            for (std::size_t i = 0; i < dag_.nodes.size(); ++i) {
                if (needed_[i]) values[i] = value(dag_.nodes[i], values, word);
            }
            for (const int root : roots_) all &= values[static_cast<std::size_t>(root)];
            if (all == 0) continue;
            decision.answer = Satisfiable::kYes;
            const auto bit = static_cast<std::uint64_t>(__builtin_ctzll(all));
            for (std::size_t v = 0; v < names_.size(); ++v) {
                decision.model[names_[v]] = ((pattern(v, word) >> bit) & 1U) != 0;
            }
            return decision;
        }
        decision.answer = Satisfiable::kNo;
        return decision;
    }

  private:
    static bool is_boolean(Op op) {
        switch (op) {
            case Op::kTrue:
            case Op::kFalse:
            case Op::kVariable:
            case Op::kNot:
            case Op::kAnd:
            case Op::kOr:
            case Op::kXor:
            case Op::kImplies:
            case Op::kEqual:
            case Op::kIte:
                return true;
            default:
                return false;
        }
    }
    std::uint64_t words() const {
        return names_.size() <= 6 ? 1 : std::uint64_t{1} << (names_.size() - 6);
    }
    static std::uint64_t pattern(std::size_t variable, std::uint64_t word) {
        if (variable < 6) return kPatterns[variable];
        return ((word >> (variable - 6)) & 1U) != 0 ? ~std::uint64_t{0} : 0;
    }
    std::uint64_t value(const Node& node,
                        const std::vector<std::uint64_t>& values,
                        std::uint64_t word) const {
        const auto kid = [&](std::size_t i) {
            return values[static_cast<std::size_t>(node.kids[i])];
        };
        switch (node.op) {
            case Op::kTrue:
                return ~std::uint64_t{0};
            case Op::kVariable: {
                const auto found = std::lower_bound(names_.begin(), names_.end(), node.text);
                return pattern(static_cast<std::size_t>(found - names_.begin()), word);
            }
            case Op::kNot:
                return ~kid(0);
            case Op::kImplies:
                return ~kid(0) | kid(1);
            case Op::kEqual:
                return ~(kid(0) ^ kid(1));
            case Op::kIte:
                return (kid(0) & kid(1)) | (~kid(0) & kid(2));
            case Op::kAnd:
            case Op::kOr:
            case Op::kXor: {
                std::uint64_t result = node.op == Op::kAnd ? ~std::uint64_t{0} : 0;
                for (std::size_t i = 0; i < node.kids.size(); ++i) {
                    if (node.op == Op::kAnd) result &= kid(i);
                    if (node.op == Op::kOr) result |= kid(i);
                    if (node.op == Op::kXor) result ^= kid(i);
                }
                return result;
            }
            default:
                return 0;  // false
        }
    }

    const TermDag& dag_;
    const std::vector<int>& roots_;
    std::vector<bool> needed_;
    std::vector<std::string> names_;
    std::uint64_t work_ = 0;
    bool fits_ = true;
};

}  // namespace

std::string solver_version() { return std::string("z3 ") + VERITUNE_Z3_VERSION; }

void install_solver(const Solver* solver) { solver_slot().store(solver); }

const Solver* installed_solver() { return solver_slot().load(); }

Decision decide(const TermDag& dag, const std::vector<int>& roots, std::uint32_t steps) {
    TruthTable table(dag, roots);
    if (table.fits()) return table.decide();
    const Solver* const solver = installed_solver();
    Decision decision;
    if (solver == nullptr) {
        decision.reason = "no_solver";
        return decision;
    }
    decision = solver->solve(dag, roots, steps);
    decision.by_solver = true;
    return decision;
}

}  // namespace veritune::verify::logic
