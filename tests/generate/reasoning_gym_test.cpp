// SPDX-License-Identifier: Apache-2.0
// Our verifiers and the scorers of reasoning-gym 0.1.25 (Apache-2.0) give the same 1 or 0 on the
// golds and wrong answers of tests/data/generate/reasoning_gym.jsonl, which
// tests/golden/make_reasoning_gym.py wrote with the scorers' own verdicts.
#include "core/data/dataset.h"
#include "core/verify/verifier.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace veritune::generate {
namespace {

using util::Json;

struct Agreement {
    int golds = 0;
    int wrong = 0;
    int differing = 0;
};

TEST(ReasoningGym, GivesTheSameVerdictsOnThirtyTasks) {
    std::map<std::string, Agreement> tasks;
    const auto read = data::read_jsonl(
        VERITUNE_SOURCE_DIR "/tests/data/generate/reasoning_gym.jsonl",
        [&tasks](std::int64_t line, Json row) {
            Agreement& task = tasks[row["task"].get<std::string>()];
            verify::VerifyRequest request;
            request.verifier = row["verifier"].get<std::string>();
            request.params = row["params"];
            request.gold = row["gold"];
            request.profile = "raw";
            for (const Json& answer : row["answers"]) {
                request.completion = answer[0].get<std::string>();
                const bool theirs = answer[1].get<double>() == 1.0;
                const verify::Verdict verdict = verify::verify_request(request);
                EXPECT_FALSE(is_masked(verdict.status)) << line << ": " << verdict.reason;
                const bool ours = verdict.status == verify::VerdictStatus::kCorrect;
                EXPECT_EQ(ours, theirs) << "line " << line << ", " << row["task"] << ": "
                                        << answer[0] << " " << verdict.reason;
                ++(theirs ? task.golds : task.wrong);
                task.differing += ours == theirs ? 0 : 1;
            }
            return true;
        },
        [](std::int64_t line, const util::Error& error) {
            ADD_FAILURE() << line << ": " << util::to_string(error);
            return true;
        });
    ASSERT_TRUE(read) << util::to_string(read.error());
    int agreeing = 0;
    for (const auto& [name, task] : tasks) {
        EXPECT_GT(task.golds, 0) << name;
        EXPECT_GT(task.wrong, 0) << name;
        agreeing += task.differing == 0 && task.golds > 0 && task.wrong > 0 ? 1 : 0;
    }
    EXPECT_GE(agreeing, 30);
}

}  // namespace
}  // namespace veritune::generate
