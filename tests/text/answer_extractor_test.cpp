// SPDX-License-Identifier: Apache-2.0
// The rules are those of design page "verifiers", section 2; expected values were derived from them
// by hand.
#include "core/text/answer_extractor.h"

#include "core/text/utf8.h"
#include "core/util/rng.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace veritune::text {
namespace {

struct Case {
    const char* profile;
    std::string completion;
    std::string text;  ///< expected answer; empty: none
    const char* rule;
    const char* reason = "";
    bool hedged = false;
    ExtractOptions options = {};
};

const ExtractOptions kThink{.think_tags = true};
const ExtractOptions kCut{.cut_off = true};
const ExtractOptions kKeep{.keep_assignment = true};

void check(const Case& one) {
    const auto result = extract_answer(one.completion, one.profile, one.options);
    ASSERT_TRUE(result.has_value());
    const std::string where = std::string(one.profile) + ": " + one.completion.substr(0, 200);
    EXPECT_EQ(result->text, one.text) << where;
    EXPECT_EQ(result->found, !one.text.empty()) << where;
    EXPECT_EQ(result->rule, one.rule) << where;
    EXPECT_EQ(result->reason, one.reason) << where;
    EXPECT_EQ(result->hedged, one.hedged) << where;
    ASSERT_LE(result->span.begin, result->span.end) << where;
    ASSERT_LE(result->span.end, one.completion.size()) << where;
}

TEST(ExtractAnswer, Boxes) {
    const std::vector<Case> cases{
        {"reward_strict", "So \\boxed{42}.", "42", "E3.box"},
        {"reward_strict",
         "\\boxed{1} is not it. After much more work it must be \\boxed{2}.",
         "2",
         "E3.box"},
        {"reward_strict", "\\fbox{7}", "7", "E3.box"},
        {"reward_strict", "\\boxed 7 and done", "7", "E3.box"},
        {"reward_strict", "$\\boxed 17$", "17", "E3.box"},
        {"reward_strict", "\\boxed\\pi", "\\pi", "E3.box"},
        {"reward_strict", "\\boxed{\\frac{1}{2}}", "\\frac{1}{2}", "E3.box"},
        {"reward_strict", "\\boxed{\\{1\\}}", "\\{1\\}", "E3.box"},
        {"reward_strict", "\\boxed{ {a}_{b} }", "{a}_{b}", "E3.box"},
        {"reward_strict", "\\boxed{\\boxed{5}}", "5", "E3.box"},
        {"reward_strict", "\\boxed{\\fbox{\\boxed{5}}}", "5", "E3.box"},
        {"reward_strict", "\\boxed{5", "", "E3.box", "unbalanced_box"},
        {"reward_strict",
         "\\boxed{3} is wrong and after a long computation \\boxed{5",
         "",
         "E3.box",
         "unbalanced_box"},
        {"reward_strict", "\\boxed{}", "", "E3.box", "empty_box"},
        {"reward_strict", "\\boxed{  }", "", "E3.box", "empty_box"},
        {"reward_strict", "\\boxed", "", "E3.box", "empty_box"},
        {"reward_strict", "\\boxed{$}", "$", "E3.box"},
        {"reward_strict", "\\boxed{.}", "", "E3.box", "empty_answer"},
        {"reward_strict", "\\boxedx{5} nothing", "", "none", "no_answer"},
        {"reward_strict", "the macro \\\\boxed is unknown", "", "none", "no_answer"},
        {"reward_strict", "\\boxed{$x = 5$}", "5", "E3.box"},
        {"reward_strict", "\\boxed{x = 5}", "x = 5", "E3.box", "", false, kKeep},
        {"reward_strict", "The answer is 3. \\boxed{4}", "4", "E3.box"},
        {"eval_flexible", "\\boxed{3} then broken \\boxed{5", "3", "E3.box"},
        {"eval_flexible", "\\boxed{} The answer is 8.", "8", "E5.anchor"},
    };
    for (const Case& one : cases) check(one);
}

TEST(ExtractAnswer, BoxLists) {
    const std::vector<Case> cases{
        {"reward_strict", "\\boxed{3}, \\boxed{4}", "3, 4", "E3.box", "", true},
        {"reward_strict", "\\boxed{3} and \\boxed{4}", "3, 4", "E3.box", "", true},
        {"reward_strict",
         "\\boxed{3} oder auch, wenn man es so sehen will, \\boxed{4}",
         "3, 4",
         "E3.box",
         "",
         true},
        {"reward_strict",
         "\\boxed{3}$ or possibly the other root, namely $\\boxed{4}",
         "3, 4",
         "E3.box",
         "",
         true},
        {"reward_strict", "\\boxed{1}\\boxed{2}\\boxed{3}", "1, 2, 3", "E3.box", "", true},
        {"reward_strict", "\\boxed{3} = \\boxed{3}", "3", "E3.box"},
        {"reward_strict",
         "\\boxed{3} was a first attempt with a mistake in it. Corrected: \\boxed{4}",
         "4",
         "E3.box"},
        {"reward_strict", "\\boxed{16}" + std::string(80, ' ') + "or\\boxed{17}", "17", "E3.box"},
        {"reward_strict", "\\boxed{3 or \\boxed{4}}", "3 or \\boxed{4}", "E3.box", "", true},
    };
    for (const Case& one : cases) check(one);
}

TEST(ExtractAnswer, Reasoning) {
    const std::vector<Case> cases{
        {"reward_strict", "<think>\\boxed{1}</think>\\boxed{2}", "2", "E3.box"},
        {"reward_strict", "\\boxed{1}</think>\n\n\\boxed{2}", "2", "E3.box", "", false, kThink},
        {"reward_strict",
         "\\boxed{1}</think>\n\nno box here",
         "",
         "none",
         "no_answer",
         false,
         kThink},
        {"reward_strict",
         "still thinking \\boxed{1}",
         "",
         "E1.think",
         "no_closing_think",
         false,
         kThink},
        {"reward_strict",
         "<think>box inside an unterminated block \\boxed{1}",
         "",
         "E1.think",
         "no_closing_think"},
        {"reward_strict", "a</think>b<think>\\boxed{1}", "", "E1.think", "no_closing_think"},
        {"reward_strict", "<think>a</think>\\boxed{1}<think>b</think>\\boxed{2}", "2", "E3.box"},
        {"reward_strict", "<think></think>", "", "none", "no_answer"},
        {"reward_strict", "\\boxed{1}", "1", "E3.box"},
        {"reward_strict", "\\boxed{1}", "", "E0.cut_off", "cut_off", false, kCut},
        {"gsm8k_hash", "#### 1", "", "E0.cut_off", "cut_off", false, kCut},
        {"raw", "x", "", "E0.cut_off", "cut_off", false, kCut},
        {"eval_flexible", "\\boxed{1}", "1", "E3.box", "", false, kCut},
        {"eval_flexible", "thinking 5", "", "E1.think", "no_closing_think", false, kThink},
        {"reward_strict", "\\boxed{1}<|im_end|>", "1", "E3.box"},
        {"reward_strict", "The answer is 5<|im_end|>\n<|endoftext|>", "5", "E5.anchor"},
        {"reward_strict", "The answer is 5</s>", "5", "E5.anchor"},
    };
    for (const Case& one : cases) check(one);
}

TEST(ExtractAnswer, Tags) {
    const std::vector<Case> cases{
        {"reward_strict", "<answer>42</answer>", "42", "E2.tag"},
        {"reward_strict", "<answer> $42$. </answer> bye", "42", "E2.tag"},
        {"reward_strict", "<answer>1</answer><answer>2</answer>", "2", "E2.tag"},
        {"reward_strict",
         "\\boxed{9} <answer>so \\boxed{8}</answer> \\boxed{7}",
         "8",
         "E2.tag+E3.box"},
        {"reward_strict", "<answer>Answer: 5</answer>", "5", "E2.tag+E5.anchor"},
        {"reward_strict", "<answer>work\n#### 18</answer>", "18", "E2.tag+E4.hash"},
        {"reward_strict", "<answer></answer>", "", "E2.tag", "empty_answer"},
        {"reward_strict", "<answer>16 or 17</answer>", "16 or 17", "E2.tag", "", true},
        {"reward_strict", "<answer>5", "", "none", "no_answer"},
        {"reward_strict", "</answer>5<answer>", "", "none", "no_answer"},
        {"reward_strict", "<answer>\\boxed{1</answer>", "", "E2.tag+E3.box", "unbalanced_box"},
    };
    for (const Case& one : cases) check(one);
}

TEST(ExtractAnswer, Hashes) {
    const std::vector<Case> cases{
        {"reward_strict", "work\n#### 18", "18", "E4.hash"},
        {"reward_strict", "#### 1\n#### 2\n", "2", "E4.hash"},
        {"reward_strict", "  #### $1,234.00 ", "$1,234.00", "E4.hash"},
        {"reward_strict", "##### 5", "", "none", "no_answer"},
        {"reward_strict", "in the line #### 5", "", "none", "no_answer"},
        {"reward_strict", "#### Result:\nThe answer is 6.", "6", "E5.anchor"},
        {"reward_strict", "####\n", "", "none", "no_answer"},
        {"gsm8k_hash", "in the line #### 5", "5", "E4.hash"},
        {"gsm8k_hash", "#### 18\nThat is all.", "18", "E4.hash"},
        {"gsm8k_hash", "#### 17\r\n", "17", "E4.hash"},
        {"gsm8k_hash", "\\boxed{5} The answer is 5.", "", "none", "no_answer"},
        {"gsm8k_hash", "#### 16 or 17", "16 or 17", "E4.hash", "", true},
    };
    for (const Case& one : cases) check(one);
}

TEST(ExtractAnswer, Anchors) {
    const std::vector<Case> cases{
        {"reward_strict", "Therefore the answer is 42.", "42", "E5.anchor"},
        {"reward_strict", "The final answer is $3.50. Thank you.", "$3.50", "E5.anchor"},
        {"reward_strict", "THE ANSWER IS 5", "5", "E5.anchor"},
        {"reward_strict", "The answer is: 5", "5", "E5.anchor"},
        {"reward_strict", "**Answer:** 18", "18", "E5.anchor"},
        {"reward_strict", "**Answer**: 18", "18", "E5.anchor"},
        {"reward_strict", "**Final Answer:**\n\n**18**", "18", "E5.anchor"},
        {"reward_strict", "Answer: 2**3", "2**3", "E5.anchor"},
        {"reward_strict", "The answer is 1. No, the answer is 2. Or so.", "2", "E5.anchor"},
        {"reward_strict", "The answer is 16 or 17.", "16 or 17", "E5.anchor", "", true},
        {"reward_strict", "The answer isn't 5", "", "none", "no_answer"},
        {"reward_strict", "Wronganswer: 5", "", "none", "no_answer"},
        {"reward_strict", "Die Antwort ist 12.", "12", "E5.anchor"},
        {"reward_strict", "Die endgültige Antwort lautet 3,5.", "3,5", "E5.anchor"},
        {"reward_strict", "ANTWORT: 7", "7", "E5.anchor"},
        {"reward_strict", "La réponse est 9.", "9", "E5.anchor"},
        {"reward_strict", "La réponse finale est 9 !", "9", "E5.anchor"},
        {"reward_strict", "RÉPONSE\u00A0: 10", "10", "E5.anchor"},
        {"reward_strict", "La respuesta final es 11.", "11", "E5.anchor"},
        {"reward_strict", "Respuesta: 11", "11", "E5.anchor"},
        {"reward_strict", "La risposta è 13.", "13", "E5.anchor"},
        {"reward_strict", "所以答案是14。谢谢。", "14", "E5.anchor"},
        {"reward_strict", "答案：15", "15", "E5.anchor"},
        {"reward_strict", "Maybe 5?", "", "none", "no_answer"},
        {"reward_strict", "The answer is", "", "none", "no_answer"},
        {"reward_strict", "", "", "none", "no_answer"},
        {"answer_line", "Reasoning. The answer is 4.\nANSWER: 5", "5", "E5.line"},
        {"answer_line", "Answer: 5\nAnswer: 6\nbye", "6", "E5.line"},
        {"answer_line", "**Answer:** Paris.", "Paris", "E5.line"},
        {"answer_line", "so my answer: 5", "", "none", "no_answer"},
        {"answer_line", "Antwort: B", "B", "E5.line"},
        {"answer_line", "Answer:\n", "", "none", "no_answer"},
    };
    for (const Case& one : cases) check(one);
}

TEST(ExtractAnswer, LastNumberIsForEvaluationOnly) {
    const std::vector<Case> cases{
        {"eval_flexible", "She has 5 apples and 1,234.50 coins left", "1,234.50", "E6.number"},
        {"eval_flexible", "it fell to -7 degrees", "-7", "E6.number"},
        {"eval_flexible", "5-3", "3", "E6.number"},
        {"eval_flexible", "ends with 18.", "18", "E6.number"},
        {"eval_flexible", "about .5", ".5", "E6.number"},
        {"eval_flexible", "no number at all", "", "none", "no_answer"},
        {"eval_flexible", "<answer>three 3 things</answer> 9", "3", "E2.tag+E6.number"},
        {"reward_strict", "She has 5 apples", "", "none", "no_answer"},
    };
    for (const Case& one : cases) check(one);
}

TEST(ExtractAnswer, RawIsEverythingAfterTheReasoning) {
    const std::vector<Case> cases{
        {"raw", "    return 5\n", "    return 5\n", "E1.raw"},
        {"raw", "<think>x</think>\nanswer \\boxed{1}", "\nanswer \\boxed{1}", "E1.raw"},
        {"raw", " \n ", "", "E1.raw", "no_answer"},
        {"raw", "a\xFFz", "a\uFFFDz", "E1.raw"},
        {"raw", "6+4=0;#6", "6+4=0;#6", "E1.raw"},
        {"raw", "16 or 17", "16 or 17", "E1.raw"},
    };
    for (const Case& one : cases) check(one);
}

TEST(ExtractAnswer, SpansPointIntoTheCompletion) {
    const auto part = [](const std::string& completion, const char* profile) {
        const auto result = extract_answer(completion, profile);
        return completion.substr(result->span.begin, result->span.end - result->span.begin);
    };
    EXPECT_EQ(part("ab \\boxed{ 42 } c", "reward_strict"), " 42 ");
    EXPECT_EQ(part("<think>x</think>y <answer>\\boxed{7}</answer>", "reward_strict"), "7");
    EXPECT_EQ(part("**bold** words. **The answer is** **18**.", "reward_strict"), "18");
    EXPECT_EQ(part("\xFF\xFE#\n#### 12 \n", "reward_strict"), "12");
    EXPECT_EQ(part("\\boxed{3}, \\boxed{4}!", "reward_strict"), "\\boxed{3}, \\boxed{4}");
    EXPECT_EQ(part("we got 12 then 17 left", "eval_flexible"), "17");
}

TEST(ExtractAnswer, UnknownProfilesListTheKnownOnes) {
    const auto result = extract_answer("x", "no_such_profile");
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, util::ErrorCode::kNotFound);
    EXPECT_EQ(extraction_profiles().size(), 8U);
    for (const std::string& name : extraction_profiles()) {
        EXPECT_NE(result.error().message.find(name), std::string::npos);
        EXPECT_TRUE(extract_answer("x", name).has_value());
    }
}

