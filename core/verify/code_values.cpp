// SPDX-License-Identifier: Apache-2.0
#include "core/verify/code_values.h"

#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;
using util::Result;
using Kind = CodeValue::Kind;

constexpr int kMaxLevels = 64;
/// A level of the tagged form is up to three levels of JSON.
constexpr util::JsonLimits kWireLimits = {.max_bytes = (std::size_t{1} << 20) + 64,
                                          .max_depth = 3 * kMaxLevels + 8,
                                          .max_nodes = 600'000};

util::Error not_a_value(const char* why) {
    return util::fail(util::ErrorCode::kCorruptData, std::string("not a typed value: ") + why);
}

bool is_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

/// "-ff" without leading zeros, or nullopt.
std::optional<std::string> normal_hex(std::string_view text) {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    if (text.empty() || !is_hex(text)) return std::nullopt;
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size() - 1));
    if (text == "0") return "0";
    return (negative ? "-" : "") + std::string(text);
}

/// float.hex() of Python; independent of the locale, unlike strtod.
std::optional<double> read_float(std::string_view text) {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    double value = 0.0;
    if (text == "inf") {
        value = std::numeric_limits<double>::infinity();
    } else if (text == "nan") {
        value = std::numeric_limits<double>::quiet_NaN();
    } else {
        if (text.substr(0, 2) != "0x") return std::nullopt;
        text.remove_prefix(2);
        const char* end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, value, std::chars_format::hex);
        if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    }
    return negative ? -value : value;
}

std::string to_hex(std::uint64_t value) {
    std::array<char, 16> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16);
    return {digits.data(), written.ptr};
}

std::string hex_of(std::int64_t value) {
    if (value >= 0) return to_hex(static_cast<std::uint64_t>(value));
    return "-" + to_hex(~static_cast<std::uint64_t>(value) + 1);
}

// --- reading -------------------------------------------------------------------------------------

class TaggedReader {
  public:
    Result<CodeValue> read(const Json& json, int level) {
        if (level > kMaxLevels) return not_a_value("too deep");
        if (!json.is_array() || json.empty() || !json[0].is_string()) return not_a_value("no tag");
        const auto& tag = json[0].get_ref<const std::string&>();
        if (tag.size() != 1) return not_a_value("unknown tag");
        switch (tag[0]) {
            case 'l':
                return items(json, Kind::kList, level);
            case 't':
                return items(json, Kind::kTuple, level);
            case 'q':
                return items(json, Kind::kDeque, level);
            case 'S':
                return items(json, Kind::kSet, level);
            case 'd':
                return pairs(json, level);
            default:
                return scalar(json, tag[0]);
        }
    }

  private:
    static Result<CodeValue> scalar(const Json& json, char tag) {
        CodeValue value;
        if (tag == 'n' && json.size() == 1) return value;
        if (tag == 'c') return complex_number(json);
        if (json.size() != 2) return not_a_value("wrong number of parts");
        if (tag == 'b') {
            if (!json[1].is_boolean()) return not_a_value("bool");
            value.kind = Kind::kBool;
            value.flag = json[1].get<bool>();
            return value;
        }
        if (!json[1].is_string()) return not_a_value("a part must be text");
        const auto& text = json[1].get_ref<const std::string&>();
        if (tag == 'f') return number(text);
        if (tag == 's') {
            value.kind = Kind::kStr;
            value.text = text;
            return value;
        }
        if (tag == 'y' && is_hex(text) && text.size() % 2 == 0) {
            value.kind = Kind::kBytes;
            value.text = text;
            return value;
        }
        const auto whole = normal_hex(text);
        if (tag != 'i' || !whole) return not_a_value("unknown tag or malformed number");
        value.kind = Kind::kInt;
        value.text = *whole;
        return value;
    }

    static Result<CodeValue> number(const std::string& text) {
        const auto read = read_float(text);
        if (!read) return not_a_value("float");
        CodeValue value;
        value.kind = Kind::kFloat;
        value.re = *read;
        return value;
    }

    static Result<CodeValue> complex_number(const Json& json) {
        CodeValue value;
        value.kind = Kind::kComplex;
        if (json.size() != 3 || !json[1].is_string() || !json[2].is_string()) {
            return not_a_value("complex");
        }
        const auto re = read_float(json[1].get_ref<const std::string&>());
        const auto im = read_float(json[2].get_ref<const std::string&>());
        if (!re || !im) return not_a_value("complex");
        value.re = *re;
        value.im = *im;
        return value;
    }

