// SPDX-License-Identifier: Apache-2.0
#include "kernels/attn_varlen.h"
#include "kernels/cuda/attn_device.cuh"
#include "kernels/cuda/bf16_vector.cuh"
#include "kernels/cuda/launch.h"

#include <cstdint>

// Packed rows are cut into tiles of 64, wherever segments begin. A block first finds out which
// tiles hold keys of its queries (or queries of its keys), then walks through those in order. Masks
// are looked up per element only in tiles that are not seen whole. Backward: one kernel gives dk
// and dv of a tile of keys, looping over the heads and tiles of queries; another gives dq. Scores
// are computed in both: nothing is added up by two blocks, so no atomics and always the same bits.
namespace veritune::kernels::cuda {
namespace {

constexpr int kWarps = 4;
constexpr int kThreads = 32 * kWarps;
constexpr int kTile = 16 * kWarps;  ///< rows of a tile
constexpr int kChunk = 16;          ///< bytes of a shared-memory vector
constexpr int kMaskWords = static_cast<int>(kAttnRowsMost / kTile / 32);
constexpr int kHalf = 32;  ///< columns that scores are held for at a time in the backward
constexpr float kFloor = -1e30F;
constexpr float kLn2 = 0.6931471805599453F;

/// Byte of 16-byte vector `chunk` of a row in an area of rows of kDim bf16, such that neither eight
/// rows at one chunk nor eight chunks of one row share a bank. Where a and b have no common bit,
/// swizzled(row, a + b) = swizzled(row, a) ^ 16 b.
template <int kDim>
__device__ __forceinline__ int swizzled(int row, int chunk) {
    return row * kDim * 2 + ((chunk ^ (row & 7)) * kChunk);
}

/// 64 rows of one head into shared memory, zeros behind the last row.
template <int kDim>
__device__ void start_tile(
    unsigned char* to, const Bf16* from, std::int64_t stride, int first, int rows) {
    constexpr int kRowChunks = kDim * 2 / kChunk;
#pragma unroll 4
    for (int i = static_cast<int>(threadIdx.x); i < kTile * kRowChunks; i += kThreads) {
        const int row = i / kRowChunks;
        const int chunk = i % kRowChunks;
        const bool valid = first + row < rows;
        copy_async_16(to + swizzled<kDim>(row, chunk),
                      from + (valid ? first + row : 0) * stride + chunk * 8,
                      valid);
    }
}

/// s[n] = products of 16 rows of one area (from row a_row on) with rows b_row + 8n .. + 7 of
/// another: rows g, g+8 x columns 8n + 2t, + 1.
template <int kDim, int kColumns>
__device__ void products(float (&s)[kColumns / 8][4],
                         const unsigned char* a_area,
                         int a_row,
                         const unsigned char* b_area,
                         int b_row) {
    const int lane = static_cast<int>(threadIdx.x) & 31;
    const SharedAddress a_at =
        afresh(shared_address(a_area) + swizzled<kDim>(a_row + (lane & 15), lane >> 4));
    const SharedAddress b_at =
        afresh(shared_address(b_area) +
               swizzled<kDim>(b_row + (lane & 7) + 8 * (lane >> 4), (lane >> 3) & 1));
#pragma unroll
    for (int n = 0; n < kColumns / 8; ++n) {
#pragma unroll
        for (int e = 0; e < 4; ++e) s[n][e] = 0;
    }
#pragma unroll
    for (int step = 0; step < kDim / 16; ++step) {
        std::uint32_t a[4];
        load_matrices(a, a_at ^ (2 * step * kChunk));
#pragma unroll
        for (int n = 0; n < kColumns / 8; n += 2) {
            std::uint32_t b[4];
            load_matrices(b, (b_at ^ (2 * step * kChunk)) + 8 * n * kDim * 2);
            mma_bf16(s[n], a, b[0], b[1]);
            mma_bf16(s[n + 1], a, b[2], b[3]);
        }
    }
}

/// out += weights (as products() leaves numbers: rows g, g+8 x columns) times rows b_row .. of an
/// area: rows g, g+8 x elements 8n + 2t, + 1.
template <int kDim, int kColumns>
__device__ void gather(float (&out)[kDim / 8][4],
                       const float (&weights)[kColumns / 8][4],
                       const unsigned char* area,
                       int b_row) {
    const int lane = static_cast<int>(threadIdx.x) & 31;
    const SharedAddress at =
        afresh(shared_address(area) + swizzled<kDim>(b_row + (lane & 15), lane >> 4));
#pragma unroll
    for (int step = 0; step < kColumns / 16; ++step) {
        std::uint32_t p[4];
#pragma unroll
        for (int high = 0; high < 2; ++high) {
            p[2 * high] = pack_bf16(weights[2 * step + high][0], weights[2 * step + high][1]);
            p[2 * high + 1] = pack_bf16(weights[2 * step + high][2], weights[2 * step + high][3]);
        }
#pragma unroll
        for (int n = 0; n < kDim / 8; n += 2) {
            std::uint32_t b[4];
            load_matrices_turned(b, (at ^ (n * kChunk)) + 16 * step * kDim * 2);
            mma_bf16(out[n], p, b[0], b[1]);
            mma_bf16(out[n + 1], p, b[2], b[3]);
        }
    }
}

__device__ __forceinline__ bool sees(const AttnSpan& s, int row, int key) {
    return (key >= s.own_begin && key <= row) || (key >= s.prefix_begin && key < s.prefix_end);
}
/// Whether the row sees any, or all, of the keys [begin, begin + 64).
__device__ __forceinline__ bool sees_any(const AttnSpan& s, int row, int begin) {
    return (begin + kTile > s.own_begin && begin <= row && s.own_begin <= row) ||
           (begin + kTile > s.prefix_begin && begin < s.prefix_end &&
            s.prefix_begin < s.prefix_end);
}
__device__ __forceinline__ bool sees_all(const AttnSpan& s, int row, int begin) {
    return (begin >= s.own_begin && begin + kTile - 1 <= row) ||
           (begin >= s.prefix_begin && begin + kTile <= s.prefix_end);
}

/// Of a row behind the last, or of nothing.
__device__ __forceinline__ AttnSpan span_of(const AttnRows& a, int row) {
    if (row >= a.rows) return {INT32_MAX, 0, 0, 0};
    const int4 v = *reinterpret_cast<const int4*>(a.span + row);
    return {v.x, v.y, v.z, v.w};
}

/// Tiles that a block has to visit, one bit each.
struct TileMask {
    std::uint32_t word[kMaskWords];
};

/// The next tile from `from` on, or `end`.
__device__ int next_tile(const TileMask& mask, int from, int end) {
    for (int tile = from; tile < end;) {
        const std::uint32_t rest = mask.word[tile / 32] >> (tile % 32);
        if (rest != 0) return min(tile + __ffs(static_cast<int>(rest)) - 1, end);
        tile = (tile / 32 + 1) * 32;
    }
    return end;
}

__device__ void clear_mask(TileMask& mask) {
    for (int i = static_cast<int>(threadIdx.x); i < kMaskWords; i += kThreads) mask.word[i] = 0;
    __syncthreads();
}

/// Tiles of keys that rows of this tile of queries see.
__device__ void find_key_tiles(TileMask& mask, const AttnSpan* spans, int query_tile) {
    clear_mask(mask);
    for (int tile = static_cast<int>(threadIdx.x); tile <= query_tile; tile += kThreads) {
        bool any = false;
        for (int row = 0; row < kTile && !any; ++row) {
            any = sees_any(spans[row], query_tile * kTile + row, tile * kTile);
        }
        if (any) atomicOr(&mask.word[tile / 32], 1U << (tile % 32));
    }
    __syncthreads();
}

/// Tiles of queries that see this tile of keys.
__device__ void find_query_tiles(TileMask& mask, const AttnRows& a, int key_tile, int tiles) {
    clear_mask(mask);
    for (int row = key_tile * kTile + static_cast<int>(threadIdx.x); row < tiles * kTile;
         row += kThreads) {
        if (sees_any(span_of(a, row), row, key_tile * kTile)) {
            atomicOr(&mask.word[row / kTile / 32], 1U << (row / kTile % 32));
        }
    }
    __syncthreads();
}

extern __shared__ __align__(1024) unsigned char dynamic_shared[];

/// A warp's 16 rows of queries: rows g and g + 8 of it are the lane's.
template <int kDim>
struct Rows {
    float out[kDim / 8][4];  ///< rows g, g, g+8, g+8 x elements 8n + 2t, + 1
    float largest[2];
    float sum[2];  ///< of the lane's columns only
};

/// One step of the online softmax over scores in units of log 2: s becomes the weights.
template <int kDim>
__device__ void soften(float (&s)[8][4], Rows<kDim>& rows) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
        float largest = rows.largest[half];
#pragma unroll
        for (int n = 0; n < 8; ++n) {
            largest = fmaxf(largest, fmaxf(s[n][2 * half], s[n][2 * half + 1]));
        }
        largest = fmaxf(largest, __shfl_xor_sync(kFullWarp, largest, 1));
        largest = fmaxf(largest, __shfl_xor_sync(kFullWarp, largest, 2));
        const float kept = exp2_approximately(rows.largest[half] - largest);
        rows.largest[half] = largest;
        float sum = 0;
#pragma unroll
        for (int n = 0; n < 8; ++n) {
            s[n][2 * half] = exp2_approximately(s[n][2 * half] - largest);
            s[n][2 * half + 1] = exp2_approximately(s[n][2 * half + 1] - largest);
            sum += s[n][2 * half] + s[n][2 * half + 1];
        }
        rows.sum[half] = fmaf(rows.sum[half], kept, sum);
#pragma unroll
        for (int n = 0; n < kDim / 8; ++n) {
            rows.out[n][2 * half] *= kept;
            rows.out[n][2 * half + 1] *= kept;
        }
    }
}

