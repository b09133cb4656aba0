// SPDX-License-Identifier: Apache-2.0
#include "core/verify/math/balls.h"

#include "core/util/rng.h"
#include "core/verify/math/algebra.h"

#include <acb.h>
#include <algorithm>
#include <arb.h>
#include <flint/fmpq.h>
#include <map>
#include <string>
#include <vector>

namespace veritune::verify::math {

namespace {

constexpr int kPoints = 12;
constexpr int kMinPoints = 6;
constexpr int kMaxTries = 60;
constexpr slong kPrecisions[] = {128, 320, 1024};
constexpr slong kAcceptBits = 200;
constexpr slong kGuardBits = 64;

class Ball {
  public:
    Ball() { acb_init(value_); }
    Ball(const Ball& other)
        : Ball() {
        acb_set(value_, other.value_);
    }
    Ball& operator=(const Ball& other) {
        if (this != &other) acb_set(value_, other.value_);
        return *this;
    }
    Ball(Ball&& other) noexcept
        : Ball() {
        acb_swap(value_, other.value_);
    }
    Ball& operator=(Ball&& other) noexcept {
        acb_swap(value_, other.value_);
        return *this;
    }
    ~Ball() { acb_clear(value_); }
    acb_struct* raw() { return value_; }
    const acb_struct* raw() const { return value_; }

  private:
    acb_t value_;
};

using Point = std::map<std::string, Rational>;

using Unary = void (*)(acb_t, const acb_t, slong);

void acb_arccot(acb_t out, const acb_t x, slong precision) {
    acb_inv(out, x, precision);
    acb_atan(out, out, precision);
}
void acb_arcsec(acb_t out, const acb_t x, slong precision) {
    acb_inv(out, x, precision);
    acb_acos(out, out, precision);
}
void acb_arccsc(acb_t out, const acb_t x, slong precision) {
    acb_inv(out, x, precision);
    acb_asin(out, out, precision);
}
void acb_log10(acb_t out, const acb_t x, slong precision) {
    arb_t ten;
    arb_init(ten);
    arb_const_log10(ten, precision);
    acb_log(out, x, precision);
    acb_div_arb(out, out, ten, precision);
    arb_clear(ten);
}
void acb_absolute(acb_t out, const acb_t x, slong precision) {
    acb_abs(acb_realref(out), x, precision);
    arb_zero(acb_imagref(out));
}
void acb_factorial(acb_t out, const acb_t x, slong precision) {
    acb_add_ui(out, x, 1, precision);
    acb_gamma(out, out, precision);
}

Unary unary_of(std::string_view name) {
    static constexpr std::pair<std::string_view, Unary> kFunctions[] = {
        {"sin", acb_sin},
        {"cos", acb_cos},
        {"tan", acb_tan},
        {"cot", acb_cot},
        {"sec", acb_sec},
        {"csc", acb_csc},
        {"arcsin", acb_asin},
        {"arccos", acb_acos},
        {"arctan", acb_atan},
        {"arccot", acb_arccot},
        {"arcsec", acb_arcsec},
        {"arccsc", acb_arccsc},
        {"sinh", acb_sinh},
        {"cosh", acb_cosh},
        {"tanh", acb_tanh},
        {"coth", acb_coth},
        {"sech", acb_sech},
        {"csch", acb_csch},
        {"arcsinh", acb_asinh},
        {"arccosh", acb_acosh},
        {"arctanh", acb_atanh},
        {"ln", acb_log},
        {"log", acb_log10},
        {"abs", acb_absolute},
        {"factorial", acb_factorial}};
    for (const auto& [key, function] : kFunctions) {
        if (key == name) return function;
    }
    return nullptr;
}

/// Evaluates one tree at one point. `usable` turns false for what has no value here and for what
/// the epsilon guard forbids.
class Evaluator {
  public:
    Evaluator(const Point& point, slong precision, std::int64_t& work)
        : point_(point),
          precision_(precision),
          work_(work) {}

