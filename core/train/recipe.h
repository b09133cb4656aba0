// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/train/config.h"
#include "core/util/json.h"
#include "core/util/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// run.json: codec, checks, built-in recipes. Torch-free; all functions are pure and may run on any
/// thread.
namespace veritune::train {

/// The version of the file format, key "format". A reader accepts this one and every older one.
inline constexpr int kRecipeFormat = 1;

/// Writes every hyper-parameter out, also those at their default. A stage carries `eval` and the
/// block of its type.
util::Json recipe_to_json(const Recipe& recipe);

/// Missing keys take their defaults (for `vrl` those of the algorithm's preset); recipe_to_json of
/// the result is the complete recipe. Checks keys, types, ranges and the structure of the stages,
/// not whether model and data are named: a template for a wizard may leave them open, see
/// validate(). errors  kInvalidArgument naming stage, key, value and range or the nearest known
/// key; kUnsupported for a newer
///         format
util::Result<Recipe> recipe_from_json(const util::Json& value);
/// The same from the text of a file; kCorruptData when it is not strict JSON.
util::Result<Recipe> recipe_from_text(std::string_view text);

/// Everything that must hold before a run starts: what recipe_from_json checks, and that the model
/// is named once (path or init), that cold_start has demonstrations, vrl and rejection_sampling
/// have problems, and every evaluation has held-out problems.
util::Status validate(const Recipe& recipe);

/// Id of the stage whose weights stage `index` starts from, "base" for the model as loaded. An
/// evaluate stage passes on the weights it looked at. The recipe must be valid.
std::string resolved_start(const Recipe& recipe, std::size_t index);

/// SHA-256 of the canonical JSON: the same for every spelling of the same recipe.
std::string recipe_hash(const Recipe& recipe);

/// Names of published algorithms, for `--algorithm`: ppo, grpo (= dapo), dapo, bnpo, dr_grpo, gspo,
/// cispo, sapo, rloo, reinforce_pp, raft, raft_pp, reinforce_rej, psr, nsr, w_reinforce.
std::vector<std::string> algorithm_presets();
/// Sets every field that makes the algorithm (loss, ratio, clip, normaliser, weights, update_on)
/// and leaves the others (steps, sizes, learning rates, beta, sampling) as they are. errors
/// kNotFound with the nearest name source  training.md 5.4; test  recipe_test.cpp
util::Status apply_algorithm_preset(PolicyConfig& config, std::string_view name);

/// The three stages for a 7B model with LoRA on one GPU of 16 to 24 GB; model and data sets are
/// left open.
Recipe default_recipe();
/// The embedded demonstration with all its controls: cold_start, vrl, rft, control_random,
/// control_shuffled, control_rft_from_cold, control_more_sft.
Recipe demo_recipe();
/// The demonstration with fewer steps and without controls.
Recipe demo_quick_recipe();
/// "default-7b", "demo", "demo-quick"; the same recipes stand in resources/recipes/NAME.json.
std::vector<std::string> builtin_recipe_names();
util::Result<Recipe> builtin_recipe(std::string_view name);

}  // namespace veritune::train
