// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/kernels/kernel_bench.h"
#include "kernels/paged_kv.h"

#include <cstdint>
#include <vector>

namespace veritune::kernels::bench {

/// A layer's int8 pool in host memory whose chains lie one behind the other.
struct HostPool {
    std::vector<std::int8_t> codes;
    std::vector<std::uint16_t> scales;
    std::vector<std::int32_t> table;
    std::int64_t stride;
    PagedKv kv{};

    HostPool(std::int64_t chains, std::int64_t tokens, std::int64_t kv_heads, std::int64_t dim)
        : stride((tokens + kPageTokens - 1) / kPageTokens) {
        kv = {.pages = chains * stride, .kv_heads = kv_heads, .head_dim = dim};
        const std::vector<std::int32_t> random = ids(kv.pages * kv_page_bytes(kv), 255);
        for (const std::int32_t r : random) codes.push_back(static_cast<std::int8_t>(r - 127));
        scales.assign(static_cast<std::size_t>(kv.pages * kv_page_scales(kv)), 0x2400);  // 1/64
        for (std::int64_t p = 0; p < kv.pages; ++p) table.push_back(static_cast<std::int32_t>(p));
        kv.data = codes.data();
        kv.scales = scales.data();
    }
    BlockTable pages() const { return {.pages = table.data(), .stride = stride}; }
};

inline std::vector<Bf16> bf16_normals(std::int64_t count) {
    std::vector<Bf16> v;
    for (const float x : normals(count)) v.push_back(to_bf16(x));
    return v;
}

}  // namespace veritune::kernels::bench
