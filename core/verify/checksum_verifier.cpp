// SPDX-License-Identifier: Apache-2.0
#include "core/verify/checksum_verifier.h"

#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }
int digit(char c) { return c - '0'; }
/// 0..9, A = 10 .. Z = 35
int value_of(char c) { return is_digit(c) ? digit(c) : c - 'A' + 10; }

bool luhn(std::string_view digits) {
    int sum = 0;
    bool twice = false;
    for (std::size_t i = digits.size(); i-- > 0; twice = !twice) {
        const int d = digit(digits[i]) * (twice ? 2 : 1);
        sum += d > 9 ? d - 9 : d;
    }
    return sum % 10 == 0;
}

int mod97(std::string_view code) {
    int rest = 0;
    for (const char c : code) {
        const int value = value_of(c);
        rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
    }
    return rest;
}

struct Country {
    std::string_view code;
    std::size_t length;
};
/// SWIFT's IBAN registry, release 99.
constexpr Country kIbanLengths[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24}, {"DE", 22},
    {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18}, {"FO", 18}, {"FR", 27},
    {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27}, {"GT", 28}, {"HR", 21}, {"HU", 28},
    {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20},
    {"LB", 28}, {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"MC", 27}, {"MD", 24}, {"ME", 22},
    {"MK", 19}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NL", 18}, {"NO", 15}, {"PK", 24}, {"PL", 28},
    {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"SA", 24}, {"SE", 24}, {"SI", 19},
    {"SK", 24}, {"SM", 27}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20}};

/// Without check digits: whether the text has the shape of the scheme at all.
bool has_shape(const std::string& scheme, std::string_view code) {
    const std::size_t n = code.size();
    if (scheme == "IBAN") {
        if (n < 5 || !is_digit(code[2]) || !is_digit(code[3])) return false;
        const auto* country = std::ranges::find(kIbanLengths, code.substr(0, 2), &Country::code);
        return country != std::end(kIbanLengths) && country->length == n;
    }
    if (scheme == "ISIN") {
        return n == 12 && is_upper(code[0]) && is_upper(code[1]) && is_digit(code[11]);
    }
    if (scheme == "LEI") return n == 20 && all_digits(code.substr(18));
    if (scheme == "ISBN10") {
        return n == 10 && all_digits(code.substr(0, 9)) && (is_digit(code[9]) || code[9] == 'X');
    }
    if (!all_digits(code)) return false;
    if (scheme == "LUHN") return n >= 2 && n <= 32;
    if (scheme == "EAN") return n == 8 || n == 12 || n == 13 || n == 14;
    if (scheme == "ISBN13") return n == 13 && (code.starts_with("978") || code.starts_with("979"));
    if (scheme == "DE_TAX_ID") return n == 11 && code[0] != '0';
    return n == 10 && (code[0] == '1' || code[0] == '2');  // US_NPI
}

bool gtin(std::string_view code) {
    int sum = 0;
    for (std::size_t i = 0; i < code.size(); ++i) {
        const bool three = (code.size() - 1 - i) % 2 == 1;
        sum += digit(code[i]) * (three ? 3 : 1);
    }
    return sum % 10 == 0;
}

bool isin(std::string_view code) {
    std::string digits;
    for (const char c : code) digits += std::to_string(value_of(c));
    return luhn(digits);
}

bool isbn10(std::string_view code) {
    int sum = 0;
    for (int i = 0; i < 10; ++i) {
        const char c = code[static_cast<std::size_t>(i)];
        sum += (10 - i) * (c == 'X' ? 10 : digit(c));
    }
    return sum % 11 == 0;
}

/// Among the first ten digits exactly one appears twice or three times, the others at most once.
bool german_tax_id(std::string_view code) {
    std::array<int, 10> count{};
    for (const char c : code.substr(0, 10)) ++count[static_cast<std::size_t>(digit(c))];
    const auto repeated = std::ranges::count_if(count, [](int n) { return n == 2 || n == 3; });
    if (repeated != 1 || std::ranges::any_of(count, [](int n) { return n > 3; })) return false;
    int product = 10;
    for (const char c : code.substr(0, 10)) {
        int sum = (digit(c) + product) % 10;
        if (sum == 0) sum = 10;
        product = 2 * sum % 11;
    }
    return (11 - product) % 10 == digit(code[10]);
}

