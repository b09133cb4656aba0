// SPDX-License-Identifier: Apache-2.0
// A number that is not finite is found before the update, wherever it comes from: weights, moments
// and step counters stay as they were, bit for bit.
#include "core/train/finite.h"
#include "core/train/rl_stage.h"
#include "tests/train/tiny_run.h"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <limits>

namespace veritune::train {
namespace {

using ::testing::HasSubstr;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

TEST(AllFinite, SeesEveryNumber) {
    EXPECT_TRUE(all_finite(at::Tensor()));
    EXPECT_TRUE(all_finite(at::zeros({0})));
    EXPECT_TRUE(all_finite(at::full({100}, 3e38)));  // the sum overflows, the numbers do not
    for (const double bad : {kNaN, kInf, -kInf}) {
        for (const std::int64_t place : {0, 57, 99}) {
            at::Tensor x = at::ones({100});
            x[place] = bad;
            EXPECT_FALSE(all_finite(x)) << bad << " at " << place;
        }
    }
    at::Tensor both = at::zeros({4});
    both[0] = kInf;
    both[1] = -kInf;
    EXPECT_FALSE(all_finite(both));
}

struct Poison {
    const char* name;
    const char* reported;  ///< part of what the step says
    /// Called before the stage of this number: 0 rollout, 1 advantages, 2 the two updates.
    int stage;
    std::function<void(RlStage&, model::CausalLm&, RlStep&)> apply;
};

at::Tensor tensor_of(RlStage& stage, const std::string& name) {
    for (const auto& [key, tensor] : stage.tensors()) {
        if (key == name) return tensor;
    }
    return {};
}

std::vector<Poison> poisons() {
    return {
        {"logits",
         "logits",
         0,
         [](RlStage&, model::CausalLm& lm, RlStep&) { lm.parameters().flat().fill_(kNaN); }},
        {"infinite logits",
         "logits",
         0,
         [](RlStage&, model::CausalLm& lm, RlStep&) { lm.parameters().flat().fill_(kInf); }},
        {"reward",
         "reward",
         1,
         [](RlStage&, model::CausalLm&, RlStep& rl) { rl.rollout.rewards[1] = kNaN; }},
        {"values",
         "values",
         1,
         [](RlStage&, model::CausalLm&, RlStep& rl) { rl.values[0][0] = kInf; }},
        {"sampling log-probs",
         "logits",
         1,
         [](RlStage&, model::CausalLm&, RlStep& rl) { rl.batch.sampling_logprobs[2][0] = kNaN; }},
        {"advantage",
         "loss",
         2,
         [](RlStage&, model::CausalLm&, RlStep& rl) {
             rl.batch.advantages.advantages.fill_(kNaN);
         }},
        {"returns of the critic",
         "critic",
         2,
         [](RlStage&, model::CausalLm&, RlStep& rl) { rl.batch.advantages.returns.fill_(kNaN); }},
        {"gradient",
         "gradient",
         2,
         [](RlStage&, model::CausalLm& lm, RlStep&) { lm.parameters().flat_grad()[5] = kNaN; }},
        {"gradient beyond f32 moments",
         "gradient",
         2,
         [](RlStage&, model::CausalLm& lm, RlStep&) { lm.parameters().flat_grad()[5] = 3e38; }},
        {"first moment",
         "first moment",
         2,
         [](RlStage& stage, model::CausalLm&, RlStep&) { tensor_of(stage, "policy.m")[7] = kInf; }},
        {"second moment",
         "second moment",
         2,
         [](RlStage& stage, model::CausalLm&, RlStep&) { tensor_of(stage, "policy.v")[7] = kNaN; }},
        {"critic's moment",
         "critic's second moment",
         2,
         [](RlStage& stage, model::CausalLm&, RlStep&) { tensor_of(stage, "critic.v")[7] = kNaN; }},
    };
}

TEST(NanGuard, EverythingIsCaughtBeforeTheUpdate) {
    std::size_t caught = 0;
    for (const Poison& poison : poisons()) {
        SCOPED_TRACE(poison.name);
        TinyRun tiny;
        tiny.recipe.stages = {tiny_vrl("ppo", 5)};
        RunContext context = tiny.context();
        model::CausalLm policy = warm_model();
        RlStage stage(context, tiny.recipe.stages[0], policy);
        StageSession session(context, tiny.recipe.stages[0], stage, 5);
        RlStep rl;
        if (poison.stage == 0) poison.apply(stage, policy, rl);
        rl = stage.rollout(1, session).value();
        stage.make_batch(rl);
        ASSERT_TRUE(stage.estimate_values(rl));
        if (poison.stage == 1) poison.apply(stage, policy, rl);
        ASSERT_TRUE(stage.compute_advantage(rl));
        if (poison.stage == 2) poison.apply(stage, policy, rl);
        const at::Tensor weights = policy.parameters().flat().clone();
        const at::Tensor m = tensor_of(stage, "policy.m").clone();
        const at::Tensor v = tensor_of(stage, "policy.v").clone();
        ASSERT_TRUE(stage.update_critic(rl));
        ASSERT_TRUE(stage.update_policy(rl));
        EXPECT_THAT(rl.bad, HasSubstr(poison.reported));
        caught += rl.bad.empty() ? 0 : 1;
        EXPECT_FALSE(rl.update.updated);
        EXPECT_TRUE(bit_equal(policy.parameters().flat(), weights));
        EXPECT_TRUE(bit_equal(tensor_of(stage, "policy.m"), m));
        EXPECT_TRUE(bit_equal(tensor_of(stage, "policy.v"), v));
        EXPECT_EQ(stage.scalars()["policy_steps"], 0);
        EXPECT_EQ(test::metric(stage.record(rl), "skipped_updates"), 1.0);
    }
    EXPECT_EQ(caught, poisons().size());
}

/// The weights break after step 4 of a toy stage; steps 5, 6 and 7 are left out, then the run goes
/// back.
TEST(NanGuard, AfterThreeInARowTheRunGoesBackToTheLastCheckpointAndStops) {
    TinyRun tiny;
    tiny.recipe.stages = {tiny_vrl("grpo", 12)};
    tiny.recipe.stages[0].save_steps = 2;
    model::CausalLm lm = warm_model();
    RunContext context = tiny.context();
    RlStage stage(context, tiny.recipe.stages[0], lm);
    StageSession session(context, tiny.recipe.stages[0], stage, 12);
    ASSERT_EQ(session.begin(false, false).value(), 1);
    for (std::int64_t step = 1; step <= 4; ++step) {
        data::StepRecord record;
        record.step = step;
        ASSERT_TRUE(session.commit(record, true));
        ASSERT_TRUE(session.observe_update(step, ""));
        ASSERT_TRUE(session.after_step(step));
    }
    const at::Tensor sound = lm.parameters().flat().clone();
    lm.parameters().flat().fill_(kNaN);
    const auto end = run_rl_loop(stage, session, 5);
    ASSERT_FALSE(end);
    EXPECT_THAT(end.error().message, HasSubstr("three steps in a row"));
    EXPECT_THAT(end.error().message, HasSubstr("checkpoint of step 4"));
    EXPECT_TRUE(bit_equal(lm.parameters().flat(), sound));
    EXPECT_EQ(tiny.sink.count_events("not_finite"), 3);
    EXPECT_EQ(tiny.sink.count_events("not_finite_stop"), 1);
    const auto steps = tiny.sink.trained("vrl");
    EXPECT_EQ(steps.back().step, 7);
    EXPECT_EQ(test::metric(steps.back(), "skipped_updates"), 1.0);
}

TEST(NanGuard, ASoundStepBetweenStartsTheCountAgain) {
    TinyRun tiny;
    tiny.recipe.stages = {tiny_vrl("grpo", 12)};
    RunContext context = tiny.context();
    model::CausalLm lm = tiny_model();
    RlStage stage(context, tiny.recipe.stages[0], lm);
    StageSession session(context, tiny.recipe.stages[0], stage, 12);
    for (const char* bad : {"loss", "loss", "", "loss", "loss", ""}) {
        EXPECT_TRUE(session.observe_update(1, bad));
    }
    EXPECT_EQ(tiny.sink.count_events("not_finite"), 4);
    EXPECT_EQ(tiny.sink.count_events("not_finite_stop"), 0);
}

}  // namespace
}  // namespace veritune::train
