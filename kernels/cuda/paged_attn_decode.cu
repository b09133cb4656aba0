// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/attn_device.cuh"
#include "kernels/cuda/launch.h"
#include "kernels/paged_attn_decode.h"

#include <cstdint>

// Tokens are the 16-row operand of the mma and query heads its 8 columns (as weights and tokens in
// gemm_q), so every byte of K and V is loaded once, straight into the registers that need it.
// Two kernels share every step of arithmetic and give the same bits:
// - few chains: one CTA is a split of 256 tokens, one warp 32 of them. All loads of a split are
//   under way at once, and a short context costs one round trip to memory.
// - many chains: one warp is a split, its eight parts of 32 tokens one after the other; the next
//   part's keys are loaded as soon as the scores have freed the registers, its values likewise. One
//   CTA is a stretch of four splits. Chains are neighbours in the grid: where they have pages in
//   common, memory is read once and the second-level cache serves the others.
namespace veritune::kernels::cuda {
namespace {

constexpr int kUnitTokens = 32;
constexpr int kUnits = 8;   ///< parts of a split
constexpr int kSplits = 4;  ///< splits of a stretch
constexpr int kSplit = kUnits * kUnitTokens;
constexpr int kSplitThreads = 32 * kUnits;
constexpr int kStretchThreads = 32 * kSplits;
constexpr int kHeads = static_cast<int>(kMaxHeadGroup);
/// From so many splits in the grid on, a warp to a split keeps the card busier than eight.
constexpr std::int64_t kManySplits = 700;
static_assert(kSplit == kSplitTokens);

/// Where a chain stands.
struct Where {
    int chain;
    int kv_head;
    int group;   ///< query heads per key/value head
    int length;  ///< 0: idle; negative: longer than the grid allows
    std::int64_t slot;
};

template <int kDim, bool kInt8>
struct Tile {
    static constexpr int kBytes = kInt8 ? 1 : 2;
    static constexpr int kKeyWords = kDim * kBytes / 16;    ///< of one token, per lane
    static constexpr int kValueWords = kDim * kBytes / 32;  ///< of one token, per lane

