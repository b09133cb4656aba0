// SPDX-License-Identifier: Apache-2.0
#include "core/rollout/rollout_group.h"

#include <gmock/gmock.h>

#include <string>

namespace veritune::rollout {
namespace {

using verify::VerdictStatus;

PromptFormat demo_format() {
    return {text::make_character_tokenizer(text::demo_alphabet()),
            **text::chat_template_by_id("none")};
}

data::Problem problem(const std::string& id, const std::string& prompt, const std::string& gold) {
    data::Problem p;
    p.id = id;
    p.prompt = prompt;
    p.gold = gold;
    p.verifier = "chain_arithmetic";
    p.params = {{"family", "mod"}};
    p.profile = "raw";
    return p;
}

Completion completion(const PromptFormat& format, const std::string& text, FinishReason reason) {
    Completion c;
    c.tokens = format.tokenizer().encode(text, false);
    c.logprobs.assign(c.tokens.size(), -0.5F);
    c.entropies.assign(c.tokens.size(), 0.25F);
    c.finish_reason = reason;
    return c;
}

TEST(RolloutGroup, LeavesLongPromptsOutAndCountsThem) {
    const PromptFormat format = demo_format();
    const std::vector<data::Problem> list{
        problem("a", "6+4?", "0"), problem("b", "6+4*7-4?", "6"), problem("c", "1-1?", "0")};
    const auto selection = encode_problems(format, {&list[0], &list[1], &list[2]}, 4);
    ASSERT_TRUE(selection.has_value());
    EXPECT_EQ(selection->too_long, 1);
    ASSERT_EQ(selection->problems.size(), 2U);
    EXPECT_EQ(selection->problems[1]->id, "c");
    EXPECT_EQ(selection->prompts[1].size(), 4U);
    const data::Problem foreign = problem("d", "words", "0");
    EXPECT_FALSE(encode_problems(format, {&foreign}, 9).has_value());
}

std::vector<RolloutGroup> judged(const PromptFormat& format,
                                 const std::vector<data::Problem>& list) {
    PromptSelection selection = encode_problems(format, {&list[0], &list[1]}, 32).value();
    std::vector<PromptCompletions> completions(2);
    completions[0].completions = {completion(format, "6+4=0;#0$", FinishReason::kStop),
                                  completion(format, "6+4=1;#1$", FinishReason::kStop),
                                  completion(format, "6+4=0;#0", FinishReason::kLength)};
    completions[1].completions = {completion(format, "1-1=0;#0$", FinishReason::kStop),
                                  completion(format, "6+4=0;#0$", FinishReason::kStop),
                                  completion(format, "1", FinishReason::kLength)};
    return judge(format, verify::VerifierPool(2), std::move(selection), std::move(completions));
}

TEST(RolloutGroup, JudgesEveryChainAgainstItsOwnProblem) {
    const PromptFormat format = demo_format();
    const std::vector<data::Problem> list{problem("a", "6+4?", "0"), problem("b", "1-1?", "0")};
    const auto groups = judged(format, list);
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(groups[0].problem, &list[0]);
    EXPECT_EQ(groups[0].texts[2], "6+4=0;#0");
    EXPECT_EQ(groups[0].verdicts[0].status, VerdictStatus::kCorrect);
    EXPECT_EQ(groups[0].verdicts[1].status, VerdictStatus::kIncorrect);
    EXPECT_NE(groups[0].verdicts[2].status, VerdictStatus::kCorrect)
        << "a chain without an end proves nothing";
    EXPECT_EQ(groups[1].verdicts[0].status, VerdictStatus::kCorrect);
    EXPECT_NE(groups[1].verdicts[1].status, VerdictStatus::kCorrect)
        << "the right chain of another problem";
}

TEST(ChainJudge, GivesTheVerdictsOfJudgeInAnyOrderOfTheChains) {
    const PromptFormat format = demo_format();
    const std::vector<data::Problem> list{problem("a", "6+4?", "0"), problem("b", "1-1?", "0")};
    const auto expected = judged(format, list);
    std::vector<PromptCompletions> completions(2);
    for (std::size_t p = 0; p < 2; ++p) completions[p].completions = expected[p].completions;
    const verify::VerifierPool pool(2);
    ChainJudge chain_judge(
        format, pool, encode_problems(format, {&list[0], &list[1]}, 32).value(), 3);
    for (const std::int64_t chain : {5, 0, 3, 1, 4, 2}) {
        chain_judge.finished(chain,
                             completions[static_cast<std::size_t>(chain / 3)]
                                 .completions[static_cast<std::size_t>(chain % 3)]);
    }
    const auto groups = chain_judge.take(completions);
    ASSERT_EQ(groups.size(), 2U);
    for (std::size_t p = 0; p < 2; ++p) {
        EXPECT_EQ(groups[p].problem, &list[p]);
        EXPECT_EQ(groups[p].prompt, expected[p].prompt);
        EXPECT_EQ(groups[p].texts, expected[p].texts);
        for (std::size_t g = 0; g < 3; ++g) {
            EXPECT_EQ(groups[p].verdicts[g].status, expected[p].verdicts[g].status);
            EXPECT_EQ(groups[p].verdicts[g].reason, expected[p].verdicts[g].reason);
        }
    }
}

TEST(RolloutGroup, AFaultOfTheGoldMasksItsChains) {
    const PromptFormat format = demo_format();
    const std::vector<data::Problem> list{problem("a", "6+4?", "not a value"),
                                          problem("b", "1-1?", "0")};
    const auto groups = judged(format, list);
    for (const verify::Verdict& verdict : groups[0].verdicts)
        EXPECT_TRUE(verify::is_masked(verdict.status));
    EXPECT_FALSE(verify::is_masked(groups[1].verdicts[0].status));
}

TEST(RolloutGroup, KeepsEverythingOfAChainThatTheInspectorShows) {
    const PromptFormat format = demo_format();
    const std::vector<data::Problem> list{problem("a", "6+4?", "0"), problem("b", "1-1?", "0")};
    const auto groups = judged(format, list);
    const data::ChainRecord right = chain_record(format, groups[0], 0, "train");
    EXPECT_EQ(right.phase, "train");
    EXPECT_EQ(right.problem_id, "a");
    EXPECT_EQ(right.sample, 0);
    EXPECT_EQ(right.prompt, "6+4?");
    EXPECT_EQ(right.completion, "6+4=0;#0$");
    EXPECT_EQ(right.tokens.size(), 9U);
    EXPECT_EQ(right.logprobs.size(), 9U);
    EXPECT_EQ(right.finish_reason, "stop");
    EXPECT_EQ(right.status, "correct");
    EXPECT_EQ(right.score, 1.0);
    EXPECT_EQ(right.verifier, "chain_arithmetic");
    EXPECT_FALSE(right.verifier_hash.empty());
    EXPECT_EQ(right.gold, "0");
    EXPECT_FALSE(right.updated);
    const data::ChainRecord wrong = chain_record(format, groups[0], 1, "eval");
    EXPECT_EQ(wrong.status, "incorrect");
    EXPECT_EQ(wrong.reason, "wrong_step");
    EXPECT_EQ(wrong.reward, 0.0);
    EXPECT_TRUE(wrong.steps.is_array() && !wrong.steps.empty());
    EXPECT_EQ(chain_record(format, groups[0], 2, "eval").finish_reason, "length");
}

}  // namespace
}  // namespace veritune::rollout
