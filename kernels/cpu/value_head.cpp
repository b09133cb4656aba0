// SPDX-License-Identifier: Apache-2.0
#include "kernels/value_head.h"

#include "kernels/cpu/isa.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

Status value_head_body(const ValueHead& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    for (std::int64_t row = 0; row < a.rows; ++row) {
        const Bf16* x = a.hidden + a.index[row] * a.width;
        double sum = a.bias[0];
        for (std::int64_t k = 0; k < a.width; ++k) {
            sum += static_cast<double>(to_float(x[k])) * static_cast<double>(a.weight[k]);
        }
        a.value[row] = static_cast<float>(sum);
    }
    return Status::kOk;
}

Status value_head_backward_body(const ValueHeadBackward& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    a.dbias[0] = 0;
    for (std::int64_t k = 0; k < a.width; ++k) a.dweight[k] = 0;
    for (std::int64_t row = 0; row < a.rows; ++row) {
        const Bf16* x = a.hidden + a.index[row] * a.width;
        const float dv = a.dvalue[row];
        a.dbias[0] += dv;
        for (std::int64_t k = 0; k < a.width; ++k) {
            a.dweight[k] += dv * to_float(x[k]);
            a.drow[row * a.width + k] = to_bf16(dv * a.weight[k]);
        }
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(value_head, ValueHead)
VT_KERNEL_ENTRY(value_head_backward, ValueHeadBackward)

}  // namespace veritune::kernels::cpu
