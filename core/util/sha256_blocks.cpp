// SPDX-License-Identifier: Apache-2.0
#include "core/util/sha256_blocks.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

namespace veritune::util {
namespace {

// FIPS 180-4, 4.2.2.
alignas(16) constexpr std::array<std::uint32_t, 64> kRounds{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

#define VT_SHA __attribute__((target("sha,sse4.1")))

/// 16 groups of four rounds. The instructions keep the words as (a b e f) and (c d g h).
VT_SHA void one_block(__m128i& abef, __m128i& cdgh, const unsigned char* bytes) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    const __m128i abef_before = abef;
    const __m128i cdgh_before = cdgh;
    __m128i w[4];
    for (std::size_t group = 0; group < 16; ++group) {
        __m128i& now = w[group % 4];
        const __m128i& last = w[(group + 3) % 4];
        if (group < 4) {
            const auto* const from = reinterpret_cast<const __m128i*>(bytes) + group;
            now = _mm_shuffle_epi8(_mm_loadu_si128(from), big_endian);
        } else {
            const __m128i mixed = _mm_sha256msg1_epu32(now, w[(group + 1) % 4]);
            const __m128i shifted = _mm_alignr_epi8(last, w[(group + 2) % 4], 4);
            now = _mm_sha256msg2_epu32(_mm_add_epi32(mixed, shifted), last);
        }
        const auto* const constants = reinterpret_cast<const __m128i*>(kRounds.data()) + group;
        const __m128i sum = _mm_add_epi32(now, _mm_load_si128(constants));
        cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
        abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
}

}  // namespace

bool has_sha_instructions() {
    static const bool has = [] {
        unsigned int a = 0;
        unsigned int b = 0;
        unsigned int c = 0;
        unsigned int d = 0;
        constexpr unsigned int kShaBit = 1U << 29;
        return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & kShaBit) != 0 &&
               __builtin_cpu_supports("sse4.1") != 0;
    }();
    return has;
}

VT_SHA void sha256_blocks(Sha256Words& words, const unsigned char* bytes, std::size_t blocks) {
    auto* const memory = reinterpret_cast<__m128i*>(words.data());
    const __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128(memory), 0xB1);
    const __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128(memory + 1), 0x1B);
    __m128i abef = _mm_alignr_epi8(badc, hgfe, 8);
    __m128i cdgh = _mm_blend_epi16(hgfe, badc, 0xF0);
    for (std::size_t block = 0; block < blocks; ++block) one_block(abef, cdgh, bytes + 64 * block);
    const __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
    const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128(memory, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128(memory + 1, _mm_alignr_epi8(dchg, feba, 8));
}

}  // namespace veritune::util

#else

namespace veritune::util {

bool has_sha_instructions() { return false; }
void sha256_blocks(Sha256Words&, const unsigned char*, std::size_t) {}

}  // namespace veritune::util

#endif
