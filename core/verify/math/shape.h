// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/math/node.h"

namespace veritune::verify::math {

/// Text of the tuple that "x_1 = 2, x_2 = -2" becomes: a set of solutions or a vector.
inline constexpr const char* kIndexed = "__";

/// One form for the many ways to say the same: "±" becomes a set, an inequality of one variable an
/// interval, "x \in S" its set, "x = 1 or x = 2" a set of values, "x = 1, y = 2" a tuple in the
/// order of the names, the reals an interval, "x \neq 2" the reals without 2.
NodePtr shape(const NodePtr& tree, Budget& budget);

/// The value of "x = 5" or "f(x) = 5" (also written the other way round); nullptr when it is no
/// assignment. name  the left side's normal form
NodePtr assigned_value(const NodePtr& node, std::string& name);

}  // namespace veritune::verify::math
