// SPDX-License-Identifier: Apache-2.0
// A run that is cut off anywhere goes on as if nothing had happened: completed steps are replayed
// from their stored chains, only the unfinished one is done again.
#include "tests/train/tiny_run.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace veritune::train {
namespace {

using ::testing::HasSubstr;

/// The completed steps of a sink, as the project database would give them back.
auto stored_steps(const test::RecordingSink& sink) {
    return
        [steps = sink.steps](const std::string& stage,
                             std::int64_t step) -> util::Result<std::optional<data::StepRecord>> {
            for (const data::StepRecord& record : steps) {
                if (record.stage == stage && record.step == step && !record.state_hash.empty())
                    return std::optional(record);
            }
            return std::optional<data::StepRecord>();
        };
}

/// A run whose resume can see what was stored.
class ReplayTest : public ::testing::TestWithParam<const char*> {
  protected:
    static StageConfig stage(std::int64_t steps) {
        StageConfig config = tiny_vrl(GetParam(), steps);
        config.save_steps = 3;
        config.eval.eval_steps = 2;
        config.eval.on_heldout_fall = "off";
        return config;
    }
    util::Result<StageEnd> run(model::CausalLm& lm, bool resume) {
        RunContext context = tiny_.context();
        if (resume) context.stored_step = stored_steps(tiny_.sink);
        Pipeline pipeline(context, lm);
        return pipeline.run(resume ? std::map<std::string, std::string>{{"vrl", "running"}}
                                   : std::map<std::string, std::string>{});
    }
    /// State hash of every step, in order, of what was stored.
    std::vector<std::string> hashes() const {
        std::vector<std::string> list;
        for (const auto& record : tiny_.sink.trained("vrl")) list.push_back(record.state_hash);
        return list;
    }
    TinyRun tiny_;
};

TEST_P(ReplayTest, CutAnywhereEqualsNoInterruption) {
    tiny_.recipe.stages = {stage(7)};
    model::CausalLm whole = warm_model();
    ASSERT_EQ(run(whole, false).value(), StageEnd::kDone);
    const std::vector<std::string> expected = hashes();
    ASSERT_EQ(expected.size(), 7U);
    for (std::int64_t cut = 1; cut <= 7; ++cut) {
        SCOPED_TRACE("cut in step " + std::to_string(cut));
        ASSERT_TRUE(util::remove_tree(*tiny_.fs, tiny_.folder.file("checkpoints")));
        tiny_.sink = {};
        tiny_.sink.fail_step = cut;  // as if the end had come before the commit
        model::CausalLm first = warm_model();
        ASSERT_FALSE(run(first, false));
        tiny_.sink.fail_step.reset();
        tiny_.sink.phases.clear();
        const std::size_t stored = tiny_.sink.trained("vrl").size();
        ASSERT_EQ(stored, static_cast<std::size_t>(cut - 1));
        model::CausalLm second = warm_model();
        ASSERT_EQ(run(second, true).value(), StageEnd::kDone);
        EXPECT_EQ(hashes(), expected) << "no completed step was stored twice or differently";
        EXPECT_TRUE(bit_equal(second.parameters().flat(), whole.parameters().flat()));
        EXPECT_EQ(std::ranges::count(tiny_.sink.phases, "generate"), 8 - cut)
            << "completed steps are not sampled again";
        // An evaluation that was stored before a later step is not stored again behind it.
        for (const std::int64_t step : {2, 4, 6}) {
            if (step + 1 >= cut) continue;
            EXPECT_EQ(std::ranges::count_if(tiny_.sink.steps,
                                            [&](const data::StepRecord& record) {
                                                return record.step == step &&
                                                       record.state_hash.empty();
                                            }),
                      1)
                << "evaluation of step " << step;
        }
    }
}

TEST_P(ReplayTest, AnotherStateStopsAndSaysSo) {
    tiny_.recipe.stages = {stage(6)};
    tiny_.sink.fail_step = 6;
    model::CausalLm first = warm_model();
    ASSERT_FALSE(run(first, false));
    tiny_.sink.fail_step.reset();
    // Steps 4 and 5 lie behind the checkpoint of step 3.
    for (data::StepRecord& record : tiny_.sink.steps) {
        if (record.step == 5 && !record.state_hash.empty()) record.state_hash.assign(64, '0');
    }
    model::CausalLm second = warm_model();
    const auto end = run(second, true);
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, util::ErrorCode::kCorruptData);
    EXPECT_THAT(end.error().message, HasSubstr("step 5"));
    EXPECT_EQ(tiny_.sink.count_events("replay_diverged"), 1);
}

TEST_P(ReplayTest, WithoutStoredChainsTheStepIsDoneAgainAndCompared) {
    tiny_.recipe.stages = {stage(5)};
    tiny_.recipe.store_chains = false;
    tiny_.sink.fail_step = 5;
    model::CausalLm first = warm_model();
    ASSERT_FALSE(run(first, false));
    const std::vector<std::string> before = hashes();
    tiny_.sink.fail_step.reset();
    tiny_.sink.phases.clear();
    model::CausalLm second = warm_model();
    ASSERT_EQ(run(second, true).value(), StageEnd::kDone);
    EXPECT_GE(std::ranges::count(tiny_.sink.phases, "generate"), 2);
    const std::vector<std::string> after = hashes();
    ASSERT_EQ(after.size(), 5U);
    EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()));
}

INSTANTIATE_TEST_SUITE_P(Algorithms, ReplayTest, ::testing::Values("ppo", "grpo"));

TEST(ReplaySupervised, CutAnywhereEqualsNoInterruption) {
    TinyRun tiny;
    tiny.recipe.stages = {tiny_cold_start(9)};
    tiny.recipe.stages[0].save_steps = 4;
    const auto run = [&](model::CausalLm& lm, bool resume) {
        RunContext context = tiny.context();
        if (resume) context.stored_step = stored_steps(tiny.sink);
        Pipeline pipeline(context, lm);
        return pipeline.run(resume ? std::map<std::string, std::string>{{"cold_start", "running"}}
                                   : std::map<std::string, std::string>{});
    };
    model::CausalLm whole = tiny_model();
    ASSERT_TRUE(run(whole, false));
    for (std::int64_t cut = 1; cut <= 9; ++cut) {
        ASSERT_TRUE(util::remove_tree(*tiny.fs, tiny.folder.file("checkpoints")));
        tiny.sink = {};
        tiny.sink.fail_step = cut;
        model::CausalLm first = tiny_model();
        ASSERT_FALSE(run(first, false));
        tiny.sink.fail_step.reset();
        model::CausalLm second = tiny_model();
        ASSERT_TRUE(run(second, true)) << cut;
        EXPECT_TRUE(bit_equal(second.parameters().flat(), whole.parameters().flat())) << cut;
        EXPECT_EQ(tiny.sink.trained("cold_start").size(), 9U) << cut;
    }
}

}  // namespace
}  // namespace veritune::train