    static util::Status relative(const Json& json, CodeValue& value) {
        if (json.size() == 2) return {};
        if (json.size() != 3 || !json[2].is_string()) return not_a_value("relative");
        value.relative = json[2].get<std::string>();
        constexpr std::array<std::string_view, 5> kKnown = {
            "Counter", "defaultdict", "OrderedDict", "frozenset", "namedtuple"};
        if (std::find(kKnown.begin(), kKnown.end(), value.relative) != kKnown.end()) return {};
        return not_a_value("relative");
    }

    Result<CodeValue> items(const Json& json, Kind kind, int level) {
        CodeValue value;
        value.kind = kind;
        if (json.size() < 2 || !json[1].is_array()) return not_a_value("items");
        VT_TRY(relative(json, value));
        value.items.reserve(json[1].size());
        for (const Json& item : json[1]) {
            VT_ASSIGN(CodeValue one, read(item, level + 1));
            value.items.push_back(std::move(one));
        }
        return value;
    }

    Result<CodeValue> pairs(const Json& json, int level) {
        CodeValue value;
        value.kind = Kind::kDict;
        if (json.size() < 2 || !json[1].is_array()) return not_a_value("pairs");
        VT_TRY(relative(json, value));
        for (const Json& pair : json[1]) {
            if (!pair.is_array() || pair.size() != 2) return not_a_value("pair");
            for (const Json& half : pair) {
                VT_ASSIGN(CodeValue one, read(half, level + 1));
                value.items.push_back(std::move(one));
            }
        }
        return value;
    }
};

Result<CodeValue> plain_value(const Json& json, int level);

Result<CodeValue> plain_list(const Json& json, int level) {
    CodeValue value;
    value.kind = Kind::kList;
    for (const Json& item : json) {
        VT_ASSIGN(CodeValue one, plain_value(item, level + 1));
        value.items.push_back(std::move(one));
    }
    return value;
}

Result<CodeValue> plain_dict(const Json& json, int level) {
    if (json.size() == 1 && json.contains("py")) return tagged_code_value(json.at("py"));
    CodeValue value;
    value.kind = Kind::kDict;
    for (const auto& [key, item] : json.items()) {
        CodeValue name;
        name.kind = Kind::kStr;
        name.text = key;
        VT_ASSIGN(CodeValue one, plain_value(item, level + 1));
        value.items.push_back(std::move(name));
        value.items.push_back(std::move(one));
    }
    return value;
}

Result<CodeValue> plain_value(const Json& json, int level) {
    if (level > kMaxLevels) return not_a_value("too deep");
    CodeValue value;
    if (json.is_null()) return value;
    if (json.is_array()) return plain_list(json, level);
    if (json.is_object()) return plain_dict(json, level);
    if (json.is_boolean()) {
        value.kind = Kind::kBool;
        value.flag = json.get<bool>();
    } else if (json.is_string()) {
        value.kind = Kind::kStr;
        value.text = json.get<std::string>();
    } else if (json.is_number_unsigned()) {
        value.kind = Kind::kInt;
        value.text = to_hex(json.get<std::uint64_t>());
    } else if (json.is_number_integer()) {
        value.kind = Kind::kInt;
        value.text = hex_of(json.get<std::int64_t>());
    } else {
        value.kind = Kind::kFloat;
        value.re = json.get<double>();
        // A whole number beyond 2^64 has become this double: it would be another value.
        if (std::abs(value.re) >= 0x1p63) return not_a_value("write large numbers as {\"py\":...}");
    }
    return value;
}

// --- comparing -----------------------------------------------------------------------------------

/// A double that is a whole number, as hexadecimal of any length.
std::string whole_hex(double value) {
    int exponent = 0;
    const double mantissa = std::frexp(std::abs(value), &exponent);  // [0.5, 1)
    const int shift = exponent - 53;
    const auto bits = static_cast<std::uint64_t>(std::ldexp(mantissa, 53));
    std::string digits;
    if (shift <= 0) {
        digits = to_hex(bits >> std::min(-shift, 63));
    } else {
        // At most 56 bits, then whole digits of zeros.
        digits =
            to_hex(bits << (shift % 4)) + std::string(static_cast<std::size_t>(shift / 4), '0');
    }
    return (value < 0 && digits != "0" ? "-" : "") + digits;
}

/// A text that is equal for two values exactly when they are equal under the mode.
class KeyWriter {
  public:
    explicit KeyWriter(bool strict)
        : strict_(strict) {}

