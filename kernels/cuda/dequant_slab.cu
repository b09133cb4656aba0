// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/launch.h"
#include "kernels/dequant_slab.h"

#include <cuda_bf16.h>

namespace veritune::kernels::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kWarps = kThreads / 32;
constexpr unsigned kAll = 0xffffffffU;

__device__ std::uint32_t pair_bits(__nv_bfloat162 pair) {
    return *reinterpret_cast<std::uint32_t*>(&pair);
}
__device__ __nv_bfloat162 bits_pair(std::uint32_t bits) {
    return *reinterpret_cast<__nv_bfloat162*>(&bits);
}

/// What a lane 4g + t makes of a tile: sixteen inputs from 16t on, of row g (words 0..7) and row
/// g + 8 (words 8..15), a word = two inputs.
struct LaneWords {
    std::uint32_t word[16];
};

__device__ void store_pair(LaneWords& to, int m, int shift, std::uint32_t pair) {
    // Shift s of word m: row g for even s, g + 8 for odd; inputs 4m + (s & 2) and the next.
    to.word[8 * (shift & 1) + 2 * m + (shift >> 1)] = pair;
}

__device__ void int4_words(const QuantView& w, std::int64_t index, int lane, LaneWords& to) {
    const uint4 codes =
        __ldg(reinterpret_cast<const uint4*>(w.codes + kInt4TileBytes * index) + lane);
    const std::uint32_t meta =
        __ldg(static_cast<const std::uint32_t*>(w.meta) + 8 * index + lane / 4);
    const std::uint32_t words[4] = {codes.x, codes.y, codes.z, codes.w};
    __nv_bfloat162 scale[2];
    __nv_bfloat162 zero[2];
#pragma unroll
    for (int half = 0; half < 2; ++half) {
        const std::uint32_t bits = meta >> (16 * half);
        scale[half] = bits_pair(((bits & 0x7ffU) << 4) * 0x00010001U);
        // 128 + z as bf16 is 0x4300 | z: the number 128 has a step of 1.
        zero[half] = bits_pair((0x4300U | ((bits >> 12) & 15U)) * 0x00010001U);
    }
#pragma unroll
    for (int m = 0; m < 4; ++m) {
#pragma unroll
        for (int shift = 0; shift < 4; ++shift) {
            const std::uint32_t raised = ((words[m] >> (4 * shift)) & 0x000f000fU) | 0x43004300U;
            const int half = shift & 1;
            // Both operations are exact, and -0 cannot arise from equal numbers.
            const __nv_bfloat162 steps = __hsub2(bits_pair(raised), zero[half]);
            store_pair(to, m, shift, pair_bits(__hmul2(steps, scale[half])));
        }
    }
}

__device__ void nf4_words(
    const QuantView& w, std::int64_t index, int lane, const float* table, LaneWords& to) {
    const uint4 codes =
        __ldg(reinterpret_cast<const uint4*>(w.codes + kInt4TileBytes * index) + lane);
    const float* absmax = static_cast<const float*>(w.meta) + 16 * index + lane / 4;
    const float factor[2] = {__ldg(absmax), __ldg(absmax + 8)};
    const std::uint32_t words[4] = {codes.x, codes.y, codes.z, codes.w};
#pragma unroll
    for (int m = 0; m < 4; ++m) {
#pragma unroll
        for (int shift = 0; shift < 4; ++shift) {
            const std::uint32_t nibbles = words[m] >> (4 * shift);
            const float first = __fmul_rn(table[nibbles & 15U], factor[shift & 1]);
            const float second = __fmul_rn(table[(nibbles >> 16) & 15U], factor[shift & 1]);
            store_pair(to, m, shift, pair_bits(__floats2bfloat162_rn(first, second)));
        }
    }
}

