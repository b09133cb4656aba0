// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bf16.h"
#include "kernels/kernel_types.h"

namespace veritune::kernels {

/// How cuBLASLt is to compute one shape: chosen once, stored beside a run, used again as it is.
/// Holds for the library version, card and shape it was chosen for.
struct GemmAlgorithm {
    std::uint64_t words[8] = {};  ///< cublasLtMatmulAlgo_t
    std::uint64_t library = 0;    ///< cublasLtGetVersion(); 0 = nothing was chosen
    std::int64_t workspace = 0;   ///< bytes it needs
};

/// How the operands lie.
enum class GemmForm : std::int32_t {
    kAbt = 0,  ///< A [m, k], B [n, k]: C = A B^T
    kAb = 1,   ///< A [m, k], B [k, n]: C = A B
    kAtb = 2,  ///< A [k, m], B [k, n]: C = A^T B, a sum over tokens: gradients of adapters
};

/// C = alpha A B^T + beta C for many tokens (or A B, or A^T B): the projections of training,
/// prefill and log-prob passes, on slabs of dequantised weights.
/// a         bf16 [m, k], row stride lda
/// b         bf16 [n, k], row stride ldb: a slab of weights in orientation NK (forward) or KN
///           (backward, then n counts inputs and k outputs)
/// c         bf16 or fp32 [m, n], row stride ldc; read only when beta != 0
/// Accumulation fp32, one rounding at the end. m, n, k >= 1; n, the strides and what lies along a
/// row of a and b are multiples of 8, pointers on 16 bytes.
/// algorithm CUDA: what gemm_large_choose found for this shape; null = the choice is made, and kept
///           for the life of the process, at the first call of a shape (not while a graph is
///           recorded).
/// workspace CUDA: workspace_bytes >= algorithm->workspace, 256-byte aligned; null needs a choice
///           made with workspace_bytes = 0
/// CUDA uses cuBLASLt, opened at the first call (libcublasLt.so.13); without it kUnavailable, and
/// cuda::last_error() says where it was looked for. The same algorithm, card and library give the
/// same bits. test  gemm_large_test.cpp
struct GemmLarge {
    const Bf16* a = nullptr;
    const Bf16* b = nullptr;
    void* c = nullptr;
    bool fp32 = false;  ///< storage of c
    GemmForm form = GemmForm::kAbt;
    std::int64_t m = 0;
    std::int64_t n = 0;
    std::int64_t k = 0;
    std::int64_t lda = 0;
    std::int64_t ldb = 0;
    std::int64_t ldc = 0;
    float alpha = 1.0F;
    float beta = 0.0F;
    const GemmAlgorithm* algorithm = nullptr;
    void* workspace = nullptr;
    std::int64_t workspace_bytes = 0;
};

/// What Hopper's kernels ask for at most; smaller workspaces leave fewer algorithms to choose from.
inline constexpr std::int64_t kGemmLargeWorkspace = std::int64_t{32} << 20;

/// What both twins refuse alike.
static inline bool is_valid(const GemmLarge& g) {
    const auto on16 = [](const void* p) {
        return p != nullptr && reinterpret_cast<std::uintptr_t>(p) % 16 == 0;
    };
    const std::int64_t a_row = g.form == GemmForm::kAtb ? g.m : g.k;
    const std::int64_t b_row = g.form == GemmForm::kAbt ? g.k : g.n;
    return g.m >= 1 && g.n >= 1 && g.k >= 1 && g.n % 8 == 0 && a_row % 8 == 0 && g.lda >= a_row &&
           g.ldb >= b_row && g.ldc >= g.n && g.lda % 8 == 0 && g.ldb % 8 == 0 && g.ldc % 8 == 0 &&
           g.m <= INT32_MAX && g.n <= INT32_MAX && g.k <= INT32_MAX && on16(g.a) && on16(g.b) &&
           on16(g.c);
}
static inline Cost gemm_large_cost(const GemmLarge& g) {
    const auto m = static_cast<double>(g.m);
    const auto n = static_cast<double>(g.n);
    const auto k = static_cast<double>(g.k);
    const double c = m * n * (g.fp32 ? 4 : 2);
    return {2 * k * (m + n) + (g.beta != 0.0F ? c : 0), c, 2 * m * n * k};
}

namespace cuda {
/// The algorithm for this shape (pointers are not read), by the library's own ranking; the same on
/// every call of a process. kUnavailable without the library.
#ifdef VT_HAS_CUDA
Status gemm_large_choose(const GemmLarge& args, GemmAlgorithm* algorithm);
#else
inline Status gemm_large_choose(const GemmLarge&, GemmAlgorithm*) { return Status::kUnavailable; }
#endif
}  // namespace cuda
}  // namespace veritune::kernels

VT_DECLARE_KERNEL(gemm_large, GemmLarge)
