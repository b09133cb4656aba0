// SPDX-License-Identifier: Apache-2.0
#include "core/verify/bench_case_maker.h"
#include "core/verify/date_verifier.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <initializer_list>
#include <optional>
#include <utility>

namespace veritune::verify {

namespace {

using util::Json;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool has_any(const Json& params, std::initializer_list<const char*> names) {
    return std::any_of(
        names.begin(), names.end(), [&params](const char* name) { return params.contains(name); });
}

/// A damaged value may be right within these.
bool is_tolerant(const Json& params) {
    return has_any(params, {"atol", "rtol", "decimals", "sigfigs", "lower", "upper"});
}

std::string text_of(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// The first run of digits that is not all zeros.
std::optional<std::size_t> first_digits(const std::string& text) {
    const auto found =
        std::find_if(text.begin(), text.end(), [](char c) { return c >= '1' && c <= '9'; });
    if (found == text.end()) return std::nullopt;
    return static_cast<std::size_t>(found - text.begin());
}

void refuse_hedges(CaseMaker& make, const std::string& gold, const std::string& other) {
    make.refuse_answer("hedge", gold + " or " + other, gold);
    make.refuse_answer("hedge, right one last", other + " or " + gold, gold);
    make.refuse_answer("range", gold + " to " + other, gold);
    make.refuse_answer("negated", "not " + gold, gold);
}

// ---- dates --------------------------------------------------------------------------------------

constexpr std::array<const char*, 12> kMonths = {"January",
                                                 "February",
                                                 "March",
                                                 "April",
                                                 "May",
                                                 "June",
                                                 "July",
                                                 "August",
                                                 "September",
                                                 "October",
                                                 "November",
                                                 "December"};
constexpr std::array<const char*, 7> kDays = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

void add_date(CaseMaker& make, const std::string& gold) {
    using namespace std::chrono;  // NOLINT(google-build-using-namespace)
    const ParsedDate parsed = parse_date(gold, "ymd");
    if (!parsed.fault.empty()) return;
    const sys_days day(parsed.date);
    const auto number = [](const year_month_day& date) {
        return std::to_string(static_cast<unsigned>(date.day()));
    };
    const std::string month = kMonths[static_cast<unsigned>(parsed.date.month()) - 1];
    const std::string year = std::to_string(static_cast<int>(parsed.date.year()));
    const std::string words = month + " " + number(parsed.date) + ", " + year;
    const unsigned weekday = std::chrono::weekday(day).c_encoding();
    make.accept_answer("month in words", words);
    make.accept_answer("day first", number(parsed.date) + " " + month + " " + year);
    make.accept_answer("weekday", std::string(kDays[weekday]) + ", " + words);
    make.refuse_answer(
        "another weekday", std::string(kDays[(weekday + 1) % 7]) + ", " + words, gold);
    make.refuse_answer("month only", month + " " + year, gold);
    make.refuse_answer("no year", month + " " + number(parsed.date), gold);
    for (const int shift : {1, -1, 7, 30, -30, 365}) {
        make.refuse_answer("off by " + std::to_string(shift) + " days",
                           iso_text(year_month_day(day + days(shift))),
                           gold);
    }
    const year_month_day swapped{parsed.date.year(),
                                 std::chrono::month(static_cast<unsigned>(parsed.date.day())),
                                 std::chrono::day(static_cast<unsigned>(parsed.date.month()))};
    if (swapped.ok()) make.refuse_answer("day and month swapped", iso_text(swapped), gold);
    refuse_hedges(make, gold, iso_text(year_month_day(day + days(1))));
}

// ---- quantities ---------------------------------------------------------------------------------

/// `own` is the answer in the gold's own words: "5 mg", "34 weeks 3 days", "3100".
void add_quantity(CaseMaker& make, const std::string& own, bool tolerant) {
    const std::optional<std::size_t> first = first_digits(own);
    if (!first) return;
    std::string other = own;
    other[*first] = own[*first] == '9' ? '8' : static_cast<char>(own[*first] + 1);
    make.accept_answer("spaces around", " " + own + " ");
    make.refuse_answer("minus", own.front() == '-' ? own.substr(1) : "-" + own, own);
    refuse_hedges(make, own, other);
    make.refuse_answer("said twice", own + " " + own, own);
    if (tolerant) return;
    make.refuse_answer("another digit", other, own);
    std::string tenfold = own;
    std::size_t end = *first;
    while (end < own.size() && is_digit(own[end])) ++end;
    make.refuse_answer("tenfold", tenfold.insert(end, "0"), own);
    if (end - *first > 1) {
        std::string shorter = own;
        make.refuse_answer("a digit less", shorter.erase(end - 1, 1), own);
    }
}

std::string quantity_text(const Json& gold) {
    if (!gold.is_object()) return text_of(gold);
    return text_of(gold.value("value", Json(""))) + " " + text_of(gold.value("unit", Json("")));
}

/// Every scheme finds a single wrong digit.
void add_check_digits(CaseMaker& make, bool any_code) {
    const std::string own = make.base().completion;
    for (std::size_t i = 0; i < own.size(); ++i) {
        if (!is_digit(own[i])) continue;
        std::string damaged = own;
        damaged[i] = own[i] == '9' ? '0' : static_cast<char>(own[i] + 1);
        make.refuse("another digit", damaged);
        damaged = own;
        // Without a gold a shorter code may be a right one: EAN-13 and EAN-12 with a leading 0.
        if (!any_code) make.refuse("a digit less", damaged.erase(i, 1));
    }
}

// ---- lists --------------------------------------------------------------------------------------

bool is_plain(const std::string& element) {
    return element.find_first_of(",;\n") == std::string::npos &&
           element.find(" and ") == std::string::npos && !element.empty();
}

bool same_element(const Json& a, const Json& b) {
    return text_of(a) == text_of(b) || are_equal_numbers(text_of(a), text_of(b));
}

Json reversed(Json elements) {
    std::reverse(elements.begin(), elements.end());
    return elements;
}

std::string joined(const Json& elements) {
    std::string out;
    for (const Json& element : elements) out += (out.empty() ? "" : ", ") + text_of(element);
    return out;
}

bool are_distinct(const Json& elements) {
    for (std::size_t i = 0; i < elements.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (same_element(elements[i], elements[j])) return false;
        }
    }
    return true;
}

void add_elements(CaseMaker& make, const data::Problem& problem) {
    const Json& gold = problem.gold;
    if (gold.empty() || !std::all_of(gold.begin(), gold.end(), [](const Json& element) {
            return element.is_primitive();
        })) {
        return;
    }
    const bool ordered = problem.params.value("ordered", problem.verifier == "list");
    const bool plain = std::all_of(
        gold.begin(), gold.end(), [](const Json& element) { return is_plain(text_of(element)); });
    if (plain && gold.size() > 1) make.accept_answer("with commas", joined(gold));
    const Json backwards = reversed(gold);
    if (!ordered) make.accept_answer("another order", backwards.dump());
    // Parts of a right list earn parts of the reward then; close values may be right.
    if (problem.params.value("partial", false)) return;
    const auto refuse = [&make, &gold](std::string rule, const Json& elements) {
        make.refuse_answer(std::move(rule), elements.dump(), gold.dump());
    };
    Json longer = gold;
    longer.push_back("no such element");
    refuse("an element more", longer);
    Json replaced = gold;
    replaced[0] = "no such element";
    refuse("another element", replaced);
    if (!are_distinct(gold)) return;
    Json shorter = gold;
    shorter.erase(shorter.size() - 1);
    if (!shorter.empty()) refuse("an element less", shorter);
    const bool exact = !problem.params.contains("element");
    if (ordered && exact && gold.size() > 1) refuse("another order", backwards);
}

// ---- objects ------------------------------------------------------------------------------------

/// kk, sat_logic and json_schema write one object. keys  those that have to be there
void damage_object(CaseMaker& make, const std::vector<std::string>& keys, bool closed) {
    const std::string own = make.base().completion;
    const std::size_t begin = own.find('{');
    const std::size_t end = own.rfind('}');
    if (begin == std::string::npos || end == std::string::npos) return;
    const std::string text = own.substr(begin, end + 1 - begin);
    const util::Result<Json> object = util::parse_json(text, "gold");
    if (!object || !object->is_object()) return;
    const auto with = [&](const std::string& replacement) {
        return own.substr(0, begin) + replacement + own.substr(end + 1);
    };
    make.accept("with spaces", with(object->dump(2)));
    // Sentences are answers of the instances, too: there a lost brace loses nothing.
    if (!closed) make.refuse("never closed", with(text.substr(0, text.size() - 1)));
    for (const std::string& key : keys) {
        if (!object->contains(key)) continue;
        Json damaged = *object;
        damaged.erase(key);
        make.refuse("a key less", with(damaged.dump()));
        damaged[key] = nullptr;
        if (damaged != *object) make.refuse("null for a value", with(damaged.dump()));
        const std::string twice = "{" + Json(key).dump() + ":null," + text.substr(1);
        make.refuse("a key twice", with(twice));
    }
    if (!closed) return;
    Json stranger = *object;
    stranger["no such name"] = true;
    make.refuse("a stranger", with(stranger.dump()));
}

std::vector<std::string> keys_of(const Json& object) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.items()) keys.push_back(key);
    return keys;
}

