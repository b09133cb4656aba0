// SPDX-License-Identifier: Apache-2.0
#include "core/generate/exact.h"

#include "core/util/result.h"
#include "core/verify/formula_language.h"

#include <algorithm>
#include <utility>

namespace veritune::generate {

Rational rational(long numerator, long denominator) {
    VT_CHECK(denominator != 0);
    const auto whole = [](long n) {
        const Rational size(std::to_string(n < 0 ? -n : n), 0);
        return n < 0 ? -size : size;
    };
    return whole(numerator) / whole(denominator);
}

std::string with_decimals(const Rational& value, long places) {
    const Rational scaled = value.rounded(places) * Rational("1", places);
    std::string digits = scaled.abs().to_string();
    const auto wanted = static_cast<std::size_t>(places) + 1;
    if (digits.size() < wanted) digits.insert(0, wanted - digits.size(), '0');
    if (places > 0) digits.insert(digits.size() - static_cast<std::size_t>(places), ".");
    const bool negative = value.rounded(places) < Rational();
    return (negative ? "-" : "") + digits;
}

std::string plain_decimal(const Rational& value) {
    for (long places = 0; places <= 12; ++places) {
        if (value.rounded(places) == value) return with_decimals(value, places);
    }
    VT_CHECK(false);
}

bool is_tie(const Rational& value, long places) {
    const Rational twice = (value * Rational("2", places));
    return twice.is_integer() && !(value * Rational("1", places)).is_integer();
}

Rational value_of(const std::string& expression) {
    auto value = verify::evaluate_formula(expression, {});
    VT_CHECK(value.has_value());
    return std::move(value).value();
}

Polynomial multiply(const Polynomial& a, const Polynomial& b) {
    Polynomial product(a.size() + b.size() - 1, 0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = 0; j < b.size(); ++j) product[i + j] += a[i] * b[j];
    }
    return product;
}

Polynomial derive(const Polynomial& p) {
    Polynomial result;
    for (std::size_t i = 1; i < p.size(); ++i) result.push_back(p[i] * static_cast<long>(i));
    if (result.empty()) result.push_back(0);
    return result;
}

long value_at(const Polynomial& p, long x) {
    long value = 0;
    for (auto c = p.rbegin(); c != p.rend(); ++c) value = value * x + *c;
    return value;
}

Rational value_at(const Polynomial& p, const Rational& x) {
    Rational value;
    for (auto c = p.rbegin(); c != p.rend(); ++c) value = value * x + rational(*c);
    return value;
}

std::string show(const Polynomial& p) {
    std::string out;
    for (std::size_t i = p.size(); i-- > 0;) {
        if (p[i] == 0) continue;
        const long size = p[i] < 0 ? -p[i] : p[i];
        if (out.empty()) {
            out += p[i] < 0 ? "-" : "";
        } else {
            out += p[i] < 0 ? " - " : " + ";
        }
        if (size != 1 || i == 0) out += std::to_string(size);
        if (i > 0) out += "x";
        if (i > 1) out += "^" + std::to_string(i);
    }
    return out.empty() ? "0" : out;
}

std::vector<long> falling(const Polynomial& p) { return {p.rbegin(), p.rend()}; }

Matrix multiply(const Matrix& a, const Matrix& b) {
    Matrix product(a.size(), std::vector<long>(b[0].size(), 0));
    for (std::size_t r = 0; r < a.size(); ++r) {
        for (std::size_t c = 0; c < b[0].size(); ++c) {
            for (std::size_t k = 0; k < b.size(); ++k) product[r][c] += a[r][k] * b[k][c];
        }
    }
    return product;
}

long determinant(const Matrix& m) {
    if (m.size() == 1) return m[0][0];
    long sum = 0;
    for (std::size_t c = 0; c < m.size(); ++c) {
        Matrix minor;
        for (std::size_t r = 1; r < m.size(); ++r) {
            minor.push_back(m[r]);
            minor.back().erase(minor.back().begin() + static_cast<long>(c));
        }
        sum += (c % 2 == 0 ? 1 : -1) * m[0][c] * determinant(minor);
    }
    return sum;
}

Rational determinant_by_steps(const Matrix& m) {
    std::vector<std::vector<Rational>> rows;
    for (const std::vector<long>& row : m) {
        rows.emplace_back();
        for (const long value : row) rows.back().push_back(rational(value));
    }
    Rational result = rational(1);
    for (std::size_t c = 0; c < rows.size(); ++c) {
        std::size_t pivot = c;
        while (pivot < rows.size() && rows[pivot][c].is_zero()) ++pivot;
        if (pivot == rows.size()) return {};
        if (pivot != c) result = -result;
        std::swap(rows[pivot], rows[c]);
        result = result * rows[c][c];
        for (std::size_t r = c + 1; r < rows.size(); ++r) {
            const Rational factor = rows[r][c] / rows[c][c];
            for (std::size_t k = c; k < rows.size(); ++k) {
                rows[r][k] = rows[r][k] - factor * rows[c][k];
            }
        }
    }
    return result;
}

std::string show(const Matrix& m) {
    std::string out = "[";
    for (const std::vector<long>& row : m) {
        out += out.size() > 1 ? ", [" : "[";
        for (std::size_t c = 0; c < row.size(); ++c) {
            out += (c == 0 ? "" : ", ") + std::to_string(row[c]);
        }
        out += "]";
    }
    return out + "]";
}

long power(long base, long exponent) {
    long result = 1;
    for (long i = 0; i < exponent; ++i) result *= base;
    return result;
}

long binomial(long n, long k) {
    if (k < 0 || k > n) return 0;
    long result = 1;
    for (long i = 1; i <= k; ++i) result = result * (n - k + i) / i;
    return result;
}

Radical radical(long n) {
    VT_CHECK(n >= 1);
    Radical made{.square = 1, .rest = n};
    for (long f = 2; f * f <= made.rest; ++f) {
        while (made.rest % (f * f) == 0) {
            made.rest /= f * f;
            made.square *= f;
        }
    }
    return made;
}

}  // namespace veritune::generate
