// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/gemm_chain_tuning.h"
#include "kernels/cuda/gemm_q_small.cuh"
#include "kernels/cuda/tensor_copy.cuh"
#include "kernels/gemm_chain.h"
#include "kernels/norm_shrink.h"

/// How gemm_chain cuts its work, on the host and on the card.
namespace veritune::kernels::cuda {

inline constexpr int kChainGroups = 2;
/// Warps of a block beside the groups: the finisher, the shrinker, and a fetcher for each group.
inline constexpr int kFinisher = 0;
inline constexpr int kShrinker = 1;
inline constexpr int kFirstFetcher = 2;
/// 20 warps: 96 registers a thread.
inline constexpr int kMostThreads = kChainGroups * (kGroupThreads + 32) + 64;
inline constexpr int kMostTokens = 2;
inline constexpr int kMostSides = 8;
inline constexpr int kHeldChunks = 2;  ///< of gamma and of the residual, in registers of a thread
inline constexpr int kTokenPart = 16;  ///< floats of a slice's sums, a token

/// Words of GemmChain::sync.
inline constexpr int kBarrierWord = 0;
inline constexpr int kExitWord = 1;

/// Row tiles whose rows of B are under way to shared memory, and the bytes they may take.
inline constexpr int kManyB = 8;  ///< up to rank 16
inline constexpr int kFewB = 2;
inline constexpr int kBytesOfB = 4096;

/// How a call is cut, and where things lie in shared memory, in bytes.
struct ChainPlan {
    StreamShape stream[kMaxChainPhases];
    int m;
    int warp_groups;
    int stride;  ///< row tiles of all groups of the grid
    int stages;  ///< of a group
    int stage_bytes;
    int mapped;  ///< phase whose weights come by tensor copies, or -1
    /// [group] u64 [stage][2]: filled, read; then [side][2]: the sums are there, taken.
    int barriers;
    int group_barriers;  ///< bytes of a group's
    int sides;           ///< row tiles of a group whose sums may wait for the finisher
    int side_bytes;
    int parts;     ///< fp32 [group][side][slice][token][16]
    int phases;    ///< ChainPhase [count]: constant memory answers slowly at its first touch
    int streams;   ///< StreamShape [count]
    int xa_ready;  ///< u32: phases whose xa is there
    int xa;        ///< bf16 [token][columns]
    int xa_row;
    int b;        ///< rows of B of some row tiles
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

/// The plan of a call with `groups` groups, rings of `stages` stages and pieces of at most
/// `most_tiles` tiles a slice; sides as many as fit into `room`.
inline ChainPlan chain_plan(const GemmChain& c, int groups, int stages, int most_tiles, int room) {
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
    p.side_bytes = kSlices * p.m * kTokenPart * 4;
    const int of_side = groups * (p.side_bytes + 16);
    p.barriers = groups * stages * p.stage_bytes;
    p.phases = p.barriers + groups * 16 * stages;
    p.streams = p.phases + kMaxChainPhases * static_cast<int>(sizeof(ChainPhase));
    p.xa_ready = p.streams + kMaxChainPhases * static_cast<int>(sizeof(StreamShape));
    p.xa = (p.xa_ready + 4 + 15) / 16 * 16;
    p.xa_row = 2 * columns;
    p.b = p.xa + p.m * p.xa_row;
    p.squares = p.b + (columns > 0 ? kBytesOfB : 0);
    p.x = p.squares + groups * 32;
    p.x_row = 2 * widest + 16;
    p.parts = p.x + p.m * p.x_row;
    p.sides = (room - p.parts) / of_side;
    p.sides = p.sides > kMostSides ? kMostSides : p.sides;
    // The barriers of the sides lie behind those of the stages: everything else moves up.
    const int more = groups * 16 * p.sides;
    for (int* at : {&p.phases, &p.streams, &p.xa_ready, &p.xa, &p.b, &p.squares, &p.x, &p.parts}) {
        *at += more;
    }
    p.group_barriers = 16 * (stages + p.sides);
    p.bytes = p.parts + groups * p.sides * p.side_bytes;
    return p;
}

/// The first that fits: whole row tiles in deep rings, then shallow rings, then short pieces.
inline bool choose_plan(const GemmChain& c, ChainPlan& p) {
    const ChainTuning& tuning = chain_tuning();
    const int most = tuning.groups > 0 ? tuning.groups : kChainGroups;
    for (int groups = most; groups >= 1; --groups) {
        for (int stages = 3; stages >= 2; --stages) {
            if (tuning.stages > 0) stages = tuning.stages;
            for (int tiles = 8; tiles >= (stages > 2 ? 7 : 3); --tiles) {
                p = chain_plan(c, groups, stages, tiles, shared_bytes_per_block());
                if (p.sides >= 2) return true;
            }
            if (tuning.stages > 0) break;
        }
    }
    return false;
}

/// Maps of the first phase whose row tiles come in pieces, if its slices are equally long.
inline ChainMaps map_pieces(const GemmChain& c, ChainPlan& p) {
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

}  // namespace veritune::kernels::cuda
