// SPDX-License-Identifier: Apache-2.0
#include "kernels/head_rows.h"

#include "kernels/cpu/vec_math.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr std::int64_t kParallelElements = 8192;

template <typename T>
Status head_forward_body(const HeadForward<T>& a) {
    if (a.rows < 0 || a.vocab < 1 || !(a.temperature > 0)) return Status::kInvalidArgument;
    for (std::int64_t row = 0; row < a.rows; ++row) {
        if (a.target[row] < 0 || a.target[row] >= a.vocab) return Status::kInvalidArgument;
    }
    const T inverse = T(1) / a.temperature;
#pragma omp parallel for schedule(static) if (a.rows * a.vocab > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        const T* x = a.logits + row * a.vocab;
        T top = x[0];
#pragma omp simd reduction(max : top)
        for (std::int64_t v = 0; v < a.vocab; ++v) top = x[v] > top ? x[v] : top;
        T sum = 0;
        T weighted = 0;
#pragma omp simd reduction(+ : sum, weighted)
        for (std::int64_t v = 0; v < a.vocab; ++v) {
            const T z = (x[v] - top) * inverse;
            const T e = vec_exp(z);
            sum += e;
            weighted += e * z;
        }
        const T log_sum = std::log(sum);
        a.lse[row] = top * inverse + log_sum;
        a.logprob[row] = (x[a.target[row]] - top) * inverse - log_sum;
        a.entropy[row] = log_sum - weighted / sum;
    }
    return Status::kOk;
}

template <typename T>
Status head_backward_body(const HeadBackward<T>& a) {
    if (a.rows < 0 || a.vocab < 1 || !(a.temperature > 0)) return Status::kInvalidArgument;
    const T inverse = T(1) / a.temperature;
#pragma omp parallel for schedule(static) if (a.rows * a.vocab > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        T* x = a.logits + row * a.vocab;
        const T g = a.g[row];
        const T h = a.a != nullptr ? a.a[row] : T(0);
        const T lse = a.lse[row];
        const T entropy = a.entropy[row];
        if (g == T(0) && h == T(0)) {
            for (std::int64_t v = 0; v < a.vocab; ++v) x[v] = 0;
            continue;
        }
#pragma omp simd
        for (std::int64_t v = 0; v < a.vocab; ++v) {
            const T lp = x[v] * inverse - lse;
            const T p = vec_exp(lp);
            x[v] = -p * (g + h * (lp + entropy)) * inverse;
        }
        x[a.target[row]] += g * inverse;
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(head_forward, HeadForward<float>)
VT_KERNEL_ENTRY(head_forward, HeadForward<double>)
VT_KERNEL_ENTRY(head_backward, HeadBackward<float>)
VT_KERNEL_ENTRY(head_backward, HeadBackward<double>)

}  // namespace veritune::kernels::cpu