    Ball evaluate(const NodePtr& node) {
        Ball out = compute(node);
        if (acb_is_finite(out.raw()) == 0) usable = false;
        if (usable && is_tiny(out, kGuardBits)) guarded = true;
        return out;
    }

    bool usable = true;
    bool guarded = false;

  private:
    /// Surely smaller than 2^-bits and surely not zero.
    static bool is_tiny(const Ball& value, slong bits) {
        if (acb_contains_zero(value.raw()) != 0) return false;
        mag_t size;
        mag_init(size);
        acb_get_mag(size, value.raw());
        const bool tiny = mag_cmp_2exp_si(size, -bits) < 0;
        mag_clear(size);
        return tiny;
    }

    Ball compute(const NodePtr& node) {
        work_ += node->kind == Kind::kFunction || node->kind == Kind::kPow ? precision_ / 16
                                                                           : precision_ / 64;
        Ball out;
        if (work_ > kMaxBallWork) usable = false;
        if (!usable) return out;
        switch (node->kind) {
            case Kind::kNumber:
                arb_set_fmpq(acb_realref(out.raw()), node->value.raw(), precision_);
                return out;
            case Kind::kSymbol:
                return symbol_value(node->text);
            case Kind::kAdd:
                return sum(node);
            case Kind::kMul:
                acb_one(out.raw());
                for (const NodePtr& kid : node->kids) {
                    const Ball factor = evaluate(kid);
                    acb_mul(out.raw(), out.raw(), factor.raw(), precision_);
                }
                return out;
            case Kind::kPow:
                return power(node);
            case Kind::kDegrees:
                out = evaluate(node->kids[0]);
                acb_div_ui(out.raw(), out.raw(), 180, precision_);
                acb_mul(out.raw(), out.raw(), symbol_value("pi").raw(), precision_);
                return out;
            case Kind::kFunction:
                return function(node);
            default:
                usable = false;
                return out;
        }
    }

    Ball symbol_value(const std::string& name) {
        Ball out;
        if (name == "pi") {
            arb_const_pi(acb_realref(out.raw()), precision_);
        } else if (name == "e") {
            arb_const_e(acb_realref(out.raw()), precision_);
        } else if (name == "i") {
            acb_onei(out.raw());
        } else if (const auto found = point_.find(name); found != point_.end()) {
            arb_set_fmpq(acb_realref(out.raw()), found->second.raw(), precision_);
        } else {
            usable = false;  // infinity
        }
        return out;
    }

    Ball sum(const NodePtr& node) {
        Ball out;
        std::vector<Ball> terms;
        for (const NodePtr& kid : node->kids) {
            terms.push_back(evaluate(kid));
            acb_add(out.raw(), out.raw(), terms.back().raw(), precision_);
        }
        if (acb_contains_zero(out.raw()) != 0) return out;
        for (const Ball& term : terms) {
            Ball share;
            acb_div(share.raw(), term.raw(), out.raw(), precision_);
            if (is_tiny(share, kGuardBits)) guarded = true;
        }
        return out;
    }

    Ball power(const NodePtr& node) {
        Ball base = evaluate(node->kids[0]);
        Ball out;
        const NodePtr& exponent = node->kids[1];
        if (is_number(exponent) && exponent->value.bits() <= 32) {
            const long below = exponent->value.denominator().to_long(0);
            const Rational above = exponent->value * exponent->value.denominator();
            if (below == 2) acb_sqrt(base.raw(), base.raw(), precision_);
            if (below == 1 || below == 2) {
                acb_pow_si(out.raw(), base.raw(), above.to_long(1), precision_);
                return out;
            }
        }
        // e^x by exp: a power of a ball around e is wider.
        if (is_symbol(node->kids[0], "e")) {
            acb_exp(out.raw(), evaluate(exponent).raw(), precision_);
            return out;
        }
        acb_pow(out.raw(), base.raw(), evaluate(exponent).raw(), precision_);
        return out;
    }

