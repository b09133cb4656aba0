// SPDX-License-Identifier: Apache-2.0
#include "core/verify/math/scalar.h"

#include "core/verify/math/algebra.h"
#include "core/verify/math/balls.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace veritune::verify::math {

namespace {

/// Decimals from which a rounded value stands for a number that has no end.
constexpr int kMinDecimals = 6;
constexpr int kMaxDecimals = 60;

bool is_terminating(const Rational& value) {
    Rational below = value.denominator();
    for (const char* prime : {"2", "5"}) {
        const Rational factor(prime, 0);
        for (Rational next = below / factor; next.is_integer(); next = below / factor) below = next;
    }
    return below == Rational("1", 0);
}

bool is_decimal_of(const NodePtr& gold, const NodePtr& answer, Comparing& how) {
    if (!how.decimal_ok || !is_number(answer)) return false;
    if (answer->decimals < kMinDecimals || answer->decimals > kMaxDecimals) return false;
    if (is_number(gold) && (gold->value.bits() > 4'096 || is_terminating(gold->value)))
        return false;
    return is_rounded(gold, answer->value, answer->decimals, *how.budget);
}

}  // namespace

void Comparing::used(const char* tier) {
    static constexpr std::array<std::string_view, 4> kTiers = {
        "string", "exact", "algebraic", "numeric_ball"};
    const auto rank = [](std::string_view name) {
        return std::find(kTiers.begin(), kTiers.end(), name) - kTiers.begin();
    };
    if (rank(tier) > rank(method)) method = tier;
}

bool equal_scalars(const NodePtr& gold, const NodePtr& answer, Comparing& how) {
    if (is_number(gold) && is_number(answer)) {
        how.used("exact");
        if (gold->value == answer->value) return true;
        return is_decimal_of(gold, answer, how);
    }
    if (print(gold) == print(answer)) return true;
    if (is_decimal_of(gold, answer, how)) {
        how.used("numeric_ball");
        return true;
    }
    how.used("algebraic");
    const Difference difference = algebraic_difference(gold, answer, *how.budget);
    if (difference == Difference::kZero) return true;
    if (difference == Difference::kConstant) return false;
    how.used("numeric_ball");
    const BallResult result = ball_difference(gold, answer, *how.budget);
    if (result == BallResult::kUndecided) how.undecided = true;
    return result == BallResult::kEqual;
}

bool proportional_scalars(const NodePtr& gold, const NodePtr& answer, Comparing& how) {
    how.used("numeric_ball");
    const BallResult result = ball_proportional(gold, answer, *how.budget);
    if (result == BallResult::kUndecided) how.undecided = true;
    return result == BallResult::kEqual;
}

}  // namespace veritune::verify::math