    /// Token 16 tile + 8 half + g: bytes 64 j + 16 t .. + 15, words 4j .. 4j+3.
    std::uint32_t key[2][2][kKeyWords];
    /// Tokens 16 tile + {2t, 2t+1, 2t+8, 2t+9}: elements kDim/8 * g ...
    std::uint32_t value[2][4][kValueWords];
    float key_scale;    ///< of token `lane`
    float value_scale;  ///< of token `lane`, 0 behind the end
};

template <int kDim, bool kInt8>
__device__ void load_keys(Tile<kDim, kInt8>& tile, const unsigned char* from, int count, int lane) {
    using T = Tile<kDim, kInt8>;
    const int g = lane >> 2;
    const int t = lane & 3;
#pragma unroll
    for (int half = 0; half < 4; ++half) {
        const int token = 8 * half + g;
#pragma unroll
        for (int j = 0; j < T::kKeyWords / 4; ++j) {
            uint4 v = make_uint4(0, 0, 0, 0);
            if (token < count) v = load_16(from + token * kDim * T::kBytes + 64 * j + 16 * t);
            std::uint32_t(&to)[T::kKeyWords] = tile.key[half >> 1][half & 1];
            to[4 * j] = v.x;
            to[4 * j + 1] = v.y;
            to[4 * j + 2] = v.z;
            to[4 * j + 3] = v.w;
        }
    }
}

template <int kDim, bool kInt8>
__device__ void load_values(Tile<kDim, kInt8>& tile,
                            const unsigned char* from,
                            int count,
                            int lane) {
    using T = Tile<kDim, kInt8>;
    const int g = lane >> 2;
    const int t = lane & 3;
#pragma unroll
    for (int i = 0; i < 8; ++i) {
        const int token = 16 * (i >> 2) + 2 * t + (i & 1) + 4 * (i & 2);
        const unsigned char* row = from + token * kDim * T::kBytes + 4 * T::kValueWords * g;
        std::uint32_t(&to)[T::kValueWords] = tile.value[i >> 2][i & 3];
        if constexpr (T::kValueWords == 2) {
            uint2 v = make_uint2(0, 0);
            if (token < count) v = load_8(row);
            to[0] = v.x;
            to[1] = v.y;
        } else {
#pragma unroll
            for (int j = 0; j < T::kValueWords / 4; ++j) {
                uint4 v = make_uint4(0, 0, 0, 0);
                if (token < count) v = load_16(row + 16 * j);
                to[4 * j] = v.x;
                to[4 * j + 1] = v.y;
                to[4 * j + 2] = v.z;
                to[4 * j + 3] = v.w;
            }
        }
    }
}

/// Columns of q: head g, in the order in which the keys' inputs lie in their registers.
template <int kDim, bool kInt8>
__device__ void load_queries(std::uint32_t (&q)[kDim / 16][2],
                             const Bf16* from,
                             int heads,
                             int lane) {
    const int g = lane >> 2;
    const int t = lane & 3;
    constexpr int kStripe = kInt8 ? 64 : 32;  // elements of the keys' 64 bytes
#pragma unroll
    for (int part = 0; part < kDim / 32; ++part) {
        uint4 v = make_uint4(0, 0, 0, 0);
        const int at =
            kInt8 ? kStripe * (part >> 1) + 16 * t + 8 * (part & 1) : kStripe * part + 8 * t;
        if (g < heads) v = load_16(from + g * kDim + at);
        if constexpr (kInt8) {  // a register of keys holds inputs (0, 2), the next one (1, 3)
            q[2 * part][0] = __byte_perm(v.x, v.y, 0x5410);
            q[2 * part][1] = __byte_perm(v.x, v.y, 0x7632);
            q[2 * part + 1][0] = __byte_perm(v.z, v.w, 0x5410);
            q[2 * part + 1][1] = __byte_perm(v.z, v.w, 0x7632);
        } else {
            q[2 * part][0] = v.x;
            q[2 * part][1] = v.y;
            q[2 * part + 1][0] = v.z;
            q[2 * part + 1][1] = v.w;
        }
    }
}

/// Scores of 16 tokens: rows tokens g, g+8, columns heads 2t, 2t+1.
template <int kDim, bool kInt8>
__device__ void score(float (&s)[4],
                      const std::uint32_t (&key)[2][Tile<kDim, kInt8>::kKeyWords],
                      const std::uint32_t (&q)[kDim / 16][2]) {
#pragma unroll
    for (int step = 0; step < kDim / 16; ++step) {
        std::uint32_t a[4];
        if constexpr (kInt8) {
            a[0] = bytes_to_bf16(key[0][step]);
            a[1] = bytes_to_bf16(key[1][step]);
            a[2] = bytes_to_bf16(key[0][step] >> 8);
            a[3] = bytes_to_bf16(key[1][step] >> 8);
        } else {
            a[0] = key[0][2 * step];
            a[1] = key[1][2 * step];
            a[2] = key[0][2 * step + 1];
            a[3] = key[1][2 * step + 1];
        }
        mma_bf16(s, a, q[step][0], q[step][1]);
    }
}

/// out += 16 tokens' values times their weights; tile i has the elements 2i and 2i+1 of the lane's.
template <int kDim, bool kInt8>
__device__ void gather(float (&out)[kDim / 16][4],
                       const std::uint32_t (&value)[4][Tile<kDim, kInt8>::kValueWords],
                       std::uint32_t p0,
                       std::uint32_t p1) {
#pragma unroll
    for (int w = 0; w < Tile<kDim, kInt8>::kValueWords; ++w) {
#pragma unroll
        for (int part = 0; part < (kInt8 ? 2 : 1); ++part) {
            std::uint32_t a[4];
            if constexpr (kInt8) {
                const unsigned pick = part == 0 ? 0x5410 : 0x7632;
                const std::uint32_t low = __byte_perm(value[0][w], value[1][w], pick);
                const std::uint32_t high = __byte_perm(value[2][w], value[3][w], pick);
                a[0] = bytes_to_bf16(low);
                a[1] = bytes_to_bf16(low >> 8);
                a[2] = bytes_to_bf16(high);
                a[3] = bytes_to_bf16(high >> 8);
                mma_bf16(out[2 * w + part], a, p0, p1);
            } else {
                a[0] = __byte_perm(value[0][w], value[1][w], 0x5410);
                a[1] = __byte_perm(value[0][w], value[1][w], 0x7632);
                a[2] = __byte_perm(value[2][w], value[3][w], 0x5410);
                a[3] = __byte_perm(value[2][w], value[3][w], 0x7632);
                mma_bf16(out[w], a, p0, p1);
            }
        }
    }
}

__device__ float largest_of_column(float v) {
    v = fmaxf(v, __shfl_xor_sync(kFullWarp, v, 4));
    v = fmaxf(v, __shfl_xor_sync(kFullWarp, v, 8));
    return fmaxf(v, __shfl_xor_sync(kFullWarp, v, 16));
}
__device__ float sum_of_column(float v) {
    v += __shfl_xor_sync(kFullWarp, v, 4);
    v += __shfl_xor_sync(kFullWarp, v, 8);
    return v + __shfl_xor_sync(kFullWarp, v, 16);
}

/// What 32 tokens give: the largest score and the sum of weights of heads 2t and 2t+1, and the
/// weighted values of the lane's elements.
template <int kDim>
struct Unit {
    float largest[2];
    float sum[2];
    float out[kDim / 16][4];

