// SPDX-License-Identifier: Apache-2.0
#include "core/verify/units.h"

#include "core/text/answer_extractor.h"
#include "core/verify/number_text.h"
#include "core/verify/numeric_verifier.h"
#include "core/verify/unit_table.h"

#include <algorithm>
#include <array>
#include <utility>

namespace veritune::verify {

namespace {

constexpr std::size_t kMaxUnitBytes = 128;
constexpr std::size_t kMaxQuantityBytes = 1024;
constexpr int kMaxDepth = 8;

struct Fold {
    std::string_view from;
    std::string_view to;
};
constexpr Fold kFolds[] = {
    {"\xC2\xB5", "u"},
    {"\xCE\xBC", "u"},
    {"\\mu ", "u"},
    {"\\mu", "u"},
    {"\xE2\x84\xA6", "ohm"},
    {"\xCE\xA9", "ohm"},
    {"\\Omega", "ohm"},
    {"^{\\circ}", "\xC2\xB0"},
    {"^\\circ", "\xC2\xB0"},
    {"\\degree", "\xC2\xB0"},
    {"\xC2\xBA", "\xC2\xB0"},
    {"\xE2\x84\x83",
     "\xC2\xB0"
     "C"},
    {"\xE2\x84\x89",
     "\xC2\xB0"
     "F"},
    {"\xC2\xB7", "*"},
    {"\xE2\x8B\x85", "*"},
    {"\\cdot", "*"},
    {"\\times", "*"},
    {"\xC3\x97", "*"},
    {"**", "^"},
    {"\xC2\xB9", "^1"},
    {"\xC2\xB2", "^2"},
    {"\xC2\xB3", "^3"},
    {"\xE2\x81\xB4", "^4"},
    {"\xE2\x81\xBB\xC2\xB9", "^-1"},
    {"\xE2\x81\xBB\xC2\xB2", "^-2"},
    {"\xE2\x81\xBB\xC2\xB3", "^-3"},
    {"\xE2\x88\x92", "-"},
    {"\xC2\xA0", " "},
    {"\xE2\x80\xAF", " "},
    {"\xE2\x80\x89", " "},
    {"\\%", "%"},
    {"\\$", "$"},
    {"\\,", " "},
    {"\\ ", " "},
    {"~", " "},
    {"\\text", ""},
    {"\\mathrm", ""},
    {"\\rm", ""},
    {"{", "("},
    {"}", ")"},
    {" per ", "/"},
    {" pro ", "/"},
    {" square ", " sq "},
};

/// End of the group that begins at `at`, behind its brace; npos: none.
std::size_t group_end(std::string_view text, std::size_t at) {
    if (at >= text.size() || text[at] != '{') return std::string_view::npos;
    int depth = 0;
    for (; at < text.size(); ++at) {
        if (text[at] == '{') ++depth;
        if (text[at] == '}' && --depth == 0) return at + 1;
    }
    return std::string_view::npos;
}

/// "\frac{\text{m}}{\text{s}}" as "{\text{m}}/{\text{s}}"; a fraction of numbers stays.
std::string fold_fraction(std::string_view text) {
    const std::size_t at = std::min(text.find("\\frac{"), text.find("\\dfrac{"));
    if (at == std::string_view::npos) return std::string(text);
    const std::size_t above = text.find('{', at);
    const std::size_t middle = group_end(text, above);
    const std::size_t end = middle == std::string_view::npos ? middle : group_end(text, middle);
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (end == std::string_view::npos ||
        std::none_of(text.begin() + static_cast<std::ptrdiff_t>(above),
                     text.begin() + static_cast<std::ptrdiff_t>(middle),
                     letter)) {
        return std::string(text);
    }
    std::string out(text.substr(0, at));
    out += text.substr(above, middle - above);
    out += '/';
    out += text.substr(middle);
    return out;
}

std::string fold_unit(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const Fold* best = nullptr;
        for (const Fold& fold : kFolds) {
            const bool longer = best == nullptr || fold.from.size() > best->from.size();
            if (longer && text.starts_with(fold.from)) best = &fold;
        }
        if (best == nullptr) {
            out += text.front();
            text.remove_prefix(1);
        } else {
            out += best->to;
            text.remove_prefix(best->from.size());
        }
    }
    // TeX writes "^\\circ C" with a space.
    for (std::size_t at = out.find("\xC2\xB0 "); at != out.npos; at = out.find("\xC2\xB0 ")) {
        out.erase(at + 2, 1);
    }
    return out;
}

Unit times(const Unit& a, const Unit& b, long power) {
    Unit result = a;
    for (const auto& [base, exponent] : b.dimension) {
        long& sum = result.dimension[base];
        sum += exponent * power;
        if (sum == 0) result.dimension.erase(base);
    }
    for (long i = 0; i < (power < 0 ? -power : power); ++i) {
        result.factor = power < 0 ? result.factor / b.factor : result.factor * b.factor;
    }
    return result;
}

Unit one() {
    Unit unit;
    unit.factor = Rational("1", 0);
    return unit;
}

/// Recursive descent over folded text.
class UnitReader {
  public:
    explicit UnitReader(std::string_view text)
        : rest_(text) {}

