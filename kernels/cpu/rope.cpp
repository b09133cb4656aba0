// SPDX-License-Identifier: Apache-2.0
#include "kernels/rope.h"

#include "kernels/cpu/arguments.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr std::int64_t kParallelElements = 65536;

template <typename T>
void rotate(T* __restrict__ x,
            const T* __restrict__ cos,
            const T* __restrict__ sin,
            std::int64_t half,
            T sign) {
#pragma omp simd
    for (std::int64_t i = 0; i < half; ++i) {
        const T a = x[i];
        const T b = x[i + half];
        const T s = sign * sin[i];
        x[i] = a * cos[i] - b * s;
        x[i + half] = b * cos[i] + a * s;
    }
}

template <typename T>
Status rope_body(const Rope<T>& a) {
    if (a.rows < 0 || a.heads < 1 || a.head_dim < 2 || a.head_dim % 2 != 0 ||
        a.x_stride < a.heads * a.head_dim) {
        return Status::kInvalidArgument;
    }
    if (a.rows > 0 && (!all_set(a.x, a.positions, a.cos, a.sin) ||
                       !all_within(a.positions, a.rows, a.max_positions))) {
        return Status::kInvalidArgument;
    }
    const std::int64_t half = a.head_dim / 2;
    const T sign = a.inverse ? T(-1) : T(1);
#pragma omp parallel for schedule(static) if (a.rows * a.heads * a.head_dim > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        const T* cos = a.cos + a.positions[row] * half;
        const T* sin = a.sin + a.positions[row] * half;
        for (std::int64_t h = 0; h < a.heads; ++h) {
            rotate(a.x + row * a.x_stride + h * a.head_dim, cos, sin, half, sign);
        }
    }
    return Status::kOk;
}

Status rope_rows_body(const RopeRows& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    const std::int64_t half = a.head_dim / 2;
    const float sign = a.inverse ? -1.0F : 1.0F;
#pragma omp parallel for schedule(static) if (a.rows * a.heads * a.head_dim > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        if (a.positions[row] < 0 || a.positions[row] >= a.max_positions) continue;
        const float* cos = a.cos + a.positions[row] * half;
        const float* sin = a.sin + a.positions[row] * half;
        for (std::int64_t h = 0; h < a.heads; ++h) {
            Bf16* x = a.x + row * a.x_stride + h * a.head_dim;
            for (std::int64_t i = 0; i < half; ++i) {
                const float low = to_float(x[i]);
                const float high = to_float(x[i + half]);
                const float s = sign * sin[i];
                x[i] = to_bf16(low * cos[i] - high * s);
                x[i + half] = to_bf16(high * cos[i] + low * s);
            }
        }
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(rope_rows, RopeRows)
VT_KERNEL_ENTRY(rope, Rope<float>)
VT_KERNEL_ENTRY(rope, Rope<double>)

}  // namespace veritune::kernels::cpu
