// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/attn_device.cuh"
#include "kernels/cuda/launch.h"
#include "kernels/paged_attn_prefill.h"

#include <cstdint>

// One CTA is 64 rows of one query head, one warp 16 of them. Pages come one after the other: int8
// pages by cp.async into a staging area while the page before is worked on, then once as bf16 for
// all warps into a swizzled area, from which ldmatrix feeds the mma. bf16 pages go there directly,
// in two buffers.
namespace veritune::kernels::cuda {
namespace {

constexpr int kWarps = 4;
constexpr int kThreads = 32 * kWarps;
constexpr int kRows = 16 * kWarps;
constexpr int kTokens = static_cast<int>(kPageTokens);
constexpr int kChunk = 16;  ///< bytes of a shared-memory vector

template <int kDim, bool kInt8>
struct Layout {
    static constexpr int kPage = kTokens * kDim * 2;  ///< bytes of keys or values of a page as bf16
    static constexpr int kBuffers = kInt8 ? 1 : 2;
    static constexpr int kStaged = kInt8 ? 2 * kTokens * kDim : 0;
    static constexpr int kStagedScales = kInt8 ? 2 * kTokens * 2 : 0;
    static constexpr int kFactors = 2 * kTokens * 4;
    static constexpr int kQueries = kRows * kDim * 2;
    static constexpr int kBytes =
        2 * kBuffers * kPage + kStaged + kStagedScales + kFactors + kQueries;

