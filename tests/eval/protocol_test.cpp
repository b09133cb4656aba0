// SPDX-License-Identifier: Apache-2.0
#include "core/eval/protocol.h"

#include "core/eval/protocol_prompt.h"
#include "tests/support/temp_dir.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>

namespace veritune::eval {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Protocol builtin(const std::string& id) {
    const auto fs = util::make_posix_file_system();
    auto protocol = load_protocol(*fs, id);
    EXPECT_TRUE(protocol.has_value()) << id;
    return *std::move(protocol);
}

data::Problem apples() {
    return {.id = "gsm8k-000009",
            .prompt = "How many apples?",
            .gold = "72",
            .verifier = "integer",
            .solution = "12 * 6 = 72\n#### 72"};
}

TEST(Protocol, AllOfTheDesignAreThere) {
    std::set<std::string> ids;
    for (const Protocol& protocol : builtin_protocols()) ids.insert(protocol.id);
    for (const char* id : {"gsm8k_lmeval_5",
                           "gsm8k_cot_8",
                           "gsm8k_boxed_0",
                           "minerva_4",
                           "math_boxed_0",
                           "r1_0",
                           "lighteval_math500",
                           "simple_evals",
                           "he_base_0",
                           "he_chat_0",
                           "mbpp_3"}) {
        EXPECT_TRUE(ids.contains(id)) << id;
        EXPECT_FALSE(builtin(id).same_as.empty()) << id;
    }
}

TEST(Protocol, SurvivesItsJson) {
    for (const Protocol& protocol : builtin_protocols()) {
        const util::Json json = protocol_to_json(protocol);
        const auto again = protocol_from_json(json);
        ASSERT_TRUE(again.has_value()) << protocol.id;
        EXPECT_EQ(protocol_to_json(*again), json);
    }
}

TEST(Protocol, AFileOfOnesOwnIsReadAndCheckedStrictly) {
    const test::TempDir temp;
    const auto fs = util::make_posix_file_system();
    const auto read = [&](const std::string& text) {
        std::ofstream(temp.file("mine.json")) << text;
        return load_protocol(*fs, temp.file("mine.json"));
    };
    EXPECT_EQ(read(R"({"id": "mine"})")->prompt.text, "{question}");
    for (const auto& [text, part] : std::vector<std::pair<std::string, std::string>>{
             {R"({"id": "mine", "sampling": {"temprature": 1}})", "temprature"},
             {R"({"id": "Mine"})", "id"},
             {R"({"id": "mine", "columns": []})", "columns"},
             {R"({"id": "mine", "columns": [{"name": "a"}, {"name": "a"}]})", "two columns"},
             {R"({"id": "mine", "columns": [{"profile": "best"}]})", "best"},
             {R"({"id": "mine", "columns": [{"verifier": "magic"}]})", "verifier"},
             {R"({"id": "mine", "columns": [{"answer": "x"}]})", "completion"},
             {R"({"id": "mine", "sampling": {"samples": 4}})", "temperature"},
             {R"({"id": "mine", "sampling": {"max_new_tokens": 0}})", "max_new_tokens"},
             {R"({"id": "mine", "sampling": {"stop": [""]}})", "stop"},
             {R"({"id": "mine", "prompt": {"kind": "plain", "system": "x"}})", "system"},
             {R"({"id": "mine", "prompt": {"shot_ids": ["a"]}})", "shot"},
             {R"([1])", "object"}}) {
        const auto bad = read(text);
        ASSERT_FALSE(bad.has_value()) << text;
        EXPECT_EQ(bad.error().code, util::ErrorCode::kInvalidArgument) << text;
        EXPECT_THAT(bad.error().message, HasSubstr(part)) << text;
    }
    EXPECT_EQ(read(R"({"id": "mine", "format": 2})").error().code, util::ErrorCode::kUnsupported);
    EXPECT_EQ(read("{").error().code, util::ErrorCode::kCorruptData);
    const auto unknown = load_protocol(*fs, "gsm8k");
    EXPECT_EQ(unknown.error().code, util::ErrorCode::kNotFound);
    EXPECT_THAT(unknown.error().message, HasSubstr("gsm8k_cot_8"));
}

TEST(Protocol, PromptsAreWrittenAsTheHarnessDoes) {
    Protocol gsm8k = builtin("gsm8k_lmeval_5");
    gsm8k.prompt.shot_ids = {"a"};
    data::Problem shot = apples();
    shot.id = "a";
    shot.prompt = "Shot?";
    ASSERT_TRUE(fill_shots(gsm8k, std::vector{shot}).has_value());
    EXPECT_EQ(
        render_prompt(gsm8k, apples()).problem.prompt,
        "Question: Shot?\nAnswer: 12 * 6 = 72\n#### 72\n\nQuestion: How many apples?\nAnswer:");
    const RenderedPrompt boxed = render_prompt(builtin("math_boxed_0"), apples());
    ASSERT_EQ(boxed.problem.messages.size(), 2U);
    EXPECT_EQ(boxed.problem.messages[0].role, "system");
    EXPECT_EQ(boxed.problem.messages[0].content,
              "Please reason step by step, and put your final answer within \\boxed{}.");
    EXPECT_EQ(boxed.problem.messages[1].content, "How many apples?");
    EXPECT_EQ(render_prompt(builtin("r1_0"), apples()).problem.messages.size(), 1U);
    data::Problem chat = apples();
    chat.messages = {{"system", "Be short."}, {"user", "How many?"}};
    EXPECT_EQ(render_prompt(builtin("own_8"), chat).problem.messages.size(), 2U);
    EXPECT_EQ(
        render_prompt(builtin("r1_0"), chat).problem.messages.back().content.find("How many?\n"),
        0U);
}

TEST(Protocol, ShotsComeFromTheTrainSplitAndNowhereElse) {
    Protocol gsm8k = builtin("gsm8k_lmeval_5");
    std::vector<data::Problem> rows;
    for (int i = 1; i <= 5; ++i) {
        rows.push_back(apples());
        rows.back().id = "gsm8k-00000" + std::to_string(i);
    }
    ASSERT_TRUE(fill_shots(gsm8k, rows).has_value());
    EXPECT_EQ(gsm8k.prompt.examples.size(), 5U);
    rows[3].split = data::Split::kTest;
    const auto missing = fill_shots(gsm8k, rows);
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().code, util::ErrorCode::kNotFound);
    EXPECT_THAT(missing.error().message, HasSubstr("gsm8k-000004"));
}

