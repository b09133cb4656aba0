// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/logic/term.h"

#include <cstdint>
#include <string>
#include <vector>

/// The seam to an SMT solver. This module knows none: `veritune`, which is also the verify worker,
/// installs one (core/solver); the engine and the window do not link it, so that no solver ever
/// meets a model's text there.
namespace veritune::verify::logic {

/// The release that verdicts are made with; part of the hash of verifiers that ask a solver.
std::string solver_version();  ///< "z3 4.8.12.0"
/// Steps of the solver's own counter: about a tenth of a second each 100,000.
inline constexpr std::uint32_t kSolverSteps = 200'000;
inline constexpr std::uint32_t kMaxSolverSteps = 2'000'000;

enum class Satisfiable { kYes, kNo, kUnknown };

struct Decision {
    Satisfiable answer = Satisfiable::kUnknown;
    std::string reason;  ///< of kUnknown: "no_solver", "solver_gave_up", "solver_failed"
    /// Of kYes, where it was cheap to know: truth values of boolean variables.
    std::map<std::string, bool> model;
    std::int64_t operations = 0;
    bool by_solver = false;
};

class Solver {
  public:
    virtual ~Solver() = default;
    /// Whether all `roots` (truth values of the dag) can hold at once. steps  the budget; the same
    /// question has the same answer, whatever the machine is doing. threads  any
    virtual Decision solve(const TermDag& dag,
                           const std::vector<int>& roots,
                           std::uint32_t steps) const = 0;
};

/// Once, before verdicts are asked for; the solver lives as long as the program. nullptr: none.
void install_solver(const Solver* solver);
const Solver* installed_solver();

/// By truth table where all variables are truth values and they are few enough for 4 million word
/// operations, else by the installed solver; without one the answer is kUnknown, "no_solver".
Decision decide(const TermDag& dag, const std::vector<int>& roots, std::uint32_t steps);

}  // namespace veritune::verify::logic
