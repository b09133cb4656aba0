// SPDX-License-Identifier: Apache-2.0
#include "kernels/swiglu.h"

#include "kernels/cpu/arguments.h"
#include "kernels/cpu/vec_math.h"

#include <cmath>

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr std::int64_t kParallelElements = 16384;

template <typename T>
inline __attribute__((always_inline)) Vec<T> gated(Vec<T> gate, Vec<T> up) {
    return gate / (T(1) + vec_exp(-gate)) * up;
}

template <typename T>
void forward_row(const SwigluForward<T>& a, std::int64_t row) {
    const T* gate = a.gate_up + row * 2 * a.width;
    const T* up = gate + a.width;
    T* h = a.h + row * a.width;
    std::int64_t k = 0;
    for (; k + kLanes<T> <= a.width; k += kLanes<T>) {
        store(h + k, gated<T>(load(gate + k), load(up + k)));
    }
    const Tail<T> tail{a.width, a.width - k};
    if (k < a.width) tail.store_to(h, gated<T>(tail.load_from(gate), tail.load_from(up)));
}

template <typename T>
Status swiglu_forward_body(const SwigluForward<T>& a) {
    if (a.rows < 0 || a.width < 1 || (a.rows > 0 && !all_set(a.gate_up, a.h))) {
        return Status::kInvalidArgument;
    }
#pragma omp parallel for schedule(static) if (a.rows * a.width > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) forward_row(a, row);
    return Status::kOk;
}

template <typename T>
struct Gradient {
    Vec<T> gate;
    Vec<T> up;
};

template <typename T>
inline __attribute__((always_inline)) Gradient<T> gradient(Vec<T> gate, Vec<T> up, Vec<T> dh) {
    const Vec<T> sig = T(1) / (T(1) + vec_exp(-gate));
    return {dh * up * (sig + gate * sig * (T(1) - sig)), dh * gate * sig};
}

template <typename T>
void backward_row(const SwigluBackward<T>& a, std::int64_t row) {
    const T* gate = a.gate_up + row * 2 * a.width;
    const T* up = gate + a.width;
    const T* dh = a.dh + row * a.width;
    T* dgate = a.dgate_up + row * 2 * a.width;
    T* dup = dgate + a.width;
    // The last vector overlaps the one before and is read before that one is overwritten.
    const std::int64_t whole = a.width / kLanes<T> * kLanes<T>;
    const Tail<T> tail{a.width, a.width - whole};
    Gradient<T> last{};
    if (whole < a.width) {
        last = gradient<T>(tail.load_from(gate), tail.load_from(up), tail.load_from(dh));
    }
    for (std::int64_t k = 0; k < whole; k += kLanes<T>) {
        const Gradient<T> d = gradient<T>(load(gate + k), load(up + k), load(dh + k));
        store(dgate + k, d.gate);
        store(dup + k, d.up);
    }
    if (whole < a.width) {
        tail.store_to(dgate, last.gate);
        tail.store_to(dup, last.up);
    }
}

template <typename T>
Status swiglu_backward_body(const SwigluBackward<T>& a) {
    if (a.rows < 0 || a.width < 1 || (a.rows > 0 && !all_set(a.gate_up, a.dh, a.dgate_up))) {
        return Status::kInvalidArgument;
    }
#pragma omp parallel for schedule(static) if (a.rows * a.width > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) backward_row(a, row);
    return Status::kOk;
}

Status swiglu_rows_body(const SwigluRows& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
#pragma omp parallel for schedule(static) if (a.rows * a.width > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        const Bf16* from = a.gate_up + row * 2 * a.width;
        for (std::int64_t k = 0; k < a.width; ++k) {
            const float gate = to_float(from[k / 8 * 16 + k % 8]);
            const float up = to_float(from[k / 8 * 16 + 8 + k % 8]);
            a.h[row * a.h_stride + k] = to_bf16(gate / (1.0F + std::exp(-gate)) * up);
        }
    }
    return Status::kOk;
}

Status swiglu_rows_backward_body(const SwigluRowsBackward& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
#pragma omp parallel for schedule(static) if (a.rows * a.width > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        const std::int64_t at = row * 2 * a.width;
        for (std::int64_t k = 0; k < a.width; ++k) {
            const std::int64_t i = at + k / 8 * 16 + k % 8;
            const float gate = to_float(a.gate_up[i]);
            const float up = to_float(a.gate_up[i + 8]);
            const float dh = to_float(a.dh[row * a.width + k]);
            const float sigmoid = 1.0F / (1.0F + std::exp(-gate));
            const float silu = gate * sigmoid;
            a.dgate_up[i] = to_bf16(dh * up * (sigmoid + silu * (1.0F - sigmoid)));
            a.dgate_up[i + 8] = to_bf16(dh * silu);
            if (a.h != nullptr) a.h[row * a.h_stride + k] = to_bf16(silu * up);
        }
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(swiglu_rows, SwigluRows)
VT_KERNEL_ENTRY(swiglu_rows_backward, SwigluRowsBackward)
VT_KERNEL_ENTRY(swiglu_forward, SwigluForward<float>)
VT_KERNEL_ENTRY(swiglu_forward, SwigluForward<double>)
VT_KERNEL_ENTRY(swiglu_backward, SwigluBackward<float>)
VT_KERNEL_ENTRY(swiglu_backward, SwigluBackward<double>)

}  // namespace veritune::kernels::cpu
