// SPDX-License-Identifier: Apache-2.0
#include "core/util/json.h"
#include "core/util/rng.h"
#include "core/verify/math_verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <vector>

namespace veritune::verify {
namespace {

using util::Json;

Verdict verify(const Json& gold,
               const std::string& completion,
               const std::string& profile = "raw",
               const Json& params = Json::object(),
               bool think_tags = false) {
    VerifyRequest request;
    request.verifier = "math";
    request.gold = gold;
    request.completion = completion;
    request.profile = profile;
    request.params = params;
    request.think_tags = think_tags;
    return verify_request(request);
}

bool accepts(const Json& gold, const std::string& answer) {
    return verify(gold, answer).status == VerdictStatus::kCorrect;
}

std::vector<Json> read_lines(const std::string& name) {
    std::ifstream in(std::string(VERITUNE_SOURCE_DIR) + "/tests/data/math/" + name);
    std::vector<Json> rows;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty() && line[0] == '{') rows.push_back(Json::parse(line));
    }
    return rows;
}

struct Score {
    int rows = 0;
    int false_accepts = 0;
    int false_rejects = 0;
};

Verdict judge(const Json& row) {
    return verify(row.at("gold"),
                  row.at("answer").get<std::string>(),
                  row.value("profile", "raw"),
                  row.value("params", Json::object()),
                  row.value("think", false));
}

Score score(const std::vector<Json>& rows) {
    Score out;
    for (const Json& row : rows) {
        const Verdict verdict = judge(row);
        const bool right = verdict.status == VerdictStatus::kCorrect;
        ++out.rows;
        if (right == row.at("ok").get<bool>()) continue;
        (right ? out.false_accepts : out.false_rejects) += 1;
        std::printf("%s %s: %s\n",
                    right ? "false accept" : "false reject",
                    row.dump().c_str(),
                    (verdict.reason + " " + verdict.answer_normal + " / " + verdict.gold_normal)
                        .substr(0, 300)
                        .c_str());
    }
    return out;
}

// Labels: by hand and by construction (tests/golden/make_math_bank.py), never by this verifier.
TEST(MathBank, HasNoFalseAcceptAndAtMostOnePercentFalseRejects) {
    const std::vector<Json> rows = read_lines("bank.jsonl");
    ASSERT_GE(rows.size(), 500U);
    const Score result = score(rows);
    EXPECT_EQ(result.false_accepts, 0);
    EXPECT_LE(result.false_rejects * 100, result.rows);
}

TEST(MathHostile, GivesAReasonWithinTheLimit) {
    const auto repeat = [](const std::string& text, int count) {
        std::string out;
        for (int i = 0; i < count; ++i) out += text;
        return out;
    };
    const struct {
        std::string answer;
        const char* reason;
    } rows[] = {{"9^{9^{9^9}}", "number_too_large"},
                {"9^{9^{9^{9^{9^9}}}}", "number_too_large"},
                {"100000!", "number_too_large"},
                {"((20!)!)!", "number_too_large"},
                {repeat("{", 120) + "1" + repeat("}", 120), "answer_too_deep"},
                {repeat("{", 10'000) + "1" + repeat("}", 10'000), "answer_too_long"},
                {std::string(1'000'000, '7'), "answer_too_long"},
                {"2^{1048577}", "number_too_large"},
                {"1e99999", "number_too_large"},
                {"\\frac{1}{0}", "not_understood"}};
    for (const auto& row : rows) {
        const auto begin = std::chrono::steady_clock::now();
        const Verdict verdict = verify(Json("5"), row.answer);
        const auto taken = std::chrono::steady_clock::now() - begin;
        EXPECT_EQ(verdict.reason, row.reason) << row.answer.substr(0, 40);
        EXPECT_NE(verdict.status, VerdictStatus::kCorrect);
        EXPECT_LT(std::chrono::duration_cast<std::chrono::milliseconds>(taken).count(), 500);
    }
}

