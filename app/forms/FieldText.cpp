// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/forms/FieldText.h"

#include "app/PlainText.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

namespace veritune::app {
namespace {

constexpr const char* kContext = "veritune::app::FieldText";

QString words(const char* text) { return QCoreApplication::translate(kContext, text); }

struct Name {
    const char* block;  ///< nullptr = every block
    const char* key;
    const char* text;
};

// Plain names; the technical key stands beside it, so that the two languages can be matched.
constexpr Name kNames[] = {
    {"recipe", "name", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Name of the run")},
    {"recipe", "seed", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Seed of the run")},
    {"recipe", "store_chains", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Keep every chain")},
    {"recipe", "threads", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Processor threads")},
    {"recipe", "device", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Processor or card")},
    {"recipe",
     "gate_override",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Reason to train despite a red bench")},
    {"model", "path", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Model folder")},
    {"model", "init", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Built-in model")},
    {"model", "adapter", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Adapter to continue from")},
    {"model", "template", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Chat template")},
    {"lora", "enabled", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Train an adapter (LoRA)")},
    {"lora", "r", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Rank of the adapter")},
    {"lora", "lora_alpha", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Strength (alpha)")},
    {"lora", "use_rslora", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Rank-stable scaling")},
    {"data", "dataset", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Data set of the project")},
    {"data", "generator", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Generated problems")},
    {"data", "count", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Number of rows")},
    {"data", "seed", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Seed of the generator")},
    {"data", "split", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Part of the data")},
    {"data", "error_rate", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Share of wrong steps")},
    {"data", "min_steps", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Shortest problem")},
    {"data", "max_steps", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Longest problem")},
    {"stage", "id", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Name of the stage")},
    {"stage", "type", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Kind of stage")},
    {"stage", "start_from", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Starts from")},
    {"stage", "max_seconds", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Limit of CPU time")},
    {"stage",
     "match_cost_of",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Same CPU time as stage")},
    {"stage", "save_steps", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Checkpoint every")},
    {"sft", "num_train_epochs", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Passes over data")},
    {"sft",
     "per_device_train_batch_size",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Examples per step")},
    {"sft", "max_length", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Longest example")},
    {"sft", "packing", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Pack short examples")},
    {"sft",
     "completion_only_loss",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Learn from answers only")},
    {"vrl", "algorithm", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Algorithm")},
    {"vrl", "update_on", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Learn from")},
    {nullptr, "max_steps", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Number of steps")},
    {"vrl", "prompts_per_step", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Problems per step")},
    {nullptr,
     "num_generations",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Chains per problem")},
    {"vrl", "num_iterations", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Passes per rollout")},
    {"vrl", "num_mini_batches", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Updates per pass")},
    {"vrl",
     "micro_batch_tokens",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Tokens per forward pass")},
    {"vrl", "loss_type", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Form of the loss")},
    {"vrl", "scale_rewards", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Scaling of rewards")},
    {"vrl",
     "importance_sampling_level",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Ratio per token or chain")},
    {"vrl", "epsilon", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Lower clip of the ratio")},
    {"vrl",
     "epsilon_high",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Upper clip of the ratio")},
    {"vrl", "delta", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Cap of the unclipped ratio")},
    {"vrl", "dual_clip", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Bound for wrong chains")},
    {"vrl",
     "beta",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Pull to the reference (in the loss)")},
    {"vrl",
     "kl_estimator",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Estimator of the distance")},
    {"vrl",
     "kl_coef",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Pull to the reference (in the reward)")},
    {"vrl", "gamma", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Discount per token")},
    {"vrl", "lam", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Trace decay (lambda)")},
    {"vrl",
     "whiten_advantages",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Normalise advantages")},
    {"vrl",
     "verified_sigma_floor",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Smallest reward spread")},
    {"vrl",
     "positive_weight",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Weight of good chains")},
    {"vrl",
     "negative_weight",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Weight of poor chains")},
    {"vrl",
     "dynamic_sampling",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Groups without a signal")},
    {"vrl", "raft_clip", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Clipped ratio (RAFT++)")},
    {"vrl",
     "importance_sampling_correction",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Correct sampler differences")},
    {"vrl",
     "importance_sampling_mode",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Kind of correction")},
    {"vrl",
     "importance_sampling_clip_max",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Largest correction")},
    {"vrl",
     "mask_truncated_completions",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Ignore chains without an end")},
    {"vrl",
     "overlong_penalty_tokens",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Penalty zone for long chains")},
    {"vrl",
     "sapo_tau_positive",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Gate for good chains (SAPO)")},
    {"vrl",
     "sapo_tau_negative",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Gate for poor chains (SAPO)")},
    {"vrl",
     "critic_learning_rate",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Learning rate of the critic")},
    {"vrl",
     "critic_mini_batches",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Critic updates per rollout")},
    {"vrl",
     "critic_warmup",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Head start of the critic")},
    {"vrl", "value_output", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Output of the critic")},
    {"vrl",
     "cliprange_value",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Limit of a value's move")},
    {"vrl", "verdicts", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Source of the verdicts")},
    {"rejection", "prompts", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Problems per round")},
    {"rejection",
     "max_per_prompt",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Chains kept per problem")},
    {"rejection",
     "cold_start_share",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Share of demonstrations")},
    {"rejection", "rounds", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Number of rounds")},
    {"rejection",
     "sft_from",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Training starts from")},
    {"eval", "eval_steps", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Evaluate every")},
    {"eval", "problems", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Held-out problems")},
    {"eval", "num_samples", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Samples per problem")},
    {"eval", "greedy", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Also one greedy chain")},
    {"eval",
     "final_problems",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Problems at the end")},
    {"eval",
     "final_num_samples",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Samples at the end")},
    {"eval",
     "on_heldout_fall",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "When held-out falls")},
    {"eval", "fall_margin", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Fall that counts")},
    {"eval",
     "fall_at_once",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Fall that acts at once")},
    {"eval", "patience", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Patience without a best")},
    {nullptr, "learning_rate", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Learning rate")},
    {nullptr, "optim", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Form of the optimiser")},
    {nullptr, "adam_beta1", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Memory of gradients")},
    {nullptr,
     "adam_beta2",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Memory of squared gradients")},
    {nullptr, "adam_epsilon", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Numeric guard")},
    {nullptr, "weight_decay", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Weight decay")},
    {nullptr, "max_grad_norm", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Gradient limit")},
    {nullptr, "warmup_steps", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Warm-up")},
    {nullptr,
     "lr_scheduler_type",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Course of the learning rate")},
    {nullptr,
     "min_lr_ratio",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Final share of the learning rate")},
    {nullptr, "temperature", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Temperature")},
    {nullptr, "max_prompt_length", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Longest prompt")},
    {nullptr,
     "max_completion_length",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Longest answer")},
    {nullptr,
     "max_concurrent_chains",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Chains written together")},
};

// The heading of a field inside its block; a block's first row holds those without one of their
// own.
constexpr Name kGroups[] = {
    {"vrl", "prompts_per_step", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Steps and batches")},
    {"vrl", "loss_type", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Loss and clipping")},
    {"vrl",
     "beta",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Distance to the starting model")},
    {"vrl", "gamma", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Rewards and advantages")},
    {"vrl",
     "importance_sampling_correction",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Sampler correction")},
    {"vrl",
     "mask_truncated_completions",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Long chains")},
    {"vrl",
     "sapo_tau_positive",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Loss and clipping")},
    {"vrl", "critic_learning_rate", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Critic (PPO)")},
    {"vrl", "verdicts", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Control experiment")},
    {nullptr, "learning_rate", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Optimiser")},
    {"vrl", "temperature", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Writing chains")},
    {"rejection", "temperature", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Writing chains")},
    {"eval", "on_heldout_fall", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Guard")},
};

constexpr Name kFirstGroups[] = {
    {"recipe", "", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Run")},
    {"model", "", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Model")},
    {"lora", "", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Adapter")},
    {"data", "", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Source")},
    {"stage", "", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Stage")},
    {"sft",
     "",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Supervised training on demonstrations")},
    {"vrl", "", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Algorithm")},
    {"rejection", "", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Sampling and selection")},
    {"eval", "", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Held-out evaluation")},
};

constexpr Name kChoices[] = {
    {"update_on",
     "verified",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Proven chains only (verified)")},
    {"update_on", "all", QT_TRANSLATE_NOOP("veritune::app::FieldText", "All chains (all)")},
    {"algorithm", "ppo", QT_TRANSLATE_NOOP("veritune::app::FieldText", "PPO")},
    {"algorithm", "grpo", QT_TRANSLATE_NOOP("veritune::app::FieldText", "GRPO")},
    {"algorithm", "rloo", QT_TRANSLATE_NOOP("veritune::app::FieldText", "RLOO")},
    {"algorithm", "reinforce_pp", QT_TRANSLATE_NOOP("veritune::app::FieldText", "REINFORCE++")},
    {"algorithm", "raft", QT_TRANSLATE_NOOP("veritune::app::FieldText", "RAFT (expert iteration)")},
    {"verdicts",
     "verifier",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "The verifier (verifier)")},
    {"verdicts",
     "random",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Random, as a control (random)")},
    {"verdicts",
     "shuffled",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Shuffled, as a control (shuffled)")},
    {"split", "train", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Training part (train)")},
    {"split", "val", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Held-out part (val)")},
    {"split", "test", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Test part (test)")},
    {"start_from", "", QT_TRANSLATE_NOOP("veritune::app::FieldText", "The stage before")},
    {"start_from", "base", QT_TRANSLATE_NOOP("veritune::app::FieldText", "The model as loaded")},
    {"sft_from", "base", QT_TRANSLATE_NOOP("veritune::app::FieldText", "The model as loaded")},
    {"sft_from",
     "policy",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "The weights that sampled")},
    {"match_cost_of", "", QT_TRANSLATE_NOOP("veritune::app::FieldText", "No limit")},
    {"dataset", "", QT_TRANSLATE_NOOP("veritune::app::FieldText", "None")},
    {"path", "", QT_TRANSLATE_NOOP("veritune::app::FieldText", "None")},
    {"adapter", "", QT_TRANSLATE_NOOP("veritune::app::FieldText", "None")},
    {"template", "", QT_TRANSLATE_NOOP("veritune::app::FieldText", "The model's own")},
    {"generator", "", QT_TRANSLATE_NOOP("veritune::app::FieldText", "None")},
    {"generator", "mod", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Clock arithmetic (mod)")},
    {"generator", "bool", QT_TRANSLATE_NOOP("veritune::app::FieldText", "True or false (bool)")},
    {"generator", "trace", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Small programs (trace)")},
    {"init", "", QT_TRANSLATE_NOOP("veritune::app::FieldText", "None")},
    {"init", "demo", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Demonstration model (demo)")},
    {"on_heldout_fall",
     "stop",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Go back to the best and stop (stop)")},
    {"on_heldout_fall",
     "halve_lr_and_continue",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Go on once with half the rate")},
    {"on_heldout_fall", "off", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Do nothing (off)")},
    {"dynamic_sampling", "off", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Keep them (off)")},
    {"dynamic_sampling",
     "skip",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Leave them out (skip)")},
    {"dynamic_sampling",
     "resample",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Draw others (resample)")},
};

struct Described {
    const char* id;
    const char* title;
    const char* sentence;
};

constexpr Described kStageTypes[] = {
    {"cold_start",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Cold start"),
     QT_TRANSLATE_NOOP("veritune::app::FieldText",
                       "Shows the model worked examples, so that it knows how an answer looks.")},
    {"vrl",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Verifiable RL"),
     QT_TRANSLATE_NOOP("veritune::app::FieldText",
                       "The model tries, a verifier checks every answer, and what is proven right "
                       "is strengthened.")},
    {"rejection_sampling",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Rejection sampling"),
     QT_TRANSLATE_NOOP("veritune::app::FieldText",
                       "Collects the chains that the verifier proved and trains on the best "
                       "of them.")},
    {"evaluate",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Evaluation"),
     QT_TRANSLATE_NOOP("veritune::app::FieldText",
                       "Measures the model on held-out problems and changes nothing.")},
};

constexpr Described kStageIds[] = {
    {"rft", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Rejection sampling"), ""},
    {"control_random",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Control: random verdicts"),
     ""},
    {"control_shuffled",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Control: shuffled verdicts"),
     ""},
    {"control_rft_from_cold",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Control: sampling from the cold start"),
     ""},
    {"control_more_sft",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "Control: more examples, same time"),
     ""},
};

constexpr Described kAlgorithms[] = {
    {"ppo",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "PPO, proven chains"),
     QT_TRANSLATE_NOOP("veritune::app::FieldText",
                       "The careful default: only chains that the verifier proved change the "
                       "weights; a critic says how surprising each success was.")},
    {"ppo_all",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "PPO, all chains"),
     QT_TRANSLATE_NOOP("veritune::app::FieldText",
                       "Also learns from failures; faster, and drifts more easily.")},
    {"grpo",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "GRPO"),
     QT_TRANSLATE_NOOP("veritune::app::FieldText",
                       "Compares the chains of one problem with each other; needs no critic.")},
    {"raft",
     QT_TRANSLATE_NOOP("veritune::app::FieldText", "RAFT"),
     QT_TRANSLATE_NOOP("veritune::app::FieldText",
                       "Expert iteration: trains on proven chains as if they were examples.")},
    {"dapo", QT_TRANSLATE_NOOP("veritune::app::FieldText", "DAPO"), ""},
    {"bnpo", QT_TRANSLATE_NOOP("veritune::app::FieldText", "BNPO"), ""},
    {"dr_grpo", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Dr. GRPO"), ""},
    {"gspo", QT_TRANSLATE_NOOP("veritune::app::FieldText", "GSPO"), ""},
    {"cispo", QT_TRANSLATE_NOOP("veritune::app::FieldText", "CISPO"), ""},
    {"sapo", QT_TRANSLATE_NOOP("veritune::app::FieldText", "SAPO"), ""},
    {"rloo", QT_TRANSLATE_NOOP("veritune::app::FieldText", "RLOO"), ""},
    {"reinforce_pp", QT_TRANSLATE_NOOP("veritune::app::FieldText", "REINFORCE++"), ""},
    {"raft_pp", QT_TRANSLATE_NOOP("veritune::app::FieldText", "RAFT++"), ""},
    {"reinforce_rej", QT_TRANSLATE_NOOP("veritune::app::FieldText", "Reinforce-Rej"), ""},
    {"psr", QT_TRANSLATE_NOOP("veritune::app::FieldText", "PSR: good chains only"), ""},
    {"nsr", QT_TRANSLATE_NOOP("veritune::app::FieldText", "NSR: poor chains only"), ""},
    {"w_reinforce", QT_TRANSLATE_NOOP("veritune::app::FieldText", "W-REINFORCE"), ""},
};

template <std::size_t N>
const char* textOf(const Name (&table)[N], std::string_view block, std::string_view key) {
    for (const Name& row : table) {
        if ((row.block == nullptr || block == row.block) && key == row.key) return row.text;
    }
    return nullptr;
}

template <std::size_t N>
const Described* describedOf(const Described (&table)[N], std::string_view id) {
    const auto* found = std::find_if(
        std::begin(table), std::end(table), [&](const Described& row) { return id == row.id; });
    return found == std::end(table) ? nullptr : found;
}

const std::vector<train::Parameter>& allParameters() {
    static const std::vector<train::Parameter> all = train::describe_parameters();
    return all;
}

/// Which row opens the group that a key stands in: the last group row at or before it.
std::map<std::pair<std::string, std::string>, const char*> makeGroups() {
    std::map<std::pair<std::string, std::string>, const char*> groups;
    std::string block;
    const char* current = nullptr;
    for (const train::Parameter& parameter : allParameters()) {
        if (parameter.block != block) {
            block = parameter.block;
            current = textOf(kFirstGroups, block, "");
        }
        if (const char* opened = textOf(kGroups, block, parameter.key)) current = opened;
        groups[{parameter.block, parameter.key}] = current;
    }
    // These stand between others in the table of core, but belong with the batch.
    groups[{"vrl", "max_steps"}] = groups[{"vrl", "prompts_per_step"}];
    return groups;
}

}  // namespace

const train::Parameter* findParameter(std::string_view block, std::string_view key) {
    for (const train::Parameter& parameter : allParameters()) {
        if (parameter.block == block && parameter.key == key) return &parameter;
    }
    return nullptr;
}

QString fieldLabel(const train::Parameter& parameter) {
    const char* text = textOf(kNames, parameter.block, parameter.key);
    if (text != nullptr) return words(text);
    return fromUtf8(parameter.key).replace(QLatin1Char('_'), QLatin1Char(' '));
}

QString fieldEffect(const train::Parameter& parameter) {
    return QCoreApplication::translate("veritune::app::Effect", parameter.effect.c_str());
}

QString fieldUnit(const train::Parameter& parameter) {
    if (parameter.unit.empty()) return {};
    return QCoreApplication::translate("veritune::app::Unit", parameter.unit.c_str());
}

QString fieldRange(const train::Parameter& parameter) {
    if (!std::isfinite(parameter.minimum) || parameter.type == "boolean" ||
        !parameter.choices.empty()) {
        return {};
    }
    const QString low = numberText(parameter.minimum);
    if (parameter.maximum >= 1e11) {
        return parameter.minimum_excluded
                   //: %1 is a number
                   ? words(QT_TRANSLATE_NOOP("veritune::app::FieldText", "above %1")).arg(low)
                   : words(QT_TRANSLATE_NOOP("veritune::app::FieldText", "%1 or more")).arg(low);
    }
    const QString high = numberText(parameter.maximum);
    return parameter.minimum_excluded
               //: a range of numbers without its lower end
               ? words(QT_TRANSLATE_NOOP("veritune::app::FieldText", "above %1, at most %2"))
                     .arg(low, high)
               : words(QT_TRANSLATE_NOOP("veritune::app::FieldText", "%1 to %2")).arg(low, high);
}

QString fieldGroup(const train::Parameter& parameter) {
    static const auto groups = makeGroups();
    const auto found = groups.find({parameter.block, parameter.key});
    return found == groups.end() || found->second == nullptr ? QString() : words(found->second);
}

QString choiceText(std::string_view key, std::string_view choice) {
    const char* text = textOf(kChoices, key, choice);
    return text != nullptr ? words(text) : visibleText(choice);
}

QString valueText(const train::Parameter& parameter, const util::Json& value) {
    if (value.is_boolean()) {
        return value.get<bool>() ? words(QT_TRANSLATE_NOOP("veritune::app::FieldText", "yes"))
                                 : words(QT_TRANSLATE_NOOP("veritune::app::FieldText", "no"));
    }
    if (value.is_number_integer()) {
        return value.is_number_unsigned() ? QLocale().toString(value.get<quint64>())
                                          : QLocale().toString(value.get<qint64>());
    }
    if (value.is_number()) return numberText(value.get<double>());
    if (!value.is_string()) return QStringLiteral("–");
    const std::string text = value.get<std::string>();
    const bool hasWords = textOf(kChoices, parameter.key, text) != nullptr;
    if (!parameter.choices.empty() || hasWords) return choiceText(parameter.key, text);
    //: a text field that holds nothing
    return text.empty() ? words(QT_TRANSLATE_NOOP("veritune::app::FieldText", "(empty)"))
                        : oneLine(text, 80);
}

QString numberText(double value) {
    QLocale locale;
    locale.setNumberOptions(QLocale::OmitGroupSeparator | QLocale::OmitLeadingZeroInExponent);
    const double size = std::abs(value);
    if (value == std::floor(value) && size < 1e15) return locale.toString(value, 'f', 0);
    // Shortest text that reads back as the same number; plain decimals down to a millionth.
    if (size >= 1e-6 && size < 1e15) {
        for (int digits = 1; digits <= 17; ++digits) {
            const QString text = QString::number(value, 'f', digits);
            if (text.toDouble() == value) return locale.toString(value, 'f', digits);
        }
    }
    return locale.toString(value, 'g', QLocale::FloatingPointShortest).replace(u'E', u'e');
}

QString stageTypeName(std::string_view type) {
    const Described* row = describedOf(kStageTypes, type);
    return row != nullptr ? words(row->title) : visibleText(type);
}

QString stageTitle(std::string_view id, std::string_view type) {
    if (const Described* row = describedOf(kStageIds, id)) return words(row->title);
    if (id == type || describedOf(kStageTypes, id) != nullptr) return stageTypeName(id);
    return visibleText(id);
}

QString stageSentence(std::string_view type) {
    const Described* row = describedOf(kStageTypes, type);
    return row != nullptr ? words(row->sentence) : QString();
}

QString presetTitle(const QString& name) {
    if (name == QLatin1String("default-7b")) {
        //: a built-in recipe, inside a sentence such as "As in %1"
        return words(QT_TRANSLATE_NOOP("veritune::app::FieldText", "the default for 7B models"));
    }
    //: a built-in recipe, inside a sentence such as "As in %1"
    if (name == QLatin1String("demo"))
        return words(QT_TRANSLATE_NOOP("veritune::app::FieldText", "the demonstration"));
    if (name == QLatin1String("demo-quick")) {
        //: a built-in recipe, inside a sentence such as "As in %1"
        return words(QT_TRANSLATE_NOOP("veritune::app::FieldText", "the quick demonstration"));
    }
    return visibleText(name);
}

QString algorithmTitle(std::string_view preset) {
    const Described* row = describedOf(kAlgorithms, preset);
    return row != nullptr ? words(row->title) : visibleText(preset);
}

QString algorithmSentence(std::string_view preset) {
    const Described* row = describedOf(kAlgorithms, preset);
    return row != nullptr && row->sentence[0] != '\0' ? words(row->sentence) : QString();
}

}  // namespace veritune::app
