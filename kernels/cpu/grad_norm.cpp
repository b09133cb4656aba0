// SPDX-License-Identifier: Apache-2.0
#include "kernels/grad_norm.h"

#include "kernels/cpu/isa.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr int kStrands = 1024;  ///< sums over blocks

bool is_finite(float x) { return (std::bit_cast<std::uint32_t>(x) & 0x7f800000U) != 0x7f800000U; }

/// x[0] becomes the sum of all, as a tree. count  a power of two
double tree_sum(double* x, int count) {
    for (int step = count / 2; step > 0; step /= 2) {
        for (int i = 0; i < step; ++i) x[i] += x[i + step];
    }
    return x[0];
}

double block_sum(const GradNormBlocks& a, const OptimBlock& block) {
    double squares[kOptimBlock] = {};
    for (int e = 0; e < block.count; ++e) {
        const double g = a.grad[place_of(block, e)];
        squares[e] = g * g;
    }
    return tree_sum(squares, kOptimBlock);
}

std::uint32_t block_flags(const Moments& moments, std::int64_t b) {
    bool m = true;
    bool v = true;
    if (moments.m_scale != nullptr) m = is_finite(moments.m_scale[b]);
    if (moments.v_scale != nullptr) v = is_finite(moments.v_scale[b]);
    for (int e = 0; e < kOptimBlock; ++e) {
        if (moments.m != nullptr) m = m && is_finite(moments.m[b * kOptimBlock + e]);
        if (moments.v != nullptr) v = v && is_finite(moments.v[b * kOptimBlock + e]);
    }
    return (m ? 0U : 1U) | (v ? 0U : 2U);
}

Status grad_norm_blocks_body(const GradNormBlocks& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
#pragma omp parallel for schedule(static) if (a.count > 128)
    for (std::int64_t b = 0; b < a.count; ++b) {
        a.partial[b] = block_sum(a, a.blocks[b]);
        a.flags[b] = static_cast<std::uint8_t>(block_flags(a.moments, b));
    }
    double strands[kStrands] = {};
    std::uint32_t flags = 0;
    for (std::int64_t b = 0; b < a.count; ++b) {
        strands[b % kStrands] += a.partial[b];
        flags |= a.flags[b];
    }
    *a.verdict = step_verdict(tree_sum(strands, kStrands), flags, a.clip);
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(grad_norm_blocks, GradNormBlocks)

}  // namespace veritune::kernels::cpu
