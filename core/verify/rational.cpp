// SPDX-License-Identifier: Apache-2.0
#include "core/verify/rational.h"

#include "core/util/result.h"

#include <flint/flint.h>
#include <flint/fmpz.h>
#include <utility>

namespace veritune::verify {

namespace {

/// FLINT keeps a pool of large integers per thread; without this every ended thread would leave
/// its own behind.
struct ThreadPool {
    ThreadPool() = default;
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;
    ~ThreadPool() { flint_cleanup(); }
    void touch() const {}
};

void register_thread() {
    static thread_local const ThreadPool pool;
    pool.touch();
}

Rational power_of_ten(long exponent) { return Rational("1", exponent); }

}  // namespace

Rational::Rational() {
    register_thread();
    fmpq_init(value_);
}

Rational::Rational(const std::string& digits, long exponent)
    : Rational() {
    VT_CHECK(!digits.empty());
    VT_CHECK(fmpz_set_str(fmpq_numref(value_), digits.c_str(), 10) == 0);
    fmpz_t scale;
    fmpz_init(scale);
    fmpz_set_ui(scale, 10);
    fmpz_pow_ui(scale, scale, static_cast<ulong>(exponent < 0 ? -exponent : exponent));
    if (exponent < 0) {
        fmpq_div_fmpz(value_, value_, scale);
    } else {
        fmpq_mul_fmpz(value_, value_, scale);
    }
    fmpz_clear(scale);
}

Rational::Rational(const Rational& other)
    : Rational() {
    fmpq_set(value_, other.value_);
}

Rational& Rational::operator=(const Rational& other) {
    if (this != &other) fmpq_set(value_, other.value_);
    return *this;
}

Rational::Rational(Rational&& other) noexcept
    : Rational() {
    fmpq_swap(value_, other.value_);
}

Rational& Rational::operator=(Rational&& other) noexcept {
    fmpq_swap(value_, other.value_);
    return *this;
}

Rational::~Rational() { fmpq_clear(value_); }

Rational Rational::operator-() const {
    Rational result;
    fmpq_neg(result.value_, value_);
    return result;
}

Rational Rational::operator+(const Rational& other) const {
    Rational result;
    fmpq_add(result.value_, value_, other.value_);
    return result;
}

Rational Rational::operator-(const Rational& other) const {
    Rational result;
    fmpq_sub(result.value_, value_, other.value_);
    return result;
}

Rational Rational::operator*(const Rational& other) const {
    Rational result;
    fmpq_mul(result.value_, value_, other.value_);
    return result;
}

Rational Rational::operator/(const Rational& other) const {
    VT_CHECK(!other.is_zero());  // FLINT would end the program
    Rational result;
    fmpq_div(result.value_, value_, other.value_);
    return result;
}

Rational Rational::abs() const {
    Rational result;
    fmpq_abs(result.value_, value_);
    return result;
}

bool Rational::is_zero() const { return fmpq_is_zero(value_) != 0; }

bool Rational::operator==(const Rational& other) const {
    return fmpq_equal(value_, other.value_) != 0;
}

std::strong_ordering Rational::operator<=>(const Rational& other) const {
    return fmpq_cmp(value_, other.value_) <=> 0;
}

Rational Rational::rounded(long decimals) const {
    const Rational scaled = *this * power_of_ten(decimals);
    fmpz_t quotient;
    fmpz_t rest;
    fmpz_init(quotient);
    fmpz_init(rest);
    fmpz_fdiv_qr(quotient, rest, fmpq_numref(scaled.value_), fmpq_denref(scaled.value_));
    fmpz_mul_2exp(rest, rest, 1);
    const int side = fmpz_cmp(rest, fmpq_denref(scaled.value_));
    if (side > 0 || (side == 0 && fmpz_is_odd(quotient) != 0)) fmpz_add_ui(quotient, quotient, 1);
    Rational result;
    fmpz_set(fmpq_numref(result.value_), quotient);
    fmpz_clear(quotient);
    fmpz_clear(rest);
    return result * power_of_ten(-decimals);
}

long Rational::magnitude() const {
    VT_CHECK(!is_zero());
    const auto digits = [](const fmpz_t number) {
        return static_cast<long>(fmpz_sizeinbase(number, 10));
    };
    // The sizes may be one too large each, so the guess is only near.
    long exponent = digits(fmpq_numref(value_)) - digits(fmpq_denref(value_)) + 1;
    const Rational size = abs();
    while (size < power_of_ten(exponent)) --exponent;
    return exponent;
}

std::string Rational::to_string() const {
    char* text = fmpq_get_str(nullptr, 10, value_);
    std::string result = text;
    flint_free(text);
    return result;
}

bool Rational::is_integer() const { return fmpz_is_one(fmpq_denref(value_)) != 0; }

Rational Rational::denominator() const {
    Rational result;
    fmpz_set(fmpq_numref(result.value_), fmpq_denref(value_));
    return result;
}

long Rational::bits() const {
    const auto above = static_cast<long>(fmpz_bits(fmpq_numref(value_)));
    const auto below = static_cast<long>(fmpz_bits(fmpq_denref(value_)));
    return above > below ? above : below;
}

long Rational::to_long(long other) const {
    if (!is_integer() || bits() > 62) return other;
    return static_cast<long>(fmpz_get_si(fmpq_numref(value_)));
}

Rational Rational::pow(long exponent) const {
    VT_CHECK(!is_zero() || exponent > 0);
    Rational result;
    fmpq_pow_si(result.value_, value_, exponent);
    return result;
}

bool Rational::exact_root(unsigned long n, Rational& root) const {
    VT_CHECK(n > 0 && fmpq_sgn(value_) >= 0);
    if (n > 4096) return false;
    Rational found;
    const auto degree = static_cast<slong>(n);
    if (fmpz_root(fmpq_numref(found.value_), fmpq_numref(value_), degree) == 0) return false;
    if (fmpz_root(fmpq_denref(found.value_), fmpq_denref(value_), degree) == 0) return false;
    root = std::move(found);
    return true;
}

}  // namespace veritune::verify