    unsigned char* base;
    __device__ unsigned char* keys(int page) const { return base + (page % kBuffers) * 2 * kPage; }
    __device__ unsigned char* values(int page) const { return keys(page) + kPage; }
    __device__ unsigned char* queries() const { return base + 2 * kBuffers * kPage; }
    __device__ unsigned char* staged() const { return queries() + kQueries; }
    __device__ std::uint16_t* staged_scales() const {
        return reinterpret_cast<std::uint16_t*>(staged() + kStaged);
    }
    /// What a token's scores are multiplied by, and behind those what its weights are.
    __device__ float* factors() const {
        return reinterpret_cast<float*>(staged() + kStaged + kStagedScales);
    }
};

/// Byte of 16-byte vector `chunk` of a token in an area of rows of kDim bf16, such that neither
/// eight tokens at one chunk nor eight chunks of one token share a bank. Where a
/// and b have no common bit, swizzled(token, a + b) = swizzled(token, a) ^ 16 b.
template <int kDim>
__device__ int swizzled(int token, int chunk) {
    return token * kDim * 2 + ((chunk ^ (token & 7)) * kChunk);
}

/// What a CTA works on.
struct Work {
    int first_row;  ///< of the chunk
    int live;       ///< rows that are not padding
    int position;   ///< of the first row
    int tokens;     ///< that the last live row sees
    int head;
    int kv_head;
    int slot;
};

template <int kDim, bool kInt8>
__device__ void start_page(const PagedAttnPrefill& a,
                           const Layout<kDim, kInt8>& layout,
                           const Work& work,
                           int page,
                           std::int32_t physical) {
    const bool bad = physical < 0;
    const std::int64_t keys = kv_row(a.kv, bad ? 0 : physical, 0, work.kv_head, 0);
    const std::int64_t values = kv_row(a.kv, bad ? 0 : physical, 1, work.kv_head, 0);
    const auto* data = static_cast<const unsigned char*>(a.kv.data);
    constexpr int kRow = kDim * (kInt8 ? 1 : 2);
    constexpr int kChunks = kTokens * kRow / kChunk;
    const int left = bad ? 0 : work.tokens - page * kTokens;
#pragma unroll 1
    for (int i = 0; i < kChunks / kThreads; ++i) {
        const int chunk = i * kThreads + static_cast<int>(threadIdx.x);
        const int token = chunk / (kRow / kChunk);
        const bool valid = token < left;
        const int from = chunk * kChunk;
        if constexpr (kInt8) {
            copy_async_16(layout.staged() + from, data + keys * kRow + from, valid);
            copy_async_16(
                layout.staged() + kTokens * kDim + from, data + values * kRow + from, valid);
        } else {
            const int to = swizzled<kDim>(token, chunk % (kRow / kChunk));
            copy_async_16(layout.keys(page) + to, data + keys * kRow + from, valid);
            copy_async_16(layout.values(page) + to, data + values * kRow + from, valid);
        }
    }
    if constexpr (kInt8) {
        constexpr int kScaleChunks = kTokens * 2 / kChunk;
        if (threadIdx.x < 2 * kScaleChunks) {
            const int which = static_cast<int>(threadIdx.x) / kScaleChunks;
            const int at = static_cast<int>(threadIdx.x) % kScaleChunks * (kChunk / 2);
            const std::int64_t row = (which == 0 ? keys : values) + at;
            copy_async_16(layout.staged_scales() + which * kTokens + at, a.kv.scales + row, !bad);
        }
    }
    commit_copies();
}

/// The staged page as bf16, and its factors.
template <int kDim>
__device__ void unpack_page(const Layout<kDim, true>& layout, int page) {
    constexpr int kChunks = 2 * kTokens * kDim / kChunk;
#pragma unroll 2
    for (int i = 0; i < kChunks / kThreads; ++i) {
        const int chunk = i * kThreads + static_cast<int>(threadIdx.x);
        const uint4 codes = *reinterpret_cast<const uint4*>(layout.staged() + chunk * kChunk);
        const std::uint32_t words[4] = {codes.x, codes.y, codes.z, codes.w};
        std::uint32_t pairs[8];
#pragma unroll
        for (int w = 0; w < 4; ++w) {
            pairs[2 * w] = bytes_to_bf16(__byte_perm(words[w], 0, 0x1100));
            pairs[2 * w + 1] = bytes_to_bf16(__byte_perm(words[w], 0, 0x3322));
        }
        const int row = chunk / (kDim / kChunk);  // values follow the keys
        const int column = chunk % (kDim / kChunk) * 2;
        unsigned char* area = layout.keys(page) + row / kTokens * Layout<kDim, true>::kPage;
        *reinterpret_cast<uint4*>(area + swizzled<kDim>(row % kTokens, column)) =
            make_uint4(pairs[0], pairs[1], pairs[2], pairs[3]);
        *reinterpret_cast<uint4*>(area + swizzled<kDim>(row % kTokens, column + 1)) =
            make_uint4(pairs[4], pairs[5], pairs[6], pairs[7]);
    }
}

/// Factor of every token's score (softmax scale, key scale, log2 e) and weight (value scale): 0
/// behind the end, NaN when the page lies outside the pool.
template <int kDim, bool kInt8>
__device__ void set_factors(const PagedAttnPrefill& a,
                            const Layout<kDim, kInt8>& layout,
                            const Work& work,
                            int page,
                            bool bad) {
    static_assert(kThreads == 2 * kTokens);
    const int token = static_cast<int>(threadIdx.x) % kTokens;
    const bool is_key = static_cast<int>(threadIdx.x) < kTokens;
    float factor = is_key ? a.scale * kLog2E : 1.0F;
    if constexpr (kInt8) factor *= scale_from_fp16(layout.staged_scales()[threadIdx.x]);
    if (page * kTokens + token >= work.tokens) factor = 0;
    if (bad) factor = NAN;
    layout.factors()[threadIdx.x] = factor;
}

/// A warp's 16 rows: rows g and g + 8 of it are the lane's.
template <int kDim>
struct Rows {
    float out[kDim / 8][4];  ///< rows g, g, g+8, g+8 x elements 8n + 2t, + 1
    float largest[2];
    float sum[2];  ///< of the lane's columns only
};

/// The rows' queries into shared memory; they arrive with the first page.
template <int kDim, bool kInt8>
__device__ void start_queries(const PagedAttnPrefill& a,
                              const Layout<kDim, kInt8>& layout,
                              const Work& work) {
    constexpr int kRowChunks = kDim * 2 / kChunk;
#pragma unroll
    for (int i = 0; i < kRows * kRowChunks / kThreads; ++i) {
        const int chunk = i * kThreads + static_cast<int>(threadIdx.x);
        const int row = chunk / kRowChunks;
        const bool live = row < work.live;
        const std::int64_t from = (work.first_row + (live ? row : 0)) * a.q_heads + work.head;
        copy_async_16(layout.queries() + swizzled<kDim>(row, chunk % kRowChunks),
                      a.q + from * kDim + chunk % kRowChunks * 8,
                      live);
    }
}

template <int kDim>
__device__ void clear_rows(Rows<kDim>& rows) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
        rows.largest[half] = -INFINITY;
        rows.sum[half] = 0;
    }
#pragma unroll
    for (int n = 0; n < kDim / 8; ++n) {
#pragma unroll
        for (int e = 0; e < 4; ++e) rows.out[n][e] = 0;
    }
}

