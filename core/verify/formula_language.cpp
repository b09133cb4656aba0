// SPDX-License-Identifier: Apache-2.0
#include "core/verify/formula_language.h"

#include "core/verify/number_text.h"
#include "core/verify/numeric_verifier.h"
#include "core/verify/real_functions.h"

#include <algorithm>
#include <optional>

namespace veritune::verify {

namespace {

using util::ErrorCode;
using util::Result;

constexpr int kMaxDepth = 256;
constexpr std::size_t kMaxBytes = std::size_t{16} << 10;
constexpr int kMaxSteps = 4096;
constexpr long kMaxMagnitude = 1233;  // 2^4096

Rational whole(long value) { return Rational(std::to_string(value < 0 ? -value : value), 0); }
Rational truth(bool value) { return whole(value ? 1 : 0); }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Recursive descent that computes at once. `live` is false on the side of an if that is not
/// chosen: there everything is read and nothing computed.
class Evaluator {
  public:
    Evaluator(std::string_view text, const FormulaNames& names)
        : text_(text),
          names_(names) {}

    Result<Rational> run() {
        const Rational value = disjunction(true);
        skip();
        if (fault_.empty() && pos_ != text_.size()) fail("something follows the end");
        if (!fault_.empty()) return util::fail(ErrorCode::kInvalidArgument, fault_);
        return value;
    }

  private:
    Rational fail(const std::string& why) {
        if (fault_.empty()) fault_ = "formula, character " + std::to_string(pos_ + 1) + ": " + why;
        pos_ = text_.size();
        return {};
    }
    void skip() {
        while (pos_ < text_.size() && (text_[pos_] == ' ' || text_[pos_] == '\n')) ++pos_;
        if (++steps_ > 16 * kMaxSteps) fail("too long");
    }
    bool take(std::string_view token) {
        skip();
        const std::string_view rest = text_.substr(pos_);
        if (!rest.starts_with(token)) return false;
        const bool word = is_letter(token.front());
        if (word && rest.size() > token.size() &&
            (is_letter(rest[token.size()]) || is_digit(rest[token.size()]))) {
            return false;
        }
        pos_ += token.size();
        return true;
    }
    Rational checked(Rational value) {
        if (!value.is_zero() && (value.magnitude() > kMaxMagnitude)) return fail("too large");
        return value;
    }

    Rational disjunction(bool live) {
        Rational left = conjunction(live);
        while (take("or")) {
            const Rational right = conjunction(live);
            left = truth(!left.is_zero() || !right.is_zero());
        }
        return left;
    }
    Rational conjunction(bool live) {
        Rational left = negation(live);
        while (take("and")) {
            const Rational right = negation(live);
            left = truth(!left.is_zero() && !right.is_zero());
        }
        return left;
    }
    Rational negation(bool live) {
        if (++depth_ > kMaxDepth) return fail("nested too deep");
        const bool negated = take("not");
        Rational value = negated ? truth(negation(live).is_zero()) : comparison(live);
        --depth_;
        return value;
    }
    Rational comparison(bool live) {
        const Rational left = sum(live);
        if (take("<=")) return truth(left <= sum(live));
        if (take(">=")) return truth(left >= sum(live));
        if (take("!=")) return truth(left != sum(live));
        if (take("==") || take("=")) return truth(left == sum(live));
        if (take("<")) return truth(left < sum(live));
        if (take(">")) return truth(left > sum(live));
        return left;
    }
    Rational sum(bool live) {
        Rational left = product(live);
        for (;;) {
            if (take("+")) {
                left = checked(left + product(live));
            } else if (take("-")) {
                left = checked(left - product(live));
            } else {
                return left;
            }
        }
    }
    Rational product(bool live) {
        Rational left = signed_power(live);
        for (;;) {
            if (take("*")) {
                left = checked(left * signed_power(live));
            } else if (take("/")) {
                const Rational right = signed_power(live);
                if (!live) continue;
                if (right.is_zero()) return fail("division by zero");
                left = checked(left / right);
            } else {
                return left;
            }
        }
    }
    Rational signed_power(bool live) {
        if (++depth_ > kMaxDepth) return fail("nested too deep");
        Rational value;
        if (take("-")) {
            value = -signed_power(live);
        } else {
            value = atom(live);
            if (take("^")) {
                const Rational exponent = signed_power(live);
                value = live ? real(power_of(value, exponent)) : Rational();
            }
        }
        --depth_;
        return value;
    }
    Rational real(std::optional<Rational> value) {
        if (!value) return fail("no real number, or too large");
        return checked(std::move(*value));
    }