/// The names in the gold's own answer.
std::vector<std::string> own_keys(const std::string& own) {
    const std::size_t begin = own.find('{');
    const std::size_t end = own.rfind('}');
    if (begin == std::string::npos || end == std::string::npos) return {};
    const util::Result<Json> object = util::parse_json(own.substr(begin, end + 1 - begin), "gold");
    return object && object->is_object() ? keys_of(*object) : std::vector<std::string>();
}

void damage_quotations(CaseMaker& make) {
    const std::string own = make.base().completion;
    std::string bare;
    std::string changed;
    for (const char c : own) {
        if (c != '"') bare += c;
        changed += c == ' ' ? std::string(" zq ") : std::string(1, c);
    }
    if (own.find('"') == std::string::npos) return;
    make.refuse("no quotation marks", bare);
    if (changed != own) make.refuse("words put in", changed);
}

/// Several right options.
void add_several_options(CaseMaker& make, const data::Problem& problem) {
    const auto options = problem.params.find("options");
    if (options == problem.params.end() || !options->is_object() || problem.gold.size() < 2) return;
    const std::string own = joined(problem.gold);
    make.accept_answer("another order", joined(reversed(problem.gold)));
    if (problem.gold.size() < options->size()) {
        make.refuse_answer("all options", joined(keys_of(*options)), own);
    }
    make.refuse_answer("one of them", text_of(problem.gold[0]), own);
    make.refuse_answer(
        "an alternative", text_of(problem.gold[0]) + " or " + text_of(problem.gold[1]), own);
}

}  // namespace

void add_table_cases(CaseMaker& make, const data::Problem& problem) {
    const Json& gold = problem.gold;
    const std::string& id = problem.verifier;
    if ((id == "date" || id == "deadline") && gold.is_string()) {
        add_date(make, gold.get<std::string>());
    } else if (id == "numeric_unit" || (id == "duration" && gold.is_string())) {
        add_quantity(make, quantity_text(gold), is_tolerant(problem.params));
    } else if (id == "formula" && !gold.is_null() && !has_any(problem.params, {"lower", "upper"})) {
        add_quantity(make, text_of(gold), is_tolerant(problem.params));
    } else if (id == "checksum") {
        add_check_digits(make, !gold.is_string() && !gold.contains("value"));
    } else if ((id == "list" || id == "set") && gold.is_array()) {
        add_elements(make, problem);
    } else if (id == "kk" || id == "sat_logic") {
        damage_object(make, own_keys(make.base().completion), true);
    } else if (id == "json_schema" && gold.is_object() && !problem.params.value("partial", false)) {
        damage_object(make, keys_of(gold), false);
    } else if (id == "citation") {
        damage_quotations(make);
    } else if (id == "choice" && gold.is_array()) {
        add_several_options(make, problem);
    }
}

}  // namespace veritune::verify
