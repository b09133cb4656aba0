// SPDX-License-Identifier: Apache-2.0
#include "core/verify/duration_verifier.h"

#include "core/text/answer_text.h"
#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/number_comparison.h"
#include "core/verify/number_text.h"
#include "core/verify/numeric_verifier.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

struct TimeUnit {
    std::string_view name;
    long seconds;
};
constexpr TimeUnit kUnits[] = {
    {"w", 604800},     {"wk", 604800},     {"wks", 604800}, {"week", 604800}, {"weeks", 604800},
    {"woche", 604800}, {"wochen", 604800}, {"ssw", 604800}, {"d", 86400},     {"day", 86400},
    {"days", 86400},   {"tag", 86400},     {"tage", 86400}, {"tagen", 86400}, {"h", 3600},
    {"hr", 3600},      {"hrs", 3600},      {"hour", 3600},  {"hours", 3600},  {"stunde", 3600},
    {"stunden", 3600}, {"std", 3600},      {"min", 60},     {"mins", 60},     {"m", 60},
    {"minute", 60},    {"minutes", 60},    {"minuten", 60}, {"s", 1},         {"sec", 1},
    {"secs", 1},       {"second", 1},      {"seconds", 1},  {"sekunde", 1},   {"sekunden", 1},
};

Rational whole(long value) { return Rational(std::to_string(value), 0); }

