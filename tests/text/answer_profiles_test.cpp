// SPDX-License-Identifier: Apache-2.0
#include "core/text/answer_extractor.h"

#include <gtest/gtest.h>

#include <string>

namespace veritune::text {
namespace {

std::string extract(const std::string& completion, const std::string& profile) {
    const util::Result<Extraction> result = extract_answer(completion, profile);
    EXPECT_TRUE(result.has_value());
    if (!result->found) return "none: " + result->reason;
    EXPECT_LE(result->span.end, completion.size());
    return result->text;
}

TEST(AnswerProfiles, MinervaTakesTheLastClosingSentence) {
    const std::string sentence = "Final Answer: The final answer is $4$. I hope it is correct.";
    EXPECT_EQ(extract(sentence, "minerva"), "4");
    EXPECT_EQ(extract("x\n" + sentence +
                          "\nFinal Answer: The final answer is 5. I hope it is "
                          "correct.",
                      "minerva"),
              "5");
    EXPECT_EQ(extract("Final Answer: The final answer is 4.", "minerva"), "none: no_answer");
    EXPECT_EQ(extract("4", "minerva"), "none: no_answer");
}

TEST(AnswerProfiles, CodeBlockTakesTheLastPythonFence) {
    EXPECT_EQ(extract("```python\na = 1\n```\n```\nb\n```", "code_block"), "a = 1\n");
    EXPECT_EQ(extract("```\na\n```\n```text\nb\n```\n", "code_block"), "b\n");
    EXPECT_EQ(extract("def f(): pass", "code_block"), "def f(): pass");
    EXPECT_EQ(extract("<think>```python\nx\n```</think>```py\ny\n```", "code_block"), "y\n");
    EXPECT_EQ(extract("```python\n```", "code_block"), "none: empty_answer");
}

TEST(AnswerProfiles, JsonTakesTheLastCompleteValue) {
    EXPECT_EQ(extract("first [1] then {\"a\": [2, \"}\"]}.", "json"), "{\"a\": [2, \"}\"]}");
    EXPECT_EQ(extract("```json\n[1, 2]\n```", "json"), "[1, 2]");
    EXPECT_EQ(extract("{ broken [1]", "json"), "[1]");
    EXPECT_EQ(extract("The answer: true", "json"), "true");
    EXPECT_EQ(extract("say \"a b\"", "json"), "\"a b\"");
    EXPECT_EQ(extract("", "json"), "none: no_answer");
    EXPECT_EQ(extract(std::string(10'000, '['), "json").substr(0, 4), "[[[[");
}

}  // namespace
}  // namespace veritune::text
