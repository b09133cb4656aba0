// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/gemm_q.h"

namespace veritune::kernels {

/// One projection of a chain. gemm.x is its input as it is, or, with gamma, the residual stream
/// that is normalised first (norm_shrink); gemm.lora.xa is not read: it is computed from `a`.
struct ChainPhase {
    GemmQ gemm{};
    const Bf16* gamma = nullptr;  ///< [k]
    const Bf16* a = nullptr;      ///< bf16 [slices * r, k] when gemm.lora.r > 0
};

inline constexpr int kMaxChainPhases = 4;

/// Projections that follow one another, in one launch: output, gate and up, down and the next
/// layer's q, k, v. Gives the bits of norm_shrink, lora_shrink and gemm_q called one after the
/// other; what a launch costs is paid once, and the weights of a phase come in while the one before
/// it ends.
/// m        1 or 2, the same in all phases; int4 matrices
/// scale    of the adapter; eps of the norms, as in NormShrink
/// partial  scratch, fp32 gemm_chain_partials(args) numbers, cleared together with sync and used
///          with it alone: what earlier calls left in it is told apart by their number in sync
/// sync     u32 [kChainSyncWords], zero before the first call; each call leaves zeros and, in word
///          kChainCallsWord, one more than it found
/// x, xa    scratch of the CPU twin only: bf16 [m, largest k], [m, largest slices * r]
/// The next kernel on the stream may start early, but not before all kernels before this one have
/// ended (PagedAttnDecode::older_have_ended).
/// CUDA: sm_90; a grid of all multiprocessors that waits for itself, so one at a time on a card
/// (kUnavailable when a block does not fit).  test  gemm_chain_test.cpp
struct GemmChain {
    ChainPhase phase[kMaxChainPhases]{};
    std::int32_t count = 0;
    float eps = 1e-6F;
    float scale = 1.0F;
    float* partial = nullptr;
    std::uint32_t* sync = nullptr;
    Bf16* x = nullptr;
    Bf16* xa = nullptr;
    bool overlap_previous = false;
};

inline constexpr std::int64_t kChainSyncWords = 64;
inline constexpr int kChainCallsWord = 32;

bool is_valid(const GemmChain& args);
std::int64_t gemm_chain_partials(const GemmChain& args);
Cost gemm_chain_cost(const GemmChain& args);

}  // namespace veritune::kernels

VT_DECLARE_KERNEL(gemm_chain, veritune::kernels::GemmChain)
