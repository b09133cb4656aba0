// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bf16.h"
#include "kernels/kernel_types.h"

namespace veritune::kernels {

/// h = silu(gate) * up with gate = gate_up[:, :width], up = gate_up[:, width:].
/// gate_up  [rows, 2*width];  h  [rows, width]; contiguous
/// source  arXiv 2002.05202;  test  swiglu_test.cpp
template <typename T>
struct SwigluForward {
    const T* gate_up = nullptr;
    T* h = nullptr;
    std::int64_t rows = 0;
    std::int64_t width = 0;
};

/// dgate = dh * up * (sig + gate*sig*(1-sig)), dup = dh * silu(gate).  dgate_up may be gate_up.
template <typename T>
struct SwigluBackward {
    const T* gate_up = nullptr;
    const T* dh = nullptr;
    T* dgate_up = nullptr;
    std::int64_t rows = 0;
    std::int64_t width = 0;
};

namespace cpu {
Status swiglu_forward(const SwigluForward<float>& args);
Status swiglu_forward(const SwigluForward<double>& args);
Status swiglu_backward(const SwigluBackward<float>& args);
Status swiglu_backward(const SwigluBackward<double>& args);
}  // namespace cpu

/// The same in bf16 and in the row order of a quantised gate_up (RowOrder::kGateUp): columns 16b ..
/// 16b+7 of gate_up are gates, the next eight the ups of the same features. fp32 inside, one
/// rounding.
/// gate_up  bf16 [rows, 2*width] contiguous;  h  bf16 [rows, width], row stride h_stride
/// width and h_stride multiples of 8, pointers on 16 bytes
struct SwigluRows {
    const Bf16* gate_up = nullptr;
    Bf16* h = nullptr;
    std::int64_t rows = 0;
    std::int64_t width = 0;
    std::int64_t h_stride = 0;
};

/// Also gives h again, for the gradient of the next projection's adapter.
/// dh        bf16 [rows, width] contiguous
/// dgate_up  bf16 [rows, 2*width]; may be gate_up
/// h         bf16, or null: not wanted
struct SwigluRowsBackward {
    const Bf16* gate_up = nullptr;
    const Bf16* dh = nullptr;
    Bf16* dgate_up = nullptr;
    Bf16* h = nullptr;
    std::int64_t rows = 0;
    std::int64_t width = 0;
    std::int64_t h_stride = 0;
};

VT_HD bool vectors_fit(std::int64_t rows, std::int64_t width, std::int64_t stride) {
    return rows >= 0 && width >= 8 && width % 8 == 0 && stride >= width && stride % 8 == 0;
}
VT_HD bool set_on_16(const void* p) {
    return p != nullptr && reinterpret_cast<std::uintptr_t>(p) % 16 == 0;
}
VT_HD bool is_valid(const SwigluRows& a) {
    return vectors_fit(a.rows, a.width, a.h_stride) && set_on_16(a.gate_up) && set_on_16(a.h);
}
VT_HD bool is_valid(const SwigluRowsBackward& a) {
    return vectors_fit(a.rows, a.width, a.h == nullptr ? a.width : a.h_stride) &&
           set_on_16(a.gate_up) && set_on_16(a.dh) && set_on_16(a.dgate_up) &&
           (a.h == nullptr || set_on_16(a.h));
}
VT_HD Cost swiglu_rows_cost(const SwigluRows& a) {
    const auto elements = static_cast<double>(a.rows * a.width);
    return {4 * elements, 2 * elements, 6 * elements};
}
VT_HD Cost swiglu_rows_backward_cost(const SwigluRowsBackward& a) {
    const auto elements = static_cast<double>(a.rows * a.width);
    return {6 * elements, (a.h == nullptr ? 4 : 6) * elements, 14 * elements};
}
}  // namespace veritune::kernels

VT_DECLARE_KERNEL(swiglu_rows, SwigluRows)
VT_DECLARE_KERNEL(swiglu_rows_backward, SwigluRowsBackward)
