// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/kernel_types.h"

namespace veritune::kernels {

/// Rotary position embedding, in place, half-split layout (Hugging Face's rotate_half): for i <
/// head_dim/2, (x[i], x[i+h]) -> (x[i] c - x[i+h] s, x[i+h] c + x[i] s). x          [rows, heads,
/// head_dim], row stride in elements; q and k heads neighbour each other positions  [rows] int32, 0
/// <= p < max_positions cos, sin   [max_positions, head_dim/2] inverse    rotate by -theta: the
/// backward pass source  arXiv 2104.09864;  test  rope_test.cpp
template <typename T>
struct Rope {
    T* x = nullptr;
    const std::int32_t* positions = nullptr;
    const T* cos = nullptr;
    const T* sin = nullptr;
    std::int64_t rows = 0;
    std::int64_t heads = 0;
    std::int64_t head_dim = 0;
    std::int64_t x_stride = 0;
    std::int64_t max_positions = 0;
    bool inverse = false;
};

namespace cpu {
Status rope(const Rope<float>& args);
Status rope(const Rope<double>& args);
}  // namespace cpu
}  // namespace veritune::kernels
