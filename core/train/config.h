// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/json.h"
#include "core/util/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Every hyper-parameter of a recipe with default, unit, range and effect. Names are TRL's and
/// PEFT's. This header is torch-free: CLI and Studio validate recipes without loading libtorch. The
/// table in config.cpp (one line per field: key, range, effect) is what the codec, the docs and the
/// forms read.
namespace veritune::train {

/// How a language model is adapted.
struct LoraConfig {
    bool enabled = true;       ///< false: full weights (tiny models only)
    std::int64_t r = 16;       ///< rank, 1..1024
    double lora_alpha = 32.0;  ///< scale = alpha / r
    bool use_rslora = false;   ///< scale = alpha / sqrt(r)
};

struct OptimizerConfig {
    double learning_rate = 1e-5;  ///< > 0
    double adam_beta1 = 0.9;
    double adam_beta2 = 0.99;
    double adam_epsilon = 1e-8;
    double weight_decay = 0.0;
    double max_grad_norm = 1.0;                  ///< clip of the global norm; 0 = off
    std::int64_t warmup_steps = 10;              ///< linear from 0
    std::string lr_scheduler_type = "constant";  ///< constant | cosine
    double min_lr_ratio = 0.1;                   ///< cosine ends at this share of learning_rate
    std::string optim = "adamw";                 ///< adamw | adamw_8bit: how moments are kept
};

struct SamplingConfig {
    double temperature = 1.0;              ///< 0 = greedy (evaluation only)
    std::int64_t max_prompt_length = 512;  ///< tokens; a longer prompt is dropped and counted
    std::int64_t max_completion_length = 1024;
    std::int64_t max_concurrent_chains = 256;  ///< chains decoded together; memory, not mathematics
};

/// Stage `cold_start`: SFT on demonstrations, loss on completion tokens only.
struct SftConfig {
    std::int64_t max_steps = 0;  ///< 0 = num_train_epochs decides
    double num_train_epochs = 1.0;
    std::int64_t per_device_train_batch_size = 32;  ///< examples per optimiser step
    std::int64_t max_length = 2048;  ///< tokens; longer examples are dropped and counted, never cut
    bool packing = true;             ///< best-fit decreasing, block-diagonal attention
    bool completion_only_loss = true;
    OptimizerConfig optimizer{
        .learning_rate = 1e-4, .warmup_steps = 20, .lr_scheduler_type = "cosine"};
};

/// Stage `vrl`.
struct PolicyConfig {
    std::string algorithm = "ppo";       ///< ppo | grpo | rloo | reinforce_pp | raft
    std::string update_on = "verified";  ///< verified | all
    std::int64_t max_steps = 100;
    std::int64_t prompts_per_step = 16;  ///< B
    std::int64_t num_generations = 8;    ///< G
    std::int64_t num_iterations = 1;     ///< mu: passes over one rollout
    std::int64_t num_mini_batches = 1;
    std::int64_t micro_batch_tokens = 16384;  ///< memory, not mathematics
    std::string loss_type = "dapo";       ///< grpo | dapo | bnpo | dr_grpo | gspo | cispo | sapo
    std::string scale_rewards = "group";  ///< group | batch | none
    std::string importance_sampling_level = "token";  ///< token | sequence
    double epsilon = 0.2;
    double epsilon_high = 0.28;
    double delta = 0.0;               ///< two-sided cap of the unclipped ratio; 0 = off
    double dual_clip = 3.0;           ///< c of the dual clip (PPO); 0 = off
    double beta = 0.0;                ///< weight of KL to the reference in the loss
    std::string kl_estimator = "k3";  ///< k1 | k2 | k3
    double kl_coef = 0.0;             ///< weight of KL inside the reward (PPO)
    double gamma = 1.0;
    double lam = 1.0;
    bool whiten_advantages = true;      ///< PPO with update_on all
    double verified_sigma_floor = 0.1;  ///< training.md 5.3 (b)
    double positive_weight = 1.0;       ///< PSR/NSR/W-REINFORCE weights of A > 0 and A < 0
    double negative_weight = 1.0;
    std::string dynamic_sampling = "off";  ///< off | skip | resample: groups with equal rewards
    bool raft_clip = false;                ///< RAFT++
    bool importance_sampling_correction = true;
    std::string importance_sampling_mode =
        "token_truncate";  ///< token_truncate | token_mask | sequence_truncate | sequence_mask
    double importance_sampling_clip_max = 2.0;
    bool mask_truncated_completions = false;
    double overlong_penalty_tokens = 0.0;  ///< Lcache of the soft overlong penalty; 0 = off
    double sapo_tau_positive = 1.0;
    double sapo_tau_negative = 1.05;
    // critic
    double critic_learning_rate = 5e-5;
    std::int64_t critic_mini_batches = 2;
    std::int64_t critic_warmup = 0;        ///< rollouts before the first policy update
    std::string value_output = "sigmoid";  ///< sigmoid | linear
    double cliprange_value = 0.0;          ///< 0 = off
    // controls (training.md 10.4)
    std::string verdicts = "verifier";  ///< verifier | random | shuffled
    OptimizerConfig optimizer{};
    SamplingConfig sampling{};
};

/// Stage `rejection_sampling`: sample, keep verified, dedupe, SFT.
struct RejectionConfig {
    std::int64_t prompts = 1000;
    std::int64_t num_generations = 4;  ///< K
    std::int64_t max_per_prompt = 4;
    double cold_start_share = 0.1;  ///< share of demonstrations mixed in, 0..0.9
    std::int64_t rounds = 1;
    std::string sft_from =
        "cold_start";  ///< stage id whose weights the SFT starts from; "policy" = the sampler's
    SftConfig sft{};
    SamplingConfig sampling{};
};

/// Held-out evaluation; also inside every training stage (the guard).
struct EvalConfig {
    std::int64_t eval_steps = 10;  ///< 0 = only at the end
    std::int64_t problems = 200;   ///< first n of the split, always the same
    std::int64_t num_samples = 4;  ///< per problem, at `temperature`
    bool greedy = true;
    std::int64_t final_problems = 0;     ///< evaluation at the end of the stage; 0 = `problems`
    std::int64_t final_num_samples = 0;  ///< evaluation at the end of the stage; 0 = `num_samples`
    double temperature = 1.0;            ///< of the samples; > 0
    std::int64_t max_prompt_length =
        0;  ///< tokens; 0 = as the stage (or the recipe's sampling stage) trains
    std::int64_t max_completion_length = 0;  ///< tokens; 0 = likewise
    std::string on_heldout_fall = "stop";    ///< stop | halve_lr_and_continue | off
    double fall_margin = 0.02;
    double fall_at_once = 0.10;
    std::int64_t patience = 0;  ///< evaluations without a new best; 0 = off
};

struct StageConfig {
    std::string id{};          ///< unique in the recipe; chains and metrics carry it
    std::string type{};        ///< cold_start | vrl | rejection_sampling | evaluate
    std::string start_from{};  ///< stage id, or "" = the stage before; "base" = the model as loaded
    double max_seconds = 0.0;  ///< CPU-seconds budget; 0 = off. Controls get the CPU time of `vrl`
    std::string
        match_cost_of{};  ///< stage id: stop after the CPU-seconds that stage used; "" = off
    SftConfig sft{};
    PolicyConfig vrl{};
    RejectionConfig rejection{};
    EvalConfig eval{};
    std::int64_t save_steps = 10;  ///< checkpoint every n steps
};

/// Where problems or demonstrations come from.
struct DataSource {
    std::string dataset{};    ///< name in the project; or
    std::string generator{};  ///< mod | bool | trace
    std::int64_t count = 0;   ///< generator: rows; data set: first n rows, 0 = all
    std::uint64_t seed = 1;
    std::string split = "train";  ///< train | val | test
    double error_rate = 0.0;      ///< generator: imperfect demonstrations
    std::int64_t min_steps = 3;
    std::int64_t max_steps = 7;
};

struct ModelSource {
    std::string path{};           ///< Hugging Face folder; or
    std::string init{};           ///< "demo": the embedded 0.31 M model from random weights
    std::string adapter{};        ///< PEFT folder to continue from; may be empty
    std::string chat_template{};  ///< key "template": built-in id; "" = by hash
};

/// run.json
struct Recipe {
    std::string name;
    std::uint64_t seed = 1;
    ModelSource model{};
    LoraConfig lora{};
    DataSource demonstrations{};
    DataSource problems{};
    DataSource heldout{};
    std::vector<StageConfig> stages{};
    bool store_chains = true;
    std::int64_t threads = 0;  ///< 0 = all cores
    std::string device =
        "auto";  ///< auto | cpu | cuda; auto: a card for a quantised model where there is one
    std::string
        gate_override{};  ///< why to train although the verifier bench is red; empty = never
};

/// One row of the parameter table: what the docs, `--help` and the forms of the Studio read.
struct Parameter {
    std::string block;   ///< lora | sft | vrl | rejection | eval | stage | data | model | recipe
    std::string key;     ///< JSON key inside the block
    std::string type{};  ///< integer | number | boolean | text
    util::Json default_value;
    double minimum = 0.0;  ///< numbers only; -inf and +inf = no bound
    double maximum = 0.0;
    bool minimum_excluded = false;
    std::vector<std::string> choices;  ///< text only; empty = free
    std::string unit;                  ///< empty = a pure number
    std::string effect;                ///< one sentence: what it does and when to change it
};

/// Every hyper-parameter of every block, in the order of the table in config.cpp. `rejection` holds
/// a nested block `sft` with the keys of `sft`. threads: any.
std::vector<Parameter> describe_parameters();

/// docs/training-parameters.md, whole. test  config_test.cpp holds the committed file against it.
std::string parameters_markdown();

/// A block as JSON with every hyper-parameter written out; optimizer and sampling values stand in
/// the same object, as in TRL ("learning_rate", "temperature").
util::Json policy_config_to_json(const PolicyConfig& config);

/// The inverse. `algorithm` is read first and brings its preset's defaults (apply_algorithm_preset
/// in recipe.h), then every other key overrides. `where` names the block in messages
/// ("stages[1].vrl"). errors  kInvalidArgument: unknown key (with the nearest known one), wrong
/// type, out of range (key, value, range)
util::Result<PolicyConfig> policy_config_from_json(const util::Json& object,
                                                   std::string_view where);

/// What single ranges cannot say: combinations that would silently do nothing or something else.
/// errors  kInvalidArgument naming both keys
util::Status validate_policy(const PolicyConfig& config, std::string_view where);

}  // namespace veritune::train
