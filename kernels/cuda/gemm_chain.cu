// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/gemm_chain_tuning.h"
#include "kernels/cuda/gemm_q_small.cuh"
#include "kernels/cuda/norm_shrink.cuh"
#include "kernels/cuda/tensor_copy.cuh"
#include "kernels/gemm_chain.h"

/// A persistent kernel, one block on every multiprocessor. Each group of eight warps streams row
/// tiles of all phases one after another: its copies run ahead over the end of a phase, so that
/// memory is busy while the grid waits for itself. The groups only multiply, and their warps do not
/// wait for each other. A warp beside each group starts its copies; one warp of the block, the
/// finisher, adds the eight slices of every row tile and its adapter, stores, and waits for the
/// other blocks. It also multiplies the block's parts of A x. Nobody waits for A x but the
/// finisher: the sums of several row tiles may wait for it in shared memory.
namespace veritune::kernels::cuda {

ChainTuning& chain_tuning() {
    static ChainTuning tuning;
    return tuning;
}

namespace {

constexpr int kChainGroups = 3;
/// The groups, the finisher, a fetcher for each group: up to 28 warps have 72 registers.
constexpr int kMostThreads = kChainGroups * kGroupThreads + 32 + 32 * kChainGroups;
constexpr int kMostTokens = 2;
constexpr int kMostSides = 8;
constexpr int kHeldChunks = 2;  ///< of gamma and of the residual, in registers of a thread
constexpr int kTokenPart = 16;  ///< floats of a slice's sums, a token

/// Words of GemmChain::sync.
constexpr int kBarrierWord = 0;
constexpr int kExitWord = 1;

/// How a call is cut, and where things lie in shared memory, in bytes.
struct ChainPlan {
    StreamShape stream[kMaxChainPhases];
    int m;
    int warp_groups;
    int stride;  ///< row tiles of all groups of the grid
    int stages;  ///< of a group
    int stage_bytes;
    int mapped;  ///< phase whose weights come by tensor copies, or -1
    /// [group] u64 [stage][2]: filled; read by all eight warps. Then u32 [2], of a phase: slices
    /// whose sums are there; row tiles taken.
    int barriers;
    int group_barriers;  ///< bytes of a group's
    int sides;           ///< row tiles of a group that may wait for the finisher: a power of two
    int side_bytes;
    int parts;  ///< fp32 [group][side][slice][token][16]
    int xa;     ///< bf16 [token][columns]
    int xa_row;
    int squares;  ///< fp32 [group][8]
    int x;
    int x_row;  ///< of the widest phase
    int bytes;
    int partials;  ///< words of a phase in GemmChain::partial, eight bytes each
    std::uint32_t* clock;
};

struct ChainMaps {
    TensorMap codes;
    TensorMap meta;
};

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900

__device__ __forceinline__ std::uint32_t load_acquire(const std::uint32_t* from) {
    std::uint32_t v;
    asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(v) : "l"(from) : "memory");
    return v;
}
__device__ __forceinline__ void add_release(std::uint32_t* to) {
    asm volatile("red.release.gpu.global.add.u32 [%0], 1;" ::"l"(to) : "memory");
}
__device__ __forceinline__ std::uint32_t load_acquire_shared(std::uint32_t from) {
    std::uint32_t v;
    asm volatile("ld.acquire.cta.shared.u32 %0, [%1];" : "=r"(v) : "r"(from) : "memory");
    return v;
}
__device__ __forceinline__ void store_release_shared(std::uint32_t to, std::uint32_t value) {
    asm volatile("st.release.cta.shared.u32 [%0], %1;" ::"r"(to), "r"(value) : "memory");
}
/// A number and the mark of the call that wrote it, in one piece: whoever sees the mark has it.
__device__ __forceinline__ std::uint64_t load_marked(const std::uint64_t* from) {
    std::uint64_t v;
    asm volatile("ld.relaxed.gpu.global.u64 %0, [%1];" : "=l"(v) : "l"(from) : "memory");
    return v;
}
__device__ __forceinline__ void store_marked(std::uint64_t* to, float value, std::uint32_t mark) {
    const std::uint64_t word = static_cast<std::uint64_t>(mark) << 32 | __float_as_uint(value);
    asm volatile("st.relaxed.gpu.global.u64 [%0], %1;" ::"l"(to), "l"(word) : "memory");
}
__device__ __forceinline__ float number_of(std::uint64_t marked) {
    return __uint_as_float(static_cast<std::uint32_t>(marked));
}
__device__ __forceinline__ void prefetch_line(const void* line) {
    asm volatile("prefetch.global.L2 [%0];" ::"l"(line));
}
__device__ __forceinline__ void add_release_shared(std::uint32_t to) {
    asm volatile("red.release.cta.shared.add.u32 [%0], 1;" ::"r"(to) : "memory");
}
/// All but the fetchers, who have arrived: the barriers in shared memory can be looked at.
__device__ __forceinline__ void barriers_ready() {
    asm volatile("bar.sync 4, %0;" ::"r"(blockDim.x) : "memory");
}
__device__ __forceinline__ std::uint32_t* group_count(const ChainPlan& p,
                                                      std::uint8_t* memory,
                                                      int group,
                                                      int which) {
    return reinterpret_cast<std::uint32_t*>(memory + p.barriers + group * p.group_barriers +
                                            16 * p.stages) +
           which;
}
/// The groups and the finisher.
__device__ __forceinline__ void block_barrier(const ChainPlan& p) {
    asm volatile("bar.sync 0, %0;" ::"r"(p.warp_groups * kGroupThreads + 32) : "memory");
}

/// The clock of VT_CHAIN_CLOCK; nothing without it.
template <bool kClock>
struct Clock {
    const ChainPlan& p;
    bool writes;

