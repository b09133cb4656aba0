// SPDX-License-Identifier: Apache-2.0
// Every distinct gold answer of the MATH test set against other spellings and against wrong answers
// near it. The labels are SymPy's (tests/golden/make_math_rewrites.py), never this verifier's.
#include "core/util/json.h"
#include "core/verify/verifier.h"
#include "tests/dataset/scratch.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace veritune::verify {
namespace {

using util::Json;

const std::vector<Json>& rows() {
    static const std::vector<Json> all = [] {
        std::ifstream in(VERITUNE_SOURCE_DIR "/tests/data/math/rewrites.jsonl");
        std::vector<Json> lines;
        for (std::string line; std::getline(in, line);) lines.push_back(Json::parse(line));
        return lines;
    }();
    return all;
}

struct Tally {
    int equal = 0;
    int false_rejects = 0;
    int different = 0;
    int false_accepts = 0;
};

/// As the whole completion, and as a model in training has to write it.
void judge(const std::string& gold, const std::string& answer, bool ok, Tally& tally) {
    for (const char* profile : {"raw", "reward_strict"}) {
        VerifyRequest request;
        request.verifier = "math";
        request.gold = gold;
        request.profile = profile;
        request.completion = request.profile == "raw"
                                 ? answer
                                 : "Therefore the answer is $\\boxed{" + answer + "}$.";
        const Verdict verdict = verify_request(request);
        const bool accepted = verdict.status == VerdictStatus::kCorrect;
        (ok ? tally.equal : tally.different) += 1;
        if (accepted == ok) continue;
        (ok ? tally.false_rejects : tally.false_accepts) += 1;
        std::printf("%s, %s: gold %s answer %s: %s\n",
                    ok ? "false reject" : "false accept",
                    profile,
                    gold.c_str(),
                    answer.c_str(),
                    verdict.reason.c_str());
    }
}

/// step  every so manieth gold, from `first` on
Tally judge_golds(std::size_t first, std::size_t step) {
    Tally tally;
    for (std::size_t i = first; i < rows().size(); i += step) {
        const std::string gold = rows()[i].at("gold");
        for (const Json& text : rows()[i].at("equal")) judge(gold, text, true, tally);
        for (const Json& text : rows()[i].at("different")) judge(gold, text, false, tally);
    }
    return tally;
}

void expect_acceptance(const Tally& tally) {
    std::printf("rewrites: %d of %d accepted; mutations: %d of %d rejected\n",
                tally.equal - tally.false_rejects,
                tally.equal,
                tally.different - tally.false_accepts,
                tally.different);
    EXPECT_LE(tally.false_rejects * 200, tally.equal);  // >= 99.5 %
    EXPECT_EQ(tally.false_accepts, 0);
}

TEST(MathRewrites, KeepTheirLabelsOnEverySeventhGold) {
    ASSERT_GE(rows().size(), 2047U);
    const Tally tally = judge_golds(3, 7);
    EXPECT_GE(tally.equal, 2 * 3'000);
    EXPECT_GE(tally.different, 2 * 3'000);
    expect_acceptance(tally);
}

TEST(MathRewritesSlow, KeepTheirLabelsOnEveryGold) {
    const Tally tally = judge_golds(0, 1);
    EXPECT_GE(tally.equal, 2 * 20'000);
    EXPECT_GE(tally.different, 2 * 20'000);
    expect_acceptance(tally);
}

TEST(MathRewrites, StartFromGoldsWithinHalfOfEveryBudget) {
    for (const Json& row : rows()) {
        VerifyRequest request;
        request.verifier = "math";
        request.gold = row.at("gold");
        const Verdict verdict = check_gold(request);
        EXPECT_EQ(verdict.status, VerdictStatus::kCorrect) << request.gold << verdict.reason;
    }
}

TEST(MathRewrites, StandForAllGoldsOfThePublicFile) {
    const std::string path = test::shared_data("math/math_test_gold_answers.jsonl");
    if (path.empty()) GTEST_SKIP() << "the MATH golds are not beside the checkout";
    std::set<std::string> known;
    std::int64_t count = 0;
    for (const Json& row : rows()) {
        known.insert(row.at("gold"));
        count += row.at("n").get<std::int64_t>();
    }
    std::ifstream in(path);
    std::int64_t lines = 0;
    for (std::string line; std::getline(in, line); ++lines) {
        const std::string gold = Json::parse(line).at("answer");
        EXPECT_TRUE(known.contains(gold)) << gold;
    }
    EXPECT_EQ(lines, 5'000);
    EXPECT_EQ(count, lines);
}

}  // namespace
}  // namespace veritune::verify