TEST(MathHostile, StaysInsideTheBudgetOfALongGold) {
    std::string gold(8'000, '1');
    std::string deep;
    for (int i = 0; i < 10'000; ++i) deep += '{';
    EXPECT_EQ(verify(gold, deep + "1").reason, "answer_too_long");
    std::string tower = "\\sin(x)";
    for (int i = 0; i < 100; ++i) tower = "\\sin(" + tower + ")";
    EXPECT_NE(verify(gold, tower).status, VerdictStatus::kCorrect);
    std::string product = "(x+y+z+1)^{40}";
    for (int i = 0; i < 20; ++i) product += "(x-y+z+2)^{40}";
    EXPECT_NE(verify("x^{500} + " + gold, product).status, VerdictStatus::kCorrect);
}

// Found by the fuzz test: digits of a literal that is no plain run were taken apart.
TEST(MathHostile, SurvivesBrokenLiteralsInFractions) {
    for (const char* answer : {"\\frac.53", "\\frac12e3", "\\frac1.5e3", "1e3\\overline{3}"}) {
        EXPECT_NE(verify(Json("5"), answer).status, VerdictStatus::kInternalError) << answer;
    }
}

TEST(MathText, MayEndInANumber) {
    EXPECT_TRUE(accepts("\\text{June 20}", "June 20"));
    EXPECT_FALSE(accepts("\\text{June 20}", "June 21"));
    EXPECT_FALSE(accepts("20", "June 20"));
}

TEST(MathFaults, BlamesTheDataSet) {
    for (const char* gold : {"", "\\frac{1}{", "1/0", "(((", "9^{9^{9^9}}"}) {
        EXPECT_EQ(verify(Json(gold), "5").status, VerdictStatus::kInvalidGold) << gold;
    }
}

TEST(MathDecimals, NeedSixPlacesOfAGoldWithoutEnd) {
    EXPECT_TRUE(accepts("1/3", "0.333333"));
    EXPECT_TRUE(accepts("2/3", "0.666666"));
    EXPECT_TRUE(accepts("2/3", "0.666667"));
    EXPECT_FALSE(accepts("2/3", "0.666668"));
    EXPECT_FALSE(accepts("1/3", "0.33333"));
    EXPECT_TRUE(accepts("-\\sqrt{2}", "-1.414213"));
    EXPECT_TRUE(accepts("-\\sqrt{2}", "-1.414214"));
    EXPECT_FALSE(accepts("-\\sqrt{2}", "-1.414215"));
    EXPECT_FALSE(accepts("0.5", "0.500001"));
}

TEST(MathFuzzSlow, SurvivesHundredThousandDamagedAnswers) {
    const std::vector<Json> rows = read_lines("bank.jsonl");
    ASSERT_FALSE(rows.empty());
    static constexpr const char* kPieces[] = {"{",
                                              "}",
                                              "\\frac",
                                              "^",
                                              "_",
                                              "\\sqrt[",
                                              "]",
                                              "(",
                                              "!",
                                              "%",
                                              "\\begin{pmatrix}",
                                              "&",
                                              "\\\\",
                                              "\\pm",
                                              "9",
                                              "e",
                                              "|",
                                              "\\text{",
                                              "\\left",
                                              ",",
                                              "\\cup",
                                              "\xE2",
                                              "\xFF",
                                              "$",
                                              "\\log_",
                                              ":",
                                              "=",
                                              "<",
                                              "/"};
    util::Rng rng(20'260'101, util::RngStream::kTest, 0);
    for (int round = 0; round < 100'000; ++round) {
        const Json& row = rows[rng.below(rows.size())];
        std::string answer = row.at("answer").get<std::string>();
        for (std::uint64_t edits = 1 + rng.below(6); edits > 0; --edits) {
            const std::size_t at = rng.below(answer.size() + 1);
            const std::uint64_t what = rng.below(3);
            if (what == 0 && at < answer.size()) answer.erase(at, 1 + rng.below(3));
            if (what == 1) answer.insert(at, kPieces[rng.below(std::size(kPieces))]);
            if (what == 2 && at < answer.size()) answer[at] = static_cast<char>(rng.below(256));
        }
        const Verdict verdict = verify(row.at("gold"), answer);
        ASSERT_NE(verdict.status, VerdictStatus::kInternalError) << answer;
    }
}

TEST(MathSpeedSlow, StaysUnderTheGoals) {
    std::vector<std::int64_t> quick;
    std::vector<std::int64_t> deep;
    for (const Json& row : read_lines("bank.jsonl")) {
        const Verdict verdict = judge(row);
        const bool balls = verdict.method == "algebraic" || verdict.method == "numeric_ball";
        (balls ? deep : quick).push_back(verdict.micros);
    }
    for (auto* times : {&quick, &deep}) {
        ASSERT_FALSE(times->empty());
        std::sort(times->begin(), times->end());
        const std::int64_t p95 = (*times)[times->size() * 95 / 100];
        std::printf("%zu verdicts: median %ld us, p95 %ld us, max %ld us\n",
                    times->size(),
                    static_cast<long>((*times)[times->size() / 2]),
                    static_cast<long>(p95),
                    static_cast<long>(times->back()));
        EXPECT_LT(p95, times == &quick ? 1'000 : 20'000);
    }
}

}  // namespace
}  // namespace veritune::verify
