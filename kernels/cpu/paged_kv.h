// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/isa.h"
#include "kernels/paged_kv.h"

namespace veritune::kernels::cpu::VT_ISA {

/// A token of a chain as one key/value head sees it.
struct KvToken {
    const PagedKv& kv;
    const BlockTable& table;
    std::int64_t slot;
    std::int64_t head;
    std::int64_t token;
};

/// The key (which = 0) or value (1) as numbers, still to be multiplied by `scale`. False when the
/// table leads outside the pool.
inline bool load_kv(const KvToken& at, int which, float* codes, float* scale) {
    const PagedKv& kv = at.kv;
    const std::int64_t logical = at.token / kPageTokens;
    if (at.slot < 0 || logical >= at.table.stride) return false;
    const std::int64_t page = at.table.pages[at.slot * at.table.stride + logical];
    if (page < 0 || page >= kv.pages) return false;
    const std::int64_t row = kv_row(kv, page, which, at.head, at.token % kPageTokens);
    *scale = 1.0F;
    if (kv.kind == KvKind::kBf16) {
        const auto* from = static_cast<const Bf16*>(kv.data) + row * kv.head_dim;
        for (std::int64_t i = 0; i < kv.head_dim; ++i) codes[i] = to_float(from[i]);
        return true;
    }
    const auto* from = static_cast<const std::int8_t*>(kv.data) + row * kv.head_dim;
    for (std::int64_t i = 0; i < kv.head_dim; ++i) codes[i] = from[i];
    *scale = scale_from_fp16(kv.scales[row]);
    return true;
}

}  // namespace veritune::kernels::cpu::VT_ISA
