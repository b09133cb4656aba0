// SPDX-License-Identifier: Apache-2.0
// Whole runs on a tiny model: the four types of stages, and a resume that equals no interruption.
#include "core/train/pipeline.h"

#include "core/eval/heldout_evaluator.h"
#include "core/train/checkpoint.h"
#include "tests/train/tiny_run.h"

#include <ATen/ATen.h>

#include <gmock/gmock.h>

#include <fstream>

namespace veritune::train {
namespace {

using test::metric;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A real evaluation of the tiny held-out problems.
Evaluate real_evaluation(TinyRun& tiny) {
    return [&tiny](const model::CausalLm& lm,
                   const StageConfig& stage,
                   HeldoutKind kind,
                   std::stop_token stop) -> util::Result<HeldoutResult> {
        ++(kind == HeldoutKind::kFinal ? tiny.final_evaluations : tiny.guard_evaluations);
        VT_ASSIGN(const eval::HeldoutResult measured,
                  eval::evaluate_heldout(lm,
                                         tiny.format,
                                         tiny.pool,
                                         tiny.heldout,
                                         {.num_samples = stage.eval.num_samples,
                                          .greedy = stage.eval.greedy,
                                          .max_prompt_length = 16,
                                          .max_completion_length = 16,
                                          .seed = tiny.recipe.seed},
                                         stop));
        HeldoutResult result;
        result.score.correct = measured.correct;
        result.score.samples = measured.samples;
        result.metrics = measured.metrics();
        result.summary = {{"pass@1", measured.pass1.estimate}};
        result.chains = measured.chains;
        return result;
    };
}

struct ResumeCase {
    const char* name;
    StageConfig stage;
    bool warm;
    std::vector<std::int64_t> stops;
};

class PipelineResume : public ::testing::TestWithParam<int> {
  protected:
    static ResumeCase resume_case(int index) {
        StageConfig cold = tiny_cold_start(9);
        cold.save_steps = 4;
        StageConfig ppo = tiny_vrl("ppo", 5);
        StageConfig grpo = tiny_vrl("grpo", 5);
        grpo.vrl.num_iterations = 2;
        grpo.vrl.num_mini_batches = 2;
        grpo.vrl.verdicts = "random";  // its mean is state, too
        StageConfig rft = tiny_rejection(3);
        rft.rejection.rounds = 2;
        rft.rejection.sft_from = "base";
        switch (index) {
            case 0:
                return {"cold_start", cold, false, {1, 6}};
            case 1:
                return {"ppo", ppo, true, {1, 3}};
            case 2:
                return {"grpo", grpo, true, {2}};
            default:
                return {"rejection_sampling", rft, true, {1, 2, 4, 5, 6}};
        }
    }
    /// The tested stage comes second, so that it does not start from the base that an SFT starts
    /// from.
    static void set_up(TinyRun& tiny, const ResumeCase& c) {
        StageConfig first = tiny_cold_start(2);
        first.id = "first";
        first.sft.optimizer.learning_rate = 1e-4;
        tiny.recipe.stages = {first, c.stage};
        tiny.recipe.stages[1].start_from = "first";
    }
    static model::CausalLm start(const ResumeCase& c) {
        return c.warm ? warm_model() : tiny_model();
    }
    static std::vector<std::string> hashes(const TinyRun& tiny, const std::string& stage) {
        std::vector<std::string> list;
        for (const data::StepRecord& record : tiny.sink.trained(stage))
            list.push_back(record.state_hash);
        return list;
    }
    static std::string final_hash(const TinyRun& tiny, const std::string& stage) {
        const auto text = tiny.fs->read(tiny.checkpoint(stage + "-final/manifest.json"), 1 << 20);
        return util::parse_json(text.value(), "manifest.json").value()["state_hash"];
    }
};

TEST_P(PipelineResume, EqualsNoInterruptionBitForBit) {
    const ResumeCase c = resume_case(GetParam());
    const std::string& id = c.stage.id;
    TinyRun whole;
    set_up(whole, c);
    model::CausalLm expected = start(c);
    ASSERT_EQ(whole.run(expected).value(), StageEnd::kDone);
    for (const std::int64_t stop : c.stops) {
        TinyRun tiny;
        set_up(tiny, c);
        tiny.stop_after(id, stop);
        {
            model::CausalLm policy = start(c);
            ASSERT_EQ(tiny.run(policy).value(), StageEnd::kStopped) << c.name << stop;
        }
        tiny.go_on();
        ASSERT_EQ(std::ssize(tiny.sink.trained(id)), stop);
        model::CausalLm policy = start(c);  // a new process: the model as loaded
        ASSERT_EQ(tiny.run(policy, {{"first", "done"}, {id, "stopped"}}).value(), StageEnd::kDone)
            << c.name;
        EXPECT_EQ(hashes(tiny, id), hashes(whole, id)) << c.name << " stopped after " << stop;
        EXPECT_EQ(final_hash(tiny, id), final_hash(whole, id))
            << c.name << " stopped after " << stop;
        EXPECT_TRUE(bit_equal(policy.parameters().flat(), expected.parameters().flat()));
        EXPECT_EQ(tiny.sink.stages.back().summary["samples"],
                  whole.sink.stages.back().summary["samples"]);
    }
}
INSTANTIATE_TEST_SUITE_P(Stages, PipelineResume, ::testing::Range(0, 4), [](const auto& info) {
    return std::string(
        std::array{"ColdStart", "Ppo", "Grpo", "Rejection"}[static_cast<std::size_t>(info.param)]);
});

TEST(Pipeline, RunsAllFourTypesOfStagesAndStoresThem) {
    TinyRun tiny;
    tiny.evaluate = real_evaluation(tiny);
    StageConfig before{.id = "before", .type = "evaluate"};
    StageConfig vrl = tiny_vrl("ppo", 4);
    vrl.start_from = "cold_start";
    vrl.eval.eval_steps = 2;
    vrl.eval.on_heldout_fall = "off";
    StageConfig rft = tiny_rejection(4);
    rft.rejection.sft_from = "cold_start";
    tiny.recipe.stages = {before, tiny_cold_start(90), vrl, rft};
    model::CausalLm policy = tiny_model();
    ASSERT_EQ(tiny.run(policy).value(), StageEnd::kDone);
    for (const char* id : {"before", "cold_start", "vrl", "rft"})
        EXPECT_EQ(tiny.sink.state_of(id), "done") << id;
    EXPECT_EQ(tiny.final_evaluations, 4);
    EXPECT_EQ(tiny.guard_evaluations, 3)
        << "before the first step of vrl, after the second and the fourth";
    EXPECT_EQ(tiny.sink.trained("cold_start").size(), 90U);
    EXPECT_EQ(tiny.sink.trained("vrl").size(), 4U);
    EXPECT_EQ(tiny.sink.trained("rft").size(), 5U);
    for (const char* id : {"cold_start", "vrl", "rft"})
        EXPECT_TRUE(tiny.exists(tiny.checkpoint(std::string(id) + "-final/model.safetensors")))
            << id;
    const data::StepRecord& first = tiny.sink.steps[0];
    EXPECT_EQ(first.stage, "before");
    EXPECT_EQ(metric(first, "heldout/pass@1"), 0.0);
    EXPECT_FALSE(first.chains.empty());
    EXPECT_EQ(tiny.sink.stages[3].stage, "cold_start");
    EXPECT_TRUE(tiny.sink.stages[3].summary.contains("pass@1"));
    EXPECT_GT(tiny.stage_cpu_seconds["vrl"], 0.0);
    EXPECT_LT(metric(tiny.sink.trained("cold_start").back(), "loss"), 1.0);
    EXPECT_THAT(tiny.sink.phases,
                ::testing::IsSupersetOf({"generate", "verify", "update", "evaluate", "save"}));
    const auto final_policy = model::CausalLm::load(
        *tiny.fs, tiny.checkpoint("rft-final"), model::Trainable::kFull, {}, 1);
    ASSERT_TRUE(final_policy.has_value());
    EXPECT_TRUE(bit_equal(final_policy->parameters().flat(), policy.parameters().flat()));
}

TEST(Pipeline, TrainsAnAdapterThroughAllStages) {
    TinyRun tiny;
    model::CausalLm policy = tiny_lora();
    {
        // A base that proves something, so that the adapter has a start.
        model::CausalLm warm = warm_model();
        const auto from = warm.named_tensors();
        for (auto& [name, tensor] : policy.named_tensors()) tensor.copy_(from.at(name));
    }
    const at::Tensor base = base_weights(policy).clone();
    StageConfig rft = tiny_rejection(2);
    rft.rejection.sft_from = "cold_start";
    StageConfig cold = tiny_cold_start(3);
    cold.sft.optimizer.learning_rate = 1e-3;
    tiny.recipe.stages = {cold, tiny_vrl("ppo", 2), rft};
    ASSERT_EQ(tiny.run(policy).value(), StageEnd::kDone);
    EXPECT_TRUE(bit_equal(base_weights(policy), base));
    EXPECT_TRUE(tiny.exists(tiny.checkpoint("vrl-final/adapter_model.safetensors")));
    EXPECT_FALSE(tiny.exists(tiny.checkpoint("vrl-final/model.safetensors")))
        << "the base is not copied";
}

TEST(Pipeline, EvaluationNeverMovesTraining) {
    std::vector<at::Tensor> weights;
    std::vector<std::string> hashes;
    for (const std::int64_t every : {0, 1}) {
        TinyRun tiny;
        tiny.evaluate = real_evaluation(tiny);
        StageConfig vrl = tiny_vrl("ppo", 4);
        vrl.eval.eval_steps = every;
        vrl.eval.on_heldout_fall = "off";
        tiny.recipe.stages = {vrl};
        model::CausalLm policy = warm_model();
        ASSERT_TRUE(tiny.run(policy).has_value());
        EXPECT_EQ(tiny.guard_evaluations, every == 0 ? 0 : 5);
        weights.push_back(policy.parameters().flat().clone());
        hashes.push_back(tiny.sink.trained("vrl").back().state_hash);
    }
    EXPECT_TRUE(bit_equal(weights[0], weights[1]));
    EXPECT_EQ(hashes[0], hashes[1]);
}

TEST(Pipeline, TheSameRecipeGivesTheSameRun) {
    std::vector<std::string> hashes;
    for (const std::uint64_t seed : {3, 3, 4}) {
        TinyRun tiny;
        tiny.recipe.seed = seed;
        tiny.recipe.stages = {tiny_vrl("ppo", 3)};
        model::CausalLm policy = warm_model();
        ASSERT_TRUE(tiny.run(policy).has_value());
        hashes.push_back(tiny.sink.trained("vrl").back().state_hash);
    }
    EXPECT_EQ(hashes[0], hashes[1]);
    EXPECT_NE(hashes[0], hashes[2]);
}

TEST(Pipeline, ALearningRateOfZeroLeavesThePolicy) {
    TinyRun tiny;
    StageConfig vrl = tiny_vrl("ppo", 3);
    vrl.vrl.optimizer.learning_rate = 0.0;
    tiny.recipe.stages = {vrl};
    model::CausalLm policy = warm_model();
    ASSERT_TRUE(tiny.run(policy).has_value());
    EXPECT_TRUE(bit_equal(policy.parameters().flat(), warm_weights()));
}

TEST(Pipeline, AStageStartsWhereTheRecipeSays) {
    TinyRun tiny;
    StageConfig first = tiny_cold_start(2);
    StageConfig second = tiny_cold_start(2);
    second.id = "again";
    second.start_from = "base";
    tiny.recipe.stages = {first, second};
    model::CausalLm policy = tiny_model();
    ASSERT_TRUE(tiny.run(policy).has_value());
    EXPECT_EQ(tiny.sink.trained("cold_start").back().state_hash,
              tiny.sink.trained("again").back().state_hash)
        << "the same stage from the same start";
    tiny.recipe.stages[1].start_from = "cold_start";
    tiny.sink = {};
    policy.parameters().flat().copy_(tiny_model().parameters().flat());
    ASSERT_TRUE(tiny.run(policy).has_value());
    EXPECT_NE(tiny.sink.trained("cold_start").back().state_hash,
              tiny.sink.trained("again").back().state_hash);
}

TEST(Pipeline, DoesNotRepeatFinishedStages) {
    TinyRun tiny;
    tiny.recipe.stages = {tiny_cold_start(3), tiny_vrl("grpo", 2)};
    model::CausalLm policy = warm_model();
    ASSERT_TRUE(tiny.run(policy).has_value());
    const std::string last = tiny.sink.trained("vrl").back().state_hash;
    tiny.sink = {};
    model::CausalLm loaded = warm_model();
    ASSERT_EQ(tiny.run(loaded, {{"cold_start", "done"}}).value(), StageEnd::kDone);
    EXPECT_TRUE(tiny.sink.trained("cold_start").empty());
    EXPECT_EQ(tiny.sink.trained("vrl").back().state_hash, last)
        << "from the final checkpoint of the cold start";
    tiny.sink = {};
    ASSERT_EQ(tiny.run(loaded, {{"cold_start", "done"}, {"vrl", "rolled_back"}}).value(),
              StageEnd::kDone);
    EXPECT_TRUE(tiny.sink.steps.empty());
}

TEST(Pipeline, ADamagedFinalCheckpointIsAnErrorNotAGuess) {
    TinyRun tiny;
    tiny.recipe.stages = {tiny_cold_start(2), tiny_vrl("grpo", 2)};
    model::CausalLm policy = warm_model();
    ASSERT_TRUE(tiny.run(policy).has_value());
    { std::ofstream(tiny.checkpoint("cold_start-final/state.safetensors"), std::ios::app) << "x"; }
    const auto refused = tiny.run(policy, {{"cold_start", "done"}});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, util::ErrorCode::kCorruptData);
}

TEST(Pipeline, ARollBackHandsTheBestPolicyOn) {
    TinyRun tiny;
    int calls = 0;
    tiny.evaluate = [&](const model::CausalLm&, const StageConfig&, HeldoutKind, std::stop_token) {
        const double scores[] = {0.5, 0.7, 0.2, 0.7};
        return util::Result<HeldoutResult>(TinyRun::score(scores[std::min(calls++, 3)]));
    };
    StageConfig vrl = tiny_vrl("grpo", 6);
    vrl.eval.eval_steps = 1;
    tiny.recipe.stages = {vrl};
    model::CausalLm policy = warm_model();
    ASSERT_EQ(tiny.run(policy).value(), StageEnd::kDone) << "the run goes on with what was best";
    EXPECT_EQ(tiny.sink.state_of("vrl"), "rolled_back");
    EXPECT_EQ(tiny.sink.trained("vrl").size(), 2U);
    EXPECT_EQ(tiny.sink.count_events("roll_back_and_stop"), 1);
    const auto best = load_policy_weights(*tiny.fs, tiny.checkpoint("vrl-000001"));
    ASSERT_TRUE(best.has_value());
    EXPECT_TRUE(bit_equal(policy.parameters().flat(), *best));
}

TEST(Pipeline, AFallInSftHalvesTheRateOfItsSteps) {
    TinyRun tiny;
    int calls = 0;
    tiny.evaluate = [&](const model::CausalLm&, const StageConfig&, HeldoutKind, std::stop_token) {
        return util::Result<HeldoutResult>(TinyRun::score(calls++ == 1 ? 0.2 : 0.7));
    };
    StageConfig cold = tiny_cold_start(4);
    cold.eval.eval_steps = 1;
    cold.eval.on_heldout_fall = "halve_lr_and_continue";
    tiny.recipe.stages = {cold};
    model::CausalLm policy = tiny_model();
    ASSERT_EQ(tiny.run(policy).value(), StageEnd::kDone);
    std::vector<double> rates;
    for (const data::StepRecord& record : tiny.sink.trained("cold_start"))
        rates.push_back(metric(record, "learning_rate"));
    EXPECT_THAT(rates, ElementsAre(1e-2, 1e-2, 5e-3, 5e-3));
}

TEST(Pipeline, CancelDropsTheUnfinishedStep) {
    TinyRun tiny;
    tiny.recipe.stages = {tiny_vrl("grpo", 50)};
    tiny.sink.on_step = [&](const data::StepRecord& record) {
        if (record.step == 2) tiny.control.cancel.request_stop();
    };
    model::CausalLm policy = warm_model();
    const auto end = tiny.run(policy);
    ASSERT_FALSE(end.has_value());
    EXPECT_EQ(end.error().code, util::ErrorCode::kCancelled);
    EXPECT_EQ(tiny.sink.steps.size(), 2U);
}

TEST(Pipeline, WhatCannotBeStoredStopsTheRun) {
    TinyRun tiny;
    tiny.recipe.stages = {tiny_cold_start(5)};
    tiny.sink.fail_step = 3;
    model::CausalLm policy = tiny_model();
    const auto end = tiny.run(policy);
    ASSERT_FALSE(end.has_value());
    EXPECT_EQ(end.error().code, util::ErrorCode::kDiskFull);
    EXPECT_EQ(tiny.sink.steps.size(), 2U);
}

TEST(Pipeline, SaysWhenNoDemonstrationIsLeft) {
    TinyRun tiny;
    StageConfig cold = tiny_cold_start(2);
    cold.sft.max_length = 3;
    tiny.recipe.stages = {cold};
    model::CausalLm policy = tiny_model();
    const auto end = tiny.run(policy);
    ASSERT_FALSE(end.has_value());
    EXPECT_THAT(end.error().message, HasSubstr("max_length"));
    EXPECT_EQ(end.error().context, "cold_start");
}

}  // namespace
}  // namespace veritune::train