/// Scores in units of log 2; hidden where the row does not see the key.
__device__ void weigh_and_mask(
    float (&s)[8][4], float scale, const AttnSpan* spans, int first_row, int begin, bool whole) {
    const int lane = static_cast<int>(threadIdx.x) & 31;
    const int in_tile = 16 * (static_cast<int>(threadIdx.x) >> 5) + (lane >> 2);
#pragma unroll
    for (int half = 0; half < 2; ++half) {
        const AttnSpan span = spans[in_tile + 8 * half];
        const int row = first_row + in_tile + 8 * half;
#pragma unroll
        for (int n = 0; n < 8; ++n) {
#pragma unroll
            for (int e = 0; e < 2; ++e) {
                float& x = s[n][2 * half + e];
                const int key = begin + 8 * n + 2 * (lane & 3) + e;
                x = whole || sees(span, row, key) ? x * scale : -INFINITY;
            }
        }
    }
}

template <int kDim>
__device__ void store_rows(const Rows<kDim>& rows, const AttnRows& a, int first_row, int head) {
    const int lane = static_cast<int>(threadIdx.x) & 31;
    const int t = lane & 3;
    const int in_tile = 16 * (static_cast<int>(threadIdx.x) >> 5) + (lane >> 2);
#pragma unroll
    for (int half = 0; half < 2; ++half) {
        float sum = rows.sum[half];
        sum += __shfl_xor_sync(kFullWarp, sum, 1);
        sum += __shfl_xor_sync(kFullWarp, sum, 2);
        const std::int64_t row = first_row + in_tile + 8 * half;
        if (row >= a.rows) continue;
        const float inverse = sum > 0 ? 1.0F / sum : 0.0F;
        if (t == 0) {
            a.lse[row * a.n_q + head] = sum > 0 ? (rows.largest[half] + log2f(sum)) * kLn2 : 0.0F;
        }
        Bf16* out = a.out + row * a.out_stride + head * kDim;
#pragma unroll
        for (int n = 0; n < kDim / 8; ++n) {
            *reinterpret_cast<std::uint32_t*>(out + 8 * n + 2 * t) =
                pack_bf16(rows.out[n][2 * half] * inverse, rows.out[n][2 * half + 1] * inverse);
        }
    }
}

