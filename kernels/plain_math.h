// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Arithmetic whose every operation rounds once and is never fused, on a card as on a processor
/// (whose sources that lean on it are compiled with -ffp-contract=off): the same bits on both. F is
/// float, or a vector of floats on a processor.
#ifdef __CUDACC__
#define VT_PLAIN __host__ __device__ inline __attribute__((always_inline))
#else
#define VT_PLAIN inline __attribute__((always_inline))
#endif

namespace veritune::kernels::plain {

template <typename F>
VT_PLAIN F mul(F a, F b) {
#ifdef __CUDA_ARCH__
    return __fmul_rn(a, b);
#else
    return a * b;
#endif
}
template <typename F>
VT_PLAIN F add(F a, F b) {
#ifdef __CUDA_ARCH__
    return __fadd_rn(a, b);
#else
    return a + b;
#endif
}
template <typename F>
VT_PLAIN F sub(F a, F b) {
#ifdef __CUDA_ARCH__
    return __fsub_rn(a, b);
#else
    return a - b;
#endif
}
template <typename F>
VT_PLAIN F div(F a, F b) {
#ifdef __CUDA_ARCH__
    return __fdiv_rn(a, b);
#else
    return a / b;
#endif
}

}  // namespace veritune::kernels::plain
