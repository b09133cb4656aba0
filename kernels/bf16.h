// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

/// Always inlined on the host: sources are compiled per instruction set, and no AVX-512 copy of a
/// shared function may be the one that the linker keeps.
#ifdef __CUDACC__
#define VT_HD __host__ __device__ __forceinline__
#else
#define VT_HD inline __attribute__((always_inline))
#endif

namespace veritune::kernels {

/// Storage of a bfloat16 number; same bits as __nv_bfloat16.
struct Bf16 {
    std::uint16_t bits = 0;
};

VT_HD float to_float(Bf16 value) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(value.bits) << 16);
}

/// Nearest, ties to even; NaN stays NaN.
VT_HD Bf16 to_bf16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if ((bits & 0x7fffffffU) > 0x7f800000U) {
        return Bf16{static_cast<std::uint16_t>((bits >> 16) | 0x40U)};
    }
    return Bf16{static_cast<std::uint16_t>((bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16)};
}

/// What a fp32 number is after one rounding to bfloat16.
VT_HD float rounded_to_bf16(float value) { return to_float(to_bf16(value)); }

}  // namespace veritune::kernels
