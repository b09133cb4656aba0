// SPDX-License-Identifier: Apache-2.0
#include "core/session/run_examination.h"

#include "core/store/project.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace veritune::session {
namespace {

class RunExaminationTest : public ::testing::Test {
  protected:
    RunExaminationTest() {
        run_ = project_->runs().create_run({.name = "run"}).value();
        EXPECT_TRUE(project_->runs().record_stage(
            run_, {.stage = "vrl", .type = "vrl", .total_steps = 40, .state = "running"}));
    }
    /// A step with one chain that was cut or not.
    void record(std::int64_t step, bool cut) {
        data::StepRecord record{.stage = "vrl", .step = step, .metrics = {}, .chains = {}};
        record.metrics = {
            {"completions/clipped_ratio", cut ? 1.0 : 0.0}, {"reward", 0.5}, {"step_time", 1.0}};
        record.state_hash = "h";
        data::ChainRecord chain;
        chain.problem_id = "p1";
        chain.tokens = {1, 2, 3};
        chain.finish_reason = cut ? "length" : "stop";
        chain.status = cut ? "no_answer" : "correct";
        record.chains.push_back(chain);
        ASSERT_TRUE(project_->runs().record_step(run_, record));
    }

    test::TempDir temp_;
    std::unique_ptr<store::Project> project_ =
        store::Project::create(temp_.file("project"), "test").value();
    std::int64_t run_ = 0;
};

TEST_F(RunExaminationTest, FindsWhatIsNewAndShowsTheChains) {
    RunExamination examination(run_);
    for (std::int64_t step = 1; step <= 20; ++step) record(step, false);
    EXPECT_TRUE(examination.update(project_->reader())->empty());
    for (std::int64_t step = 21; step <= 30; ++step) record(step, true);
    const auto findings = examination.update(project_->reader()).value();
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].rule, "truncation");
    EXPECT_EQ(findings[0].severity, "bad");
    EXPECT_EQ(findings[0].first_step, 23);  // three of five steps
    ASSERT_FALSE(findings[0].chains.empty());
    EXPECT_EQ(findings[0].chains[0].why, "cut after 3 tokens");
    EXPECT_EQ(project_->reader().chain(findings[0].chains[0].id)->record.finish_reason, "length");
    // The same from scratch as step by step.
    EXPECT_EQ(RunExamination(run_).update(project_->reader()).value(), findings);
}

TEST_F(RunExaminationTest, StepsRecordedAgainReplaceWhatWasRead) {
    RunExamination examination(run_);
    for (std::int64_t step = 1; step <= 30; ++step) record(step, step > 20);
    const auto before = examination.update(project_->reader()).value();
    ASSERT_EQ(before.size(), 1U);
    // A resume from step 27: the chains of the worst step get other row ids.
    for (std::int64_t step = 22; step <= 30; ++step) record(step, true);
    const auto after = examination.update(project_->reader()).value();
    ASSERT_EQ(after.size(), 1U);
    ASSERT_FALSE(after[0].chains.empty());
    EXPECT_NE(after[0].chains[0].id, before[0].chains[0].id);
    EXPECT_TRUE(project_->reader().chain(after[0].chains[0].id));
    for (std::int64_t step = 15; step <= 30; ++step) record(step, false);
    EXPECT_TRUE(examination.update(project_->reader())->empty());
}

TEST_F(RunExaminationTest, AnEvaluationAddsToItsStep) {
    RunExamination examination(run_);
    for (std::int64_t step = 1; step <= 20; ++step) record(step, false);
    EXPECT_TRUE(examination.update(project_->reader())->empty());
    // No state hash: merged into the step that is there.
    ASSERT_TRUE(project_->runs().record_step(
        run_, {.stage = "vrl", .step = 20, .metrics = {{"heldout/pass@1", 0.1}}}));
    const auto findings = examination.update(project_->reader()).value();
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].rule, "heldout_gap");
    EXPECT_EQ(findings[0].metric, "reward - heldout/pass@1");
}

TEST_F(RunExaminationTest, UnknownRunIsAnError) {
    EXPECT_EQ(RunExamination(99).update(project_->reader()).error().code,
              util::ErrorCode::kNotFound);
}

}  // namespace
}  // namespace veritune::session
