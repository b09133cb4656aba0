// SPDX-License-Identifier: Apache-2.0
#include "kernels/gemm_large.h"

#include "kernels/cpu/isa.h"
#include "kernels/cpu/scratch.h"

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

void store(const GemmLarge& g, std::int64_t at, float value) {
    if (g.fp32) {
        float& c = static_cast<float*>(g.c)[at];
        c = g.beta != 0.0F ? value + g.beta * c : value;
    } else {
        Bf16& c = static_cast<Bf16*>(g.c)[at];
        if (g.beta != 0.0F) value += g.beta * to_float(c);
        c = to_bf16(value);
    }
}

void multiply_row(const GemmLarge& g, std::int64_t row) {
    if (g.form == GemmForm::kAbt) {
        for (std::int64_t column = 0; column < g.n; ++column) {
            const float sum = dot(g.a + row * g.lda, g.b + column * g.ldb, g.k);
            store(g, row * g.ldc + column, g.alpha * sum);
        }
        return;
    }
    // Rows of b are summed up, so that the inner loop is vector code.
    static thread_local Scratch<float> scratch;
    float* sums = scratch.get(g.n);
    for (std::int64_t column = 0; column < g.n; ++column) sums[column] = 0;
    for (std::int64_t i = 0; i < g.k; ++i) {
        const float factor =
            to_float(g.form == GemmForm::kAb ? g.a[row * g.lda + i] : g.a[i * g.lda + row]);
        const Bf16* b = g.b + i * g.ldb;
        for (std::int64_t column = 0; column < g.n; ++column) {
            sums[column] += factor * to_float(b[column]);
        }
    }
    for (std::int64_t column = 0; column < g.n; ++column) {
        store(g, row * g.ldc + column, g.alpha * sums[column]);
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