/// Where the operands of one head lie, as element offsets of a row.
template <int kDim>
struct HeadPlaces {
    std::int64_t q;
    std::int64_t k;
    std::int64_t v;
    __device__ HeadPlaces(const AttnRows& a, int head)
        : q(static_cast<std::int64_t>(head) * kDim),
          k((a.n_q + head / (a.n_q / a.n_kv)) * kDim),
          v(k + a.n_kv * kDim) {}
};

template <int kDim>
__global__ void __launch_bounds__(kThreads) forward_kernel(const AttnRows a) {
    constexpr int kArea = kTile * kDim * 2;
    __shared__ TileMask mask;
    __shared__ __align__(16) AttnSpan spans[kTile];
    // The last tiles see most: they start first.
    const int tile = static_cast<int>(gridDim.x) - 1 - static_cast<int>(blockIdx.x);
    const int head = static_cast<int>(blockIdx.y);
    const int first_row = tile * kTile;
    const HeadPlaces<kDim> at(a, head);
    unsigned char* queries = dynamic_shared;
    unsigned char* const areas = dynamic_shared + kArea;  // keys, values; twice
    if (threadIdx.x < kTile) {
        spans[threadIdx.x] = span_of(a, first_row + static_cast<int>(threadIdx.x));
    }
    __syncthreads();
    find_key_tiles(mask, spans, tile);
    Rows<kDim> rows;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
        rows.largest[half] = kFloor;
        rows.sum[half] = 0;
    }
