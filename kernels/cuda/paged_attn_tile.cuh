// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/attn_device.cuh"

#include <cstdint>

/// For .cu files only: 32 tokens of keys and values in the registers of a warp, as the mma wants
/// them. Lane 4g + t throughout.
namespace veritune::kernels::cuda {

inline constexpr int kUnitTokens = 32;

template <int kDim, bool kInt8>
struct Tile {
    static constexpr int kBytes = kInt8 ? 1 : 2;
    static constexpr int kKeyWords = kDim * kBytes / 16;    ///< of one token, per lane
    static constexpr int kValueWords = kDim * kBytes / 32;  ///< of one token, per lane

    /// Token 16 tile + 8 half + g: bytes 64 j + 16 t .. + 15, words 4j .. 4j+3.
    std::uint32_t key[2][2][kKeyWords];
    /// Tokens 16 tile + {2t, 2t+1, 2t+8, 2t+9}: elements kDim/8 * g ...
    std::uint32_t value[2][4][kValueWords];
    float key_scale;    ///< of token `lane`
    float value_scale;  ///< of token `lane`, 0 behind the end
};

template <int kDim, bool kInt8>
__device__ void load_keys(Tile<kDim, kInt8>& tile, const unsigned char* from, int count, int lane) {
    using T = Tile<kDim, kInt8>;
    const int g = lane >> 2;
    const int t = lane & 3;
#pragma unroll
    for (int half = 0; half < 4; ++half) {
        const int token = 8 * half + g;
#pragma unroll
        for (int j = 0; j < T::kKeyWords / 4; ++j) {
            uint4 v = make_uint4(0, 0, 0, 0);
            if (token < count) v = load_16(from + token * kDim * T::kBytes + 64 * j + 16 * t);
            std::uint32_t(&to)[T::kKeyWords] = tile.key[half >> 1][half & 1];
            to[4 * j] = v.x;
            to[4 * j + 1] = v.y;
            to[4 * j + 2] = v.z;
            to[4 * j + 3] = v.w;
        }
    }
}

template <int kDim, bool kInt8>
__device__ void load_values(Tile<kDim, kInt8>& tile,
                            const unsigned char* from,
                            int count,
                            int lane) {
    using T = Tile<kDim, kInt8>;
    const int g = lane >> 2;
    const int t = lane & 3;
#pragma unroll
    for (int i = 0; i < 8; ++i) {
        const int token = 16 * (i >> 2) + 2 * t + (i & 1) + 4 * (i & 2);
        const unsigned char* row = from + token * kDim * T::kBytes + 4 * T::kValueWords * g;
        std::uint32_t(&to)[T::kValueWords] = tile.value[i >> 2][i & 3];
        if constexpr (T::kValueWords == 2) {
            uint2 v = make_uint2(0, 0);
            if (token < count) v = load_8(row);
            to[0] = v.x;
            to[1] = v.y;
        } else {
#pragma unroll
            for (int j = 0; j < T::kValueWords / 4; ++j) {
                uint4 v = make_uint4(0, 0, 0, 0);
                if (token < count) v = load_16(row + 16 * j);
                to[4 * j] = v.x;
                to[4 * j + 1] = v.y;
                to[4 * j + 2] = v.z;
                to[4 * j + 3] = v.w;
            }
        }
    }
}

/// Columns of q: head g, in the order in which the keys' inputs lie in their registers. Rows of
/// `stride` elements in global memory or, kFromShared, in shared memory.
template <int kDim, bool kInt8, bool kFromShared>
__device__ void load_queries(
    std::uint32_t (&q)[kDim / 16][2], const Bf16* from, int stride, int heads, int lane) {
    const int g = lane >> 2;
    const int t = lane & 3;
    constexpr int kStripe = kInt8 ? 64 : 32;  // elements of the keys' 64 bytes
#pragma unroll
    for (int part = 0; part < kDim / 32; ++part) {
        uint4 v = make_uint4(0, 0, 0, 0);
        const int at =
            kInt8 ? kStripe * (part >> 1) + 16 * t + 8 * (part & 1) : kStripe * part + 8 * t;
        const auto* vector = reinterpret_cast<const uint4*>(from + g * stride + at);
        if (g < heads) v = kFromShared ? *vector : __ldcg(vector);
        if constexpr (kInt8) {  // a register of keys holds inputs (0, 2), the next one (1, 3)
            q[2 * part][0] = __byte_perm(v.x, v.y, 0x5410);
            q[2 * part][1] = __byte_perm(v.x, v.y, 0x7632);
            q[2 * part + 1][0] = __byte_perm(v.z, v.w, 0x5410);
            q[2 * part + 1][1] = __byte_perm(v.z, v.w, 0x7632);
        } else {
            q[2 * part][0] = v.x;
            q[2 * part][1] = v.y;
            q[2 * part + 1][0] = v.z;
            q[2 * part + 1][1] = v.w;
        }
    }
}

/// Scores of 16 tokens: rows tokens g, g+8, columns heads 2t, 2t+1.
template <int kDim, bool kInt8>
__device__ void score(float (&s)[4],
                      const std::uint32_t (&key)[2][Tile<kDim, kInt8>::kKeyWords],
                      const std::uint32_t (&q)[kDim / 16][2]) {
#pragma unroll
    for (int step = 0; step < kDim / 16; ++step) {
        std::uint32_t a[4];
        if constexpr (kInt8) {
            a[0] = bytes_to_bf16(key[0][step]);
            a[1] = bytes_to_bf16(key[1][step]);
            a[2] = bytes_to_bf16(key[0][step] >> 8);
            a[3] = bytes_to_bf16(key[1][step] >> 8);
        } else {
            a[0] = key[0][2 * step];
            a[1] = key[1][2 * step];
            a[2] = key[0][2 * step + 1];
            a[3] = key[1][2 * step + 1];
        }
        mma_bf16(s, a, q[step][0], q[step][1]);
    }
}

/// out += 16 tokens' values times their weights; tile i has the elements 2i and 2i+1 of the lane's.
template <int kDim, bool kInt8>
__device__ void gather(float (&out)[kDim / 16][4],
                       const std::uint32_t (&value)[4][Tile<kDim, kInt8>::kValueWords],
                       std::uint32_t p0,
                       std::uint32_t p1) {
#pragma unroll
    for (int w = 0; w < Tile<kDim, kInt8>::kValueWords; ++w) {
#pragma unroll
        for (int part = 0; part < (kInt8 ? 2 : 1); ++part) {
            std::uint32_t a[4];
            if constexpr (kInt8) {
                const unsigned pick = part == 0 ? 0x5410 : 0x7632;
                const std::uint32_t low = __byte_perm(value[0][w], value[1][w], pick);
                const std::uint32_t high = __byte_perm(value[2][w], value[3][w], pick);
                a[0] = bytes_to_bf16(low);
                a[1] = bytes_to_bf16(low >> 8);
                a[2] = bytes_to_bf16(high);
                a[3] = bytes_to_bf16(high >> 8);
                mma_bf16(out[2 * w + part], a, p0, p1);
            } else {
                a[0] = __byte_perm(value[0][w], value[1][w], 0x5410);
                a[1] = __byte_perm(value[0][w], value[1][w], 0x7632);
                a[2] = __byte_perm(value[2][w], value[3][w], 0x5410);
                a[3] = __byte_perm(value[2][w], value[3][w], 0x7632);
                mma_bf16(out[w], a, p0, p1);
            }
        }
    }
}

}  // namespace veritune::kernels::cuda
