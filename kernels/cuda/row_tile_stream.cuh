// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/gemm_q_common.cuh"
#include "kernels/cuda/launch.h"

/// The weights of one group of eight warps on their way from memory: row tile after row tile, each
/// in pieces of at most `tiles` tiles of every slice, through two stages of shared memory. While
/// one is multiplied the other is filled. A piece is one run of bytes when it is the whole row
/// tile.
namespace veritune::kernels::cuda {

inline constexpr int kStages = 2;
inline constexpr int kGroupThreads = 32 * kSlices;
inline constexpr int kFetchWarp = 1;  ///< warp of a group that starts the copies

/// What is streamed, the same for every row tile of a matrix.
struct StreamShape {
    int groups;      ///< of K
    int tiles;       ///< of a slice in a stage
    int pieces;      ///< of a row tile
    int lora_bytes;  ///< rows of B of a row tile, 0 without an adapter
    int stage_bytes;
};

template <QuantKind kKind>
__host__ __device__ inline StreamShape stream_shape(int groups, int most_tiles, int rank) {
    const int longest = (groups + kSlices - 1) / kSlices;
    StreamShape s{};
    s.groups = groups;
    s.pieces = (longest + most_tiles - 1) / most_tiles;
    s.tiles = (longest + s.pieces - 1) / s.pieces;
    s.lora_bytes = 2 * static_cast<int>(kQuantRows) * rank;
    s.stage_bytes = kSlices * s.tiles * TileSlot<kKind>::kBytes + s.lora_bytes;
    return s;
}

/// Where the tiles of one slice lie in a stage.
struct SlicePlace {
    int codes;  ///< byte offset of the first tile
    int meta;
    int first;  ///< group of K
    int length;
};

template <QuantKind kKind>
__device__ __forceinline__ SlicePlace slice_place(const StreamShape& s, int slice) {
    SlicePlace p;
    p.first = static_cast<int>(slice_begin(s.groups, slice));
    p.length = static_cast<int>(slice_begin(s.groups, slice + 1)) - p.first;
    const int at = s.pieces == 1 ? p.first : slice * s.tiles;
    p.codes = at * TileSlot<kKind>::kCodes;
    p.meta = kSlices * s.tiles * TileSlot<kKind>::kCodes + at * TileSlot<kKind>::kMeta;
    return p;
}

/// Bytes of the matrix that the stream reads.
struct StreamSource {
    const std::uint8_t* codes;
    const std::uint8_t* meta;
    const std::uint8_t* lora_b;
};

/// Fills one stage with piece `piece` of row tile `tile`. sm_90: called by one whole warp,
/// completes on `barrier`. Before: called by the whole group (thread = 0..255), completes with its
/// copy group.
template <QuantKind kKind>
__device__ __forceinline__ void fill_stage(const StreamSource& from,
                                           const StreamShape& s,
                                           int tile,
                                           int piece,
                                           std::uint32_t stage,
                                           std::uint32_t barrier,
                                           int thread,
                                           std::uint64_t policy) {
    using Slot = TileSlot<kKind>;
    const std::int64_t row = static_cast<std::int64_t>(tile) * s.groups;
    const std::uint32_t meta_at = stage + kSlices * s.tiles * Slot::kCodes;
    const std::uint32_t lora_at = stage + kSlices * s.tiles * Slot::kBytes;
    const bool adapter = s.lora_bytes > 0 && piece == s.pieces - 1;
#if __CUDA_ARCH__ >= 900
    if (s.pieces == 1) {
        if (thread != 0) return;
        expect_bytes(barrier, s.groups * Slot::kBytes + (adapter ? s.lora_bytes : 0));
        bulk_copy(stage, from.codes + row * Slot::kCodes, s.groups * Slot::kCodes, barrier, policy);
        bulk_copy(meta_at, from.meta + row * Slot::kMeta, s.groups * Slot::kMeta, barrier, policy);
        if (adapter) {
            bulk_copy(lora_at,
                      from.lora_b + static_cast<std::int64_t>(tile) * s.lora_bytes,
                      s.lora_bytes,
                      barrier,
                      policy);
        }
        return;
    }
    int count = 0;
    std::int64_t first = 0;
    if (thread < kSlices) {
        const int begin = static_cast<int>(slice_begin(s.groups, thread));
        const int end = static_cast<int>(slice_begin(s.groups, thread + 1));
        first = begin + piece * s.tiles;
        count = end - static_cast<int>(first);
        count = count < 0 ? 0 : count > s.tiles ? s.tiles : count;
    }
    const int all = __reduce_add_sync(0xffffffffU, count);
    if (thread == 0) expect_bytes(barrier, all * Slot::kBytes + (adapter ? s.lora_bytes : 0));
    __syncwarp();
    if (count > 0) {
        bulk_copy(stage + thread * s.tiles * Slot::kCodes,
                  from.codes + (row + first) * Slot::kCodes,
                  count * Slot::kCodes,
                  barrier,
                  policy);
        bulk_copy(meta_at + thread * s.tiles * Slot::kMeta,
                  from.meta + (row + first) * Slot::kMeta,
                  count * Slot::kMeta,
                  barrier,
                  policy);
    }
    if (adapter && thread == 0) {
        bulk_copy(lora_at,
                  from.lora_b + static_cast<std::int64_t>(tile) * s.lora_bytes,
                  s.lora_bytes,
                  barrier,
                  policy);
    }
#else
    // Warp w copies the tiles of slice w.
    const int slice = thread / 32;
    const int lane = thread % 32;
    const SlicePlace p = slice_place<kKind>(s, slice);
    int count = p.length - piece * s.tiles;
    count = count > s.tiles ? s.tiles : count;
    const std::int64_t first = row + p.first + piece * s.tiles;
    for (int at = 16 * lane; at < count * Slot::kCodes; at += 512) {
        copy16(stage + p.codes + at, from.codes + first * Slot::kCodes + at, policy);
    }
    for (int at = 16 * lane; at < count * Slot::kMeta; at += 512) {
        copy16(stage + p.meta + at, from.meta + first * Slot::kMeta + at, policy);
    }
    for (int at = 16 * thread; adapter && at < s.lora_bytes; at += 16 * kGroupThreads) {
        copy16(lora_at + at,
               from.lora_b + static_cast<std::int64_t>(tile) * s.lora_bytes + at,
               policy);
    }
#endif
}

}  // namespace veritune::kernels::cuda
