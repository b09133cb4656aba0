// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/gemm_q_hopper.h"
#include "kernels/cuda/gemm_q_rows.cuh"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/wgmma.cuh"

#include <algorithm>

/// gemm_q for many tokens on Hopper. One block a multiprocessor: four warps copy, sixteen multiply.
/// A block of work is 256 rows (a warp has one row tile) and up to 128 tokens; a unit is one slice
/// of K of a block of work. Units are dealt out in order, so that every multiprocessor gets the
/// same number; a block of work that falls on two multiprocessors is finished by the second, which
/// takes over the running total of the first (kChain), or, where there are few units, by all that
/// share it after each has put its slices' sums into the scratch (kShare). Every sum is that of the
/// other kernels of gemm_q, in the same order. wgmma wants the activations in the order in which
/// the weights' fragments hold their inputs: word 8 t + u of a token's 32 words of two inputs at
/// place 4 u + t. All blocks arrange them together into the scratch while their first weights are
/// under way; from there one bulk copy brings a group.
namespace veritune::kernels::cuda {
namespace {

constexpr int kMultipliers = 16;           // warps: four times the four of a wgmma
constexpr int kBlockTiles = kMultipliers;  // row tiles: one a warp
constexpr int kBlockRows = 16 * kBlockTiles;
constexpr int kCopiers = 4;  // warps
constexpr int kThreads = 32 * (kMultipliers + kCopiers);
constexpr int kMaxFlags = 4096;  // blocks of work with a flag and a counter in the scratch
constexpr int kSharedBytes = 227 * 1024;
constexpr int kAllMultipliers = 1;  // named barrier

template <QuantKind kKind, int kTokens>
struct Plan {
    using Slot = TileSlot<kKind>;
    static constexpr int kX = 128 * kTokens;
    static constexpr int kCodes = kBlockTiles * Slot::kCodes;
    static constexpr int kMeta = kBlockTiles * Slot::kMeta;
    static constexpr int kTotals = 4 * kBlockRows * kTokens;
    static constexpr int kTable = kKind == QuantKind::kNf4 ? 2048 : 0;
    // All 640 threads start with 96: what some take others must give, else they wait for ever.
    static constexpr int kMultiplierRegisters = 104;
    static constexpr int kCopierRegisters = 64;
    static_assert(kMultipliers * kMultiplierRegisters + kCopiers * kCopierRegisters <=
                  (kMultipliers + kCopiers) * 96);
    static constexpr int kStages =
        std::min(12, (kSharedBytes - 512 - kTotals - kTable) / (kX + kCodes + kMeta));
    static constexpr int kCodesAt = kStages * kX;
    static constexpr int kMetaAt = kCodesAt + kStages * kCodes;
    static constexpr int kTotalsAt = kMetaAt + kStages * kMeta;
    static constexpr int kTableAt = kTotalsAt + kTotals;
    static constexpr int kBarriersAt = kTableAt + kTable;
    static constexpr int kWalkAt = kBarriersAt + 16 * kStages;
    static constexpr int kBytes = kWalkAt + 32;
    static_assert(kStages >= 3 && kBytes <= kSharedBytes && kTotalsAt % 16 == 0);
};

/// How the work is dealt out.
struct Deal {
    bool share;        // kShare, else kChain
    int token_blocks;  // of kTokens
    int units;
};

/// The head of the scratch: for every block of work how far it is, and how many blocks have
/// arranged their part of the activations, or seen that all have. Activations and sums follow.
struct Flags {
    int arrived[kMaxFlags];
    int left[kMaxFlags];
    int arranged;
    int seen;
    int unused[62];
};
static_assert(sizeof(Flags) % 256 == 0);

/// [token block][group][token of the block][64 inputs, arranged]
__host__ __device__ inline std::int64_t arranged_bytes(const QuantView& w,
                                                       int token_blocks,
                                                       int tokens) {
    return k_groups(w) * token_blocks * tokens * 128;
}

/// What one multiprocessor does: units first..end-1, the last block of work first.
struct Walk {
    int first_block;  // of work: row block * token_blocks + token block
    int first_slice;  // of first_block
    int last_block;
    int end_slice;  // of last_block

