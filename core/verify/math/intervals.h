// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/math/node.h"

#include <optional>
#include <vector>

namespace veritune::verify::math {

/// Text of a union that was written as a list ("x < 1 or x > 2"): there no part may lie in another,
/// or "x > 5, x > 6" would hedge between two answers.
inline constexpr const char* kListed = "list";

/// One piece of the real line. Ends may be infinity; a point has two closed equal ends.
struct Piece {
    NodePtr low;
    NodePtr high;
    bool low_closed = false;
    bool high_closed = false;
};

/// A union, interval, set of numbers or difference of them as sorted pieces that do not touch;
/// nullopt when it is none of these or its ends cannot be put in order.
std::optional<std::vector<Piece>> pieces_of(const NodePtr& node, Budget& budget);

}  // namespace veritune::verify::math
