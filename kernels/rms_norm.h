// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bf16.h"
#include "kernels/kernel_types.h"

namespace veritune::kernels {

/// y = x / sqrt(mean(x^2) + eps) * gamma over the last `width` elements of each group.
/// A row holds `groups` neighbouring vectors (1 for hidden states, the heads for Qwen3's q and k
/// norm). x, y   [rows, groups, width], row strides in elements; y may be x gamma  [width];  rstd
/// [rows, groups] out source  arXiv 1910.07467; Hugging Face *RMSNorm;  test  rms_norm_test.cpp
template <typename T>
struct RmsNormForward {
    const T* x = nullptr;
    const T* gamma = nullptr;
    T* y = nullptr;
    T* rstd = nullptr;
    std::int64_t rows = 0;
    std::int64_t groups = 1;
    std::int64_t width = 0;
    std::int64_t x_stride = 0;
    std::int64_t y_stride = 0;
    T eps = T(1e-6);
};

/// dx = rstd*(gamma*dy) - x*rstd^3/width*sum(gamma*dy*x) [+ dx when accumulate];  dgamma += sum
/// over rows of dy*x*rstd. dgamma  [width] or null (frozen);  dx may be dy when not accumulating
/// Deterministic for any number of threads: dgamma is summed in fixed blocks of rows, in block
/// order. partial  [ceil(rows / kRmsNormBlock), width] scratch when dgamma is wanted
template <typename T>
struct RmsNormBackward {
    const T* dy = nullptr;
    const T* x = nullptr;
    const T* gamma = nullptr;
    const T* rstd = nullptr;
    T* dx = nullptr;
    T* dgamma = nullptr;
    T* partial = nullptr;
    std::int64_t rows = 0;
    std::int64_t groups = 1;
    std::int64_t width = 0;
    std::int64_t dy_stride = 0;
    std::int64_t x_stride = 0;
    std::int64_t dx_stride = 0;
    bool accumulate = false;
};

inline constexpr std::int64_t kRmsNormBlock = 128;

namespace cpu {
Status rms_norm_forward(const RmsNormForward<float>& args);
Status rms_norm_forward(const RmsNormForward<double>& args);
Status rms_norm_backward(const RmsNormBackward<float>& args);
Status rms_norm_backward(const RmsNormBackward<double>& args);
}  // namespace cpu

/// The norm of the bf16 path, with the residual addition before it: sum = bf16(x + update), y =
/// bf16(sum * rstd * gamma), rstd = 1 / sqrt(mean(sum^2) + eps) in fp32.
/// x       bf16 [rows, groups, width], width a multiple of 8
/// update  bf16, laid out as x, or null: nothing is added, and `sum` is not written
/// sum     bf16, laid out as x; may be x or update
/// y       bf16 [rows, groups, width];  rstd  fp32 [rows, groups] or null
/// Strides are multiples of 8, pointers on 16 bytes. test  rms_norm_test.cpp
struct AddNorm {
    const Bf16* x = nullptr;
    const Bf16* update = nullptr;
    const Bf16* gamma = nullptr;
    Bf16* sum = nullptr;
    Bf16* y = nullptr;
    float* rstd = nullptr;
    std::int64_t rows = 0;
    std::int64_t groups = 1;
    std::int64_t width = 0;
    std::int64_t x_stride = 0;
    std::int64_t y_stride = 0;
    float eps = 1e-6F;
};

/// dx = bf16(rstd*(gamma*dy) - x*rstd^3/width*sum(gamma*dy*x) + dres); gamma is frozen.
/// dres  bf16 gradient that came past the norm, laid out as dx, or null; may be dx. dx may be dy.
struct AddNormBackward {
    const Bf16* dy = nullptr;
    const Bf16* x = nullptr;
    const Bf16* gamma = nullptr;
    const float* rstd = nullptr;
    const Bf16* dres = nullptr;
    Bf16* dx = nullptr;
    std::int64_t rows = 0;
    std::int64_t groups = 1;
    std::int64_t width = 0;
    std::int64_t dy_stride = 0;
    std::int64_t x_stride = 0;
    std::int64_t dx_stride = 0;
};

VT_HD bool on_16_bytes(const void* p) { return reinterpret_cast<std::uintptr_t>(p) % 16 == 0; }

VT_HD bool is_valid(const AddNorm& a) {
    const std::int64_t row = a.groups * a.width;
    return a.rows >= 0 && a.groups >= 1 && a.width >= 8 && a.width % 8 == 0 && a.x_stride >= row &&
           a.y_stride >= row && a.x_stride % 8 == 0 && a.y_stride % 8 == 0 && a.x != nullptr &&
           a.gamma != nullptr && a.y != nullptr && (a.update == nullptr || a.sum != nullptr) &&
           on_16_bytes(a.x) && on_16_bytes(a.update) && on_16_bytes(a.sum) && on_16_bytes(a.y) &&
           on_16_bytes(a.gamma) && a.eps >= 0;
}
VT_HD bool is_valid(const AddNormBackward& a) {
    const std::int64_t row = a.groups * a.width;
    return a.rows >= 0 && a.groups >= 1 && a.width >= 8 && a.width % 8 == 0 && a.dy_stride >= row &&
           a.x_stride >= row && a.dx_stride >= row && a.dy_stride % 8 == 0 && a.x_stride % 8 == 0 &&
           a.dx_stride % 8 == 0 && a.dy != nullptr && a.x != nullptr && a.gamma != nullptr &&
           a.rstd != nullptr && a.dx != nullptr && on_16_bytes(a.dy) && on_16_bytes(a.x) &&
           on_16_bytes(a.gamma) && on_16_bytes(a.dres) && on_16_bytes(a.dx);
}
VT_HD Cost add_norm_cost(const AddNorm& a) {
    const double bytes = 2.0 * static_cast<double>(a.rows * a.groups * a.width);
    const double extra = a.update != nullptr ? bytes : 0;
    return {bytes + extra, bytes + extra, 2 * bytes};
}
VT_HD Cost add_norm_backward_cost(const AddNormBackward& a) {
    const double bytes = 2.0 * static_cast<double>(a.rows * a.groups * a.width);
    return {(a.dres != nullptr ? 3 : 2) * bytes, bytes, 5 * bytes};
}
}  // namespace veritune::kernels

VT_DECLARE_KERNEL(add_norm, AddNorm)
VT_DECLARE_KERNEL(add_norm_backward, AddNormBackward)