/// Scores of the rows with the page's tokens 8n + 2t, + 1.
template <int kDim, bool kInt8>
__device__ void score_page(float (&s)[8][4], const Layout<kDim, kInt8>& layout, int page) {
    const int lane = threadIdx.x & 31;
    const int row = 16 * (static_cast<int>(threadIdx.x) >> 5) + (lane & 15);
    const SharedAddress queries =
        afresh(shared_address(layout.queries()) + swizzled<kDim>(row, lane >> 4));
    const SharedAddress keys =
        afresh(shared_address(layout.keys(page)) + swizzled<kDim>(lane & 7, lane >> 3));
#pragma unroll
    for (int n = 0; n < 8; ++n) {
#pragma unroll
        for (int e = 0; e < 4; ++e) s[n][e] = 0;
    }
#pragma unroll
    for (int step = 0; step < kDim / 16; step += 2) {
        std::uint32_t q[2][4];
        load_matrices(q[0], queries ^ (2 * step * kChunk));
        load_matrices(q[1], queries ^ ((2 * step + 2) * kChunk));
        const SharedAddress of_step = keys ^ (2 * step * kChunk);
#pragma unroll
        for (int n = 0; n < 8; ++n) {
            std::uint32_t b[4];
            load_matrices(b, of_step + 8 * n * kDim * 2);
            mma_bf16(s[n], q[0], b[0], b[1]);
            mma_bf16(s[n], q[1], b[2], b[3]);
        }
    }
}

/// Applies the tokens' factors and hides what lies behind a row's own position.
__device__ void weigh_and_mask(float (&s)[8][4], const float* factors, int position, int begin) {
    const int t = threadIdx.x & 3;
#pragma unroll
    for (int n = 0; n < 8; ++n) {
        const float2 factor = *reinterpret_cast<const float2*>(factors + 8 * n + 2 * t);
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            const int behind = position + 8 * half - (begin + 8 * n + 2 * t);
            float& low = s[n][2 * half];
            float& high = s[n][2 * half + 1];
            low = behind >= 0 ? low * factor.x : -INFINITY;
            high = behind >= 1 ? high * factor.y : -INFINITY;
        }
    }
}

/// One step of the online softmax: s becomes the weights, the sums so far are scaled to match.
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
            sum += s[n][2 * half];
            sum += s[n][2 * half + 1];
        }
        rows.sum[half] = fmaf(rows.sum[half], kept, sum);
#pragma unroll
        for (int n = 0; n < kDim / 8; ++n) {
            rows.out[n][2 * half] *= kept;
            rows.out[n][2 * half + 1] *= kept;
        }
    }
}

template <int kDim, bool kInt8>
__device__ void gather_page(const float (&s)[8][4],
                            Rows<kDim>& rows,
                            const Layout<kDim, kInt8>& layout,
                            const float* factors,
                            int page) {
    const int lane = threadIdx.x & 31;
    const int t = lane & 3;
    const SharedAddress values =
        afresh(shared_address(layout.values(page)) + swizzled<kDim>(lane & 15, lane >> 4));
#pragma unroll
    for (int step = 0; step < 4; ++step) {
        std::uint32_t p[4];
#pragma unroll
        for (int high = 0; high < 2; ++high) {
            const int n = 2 * step + high;
            float2 factor = make_float2(1.0F, 1.0F);
            if constexpr (kInt8) {
                factor = *reinterpret_cast<const float2*>(factors + 8 * n + 2 * t);
            }
            p[2 * high] = pack_bf16(s[n][0] * factor.x, s[n][1] * factor.y);
            p[2 * high + 1] = pack_bf16(s[n][2] * factor.x, s[n][3] * factor.y);
        }
#pragma unroll
        for (int n = 0; n < kDim / 8; n += 2) {
            std::uint32_t b[4];
            load_matrices_turned(b, (values ^ (n * kChunk)) + 16 * step * kDim * 2);
            mma_bf16(rows.out[n], p, b[0], b[1]);
            mma_bf16(rows.out[n + 1], p, b[2], b[3]);
        }
    }
}