    /// Four elements of head 2t + e, the w-th such four of the lane's kDim / 8.
    __device__ float4 four(int e, int w) const {
        return make_float4(
            out[2 * w][e], out[2 * w][2 + e], out[2 * w + 1][e], out[2 * w + 1][2 + e]);
    }
};

/// Scores of the tile's tokens in bits: s[m] has tokens 16m + g, + 8 of heads 2t, 2t+1.
template <int kDim, bool kInt8>
__device__ void score_unit(float (&s)[2][4],
                           Unit<kDim>& unit,
                           const Tile<kDim, kInt8>& tile,
                           const std::uint32_t (&q)[kDim / 16][2],
                           int count) {
    const int g = static_cast<int>(threadIdx.x & 31) >> 2;
    unit.largest[0] = -INFINITY;
    unit.largest[1] = -INFINITY;
#pragma unroll
    for (int m = 0; m < 2; ++m) {
#pragma unroll
        for (int e = 0; e < 4; ++e) s[m][e] = 0;
        score<kDim, kInt8>(s[m], tile.key[m], q);
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            const int token = 16 * m + 8 * half + g;
            const float factor = __shfl_sync(kFullWarp, tile.key_scale, token);
#pragma unroll
            for (int e = 0; e < 2; ++e) {
                float& x = s[m][2 * half + e];
                x = token < count ? __fmul_rn(x, factor) : -INFINITY;
                unit.largest[e] = fmaxf(unit.largest[e], x);
            }
        }
    }
    unit.largest[0] = largest_of_column(unit.largest[0]);
    unit.largest[1] = largest_of_column(unit.largest[1]);
}

template <int kDim, bool kInt8>
__device__ void gather_unit(Unit<kDim>& unit,
                            const float (&s)[2][4],
                            const Tile<kDim, kInt8>& tile) {
    const int g = static_cast<int>(threadIdx.x & 31) >> 2;
    unit.sum[0] = 0;
    unit.sum[1] = 0;
#pragma unroll
    for (int i = 0; i < kDim / 16; ++i) {
#pragma unroll
        for (int e = 0; e < 4; ++e) unit.out[i][e] = 0;
    }
#pragma unroll
    for (int m = 0; m < 2; ++m) {
        std::uint32_t p[2];
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            const int token = 16 * m + 8 * half + g;
            const float scale = __shfl_sync(kFullWarp, tile.value_scale, token);
            const float p0 = exp2_approximately(s[m][2 * half] - unit.largest[0]);
            const float p1 = exp2_approximately(s[m][2 * half + 1] - unit.largest[1]);
            unit.sum[0] += p0;
            unit.sum[1] += p1;
            p[half] = transpose_8x8(pack_bf16(p0 * scale, p1 * scale));
        }
        gather<kDim, kInt8>(unit.out, tile.value[m], p[0], p[1]);
    }
    unit.sum[0] = sum_of_column(unit.sum[0]);
    unit.sum[1] = sum_of_column(unit.sum[1]);
}

