// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/gemm_chain_device.cuh"
#include "kernels/cuda/norm_shrink.cuh"

/// The groups of gemm_chain, which multiply, and the fetchers beside them.
namespace veritune::kernels::cuda {

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900

/// The copies of one group, by a warp of its own.
struct Fetcher {
    const GemmChain& c;
    const ChainPlan& p;
    const ChainMaps& maps;
    std::uint32_t stages;
    std::uint32_t barriers;
    int first;
    int lane;
    std::uint64_t policy;

    /// The others wait for this by block_ready.
    __device__ __forceinline__ void prepare() const {
        if (lane < p.stages + p.sides) {
            const bool of_stage = lane < p.stages;
            init_barrier(barriers + 16 * lane, of_stage ? 1 : kSlices);
            init_barrier(barriers + 16 * lane + 8, of_stage ? kSlices : 1);
        }
        publish_barriers();
        __syncwarp();
        fetcher_ready();
    }
    __device__ __forceinline__ void run() const {
        RingPlace ring;
#pragma unroll 1
        for (int index = 0; index < c.count; ++index) {
            const StreamShape& s = p.stream[index];
            const int tiles = static_cast<int>(row_tiles(c.phase[index].gemm.w));
#pragma unroll 1
            for (int tile = first; tile < tiles; tile += p.stride) {
#pragma unroll 1
                for (int piece = 0; piece < s.pieces; ++piece) {
                    const std::uint32_t barrier = barriers + 16 * ring.place();
                    // A new barrier counts as one whose turn before has ended.
                    wait_for_bytes(barrier + 8, ring.parity() ^ 1);
                    fill(index, tile, piece, stages + ring.place() * p.stage_bytes, barrier);
                    ring.go_on(p.stages);
                }
            }
        }
    }
    __device__ __forceinline__ void fill(
        int index, int tile, int piece, std::uint32_t to, std::uint32_t barrier) const {
        const StreamShape& s = p.stream[index];
        if (index == p.mapped) {
            if (lane == 0) fill_mapped(s, tile, piece, to, barrier);
            return;
        }
        const QuantView& w = c.phase[index].gemm.w;
        fill_stage<QuantKind::kInt4>({w.codes, static_cast<const std::uint8_t*>(w.meta), nullptr},
                                     s,
                                     tile,
                                     piece,
                                     to,
                                     barrier,
                                     lane,
                                     policy);
    }
    /// Two copies, whatever the number of slices: beyond a slice's end come zeros.
    __device__ __forceinline__ void fill_mapped(
        const StreamShape& s, int tile, int piece, std::uint32_t to, std::uint32_t barrier) const {
        using Slot = TileSlot<QuantKind::kInt4>;
        expect_bytes(barrier, kSlices * s.tiles * Slot::kBytes);
        tensor_copy(to, &maps.codes, piece * s.tiles, 0, tile, barrier, policy);
        tensor_copy(to + kSlices * s.tiles * Slot::kCodes,
                    &maps.meta,
                    piece * s.tiles,
                    0,
                    tile,
                    barrier,
                    policy);
    }
};

__device__ inline void copy_rows(const GemmQ& g, const ChainPlan& p, std::uint8_t* memory) {
    constexpr int kDeep = 4;
    const int chunks = static_cast<int>(g.w.k / 8);
    const int threads = p.warp_groups * kGroupThreads;
    const int thread = thread_anew();
#pragma unroll 1
    for (int token = 0; token < p.m; ++token) {
        const auto* row = reinterpret_cast<const uint4*>(g.x + token * g.x_stride);
        auto* to = reinterpret_cast<uint4*>(memory + p.x + token * p.x_row);
#pragma unroll 1
        for (int c = thread; c < chunks; c += kDeep * threads) {
            uint4 v[kDeep] = {};
#pragma unroll
            for (int i = 0; i < kDeep; ++i) {
                if (c + i * threads < chunks) v[i] = __ldcg(row + c + i * threads);
            }
#pragma unroll
            for (int i = 0; i < kDeep; ++i) {
                if (c + i * threads < chunks) to[c + i * threads] = v[i];
            }
        }
    }
}

/// One token to shared memory, normalised by a group.
__device__ inline void normalise_row(const ChainPhase& phase,
                                     const ChainPlan& p,
                                     float eps,
                                     std::uint8_t* memory,
                                     int group,
                                     int token) {
    const GemmQ& g = phase.gemm;
    const int thread = thread_anew() % kGroupThreads;
    const int chunks = static_cast<int>(g.w.k / 8);
    const auto* row = reinterpret_cast<const uint4*>(g.x + token * g.x_stride);
    auto* to = reinterpret_cast<uint4*>(memory + p.x + token * p.x_row);
    float* squares = reinterpret_cast<float*>(memory + p.squares) + 8 * group;
    const auto* gamma = reinterpret_cast<const uint4*>(phase.gamma);
    uint4 held[kHeldChunks] = {};
    uint4 factor[kHeldChunks] = {};
#pragma unroll
    for (int i = 0; i < kHeldChunks; ++i) {
        const int c = thread + i * kGroupThreads;
        if (c >= chunks) continue;
        held[i] = __ldcg(row + c);
        factor[i] = __ldg(gamma + c);
    }
#pragma unroll
    for (int i = 0; i < kHeldChunks; ++i) {
        const int c = thread + i * kGroupThreads;
        if (c < chunks) to[c] = held[i];
    }
    float sum = 0;
#pragma unroll
    for (int i = 0; i < kHeldChunks; ++i) {
        if (thread + i * kGroupThreads < chunks) sum = square_sum8(held[i], sum);
    }
    constexpr int kRest = kHeldChunks * kGroupThreads;
#pragma unroll 1
    for (int c = thread + kRest; c < chunks; c += kGroupThreads) {
        sum = square_sum8(__ldcg(row + c), sum);
    }
    sum = sum_of_warp(sum);
    if (thread % 32 == 0) squares[thread / 32] = sum;
    group_barrier(group);
    float total = squares[0];
#pragma unroll
    for (int w = 1; w < 8; ++w) total = __fadd_rn(total, squares[w]);
    const float rstd = rstd_of(total, g.w.k, eps);
#pragma unroll
    for (int i = 0; i < kHeldChunks; ++i) {
        const int c = thread + i * kGroupThreads;
        if (c < chunks) to[c] = normalised8(to[c], factor[i], rstd);
    }
#pragma unroll 1
    for (int c = thread + kRest; c < chunks; c += kGroupThreads) {
        to[c] = normalised8(__ldcg(row + c), __ldg(gamma + c), rstd);
    }
}

/// The input of a phase to shared memory: group t normalises token t, or all copy.
__device__ __forceinline__ void stage_input(
    const ChainPhase& phase, const ChainPlan& p, float eps, std::uint8_t* memory, int group) {
    if (phase.gamma == nullptr) return copy_rows(phase.gemm, p, memory);
#pragma unroll 1
    for (int token = group; token < p.m; token += p.warp_groups) {
        normalise_row(phase, p, eps, memory, group, token);
        if (token + p.warp_groups < p.m) group_barrier(group);
    }
}

__device__ __forceinline__ void store_shared(std::uint32_t to, float value) {
    asm volatile("st.shared.f32 [%0], %1;" ::"r"(to), "f"(value) : "memory");
}
/// A slice's sums of a row tile.
__device__ __forceinline__ void store_sums(const ChainPlan& p,
                                           std::uint32_t shared,
                                           std::uint32_t side,
                                           const float (&acc)[4]) {
    const int thread = thread_anew();
    if (thread % 4 != 0) return;
    const int warp = thread / 32;
    const std::uint32_t part = shared + p.parts + (warp / kSlices * p.sides + side) * p.side_bytes +
                               4 * (warp % kSlices * p.m * kTokenPart + thread % 32 / 4);
    store_shared(part, acc[0]);
    store_shared(part + 32, acc[2]);
    if (p.m > 1) {
        store_shared(part + 4 * kTokenPart, acc[1]);
        store_shared(part + 4 * kTokenPart + 32, acc[3]);
    }
}

/// What a lane needs of a tile, as it lies in shared memory.
struct RawTile {
    uint4 codes;
    std::uint32_t meta;
    uint4 x[2];