TEST(StripAnswer, TakesOffWhatIsOnlyType) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"$5$", "5"},
        {"$$5$$", "5"},
        {"\\(5\\)", "5"},
        {"\\[ 5 \\]", "5"},
        {"**5**", "5"},
        {"**$5$.**", "5"},
        {"5.", "5"},
        {"5,;.", "5"},
        {"$18", "$18"},
        {"$5$ or $6$", "$5$ or $6$"},
        {"3.14", "3.14"},
        {"\\text{Paris}", "Paris"},
        {"16\\text{ cm}", "16 cm"},
        {"\\mathrm{m}", "m"},
        {"\\textbf{(A)}", "(A)"},
        {"\\left(1,2\\right)", "(1,2)"},
        {"\\leftarrow", "\\leftarrow"},
        {"\\left. x \\right|", "x |"},
        {"1\\,000", "1000"},
        {"10,\\!000", "10,000"},
        {"5\\;\\text{kg}", "5 kg"},
        {"New~York", "New York"},
        {"5\\,", "5"},
        {"a \\\\, b", "a \\\\, b"},
        {"x = 5", "5"},
        {"x_{1} = 5", "5"},
        {"\\alpha = 2", "2"},
        {"2x = 10", "2x = 10"},
        {"x = y = 5", "x = y = 5"},
        {"x == 5", "x == 5"},
        {"x =", "x ="},
        {"f = \\frac{a}{b}", "\\frac{a}{b}"},
        {"14。", "14"},
        {"", ""},
        {"   ", ""},
        {"\\frac{1}{2}", "\\frac{1}{2}"},
        {"\\text{a{b}c}", "a{b}c"},
        {"{\\text{a}}", "a"},
        {"{18}", "18"},
        {"{1,2}", "{1,2}"},
        {"{}", "{}"},
        {"\\displaystyle 18", "18"},
        {"\\displaystyles", "\\displaystyles"},
        {"18\\ ", "18"},
        {"1 \\\\", "1 \\\\"},
        {"\\texttt{AB12}", "AB12"},
        {"\xFF", "\uFFFD"},
    };
    for (const auto& [in, out] : cases) EXPECT_EQ(strip_answer(in), out) << in;
    EXPECT_EQ(strip_answer("x = 5", true), "x = 5");
}

