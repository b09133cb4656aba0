// SPDX-License-Identifier: Apache-2.0
#include "core/verify/integer_verifier.h"

#include <gtest/gtest.h>

#include <string>

namespace veritune::verify {
namespace {

using util::Json;

TEST(NormalInteger, FoldsEveryAcceptedForm) {
    const struct {
        const char* text;
        const char* normal;
    } rows[] = {{"0", "0"},
                {"-0", "0"},
                {"+0", "0"},
                {"00", "0"},
                {"007", "7"},
                {"-007", "-7"},
                {"+5", "5"},
                {" 5\t", "5"},
                {"5.0", "5"},
                {"-5.000", "-5"},
                {"1,234", "1234"},
                {"12,345,678", "12345678"},
                {"123,456.0", "123456"},
                {"1{,}234", "1234"},
                {"1\xE2\x80\x89"
                 "234",
                 "1234"},
                {"1\xE2\x80\xAF"
                 "234",
                 "1234"},
                {"\xE2\x88\x92"
                 "5",
                 "-5"},
                {"\xEF\xBC\x8D"
                 "5",
                 "-5"},
                {"\xEF\xBC\x8B"
                 "5",
                 "5"},
                {"\xEF\xBC\x90\xEF\xBC\x99", "9"}};
    for (const auto& row : rows) {
        EXPECT_EQ(normal_integer(row.text).value_or("none"), row.normal) << row.text;
    }
    const std::string large(5000, '9');
    EXPECT_EQ(normal_integer("-" + large).value_or(""), "-" + large);
}

TEST(NormalInteger, RefusesEverythingElse) {
    for (const char* text : {"",
                             " ",
                             "-",
                             "+",
                             ".",
                             "5.",
                             ".0",
                             "5.1",
                             "5.01",
                             "5.0.0",
                             "5,",
                             ",5",
                             "1,23",
                             "1,2345",
                             "12,34",
                             "1234,567",
                             "1,,234",
                             "0,123",
                             "000,123",
                             "1 234",
                             "- 5",
                             "--5",
                             "+-5",
                             "5-",
                             "5e3",
                             "0x5",
                             "5/1",
                             "5%",
                             "$5",
                             "5 m",
                             "five",
                             "1_000",
                             "1'000",
                             "1.000,0",
                             "1,234\xE2\x80\x89"
                             "567",
                             "1{,}",
                             "\\frac{5}{1}",
                             "5=5",
                             "x=5",
                             "\xD9\xA5",
                             "\xC2\xBD",
                             "\xE2\x85\xA4",
                             "\xEF\xBC",
                             "\xEF\xBC\x9A",
                             "1\x01"
                             "234",
                             "\xE2\x88\x92",
                             "1\xC2\xA0"
                             "234",
                             "5\xE2\x80\x89"}) {
        EXPECT_EQ(normal_integer(text), std::nullopt) << text;
    }
    EXPECT_EQ(normal_integer(std::string("5\0", 2)), std::nullopt);
}

Verdict verify(const Json& gold,
               const std::string& completion,
               const std::string& profile = "reward_strict",
               FinishReason finish = FinishReason::kStop,
               bool think_tags = false) {
    return verify_request({.problem_id = "p",
                           .verifier = "integer",
                           .params = Json::object(),
                           .gold = gold,
                           .prompt = {},
                           .completion = completion,
                           .finish_reason = finish,
                           .think_tags = think_tags,
                           .profile = profile});
}

TEST(Integer, ComparesWithTheExtractedAnswer) {
    const Verdict verdict = verify("70000", "So it is \\boxed{70,000}.");
    EXPECT_EQ(verdict.status, VerdictStatus::kCorrect);
    EXPECT_EQ(verdict.answer_normal, "70000");
    EXPECT_EQ(verdict.gold_normal, "70000");
    EXPECT_EQ(verdict.extracted, "70,000");
    EXPECT_FALSE(verdict.rule.empty());
    EXPECT_LT(verdict.span.begin, verdict.span.end);
    EXPECT_EQ(verify(70000, "\\boxed{70,001}").reason, "wrong_value");
    EXPECT_EQ(verify("70000", "\\boxed{about 70000}").reason, "not_an_integer");
}

TEST(Integer, FindsNoAnswerWhereThereIsNone) {
    for (const char* text : {"", "I do not know", "\\boxed{}", "\\boxed{18"}) {
        const Verdict verdict = verify("18", text);
        EXPECT_EQ(verdict.status, VerdictStatus::kNoAnswer) << text;
        EXPECT_FALSE(verdict.reason.empty());
    }
}

TEST(Integer, GivesNothingForACutCompletionInRewardProfiles) {
    const Verdict verdict = verify("18", "\\boxed{18}", "reward_strict", FinishReason::kLength);
    EXPECT_EQ(verdict.status, VerdictStatus::kNoAnswer);
    EXPECT_EQ(verdict.score, 0.0);
}

TEST(Integer, LooksOnlyBehindTheReasoning) {
    EXPECT_EQ(verify("18",
                     "maybe \\boxed{17}</think> \\boxed{18}",
                     "reward_strict",
                     FinishReason::kStop,
                     true)
                  .status,
              VerdictStatus::kCorrect);
    EXPECT_EQ(verify("18", "it is \\boxed{18}", "reward_strict", FinishReason::kStop, true).status,
              VerdictStatus::kNoAnswer);
}

TEST(Integer, RefusesHedgesAndShotguns) {
    for (const char* text : {"\\boxed{17 \\text{ or } 18}",
                             "\\boxed{17, 18}",
                             "\\boxed{18 \\pm 0}",
                             "\\boxed{[18, 18]}"}) {
        const Verdict verdict = verify("18", text);
        EXPECT_EQ(verdict.status, VerdictStatus::kIncorrect) << text << " " << verdict.extracted;
    }
}

TEST(Integer, LimitsTheLengthOfTheAnswerByTheGold) {
    EXPECT_EQ(verify("7", std::string(250, '0') + "7", "raw").status, VerdictStatus::kCorrect);
    EXPECT_EQ(verify("7", std::string(300, '0') + "7", "raw").reason, "answer_too_long");
    const std::string large(1000, '7');
    EXPECT_EQ(verify(large, std::string(5000, '0') + large, "raw").status, VerdictStatus::kCorrect);
    EXPECT_EQ(verify("7", std::string(100'000, '7'), "raw").status, VerdictStatus::kBudgetExceeded);
}

TEST(Integer, BlamesTheDataSetForItsGold) {
    for (const Json& gold : {Json(""),
                             Json("eighteen"),
                             Json("1.5"),
                             Json("16 or 17"),
                             Json(std::string(40'000, '7'))}) {
        const Verdict verdict = verify(gold, "\\boxed{18}");
        EXPECT_EQ(verdict.status, VerdictStatus::kInvalidGold);
        EXPECT_EQ(verdict.reason, "bad_gold");
    }
    // A double cannot say which integer was meant.
    EXPECT_EQ(verify(18.0, "\\boxed{18}").status, VerdictStatus::kInvalidGold);
}

}  // namespace
}  // namespace veritune::verify