__device__ float4 weighed_sum(const float4& a, float of_a, const float4& b, float of_b) {
    return make_float4(fmaf(b.x, of_b, __fmul_rn(a.x, of_a)),
                       fmaf(b.y, of_b, __fmul_rn(a.y, of_a)),
                       fmaf(b.z, of_b, __fmul_rn(a.z, of_a)),
                       fmaf(b.w, of_b, __fmul_rn(a.w, of_a)));
}

/// What two neighbouring runs of tokens are multiplied by when they become one.
struct Weights {
    float largest;
    float of_first;
    float of_second;

    __device__ Weights(float first, float second)
        : largest(fmaxf(first, second)),
          of_first(exp2_approximately(first - largest)),
          of_second(exp2_approximately(second - largest)) {}
    __device__ float sum(float first, float second) const {
        return fmaf(second, of_second, __fmul_rn(first, of_first));
    }
    __device__ float4 sum(const float4& first, const float4& second) const {
        return weighed_sum(first, of_first, second, of_second);
    }
};

/// The softmax of a run of tokens: one head, four of its elements. The only way runs are put
/// together is one after the other: units to a split, splits to a stretch, stretches to the whole.
struct Run {
    float largest;
    float sum;
    float4 out;

    __device__ void append(const Run& later) {
        const Weights w(largest, later.largest);
        largest = w.largest;
        sum = w.sum(sum, later.sum);
        out = w.sum(out, later.out);
    }
    __device__ void store(Bf16* to) const {
        const float inverse = 1.0F / sum;
        uint2 packed;
        packed.x = pack_bf16(out.x * inverse, out.y * inverse);
        packed.y = pack_bf16(out.z * inverse, out.w * inverse);
        *reinterpret_cast<uint2*>(to) = packed;
    }
};

/// Results of `kCount` warps in shared memory, in the order of their tokens.
template <int kDim, int kCount>
struct Shared {
    float4 out[kCount][kDim / 16][32];  ///< [warp][e * kDim/32 + w][lane], as Unit::four(e, w)
    float largest[kCount][kHeads];
    float sum[kCount][kHeads];
    int last;

    __device__ void put(int warp, const Unit<kDim>& unit) {
        const int lane = static_cast<int>(threadIdx.x) & 31;
#pragma unroll
        for (int e = 0; e < 2; ++e) {
#pragma unroll
            for (int w = 0; w < kDim / 32; ++w) {
                out[warp][e * (kDim / 32) + w][lane] = unit.four(e, w);
            }
        }
        put_sums(warp, unit.largest, unit.sum);
    }
    __device__ void put_sums(int warp, const float (&l)[2], const float (&s)[2]) {
        const int lane = static_cast<int>(threadIdx.x) & 31;
        if (lane >= 4) return;
#pragma unroll
        for (int e = 0; e < 2; ++e) {
            largest[warp][2 * lane + e] = l[e];
            sum[warp][2 * lane + e] = s[e];
        }
    }
    __device__ Run get(int warp, int head, int element) const {
        const int lane = 4 * (element / (kDim / 8)) + head / 2;
        const int four = head % 2 * (kDim / 32) + element % (kDim / 8) / 4;
        return {largest[warp][head], sum[warp][head], out[warp][four][lane]};
    }
    /// The first `count` warps' results as one.
    __device__ Run get_all(int count, int head, int element) const {
        Run run = get(0, head, element);
#pragma unroll
        for (int i = 1; i < kCount; ++i) {
            if (i < count) run.append(get(i, head, element));
        }
        return run;
    }
};

