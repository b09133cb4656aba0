// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/math/node.h"

#include <vector>

/// Constructors that compute with exact rationals at once (tier T1). Every one looks at the size
/// of its result first; over the limit `budget` has the fault and the returned node is not used.
namespace veritune::verify::math {

NodePtr add(std::vector<NodePtr> kids, Budget& budget);
NodePtr multiply(std::vector<NodePtr> kids, Budget& budget);
NodePtr negate(const NodePtr& node, Budget& budget);
NodePtr divide(const NodePtr& above, const NodePtr& below, Budget& budget);  ///< x/0: kSyntax
NodePtr power(const NodePtr& base, const NodePtr& exponent, Budget& budget);
NodePtr root(const NodePtr& radicand, const NodePtr& degree, Budget& budget);
NodePtr factorial(const NodePtr& node, Budget& budget);
NodePtr binomial(const NodePtr& n, const NodePtr& k, Budget& budget);
/// name  "sin", "ln", "abs", "floor", ...; values at rational numbers that are plain are computed
NodePtr function(const std::string& name, const NodePtr& argument, Budget& budget);
NodePtr logarithm(const NodePtr& base, const NodePtr& argument, Budget& budget);

}  // namespace veritune::verify::math
