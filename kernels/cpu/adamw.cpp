// SPDX-License-Identifier: Apache-2.0
#include "kernels/adamw.h"

#include "kernels/cpu/arguments.h"
#include "kernels/cpu/scratch.h"

#include <cmath>

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr std::int64_t kParallelElements = 32768;
constexpr std::int64_t kBlock = 4096;

template <typename T>
bool is_valid(const AdamW<T>& a) {
    return a.count >= 0 && a.step >= 1 && (a.count == 0 || all_set(a.param, a.m, a.v, a.grad)) &&
           a.beta1 >= 0 && a.beta1 < 1 && a.beta2 >= 0 && a.beta2 < 1 && a.eps >= 0 &&
           std::isfinite(a.learning_rate) && std::isfinite(a.weight_decay) &&
           std::isfinite(a.grad_scale);
}

template <typename T>
Status adamw_body(const AdamW<T>& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    const T b1 = T(a.beta1);
    const T b2 = T(a.beta2);
    const T step_size = T(a.learning_rate / (1.0 - std::pow(a.beta1, double(a.step))));
    const T inv_sqrt_c2 = T(1.0 / std::sqrt(1.0 - std::pow(a.beta2, double(a.step))));
    const T keep = T(1.0 - a.learning_rate * a.weight_decay);
    const T scale = T(a.grad_scale);
    const T eps = T(a.eps);
    T* __restrict__ p = a.param;
    T* __restrict__ m = a.m;
    T* __restrict__ v = a.v;
    const T* __restrict__ grad = a.grad;
#pragma omp parallel for simd schedule(static) if (parallel : a.count > kParallelElements)
    for (std::int64_t i = 0; i < a.count; ++i) {
        const T g = grad[i] * scale;
        m[i] = b1 * m[i] + (T(1) - b1) * g;
        v[i] = b2 * v[i] + (T(1) - b2) * g * g;
        p[i] = p[i] * keep - step_size * m[i] / (std::sqrt(v[i]) * inv_sqrt_c2 + eps);
    }
    return Status::kOk;
}

/// Many sums side by side: one alone would wait for each addition to end.
template <typename T>
double sum_of_squares(const T* x, std::int64_t count) {
    constexpr std::int64_t kSums = 32;
    double sums[kSums] = {};
    std::int64_t i = 0;
    for (; i + kSums <= count; i += kSums) {
#pragma omp simd
        for (std::int64_t n = 0; n < kSums; ++n) {
            const double value = static_cast<double>(x[i + n]);
            sums[n] += value * value;
        }
    }
    for (std::int64_t n = 0; i < count; ++i, ++n) {
        sums[n] += static_cast<double>(x[i]) * static_cast<double>(x[i]);
    }
    double sum = 0;
    for (const double part : sums) sum += part;
    return sum;
}

template <typename T>
Status grad_norm_body(const GradNorm<T>& a) {
    if (a.count < 0 || !all_set(a.sum_of_squares, a.non_finite) ||
        (a.count > 0 && a.grad == nullptr)) {
        return Status::kInvalidArgument;
    }
    const std::int64_t blocks = (a.count + kBlock - 1) / kBlock;
    static thread_local Scratch<double> scratch;
    double* partial = scratch.get(blocks);
#pragma omp parallel for schedule(static) if (a.count > kParallelElements)
    for (std::int64_t b = 0; b < blocks; ++b) {
        const std::int64_t begin = b * kBlock;
        const std::int64_t left = a.count - begin;
        partial[b] = sum_of_squares(a.grad + begin, left < kBlock ? left : kBlock);
    }
    double total = 0;
    for (std::int64_t b = 0; b < blocks; ++b) total += partial[b];
    *a.sum_of_squares = total;
    // A NaN or an infinity anywhere makes the sum one; squares of finite floats cannot overflow a
    // double.
    *a.non_finite = std::isfinite(total) ? 0 : 1;
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(adamw, AdamW<float>)
VT_KERNEL_ENTRY(adamw, AdamW<double>)
VT_KERNEL_ENTRY(grad_norm, GradNorm<float>)
VT_KERNEL_ENTRY(grad_norm, GradNorm<double>)

}  // namespace veritune::kernels::cpu
