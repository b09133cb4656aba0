// SPDX-License-Identifier: Apache-2.0
#include "kernels/embed_gather.h"

#include "kernels/cpu/arguments.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

Status embed_gather_body(const EmbedGather& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    for (std::int64_t row = 0; row < a.rows; ++row) {
        const std::int64_t token = a.token[row];
        const bool known = token >= 0 && token < a.vocab;
        for (std::int64_t i = 0; i < a.width; ++i) {
            a.out[row * a.width + i] = known ? a.table[token * a.width + i] : Bf16{};
        }
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(embed_gather, EmbedGather)

}  // namespace veritune::kernels::cpu