__device__ void int8_words(const QuantView& w, std::int64_t index, int lane, LaneWords& to) {
    const std::uint8_t* exponents = static_cast<const std::uint8_t*>(w.meta) + 16 * index;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
        const int row = lane / 4 + 8 * half;
        const uint4 codes = __ldg(reinterpret_cast<const uint4*>(w.codes + kInt8TileBytes * index +
                                                                 64 * row + 16 * (lane % 4)));
        const std::uint32_t words[4] = {codes.x, codes.y, codes.z, codes.w};
        // 2^-e as bf16.
        const std::uint32_t exponent = __ldg(exponents + row);
        const __nv_bfloat162 power = bits_pair(((127U - exponent) << 7) * 0x00010001U);
#pragma unroll
        for (int m = 0; m < 4; ++m) {
#pragma unroll
            for (int pair = 0; pair < 2; ++pair) {
                // Bytes lie in the order 0, 2, 1, 3: one shift gives neighbours. The value of a
                // byte u is (128 + low seven bits) - (128 + top bit), both bf16 numbers.
                const std::uint32_t two = (words[m] >> (8 * pair)) & 0x00ff00ffU;
                const __nv_bfloat162 low = bits_pair((two & 0x007f007fU) | 0x43004300U);
                const __nv_bfloat162 high = bits_pair((two & 0x00800080U) | 0x43004300U);
                to.word[8 * half + 2 * m + pair] = pair_bits(__hmul2(__hsub2(low, high), power));
            }
        }
    }
}

template <QuantKind kKind>
__device__ void tile_words(
    const QuantView& w, std::int64_t index, int lane, const float* table, LaneWords& to) {
    if constexpr (kKind == QuantKind::kInt4) int4_words(w, index, lane, to);
    if constexpr (kKind == QuantKind::kNf4) nf4_words(w, index, lane, table, to);
    if constexpr (kKind == QuantKind::kInt8) int8_words(w, index, lane, to);
}

template <QuantKind kKind>
__device__ void fill_table(float* table) {
    if constexpr (kKind == QuantKind::kNf4) {
        if (threadIdx.x < 16) table[threadIdx.x] = nf4_value(static_cast<int>(threadIdx.x));
        __syncthreads();
    }
}

/// A warp has a tile; the warps of a block have neighbouring tiles of one row of tiles.
template <QuantKind kKind>
__global__ void __launch_bounds__(kThreads) nk_kernel(const DequantSlabArgs a) {
    __shared__ float table[16];
    fill_table<kKind>(table);
    const int lane = static_cast<int>(threadIdx.x) % 32;
    const std::int64_t group = static_cast<std::int64_t>(blockIdx.x) * kWarps + threadIdx.x / 32;
    if (group >= (a.k_end - a.k_begin) / kQuantGroup) return;
    const std::int64_t row_tile = blockIdx.y;
    const std::int64_t index =
        (a.row_begin / kQuantRows + row_tile) * k_groups(a.w) + a.k_begin / kQuantGroup + group;
    LaneWords words;
    tile_words<kKind>(a.w, index, lane, table, words);
    const bool odd = (lane & 1) != 0;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
        // Lanes t and t + 1 trade halves, so that one store of a warp writes whole sectors of 32
        // bytes: first those of the even lane's inputs, then those of the odd one's.
        std::uint32_t first[4];
        std::uint32_t second[4];
#pragma unroll
        for (int i = 0; i < 4; ++i) {
            const std::uint32_t a_half = words.word[8 * half + i];
            const std::uint32_t b_half = words.word[8 * half + 4 + i];
            const std::uint32_t got = __shfl_xor_sync(kAll, odd ? a_half : b_half, 1);
            first[i] = odd ? got : a_half;
            second[i] = odd ? b_half : got;
        }
        Bf16* line = a.out + (kQuantRows * row_tile + lane / 4 + 8 * half) * a.ld +
                     kQuantGroup * group + 16 * ((lane & 3) & ~1) + (odd ? 8 : 0);
        *reinterpret_cast<uint4*>(line) = make_uint4(first[0], first[1], first[2], first[3]);
        *reinterpret_cast<uint4*>(line + 16) =
            make_uint4(second[0], second[1], second[2], second[3]);
    }
}

