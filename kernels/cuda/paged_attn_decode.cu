// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/attn_device.cuh"
#include "kernels/cuda/launch.h"
#include "kernels/paged_attn_decode.h"

#include <cstdint>

// One CTA is one split of 256 tokens of one chain and key/value head, one warp 32 of its tokens.
// Tokens are the 16-row operand of the mma and query heads its 8 columns (as weights and tokens in
// gemm_q), so every byte of K and V is loaded once, straight into the registers that need it:
// nothing is staged, all loads of a split are under way at once, and a short context costs one
// round trip to memory.
namespace veritune::kernels::cuda {
namespace {

constexpr int kWarps = 8;
constexpr int kThreads = 32 * kWarps;
constexpr int kUnitTokens = 32;
constexpr int kHeads = static_cast<int>(kMaxHeadGroup);
constexpr int kMaxChains = 1024;
constexpr int kMergeAtOnce = 4;
static_assert(kWarps * kUnitTokens == kSplitTokens);

struct Launch {
    int group;  ///< query heads per key/value head
    int share;  ///< chains of a group that one CTA serves in a shared split
};

/// Where a chain stands.
struct Where {
    int length;
    int split;
    int splits;
    int kv_head;
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

template <int kDim>
struct Shared {
    static constexpr int kStride = kDim + 4;
    float out[kWarps][kHeads][kStride];
    float largest[kWarps][kHeads];
    float sum[kWarps][kHeads];
    std::uint32_t members[kMaxChains / 32];
    int last;
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

/// Attention of one warp's tokens; the result goes to shared memory.
template <int kDim, bool kInt8>
__device__ void attend_unit(const Tile<kDim, kInt8>& tile,
                            const std::uint32_t (&q)[kDim / 16][2],
                            Shared<kDim>& shared,
                            int count,
                            int heads) {
    const int lane = threadIdx.x & 31;
    const int warp = threadIdx.x >> 5;
    const int g = lane >> 2;
    const int t = lane & 3;
    float s[2][4] = {};
    float largest[2] = {-INFINITY, -INFINITY};
#pragma unroll
    for (int m = 0; m < 2; ++m) {
        score<kDim, kInt8>(s[m], tile.key[m], q);
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            const int token = 16 * m + 8 * half + g;
            const float factor = __shfl_sync(kFullWarp, tile.key_scale, token);
#pragma unroll
            for (int e = 0; e < 2; ++e) {
                float& x = s[m][2 * half + e];
                x = token < count ? x * factor : -INFINITY;
                largest[e] = fmaxf(largest[e], x);
            }
        }
    }
    float sum[2] = {0, 0};
    float out[kDim / 16][4] = {};
    largest[0] = largest_of_column(largest[0]);
    largest[1] = largest_of_column(largest[1]);
#pragma unroll
    for (int m = 0; m < 2; ++m) {
        std::uint32_t p[2];
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            const int token = 16 * m + 8 * half + g;
            const float scale = __shfl_sync(kFullWarp, tile.value_scale, token);
            const float p0 = exp2_approximately(s[m][2 * half] - largest[0]);
            const float p1 = exp2_approximately(s[m][2 * half + 1] - largest[1]);
            sum[0] += p0;
            sum[1] += p1;
            p[half] = transpose_8x8(pack_bf16(p0 * scale, p1 * scale));
        }
        gather<kDim, kInt8>(out, tile.value[m], p[0], p[1]);
    }
    sum[0] = sum_of_column(sum[0]);
    sum[1] = sum_of_column(sum[1]);
#pragma unroll
    for (int e = 0; e < 2; ++e) {
        const int head = 2 * t + e;
        if (head >= heads) continue;
        float* to = shared.out[warp][head] + kDim / 8 * g;
#pragma unroll
        for (int w = 0; w < kDim / 32; ++w) {
            *reinterpret_cast<float4*>(to + 4 * w) = make_float4(
                out[2 * w][e], out[2 * w][2 + e], out[2 * w + 1][e], out[2 * w + 1][2 + e]);
        }
        if (g == 0) {
            shared.largest[warp][head] = largest[e];
            shared.sum[warp][head] = sum[e];
        }
    }
}

/// A softmax in progress: four of the head's elements.
struct Running {
    float largest = -INFINITY;
    float sum = 0;
    float4 out = {0, 0, 0, 0};

