// SPDX-License-Identifier: Apache-2.0
#include "kernels/gemm_q_fast.h"

#include "kernels/cpu/int8_dot.h"
#include "kernels/cpu/scratch.h"

#include <cmath>

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr int kMaxRows = static_cast<int>(kGemmQMaxRows);
constexpr int kTileRows = static_cast<int>(kQuantRows);
constexpr int kGroup = static_cast<int>(kQuantGroup);
constexpr std::int64_t kParallelTiles = 8;

/// The tokens in eight bits. Whole blocks of 16 tokens lie as [group][16 fours][16 tokens][4], for
/// int4 only; the others as [token][k]. Either way a group of a token has its bytes in order
/// (0, 2, 1, 3) in each four.
struct Activations {
    std::int64_t groups;
    std::int64_t blocks;
    std::int8_t* codes;  ///< [m, k]
    float* scale;        ///< blocks: [block][group][16], then [token][group]
    std::int32_t* sum;   ///< of the codes, as scale

    std::int64_t first_single() const { return blocks * kBlockTokens; }
    const std::int8_t* block(std::int64_t b, std::int64_t j) const {
        return codes + (b * groups + j) * kGroup * kBlockTokens;
    }
    const std::int8_t* single(std::int64_t token, std::int64_t j) const {
        return codes + (token * groups + j) * kGroup;
    }
    /// Where scale and sum of a token's group are.
    std::int64_t place(std::int64_t token, std::int64_t j) const {
        if (token >= first_single()) return token * groups + j;
        return (token / kBlockTokens * groups + j) * kBlockTokens + token % kBlockTokens;
    }
};

/// One group of one token: codes in the order of the tiles.
void round_group(const Bf16* x, std::int8_t* codes, float* scale, std::int32_t* sum) {
    float value[kGroup];
    float largest = 0;
    bool finite = true;
    for (int i = 0; i < kGroup; ++i) {
        value[i] = to_float(x[i]);
        const float size = std::fabs(value[i]);
        finite = finite && size < INFINITY;
        largest = size > largest ? size : largest;
    }
    const bool usable = finite && largest > 0;
    const float inverse = usable ? 127.0F / largest : 0.0F;
    std::int32_t total = 0;
    for (int i = 0; i < kGroup; ++i) {
        float code = usable ? std::nearbyint(value[i] * inverse) : 0.0F;
        // 127 / (the smallest bf16 numbers) is infinite
        code = code > 127.0F ? 127.0F : code < -127.0F ? -127.0F : code;
        const int in_four = i & 3;
        const int swapped = in_four == 1 ? 2 : in_four == 2 ? 1 : in_four;
        codes[(i & ~3) + swapped] = static_cast<std::int8_t>(code);
        total += static_cast<std::int32_t>(code);
    }
    *scale = finite ? largest / 127.0F : NAN;
    *sum = total;
}

/// All tokens rounded; the memory lives as long as the calling thread.
Activations round_all(const GemmQ& a) {
    static thread_local Scratch<std::int8_t> codes;
    static thread_local Scratch<float> scale;
    static thread_local Scratch<std::int32_t> sum;
    Activations x{};
    x.groups = k_groups(a.w);
    x.blocks = a.w.kind == QuantKind::kInt4 ? a.m / kBlockTokens : 0;
    x.codes = codes.get(a.m * a.w.k);
    x.scale = scale.get(a.m * x.groups);
    x.sum = sum.get(a.m * x.groups);
#pragma omp parallel for schedule(static) if (a.m >= kBlockTokens)
    for (std::int64_t t = 0; t < a.m; ++t) {
        const bool single = t >= x.first_single();
        for (std::int64_t j = 0; j < x.groups; ++j) {
            std::int8_t group[kGroup];
            std::int8_t* to = single ? x.codes + (t * x.groups + j) * kGroup : group;
            const std::int64_t place = x.place(t, j);
            round_group(a.x + t * a.x_stride + kGroup * j, to, x.scale + place, x.sum + place);
            if (single) continue;
            std::int8_t* block =
                x.codes + (t / kBlockTokens * x.groups + j) * kGroup * kBlockTokens;
            for (std::int64_t q = 0; q < kGroup / 4; ++q) {
                __builtin_memcpy(block + 64 * q + 4 * (t % kBlockTokens), group + 4 * q, 4);
            }
        }
    }
    return x;
}

/// Scales and zero points of a tile's rows.
struct TileMeta {
    float scale[kTileRows];
    std::int32_t zero[kTileRows];

