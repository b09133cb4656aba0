// SPDX-License-Identifier: Apache-2.0
#include "kernels/block_digest.h"

#include "kernels/cpu/isa.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

Status block_digest_body(const BlockDigest& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    const std::int64_t blocks = digests(a);
#pragma omp parallel for schedule(static) if (blocks > 256)
    for (std::int64_t b = 0; b < blocks; ++b) {
        const std::int64_t begin = b * kDigestWords;
        const std::int64_t left = a.count - begin;
        const int count = static_cast<int>(left < kDigestWords ? left : kDigestWords);
        std::uint64_t sum = 0;
        for (int i = 0; i < count; ++i) sum += mixed_word(a.words[begin + i], i);
        a.digest[b] = sum;
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(block_digest, BlockDigest)

}  // namespace veritune::kernels::cpu
