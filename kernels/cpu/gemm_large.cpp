// SPDX-License-Identifier: Apache-2.0
#include "kernels/gemm_large.h"

#include "kernels/cpu/isa.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

/// Sixteen running sums, so that the loop is vector code; then a fixed tree.
float dot(const Bf16* a, const Bf16* b, std::int64_t k) {
    constexpr int kWidth = 16;
    float sum[kWidth] = {};
    std::int64_t i = 0;
    for (; i + kWidth <= k; i += kWidth) {
        for (int j = 0; j < kWidth; ++j) sum[j] += to_float(a[i + j]) * to_float(b[i + j]);
    }
    for (int j = 0; i + j < k; ++j) sum[j] += to_float(a[i + j]) * to_float(b[i + j]);
    for (int half = kWidth / 2; half > 0; half /= 2) {
        for (int j = 0; j < half; ++j) sum[j] += sum[j + half];
    }
    return sum[0];
}

void multiply_row(const GemmLarge& g, std::int64_t row) {
    for (std::int64_t column = 0; column < g.n; ++column) {
        float value = g.alpha * dot(g.a + row * g.lda, g.b + column * g.ldb, g.k);
        const std::int64_t at = row * g.ldc + column;
        if (g.fp32) {
            float& c = static_cast<float*>(g.c)[at];
            c = g.beta != 0.0F ? value + g.beta * c : value;
        } else {
            Bf16& c = static_cast<Bf16*>(g.c)[at];
            if (g.beta != 0.0F) value += g.beta * to_float(c);
            c = to_bf16(value);
        }
    }
}

Status gemm_large_body(const GemmLarge& g) {
    if (!is_valid(g)) return Status::kInvalidArgument;
#pragma omp parallel for schedule(static) if (g.m * g.n * g.k > 65536)
    for (std::int64_t row = 0; row < g.m; ++row) multiply_row(g, row);
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(gemm_large, GemmLarge)

}  // namespace veritune::kernels::cpu
