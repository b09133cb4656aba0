// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"
#include "core/verify/logic/solver.h"

#include <memory>

/// Z3 behind the seam of core/verify/logic/solver.h.
namespace veritune::solver {

/// Z3 with a context of its own for every question, seeds 0, one thread, 512 MiB, and a budget in
/// Z3's own steps instead of time.
/// errors  kUnavailable: the library on this machine is another version than verdicts are hashed
/// with
util::Result<std::unique_ptr<verify::logic::Solver>> make_z3_solver();

/// Makes one and installs it for the whole program, once; a second call changes nothing.
util::Status install_z3();

}  // namespace veritune::solver