    TileMeta(const QuantView& w, std::int64_t tile) {
        if (w.kind == QuantKind::kInt8) {
            const auto* exponents = static_cast<const std::uint8_t*>(w.meta) + kTileRows * tile;
            for (int r = 0; r < kTileRows; ++r) {
                // 2^-e
                const std::uint32_t bits = static_cast<std::uint32_t>(127 - exponents[r]) << 23;
                __builtin_memcpy(&scale[r], &bits, 4);
                zero[r] = 0;
            }
            return;
        }
        const auto* words = static_cast<const std::uint32_t*>(w.meta) + 8 * tile;
        for (int r = 0; r < kTileRows; ++r) {
            const std::uint32_t meta = words[r & 7] >> (2 * (r & 8));
            const std::uint32_t bits = (meta & 0x7ffU) << 20;
            __builtin_memcpy(&scale[r], &bits, 4);
            zero[r] = static_cast<std::int32_t>((meta >> 12) & 15U);
        }
    }
};

/// The sums of one row tile: [token][row], in a block [row][token].
struct TileSums {
    float total[kMaxRows][kTileRows];
    float part[kMaxRows][kTileRows];
};

template <typename Dot>
void add_singles(const GemmQ& a,
                 const Activations& x,
                 const TileMeta& meta,
                 std::int64_t i,
                 std::int64_t j,
                 TileSums& s) {
    const std::int64_t tile = i * x.groups + j;
    const bool int8 = a.w.kind == QuantKind::kInt8;
    const std::uint8_t* codes = a.w.codes + (int8 ? kInt8TileBytes : kInt4TileBytes) * tile;
    for (std::int64_t t = x.first_single(); t < a.m; ++t) {
        alignas(64) std::int32_t dot[kTileRows];
        if (int8) {
            Dot::rows_int8(codes, x.single(t, j), dot);
        } else {
            Dot::rows_int4(codes, x.single(t, j), dot);
        }
        const std::int64_t place = x.place(t, j);
        const float scale = x.scale[place];
        const std::int32_t sum = x.sum[place];
        float* part = s.part[t];
#pragma omp simd
        for (int r = 0; r < kTileRows; ++r) {
            const auto d = static_cast<float>(dot[r] - meta.zero[r] * sum);
            part[r] = __builtin_fmaf(d, meta.scale[r] * scale, part[r]);
        }
    }
}

template <typename Dot>
void add_blocks(const GemmQ& a,
                const Activations& x,
                const TileMeta& meta,
                std::int64_t i,
                std::int64_t j,
                TileSums& s) {
    const std::uint8_t* codes = a.w.codes + kInt4TileBytes * (i * x.groups + j);
    for (std::int64_t b = 0; b < x.blocks; ++b) {
        alignas(64) std::int32_t dot[kTileRows * kBlockTokens];
        Dot::block_int4(codes, x.block(b, j), dot);
        const std::int64_t place = (b * x.groups + j) * kBlockTokens;
        const float* scale = x.scale + place;
        const std::int32_t* sum = x.sum + place;
        for (int r = 0; r < kTileRows; ++r) {
            float* part = s.part[b * kBlockTokens + r];
#pragma omp simd
            for (int t = 0; t < kBlockTokens; ++t) {
                const auto d =
                    static_cast<float>(dot[kBlockTokens * r + t] - meta.zero[r] * sum[t]);
                part[t] = __builtin_fmaf(d, meta.scale[r] * scale[t], part[t]);
            }
        }
    }
}

template <typename Dot>
void multiply(const GemmQ& a, const Activations& x, std::int64_t i, TileSums& s) {
    for (int slice = 0; slice < kSlices; ++slice) {
        for (std::int64_t t = 0; t < a.m; ++t) {
            for (float& p : s.part[t]) p = 0;
        }
        const std::int64_t end = slice_begin(x.groups, slice + 1);
        for (std::int64_t j = slice_begin(x.groups, slice); j < end; ++j) {
            const TileMeta meta(a.w, i * x.groups + j);
            add_blocks<Dot>(a, x, meta, i, j, s);
            add_singles<Dot>(a, x, meta, i, j, s);
        }
        for (std::int64_t t = 0; t < a.m; ++t) {
            for (int r = 0; r < kTileRows; ++r) {
                s.total[t][r] = slice == 0 ? s.part[t][r] : s.total[t][r] + s.part[t][r];
            }
        }
    }
}