    Walk() = default;
    __device__ Walk(const Deal& deal, int index, int count) {
        const int first = unit_at(deal, index, count);
        const int end = unit_at(deal, index + 1, count);
        first_block = first / kSlices;
        first_slice = first % kSlices;
        last_block = (end - 1) / kSlices;
        end_slice = (end - 1) % kSlices + 1;
    }
    __device__ static int unit_at(const Deal& deal, int index, int count) {
        return static_cast<int>(static_cast<std::int64_t>(index) * deal.units / count);
    }
    /// Which multiprocessor has this unit.
    __device__ static int owner(const Deal& deal, int unit, int count) {
        return static_cast<int>((static_cast<std::int64_t>(unit + 1) * count - 1) / deal.units);
    }
    __device__ int begin_slice(int of) const { return of == first_block ? first_slice : 0; }
    __device__ int stop_slice(int of) const { return of == last_block ? end_slice : kSlices; }
};

/// A ring of stages as one side sees it.
template <int kStages>
struct Ring {
    int stage = 0;
    std::uint32_t parity = 0;
    __device__ __forceinline__ void next() {
        if (++stage == kStages) {
            stage = 0;
            parity ^= 1;
        }
    }
};

__device__ __forceinline__ void init_counter(std::uint32_t barrier, int count) {
    asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(barrier), "r"(count) : "memory");
}
__device__ __forceinline__ void arrive(std::uint32_t barrier) {
    asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(barrier) : "memory");
}
__device__ __forceinline__ void meet_multipliers() {
    asm volatile("bar.sync %0, %1;" ::"n"(kAllMultipliers), "n"(32 * kMultipliers) : "memory");
}

/// The addresses of stage barriers: stage data are there; stage may be filled again.
template <typename P>
struct Barriers {
    std::uint32_t base;
    __device__ std::uint32_t full(int stage) const { return base + 16 * stage; }
    __device__ std::uint32_t empty(int stage) const { return base + 16 * stage + 8; }
};

/// Groups of a multiprocessor one after another. The walk lies in shared memory: copying threads
/// have few registers.
struct GroupWalk {
    const Walk& walk;
    int groups;
    int block;  // of work
    int group = 0;
    int end = 0;

    __device__ GroupWalk(const Walk& w, int all)
        : walk(w),
          groups(all),
          block(w.last_block) {
        open();
    }
    __device__ void open() {
        for (; there(); --block) {
            group = static_cast<int>(slice_begin(groups, walk.begin_slice(block)));
            end = static_cast<int>(slice_begin(groups, walk.stop_slice(block)));
            if (group < end) return;
        }
    }
    __device__ bool there() const { return block >= walk.first_block; }
    /// True when a new block of work begins.
    __device__ bool next() {
        if (++group < end) return false;
        --block;
        open();
        return true;
    }
};

/// The weights' side of a copying thread.
template <QuantKind kKind, int kTokens>
struct WeightCopier {
    using P = Plan<kKind, kTokens>;
    using Slot = TileSlot<kKind>;
    static constexpr int kPieces = P::kCodes / (16 * 32 * kCopiers);
    static constexpr int kPiecesOfTile = Slot::kCodes / 16;
    static constexpr int kMetaPieces = Slot::kMeta / 16;

    const GemmQ& a;
    GroupWalk at;
    int token_blocks;
    int tiles;
    int thread;
    std::uint32_t codes[kPieces];
    std::uint32_t meta;
    std::uint32_t shared;

