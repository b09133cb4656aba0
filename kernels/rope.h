// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bf16.h"
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

/// The same for packed tokens in bf16: products and sums in fp32, one rounding.
/// x         bf16 [rows, heads, head_dim], row stride in elements: the q and k heads of qkv
/// positions int32 [rows], restarting with every example; one outside [0, max_positions) leaves its
///           row as it is
/// cos, sin  fp32 [max_positions, head_dim/2];  head_dim a multiple of 16, x on 16 bytes
struct RopeRows {
    Bf16* x = nullptr;
    const std::int32_t* positions = nullptr;
    const float* cos = nullptr;
    const float* sin = nullptr;
    std::int64_t rows = 0;
    std::int64_t heads = 0;
    std::int64_t head_dim = 0;
    std::int64_t x_stride = 0;
    std::int64_t max_positions = 0;
    bool inverse = false;
};

VT_HD bool is_valid(const RopeRows& a) {
    return a.rows >= 0 && a.heads >= 1 && a.head_dim >= 16 && a.head_dim % 16 == 0 &&
           a.x_stride >= a.heads * a.head_dim && a.x_stride % 8 == 0 && a.max_positions > 0 &&
           a.x != nullptr && reinterpret_cast<std::uintptr_t>(a.x) % 16 == 0 &&
           a.positions != nullptr && a.cos != nullptr && a.sin != nullptr;
}
VT_HD Cost rope_rows_cost(const RopeRows& a) {
    const auto elements = static_cast<double>(a.rows * a.heads * a.head_dim);
    return {2 * elements, 2 * elements, 3 * elements};
}
}  // namespace veritune::kernels

VT_DECLARE_KERNEL(rope_rows, RopeRows)
