// SPDX-License-Identifier: Apache-2.0
#pragma once

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
}  // namespace veritune::kernels