/// Which slice of xa a row of the matrix uses.
std::int64_t xa_slice(const GemmQ& a, std::int64_t n) {
    if (a.w.order == RowOrder::kGateUp) return (n % kQuantRows) / 8;
    if (a.w.order != RowOrder::kQkv || n < a.q_rows) return 0;
    return n < a.q_rows + a.kv_rows ? 1 : 2;
}

float result(const GemmQ& a, std::int64_t token, std::int64_t n, float sum) {
    if (a.w.kind == QuantKind::kInt8) sum *= a.w.row_factor[n];
    if (a.lora.r > 0) {
        const Bf16* xa = a.lora.xa + token * a.lora.xa_stride + xa_slice(a, n) * a.lora.r;
        const Bf16* b = a.lora.b + n * a.lora.r;
        float lora = 0;
        for (std::int64_t k = 0; k < a.lora.r; ++k) {
            lora = __builtin_fmaf(to_float(b[k]), to_float(xa[k]), lora);
        }
        sum += lora;
    }
    return a.bias != nullptr ? sum + to_float(a.bias[n]) : sum;
}

void finish_swiglu(const GemmQ& a, std::int64_t i, std::int64_t token, const float* sums) {
    Bf16* y = static_cast<Bf16*>(a.y) + token * a.y_stride + 8 * i;
    for (std::int64_t f = 0; f < 8; ++f) {
        const std::int64_t n = kQuantRows * i + f;
        const float gate = rounded_to_bf16(result(a, token, n, sums[f]));
        const float up = rounded_to_bf16(result(a, token, n + 8, sums[f + 8]));
        y[f] = to_bf16(gate / (1.0F + std::exp(-gate)) * up);
    }
}

void finish_token(const GemmQ& a, std::int64_t i, std::int64_t token, const float* sums) {
    if (a.epilogue == GemmEpilogue::kSwiglu) return finish_swiglu(a, i, token, sums);
    for (std::int64_t n = kQuantRows * i; n < a.w.n && n < kQuantRows * (i + 1); ++n) {
        const float value = result(a, token, n, sums[n - kQuantRows * i]);
        const std::int64_t at = token * a.y_stride + n;
        if (a.epilogue == GemmEpilogue::kStoreFp32) {
            static_cast<float*>(a.y)[at] = value;
            continue;
        }
        Bf16& y = static_cast<Bf16*>(a.y)[at];
        y = a.epilogue == GemmEpilogue::kResidual ? to_bf16(to_float(y) + rounded_to_bf16(value))
                                                  : to_bf16(value);
    }
}

void finish(const GemmQ& a, const Activations& x, std::int64_t i, const TileSums& s) {
    for (std::int64_t t = 0; t < a.m; ++t) {
        if (t >= x.first_single()) {
            finish_token(a, i, t, s.total[t]);
            continue;
        }
        float sums[kTileRows];
        const std::int64_t block = t / kBlockTokens * kBlockTokens;
        for (int r = 0; r < kTileRows; ++r) sums[r] = s.total[block + r][t - block];
        finish_token(a, i, t, sums);
    }
}

template <typename Dot>
void multiply_all(const GemmQ& a, const Activations& x) {
    const std::int64_t tiles = row_tiles(a.w);
#pragma omp parallel for schedule(static) if (tiles >= kParallelTiles)
    for (std::int64_t i = 0; i < tiles; ++i) {
        TileSums sums;
        multiply<Dot>(a, x, i, sums);
        finish(a, x, i, sums);
    }
}

#ifdef VT_ISA_AVX512
bool has_vnni() {
    static const bool kHas = __builtin_cpu_supports("avx512vnni") != 0;
    return kHas;
}
#endif

Status gemm_q_fast_body(const GemmQ& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.w.kind == QuantKind::kNf4) return cpu::gemm_q(a);
    const Activations x = round_all(a);
#ifdef VT_ISA_AVX512
    if (has_vnni()) {
        multiply_all<DotVnni>(a, x);
        return Status::kOk;
    }
#endif
    multiply_all<Dot>(a, x);
    return Status::kOk;
}

}  // namespace

#ifdef VT_ISA_AVX512
/// As gemm_q_fast on a processor that has AVX-512 but not VNNI: for the tests.
Status gemm_q_fast_without_vnni(const GemmQ& a) {
    if (!is_valid(a) || a.w.kind == QuantKind::kNf4) return Status::kInvalidArgument;
    multiply_all<Dot>(a, round_all(a));
    return Status::kOk;
}
#endif

}  // namespace VT_ISA

VT_KERNEL_ENTRY(gemm_q_fast, GemmQ)

}  // namespace veritune::kernels::cpu