    Ball function(const NodePtr& node) {
        Ball out;
        const Unary unary = unary_of(node->text);
        if (unary == nullptr || node->kids.size() != 1) {
            usable = false;
            return out;
        }
        const Ball argument = evaluate(node->kids[0]);
        if (usable) unary(out.raw(), argument.raw(), precision_);
        return out;
    }

    const Point& point_;
    slong precision_;
    std::int64_t& work_;
};

/// Rational numbers between 1/3 and 4 with both signs: powers stay far from the epsilon guard.
Point point_of(const std::vector<std::string>& names, int index) {
    Point point;
    util::Rng rng(0x6d617468, util::RngStream::kVerify, static_cast<std::uint64_t>(index));
    for (const std::string& name : names) {
        const std::uint64_t above = 337 + rng.below(1'000);
        const std::uint64_t below = index % 2 == 0 ? 333 : 1'361;
        const Rational value =
            Rational(std::to_string(above), 0) / Rational(std::to_string(below), 0);
        point[name] = index % 3 == 2 ? -value : value;
    }
    return point;
}

/// -1 not decided at this precision, 0 separated, 1 equal to within the accepted radius
int judge(const Ball& difference, const Ball& scale) {
    if (acb_contains_zero(difference.raw()) == 0) return 0;
    mag_t size;
    mag_t limit;
    mag_init(size);
    mag_init(limit);
    acb_get_mag(size, difference.raw());
    acb_get_mag(limit, scale.raw());
    if (mag_cmp_2exp_si(limit, 0) < 0) mag_one(limit);
    mag_mul_2exp_si(limit, limit, -kAcceptBits);
    const bool close = mag_cmp(size, limit) <= 0;
    mag_clear(size);
    mag_clear(limit);
    return close ? 1 : -1;
}

enum class Spot { kSkip, kSame, kDifferent, kOpen };

class Comparison {
  public:
    Comparison(const NodePtr& gold, const NodePtr& answer, Budget& budget)
        : gold_(gold),
          answer_(answer),
          budget_(budget),
          names_(variables_of(gold, answer)),
          complex_(has_symbol(gold, "i")) {}

    BallResult difference() {
        return over_points([this](const Point& point) { return same_at(point); });
    }

    BallResult proportional() {
        // The reference point fixes the factor.
        const Point base = point_of(names_, 997);
        return over_points(
            [this, &base](const Point& point) { return proportional_at(point, base); });
    }

  private:
    template <typename Judge>
    BallResult over_points(const Judge& judge_point) {
        if (names_.size() > 8) return BallResult::kUndecided;
        const int wanted = names_.empty() ? 1 : kPoints;
        const int needed = names_.empty() ? 1 : kMinPoints;
        int good = 0;
        const int tries = names_.empty() ? 1 : kMaxTries;
        for (int index = 0; index < tries && good < wanted; ++index) {
            const Spot spot = judge_point(point_of(names_, index));
            if (spot == Spot::kDifferent) return finish(BallResult::kDifferent);
            if (spot == Spot::kOpen) return finish(BallResult::kUndecided);
            if (spot == Spot::kSame) ++good;
            if (work_ > kMaxBallWork) return finish(BallResult::kUndecided);
        }
        return finish(good >= needed ? BallResult::kEqual : BallResult::kUndecided);
    }

    BallResult finish(BallResult result) {
        budget_.operations += work_;
        return result;
    }

    bool is_gold_usable(const Evaluator& evaluator, const Ball& value) const {
        return evaluator.usable && (complex_ || arb_is_zero(acb_imagref(value.raw())) != 0);
    }

    Spot same_at(const Point& point) {
        for (const slong precision : kPrecisions) {
            Evaluator left(point, precision, work_);
            Evaluator right(point, precision, work_);
            const Ball gold = left.evaluate(gold_);
            if (!is_gold_usable(left, gold)) {
                if (precision == kPrecisions[2] || !names_.empty()) return Spot::kSkip;
                continue;
            }
            const Ball answer = right.evaluate(answer_);
            if (!right.usable) {
                if (precision == kPrecisions[2]) return Spot::kOpen;
                continue;
            }
            Ball difference;
            acb_sub(difference.raw(), gold.raw(), answer.raw(), precision);
            const int verdict = judge(difference, gold);
            if (verdict == 0) return Spot::kDifferent;
            if (verdict == 1) return left.guarded || right.guarded ? Spot::kSkip : Spot::kSame;
        }
        return Spot::kOpen;
    }

    Spot proportional_at(const Point& point, const Point& base) {
        for (const slong precision : kPrecisions) {
            Evaluator here(point, precision, work_);
            Evaluator there(base, precision, work_);
            const Ball gold = here.evaluate(gold_);
            const Ball answer = here.evaluate(answer_);
            const Ball gold_base = there.evaluate(gold_);
            const Ball answer_base = there.evaluate(answer_);
            if (!here.usable || !there.usable) return Spot::kSkip;
            if (acb_contains_zero(gold_base.raw()) != 0 ||
                acb_contains_zero(answer_base.raw()) != 0) {
                continue;
            }
            Ball left;
            Ball right;
            acb_mul(left.raw(), gold.raw(), answer_base.raw(), precision);
            acb_mul(right.raw(), answer.raw(), gold_base.raw(), precision);
            Ball difference;
            acb_sub(difference.raw(), left.raw(), right.raw(), precision);
            const int verdict = judge(difference, left);
            if (verdict == 0) return Spot::kDifferent;
            if (verdict == 1) return here.guarded || there.guarded ? Spot::kSkip : Spot::kSame;
        }
        return Spot::kOpen;
    }

    const NodePtr& gold_;
    const NodePtr& answer_;
    Budget& budget_;
    std::vector<std::string> names_;
    bool complex_;
    std::int64_t work_ = 0;
};

}  // namespace

BallResult ball_difference(const NodePtr& gold, const NodePtr& answer, Budget& budget) {
    return Comparison(gold, answer, budget).difference();
}

BallResult ball_proportional(const NodePtr& gold, const NodePtr& answer, Budget& budget) {
    return Comparison(gold, answer, budget).proportional();
}

std::optional<int> ball_order(const NodePtr& a, const NodePtr& b, Budget& budget) {
    const Point nowhere;
    std::int64_t work = 0;
    for (const slong precision : kPrecisions) {
        Evaluator evaluator(nowhere, precision, work);
        const Ball left = evaluator.evaluate(a);
        const Ball right = evaluator.evaluate(b);
        budget.operations += work;
        if (!evaluator.usable || arb_is_zero(acb_imagref(left.raw())) == 0 ||
            arb_is_zero(acb_imagref(right.raw())) == 0) {
            return std::nullopt;
        }
        if (arb_lt(acb_realref(left.raw()), acb_realref(right.raw())) != 0) return -1;
        if (arb_gt(acb_realref(left.raw()), acb_realref(right.raw())) != 0) return 1;
    }
    return ball_difference(a, b, budget) == BallResult::kEqual ? std::optional<int>(0)
                                                               : std::nullopt;
}

bool is_rounded(const NodePtr& gold, const Rational& answer, int decimals, Budget& budget) {
    if (!variables_of(gold, gold).empty()) return false;
    const Rational unit("1", -decimals);
    const Rational half = unit / Rational("2", 0);
    // Rounded: within half a unit. Cut: less than a unit beyond the answer, away from zero.
    const auto below = [&](const Rational& bound) {
        return ball_order(number(bound), gold, budget);
    };
    const Rational low = answer - half;
    const Rational high = answer + half;
    const std::optional<int> over_low = below(low);
    const std::optional<int> over_high = below(high);
    if (!over_low || !over_high) return false;
    if (*over_low <= 0 && *over_high >= 0) return true;
    const bool negative = answer < Rational();
    const std::optional<int> over_answer = below(answer);
    const std::optional<int> over_next = below(negative ? answer - unit : answer + unit);
    if (!over_answer || !over_next) return false;
    return negative ? *over_answer >= 0 && *over_next < 0 : *over_answer <= 0 && *over_next > 0;
}

}  // namespace veritune::verify::math