/// Scratch of one chain and key/value head: per part and query head kDim sums, and behind the sums
/// of everybody its maximum and sum.
template <int kDim>
struct Scratch {
    float* out;
    float2* rest;

    __device__ Scratch(const PagedAttnDecode& a, const Where& where) {
        const std::int64_t at =
            (where.chain * a.kv.kv_heads + where.kv_head) * a.max_splits * where.group;
        out = a.partial + at * kDim;
        rest =
            reinterpret_cast<float2*>(a.partial + a.chains * a.max_splits * a.q_heads * kDim) + at;
    }
    __device__ void put(int row, int element, const Run& run) const {
        *reinterpret_cast<float4*>(out + static_cast<std::int64_t>(row) * kDim + element) = run.out;
        if (element == 0) rest[row] = make_float2(run.largest, run.sum);
    }
    __device__ Run get(int row, int element) const {
        const float2 r = __ldcg(rest + row);
        return {r.x,
                r.y,
                __ldcg(reinterpret_cast<const float4*>(out + static_cast<std::int64_t>(row) * kDim +
                                                       element))};
    }
    /// Parts [first, end) of a head as one, at most kSplits of them: all loads before the sums.
    __device__ Run get_all(int first, int end, int group, int head, int element) const {
        Run runs[kSplits];
#pragma unroll
        for (int i = 0; i < kSplits; ++i) {
            if (first + i < end) runs[i] = get((first + i) * group + head, element);
        }
#pragma unroll
        for (int i = 1; i < kSplits; ++i) {
            if (first + i < end) runs[0].append(runs[i]);
        }
        return runs[0];
    }
};

/// Whether this CTA is the last of a chain's parts to come here; the count starts anew then.
__device__ bool arrives_last(int& last_of_all, std::uint32_t* arrived, int parts) {
    __syncthreads();
    if (threadIdx.x == 0) {
        __threadfence();
        const bool last = atomicAdd(arrived, 1U) == static_cast<std::uint32_t>(parts - 1);
        if (last) *arrived = 0;
        __threadfence();
        last_of_all = last ? 1 : 0;
    }
    __syncthreads();
    return last_of_all != 0;
}

/// The same number in all of a chain's output of one key/value head: 0 or NaN.
__device__ void fill_out(const PagedAttnDecode& a, const Where& where, std::uint16_t bits) {
    const int count = where.group * static_cast<int>(a.kv.head_dim);
    Bf16* out =
        a.out + static_cast<std::int64_t>(where.chain * a.kv.kv_heads + where.kv_head) * count;
#pragma unroll 1
    for (int i = static_cast<int>(threadIdx.x); i < count; i += static_cast<int>(blockDim.x)) {
        out[i] = Bf16{bits};
    }
}

template <int kDim>
__device__ Bf16* out_of(const PagedAttnDecode& a, const Where& where, int head, int element) {
    const std::int64_t row = where.chain * a.q_heads + where.kv_head * where.group + head;
    return a.out + row * kDim + element;
}

template <int kDim, bool kInt8>
__device__ void load_queries_of(std::uint32_t (&q)[kDim / 16][2],
                                const PagedAttnDecode& a,
                                const Where& where) {
    const std::int64_t row = where.chain * a.q_heads + where.kv_head * where.group;
    load_queries<kDim, kInt8>(q, a.q + row * kDim, where.group, static_cast<int>(threadIdx.x) & 31);
}

/// Where 32 tokens lie.
struct Place {
    std::int64_t keys;  ///< rows of the pool
    std::int64_t values;
    int count;  ///< tokens that can be read
    bool bad;   ///< the page lies outside the pool

