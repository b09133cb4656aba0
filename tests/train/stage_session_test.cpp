// SPDX-License-Identifier: Apache-2.0
#include "core/train/stage_session.h"

#include "tests/train/toy_state.h"

#include <gmock/gmock.h>

#include <fstream>
#include <map>

namespace veritune::train {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A stage of ten toy steps; `scores` scripts the held-out pass@1 by step (0.5 where it is silent).
class StageSessionTest : public ::testing::Test {
  protected:
    StageSessionTest() {
        config_.id = "s";
        config_.type = "vrl";
        config_.eval.eval_steps = 0;
        config_.save_steps = 0;
        tiny_.evaluate = [this](const model::CausalLm& lm,
                                const StageConfig&,
                                HeldoutKind kind,
                                std::stop_token) {
            const auto step = static_cast<std::int64_t>(lm.parameters().flat()[0].item<float>());
            evaluated_.emplace_back(kind, step);
            if (burn_cpu_) burn();
            const auto found = scores_.find(static_cast<std::int64_t>(evaluated_.size()) - 1);
            return util::Result<HeldoutResult>(
                TinyRun::score(found == scores_.end() ? 0.5 : found->second));
        };
    }
    static void burn() {
        const std::int64_t end = util::process_cpu_us() + 60'000;
        while (util::process_cpu_us() < end) {
        }
    }

    /// Runs to the end of the stage or of the wishes.
    StageEnd run(ToyState& state, bool resume, bool evaluate_start = false) {
        RunContext context = tiny_.context();
        StageSession session(context, config_, state, 10);
        first_ = session.begin(resume, evaluate_start).value();
        const StageEnd end = loop(session, state);
        EXPECT_TRUE(session.finish(end, 40).has_value());
        return end;
    }
    StageEnd loop(StageSession& session, ToyState& state) {
        for (std::int64_t step = first_; step <= 10; ++step) {
            state.advance();
            data::StepRecord record;
            record.step = step;
            record.metrics = {{"loss", 1.0 / static_cast<double>(step)}, {"reward", 0.5}};
            EXPECT_TRUE(session.commit(record, full_hash_).has_value());
            session.observe_reward(0.5);
            const auto end = session.after_step(step, look_at_budget_);
            EXPECT_TRUE(end.has_value());
            if (*end) return **end;
        }
        return StageEnd::kDone;
    }
    static std::string path_of(std::int64_t step) {
        char name[32];
        std::snprintf(name, sizeof name, "checkpoints/s-%06d", static_cast<int>(step));
        return name;
    }
    bool saved(std::int64_t step) { return tiny_.exists(tiny_.folder.file(path_of(step))); }
    std::vector<std::int64_t> all_saved() {
        std::vector<std::int64_t> steps;
        for (std::int64_t step = 0; step <= 10; ++step) {
            if (saved(step)) steps.push_back(step);
        }
        return steps;
    }