#pragma unroll
    for (int n = 0; n < kDim / 8; ++n) {
#pragma unroll
        for (int e = 0; e < 4; ++e) rows.out[n][e] = 0;
    }
    const int rows_end = static_cast<int>(a.rows);
    const auto start = [&](int key_tile, int side) {
        unsigned char* keys = areas + 2 * side * kArea;
        start_tile<kDim>(keys, a.qkv + at.k, a.qkv_stride, key_tile * kTile, rows_end);
        start_tile<kDim>(keys + kArea, a.qkv + at.v, a.qkv_stride, key_tile * kTile, rows_end);
    };
    start_tile<kDim>(queries, a.qkv + at.q, a.qkv_stride, first_row, rows_end);
    int key_tile = next_tile(mask, 0, tile + 1);
    if (key_tile <= tile) start(key_tile, 0);
    commit_copies();
    for (int side = 0; key_tile <= tile; side ^= 1) {
        const int next = next_tile(mask, key_tile + 1, tile + 1);
        wait_for_copies();
        // Whether all rows see the whole tile; also: it is here, and nobody works on the one
        // before.
        const bool seen =
            threadIdx.x >= kTile ||
            sees_all(
                spans[threadIdx.x], first_row + static_cast<int>(threadIdx.x), key_tile * kTile);
        const bool whole = __syncthreads_and(seen ? 1 : 0) != 0;
        if (next <= tile) start(next, side ^ 1);
        commit_copies();
        const unsigned char* keys = areas + 2 * side * kArea;
        float s[8][4];
        products<kDim, kTile>(s, queries, 16 * (static_cast<int>(threadIdx.x) >> 5), keys, 0);
        weigh_and_mask(s, a.scale * kLog2E, spans, first_row, key_tile * kTile, whole);
        soften(s, rows);
        gather<kDim, kTile>(rows.out, s, keys + kArea, 0);
        key_tile = next;
    }
    wait_for_copies();  // of the queries, where there was no key
    store_rows(rows, a, first_row, head);
}

