// SPDX-License-Identifier: Apache-2.0
// Every trainer on a quantised base, against the same model in 32 bits, and a whole run.
#include "core/eval/heldout_evaluator.h"
#include "core/model/lm_head.h"
#include "core/quant/dequantise.h"
#include "core/rollout/quantised_base.h"
#include "core/train/critic.h"
#include "core/train/sft_stage.h"
#include "tests/quant/tiny_folder.h"
#include "tests/train/chain_set.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstdlib>
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
    /// On the card of a machine that is asked to.
    static bool on_card() { return std::getenv("VERITUNE_TEST_CARD") != nullptr; }
    model::CausalLm on_base() {
        auto loaded = rollout::QuantisedModel::load(
            *fs_,
            dir_.file("model"),
            {.vocab = config_.vocab_size, .adapter = {}, .allow_card = on_card()});
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

/// SFT for `steps`, from a checkpoint of another process if there is one; the state's hash after
/// each step.
struct SftRun {
    SftRun(model::CausalLm model, const SftConfig& config, const std::vector<SftExample>& examples)
        : lm(std::move(model)),
          stage(lm, config, examples, 1) {}
    std::vector<std::string> steps(std::int64_t first, std::int64_t last) {
        std::vector<std::string> hashes;
        for (std::int64_t step = first; step <= last; ++step) {
            const auto stats = stage.trainer().step(step);
            EXPECT_TRUE(stats.has_value());
            EXPECT_FALSE(stats->skipped);
            hashes.push_back(state_hash(stage));
        }
        return hashes;
    }
    model::CausalLm lm;
    SftStage stage;
};

TEST_F(QuantisedTraining, AStoppedRunGoesOnBitForBit) {
    util::Rng rng(1, util::RngStream::kTest);
    std::vector<SftExample> examples;
    for (int i = 0; i < 6; ++i) examples.push_back({random_ids(rng, 3), random_ids(rng, 4 + i)});
    for (const char* optim : {"adamw", "adamw_8bit"}) {
        SftConfig config{.max_steps = 6,
                         .per_device_train_batch_size = 4,
                         .max_length = 40,
                         .optimizer = tiny_optimizer(5e-3)};
        config.optimizer.optim = optim;
        SftRun whole(on_base(), config, examples);
        const std::string start = state_hash(whole.stage);
        const std::vector<std::string> expected = whole.steps(1, 6);
        EXPECT_NE(expected[0], start);
        EXPECT_NE(expected[0], expected[1]);

        SftRun stopped(on_base(), config, examples);
        EXPECT_EQ(state_hash(stopped.stage), start);
        stopped.steps(1, 3);
        const std::string folder = dir_.file(std::string("checkpoint-") + optim);
        const auto saved = save_checkpoint(*fs_, folder, stopped.stage, util::Json::object());
        ASSERT_TRUE(saved.has_value()) << to_string(saved.error());
        EXPECT_EQ(saved->state_hash, expected[2]);
        EXPECT_EQ(stopped.steps(4, 4)[0], expected[3]) << "looking at the numbers changes nothing";

        SftRun resumed(on_base(), config, examples);
        resumed.steps(1, 1);  // something else to be replaced
        const auto loaded = load_checkpoint(*fs_, folder, resumed.stage);
        ASSERT_TRUE(loaded.has_value()) << to_string(loaded.error());
        EXPECT_EQ(state_hash(resumed.stage), expected[2]) << optim;
        EXPECT_EQ(resumed.steps(4, 6), std::vector(expected.begin() + 3, expected.end())) << optim;
        EXPECT_TRUE(bit_equal(resumed.lm.parameters().flat(), whole.lm.parameters().flat()));
        // The adapter on disk is the one that was trained.
        const auto on_disk = model::read_adapter(*fs_, folder);
        ASSERT_TRUE(on_disk.has_value());
        EXPECT_FALSE(on_disk->tensors == resumed.lm.adapter().tensors);
    }
}

TEST_F(QuantisedTraining, WhatIsNotFiniteMovesNothing) {
    model::CausalLm policy = on_base();
    model::CausalLm critic = policy.clone_with_value_head();
    AdamW optimizer(critic.parameters());
    const auto pass = [&] {
        model::PackedBatch b;
        b.add_example(Ids{1, 2, 3, 4});
        model::Activations acts;
        critic.forward(b, acts, true);
        critic.values(acts, {1, 2});
        critic.backward(b, acts, critic.values_backward(acts, {1, 2}, at::ones({2})));
    };
    const auto hash = [&] {
        util::Sha256 h;
        optimizer.add_to(h, "critic", critic);
        return h.hex();
    };
    ASSERT_TRUE(optimizer.prepare(critic).has_value());
    pass();
    auto done = optimizer.step(critic, {}, 1e-2);
    ASSERT_TRUE(done.has_value()) << to_string(done.error());
    EXPECT_FALSE(done->skipped);
    EXPECT_GT(done->grad_norm, 0.0);
    const std::string before = hash();
    const at::Tensor weights = critic.parameters().flat().clone();

    pass();
    critic.parameters().grad(critic.parameters().index_of("v_head.weight"))[3] = NAN;
    done = optimizer.step(critic, {}, 1e-2);
    ASSERT_TRUE(done.has_value());
    EXPECT_TRUE(done->skipped);
    EXPECT_STREQ(done->bad, "gradient");
    EXPECT_EQ(optimizer.steps(), 1);
    EXPECT_EQ(hash(), before);
    EXPECT_TRUE(bit_equal(critic.parameters().flat(), weights));

    // A moment that broke: written to where a restore writes.
    optimizer.second_moment()[7] = INFINITY;
    optimizer.set_steps(1);
    ASSERT_TRUE(optimizer.prepare(critic).has_value());
    pass();
    done = optimizer.step(critic, {}, 1e-2);
    ASSERT_TRUE(done.has_value());
    EXPECT_STREQ(done->bad, "second moment");
    EXPECT_TRUE(bit_equal(critic.parameters().flat(), weights));

    // And what is sound again goes on.
    optimizer.reset();
    ASSERT_TRUE(optimizer.prepare(critic).has_value());
    pass();
    done = optimizer.step(critic, {}, 1e-2);
    ASSERT_TRUE(done.has_value());
    EXPECT_FALSE(done->skipped);
    EXPECT_FALSE(bit_equal(critic.parameters().flat(), weights));
}

TEST_F(QuantisedTraining, WithoutMemoryNothingMoves) {
    auto loaded = rollout::QuantisedModel::load(
        *fs_,
        dir_.file("model"),
        {.vocab = config_.vocab_size, .adapter = {}, .allow_card = on_card()});
    ASSERT_TRUE(loaded.has_value());
    model::CausalLm policy =
        model::CausalLm::on_base(config_,
                                 std::make_shared<rollout::QuantisedBase>(
                                     std::move(*loaded), decode::TrainOptions{.budget_bytes = 1}),
                                 kLora,
                                 7);
    const at::Tensor before = policy.parameters().flat().clone();
    MemoryRetreat retreat;
    const PolicyConfig config = plain_policy("raft");
    const ChainSet set = random_chains(2, 2, 5);
    PolicyTrainer trainer(policy, config, 1, {.retreat = &retreat});
    const auto update = trainer.step(train_batch(trainer, policy, config, set, {}), 1);
    ASSERT_FALSE(update.has_value());
    EXPECT_EQ(update.error().code, util::ErrorCode::kOutOfMemory);
    EXPECT_EQ(trainer.optimizer().steps(), 0);
    EXPECT_TRUE(bit_equal(policy.parameters().flat(), before));
    EXPECT_EQ(trainer.optimizer().second_moment().abs().max().item<float>(), 0.0F);
}

TEST_F(QuantisedTraining, EightBitsAreForQuantisedModelsAlone) {
    model::CausalLm plain = tiny_lora();
    AdamW optimizer(plain.parameters(), {.optim = "adamw_8bit"});
    const auto refused = optimizer.prepare(plain);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, util::ErrorCode::kInvalidArgument);
}

