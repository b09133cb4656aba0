// SPDX-License-Identifier: Apache-2.0
#include "core/train/sft_trainer.h"

#include "core/model/lm_head.h"
#include "core/rollout/rollout_engine.h"
#include "core/train/sft_stage.h"
#include "tests/train/tiny_run.h"

#include <ATen/ATen.h>

#include <gmock/gmock.h>

#include <cmath>
#include <set>

namespace veritune::train {
namespace {

using ::testing::HasSubstr;

constexpr std::int32_t kEos = 1;

/// Different lengths, so that a count of target tokens tells which examples were in a batch.
std::vector<SftExample> examples(std::size_t count) {
    util::Rng rng(1, util::RngStream::kTest);
    const auto ids = [&](std::size_t n) {
        Ids list;
        for (std::size_t i = 0; i < n; ++i)
            list.push_back(static_cast<std::int32_t>(2 + rng.below(34)));
        return list;
    };
    std::vector<SftExample> list;
    for (std::size_t i = 0; i < count; ++i) {
        SftExample example{ids(2 + i % 3), ids(3 + i)};
        example.completion.back() = kEos;
        list.push_back(std::move(example));
    }
    return list;
}

SftConfig config_of(std::int64_t batch) {
    SftConfig config{.max_steps = 100,
                     .per_device_train_batch_size = batch,
                     .max_length = 40,
                     .optimizer = tiny_optimizer(1e-2)};
    config.optimizer.max_grad_norm = 0.0;
    return config;
}

TEST(SftTrainer, OverfitsEightExamplesAndEndsThemWithEos) {
    model::CausalLm lm = tiny_model();
    AdamW optimizer(lm.parameters());
    const std::vector<SftExample> list = examples(8);
    SftTrainer trainer(lm, optimizer, config_of(8), list, 1);
    SftStepStats stats;
    const double first = trainer.step(1).value().loss;
    EXPECT_NEAR(first, std::log(36.0), 1.0) << "a fresh model knows nothing";
    for (std::int64_t step = 2; step <= 200; ++step) stats = trainer.step(step).value();
    EXPECT_LT(stats.loss, 0.05);
    EXPECT_GT(stats.token_accuracy, 0.95);
    rollout::RolloutEngine engine(lm);
    for (const SftExample& example : list) {
        const auto group =
            engine
                .generate({example.prompt},
                          1,
                          {.temperature = 0.0, .max_completion_length = 30, .eos_ids = {kEos}})
                .value();
        EXPECT_EQ(group[0].completions[0].tokens, example.completion);
        EXPECT_EQ(group[0].completions[0].finish_reason, rollout::FinishReason::kStop);
    }
}

TEST(SftTrainer, TheLossIsTheMeanOverCompletionTokensOfTheBatch) {
    model::CausalLm lm = tiny_model();
    AdamW optimizer(lm.parameters());
    const std::vector<SftExample> list = examples(4);
    double sum = 0.0;
    std::int64_t targets = 0;
    for (const SftExample& example : list) {
        Ids ids = example.prompt;
        ids.insert(ids.end(), example.completion.begin(), example.completion.end());
        model::PackedBatch batch;
        batch.add_example(ids);
        model::Activations acts;
        lm.forward(batch, acts, false);
        at::Tensor logits = at::empty({batch.rows(), 36}, at::kFloat);
        lm.logits(acts.hidden(), logits);
        const at::Tensor lp = logits.to(at::kDouble).log_softmax(-1);
        for (std::size_t t = example.prompt.size(); t < ids.size(); ++t, ++targets)
            sum -= lp[static_cast<std::int64_t>(t) - 1][ids[t]].item<double>();
    }
    SftTrainer trainer(lm, optimizer, config_of(4), list, 1);
    const SftStepStats stats = trainer.step(1).value();
    EXPECT_EQ(stats.target_tokens, targets) << "EOS counts as a target, the prompt does not";
    EXPECT_NEAR(stats.loss, sum / static_cast<double>(targets), 1e-5);
}

TEST(SftTrainer, CountsThePromptWhereTheRecipeWantsIt) {
    model::CausalLm lm = tiny_model();
    AdamW optimizer(lm.parameters());
    SftConfig config = config_of(2);
    config.completion_only_loss = false;
    std::vector<SftExample> list{{{5, 6, 7}, {8, kEos}}, {{5}, {8, 9, kEos}}};
    SftTrainer trainer(lm, optimizer, config, list, 1);
    EXPECT_EQ(trainer.step(1).value().target_tokens, 4 + 3) << "all but the first token";
}

TEST(SftTrainer, DropsAndCountsWhatIsTooLongInsteadOfCuttingIt) {
    model::CausalLm lm = tiny_model();
    AdamW optimizer(lm.parameters());
    SftConfig config = config_of(4);
    config.max_length = 6;
    std::vector<SftExample> list{
        {{2, 3}, {4, 5, 6, kEos}}, {{2, 3}, {4, 5, 6, 7, kEos}}, {{}, {4, kEos}}, {{2}, {}}};
    SftTrainer trainer(lm, optimizer, config, list, 1);
    EXPECT_EQ(trainer.examples(), 1) << "exactly max_length fits";
    EXPECT_EQ(trainer.dropped(), 3);
    config.max_length = 3;
    config.max_steps = 0;
    SftTrainer none(lm, optimizer, config, {{{2, 3}, {4, 5}}}, 1);
    EXPECT_EQ(none.total_steps(), 0);
    EXPECT_EQ(none.dropped(), 1);
}

TEST(SftTrainer, ABatchIsAFunctionOfItsStepAlone) {
    const auto at_step = [](const std::vector<std::int64_t>& steps, const at::Tensor& weights) {
        model::CausalLm lm = tiny_model();
        AdamW optimizer(lm.parameters());
        SftTrainer trainer(lm, optimizer, config_of(3), examples(8), 1);
        SftStepStats stats;
        for (const std::int64_t step : steps) {
            lm.parameters().flat().copy_(weights);
            stats = trainer.step(step).value();
        }
        return stats;
    };
    const at::Tensor weights = tiny_model(4).parameters().flat().clone();
    const SftStepStats after_others = at_step({1, 2, 9, 3, 7}, weights);
    const SftStepStats alone = at_step({7}, weights);
    EXPECT_EQ(after_others.loss, alone.loss);
    EXPECT_EQ(after_others.grad_norm, alone.grad_norm);
    EXPECT_NE(at_step({6}, weights).loss, alone.loss);
}

TEST(SftTrainer, AnEpochShowsEveryExampleOnce) {
    model::CausalLm lm = tiny_model();
    AdamW optimizer(lm.parameters());
    SftTrainer trainer(lm, optimizer, config_of(1), examples(6), 2);
    for (int epoch = 0; epoch < 3; ++epoch) {
        std::set<std::int64_t> seen;
        for (int i = 1; i <= 6; ++i) seen.insert(trainer.step(epoch * 6 + i).value().target_tokens);
        EXPECT_EQ(seen.size(), 6U) << "every example has its own length";
    }
}

TEST(SftTrainer, TakesItsLengthFromEpochsOrSteps) {
    model::CausalLm lm = tiny_model();
    AdamW optimizer(lm.parameters());
    SftConfig config = config_of(4);
    EXPECT_EQ(SftTrainer(lm, optimizer, config, examples(9), 1).total_steps(), 100);
    config.max_steps = 0;
    config.num_train_epochs = 2.5;
    EXPECT_EQ(SftTrainer(lm, optimizer, config, examples(9), 1).total_steps(), 8)
        << "ceil(3 x 2.5)";
}

TEST(SftTrainer, PackingChangesNothing) {
    std::vector<at::Tensor> gradients;
    std::vector<double> losses;
    for (const bool packing : {true, false}) {
        model::CausalLm lm = tiny_model();
        AdamW optimizer(lm.parameters());
        SftConfig config = config_of(8);
        config.packing = packing;
        SftTrainer trainer(lm, optimizer, config, examples(8), 1);
        losses.push_back(trainer.step(1).value().loss);
        gradients.push_back(optimizer.first_moment().clone());
    }
    EXPECT_NEAR(losses[0] / losses[1], 1.0, 1e-6);
    EXPECT_LT(relative_difference(gradients[0], gradients[1]), 1e-6);
}

TEST(SftTrainer, ALearningRateOfZeroLeavesEveryBit) {
    model::CausalLm lm = tiny_model();
    AdamW optimizer(lm.parameters());
    SftConfig config = config_of(4);
    config.optimizer.learning_rate = 0.0;
    config.optimizer.weight_decay = 0.1;
    SftTrainer trainer(lm, optimizer, config, examples(8), 1);
    for (int step = 1; step <= 3; ++step) ASSERT_TRUE(trainer.step(step));
    EXPECT_TRUE(bit_equal(lm.parameters().flat(), tiny_model().parameters().flat()));
}

TEST(SftTrainer, ANaNIsSkippedAndReported) {
    model::CausalLm lm = tiny_model();
    AdamW optimizer(lm.parameters());
    SftTrainer trainer(lm, optimizer, config_of(4), examples(8), 1);
    ASSERT_TRUE(trainer.step(1));
    lm.parameters().flat()[100] = NAN;
    const at::Tensor before = lm.parameters().flat().clone();
    const at::Tensor m = optimizer.first_moment().clone();
    EXPECT_TRUE(trainer.step(2).value().skipped);
    EXPECT_TRUE(bit_equal(lm.parameters().flat(), before));
    EXPECT_TRUE(bit_equal(optimizer.first_moment(), m));
}

TEST(SftTrainer, AnAdapterLearnsWithoutTouchingItsBase) {
    model::CausalLm lm = tiny_lora();
    const at::Tensor base = base_weights(lm).clone();
    AdamW optimizer(lm.parameters());
    SftTrainer trainer(lm, optimizer, config_of(8), examples(8), 1);
    const double first = trainer.step(1).value().loss;
    double last = 0.0;
    for (int step = 2; step <= 60; ++step) last = trainer.step(step).value().loss;
    EXPECT_LT(last, first - 0.3);
    EXPECT_TRUE(bit_equal(base_weights(lm), base));
}

TEST(SftTrainer, FollowsTheScheduleAndTheGuardsFactor) {
    model::CausalLm lm = tiny_model();
    AdamW optimizer(lm.parameters());
    SftConfig config = config_of(4);
    config.optimizer.warmup_steps = 10;
    SftTrainer trainer(lm, optimizer, config, examples(8), 1);
    EXPECT_DOUBLE_EQ(trainer.step(1).value().learning_rate, 1e-3);
    trainer.set_learning_rate_factor(0.5);
    EXPECT_DOUBLE_EQ(trainer.step(20).value().learning_rate, 5e-3);
}

TEST(EncodeDemonstrations, NamesTheProblemWithoutASolution) {
    TinyRun tiny;
    const auto list = encode_demonstrations(tiny.format, tiny.demonstrations);
    ASSERT_TRUE(list.has_value());
    EXPECT_EQ(list->size(), tiny.demonstrations.size());
    for (const SftExample& example : *list) EXPECT_EQ(example.completion.back(), kEos);
    tiny.demonstrations[3].solution.clear();
    const auto refused = encode_demonstrations(tiny.format, tiny.demonstrations);
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().message, HasSubstr(tiny.demonstrations[3].id));
}

}  // namespace
}  // namespace veritune::train