    std::optional<Unit> read() {
        std::optional<Unit> unit = product(0);
        if (!rest_.empty()) return std::nullopt;
        return unit;
    }

  private:
    void skip_spaces() {
        while (rest_.starts_with(' ')) rest_.remove_prefix(1);
    }
    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    std::optional<Unit> product(int depth) {
        Unit result = one();
        long side = 1;
        bool affine = false;
        int terms = 0;
        for (skip_spaces(); !rest_.empty() && rest_.front() != ')'; skip_spaces()) {
            if (take('/')) {
                side = -1;
                skip_spaces();
            } else if (terms > 0 && (take('*') || take('.'))) {
                side = 1;
                skip_spaces();
            } else if (terms > 0) {
                side = 1;
            }
            const std::optional<Unit> part = term(depth, side);
            if (!part) return std::nullopt;
            affine = affine || !part->offset.is_zero();
            ++terms;
            if (terms == 1 && side == 1) {
                result = *part;
                continue;
            }
            if (affine || terms > 16) return std::nullopt;  // no degree Celsius in a product
            result = times(result, *part, 1);
        }
        if (terms == 0) return std::nullopt;
        return result;
    }

    /// One unit with its exponent, which `side` multiplies.
    std::optional<Unit> term(int depth, long side) {
        std::optional<Unit> unit;
        if (depth < kMaxDepth && take('(')) {
            unit = product(depth + 1);
            if (!take(')')) return std::nullopt;
        } else {
            unit = factor_and_atom();
        }
        if (!unit) return std::nullopt;
        const std::optional<long> power = exponent();
        if (!power) return std::nullopt;
        if (*power * side == 1) return unit;
        if (!unit->offset.is_zero()) return std::nullopt;
        return times(one(), *unit, *power * side);
    }

    /// "1.73m2": the exponent belongs to the unit only, so the number is taken out of it again.
    std::optional<Unit> factor_and_atom() {
        const std::size_t size = std::min(rest_.find_first_not_of("0123456789."), rest_.size());
        const std::string_view number = rest_.substr(0, size);
        if (size > 16) return std::nullopt;
        rest_.remove_prefix(size);
        if (number.empty()) return atom();
        const ParsedNumber parsed = parse_number(number);
        if (parsed.fault != NumberFault::kNone || parsed.value.is_zero()) return std::nullopt;
        Unit scale = one();
        scale.factor = parsed.value;
        skip_spaces();
        if (rest_.empty() || rest_.front() == '/' || rest_.front() == ')') return scale;
        std::optional<Unit> unit = atom();
        const std::optional<long> power = unit ? exponent() : std::nullopt;
        if (!power || !unit->offset.is_zero()) return std::nullopt;
        return times(scale, *unit, *power);
    }

    std::optional<Unit> atom() {
        const auto ends = [](char c) {
            return std::string_view("*/^() .-0123456789").find(c) != std::string_view::npos;
        };
        std::size_t size = 0;
        while (size < rest_.size() && !ends(rest_[size])) ++size;
        const std::string_view name = rest_.substr(0, size);
        rest_.remove_prefix(size);
        if (name == "sq" || name == "cu" || name == "square" || name == "cubic") {
            skip_spaces();
            const std::optional<Unit> unit = atom();
            if (!unit || !unit->offset.is_zero()) return std::nullopt;
            return times(one(), *unit, name == "cu" || name == "cubic" ? 3 : 2);
        }
        return find_unit(name);
    }

