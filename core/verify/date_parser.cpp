// SPDX-License-Identifier: Apache-2.0
#include "core/text/answer_text.h"
#include "core/verify/date_verifier.h"
#include "core/verify/number_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace veritune::verify {

namespace {

struct Name {
    std::string_view text;
    unsigned number;
};

constexpr Name kMonths[] = {
    {"january", 1},
    {"february", 2},
    {"march", 3},
    {"april", 4},
    {"may", 5},
    {"june", 6},
    {"july", 7},
    {"august", 8},
    {"september", 9},
    {"october", 10},
    {"november", 11},
    {"december", 12},
    {"jan", 1},
    {"feb", 2},
    {"mar", 3},
    {"apr", 4},
    {"jun", 6},
    {"jul", 7},
    {"aug", 8},
    {"sep", 9},
    {"sept", 9},
    {"oct", 10},
    {"nov", 11},
    {"dec", 12},
    {"januar", 1},
    {"j\xC3\xA4nner", 1},
    {"februar", 2},
    {"m\xC3\xA4rz", 3},
    {"maerz", 3},
    {"mai", 5},
    {"juni", 6},
    {"juli", 7},
    {"oktober", 10},
    {"okt", 10},
    {"dezember", 12},
    {"dez", 12},
    {"janvier", 1},
    {"f\xC3\xA9vrier", 2},
    {"mars", 3},
    {"avril", 4},
    {"juin", 6},
    {"juillet", 7},
    {"ao\xC3\xBBt", 8},
    {"septembre", 9},
    {"octobre", 10},
    {"novembre", 11},
    {"d\xC3\xA9"
     "cembre",
     12},
    {"enero", 1},
    {"febrero", 2},
    {"marzo", 3},
    {"abril", 4},
    {"mayo", 5},
    {"junio", 6},
    {"julio", 7},
    {"agosto", 8},
    {"septiembre", 9},
    {"octubre", 10},
    {"noviembre", 11},
    {"diciembre", 12},
    {"gennaio", 1},
    {"febbraio", 2},
    {"aprile", 4},
    {"maggio", 5},
    {"giugno", 6},
    {"luglio", 7},
    {"settembre", 9},
    {"ottobre", 10},
    {"dicembre", 12},
};

constexpr Name kWeekdays[] = {
    // as std::chrono counts: Sunday is 0
    {"sunday", 0},  {"monday", 1},    {"tuesday", 2},  {"wednesday", 3},  {"thursday", 4},
    {"friday", 5},  {"saturday", 6},  {"sun", 0},      {"mon", 1},        {"tue", 2},
    {"wed", 3},     {"thu", 4},       {"fri", 5},      {"sat", 6},        {"sonntag", 0},
    {"montag", 1},  {"dienstag", 2},  {"mittwoch", 3}, {"donnerstag", 4}, {"freitag", 5},
    {"samstag", 6}, {"sonnabend", 6},
};

template <std::size_t N>
std::optional<unsigned> number_of(const Name (&names)[N], std::string_view word) {
    const auto* found = std::ranges::find(names, word, &Name::text);
    if (found == std::end(names)) return std::nullopt;
    return found->number;
}

/// A reader over text in lower case.
class DateReader {
  public:
    DateReader(std::string_view text, std::string_view order)
        : rest_(text),
          order_(order) {}

