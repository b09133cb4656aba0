// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/cluster.cuh"
#include "kernels/cuda/gemm_q_common.cuh"
#include "kernels/cuda/gemm_q_mid.h"
#include "kernels/cuda/launch.h"

/// gemm_q for 9 to 256 tokens: from about 40 on bound by the tensor cores. A block of four warps
/// takes 128 rows and up to 64 tokens; a warp two row tiles and all the tokens, so that a weight is
/// dequantised once and an activation serves two tiles. Activations and weights of one group of 64
/// inputs go through a ring of shared memory that the four warps share. Matrices with few rows are
/// cut along K: the blocks of a cluster take whole slices each, and put every slice's sums into the
/// shared memory of the block that finishes those rows, which adds the eight in order. Without a
/// cut (many rows, or a card before sm_90) a block walks all eight slices with a running total.
/// Either way the sums are those of gemm_q_small, in the same order.
namespace veritune::kernels::cuda {
namespace {

constexpr int kWarps = 4;
constexpr int kThreads = 32 * kWarps;
constexpr int kWarpTiles = 2;                     // row tiles of a warp
constexpr int kBlockTiles = kWarps * kWarpTiles;  // row tiles of a block

/// Stages of the ring, and blocks that a multiprocessor holds at once. Few tokens: bound by memory,
/// so many bytes are to be under way. Many: registers for the sums decide.
template <int kColumns>
struct Shape {
    static constexpr int kStages = kColumns == 8 ? 3 : kColumns == 4 ? 4 : 6;
    static constexpr int kBlocks = kColumns == 8 ? 2 : kColumns == 4 ? 3 : 4;
};

/// One stage of the ring, in bytes: activations [8 kColumns][128], codes and meta of the row tiles.
template <QuantKind kKind, int kColumns>
struct Stage {
    using Slot = TileSlot<kKind>;
    static constexpr int kCodesAt = 8 * kColumns * 128;
    static constexpr int kMetaAt = kCodesAt + kBlockTiles * Slot::kCodes;
    static constexpr int kBytes = kMetaAt + kBlockTiles * Slot::kMeta;
};

/// Where a block stands in the work.
struct Place {
    int ranks;  // blocks that share the rows, each with 8 / ranks slices
    int rank;
    int tile;   // first row tile
    int tiles;  // of the matrix
    int token;  // first token
    int groups;
};

template <QuantKind kKind, int kColumns>
__host__ __device__ constexpr int parts_at() {
    return Shape<kColumns>::kStages * Stage<kKind, kColumns>::kBytes +
           (kKind == QuantKind::kNf4 ? 2048 : 0);
}
/// Sums of the rows that a block finishes: [slice][tile][column tile][lane] of four floats.
template <int kColumns>
__host__ __device__ constexpr int parts_bytes(int ranks) {
    return ranks == 1 ? 0 : kSlices * (kBlockTiles / ranks) * kColumns * 512;
}

/// What one thread copies of every stage. A row tile or a token that is not there takes the last
/// one's bytes: its results are not stored.
template <QuantKind kKind, int kColumns>
struct Source {
    using S = Stage<kKind, kColumns>;
    using Slot = TileSlot<kKind>;
    static constexpr int kRows = kColumns / 2;  // tokens per thread: 16 tokens a round
    static constexpr int kPieces = Slot::kCodes / 256;
    static constexpr int kMetaPieces = Slot::kMeta / 16;  // of a tile

    const std::uint8_t* x;  // of the first group
    std::uint32_t x_row[kRows];
    std::uint32_t x_to;
    const std::uint8_t* codes[kPieces];
    const std::uint8_t* meta;
    std::uint64_t policy;
    bool has_meta;

