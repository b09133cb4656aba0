// SPDX-License-Identifier: Apache-2.0
#include "core/verify/text_exact_verifier.h"

#include <gtest/gtest.h>

#include <string>

namespace veritune::verify {
namespace {

using util::Json;

Verdict verify(const Json& gold, const std::string& completion) {
    VerifyRequest request;
    request.verifier = "text_exact";
    request.gold = gold;
    request.completion = completion;
    request.profile = "raw";
    return verify_request(request);
}

// Expected values: CaseFolding.txt of Unicode 15, statuses C and S.
TEST(FoldText, FoldsCaseAsUnicodeDoesWithoutTurkish) {
    EXPECT_EQ(fold_text("I", {}), "i");
    EXPECT_EQ(fold_text("\xC4\xB0", {}), "\xC4\xB0");  // U+0130
    EXPECT_EQ(fold_text("\xC4\xB1", {}), "\xC4\xB1");  // U+0131
    EXPECT_EQ(fold_text("\xC2\xB5", {}), "\xCE\xBC");  // micro sign -> mu
    EXPECT_EQ(fold_text("\xC5\xBF", {}), "s");         // long s
    EXPECT_EQ(fold_text("\xE1\xBA\x9E", {}), "\xC3\x9F");
    EXPECT_EQ(fold_text("\xC7\x85", {}), "\xC7\x86");  // title-case dz
    EXPECT_EQ(fold_text("aB", {.case_sensitive = true}), "aB");
}

TEST(FoldText, IsIdempotent) {
    for (const char* text :
         {"", " ", "A  B", "E\xCC\x81 ", "\xFF", "a.b-c 1.5", "\xCE\x99\xCC\x88"}) {
        for (const bool loose : {false, true}) {
            const TextFolding folding = {.ignore_punctuation = loose};
            const std::string once = fold_text(text, folding);
            EXPECT_EQ(fold_text(once, folding), once) << text;
        }
    }
    EXPECT_EQ(fold_text(" \t\n", {}), "");
    EXPECT_EQ(fold_text("...", {.ignore_punctuation = true}), "");
}

TEST(TextExact, SaysWhyItRefuses) {
    EXPECT_EQ(verify("Paris", "Rome").reason, "wrong_text");
    EXPECT_EQ(verify("Paris", " ").status, VerdictStatus::kNoAnswer);
    EXPECT_EQ(verify("Paris", std::string(300, 'a')).reason, "answer_too_long");
    EXPECT_EQ(verify("Paris", std::string(kMaxCompletionBytes, 'a')).status,
              VerdictStatus::kBudgetExceeded);
}

TEST(TextExact, TakesAnyOfSeveralGolds) {
    const Verdict verdict = verify({"Paris", "Rome"}, "ROME");
    EXPECT_EQ(verdict.status, VerdictStatus::kCorrect);
    EXPECT_EQ(verdict.gold_normal, "rome");
    EXPECT_EQ(verify({"Paris", "Rome"}, "Paris Rome").reason, "wrong_text");
}

TEST(TextExact, BlamesTheDataSet) {
    for (const Json& gold : {Json(""), Json(" "), Json::array(), Json::array({"Paris", ""})}) {
        EXPECT_EQ(verify(gold, "Paris").reason, "bad_gold") << gold;
    }
    EXPECT_EQ(verify(Json::array({1}), "1").status, VerdictStatus::kInvalidGold);
}

TEST(TextExact, AcceptsItsOwnGoldInEveryProfile) {
    for (const std::string& profile : text::extraction_profiles()) {
        for (const Json& gold : {Json("New York"), Json::array({"caf\xC3\xA9", "x"})}) {
            VerifyRequest request;
            request.verifier = "text_exact";
            request.gold = gold;
            request.profile = profile;
            const Verdict verdict = check_gold(request);
            EXPECT_EQ(verdict.status, VerdictStatus::kCorrect) << profile << verdict.reason;
        }
    }
}

}  // namespace
}  // namespace veritune::verify
