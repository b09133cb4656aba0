// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/quant_mma.cuh"
#include "kernels/gemm_q.h"

/// What the kernels of gemm_q for few and for many tokens share: the fixed order of a row's last
/// steps, so that their bits agree.
namespace veritune::kernels::cuda {

inline constexpr int kLoraSlice = 0;  ///< the slice whose warp also multiplies the adapter

/// Bytes of one tile in a ring of shared memory: codes, then meta; a multiple of 16.
template <QuantKind kKind>
struct TileSlot {
    static constexpr int kCodes = kKind == QuantKind::kInt8 ? 1024 : 512;
    static constexpr int kMeta = kKind == QuantKind::kInt4  ? 32
                                 : kKind == QuantKind::kNf4 ? 64
                                                            : 16;
    static constexpr int kBytes = kCodes + kMeta;
};

/// One tile as it lies in shared memory, in registers.
/// codes  int8: 16 bytes of row g, then of row g + 8; else the lane's 16 bytes
/// meta   int4: the word of rows g and g + 8; nf4: absmax of both; int8: the words of four
/// exponents
///        that hold those of rows g and g + 8
template <QuantKind kKind>
struct LoadedTile {
    uint4 codes[kKind == QuantKind::kInt8 ? 2 : 1];
    std::uint32_t meta[2];
};
template <QuantKind kKind>
__device__ __forceinline__ LoadedTile<kKind> read_tile(std::uint32_t codes,
                                                       std::uint32_t meta,
                                                       int lane) {
    const int g = lane >> 2;
    LoadedTile<kKind> raw;
    raw.codes[0] = load_shared16(codes + 16 * lane);
    raw.meta[1] = 0;
    if constexpr (kKind == QuantKind::kInt8) {
        raw.codes[1] = load_shared16(codes + 512 + 16 * lane);
        raw.meta[0] = load_shared4(meta + (g & 4));
        raw.meta[1] = load_shared4(meta + (g & 4) + 8);
    } else {
        raw.meta[0] = load_shared4(meta + 4 * g);
        if constexpr (kKind == QuantKind::kNf4) raw.meta[1] = load_shared4(meta + 4 * (g + 8));
    }
    return raw;
}

/// A tile ready to become fragments, four inputs each: of rows g, g + 8 and the lane's 16 inputs.
template <QuantKind kKind>
struct ReadyTile {
    std::uint32_t low[4];
    std::uint32_t high[kKind == QuantKind::kInt8 ? 4 : 1];
    Int4Scales scales;       // int4
    std::uint32_t units[2];  // int8: of rows g, g + 8
    float absmax[2];         // nf4
    std::uint32_t table;     // nf4: of the lane