    __device__ WeightCopier(
        const GemmQ& args, const Walk& walk, const Deal& deal, int self, std::uint32_t memory)
        : a(args),
          at(walk, static_cast<int>(k_groups(args.w))),
          token_blocks(deal.token_blocks),
          tiles(static_cast<int>(row_tiles(args.w))),
          thread(self),
          shared(memory) {
        open();
    }
    __device__ std::uint32_t tile_at(int tile) const {
        const int wanted = at.block / token_blocks * kBlockTiles + tile;
        return static_cast<std::uint32_t>((wanted < tiles ? wanted : tiles - 1) * at.groups +
                                          at.group);
    }
    __device__ void open() {
        if (!at.there()) return;
#pragma unroll
        for (int i = 0; i < kPieces; ++i) {
            const int piece = thread + 32 * kCopiers * i;
            codes[i] = tile_at(piece / kPiecesOfTile) * Slot::kCodes + piece % kPiecesOfTile * 16;
        }
        meta =
            tile_at(thread / kMetaPieces % kBlockTiles) * Slot::kMeta + thread % kMetaPieces * 16;
    }
    /// True when the next group is of another block of work.
    __device__ __forceinline__ bool copy(int stage) {
        const std::uint32_t to = shared + P::kCodesAt + stage * P::kCodes + 16 * thread;
#pragma unroll
        for (int i = 0; i < kPieces; ++i) {
            copy16(to + 16 * 32 * kCopiers * i, a.w.codes + codes[i]);
            codes[i] += Slot::kCodes;
        }
        if (thread < kBlockTiles * kMetaPieces) {
            copy16(shared + P::kMetaAt + stage * P::kMeta + 16 * thread,
                   static_cast<const std::uint8_t*>(a.w.meta) + meta);
        }
        meta += Slot::kMeta;
        if (!at.next()) return false;
        open();
        return true;
    }
};

__device__ __forceinline__ int load_acquire(const int* from) {
    int value;
    asm volatile("ld.acquire.gpu.global.b32 %0, [%1];" : "=r"(value) : "l"(from) : "memory");
    return value;
}
/// Every multiplying thread waits until *flag is at least `wanted`.
__device__ __forceinline__ void wait_for_flag(const int* flag, int wanted, int thread) {
    if (thread == 0) {
        while (load_acquire(flag) < wanted) {
        }
    }
    meet_multipliers();
}
/// What every multiplying thread wrote is seen by whoever sees the flag.
__device__ __forceinline__ void raise_flag(int* flag, int by, int thread) {
    __threadfence();
    meet_multipliers();
    if (thread == 0) atomicAdd(flag, by);
}

/// This block's part of the activations into the scratch; tokens that are not there are zeros.
template <int kTokens>
__device__ __forceinline__ void arrange(const GemmQ& a, const Deal& deal, int thread) {
    auto* flags = static_cast<Flags*>(a.scratch);
    auto* to = reinterpret_cast<std::uint32_t*>(flags + 1);
    const int groups = static_cast<int>(k_groups(a.w));
    const int pieces = deal.token_blocks * groups * kTokens * 8;  // of eight inputs
    constexpr int kStep = 32 * kMultipliers;
    for (int p = static_cast<int>(blockIdx.x) * kStep + thread; p < pieces;
         p += static_cast<int>(gridDim.x) * kStep) {
        const int c = p % 8;
        const int row = p / 8;
        const int n = row % kTokens;
        const int group = row / kTokens % groups;
        const int token = row / kTokens / groups * kTokens + n;
        uint4 v = {};
        if (token < a.m) {
            v = __ldcg(reinterpret_cast<const uint4*>(a.x + token * a.x_stride +
                                                      kQuantGroup * group + 8 * c));
        }
        const std::uint32_t words[4] = {v.x, v.y, v.z, v.w};
#pragma unroll
        for (int i = 0; i < 4; ++i) {
            const int u = 4 * (c & 1) + i;
            to[32 * row + 4 * (u ^ (n & 7)) + (c >> 1)] = words[i];
        }
    }
    publish_to_copies();
    raise_flag(&flags->arranged, 1, thread);
}

/// One thread waits until every block has arranged its part.
__device__ __forceinline__ void wait_for_arranged(Flags* flags) {
    const int blocks = static_cast<int>(gridDim.x);
    while (load_acquire(&flags->arranged) < blocks) {
    }
    publish_to_copies();
    if (atomicAdd(&flags->seen, 1) == blocks - 1) {
        flags->arranged = 0;
        flags->seen = 0;
    }
}