    __device__ Place(const PagedAttnDecode& a, int kv_head, std::int32_t page, int unit, int left)
        : count(page < 0 ? 0 : left),
          bad(page < 0) {
        const int in_page = (unit & 1) * kUnitTokens;
        keys = kv_row(a.kv, bad ? 0 : page, 0, kv_head, in_page);
        values = kv_row(a.kv, bad ? 0 : page, 1, kv_head, in_page);
    }
};

template <int kDim, bool kInt8>
__device__ void start_keys(Tile<kDim, kInt8>& tile, const PagedAttnDecode& a, const Place& at) {
    const int lane = static_cast<int>(threadIdx.x) & 31;
    const auto* data = static_cast<const unsigned char*>(a.kv.data);
    load_keys(tile, data + at.keys * (kDim * Tile<kDim, kInt8>::kBytes), at.count, lane);
    float scale = 1.0F;
    if constexpr (kInt8) {
        if (lane < at.count) scale = scale_from_fp16(__ldcg(a.kv.scales + at.keys + lane));
    }
    tile.key_scale = at.bad ? NAN : scale * (a.scale * kLog2E);
}

template <int kDim, bool kInt8>
__device__ void start_values(Tile<kDim, kInt8>& tile, const PagedAttnDecode& a, const Place& at) {
    const int lane = static_cast<int>(threadIdx.x) & 31;
    const auto* data = static_cast<const unsigned char*>(a.kv.data);
    float scale = lane < at.count ? 1.0F : 0.0F;
    if constexpr (kInt8) {
        if (lane < at.count) scale = scale_from_fp16(__ldcg(a.kv.scales + at.values + lane));
    }
    load_values(tile, data + at.values * (kDim * Tile<kDim, kInt8>::kBytes), at.count, lane);
    tile.value_scale = scale;
}

__device__ Where where_is(const PagedAttnDecode& a, int chain, int kv_head) {
    Where where{};
    where.chain = chain;
    where.kv_head = kv_head;
    where.group = static_cast<int>(a.q_heads / a.kv.kv_heads);
    where.slot = a.slots == nullptr ? chain : __ldcg(a.slots + chain);
    const int position = __ldcg(a.positions + chain);
    where.length = position < 0 ? 0 : position + 1;
    if (position >= a.max_splits * kSplitTokens) where.length = -1;
    return where;
}

/// One CTA: one split, a warp to each of its units.
template <int kDim, bool kInt8>
__global__ void __launch_bounds__(kSplitThreads, kInt8 ? 2 : 1)
    split_kernel(const PagedAttnDecode a) {
    __shared__ Shared<kDim, kUnits> shared;
    let_next_kernel_start();
    wait_for_previous_kernel();
    const int split = static_cast<int>(blockIdx.x);
    const int warp = static_cast<int>(threadIdx.x) >> 5;
    const Where where = where_is(a, static_cast<int>(blockIdx.z), static_cast<int>(blockIdx.y));
    // The page does not wait for the position: both loads are under way together.
    const std::int32_t page = physical_page(
        a.kv, a.table, where.slot, split * (kSplitTokens / kPageTokens) + (warp >> 1));
    if (where.length <= 0) {
        if (split == 0) fill_out(a, where, where.length == 0 ? 0 : 0x7fff);
        return;
    }
    const int left = where.length - split * kSplit;
    if (left <= 0) return;
    const int count = left - kUnitTokens * warp;
    if (count > 0) {
        Tile<kDim, kInt8> tile;
        std::uint32_t q[kDim / 16][2];
        float s[2][4];
        Unit<kDim> unit;
        const Place at(a, where.kv_head, page, warp, count);
        start_keys(tile, a, at);
        start_values(tile, a, at);
        load_queries_of<kDim, kInt8>(q, a, where);
        score_unit(s, unit, tile, q, count);
        gather_unit(unit, s, tile);
        shared.put(warp, unit);
    }
    __syncthreads();
    const int head = static_cast<int>(threadIdx.x) / (kDim / 4);
    const int element = static_cast<int>(threadIdx.x) % (kDim / 4) * 4;
    const bool mine = head < where.group;
    const int splits = (where.length + kSplit - 1) / kSplit;
    const Scratch<kDim> scratch(a, where);
    if (mine) {
        const int units = (left + kUnitTokens - 1) / kUnitTokens;
        const Run run = shared.get_all(units, head, element);
        if (splits == 1) return run.store(out_of<kDim>(a, where, head, element));
        scratch.put(split * where.group + head, element, run);
    }
    if (splits == 1) return;
    std::uint32_t* arrived = a.arrived + where.chain * a.kv.kv_heads + where.kv_head;
    if (!arrives_last(shared.last, arrived, splits) || !mine) return;
    Run all = scratch.get_all(0, splits, where.group, head, element);
    for (int first = kSplits; first < splits; first += kSplits) {
        all.append(scratch.get_all(first, splits, where.group, head, element));
    }
    all.store(out_of<kDim>(a, where, head, element));
}

