// SPDX-License-Identifier: Apache-2.0
#include "core/verify/case_runner.h"

#include "tests/dataset/scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace veritune::verify {
namespace {

using ::testing::HasSubstr;
using util::Json;

struct CaseRun {
    std::vector<Json> results;
    CaseSummary summary;
};

CaseRun run(std::string_view rows, const CaseOptions& options) {
    const test::ScratchDir dir;
    CaseRun run;
    const util::Result<CaseSummary> summary =
        run_cases(dir.write("cases.jsonl", rows), options, [&run](const Json& result) {
            run.results.push_back(result);
            return true;
        });
    EXPECT_TRUE(summary.has_value());
    run.summary = summary.value_or({});
    return run;
}

const CaseOptions kInteger = {.verifier = "integer", .profile = "raw"};

TEST(RunCases, AnswersEveryRowInOrder) {
    const CaseRun done = run(R"({"id":"a","gold":18,"completion":"18"})"
                             "\n\n"
                             R"({"id":7,"gold":"18","completion":"17"})"
                             "\nnot json\n"
                             R"({"gold":18,"completion":"18","finish_reason":"abort"})"
                             "\n"
                             R"({"id":"c","gold":"x","completion":"18"})"
                             "\n",
                             kInteger);
    ASSERT_EQ(done.results.size(), 5U);
    const Json& first = done.results[0];
    EXPECT_EQ(first["id"], "a");
    EXPECT_EQ(first["line"], 1);
    EXPECT_EQ(first["status"], "correct");
    EXPECT_EQ(first["score"], 1.0);
    EXPECT_EQ(first["extracted"], "18");
    EXPECT_EQ(first["span"], Json::array({0, 2}));
    EXPECT_EQ(first["reason"], "");
    EXPECT_EQ(first["method"], "exact");
    EXPECT_TRUE(first["micros"].is_number_integer());
    EXPECT_TRUE(first.contains("rule"));
    EXPECT_EQ(done.results[1]["id"], 7);
    EXPECT_EQ(done.results[1]["line"], 3);
    EXPECT_EQ(done.results[1]["status"], "incorrect");
    EXPECT_EQ(done.results[1]["reason"], "wrong_value");
    EXPECT_EQ(done.results[2]["id"], nullptr);
    EXPECT_EQ(done.results[2]["line"], 4);
    EXPECT_EQ(done.results[2]["status"], "invalid_gold");
    EXPECT_THAT(done.results[2]["reason"].get<std::string>(), HasSubstr("bad_row: "));
    EXPECT_EQ(done.results[3]["status"], "internal_error");
    EXPECT_EQ(done.results[4]["reason"], "bad_gold");
    EXPECT_EQ(done.summary.rows, 5);
    EXPECT_EQ(done.summary.correct, 1);
    EXPECT_EQ(done.summary.masked, 3);
    EXPECT_EQ(done.summary.bad_rows, 1);
}

TEST(RunCases, LetsARowSayHowItIsVerified) {
    const CaseOptions options = {
        .verifier = "chain_arithmetic", .params = {{"family", "mod"}}, .profile = "raw"};
    const CaseRun done = run(
        R"({"id":1,"gold":"6","completion":"6+4=0;0*7=0;0-4=6;#6$","prompt":"6+4*7-4?"})"
        "\n"
        R"({"id":2,"gold":"6","completion":"1+5=6;#6$","prompt":"6+4*7-4?"})"
        "\n"
        R"({"id":3,"gold":"T","completion":"T|F=T;#T$","params":{"family":"bool"}})"
        "\n"
        R"({"id":4,"gold":18,"completion":"\\boxed{18}","verifier":"integer","profile":"reward_strict"})"
        "\n"
        R"({"id":5,"gold":"6","completion":"1+5=6;#6$","finish_reason":"length"})"
        "\n"
        R"({"id":6,"gold":18,"completion":"x</think>18","verifier":"integer","think_tags":true})"
        "\n",
        options);
    ASSERT_EQ(done.results.size(), 6U);
    std::vector<std::string> statuses;
    for (const Json& result : done.results) statuses.push_back(result["status"]);
    EXPECT_THAT(statuses,
                ::testing::ElementsAre(
                    "correct", "incorrect", "correct", "correct", "no_answer", "correct"));
}

TEST(RunCases, NamesWhatIsWrongWithABadRow) {
    const struct {
        const char* row;
        const char* names;
    } rows[] = {{R"([1])", "object"},
                {R"({"id":"x","completion":"1"})", "gold"},
                {R"({"id":"x","gold":1})", "completion"},
                {R"({"id":"x","gold":1,"completion":1})", "completion"},
                {R"({"id":"x","gold":1,"completion":"1","verifier":7})", "verifier"},
                {R"({"id":"x","gold":1,"completion":"1","params":[]})", "params"},
                {R"({"id":"x","gold":1,"completion":"1","profile":0})", "profile"},
                {R"({"id":"x","gold":1,"completion":"1","finish_reason":"eos"})", "finish_reason"},
                {R"({"id":"x","gold":1,"completion":"1","prompt":null})", "prompt"},
                {R"({"id":"x","gold":1,"completion":"1","think_tags":1})", "think_tags"}};
    for (const auto& entry : rows) {
        const CaseRun done = run(std::string(entry.row) + "\n", kInteger);
        ASSERT_EQ(done.results.size(), 1U);
        EXPECT_EQ(done.results[0]["status"], "invalid_gold") << entry.row;
        EXPECT_THAT(done.results[0]["reason"].get<std::string>(), HasSubstr(entry.names));
        EXPECT_EQ(done.summary.bad_rows, 1);
    }
    const CaseRun nameless = run("{\"gold\":1,\"completion\":\"1\"}\n", {});
    EXPECT_THAT(nameless.results.at(0)["reason"].get<std::string>(), HasSubstr("verifier"));
    const CaseRun unknown = run("{\"gold\":1,\"completion\":\"1\"}\n", {.verifier = "nobody"});
    EXPECT_EQ(unknown.results.at(0)["reason"], "unknown_verifier");
}

TEST(RunCases, GivesTheSameResultsOnAnyNumberOfThreads) {
    std::string rows;
    for (int i = 0; i < 5000; ++i) {
        rows += "{\"id\":" + std::to_string(i) + ",\"gold\":" + std::to_string(i) +
                ",\"completion\":\"" + std::to_string(i - i % 2) + "\"}\n";
        if (i % 100 == 0) rows += "broken\n";
    }
    std::vector<std::string> transcripts;
    for (const int threads : {1, 4}) {
        CaseOptions options = kInteger;
        options.threads = threads;
        CaseRun done = run(rows, options);
        EXPECT_EQ(done.results.size(), 5050U);
        EXPECT_EQ(done.summary.correct, 2500);
        EXPECT_EQ(done.summary.bad_rows, 50);
        std::string text;
        for (Json& result : done.results) {
            result.erase("micros");
            text += result.dump() + "\n";
        }
        transcripts.push_back(text);
    }
    EXPECT_EQ(transcripts[0], transcripts[1]);
}

TEST(RunCases, StopsWhenTheReceiverSaysSo) {
    const test::ScratchDir dir;
    std::string rows;
    for (int i = 0; i < 3000; ++i) rows += "{\"gold\":1,\"completion\":\"1\"}\n";
    int seen = 0;
    const util::Result<CaseSummary> summary = run_cases(
        dir.write("cases.jsonl", rows), kInteger, [&seen](const Json&) { return ++seen < 10; });
    ASSERT_TRUE(summary.has_value());
    EXPECT_EQ(seen, 10);
    EXPECT_EQ(summary->rows, 10);
}

TEST(RunCases, NamesAFileThatIsNotThere) {
    const util::Result<CaseSummary> summary =
        run_cases("/nonexistent", kInteger, [](const Json&) { return true; });
    ASSERT_FALSE(summary.has_value());
    EXPECT_EQ(summary.error().code, util::ErrorCode::kNotFound);
    EXPECT_EQ(run("", kInteger).summary.rows, 0);
}

}  // namespace
}  // namespace veritune::verify
