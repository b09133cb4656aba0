// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/gemm_q_common.cuh"

/// The end of a result in the kernels of gemm_q for many tokens: adapter, bias, residual, store,
/// all for one row tile and eight tokens in the accumulator layout of mma.m16n8 (a lane holds rows
/// g and g + 8 of the tile and tokens 2t and 2t + 1).
namespace veritune::kernels::cuda {

/// B xa of one row tile and eight tokens, straight from global memory: the steps of lora_step.
__device__ __forceinline__ void adapter_sums(
    const GemmQ& a, int tile, int first_token, int lane, float (&sum)[4]) {
    const int g = lane >> 2;
    const int t = lane & 3;
    const int r = static_cast<int>(a.lora.r);
    const int token = first_token + g < a.m ? first_token + g : 0;
    const Bf16* b = a.lora.b + (kQuantRows * static_cast<std::int64_t>(tile) + g) * r + 4 * t;
    const Bf16* xa =
        a.lora.xa + token * a.lora.xa_stride + lora_slice(a, kQuantRows * tile) * r + 4 * t;
    const bool gate_up = a.w.order == RowOrder::kGateUp;
#pragma unroll 1
    for (int q = 0; q < r; q += 16) {
        const uint2 low = __ldg(reinterpret_cast<const uint2*>(b + q));
        const uint2 high = __ldg(reinterpret_cast<const uint2*>(b + 8 * r + q));
        const uint2 x = __ldcg(reinterpret_cast<const uint2*>(xa + q));
        if (!gate_up) {
            mma_bf16(sum, {low.x, high.x, low.y, high.y}, x.x, x.y);
            continue;
        }
        const uint2 of_up = __ldcg(reinterpret_cast<const uint2*>(xa + r + q));
        mma_bf16(sum, {low.x, 0, low.y, 0}, x.x, x.y);
        mma_bf16(sum, {0, high.x, 0, high.y}, of_up.x, of_up.y);
    }
}

/// What is added to, or multiplied with, rows g and g + 8 of a row tile: the same for all tokens.
struct RowTerms {
    float factor[2];
    float bias[2];
};
template <QuantKind kKind>
__device__ __forceinline__ RowTerms row_terms(const GemmQ& a, int tile, int lane) {
    RowTerms terms = {};
#pragma unroll
    for (int h = 0; h < 2; ++h) {
        const int row = static_cast<int>(kQuantRows) * tile + (lane >> 2) + 8 * h;
        if (row >= a.w.n) continue;
        if constexpr (kKind == QuantKind::kInt8) terms.factor[h] = a.w.row_factor[row];
        if constexpr (kKind == QuantKind::kInt4) terms.factor[h] = 1 << kInt4Shift;
        if (a.bias != nullptr) terms.bias[h] = to_float(a.bias[row]);
    }
    return terms;
}

/// The four results of a lane: rows g, g + 8 of a row tile and two tokens. with_adapter() with the
/// loads taken out.
template <QuantKind kKind>
__device__ __forceinline__ void complete(const GemmQ& a,
                                         const RowTerms& terms,
                                         const float (&lora)[4],
                                         float (&sum)[4]) {
#pragma unroll
    for (int e = 0; e < 4; ++e) {
        if constexpr (kKind != QuantKind::kNf4) sum[e] = __fmul_rn(sum[e], terms.factor[e >> 1]);
        if (a.lora.r > 0) sum[e] = __fadd_rn(sum[e], lora[e]);
        if (a.bias != nullptr) sum[e] = __fadd_rn(sum[e], terms.bias[e >> 1]);
    }
}

/// What y holds there now, for the epilogue that adds to it.
__device__ __forceinline__ void load_residual(
    const GemmQ& a, int tile, int first_token, int lane, float (&before)[4]) {
#pragma unroll
    for (int e = 0; e < 4; ++e) {
        const int token = first_token + 2 * (lane & 3) + (e & 1);
        const int row = static_cast<int>(kQuantRows) * tile + (lane >> 2) + 8 * (e >> 1);
        if (token < a.m && row < a.w.n) {
            const Bf16* y = static_cast<const Bf16*>(a.y) + token * a.y_stride + row;
            before[e] = to_float(Bf16{__ldcg(reinterpret_cast<const unsigned short*>(y))});
        }
    }
    __syncwarp();  // tensor core instructions may follow
}

__device__ __forceinline__ void store_results(const GemmQ& a,
                                              int tile,
                                              int first_token,
                                              int lane,
                                              const float (&value)[4],
                                              const float (&before)[4]) {
    const int row = static_cast<int>(kQuantRows) * tile + (lane >> 2);
#pragma unroll
    for (int e = 0; e < 2; ++e) {
        const int token = first_token + 2 * (lane & 3) + e;
        if (token >= a.m) continue;
        if (a.epilogue == GemmEpilogue::kSwiglu) {
            store_feature(a, token, 8 * tile + (lane >> 2), value[e], value[2 + e]);
            continue;
        }
#pragma unroll
        for (int h = 0; h < 2; ++h) {
            if (row + 8 * h >= a.w.n) continue;
            const std::int64_t at = token * a.y_stride + row + 8 * h;
            const float v = value[2 * h + e];
            if (a.epilogue == GemmEpilogue::kStoreFp32) {
                static_cast<float*>(a.y)[at] = v;
            } else if (a.epilogue == GemmEpilogue::kResidual) {
                static_cast<Bf16*>(a.y)[at] =
                    round_bf16(__fadd_rn(before[2 * h + e], to_float(round_bf16(v))));
            } else {
                static_cast<Bf16*>(a.y)[at] = round_bf16(v);
            }
        }
    }
}

}  // namespace veritune::kernels::cuda