/// delta = dout . out of every row and head: a warp each.
__global__ void __launch_bounds__(kThreads) delta_kernel(const AttnRowsBackward b) {
    const AttnRows& a = b.forward;
    const std::int64_t index = static_cast<std::int64_t>(blockIdx.x) * kWarps + threadIdx.x / 32;
    const std::int64_t row = index / a.n_q;
    if (row >= a.rows) return;
    const std::int64_t head = index % a.n_q;
    const Bf16* dout = b.dout + row * b.dout_stride + head * a.head_dim;
    const Bf16* out = a.out + row * a.out_stride + head * a.head_dim;
    float sum = 0;
    for (std::int64_t k = 8 * (threadIdx.x % 32); k < a.head_dim; k += 256) {
        const Eight x = load_eight(dout + k);
        const Eight y = load_eight(out + k);
#pragma unroll
        for (int i = 0; i < 8; ++i) sum = fmaf(x.v[i], y.v[i], sum);
    }
    sum = warp_sum(sum);
    if (threadIdx.x % 32 == 0) b.delta[index] = sum;
}

/// What the backward looks up per query row.
struct __align__(16) QueryNumbers {
    std::int32_t own_begin;
    std::int32_t prefix_begin;
    std::int32_t prefix_end;
    float lse;
    __device__ AttnSpan span() const { return {own_begin, prefix_begin, prefix_end, 0}; }
};

/// 4 or 8 bytes of global memory into shared memory in the background; zeros when not `valid`.
template <int kBytes>
__device__ void copy_async_few(void* to, const void* from, bool valid) {
    const int bytes = valid ? kBytes : 0;
    asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;"
                 :
                 : "r"(shared_address(to)), "l"(from), "n"(kBytes), "r"(bytes)
                 : "memory");
}

/// The numbers of 64 query rows of one head. Those behind the last row are zeros; so are its query
/// and its gradient, and what they add.
__device__ void start_numbers(
    QueryNumbers* numbers, float* delta, const AttnRowsBackward& b, int first, int head) {
    if (threadIdx.x >= kTile) return;
    const AttnRows& a = b.forward;
    const int row = first + static_cast<int>(threadIdx.x);
    const bool valid = row < a.rows;
    const std::int64_t at = valid ? row : 0;
    QueryNumbers& to = numbers[threadIdx.x];
    copy_async_few<8>(&to.own_begin, a.span + at, valid);
    copy_async_few<4>(&to.prefix_end, &a.span[at].prefix_end, valid);
    copy_async_few<4>(&to.lse, a.lse + at * a.n_q + head, valid);
    copy_async_few<4>(delta + threadIdx.x, b.delta + at * a.n_q + head, valid);
}

template <int kDim>
__device__ void store_tile(const float (&numbers)[kDim / 8][4],
                           Bf16* to,
                           std::int64_t stride,
                           int first_row,
                           std::int64_t rows,
                           float scale) {
    const int lane = static_cast<int>(threadIdx.x) & 31;
    const int in_tile = 16 * (static_cast<int>(threadIdx.x) >> 5) + (lane >> 2);
#pragma unroll
    for (int half = 0; half < 2; ++half) {
        const std::int64_t row = first_row + in_tile + 8 * half;
        if (row >= rows) continue;
#pragma unroll
        for (int n = 0; n < kDim / 8; ++n) {
            *reinterpret_cast<std::uint32_t*>(to + row * stride + 8 * n + 2 * (lane & 3)) =
                pack_bf16(numbers[n][2 * half] * scale, numbers[n][2 * half + 1] * scale);
        }
    }
}

template <int kDim>
__device__ void clear(float (&numbers)[kDim / 8][4]) {
#pragma unroll
    for (int n = 0; n < kDim / 8; ++n) {
#pragma unroll
        for (int e = 0; e < 4; ++e) numbers[n][e] = 0;
    }
}

