// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/generators.h"
#include "core/train/pipeline.h"
#include "core/train/recipe.h"
#include "core/train/run_context.h"
#include "core/util/rng.h"
#include "tests/support/one_thread.h"
#include "tests/support/recording_sink.h"
#include "tests/support/temp_dir.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace veritune::train {

using Ids = std::vector<std::int32_t>;

/// About 17,000 parameters with everything the demo's model has: grouped queries, biases, tied
/// head.
inline model::ModelConfig tiny_config() {
    model::ModelConfig config = model::demo_config();
    config.hidden_size = 32;
    config.intermediate_size = 64;
    config.num_hidden_layers = 2;
    config.num_attention_heads = 2;
    config.num_key_value_heads = 1;
    config.head_dim = 16;
    return config;
}

inline model::CausalLm tiny_model(std::uint64_t seed = 1) {
    return model::CausalLm::init_random(tiny_config(), model::Trainable::kFull, {}, seed);
}

inline model::CausalLm tiny_lora(std::uint64_t seed = 1) {
    return model::CausalLm::init_random(
        tiny_config(), model::Trainable::kLora, {.r = 4, .scale = 2.0}, seed);
}

inline bool bit_equal(const at::Tensor& a, const at::Tensor& b) {
    return a.sizes() == b.sizes() &&
           std::memcmp(a.contiguous().data_ptr(), b.contiguous().data_ptr(), a.nbytes()) == 0;
}

inline double relative_difference(const at::Tensor& a, const at::Tensor& b) {
    const at::Tensor right = b.to(at::kDouble);
    return ((a.to(at::kDouble) - right).norm() / right.norm().clamp_min(1e-30)).item<double>();
}

/// Every base weight of a model, one after the other: what an adapter must never touch.
inline at::Tensor base_weights(const model::CausalLm& lm) {
    std::vector<at::Tensor> parts;
    for (const auto& [name, tensor] : lm.named_tensors()) parts.push_back(tensor.reshape({-1}));
    return at::cat(parts);
}

/// A whole run without engine and store: 16 one-step problems of the demo's family and their
/// demonstrations, a sink that remembers, a folder that vanishes.
class TinyRun {
  public:
    TinyRun() {
        data::GeneratorOptions options{
            .family = "mod", .count = 16, .seed = 5, .min_steps = 1, .max_steps = 1};
        problems = data::generate_problems(options).value();
        demonstrations = problems;
        options.split = data::Split::kVal;
        heldout = data::generate_problems(options).value();
        recipe.name = "tiny";
        recipe.seed = 3;
        evaluate =
            [this](const model::CausalLm&, const StageConfig&, HeldoutKind kind, std::stop_token) {
                ++(kind == HeldoutKind::kFinal ? final_evaluations : guard_evaluations);
                return util::Result<HeldoutResult>(score(0.5));
            };
    }

    /// What an evaluation with this pass@1 over 100 problems x 4 gives.
    static HeldoutResult score(double pass1) {
        HeldoutResult result;
        result.score.samples = 4;
        for (int i = 0; i < 100; ++i) result.score.correct.push_back(i < pass1 * 100 ? 4 : 0);
        result.metrics = {{"heldout/pass@1", pass1}};
        result.summary = {{"pass@1", pass1}};
        return result;
    }

    RunContext context() {
        return {.recipe = recipe,
                .fs = *fs,
                .clock = util::system_clock(),
                .sink = sink,
                .control = control,
                .format = format,
                .pool = pool,
                .demonstrations = demonstrations,
                .problems = problems,
                .evaluate = evaluate,
                .export_files = {},
                .run_dir = folder.path(),
                .stage_cpu_seconds = stage_cpu_seconds};
    }

    util::Result<StageEnd> run(model::CausalLm& policy,
                               const std::map<std::string, std::string>& finished = {}) {
        RunContext c = context();
        Pipeline pipeline(c, policy);
        auto end = pipeline.run(finished);
        stage_cpu_seconds = c.stage_cpu_seconds;
        return end;
    }

    /// Asks for a stop after this step of this stage.
    void stop_after(const std::string& stage, std::int64_t step) {
        sink.on_step = [this, stage, step](const data::StepRecord& record) {
            if (record.stage == stage && record.step == step && !record.state_hash.empty())
                control.stop_keep = true;
        };
    }
    void go_on() {
        sink.on_step = {};
        control.stop_keep = false;
    }

    std::string checkpoint(const std::string& name) const {
        return folder.file("checkpoints/" + name);
    }
    bool exists(const std::string& path) const { return fs->stat(path).has_value(); }

    test::TempDir folder;
    std::unique_ptr<util::FileSystem> fs = util::make_posix_file_system();
    test::RecordingSink sink;
    RunControl control;
    rollout::PromptFormat format{text::make_character_tokenizer(text::demo_alphabet()),
                                 **text::chat_template_by_id("none")};
    verify::VerifierPool pool{1};
    std::vector<data::Problem> problems, demonstrations, heldout;
    Recipe recipe;
    Evaluate evaluate;
    std::map<std::string, double> stage_cpu_seconds;
    int guard_evaluations = 0;
    int final_evaluations = 0;
};

inline OptimizerConfig tiny_optimizer(double learning_rate) {
    return {.learning_rate = learning_rate, .adam_beta2 = 0.95, .warmup_steps = 0};
}

inline StageConfig tiny_cold_start(std::int64_t steps) {
    StageConfig stage{.id = "cold_start", .type = "cold_start", .start_from = "base"};
    stage.sft = {.max_steps = steps,
                 .per_device_train_batch_size = 8,
                 .max_length = 32,
                 .optimizer = tiny_optimizer(1e-2)};
    stage.eval.eval_steps = 0;
    stage.save_steps = 0;
    return stage;
}

inline StageConfig tiny_vrl(const std::string& algorithm, std::int64_t steps) {
    StageConfig stage{.id = "vrl", .type = "vrl"};
    EXPECT_TRUE(apply_algorithm_preset(stage.vrl, algorithm).has_value());
    stage.vrl.max_steps = steps;
    stage.vrl.prompts_per_step = 4;
    stage.vrl.num_generations = 4;
    stage.vrl.critic_learning_rate = 2e-3;
    stage.vrl.optimizer = tiny_optimizer(1e-3);
    stage.vrl.sampling = {.max_prompt_length = 16, .max_completion_length = 16};
    stage.eval.eval_steps = 0;
    stage.save_steps = 0;
    return stage;
}

inline StageConfig tiny_rejection(std::int64_t sft_steps) {
    StageConfig stage{.id = "rft", .type = "rejection_sampling"};
    stage.rejection.prompts = 12;
    stage.rejection.num_generations = 4;
    stage.rejection.sft = tiny_cold_start(sft_steps).sft;
    stage.rejection.sampling = {.max_prompt_length = 16, .max_completion_length = 16};
    stage.eval.eval_steps = 0;
    stage.save_steps = 0;
    return stage;
}

/// Weights after a cold start that leaves about half of the samples right, made once per program.
inline const at::Tensor& warm_weights() {
    static const at::Tensor weights = [] {
        TinyRun tiny;
        tiny.recipe.stages = {tiny_cold_start(90)};
        model::CausalLm lm = tiny_model();
        VT_CHECK(tiny.run(lm).has_value());
        return lm.parameters().flat().clone();
    }();
    return weights;
}

inline model::CausalLm warm_model() {
    model::CausalLm lm = tiny_model();
    lm.parameters().flat().copy_(warm_weights());
    return lm;
}

}  // namespace veritune::train
