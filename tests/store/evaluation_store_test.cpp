// SPDX-License-Identifier: Apache-2.0
#include "tests/store/store_testing.h"

#include <gtest/gtest.h>

namespace veritune::test {
namespace {

using data::EvaluationRecord;
using util::ErrorCode;

EvaluationRecord sample_record(std::int64_t run = 0) {
    EvaluationRecord record{
        .run = run,
        .name = "7b",
        .protocol = "gsm8k_boxed_0",
        .protocol_hash = "abc",
        .setup = {{"protocol", {{"id", "gsm8k_boxed_0"}}}, {"note", "\xc3\xbc"}},
        .subject = {{"model", "/m"}},
        .dataset = "gsm8k",
        .split = "test",
        .problems = 2,
        .samples = 4,
        .truncation_rate = 0.25,
        .mean_tokens = 17.5,
        .complete = true};
    for (const char* name : {"strict", "flexible"}) {
        record.columns.push_back(
            {.name = name,
             .score = 0.5,
             .low = 0.1,
             .high = 0.9,
             .majority = 1.0,
             .pass = {{1, 0.5}, {4, 1.0}},
             .no_answer_rate = 0.125,
             .masked = 1,
             .problems = {
                 {.problem_id = "b", .samples = 4, .correct = 2, .majority = true},
                 {.problem_id = "a", .samples = 3, .correct = 1, .masked = 1, .no_answer = 1}}});
    }
    return record;
}

TEST(EvaluationStore, GivesBackWhatWasRecorded) {
    const TempDir temp;
    const auto project = new_project(temp);
    const std::int64_t id = project->evaluations().record(sample_record()).value();
    const EvaluationRecord stored = project->evaluations().get(id).value();
    const EvaluationRecord expected = sample_record();
    EXPECT_EQ(stored.columns, expected.columns) << "problems in the order of the set";
    EXPECT_EQ(stored.setup, expected.setup);
    EXPECT_EQ(stored.subject, expected.subject);
    EXPECT_EQ(stored.protocol_hash, "abc");
    EXPECT_EQ(stored.mean_tokens, 17.5);
    EXPECT_TRUE(stored.complete);
    EXPECT_GT(stored.created_us, 0);
    const auto listed = project->evaluations().list().value();
    ASSERT_EQ(listed.size(), 1U);
    EXPECT_EQ(listed[0].columns[0].score, 0.5);
    EXPECT_TRUE(listed[0].columns[0].problems.empty());
    EXPECT_TRUE(listed[0].setup.empty());
}

TEST(EvaluationStore, ARunHasOneEvaluationThatIsReplaced) {
    const TempDir temp;
    const auto project = new_project(temp);
    const std::int64_t run = new_run(*project);
    EvaluationRecord begun = sample_record(run);
    begun.complete = false;
    begun.columns.clear();
    const std::int64_t id = project->evaluations().record(begun).value();
    EXPECT_EQ(project->evaluations().record(sample_record(run)).value(), id);
    EXPECT_EQ(project->evaluations().list()->size(), 1U);
    const auto found = project->evaluations().of_run(run).value();
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->columns.size(), 2U);
    EXPECT_FALSE(project->evaluations().of_run(run + 1)->has_value());
    EXPECT_NE(project->evaluations().record(sample_record()).value(), id)
        << "scored files stand for themselves";
}

TEST(EvaluationStore, ReadersSeeItAndARunTakesItWithIt) {
    const TempDir temp;
    auto project = new_project(temp);
    const std::int64_t run =
        project->runs().create_run({.name = "evaluation", .recipe = {{"x", 1}}}).value();
    const std::int64_t id = project->evaluations().record(sample_record(run)).value();
    EXPECT_TRUE(reader(temp)->evaluations().get(id).has_value());
    ASSERT_TRUE(project->runs().discard_run(run).has_value());
    EXPECT_EQ(project->evaluations().get(id).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(project->reader().run(run).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(project->evaluations().remove(id).error().code, ErrorCode::kNotFound);
    const std::int64_t kept = project->evaluations().record(sample_record()).value();
    EXPECT_TRUE(project->evaluations().remove(kept).has_value());
    EXPECT_TRUE(project->evaluations().list()->empty());
}

TEST(RunStore, DiscardsOnlyARunWithoutResults) {
    const TempDir temp;
    const auto project = new_project(temp);
    const std::int64_t run = new_run(*project);
    util::Rng rng(3, util::RngStream::kTest);
    ASSERT_TRUE(project->runs().record_step(run, random_step(rng, "vrl", 1, 1)));
    EXPECT_EQ(project->runs().discard_run(run).error().code, ErrorCode::kInvalidArgument);
    EXPECT_TRUE(project->reader().run(run).has_value());
    EXPECT_EQ(project->runs().discard_run(run + 7).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace veritune::test