/// Where the activations of a group lie, arranged.
template <typename P>
__device__ __forceinline__ const std::uint8_t* arranged_at(const GemmQ& a,
                                                           const GroupWalk& at,
                                                           int token_blocks) {
    return static_cast<const std::uint8_t*>(a.scratch) + sizeof(Flags) +
           (at.block % token_blocks * at.groups + at.group) * std::int64_t{P::kX};
}
template <typename P>
__device__ __forceinline__ void bring_activations(std::uint32_t memory,
                                                  int stage,
                                                  const std::uint8_t* from) {
    const std::uint32_t barrier = Barriers<P>{memory + P::kBarriersAt}.full(stage);
    expect_bytes(barrier, P::kX);
    bulk_copy(memory + stage * P::kX, from, P::kX, barrier);
}

/// The copying warps: weights first, since they do not depend on the kernel before. One thread of
/// the last warp, which has no meta to copy, also brings the activations.
template <QuantKind kKind, int kTokens>
__device__ __forceinline__ void copy_all(
    const GemmQ& a, const Walk& walk, const Deal& deal, std::uint32_t memory, int self) {
    using P = Plan<kKind, kTokens>;
    WeightCopier<kKind, kTokens> weights(a, walk, deal, self, memory);
    const Barriers<P> barriers{memory + P::kBarriersAt};
    int ahead = 0;
    for (; ahead < P::kStages && weights.at.there(); ++ahead) {
        weights.copy(ahead);
        arrive_after_copies(barriers.full(ahead));
    }
    const bool brings_x = self == 32 * (kCopiers - 1);
    if (brings_x) {
        wait_for_previous_kernel();
        wait_for_arranged(static_cast<Flags*>(a.scratch));
        GroupWalk at(walk, static_cast<int>(k_groups(a.w)));
        for (int stage = 0; stage < ahead; ++stage) {
            bring_activations<P>(memory, stage, arranged_at<P>(a, at, deal.token_blocks));
            at.next();
        }
    }
    __syncwarp();
    // What this thread does for a stage holds up its warp: it only counts on from group to group.
    const std::uint8_t* x = arranged_at<P>(a, weights.at, deal.token_blocks);
    Ring<P::kStages> fill;
    fill.parity = 1;  // the ring has been filled once
#pragma unroll 1
    for (; weights.at.there(); fill.next()) {
        wait_for_bytes(barriers.empty(fill.stage), fill.parity ^ 1);
        if (brings_x) bring_activations<P>(memory, fill.stage, x);
        x += P::kX;
        if (weights.copy(fill.stage)) x = arranged_at<P>(a, weights.at, deal.token_blocks);
        arrive_after_copies(barriers.full(fill.stage));
    }
}

/// A multiplying warp. It reads its number again wherever it wants it: with the sums of 128 tokens
/// no register is left to keep it.
struct Multiplier {
    __device__ static int thread() {
        int id;
        asm volatile("mov.u32 %0, %%tid.x;" : "=r"(id));
        return id;
    }
    __device__ static int warp() { return thread() / 32; }
    __device__ static int lane() { return thread() % 32; }
};

/// Sums of a block of work: [column tile][multiplying thread] of four floats.
template <int kTokens>
inline constexpr int kSumsOfBlock = kTokens / 8 * 32 * kMultipliers;
__device__ __forceinline__ constexpr int place_of(int column) { return 32 * kMultipliers * column; }
template <int kTokens>
using Sums = float[kTokens / 2];

/// The end of one row tile times kColumns column tiles from `first_token` on; sums(c) gives the
/// four sums of a lane.
template <QuantKind kKind, int kColumns, typename GetSums>
__device__ __forceinline__ void finish_columns(
    const GemmQ& a, int tile, int first_token, int lane, const GetSums& sums) {
    const RowTerms terms = row_terms<kKind>(a, tile, lane);
    constexpr int kAtOnce = kColumns < 4 ? kColumns : kColumns > 8 ? 2 : 4;
    constexpr int kUnrolled = kColumns > 8 ? 1 : kColumns;  // from registers all, from memory four
#pragma unroll kUnrolled
    for (int c = 0; c < kColumns; c += kAtOnce) {
        float lora[kAtOnce][4] = {};
        float before[kAtOnce][4] = {};
#pragma unroll
        for (int i = 0; i < kAtOnce; ++i) {
            const int token = first_token + 8 * (c + i);
            if (a.epilogue == GemmEpilogue::kResidual)
                load_residual(a, tile, token, lane, before[i]);
            if (a.lora.r > 0) adapter_sums(a, tile, token, lane, lora[i]);
        }
#pragma unroll
        for (int i = 0; i < kAtOnce; ++i) {
            const float4 all = sums(c + i);
            float sum[4] = {all.x, all.y, all.z, all.w};
            complete<kKind>(a, terms, lora[i], sum);
            store_results(a, tile, first_token + 8 * (c + i), lane, sum, before[i]);
        }
    }
}

