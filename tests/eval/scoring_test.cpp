// SPDX-License-Identifier: Apache-2.0
// Scoring from scripted completions: no weights needed.
#include "core/eval/scoring.h"

#include "core/eval/answer_classes.h"
#include "core/eval/comparison.h"
#include "tests/support/temp_dir.h"

#include <gmock/gmock.h>

#include <fstream>

namespace veritune::eval {
namespace {

using data::EvaluationRecord;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const verify::VerifierPool& pool() {
    static const verify::VerifierPool one(1);
    return one;
}

Protocol builtin(const std::string& id) {
    const auto fs = util::make_posix_file_system();
    return *load_protocol(*fs, id);
}

std::vector<data::Problem> questions(const std::vector<std::string>& golds,
                                     const std::string& verifier = "integer") {
    std::vector<data::Problem> list;
    for (std::size_t i = 0; i < golds.size(); ++i)
        list.push_back({.id = "q" + std::to_string(i),
                        .prompt = "Question " + std::to_string(i),
                        .gold = golds[i],
                        .verifier = verifier});
    return list;
}

EvaluationRecord score(const Protocol& protocol,
                       const std::vector<data::Problem>& problems,
                       const std::vector<CompletionRow>& rows) {
    auto record = score_completions(protocol, problems, rows, pool());
    EXPECT_TRUE(record.has_value());
    return *std::move(record);
}

TEST(Scoring, StrictAndFlexibleColumnsAsInTheHarness) {
    const auto problems = questions({"72", "1234", "5", "9"});
    const EvaluationRecord record =
        score(builtin("gsm8k_lmeval_5"),
              problems,
              {{.problem = 0, .text = " 12*6=72\n#### 72\n\nQuestion: next?\nAnswer: 5\n#### 5"},
               {.problem = 1, .text = "It is 1,234."},
               {.problem = 2, .text = "It is 6.\n#### 6", .cut_off = true},
               {.problem = 3, .text = "no idea"}});
    ASSERT_EQ(record.columns.size(), 2U);
    EXPECT_EQ(record.columns[0].name, "strict");
    EXPECT_DOUBLE_EQ(record.columns[0].score, 0.25) << "what follows the stop text does not count";
    EXPECT_DOUBLE_EQ(record.columns[1].score, 0.5);
    EXPECT_DOUBLE_EQ(record.columns[0].no_answer_rate, 0.5);
    EXPECT_DOUBLE_EQ(record.columns[1].no_answer_rate, 0.25);
    EXPECT_DOUBLE_EQ(record.truncation_rate, 0.25);
    EXPECT_EQ(record.mean_tokens, -1.0);
    // Wilson, 95 %, 1 of 4: statsmodels 0.0456, 0.6994.
    EXPECT_NEAR(record.columns[0].low, 0.0456, 1e-3);
    EXPECT_NEAR(record.columns[0].high, 0.6994, 1e-3);
}

TEST(Scoring, ReadsMinervaAnswersAndBoxes) {
    const auto problems = questions({"\\frac{1}{2}", "x^2+1"}, "math");
    const EvaluationRecord record = score(builtin("minerva_4"),
                                          problems,
                                          {{.problem = 0,
                                            .text = "Half.\nFinal Answer: The final answer is "
                                                    "$0.5$. I hope it is correct.\n\nProblem:\nx"},
                                           {.problem = 1, .text = "So it is \\boxed{1+x^2}."}});
    EXPECT_DOUBLE_EQ(record.columns[0].score, 0.5);
    EXPECT_DOUBLE_EQ(record.columns[1].score, 1.0);
}

TEST(Scoring, MajorityVotesOverClassesOfEqualAnswers) {
    Protocol protocol = builtin("r1_0");
    protocol.sampling.samples = 5;
    const auto problems = questions({"\\frac{1}{2}", "7"}, "math");
    std::vector<CompletionRow> rows;
    const std::vector<std::vector<std::string>> texts = {
        // Three ways of one half against two of a third.
        {"\\boxed{\\frac13}",
         "\\boxed{0.5}",
         "\\boxed{\\frac{1}{3}}",
         "\\boxed{\\frac{2}{4}}",
         "\\boxed{1/2}"},
        // The wrong one in three spellings wins.
        {"\\boxed{8}", "\\boxed{8.0}", "\\boxed{7}", "\\boxed{7}", "\\boxed{16/2}"}};
    for (std::size_t p = 0; p < 2; ++p) {
        for (std::size_t s = 0; s < 5; ++s)
            rows.push_back({.problem = p,
                            .sample = static_cast<std::int64_t>(s),
                            .text = texts[p][s],
                            .tokens = 10});
    }
    const EvaluationRecord record = score(protocol, problems, rows);
    const data::EvaluationColumn& column = record.columns[0];
    EXPECT_DOUBLE_EQ(column.score, (0.6 + 0.4) / 2);
    EXPECT_DOUBLE_EQ(column.majority, 0.5);
    EXPECT_TRUE(column.problems[0].majority);
    EXPECT_FALSE(column.problems[1].majority);
    ASSERT_EQ(column.pass.size(), 4U) << "k = 1, 2, 4, 5";
    EXPECT_DOUBLE_EQ(column.pass[0].second, column.score);
    // pass@2 = 1 - C(n-c, 2) / C(n, 2): 1 - 1/10 and 1 - 3/10.
    EXPECT_NEAR(column.pass[1].second, (0.9 + 0.7) / 2, 1e-12);
    EXPECT_DOUBLE_EQ(column.pass[3].second, 1.0);
    EXPECT_EQ(record.mean_tokens, 10.0);
}

TEST(AnswerClasses, TiesGoToTheFirstSeenAndSilenceIsNoClass) {
    EXPECT_EQ(majority_class({-1, 1, 0, 0, 1}), 0);
    EXPECT_EQ(majority_class({0, 1, 1, -1}), 1);
    EXPECT_EQ(majority_class({-1, -1}), -1);
    EXPECT_EQ(majority_class({}), -1);
}

TEST(Scoring, LeavingCompletionsOutGainsNothing) {
    Protocol protocol = builtin("r1_0");
    protocol.sampling.samples = 2;
    const auto problems = questions({"1", "2"}, "math");
    const EvaluationRecord record =
        score(protocol, problems, {{.problem = 0, .text = "\\boxed{1}"}});
    EXPECT_DOUBLE_EQ(record.columns[0].score, 0.25);
    EXPECT_DOUBLE_EQ(record.columns[0].no_answer_rate, 0.75);
}

TEST(Scoring, ABrokenGoldCountsNeitherWay) {
    auto problems = questions({"1", "2"});
    problems[1].gold = "two";
    const EvaluationRecord record =
        score(builtin("own_greedy"),
              problems,
              {{.problem = 0, .text = "\\boxed{1}"}, {.problem = 1, .text = "\\boxed{2}"}});
    EXPECT_DOUBLE_EQ(record.columns[0].score, 1.0);
    EXPECT_EQ(record.columns[0].masked, 1);
    EXPECT_EQ(record.columns[0].problems[1].samples, 0);
}

TEST(Scoring, ACutOffAnswerIsNoneWhereTheProtocolSaysSo) {
    const auto problems = questions({"1"});
    const std::vector<CompletionRow> rows = {{.problem = 0, .text = "\\boxed{1}", .cut_off = true}};
    Protocol protocol = builtin("own_greedy");
    EXPECT_DOUBLE_EQ(score(protocol, problems, rows).columns[0].score, 0.0);
    protocol.columns[0].judge_cut_off = true;
    EXPECT_DOUBLE_EQ(score(protocol, problems, rows).columns[0].score, 1.0);
}

TEST(Scoring, RefusesTwoCompletionsOfOneSampleAndStops) {
    const auto problems = questions({"1"});
    const Protocol protocol = builtin("own_greedy");
    EXPECT_EQ(
        score_completions(protocol, problems, {{.text = "a"}, {.text = "b"}}, pool()).error().code,
        util::ErrorCode::kInvalidArgument);
    EXPECT_EQ(
        score_completions(protocol, problems, {{.sample = 1, .text = "a"}}, pool()).error().code,
        util::ErrorCode::kInvalidArgument);
    EXPECT_EQ(score_completions(protocol, {}, {}, pool()).error().code,
              util::ErrorCode::kInvalidArgument);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(
        score_completions(protocol, problems, {{.text = "a"}}, pool(), {.stop = stop.get_token()})
            .error()
            .code,
        util::ErrorCode::kCancelled);
}

class CompletionFile : public ::testing::Test {
  protected:
    util::Result<std::vector<CompletionRow>> read(const std::string& text) {
        std::ofstream(temp_.file("c.jsonl")) << text;
        return read_completions(temp_.file("c.jsonl"), problems_);
    }
    test::TempDir temp_;
    std::vector<data::Problem> problems_ = questions({"1", "2"});
};

TEST_F(CompletionFile, ReadsBothForms) {
    const auto rows = read(
        "{\"id\":\"q1\",\"completion\":\"a\",\"finish_reason\":\"length\",\"tokens\":3}\n"
        "{\"id\":\"q0\",\"completions\":[\"b\",\"c\"],\"tokens\":[1,2]}\n"
        "{\"id\":\"q1\",\"completion\":\"d\",\"extra\":1}\n");
    ASSERT_TRUE(rows.has_value());
    ASSERT_EQ(rows->size(), 4U);
    EXPECT_EQ((*rows)[0].problem, 1U);
    EXPECT_TRUE((*rows)[0].cut_off);
    EXPECT_EQ((*rows)[0].tokens, 3);
    EXPECT_EQ((*rows)[2].sample, 1);
    EXPECT_EQ((*rows)[2].tokens, 2);
    EXPECT_EQ((*rows)[3].sample, 1) << "counted where no number is given";
}

TEST_F(CompletionFile, NamesTheBadLine) {
    for (const char* text : {"{\"id\":\"q0\",\"completion\":\"a\"}\n{\"id\":\"q0\"}\n",
                             "\n{\"id\":1,\"completion\":\"a\"}\n",
                             "\n{\"id\":\"q0\",\"completion\":1}\n",
                             "\n{\"id\":\"q0\",\"completion\":\"a\",\"finish_reason\":\"abort\"}\n",
                             "\n{\"id\":\"q0\",\"completion\":\"a\",\"tokens\":\"3\"}\n",
                             "\nnot json\n"}) {
        const auto rows = read(text);
        ASSERT_FALSE(rows.has_value()) << text;
        EXPECT_EQ(rows.error().code, util::ErrorCode::kCorruptData) << text;
        EXPECT_THAT(rows.error().message, HasSubstr("line 2")) << text;
    }
    EXPECT_EQ(read("{\"id\":\"q7\",\"completion\":\"a\"}\n").error().code,
              util::ErrorCode::kNotFound);
    EXPECT_EQ(read("").error().code, util::ErrorCode::kCorruptData);
}

/// `n` questions, the first `right` of them solved, but those in `wrong`.
EvaluationRecord record_of(std::int64_t n,
                           std::int64_t right,
                           const std::vector<std::int64_t>& wrong = {}) {
    EvaluationRecord record{.protocol_hash = "h", .complete = true};
    data::EvaluationColumn column{.name = "score"};
    for (std::int64_t i = 0; i < n; ++i) {
        const bool solved = i < right && std::ranges::find(wrong, i) == wrong.end();
        column.problems.push_back(
            {.problem_id = "q" + std::to_string(i), .samples = 1, .correct = solved ? 1 : 0});
    }
    record.columns.push_back(column);
    return record;
}

TEST(Comparison, ListsWhatBrokeFirst) {
    const auto result = compare(record_of(10, 6, {}), record_of(10, 8, {1, 4}));
    ASSERT_TRUE(result.has_value());
    EXPECT_THAT(result->broken,
                ElementsAre(ChangedProblem{"q1", 1.0, 0.0}, ChangedProblem{"q4", 1.0, 0.0}));
    EXPECT_THAT(result->fixed,
                ElementsAre(ChangedProblem{"q6", 0.0, 1.0}, ChangedProblem{"q7", 0.0, 1.0}));
    EXPECT_DOUBLE_EQ(result->score_a, 0.6);
    EXPECT_DOUBLE_EQ(result->score_b, 0.6);
    EXPECT_DOUBLE_EQ(result->p_value, 1.0);
    EXPECT_FALSE(result->significant());
    EXPECT_TRUE(result->warnings.empty());
    EXPECT_THAT(verdict_sentence(*result), HasSubstr("not significant"));
}

TEST(Comparison, SaysWhenADifferenceIsNoChance) {
    const auto result = compare(record_of(100, 50), record_of(100, 60));
    // Ten problems differ and all in one direction: 2 / 2^10.
    EXPECT_DOUBLE_EQ(result->p_value, 2.0 / 1024);
    EXPECT_TRUE(result->significant());
    EXPECT_NEAR(result->difference.estimate, 0.1, 1e-12);
    EXPECT_GT(result->difference.lower, 0.0);
    EXPECT_THAT(verdict_sentence(*result), HasSubstr("B solves more"));
    EXPECT_THAT(verdict_sentence(*compare(record_of(200, 80), record_of(200, 40))),
                HasSubstr("B solves fewer"));
}

TEST(Comparison, WarnsWhenTheTwoWereNotMeasuredAlike) {
    EvaluationRecord a = record_of(10, 5);
    EvaluationRecord b = record_of(8, 5);
    b.protocol_hash = "other";
    a.setup = {{"dataset_sha256", "1"}, {"chat_template", "x"}};
    b.setup = {{"dataset_sha256", "2"}, {"chat_template", "x"}};
    const auto result = compare(a, b);
    EXPECT_FALSE(result->same_protocol);
    ASSERT_EQ(result->warnings.size(), 2U);
    EXPECT_EQ(result->warnings[0], "The two were not measured alike: other problems.");
    EXPECT_THAT(result->warnings[1], HasSubstr("Only the 8 problems"));
    EXPECT_EQ(result->only_a, 2);
    EXPECT_EQ(compare(a, b, "strict").error().code, util::ErrorCode::kNotFound);
    EXPECT_EQ(compare(a, EvaluationRecord{}).error().code, util::ErrorCode::kNotFound);
}

}  // namespace
}  // namespace veritune::eval
