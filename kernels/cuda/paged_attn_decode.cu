// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/attn_device.cuh"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/paged_attn_tile.cuh"
#include "kernels/cuda/rope_device.cuh"
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

constexpr int kUnits = 8;   ///< parts of a split
constexpr int kSplits = 4;  ///< splits of a stretch
constexpr int kSplit = kUnits * kUnitTokens;
constexpr int kSplitThreads = 32 * kUnits;
constexpr int kStretchThreads = 32 * kSplits;
constexpr int kHeads = static_cast<int>(kMaxHeadGroup);
/// From so many splits in the grid on, a warp to a split keeps the card busier than eight, unless
/// most of a stretch's warps had nothing to do.
constexpr std::int64_t kManySplits = 700;
constexpr std::int64_t kLeastSplitsPerChain = 3;
static_assert(kSplit == kSplitTokens);

/// Where a chain stands.
struct Where {
    int chain;
    int kv_head;
    int group;   ///< query heads per key/value head
    int length;  ///< 0: idle; negative: longer than the grid allows
    std::int64_t slot;
};

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

/// The new token of a chain in shared memory: its rotated queries, its key and its value as they go
/// into the cache.
template <int kDim>
struct NewToken {
    static constexpr int kStride = kDim + 8;  ///< 16 bytes more: no two rows in the same banks
    std::uint16_t queries[kHeads][kStride];
    std::uint16_t key[kDim];  ///< bf16, or int8 in the first half
    std::uint16_t value[kDim];
    float scale[2];

    /// (shared memory may hold nothing that has a constructor, as Bf16 has)
    __device__ Bf16* query(int head) { return reinterpret_cast<Bf16*>(queries[head]); }
    __device__ const Bf16* query(int head) const {
        return reinterpret_cast<const Bf16*>(queries[head]);
    }
};

/// One head of the projection's output, normalised when gamma is there, and rotated.
template <int kDim>
__device__ HeadPart<kDim> rotated_head(
    const PagedAttnDecode& a, const Where& where, std::int64_t head, const Bf16* gamma, int lane) {
    const DecodeAppend& n = a.append;
    HeadPart<kDim> x = load_part<kDim>(n.qkv + where.chain * n.qkv_stride + head * kDim, lane);
    if (gamma != nullptr) normalise<kDim>(x, gamma, n.eps, lane);
    const std::int64_t turn = static_cast<std::int64_t>(where.length - 1) * (kDim / 2);
    rotate<kDim>(x, n.cos + turn, n.sin + turn, lane);
    return x;
}

/// A key (which = 0) or value (1) into shared memory and its row of the pool.
template <int kDim, bool kInt8>
__device__ void append_row(const PagedAttnDecode& a,
                           NewToken<kDim>& token,
                           int which,
                           std::int64_t row,
                           const HeadPart<kDim>& x,
                           int lane) {
    std::uint16_t* to = which == 0 ? token.key : token.value;
    if constexpr (kInt8) {
        const Coded<kDim> coded = to_int8(x);
        store_int8(coded, reinterpret_cast<std::int8_t*>(to), lane);
        store_int8(coded, static_cast<std::int8_t*>(a.kv.data) + row * kDim, lane);
        if (lane == 0) {
            a.kv.scales[row] = coded.scale;
            token.scale[which] = scale_from_fp16(coded.scale);
        }
    } else {
        store_bf16(x, reinterpret_cast<Bf16*>(to), lane);
        store_bf16(x, static_cast<Bf16*>(a.kv.data) + row * kDim, lane);
        if (lane == 0) token.scale[which] = 1.0F;
    }
}

