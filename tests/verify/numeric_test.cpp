// SPDX-License-Identifier: Apache-2.0
#include "core/verify/numeric_verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace veritune::verify {
namespace {

using ::testing::StartsWith;
using util::Json;

Verdict verify(const Json& gold,
               const std::string& completion,
               const Json& params = Json::object(),
               const std::string& profile = "raw") {
    VerifyRequest request;
    request.verifier = "numeric";
    request.params = params;
    request.gold = gold;
    request.completion = completion;
    request.profile = profile;
    return verify_request(request);
}

std::string normal(const std::string& text, char mark = '.') {
    const ParsedNumber parsed = parse_number(text, mark);
    return parsed.fault == NumberFault::kNone ? parsed.value.to_string() : "none";
}

TEST(ParseNumber, ReadsExactRationals) {
    EXPECT_EQ(normal("0.1"), "1/10");
    EXPECT_EQ(normal("-12.50"), "-25/2");
    EXPECT_EQ(normal("1,234,567.5"), "2469135/2");
    EXPECT_EQ(normal("6/-4"), "none");
    EXPECT_EQ(normal("-6/4"), "-3/2");
    EXPECT_EQ(normal("\\frac{-6}{-4}"), "3/2");
    EXPECT_EQ(normal("2.5e3"), "2500");
    EXPECT_EQ(normal("2.5E+0003"), "2500");
    EXPECT_EQ(normal("25*10^{-1}"), "5/2");
    EXPECT_EQ(normal("12.5%"), "1/8");
    EXPECT_EQ(normal("1.234,5", ','), "2469/2");
    EXPECT_EQ(normal("3{,}5", ','), "7/2");
    for (const char* text : {"",
                             ".",
                             "5.",
                             "-",
                             "1/",
                             "/2",
                             "1e",
                             "1e+",
                             "10^",
                             "10^{2",
                             "1 2",
                             "%",
                             "5%%",
                             "5%*10^2",
                             "1,000/2",
                             "1.2.3",
                             "e5",
                             "nan",
                             "1..2"}) {
        EXPECT_EQ(normal(text), "none") << text;
    }
}

// Ties by hand; IEEE 754-2019, 4.3.1, gives the same for whole numbers.
TEST(Rational, RoundsHalfToEvenOnTheExactValue) {
    const auto rounded = [](const std::string& text, long places) {
        return parse_number(text).value.rounded(places).to_string();
    };
    EXPECT_EQ(rounded("0.5", 0), "0");
    EXPECT_EQ(rounded("1.5", 0), "2");
    EXPECT_EQ(rounded("2.5", 0), "2");
    EXPECT_EQ(rounded("-0.5", 0), "0");
    EXPECT_EQ(rounded("-1.5", 0), "-2");
    EXPECT_EQ(rounded("-2.5", 0), "-2");
    EXPECT_EQ(rounded("2.500000000000000000000001", 0), "3");
    EXPECT_EQ(rounded("1.005", 2), "1");  // 1.01 where the double 1.00499... is rounded up by hand
    EXPECT_EQ(rounded("1250", -2), "1200");
    EXPECT_EQ(rounded("1350", -2), "1400");
}

TEST(Rational, KnowsItsMagnitude) {
    for (const auto& [text, magnitude] : {std::pair{"1", 0L},
                                          {"9.999", 0L},
                                          {"10", 1L},
                                          {"0.1", -1L},
                                          {"0.0999", -2L},
                                          {"-1234", 3L},
                                          {"1e9999", 9999L},
                                          {"1e-9999", -9999L},
                                          {"1/3", -1L},
                                          {"999/1000", -1L}}) {
        EXPECT_EQ(parse_number(text).value.magnitude(), magnitude) << text;
    }
}

TEST(Numeric, HoldsTheEdgesOfEveryModeExactly) {
    const struct {
        const char* gold;
        const char* answer;
        const char* params;
        bool right;
    } rows[] = {
        {"1", "1.01", R"({"atol":0.01})", true},
        {"1", "1.010000000000000000001", R"({"atol":0.01})", false},
        {"-200", "-202", R"({"rtol":0.01})", true},
        {"-200", "-202.00001", R"({"rtol":0.01})", false},
        {"-200", "-202.5", R"({"rtol":0.01,"atol":0.5})", true},
        {"0", "0", R"({"atol":0})", true},
        {"2.5", "2", R"({"decimals":0})", true},
        {"2.5", "3", R"({"decimals":0})", false},
        {"1250", "1200", R"({"sigfigs":2})", true},
        {"1250", "1300", R"({"sigfigs":2})", false},
        {"0", "0.0", R"({"sigfigs":2})", true},
        {"0", "1e-30", R"({"sigfigs":2})", false},
        {"0.1", "0.1", R"({"lower":"1/10","upper":"1/10"})", true},
        {"0.1", "0.0999", R"({"lower":"1/10"})", false},
        {"0.1", "0.1001", R"({"upper":"1/10"})", false},
    };
    for (const auto& row : rows) {
        const Verdict verdict = verify(row.gold, row.answer, Json::parse(row.params));
        EXPECT_EQ(verdict.status == VerdictStatus::kCorrect, row.right)
            << row.gold << " " << row.answer << " " << row.params;
        ASSERT_EQ(verdict.steps.size(), 1U);
        EXPECT_EQ(verdict.steps[0].ok, row.right);
    }
}

TEST(Numeric, SaysWhyItRefuses) {
    EXPECT_EQ(verify("0.5", "0.6").reason, "wrong_value");
    EXPECT_EQ(verify("0.5", "NaN").reason, "not_a_number");
    EXPECT_EQ(verify("0.5", "\\boxed{0.5, 0.6}", Json::object(), "reward_strict").reason, "hedged");
    EXPECT_EQ(verify("0.5", "").status, VerdictStatus::kNoAnswer);
    const Verdict large = verify("0.5", "1e10000");
    EXPECT_EQ(large.status, VerdictStatus::kBudgetExceeded);
    EXPECT_EQ(large.reason, "number_too_large");
    EXPECT_EQ(verify("0.5", "0.5" + std::string(300, '0')).reason, "answer_too_long");
    EXPECT_EQ(verify("7", std::string(100'000, '7')).status, VerdictStatus::kBudgetExceeded);
    EXPECT_EQ(verify("7", std::string(kMaxCompletionBytes, '7')).status,
              VerdictStatus::kBudgetExceeded);
}

TEST(Numeric, BlamesTheDataSet) {
    for (const Json& gold : {Json("half"),
                             Json(""),
                             Json("1/0"),
                             Json("1 or 2"),
                             Json("1e10000"),
                             Json(std::string(20'000, '7'))}) {
        EXPECT_EQ(verify(gold, "0.5").reason, "bad_gold") << gold;
    }
    EXPECT_EQ(verify("5", "5", {{"lower", 6}}).reason, "bad_gold");
    for (const char* params : {R"({"atol":1,"decimals":2})",
                               R"({"sigfigs":1,"lower":2})",
                               R"({"atol":-1})",
                               R"({"atol":"x"})",
                               R"({"lower":2,"upper":1})",
                               R"({"sigfigs":0})",
                               R"({"decimals":1001})",
                               R"({"decimal_mark":";"})",
                               R"({"tolerance":1})"}) {
        const Verdict verdict = verify("1", "1", Json::parse(params));
        EXPECT_EQ(verdict.status, VerdictStatus::kInvalidGold) << params;
        EXPECT_THAT(verdict.reason, StartsWith("bad_params")) << params;
    }
}

TEST(Numeric, AcceptsItsOwnGoldInEveryProfile) {
    for (const std::string& profile : text::extraction_profiles()) {
        for (const Json& gold : {Json("0.5"),
                                 Json(0.1),
                                 Json(-3),
                                 Json("1,234.5"),
                                 Json("28%"),
                                 Json("1.5e-3"),
                                 Json("2/3"),
                                 Json(1e22)}) {
            for (const char* mark : {".", ","}) {
                VerifyRequest request;
                request.verifier = "numeric";
                request.params = {{"decimal_mark", mark}};
                request.gold = gold;
                request.profile = profile;
                const Verdict verdict = check_gold(request);
                EXPECT_EQ(verdict.status, VerdictStatus::kCorrect)
                    << profile << " " << gold << " " << mark << " " << verdict.reason;
            }
        }
    }
}

}  // namespace
}  // namespace veritune::verify
