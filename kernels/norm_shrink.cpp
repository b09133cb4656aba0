// SPDX-License-Identifier: Apache-2.0
#include "kernels/norm_shrink.h"

namespace veritune::kernels {
namespace {

template <typename... Pointers>
bool on_sixteen(Pointers... pointers) {
    return (... && (pointers != nullptr && reinterpret_cast<std::uintptr_t>(pointers) % 16 == 0));
}

bool rows_fit(std::int64_t stride, std::int64_t width) {
    return stride >= width && stride % 8 == 0;
}

}  // namespace

bool is_valid(const NormShrink& a) {
    if (a.m < 1 || a.k < 64 || a.k % 64 != 0 || !on_sixteen(a.residual, a.gamma, a.x)) return false;
    if (!rows_fit(a.residual_stride, a.k) || !rows_fit(a.x_stride, a.k)) return false;
    if (a.a == nullptr) return a.a_rows == 0;
    return a.a_rows > 0 && a.a_rows % 16 == 0 && on_sixteen(a.a, a.xa) &&
           rows_fit(a.xa_stride, a.a_rows);
}

bool is_valid(const LoraShrink& a) {
    return a.m >= 1 && a.k >= 64 && a.k % 64 == 0 && a.a_rows > 0 && a.a_rows % 16 == 0 &&
           on_sixteen(a.x, a.a, a.xa) && rows_fit(a.x_stride, a.k) &&
           rows_fit(a.xa_stride, a.a_rows);
}

Cost norm_shrink_cost(const NormShrink& a) {
    const double m = static_cast<double>(a.m);
    const double k = static_cast<double>(a.k);
    const double rows = static_cast<double>(a.a_rows);
    return {.bytes_read = 2 * m * k + 2 * k + 2 * rows * k,
            .bytes_written = 2 * m * (k + rows),
            .flops = 4 * m * k + 2 * m * k * rows};
}

Cost lora_shrink_cost(const LoraShrink& a) {
    const double m = static_cast<double>(a.m);
    const double k = static_cast<double>(a.k);
    const double rows = static_cast<double>(a.a_rows);
    return {.bytes_read = 2 * m * k + 2 * rows * k,
            .bytes_written = 2 * m * rows,
            .flops = 2 * m * k * rows};
}

}  // namespace veritune::kernels
