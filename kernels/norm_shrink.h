// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bf16.h"
#include "kernels/kernel_types.h"

namespace veritune::kernels {

/// A x: the groups of 64 inputs are cut into this many fixed parts (part i begins with group
/// i * groups / kShrinkParts), each a fp32 sum of its own; the parts are added in order.
inline constexpr int kShrinkParts = 32;

/// RMSNorm of the residual stream and the narrow half of the adapters behind it:
///     x = bf16(residual * rstd * gamma), rstd = 1 / sqrt(mean(residual^2) + eps)
///     xa = bf16(scale * (A x))
/// residual  bf16 [m, k], row stride residual_stride;  gamma  bf16 [k]
/// a         bf16 [a_rows, k] or null: the A matrices that share x, stacked (q, k, v; gate, up)
/// x         bf16 [m, k], row stride x_stride
/// xa        bf16 [m, a_rows], row stride xa_stride
/// k a multiple of 64 (and of 8 lanes of 8 for the sum below), a_rows of 16; pointers on 16 bytes.
/// The sum of squares: 256 lanes take eights of elements in turn, a lane adds its own in order,
/// then lanes l and l ^ 16, ^ 8, ^ 4, ^ 2, ^ 1 of each 32, then the eight sums in order. A x is
/// summed as in gemm_q. A row does not depend on the others.  test  norm_shrink_test.cpp
struct NormShrink {
    const Bf16* residual = nullptr;
    const Bf16* gamma = nullptr;
    const Bf16* a = nullptr;
    Bf16* x = nullptr;
    Bf16* xa = nullptr;
    std::int64_t m = 0;
    std::int64_t k = 0;
    std::int64_t a_rows = 0;
    std::int64_t residual_stride = 0;
    std::int64_t x_stride = 0;
    std::int64_t xa_stride = 0;
    float eps = 1e-6F;
    float scale = 1.0F;             ///< alpha / r, or alpha / sqrt(r) for rsLoRA
    bool overlap_previous = false;  ///< as in GemmQ
};

/// xa = bf16(scale * (A x)) alone, for the projections whose input is no norm's output (o, down).
/// partial   scratch, fp32 [ceil(m / 8)][a_rows / 16][kShrinkParts][8][16]
/// arrivals  scratch, u32 [ceil(m / 8)][a_rows / 16]; zero before the first call, left zero by each
/// Both may be null on the CPU.
struct LoraShrink {
    const Bf16* x = nullptr;
    const Bf16* a = nullptr;
    Bf16* xa = nullptr;
    float* partial = nullptr;
    std::uint32_t* arrivals = nullptr;
    std::int64_t m = 0;
    std::int64_t k = 0;
    std::int64_t a_rows = 0;
    std::int64_t x_stride = 0;
    std::int64_t xa_stride = 0;
    float scale = 1.0F;
    bool overlap_previous = false;
};

bool is_valid(const NormShrink& args);
bool is_valid(const LoraShrink& args);
Cost norm_shrink_cost(const NormShrink& args);
Cost lora_shrink_cost(const LoraShrink& args);

}  // namespace veritune::kernels

VT_DECLARE_KERNEL(norm_shrink, veritune::kernels::NormShrink)
VT_DECLARE_KERNEL(lora_shrink, veritune::kernels::LoraShrink)