/// The stages of a multiplying warp, one after another. Dequantising goes on between the steps that
/// the tensor cores take, and the first fragment of the next stage is made while they work.
template <QuantKind kKind, int kTokens>
struct Feed {
    using P = Plan<kKind, kTokens>;
    using Slot = TileSlot<kKind>;
    std::uint32_t memory;
    int left;  // groups
    Ring<P::kStages> ring{};
    ReadyTile<kKind> tile{};
    AFragment first{};

    __device__ __forceinline__ void read() {
        if (left == 0) return;
        wait_for_bytes(Barriers<P>{memory + P::kBarriersAt}.full(ring.stage), ring.parity);
        tile = ReadyTile<kKind>(
            read_tile<kKind>(
                memory + P::kCodesAt + ring.stage * P::kCodes + Multiplier::warp() * Slot::kCodes,
                memory + P::kMetaAt + ring.stage * P::kMeta + Multiplier::warp() * Slot::kMeta,
                Multiplier::lane()),
            Multiplier::lane(),
            memory + P::kTableAt);
    }
    __device__ __forceinline__ void start() {
        read();
        first = tile.fragment(0);
    }
    __device__ __forceinline__ void step(Sums<kTokens>& acc) {
        const std::uint64_t x = swizzled_tile(memory + ring.stage * P::kX);
        wgmma_fence();
        wgmma<kTokens>(acc, first, x);
        wgmma_commit();
#pragma unroll
        for (int m = 1; m < 4; ++m) {
            wgmma_wait_before<1>(
                tile.low[m]);  // else ptxas lets every step wait for the one before
            const AFragment a = tile.fragment(m);
            wgmma_fence();
            wgmma<kTokens>(acc, a, x + 2 * m);
            wgmma_commit();
        }
        const std::uint32_t done = Barriers<P>{memory + P::kBarriersAt}.empty(ring.stage);
        ring.next();
        --left;
        read();
        AFragment next = tile.fragment(0);
        wgmma_wait_after(next);
        first = next;
        __syncwarp();
        if (Multiplier::lane() == 0) arrive(done);
    }
    /// One slice of a block of work into acc.
    __device__ __forceinline__ void slice(int groups, Sums<kTokens>& acc) {
#pragma unroll
        for (int i = 0; i < kTokens / 2; ++i) acc[i] = 0.0F;
#pragma unroll 1
        for (int j = 0; j < groups; ++j) step(acc);
    }
};

/// Groups of all that a multiprocessor does.
__device__ inline int groups_of(const Walk& walk, int groups) {
    int count = 0;
    for (int block = walk.last_block; block >= walk.first_block; --block) {
        count += static_cast<int>(slice_begin(groups, walk.stop_slice(block)) -
                                  slice_begin(groups, walk.begin_slice(block)));
    }
    return count;
}

__device__ __forceinline__ float4 added(const float4& a, const float4& b) {
    return make_float4(
        __fadd_rn(a.x, b.x), __fadd_rn(a.y, b.y), __fadd_rn(a.z, b.z), __fadd_rn(a.w, b.w));
}

/// Where sums lie in the scratch, behind the activations.
__device__ __forceinline__ float4* sums_of(const GemmQ& a, const Deal& deal, int tokens) {
    return reinterpret_cast<float4*>(static_cast<std::uint8_t*>(a.scratch) + sizeof(Flags) +
                                     arranged_bytes(a.w, deal.token_blocks, tokens));
}

__device__ __forceinline__ float4 four(const float* sums) {
    return make_float4(sums[0], sums[1], sums[2], sums[3]);
}

