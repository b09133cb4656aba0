// SPDX-License-Identifier: Apache-2.0
#include "core/verify/holidays.h"

namespace veritune::verify {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

/// Fixed days of the United States with the year from which they count.
struct FixedDay {
    unsigned month;
    unsigned day;
    int since;
};
constexpr FixedDay kUsDays[] = {{1, 1, 1}, {6, 19, 2021}, {7, 4, 1}, {11, 11, 1}, {12, 25, 1}};

/// index 0: the last one of the month
struct FloatingDay {
    unsigned month;
    unsigned weekday;
    unsigned index;
    int since;
};
constexpr FloatingDay kUsMondays[] = {
    {1, 1, 3, 1986}, {2, 1, 3, 1}, {5, 1, 0, 1}, {9, 1, 1, 1}, {10, 1, 2, 1}, {11, 4, 4, 1}};

sys_days observed(sys_days day) {
    const std::chrono::weekday name(day);
    if (name == std::chrono::Saturday) return day - days(1);
    if (name == std::chrono::Sunday) return day + days(1);
    return day;
}

bool is_us_holiday(sys_days day) {
    const year_month_day date(day);
    for (const FixedDay& fixed : kUsDays) {
        // New Year's Day on a Saturday is observed on the 31st of December before it.
        for (const year y : {date.year(), date.year() + std::chrono::years(1)}) {
            if (static_cast<int>(y) < fixed.since) continue;
            const sys_days real{
                year_month_day(y, std::chrono::month(fixed.month), std::chrono::day(fixed.day))};
            if (real == day || observed(real) == day) return true;
        }
    }
    for (const FloatingDay& rule : kUsMondays) {
        if (static_cast<int>(date.year()) < rule.since) continue;
        const std::chrono::month month(rule.month);
        const std::chrono::weekday weekday(rule.weekday);
        const sys_days real = rule.index == 0
                                  ? sys_days(date.year() / month / weekday[std::chrono::last])
                                  : sys_days(date.year() / month / weekday[rule.index]);
        if (real == day) return true;
    }
    return false;
}

bool is_german_holiday(sys_days day) {
    const year_month_day date(day);
    const auto is = [&date](unsigned month, unsigned number) {
        return date.month() == std::chrono::month(month) && date.day() == std::chrono::day(number);
    };
    if (is(1, 1) || is(5, 1) || is(12, 25) || is(12, 26)) return true;
    if (is(10, 3) && date.year() >= 1990y) return true;
    const long after = (day - easter_sunday(date.year())).count();
    // Good Friday, Easter Monday, Ascension Day, Whit Monday
    return after == -2 || after == 1 || after == 39 || after == 50;
}

}  // namespace

sys_days easter_sunday(year y) {
    const int number = static_cast<int>(y);
    const int a = number % 19;
    const int b = number / 100;
    const int c = number % 100;
    const int g = (8 * b + 13) / 25;
    const int h = (19 * a + b - b / 4 - g + 15) % 30;
    const int m = (a + 11 * h) / 319;
    const int r = (2 * (b % 4) + 2 * (c / 4) - c % 4 - h + m + 32) % 7;
    const auto month = static_cast<unsigned>((h - m + r + 90) / 25);
    const int day = (h - m + r + static_cast<int>(month) + 19) % 32;
    return year_month_day(
        y, std::chrono::month(month), std::chrono::day(static_cast<unsigned>(day)));
}

bool is_calendar(std::string_view id, int version) {
    return version == 1 && (id == "NONE" || id == "US_FEDERAL" || id == "DE");
}

bool is_holiday(std::string_view id, sys_days day) {
    if (id == "US_FEDERAL") return is_us_holiday(day);
    if (id == "DE") return is_german_holiday(day);
    return false;
}

}  // namespace veritune::verify
