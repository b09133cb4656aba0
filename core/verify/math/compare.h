// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/math/scalar.h"

namespace veritune::verify::math {

/// Tier T2 over shaped trees (shape.h): the structures are compared by their rules, their parts by
/// equal_scalars(). Not symmetric: what the answer leaves out (a unit, "x =") may be missing, what
/// it adds must fit.
bool equal(const NodePtr& gold, const NodePtr& answer, Comparing& how);

}  // namespace veritune::verify::math