TEST(IsHedged, SeesSeveralCandidates) {
    for (const char* text :
         {"16 or 17",     "16 and 17", "16, 17",         "16; 17",     "either 16 or 17",
          "16 oder 17",   "16 ou 17",  "16 y 17",        "16 o 17",    "16和17 或 18",
          "A, B",         "A and B",   "A or B",         "(1, 2)",     "[0, 5)",
          "±3",           "\\pm 3",    "3 \\pm 1",       "+/-3",       "16 to 17",
          "16–17",        "16\n17",    "5\\text{ or }6", "16 (or 17)", "1、2",
          "x = 1, y = 2", "1,234, 5",  "16 bis 17"}) {
        EXPECT_TRUE(is_hedged(text)) << text;
    }
}

TEST(IsHedged, LeavesSingleAnswersAlone) {
    for (const char* text : {"16",
                             "1,234",
                             "1,234,567.89",
                             "3,14",
                             "1{,}234",
                             "-5",
                             "16/17",
                             "16 - 17",
                             "$18",
                             "50%",
                             "x + y",
                             "2 e",
                             "\\frac{1}{2}",
                             "Oregon",
                             "Anderson",
                             "ford",
                             "New York",
                             "2x + 3y",
                             "\\theta",
                             "12:30",
                             "2024-11-24",
                             "",
                             ",",
                             "or",
                             "5,",
                             "\\oregano",
                             "\\begin{pmatrix} 1 & 2 \\\\\n 3 & 4 \\end{pmatrix}",
                             "yes",
                             "3\\cdot 10^{5}",
                             "\\pmod 5"}) {
        EXPECT_FALSE(is_hedged(text)) << text;
    }
}