bool is_valid(const std::string& scheme, const std::string& code) {
    if (!has_shape(scheme, code)) return false;
    if (scheme == "IBAN") return mod97(code.substr(4) + code.substr(0, 4)) == 1;
    if (scheme == "ISIN") return isin(code);
    if (scheme == "LEI") return mod97(code) == 1;
    if (scheme == "ISBN10") return isbn10(code);
    if (scheme == "LUHN") return luhn(code);
    if (scheme == "EAN" || scheme == "ISBN13") return gtin(code);
    if (scheme == "DE_TAX_ID") return german_tax_id(code);
    return luhn("80840" + code);
}

struct Example {
    std::string_view scheme;
    std::string_view code;
};
constexpr Example kExamples[] = {{"IBAN", "DE89370400440532013000"},
                                 {"ISIN", "US0378331005"},
                                 {"LUHN", "79927398713"},
                                 {"EAN", "4006381333931"},
                                 {"LEI", "5493001KJTIIGC8Y1R12"},
                                 {"ISBN10", "0306406152"},
                                 {"ISBN13", "9780306406157"},
                                 {"DE_TAX_ID", "86095742719"},
                                 {"US_NPI", "1234567893"}};

/// Upper case without spaces and hyphens; empty when another character is in it.
std::string normal_code(std::string_view text) {
    std::string code;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (text.substr(i).starts_with("\xC2\xA0")) {
            ++i;
            continue;
        }
        if (c == ' ' || c == '-' || c == '\t' || c == '\n' || c == '\r') continue;
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (!is_digit(c) && !is_upper(c)) return {};
        code += c;
    }
    return code;
}

std::string scheme_of(const VerifyRequest& request) {
    if (request.gold.is_object()) return request.gold.at("scheme").get<std::string>();
    return request.params.value("scheme", std::string());
}

std::optional<std::string> gold_of(const Json& gold) {
    if (gold.is_string()) return gold.get<std::string>();
    if (gold.is_object() && gold.contains("value")) return gold.at("value").get<std::string>();
    return std::nullopt;
}

Json scheme_schema() {
    Json names = Json::array();
    for (const Example& example : kExamples) names.push_back(example.scheme);
    return {{"enum", names}};
}

}  // namespace

Json ChecksumVerifier::params_schema() const {
    return {{"type", "object"},
            {"additionalProperties", false},
            {"properties", {{"scheme", scheme_schema()}}}};
}

Json ChecksumVerifier::gold_schema() const {
    return {{"type", {"string", "null", "object"}},
            {"required", {"scheme"}},
            {"additionalProperties", false},
            {"properties", {{"scheme", scheme_schema()}, {"value", {{"type", "string"}}}}}};
}

Verdict ChecksumVerifier::verify(const VerifyRequest& request) const {
    using enum VerdictStatus;
    Verdict verdict;
    verdict.method = "exact";
    verdict.operations = 1;
    const std::string scheme = scheme_of(request);
    if (scheme.empty()) return bad_params(std::move(verdict), "scheme must be given");
    const std::optional<std::string> gold = gold_of(request.gold);
    if (gold) verdict.gold_normal = normal_code(*gold);
    if (gold && !is_valid(scheme, verdict.gold_normal)) return bad_gold(std::move(verdict));
    AnswerReading reading = read_answer(request, std::move(verdict), 32);
    if (reading.decided) return std::move(reading.verdict);
    verdict = std::move(reading.verdict);
    std::string_view text = verdict.extracted;
    while (text.ends_with('.') || text.ends_with('\n')) text.remove_suffix(1);
    verdict.answer_normal = normal_code(text);
    if (!has_shape(scheme, verdict.answer_normal)) {
        return refuse(std::move(verdict), kIncorrect, "not_a_code");
    }
    const bool valid = is_valid(scheme, verdict.answer_normal);
    verdict.steps.push_back({.what = "check digits of " + scheme,
                             .ok = valid,
                             .detail = verdict.answer_normal,
                             .span = verdict.span});
    if (!valid) return refuse(std::move(verdict), kIncorrect, "wrong_check_digits");
    if (gold && verdict.answer_normal != verdict.gold_normal) {
        return refuse(std::move(verdict), kIncorrect, "wrong_code");
    }
    return accept(std::move(verdict));
}

util::Result<std::string> ChecksumVerifier::gold_completion(const VerifyRequest& request) const {
    const std::optional<std::string> gold = gold_of(request.gold);
    const std::string scheme = scheme_of(request);
    const auto* example = std::ranges::find(kExamples, scheme, &Example::scheme);
    if (!gold && example == std::end(kExamples)) {
        return util::fail(util::ErrorCode::kInvalidArgument, "bad_params");
    }
    return write_answer(
        gold ? *gold : std::string(example->code), request.profile, request.think_tags);
}

}  // namespace veritune::verify
