// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/kernel_types.h"
#include "kernels/quant_view.h"

namespace veritune::kernels {

/// What happens to a row of results before it is stored.
enum class GemmEpilogue : std::int32_t {
    kStoreBf16,  ///< y bf16 [m, n]
    kStoreFp32,  ///< y fp32 [m, n]: logits
    kSwiglu,     ///< order kGateUp: y bf16 [m, n/2] = bf16(silu(bf16(gate)) * bf16(up))
    kResidual,   ///< y bf16 [m, n] += bf16(result), the sum rounded to bf16
};

/// A LoRA adapter beside the matrix: y += B xa, with xa = bf16(s_lora * (A x)) from norm_shrink.
/// b   bf16 [n rounded up to 16, r] in the row order of the matrix (kGateUp: interleaved by eights
/// as its rows) xa  bf16 [m, slices * r], row stride xa_stride; kQkv has 3 slices (q, k, v),
/// kGateUp 2, else 1
struct LoraOperand {
    const Bf16* b = nullptr;
    const Bf16* xa = nullptr;
    std::int64_t r = 0;  ///< padded to a multiple of 16 with zeros, at most 64; 0 = no adapter
    std::int64_t xa_stride = 0;
};

/// y = epilogue(W x + B xa + bias): every quantised projection of decoding, and the head.
/// x     bf16 [m, k], row stride x_stride (a multiple of 8);  1 <= m <= 256
/// w     k a multiple of 64; n of kGateUp a multiple of 16; kQkv with q_rows and kv_rows, multiples
///       of 16 with q_rows + 2 kv_rows = n
/// bias  bf16 [n] or null, in the row order of the matrix
/// y     row stride y_stride elements (a multiple of 8 for bf16, 4 for fp32)
/// Order of every sum, the same for any m (a row of y does not depend on the other rows, nor on how
/// many there are, bit for bit): K in kSlices fixed parts (slice_begin); in a part groups ascend
/// and go through one fp32 accumulator; ((p0+p1)+...+p7) * row_factor + B xa + bias; one rounding.
/// Pointers on 16 bytes, of w on 256.  test  gemm_q_test.cpp;  source  architecture.md "Kernels"
struct GemmQ {
    const Bf16* x = nullptr;
    QuantView w{};
    LoraOperand lora{};
    const Bf16* bias = nullptr;
    void* y = nullptr;
    GemmEpilogue epilogue = GemmEpilogue::kStoreBf16;
    std::int64_t m = 0;
    std::int64_t x_stride = 0;
    std::int64_t y_stride = 0;
    std::int64_t q_rows = 0;   ///< kQkv only
    std::int64_t kv_rows = 0;  ///< kQkv only
    /// The kernel before this one on the stream may still run when this one starts; it is waited
    /// for before x, xa or y is touched (weights are constant). Set inside recorded graphs.
    bool overlap_previous = false;
    /// Memory of the device that faster kernels use between their blocks, of one stream alone: at
    /// least cuda::gemm_q_scratch(w, m) bytes, zeroed before the first launch, then left to itself.
    /// Null: done without, with the same bits.
    void* scratch = nullptr;
    std::int64_t scratch_bytes = 0;
};

inline constexpr std::int64_t kGemmQMaxRows = 256;
inline constexpr std::int64_t kGemmQMaxRank = 64;

/// Whether the sizes, strides and pointers fit the contract above.
bool is_valid(const GemmQ& args);
Cost gemm_q_cost(const GemmQ& args);

}  // namespace veritune::kernels

VT_DECLARE_KERNEL(gemm_q, veritune::kernels::GemmQ)

namespace veritune::kernels::cuda {
/// Bytes of GemmQ::scratch for up to m tokens on the current card; 0 = nothing to gain there.
std::int64_t gemm_q_scratch(const QuantView& w, std::int64_t m);
}  // namespace veritune::kernels::cuda