    __device__ static std::uint32_t now() {
        std::uint32_t v = 0;
        if constexpr (kClock) asm volatile("mov.u32 %0, %%clock;" : "=r"(v)::"memory");
        return v;
    }
    __device__ void put(int index, int word, std::uint32_t value) const {
        if constexpr (kClock) {
            if (writes) {
                p.clock[(blockIdx.x * kMaxChainPhases + index) * kChainClockWords + word] = value;
            }
        }
    }
    __device__ void stamp(int index, int word) const { put(index, word, now()); }
};

__device__ __forceinline__ int a_units(const GemmQ& g) {
    return adapter_slices(g.w.order) * static_cast<int>(g.lora.r) / 16 * kShrinkParts;
}

// --- The groups ---------------------------------------------------------------------------------

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

__device__ void copy_rows(const GemmQ& g, const ChainPlan& p, std::uint8_t* memory) {
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
__device__ void normalise_row(const ChainPhase& phase,
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
/// The thread's number, read anew: what follows from it takes no register while tiles are
/// multiplied.
__device__ __forceinline__ int thread_anew() {
    int v;
    asm volatile("mov.u32 %0, %%tid.x;" : "=r"(v));
    return v;
}
/// A slice's sums of the group's row tile `number` of a phase.
__device__ __forceinline__ void store_sums(const ChainPlan& p,
                                           std::uint32_t shared,
                                           int number,
                                           const float (&acc)[1][4]) {
    const int thread = thread_anew();
    if (thread % 4 != 0) return;
    const int warp = thread / 32;
    const std::uint32_t part =
        shared + p.parts + (warp / kSlices * p.sides + (number & (p.sides - 1))) * p.side_bytes +
        4 * (warp % kSlices * p.m * kTokenPart + thread % 32 / 4);
    store_shared(part, acc[0][0]);
    store_shared(part + 32, acc[0][2]);
    if (p.m > 1) {
        store_shared(part + 4 * kTokenPart, acc[0][1]);
        store_shared(part + 4 * kTokenPart + 32, acc[0][3]);
    }
}

/// kCount tiles of a slice, or `count` of them when kCount is 0: the lane's codes, meta and inputs
/// of the first one. A lane whose token is not there has the inputs of another: nobody looks at its
/// column.
template <int kCount>
__device__ __forceinline__ void multiply_run(
    std::uint32_t codes, std::uint32_t meta, std::uint32_t x_at, int count, float (&acc)[1][4]) {
    using Slot = TileSlot<QuantKind::kInt4>;
#pragma unroll(kCount == 0 ? 1 : kCount)
    for (int j = 0; j < (kCount == 0 ? count : kCount); ++j) {
        const uint4 x[1][2] = {{load_shared16(x_at + 128 * j), load_shared16(x_at + 128 * j + 16)}};
        multiply_tile<QuantKind::kInt4, 1>(
            codes + j * Slot::kCodes, meta + j * Slot::kMeta, 0, x, acc, 0);
    }
}
__device__ __forceinline__ void multiply_piece(
    std::uint32_t codes, std::uint32_t meta, std::uint32_t x_at, int count, float (&acc)[1][4]) {
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
    const int lane = threadIdx.x % 32;
    const int group = threadIdx.x / kGroupThreads;
    const int slice = threadIdx.x / 32 % kSlices;
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
        float acc[1][4] = {};
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
    const int group = threadIdx.x / kGroupThreads;
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
        const int thread = threadIdx.x % kGroupThreads;
        if (thread < 2) *group_count(p, memory, group, thread) = 0;
        stage_input(phase, p, c.eps, memory, group);
        block_barrier(p);
        multiply_phase<kClock>(c, p, index, shared_address(memory), ring);
    }
}

// --- The finisher -------------------------------------------------------------------------------

/// The lane's part of two groups of K of 16 rows of A.
struct UnitRows {
    uint4 low[2][2];
    uint4 high[2][2];

    __device__ __forceinline__ void load(
        const Bf16* a, std::int64_t k, int tile, int j, int end, int lane) {
        const auto* from =
            reinterpret_cast<const uint4*>(a + (16 * tile + (lane >> 2)) * k + 16 * (lane & 3));
        const auto* below =
            reinterpret_cast<const uint4*>(reinterpret_cast<const Bf16*>(from) + 8 * k);
#pragma unroll
        for (int q = 0; q < 2; ++q) {
            if (j + q >= end) continue;
            low[q][0] = __ldg(from + 8 * (j + q));
            low[q][1] = __ldg(from + 8 * (j + q) + 1);
            high[q][0] = __ldg(below + 8 * (j + q));
            high[q][1] = __ldg(below + 8 * (j + q) + 1);
        }
    }
};

/// What a row tile needs beside its sums: of the lane's element, and of the mma of its adapter.
struct TileOperands {
    float bias;
    float before;  ///< of the residual stream
    uint2 low;     ///< B, columns 4t..4t+3 of rows g and g + 8
    uint2 high;
};

/// One warp: lane 4g + t has, of a row tile, row g + 8 (t & 1) of token t / 2.
template <bool kClock>
struct Finisher {
    const GemmChain& c;
    const ChainPlan& p;
    std::uint8_t* memory;
    std::uint32_t shared;
    int lane;
    std::uint32_t mark = 0;

    __device__ int row_of_lane() const { return (lane >> 2) + 8 * (lane & 1); }
    __device__ int token_of_lane() const { return lane >> 1 & 1; }
    __device__ std::uint64_t* partial(int index) const {
        return reinterpret_cast<std::uint64_t*>(c.partial) +
               static_cast<std::int64_t>(index) * p.partials;
    }

    /// The first two groups of the block's first part of A x. A never changes in a step: they come
    /// before the input is there.
    __device__ __forceinline__ void hold_rows(int index, UnitRows& rows) const {
        const ChainPhase& phase = c.phase[index];
        const int u = blockIdx.x;
        if (u >= a_units(phase.gemm)) return;
        const int groups = static_cast<int>(phase.gemm.w.k / kQuantGroup);
        const int part = u % kShrinkParts;
        rows.load(phase.a,
                  phase.gemm.w.k,
                  u / kShrinkParts,
                  part_begin(groups, part),
                  part_begin(groups, part + 1),
                  lane);
    }

    /// Brings to L2 what the block will need of the adapter in a phase, and its part of gamma.
    __device__ void prefetch(int index) const {
        if (index >= c.count) return;
        const ChainPhase& phase = c.phase[index];
        const GemmQ& g = phase.gemm;
        if (phase.gamma != nullptr && lane == 0 && 64 * blockIdx.x < g.w.k) {
            prefetch_line(phase.gamma + 64 * blockIdx.x);
        }
        const int r = static_cast<int>(g.lora.r);
        if (r == 0) return;
        const int groups = static_cast<int>(g.w.k / kQuantGroup);
        const int units = a_units(g);
        for (int u = blockIdx.x; u < units; u += gridDim.x) {
            const int begin = part_begin(groups, u % kShrinkParts);
            const int lines = part_begin(groups, u % kShrinkParts + 1) - begin;
            for (int i = lane; i < 16 * lines; i += 32) {
                prefetch_line(phase.a + (16 * (u / kShrinkParts) + i / lines) * g.w.k +
                              kQuantGroup * (begin + i % lines));
            }
        }
        const int tiles = static_cast<int>(row_tiles(g.w));
        const int lines = r / 4;  // of 128 bytes, of a row tile of B
        for (int i = lane; blockIdx.x + i / lines * gridDim.x < tiles; i += 32) {
            const std::int64_t tile = blockIdx.x + i / lines * gridDim.x;
            prefetch_line(g.lora.b + 16 * r * tile + 64 * (i % lines));
        }
    }

    /// The block's parts of A x, for everybody.
    __device__ __forceinline__ void multiply_a(int index, UnitRows& rows) const {
        const ChainPhase& phase = c.phase[index];
        const GemmQ& g = phase.gemm;
        const int groups = static_cast<int>(g.w.k / kQuantGroup);
        const int units = a_units(g);
        const int token = (lane >> 2) < p.m ? lane >> 2 : 0;
        const std::uint32_t x_at = shared + p.x + token * p.x_row + 32 * (lane & 3);
#pragma unroll 1
        for (int u = blockIdx.x; u < units; u += gridDim.x) {
            const int tile = u / kShrinkParts;
            const int part = u % kShrinkParts;
            const int begin = part_begin(groups, part);
            const int end = part_begin(groups, part + 1);
            float acc[4] = {};
#pragma unroll 1
            for (int j = begin; j < end; j += 2) {
                if (u != static_cast<int>(blockIdx.x) || j != begin) {
                    rows.load(phase.a, g.w.k, tile, j, end, lane);
                }
#pragma unroll
                for (int q = 0; q < 2; ++q) {
                    if (j + q >= end) continue;
                    const std::uint32_t at = x_at + 2 * kQuantGroup * (j + q);
                    const uint4 x[2] = {load_shared16(at), load_shared16(at + 16)};
                    multiply_bf16_group(rows.low[q], rows.high[q], x, acc);
                }
            }
            if ((lane & 3) != 0) continue;
            std::uint64_t* to =
                partial(index) + (tile * kMostTokens * kShrinkParts + part) * 16 + (lane >> 2);
            store_marked(to, acc[0], mark);
            store_marked(to + 8, acc[2], mark);
            if (p.m == 1) continue;
            store_marked(to + 16 * kShrinkParts, acc[1], mark);
            store_marked(to + 16 * kShrinkParts + 8, acc[3], mark);
        }
    }

    /// 16 columns of xa of one token: lanes below 16 add the first half of the parts, the others go
    /// on with the second.
    __device__ __forceinline__ void gather(int index, int tile, int token) const {
        constexpr int kHalf = kShrinkParts / 2;
        const int column = lane & 15;
        const std::uint64_t* from =
            partial(index) +
            ((tile * kMostTokens + token) * kShrinkParts + (lane >> 4) * kHalf) * 16 + column;
        std::uint64_t word[kHalf];
        bool here = false;
        do {
            here = true;
#pragma unroll
            for (int i = 0; i < kHalf; ++i) word[i] = load_marked(from + 16 * i);
#pragma unroll
            for (int i = 0; i < kHalf; ++i) here = here && (word[i] >> 32) == mark;
        } while (!__all_sync(0xffffffffU, here));
        float sum = number_of(word[0]);
#pragma unroll
        for (int i = 1; i < kHalf; ++i) sum = __fadd_rn(sum, number_of(word[i]));
        sum = __shfl_sync(0xffffffffU, sum, column);
#pragma unroll
        for (int i = 0; i < kHalf; ++i) sum = __fadd_rn(sum, number_of(word[i]));
        if (lane >= 16) {
            reinterpret_cast<Bf16*>(memory + p.xa + token * p.xa_row)[16 * tile + column] =
                round_bf16(__fmul_rn(c.scale, sum));
        }
    }

    /// xa of the slices that row tile `tile` needs; `have` has a bit for each that is there.
    __device__ __forceinline__ void need_xa(int index, int tile, std::uint32_t& have) const {
        const GemmQ& g = c.phase[index].gemm;
        const int of_slice = static_cast<int>(g.lora.r) / 16;
        const int from = lora_slice(g, 16 * tile);
        const int end = g.w.order == RowOrder::kGateUp ? 2 : from + 1;
#pragma unroll 1
        for (int s = from; s < end; ++s) {
            if ((have >> s & 1) != 0) continue;
            have |= 1U << s;
#pragma unroll 1
            for (int i = 0; i < of_slice * p.m; ++i) gather(index, s * of_slice + i / p.m, i % p.m);
            __syncwarp();
        }
    }

    __device__ __forceinline__ TileOperands operands(int index, int tile) const {
        const GemmQ& g = c.phase[index].gemm;
        TileOperands o{};
        if (tile >= static_cast<int>(row_tiles(g.w))) return o;
        const int row = 16 * tile + row_of_lane();
        if (row < g.w.n) {
            if (g.bias != nullptr) o.bias = to_float(g.bias[row]);
            if (g.epilogue == GemmEpilogue::kResidual && token_of_lane() < p.m) {
                o.before = to_float(load_uncached(static_cast<const Bf16*>(g.y) +
                                                  token_of_lane() * g.y_stride + row));
            }
        }
        if (g.lora.r > 0) {
            const Bf16* b = g.lora.b + (16 * tile + (lane >> 2)) * g.lora.r + 4 * (lane & 3);
            o.low = __ldg(reinterpret_cast<const uint2*>(b));
            o.high = __ldg(reinterpret_cast<const uint2*>(b + 8 * g.lora.r));
        }
        return o;
    }

    /// B xa of the lane's element, in the order of lora_step.
    __device__ __forceinline__ float adapter(int index, int tile, const TileOperands& o) const {
        const GemmQ& g = c.phase[index].gemm;
        const int r = static_cast<int>(g.lora.r);
        const bool gate_up = g.w.order == RowOrder::kGateUp;
        const int token = (lane >> 2) < p.m ? lane >> 2 : 0;
        const std::uint32_t xa =
            shared + p.xa + token * p.xa_row + 2 * lora_slice(g, 16 * tile) * r;
        float acc[4] = {};
#pragma unroll 1
        for (int q = 0; q < r; q += 16) {
            uint2 low = o.low;
            uint2 high = o.high;
            if (q > 0) {
                const Bf16* b =
                    g.lora.b + (16 * tile + (lane >> 2)) * g.lora.r + q + 4 * (lane & 3);
                low = __ldg(reinterpret_cast<const uint2*>(b));
                high = __ldg(reinterpret_cast<const uint2*>(b + 8 * g.lora.r));
            }
            const std::uint32_t from = xa + 2 * (q + 4 * (lane & 3));
            const AFragment first = {low.x, gate_up ? 0 : high.x, low.y, gate_up ? 0 : high.y};
            mma_bf16(acc, first, load_shared4(from), load_shared4(from + 4));
            if (gate_up) {
                mma_bf16(acc,
                         {0, high.x, 0, high.y},
                         load_shared4(from + 2 * r),
                         load_shared4(from + 2 * r + 4));
            }
        }
        // Lane 4g has rows g and g + 8 of both tokens.
        float of[4];
#pragma unroll
        for (int i = 0; i < 4; ++i) of[i] = __shfl_sync(0xffffffffU, acc[i], lane & ~3);
        const float low = token_of_lane() != 0 ? of[1] : of[0];
        const float high = token_of_lane() != 0 ? of[3] : of[2];
        return (lane & 1) != 0 ? high : low;
    }

    __device__ __forceinline__ void store(
        int index, int tile, float sum, float lora, const TileOperands& o) const {
        const GemmQ& g = c.phase[index].gemm;
        const int token = token_of_lane();
        const int row = 16 * tile + row_of_lane();
        float value = __fmul_rn(sum, 1 << kInt4Shift);
        if (g.lora.r > 0) value = __fadd_rn(value, lora);
        if (g.bias != nullptr) value = __fadd_rn(value, o.bias);
        if (g.epilogue == GemmEpilogue::kSwiglu) {
            const float up = __shfl_down_sync(0xffffffffU, value, 1);
            if (token < p.m && (lane & 1) == 0) {
                store_feature(g, token, 8 * tile + (lane >> 2), value, up);
            }
            return;
        }
        if (token >= p.m || row >= g.w.n) return;
        if (g.epilogue == GemmEpilogue::kResidual) {
            static_cast<Bf16*>(g.y)[token * g.y_stride + row] =
                round_bf16(__fadd_rn(o.before, to_float(round_bf16(value))));
            return;
        }
        store_row(g, token, row, value);
    }

    /// All row tiles of the block in a phase, in the order in which the groups bring them.
    __device__ __forceinline__ void finish_tiles(int index, TileOperands next) const {
        const GemmQ& g = c.phase[index].gemm;
        const Clock<kClock> clock{p, lane == 0};
        const int tiles = static_cast<int>(row_tiles(g.w));
        const int token = token_of_lane() < p.m ? token_of_lane() : 0;
        int group = 0;
        int side = 0;
        std::uint32_t number = 0;
        std::uint32_t have = 0;
#pragma unroll 1
        for (int tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
            const TileOperands now = next;
            next = operands(index, tile + gridDim.x);
            float lora = 0;
            if (g.lora.r > 0) {
                const bool first = have == 0;
                need_xa(index, tile, have);
                if (first) clock.stamp(index, kClockXa);
                lora = adapter(index, tile, now);
            }
            const std::uint32_t counts =
                shared + p.barriers + group * p.group_barriers + 16 * p.stages;
            while (load_acquire_shared(counts) < kSlices * (number + 1)) {
            }
            __syncwarp();
            const float* element = reinterpret_cast<const float*>(memory + p.parts) +
                                   ((group * p.sides + side) * kSlices * p.m + token) * kTokenPart +
                                   row_of_lane();
            store(index, tile, sum_parts(element, p.m * kTokenPart), lora, now);
            __syncwarp();
            if (lane == 0) store_release_shared(counts + 4, number + 1);
            if (++group == p.warp_groups) {
                group = 0;
                ++number;
                if (++side == p.sides) side = 0;
            }
        }
    }

    /// Everybody has passed the last barrier and read the mark when the last block comes here.
    __device__ void leave() const {
        if (lane != 0) return;
        if (atomicAdd(c.sync + kExitWord, 1U) != gridDim.x - 1) return;
        c.sync[kBarrierWord] = 0;
        c.sync[kExitWord] = 0;
        c.sync[kChainCallsWord] = mark;
    }

    __device__ __forceinline__ void run() {
        const Clock<kClock> clock{p, lane == 0};
        clock.stamp(0, kClockEntry);
        barriers_ready();
        prefetch(0);
#pragma unroll 1
        for (int index = 0; index < c.count; ++index) {
            UnitRows rows{};
            hold_rows(index, rows);
            if (index == 0) {
                wait_for_previous_kernel();
                mark = __ldcg(c.sync + kChainCallsWord) + 1;
                clock.stamp(0, kClockPrevious);
            } else {
                if (lane == 0) {
                    while (load_acquire(c.sync + kBarrierWord) < index * gridDim.x) {
                    }
                }
                __syncwarp();
                clock.stamp(index - 1, kClockPassed);
                block_barrier(p);
            }
            clock.stamp(index, kClockBegin);
            const TileOperands first = operands(index, blockIdx.x);
            block_barrier(p);
            clock.stamp(index, kClockStaged);
            multiply_a(index, rows);
            clock.stamp(index, kClockUnits);
            prefetch(index + 1);
            if (index + 1 == c.count) leave();
            finish_tiles(index, first);
            clock.stamp(index, kClockStored);
            __syncwarp();
            if (index + 1 < c.count && lane == 0) add_release(c.sync + kBarrierWord);
        }
    }
};

template <bool kClock>
__global__ void __launch_bounds__(kMostThreads, 1)
    gemm_chain_kernel(const __grid_constant__ GemmChain c,
                      const __grid_constant__ ChainPlan p,
                      const __grid_constant__ ChainMaps maps) {
    extern __shared__ __align__(128) std::uint8_t memory[];
    let_next_kernel_start();
    const int workers = p.warp_groups * kGroupThreads;
    const int helper = (static_cast<int>(threadIdx.x) - workers) / 32;
    const int lane = threadIdx.x % 32;
    const std::uint32_t shared = shared_address(memory);
    if (static_cast<int>(threadIdx.x) < workers) {
        work<kClock>(c, p, memory);
    } else if (helper == 0) {
        Finisher<kClock> finisher{.c = c, .p = p, .memory = memory, .shared = shared, .lane = lane};
        finisher.run();
    } else {
        const int group = helper - 1;
        const Fetcher fetcher{.c = c,
                              .p = p,
                              .maps = maps,
                              .stages = shared + group * p.stages * p.stage_bytes,
                              .barriers = shared + p.barriers + group * p.group_barriers,
                              .first = static_cast<int>(blockIdx.x + group * gridDim.x),
                              .lane = lane,
                              .policy = evict_first_policy()};
        fetcher.prepare();
        fetcher.run();
    }
}
#else
template <bool kClock>
__global__ void gemm_chain_kernel(const __grid_constant__ GemmChain,
                                  const __grid_constant__ ChainPlan,
                                  const __grid_constant__ ChainMaps) {}
#endif

/// The plan of a call with `groups` groups, rings of `stages` stages and pieces of at most
/// `most_tiles` tiles a slice; sides as many as fit into `room`.
ChainPlan plan(const GemmChain& c, int groups, int stages, int most_tiles, int room) {
    ChainPlan p{};
    p.m = static_cast<int>(c.phase[0].gemm.m);
    p.warp_groups = groups;
    p.stride = groups * multiprocessors();
    p.stages = stages;
    p.mapped = -1;
    int columns = 0;
    int widest = 0;
    for (int i = 0; i < c.count; ++i) {
        const GemmQ& g = c.phase[i].gemm;
        p.stream[i] =
            stream_shape<QuantKind::kInt4>(static_cast<int>(k_groups(g.w)), most_tiles, 0);
        p.stage_bytes =
            p.stream[i].stage_bytes > p.stage_bytes ? p.stream[i].stage_bytes : p.stage_bytes;
        const int of_this = adapter_slices(g.w.order) * static_cast<int>(g.lora.r);
        columns = of_this > columns ? of_this : columns;
        widest = g.w.k > widest ? static_cast<int>(g.w.k) : widest;
    }
    p.partials = columns / 16 * kMostTokens * kShrinkParts * 16;
    p.barriers = groups * stages * p.stage_bytes;
    p.group_barriers = 16 * stages + 16;
    p.xa = p.barriers + groups * p.group_barriers;
    p.xa_row = 2 * columns;
    p.squares = p.xa + p.m * p.xa_row;
    p.x = p.squares + groups * 32;
    p.x_row = 2 * widest + 16;
    p.parts = p.x + p.m * p.x_row;
    p.side_bytes = kSlices * p.m * kTokenPart * 4;
    const int of_side = groups * p.side_bytes;
    for (p.sides = kMostSides; p.sides > 0 && p.parts + p.sides * of_side > room;) p.sides /= 2;
    p.bytes = p.parts + p.sides * of_side;
    return p;
}

/// The first that fits: many warps before long pieces.
bool choose(const GemmChain& c, ChainPlan& p) {
    const ChainTuning& tuning = chain_tuning();
    const int most = tuning.groups > 0 ? tuning.groups : kChainGroups;
    for (int groups = most; groups >= 1; --groups) {
        const int stages = tuning.stages > 0 ? tuning.stages : groups == 3 ? 2 : 3;
        for (int tiles = 8; tiles >= 3; --tiles) {
            p = plan(c, groups, stages, tiles, shared_bytes_per_block());
            if (p.sides >= 2) return true;
        }
    }
    return false;
}

/// Maps of the first phase whose row tiles come in pieces, if its slices are equally long.
ChainMaps map_pieces(const GemmChain& c, ChainPlan& p) {
    ChainMaps maps{};
    for (int i = 0; i < c.count && !chain_tuning().plain_copies; ++i) {
        const StreamShape& s = p.stream[i];
        if (s.pieces == 1 || s.groups % kSlices != 0) continue;
        const QuantView& w = c.phase[i].gemm.w;
        const TensorShape shape = {.word_bytes = 0,
                                   .words = s.groups / kSlices,
                                   .slices = kSlices,
                                   .rows = row_tiles(w),
                                   .box_words = s.tiles};
        TensorShape codes = shape;
        codes.word_bytes = kInt4TileBytes;
        TensorShape meta = shape;
        meta.word_bytes = 32;
        if (make_tensor_map(w.codes, codes, &maps.codes) &&
            make_tensor_map(w.meta, meta, &maps.meta)) {
            p.mapped = i;
        }
        return maps;
    }
    return maps;
}

}  // namespace

Status gemm_chain(const GemmChain& c, Stream stream) {
    if (!valid(c)) return Status::kInvalidArgument;
    if (compute_major() < 9) return Status::kUnavailable;
    ChainPlan p;
    if (!choose(c, p)) return Status::kUnavailable;
    const ChainMaps maps = map_pieces(c, p);
    auto* kernel = gemm_chain_kernel<false>;
#if defined(VT_CHAIN_CLOCK)
    p.clock = chain_tuning().clock;
    if (p.clock != nullptr) kernel = gemm_chain_kernel<true>;
#endif
    return launch_kernel(
        "gemm_chain",
        kernel,
        dim3(multiprocessors()),
        dim3(p.warp_groups * (kGroupThreads + 32) + 32),
        static_cast<std::size_t>(p.bytes),
        stream,
        {.dependent = c.overlap_previous, .cooperative = chain_tuning().cooperative},
        c,
        p,
        maps);
}

}  // namespace veritune::kernels::cuda