    __device__ __forceinline__ void load(std::uint32_t codes_at,
                                         std::uint32_t meta_at,
                                         std::uint32_t x_at) {
        codes = load_shared16(codes_at);
        meta = load_shared4(meta_at);
        x[0] = load_shared16(x_at);
        x[1] = load_shared16(x_at + 16);
    }
    __device__ __forceinline__ void multiply(float (&acc)[4]) const {
        const Int4Scales scales = int4_scales(meta);
        const std::uint32_t words[4] = {codes.x, codes.y, codes.z, codes.w};
#pragma unroll
        for (int m = 0; m < 4; ++m) {
            const uint4& v = x[m >> 1];
            mma_bf16(acc, int4_fragment(words[m], scales), m & 1 ? v.z : v.x, m & 1 ? v.w : v.y);
        }
    }
};

/// `count` tiles of a slice: the lane's codes, meta and inputs of the first one. The next tile is
/// loaded while one is multiplied; the last load goes beyond the slice and is not used.
__device__ __forceinline__ void multiply_piece(
    std::uint32_t codes, std::uint32_t meta, std::uint32_t x_at, int count, float (&acc)[4]) {
    using Slot = TileSlot<QuantKind::kInt4>;
    constexpr int kXBytes = 2 * static_cast<int>(kQuantGroup);
    RawTile even;
    RawTile odd;
    even.load(codes, meta, x_at);
#pragma unroll 1
    for (; count > 1; count -= 2) {
        odd.load(codes + Slot::kCodes, meta + Slot::kMeta, x_at + kXBytes);
        even.multiply(acc);
        codes += 2 * Slot::kCodes;
        meta += 2 * Slot::kMeta;
        x_at += 2 * kXBytes;
        even.load(codes, meta, x_at);
        odd.multiply(acc);
    }
    if (count == 1) even.multiply(acc);
}

/// How long the parts of a group's work take, of one of its warps.
struct WorkTimes {
    std::uint32_t waited = 0;
    std::uint32_t multiplied = 0;
    std::uint32_t stored = 0;
};

/// The group's row tiles of one phase, one slice of each.
template <bool kClock>
__device__ __forceinline__ void multiply_phase(
    const ChainPlan& p, const std::uint8_t* memory, int index, RingPlace& stage, RingPlace& side) {
    const int thread = thread_anew();
    const int lane = thread % 32;
    const int group = thread / kGroupThreads;
    const int slice = thread / 32 % kSlices;
    const std::uint32_t shared = shared_address(memory);
    const StreamShape s = stream_of(p, memory, index);
    const int tiles = static_cast<int>(row_tiles(phase_of(p, memory, index).gemm.w));
    const SlicePlace place = slice_place<QuantKind::kInt4>(s, slice);
    // A lane whose token is not there has another's inputs: nobody looks at its column.
    const int token = (lane >> 2) < p.m ? lane >> 2 : 0;
    const std::uint32_t codes = shared + group * p.stages * p.stage_bytes + place.codes + 16 * lane;
    const std::uint32_t meta = place.meta - place.codes + 4 * (lane >> 2) - 16 * lane;
    const std::uint32_t x = shared + p.x + token * p.x_row +
                            2 * static_cast<int>(kQuantGroup) * place.first + 32 * (lane & 3);
    const std::uint32_t barriers = shared + p.barriers + group * p.group_barriers;
    WorkTimes times;
    using Ticks = Clock<kClock>;
#pragma unroll 1
    for (int tile = blockIdx.x + group * gridDim.x; tile < tiles; tile += p.stride) {
        float acc[4] = {};
#pragma unroll 1
        for (int piece = 0; piece < s.pieces; ++piece) {
            const std::uint32_t t0 = Ticks::now();
            const std::uint32_t barrier = barriers + 16 * stage.place();
            wait_for_bytes(barrier, stage.parity());
            const std::uint32_t t1 = Ticks::now();
            const int done = piece * s.tiles;
            const int left = place.length - done;
            const std::uint32_t at = codes + stage.place() * p.stage_bytes;
            multiply_piece(at,
                           at + meta,
                           x + 2 * static_cast<int>(kQuantGroup) * done,
                           left < s.tiles ? left : s.tiles,
                           acc);
            const std::uint32_t t2 = Ticks::now();
            __syncwarp();
            if (thread_anew() % 32 == 0) arrive(barrier + 8);
            stage.go_on(p.stages);
            if constexpr (kClock) {
                times.waited += t1 - t0;
                times.multiplied += t2 - t1;
            }
        }
        const std::uint32_t t3 = Ticks::now();
        const std::uint32_t barrier = barriers + 16 * (p.stages + side.place());
        // A new barrier counts as one whose turn before has ended.
        wait_for_bytes(barrier + 8, side.parity() ^ 1);
        store_sums(p, shared, side.place(), acc);
        __syncwarp();
        if (thread_anew() % 32 == 0) arrive(barrier);
        side.go_on(p.sides);
        if constexpr (kClock) times.stored += Ticks::now() - t3;
    }
    const Clock<kClock> clock{p, slice == 3 && lane == 0};
    clock.stamp(index, kClockGroup + group);
    if (kClock && group == 0) {
        clock.put(index, kClockWaitBytes, times.waited);
        clock.put(index, kClockMultiply, times.multiplied);
        clock.put(index, kClockStoreParts, times.stored);
    }
}

/// A group's way through all phases.
template <bool kClock>
__device__ __forceinline__ void work(const GemmChain& c, const ChainPlan& p, std::uint8_t* memory) {
    const int threads = p.warp_groups * kGroupThreads;
    copy_words(memory + p.phases, c.phase, threadIdx.x, threads);
    copy_words(memory + p.streams, p.stream, threadIdx.x, threads);
    if (threadIdx.x == 0) *reinterpret_cast<std::uint32_t*>(memory + p.xa_ready) = 0;
    RingPlace stage;
    RingPlace side;
    block_ready();
#pragma unroll 1
    for (int index = 0; index < c.count; ++index) {
        if (index == 0) {
            wait_for_previous_kernel();
        } else {
            block_barrier(p);
        }
        stage_input(phase_of(p, memory, index), p, c.eps, memory, thread_anew() / kGroupThreads);
        block_barrier(p);
        multiply_phase<kClock>(p, memory, index, stage, side);
    }
}

#endif

}  // namespace veritune::kernels::cuda
