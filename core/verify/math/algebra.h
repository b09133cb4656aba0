// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/math/node.h"

namespace veritune::verify::math {

enum class Difference { kZero, kConstant, kUnknown };

/// Tier T3: gold - answer as a quotient of two FLINT fmpz_mpoly over the variables, pi, e, i, the
/// roots of prime numbers and whatever else is no rational function (one generator per normal
/// form), reduced by i^2 = -1 and r^n = p.
/// kZero      they are equal wherever both are defined: a proof
/// kConstant  they differ by a rational number that is not zero: a proof
/// kUnknown   everything else, and everything over 8 variables, 64 generators, 10,000 terms or
///            degree 512; limits are looked at before each multiplication
Difference algebraic_difference(const NodePtr& gold, const NodePtr& answer, Budget& budget);

/// The names of the variables in order, without pi, e, i and inf.
std::vector<std::string> variables_of(const NodePtr& a, const NodePtr& b);
/// `name` is somewhere in the tree as a symbol.
bool has_symbol(const NodePtr& node, std::string_view name);

}  // namespace veritune::verify::math
