// SPDX-License-Identifier: Apache-2.0
#include "core/verify/real_functions.h"

#include "core/verify/numeric_verifier.h"

#include <arb.h>
#include <flint/fmpq.h>
#include <flint/fmpz.h>
#include <functional>

namespace veritune::verify {

namespace {

constexpr slong kPrecision = 320;
constexpr slong kBits = 256;
/// Powers stay below 2^20 bits, checked before computing.
constexpr long kMaxExponent = 4096;

/// Owns the two numbers of one call.
class Ball {
  public:
    Ball() { arb_init(value_); }
    explicit Ball(const Rational& x)
        : Ball() {
        fmpq_t exact;
        fmpq_init(exact);
        fmpq_set_str(exact, x.to_string().c_str(), 10);
        arb_set_fmpq(value_, exact, kPrecision);
        fmpq_clear(exact);
    }
    Ball(const Ball&) = delete;
    Ball& operator=(const Ball&) = delete;
    ~Ball() { arb_clear(value_); }
    arb_ptr get() { return value_; }

    std::optional<Rational> midpoint() {
        if (arb_is_finite(value_) == 0) return std::nullopt;
        arf_set_round(arb_midref(value_), arb_midref(value_), kBits, ARF_RND_NEAR);
        fmpq_t exact;
        fmpq_init(exact);
        // A tiny or huge exponent would make a fraction of millions of digits.
        const bool sane = arf_cmpabs_2exp_si(arb_midref(value_), 4096) < 0 &&
                          (arf_is_zero(arb_midref(value_)) != 0 ||
                           arf_cmpabs_2exp_si(arb_midref(value_), -4096) > 0);
        std::optional<Rational> result;
        if (sane) {
            arf_get_fmpq(exact, arb_midref(value_));
            char* text = fmpq_get_str(nullptr, 10, exact);
            result = from_fraction(text);
            flint_free(text);
        }
        fmpq_clear(exact);
        return result;
    }

    static std::optional<Rational> from_fraction(const std::string& text) {
        const bool minus = text.starts_with('-');
        const std::string plain = minus ? text.substr(1) : text;
        const std::size_t slash = plain.find('/');
        Rational value(plain.substr(0, slash), 0);
        if (slash != std::string::npos) value = value / Rational(plain.substr(slash + 1), 0);
        return minus ? -value : value;
    }

  private:
    arb_t value_;
};

std::optional<Rational> apply(const Rational& x, const std::function<void(arb_ptr, arb_ptr)>& f) {
    Ball argument(x);
    Ball result;
    f(result.get(), argument.get());
    return result.midpoint();
}

std::optional<long> small_integer(const Rational& x) {
    const std::string text = x.to_string();
    if (text.size() > 5 || text.find('/') != std::string::npos) return std::nullopt;
    return std::stol(text);
}

}  // namespace

std::optional<Rational> square_root(const Rational& x) {
    if (x < Rational()) return std::nullopt;
    std::optional<Rational> root =
        apply(x, [](arb_ptr out, arb_ptr in) { arb_sqrt(out, in, kPrecision); });
    // A rational root has few digits: the rounded value of 60 decimals finds it.
    if (root && root->rounded(60) * root->rounded(60) == x) return root->rounded(60);
    return root;
}

std::optional<Rational> exponential(const Rational& x) {
    if (x.is_zero()) return Rational("1", 0);
    if (x.abs() > Rational("2800", 0)) return std::nullopt;
    return apply(x, [](arb_ptr out, arb_ptr in) { arb_exp(out, in, kPrecision); });
}

std::optional<Rational> logarithm(const Rational& x) {
    if (x <= Rational()) return std::nullopt;
    if (x == Rational("1", 0)) return Rational();
    return apply(x, [](arb_ptr out, arb_ptr in) { arb_log(out, in, kPrecision); });
}

std::optional<Rational> logarithm10(const Rational& x) {
    if (x <= Rational()) return std::nullopt;
    const long magnitude = x.magnitude();
    if (x == Rational("1", magnitude)) {
        const Rational size(std::to_string(magnitude < 0 ? -magnitude : magnitude), 0);
        return magnitude < 0 ? -size : size;
    }
    return apply(x, [](arb_ptr out, arb_ptr in) { arb_log_base_ui(out, in, 10, kPrecision); });
}

std::optional<Rational> power_of(const Rational& base, const Rational& exponent) {
    const std::optional<long> whole = small_integer(exponent);
    if (whole && *whole >= -kMaxExponent && *whole <= kMaxExponent) {
        long left = *whole < 0 ? -*whole : *whole;
        if (base.is_zero() && *whole < 0) return std::nullopt;
        if (static_cast<long>(base.to_string().size()) * left > 300'000) return std::nullopt;
        Rational result("1", 0);
        for (Rational square = base; left > 0; left >>= 1) {
            if ((left & 1) != 0) result = result * square;
            if (left > 1) square = square * square;
        }
        return *whole < 0 ? Rational("1", 0) / result : result;
    }
    if (base < Rational()) return std::nullopt;
    if (base.is_zero()) return exponent > Rational() ? std::optional(Rational()) : std::nullopt;
    Ball x(base);
    Ball y(exponent);
    Ball result;
    arb_pow(result.get(), x.get(), y.get(), kPrecision);
    return result.midpoint();
}

}  // namespace veritune::verify