/// A tile of queries of one head: what a step of the key kernel works on.
struct Step {
    int head;
    int tile;
};

/// dk and dv of 64 keys of one key head. A warp has 16 of the keys as rows, queries as columns. The
/// next tile of queries is fetched while one is worked on.
template <int kDim>
__global__ void __launch_bounds__(kThreads) key_gradient_kernel(const AttnRowsBackward b) {
    constexpr int kArea = kTile * kDim * 2;
    const AttnRows& a = b.forward;
    __shared__ TileMask mask;
    __shared__ QueryNumbers numbers[2][kTile];
    __shared__ float delta[2][kTile];
    const int tile = static_cast<int>(blockIdx.x);
    const int tiles = static_cast<int>(gridDim.x);
    const int heads = static_cast<int>(a.n_q / a.n_kv);
    const int first_head = static_cast<int>(blockIdx.y) * heads;
    const int rows_end = static_cast<int>(a.rows);
    const HeadPlaces<kDim> at(a, first_head);
    unsigned char* const keys = dynamic_shared;
    unsigned char* const values = keys + kArea;
    unsigned char* const areas = values + kArea;  // queries, gradients; twice
    const auto start = [&](const Step& s, int side) {
        unsigned char* queries = areas + 2 * side * kArea;
        const int first = s.tile * kTile;
        start_tile<kDim>(queries, a.qkv + s.head * kDim, a.qkv_stride, first, rows_end);
        start_tile<kDim>(queries + kArea, b.dout + s.head * kDim, b.dout_stride, first, rows_end);
        start_numbers(numbers[side], delta[side], b, first, s.head);
    };
    start_tile<kDim>(keys, a.qkv + at.k, a.qkv_stride, tile * kTile, rows_end);
    start_tile<kDim>(values, a.qkv + at.v, a.qkv_stride, tile * kTile, rows_end);
    find_query_tiles(mask, a, tile, tiles);
    const int first_tile = next_tile(mask, tile, tiles);
    Step now{first_tile < tiles ? first_head : first_head + heads, first_tile};
    if (now.head < first_head + heads) start(now, 0);
    commit_copies();
    float dk[kDim / 8][4];
    float dv[kDim / 8][4];
    clear<kDim>(dk);
    clear<kDim>(dv);
    const int warp_row = 16 * (static_cast<int>(threadIdx.x) >> 5);
    const int lane = static_cast<int>(threadIdx.x) & 31;
#pragma unroll 1
    for (int side = 0; now.head < first_head + heads; side ^= 1) {
        Step next{now.head, next_tile(mask, now.tile + 1, tiles)};
        if (next.tile >= tiles) next = {now.head + 1, first_tile};
        const int first = now.tile * kTile;
        wait_for_copies();
        const bool seen = threadIdx.x >= kTile || sees_all(numbers[side][threadIdx.x].span(),
                                                           first + static_cast<int>(threadIdx.x),
                                                           tile * kTile);
        // The tile is here, and nobody works on the one before any more.
        const bool whole = __syncthreads_and(seen ? 1 : 0) != 0;
        if (next.head < first_head + heads) start(next, side ^ 1);
        commit_copies();
        const unsigned char* queries = areas + 2 * side * kArea;
#pragma unroll 1
        for (int half = 0; half < kTile; half += kHalf) {
            float p[kHalf / 8][4];
            float ds[kHalf / 8][4];
            products<kDim, kHalf>(p, keys, warp_row, queries, half);
            products<kDim, kHalf>(ds, values, warp_row, queries + kArea, half);
#pragma unroll
            for (int n = 0; n < kHalf / 8; ++n) {
#pragma unroll
                for (int e = 0; e < 4; ++e) {
                    const int column = half + 8 * n + 2 * (lane & 3) + (e & 1);
                    const int key = tile * kTile + warp_row + (lane >> 2) + 8 * (e >> 1);
                    const QueryNumbers& q = numbers[side][column];
                    const bool visible = whole || sees(q.span(), first + column, key);
                    const float weight =
                        exp2_approximately(fmaf(p[n][e], a.scale, -q.lse) * kLog2E);
                    p[n][e] = visible ? weight : 0.0F;
                    ds[n][e] = p[n][e] * (ds[n][e] - delta[side][column]);
                }
            }
            gather<kDim, kHalf>(dv, p, queries + kArea, half);
            gather<kDim, kHalf>(dk, ds, queries, half);
        }
        now = next;
    }
    wait_for_copies();  // of the keys, where nobody looks at them
    store_tile<kDim>(dk, b.dqkv + at.k, a.qkv_stride, tile * kTile, a.rows, a.scale);
    store_tile<kDim>(dv, b.dqkv + at.v, a.qkv_stride, tile * kTile, a.rows, 1.0F);
}

