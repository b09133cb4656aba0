// SPDX-License-Identifier: Apache-2.0
#include "kernels/kv_page_copy.h"

#include "kernels/cpu/arguments.h"

#include <cstring>

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

void copy_page(const PagedKv& kv, std::int64_t from, std::int64_t to) {
    if (from < 0 || from >= kv.pages || to < 0 || to >= kv.pages) return;
    auto* data = static_cast<unsigned char*>(kv.data);
    const std::int64_t bytes = kv_page_bytes(kv);
    std::memcpy(data + to * bytes, data + from * bytes, static_cast<std::size_t>(bytes));
    if (kv.kind != KvKind::kInt8) return;
    const std::int64_t scales = kv_page_scales(kv);
    std::memcpy(kv.scales + to * scales,
                kv.scales + from * scales,
                static_cast<std::size_t>(scales) * sizeof(std::uint16_t));
}

Status kv_page_copy_body(const KvPageCopy& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    for (std::int64_t layer = 0; layer < a.layer_count; ++layer) {
        for (std::int64_t i = 0; i < a.count; ++i) {
            copy_page(a.layers[layer], a.pairs[2 * i], a.pairs[2 * i + 1]);
        }
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(kv_page_copy, KvPageCopy)

}  // namespace veritune::kernels::cpu
