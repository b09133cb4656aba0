// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/isa.h"
#include "kernels/quant_view.h"

#include <cstdint>
#if defined(VT_ISA_AVX512) || defined(VT_ISA_AVX2)
#include <immintrin.h>
#endif
#ifdef VT_ISA_AVX512
// g++ 12 takes the deliberately undefined operand of its own intrinsics for a mistake of ours.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

/// Exact integer products of a weight tile and 64 activations, by the widest instructions there
/// are. Activations come in the order of the tile's bytes: (0, 2, 1, 3) in each four.
///   rows_int4(tile, x, out)    out[16] = sum of codes 0..15 times x[64]
///   rows_int8(tile, x, out)    out[16] = sum of codes -127..127 times x[64]
///   block_int4(tile, x, out)   out[16][16] of 16 tokens, x [16 fours][16 tokens][4]
/// x is within +-127.
namespace veritune::kernels::cpu::VT_ISA {

constexpr int kBlockTokens = 16;

/// One byte per weight: row r's 64 codes at 64 r.
inline void unpack_int4(const std::uint8_t* tile, std::uint8_t* codes) {
    for (std::int64_t g = 0; g < 8; ++g) {
        for (std::int64_t b = 0; b < 64; ++b) {
            codes[64 * g + b] = tile[64 * g + b] & 15;
            codes[64 * (g + 8) + b] = tile[64 * g + b] >> 4;
        }
    }
}

#if defined(VT_ISA_AVX512)

/// Sums of the lanes of sixteen vectors.
inline __m512i sum_each(const __m512i (&v)[16]) {
    __m512i four[4];
    for (std::int64_t q = 0; q < 4; ++q) {
        const __m512i* r = v + 4 * q;
        const __m512i ab =
            _mm512_add_epi32(_mm512_unpacklo_epi32(r[0], r[1]), _mm512_unpackhi_epi32(r[0], r[1]));
        const __m512i cd =
            _mm512_add_epi32(_mm512_unpacklo_epi32(r[2], r[3]), _mm512_unpackhi_epi32(r[2], r[3]));
        four[q] = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
    }
    const auto halves = [](__m512i a, __m512i b) __attribute__((always_inline)) {
        return _mm512_add_epi32(_mm512_shuffle_i32x4(a, b, 0x88), _mm512_shuffle_i32x4(a, b, 0xdd));
    };
    return halves(halves(four[0], four[1]), halves(four[2], four[3]));
}

/// Byte products added in fours: with the instruction made for it, or by way of 16 bits (which
/// weights up to 127 cannot overflow).
struct Vnni {};
struct NoVnni {};

#define VT_VNNI __attribute__((target("avx512vnni")))

inline __m512i fours(__m512i u, __m512i s, NoVnni) {
    return _mm512_madd_epi16(_mm512_maddubs_epi16(u, s), _mm512_set1_epi16(1));
}
VT_VNNI inline __m512i fours(__m512i u, __m512i s, Vnni) {
    return _mm512_dpbusd_epi32(_mm512_setzero_si512(), u, s);
}

// A function for processors with the instruction cannot be inlined into one for those without, and
// a template cannot choose its target: the bodies are macros.
#define VT_ROWS_INT4(How)                                                            \
    {                                                                                \
        const __m512i mask = _mm512_set1_epi8(15);                                   \
        const __m512i activations = _mm512_loadu_si512(x);                           \
        __m512i v[16];                                                               \
        for (std::int64_t g = 0; g < 8; ++g) {                                       \
            const __m512i both = _mm512_loadu_si512(tile + 64 * g);                  \
            const __m512i high = _mm512_and_si512(_mm512_srli_epi16(both, 4), mask); \
            v[g] = fours(_mm512_and_si512(both, mask), activations, (How));          \
            v[g + 8] = fours(high, activations, (How));                              \
        }                                                                            \
        _mm512_storeu_si512(out, sum_each(v));                                       \
    }
#define VT_ROWS_INT8(How)                                                                     \
    {                                                                                         \
        const __m512i zero = _mm512_setzero_si512();                                          \
        const __m512i activations = _mm512_loadu_si512(x);                                    \
        __m512i v[16];                                                                        \
        for (std::int64_t r = 0; r < 16; ++r) {                                               \
            const __m512i w = _mm512_loadu_si512(tile + 64 * r);                              \
            const __m512i turned =                                                            \
                _mm512_mask_sub_epi8(activations, _mm512_movepi8_mask(w), zero, activations); \
            v[r] = fours(_mm512_abs_epi8(w), turned, (How));                                  \
        }                                                                                     \
        _mm512_storeu_si512(out, sum_each(v));                                                \
    }
#define VT_BLOCK_INT4(How)                                                                        \
    {                                                                                             \
        alignas(64) std::uint8_t codes[1024];                                                     \
        unpack_int4(tile, codes);                                                                 \
        __m512i activations[16];                                                                  \
        for (std::int64_t q = 0; q < 16; ++q) activations[q] = _mm512_loadu_si512(x + 64 * q);    \
        for (std::int64_t r = 0; r < 16; r += 4) {                                                \
            __m512i sum[4] = {};                                                                  \
            for (std::int64_t q = 0; q < 16; ++q) {                                               \
                for (std::int64_t i = 0; i < 4; ++i) {                                            \
                    std::int32_t four = 0;                                                        \
                    __builtin_memcpy(&four, codes + 64 * (r + i) + 4 * q, 4);                     \
                    sum[i] = VT_ADD_##How(sum[i], _mm512_set1_epi32(four), activations[q]);       \
                }                                                                                 \
            }                                                                                     \
            for (std::int64_t i = 0; i < 4; ++i) _mm512_storeu_si512(out + 16 * (r + i), sum[i]); \
        }                                                                                         \
    }
#define VT_ADD_Vnni(sum, u, s) _mm512_dpbusd_epi32(sum, u, s)
#define VT_ADD_NoVnni(sum, u, s) _mm512_add_epi32(sum, fours(u, s, NoVnni{}))

struct DotVnni {
    VT_VNNI __attribute__((noinline)) static void rows_int4(const std::uint8_t* tile,
                                                            const std::int8_t* x,
                                                            std::int32_t* out)
        VT_ROWS_INT4(Vnni{}) VT_VNNI
        __attribute__((noinline)) static void rows_int8(const std::uint8_t* tile,
                                                        const std::int8_t* x,
                                                        std::int32_t* out)
            VT_ROWS_INT8(Vnni{}) VT_VNNI
        __attribute__((noinline)) static void block_int4(const std::uint8_t* tile,
                                                         const std::int8_t* x,
                                                         std::int32_t* out) VT_BLOCK_INT4(Vnni)
};
struct Dot {
    static void rows_int4(const std::uint8_t* tile, const std::int8_t* x, std::int32_t* out)
        VT_ROWS_INT4(NoVnni{}) static void rows_int8(const std::uint8_t* tile,
                                                     const std::int8_t* x,
                                                     std::int32_t* out)
            VT_ROWS_INT8(NoVnni{}) static void block_int4(const std::uint8_t* tile,
                                                          const std::int8_t* x,
                                                          std::int32_t* out) VT_BLOCK_INT4(NoVnni)
};
#undef VT_ROWS_INT4
#undef VT_ROWS_INT8
#undef VT_BLOCK_INT4
#undef VT_ADD_Vnni
#undef VT_ADD_NoVnni

#elif defined(VT_ISA_AVX2)

/// Sums of the lanes of eight vectors.
inline __m256i sum_each(const __m256i (&v)[8]) {
    const __m256i low =
        _mm256_hadd_epi32(_mm256_hadd_epi32(v[0], v[1]), _mm256_hadd_epi32(v[2], v[3]));
    const __m256i high =
        _mm256_hadd_epi32(_mm256_hadd_epi32(v[4], v[5]), _mm256_hadd_epi32(v[6], v[7]));
    return _mm256_add_epi32(_mm256_permute2x128_si256(low, high, 0x20),
                            _mm256_permute2x128_si256(low, high, 0x31));
}
inline __m256i load_32(const void* from) {
    return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}
inline void store_32(std::int32_t* to, __m256i v) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), v);
}