    TinyRun tiny_;
    StageConfig config_;
    std::map<std::int64_t, double> scores_;  ///< by number of the evaluation, from 0
    std::vector<std::pair<HeldoutKind, std::int64_t>> evaluated_;
    bool burn_cpu_ = false;
    bool full_hash_ = true;
    bool look_at_budget_ = true;
    std::int64_t first_ = 0;
};

TEST_F(StageSessionTest, ReportsAStageFromRunningToDone) {
    ToyState state;
    EXPECT_EQ(run(state, false), StageEnd::kDone);
    ASSERT_EQ(tiny_.sink.stages.size(), 2U);
    EXPECT_EQ(tiny_.sink.stages[0].state, "running");
    EXPECT_EQ(tiny_.sink.stages[0].total_steps, 10);
    EXPECT_EQ(tiny_.sink.stages[1].state, "done");
    EXPECT_EQ(tiny_.sink.stages[1].summary["samples"], 40);
    EXPECT_EQ(tiny_.sink.stages[1].summary["pass@1"], 0.5);
    EXPECT_TRUE(tiny_.sink.stages[1].summary.contains("cpu_seconds"));
    EXPECT_EQ(tiny_.sink.steps.size(), 10U);
    EXPECT_EQ(tiny_.sink.steps[4].stage, "s");
    EXPECT_FALSE(std::isnan(test::metric(tiny_.sink.steps[4], "step_time")));
    EXPECT_GT(test::metric(tiny_.sink.steps[4], "memory/rss_mib"), 1.0);
    EXPECT_GT(test::metric(tiny_.sink.steps[4], "memory/free_share"), 0.0);
    EXPECT_THAT(all_saved(), ElementsAre(10)) << "the last step is saved even without save_steps";
    EXPECT_TRUE(tiny_.exists(tiny_.checkpoint("s-final")));
    EXPECT_THAT(evaluated_, ElementsAre(std::pair(HeldoutKind::kFinal, 10)));
}

TEST_F(StageSessionTest, KeepsTheBestAndTheLastTwo) {
    config_.save_steps = 1;
    config_.eval.eval_steps = 2;
    config_.eval.on_heldout_fall = "off";
    scores_ = {{1, 0.9}};  // the second evaluation, after step 4
    ToyState state;
    EXPECT_EQ(run(state, false), StageEnd::kDone);
    EXPECT_THAT(all_saved(), ElementsAre(4, 9, 10));
    for (const auto& [stage, step] : tiny_.sink.forgotten) {
        EXPECT_EQ(stage, "s");
        EXPECT_FALSE(saved(step)) << "row and folder go together";
    }
    EXPECT_EQ(tiny_.sink.forgotten.size() + 3, tiny_.sink.checkpoints.size());
    for (const data::CheckpointRecord& record : tiny_.sink.checkpoints) {
        EXPECT_EQ(record.path, path_of(record.step));
        EXPECT_EQ(record.best, record.step == 2 || record.step == 4);
        EXPECT_EQ(record.manifest_sha256.size(), 64U);
    }
    EXPECT_EQ(tiny_.sink.stages.back().summary["best_step"], 4);
}

TEST_F(StageSessionTest, AFallGoesBackToTheBestCheckpoint) {
    config_.eval.eval_steps = 1;
    scores_ = {{0, 0.6}, {1, 0.7}, {2, 0.75}, {3, 0.3}};  // before step 1, after steps 1, 2, 3
    ToyState state;
    EXPECT_EQ(run(state, false, true), StageEnd::kRolledBack);
    EXPECT_EQ(state.steps, 2);
    EXPECT_EQ(state.lm.parameters().flat()[0].item<float>(), 2.0F);
    EXPECT_EQ(state.moment[0].item<float>(), 2.0F) << "moments too";
    EXPECT_EQ(tiny_.sink.state_of("s"), "rolled_back");
    ASSERT_EQ(tiny_.sink.count_events("roll_back_and_stop"), 1);
    EXPECT_EQ(tiny_.sink.events.back().severity, "bad");
    EXPECT_EQ(tiny_.sink.events.back().step, 3);
    EXPECT_EQ(tiny_.sink.events.back().detail["best_step"], 2);
    EXPECT_EQ(evaluated_.back(), std::pair(HeldoutKind::kFinal, std::int64_t{2}))
        << "the final score is the best's";
    EXPECT_EQ(load_policy_weights(*tiny_.fs, tiny_.checkpoint("s-final")).value()[0].item<float>(),
              2.0F);
}

TEST_F(StageSessionTest, AFallMayHalveTheLearningRateOnce) {
    config_.eval.eval_steps = 1;
    config_.eval.on_heldout_fall = "halve_lr_and_continue";
    scores_ = {{0, 0.6}, {1, 0.7}, {2, 0.3}, {3, 0.65}, {4, 0.2}};
    ToyState state;
    EXPECT_EQ(run(state, false, true), StageEnd::kRolledBack) << "the second fall ends it";
    EXPECT_EQ(tiny_.sink.count_events("roll_back_and_halve"), 1);
    EXPECT_EQ(tiny_.sink.count_events("roll_back_and_stop"), 1);
    EXPECT_EQ(tiny_.sink.trained("s").size(), 4U) << "it went on after the first";
}

TEST_F(StageSessionTest, TheCheckpointOfTheFallHoldsTheHalvedRate) {
    config_.eval.eval_steps = 1;
    config_.save_steps = 1;
    config_.eval.on_heldout_fall = "halve_lr_and_continue";
    scores_ = {{0, 0.7}, {1, 0.3}};
    tiny_.control.stop_keep = true;  // right after the step with the fall
    ToyState state;
    EXPECT_EQ(run(state, false, true), StageEnd::kStopped);
    EXPECT_EQ(state.factor, 0.5);
    tiny_.control.stop_keep = false;
    ToyState resumed;
    RunContext context = tiny_.context();
    StageSession session(context, config_, resumed, 10);
    EXPECT_EQ(session.begin(true, true).value(), 2);
    EXPECT_EQ(resumed.factor, 0.5);
    EXPECT_EQ(resumed.moment.abs().max().item<float>(), 0.0F);
    EXPECT_EQ(state_hash(resumed), state_hash(state));
}

TEST_F(StageSessionTest, APlateauEndsWithTheBest) {
    config_.eval.eval_steps = 1;
    config_.eval.patience = 3;
    scores_ = {{0, 0.5}, {1, 0.6}, {2, 0.6}, {3, 0.6}, {4, 0.6}};
    ToyState state;
    EXPECT_EQ(run(state, false, true), StageEnd::kDone);
    EXPECT_EQ(tiny_.sink.trained("s").size(), 4U)
        << "best at step 1, then three without a better one";
    EXPECT_EQ(state.steps, 1);
    EXPECT_EQ(tiny_.sink.count_events("finish_with_best"), 1);
    EXPECT_EQ(tiny_.sink.state_of("s"), "done");
}

TEST_F(StageSessionTest, ResumesAsIfNothingHadHappened) {
    full_hash_ = false;
    config_.eval.eval_steps = 3;
    config_.save_steps = 2;
    scores_ = {{0, 0.5}, {1, 0.6}, {2, 0.55}};
    ToyState whole;
    run(whole, false, true);
    std::vector<std::string> hashes;
    for (const auto& record : tiny_.sink.trained("s")) hashes.push_back(record.state_hash);
    ASSERT_EQ(hashes.size(), 10U);
    ASSERT_TRUE(util::remove_tree(*tiny_.fs, tiny_.folder.file("checkpoints")).has_value());
    tiny_.sink = {};
    evaluated_.clear();
    tiny_.stop_after("s", 5);
    ToyState half;
    EXPECT_EQ(run(half, false, true), StageEnd::kStopped);
    EXPECT_EQ(tiny_.sink.state_of("s"), "stopped");
    EXPECT_FALSE(tiny_.exists(tiny_.checkpoint("s-final"))) << "a stopped stage is not final";
    tiny_.go_on();
    ToyState other(tiny_model(9));
    EXPECT_EQ(run(other, true, true), StageEnd::kDone);
    EXPECT_EQ(first_, 6);
    EXPECT_EQ(tiny_.sink.count_events("resumed"), 1);
    std::vector<std::string> again;
    for (const auto& record : tiny_.sink.trained("s")) again.push_back(record.state_hash);
    EXPECT_EQ(again, hashes);
    EXPECT_EQ(state_hash(other), state_hash(whole));
    EXPECT_EQ(tiny_.sink.stages.back().summary["best_step"], 3) << "the guard remembers";
}

TEST_F(StageSessionTest, ADamagedCheckpointFallsBackToTheOneBefore) {
    config_.save_steps = 2;
    tiny_.stop_after("s", 6);
    ToyState state;
    run(state, false);
    tiny_.go_on();
    ASSERT_THAT(all_saved(), ElementsAre(2, 4, 6));
    { std::ofstream(tiny_.checkpoint("s-000006/state.safetensors"), std::ios::app) << "x"; }
    ToyState other(tiny_model(9));
    EXPECT_EQ(run(other, true), StageEnd::kDone);
    EXPECT_EQ(first_, 5);
    EXPECT_EQ(other.steps, 10);
    ASSERT_EQ(tiny_.sink.count_events("checkpoint_damaged"), 1);
    EXPECT_EQ(tiny_.sink.events[0].step, 6);
    EXPECT_THAT(tiny_.sink.events[0].message, HasSubstr("state.safetensors"));
    EXPECT_EQ(tiny_.sink.count_events("resumed"), 1);
}

TEST_F(StageSessionTest, StartsOverWhenNoCheckpointIsWhole) {
    config_.save_steps = 2;
    tiny_.stop_after("s", 4);
    ToyState state;
    run(state, false);
    tiny_.go_on();
    for (const char* name : {"s-000002", "s-000004"}) {
        ASSERT_TRUE(tiny_.fs->remove(tiny_.checkpoint(name) + "/manifest.json").has_value());
    }
    ToyState other;
    EXPECT_EQ(run(other, true), StageEnd::kDone);
    EXPECT_EQ(first_, 1);
    EXPECT_EQ(other.steps, 10);
    EXPECT_EQ(tiny_.sink.count_events("checkpoint_damaged"), 2);
}

TEST_F(StageSessionTest, AResumeWithoutACheckpointIsAStart) {
    ToyState state;
    EXPECT_EQ(run(state, true), StageEnd::kDone);
    EXPECT_EQ(first_, 1);
    EXPECT_EQ(tiny_.sink.count_events("resumed"), 0);
}

TEST_F(StageSessionTest, DoesNotMistakeAnotherStagesCheckpoints) {
    config_.save_steps = 1;
    ToyState state;
    run(state, false);
    config_.id = "s-2";
    ToyState other;
    run(other, true);
    EXPECT_EQ(first_, 1);
    ASSERT_TRUE(tiny_.exists(tiny_.checkpoint("s-2-000010")));
    config_.id = "s";
    run(other, true);
    EXPECT_EQ(first_, 11);
}

TEST_F(StageSessionTest, ATimeBudgetEndsTheStage) {
    config_.max_seconds = 1e-9;
    ToyState state;
    EXPECT_EQ(run(state, false), StageEnd::kDone);
    EXPECT_EQ(state.steps, 1);
    EXPECT_EQ(tiny_.sink.stages[0].total_steps, 0) << "the count is not what ends it";
    look_at_budget_ = false;
    ToyState other;
    EXPECT_EQ(run(other, false), StageEnd::kDone);
    EXPECT_EQ(other.steps, 10);
}

TEST_F(StageSessionTest, AStageMayCostWhatAnotherOneDid) {
    config_.match_cost_of = "vrl";
    ToyState cheap;
    tiny_.stage_cpu_seconds = {{"vrl", 1e-9}};
    EXPECT_EQ(run(cheap, false), StageEnd::kDone);
    EXPECT_EQ(cheap.steps, 1);
    ToyState dear;
    tiny_.stage_cpu_seconds = {{"vrl", 1e9}};
    EXPECT_EQ(run(dear, false), StageEnd::kDone);
    EXPECT_EQ(dear.steps, 10);
}

TEST_F(StageSessionTest, EvaluationsCostNothingOfTheBudget) {
    burn_cpu_ = true;
    config_.eval.eval_steps = 1;
    ToyState state;
    run(state, false, true);
    EXPECT_LT(tiny_.sink.stages.back().summary["cpu_seconds"].get<double>(), 0.5)
        << "12 evaluations of 0.06 s";
}

TEST_F(StageSessionTest, FollowsTheWishesOfPeople) {
    struct Case {
        std::atomic<bool> RunControl::*wish;
        StageEnd end;
        const char* state;
    };
    for (const Case& c : {Case{&RunControl::stop_keep, StageEnd::kStopped, "stopped"},
                          Case{&RunControl::pause, StageEnd::kPaused, "paused"},
                          Case{&RunControl::interrupt, StageEnd::kInterrupted, "interrupted"}}) {
        ASSERT_TRUE(util::remove_tree(*tiny_.fs, tiny_.folder.file("checkpoints")).has_value());
        tiny_.control.*c.wish = true;
        ToyState state;
        EXPECT_EQ(run(state, false), c.end);
        EXPECT_EQ(state.steps, 1);
        EXPECT_THAT(all_saved(), ElementsAre(1)) << "the finished step is kept";
        EXPECT_EQ(tiny_.sink.state_of("s"), c.state);
        tiny_.control.*c.wish = false;
    }
}

TEST_F(StageSessionTest, SavesOnceWhenAsked) {
    tiny_.sink.on_step = [&](const data::StepRecord& record) {
        if (record.step == 3) tiny_.control.checkpoint_now = true;
    };
    ToyState state;
    run(state, false);
    EXPECT_THAT(all_saved(), ElementsAre(3, 10));
    EXPECT_FALSE(tiny_.control.checkpoint_now);
}

TEST_F(StageSessionTest, AStepThatCannotBeStoredIsAnError) {
    tiny_.sink.fail_step = 1;
    ToyState state;
    RunContext context = tiny_.context();
    StageSession session(context, config_, state, 10);
    ASSERT_TRUE(session.begin(false, false).has_value());
    data::StepRecord record;
    record.step = 1;
    EXPECT_EQ(session.commit(record, true).error().code, util::ErrorCode::kDiskFull);
}

}  // namespace
}  // namespace veritune::train
