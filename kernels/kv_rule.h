// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bf16.h"
#include "kernels/kernel_types.h"

namespace veritune::kernels {

/// What is known of the q and k channels of a layer before any token is seen. A channel c of a
/// projection of a normalised input is bias_c +- sigma_c, sigma_c the norm of row c of the weights
/// times gamma (channel_sigma). With qk norm (Qwen3) bias is 0 and sigma the norm's own gamma.
/// q_*  fp32 [q_heads, head_dim];  k_*  fp32 [kv_heads, head_dim];  a bias may be null (zeros)
struct KvRule {
    const float* q_bias = nullptr;
    const float* q_sigma = nullptr;
    const float* k_bias = nullptr;
    const float* k_sigma = nullptr;
    std::int64_t q_heads = 0;
    std::int64_t kv_heads = 0;
    std::int64_t head_dim = 0;
};

inline constexpr double kMaxLogitNoise = 0.1;  ///< nats, standard deviation

/// sqrt(sum (row_i * gamma_i)^2), in double
float channel_sigma(const float* row, const float* gamma, std::int64_t count);

/// Standard deviation of the noise that int8 keys put on a logit, largest over the heads:
/// rms(q) * max|k| / 440, with max|k| = max(|bias_c| + 4 sigma_c) and rms(q)^2 = mean(bias_c^2 +
/// sigma_c^2). (A step of absmax/127 has a deviation of absmax/440; the head_dim products and the
/// scale 1/sqrt(head_dim) cancel.) errors  NaN when a pointer or a size misfits
/// test  kv_rule_test.cpp
double kv_logit_noise(const KvRule& rule);

/// Whether the layer must keep its keys and values in bf16.
inline bool keeps_bf16_kv(const KvRule& rule) { return !(kv_logit_noise(rule) <= kMaxLogitNoise); }

}  // namespace veritune::kernels