template <int kDim>
__device__ void store_rows(const Rows<kDim>& rows, const PagedAttnPrefill& a, const Work& work) {
    const int lane = threadIdx.x & 31;
    const int g = lane >> 2;
    const int t = lane & 3;
    const int in_tile = 16 * (static_cast<int>(threadIdx.x) >> 5);
#pragma unroll
    for (int half = 0; half < 2; ++half) {
        float sum = rows.sum[half];
        sum += __shfl_xor_sync(kFullWarp, sum, 1);
        sum += __shfl_xor_sync(kFullWarp, sum, 2);
        const int row = in_tile + 8 * half + g;
        if (work.first_row + row >= a.rows) continue;
        const bool live = row < work.live;
        const float inverse = 1.0F / sum;
        Bf16* out =
            a.out +
            (static_cast<std::int64_t>(work.first_row + row) * a.q_heads + work.head) * kDim;
#pragma unroll
        for (int n = 0; n < kDim / 8; ++n) {
            // + 0: pages that add nothing may have made a 0 of a -0
            const std::uint32_t pair = pack_bf16(rows.out[n][2 * half] * inverse + 0.0F,
                                                 rows.out[n][2 * half + 1] * inverse + 0.0F);
            *reinterpret_cast<std::uint32_t*>(out + 8 * n + 2 * t) = live ? pair : 0;
        }
    }
}

__device__ Work find_work(const PagedAttnPrefill& a) {
    Work work{};
    // The last rows see most: they start first.
    work.first_row = (static_cast<int>(gridDim.x) - 1 - static_cast<int>(blockIdx.x)) * kRows;
    work.head = static_cast<int>(blockIdx.y);
    work.kv_head = static_cast<int>(work.head / (a.q_heads / a.kv.kv_heads));
    const int row = work.first_row + static_cast<int>(threadIdx.x);
    const bool live = threadIdx.x < kRows && row < a.rows && __ldcg(a.positions + row) >= 0;
    work.live = __syncthreads_count(live ? 1 : 0);
    work.position = __ldcg(a.positions) + work.first_row;
    work.tokens = work.position + work.live;
    work.slot = a.slot == nullptr ? 0 : __ldcg(a.slot);
    return work;
}

extern __shared__ __align__(1024) unsigned char dynamic_shared[];

template <int kDim, bool kInt8>
__global__ void __launch_bounds__(kThreads, 3) prefill_kernel(const PagedAttnPrefill a) {
    let_next_kernel_start();
    wait_for_previous_kernel();
    const Layout<kDim, kInt8> layout{dynamic_shared};
    const Work work = find_work(a);
    Rows<kDim> rows;
    clear_rows(rows);
    const int pages = work.live == 0 ? 0 : (work.tokens + kTokens - 1) / kTokens;
    const int first_position = work.position + 16 * (static_cast<int>(threadIdx.x) >> 5);
    const int lane_position = first_position + (static_cast<int>(threadIdx.x & 31) >> 2);
    std::int32_t physical = physical_page(a.kv, a.table, work.slot, 0);
    if (pages > 0) {
        start_queries(a, layout, work);
        start_page(a, layout, work, 0, physical);
    }
    for (int page = 0; page < pages; ++page) {
        const bool bad = physical < 0;
        if (page + 1 < pages) physical = physical_page(a.kv, a.table, work.slot, page + 1);
        wait_for_copies();
        __syncthreads();  // the page is here, and nobody works on the one before it any more
        set_factors(a, layout, work, page, bad);
        if constexpr (kInt8) unpack_page(layout, page);
        __syncthreads();
        if (page + 1 < pages) start_page(a, layout, work, page + 1, physical);
        float s[8][4];
        score_page(s, layout, page);
        weigh_and_mask(s, layout.factors(), lane_position, page * kTokens);
        soften(s, rows);
        gather_page(s, rows, layout, layout.factors() + kTokens, page);
    }
    store_rows(rows, a, work);
}

template <int kDim, bool kInt8>
Status launch_prefill(const PagedAttnPrefill& a, Stream stream) {
    const dim3 grid(static_cast<unsigned>((a.rows + kRows - 1) / kRows),
                    static_cast<unsigned>(a.q_heads));
    return launch_kernel("paged_attn_prefill",
                         prefill_kernel<kDim, kInt8>,
                         grid,
                         dim3(kThreads),
                         Layout<kDim, kInt8>::kBytes,
                         stream,
                         a.overlap_previous,
                         a);
}

}  // namespace

Status paged_attn_prefill(const PagedAttnPrefill& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.rows == 0) return Status::kOk;
    const bool int8 = a.kv.kind == KvKind::kInt8;
    if (a.kv.head_dim == 128) {
        return int8 ? launch_prefill<128, true>(a, stream) : launch_prefill<128, false>(a, stream);
    }
    return int8 ? launch_prefill<64, true>(a, stream) : launch_prefill<64, false>(a, stream);
}

}  // namespace veritune::kernels::cuda
