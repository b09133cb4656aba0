// SPDX-License-Identifier: Apache-2.0
#include "core/verify/math/fold.h"

#include <algorithm>
#include <flint/fmpz.h>
#include <utility>

namespace veritune::verify::math {

namespace {

constexpr long kNoLong = -(1L << 62);

/// The largest argument whose factorial stays under 2^20 bits: log2(70000!) is 1.026e6.
constexpr long kMaxFactorial = 70'000;

Rational one() { return Rational("1", 0); }

bool is_negative(const Rational& value) { return value < Rational(); }

Rational integer_value(const fmpz_t value) {
    char* digits = fmpz_get_str(nullptr, 10, value);
    std::string text = digits;
    flint_free(digits);
    const bool negative = text.starts_with('-');
    const Rational size(negative ? text.substr(1) : text, 0);
    return negative ? -size : size;
}

void flatten(Kind kind, const NodePtr& node, std::vector<NodePtr>& out) {
    if (node->kind != kind) {
        out.push_back(node);
        return;
    }
    out.insert(out.end(), node->kids.begin(), node->kids.end());
}

NodePtr power_of_number(const NodePtr& base, const NodePtr& exponent, Budget& budget) {
    const long whole = exponent->value.to_long(kNoLong);
    const Rational size = base->value.abs();
    if (whole == kNoLong) {
        // 9^(9^9^9) is already stopped at its exponent; this is a huge or broken exponent.
        if (exponent->value.is_integer() && !base->value.is_zero() && size != one()) {
            budget.fail(Fault::kNumberTooLarge);
        }
        const Rational below = exponent->value.denominator();
        const long degree = below.to_long(kNoLong);
        Rational found;
        if (degree > 1 && degree <= 64 && !is_negative(base->value) &&
            base->value.exact_root(static_cast<unsigned long>(degree), found)) {
            return power(number(std::move(found)), number(exponent->value * below), budget);
        }
        return make(Kind::kPow, "", {base, exponent});
    }
    if (base->value.is_zero()) {
        if (whole <= 0) budget.fail(Fault::kSyntax);
        return number(0);
    }
    if (size == one()) {
        return number(is_negative(base->value) && whole % 2 != 0 ? -one() : one());
    }
    const long count = whole < 0 ? -whole : whole;
    if (count > kMaxNumberBits || !budget.spend_bits(base->value.bits() * count)) {
        budget.fail(Fault::kNumberTooLarge);
        return base;
    }
    return number(base->value.pow(whole));
}

}  // namespace

NodePtr add(std::vector<NodePtr> kids, Budget& budget) {
    std::vector<NodePtr> flat;
    for (const NodePtr& kid : kids) flatten(Kind::kAdd, kid, flat);
    Rational sum;
    std::vector<NodePtr> rest;
    for (NodePtr& kid : flat) {
        if (!is_number(kid)) {
            rest.push_back(std::move(kid));
        } else if (budget.spend_bits(sum.bits() + kid->value.bits())) {
            sum = sum + kid->value;
        }
    }
    if (rest.empty()) return number(std::move(sum));
    if (!sum.is_zero()) rest.push_back(number(std::move(sum)));
    return rest.size() == 1 ? rest.front() : make(Kind::kAdd, "", std::move(rest));
}

NodePtr multiply(std::vector<NodePtr> kids, Budget& budget) {
    std::vector<NodePtr> flat;
    for (const NodePtr& kid : kids) flatten(Kind::kMul, kid, flat);
    Rational product = one();
    std::vector<NodePtr> rest;
    for (NodePtr& kid : flat) {
        if (!is_number(kid)) {
            rest.push_back(std::move(kid));
        } else if (budget.spend_bits(product.bits() + kid->value.bits())) {
            product = product * kid->value;
        }
    }
    const bool finite = [&rest] {
        for (const NodePtr& kid : rest) {
            if (is_symbol(kid, "inf")) return false;
        }
        return true;
    }();
    if (rest.empty() || (product.is_zero() && finite)) return number(std::move(product));
    if (product != one()) rest.push_back(number(std::move(product)));
    return rest.size() == 1 ? rest.front() : make(Kind::kMul, "", std::move(rest));
}

NodePtr negate(const NodePtr& node, Budget& budget) {
    if (is_number(node)) return number(-node->value, node->decimals);
    if (node->kind == Kind::kDegrees) {
        return make(Kind::kDegrees, "", {negate(node->kids[0], budget)});
    }
    return multiply({number(-1), node}, budget);
}

NodePtr divide(const NodePtr& above, const NodePtr& below, Budget& budget) {
    if (is_number(below) && below->value.is_zero()) {
        budget.fail(Fault::kSyntax);
        return above;
    }
    return multiply({above, power(below, number(-1), budget)}, budget);
}

NodePtr power(const NodePtr& base, const NodePtr& exponent, Budget& budget) {
    ++budget.operations;
    if (is_number(exponent)) {
        if (exponent->value == one()) return base;
        if (is_number(base)) return power_of_number(base, exponent, budget);
        if (exponent->value.is_zero() && !is_symbol(base, "inf")) return number(1);
        // (x^a)^n = x^(a n) and (x y)^n = x^n y^n hold for whole n only.
        if (exponent->value.is_integer() && base->kind == Kind::kPow && is_number(base->kids[1])) {
            if (!budget.spend_bits(exponent->value.bits() + base->kids[1]->value.bits())) {
                return base;
            }
            return power(base->kids[0], number(exponent->value * base->kids[1]->value), budget);
        }
    }
    return make(Kind::kPow, "", {base, exponent});
}

NodePtr root(const NodePtr& radicand, const NodePtr& degree, Budget& budget) {
    const long n = is_number(degree) ? degree->value.to_long(0) : 0;
    if (n == 0 && is_number(degree)) {
        budget.fail(Fault::kSyntax);
        return radicand;
    }
    // The real cube root of a negative number, as schools and answers mean it.
    if (n > 1 && n % 2 == 1 && is_number(radicand) && is_negative(radicand->value)) {
        return negate(root(number(-radicand->value), degree, budget), budget);
    }
    return power(radicand, divide(number(1), degree, budget), budget);
}

NodePtr factorial(const NodePtr& node, Budget& budget) {
    if (!is_number(node)) return make(Kind::kFunction, "factorial", {node});
    if (!node->value.is_integer() || is_negative(node->value)) {
        budget.fail(Fault::kSyntax);
        return node;
    }
    const long n = node->value.to_long(kMaxFactorial + 1);
    // log2(n!) <= n log2(n), and 17 bits hold every n allowed.
    if (n > kMaxFactorial || !budget.spend_bits(n * 15)) {
        budget.fail(Fault::kNumberTooLarge);
        return node;
    }
    fmpz_t result;
    fmpz_init(result);
    fmpz_fac_ui(result, static_cast<ulong>(n));
    NodePtr value = number(integer_value(result));
    fmpz_clear(result);
    return value;
}

NodePtr binomial(const NodePtr& n, const NodePtr& k, Budget& budget) {
    if (!is_number(n) || !is_number(k)) return make(Kind::kFunction, "binomial", {n, k});
    const long above = n->value.to_long(-1);
    const long below = k->value.to_long(-1);
    if (above < 0 || below < 0) {
        budget.fail(n->value.bits() > 62 ? Fault::kNumberTooLarge : Fault::kSyntax);
        return n;
    }
    if (below > above) return number(0);
    const long bits = std::min(below, above - below) * n->value.bits();
    if (above > kMaxNumberBits || !budget.spend_bits(std::min(bits, above))) {
        budget.fail(Fault::kNumberTooLarge);
        return n;
    }
    fmpz_t result;
    fmpz_init(result);
    fmpz_bin_uiui(result, static_cast<ulong>(above), static_cast<ulong>(below));
    NodePtr value = number(integer_value(result));
    fmpz_clear(result);
    return value;
}

NodePtr function(const std::string& name, const NodePtr& argument, Budget& budget) {
    ++budget.operations;
    if (name == "exp") return power(symbol("e"), argument, budget);
    if (!is_number(argument)) return make(Kind::kFunction, name, {argument});
    const Rational& value = argument->value;
    if (name == "abs") return number(value.abs());
    if (name == "floor" || name == "ceil") {
        fmpz_t whole;
        fmpz_init(whole);
        const auto round = name == "floor" ? fmpz_fdiv_q : fmpz_cdiv_q;
        round(whole, fmpq_numref(value.raw()), fmpq_denref(value.raw()));
        NodePtr result = number(integer_value(whole));
        fmpz_clear(whole);
        return result;
    }
    const bool odd = name == "sin" || name == "tan" || name == "arcsin" || name == "arctan" ||
                     name == "sinh" || name == "tanh";
    if (value.is_zero() && odd) return number(0);
    if (value.is_zero() && (name == "cos" || name == "cosh" || name == "sec")) return number(1);
    if (value == one() && (name == "ln" || name == "log")) return number(0);
    return make(Kind::kFunction, name, {argument});
}

NodePtr logarithm(const NodePtr& base, const NodePtr& argument, Budget& budget) {
    if (is_number(base) && base->value == Rational("10", 0)) {
        return function("log", argument, budget);
    }
    return divide(function("ln", argument, budget), function("ln", base, budget), budget);
}

}  // namespace veritune::verify::math