    /// "^2", "^(-1)", "2", "-1"; 1 when there is none.
    std::optional<long> exponent() {
        const bool caret = take('^');
        const bool braces = caret && take('(');
        const bool minus =
            rest_.size() > 1 && rest_[0] == '-' && rest_[1] >= '0' && rest_[1] <= '9' && take('-');
        const std::string_view digits = take_digits(rest_);
        if (braces && !take(')')) return std::nullopt;
        if (digits.empty()) return caret || minus ? std::nullopt : std::optional<long>(1);
        if (digits.size() > 1 || digits == "0") return std::nullopt;
        return (minus ? -1 : 1) * static_cast<long>(digits[0] - '0');
    }

    std::string_view rest_;
};

/// A currency sign or code at the beginning, taken out of `text`.
std::string take_currency(std::string_view& text) {
    static constexpr std::string_view kSigns[] = {
        "US$",    "C$",  "A$",  "$",   "\\$", "\xE2\x82\xAC", "\xC2\xA3", "\xC2\xA5",
        "\\euro", "EUR", "USD", "GBP", "CHF", "JPY",          "CAD",      "AUD",
        "SEK",    "NOK", "DKK", "PLN", "CNY", "INR"};
    for (const std::string_view sign : kSigns) {
        if (!text.starts_with(sign)) continue;
        text = trim_ascii(text.substr(sign.size()));
        return std::string(sign == "\\euro" ? "EUR" : sign);
    }
    return {};
}

Quantity with_currency(Quantity quantity, const std::string& sign) {
    const std::optional<Unit> currency = parse_unit(sign);
    const bool scaled = quantity.has_unit && !quantity.unit.dimension.empty();
    if (!currency || quantity.fault != QuantityFault::kNone) return quantity;
    if (scaled) {  // "$5 EUR"
        quantity.fault = QuantityFault::kNotAQuantity;
        return quantity;
    }
    quantity.unit = times(*currency, quantity.unit, 1);
    quantity.has_unit = true;
    return quantity;
}

/// The longest number from the beginning whose rest is a unit.
Quantity number_then_unit(std::string_view text, char mark) {
    Quantity result;
    result.fault = QuantityFault::kNotAQuantity;
    for (std::size_t size = text.size(); size > 0; --size) {
        const std::string_view rest = trim_ascii(text.substr(size));
        if (rest.size() > kMaxUnitBytes) break;
        const ParsedNumber number = parse_number(trim_ascii(text.substr(0, size)), mark);
        if (number.fault == NumberFault::kNotANumber) continue;
        std::optional<Unit> unit = rest.empty() ? one() : parse_unit(rest);
        if (!unit) continue;
        if (number.fault == NumberFault::kTooLarge) {
            result.fault = QuantityFault::kTooLarge;
            return result;
        }
        return {.fault = QuantityFault::kNone,
                .value = number.value,
                .unit = std::move(*unit),
                .has_unit = !rest.empty() || text.ends_with('%')};
    }
    return result;
}

}  // namespace

std::optional<Unit> parse_unit(std::string_view text) {
    if (text.size() > kMaxUnitBytes) return std::nullopt;
    const std::string folded = fold_unit(text);
    if (trim_ascii(folded).empty()) return one();
    return UnitReader(trim_ascii(folded)).read();
}

Quantity parse_quantity(std::string_view text, char decimal_mark) {
    Quantity none;
    none.fault = QuantityFault::kNotAQuantity;
    if (text.size() > kMaxQuantityBytes) return none;
    const std::string stripped = fold_fraction(text::strip_answer(text));
    std::string_view rest = trim_ascii(stripped);
    const bool minus = rest.starts_with('-');
    std::string_view behind = minus ? trim_ascii(rest.substr(1)) : rest;
    const std::string currency = take_currency(behind);
    if (currency.empty()) return number_then_unit(rest, decimal_mark);
    if (minus && behind.starts_with('-')) return none;
    Quantity quantity = with_currency(number_then_unit(behind, decimal_mark), currency);
    if (minus) quantity.value = -quantity.value;
    return quantity;
}

Rational convert(const Quantity& quantity, const Unit& target) {
    const Rational base = quantity.value * quantity.unit.factor + quantity.unit.offset;
    return (base - target.offset) / target.factor;
}

}  // namespace veritune::verify
