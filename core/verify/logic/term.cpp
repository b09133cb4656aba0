// SPDX-License-Identifier: Apache-2.0
#include "core/verify/logic/term.h"

#include <algorithm>
#include <utility>

namespace veritune::verify::logic {

namespace {

constexpr long kMaxBits = 4096;

std::uint64_t mask_of(unsigned width) {
    return width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
}

std::int64_t as_signed(std::uint64_t bits, unsigned width) {
    const std::uint64_t sign = std::uint64_t{1} << (width - 1);
    return static_cast<std::int64_t>((bits ^ sign) - sign);
}

Rational parse_rational(const std::string& text) {
    const bool negative = text.starts_with('-');
    const std::string digits = negative ? text.substr(1) : text;
    const std::size_t slash = digits.find('/');
    Rational value(digits.substr(0, slash), 0);
    if (slash != std::string::npos) value = value / Rational(digits.substr(slash + 1), 0);
    return negative ? -value : value;
}

/// Towards minus infinity.
Rational floor_of(const Rational& value) {
    const Rational nearest = value.rounded(0);
    return nearest > value ? nearest - Rational("1", 0) : nearest;
}

/// SMT-LIB: a = b * div + mod with 0 <= mod < |b|.
Rational euclidean_div(const Rational& a, const Rational& b) {
    const Rational whole = floor_of(a / b.abs());
    return b < Rational() ? -whole : whole;
}

class Evaluation {
  public:
    Evaluation(const TermDag& dag, const std::map<std::string, Value>& variables)
        : dag_(dag),
          variables_(variables) {}

    std::optional<Value> of(int root) {
        std::vector<bool> needed(static_cast<std::size_t>(root) + 1, false);
        needed.back() = true;
        for (int i = root; i >= 0; --i) {
            if (!needed[static_cast<std::size_t>(i)]) continue;
            for (const int kid : dag_.at(i).kids) needed[static_cast<std::size_t>(kid)] = true;
        }
        values_.resize(needed.size());
        for (int i = 0; i <= root; ++i) {
            if (!needed[static_cast<std::size_t>(i)]) continue;
            if (!compute(dag_.at(i), values_[static_cast<std::size_t>(i)])) return std::nullopt;
        }
        return values_.back();
    }

  private:
    const Value& kid(const Node& node, std::size_t i) const {
        return values_[static_cast<std::size_t>(node.kids[i])];
    }
    std::size_t count_true(const Node& node) const {
        std::size_t count = 0;
        for (std::size_t i = 0; i < node.kids.size(); ++i) count += kid(node, i).truth ? 1 : 0;
        return count;
    }

    bool compute(const Node& node, Value& out) {
        if (node.op >= Op::kBvAdd) return bit_vector(node, out);
        if (node.op >= Op::kAdd) return arithmetic(node, out);
        switch (node.op) {
            case Op::kTrue:
                out.truth = true;
                return true;
            case Op::kFalse:
                return true;
            case Op::kNumber:
                out.number = parse_rational(node.text);
                return true;
            case Op::kBits:
                out.bits = node.bits;
                return true;
            case Op::kVariable: {
                const auto found = variables_.find(node.text);
                if (found == variables_.end()) return false;
                out = found->second;
                return true;
            }
            case Op::kNot:
                out.truth = !kid(node, 0).truth;
                return true;
            case Op::kAnd:
                out.truth = count_true(node) == node.kids.size();
                return true;
            case Op::kOr:
                out.truth = count_true(node) > 0;
                return true;
            case Op::kXor:
                out.truth = count_true(node) % 2 == 1;
                return true;
            case Op::kImplies:
                out.truth = !kid(node, 0).truth || kid(node, 1).truth;
                return true;
            case Op::kEqual:
                out.truth = kid(node, 0) == kid(node, 1);
                return true;
            case Op::kDistinct:
                out.truth = distinct(node);
                return true;
            case Op::kIte:
                out = kid(node, 0).truth ? kid(node, 1) : kid(node, 2);
                return true;
            default:
                return false;  // a function
        }
    }

    bool distinct(const Node& node) const {
        for (std::size_t i = 0; i < node.kids.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                if (kid(node, i) == kid(node, j)) return false;
            }
        }
        return true;
    }

    bool arithmetic(const Node& node, Value& out) const {
        const Rational& a = kid(node, 0).number;
        const Rational b = node.kids.size() > 1 ? kid(node, 1).number : Rational();
        switch (node.op) {
            case Op::kAdd:
                for (std::size_t i = 0; i < node.kids.size(); ++i) {
                    out.number = out.number + kid(node, i).number;
                }
                break;
            case Op::kSub:
                out.number = a - b;
                break;
            case Op::kNeg:
                out.number = -a;
                break;
            case Op::kMul:
                out.number = a * b;
                break;
            case Op::kDiv:
                out.number = euclidean_div(a, b);
                break;
            case Op::kMod:
                out.number = a - b * euclidean_div(a, b);
                break;
            case Op::kQuotient:
                out.number = a / b;
                break;
            case Op::kToReal:
                out.number = a;
                break;
            case Op::kLess:
                out.truth = a < b;
                break;
            case Op::kLessEqual:
                out.truth = a <= b;
                break;
            default:
                return false;
        }
        return out.number.bits() <= kMaxBits;
    }

    bool bit_vector(const Node& node, Value& out) const {
        const unsigned width = dag_.at(node.kids[0]).sort.width;
        const std::uint64_t a = kid(node, 0).bits;
        const std::uint64_t b = node.kids.size() > 1 ? kid(node, 1).bits : 0;
        switch (node.op) {
            case Op::kBvAdd:
                out.bits = a + b;
                break;
            case Op::kBvSub:
                out.bits = a - b;
                break;
            case Op::kBvMul:
                out.bits = a * b;
                break;
            case Op::kBvUdiv:
                out.bits = b == 0 ? ~std::uint64_t{0} : a / b;
                break;
            case Op::kBvUrem:
                out.bits = b == 0 ? a : a % b;
                break;
            case Op::kBvAnd:
                out.bits = a & b;
                break;
            case Op::kBvOr:
                out.bits = a | b;
                break;
            case Op::kBvXor:
                out.bits = a ^ b;
                break;
            case Op::kBvNot:
                out.bits = ~a;
                break;
            case Op::kBvNeg:
                out.bits = ~a + 1;
                break;
            case Op::kBvShl:
                out.bits = b >= width ? 0 : a << b;
                break;
            case Op::kBvLshr:
                out.bits = b >= width ? 0 : a >> b;
                break;
            case Op::kBvUlt:
                out.truth = a < b;
                return true;
            case Op::kBvUle:
                out.truth = a <= b;
                return true;
            case Op::kBvSlt:
                out.truth = as_signed(a, width) < as_signed(b, width);
                return true;
            case Op::kBvSle:
                out.truth = as_signed(a, width) <= as_signed(b, width);
                return true;
            default:
                return false;
        }
        out.bits &= mask_of(width);
        return true;
    }

    const TermDag& dag_;
    const std::map<std::string, Value>& variables_;
    std::vector<Value> values_;
};

}  // namespace

std::optional<Value> evaluate(const TermDag& dag,
                              int root,
                              const std::map<std::string, Value>& variables) {
    return Evaluation(dag, variables).of(root);
}

}  // namespace veritune::verify::logic