/// dq of 64 queries of one head. A warp has 16 of the queries as rows. The next tile of keys is
/// fetched while one is worked on.
template <int kDim>
__global__ void __launch_bounds__(kThreads) query_gradient_kernel(const AttnRowsBackward b) {
    constexpr int kArea = kTile * kDim * 2;
    const AttnRows& a = b.forward;
    __shared__ TileMask mask;
    __shared__ __align__(16) AttnSpan spans[kTile];
    const int tile = static_cast<int>(gridDim.x) - 1 - static_cast<int>(blockIdx.x);
    const int head = static_cast<int>(blockIdx.y);
    const int first_row = tile * kTile;
    const int rows_end = static_cast<int>(a.rows);
    const HeadPlaces<kDim> at(a, head);
    unsigned char* const queries = dynamic_shared;
    unsigned char* const douts = queries + kArea;
    unsigned char* const areas = douts + kArea;  // keys, values; twice
    const auto start = [&](int key_tile, int side) {
        unsigned char* keys = areas + 2 * side * kArea;
        start_tile<kDim>(keys, a.qkv + at.k, a.qkv_stride, key_tile * kTile, rows_end);
        start_tile<kDim>(keys + kArea, a.qkv + at.v, a.qkv_stride, key_tile * kTile, rows_end);
    };
    start_tile<kDim>(queries, a.qkv + at.q, a.qkv_stride, first_row, rows_end);
    start_tile<kDim>(douts, b.dout + head * kDim, b.dout_stride, first_row, rows_end);
    if (threadIdx.x < kTile) {
        spans[threadIdx.x] = span_of(a, first_row + static_cast<int>(threadIdx.x));
    }
    __syncthreads();
    find_key_tiles(mask, spans, tile);
    int key_tile = next_tile(mask, 0, tile + 1);
    if (key_tile <= tile) start(key_tile, 0);
    commit_copies();
    const int warp_row = 16 * (static_cast<int>(threadIdx.x) >> 5);
    const int lane = static_cast<int>(threadIdx.x) & 31;
    const int in_tile = warp_row + (lane >> 2);
    float lse[2] = {0, 0};
    float delta[2] = {0, 0};
#pragma unroll
    for (int half = 0; half < 2; ++half) {
        const std::int64_t row = first_row + in_tile + 8 * half;
        if (row >= a.rows) continue;
        lse[half] = a.lse[row * a.n_q + head];
        delta[half] = b.delta[row * a.n_q + head];
    }
    float dq[kDim / 8][4];
    clear<kDim>(dq);
#pragma unroll 1
    for (int side = 0; key_tile <= tile; side ^= 1) {
        const int next = next_tile(mask, key_tile + 1, tile + 1);
        const int begin = key_tile * kTile;
        wait_for_copies();
        const bool seen =
            threadIdx.x >= kTile ||
            sees_all(spans[threadIdx.x], first_row + static_cast<int>(threadIdx.x), begin);
        // The tile is here, and nobody works on the one before any more.
        const bool whole = __syncthreads_and(seen ? 1 : 0) != 0;
        if (next <= tile) start(next, side ^ 1);
        commit_copies();
        const unsigned char* keys = areas + 2 * side * kArea;
#pragma unroll 1
        for (int half = 0; half < kTile; half += kHalf) {
            float p[kHalf / 8][4];
            float ds[kHalf / 8][4];
            products<kDim, kHalf>(p, queries, warp_row, keys, half);
            products<kDim, kHalf>(ds, douts, warp_row, keys + kArea, half);
#pragma unroll
            for (int n = 0; n < kHalf / 8; ++n) {
#pragma unroll
                for (int e = 0; e < 4; ++e) {
                    const int upper = e >> 1;
                    const int key = begin + half + 8 * n + 2 * (lane & 3) + (e & 1);
                    const int row = in_tile + 8 * upper;
                    const bool visible = whole || sees(spans[row], first_row + row, key);
                    const float weight =
                        exp2_approximately(fmaf(p[n][e], a.scale, -lse[upper]) * kLog2E);
                    ds[n][e] = visible ? weight * (ds[n][e] - delta[upper]) : 0.0F;
                }
            }
            gather<kDim, kHalf>(dq, ds, keys, half);
        }
        key_tile = next;
    }
    wait_for_copies();  // of the queries, where there was no key
    store_tile<kDim>(dq, b.dqkv + at.q, a.qkv_stride, first_row, a.rows, a.scale);
}