    Rational atom(bool live) {
        skip();
        if (take("(")) {
            Rational value = disjunction(live);
            if (!take(")")) return fail("a bracket is not closed");
            return value;
        }
        if (pos_ >= text_.size()) return fail("something is missing");
        if (is_digit(text_[pos_]) || text_[pos_] == '.') return number();
        if (!is_letter(text_[pos_])) return fail("unexpected character");
        const std::size_t begin = pos_;
        while (pos_ < text_.size() && (is_letter(text_[pos_]) || is_digit(text_[pos_]))) ++pos_;
        const std::string name(text_.substr(begin, pos_ - begin));
        if (take("(")) return call(name, live);
        const auto found = names_.inputs.find(name);
        if (found == names_.inputs.end()) return fail("there is no input \"" + name + "\"");
        return found->second;
    }
    Rational number() {
        const std::size_t begin = pos_;
        while (pos_ < text_.size() && (is_digit(text_[pos_]) || text_[pos_] == '.')) ++pos_;
        const bool exponent = pos_ + 1 < text_.size() && text_[pos_] == 'e' &&
                              (is_digit(text_[pos_ + 1]) || text_[pos_ + 1] == '-');
        if (exponent) {
            pos_ += 2;
            while (pos_ < text_.size() && is_digit(text_[pos_])) ++pos_;
        }
        const ParsedNumber parsed = parse_number(text_.substr(begin, pos_ - begin));
        if (parsed.fault != NumberFault::kNone) return fail("not a number");
        return checked(parsed.value);
    }

    Rational call(const std::string& name, bool live) {
        if (name == "if") return branch(live);
        if (name == "lookup" || name == "bands") return table_call(name, live);
        std::vector<Rational> args;
        do {
            args.push_back(disjunction(live));
        } while (take(","));
        if (!take(")")) return fail("a bracket is not closed");
        if (!live || !fault_.empty()) return {};
        return apply(name, args);
    }
    Rational branch(bool live) {
        const bool condition = !disjunction(live).is_zero();
        if (!take(",")) return fail("if needs three parts");
        const Rational then = disjunction(live && condition);
        if (!take(",")) return fail("if needs three parts");
        const Rational otherwise = disjunction(live && !condition);
        if (!take(")")) return fail("a bracket is not closed");
        return condition ? then : otherwise;
    }
    Rational table_call(const std::string& function, bool live) {
        skip();
        const std::size_t begin = pos_;
        while (pos_ < text_.size() && (is_letter(text_[pos_]) || is_digit(text_[pos_]))) ++pos_;
        const auto table = names_.tables.find(std::string(text_.substr(begin, pos_ - begin)));
        if (table == names_.tables.end()) return fail("there is no such table");
        if (!take(",")) return fail("a table needs a value");
        const Rational x = disjunction(live);
        if (!take(")")) return fail("a bracket is not closed");
        if (!live || !fault_.empty()) return {};
        return function == "bands" ? bands(table->second, x) : lookup(table->second, x);
    }
    Rational lookup(const FormulaTable& table, const Rational& x) {
        const Rational* value = nullptr;
        for (const auto& [threshold, entry] : table) {
            if (threshold <= x) value = &entry;
        }
        return value == nullptr ? fail("the value lies below the table") : *value;
    }
    Rational bands(const FormulaTable& table, const Rational& x) {
        Rational total;
        for (std::size_t i = 0; i < table.size(); ++i) {
            const bool open = i + 1 == table.size() || x <= table[i + 1].first;
            const Rational top = open ? x : table[i + 1].first;
            if (top > table[i].first) total = total + (top - table[i].first) * table[i].second;
        }
        return checked(total);
    }
    Rational apply(const std::string& name, const std::vector<Rational>& args) {
        if (name == "min") return *std::min_element(args.begin(), args.end());
        if (name == "max") return *std::max_element(args.begin(), args.end());
        if (name == "round" && args.size() <= 2) return round(args);
        if (args.size() != 1) return fail("wrong number of values for \"" + name + "\"");
        const Rational& x = args[0];
        if (name == "abs") return x.abs();
        if (name == "floor" || name == "ceil") return step(name, x);
        if (name == "sqrt") return real(square_root(x));
        if (name == "exp") return real(exponential(x));
        if (name == "ln") return real(logarithm(x));
        if (name == "log10") return real(logarithm10(x));
        return fail("there is no function \"" + name + "\"");
    }
    Rational round(const std::vector<Rational>& args) {
        long decimals = 0;
        for (; args.size() == 2 && decimals < 30 && whole(decimals) < args[1].abs();) ++decimals;
        if (args.size() == 2 && whole(decimals) != args[1].abs()) return fail("bad decimals");
        const bool minus = args.size() == 2 && args[1] < Rational();
        return args[0].rounded(minus ? -decimals : decimals);
    }
    static Rational step(const std::string& name, const Rational& x) {
        const Rational near = x.rounded(0);
        if (name == "floor") return near > x ? near - whole(1) : near;
        return near < x ? near + whole(1) : near;
    }

    std::string_view text_;
    const FormulaNames& names_;
    std::size_t pos_ = 0;
    int depth_ = 0;
    int steps_ = 0;
    std::string fault_;
};

}  // namespace

Result<Rational> evaluate_formula(std::string_view expression, const FormulaNames& names) {
    if (expression.size() > kMaxBytes) {
        return util::fail(ErrorCode::kInvalidArgument, "the formula is too long");
    }
    return Evaluator(expression, names).run();
}

}  // namespace veritune::verify