    __device__ void scale(float factor) {
        sum *= factor;
        out.x *= factor;
        out.y *= factor;
        out.z *= factor;
        out.w *= factor;
    }
    __device__ void add(float factor, float s, const float4& o) {
        sum = fmaf(s, factor, sum);
        out.x = fmaf(o.x, factor, out.x);
        out.y = fmaf(o.y, factor, out.y);
        out.z = fmaf(o.z, factor, out.z);
        out.w = fmaf(o.w, factor, out.w);
    }
    __device__ void store(Bf16* to) const {
        const float inverse = 1.0F / sum;
        uint2 packed;
        packed.x = pack_bf16(out.x * inverse, out.y * inverse);
        packed.y = pack_bf16(out.z * inverse, out.w * inverse);
        *reinterpret_cast<uint2*>(to) = packed;
    }
};

/// The warps' parts in the order of their tokens.
template <int kDim>
__device__ Running merge_units(const Shared<kDim>& shared, int units, int head, int element) {
    Running r;
    for (int u = 0; u < units; ++u) r.largest = fmaxf(r.largest, shared.largest[u][head]);
#pragma unroll
    for (int u = 0; u < kWarps; ++u) {
        if (u >= units) break;
        r.add(exp2_approximately(shared.largest[u][head] - r.largest),
              shared.sum[u][head],
              *reinterpret_cast<const float4*>(shared.out[u][head] + element));
    }
    return r;
}

/// Scratch of one chain and key/value head: per split and query head kDim sums, and behind the sums
/// of everybody its maximum and sum.
template <int kDim>
struct Scratch {
    float* out;
    float2* rest;

