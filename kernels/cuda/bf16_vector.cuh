// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bf16.h"

#include <cuda_runtime.h>

#include <cstdint>

/// For .cu files only: eight bf16 numbers at a time, in fp32 between load and store.
namespace veritune::kernels::cuda {

struct Eight {
    float v[8];
};

/// from on 16 bytes.
__device__ __forceinline__ Eight load_eight(const Bf16* from) {
    const uint4 words = *reinterpret_cast<const uint4*>(from);
    const std::uint32_t pairs[4] = {words.x, words.y, words.z, words.w};
    Eight e;
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        e.v[2 * i] = __uint_as_float(pairs[i] << 16);
        e.v[2 * i + 1] = __uint_as_float(pairs[i] & 0xffff0000U);
    }
    return e;
}

/// Rounds to nearest, ties to even.
__device__ __forceinline__ void store_eight(Bf16* to, const Eight& e) {
    std::uint32_t pairs[4];
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        asm("cvt.rn.bf16x2.f32 %0, %1, %2;"
            : "=r"(pairs[i])
            : "f"(e.v[2 * i + 1]), "f"(e.v[2 * i]));
    }
    *reinterpret_cast<uint4*>(to) = make_uint4(pairs[0], pairs[1], pairs[2], pairs[3]);
}

/// The sum over the 32 lanes, in all of them; the same tree always.
__device__ __forceinline__ float warp_sum(float x) {
#pragma unroll
    for (int width = 16; width > 0; width /= 2) x += __shfl_xor_sync(0xffffffffU, x, width);
    return x;
}

}  // namespace veritune::kernels::cuda
