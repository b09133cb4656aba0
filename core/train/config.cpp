// SPDX-License-Identifier: Apache-2.0
#include "core/train/config.h"

#include "core/train/config_fields.h"
#include "core/train/recipe.h"

/// The tables: one row per hyper-parameter. Defaults stand in config.h only; a row adds what a
/// struct cannot say.
namespace veritune::train {

namespace {

constexpr double kHuge = 1e12;  // keeps whole numbers exact in a double

template <class T, class Member>
Field<T> row(Member T::*member, FieldSpec spec) {
    return {std::move(spec), [member](T& object) -> Slot { return &(object.*member); }};
}

/// The rows of a nested struct, seen from the outer one: its keys stand in the same JSON object.
template <class T, class Nested>
void embed(std::vector<Field<T>>& rows, Nested T::*nested) {
    for (const Field<Nested>& field : fields_of<Nested>()) {
        rows.push_back({field.spec, [nested, slot = field.slot](T& object) -> Slot {
                            return slot(object.*nested);
                        }});
    }
}

FieldSpec whole(
    const char* key, double minimum, double maximum, const char* unit, const char* effect) {
    return {.key = key, .minimum = minimum, .maximum = maximum, .unit = unit, .effect = effect};
}

FieldSpec number(
    const char* key, double minimum, double maximum, const char* unit, const char* effect) {
    return {.key = key, .minimum = minimum, .maximum = maximum, .unit = unit, .effect = effect};
}

FieldSpec positive(const char* key, double maximum, const char* unit, const char* effect) {
    return {.key = key,
            .minimum = 0,
            .maximum = maximum,
            .minimum_excluded = true,
            .unit = unit,
            .effect = effect};
}

FieldSpec flag(const char* key, const char* effect) { return {.key = key, .effect = effect}; }

FieldSpec text(const char* key, std::vector<std::string> choices, const char* effect) {
    return {.key = key, .choices = std::move(choices), .effect = effect};
}

}  // namespace

template <>
const std::vector<Field<LoraConfig>>& fields_of<LoraConfig>() {
    using C = LoraConfig;
    static const std::vector<Field<C>> rows = {
        row(&C::enabled,
            flag("enabled",
                 "Train a low-rank adapter; false trains all weights, for tiny models only.")),
        row(&C::r,
            whole("r",
                  1,
                  1024,
                  "rank",
                  "Capacity of the adapter; reinforcement learning needs 8 to 32, more can "
                  "collapse.")),
        row(&C::lora_alpha,
            positive("lora_alpha", 4096, "", "The adapter's output is scaled by alpha / r.")),
        row(&C::use_rslora,
            flag("use_rslora",
                 "Scales by alpha / sqrt(r) instead, so that a larger r keeps its effect.")),
    };
    return rows;
}

template <>
const std::vector<Field<OptimizerConfig>>& fields_of<OptimizerConfig>() {
    using C = OptimizerConfig;
    static const std::vector<Field<C>> rows = {
        row(&C::learning_rate,
            positive("learning_rate",
                     1,
                     "per step",
                     "Step size of AdamW; too high is the first killer of a run, so lower it first "
                     "when held-out falls.")),
        row(&C::adam_beta1, number("adam_beta1", 0, 0.9999, "", "Decay of the mean of gradients.")),
        row(&C::adam_beta2,
            number("adam_beta2",
                   0,
                   0.99999,
                   "",
                   "Decay of the mean of squared gradients; .95 adapts faster on short runs.")),
        row(&C::adam_epsilon,
            positive("adam_epsilon", 1, "", "Keeps the division of AdamW finite.")),
        row(&C::weight_decay,
            number("weight_decay",
                   0,
                   1,
                   "per step and learning rate",
                   "Pulls weights to zero, decoupled from the gradient.")),
        row(&C::max_grad_norm,
            number("max_grad_norm",
                   0,
                   kHuge,
                   "L2 norm",
                   "Gradients above this global norm are scaled down to it; 0 = off.")),
        row(&C::warmup_steps,
            whole("warmup_steps",
                  0,
                  1e6,
                  "steps",
                  "The learning rate rises linearly from 0 over these steps.")),
        row(&C::lr_scheduler_type,
            text("lr_scheduler_type",
                 {"constant", "cosine"},
                 "Shape of the learning rate after the warm-up.")),
        row(&C::min_lr_ratio,
            number(
                "min_lr_ratio", 0, 1, "share", "The cosine ends at this share of learning_rate.")),
        row(&C::optim,
            text("optim",
                 {"adamw", "adamw_8bit"},
                 "adamw_8bit keeps the moments in 8 bits, for a quantised model on a small card: "
                 "6 bytes less per parameter of the adapter, a little less exact.")),
    };
    return rows;
}

template <>
const std::vector<Field<SamplingConfig>>& fields_of<SamplingConfig>() {
    using C = SamplingConfig;
    static const std::vector<Field<C>> rows = {
        row(&C::temperature,
            number("temperature",
                   0,
                   10,
                   "",
                   "Logits are divided by it, in sampling and in the loss; 0 = greedy, for "
                   "evaluation only.")),
        row(&C::max_prompt_length,
            whole("max_prompt_length",
                  1,
                  1048576,
                  "tokens",
                  "A longer prompt is dropped and counted.")),
        row(&C::max_completion_length,
            whole("max_completion_length",
                  1,
                  1048576,
                  "tokens",
                  "A chain that reaches it is cut and counts as wrong.")),
        row(&C::max_concurrent_chains,
            whole("max_concurrent_chains",
                  1,
                  65536,
                  "chains",
                  "Chains decoded together; memory and speed, never the result.")),
    };
    return rows;
}

template <>
const std::vector<Field<SftConfig>>& fields_of<SftConfig>() {
    using C = SftConfig;
    static const std::vector<Field<C>> table = [] {
        std::vector<Field<C>> rows = {
            row(&C::max_steps,
                whole("max_steps",
                      0,
                      1e9,
                      "steps",
                      "Optimiser steps of the stage; 0 = num_train_epochs decides.")),
            row(&C::num_train_epochs,
                number("num_train_epochs",
                       0,
                       1000,
                       "passes",
                       "Passes over the demonstrations when max_steps is 0.")),
            row(&C::per_device_train_batch_size,
                whole("per_device_train_batch_size",
                      1,
                      65536,
                      "examples",
                      "Examples per optimiser step; adapters learn best at 32 or fewer.")),
            row(&C::max_length,
                whole("max_length",
                      2,
                      1048576,
                      "tokens",
                      "A longer example is dropped and counted, never cut, because a cut chain has "
                      "no end.")),
            row(&C::packing,
                flag("packing",
                     "Puts several examples into one row with separate attention; faster, the same "
                     "gradients.")),
            row(&C::completion_only_loss,
                flag("completion_only_loss", "Prompt tokens carry no loss.")),
        };
        embed(rows, &C::optimizer);
        return rows;
    }();
    return table;
}

namespace {

std::vector<Field<PolicyConfig>> loss_rows() {
    using C = PolicyConfig;
    return {
        row(&C::algorithm,
            text("algorithm",
                 {"ppo", "grpo", "rloo", "reinforce_pp", "raft"},
                 "How advantages are made; read first, and brings the defaults of its preset.")),
        row(&C::update_on,
            text("update_on",
                 {"verified", "all"},
                 "verified: only chains that the verifier proves correct carry gradient into the "
                 "weights.")),
        row(&C::max_steps, whole("max_steps", 1, 1e9, "steps", "Rollouts of the stage.")),
        row(&C::prompts_per_step,
            whole("prompts_per_step", 1, 65536, "prompts", "B, problems per step.")),
        row(&C::num_generations,
            whole("num_generations",
                  1,
                  4096,
                  "chains",
                  "G, chains per problem; group methods compare them and need at least 2.")),
        row(&C::num_iterations,
            whole("num_iterations",
                  1,
                  100,
                  "passes",
                  "Passes over one rollout; 1 keeps the update on-policy.")),
        row(&C::num_mini_batches,
            whole("num_mini_batches",
                  1,
                  1024,
                  "steps",
                  "Optimiser steps per pass; more than 1 leaves the policy that sampled.")),
        row(&C::micro_batch_tokens,
            whole("micro_batch_tokens",
                  1,
                  kHuge,
                  "tokens",
                  "Tokens per forward and backward; memory, never the result.")),
        row(&C::loss_type,
            text("loss_type",
                 {"grpo", "dapo", "bnpo", "dr_grpo", "gspo", "cispo", "sapo"},
                 "What the token losses are divided by, and for gspo, cispo, sapo their form.")),
        row(&C::scale_rewards,
            text("scale_rewards",
                 {"group", "batch", "none"},
                 "What r - mean is divided by in grpo: the group's or the batch's standard "
                 "deviation, or nothing.")),
        row(&C::importance_sampling_level,
            text("importance_sampling_level",
                 {"token", "sequence"},
                 "One probability ratio per token or per chain.")),
        row(&C::epsilon,
            number("epsilon",
                   0,
                   1,
                   "",
                   "A ratio below 1 - epsilon stops pushing a wrong chain down.")),
        row(&C::epsilon_high,
            number("epsilon_high",
                   0,
                   1000,
                   "",
                   "A ratio above 1 + epsilon_high stops pushing a right chain up; cispo caps the "
                   "ratio itself.")),
        row(&C::delta,
            number("delta", 0, 1000, "", "Caps the unclipped ratio from above; 0 = off.")),
        row(&C::dual_clip,
            number("dual_clip",
                   0,
                   1000,
                   "",
                   "Bounds the loss of a wrong chain at this multiple of its advantage (ppo); 0 = "
                   "off.")),
        row(&C::beta,
            number("beta",
                   0,
                   100,
                   "",
                   "Weight of the distance to the reference policy in the loss; raise it when the "
                   "model drifts.")),
        row(&C::kl_estimator,
            text(
                "kl_estimator",
                {"k1", "k2", "k3"},
                "Form of that distance; only k2 has its exact gradient, k3 is the common choice.")),
        row(&C::kl_coef,
            number("kl_coef",
                   0,
                   100,
                   "",
                   "Weight of the distance to the reference inside the reward (ppo on all chains, "
                   "rloo).")),
        row(&C::gamma,
            number("gamma", 0, 1, "", "Discount per token (ppo); below 1 shortens chains.")),
        row(&C::lam,
            number("lam",
                   0,
                   1,
                   "",
                   "Trace decay of GAE (ppo); below 1 fades the reward on long chains.")),
        row(&C::whiten_advantages,
            flag("whiten_advantages",
                 "Shifts and scales advantages to mean 0 and variance 1 (ppo on all chains).")),
        row(&C::verified_sigma_floor,
            positive("verified_sigma_floor",
                     10,
                     "reward",
                     "Smallest spread that advantages of proven chains are divided by.")),
        row(&C::positive_weight,
            number(
                "positive_weight", 0, 100, "", "Weight of advantages above 0 in group methods.")),
        row(&C::negative_weight,
            number(
                "negative_weight", 0, 100, "", "Weight of advantages below 0 in group methods.")),
        row(&C::dynamic_sampling,
            text("dynamic_sampling",
                 {"off", "skip", "resample"},
                 "Groups with equal rewards leave the batch, or are drawn again.")),
        row(&C::raft_clip, flag("raft_clip", "raft with the clipped ratio (RAFT++).")),
        row(&C::importance_sampling_correction,
            flag("importance_sampling_correction",
                 "Weights tokens by trainer / sampler probability, against numeric differences of "
                 "the two.")),
        row(&C::importance_sampling_mode,
            text("importance_sampling_mode",
                 {"token_truncate", "token_mask", "sequence_truncate", "sequence_mask"},
                 "Per token or chain; above the maximum the weight is cut to it, or becomes 0.")),
        row(&C::importance_sampling_clip_max,
            positive("importance_sampling_clip_max", 1000, "", "Largest such weight.")),
        row(&C::mask_truncated_completions,
            flag("mask_truncated_completions",
                 "A chain without an end carries no gradient; it stays in the baseline with reward "
                 "0.")),
        row(&C::overlong_penalty_tokens,
            number("overlong_penalty_tokens",
                   0,
                   1048576,
                   "tokens",
                   "The reward falls linearly to -1 over these last tokens before "
                   "max_completion_length; 0 = off.")),
        row(&C::sapo_tau_positive,
            positive("sapo_tau_positive",
                     1000,
                     "",
                     "Steepness of the soft gate for advantages above 0 (sapo).")),
        row(&C::sapo_tau_negative,
            positive("sapo_tau_negative",
                     1000,
                     "",
                     "Steepness of the soft gate for advantages below 0 (sapo).")),
    };
}

void add_critic_rows(std::vector<Field<PolicyConfig>>& rows) {
    using C = PolicyConfig;
    rows.push_back(row(&C::critic_learning_rate,
                       positive("critic_learning_rate",
                                1,
                                "per step",
                                "Step size of the critic (ppo); 5 to 10 times learning_rate.")));
    rows.push_back(
        row(&C::critic_mini_batches,
            whole("critic_mini_batches", 1, 1024, "steps", "Critic steps per rollout (ppo).")));
    rows.push_back(row(&C::critic_warmup,
                       whole("critic_warmup",
                             0,
                             1000,
                             "rollouts",
                             "Rollouts that train the critic alone before the first policy update, "
                             "until it explains 0.3 of the variance (ppo).")));
    rows.push_back(row(&C::value_output,
                       text("value_output",
                            {"sigmoid", "linear"},
                            "sigmoid for rewards in [0, 1], linear for any other (ppo).")));
    rows.push_back(row(&C::cliprange_value,
                       number("cliprange_value",
                              0,
                              100,
                              "reward",
                              "Limits how far a value may move in one rollout (ppo); 0 = off.")));
    rows.push_back(row(&C::verdicts,
                       text("verdicts",
                            {"verifier", "random", "shuffled"},
                            "Controls: random rewards of the same mean, or another chain's "
                            "verdict; held-out must not rise.")));
}

}  // namespace

template <>
const std::vector<Field<PolicyConfig>>& fields_of<PolicyConfig>() {
    static const std::vector<Field<PolicyConfig>> table = [] {
        std::vector<Field<PolicyConfig>> rows = loss_rows();
        add_critic_rows(rows);
        embed(rows, &PolicyConfig::optimizer);
        embed(rows, &PolicyConfig::sampling);
        return rows;
    }();
    return table;
}

template <>
const std::vector<Field<RejectionConfig>>& fields_of<RejectionConfig>() {
    using C = RejectionConfig;
    static const std::vector<Field<C>> table = [] {
        std::vector<Field<C>> rows = {
            row(&C::prompts, whole("prompts", 1, 1e8, "problems", "Problems sampled in a round.")),
            row(&C::num_generations,
                whole("num_generations", 1, 4096, "chains", "K, chains per problem.")),
            row(&C::max_per_prompt,
                whole("max_per_prompt",
                      1,
                      4096,
                      "chains",
                      "Proven, distinct chains kept per problem, so that easy problems do not "
                      "dominate.")),
            row(&C::cold_start_share,
                number("cold_start_share",
                       0,
                       0.9,
                       "share",
                       "Share of demonstrations mixed into the curated set.")),
            row(&C::rounds,
                whole("rounds",
                      1,
                      100,
                      "rounds",
                      "Repeats sampling and training (expert iteration).")),
            row(&C::sft_from,
                text("sft_from",
                     {},
                     "Stage whose weights the training starts from; \"policy\" = the weights that "
                     "sampled, \"base\" = the model as loaded.")),
        };
        embed(rows, &C::sampling);
        return rows;
    }();
    return table;
}

template <>
const std::vector<Field<EvalConfig>>& fields_of<EvalConfig>() {
    using C = EvalConfig;
    static const std::vector<Field<C>> rows = {
        row(&C::eval_steps,
            whole("eval_steps",
                  0,
                  1e9,
                  "steps",
                  "Held-out evaluation every so many steps; 0 = only at the end.")),
        row(&C::problems,
            whole("problems",
                  1,
                  1e7,
                  "problems",
                  "The first so many held-out problems, always the same.")),
        row(&C::num_samples,
            whole(
                "num_samples", 1, 4096, "chains", "Samples per problem; pass@k needs at least k.")),
        row(&C::greedy,
            flag("greedy",
                 "Also one greedy chain per problem: tells new competence from sharpening.")),
        row(&C::final_problems,
            whole("final_problems",
                  0,
                  1e7,
                  "problems",
                  "Problems of the evaluation at the end of the stage; 0 = problems.")),
        row(&C::final_num_samples,
            whole("final_num_samples",
                  0,
                  4096,
                  "chains",
                  "Samples of the evaluation at the end of the stage; 0 = num_samples.")),
        row(&C::temperature,
            number("temperature",
                   0.01,
                   10,
                   "",
                   "Temperature of the sampled chains; 1 measures the policy itself.")),
        row(&C::max_prompt_length,
            whole("max_prompt_length",
                  0,
                  1 << 20,
                  "tokens",
                  "Longer prompts count as unsolved; 0 = as the stage trains.")),
        row(&C::max_completion_length,
            whole("max_completion_length",
                  0,
                  1 << 20,
                  "tokens",
                  "Chains are cut here; 0 = as the stage trains.")),
        row(&C::on_heldout_fall,
            text("on_heldout_fall",
                 {"stop", "halve_lr_and_continue", "off"},
                 "What the guard does when held-out falls: roll back and stop, or go on once with "
                 "half the learning rate.")),
        row(&C::fall_margin,
            number("fall_margin",
                   0,
                   1,
                   "pass@1",
                   "A fall counts when the interval of the difference to the best lies below minus "
                   "this.")),
        row(&C::fall_at_once,
            number("fall_at_once",
                   0,
                   1,
                   "pass@1",
                   "A fall beyond this acts at one evaluation instead of two.")),
        row(&C::patience,
            whole("patience",
                  0,
                  1000,
                  "evaluations",
                  "Ends the stage with the best weights after so many evaluations without a new "
                  "best; 0 = off.")),
    };
    return rows;
}

template <>
const std::vector<Field<StageConfig>>& fields_of<StageConfig>() {
    using C = StageConfig;
    static const std::vector<Field<C>> rows = {
        row(&C::id,
            text(
                "id", {}, "Name of the stage, unique in the recipe; chains and metrics carry it.")),
        row(&C::type,
            text("type",
                 {"cold_start", "vrl", "rejection_sampling", "evaluate"},
                 "What the stage does.")),
        row(&C::start_from,
            text("start_from",
                 {},
                 "Stage whose weights it starts from; empty = the stage before, \"base\" = the "
                 "model as loaded.")),
        row(&C::max_seconds,
            number("max_seconds",
                   0,
                   kHuge,
                   "CPU-seconds",
                   "Ends the stage after this much CPU time; 0 = off.")),
        row(&C::match_cost_of,
            text("match_cost_of",
                 {},
                 "Ends the stage after the CPU time that this earlier stage took; empty = off.")),
        row(&C::save_steps,
            whole("save_steps", 1, 1e9, "steps", "A checkpoint every so many steps.")),
    };
    return rows;
}

template <>
const std::vector<Field<DataSource>>& fields_of<DataSource>() {
    using C = DataSource;
    static const std::vector<Field<C>> rows = {
        row(&C::dataset,
            text("dataset",
                 {},
                 "Name of a data set of the project; empty when a generator makes the rows.")),
        row(&C::generator,
            text("generator",
                 {"", "mod", "bool", "trace"},
                 "Family of generated problems; empty when a data set has the rows.")),
        row(&C::count,
            whole("count",
                  0,
                  1e9,
                  "rows",
                  "Rows to generate, or the first rows of the data set; 0 = all of it.")),
        row(&C::seed, {.key = "seed", .effect = "Seed of the generator."}),
        row(&C::split,
            text("split", {"train", "val", "test"}, "Which side of the split by content hash.")),
        row(&C::error_rate,
            number("error_rate",
                   0,
                   1,
                   "per step",
                   "Each generated step is wrong with this probability: demonstrations as people "
                   "write them.")),
        row(&C::min_steps, whole("min_steps", 1, 64, "steps", "Shortest generated problem.")),
        row(&C::max_steps, whole("max_steps", 1, 64, "steps", "Longest generated problem.")),
    };
    return rows;
}

template <>
const std::vector<Field<ModelSource>>& fields_of<ModelSource>() {
    using C = ModelSource;
    static const std::vector<Field<C>> rows = {
        row(&C::path,
            text("path",
                 {},
                 "Folder with the model in Hugging Face layout; opened where it lies, never "
                 "changed.")),
        row(&C::init,
            text("init", {"", "demo"}, "demo: the embedded 0.31 M model from random weights.")),
        row(&C::adapter,
            text("adapter", {}, "Folder of a PEFT adapter to continue from; may be empty.")),
        row(&C::chat_template,
            text("template",
                 {},
                 "Id of a built-in chat template; empty = chosen by the model's own.")),
    };
    return rows;
}

template <>
const std::vector<Field<Recipe>>& fields_of<Recipe>() {
    using C = Recipe;
    static const std::vector<Field<C>> rows = {
        row(&C::name, text("name", {}, "Shown in lists.")),
        row(&C::seed,
            {.key = "seed",
             .effect = "Every random number of the run comes from it; the same recipe and seed "
                       "give the same run."}),
        row(&C::store_chains,
            flag("store_chains", "Keeps every chain for the inspector; false keeps numbers only.")),
        row(&C::threads, whole("threads", 0, 4096, "threads", "CPU threads; 0 = all cores.")),
        row(&C::device,
            text("device",
                 {"auto", "cpu", "cuda"},
                 "Where it is computed; auto takes a graphics card for a quantised model where "
                 "there is one, cuda refuses to start without.")),
        row(&C::gate_override,
            text("gate_override",
                 {},
                 "Reason to train although the verifier bench of the problems is red; empty = such "
                 "a run is refused. Kept in run.json.")),
    };
    return rows;
}

util::Json policy_config_to_json(const PolicyConfig& config) { return encode_fields(config); }

util::Result<PolicyConfig> policy_config_from_json(const util::Json& object,
                                                   std::string_view where) {
    PolicyConfig config;
    // The algorithm decides the defaults of the other keys, wherever it stands in the file.
    if (object.is_object() && object.contains("algorithm") && object["algorithm"].is_string()) {
        PolicyConfig named;
        VT_TRY(decode_fields(named, {{"algorithm", object["algorithm"]}}, where));
        VT_TRY(apply_algorithm_preset(config, named.algorithm));
    }
    VT_TRY(decode_fields(config, object, where));
    return config;
}

}  // namespace veritune::train