/// The work of rope_kv_append for one chain and key/value head, spread over the CTA's warps. Only
/// the CTA that reads the token's own split writes it, to `page` (negative: nowhere).
template <int kDim, bool kInt8>
__device__ void take_new_token(const PagedAttnDecode& a,
                               NewToken<kDim>& token,
                               const Where& where,
                               bool writes,
                               std::int32_t page) {
    const int lane = static_cast<int>(threadIdx.x) & 31;
    const int heads = where.group + (writes ? 2 : 0);
    for (int h = static_cast<int>(threadIdx.x) >> 5; h < heads;
         h += static_cast<int>(blockDim.x) >> 5) {
        if (h < where.group) {
            const std::int64_t head = where.kv_head * where.group + h;
            store_bf16(
                rotated_head<kDim>(a, where, head, a.append.q_gamma, lane), token.query(h), lane);
            continue;
        }
        const int which = h - where.group;
        const std::int64_t head = a.q_heads + which * a.kv.kv_heads + where.kv_head;
        HeadPart<kDim> x;
        if (which == 0) {
            x = rotated_head<kDim>(a, where, head, a.append.k_gamma, lane);
        } else {
            x = load_part<kDim>(a.append.qkv + where.chain * a.append.qkv_stride + head * kDim,
                                lane);
        }
        const int in_page = (where.length - 1) % static_cast<int>(kPageTokens);
        if (page >= 0) {
            append_row<kDim, kInt8>(
                a, token, which, kv_row(a.kv, page, which, where.kv_head, in_page), x, lane);
        }
    }
}

/// Puts the new token's key and value into the registers of a tile of which it is number `index`.
template <int kDim, bool kInt8>
__device__ void put_new_token(Tile<kDim, kInt8>& tile,
                              const NewToken<kDim>& token,
                              int index,
                              float factor) {
    using T = Tile<kDim, kInt8>;
    const int lane = static_cast<int>(threadIdx.x) & 31;
    const int g = lane >> 2;
    const int t = lane & 3;
    const auto* key = reinterpret_cast<const std::uint32_t*>(token.key);
    const auto* value = reinterpret_cast<const std::uint32_t*>(token.value);
#pragma unroll
    for (int half = 0; half < 4; ++half) {
        if (8 * half + g != index) continue;
#pragma unroll
        for (int w = 0; w < T::kKeyWords; ++w) {
            tile.key[half >> 1][half & 1][w] = key[16 * (w / 4) + 4 * t + w % 4];
        }
    }
#pragma unroll
    for (int i = 0; i < 8; ++i) {
        if (16 * (i >> 2) + 2 * t + (i & 1) + 4 * (i & 2) != index) continue;
#pragma unroll
        for (int w = 0; w < T::kValueWords; ++w) {
            tile.value[i >> 2][i & 3][w] = value[T::kValueWords * g + w];
        }
    }
    if (lane == index) {
        tile.key_scale = token.scale[0] * factor;
        tile.value_scale = token.scale[1];
    }
}

template <int kDim, bool kInt8>
__device__ void load_queries_of(std::uint32_t (&q)[kDim / 16][2],
                                const PagedAttnDecode& a,
                                const NewToken<kDim>& token,
                                const Where& where) {
    const int lane = static_cast<int>(threadIdx.x) & 31;
    if (a.q == nullptr) {
        load_queries<kDim, kInt8, true>(
            q, token.query(0), NewToken<kDim>::kStride, where.group, lane);
    } else {
        const std::int64_t row = where.chain * a.q_heads + where.kv_head * where.group;
        load_queries<kDim, kInt8, false>(q, a.q + row * kDim, kDim, where.group, lane);
    }
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
    if (position >= a.max_splits * kSplitTokens ||
        (a.q == nullptr && position >= a.append.max_positions)) {
        where.length = -1;
    }
    return where;
}

