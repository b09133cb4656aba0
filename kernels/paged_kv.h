// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bf16.h"

#include <bit>
#include <cstdint>

namespace veritune::kernels {

inline constexpr std::int64_t kPageTokens = 64;    ///< tokens of a page
inline constexpr std::int64_t kSplitTokens = 256;  ///< tokens of a split of attention, from token 0
inline constexpr std::int64_t kMaxHeadGroup = 8;   ///< query heads that one key/value head serves

enum class KvKind : std::int32_t { kInt8 = 0, kBf16 = 1 };

/// The keys and values of one layer in pages of 64 tokens; every chain finds its pages through one
/// block table that serves all layers.
/// data    int8 or bf16 [pages][K, V][kv_heads][64][head_dim], 256-byte aligned
/// scales  int8 only: fp16 [pages][K, V][kv_heads][64]; value = scale * code, code in -127..127
/// head_dim is 64 or 128. Tokens of a page that no length covers may hold anything.
struct PagedKv {
    KvKind kind = KvKind::kInt8;
    void* data = nullptr;
    std::uint16_t* scales = nullptr;
    std::int64_t pages = 0;
    std::int64_t kv_heads = 0;
    std::int64_t head_dim = 0;
};

/// The block table of all chains: physical page of logical page i of chain c at pages[c * stride +
/// i].
struct BlockTable {
    const std::int32_t* pages = nullptr;  ///< [chains, stride]
    std::int64_t stride = 0;              ///< pages per chain at most
};

/// Row of (page, K = 0 or V = 1, head, token in the page): its element is row * head_dim, its scale
/// is scales[row].
VT_HD std::int64_t kv_row(
    const PagedKv& kv, std::int64_t page, int which, std::int64_t head, std::int64_t token) {
    return ((page * 2 + which) * kv.kv_heads + head) * kPageTokens + token;
}

VT_HD std::int64_t kv_element_bytes(KvKind kind) { return kind == KvKind::kInt8 ? 1 : 2; }

/// Bytes of one page of one layer, and of its scales.
VT_HD std::int64_t kv_page_bytes(const PagedKv& kv) {
    return 2 * kv.kv_heads * kPageTokens * kv.head_dim * kv_element_bytes(kv.kind);
}
VT_HD std::int64_t kv_page_scales(const PagedKv& kv) { return 2 * kv.kv_heads * kPageTokens; }

/// Whether a kernel can work with it at all.
VT_HD bool is_valid(const PagedKv& kv) {
    return kv.data != nullptr && (kv.kind == KvKind::kBf16 || kv.scales != nullptr) &&
           kv.pages > 0 && kv.kv_heads > 0 && (kv.head_dim == 64 || kv.head_dim == 128);
}

/// fp16 bits of a non-negative number, nearest with ties to even, at most 65,504; NaN gives 0x7e00.
VT_HD std::uint16_t scale_to_fp16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if (bits > 0x7f800000U) return 0x7e00;
    if (bits >= 0x477fe000U) return 0x7bff;  // 65,504 and above
    if (bits < 0x38800000U) {                // subnormal: units of 2^-24, of which a sum rounds
        const float shifted = value + 0.5F;  // 0.5 has its last place at 2^-24
        return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(shifted) - 0x3f000000U);
    }
    const std::uint32_t rounded = bits + 0xfffU + ((bits >> 13) & 1U);
    return static_cast<std::uint16_t>((rounded - 0x38000000U) >> 13);
}

/// The exact value of fp16 bits that scale_to_fp16 gives.
VT_HD float scale_from_fp16(std::uint16_t bits) {
    if (bits >= 0x7c00U) return std::bit_cast<float>(0x7fc00000U);
    if (bits < 0x400U) return static_cast<float>(bits) * 5.9604644775390625e-8F;  // 2^-24
    return std::bit_cast<float>((static_cast<std::uint32_t>(bits) << 13) + 0x38000000U);
}

}  // namespace veritune::kernels
