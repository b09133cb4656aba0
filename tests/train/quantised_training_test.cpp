// SPDX-License-Identifier: Apache-2.0
// Every trainer on a quantised base, against the same model in 32 bits, and a whole run.
#include "core/eval/heldout_evaluator.h"
#include "core/quant/dequantise.h"
#include "core/rollout/quantised_base.h"
#include "core/train/critic.h"
#include "core/train/sft_trainer.h"
#include "tests/quant/tiny_folder.h"
#include "tests/train/chain_set.h"

#include <ATen/ATen.h>

#include <optional>

namespace veritune::train {
namespace {

using test::metric;

class QuantisedTraining : public quant::test::QuantTest {
  protected:
    static constexpr model::LoraShape kLora{.r = 8, .scale = 2.0};

    void SetUp() override {
        config_ = model::demo_config();
        config_.hidden_size = 128;
        config_.intermediate_size = 192;
        config_.num_hidden_layers = 2;
        config_.head_dim = 64;
        config_.tie_word_embeddings = false;
        config_.dtype = model::DType::kBF16;
        make_source(config_);
        ASSERT_TRUE(quantise().has_value());
    }
    model::CausalLm on_base() {
        auto loaded = rollout::QuantisedModel::load(
            *fs_,
            dir_.file("model"),
            {.vocab = config_.vocab_size, .adapter = {}, .allow_card = false});
        VT_CHECK(loaded.has_value());
        return model::CausalLm::on_base(
            config_, std::make_shared<rollout::QuantisedBase>(std::move(*loaded)), kLora, 7);
    }
    model::CausalLm in_32_bits() {
        const auto files = quant::QuantModel::open(*fs_, dir_.file("model"));
        VT_CHECK(files.has_value());
        quant::test::Tensors tensors;
        VT_CHECK(quant::visit_tensors(*files, [&](const std::string& name, auto values) {
                     tensors[name].assign(values.begin(), values.end());
                     return util::Status();
                 }).has_value());
        const std::string folder = dir_.file("dequantised-" + std::to_string(folders_++));
        quant::test::write_folder(*fs_, folder, config_, tensors, model::DType::kF32, 1);
        auto lm = model::CausalLm::load(*fs_, folder, model::Trainable::kLora, kLora, 7);
        VT_CHECK(lm.has_value());
        return std::move(*lm);
    }
    /// Both with the same adapter, whose B is no longer zero.
    std::pair<model::CausalLm, model::CausalLm> both() {
        model::CausalLm quantised = on_base();
        model::CausalLm plain = in_32_bits();
        at::manual_seed(3);
        const at::Tensor noise = at::randn_like(plain.parameters().flat()).mul_(0.03);
        plain.parameters().flat().add_(noise);
        quantised.copy_values_from(plain);
        return {std::move(quantised), std::move(plain)};
    }

