// SPDX-License-Identifier: Apache-2.0
#include "core/util/rng.h"
#include "core/verify/verifier.h"
#include "tests/verify/problems.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace veritune::verify {
namespace {

using util::Json;

Verdict verify(const std::string& family,
               const std::string& prompt,
               const Json& gold,
               const std::string& completion,
               FinishReason finish = FinishReason::kStop) {
    return verify_request({.problem_id = "p",
                           .verifier = "chain_arithmetic",
                           .params = {{"family", family}},
                           .gold = gold,
                           .prompt = prompt,
                           .completion = completion,
                           .finish_reason = finish,
                           .think_tags = false,
                           .profile = "raw"});
}

std::string judged(const std::string& completion, const std::string& prompt = "6+4*7-4?") {
    const Verdict verdict = verify("mod", prompt, "6", completion);
    std::string text(status_name(verdict.status));
    if (!verdict.reason.empty()) text += " " + verdict.reason;
    return text;
}

TEST(ChainArithmetic, GivesOneReasonForEveryKindOfFault) {
    EXPECT_EQ(judged("6+4=0;0*7=0;0-4=6;#6$"), "correct");
    EXPECT_EQ(judged(""), "no_answer no_answer");
    EXPECT_EQ(judged("6+4=0;0*7=0;0-4=6;6$"), "no_answer no_answer");
    EXPECT_EQ(judged("6+4=0;0*7=0;0-4=6;#6"), "no_answer no_end");
    EXPECT_EQ(judged("6+4=0;0*7=0;0-4=6;#"), "no_answer no_end");
    EXPECT_EQ(judged("6+4=0;0*7=0;0-4=6;#6#6$"), "incorrect many_answers");
    EXPECT_EQ(judged("6+4=0;0*7=0;0-4=6;#$"), "incorrect not_canonical");
    EXPECT_EQ(judged("6+4=0;0*7=0;0-4=6;#66$"), "incorrect not_canonical");
    EXPECT_EQ(judged("6+4=0;0*7=0;0-4=6;#T$"), "incorrect not_canonical");
    EXPECT_EQ(judged("6+4=0;0*7=0;$0-4=6;#6$"), "incorrect not_canonical");
    EXPECT_EQ(judged("6+4=0;0*7=0;0-4=6;#6$\n$"), "incorrect not_canonical");
    EXPECT_EQ(judged("6+4=1;1*7=7;7-4=3;#3$"), "incorrect wrong_step");
    EXPECT_EQ(judged("6+4=0;0*7=0;0-4=6;#4$"), "incorrect wrong_value");
    EXPECT_EQ(judged("6+4=0;1*7=7;7-4=3;#3$"), "incorrect wrong_operand");
    EXPECT_EQ(judged("6+5=1;1*7=7;7-4=3;#3$"), "incorrect wrong_operand");
    EXPECT_EQ(judged("6-4=2;2*7=4;4-4=0;#0$"), "incorrect wrong_operator");
    EXPECT_EQ(judged("6+4=0;0*7=0;#0$"), "incorrect missing_step");
    EXPECT_EQ(judged("#6$"), "incorrect missing_step");
    EXPECT_EQ(judged("6+4=0;0*7=0;0-4=6;6+0=6;#6$"), "incorrect extra_step");
    EXPECT_EQ(judged("6+4=0;0*7=0;0-4=6;;#6$"), "incorrect extra_step");
    EXPECT_EQ(judged("6+4=0;0*7=0;0-4=6#6$"), "incorrect not_canonical");
    EXPECT_EQ(judged("6+4=0; 0*7=0;0-4=6;#6$"), "incorrect not_canonical");
    EXPECT_EQ(judged(std::string("6+4=0;0*7=0;0-4=6;#6\0$", 22)), "incorrect not_canonical");
}

TEST(ChainArithmetic, ChecksLinksAndArithmeticWithoutAPrompt) {
    EXPECT_EQ(judged("6+4=0;0*7=0;0-4=6;#6$", ""), "correct");
    EXPECT_EQ(judged("1+5=6;#6$", ""), "correct");  // weaker on purpose: the steps are unknown
    EXPECT_EQ(judged("6+4=0;1*7=7;7-1=6;#6$", ""), "incorrect wrong_operand");
    EXPECT_EQ(judged("6+4=1;1+5=6;#6$", ""), "incorrect wrong_step");
    EXPECT_EQ(judged("6+4=0;0*7=0;#6$", ""), "incorrect wrong_value");
    EXPECT_EQ(judged("6+4=0;0*7=0;#0$", ""), "incorrect wrong_value");
    EXPECT_EQ(judged("#6$", ""), "incorrect missing_step");
    std::string endless;
    for (int i = 0; i < 1025; ++i) endless += "6+0=6;";
    EXPECT_EQ(judged(endless + "#6$", ""), "budget_exceeded too_many_steps");
    EXPECT_EQ(judged(endless.substr(6) + "#6$", ""), "correct");
    EXPECT_EQ(judged(endless + "#6", ""), "no_answer no_end");
}

TEST(ChainArithmetic, GivesNothingForACutChain) {
    for (const char* prompt : {"6+4*7-4?", ""}) {
        const Verdict verdict =
            verify("mod", prompt, "6", "6+4=0;0*7=0;0-4=6;#6$", FinishReason::kLength);
        EXPECT_EQ(verdict.status, VerdictStatus::kNoAnswer);
        EXPECT_EQ(verdict.reason, "cut_off");
        EXPECT_EQ(verdict.steps.size(), 3U);
    }
}

TEST(ChainArithmetic, BlamesTheDataSetForItsGoldAndPrompt) {
    const std::string chain = "6+4=0;0*7=0;0-4=6;#6$";
    const auto reason = [&chain](const Json& gold, const std::string& prompt) {
        const Verdict verdict = verify("mod", prompt, gold, chain);
        EXPECT_EQ(verdict.status, VerdictStatus::kInvalidGold);
        return verdict.reason;
    };
    for (const Json& gold : {Json(""), Json("66"), Json("T"), Json(10), Json(-1), Json("６")}) {
        EXPECT_EQ(reason(gold, "6+4*7-4?"), "bad_gold") << gold;
        EXPECT_EQ(reason(gold, ""), "bad_gold") << gold;
    }
    EXPECT_EQ(reason("6", "What is 6+4*7-4?"), "bad_prompt");
    EXPECT_EQ(reason("6", "6?"), "bad_prompt");
    EXPECT_EQ(reason("4", "6+4*7-4?"), "gold_contradicts_prompt");
    EXPECT_EQ(verify("bool", "T&T?", "T", "").status, VerdictStatus::kNoAnswer);
    EXPECT_EQ(verify("bool", "T&T?", 1, "").reason, "bad_gold");
}

TEST(ChainArithmetic, TakesTheGoldAsNumberOrText) {
    EXPECT_EQ(verify("mod", "6+4?", 0, "6+4=0;#0$").status, VerdictStatus::kCorrect);
    EXPECT_EQ(verify("mod", "6+4?", "0", "6+4=0;#0$").status, VerdictStatus::kCorrect);
    EXPECT_EQ(verify("trace", "x=6;+4?", 0, "x=0;#0$").status, VerdictStatus::kCorrect);
}

// The chain inspector marks the step where the chain breaks, and only that one.
TEST(ChainArithmetic, ShowsWhereTheChainBreaks) {
    const Verdict verdict = verify("mod", "6+4*7-4?", "6", "6+4=0;0*7=3;3-4=9;#9$");
    EXPECT_EQ(verdict.reason, "wrong_step");
    ASSERT_EQ(verdict.steps.size(), 3U);
    EXPECT_TRUE(verdict.steps[0].ok);
    EXPECT_EQ(verdict.steps[0].what, "6+4=0");
    EXPECT_FALSE(verdict.steps[1].ok);
    EXPECT_EQ(verdict.steps[1].what, "0*7=3");
    EXPECT_EQ(verdict.steps[1].detail, "expected 0");
    EXPECT_EQ(verdict.steps[1].span.begin, 6U);
    EXPECT_EQ(verdict.steps[1].span.end, 11U);
    EXPECT_TRUE(verdict.steps[2].ok);
    EXPECT_EQ(verdict.extracted, "9");
    EXPECT_EQ(verdict.span.begin, 19U);
    EXPECT_EQ(verdict.span.end, 20U);
    EXPECT_EQ(verdict.gold_normal, "6");
}

TEST(ChainArithmetic, StopsAtTheFirstTextThatIsNoStep) {
    const Verdict verdict = verify("mod", "6+4*7-4?", "6", std::string(500'000, ';') + "#6$");
    EXPECT_EQ(verdict.reason, "not_canonical");
    EXPECT_EQ(verdict.steps.size(), 1U);
    const Verdict shown = verify("mod", "6+4*7-4?", "6", std::string(500'000, '6') + ";#6$");
    EXPECT_LE(shown.steps.at(0).what.size(), 32U);
    const Verdict answer = verify("mod", "6+4*7-4?", "6", "#" + std::string(500'000, '6') + "$");
    EXPECT_LE(answer.extracted.size(), 32U);
}

// Model-written chains differ from the right one by little: every change of one character must be
// refused.
TEST(ChainArithmetic, RefusesEverySingleCharacterChange) {
    const std::string alphabet = "$0123456789+-*/=;:#,!()?>%&|^TFxyn ";
    for (const std::string& family : data::generator_families()) {
        for (const data::Problem& problem : test::generate({.family = family, .count = 20})) {
            VerifyRequest request = request_for(problem);
            for (std::size_t at = 0; at < problem.solution.size(); ++at) {
                request.completion = problem.solution;
                request.completion.erase(at, 1);
                EXPECT_EQ(verify_request(request).score, 0.0) << request.completion;
                for (const char c : alphabet) {
                    request.completion = problem.solution;
                    request.completion.insert(at, 1, c);
                    EXPECT_EQ(verify_request(request).score, 0.0) << request.completion;
                    if (problem.solution[at] == c) continue;
                    request.completion = problem.solution;
                    request.completion[at] = c;
                    EXPECT_EQ(verify_request(request).score, 0.0) << request.completion;
                }
            }
        }
    }
}

TEST(ChainArithmetic, AcceptsADemonstrationIffItHasNoWrongStep) {
    for (const std::string& family : data::generator_families()) {
        const std::vector<data::Problem> right = test::generate({.family = family, .count = 2000});
        const std::vector<data::Problem> shown =
            test::generate({.family = family, .count = 2000, .error_rate = 0.1});
        for (std::size_t i = 0; i < right.size(); ++i) {
            VerifyRequest request = request_for(shown[i]);
            request.completion = shown[i].solution;
            const Verdict verdict = verify_request(request);
            const bool same = shown[i].solution == right[i].solution;
            EXPECT_EQ(verdict.status == VerdictStatus::kCorrect, same) << shown[i].solution;
            EXPECT_EQ(verdict.reason, same ? "" : "wrong_step");
        }
    }
}

TEST(ChainArithmetic, SurvivesRandomText) {
    constexpr std::uint64_t kSeed = 20261123;
    const std::string alphabet = "$0123456789+-*=;#?&|^TFx\xC3\xFF";
    util::Rng rng(kSeed, util::RngStream::kTest);
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (std::uint64_t n = rng.below(40); n > 0; --n)
            text += alphabet[rng.below(alphabet.size())];
        for (const char* prompt : {"6+4*7-4?", ""}) {
            const Verdict verdict = verify("mod", prompt, "6", text);
            EXPECT_FALSE(is_masked(verdict.status)) << "seed " << kSeed << " text " << i;
            EXPECT_LE(verdict.span.end, text.size());
            for (const VerdictStep& step : verdict.steps) {
                EXPECT_LE(step.span.begin, step.span.end);
                EXPECT_LE(step.span.end, text.size());
            }
        }
    }
}

}  // namespace
}  // namespace veritune::verify
