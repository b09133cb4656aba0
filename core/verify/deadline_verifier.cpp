// SPDX-License-Identifier: Apache-2.0
#include "core/verify/deadline_verifier.h"

#include "core/verify/answer_reading.h"
#include "core/verify/answer_writer.h"
#include "core/verify/date_verifier.h"
#include "core/verify/holidays.h"

#include <set>
#include <utility>

namespace veritune::verify {

namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using util::Json;

struct Rule {
    sys_days start;
    long amount = 0;
    std::string unit;
    bool exclude_start = true;
    std::string roll = "none";
    bool clamp = true;
    std::string calendar = "NONE";
    std::set<sys_days> holidays;
};

std::optional<sys_days> iso_day(const std::string& text) {
    const ParsedDate parsed = parse_date(text, {});
    if (!parsed.fault.empty() || iso_text(parsed.date) != text) return std::nullopt;
    return sys_days(parsed.date);
}

bool is_day_off(const Rule& rule, sys_days day) {
    const std::chrono::weekday name(day);
    return name == std::chrono::Saturday || name == std::chrono::Sunday ||
           rule.holidays.contains(day) || is_holiday(rule.calendar, day);
}

/// `fault` stays empty when the params are right.
Rule read_rule(const Json& params, std::string& fault) {
    Rule rule;
    const std::optional<sys_days> start = iso_day(params.at("start").get<std::string>());
    if (!start) fault = "start is no ISO date";
    rule.start = start.value_or(sys_days());
    rule.amount = params.at("amount").get<long>();
    rule.unit = params.at("unit").get<std::string>();
    rule.exclude_start = params.value("exclude_start", true);
    rule.roll = params.value("roll", std::string("none"));
    rule.clamp = params.value("clamp", true);
    int version = 1;
    if (const auto calendar = params.find("calendar"); calendar != params.end()) {
        rule.calendar = calendar->is_string() ? calendar->get<std::string>()
                                              : calendar->at("id").get<std::string>();
        if (calendar->is_object()) version = calendar->value("version", 1);
    }
    if (!is_calendar(rule.calendar, version)) fault = "there is no such calendar version";
    for (const Json& text : params.value("holidays", Json::array())) {
        const std::optional<sys_days> day = iso_day(text.get<std::string>());
        if (!day) fault = "a holiday is no ISO date";
        if (day) rule.holidays.insert(*day);
    }
    return rule;
}

sys_days add_business_days(const Rule& rule) {
    sys_days day = rule.start;
    const days step(rule.amount < 0 ? -1 : 1);
    long left = rule.amount < 0 ? -rule.amount : rule.amount;
    if (!rule.exclude_start && left > 0 && !is_day_off(rule, day)) --left;
    while (left > 0) {
        day += step;
        if (!is_day_off(rule, day)) --left;
    }
    return day;
}

sys_days add_months(const Rule& rule, long months) {
    const year_month_day start(rule.start);
    const std::chrono::year_month month =
        start.year() / start.month() + std::chrono::months(months);
    const year_month_day same = month / start.day();
    if (same.ok()) return same;
    const sys_days last{month / std::chrono::last};
    return rule.clamp ? last : last + days(1);
}

sys_days end_of(const Rule& rule) {
    if (rule.unit == "business_days") return add_business_days(rule);
    sys_days end = rule.start;
    if (rule.unit == "days") end += days(rule.amount);
    if (rule.unit == "weeks") end += days(7 * rule.amount);
    if (rule.unit == "months") end = add_months(rule, rule.amount);
    if (rule.unit == "years") end = add_months(rule, 12 * rule.amount);
    if (!rule.exclude_start && rule.amount != 0) end -= days(rule.amount < 0 ? -1 : 1);
    return end;
}

/// Holidays given by hand may follow each other; the number of steps is bounded by their number.
sys_days rolled(const Rule& rule, sys_days day) {
    if (rule.roll == "none") return day;
    while (is_day_off(rule, day)) day += days(rule.roll == "next" ? 1 : -1);
    return day;
}

std::optional<std::string> deadline_of(const Json& params, std::string& fault) {
    const Rule rule = read_rule(params, fault);
    if (!fault.empty()) return std::nullopt;
    const year_month_day date(rolled(rule, end_of(rule)));
    const int year = static_cast<int>(date.year());
    if (year < 1 || year > 9999) {
        fault = "the deadline lies outside of the years 1 to 9999";
        return std::nullopt;
    }
    return iso_text(date);
}

}  // namespace

Json DeadlineVerifier::params_schema() const {
    const Json text = {{"type", "string"}};
    const Json flag = {{"type", "boolean"}};
    return {{"type", "object"},
            {"required", {"start", "amount", "unit"}},
            {"additionalProperties", false},
            {"properties",
             {{"start", text},
              {"amount", {{"type", "integer"}, {"minimum", -10000}, {"maximum", 10000}}},
              {"unit", {{"enum", {"days", "business_days", "weeks", "months", "years"}}}},
              {"exclude_start", flag},
              {"roll", {{"enum", {"none", "next", "previous"}}}},
              {"clamp", flag},
              {"calendar",
               {{"type", {"string", "object"}},
                {"required", {"id"}},
                {"additionalProperties", false},
                {"properties", {{"id", text}, {"version", {{"type", "integer"}}}}}}},
              {"holidays", {{"type", "array"}, {"items", text}}},
              {"order", {{"enum", {"dmy", "mdy", "ymd"}}}}}}};
}

Json DeadlineVerifier::gold_schema() const { return {{"type", "string"}}; }

Verdict DeadlineVerifier::verify(const VerifyRequest& request) const {
    using enum VerdictStatus;
    Verdict verdict;
    verdict.method = "exact";
    verdict.operations = 1;
    std::string fault;
    const std::optional<std::string> computed = deadline_of(request.params, fault);
    if (!computed) return bad_params(std::move(verdict), fault);
    const auto& gold = request.gold.get_ref<const std::string&>();
    if (!iso_day(gold)) return bad_gold(std::move(verdict));
    if (gold != *computed) {
        return refuse(std::move(verdict), kInvalidGold, "wrong_gold: the rule gives " + *computed);
    }
    verdict.gold_normal = gold;
    AnswerReading reading = read_answer(request, std::move(verdict), gold.size());
    if (reading.decided) return std::move(reading.verdict);
    verdict = std::move(reading.verdict);
    const ParsedDate answer =
        parse_date(verdict.extracted, request.params.value("order", std::string()));
    if (!answer.fault.empty()) {
        return refuse(std::move(verdict), kIncorrect, std::string(answer.fault));
    }
    verdict.answer_normal = iso_text(answer.date);
    const bool right = verdict.answer_normal == gold;
    verdict.steps.push_back({.what = "the rule gives " + gold,
                             .ok = right,
                             .detail = right ? "" : "the answer says " + verdict.answer_normal,
                             .span = verdict.span});
    if (!right) return refuse(std::move(verdict), kIncorrect, "wrong_date");
    return accept(std::move(verdict));
}

util::Result<std::string> DeadlineVerifier::gold_completion(const VerifyRequest& request) const {
    return write_answer(
        request.gold.get_ref<const std::string&>(), request.profile, request.think_tags);
}

}  // namespace veritune::verify