/// A warp's run of units, its sums in the warp's own part of shared memory.
template <int kDim>
struct WarpRun {
    float largest[2];
    float sum[2];

    __device__ void append(Shared<kDim, kSplits>& shared, int warp, const Unit<kDim>& unit) {
        const int lane = static_cast<int>(threadIdx.x) & 31;
#pragma unroll
        for (int e = 0; e < 2; ++e) {
            const Weights w(largest[e], unit.largest[e]);
            largest[e] = w.largest;
            sum[e] = w.sum(sum[e], unit.sum[e]);
#pragma unroll
            for (int i = 0; i < kDim / 32; ++i) {
                float4& out = shared.out[warp][e * (kDim / 32) + i][lane];
                out = w.sum(out, unit.four(e, i));
            }
        }
    }
};

/// A warp's split: its units one after the other, the next one's loads under way meanwhile.
template <int kDim, bool kInt8>
__device__ void attend_split(const PagedAttnDecode& a,
                             Shared<kDim, kSplits>& shared,
                             const Where& where,
                             int split,
                             int left) {
    const int warp = static_cast<int>(threadIdx.x) >> 5;
    const int units = left >= kSplit ? kUnits : (left + kUnitTokens - 1) / kUnitTokens;
    const int first_page = split * static_cast<int>(kSplitTokens / kPageTokens);
    Tile<kDim, kInt8> tile;
    std::uint32_t q[kDim / 16][2];
    std::int32_t page = physical_page(a.kv, a.table, where.slot, first_page);
    const Place start(a, where.kv_head, page, 0, left);
    start_keys(tile, a, start);
    start_values(tile, a, start);
    load_queries_of<kDim, kInt8>(q, a, where);
    WarpRun<kDim> run;
#pragma unroll 1
    for (int u = 0; u < units; ++u) {
        const int count = left - u * kUnitTokens;
        const bool more = u + 1 < units;
        if (more && (u & 1) == 1) {
            page = physical_page(a.kv, a.table, where.slot, first_page + (u + 1) / 2);
        }
        const Place next(a, where.kv_head, page, u + 1, more ? count - kUnitTokens : 0);
        float s[2][4];
        Unit<kDim> unit;
        score_unit(s, unit, tile, q, count);
        if constexpr (kInt8) start_keys(tile, a, next);
        gather_unit(unit, s, tile);
        if constexpr (!kInt8) start_keys(tile, a, next);  // twice the registers
        start_values(tile, a, next);
        if (u == 0) {
            shared.put(warp, unit);
#pragma unroll
            for (int e = 0; e < 2; ++e) {
                run.largest[e] = unit.largest[e];
                run.sum[e] = unit.sum[e];
            }
        } else {
            run.append(shared, warp, unit);
        }
    }
    shared.put_sums(warp, run.largest, run.sum);
}

