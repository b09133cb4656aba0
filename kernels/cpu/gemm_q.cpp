// SPDX-License-Identifier: Apache-2.0
#include "kernels/gemm_q.h"

#include "kernels/cpu/dequant.h"
#include "kernels/cpu/isa.h"

#include <cmath>

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr int kMaxRows = static_cast<int>(kGemmQMaxRows);

/// The sums of one row tile for all tokens: sums[token][row].
struct TileSums {
    float total[kMaxRows][kQuantRows];
    float part[kMaxRows][kQuantRows];
};

void add_group(const GemmQ& a, const float* w, std::int64_t j, TileSums& s) {
    for (std::int64_t t = 0; t < a.m; ++t) {
        float x[kQuantGroup];
        for (int c = 0; c < kQuantGroup; ++c) {
            x[c] = to_float(a.x[t * a.x_stride + kQuantGroup * j + c]);
        }
        for (int row = 0; row < kQuantRows; ++row) {
            float sum = 0;
#pragma omp simd reduction(+ : sum)
            for (int c = 0; c < kQuantGroup; ++c) sum += w[64 * row + c] * x[c];
            s.part[t][row] += sum;
        }
    }
}

void multiply(const GemmQ& a, std::int64_t i, TileSums& s) {
    const std::int64_t groups = k_groups(a.w);
    float w[kQuantRows * kQuantGroup];
    for (int slice = 0; slice < kSlices; ++slice) {
        for (std::int64_t t = 0; t < a.m; ++t) {
            for (float& p : s.part[t]) p = 0;
        }
        for (std::int64_t j = slice_begin(groups, slice); j < slice_begin(groups, slice + 1); ++j) {
            dequant_tile(a.w, i, j, w);
            add_group(a, w, j, s);
        }
        for (std::int64_t t = 0; t < a.m; ++t) {
            for (int row = 0; row < kQuantRows; ++row) {
                s.total[t][row] = slice == 0 ? s.part[t][row] : s.total[t][row] + s.part[t][row];
            }
        }
    }
}

/// Which slice of xa a row of the matrix uses.
std::int64_t xa_slice(const GemmQ& a, std::int64_t n) {
    if (a.w.order == RowOrder::kGateUp) return (n % kQuantRows) / 8;
    if (a.w.order != RowOrder::kQkv || n < a.q_rows) return 0;
    return n < a.q_rows + a.kv_rows ? 1 : 2;
}

float result(const GemmQ& a, std::int64_t token, std::int64_t n, float sum) {
    if (a.w.kind == QuantKind::kInt8) sum *= a.w.row_factor[n];
    if (a.lora.r > 0) {
        const Bf16* xa = a.lora.xa + token * a.lora.xa_stride + xa_slice(a, n) * a.lora.r;
        float lora = 0;
        for (std::int64_t k = 0; k < a.lora.r; ++k) {
            lora += to_float(a.lora.b[n * a.lora.r + k]) * to_float(xa[k]);
        }
        sum += lora;
    }
    return a.bias != nullptr ? sum + to_float(a.bias[n]) : sum;
}

void finish_swiglu(const GemmQ& a, std::int64_t i, const TileSums& s, std::int64_t token) {
    Bf16* y = static_cast<Bf16*>(a.y) + token * a.y_stride + 8 * i;
    for (std::int64_t f = 0; f < 8; ++f) {
        const float gate = rounded_to_bf16(result(a, token, kQuantRows * i + f, s.total[token][f]));
        const float up =
            rounded_to_bf16(result(a, token, kQuantRows * i + f + 8, s.total[token][f + 8]));
        y[f] = to_bf16(gate / (1.0F + std::exp(-gate)) * up);
    }
}

void finish(const GemmQ& a, std::int64_t i, const TileSums& s) {
    for (std::int64_t t = 0; t < a.m; ++t) {
        if (a.epilogue == GemmEpilogue::kSwiglu) {
            finish_swiglu(a, i, s, t);
            continue;
        }
        for (std::int64_t n = kQuantRows * i; n < a.w.n && n < kQuantRows * (i + 1); ++n) {
            const float value = result(a, t, n, s.total[t][n - kQuantRows * i]);
            if (a.epilogue == GemmEpilogue::kStoreFp32) {
                static_cast<float*>(a.y)[t * a.y_stride + n] = value;
                continue;
            }
            Bf16& y = static_cast<Bf16*>(a.y)[t * a.y_stride + n];
            y = a.epilogue == GemmEpilogue::kResidual
                    ? to_bf16(to_float(y) + rounded_to_bf16(value))
                    : to_bf16(value);
        }
    }
}

Status gemm_q_body(const GemmQ& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    const std::int64_t tiles = row_tiles(a.w);
#pragma omp parallel for schedule(static)
    for (std::int64_t i = 0; i < tiles; ++i) {
        TileSums sums;
        multiply(a, i, sums);
        finish(a, i, sums);
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(gemm_q, GemmQ)

}  // namespace veritune::kernels::cpu