template <int kDim>
Status launch_forward(const AttnRows& a, Stream stream) {
    const dim3 grid(static_cast<unsigned>((a.rows + kTile - 1) / kTile),
                    static_cast<unsigned>(a.n_q));
    return launch_kernel("attn_rows",
                         forward_kernel<kDim>,
                         grid,
                         dim3(kThreads),
                         5 * kTile * kDim * 2,
                         stream,
                         false,
                         a);
}

template <int kDim>
Status launch_backward(const AttnRowsBackward& b, Stream stream) {
    const AttnRows& a = b.forward;
    const auto tiles = static_cast<unsigned>((a.rows + kTile - 1) / kTile);
    const auto warps = static_cast<unsigned>((a.rows * a.n_q + kWarps - 1) / kWarps);
    Status status = launch_kernel(
        "attn_rows_backward", delta_kernel, dim3(warps), dim3(kThreads), 0, stream, false, b);
    if (status == Status::kOk) {
        status = launch_kernel("attn_rows_backward",
                               key_gradient_kernel<kDim>,
                               dim3(tiles, static_cast<unsigned>(a.n_kv)),
                               dim3(kThreads),
                               6 * kTile * kDim * 2,
                               stream,
                               false,
                               b);
    }
    if (status != Status::kOk) return status;
    return launch_kernel("attn_rows_backward",
                         query_gradient_kernel<kDim>,
                         dim3(tiles, static_cast<unsigned>(a.n_q)),
                         dim3(kThreads),
                         6 * kTile * kDim * 2,
                         stream,
                         false,
                         b);
}

bool has_kernel(const AttnRows& a) { return a.head_dim == 64 || a.head_dim == 128; }

}  // namespace

Status attn_rows(const AttnRows& a, Stream stream) {
    if (!is_valid(a) || !has_kernel(a)) return Status::kInvalidArgument;
    if (a.rows == 0) return Status::kOk;
    return a.head_dim == 64 ? launch_forward<64>(a, stream) : launch_forward<128>(a, stream);
}

Status attn_rows_backward(const AttnRowsBackward& b, Stream stream) {
    if (!is_valid(b) || !has_kernel(b.forward)) return Status::kInvalidArgument;
    if (b.forward.rows == 0) return Status::kOk;
    return b.forward.head_dim == 64 ? launch_backward<64>(b, stream)
                                    : launch_backward<128>(b, stream);
}

}  // namespace veritune::kernels::cuda