/// One CTA: one stretch, a warp to each of its splits.
template <int kDim, bool kInt8>
__global__ void __launch_bounds__(kStretchThreads, kInt8 ? 3 : 2)
    stretch_kernel(const PagedAttnDecode a) {
    __shared__ Shared<kDim, kSplits> shared;
    let_next_kernel_start();
    wait_for_previous_kernel();
    const int stretch = static_cast<int>(blockIdx.z);
    const int warp = static_cast<int>(threadIdx.x) >> 5;
    const Where where = where_is(a, static_cast<int>(blockIdx.x), static_cast<int>(blockIdx.y));
    if (where.length <= 0) {
        if (stretch == 0) fill_out(a, where, where.length == 0 ? 0 : 0x7fff);
        return;
    }
    const int left = where.length - stretch * kSplits * kSplit;
    if (left <= 0) return;
    if (left > warp * kSplit) {
        attend_split<kDim, kInt8>(a, shared, where, stretch * kSplits + warp, left - warp * kSplit);
    }
    __syncthreads();
    const int splits = left >= kSplits * kSplit ? kSplits : (left + kSplit - 1) / kSplit;
    const int stretches = (where.length + kSplits * kSplit - 1) / (kSplits * kSplit);
    const Scratch<kDim> scratch(a, where);
    const int items = where.group * (kDim / 4);
    for (int item = static_cast<int>(threadIdx.x); item < items; item += kStretchThreads) {
        const int head = item / (kDim / 4);
        const int element = item % (kDim / 4) * 4;
        const Run run = shared.get_all(splits, head, element);
        if (stretches == 1) {
            run.store(out_of<kDim>(a, where, head, element));
        } else {
            scratch.put(stretch * where.group + head, element, run);
        }
    }
    if (stretches == 1) return;
    std::uint32_t* arrived = a.arrived + where.chain * a.kv.kv_heads + where.kv_head;
    if (!arrives_last(shared.last, arrived, stretches)) return;
    for (int item = static_cast<int>(threadIdx.x); item < items; item += kStretchThreads) {
        const int head = item / (kDim / 4);
        const int element = item % (kDim / 4) * 4;
        Run all = scratch.get(head, element);
#pragma unroll 4
        for (int i = 1; i < stretches; ++i)
            all.append(scratch.get(i * where.group + head, element));
        all.store(out_of<kDim>(a, where, head, element));
    }
}

template <int kDim, bool kInt8>
Status launch_decode(const PagedAttnDecode& a, Stream stream) {
    const auto chains = static_cast<unsigned>(a.chains);
    const auto kv_heads = static_cast<unsigned>(a.kv.kv_heads);
    if (a.chains * a.kv.kv_heads * a.max_splits < kManySplits) {
        return launch_kernel("paged_attn_decode",
                             split_kernel<kDim, kInt8>,
                             dim3(static_cast<unsigned>(a.max_splits), kv_heads, chains),
                             dim3(kSplitThreads),
                             0,
                             stream,
                             a.overlap_previous,
                             a);
    }
    const auto stretches = static_cast<unsigned>((a.max_splits + kSplits - 1) / kSplits);
    return launch_kernel("paged_attn_decode",
                         stretch_kernel<kDim, kInt8>,
                         dim3(chains, kv_heads, stretches),
                         dim3(kStretchThreads),
                         0,
                         stream,
                         a.overlap_previous,
                         a);
}

}  // namespace

Status paged_attn_decode(const PagedAttnDecode& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.chains == 0) return Status::kOk;
    const bool int8 = a.kv.kind == KvKind::kInt8;
    if (a.kv.head_dim == 128) {
        return int8 ? launch_decode<128, true>(a, stream) : launch_decode<128, false>(a, stream);
    }
    return int8 ? launch_decode<64, true>(a, stream) : launch_decode<64, false>(a, stream);
}

}  // namespace veritune::kernels::cuda
