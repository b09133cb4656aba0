// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/train/advantage.h"
#include "core/train/config.h"
#include "core/train/policy_stats.h"
#include "core/util/result.h"

#include <ATen/core/Tensor.h>

#include <string_view>

namespace veritune::train {

/// Rows of one forward pass; whole chains, any subset of the optimiser batch. All [N, L] of one
/// device; what lies outside token_mask may be anything, NaN included.
struct PolicyBatch {
    at::Tensor logprobs{};      ///< [N, L] of the policy being trained
    at::Tensor old_logprobs{};  ///< [N, L] at rollout weights; undefined = on-policy, the values of
                                ///< logprobs
    at::Tensor ref_logprobs{};  ///< [N, L]; undefined = no reference (beta must be 0)
    at::Tensor sampling_logprobs{};  ///< [N, L] as the sampler reported; undefined = no correction
    at::Tensor advantages{};         ///< [N, L], from compute_advantages
    at::Tensor token_mask{};         ///< [N, L], from compute_advantages
    at::Tensor update{};             ///< [N] bool, from compute_advantages; undefined = all
};

/// Message of the error for a loss that is not finite: the caller skips the step.
inline constexpr std::string_view kPolicyLossNotFinite = "policy loss is not finite";

struct PolicyLoss {
    double loss = 0.0;
    at::Tensor grad;      ///< d loss / d logprobs, [N, L], type and device of logprobs; exactly 0
                          ///< outside token_mask and on chains with update false
    PolicyStats stats{};  ///< over all of token_mask, also chains without update
};

/// The loss of every algorithm in training.md 5.4, minimised. Per token with A and rho =
/// exp(logprobs - old):
///   ppo, grpo, rloo, reinforce_pp, raft with raft_clip   max(-A rho, -A clip(rho, 1 - epsilon, 1 +
///   epsilon_high)),
///                    rho first capped by delta; ppo with A < 0 also bounded by -A dual_clip
///   raft             -A logprobs
///   loss_type cispo  -sg(min(rho, epsilon_high)) A logprobs
///   loss_type sapo   -4 / tau sigmoid(tau (rho - 1)) A
/// importance_sampling_level sequence: one rho per chain, exp of the mean (grpo) or the sum (rloo)
/// of the differences. Then times the importance weight, plus beta times the KL estimate, times m /
/// divisor:
///   dapo, cispo  M;   dr_grpo  N Lmax;   grpo, gspo, sapo  N L_i;   bnpo  tokens of this batch
///   alone
/// The divisor comes from outside, so the sum over micro-batches is the loss of the whole batch
/// (but not for bnpo). Computed in double whatever the type of the inputs. errors kInvalidArgument:
/// a shape does not fit, beta without reference, or a loss that is not finite;
///         kOutOfMemory, kInternal from the tensor library
/// threads  pure; test  policy_golden_test.cpp, policy_exact_test.cpp, policy_loss_test.cpp
util::Result<PolicyLoss> policy_loss(const PolicyConfig& config,
                                     const PolicyBatch& batch,
                                     const LossNormaliser& normaliser);

struct SftLoss {
    double loss = 0.0;
    at::Tensor grad;  ///< d loss / d logprobs, [N, L]
};

/// -sum(m * logprobs) / normaliser; normaliser = completion tokens of the whole optimiser batch, >
/// 0. logprobs, mask  [N, L]; what lies outside the mask may be anything
SftLoss sft_loss(const at::Tensor& logprobs, const at::Tensor& mask, double normaliser);

}  // namespace veritune::train