    std::string key(const CodeValue& value) {
        std::string out;
        if (strict_) out = type_mark(value);
        switch (value.kind) {
            case Kind::kNone:
                return out + "n";
            case Kind::kBool:
                return out + (value.flag ? "i1" : "i0");
            case Kind::kInt:
                return out + "i" + value.text;
            case Kind::kFloat:
                return out + real(value.re);
            case Kind::kComplex:
                return out + (value.im == 0.0 ? real(value.re)
                                              : "c" + real(value.re) + "," + real(value.im));
            case Kind::kStr:
                return out + "s" + std::to_string(value.text.size()) + ":" + value.text;
            case Kind::kBytes:
                return out + "y" + value.text;
            case Kind::kList:
                return out + "l" + sequence(value);
            case Kind::kTuple:
                return out + "t" + sequence(value);
            case Kind::kDeque:
                return out + "q" + sequence(value);
            case Kind::kSet:
                return out + "S" + joined(sorted_keys(value));
            case Kind::kDict:
                return out + "d" + joined(sorted_pairs(value));
        }
        return out;
    }

    /// NaN is equal to nothing, so a value that holds one is not even equal to itself.
    bool saw_nan() const { return saw_nan_; }

    std::vector<std::string> sorted_keys(const CodeValue& value) {
        std::vector<std::string> keys;
        keys.reserve(value.items.size());
        for (const CodeValue& item : value.items) keys.push_back(key(item));
        std::sort(keys.begin(), keys.end());
        return keys;
    }

  private:
    static std::string type_mark(const CodeValue& value) {
        return std::string(1, static_cast<char>('A' + static_cast<int>(value.kind))) +
               value.relative + "|";
    }

    std::string real(double value) {
        if (std::isnan(value)) {
            saw_nan_ = true;
            return "nan";
        }
        if (std::isinf(value)) return value > 0 ? "f+inf" : "f-inf";
        if (value == std::trunc(value)) return "i" + whole_hex(value);
        std::uint64_t bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        return "f" + to_hex(bits);
    }

    std::vector<std::string> sorted_pairs(const CodeValue& value) {
        std::vector<std::string> pairs;
        for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
            pairs.push_back(key(value.items[i]) + "=" + key(value.items[i + 1]));
        }
        std::sort(pairs.begin(), pairs.end());
        return pairs;
    }

    static std::string joined(const std::vector<std::string>& parts) {
        std::string out = "(";
        for (const std::string& part : parts) out += std::to_string(part.size()) + ":" + part;
        return out + ")";
    }

    std::string sequence(const CodeValue& value) {
        std::vector<std::string> parts;
        parts.reserve(value.items.size());
        for (const CodeValue& item : value.items) parts.push_back(key(item));
        return joined(parts);
    }

    bool strict_;
    bool saw_nan_ = false;
};

bool equal_keys(const CodeValue& got, const CodeValue& expected, bool strict) {
    KeyWriter writer(strict);
    const std::string a = writer.key(got);
    const std::string b = writer.key(expected);
    return a == b && !writer.saw_nan();
}

bool is_number(const CodeValue& value) {
    return value.kind == Kind::kBool || value.kind == Kind::kInt || value.kind == Kind::kFloat;
}

