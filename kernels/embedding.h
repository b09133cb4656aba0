// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bf16.h"
#include "kernels/kernel_types.h"

namespace veritune::kernels {

/// out[i] = table[index[i]].  table [n, width], index [rows] int64 or int32 ids; out [rows, width]
template <typename T>
struct GatherRows {
    const T* table = nullptr;
    const std::int32_t* index = nullptr;
    T* out = nullptr;
    std::int64_t rows = 0;
    std::int64_t width = 0;
    std::int64_t table_rows = 0;
};

/// table[index[i]] += x[i], in row order per table row: columns are split over threads, so the sum
/// of one element never depends on their number.
template <typename T>
struct ScatterAddRows {
    T* table = nullptr;
    const std::int32_t* index = nullptr;
    const T* x = nullptr;
    std::int64_t rows = 0;
    std::int64_t width = 0;
    std::int64_t table_rows = 0;
};

namespace cpu {
Status gather_rows(const GatherRows<float>& args);
Status gather_rows(const GatherRows<double>& args);
Status scatter_add_rows(const ScatterAddRows<float>& args);
Status scatter_add_rows(const ScatterAddRows<double>& args);
}  // namespace cpu

/// out[r] = bf16(sum of weight[index[i]] * src[index[i]], i = begin[r] .. begin[r+1]-1), added up
/// in fp32 in that order; a row without any becomes 0: the gradient of rows that were read more
/// than once, without atomics. weight  fp32 [*] or null (1);  src  bf16 [*, width];  begin  int32
/// [rows + 1], ascending;  index  int32;  out  bf16 [rows, width], contiguous. width a multiple of
/// 8, src and out on 16 bytes test  embedding_test.cpp
struct SumRows {
    const Bf16* src = nullptr;
    const std::int32_t* begin = nullptr;
    const std::int32_t* index = nullptr;
    const float* weight = nullptr;
    Bf16* out = nullptr;
    std::int64_t rows = 0;
    std::int64_t width = 0;
};

VT_HD bool is_valid(const SumRows& a) {
    return a.rows >= 0 && a.width >= 8 && a.width % 8 == 0 && a.src != nullptr &&
           a.begin != nullptr && a.index != nullptr && a.out != nullptr &&
           reinterpret_cast<std::uintptr_t>(a.src) % 16 == 0 &&
           reinterpret_cast<std::uintptr_t>(a.out) % 16 == 0;
}
}  // namespace veritune::kernels

VT_DECLARE_KERNEL(sum_rows, SumRows)
