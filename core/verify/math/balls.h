// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/math/node.h"

#include <optional>

/// Tier T4: Arb's ball arithmetic at fixed pseudo-random rational points.
namespace veritune::verify::math {

enum class BallResult { kEqual, kDifferent, kUndecided };

/// kDifferent is a proof: two balls at one point are separated. kEqual: at all points the balls
/// overlap with a radius of at most 2^-200 of their size. Points where the gold is not real (unless
/// it holds i) or not finite are replaced by the next. The epsilon guard: a part smaller than 2^-64
/// but not zero, or a summand under 2^-64 of its sum, makes a point worthless. Fewer than 6 good
/// points (1 without variables) are kUndecided. Work is counted, kMaxBallWork at most; it goes into
/// the budget's operations.
inline constexpr std::int64_t kMaxBallWork = 200'000;
BallResult ball_difference(const NodePtr& gold, const NodePtr& answer, Budget& budget);

/// The same for gold = c * answer with one constant c that is not zero.
BallResult ball_proportional(const NodePtr& gold, const NodePtr& answer, Budget& budget);

/// -1, 0 or 1 for a < b, a = b (kEqual above), a > b; nullopt when one is no real constant.
std::optional<int> ball_order(const NodePtr& a, const NodePtr& b, Budget& budget);

/// The real constant `gold`, rounded or cut to so many decimals, is `answer`.
bool is_rounded(const NodePtr& gold, const Rational& answer, int decimals, Budget& budget);

}  // namespace veritune::verify::math