struct Dot {
    static void rows_int4(const std::uint8_t* tile, const std::int8_t* x, std::int32_t* out) {
        const __m256i mask = _mm256_set1_epi8(15);
        const __m256i ones = _mm256_set1_epi16(1);
        const __m256i first = load_32(x);
        const __m256i second = load_32(x + 32);
        __m256i low[8];
        __m256i high[8];
        for (std::int64_t g = 0; g < 8; ++g) {
            const __m256i a = load_32(tile + 64 * g);
            const __m256i b = load_32(tile + 64 * g + 32);
            const __m256i a_high = _mm256_and_si256(_mm256_srli_epi16(a, 4), mask);
            const __m256i b_high = _mm256_and_si256(_mm256_srli_epi16(b, 4), mask);
            // 4 * 15 * 127 stays within 16 bits
            low[g] = _mm256_madd_epi16(
                _mm256_add_epi16(_mm256_maddubs_epi16(_mm256_and_si256(a, mask), first),
                                 _mm256_maddubs_epi16(_mm256_and_si256(b, mask), second)),
                ones);
            high[g] = _mm256_madd_epi16(_mm256_add_epi16(_mm256_maddubs_epi16(a_high, first),
                                                         _mm256_maddubs_epi16(b_high, second)),
                                        ones);
        }
        store_32(out, sum_each(low));
        store_32(out + 8, sum_each(high));
    }
    static void rows_int8(const std::uint8_t* tile, const std::int8_t* x, std::int32_t* out) {
        const __m256i ones = _mm256_set1_epi16(1);
        __m256i v[8];
        for (std::int64_t r = 0; r < 16; ++r) {
            __m256i sum = _mm256_setzero_si256();
            for (std::int64_t half = 0; half < 64; half += 32) {
                // both within +-127: 2 * 127 * 127 stays within 16 bits
                const __m256i w = load_32(tile + 64 * r + half);
                const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(w),
                                                           _mm256_sign_epi8(load_32(x + half), w));
                sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones));
            }
            v[r & 7] = sum;
            if ((r & 7) == 7) store_32(out + (r & 8), sum_each(v));
        }
    }
    static void block_int4(const std::uint8_t* tile, const std::int8_t* x, std::int32_t* out) {
        alignas(64) std::uint8_t codes[1024];
        unpack_int4(tile, codes);
        const __m256i ones = _mm256_set1_epi16(1);
        for (std::int64_t r = 0; r < 16; ++r) {
            for (std::int64_t half = 0; half < 2; ++half) {
                __m256i sum = _mm256_setzero_si256();
                for (std::int64_t q = 0; q < 16; q += 8) {  // 8 * 2 * 15 * 127 stays within 16 bits
                    __m256i pairs = _mm256_setzero_si256();
                    for (std::int64_t i = q; i < q + 8; ++i) {
                        std::int32_t four = 0;
                        __builtin_memcpy(&four, codes + 64 * r + 4 * i, 4);
                        pairs =
                            _mm256_add_epi16(pairs,
                                             _mm256_maddubs_epi16(_mm256_set1_epi32(four),
                                                                  load_32(x + 64 * i + 32 * half)));
                    }
                    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones));
                }
                store_32(out + 16 * r + 8 * half, sum);
            }
        }
    }
};

