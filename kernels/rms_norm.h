// SPDX-License-Identifier: Apache-2.0
#pragma once

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
}  // namespace veritune::kernels