/// A block turns 8 row tiles of one group round in shared memory: [64 inputs][128 rows], in chunks
/// of 8 rows (16 bytes) whose number is crossed with input / 16, so that the four lanes of a row
/// meet different banks.
template <QuantKind kKind>
__global__ void __launch_bounds__(kThreads) kn_kernel(const DequantSlabArgs a) {
    constexpr int kRows = kWarps * 16;
    constexpr int kChunks = kRows / 8;
    __shared__ __align__(16) std::uint16_t turned[64 * kRows];
    __shared__ float table[16];
    fill_table<kKind>(table);
    const int lane = static_cast<int>(threadIdx.x) % 32;
    const int warp = static_cast<int>(threadIdx.x) / 32;
    const std::int64_t group = blockIdx.x;
    const std::int64_t first_tile = static_cast<std::int64_t>(blockIdx.y) * kWarps;
    const std::int64_t tiles = (a.row_end - a.row_begin) / kQuantRows;
    if (first_tile + warp < tiles) {
        const std::int64_t index = (a.row_begin / kQuantRows + first_tile + warp) * k_groups(a.w) +
                                   a.k_begin / kQuantGroup + group;
        LaneWords words;
        tile_words<kKind>(a.w, index, lane, table, words);
        const int t = lane & 3;
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            const int chunk = (2 * warp + half) ^ t;
#pragma unroll
            for (int i = 0; i < 8; ++i) {
                const std::uint32_t word = words.word[8 * half + i];
                std::uint16_t* at = turned + (16 * t + 2 * i) * kRows + 8 * chunk + lane / 4;
                at[0] = static_cast<std::uint16_t>(word & 0xffffU);
                at[kRows] = static_cast<std::uint16_t>(word >> 16);
            }
        }
    }
    __syncthreads();
#pragma unroll
    for (int i = 0; i < 64 * kChunks / kThreads; ++i) {
        const int item = static_cast<int>(threadIdx.x) + i * kThreads;
        const int input = item / kChunks;
        const int chunk = item % kChunks;
        if (first_tile + chunk / 2 >= tiles) continue;
        const uint4 eight =
            *reinterpret_cast<const uint4*>(turned + input * kRows + 8 * (chunk ^ (input >> 4)));
        *reinterpret_cast<uint4*>(a.out + (kQuantGroup * group + input) * a.ld +
                                  kQuantRows * first_tile + 8 * chunk) = eight;
    }
}

template <QuantKind kKind>
Status run(const DequantSlabArgs& a, Stream stream) {
    const std::int64_t tiles = (a.row_end - a.row_begin) / kQuantRows;
    const std::int64_t groups = (a.k_end - a.k_begin) / kQuantGroup;
    if (tiles == 0 || groups == 0) return Status::kOk;
    if (a.order == SlabOrder::kNk) {
        const dim3 grid(static_cast<unsigned>((groups + kWarps - 1) / kWarps),
                        static_cast<unsigned>(tiles));
        return launch_kernel(
            "dequant_slab", nk_kernel<kKind>, grid, dim3(kThreads), 0, stream, false, a);
    }
    const dim3 grid(static_cast<unsigned>(groups),
                    static_cast<unsigned>((tiles + kWarps - 1) / kWarps));
    return launch_kernel(
        "dequant_slab", kn_kernel<kKind>, grid, dim3(kThreads), 0, stream, false, a);
}

}  // namespace

Status dequant_slab(const DequantSlabArgs& a, Stream stream) {
    // Rows of tiles are blocks in y, of which there are at most 65,535.
    if (!is_valid(a) || (a.row_end - a.row_begin) / kQuantRows > 65535) {
        return Status::kInvalidArgument;
    }
    switch (a.w.kind) {
        case QuantKind::kInt4:
            return run<QuantKind::kInt4>(a, stream);
        case QuantKind::kNf4:
            return run<QuantKind::kNf4>(a, stream);
        case QuantKind::kInt8:
            return run<QuantKind::kInt8>(a, stream);
    }
    return Status::kInvalidArgument;
}

}  // namespace veritune::kernels::cuda
