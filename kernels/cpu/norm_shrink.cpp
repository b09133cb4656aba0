// SPDX-License-Identifier: Apache-2.0
#include "kernels/norm_shrink.h"

#include "kernels/cpu/isa.h"
#include "kernels/quant_view.h"

#include <cmath>

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

/// In the order of the header: 256 lanes, halves of 32, eight sums.
float sum_of_squares(const Bf16* row, std::int64_t k) {
    float lanes[256] = {};
    for (std::int64_t c = 0; c < k / 8; ++c) {
        float& lane = lanes[c % 256];
        for (int e = 0; e < 8; ++e) {
            const float v = to_float(row[8 * c + e]);
            lane = std::fma(v, v, lane);
        }
    }
    float total = 0;
    for (int w = 0; w < 8; ++w) {
        float* of_warp = lanes + 32 * w;
        for (int half = 16; half >= 1; half /= 2) {
            for (int l = 0; l < half; ++l) of_warp[l] += of_warp[l + half];
        }
        total = w == 0 ? of_warp[0] : total + of_warp[0];
    }
    return total;
}

/// A row of A times x in the order of the header.
float dot(const Bf16* a, const Bf16* x, std::int64_t k) {
    const std::int64_t groups = k / kQuantGroup;
    float total = 0;
    for (int p = 0; p < kShrinkParts; ++p) {
        float part = 0;
        const std::int64_t end = kQuantGroup * ((p + 1) * groups / kShrinkParts);
        for (std::int64_t i = kQuantGroup * (p * groups / kShrinkParts); i < end; ++i) {
            part += to_float(a[i]) * to_float(x[i]);
        }
        total = p == 0 ? part : total + part;
    }
    return total;
}

Status lora_shrink_body(const LoraShrink& s) {
    if (!is_valid(s)) return Status::kInvalidArgument;
    for (std::int64_t t = 0; t < s.m; ++t) {
        for (std::int64_t row = 0; row < s.a_rows; ++row) {
            s.xa[t * s.xa_stride + row] =
                to_bf16(s.scale * dot(s.a + row * s.k, s.x + t * s.x_stride, s.k));
        }
    }
    return Status::kOk;
}

Status norm_shrink_body(const NormShrink& n) {
    if (!is_valid(n)) return Status::kInvalidArgument;
    for (std::int64_t t = 0; t < n.m; ++t) {
        const Bf16* row = n.residual + t * n.residual_stride;
        const float mean = sum_of_squares(row, n.k) / static_cast<float>(n.k);
        const float rstd = 1.0F / std::sqrt(mean + n.eps);
        for (std::int64_t i = 0; i < n.k; ++i) {
            n.x[t * n.x_stride + i] = to_bf16(to_float(row[i]) * rstd * to_float(n.gamma[i]));
        }
    }
    if (n.a == nullptr) return Status::kOk;
    return lora_shrink_body({.x = n.x,
                             .a = n.a,
                             .xa = n.xa,
                             .m = n.m,
                             .k = n.k,
                             .a_rows = n.a_rows,
                             .x_stride = n.x_stride,
                             .xa_stride = n.xa_stride,
                             .scale = n.scale});
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(norm_shrink, NormShrink)
VT_KERNEL_ENTRY(lora_shrink, LoraShrink)

}  // namespace veritune::kernels::cpu
