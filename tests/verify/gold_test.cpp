// SPDX-License-Identifier: Apache-2.0
#include "core/data/dataset.h"
#include "core/verify/verifier.h"
#include "tests/dataset/scratch.h"
#include "tests/verify/problems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace veritune::verify {
namespace {

using ::testing::HasSubstr;
using util::Json;

TEST(CheckGold, AcceptsEveryGeneratedProblem) {
    for (const std::string& family : data::generator_families()) {
        for (const data::Problem& problem : test::generate({.family = family, .error_rate = 0.5})) {
            EXPECT_EQ(check_gold(request_for(problem)).status, VerdictStatus::kCorrect);
        }
    }
}

TEST(CheckGold, HoldsAChainsGoldAgainstItsPrompt) {
    VerifyRequest request;
    request.verifier = "chain_arithmetic";
    request.params = {{"family", "mod"}};
    request.gold = "6";
    request.prompt = "6+4*7-4?";
    EXPECT_EQ(check_gold(request).status, VerdictStatus::kCorrect);
    request.gold = "7";
    EXPECT_EQ(check_gold(request).reason, "gold_contradicts_prompt");
    request.prompt.clear();
    EXPECT_EQ(check_gold(request).status, VerdictStatus::kCorrect);  // only its shape is known
    request.gold = "T";
    EXPECT_EQ(check_gold(request).reason, "bad_gold");
    request.params = {{"family", "bool"}};
    EXPECT_EQ(check_gold(request).status, VerdictStatus::kCorrect);
    request.params = {{"family", "trace"}};
    request.gold = 9;
    EXPECT_EQ(check_gold(request).status, VerdictStatus::kCorrect);
}

TEST(CheckGold, WritesAnIntegerForEveryProfile) {
    for (const std::string& profile : text::extraction_profiles()) {
        for (const bool think_tags : {false, true}) {
            for (const char* gold : {"18", "-7", "0", "1,234", "123456789012345678901234567890"}) {
                VerifyRequest request;
                request.verifier = "integer";
                request.gold = gold;
                request.profile = profile;
                request.think_tags = think_tags;
                const Verdict verdict = check_gold(request);
                EXPECT_EQ(verdict.status, VerdictStatus::kCorrect)
                    << profile << " " << think_tags << " " << gold << " " << verdict.reason;
            }
        }
    }
}

TEST(CheckGold, WritesTheElementsOfAListInTheirOwnForm) {
    VerifyRequest request;
    request.verifier = "list";
    request.gold = {"1234.5", 3};
    request.params = {{"element", {{"verifier", "numeric"}, {"params", {{"decimal_mark", ","}}}}}};
    EXPECT_EQ(check_gold(request).status, VerdictStatus::kCorrect);
    request.completion = "\\boxed{1234.5; 3}";
    EXPECT_EQ(verify_request(request).status, VerdictStatus::kIncorrect);
}

TEST(CheckGold, IgnoresTheCompletionOfTheRequest) {
    VerifyRequest request;
    request.verifier = "integer";
    request.gold = "18";
    request.completion = std::string(kMaxCompletionBytes + 1, 'x');
    request.finish_reason = FinishReason::kAbort;
    EXPECT_EQ(check_gold(request).status, VerdictStatus::kCorrect);
}

TEST(CheckGold, NamesEveryFaultOfTheDataSet) {
    VerifyRequest request;
    request.verifier = "integer";
    request.gold = "eighteen";
    EXPECT_EQ(check_gold(request).reason, "bad_gold");
    request.gold = 18;
    request.params = {{"x", 1}};
    EXPECT_THAT(check_gold(request).reason, HasSubstr("bad_params"));
    request.verifier = "nobody";
    EXPECT_EQ(check_gold(request).reason, "unknown_verifier");
    EXPECT_EQ(check_gold(request).status, VerdictStatus::kInvalidGold);
}

std::string repeat(const std::string& text, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += text;
    return out;
}

Verdict check(const char* verifier, const Json& gold, const Json& params = Json::object()) {
    VerifyRequest request;
    request.verifier = verifier;
    request.gold = gold;
    request.params = params;
    return check_gold(request);
}

TEST(CheckGold, RefusesAMathGoldOverHalfOfABudget) {
    // 4,096 tokens: "x+" is two, and the answer may be written longer than the gold.
    EXPECT_EQ(check("math", repeat("x+", 200) + "1").reason, "");
    EXPECT_EQ(check("math", repeat("x+", 1'100) + "1").reason, "gold_over_half_budget");
    // 2^20 bits for a number, 2^22 for all of them together.
    EXPECT_EQ(check("math", "2^{200000}").reason, "");
    EXPECT_EQ(check("math", "2^{300000}").reason, "gold_over_half_budget");
    EXPECT_EQ(check("math", "(" + repeat("2^{200000},", 6) + "1)").reason, "gold_over_half_budget");
    // T4: every point costs a ball for each node.
    std::string tower = "x";
    for (int i = 0; i < 20; ++i) tower = "\\sin(" + tower + "+" + std::to_string(i) + ")";
    EXPECT_EQ(check("math", tower).reason, "");
    EXPECT_EQ(check("math", repeat(tower + "+", 20) + "1").reason, "gold_over_half_budget");
}

TEST(CheckGold, RefusesAPatternOverHalfOfItsLimit) {
    // Each letter more doubles the work, so one number of letters lies between half and whole.
    std::set<std::string> reasons;
    for (int letters = 8; letters < 28; ++letters) {
        reasons.insert(
            check("regex",
                  {{"pattern", "(?:(?:a+)+c|a+b)"}, {"example", repeat("a", letters) + "b"}})
                .reason);
    }
    EXPECT_TRUE(reasons.contains("")) << Json(reasons);
    EXPECT_TRUE(reasons.contains("gold_over_half_budget")) << Json(reasons);
    EXPECT_TRUE(reasons.contains("example_hits_limit")) << Json(reasons);
}

TEST(CheckGold, RefusesAProgramOverHalfOfItsTime) {
    struct Slow final : ProgramRunner {
        ProgramResult run(const ProgramJob& job) override {
            ProgramResult result;
            result.outcome = ProgramResult::Outcome::kRan;
            result.cases.resize(job.cases.size());
            for (CaseResult& one : result.cases) {
                one.end = CaseEnd::kValue;
                one.value = R"J(["i","3"])J";
                one.cpu_us = cpu_us;
            }
            return result;
        }
        std::int64_t cpu_us = 0;
    } runner;
    VerifyRequest request;
    request.verifier = "code_python";
    request.profile = "raw";
    request.gold =
        Json::parse(R"J({"cases":[{"call":"f()","expected":3}],"reference":"def f(): return 3"})J");
    runner.cpu_us = 900'000;  // of 2 s for a case
    EXPECT_EQ(check_gold(request, &runner).status, VerdictStatus::kCorrect);
    runner.cpu_us = 1'100'000;
    EXPECT_EQ(check_gold(request, &runner).reason, "gold_over_half_budget");
    // Inside a composition the part's budget counts.
    EXPECT_EQ(check("any_of",
                    nullptr,
                    {{"parts", {{{"verifier", "math"}, {"gold", repeat("x+", 1'100) + "1"}}}}})
                  .reason,
              "gold_over_half_budget");
}

TEST(CheckGold, RefusesASchemaOverHalfOfItsSteps) {
    Json schema = {{"type", "object"}, {"properties", {{"a", {{"anyOf", Json::array()}}}}}};
    for (int i = 0; i < 60'000; ++i) schema["properties"]["a"]["anyOf"].push_back(true);
    EXPECT_EQ(check("json_schema", {{"a", 1}}, {{"schema", schema}}).reason,
              "gold_over_half_budget");
}

void expect_all_golds_hold(const std::string& path, std::size_t rows) {
    const util::Result<data::ImportReport> report =
        data::import_jsonl(path, "gsm8k", import_gold_check());
    ASSERT_TRUE(report.has_value());
    EXPECT_TRUE(report->errors.empty());
    EXPECT_EQ(report->problems.size(), rows);
    for (const data::Problem& problem : report->problems) {
        for (const char* profile : {"gsm8k_hash", "reward_strict"}) {
            VerifyRequest request = request_for(problem);
            request.profile = profile;
            EXPECT_EQ(check_gold(request).status, VerdictStatus::kCorrect) << problem.id;
            // The published solution ends in the gold, so it must earn the reward itself.
            request.completion = problem.solution;
            const Verdict verdict = verify_request(request);
            EXPECT_EQ(verdict.status, VerdictStatus::kCorrect) << problem.id << verdict.reason;
            request.gold = problem.gold.get<std::string>() + "1";
            EXPECT_EQ(verify_request(request).reason, "wrong_value") << problem.id;
        }
    }
}

TEST(Gsm8k, GoldsOfTheExcerptVerifyAgainstThemselves) {
    expect_all_golds_hold(VERITUNE_SOURCE_DIR "/tests/data/gsm8k/test_40.jsonl", 40);
}

TEST(Gsm8k, GoldsOfEveryPublishedRowVerifyAgainstThemselves) {
    for (const auto& [name, rows] : {std::pair<const char*, std::size_t>{"gsm8k/test.jsonl", 1319},
                                     {"gsm8k/train.jsonl", 7473}}) {
        const std::string path = test::shared_data(name);
        if (path.empty()) GTEST_SKIP() << name << " is not beside the checkout";
        expect_all_golds_hold(path, rows);
    }
}

TEST(ImportGoldCheck, PutsABadGoldIntoTheErrors) {
    const test::ScratchDir dir;
    const std::string path = dir.write(
        "rows.jsonl",
        "{\"id\":\"a\",\"prompt\":\"6+4?\",\"gold\":\"0\",\"verifier\":\"chain_arithmetic\","
        "\"params\":{\"family\":\"mod\"},\"profile\":\"raw\"}\n"
        "{\"id\":\"b\",\"prompt\":\"6+4?\",\"gold\":\"1\",\"verifier\":\"chain_arithmetic\","
        "\"params\":{\"family\":\"mod\"},\"profile\":\"raw\"}\n"
        "{\"id\":\"c\",\"prompt\":\"q\",\"gold\":\"1\",\"verifier\":\"nobody\"}\n");
    const util::Result<data::ImportReport> report =
        data::import_jsonl(path, "veritune", import_gold_check());
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(report->problems.size(), 1U);
    ASSERT_EQ(report->errors.size(), 2U);
    EXPECT_THAT(report->errors[0].message, HasSubstr("gold_contradicts_prompt"));
    EXPECT_THAT(report->errors[1].message, HasSubstr("unknown_verifier"));
}

}  // namespace
}  // namespace veritune::verify