/// Few units: each slice's sums go to the scratch.
template <QuantKind kKind, int kTokens>
__device__ __forceinline__ void put_slices(const GemmQ& a,
                                           const Walk& walk,
                                           const Deal& deal,
                                           std::uint32_t memory) {
    auto* flags = static_cast<Flags*>(a.scratch);
    float4* sums = sums_of(a, deal, kTokens);
    const int groups = static_cast<int>(k_groups(a.w));
    Feed<kKind, kTokens> feed{memory, groups_of(walk, groups)};
    feed.start();
    for (int block = walk.last_block; block >= walk.first_block; --block) {
        int stop = walk.stop_slice(block);
        asm volatile("" : "+r"(stop));  // at most eight: else the compiler writes the loop out
#pragma unroll 1
        for (int slice = walk.begin_slice(block); slice < stop; ++slice) {
            Sums<kTokens> acc;
            const int count =
                static_cast<int>(slice_begin(groups, slice + 1) - slice_begin(groups, slice));
            feed.slice(count, acc);
            float4* to =
                sums +
                (static_cast<std::int64_t>(block) * kSlices + slice) * kSumsOfBlock<kTokens> +
                Multiplier::thread();
#pragma unroll
            for (int c = 0; c < kTokens / 8; ++c) {
                __stcg(to + place_of(c), four(&acc[4 * c]));
            }
        }
        raise_flag(&flags->arrived[block],
                   walk.stop_slice(block) - walk.begin_slice(block),
                   Multiplier::thread());
    }
}

/// Then those that share a block of work finish a part each: row tile and column tile by warp.
template <QuantKind kKind, int kTokens>
__device__ __forceinline__ void finish_share(
    const GemmQ& a, const Deal& deal, int block, int sharers, int index) {
    const float4* sums = sums_of(a, deal, kTokens) +
                         static_cast<std::int64_t>(block) * kSlices * kSumsOfBlock<kTokens>;
    const int tiles = static_cast<int>(row_tiles(a.w));
    for (int piece = index * kMultipliers + Multiplier::warp(); piece < kBlockTiles * (kTokens / 8);
         piece += sharers * kMultipliers) {
        const int column = piece / kBlockTiles;
        const int tile = block / deal.token_blocks * kBlockTiles + piece % kBlockTiles;
        const int token = block % deal.token_blocks * kTokens + 8 * column;
        if (tile >= tiles || token >= a.m) continue;
        float4 part[kSlices];
#pragma unroll
        for (int slice = 0; slice < kSlices; ++slice) {
            part[slice] = __ldcg(sums + slice * kSumsOfBlock<kTokens> + place_of(column) +
                                 32 * (piece % kBlockTiles) + Multiplier::lane());
        }
        float4 sum = part[0];
#pragma unroll
        for (int slice = 1; slice < kSlices; ++slice) sum = added(sum, part[slice]);
        finish_columns<kKind, 1>(a, tile, token, Multiplier::lane(), [&](int) { return sum; });
    }
}

template <QuantKind kKind, int kTokens>
__device__ __forceinline__ void multiply_shared(const GemmQ& a,
                                                const Walk& walk,
                                                const Deal& deal,
                                                std::uint32_t memory) {
    put_slices<kKind, kTokens>(a, walk, deal, memory);
    auto* flags = static_cast<Flags*>(a.scratch);
    const int count = static_cast<int>(gridDim.x);
    for (int block = walk.last_block; block >= walk.first_block; --block) {
        const int first = Walk::owner(deal, kSlices * block, count);
        const int sharers = Walk::owner(deal, kSlices * block + kSlices - 1, count) + 1 - first;
        wait_for_flag(&flags->arrived[block], kSlices, Multiplier::thread());
        finish_share<kKind, kTokens>(a, deal, block, sharers, static_cast<int>(blockIdx.x) - first);
        if (Multiplier::thread() == 0 && atomicAdd(&flags->left[block], 1) == sharers - 1) {
            flags->arrived[block] = 0;
            flags->left[block] = 0;
        }
    }
}

