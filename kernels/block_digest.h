// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bf16.h"
#include "kernels/kernel_types.h"

namespace veritune::kernels {

/// 64 bits for every 256 words, so that a hash of much memory needs to fetch little of it. Sees
/// every change of a bit by accident; no protection against somebody who looks for collisions.
/// words   uint32 [count];  digest  uint64 [(count + 255) / 256] out
/// test    block_digest_test.cpp
struct BlockDigest {
    const std::uint32_t* words = nullptr;
    std::uint64_t* digest = nullptr;
    std::int64_t count = 0;
};

inline constexpr int kDigestWords = 256;

VT_HD std::int64_t digests(const BlockDigest& a) {
    return (a.count + kDigestWords - 1) / kDigestWords;
}
VT_HD bool is_valid(const BlockDigest& a) {
    return a.count >= 0 && digests(a) <= INT32_MAX &&
           (a.count == 0 || (a.words != nullptr && a.digest != nullptr));
}
/// A word at its place; a block's digest is the sum of these (the finaliser of splitmix64).
VT_HD std::uint64_t mixed_word(std::uint32_t word, int place) {
    std::uint64_t z = (static_cast<std::uint64_t>(place + 1) << 32 | word) * 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}
VT_HD Cost block_digest_cost(const BlockDigest& a) {
    return {4.0 * static_cast<double>(a.count), 8.0 * static_cast<double>(digests(a)), 0};
}

}  // namespace veritune::kernels

VT_DECLARE_KERNEL(block_digest, BlockDigest)