/// Texts that could make a careless scanner quadratic or crash it.
TEST(ExtractAnswer, HostileTextsAreReadInLinearTime) {
    const auto repeat = [](const std::string& part, int count) {
        std::string text;
        for (int i = 0; i < count; ++i) text += part;
        return text;
    };
    const std::vector<std::string> hostile{
        repeat("\\boxed{", 100'000),
        repeat("\\boxed{1}", 100'000),
        repeat("{", 1'000'000),
        repeat("}", 1'000'000),
        repeat("\\", 1'000'001),
        repeat("<answer>", 100'000),
        repeat("</answer>", 100'000),
        repeat("<think>", 100'000),
        repeat("#### ", 200'000),
        repeat("####\n", 200'000),
        repeat("answer:", 100'000),
        repeat("Answer:\n", 100'000),
        repeat("the answer is ", 70'000),
        repeat("**", 500'000),
        repeat("$", 1'000'000),
        repeat(".", 1'000'000),
        "\\boxed{" + repeat("\\text{", 100'000) + "}",
        "\\boxed{" + repeat("**", 200'000) + "}",
        repeat("<|im_end|>", 100'000),
        "\\boxed{" + repeat("\n", 500'000) + "\\begin{}",
        "\\boxed{" + repeat("\\boxed{", 50'000) + repeat("}", 50'001),
        repeat("\xFF", 1'000'000),
        repeat(" ", 1'000'000),
        repeat("1,", 500'000),
        std::string(1000, '\0'),
        repeat("\\boxed{5}, ", 90'000),
        repeat("o 1 ", 250'000)};
    for (const std::string& text : hostile) {
        for (const std::string& profile : extraction_profiles()) {
            const auto start = std::chrono::steady_clock::now();
            const auto result = extract_answer(text, profile);
            const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                std::chrono::steady_clock::now() - start);
            ASSERT_TRUE(result.has_value());
            EXPECT_LE(result->span.end, text.size());
            // Goal 100 ms; ten times that catches what is quadratic (minutes) on a busy machine,
            // too.
            EXPECT_LT(ms.count(), 1000) << profile << ": " << text.substr(0, 40);
        }
    }
}

TEST(ExtractAnswer, RandomTextsGiveValidSpansAndTheSameAnswerTwice) {
    const std::vector<std::string> parts{"\\boxed{",
                                         "}",
                                         "{",
                                         "<think>",
                                         "</think>",
                                         "<answer>",
                                         "</answer>",
                                         "#### ",
                                         "\n",
                                         "answer: ",
                                         "The answer is ",
                                         "5",
                                         "17",
                                         " or ",
                                         ", ",
                                         "$",
                                         "\\text{",
                                         "**",
                                         "\\",
                                         "\xFF",
                                         "é",
                                         "答案是",
                                         ". ",
                                         "<|im_end|>"};
    util::Rng rng(9, util::RngStream::kTest);
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (std::uint64_t i = rng.below(16); i > 0; --i) text += parts[rng.below(parts.size())];
        for (const std::string& profile : extraction_profiles()) {
            const auto a = extract_answer(text, profile, {.think_tags = round % 3 == 0});
            const auto b = extract_answer(text, profile, {.think_tags = round % 3 == 0});
            ASSERT_LE(a->span.begin, a->span.end) << "seed 9, round " << round;
            ASSERT_LE(a->span.end, text.size()) << "seed 9, round " << round;
            ASSERT_EQ(a->text, b->text);
            ASSERT_EQ(a->found, a->reason.empty()) << text;
            ASSERT_EQ(a->found, !a->text.empty()) << text;
            ASSERT_TRUE(is_valid_utf8(a->text)) << text;
            ASSERT_FALSE(a->rule.empty());
        }
    }
}

}  // namespace
}  // namespace veritune::text