    __device__ Scratch(const PagedAttnDecode& a, std::int64_t chain, int kv_head, int group) {
        const std::int64_t at = (chain * a.kv.kv_heads + kv_head) * a.max_splits * group;
        out = a.partial + at * kDim;
        rest =
            reinterpret_cast<float2*>(a.partial + a.chains * a.max_splits * a.q_heads * kDim) + at;
    }
};

/// All splits in order, a few loads at a time.
template <int kDim>
__device__ Running
merge_splits(const Scratch<kDim>& scratch, int splits, int group, int head, int element) {
    Running r;
    for (int first = 0; first < splits; first += kMergeAtOnce) {
        float2 rest[kMergeAtOnce];
        float largest = r.largest;
#pragma unroll
        for (int i = 0; i < kMergeAtOnce; ++i) {
            rest[i] = make_float2(-INFINITY, 0);
            if (first + i < splits) rest[i] = __ldcg(scratch.rest + (first + i) * group + head);
            largest = fmaxf(largest, rest[i].x);
        }
        r.scale(exp2_approximately(r.largest - largest));
        r.largest = largest;
        const float* from =
            scratch.out + static_cast<std::int64_t>(first * group + head) * kDim + element;
#pragma unroll
        for (int i = 0; i < kMergeAtOnce; ++i) {
            if (first + i >= splits) break;
            const float4 out = __ldcg(reinterpret_cast<const float4*>(from + i * group * kDim));
            r.add(exp2_approximately(rest[i].x - largest), rest[i].y, out);
        }
    }
    return r;
}

/// Whether this CTA is the last of a chain's splits to come here; the count starts anew then.
template <int kDim>
__device__ bool arrives_last(Shared<kDim>& shared, std::uint32_t* arrived, int splits) {
    __syncthreads();
    if (threadIdx.x == 0) {
        __threadfence();
        const bool last = atomicAdd(arrived, 1U) == static_cast<std::uint32_t>(splits - 1);
        if (last) *arrived = 0;
        __threadfence();
        shared.last = last ? 1 : 0;
    }
    __syncthreads();
    return shared.last != 0;
}

/// What one CTA does for one chain once the tile is on its way.
template <int kDim, bool kInt8>
__device__ void attend_chain(const PagedAttnDecode& a,
                             const Launch& launch,
                             const Tile<kDim, kInt8>& tile,
                             Shared<kDim>& shared,
                             std::int64_t chain,
                             const Where& where) {
    const int lane = threadIdx.x & 31;
    const int warp = threadIdx.x >> 5;
    const int left = where.length - where.split * static_cast<int>(kSplitTokens);
    const int count = left - kUnitTokens * warp;
    const std::int64_t first_head = where.kv_head * launch.group;
    if (count > 0) {
        std::uint32_t q[kDim / 16][2];
        load_queries<kDim, kInt8>(
            q, a.q + (chain * a.q_heads + first_head) * kDim, launch.group, lane);
        attend_unit<kDim, kInt8>(tile, q, shared, count, launch.group);
    }
    __syncthreads();
    const int head = static_cast<int>(threadIdx.x) / (kDim / 4);
    const int element = static_cast<int>(threadIdx.x) % (kDim / 4) * 4;
    const bool mine = head < launch.group;
    const int units =
        left >= static_cast<int>(kSplitTokens) ? kWarps : (left + kUnitTokens - 1) / kUnitTokens;
    Bf16* out = a.out + (chain * a.q_heads + first_head + head) * kDim + element;
    Running r;
    if (mine) r = merge_units(shared, units, head, element);
    if (where.splits == 1) {
        if (mine) r.store(out);
        return;
    }
    const Scratch<kDim> scratch(a, chain, where.kv_head, launch.group);
    if (mine) {
        const int row = where.split * launch.group + head;
        *reinterpret_cast<float4*>(scratch.out + static_cast<std::int64_t>(row) * kDim + element) =
            r.out;
        if (element == 0) scratch.rest[row] = make_float2(r.largest, r.sum);
    }
    std::uint32_t* arrived = a.arrived + chain * a.kv.kv_heads + where.kv_head;
    if (!arrives_last(shared, arrived, where.splits)) return;
    if (mine) merge_splits(scratch, where.splits, launch.group, head, element).store(out);
}

/// Which running chains belong to `group`, as bits in shared memory.
template <int kDim>
__device__ void find_members(const PagedAttnDecode& a, Shared<kDim>& shared, int group) {
    const int lane = threadIdx.x & 31;
    for (int first = 32 * (static_cast<int>(threadIdx.x) >> 5); first < a.chains;
         first += kThreads) {
        const int chain = first + lane;
        bool member = chain < a.chains && __ldcg(a.group + chain) == group;
        if (member) {
            const int position = __ldcg(a.positions + chain);
            member = position >= 0 && position < a.max_splits * kSplitTokens;
        }
        const unsigned bits = __ballot_sync(kFullWarp, member);
        if (lane == 0) shared.members[first / 32] = bits;
    }
    __syncthreads();
}

/// Number of members before `chain`.
template <int kDim>
__device__ int rank_of(const Shared<kDim>& shared, int chain) {
    int rank = __popc(shared.members[chain / 32] & ((1U << (chain % 32)) - 1U));
    for (int word = 0; word < chain / 32; ++word) rank += __popc(shared.members[word]);
    return rank;
}

template <int kDim>
__device__ int next_member(const Shared<kDim>& shared, int chain, int chains) {
    do {
        ++chain;
    } while (chain < chains && (shared.members[chain / 32] >> (chain % 32) & 1U) == 0);
    return chain;
}

/// The same number in all of a chain's output of one key/value head: 0 or NaN.
__device__ void fill_out(const PagedAttnDecode& a,
                         const Launch& launch,
                         std::int64_t chain,
                         int kv_head,
                         std::uint16_t bits) {
    const std::int64_t count = launch.group * a.kv.head_dim;
    Bf16* out = a.out + (chain * a.q_heads + kv_head * launch.group) * a.kv.head_dim;
    for (std::int64_t i = threadIdx.x; i < count; i += kThreads) out[i] = Bf16{bits};
}

template <int kDim, bool kInt8>
__device__ void load_tile(
    Tile<kDim, kInt8>& tile, const PagedAttnDecode& a, std::int64_t page, int kv_head, int count) {
    const int lane = threadIdx.x & 31;
    const int in_page = (static_cast<int>(threadIdx.x) >> 5 & 1) * kUnitTokens;
    const bool bad = page < 0;
    if (bad) count = 0;
    const std::int64_t safe = bad ? 0 : page;
    const std::int64_t keys = kv_row(a.kv, safe, 0, kv_head, in_page);
    const std::int64_t values = kv_row(a.kv, safe, 1, kv_head, in_page);
    const auto* data = static_cast<const unsigned char*>(a.kv.data);
    constexpr int kRow = kDim * Tile<kDim, kInt8>::kBytes;
    load_keys(tile, data + keys * kRow, count, lane);
    float key_scale = 1.0F;
    float value_scale = lane < count ? 1.0F : 0.0F;
    if constexpr (kInt8) {
        if (lane < count) {
            key_scale = scale_from_fp16(__ldcg(a.kv.scales + keys + lane));
            value_scale = scale_from_fp16(__ldcg(a.kv.scales + values + lane));
        }
    }
    load_values(tile, data + values * kRow, count, lane);
    tile.key_scale = bad ? NAN : key_scale * (a.scale * kLog2E);
    tile.value_scale = value_scale;
}

/// kShared: groups may share splits; else a tile serves its own chain alone and need not be kept.
template <int kDim, bool kInt8, bool kShared>
__global__ void __launch_bounds__(kThreads, kInt8 ? 2 : 1)
    decode_kernel(const PagedAttnDecode a, const Launch launch) {
    __shared__ Shared<kDim> shared;
    let_next_kernel_start();
    wait_for_previous_kernel();
    const int chain = static_cast<int>(blockIdx.z);
    const int warp = static_cast<int>(threadIdx.x) >> 5;
    Where where{};
    where.split = static_cast<int>(blockIdx.x);
    where.kv_head = static_cast<int>(blockIdx.y);
    // The page does not wait for the position: both loads are under way together.
    const std::int64_t slot = a.slots == nullptr ? chain : __ldcg(a.slots + chain);
    const std::int64_t page = physical_page(
        a.kv, a.table, slot, where.split * (kSplitTokens / kPageTokens) + (warp >> 1));
    const int position = __ldcg(a.positions + chain);
    if (position < 0) {
        if (where.split == 0) fill_out(a, launch, chain, where.kv_head, 0);
        return;
    }
    where.length = position + 1;
    where.splits = position / static_cast<int>(kSplitTokens) + 1;
    if (where.splits > a.max_splits) {
        if (where.split == 0) fill_out(a, launch, chain, where.kv_head, 0x7fff);
        return;
    }
    if (where.split >= where.splits) return;

    int members = 1;
    if constexpr (kShared) {
        const int group = __ldcg(a.group + chain);
        const int end = (where.split + 1) * static_cast<int>(kSplitTokens);
        if (group >= 0 && end <= __ldcg(a.shared + chain)) {
            find_members(a, shared, group);
            if (rank_of(shared, chain) % launch.share != 0) return;
            members = launch.share;
        }
    }
    Tile<kDim, kInt8> tile;
    load_tile(tile,
              a,
              page,
              where.kv_head,
              where.length - where.split * static_cast<int>(kSplitTokens) - kUnitTokens * warp);
    attend_chain<kDim, kInt8>(a, launch, tile, shared, chain, where);
    if constexpr (kShared) {
        int served = chain;
        while (--members > 0) {
            served = next_member(shared, served, static_cast<int>(a.chains));
            if (served >= a.chains) return;
            where.length = __ldcg(a.positions + served) + 1;
            where.splits = (where.length - 1) / static_cast<int>(kSplitTokens) + 1;
            __syncthreads();  // the units in shared memory are read no more
            attend_chain<kDim, kInt8>(a, launch, tile, shared, served, where);
        }
    }
}

/// More chains per CTA save reads, fewer finish sooner: by the size of the batch, which changes no
/// bit.
int chains_per_cta(const PagedAttnDecode& a) {
    if (a.group == nullptr || a.chains < 16) return 1;
    return a.chains < 48 ? 2 : 4;
}

template <int kDim, bool kInt8>
Status launch_decode(const PagedAttnDecode& a, Stream stream) {
    const Launch launch{static_cast<int>(a.q_heads / a.kv.kv_heads), chains_per_cta(a)};
    const dim3 grid(static_cast<unsigned>(a.max_splits),
                    static_cast<unsigned>(a.kv.kv_heads),
                    static_cast<unsigned>(a.chains));
    const auto kernel =
        launch.share > 1 ? decode_kernel<kDim, kInt8, true> : decode_kernel<kDim, kInt8, false>;
    return launch_kernel("paged_attn_decode",
                         kernel,
                         grid,
                         dim3(kThreads),
                         0,
                         stream,
                         a.overlap_previous,
                         a,
                         launch);
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