    ParsedDate read() {
        read_weekday();
        skip_spaces();
        if (!weekday_) read_weekday_behind();
        if (!read_day_month_year()) return fault(fault_);
        if (!rest_.empty()) return fault("not_a_date");
        const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(year_)),
                                               std::chrono::month(month_),
                                               std::chrono::day(day_));
        if (year_ == 0 || !date.ok()) return fault("no_such_date");
        const std::chrono::weekday real{std::chrono::sys_days(date)};
        if (weekday_ && real.c_encoding() != *weekday_) return fault("wrong_weekday");
        return {.date = date, .fault = {}};
    }

  private:
    static ParsedDate fault(std::string_view reason) { return {.date = {}, .fault = reason}; }

    bool take(std::string_view prefix) {
        if (!rest_.starts_with(prefix)) return false;
        rest_.remove_prefix(prefix.size());
        return true;
    }

    void skip_spaces() {
        while (rest_.starts_with(' ')) rest_.remove_prefix(1);
    }

    std::string_view take_word() {
        const auto letter = [](char c) {
            return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
        };
        std::size_t size = 0;
        while (size < rest_.size() && letter(rest_[size])) ++size;
        const std::string_view word = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return word;
    }

    void read_weekday() {
        const std::string_view before = rest_;
        weekday_ = number_of(kWeekdays, take_word());
        if (!weekday_) {
            rest_ = before;
            return;
        }
        take(".");
        take(",");
    }

    /// "2026-04-03 (friday)"
    void read_weekday_behind() {
        const std::size_t open = rest_.rfind(" (");
        if (open == std::string_view::npos || !rest_.ends_with(')')) return;
        weekday_ = number_of(kWeekdays, rest_.substr(open + 2, rest_.size() - open - 3));
        if (weekday_) rest_ = rest_.substr(0, open);
    }

    /// One to max_digits digits.
    std::optional<unsigned> take_number(std::size_t max_digits) {
        const std::string_view digits = take_digits(rest_);
        if (digits.empty() || digits.size() > max_digits) return std::nullopt;
        unsigned value = 0;
        for (const char digit : digits) value = value * 10 + static_cast<unsigned>(digit - '0');
        return value;
    }

    bool read_year() {
        const std::size_t before = rest_.size();
        const std::optional<unsigned> year = take_number(4);
        if (!year || before - rest_.size() != 4) return false;
        year_ = *year;
        return true;
    }

    bool read_month_name() {
        const std::optional<unsigned> month = number_of(kMonths, take_word());
        if (month) month_ = *month;
        return month.has_value();
    }

    bool read_day(bool& suffix) {
        const std::optional<unsigned> day = take_number(2);
        if (!day) return false;
        day_ = *day;
        suffix = take("st") || take("nd") || take("rd") || take("th");
        return true;
    }

    bool read_day_month_year() {
        const bool digit = !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
        const std::size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
        const std::string_view behind = rest_.substr(digits);
        const bool next_digit = behind.size() > 1 && behind[1] >= '0' && behind[1] <= '9';
        if (digit && next_digit && std::string_view("./-").find(behind[0]) != behind.npos) {
            return read_numbers(digits, behind[0]);
        }
        return digit || rest_.starts_with("the ") ? read_day_first() : read_month_first();
    }

    /// "3 april 2026", "3. april 2026", "the 3rd of april, 2026"
    bool read_day_first() {
        bool suffix = false;
        take("the ");
        if (!read_day(suffix)) return false;
        if (!suffix) take(".");
        skip_spaces();
        if (!take("of ")) take("de ");
        if (!read_month_name()) return false;
        take(".");
        take(",");
        skip_spaces();
        take("de ");
        return read_year();
    }

    /// "april 3, 2026"
    bool read_month_first() {
        bool suffix = false;
        if (!read_month_name()) return false;
        take(".");
        skip_spaces();
        if (!read_day(suffix)) return false;
        const bool comma = take(",");
        const std::size_t before = rest_.size();
        skip_spaces();
        return (comma || rest_.size() != before) && read_year();
    }

    bool read_numbers(std::size_t first_digits, char separator) {
        const bool iso = first_digits == 4 && separator == '-';
        std::string_view order = order_;
        if (iso && (order.empty() || order == "ymd")) {
            // ISO needs two digits each; a declared order of years first does not.
            const bool exact = rest_.size() == 10 && rest_[7] == '-';
            if (order.empty() && !exact) return false;
            order = "ymd";
        } else if (iso && rest_.size() == 10 && rest_[7] == '-') {
            order = "ymd";
        }
        if (order.empty()) {
            fault_ = "undeclared_order";
            return false;
        }
        for (std::size_t i = 0; i < 3; ++i) {
            if (i > 0 && !take(std::string_view(&separator, 1))) return false;
            if (order[i] == 'y') {
                if (!read_year()) return false;
                continue;
            }
            const std::optional<unsigned> part = take_number(2);
            if (!part) return false;
            (order[i] == 'd' ? day_ : month_) = *part;
        }
        return true;
    }

    std::string_view rest_;
    std::string_view order_;
    std::string_view fault_ = "not_a_date";
    std::optional<unsigned> weekday_;
    unsigned day_ = 0;
    unsigned month_ = 0;
    unsigned year_ = 0;
};

}  // namespace

ParsedDate parse_date(std::string_view text, std::string_view order) {
    const std::string folded = text::fold_case(trim_ascii(text));
    return DateReader(folded, order).read();
}

}  // namespace veritune::verify