    __device__ Source(const GemmQ& a, const Place& p, int first_group, bool once) {
        const int thread = static_cast<int>(threadIdx.x);
        const int row = thread / 8;
        const int part = thread % 8;
        x = reinterpret_cast<const std::uint8_t*>(a.x) +
            128 * static_cast<std::int64_t>(first_group) + 16 * part;
#pragma unroll
        for (int i = 0; i < kRows; ++i) {
            const int token = p.token + row + 16 * i;
            const int there = token < a.m ? token : static_cast<int>(a.m) - 1;
            x_row[i] = static_cast<std::uint32_t>(there * a.x_stride * 2);
        }
        // XOR with the row: the eight rows that a quarter warp reads at once lie in different
        // banks.
        x_to = row * 128 + ((part ^ (row & 7)) * 16);
#pragma unroll
        for (int i = 0; i < kPieces; ++i) {
            const int piece = thread + kThreads * i;
            const int tile = piece / (Slot::kCodes / 16);
            codes[i] = a.w.codes + tile_at(p, tile, first_group) * Slot::kCodes +
                       piece % (Slot::kCodes / 16) * 16;
        }
        has_meta = thread < kBlockTiles * kMetaPieces;
        const int tile = has_meta ? thread / kMetaPieces : 0;
        meta = static_cast<const std::uint8_t*>(a.w.meta) +
               tile_at(p, tile, first_group) * Slot::kMeta + thread % kMetaPieces * 16;
        // Blocks of other tokens read the same weights soon after: then they may stay in L2.
        policy = once ? evict_first_policy() : keep_policy();
    }
    __device__ static std::int64_t tile_at(const Place& p, int tile, int group) {
        const int there = p.tile + tile < p.tiles ? p.tile + tile : p.tiles - 1;
        return static_cast<std::int64_t>(there) * p.groups + group;
    }
    __device__ static std::uint64_t keep_policy() {
        std::uint64_t policy;
        asm volatile("createpolicy.fractional.L2::evict_normal.b64 %0, 1.0;" : "=l"(policy));
        return policy;
    }
    __device__ __forceinline__ void fetch_weights(std::uint32_t stage, int group) const {
#pragma unroll
        for (int i = 0; i < kPieces; ++i) {
            copy16(stage + S::kCodesAt + 16 * (threadIdx.x + kThreads * i),
                   codes[i] + static_cast<std::int64_t>(group) * Slot::kCodes,
                   policy);
        }
        if (has_meta) {
            copy16(stage + S::kMetaAt + 16 * threadIdx.x,
                   meta + static_cast<std::int64_t>(group) * Slot::kMeta,
                   policy);
        }
    }
    __device__ __forceinline__ void fetch_activations(std::uint32_t stage, int group) const {
#pragma unroll
        for (int i = 0; i < kRows; ++i) copy16(stage + x_to + 2048 * i, x + 128 * group + x_row[i]);
    }
};

template <int kColumns>
using Sums = float[kWarpTiles][kColumns][4];

/// One group: both row tiles of the warp times all tokens of the block.
template <QuantKind kKind, int kColumns>
__device__ __forceinline__ void multiply_stage(
    std::uint32_t stage, int warp, int lane, std::uint32_t table, Sums<kColumns>& acc) {
    using S = Stage<kKind, kColumns>;
    using Slot = TileSlot<kKind>;
    const int g = lane >> 2;
    const int t = lane & 3;
    AFragment a[kWarpTiles][4];
#pragma unroll
    for (int i = 0; i < kWarpTiles; ++i) {
        const int tile = kWarpTiles * warp + i;
        tile_fragments<kKind>(stage + S::kCodesAt + tile * Slot::kCodes,
                              stage + S::kMetaAt + tile * Slot::kMeta,
                              lane,
                              table,
                              a[i]);
    }
    const std::uint32_t low = stage + g * 128 + ((2 * t) ^ g) * 16;
    const std::uint32_t high = stage + g * 128 + ((2 * t + 1) ^ g) * 16;
#pragma unroll
    for (int pair = 0; pair < kColumns; pair += 2) {
        uint4 x[2][2];
#pragma unroll
        for (int c = 0; c < 2; ++c) {
            x[c][0] = load_shared16(low + 1024 * (pair + c));
            x[c][1] = load_shared16(high + 1024 * (pair + c));
        }
#pragma unroll
        for (int m = 0; m < 4; ++m) {
#pragma unroll
            for (int c = 0; c < 2; ++c) {
                const uint4& v = x[c][m >> 1];
#pragma unroll
                for (int i = 0; i < kWarpTiles; ++i) {
                    mma_bf16(acc[i][pair + c], a[i][m], m & 1 ? v.z : v.x, m & 1 ? v.w : v.y);
                }
            }
        }
    }
}

/// B xa of one row tile and eight tokens, straight from global memory: the steps of lora_step.
__device__ __forceinline__ void adapter_sums(
    const GemmQ& a, std::int64_t tile, int first_token, int lane, float (&sum)[4]) {
    const int g = lane >> 2;
    const int t = lane & 3;
    const int r = static_cast<int>(a.lora.r);
    const int token = first_token + g < a.m ? first_token + g : 0;
    const Bf16* b = a.lora.b + (kQuantRows * tile + g) * r + 4 * t;
    const Bf16* xa =
        a.lora.xa + token * a.lora.xa_stride + lora_slice(a, kQuantRows * tile) * r + 4 * t;
    const bool gate_up = a.w.order == RowOrder::kGateUp;
#pragma unroll 1
    for (int q = 0; q < r; q += 16) {
        const uint2 low = __ldg(reinterpret_cast<const uint2*>(b + q));
        const uint2 high = __ldg(reinterpret_cast<const uint2*>(b + 8 * r + q));
        const uint2 x = __ldcg(reinterpret_cast<const uint2*>(xa + q));
        if (!gate_up) {
            mma_bf16(sum, {low.x, high.x, low.y, high.y}, x.x, x.y);
            continue;
        }
        const uint2 of_up = __ldcg(reinterpret_cast<const uint2*>(xa + r + q));
        mma_bf16(sum, {low.x, 0, low.y, 0}, x.x, x.y);
        mma_bf16(sum, {0, high.x, 0, high.y}, of_up.x, of_up.y);
    }
}

/// Adapter, bias, epilogue of rows g, g + 8 of a row tile and two tokens.
template <QuantKind kKind>
__device__ __forceinline__ void finish(const GemmQ& a,
                                       std::int64_t tile,
                                       int first_token,
                                       int lane,
                                       const float (&sum)[4],
                                       const float (&lora)[4]) {
    const int row = static_cast<int>(kQuantRows * tile) + (lane >> 2);
#pragma unroll
    for (int e = 0; e < 2; ++e) {
        const int token = first_token + 2 * (lane & 3) + e;
        if (token >= a.m) continue;
        if (a.epilogue == GemmEpilogue::kSwiglu) {
            store_feature(a,
                          token,
                          static_cast<int>(8 * tile) + (lane >> 2),
                          with_adapter<kKind>(a, row, sum[e], lora[e]),
                          with_adapter<kKind>(a, row + 8, sum[2 + e], lora[2 + e]));
            continue;
        }
        if (row < a.w.n) store_row(a, token, row, with_adapter<kKind>(a, row, sum[e], lora[e]));
        if (row + 8 < a.w.n) {
            store_row(a, token, row + 8, with_adapter<kKind>(a, row + 8, sum[2 + e], lora[2 + e]));
        }
    }
}

/// The stages of a block in order: fetched two ahead, multiplied one after another.
template <QuantKind kKind, int kColumns>
struct Pipeline {
    using S = Stage<kKind, kColumns>;
    static constexpr int kStages = Shape<kColumns>::kStages;
    const Source<kKind, kColumns>& source;
    std::uint32_t ring;
    std::uint32_t table;
    int groups;  // of this block
    int fetched = 0;
    int fetch_slot = 0;
    int slot = 0;

