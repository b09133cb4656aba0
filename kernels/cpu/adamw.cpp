// SPDX-License-Identifier: Apache-2.0
#include "kernels/adamw.h"

#include "kernels/cpu/arguments.h"

#include <cmath>

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr std::int64_t kParallelElements = 32768;
constexpr std::int64_t kBlock = 4096;

template <typename T>
bool fits(const AdamW<T>& a) {
    return a.count >= 0 && a.step >= 1 && (a.count == 0 || all_set(a.param, a.m, a.v, a.grad)) &&
           a.beta1 >= 0 && a.beta1 < 1 && a.beta2 >= 0 && a.beta2 < 1 && a.eps >= 0 &&
           std::isfinite(a.learning_rate) && std::isfinite(a.weight_decay) &&
           std::isfinite(a.grad_scale);
}

template <typename T>
Status adamw_body(const AdamW<T>& a) {
    if (!fits(a)) return Status::kInvalidArgument;
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

template <typename T>
Status grad_norm_body(const GradNorm<T>& a) {
    if (a.count < 0 || !all_set(a.sum_of_squares, a.non_finite) ||
        (a.count > 0 && a.grad == nullptr)) {
        return Status::kInvalidArgument;
    }
    double total = 0;
    for (std::int64_t begin = 0; begin < a.count; begin += kBlock) {
        const std::int64_t end = begin + kBlock < a.count ? begin + kBlock : a.count;
        double sum = 0;
#pragma omp simd reduction(+ : sum)
        for (std::int64_t i = begin; i < end; ++i) sum += double(a.grad[i]) * double(a.grad[i]);
        total += sum;
    }
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
