// SPDX-License-Identifier: Apache-2.0
#include "kernels/swiglu.h"

#include "kernels/cpu/arguments.h"
#include "kernels/cpu/vec_math.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr std::int64_t kParallelElements = 16384;

template <typename T>
Status swiglu_forward_body(const SwigluForward<T>& a) {
    if (a.rows < 0 || a.width < 1 || (a.rows > 0 && !all_set(a.gate_up, a.h))) {
        return Status::kInvalidArgument;
    }
#pragma omp parallel for schedule(static) if (a.rows * a.width > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        const T* __restrict__ gate = a.gate_up + row * 2 * a.width;
        const T* __restrict__ up = gate + a.width;
        T* __restrict__ h = a.h + row * a.width;
#pragma omp simd
        for (std::int64_t k = 0; k < a.width; ++k)
            h[k] = gate[k] / (T(1) + vec_exp(-gate[k])) * up[k];
    }
    return Status::kOk;
}

template <typename T>
Status swiglu_backward_body(const SwigluBackward<T>& a) {
    if (a.rows < 0 || a.width < 1 || (a.rows > 0 && !all_set(a.gate_up, a.dh, a.dgate_up))) {
        return Status::kInvalidArgument;
    }
#pragma omp parallel for schedule(static) if (a.rows * a.width > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        const T* gate = a.gate_up + row * 2 * a.width;
        const T* up = gate + a.width;
        const T* dh = a.dh + row * a.width;
        T* dgate = a.dgate_up + row * 2 * a.width;
        T* dup = dgate + a.width;
#pragma omp simd
        for (std::int64_t k = 0; k < a.width; ++k) {
            const T g = gate[k];
            const T u = up[k];
            const T sig = T(1) / (T(1) + vec_exp(-g));
            dgate[k] = dh[k] * u * (sig + g * sig * (T(1) - sig));
            dup[k] = dh[k] * g * sig;
        }
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(swiglu_forward, SwigluForward<float>)
VT_KERNEL_ENTRY(swiglu_forward, SwigluForward<double>)
VT_KERNEL_ENTRY(swiglu_backward, SwigluBackward<float>)
VT_KERNEL_ENTRY(swiglu_backward, SwigluBackward<double>)

}  // namespace veritune::kernels::cpu