/// A whole number as the nearest double or so; beyond the range it is infinite.
double to_double(const CodeValue& value) {
    if (value.kind == Kind::kBool) return value.flag ? 1.0 : 0.0;
    if (value.kind == Kind::kFloat) return value.re;
    std::string_view digits = value.text;
    const bool negative = digits.front() == '-';
    if (negative) digits.remove_prefix(1);
    double sum = 0.0;
    for (const char c : digits) {
        sum = sum * 16.0 + (c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return negative ? -sum : sum;
}

class ApproxComparer {
  public:
    explicit ApproxComparer(const CompareRule& rule)
        : rule_(rule) {}

    bool equal(const CodeValue& got, const CodeValue& expected) const {
        if (equal_keys(got, expected, false)) return true;
        if (is_number(got) && is_number(expected)) {
            return near(to_double(got), to_double(expected));
        }
        if (got.kind == Kind::kComplex || expected.kind == Kind::kComplex) {
            return complex_equal(got, expected);
        }
        if (got.kind != expected.kind || got.items.size() != expected.items.size()) return false;
        switch (got.kind) {
            case Kind::kList:
            case Kind::kTuple:
            case Kind::kDeque:
                return sequences_equal(got.items, expected.items);
            case Kind::kSet:
                return sets_equal(got, expected);
            case Kind::kDict:
                return dicts_equal(got, expected);
            case Kind::kNone:
            case Kind::kBool:
            case Kind::kInt:
            case Kind::kFloat:
            case Kind::kComplex:
            case Kind::kStr:
            case Kind::kBytes:
                return false;
        }
        return false;
    }

  private:
    bool near(double a, double b) const {
        if (!std::isfinite(a) || !std::isfinite(b)) return false;
        return std::abs(a - b) <= rule_.atol + rule_.rtol * std::abs(b);
    }

    bool complex_equal(const CodeValue& got, const CodeValue& expected) const {
        const auto part = [](const CodeValue& value, bool imaginary) {
            if (value.kind == Kind::kComplex) return imaginary ? value.im : value.re;
            return imaginary ? 0.0 : to_double(value);
        };
        for (const CodeValue* value : {&got, &expected}) {
            if (!is_number(*value) && value->kind != Kind::kComplex) return false;
        }
        return near(part(got, false), part(expected, false)) &&
               near(part(got, true), part(expected, true));
    }

    bool sequences_equal(const std::vector<CodeValue>& a, const std::vector<CodeValue>& b) const {
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (!equal(a[i], b[i])) return false;
        }
        return true;
    }

    /// Sets of numbers only: sorted, then one by one.
    bool sets_equal(const CodeValue& got, const CodeValue& expected) const {
        std::array<std::vector<double>, 2> numbers;
        for (int side = 0; side < 2; ++side) {
            for (const CodeValue& item : (side == 0 ? got : expected).items) {
                if (!is_number(item)) return false;
                numbers.at(static_cast<std::size_t>(side)).push_back(to_double(item));
            }
        }
        for (std::vector<double>& side : numbers) std::sort(side.begin(), side.end());
        for (std::size_t i = 0; i < numbers[0].size(); ++i) {
            if (!near(numbers[0][i], numbers[1][i])) return false;
        }
        return true;
    }

    /// Keys are equal exactly, values nearly.
    bool dicts_equal(const CodeValue& got, const CodeValue& expected) const {
        KeyWriter writer(false);
        std::vector<std::pair<std::string, const CodeValue*>> a;
        std::vector<std::pair<std::string, const CodeValue*>> b;
        for (std::size_t i = 0; i + 1 < got.items.size(); i += 2) {
            a.emplace_back(writer.key(got.items[i]), &got.items[i + 1]);
            b.emplace_back(writer.key(expected.items[i]), &expected.items[i + 1]);
        }
        const auto by_key = [](const auto& x, const auto& y) { return x.first < y.first; };
        std::sort(a.begin(), a.end(), by_key);
        std::sort(b.begin(), b.end(), by_key);
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (a[i].first != b[i].first || !equal(*a[i].second, *b[i].second)) return false;
        }
        return !writer.saw_nan();
    }

    CompareRule rule_;
};

bool equal_unordered(const CodeValue& got, const CodeValue& expected) {
    const bool list = expected.kind == Kind::kList || expected.kind == Kind::kTuple;
    if (!list || got.kind != expected.kind) return equal_keys(got, expected, false);
    KeyWriter writer(false);
    const std::vector<std::string> a = writer.sorted_keys(got);
    const std::vector<std::string> b = writer.sorted_keys(expected);
    return a == b && !writer.saw_nan();
}

// --- Python --------------------------------------------------------------------------------------

std::string python_float(double value) {
    if (std::isnan(value)) return "float('nan')";
    if (std::isinf(value)) return value > 0 ? "float('inf')" : "float('-inf')";
    std::array<char, 64> digits{};
    const auto written = std::to_chars(
        digits.data(), digits.data() + digits.size(), std::abs(value), std::chars_format::hex);
    return std::string("float.fromhex('") + (std::signbit(value) ? "-" : "") + "0x" +
           std::string(digits.data(), written.ptr) + "')";
}

std::string python_text(std::string_view text) {
    std::string out = "'";
    for (std::size_t pos = 0; pos < text.size();) {
        const text::CodePoint point = text::decode_utf8(text, pos);
        pos += point.length;
        if (point.value >= 0x20 && point.value < 0x7f && point.value != '\'' &&
            point.value != '\\') {
            out += static_cast<char>(point.value);
            continue;
        }
        std::string digits = to_hex(point.value);
        out += "\\U" + std::string(8 - digits.size(), '0') + digits;
    }
    return out + "'";
}

