// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/math/node.h"

#include <string>

namespace veritune::verify::math {

/// One comparison: its rules, its budget and what decided.
struct Comparing {
    bool decimal_ok = true;  ///< six decimals of an irrational or repeating gold are enough
    bool percent_lenient = false;
    Budget* budget = nullptr;
    std::string method = "string";  ///< the weakest tier that had to help
    bool undecided = false;         ///< T4 could neither prove nor refute

    void used(const char* tier);
};

/// T0, T1, T3 and T4 on two scalars.
bool equal_scalars(const NodePtr& gold, const NodePtr& answer, Comparing& how);
/// gold = c * answer with a constant c that is not zero: equations of the same curve.
bool proportional_scalars(const NodePtr& gold, const NodePtr& answer, Comparing& how);

}  // namespace veritune::verify::math
