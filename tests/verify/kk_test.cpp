// SPDX-License-Identifier: Apache-2.0
#include "core/verify/verifier.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace veritune::verify {
namespace {

using util::Json;

std::string data_path() {
    const char* folder = std::getenv("VERITUNE_DATA");
    const std::string base =
        folder != nullptr ? folder : std::string(VERITUNE_SOURCE_DIR) + "/../shared/data";
    return base + "/logic/knights_and_knaves_420.jsonl";
}

Verdict verify(const Json& row, const Json& gold, const std::string& completion) {
    VerifyRequest request;
    request.verifier = "kk";
    request.params = {{"names", row["names"]}, {"statements", row["statements"]}};
    request.gold = gold;
    request.completion = completion;
    request.profile = "raw";
    return verify_request(request);
}

// 2^8 assignments for the largest puzzles; all 420 make some 30,000 verdicts.
TEST(KkSlow, AcceptsEveryGoldOfThePublicSetAndRefusesEveryOtherAssignment) {
    std::ifstream file(data_path());
    if (!file) GTEST_SKIP() << "no " << data_path() << "; set VERITUNE_DATA";
    int puzzles = 0;
    for (std::string line; std::getline(file, line);) {
        const Json row = Json::parse(line);
        ++puzzles;
        const std::size_t people = row["names"].size();
        EXPECT_EQ(verify(row, row["solution"], row["solution_text"]).status,
                  VerdictStatus::kCorrect)
            << row["id"];
        for (std::size_t bits = 0; bits < (std::size_t{1} << people); ++bits) {
            Json answer = Json::object();
            Json assignment = Json::array();
            for (std::size_t i = 0; i < people; ++i) {
                const bool knight = ((bits >> i) & 1U) != 0;
                assignment.push_back(knight);
                answer[row["names"][i].get<std::string>()] = knight ? "knight" : "knave";
            }
            const bool right = assignment == row["solution"];
            ASSERT_EQ(verify(row, row["solution"], answer.dump()).status,
                      right ? VerdictStatus::kCorrect : VerdictStatus::kIncorrect)
                << row["id"] << " " << answer;
        }
    }
    EXPECT_EQ(puzzles, 420);
}

TEST(Kk, BlamesTheDataSet) {
    const Json row = {{"names", {"A", "B"}},
                      {"statements", Json::parse(R"([["lying",1],["telling-truth",0]])")}};
    // A says B lies, B says A tells the truth: no assignment holds.
    EXPECT_EQ(verify(row, nullptr, "A is a knight, B is a knave").reason, "bad_gold");
    const Json unfit = {{"names", {"A"}}, {"statements", Json::parse(R"([["lying",1]])")}};
    EXPECT_EQ(verify(unfit, nullptr, "A is a knave").status, VerdictStatus::kInvalidGold);
}

}  // namespace
}  // namespace veritune::verify