    /// Weights do not depend on the kernel before: their copies start before it has ended.
    __device__ void start() {
        for (int d = 0; d < kStages - 1 && d < groups; ++d) {
            source.fetch_weights(ring + d * S::kBytes, d);
        }
        wait_for_previous_kernel();
        for (int d = 0; d < kStages - 1; ++d) {
            if (d < groups) source.fetch_activations(ring + d * S::kBytes, d);
            commit_copies();
        }
        fetched = kStages - 1;
        fetch_slot = kStages - 1;
    }
    __device__ __forceinline__ void step(int warp, int lane, Sums<kColumns>& acc) {
        wait_for_copies<kStages - 2>();
        __syncthreads();  // also: everybody has read the slot that is filled next
        if (fetched < groups) {
            source.fetch_weights(ring + fetch_slot * S::kBytes, fetched);
            source.fetch_activations(ring + fetch_slot * S::kBytes, fetched);
        }
        commit_copies();
        ++fetched;
        fetch_slot = fetch_slot + 1 == kStages ? 0 : fetch_slot + 1;
        multiply_stage<kKind, kColumns>(ring + slot * S::kBytes, warp, lane, table, acc);
        slot = slot + 1 == kStages ? 0 : slot + 1;
    }
};

/// All slices in this block, with a running total.
template <QuantKind kKind, int kColumns>
__device__ __forceinline__ void whole_rows(
    const GemmQ& a, const Place& p, Pipeline<kKind, kColumns>& pipeline, int warp, int lane) {
    Sums<kColumns> total;
#pragma unroll 1
    for (int slice = 0; slice < kSlices; ++slice) {
        Sums<kColumns> acc = {};
        const std::int64_t end = slice_begin(p.groups, slice + 1);
#pragma unroll 1
        for (std::int64_t j = slice_begin(p.groups, slice); j < end; ++j) {
            pipeline.step(warp, lane, acc);
        }
#pragma unroll
        for (int i = 0; i < kWarpTiles; ++i) {
#pragma unroll
            for (int c = 0; c < kColumns; ++c) {
#pragma unroll
                for (int e = 0; e < 4; ++e) {
                    total[i][c][e] =
                        slice == 0 ? acc[i][c][e] : __fadd_rn(total[i][c][e], acc[i][c][e]);
                }
            }
        }
    }
#pragma unroll
    for (int i = 0; i < kWarpTiles; ++i) {
        const int tile = p.tile + kWarpTiles * warp + i;
        if (tile >= p.tiles) continue;
#pragma unroll
        for (int c = 0; c < kColumns; ++c) {
            float lora[4] = {};
            if (a.lora.r > 0) adapter_sums(a, tile, p.token + 8 * c, lane, lora);
            finish<kKind>(a, tile, p.token + 8 * c, lane, total[i][c], lora);
        }
    }
}

/// This block's slices; the sums go to the blocks that finish the rows. Then its own rows.
template <QuantKind kKind, int kColumns>
__device__ __forceinline__ void shared_rows(const GemmQ& a,
                                            const Place& p,
                                            Pipeline<kKind, kColumns>& pipeline,
                                            std::uint32_t parts,
                                            int warp,
                                            int lane) {
    const int owned = kBlockTiles / p.ranks;
    const int slices = kSlices / p.ranks;
    wait_for_cluster();  // all blocks are there, their memory may be written
#pragma unroll 1
    for (int slice = p.rank * slices; slice < (p.rank + 1) * slices; ++slice) {
        Sums<kColumns> acc = {};
        const std::int64_t end = slice_begin(p.groups, slice + 1);
#pragma unroll 1
        for (std::int64_t j = slice_begin(p.groups, slice); j < end; ++j) {
            pipeline.step(warp, lane, acc);
        }
#pragma unroll
        for (int i = 0; i < kWarpTiles; ++i) {
            const int tile = kWarpTiles * warp + i;
            const std::uint32_t to = in_block(
                parts + (slice * owned + tile % owned) * kColumns * 512 + 16 * lane, tile / owned);
#pragma unroll
            for (int c = 0; c < kColumns; ++c) store_in_cluster(to + 512 * c, acc[i][c]);
        }
    }
    arrive_at_cluster();
    wait_for_cluster();
    for (int f = warp; f < owned * kColumns; f += kWarps) {
        const int tile = p.tile + p.rank * owned + f / kColumns;
        const int first_token = p.token + 8 * (f % kColumns);
        if (tile >= p.tiles || first_token >= a.m) continue;
        float lora[4] = {};
        if (a.lora.r > 0) adapter_sums(a, tile, first_token, lane, lora);
        const std::uint32_t from = parts + 512 * f + 16 * lane;
        float sum[4];
#pragma unroll
        for (int slice = 0; slice < kSlices; ++slice) {
            const uint4 part = load_shared16(from + slice * owned * kColumns * 512);
            const std::uint32_t bits[4] = {part.x, part.y, part.z, part.w};
#pragma unroll
            for (int e = 0; e < 4; ++e) {
                const float v = __uint_as_float(bits[e]);
                sum[e] = slice == 0 ? v : __fadd_rn(sum[e], v);
            }
        }
        finish<kKind>(a, tile, first_token, lane, sum, lora);
    }
}

template <QuantKind kKind, int kColumns, bool kSplit>
__global__ void __launch_bounds__(kThreads, Shape<kColumns>::kBlocks)
    gemm_q_mid_kernel(const __grid_constant__ GemmQ a, int ranks, int token_blocks) {
    constexpr int kTableAt = Shape<kColumns>::kStages * Stage<kKind, kColumns>::kBytes;
    extern __shared__ __align__(128) std::uint8_t memory[];
    let_next_kernel_start();
    if constexpr (kSplit) arrive_at_cluster();
    const int block = static_cast<int>(blockIdx.x) / ranks;
    const int warp = static_cast<int>(threadIdx.x) / 32;
    const int lane = static_cast<int>(threadIdx.x) % 32;
    const Place p{.ranks = ranks,
                  .rank = static_cast<int>(blockIdx.x) % ranks,
                  .tile = block / token_blocks * kBlockTiles,
                  .tiles = static_cast<int>(row_tiles(a.w)),
                  .token = block % token_blocks * 8 * kColumns,
                  .groups = static_cast<int>(k_groups(a.w))};
    const int slices = kSlices / ranks;
    const int first = static_cast<int>(slice_begin(p.groups, p.rank * slices));
    const int end = static_cast<int>(slice_begin(p.groups, (p.rank + 1) * slices));
    const std::uint32_t shared = shared_address(memory);
    const std::uint32_t table = shared + kTableAt;
    if constexpr (kKind == QuantKind::kNf4) {
        float* values = reinterpret_cast<float*>(memory + kTableAt);
        for (int i = threadIdx.x; i < 512; i += kThreads) values[i] = nf4_value(i / 32);
    }
    const Source<kKind, kColumns> source(a, p, first, token_blocks == 1);
    Pipeline<kKind, kColumns> pipeline{source, shared, table, end - first};
    pipeline.start();
    if constexpr (kSplit) {
        shared_rows<kKind, kColumns>(
            a, p, pipeline, shared + parts_at<kKind, kColumns>(), warp, lane);
    } else {
        whole_rows<kKind, kColumns>(a, p, pipeline, warp, lane);
    }
}

/// Blocks along K: as many as fill the card, and none where the rows alone do. Any number gives the
/// same bits.
int ranks_for(std::int64_t blocks, std::int64_t groups, int blocks_each) {
    if (compute_major() < 9) return 1;
    const std::int64_t places = std::int64_t{blocks_each} * multiprocessors();
    if (blocks >= 3 * places) return 1;
    return 4 * blocks < places * 3 / 4 && groups >= 64 ? 8 : 4;
}

template <QuantKind kKind, int kColumns, bool kSplit>
Status launch_mid(const GemmQ& a, int ranks, int token_blocks, std::int64_t blocks, Stream stream) {
    const auto kernel = gemm_q_mid_kernel<kKind, kColumns, kSplit>;
    const int bytes = parts_at<kKind, kColumns>() + parts_bytes<kColumns>(ranks);
    const Status status = check(cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel),
                                                     cudaFuncAttributeMaxDynamicSharedMemorySize,
                                                     bytes),
                                "gemm_q");
    if (status != Status::kOk) return status;
    cudaLaunchAttribute attributes[2] = {};
    attributes[0].id = cudaLaunchAttributeProgrammaticStreamSerialization;
    attributes[0].val.programmaticStreamSerializationAllowed = a.overlap_previous ? 1 : 0;
    attributes[1].id = cudaLaunchAttributeClusterDimension;
    attributes[1].val.clusterDim.x = static_cast<unsigned>(ranks);
    attributes[1].val.clusterDim.y = 1;
    attributes[1].val.clusterDim.z = 1;
    cudaLaunchConfig_t config{};
    config.gridDim = dim3(static_cast<unsigned>(blocks * ranks));
    config.blockDim = dim3(kThreads);
    config.dynamicSmemBytes = static_cast<std::size_t>(bytes);
    config.stream = static_cast<cudaStream_t>(stream.handle);
    config.attrs = attributes;
    config.numAttrs = kSplit ? 2 : 1;
    return check(cudaLaunchKernelEx(&config, kernel, a, ranks, token_blocks), "gemm_q");
}