    model::ModelConfig config_;
    int folders_ = 0;
};

TEST_F(QuantisedTraining, SftFollowsTheSameLossesAsIn32Bits) {
    auto [quantised, plain] = both();
    util::Rng rng(1, util::RngStream::kTest);
    std::vector<SftExample> examples;
    for (int i = 0; i < 8; ++i) {
        examples.push_back({random_ids(rng, 2 + i % 3), random_ids(rng, 3 + i)});
    }
    const SftConfig config{.max_steps = 12,
                           .per_device_train_batch_size = 8,
                           .max_length = 40,
                           .optimizer = tiny_optimizer(5e-3)};
    AdamW quantised_adam(quantised.parameters());
    AdamW plain_adam(plain.parameters());
    SftTrainer ours(quantised, quantised_adam, config, examples, 1);
    SftTrainer theirs(plain, plain_adam, config, examples, 1);
    for (std::int64_t step = 1; step <= 12; ++step) {
        const auto got = ours.step(step);
        const auto expected = theirs.step(step);
        ASSERT_TRUE(got.has_value()) << to_string(got.error());
        ASSERT_TRUE(expected.has_value());
        EXPECT_NEAR(got->loss, expected->loss, 0.03) << step;
        EXPECT_NEAR(got->grad_norm, expected->grad_norm, 0.05 * expected->grad_norm) << step;
        EXPECT_EQ(got->target_tokens, expected->target_tokens);
        EXPECT_GT(got->grad_norm, 0.0);
    }
}

TEST_F(QuantisedTraining, PolicyUpdatesPointWhereThoseOf32BitsDo) {
    for (const char* algorithm : {"ppo", "grpo", "raft"}) {
        auto [quantised, plain] = both();
        const PolicyConfig config = plain_policy(algorithm);
        const ChainSet set = random_chains(3, 4, 5);
        const at::Tensor values = std::string(algorithm) == "ppo" ? 0.3 * set.mask() : at::Tensor();
        at::Tensor gradients[2];
        for (int i = 0; i < 2; ++i) {
            model::CausalLm& policy = i == 0 ? quantised : plain;
            PolicyTrainer trainer(policy, config, 1);
            const auto update = trainer.step(train_batch(trainer, policy, config, set, values), 1);
            ASSERT_TRUE(update.has_value()) << to_string(update.error());
            EXPECT_TRUE(update->updated);
            gradients[i] = first_gradient(trainer, config);
        }
        EXPECT_LE(relative_difference(gradients[0], gradients[1]), 0.05) << algorithm;
    }
}

TEST_F(QuantisedTraining, TheCriticLearnsAndThePolicyStays) {
    model::CausalLm policy = on_base();
    const at::Tensor before = policy.parameters().flat().clone();
    PolicyConfig config = plain_policy("ppo");
    config.critic_learning_rate = 2e-2;
    const ChainSet set = random_chains(3, 4, 5);
    Critic critic(policy, config, 1);
    const std::vector<ChainRef> refs = set.refs();
    const at::Tensor returns = 0.9 * set.mask();
    double loss = 0;
    for (std::int64_t step = 1; step <= 8; ++step) {
        const at::Tensor values = critic.values(refs, set.chains(), set.length());
        const auto stats = critic.update(
            refs, {.returns = returns, .token_mask = set.mask(), .old_values = values}, step);
        ASSERT_TRUE(stats.has_value()) << to_string(stats.error());
        if (step == 1) {
            EXPECT_NEAR(stats->value_loss, 0.5 * 0.4 * 0.4, 0.05);
        }
        loss = stats->value_loss;
    }
    EXPECT_LT(loss, 0.03);
    EXPECT_TRUE(bit_equal(policy.parameters().flat(), before));
}

TEST_F(QuantisedTraining, AFailingPassLeavesWeightsAndMomentsAlone) {
    model::CausalLm policy = on_base();
    const PolicyConfig config = plain_policy("raft");
    ChainSet set = random_chains(2, 2, 5);
    PolicyTrainer trainer(policy, config, 1);
    TrainBatch batch = train_batch(trainer, policy, config, set, {});
    set.completions[0][0][0] = 500;  // an id that the model lacks
    set.completions[0][1][0] = 500;
    set.completions[1][0][0] = 500;
    set.completions[1][1][0] = 500;
    const at::Tensor before = policy.parameters().flat().clone();
    const auto update = trainer.step(batch, 1);
    ASSERT_FALSE(update.has_value());
    EXPECT_EQ(update.error().code, util::ErrorCode::kInvalidArgument);
    EXPECT_TRUE(bit_equal(policy.parameters().flat(), before));
    EXPECT_EQ(trainer.optimizer().steps(), 0);
    EXPECT_EQ(policy.parameters().flat_grad().abs().max().item<float>(), 0.0F);
}

/// One problem: a tiny random model will hardly solve it, but every stage runs.
void make_easy(TinyRun& tiny) {
    tiny.problems.resize(1);
    tiny.demonstrations.resize(1);
    StageConfig cold = tiny_cold_start(25);
    cold.sft.per_device_train_batch_size = 1;
    cold.sft.optimizer = tiny_optimizer(2e-2);
    StageConfig vrl = tiny_vrl("ppo", 2);
    vrl.vrl.prompts_per_step = 1;
    vrl.vrl.num_generations = 8;
    StageConfig rft = tiny_rejection(2);
    rft.rejection.prompts = 1;
    rft.rejection.num_generations = 8;
    rft.rejection.sft.per_device_train_batch_size = 1;
    tiny.recipe.stages = {cold, vrl, rft};
}

TEST_F(QuantisedTraining, AllStagesRunAndGiveTheSameAdapterAgain) {
    at::Tensor adapters[2];
    for (at::Tensor& adapter : adapters) {
        TinyRun tiny;
        make_easy(tiny);
        model::CausalLm policy = on_base();
        const at::Tensor start = policy.parameters().flat().clone();
        const auto end = tiny.run(policy);
        ASSERT_TRUE(end.has_value()) << to_string(end.error());
        EXPECT_EQ(*end, StageEnd::kDone);
        adapter = policy.parameters().flat().clone();
        EXPECT_FALSE(bit_equal(adapter, start));
        const auto steps = tiny.sink.trained("vrl");
        ASSERT_EQ(steps.size(), 2U);
        for (const auto& step : steps) {
            EXPECT_EQ(metric(step, "policy/updated"), metric(step, "reward") > 0.0 ? 1.0 : 0.0);
        }
        EXPECT_GE(metric(steps[0], "loss/value_avg"), 0.0);
        EXPECT_TRUE(tiny.exists(tiny.checkpoint("rft-final/adapter_model.safetensors")));
        const auto saved = model::read_adapter(*tiny.fs, tiny.checkpoint("rft-final"));
        ASSERT_TRUE(saved.has_value()) << to_string(saved.error());
        EXPECT_TRUE(model::check_adapter(config_, *saved).has_value());
    }
    EXPECT_TRUE(bit_equal(adapters[0], adapters[1])) << "one seed, one adapter";
}

}  // namespace
}  // namespace veritune::train
