// SPDX-License-Identifier: Apache-2.0
#include "core/verify/verdict.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace veritune::verify {
namespace {

using util::Json;

constexpr VerdictStatus kAll[] = {VerdictStatus::kCorrect,
                                  VerdictStatus::kPartial,
                                  VerdictStatus::kIncorrect,
                                  VerdictStatus::kNoAnswer,
                                  VerdictStatus::kBudgetExceeded,
                                  VerdictStatus::kInvalidGold,
                                  VerdictStatus::kSandboxError,
                                  VerdictStatus::kInternalError};

TEST(VerdictStatus, HasOneNameEach) {
    std::set<std::string> names;
    for (const VerdictStatus status : kAll) {
        names.emplace(status_name(status));
        EXPECT_EQ(status_from_name(status_name(status)), status);
    }
    EXPECT_EQ(names.size(), 8U);
    EXPECT_EQ(status_name(VerdictStatus::kNoAnswer), "no_answer");
    EXPECT_EQ(status_from_name("Correct"), std::nullopt);
    EXPECT_EQ(status_from_name(""), std::nullopt);
}

TEST(VerdictStatus, MasksOnlyFaultsOfGoldAndMachine) {
    const std::set<VerdictStatus> masked = {
        VerdictStatus::kInvalidGold, VerdictStatus::kSandboxError, VerdictStatus::kInternalError};
    for (const VerdictStatus status : kAll) {
        EXPECT_EQ(is_masked(status), masked.count(status) == 1) << status_name(status);
    }
}

TEST(FinishReason, HasOneNameEach) {
    for (const char* name : {"stop", "length", "abort"}) {
        EXPECT_EQ(finish_reason_name(finish_reason_from_name(name).value()), name);
    }
    EXPECT_EQ(finish_reason_from_name("eos"), std::nullopt);
}

Verdict full_verdict() {
    Verdict verdict;
    verdict.status = VerdictStatus::kIncorrect;
    verdict.score = 0.0;
    verdict.extracted = "7";
    verdict.span = {.begin = 3, .end = 4};
    verdict.rule = "chain";
    verdict.method = "exact";
    verdict.reason = "wrong_value";
    verdict.answer_normal = "7";
    verdict.gold_normal = "6";
    verdict.steps = {{"6+4=1", false, "expected 0", {0, 5}}, {"x", true, "", {6, 7}}};
    verdict.operations = 2;
    verdict.micros = 5;
    verdict.verifier_hash = "abc";
    return verdict;
}

TEST(VerdictJson, SurvivesARoundTrip) {
    const Json json = verdict_to_json(full_verdict());
    const util::Result<Verdict> back = verdict_from_json(Json::parse(json.dump()));
    ASSERT_TRUE(back.has_value()) << back.error().message;
    EXPECT_EQ(verdict_to_json(*back), json);
    EXPECT_EQ(back->steps[0].detail, "expected 0");
    EXPECT_EQ(back->steps[1].span.end, 7U);
}

TEST(VerdictJson, RefusesEveryMissingOrForeignKey) {
    const Json json = verdict_to_json(full_verdict());
    for (const auto& item : json.items()) {
        Json damaged = json;
        damaged.erase(item.key());
        EXPECT_FALSE(verdict_from_json(damaged).has_value()) << item.key();
        damaged = json;
        damaged[item.key()] = Json::object();
        EXPECT_FALSE(verdict_from_json(damaged).has_value()) << item.key();
    }
    for (const Json& value : {Json(nullptr), Json(1), Json::array()}) {
        EXPECT_FALSE(verdict_from_json(value).has_value());
    }
    Json damaged = json;
    damaged["score"] = 1.5;
    EXPECT_FALSE(verdict_from_json(damaged).has_value());
    damaged = json;
    damaged["span"] = {-1, 2};
    EXPECT_FALSE(verdict_from_json(damaged).has_value());
    damaged = json;
    damaged["steps"][1]["ok"] = "yes";
    EXPECT_FALSE(verdict_from_json(damaged).has_value());
}

}  // namespace
}  // namespace veritune::verify
