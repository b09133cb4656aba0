// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/train/config.h"
#include "core/util/result.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string_view>

/// From rewards to one advantage per token, on whole groups, before any split into mini- or
/// micro-batches. Everything here runs on the CPU in double, whatever device the inputs are on.
/// threads: pure.
namespace veritune::train {

/// One rollout. N = all chains of the step, L = longest completion.
struct RolloutBatch {
    at::Tensor rewards{};   ///< [N]
    at::Tensor scored{};    ///< [N] bool; false for faults of gold or machine; undefined = all true
    at::Tensor verified{};  ///< [N] bool; verdict `correct`; undefined = rewards >= 1
    at::Tensor truncated{};  ///< [N] bool; ended by length, no EOS; undefined = all false
    at::Tensor group{};      ///< [N] int64, equal for chains of one prompt; undefined = one group
    at::Tensor completion_mask{};  ///< [N, L]; 1 for the first L_i tokens, EOS included
    at::Tensor values{};           ///< [N, L] critic before the update; ppo only
    at::Tensor old_logprobs{};     ///< [N, L]; only with kl_coef > 0
    at::Tensor ref_logprobs{};     ///< [N, L]; only with kl_coef > 0
};

/// What the token losses are divided by: counted once over the whole optimiser batch, never per
/// micro-batch.
struct LossNormaliser {
    double tokens = 0.0;                 ///< M
    double chains = 0.0;                 ///< N, scored chains that were not dropped
    double max_completion_length = 0.0;  ///< Lmax
};

struct AdvantageStats {
    std::int64_t chains = 0;
    std::int64_t faults = 0;            ///< chains that are not scored
    std::int64_t groups = 0;            ///< groups with at least one scored chain
    std::int64_t groups_all_right = 0;  ///< equal rewards, above 0
    std::int64_t groups_all_wrong = 0;  ///< equal rewards, 0 or below
    std::int64_t groups_too_small = 0;  ///< fewer than two scored chains: masked in group methods
    std::int64_t kept = 0;              ///< chains that may carry gradient
    double reject_kept_ratio = 0.0;     ///< verified / scored chains
    double reward_mean = 0.0;           ///< over scored chains, penalties included
    double reward_std = 0.0;            ///< unbiased; 0 for fewer than two
    double sigma = 0.0;  ///< divisor of verified_advantage, after the floor; 0 when unused
};

struct Advantages {
    at::Tensor advantages{};  ///< [N, L] f64; 0 on every token that must not be learned from
    at::Tensor token_mask{};  ///< [N, L] f64; tokens in M: scored, not masked as truncated, group
                              ///< not dropped
    at::Tensor counted{};     ///< [N] bool; chains in N
    at::Tensor update{};   ///< [N] bool; chains that may carry gradient (the loss and its KL term
                           ///< act on these only)
    at::Tensor returns{};  ///< [N, L] f64; critic target; ppo only
    bool has_update =
        false;  ///< false: no policy step; weights, moments and Adam's counter stay as they are
    AdvantageStats stats{};
};

/// The advantage of `config.algorithm` in the form that `config.update_on` asks for; every row of
/// training.md 5.4. errors  kInvalidArgument: a shape does not fit or a scored reward is not finite
/// source  training.md 4, 5.2-5.4; test  advantage_test.cpp, policy_golden_test.cpp
util::Result<Advantages> compute_advantages(const PolicyConfig& config, const RolloutBatch& batch);

/// M, N and Lmax of the rows that one optimiser step uses. token_mask [N, L], counted [N] bool
/// (rows of Advantages).
LossNormaliser loss_normaliser(const at::Tensor& token_mask,
                               const at::Tensor& counted,
                               std::int64_t max_completion_length);

/// Group-relative advantages; exactly 0 for chains that are not counted, for groups whose counted
/// rewards are equal and for groups with fewer than two counted chains. scale  "group": (r - mean)
/// / (std + 1e-4), unbiased std; "batch": the std of all counted rewards; "none": r - mean;
///        "leave_one_out": r - mean of the others
/// rewards  [N] finite where counted; group  [N] int64; counted  [N] bool
/// returns  [N] f64
/// source  arXiv 2402.03300 eq. 3, 2503.20783, 2402.14740; test  advantage_test.cpp
at::Tensor group_advantage(const at::Tensor& rewards,
                           const at::Tensor& group,
                           const at::Tensor& counted,
                           std::string_view scale);

/// (A - mean) / sqrt(unbiased variance + 1e-8) over tokens with mask 1; 0 elsewhere. Fewer than two
/// tokens: 0. advantages, mask  [N, L]; returns [N, L] f64
at::Tensor whiten(const at::Tensor& advantages, const at::Tensor& mask);

struct VerifiedAdvantage {
    at::Tensor advantages;  ///< [N, L] f64
    double sigma = 0.0;
};

/// "Only chains proven correct update the weights": sigma = sqrt(unbiased variance of A over all
/// scored tokens + 1e-8), not below sigma_floor; on verified chains max(A / sigma, 0), elsewhere 0.
/// No mean shift: whitening would make verified chains negative. raw  [N, L] A = reward - V; mask
/// [N, L] scored tokens; verified  [N] bool source  training.md 5.3 (b); test  advantage_test.cpp
VerifiedAdvantage verified_advantage(const at::Tensor& raw,
                                     const at::Tensor& mask,
                                     const at::Tensor& verified,
                                     double sigma_floor);

/// Soft overlong penalty (DAPO): 0 up to Lmax - cache, then -(L_i - (Lmax - cache)) / cache, -1
/// from Lmax on. lengths  [N]; cache  tokens, > 0; returns [N] f64
at::Tensor overlong_penalty(const at::Tensor& lengths, double max_completion_length, double cache);

}  // namespace veritune::train