/// A running total, in shared memory.
template <QuantKind kKind, int kTokens>
struct Total {
    float4* shared;  // of this thread, as in the scratch

    __device__ __forceinline__ float4 get(int c) const { return shared[place_of(c)]; }
    __device__ __forceinline__ void set(int c, const float4& v) { shared[place_of(c)] = v; }
    __device__ __forceinline__ void add(const Sums<kTokens>& acc, bool first) {
#pragma unroll
        for (int c = 0; c < kTokens / 8; ++c) {
            const float4 part = four(&acc[4 * c]);
            set(c, first ? part : added(get(c), part));
        }
    }
    __device__ __forceinline__ void load(const float4* from) {
#pragma unroll
        for (int c = 0; c < kTokens / 8; ++c) {
            set(c, __ldcg(from + place_of(c)));
        }
    }
    __device__ __forceinline__ void store(float4* to) const {
#pragma unroll
        for (int c = 0; c < kTokens / 8; ++c) {
            __stcg(to + place_of(c), get(c));
        }
    }
};

/// Many units: whole blocks of work, but for one begun for the next multiprocessor and one taken
/// over from the one before.
template <QuantKind kKind, int kTokens>
__device__ __forceinline__ void multiply_chained(const GemmQ& a,
                                                 const Walk& walk,
                                                 const Deal& deal,
                                                 std::uint8_t* shared,
                                                 std::uint32_t memory) {
    Total<kKind, kTokens> total;
    total.shared =
        reinterpret_cast<float4*>(shared + Plan<kKind, kTokens>::kTotalsAt) + Multiplier::thread();
    auto* flags = static_cast<Flags*>(a.scratch);
    float4* handed = sums_of(a, deal, kTokens) + Multiplier::thread();
    const int groups = static_cast<int>(k_groups(a.w));
    const int tiles = static_cast<int>(row_tiles(a.w));
    Feed<kKind, kTokens> feed{memory, groups_of(walk, groups)};
    feed.start();
#pragma unroll 1
    for (int block = walk.last_block; block >= walk.first_block; --block) {
        if (walk.begin_slice(block) > 0) {
            wait_for_flag(&flags->arrived[block], 1, Multiplier::thread());
            total.load(handed + static_cast<std::int64_t>(blockIdx.x - 1) * kSumsOfBlock<kTokens>);
            if (Multiplier::thread() == 0) flags->arrived[block] = 0;
        }
        int stop = walk.stop_slice(block);
        asm volatile("" : "+r"(stop));  // at most eight: else the compiler writes the loop out
#pragma unroll 1
        for (int slice = walk.begin_slice(block); slice < stop; ++slice) {
            Sums<kTokens> acc;
            const int count =
                static_cast<int>(slice_begin(groups, slice + 1) - slice_begin(groups, slice));
            feed.slice(count, acc);
            total.add(acc, slice == 0);
        }
        if (walk.stop_slice(block) < kSlices) {
            total.store(handed + static_cast<std::int64_t>(blockIdx.x) * kSumsOfBlock<kTokens>);
            raise_flag(&flags->arrived[block], 1, Multiplier::thread());
            continue;
        }
        const int tile = block / deal.token_blocks * kBlockTiles + Multiplier::warp();
        if (tile >= tiles) continue;
        finish_columns<kKind, kTokens / 8>(
            a, tile, block % deal.token_blocks * kTokens, Multiplier::lane(), [&](int c) {
                return total.get(c);
            });
    }
}