/// Two digits below 60.
std::optional<long> sixty(std::string_view text) {
    if (text.size() != 2 || text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
    const long value = (text[0] - '0') * 10 + (text[1] - '0');
    return value < 60 ? std::optional<long>(value) : std::nullopt;
}

std::optional<Rational> small_number(std::string_view text) {
    if (text.empty() || text.size() > 9) return std::nullopt;
    if (text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
    return Rational(std::string(text), 0);
}

std::optional<Rational> read_clock(std::string_view text) {
    const std::size_t colon = text.find(':');
    std::optional<Rational> hours = small_number(text.substr(0, colon));
    if (!hours || colon == text.npos) return std::nullopt;
    std::string_view rest = text.substr(colon + 1);
    const std::optional<long> minutes = sixty(rest.substr(0, 2));
    if (!minutes) return std::nullopt;
    long seconds = 0;
    rest.remove_prefix(2);
    if (!rest.empty()) {
        const std::optional<long> read = rest[0] == ':' ? sixty(rest.substr(1)) : std::nullopt;
        if (!read) return std::nullopt;
        seconds = *read;
    }
    return *hours * whole(3600) + whole(*minutes * 60 + seconds);
}

std::optional<Rational> read_weeks_plus_days(std::string_view text) {
    const std::size_t plus = text.find('+');
    if (plus == text.npos) return std::nullopt;
    const std::optional<Rational> weeks = small_number(trim_ascii(text.substr(0, plus)));
    const std::optional<Rational> days = small_number(trim_ascii(text.substr(plus + 1)));
    if (!weeks || !days || *days >= whole(7)) return std::nullopt;
    return (*weeks * whole(7) + *days) * whole(86400);
}

void skip_glue(std::string_view& text) {
    for (bool again = true; again;) {
        again = false;
        text = trim_ascii(text);
        for (const std::string_view glue : {",", "and ", "und ", "&", "'", "\"", "(", ")"}) {
            if (!text.starts_with(glue)) continue;
            text.remove_prefix(glue.size());
            again = true;
        }
    }
}

/// "34 weeks 3 days"
std::optional<Rational> read_parts(std::string_view text) {
    Rational sum;
    long last = 0;
    bool decimals = false;
    for (skip_glue(text); !text.empty(); skip_glue(text)) {
        const std::size_t size = std::min(text.find_first_not_of("0123456789."), text.size());
        const ParsedNumber number = parse_number(text.substr(0, size));
        if (size == 0 || size > 24 || number.fault != NumberFault::kNone || decimals) {
            return std::nullopt;
        }
        decimals = text.substr(0, size).find('.') != text.npos;
        text = trim_ascii(text.substr(size));
        std::size_t letters = 0;
        while (letters < text.size() && text[letters] >= 'a' && text[letters] <= 'z') ++letters;
        const auto* unit = std::ranges::find(kUnits, text.substr(0, letters), &TimeUnit::name);
        if (unit == std::end(kUnits)) return std::nullopt;
        text.remove_prefix(letters);
        if (text.starts_with('.')) text.remove_prefix(1);
        const Rational part = number.value * whole(unit->seconds);
        // "1 week 9 days" is no duration that anybody writes on purpose.
        if (last != 0 && (unit->seconds >= last || part >= whole(last))) return std::nullopt;
        last = unit->seconds;
        sum = sum + part;
    }
    if (last == 0) return std::nullopt;
    return sum;
}

std::optional<Rational> read_duration(std::string_view raw, bool days) {
    std::string folded = text::fold_case(trim_ascii(raw));
    if (folded.size() > 256) return std::nullopt;
    // TeX sets a colon between figures without space as "{:}".
    for (std::size_t at = folded.find("{:}"); at != folded.npos; at = folded.find("{:}")) {
        folded.replace(at, 3, ":");
    }
    if (!days) {
        if (std::optional<Rational> clock = read_clock(folded)) return clock;
    } else if (std::optional<Rational> weeks = read_weeks_plus_days(folded)) {
        return weeks;
    }
    return read_parts(folded);
}

bool is_days(const Json& params) { return params.value("base", std::string("days")) == "days"; }

std::optional<Rational> read_gold(const Json& gold, bool days) {
    std::optional<Rational> number = number_of(gold);
    if (number) number = *number * whole(days ? 86400 : 1);
    if (!number && gold.is_string()) number = read_duration(gold.get<std::string>(), days);
    if (number && *number < Rational()) number.reset();
    return number;
}

}  // namespace

Json DurationVerifier::params_schema() const {
    return {{"type", "object"},
            {"additionalProperties", false},
            {"properties", {{"base", {{"enum", {"days", "seconds"}}}}}}};
}

Json DurationVerifier::gold_schema() const { return {{"type", {"number", "string"}}}; }

Verdict DurationVerifier::verify(const VerifyRequest& request) const {
    Verdict verdict;
    verdict.method = "exact";
    verdict.operations = 1;
    const bool days = is_days(request.params);
    const Rational base = whole(days ? 86400 : 1);
    const std::optional<Rational> gold = read_gold(request.gold, days);
    if (!gold) return bad_gold(std::move(verdict));
    verdict.gold_normal = (*gold / base).to_string();
    AnswerReading reading = read_answer(request, std::move(verdict), request.gold.dump().size());
    if (reading.decided) return std::move(reading.verdict);
    verdict = std::move(reading.verdict);
    const std::optional<Rational> answer = read_duration(verdict.extracted, days);
    if (!answer) {
        return refuse(std::move(verdict), VerdictStatus::kIncorrect, "not_a_duration");
    }
    verdict.answer_normal = (*answer / base).to_string();
    const bool right = *answer == *gold;
    verdict.steps.push_back({.what = verdict.answer_normal + " = " + verdict.gold_normal +
                                     (days ? " days" : " seconds"),
                             .ok = right,
                             .detail = right ? "" : "expected " + verdict.gold_normal,
                             .span = verdict.span});
    if (!right) return refuse(std::move(verdict), VerdictStatus::kIncorrect, "wrong_duration");
    return accept(std::move(verdict));
}

util::Result<std::string> DurationVerifier::gold_completion(const VerifyRequest& request) const {
    std::string text =
        request.gold.is_string() ? request.gold.get<std::string>() : request.gold.dump();
    if (number_of(request.gold)) text += is_days(request.params) ? " days" : " seconds";
    return write_answer(text, request.profile, request.think_tags);
}

}  // namespace veritune::verify
