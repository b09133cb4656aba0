// SPDX-License-Identifier: Apache-2.0
#include "core/verify/number_text.h"
#include "core/verify/numeric_verifier.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace veritune::verify {

namespace {

/// 10^9999 has 33,000 bits: far under the 2^20 of a result, and no answer of an office is longer.
constexpr long kMaxExponent = 9'999;

using Fault = NumberFault;

/// A reader over folded text. Every take_...() leaves the text alone when it does not apply.
class NumberReader {
  public:
    explicit NumberReader(std::string_view text)
        : rest_(text) {}

    ParsedNumber read() {
        const bool negative = take_sign();
        ParsedNumber number = read_unsigned();
        if (!rest_.empty() && number.fault == Fault::kNone) number.fault = Fault::kNotANumber;
        if (number.fault != Fault::kNone) return {.fault = number.fault, .value = {}};
        if (negative) number.value = -number.value;
        return number;
    }

  private:
    static ParsedNumber fault(Fault kind) { return {.fault = kind, .value = {}}; }

    bool take(std::string_view prefix) {
        if (!rest_.starts_with(prefix)) return false;
        rest_.remove_prefix(prefix.size());
        return true;
    }

    void skip_spaces() {
        while (rest_.starts_with(' ') || rest_.starts_with(kThinSpace)) rest_.remove_prefix(1);
    }

    bool take_sign() {
        const bool negative = take("-");
        if (!negative) take("+");
        return negative;
    }

    ParsedNumber read_unsigned() {
        for (const std::string_view command : {"\\frac", "\\dfrac", "\\tfrac"}) {
            if (take(command)) return read_tex_fraction();
        }
        if (rest_.starts_with("10^")) {
            rest_.remove_prefix(2);
            return read_power("1", 0);
        }
        return read_decimal();
    }

    /// A signed whole number without groups; empty digits when there is none.
    std::pair<std::string, bool> take_whole() {
        const bool negative = take_sign();
        return {std::string(take_digits(rest_)), negative};
    }

    ParsedNumber read_tex_fraction() {
        std::array<Rational, 2> parts;
        for (Rational& part : parts) {
            if (!take("{")) return fault(Fault::kNotANumber);
            const auto [digits, negative] = take_whole();
            if (digits.empty() || !take("}")) return fault(Fault::kNotANumber);
            part = Rational(digits, 0);
            if (negative) part = -part;
        }
        if (parts[1].is_zero()) return fault(Fault::kNotANumber);
        return {.fault = Fault::kNone, .value = parts[0] / parts[1]};
    }

    ParsedNumber read_slash_fraction(const std::string& numerator) {
        const std::string denominator(take_digits(rest_));
        if (denominator.empty()) return fault(Fault::kNotANumber);
        const Rational below(denominator, 0);
        if (below.is_zero()) return fault(Fault::kNotANumber);
        return {.fault = Fault::kNone, .value = Rational(numerator, 0) / below};
    }

    ParsedNumber read_decimal() {
        std::string digits;
        if (!rest_.starts_with('.')) {
            const std::size_t before = rest_.size();
            digits = take_grouped_digits(rest_);
            if (digits.empty()) return fault(Fault::kNotANumber);
            const bool grouped = before - rest_.size() != digits.size();
            if (!grouped && take("/")) return read_slash_fraction(digits);
        }
        long exponent = 0;
        if (take(".")) {
            const std::string_view fraction = take_digits(rest_);
            if (fraction.empty()) return fault(Fault::kNotANumber);
            digits += fraction;
            exponent = -static_cast<long>(fraction.size());
        }
        return read_suffix(digits, exponent);
    }

    /// What may stand behind a decimal: nothing, a percent sign, a power of ten.
    ParsedNumber read_suffix(const std::string& digits, long exponent) {
        if (rest_.starts_with('e') || rest_.starts_with('E')) {
            rest_.remove_prefix(1);
            return scaled(digits, exponent, take_whole());
        }
        skip_spaces();
        if (take("\\%") || take("%")) {
            return {.fault = Fault::kNone, .value = Rational(digits, exponent - 2)};
        }
        for (const std::string_view times :
             {"*", "\\times", "\\cdot", "\xC3\x97", "\xC2\xB7", "\xE2\x8B\x85"}) {
            if (!take(times)) continue;
            skip_spaces();
            if (!take("10")) return fault(Fault::kNotANumber);
            return read_power(digits, exponent);
        }
        return {.fault = Fault::kNone, .value = Rational(digits, exponent)};
    }

    /// "^3", "^{-3}" behind a ten.
    ParsedNumber read_power(const std::string& digits, long exponent) {
        if (!take("^")) return fault(Fault::kNotANumber);
        const bool braces = take("{");
        const auto power = take_whole();
        if (braces && !take("}")) return fault(Fault::kNotANumber);
        return scaled(digits, exponent, power);
    }

    /// digits * 10^(exponent + power), looked at before it is computed.
    static ParsedNumber scaled(const std::string& digits,
                               long exponent,
                               const std::pair<std::string, bool>& power) {
        if (power.first.empty()) return fault(Fault::kNotANumber);
        const std::size_t zeros = std::min(power.first.find_first_not_of('0'), power.first.size());
        const std::string_view significant = std::string_view(power.first).substr(zeros);
        if (significant.size() > 4) return fault(Fault::kTooLarge);
        long shift = 0;
        for (const char digit : significant) shift = shift * 10 + (digit - '0');
        static_assert(kMaxExponent == 9'999, "four digits are the limit above");
        return {.fault = Fault::kNone,
                .value = Rational(digits, exponent + (power.second ? -shift : shift))};
    }

    std::string_view rest_;
};

}  // namespace

ParsedNumber parse_number(std::string_view text, char decimal_mark) {
    std::optional<std::string> plain = fold_number(trim_ascii(text));
    if (!plain) return {.fault = NumberFault::kNotANumber, .value = {}};
    if (decimal_mark == ',') {
        for (char& c : *plain) {
            if (c == ',') {
                c = '.';
            } else if (c == '.') {
                c = ',';
            }
        }
    }
    return NumberReader(*plain).read();
}

}  // namespace veritune::verify
