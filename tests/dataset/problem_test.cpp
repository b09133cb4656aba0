// SPDX-License-Identifier: Apache-2.0
#include "core/data/problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace veritune::data {
namespace {

using ::testing::HasSubstr;
using util::Json;

Json good_row() {
    return {{"id", "a"},
            {"prompt", "1+1?"},
            {"gold", 2},
            {"verifier", "integer"},
            {"params", {{"k", 1}}},
            {"profile", "raw"},
            {"solution", "2"},
            {"family", "own"},
            {"level", 3},
            {"split", "val"}};
}

TEST(ProblemJson, SurvivesARoundTrip) {
    const util::Result<Problem> problem = problem_from_json(good_row());
    ASSERT_TRUE(problem.has_value()) << problem.error().message;
    EXPECT_EQ(problem_to_json(*problem), good_row());
    EXPECT_EQ(problem->split, Split::kVal);
    EXPECT_EQ(problem->level, 3);
}

TEST(ProblemJson, SurvivesARoundTripWithMessages) {
    Json row = good_row();
    row.erase("prompt");
    row["messages"] = {{{"role", "system"}, {"content", ""}}, {{"role", "user"}, {"content", "q"}}};
    const util::Result<Problem> problem = problem_from_json(row);
    ASSERT_TRUE(problem.has_value()) << problem.error().message;
    EXPECT_EQ(problem_to_json(*problem), row);
}

TEST(ProblemJson, NamesTheKeyThatIsWrong) {
    const struct {
        const char* key;
        Json value;
    } rows[] = {{"id", 7},
                {"id", ""},
                {"id", std::string(257, 'x')},
                {"prompt", 1},
                {"prompt", ""},
                {"prompt", std::string("a\0b", 3)},
                {"prompt", std::string((1U << 20) + 1, 'x')},
                {"messages", Json::array()},
                {"messages", {{{"role", "user"}}}},
                {"gold", nullptr},
                {"gold", std::string(1, '\0')},
                {"verifier", ""},
                {"params", Json::array()},
                {"profile", 1},
                {"solution", 1},
                {"level", -1},
                {"level", 1.5},
                {"level", 18446744073709551615ULL},
                {"split", "dev"},
                {"split", 1},
                {"soluton", "typo"}};
    for (const auto& entry : rows) {
        Json row = good_row();
        row[entry.key] = entry.value;
        const util::Result<Problem> problem = problem_from_json(row);
        ASSERT_FALSE(problem.has_value()) << entry.key;
        EXPECT_EQ(problem.error().code, util::ErrorCode::kCorruptData);
        EXPECT_THAT(problem.error().message, HasSubstr(entry.key));
    }
}

TEST(ProblemJson, RefusesARowWithPromptAndMessages) {
    Json row = good_row();
    row["messages"] = {{{"role", "user"}, {"content", "q"}}};
    EXPECT_FALSE(problem_from_json(row).has_value());
}

TEST(ProblemJson, RefusesWhatIsNoObject) {
    for (const Json& row : {Json(1), Json("x"), Json::array(), Json(nullptr)}) {
        EXPECT_FALSE(problem_from_json(row).has_value());
    }
}

TEST(ProblemJson, TakesADemonstrationWithoutGold) {
    const Json row = {{"id", "d"}, {"prompt", "p"}, {"solution", "s"}};
    const util::Result<Problem> problem = problem_from_json(row);
    ASSERT_TRUE(problem.has_value());
    EXPECT_TRUE(problem->gold.is_null());
    EXPECT_FALSE(problem_from_json({{"id", "d"}, {"prompt", "p"}}).has_value());
    EXPECT_FALSE(problem_from_json({{"id", "d"}, {"prompt", "p"}, {"gold", 1}}).has_value());
}

TEST(PromptHash, IgnoresLineEndsAndOuterWhiteSpaceOnly) {
    Problem a;
    a.prompt = "one\ntwo";
    Problem b;
    b.prompt = " \n one\r\ntwo\t";
    EXPECT_EQ(prompt_hash(a), prompt_hash(b));
    b.prompt = "one\n two";
    EXPECT_NE(prompt_hash(a), prompt_hash(b));
    b.prompt = "One\ntwo";
    EXPECT_NE(prompt_hash(a), prompt_hash(b));
    b.prompt = "";
    EXPECT_NE(prompt_hash(a), prompt_hash(b));
}

TEST(PromptHash, TellsRolesApart) {
    Problem a;
    a.messages = {{"user", "q"}};
    Problem b;
    b.messages = {{"system", "q"}};
    Problem c;
    c.prompt = "q";
    EXPECT_NE(prompt_hash(a), prompt_hash(b));
    EXPECT_NE(prompt_hash(a), prompt_hash(c));
    b.messages = {{"user", "q "}};
    EXPECT_EQ(prompt_hash(a), prompt_hash(b));
}

}  // namespace
}  // namespace veritune::data
