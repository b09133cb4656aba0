// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/grad_norm.h"
#include "kernels/optim_block.h"
#include "kernels/plain_math.h"

namespace veritune::kernels {

/// The numbers of one step, the same for every parameter.
struct AdamRule {
    float beta1 = 0.9F, beta2 = 0.999F;
    float step_size = 0;        ///< learning rate / (1 - beta1^step)
    float inverse_root_c2 = 1;  ///< 1 / sqrt(1 - beta2^step)
    float keep = 1;             ///< 1 - learning rate * weight decay
    float eps = 1e-8F;
};
/// step  from 1
inline AdamRule adam_rule(std::int64_t step,
                          double learning_rate,
                          double beta1,
                          double beta2,
                          double eps,
                          double weight_decay) {
    const auto t = static_cast<double>(step);
    return {.beta1 = static_cast<float>(beta1),
            .beta2 = static_cast<float>(beta2),
            .step_size = static_cast<float>(learning_rate / (1.0 - std::pow(beta1, t))),
            .inverse_root_c2 = static_cast<float>(1.0 / std::sqrt(1.0 - std::pow(beta2, t))),
            .keep = static_cast<float>(1.0 - learning_rate * weight_decay),
            .eps = static_cast<float>(eps)};
}

/// AdamW (decoupled weight decay) over the blocks of an adapter, where the gradients are:
/// g = grad * verdict.scale;  m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;
/// p = p keep - step_size m / (sqrt(v) inverse_root_c2 + eps). Every operation rounds to fp32 once;
/// with 8-bit moments p moves by the new ones before they are rounded to codes, a scale per block;
/// a v that is not 0 never becomes 0. Does nothing at all when verdict.bad says so.
/// grad     fp32, copy  bf16 (null: none): places as in the blocks
/// master   fp32 [256 * count], in and out
/// verdict  of grad_norm_blocks on the same stream before
/// test     adamw8_test.cpp;  source  arXiv 1711.05101, 2110.02861; kernels.md 8
struct AdamW8 {
    const OptimBlock* blocks = nullptr;
    const float* grad = nullptr;
    float* master = nullptr;
    Bf16* copy = nullptr;
    Moments moments{};
    const StepVerdict* verdict = nullptr;
    AdamRule rule{};
    std::int64_t count = 0;
};

/// Masters to bf16 where another layout wants them. Padding is not written.
struct SpreadBlocks {
    const OptimBlock* blocks = nullptr;
    const float* master = nullptr;
    Bf16* to = nullptr;
    std::int64_t count = 0;
};

VT_HD bool is_valid(const AdamW8& a) {
    return a.count >= 0 && a.count <= INT32_MAX && a.verdict != nullptr && are_valid(a.moments) &&
           a.blocks != nullptr && a.grad != nullptr && a.master != nullptr && a.rule.beta1 >= 0 &&
           a.rule.beta1 < 1 && a.rule.beta2 >= 0 && a.rule.beta2 < 1 && a.rule.eps >= 0;
}
VT_HD bool is_valid(const SpreadBlocks& a) {
    return a.count >= 0 && a.count <= INT32_MAX && a.blocks != nullptr && a.master != nullptr &&
           a.to != nullptr;
}

/// One number's step; m and v come back unrounded.
VT_PLAIN float adam_step(const AdamRule& rule, float g, float p, float& m, float& v) {
    using plain::add;
    using plain::div;
    using plain::mul;
    using plain::sub;
    m = add(mul(rule.beta1, m), mul(sub(1.0F, rule.beta1), g));
    v = add(mul(rule.beta2, v), mul(mul(sub(1.0F, rule.beta2), g), g));
#ifdef __CUDA_ARCH__
    const float root = __fsqrt_rn(v);
#else
    const float root = std::sqrt(v);
#endif
    return sub(mul(p, rule.keep),
               div(mul(rule.step_size, m), add(mul(root, rule.inverse_root_c2), rule.eps)));
}

/// How a block's scale is found: the largest key belongs to the number of the largest size, the
/// first of equals; its sign comes along.
VT_HD std::uint64_t size_key(float x, int e) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(x);
    return (static_cast<std::uint64_t>(bits & 0x7fffffffU) << 9) |
           (static_cast<std::uint64_t>(kOptimBlock - 1 - e) << 1) | (bits >> 31);
}
VT_HD float scale_of(std::uint64_t key) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(key >> 9) |
                                (static_cast<std::uint32_t>(key & 1U) << 31));
}
/// The number as a share of its block's scale; 0 in a block of zeros.
VT_PLAIN float share_of(float x, float scale) {
    return scale == 0.0F ? 0.0F : plain::div(x, scale);
}
VT_PLAIN std::uint8_t second_code(const float* bound, float v, float scale) {
    const std::uint8_t code = nearest_code(bound, share_of(v, scale));
    return code == 0 && v > 0.0F ? std::uint8_t{1} : code;
}

VT_HD Cost adamw8_cost(const AdamW8& a) {
    const auto numbers = static_cast<double>(a.count) * kOptimBlock;
    const double moments =
        a.moments.eight_bit() ? 2 * numbers + 8.0 * static_cast<double>(a.count) : 8 * numbers;
    return {8 * numbers + moments + 32.0 * static_cast<double>(a.count),
            4 * numbers + moments + (a.copy != nullptr ? 2 * numbers : 0),
            14 * numbers};
}

}  // namespace veritune::kernels

VT_DECLARE_KERNEL(adamw8, AdamW8)
VT_DECLARE_KERNEL(spread_blocks, SpreadBlocks)