TEST(Protocol, ProgramsAreShownAndJudgedWithTheirBeginning) {
    const data::Problem problem{.id = "HumanEval/0",
                                .prompt = "Complete the following ...",
                                .gold = {{"setup", "def f(x):\n"},
                                         {"reference", "def f(x):\n    return x\n"},
                                         {"cases", {{{"call", "f(1)"}, {"expected", 1}}}}},
                                .verifier = "code_python"};
    const Protocol base = builtin("he_base_0");
    EXPECT_EQ(render_prompt(base, problem).problem.prompt, "def f(x):\n");
    EXPECT_EQ(answer_text(base.columns[0], problem, "", "    return x"), "def f(x):\n    return x");
    const Protocol chat = builtin("he_chat_0");
    const RenderedPrompt rendered = render_prompt(chat, problem);
    EXPECT_EQ(rendered.prefix, "Here is the completed function:\n```python\ndef f(x):\n\n");
    EXPECT_THAT(answer_text(chat.columns[0], problem, rendered.prefix, "    return x\n```"),
                HasSubstr("```python\ndef f(x):\n\n    return x\n```"));
}

TEST(Protocol, TestsAreAsserts) {
    const util::Json gold = util::Json::parse(R"x({"cases": [
        {"call": "f(1)", "expected": null}, {"call": "g('a')", "expected": [true, 1.5, 2.0, "it's"]},
        {"call": "h(0)", "expected": {"a": -3}}, {"call": "p(1)", "predicate": "value > 0"},
        {"stdin": "1", "expected_stdout": "2"}]})x");
    EXPECT_EQ(python_tests(gold),
              "assert f(1) == None\nassert g('a') == [True, 1.5, 2.0, \"it's\"]\n"
              "assert h(0) == {'a': -3}");
    EXPECT_EQ(python_tests("7"), "");
    EXPECT_EQ(variables_of(
                  {.prompt = "Add.\nYour code must pass this test among others:\nassert"})["task"],
              "Add.");
}

TEST(Protocol, OtherBracesStayAndStopsCut) {
    EXPECT_EQ(fill_in("\\boxed{} {x} {question} {", {{"question", "{tests}"}}),
              "\\boxed{} {x} {tests} {");
    const CutText cut = cut_at_stop("one\n#two Q: three", {"Q:", "\n#"});
    EXPECT_EQ(cut.text, "one");
    EXPECT_TRUE(cut.stopped);
    EXPECT_FALSE(cut_at_stop("one", {"Q:"}).stopped);
    EXPECT_EQ(cut_at_stop("Q:", {"Q:"}).text, "");
}

TEST(ProtocolHash, ChangesWithEverythingButTheModel) {
    const std::vector<data::Problem> problems = {apples()};
    const Protocol protocol = builtin("math_boxed_0");
    const auto hash = [&](const Protocol& p,
                          const std::vector<data::Problem>& set,
                          const char* chat) { return setup_hash(evaluation_setup(p, set, chat)); };
    const std::string first = hash(protocol, problems, "qwen2.5");
    EXPECT_EQ(hash(protocol, problems, "qwen2.5"), first);
    std::set<std::string> hashes = {first, hash(protocol, problems, "qwen3")};
    Protocol other = protocol;
    other.sampling.seed = 1;
    hashes.insert(hash(other, problems, "qwen2.5"));
    other = protocol;
    other.prompt.system += " ";
    hashes.insert(hash(other, problems, "qwen2.5"));
    other = protocol;
    other.columns[0].profile = "reward_strict";
    hashes.insert(hash(other, problems, "qwen2.5"));
    std::vector<data::Problem> changed = problems;
    changed[0].gold = "73";
    hashes.insert(hash(protocol, changed, "qwen2.5"));
    EXPECT_EQ(hashes.size(), 6U);
    EXPECT_EQ(hash(builtin("he_base_0"), problems, "a"), hash(builtin("he_base_0"), problems, "b"))
        << "a plain prompt does not go through the template";
}

}  // namespace
}  // namespace veritune::eval