    ReadyTile() = default;
    __device__ __forceinline__ ReadyTile(const LoadedTile<kKind>& raw,
                                         int lane,
                                         std::uint32_t nf4_table)
        : low{raw.codes[0].x, raw.codes[0].y, raw.codes[0].z, raw.codes[0].w} {
        if constexpr (kKind == QuantKind::kInt4) {
            scales = int4_scales(raw.meta[0]);
        } else if constexpr (kKind == QuantKind::kNf4) {
            absmax[0] = __uint_as_float(raw.meta[0]);
            absmax[1] = __uint_as_float(raw.meta[1]);
            table = nf4_table + 4 * lane;
        } else {
            const int shift = 8 * ((lane >> 2) & 3);
            units[0] = int8_unit(raw.meta[0] >> shift);
            units[1] = int8_unit(raw.meta[1] >> shift);
            high[0] = raw.codes[1].x;
            high[1] = raw.codes[1].y;
            high[2] = raw.codes[1].z;
            high[3] = raw.codes[1].w;
        }
    }
    /// m a constant.
    __device__ __forceinline__ AFragment fragment(int m) const {
        if constexpr (kKind == QuantKind::kInt4) {
            return int4_fragment(low[m], scales);
        } else if constexpr (kKind == QuantKind::kNf4) {
            return {nf4_pair(low[m], absmax[0], table),
                    nf4_pair(low[m] >> 4, absmax[1], table),
                    nf4_pair(low[m] >> 8, absmax[0], table),
                    nf4_pair(low[m] >> 12, absmax[1], table)};
        } else {
            const Int8Pairs of_low = int8_pairs(low[m], units[0]);
            const Int8Pairs of_high = int8_pairs(high[m], units[1]);
            return {of_low.low, of_high.low, of_low.high, of_high.high};
        }
    }
};

/// All four, codes and meta in shared memory.
template <QuantKind kKind>
__device__ __forceinline__ void tile_fragments(std::uint32_t codes_at,
                                               std::uint32_t meta_at,
                                               int lane,
                                               std::uint32_t nf4_table,
                                               AFragment (&a)[4]) {
    const ReadyTile<kKind> tile(read_tile<kKind>(codes_at, meta_at, lane), lane, nf4_table);
#pragma unroll
    for (int m = 0; m < 4; ++m) a[m] = tile.fragment(m);
}

/// One tile (codes and meta in shared memory) times 8 tokens. x = the lane's 16 activations of
/// token g. acc = rows g, g+8 x tokens 2t, 2t + 1.
template <QuantKind kKind>
__device__ __forceinline__ void multiply_tile(std::uint32_t codes_at,
                                              std::uint32_t meta_at,
                                              int lane,
                                              const uint4 (&x)[2],
                                              float (&acc)[4],
                                              std::uint32_t nf4_table) {
    AFragment a[4];
    tile_fragments<kKind>(codes_at, meta_at, lane, nf4_table, a);
#pragma unroll
    for (int m = 0; m < 4; ++m) {
        const uint4& v = x[m >> 1];
        mma_bf16(acc, a[m], m & 1 ? v.z : v.x, m & 1 ? v.w : v.y);
    }
}

/// Which slice of xa the rows of tile i use (kGateUp uses both, see lora_step).
__device__ __forceinline__ int lora_slice(const GemmQ& a, std::int64_t row) {
    if (a.w.order != RowOrder::kQkv || row < a.q_rows) return 0;
    return row < a.q_rows + a.kv_rows ? 1 : 2;
}

/// Columns q..q+15 of B (16 rows of r in shared memory at `b`) times xa. `xa` = shared address of
/// the values of token g of its slice; for gate and up the slice of up follows it.
__device__ __forceinline__ void lora_step(
    std::uint32_t b, int q, int r, int lane, bool gate_up, std::uint32_t xa, float (&acc)[4]) {
    const int g = lane >> 2;
    const int t = lane & 3;
    const std::uint32_t low = b + 2 * (g * r + q + 4 * t);
    const std::uint32_t high = low + 16 * r;
    const AFragment all = {
        load_shared4(low), load_shared4(high), load_shared4(low + 4), load_shared4(high + 4)};
    const AFragment first = gate_up ? AFragment{all.a0, 0, all.a2, 0} : all;
    const std::uint32_t from = xa + 2 * (q + 4 * t);
    mma_bf16(acc, first, load_shared4(from), load_shared4(from + 4));
    if (gate_up) {
        const AFragment second = {0, all.a1, 0, all.a3};
        mma_bf16(acc, second, load_shared4(from + 2 * r), load_shared4(from + 2 * r + 4));
    }
}

__device__ __forceinline__ Bf16 round_bf16(float value) {
    const __nv_bfloat16 rounded = __float2bfloat16_rn(value);
    return *reinterpret_cast<const Bf16*>(&rounded);
}

__device__ __forceinline__ float silu(float gate) { return __fdividef(gate, 1.0F + __expf(-gate)); }

/// A result after the sum of slices: row factor, adapter, bias.
template <QuantKind kKind>
__device__ __forceinline__ float with_adapter(const GemmQ& a,
                                              std::int64_t row,
                                              float sum,
                                              float lora) {
    if constexpr (kKind == QuantKind::kInt8) sum = __fmul_rn(sum, a.w.row_factor[row]);
    if constexpr (kKind == QuantKind::kInt4) sum = __fmul_rn(sum, 1 << kInt4Shift);
    if (a.lora.r > 0) sum = __fadd_rn(sum, lora);
    return a.bias != nullptr ? __fadd_rn(sum, to_float(a.bias[row])) : sum;
}

/// Past the first-level cache: within one launch other blocks may have written it.
__device__ __forceinline__ Bf16 load_uncached(const Bf16* from) {
    return Bf16{__ldcg(reinterpret_cast<const unsigned short*>(from))};
}

__device__ __forceinline__ void store_row(const GemmQ& a, int token, int row, float value) {
    const std::int64_t at = token * a.y_stride + row;
    if (a.epilogue == GemmEpilogue::kStoreFp32) {
        static_cast<float*>(a.y)[at] = value;
        return;
    }
    Bf16& y = static_cast<Bf16*>(a.y)[at];
    y = a.epilogue == GemmEpilogue::kResidual
            ? round_bf16(__fadd_rn(to_float(load_uncached(&y)), to_float(round_bf16(value))))
            : round_bf16(value);
}

__device__ __forceinline__ void store_feature(
    const GemmQ& a, int token, int feature, float gate, float up) {
    static_cast<Bf16*>(a.y)[token * a.y_stride + feature] =
        round_bf16(__fmul_rn(silu(to_float(round_bf16(gate))), to_float(round_bf16(up))));
}

}  // namespace veritune::kernels::cuda
