// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/result.h"
#include "core/verify/rational.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The expression language of `formula`. Values are exact rationals; sqrt, exp, ln, log10 and
/// powers that are not rational are rounded to 256 bits (ball arithmetic), far below any tolerance.
///   expression  or, and, not, = == != < <= > >=, + -, * /, unary -, ^ (right)
///   functions   sqrt exp ln log10 abs floor ceil min(..) max(..) round(x[, decimals], half to
///               even) if(condition, a, b) (only the chosen side is computed)
///               lookup(table, x): the value of the last row whose threshold is <= x
///               bands(table, x): marginal rates, each row's rate on the part of x above its
///               threshold and up to the next one (tax bands)
/// Conditions are 1 and 0.
namespace veritune::verify {

/// Rows (threshold, value), thresholds rising.
using FormulaTable = std::vector<std::pair<Rational, Rational>>;
struct FormulaNames {
    std::map<std::string, Rational> inputs;
    std::map<std::string, FormulaTable> tables;
};

/// errors  kInvalidArgument: the message says what is wrong and where (unknown name, division by
/// zero, root of a negative number, a value over 2^4096 or an expression over 4,096 tokens or 256
/// levels)
util::Result<Rational> evaluate_formula(std::string_view expression, const FormulaNames& names);

}  // namespace veritune::verify
