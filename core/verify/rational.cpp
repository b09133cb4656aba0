// SPDX-License-Identifier: Apache-2.0
#include "core/verify/rational.h"

#include "core/util/result.h"

#include <flint/flint.h>
#include <flint/fmpz.h>

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

}  // namespace veritune::verify
