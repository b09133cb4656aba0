// SPDX-License-Identifier: Apache-2.0
#include "core/verify/choice_verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace veritune::verify {
namespace {

using ::testing::StartsWith;
using util::Json;

const Json kOptions = {{"A", "guilty"}, {"B", "not guilty"}, {"C", "no verdict"}};

Verdict verify(const Json& gold, const std::string& completion, const Json& params) {
    VerifyRequest request;
    request.verifier = "choice";
    request.params = params;
    request.gold = gold;
    request.completion = completion;
    request.profile = "raw";
    return verify_request(request);
}

Verdict single(const std::string& gold, const std::string& completion) {
    return verify(gold, completion, {{"options", kOptions}});
}

TEST(Choice, TakesTheLongestOptionTextThatFits) {
    EXPECT_EQ(single("B", "not guilty").status, VerdictStatus::kCorrect);
    EXPECT_EQ(single("A", "not guilty").reason, "wrong_option");
    EXPECT_EQ(single("A", "Guilty").status, VerdictStatus::kCorrect);
    EXPECT_EQ(single("A", "guilty, not \"not guilty\"").status, VerdictStatus::kCorrect);
    EXPECT_EQ(single("B", "guilty or not guilty").reason, "many_options");
}

TEST(Choice, SaysWhyItRefuses) {
    EXPECT_EQ(single("A", "B").reason, "wrong_option");
    EXPECT_EQ(single("A", "A and B").reason, "many_options");
    EXPECT_EQ(single("A", "something else").reason, "no_option");
    EXPECT_EQ(single("A", "not A").reason, "no_option");
    EXPECT_EQ(single("A", "I never said option A").reason, "unclear");
    EXPECT_EQ(single("A", "A dog").reason, "unclear");
    EXPECT_EQ(single("A", "").status, VerdictStatus::kNoAnswer);
    EXPECT_EQ(single("A", "A" + std::string(300, '.')).reason, "answer_too_long");
    EXPECT_EQ(single("A", std::string(kMaxCompletionBytes, 'A')).status,
              VerdictStatus::kBudgetExceeded);
    const Json multi = {{"options", kOptions}, {"multi", true}};
    EXPECT_EQ(verify({"A", "C"}, "A or C", multi).reason, "hedged");
    EXPECT_EQ(verify({"A", "C"}, "A", multi).reason, "wrong_option");
}

TEST(Choice, WorksWithoutOptionTexts) {
    const Json none = Json::object();
    EXPECT_EQ(verify("D", "(D)", none).status, VerdictStatus::kCorrect);
    EXPECT_EQ(verify("D", "the answer is E", none).reason, "wrong_option");
    const Json words = {{"options", {{"yes", ""}, {"no", ""}}}};
    EXPECT_EQ(verify("no", "No.", words).status, VerdictStatus::kCorrect);
    EXPECT_EQ(verify("yes", "yes and no", words).reason, "many_options");
}

TEST(Choice, ShowsWhatItIgnored) {
    const Verdict verdict = single("C", "not A, so C");
    EXPECT_EQ(verdict.status, VerdictStatus::kCorrect);
    ASSERT_EQ(verdict.steps.size(), 2U);
    EXPECT_EQ(verdict.steps[0].what, "ignored: not A");
    EXPECT_EQ(verdict.steps[1].what, "names C");
    EXPECT_EQ(verdict.answer_normal, "C");
}

TEST(Choice, BlamesTheDataSet) {
    EXPECT_EQ(single("D", "A").reason, "bad_gold");
    EXPECT_EQ(verify({"A"}, "A", {{"options", kOptions}}).reason, "bad_gold");
    EXPECT_EQ(verify("A", "A", {{"options", kOptions}, {"multi", true}}).reason, "bad_gold");
    EXPECT_EQ(verify(Json::array({"A", "A"}), "A", {{"multi", true}}).reason, "bad_gold");
    EXPECT_EQ(verify(Json::array(), "A", {{"multi", true}}).reason, "bad_gold");
    for (const Json& options : {Json{{"A", "x"}},
                                Json{{"A", "x"}, {"a", "y"}},
                                Json{{"A-", "x"}, {"B", "y"}},
                                Json{{"A", 1}, {"B", "y"}}}) {
        const Verdict verdict = verify("A", "A", {{"options", options}});
        EXPECT_EQ(verdict.status, VerdictStatus::kInvalidGold) << options;
        EXPECT_THAT(verdict.reason, StartsWith("bad_params")) << options;
    }
}

TEST(Choice, AcceptsItsOwnGoldInEveryProfile) {
    for (const std::string& profile : text::extraction_profiles()) {
        for (const bool multi : {false, true}) {
            VerifyRequest request;
            request.verifier = "choice";
            request.params = {{"options", kOptions}, {"multi", multi}};
            request.gold = multi ? Json::array({"C", "A"}) : Json("B");
            request.profile = profile;
            const Verdict verdict = check_gold(request);
            EXPECT_EQ(verdict.status, VerdictStatus::kCorrect) << profile << verdict.reason;
        }
    }
}

}  // namespace
}  // namespace veritune::verify