template <QuantKind kKind, int kColumns>
Status gemm_q_mid_columns(const GemmQ& a, Stream stream, int wish) {
    const int token_blocks = static_cast<int>((a.m + 8 * kColumns - 1) / (8 * kColumns));
    const std::int64_t blocks = (row_tiles(a.w) + kBlockTiles - 1) / kBlockTiles * token_blocks;
    const int ranks = wish > 0 ? wish : ranks_for(blocks, k_groups(a.w), Shape<kColumns>::kBlocks);
    return ranks == 1 ? launch_mid<kKind, kColumns, false>(a, ranks, token_blocks, blocks, stream)
                      : launch_mid<kKind, kColumns, true>(a, ranks, token_blocks, blocks, stream);
}

template <QuantKind kKind>
Status gemm_q_mid_kind(const GemmQ& a, Stream stream, int ranks) {
    if (a.m <= 16) return gemm_q_mid_columns<kKind, 2>(a, stream, ranks);
    return a.m <= 32 ? gemm_q_mid_columns<kKind, 4>(a, stream, ranks)
                     : gemm_q_mid_columns<kKind, 8>(a, stream, ranks);
}

}  // namespace

Status gemm_q_mid(const GemmQ& a, Stream stream, int ranks) {
    const bool known = ranks == 0 || ranks == 1 || ranks == 4 || ranks == 8;
    if (!valid(a) || !known || (ranks > 1 && compute_major() < 9)) return Status::kInvalidArgument;
    switch (a.w.kind) {
        case QuantKind::kInt4:
            return gemm_q_mid_kind<QuantKind::kInt4>(a, stream, ranks);
        case QuantKind::kNf4:
            return gemm_q_mid_kind<QuantKind::kNf4>(a, stream, ranks);
        case QuantKind::kInt8:
            return gemm_q_mid_kind<QuantKind::kInt8>(a, stream, ranks);
    }
    return Status::kInvalidArgument;
}

}  // namespace veritune::kernels::cuda