template <QuantKind kKind, int kTokens>
__global__ void __launch_bounds__(kThreads, 1)
    gemm_q_hopper_kernel(const __grid_constant__ GemmQ a, const __grid_constant__ Deal deal) {
    using P = Plan<kKind, kTokens>;
    extern __shared__ __align__(1024) std::uint8_t shared[];
    let_next_kernel_start();
    const std::uint32_t memory = shared_address(shared);
    const int thread = static_cast<int>(threadIdx.x);
    const Barriers<P> barriers{memory + P::kBarriersAt};
    if (thread < P::kStages) {
        init_counter(barriers.full(thread), 32 * kCopiers + 1);  // + the activations' bytes
        init_counter(barriers.empty(thread), kMultipliers);
    }
    if constexpr (kKind == QuantKind::kNf4) {
        float* values = reinterpret_cast<float*>(shared + P::kTableAt);
        for (int i = thread; i < 512; i += kThreads) values[i] = nf4_value(i / 32);
    }
    Walk& walk = *reinterpret_cast<Walk*>(shared + P::kWalkAt);
    if (thread == kThreads - 1) {
        walk = Walk(deal, static_cast<int>(blockIdx.x), static_cast<int>(gridDim.x));
    }
    publish_barriers();
    __syncthreads();
    if (thread >= 32 * kMultipliers) {
        give_registers<P::kCopierRegisters>();
        copy_all<kKind, kTokens>(a, walk, deal, memory, thread - 32 * kMultipliers);
    } else {
        take_registers<P::kMultiplierRegisters>();
        wait_for_previous_kernel();
        arrange<kTokens>(a, deal, thread);
        if (deal.share) {
            multiply_shared<kKind, kTokens>(a, walk, deal, memory);
        } else {
            multiply_chained<kKind, kTokens>(a, walk, deal, shared, memory);
        }
    }
}

int tokens_of_block(std::int64_t m) { return m <= 32 ? 32 : m <= 64 ? 64 : 128; }

Deal deal_for(const QuantView& w, std::int64_t m, int places) {
    const std::int64_t row_blocks = (w.n + kBlockRows - 1) / kBlockRows;
    const std::int64_t token_blocks = (m + tokens_of_block(m) - 1) / tokens_of_block(m);
    const std::int64_t units = row_blocks * token_blocks * kSlices;
    return {.share = units < std::int64_t{kSlices} * places,
            .token_blocks = static_cast<int>(token_blocks),
            .units = static_cast<int>(units)};
}

template <QuantKind kKind, int kTokens>
Status launch_hopper(const GemmQ& a, Stream stream) {
    const Deal deal = deal_for(a.w, a.m, multiprocessors());
    return launch_kernel("gemm_q",
                         gemm_q_hopper_kernel<kKind, kTokens>,
                         dim3(static_cast<unsigned>(std::min(deal.units, multiprocessors()))),
                         dim3(kThreads),
                         Plan<kKind, kTokens>::kBytes,
                         stream,
                         a.overlap_previous,
                         a,
                         deal);
}

template <QuantKind kKind>
Status hopper_kind(const GemmQ& a, Stream stream) {
    switch (tokens_of_block(a.m)) {
        case 32:
            return launch_hopper<kKind, 32>(a, stream);
        case 64:
            return launch_hopper<kKind, 64>(a, stream);
        default:
            return launch_hopper<kKind, 128>(a, stream);
    }
}

}  // namespace

std::int64_t gemm_q_hopper_scratch(const QuantView& w, std::int64_t m) {
    if (compute_major() != 9 || m < 1 || m > kGemmQMaxRows) return 0;
    const Deal deal = deal_for(w, m, multiprocessors());
    if (deal.units > kMaxFlags * kSlices) return 0;
    const std::int64_t slots = deal.share ? deal.units : multiprocessors();
    return static_cast<std::int64_t>(sizeof(Flags)) +
           arranged_bytes(w, deal.token_blocks, tokens_of_block(m)) +
           slots * kBlockRows * tokens_of_block(m) * static_cast<std::int64_t>(sizeof(float));
}

Status gemm_q_hopper(const GemmQ& a, Stream stream) {
    const std::int64_t bytes = gemm_q_hopper_scratch(a.w, a.m);
    if (!is_valid(a) || a.scratch == nullptr || bytes == 0 || a.scratch_bytes < bytes) {
        return Status::kInvalidArgument;
    }
    switch (a.w.kind) {
        case QuantKind::kInt4:
            return hopper_kind<QuantKind::kInt4>(a, stream);
        case QuantKind::kNf4:
            return hopper_kind<QuantKind::kNf4>(a, stream);
        case QuantKind::kInt8:
            return hopper_kind<QuantKind::kInt8>(a, stream);
    }
    return Status::kInvalidArgument;
}

}  // namespace veritune::kernels::cuda
