// SPDX-License-Identifier: Apache-2.0
#pragma once

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
}  // namespace veritune::kernels
