// SPDX-License-Identifier: Apache-2.0
#include "kernels/rms_norm.h"

#include "kernels/cpu/arguments.h"

#include <cmath>

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr std::int64_t kParallelElements = 65536;

template <typename T>
void normalise(const T* x, const T* gamma, T* y, T* rstd, std::int64_t width, T eps) {
    T sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t k = 0; k < width; ++k) sum += x[k] * x[k];
    const T inverse = T(1) / std::sqrt(sum / T(width) + eps);
    *rstd = inverse;
#pragma omp simd
    for (std::int64_t k = 0; k < width; ++k) y[k] = x[k] * inverse * gamma[k];
}

template <typename T>
void normalise_backward(const RmsNormBackward<T>& a,
                        std::int64_t row,
                        std::int64_t group,
                        T* dgamma) {
    const T* dy = a.dy + row * a.dy_stride + group * a.width;
    const T* x = a.x + row * a.x_stride + group * a.width;
    T* dx = a.dx + row * a.dx_stride + group * a.width;
    const T rstd = a.rstd[row * a.groups + group];
    T dot = 0;
#pragma omp simd reduction(+ : dot)
    for (std::int64_t k = 0; k < a.width; ++k) dot += a.gamma[k] * dy[k] * x[k];
    const T pull = dot * rstd * rstd * rstd / T(a.width);
    if (dgamma != nullptr) {
#pragma omp simd
        for (std::int64_t k = 0; k < a.width; ++k) dgamma[k] += dy[k] * x[k] * rstd;
    }
    if (a.accumulate) {
#pragma omp simd
        for (std::int64_t k = 0; k < a.width; ++k) dx[k] += rstd * a.gamma[k] * dy[k] - x[k] * pull;
    } else {
#pragma omp simd
        for (std::int64_t k = 0; k < a.width; ++k) dx[k] = rstd * a.gamma[k] * dy[k] - x[k] * pull;
    }
}

template <typename T>
Status rms_norm_forward_body(const RmsNormForward<T>& a) {
    if (a.rows < 0 || a.width < 1 || a.groups < 1 || a.x_stride < a.groups * a.width ||
        a.y_stride < a.groups * a.width || !(a.eps >= 0)) {
        return Status::kInvalidArgument;
    }
    if (a.rows > 0 && !all_set(a.x, a.gamma, a.y, a.rstd)) return Status::kInvalidArgument;
#pragma omp parallel for schedule(static) if (a.rows * a.groups * a.width > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        for (std::int64_t g = 0; g < a.groups; ++g) {
            normalise(a.x + row * a.x_stride + g * a.width,
                      a.gamma,
                      a.y + row * a.y_stride + g * a.width,
                      a.rstd + row * a.groups + g,
                      a.width,
                      a.eps);
        }
    }
    return Status::kOk;
}

template <typename T>
bool fits(const RmsNormBackward<T>& a) {
    const std::int64_t row = a.groups * a.width;
    if (a.rows < 0 || a.width < 1 || a.groups < 1 || a.dy_stride < row || a.x_stride < row ||
        a.dx_stride < row) {
        return false;
    }
    return a.rows == 0 ||
           (all_set(a.dy, a.x, a.gamma, a.rstd, a.dx) &&
            (a.dgamma == nullptr || a.partial != nullptr) && !(a.accumulate && a.dx == a.dy));
}

template <typename T>
Status rms_norm_backward_body(const RmsNormBackward<T>& a) {
    if (!fits(a)) return Status::kInvalidArgument;
    const std::int64_t blocks = (a.rows + kRmsNormBlock - 1) / kRmsNormBlock;
#pragma omp parallel for schedule(static) if (a.rows * a.groups * a.width > kParallelElements)
    for (std::int64_t b = 0; b < blocks; ++b) {
        T* partial = a.dgamma != nullptr ? a.partial + b * a.width : nullptr;
        if (partial != nullptr) {
            for (std::int64_t k = 0; k < a.width; ++k) partial[k] = 0;
        }
        const std::int64_t end =
            (b + 1) * kRmsNormBlock < a.rows ? (b + 1) * kRmsNormBlock : a.rows;
        for (std::int64_t row = b * kRmsNormBlock; row < end; ++row) {
            for (std::int64_t g = 0; g < a.groups; ++g) normalise_backward(a, row, g, partial);
        }
    }
    for (std::int64_t b = 0; a.dgamma != nullptr && b < blocks; ++b) {
        for (std::int64_t k = 0; k < a.width; ++k) a.dgamma[k] += a.partial[b * a.width + k];
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(rms_norm_forward, RmsNormForward<float>)
VT_KERNEL_ENTRY(rms_norm_forward, RmsNormForward<double>)
VT_KERNEL_ENTRY(rms_norm_backward, RmsNormBackward<float>)
VT_KERNEL_ENTRY(rms_norm_backward, RmsNormBackward<double>)

}  // namespace veritune::kernels::cpu