TEST_F(QuantisedTraining, SamplerAndTrainerHaveTheSameAdapterAfterSteps) {
    model::CausalLm policy = on_base();
    SftConfig config{.max_steps = 8,
                     .per_device_train_batch_size = 1,
                     .max_length = 40,
                     .optimizer = tiny_optimizer(2e-2)};
    SftStage stage(policy, config, {{{1, 2, 3}, {4, 5, 6, 7}}}, 1);
    const auto drawn = [&] {
        rollout::RolloutEngine engine(policy);
        const auto groups = engine.generate(
            {{1, 2, 3}},
            2,
            {.temperature = 1.0, .max_completion_length = 6, .eos_ids = {}, .seed = 3});
        VT_CHECK(groups.has_value());
        return (*groups)[0].completions[0];
    };
    drawn();  // a runner, with shapes
    for (std::int64_t step = 1; step <= 8; ++step) {
        ASSERT_TRUE(stage.trainer().step(step).has_value());
        if (step % 4 != 0) continue;
        EXPECT_TRUE(policy.parameters().is_newer_elsewhere()) << "nobody has looked";
        const rollout::Completion c = drawn();
        EXPECT_TRUE(policy.parameters().is_newer_elsewhere()) << "sampling needs no host either";
        model::PackedBatch b;
        Ids ids{1, 2, 3};
        model::HeadTargets targets;
        for (std::size_t i = 0; i < c.tokens.size(); ++i) {
            targets.rows.push_back(static_cast<std::int32_t>(2 + i));
            targets.targets.push_back(c.tokens[i]);
            ids.push_back(c.tokens[i]);
        }
        b.add_example(std::span(ids).first(ids.size() - 1));
        model::Activations acts;
        policy.forward(b, acts, false);
        model::LmHead head(1.0);
        head.forward(policy, acts.hidden(), targets);
        for (std::size_t i = 0; i < c.logprobs.size(); ++i) {
            EXPECT_NEAR(
                head.logprobs()[static_cast<std::int64_t>(i)].item<double>(), c.logprobs[i], 0.05);
        }
    }
    ASSERT_TRUE(policy.take_failure().has_value());
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

/// Policy, reference and critic share the base; a kill between two checkpoints.
TEST_F(QuantisedTraining, APpoRunThatIsCutOffGoesOnBitForBit) {
    std::string hashes[2];
    at::Tensor adapters[2];
    for (const bool cut : {false, true}) {
        TinyRun tiny;
        make_easy(tiny);
        tiny.recipe.stages.resize(2);
        StageConfig& vrl = tiny.recipe.stages[1];
        vrl.vrl.max_steps = 5;
        vrl.save_steps = 2;
        model::CausalLm policy = on_base();
        if (cut) {
            tiny.sink.on_step = [&](const data::StepRecord& record) {
                if (record.stage == "vrl" && record.step == 3) tiny.sink.fail_step = 4;
            };
            model::CausalLm first = on_base();
            ASSERT_FALSE(tiny.run(first).has_value());
            tiny.sink.on_step = {};
            tiny.sink.fail_step.reset();
            ASSERT_TRUE(tiny.exists(tiny.checkpoint("vrl-000002")));
        }
        const auto end =
            cut ? tiny.run(policy, {{"cold_start", "done"}, {"vrl", "running"}}) : tiny.run(policy);
        ASSERT_TRUE(end.has_value()) << to_string(end.error());
        const data::StepRecord last = tiny.sink.trained("vrl").back();
        EXPECT_EQ(last.step, 5);
        EXPECT_EQ(metric(last, "skipped_updates"), 0.0);
        EXPECT_GT(metric(last, "critic/grad_norm"), 0.0);
        hashes[cut ? 1 : 0] = last.state_hash;
        adapters[cut ? 1 : 0] = policy.parameters().flat().clone();
    }
    EXPECT_EQ(hashes[0], hashes[1]);
    EXPECT_TRUE(bit_equal(adapters[0], adapters[1]));
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
