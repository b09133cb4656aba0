// SPDX-License-Identifier: Apache-2.0
#include "kernels/extend_rows.h"

#include "kernels/cpu/isa.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

Status extend_rows_body(const ExtendRows& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    for (std::int64_t row = 0; row < a.rows; ++row) {
        Bf16* to = a.to + row * a.ld + a.column;
        for (std::int64_t i = 0; i < a.r; ++i) to[i] = a.b[row * a.b_stride + i];
        to[a.r] = a.bias != nullptr ? a.bias[row] : to_bf16(a.constant);
        for (std::int64_t i = 1; i < kBiasColumns; ++i) to[a.r + i] = Bf16{};
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(extend_rows, ExtendRows)

}  // namespace veritune::kernels::cpu
