// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/gemm_chain_tuning.h"
#include "kernels/cuda/gemm_q_small.cuh"
#include "kernels/cuda/tensor_copy.cuh"
#include "kernels/gemm_chain.h"
#include "kernels/norm_shrink.h"

/// How gemm_chain cuts its work, on the host and on the card.
namespace veritune::kernels::cuda {

inline constexpr int kChainGroups = 3;
/// The groups, the finisher, a fetcher for each group: up to 28 warps have 72 registers.
inline constexpr int kMostThreads = kChainGroups * kGroupThreads + 32 + 32 * kChainGroups;
inline constexpr int kMostTokens = 2;
inline constexpr int kMostSides = 8;
inline constexpr int kHeldChunks = 2;  ///< of gamma and of the residual, in registers of a thread
inline constexpr int kTokenPart = 16;  ///< floats of a slice's sums, a token

/// Words of GemmChain::sync.
inline constexpr int kBarrierWord = 0;
inline constexpr int kExitWord = 1;

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
inline bool choose_plan(const GemmChain& c, ChainPlan& p) {
    const ChainTuning& tuning = chain_tuning();
    const int most = tuning.groups > 0 ? tuning.groups : kChainGroups;
    for (int groups = most; groups >= 1; --groups) {
        const int stages = tuning.stages > 0 ? tuning.stages : groups == 3 ? 2 : 3;
        for (int tiles = 8; tiles >= 3; --tiles) {
            p = chain_plan(c, groups, stages, tiles, shared_bytes_per_block());
            if (p.sides >= 2) return true;
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