std::string python_items(const CodeValue& value, const char* open, const char* close) {
    std::string out = open;
    for (const CodeValue& item : value.items) out += python_literal(item) + ",";
    return out + close;
}

std::string python_dict(const CodeValue& value) {
    std::string out = "{";
    for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
        out += python_literal(value.items[i]) + ":" + python_literal(value.items[i + 1]) + ",";
    }
    return out + "}";
}

// --- output --------------------------------------------------------------------------------------

std::vector<std::string_view> words_of(std::string_view line) {
    constexpr std::string_view kSpace = " \t\r\v\f";
    std::vector<std::string_view> words;
    while (true) {
        line.remove_prefix(std::min(line.find_first_not_of(kSpace), line.size()));
        if (line.empty()) return words;
        const std::size_t end = std::min(line.find_first_of(kSpace), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

/// One list of words a line, without the empty lines at the end.
std::vector<std::vector<std::string_view>> lines_of(std::string_view text) {
    std::vector<std::vector<std::string_view>> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(words_of(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
}

/// "1.50" and "+1.5" as sign and digits without the zeros that do not count; nullopt: no decimal.
std::optional<std::string> normal_decimal(std::string_view word) {
    const bool negative = !word.empty() && word.front() == '-';
    if (negative || (!word.empty() && word.front() == '+')) word.remove_prefix(1);
    const std::size_t point = std::min(word.find('.'), word.size());
    std::string_view whole = word.substr(0, point);
    std::string_view part = word.substr(std::min(point + 1, word.size()));
    const auto digits = [](std::string_view text) {
        return text.find_first_not_of("0123456789") == std::string_view::npos;
    };
    if ((whole.empty() && part.empty()) || !digits(whole) || !digits(part)) return std::nullopt;
    whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
    while (!part.empty() && part.back() == '0') part.remove_suffix(1);
    if (whole.empty() && part.empty()) return "0";
    return (negative ? "-" : "") + std::string(whole) + "." + std::string(part);
}

bool equal_words(std::string_view a, std::string_view b, bool numeric) {
    if (a == b) return true;
    if (!numeric) return false;
    const auto x = normal_decimal(a);
    const auto y = normal_decimal(b);
    return x && y && *x == *y;
}

}  // namespace

Result<CodeValue> tagged_code_value(const Json& json) { return TaggedReader().read(json, 0); }

Result<CodeValue> parse_code_value(std::string_view json) {
    VT_ASSIGN(const Json parsed, util::parse_json(json, "value", kWireLimits));
    return tagged_code_value(parsed);
}

Result<CodeValue> gold_code_value(const Json& json) { return plain_value(json, 0); }

bool equal_values(const CodeValue& got, const CodeValue& expected, const CompareRule& rule) {
    switch (rule.mode) {
        case CompareMode::kStrict:
            return equal_keys(got, expected, true);
        case CompareMode::kPythonEq:
            return equal_keys(got, expected, false);
        case CompareMode::kApprox:
            return ApproxComparer(rule).equal(got, expected);
        case CompareMode::kUnordered:
            return equal_unordered(got, expected);
    }
    return false;
}

std::string python_literal(const CodeValue& value) {
    switch (value.kind) {
        case Kind::kNone:
            return "None";
        case Kind::kBool:
            return value.flag ? "True" : "False";
        case Kind::kInt:
            return value.text.front() == '-' ? "-0x" + value.text.substr(1) : "0x" + value.text;
        case Kind::kFloat:
            return python_float(value.re);
        case Kind::kComplex:
            return "complex(" + python_float(value.re) + "," + python_float(value.im) + ")";
        case Kind::kStr:
            return python_text(value.text);
        case Kind::kBytes:
            return "bytes.fromhex('" + value.text + "')";
        case Kind::kList:
            return python_items(value, "[", "]");
        case Kind::kTuple:
            return python_items(value, "(", ")");
        case Kind::kDeque:
            return python_items(value, "__import__('collections').deque([", "])");
        case Kind::kSet:
            return python_items(value, value.relative.empty() ? "set((" : "frozenset((", "))");
        case Kind::kDict:
            return python_dict(value);
    }
    return "None";
}

bool equal_output(std::string_view got, std::string_view expected, bool numeric) {
    const auto a = lines_of(got);
    const auto b = lines_of(expected);
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i].size() != b[i].size()) return false;
        for (std::size_t j = 0; j < a[i].size(); ++j) {
            if (!equal_words(a[i][j], b[i][j], numeric)) return false;
        }
    }
    return true;
}

}  // namespace veritune::verify
