// SPDX-License-Identifier: Apache-2.0
#include "core/train/config.h"

namespace veritune::train {

namespace {

util::Status require(bool ok, std::string_view where, const char* rule) {
    if (ok) return {};
    return util::fail(util::ErrorCode::kInvalidArgument, std::string(where) + ": " + rule);
}

bool is_group_method(const PolicyConfig& c) {
    return c.algorithm == "grpo" || c.algorithm == "rloo" || c.algorithm == "reinforce_pp";
}

util::Status validate_loss_form(const PolicyConfig& c, std::string_view where) {
    const bool sequence = c.importance_sampling_level == "sequence";
    const bool special = c.loss_type == "gspo" || c.loss_type == "cispo" || c.loss_type == "sapo";
    VT_TRY(require(!special || c.algorithm == "grpo",
                   where,
                   "loss_type gspo, cispo and sapo belong to algorithm grpo"));
    VT_TRY(require(c.loss_type != "gspo" || sequence,
                   where,
                   "loss_type gspo needs importance_sampling_level sequence"));
    VT_TRY(require(!sequence || c.algorithm == "grpo" || c.algorithm == "rloo",
                   where,
                   "importance_sampling_level sequence belongs to algorithm grpo or rloo"));
    VT_TRY(require(c.delta == 0.0 || c.delta > 1.0, where, "delta must be 0 (off) or above 1"));
    VT_TRY(require(
        c.dual_clip == 0.0 || c.dual_clip > 1.0, where, "dual_clip must be 0 (off) or above 1"));
    return require(
        !c.raft_clip || c.algorithm == "raft", where, "raft_clip belongs to algorithm raft");
}

util::Status validate_advantage(const PolicyConfig& c, std::string_view where) {
    const bool ppo = c.algorithm == "ppo";
    VT_TRY(require(
        !is_group_method(c) || c.num_generations >= 2,
        where,
        "num_generations must be at least 2: a group method compares the chains of a problem"));
    VT_TRY(require(c.kl_coef == 0.0 || c.algorithm == "rloo" || (ppo && c.update_on == "all"),
                   where,
                   "kl_coef belongs to algorithm rloo, or ppo with update_on all; use beta"));
    VT_TRY(require(c.dynamic_sampling == "off" || !ppo,
                   where,
                   "dynamic_sampling belongs to group methods and raft, not to algorithm ppo"));
    VT_TRY(require(is_group_method(c) || (c.positive_weight == 1.0 && c.negative_weight == 1.0),
                   where,
                   "positive_weight and negative_weight belong to group methods"));
    VT_TRY(require(c.positive_weight > 0.0 || c.negative_weight > 0.0,
                   where,
                   "positive_weight and negative_weight are both 0: nothing would be learned"));
    VT_TRY(require(c.update_on == "all" || c.positive_weight > 0.0,
                   where,
                   "update_on verified with positive_weight 0 would learn nothing"));
    return require(
        !ppo || c.value_output == "linear" || c.overlong_penalty_tokens == 0.0,
        where,
        "overlong_penalty_tokens makes rewards below 0, which needs value_output linear");
}

}  // namespace

util::Status validate_policy(const PolicyConfig& c, std::string_view where) {
    VT_TRY(validate_loss_form(c, where));
    VT_TRY(validate_advantage(c, where));
    VT_TRY(require(c.sampling.temperature > 0.0,
                   where,
                   "temperature must be above 0: training needs probabilities"));
    VT_TRY(
        require(c.overlong_penalty_tokens <= static_cast<double>(c.sampling.max_completion_length),
                where,
                "overlong_penalty_tokens must not exceed max_completion_length"));
    return require(c.num_mini_batches <= c.prompts_per_step * c.num_generations,
                   where,
                   "num_mini_batches must not exceed prompts_per_step x num_generations");
}

}  // namespace veritune::train
