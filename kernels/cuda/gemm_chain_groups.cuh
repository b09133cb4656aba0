// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/gemm_chain_device.cuh"
#include "kernels/cuda/norm_shrink.cuh"

/// The groups of gemm_chain, which multiply, and the fetchers beside them.
namespace veritune::kernels::cuda {

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900

/// The thread's number, read anew: what follows from it takes no register while tiles are
/// multiplied.
__device__ __forceinline__ int thread_anew() {
    int v;
    asm volatile("mov.u32 %0, %%tid.x;" : "=r"(v));
    return v;
}
/// Where a warp stands in its ring: the stage, and how often it has been round (a bit). In one
/// register.
struct RingPlace {
    std::uint32_t bits = 0;
    __device__ __forceinline__ std::uint32_t stage() const { return bits & 0xff; }
    __device__ __forceinline__ std::uint32_t parity() const { return bits >> 8; }
    __device__ __forceinline__ void go_on(int stages) {
        ++bits;
        if (static_cast<int>(stage()) == stages) bits = (bits ^ 0x100) & 0x100;
    }
};

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

    /// The others wait for this by barriers_ready.
    __device__ __forceinline__ void prepare() const {
        if (lane < p.stages) {
            init_barrier(barriers + 16 * lane);
            init_barrier(barriers + 16 * lane + 8, kSlices);
        }
        publish_barriers();
        __syncwarp();
        asm volatile("bar.arrive 4, %0;" ::"r"(blockDim.x) : "memory");
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
                    const std::uint32_t barrier = barriers + 16 * ring.stage();
                    // A new barrier counts as one whose turn before has ended.
                    wait_for_bytes(barrier + 8, ring.parity() ^ 1);
                    fill(index, tile, piece, stages + ring.stage() * p.stage_bytes, barrier);
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
    for (int token = 0; token < g.m; ++token) {
        const auto* row = reinterpret_cast<const uint4*>(g.x + token * g.x_stride);
        auto* to = reinterpret_cast<uint4*>(memory + p.x + token * p.x_row);
        for (int c = threadIdx.x; c < chunks; c += kDeep * threads) {
            uint4 v[kDeep];
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
    const int thread = threadIdx.x % kGroupThreads;
    const int chunks = static_cast<int>(g.w.k / 8);
    const auto* row = reinterpret_cast<const uint4*>(g.x + token * g.x_stride);
    auto* to = reinterpret_cast<uint4*>(memory + p.x + token * p.x_row);
    float* squares = reinterpret_cast<float*>(memory + p.squares) + 8 * group;
    const auto* gamma = reinterpret_cast<const uint4*>(phase.gamma);
    uint4 held[kHeldChunks];
    uint4 factor[kHeldChunks];
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
    for (int token = group; token < phase.gemm.m; token += p.warp_groups) {
        normalise_row(phase, p, eps, memory, group, token);
        if (token + p.warp_groups < phase.gemm.m) group_barrier(group);
    }
}

__device__ __forceinline__ void store_shared(std::uint32_t to, float value) {
    asm volatile("st.shared.f32 [%0], %1;" ::"r"(to), "f"(value) : "memory");
}
/// A slice's sums of the group's row tile `number` of a phase.
__device__ __forceinline__ void store_sums(const ChainPlan& p,
                                           std::uint32_t shared,
                                           int number,
                                           const float (&acc)[4]) {
    const int thread = thread_anew();
    if (thread % 4 != 0) return;
    const int warp = thread / 32;
    const std::uint32_t part =
        shared + p.parts + (warp / kSlices * p.sides + (number & (p.sides - 1))) * p.side_bytes +
        4 * (warp % kSlices * p.m * kTokenPart + thread % 32 / 4);
    store_shared(part, acc[0]);
    store_shared(part + 32, acc[2]);
    if (p.m > 1) {
        store_shared(part + 4 * kTokenPart, acc[1]);
        store_shared(part + 4 * kTokenPart + 32, acc[3]);
    }
}

/// kCount tiles of a slice, or `count` of them when kCount is 0: the lane's codes, meta and inputs
/// of the first one. A lane whose token is not there has the inputs of another: nobody looks at its
/// column.
template <int kCount>
__device__ __forceinline__ void multiply_run(
    std::uint32_t codes, std::uint32_t meta, std::uint32_t x_at, int count, float (&acc)[4]) {
    using Slot = TileSlot<QuantKind::kInt4>;
#pragma unroll(kCount == 0 ? 1 : kCount)
    for (int j = 0; j < (kCount == 0 ? count : kCount); ++j) {
        const uint4 x[2] = {load_shared16(x_at + 128 * j), load_shared16(x_at + 128 * j + 16)};
        multiply_tile<QuantKind::kInt4>(
            codes + j * Slot::kCodes, meta + j * Slot::kMeta, 0, x, acc, 0);
    }
}
__device__ __forceinline__ void multiply_piece(
    std::uint32_t codes, std::uint32_t meta, std::uint32_t x_at, int count, float (&acc)[4]) {
    if (count == 7) {
        multiply_run<7>(codes, meta, x_at, 7, acc);
    } else if (count == 8) {
        multiply_run<8>(codes, meta, x_at, 8, acc);
    } else {
        multiply_run<0>(codes, meta, x_at, count, acc);
    }
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
    const GemmChain& c, const ChainPlan& p, int index, std::uint32_t shared, RingPlace& ring) {
    const int thread = thread_anew();
    const int lane = thread % 32;
    const int group = thread / kGroupThreads;
    const int slice = thread / 32 % kSlices;
    const StreamShape& s = p.stream[index];
    const int tiles = static_cast<int>(row_tiles(c.phase[index].gemm.w));
    const SlicePlace place = slice_place<QuantKind::kInt4>(s, slice);
    const int token = (lane >> 2) < p.m ? lane >> 2 : 0;
    const std::uint32_t codes = shared + group * p.stages * p.stage_bytes + place.codes + 16 * lane;
    const std::uint32_t meta = place.meta - place.codes + 4 * (lane >> 2) - 16 * lane;
    const std::uint32_t x =
        shared + p.x + token * p.x_row + 2 * kQuantGroup * place.first + 32 * (lane & 3);
    const std::uint32_t barriers = shared + p.barriers + group * p.group_barriers;
    int number = 0;
    WorkTimes times;
    using Ticks = Clock<kClock>;
#pragma unroll 1
    for (int tile = blockIdx.x + group * gridDim.x; tile < tiles; tile += p.stride) {
        float acc[4] = {};
#pragma unroll 1
        for (int piece = 0; piece < s.pieces; ++piece) {
            const std::uint32_t t0 = Ticks::now();
            const std::uint32_t barrier = barriers + 16 * ring.stage();
            wait_for_bytes(barrier, ring.parity());
            const std::uint32_t t1 = Ticks::now();
            const int done = piece * s.tiles;
            const int left = place.length - done;
            const std::uint32_t at = codes + ring.stage() * p.stage_bytes;
            multiply_piece(
                at, at + meta, x + 2 * kQuantGroup * done, left < s.tiles ? left : s.tiles, acc);
            const std::uint32_t t2 = Ticks::now();
            __syncwarp();
            if (threadIdx.x % 32 == 0) arrive(barrier + 8);
            ring.go_on(p.stages);
            if constexpr (kClock) {
                times.waited += t1 - t0;
                times.multiplied += t2 - t1;
            }
        }
        const std::uint32_t t3 = Ticks::now();
        while (static_cast<int>(load_acquire_shared(barriers + 16 * p.stages + 4)) + p.sides <=
               number) {
        }
        store_sums(p, shared, number, acc);
        __syncwarp();
        if (threadIdx.x % 32 == 0) add_release_shared(barriers + 16 * p.stages);
        ++number;
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
    RingPlace ring;
    barriers_ready();
#pragma unroll 1
    for (int index = 0; index < c.count; ++index) {
        const ChainPhase& phase = c.phase[index];
        if (index == 0) {
            wait_for_previous_kernel();
        } else {
            block_barrier(p);
        }
        const int group = thread_anew() / kGroupThreads;
        const int thread = thread_anew() % kGroupThreads;
        if (thread < 2) *group_count(p, memory, group, thread) = 0;
        stage_input(phase, p, c.eps, memory, group);
        block_barrier(p);
        multiply_phase<kClock>(c, p, index, shared_address(memory), ring);
    }
}

#endif

}  // namespace veritune::kernels::cuda