/// One CTA: one split, a warp to each of its units.
template <int kDim, bool kInt8>
__global__ void __launch_bounds__(kSplitThreads, kInt8 ? 2 : 1)
    split_kernel(const PagedAttnDecode a) {
    __shared__ Shared<kDim, kUnits> shared;
    __shared__ __align__(16) NewToken<kDim> token;
    let_next_kernel_start();
    if (!a.older_have_ended) wait_for_previous_kernel();
    const int split = static_cast<int>(blockIdx.x);
    const int warp = static_cast<int>(threadIdx.x) >> 5;
    const Where where = where_is(a, static_cast<int>(blockIdx.z), static_cast<int>(blockIdx.y));
    // The page does not wait for the position: both loads are under way together.
    const std::int32_t page = physical_page(
        a.kv, a.table, where.slot, split * (kSplitTokens / kPageTokens) + (warp >> 1));
    const int left = where.length - split * kSplit;
    const int count = left - kUnitTokens * warp;
    const bool is_new = a.q == nullptr && count > 0 && count <= kUnitTokens;
    Tile<kDim, kInt8> tile;
    if (where.length > 0 && count > 0) {
        const Place at(a, where.kv_head, page, warp, is_new ? count - 1 : count);
        start_keys(tile, a, at);
        start_values(tile, a, at);
    }
    // What the kernel before this one writes is the new token; it may still read `out`.
    if (a.older_have_ended) wait_for_previous_kernel();
    if (where.length <= 0) {
        if (split == 0) fill_out(a, where, where.length == 0 ? 0 : 0x7fff);
        return;
    }
    if (left <= 0) return;
    if (a.q == nullptr) {
        const int last_page = static_cast<int>((where.length - 1) / kPageTokens);
        const bool writes = left <= kSplit;
        take_new_token<kDim, kInt8>(
            a,
            token,
            where,
            writes,
            writes ? physical_page(a.kv, a.table, where.slot, last_page) : -1);
        __syncthreads();
    }
    if (count > 0) {
        std::uint32_t q[kDim / 16][2];
        float s[2][4];
        Unit<kDim> unit;
        if (is_new && page >= 0) put_new_token(tile, token, count - 1, a.scale * kLog2E);
        load_queries_of<kDim, kInt8>(q, a, token, where);
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
                             NewToken<kDim>& token,
                             const Where& where,
                             int split,
                             int left) {
    const int warp = static_cast<int>(threadIdx.x) >> 5;
    const bool appends = a.q == nullptr;
    const float factor = a.scale * kLog2E;
    const int units = left >= kSplit ? kUnits : (left + kUnitTokens - 1) / kUnitTokens;
    const int first_page = split * static_cast<int>(kSplitTokens / kPageTokens);
    Tile<kDim, kInt8> tile;
    std::uint32_t q[kDim / 16][2];
    std::int32_t page = physical_page(a.kv, a.table, where.slot, first_page);
    // Of the new token nothing is in memory yet.
    const int in_memory = appends ? left - 1 : left;
    const Place start(a, where.kv_head, page, 0, in_memory);
    start_keys(tile, a, start);
    start_values(tile, a, start);
    const bool is_last = appends && left <= kSplit;
    if (is_last && units == 1 && page >= 0) put_new_token(tile, token, left - 1, factor);
    load_queries_of<kDim, kInt8>(q, a, token, where);
    WarpRun<kDim> run;
#pragma unroll 1
    for (int u = 0; u < units; ++u) {
        const int count = left - u * kUnitTokens;
        const bool more = u + 1 < units;
        if (more && (u & 1) == 1) {
            page = physical_page(a.kv, a.table, where.slot, first_page + (u + 1) / 2);
        }
        const int following = more ? in_memory - (u + 1) * kUnitTokens : 0;
        const Place next(a, where.kv_head, page, u + 1, following);
        float s[2][4];
        Unit<kDim> unit;
        score_unit(s, unit, tile, q, count);
        if constexpr (kInt8) start_keys(tile, a, next);
        gather_unit(unit, s, tile);
        if constexpr (!kInt8) start_keys(tile, a, next);  // twice the registers
        start_values(tile, a, next);
        if (is_last && u + 2 == units && page >= 0) {
            put_new_token(tile, token, (left - 1) % kUnitTokens, factor);
        }
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
    __shared__ __align__(16) NewToken<kDim> token;
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
    if (a.q == nullptr) {
        const int last_page = static_cast<int>((where.length - 1) / kPageTokens);
        const bool writes = left <= kSplits * kSplit;
        take_new_token<kDim, kInt8>(
            a,
            token,
            where,
            writes,
            writes ? physical_page(a.kv, a.table, where.slot, last_page) : -1);
        __syncthreads();
    }
    if (left > warp * kSplit) {
        attend_split<kDim, kInt8>(
            a, shared, token, where, stretch * kSplits + warp, left - warp * kSplit);
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
    if (a.max_splits < kLeastSplitsPerChain ||
        a.chains * a.kv.kv_heads * a.max_splits < kManySplits) {
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
