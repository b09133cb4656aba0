// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/optim_block.h"

namespace veritune::kernels {

/// What keeps an optimiser step from being done.
enum class BadStep : std::int32_t { kNone = 0, kGradient = 1, kFirstMoment = 2, kSecondMoment = 3 };

/// Lies where the step is computed: adamw8 reads it there, the host when it looks.
struct StepVerdict {
    double norm = 0;     ///< of the gradients, before clipping
    float scale = 1.0F;  ///< what gradients are to be multiplied by
    BadStep bad = BadStep::kNone;
};

/// Global norm of the gradients that the blocks point to, the factor that clips it, and whether a
/// step may be done: not with a gradient that is not finite or whose norm is 1e19 or more (its
/// square is no fp32), nor with a moment that is not finite. Squares and sums are fp64, in one tree
/// per block, 1,024 strided sums over blocks and one tree over those: the same bits on any card,
/// any number of threads, twin and CUDA.
/// moments  what the verdict looks at besides; a null is left out
/// partial  fp64 [count], flags  uint8 [count]: scratch, written before it is read
/// clip     the norm that larger ones are scaled to (by clip / (norm + 1e-6)); 0: none
/// test     grad_norm_test.cpp;  source  kernels.md 8
struct GradNormBlocks {
    const OptimBlock* blocks = nullptr;
    const float* grad = nullptr;
    Moments moments{};
    std::int64_t count = 0;
    double clip = 0;
    double* partial = nullptr;
    std::uint8_t* flags = nullptr;
    StepVerdict* verdict = nullptr;
};

VT_HD bool is_valid(const GradNormBlocks& a) {
    return a.count >= 0 && a.count <= INT32_MAX && a.clip >= 0 && a.verdict != nullptr &&
           (a.count == 0 || (a.blocks != nullptr && a.grad != nullptr && a.partial != nullptr &&
                             a.flags != nullptr));
}

/// The end of both twins: the verdict from the sum of squares and the flags of all blocks.
VT_HD StepVerdict step_verdict(double sum_of_squares, std::uint32_t flags, double clip) {
    constexpr double kLargest = 1e19;
    StepVerdict v;
    v.norm = std::sqrt(sum_of_squares);
    if (!(v.norm < kLargest)) {
        v.bad = BadStep::kGradient;
    } else if ((flags & 1U) != 0) {
        v.bad = BadStep::kFirstMoment;
    } else if ((flags & 2U) != 0) {
        v.bad = BadStep::kSecondMoment;
    }
    if (clip > 0 && v.norm > clip) v.scale = static_cast<float>(clip / (v.norm + 1e-6));
    return v;
}

VT_HD Cost grad_norm_blocks_cost(const GradNormBlocks& a) {
    const auto numbers = static_cast<double>(a.count) * kOptimBlock;
    const double moments =
        a.moments.m != nullptr ? 8 * numbers : 8.0 * static_cast<double>(a.count);
    return {4 * numbers + moments, 9.0 * static_cast<double>(a.count), 2 * numbers};
}

}  // namespace veritune::kernels

VT_DECLARE_KERNEL(grad_norm_blocks, GradNormBlocks)
