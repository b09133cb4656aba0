// SPDX-License-Identifier: Apache-2.0
#include "kernels/embedding.h"

#include "kernels/cpu/arguments.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr std::int64_t kColumns = 64;
constexpr std::int64_t kParallelElements = 131072;

template <typename Args>
bool is_valid(const Args& a, const void* rows) {
    return a.rows >= 0 && a.width >= 1 &&
           (a.rows == 0 ||
            (all_set(a.table, a.index, rows) && all_within(a.index, a.rows, a.table_rows)));
}

template <typename T>
Status gather_rows_body(const GatherRows<T>& a) {
    if (!is_valid(a, a.out)) return Status::kInvalidArgument;
#pragma omp parallel for schedule(static) if (a.rows * a.width > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        const T* __restrict__ from = a.table + a.index[row] * a.width;
        T* __restrict__ to = a.out + row * a.width;
        for (std::int64_t k = 0; k < a.width; ++k) to[k] = from[k];
    }
    return Status::kOk;
}

template <typename T>
Status scatter_add_rows_body(const ScatterAddRows<T>& a) {
    if (!is_valid(a, a.x)) return Status::kInvalidArgument;
    const std::int64_t blocks = (a.width + kColumns - 1) / kColumns;
#pragma omp parallel for schedule(static) if (a.rows * a.width > kParallelElements)
    for (std::int64_t b = 0; b < blocks; ++b) {
        const std::int64_t end = (b + 1) * kColumns < a.width ? (b + 1) * kColumns : a.width;
        for (std::int64_t row = 0; row < a.rows; ++row) {
            T* to = a.table + a.index[row] * a.width;
            const T* from = a.x + row * a.width;
#pragma omp simd
            for (std::int64_t k = b * kColumns; k < end; ++k) to[k] += from[k];
        }
    }
    return Status::kOk;
}

Status sum_rows_body(const SumRows& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
#pragma omp parallel for schedule(static) if (a.rows * a.width > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        for (std::int64_t k = 0; k < a.width; ++k) {
            float sum = 0;
            for (std::int32_t i = a.begin[row]; i < a.begin[row + 1]; ++i) {
                const float weight = a.weight == nullptr ? 1.0F : a.weight[a.index[i]];
                sum += weight * to_float(a.src[a.index[i] * a.width + k]);
            }
            a.out[row * a.width + k] = to_bf16(sum);
        }
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(sum_rows, SumRows)
VT_KERNEL_ENTRY(gather_rows, GatherRows<float>)
VT_KERNEL_ENTRY(gather_rows, GatherRows<double>)
VT_KERNEL_ENTRY(scatter_add_rows, ScatterAddRows<float>)
VT_KERNEL_ENTRY(scatter_add_rows, ScatterAddRows<double>)

}  // namespace veritune::kernels::cpu
