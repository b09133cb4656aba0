// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bf16.h"
#include "kernels/kernel_types.h"

namespace veritune::kernels {

/// The critic's head on chosen rows of hidden states: value[r] = hidden[index[r]] . weight + bias,
/// in fp32.
/// hidden  bf16 [*, width] contiguous;  index  int32 [rows];  weight  fp32 [width];  bias  fp32 [1]
/// value   fp32 [rows] out. width a multiple of 8, hidden and weight on 16 bytes
/// test    value_head_test.cpp
struct ValueHead {
    const Bf16* hidden = nullptr;
    const std::int32_t* index = nullptr;
    const float* weight = nullptr;
    const float* bias = nullptr;
    float* value = nullptr;
    std::int64_t rows = 0;
    std::int64_t width = 0;
};

/// drow[r] = bf16(dvalue[r] * weight); dweight = sum over r of dvalue[r] * hidden[index[r]], dbias
/// = sum of dvalue, both in row order (written, not added to).
/// dvalue  fp32 [rows];  drow  bf16 [rows, width];  dweight  fp32 [width];  dbias  fp32 [1]
struct ValueHeadBackward {
    const Bf16* hidden = nullptr;
    const std::int32_t* index = nullptr;
    const float* weight = nullptr;
    const float* dvalue = nullptr;
    Bf16* drow = nullptr;
    float* dweight = nullptr;
    float* dbias = nullptr;
    std::int64_t rows = 0;
    std::int64_t width = 0;
};

VT_HD bool is_valid(const ValueHead& a) {
    return a.rows >= 0 && a.width >= 8 && a.width % 8 == 0 && a.hidden != nullptr &&
           a.index != nullptr && a.weight != nullptr && a.bias != nullptr && a.value != nullptr &&
           reinterpret_cast<std::uintptr_t>(a.hidden) % 16 == 0;
}
VT_HD bool is_valid(const ValueHeadBackward& a) {
    return a.rows >= 0 && a.width >= 8 && a.width % 8 == 0 && a.hidden != nullptr &&
           a.index != nullptr && a.weight != nullptr && a.dvalue != nullptr && a.drow != nullptr &&
           a.dweight != nullptr && a.dbias != nullptr &&
           reinterpret_cast<std::uintptr_t>(a.hidden) % 16 == 0 &&
           reinterpret_cast<std::uintptr_t>(a.drow) % 16 == 0;
}
VT_HD Cost value_head_cost(const ValueHead& a) {
    const auto elements = static_cast<double>(a.rows * a.width);
    return {2 * elements, 4.0 * static_cast<double>(a.rows), 2 * elements};
}

}  // namespace veritune::kernels

VT_DECLARE_KERNEL(value_head, ValueHead)
VT_DECLARE_KERNEL(value_head_backward, ValueHeadBackward)
