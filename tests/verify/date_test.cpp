// SPDX-License-Identifier: Apache-2.0
#include "core/verify/date_verifier.h"

#include <gtest/gtest.h>

#include <string>

namespace veritune::verify {
namespace {

using util::Json;

Verdict verify(const Json& gold, const std::string& completion, const std::string& order = "") {
    VerifyRequest request;
    request.verifier = "date";
    if (!order.empty()) request.params = {{"order", order}};
    request.gold = gold;
    request.completion = completion;
    request.profile = "raw";
    return verify_request(request);
}

TEST(Date, SaysWhyItRefuses) {
    EXPECT_EQ(verify("2026-04-03", "2026-04-04").reason, "wrong_date");
    EXPECT_EQ(verify("2026-04-03", "soon").reason, "not_a_date");
    EXPECT_EQ(verify("2026-04-03", "3.4.2026").reason, "undeclared_order");
    EXPECT_EQ(verify("2026-04-03", "2026-02-30").reason, "no_such_date");
    EXPECT_EQ(verify("2026-04-03", "0000-01-01").reason, "no_such_date");
    EXPECT_EQ(verify("2026-04-03", "April 31, 2026").reason, "no_such_date");
    EXPECT_EQ(verify("2026-04-03", "Monday, April 3, 2026").reason, "wrong_weekday");
    EXPECT_EQ(verify("2026-04-03", "").status, VerdictStatus::kNoAnswer);
    EXPECT_EQ(verify("2026-04-03", std::string(300, '1')).reason, "answer_too_long");
    EXPECT_EQ(verify("2026-04-03", std::string(kMaxCompletionBytes, '1')).status,
              VerdictStatus::kBudgetExceeded);
}

// Leap years by the rule: every fourth, not every hundredth, but every four-hundredth.
TEST(Date, KnowsTheLeapYears) {
    for (int year = 1600; year <= 2400; ++year) {
        const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        const std::string day = std::to_string(year) + "-02-29";
        EXPECT_EQ(parse_date(day, "").fault, leap ? "" : "no_such_date") << day;
    }
}

// 2000-01-01 was a Saturday; the days after it count on.
TEST(Date, KnowsTheWeekdays) {
    const char* names[] = {
        "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"};
    for (int day = 1; day <= 28; ++day) {
        for (int name = 0; name < 7; ++name) {
            const std::string text =
                std::string(names[name]) + ", January " + std::to_string(day) + ", 2000";
            EXPECT_EQ(parse_date(text, "").fault, (day - 1) % 7 == name ? "" : "wrong_weekday")
                << text;
        }
    }
}

TEST(Date, ReadsNumbersOnlyInTheDeclaredOrder) {
    EXPECT_EQ(verify("2026-04-03", "3-4-2026", "dmy").status, VerdictStatus::kCorrect);
    EXPECT_EQ(verify("2026-03-04", "3-4-2026", "mdy").status, VerdictStatus::kCorrect);
    EXPECT_EQ(verify("2026-03-04", "2026.3.4", "ymd").status, VerdictStatus::kCorrect);
    EXPECT_EQ(verify("2026-03-04", "2026.3.4", "dmy").reason, "not_a_date");
    EXPECT_EQ(verify("2026-01-13", "13/1/2026", "mdy").reason, "no_such_date");
}

TEST(Date, BlamesTheDataSet) {
    for (const char* gold : {"",
                             "2026-4-3",
                             "03.04.2026",
                             "April 3, 2026",
                             "2026-02-30",
                             "26-04-03",
                             " 2026-04-03",
                             "Friday 2026-04-03"}) {
        EXPECT_EQ(verify(gold, "2026-04-03").reason, "bad_gold") << gold;
    }
    EXPECT_EQ(verify(20260403, "2026-04-03").status, VerdictStatus::kInvalidGold);
    EXPECT_EQ(verify("2026-04-03", "2026-04-03", "ydm").status, VerdictStatus::kInvalidGold);
}

TEST(Date, AcceptsItsOwnGoldInEveryProfile) {
    for (const std::string& profile : text::extraction_profiles()) {
        for (const char* order : {"dmy", "mdy", "ymd", ""}) {
            VerifyRequest request;
            request.verifier = "date";
            if (*order != '\0') request.params = {{"order", order}};
            request.gold = "0999-12-31";
            request.profile = profile;
            EXPECT_EQ(check_gold(request).status, VerdictStatus::kCorrect) << profile << order;
        }
    }
}

}  // namespace
}  // namespace veritune::verify