#else

struct Dot {
    static void rows_int4(const std::uint8_t* tile, const std::int8_t* x, std::int32_t* out) {
        for (std::int64_t g = 0; g < 8; ++g) {
            std::int32_t low = 0;
            std::int32_t high = 0;
            for (std::int64_t b = 0; b < 64; ++b) {
                low += (tile[64 * g + b] & 15) * x[b];
                high += (tile[64 * g + b] >> 4) * x[b];
            }
            out[g] = low;
            out[g + 8] = high;
        }
    }
    static void rows_int8(const std::uint8_t* tile, const std::int8_t* x, std::int32_t* out) {
        for (std::int64_t r = 0; r < 16; ++r) {
            std::int32_t sum = 0;
            for (std::int64_t b = 0; b < 64; ++b)
                sum += static_cast<std::int8_t>(tile[64 * r + b]) * x[b];
            out[r] = sum;
        }
    }
    static void block_int4(const std::uint8_t* tile, const std::int8_t* x, std::int32_t* out) {
        alignas(64) std::uint8_t codes[1024];
        unpack_int4(tile, codes);
        for (std::int64_t r = 0; r < 16; ++r) {
            for (std::int64_t t = 0; t < kBlockTokens; ++t) {
                std::int32_t sum = 0;
                for (std::int64_t b = 0; b < 64; ++b) {
                    sum += codes[64 * r + b] * x[64 * (b / 4) + 4 * t + b % 4];
                }
                out[16 * r + t] = sum;
            }
        }
    }
};

#endif

}  // namespace veritune::kernels::cpu::VT_ISA
