// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/cluster.cuh"
#include "kernels/cuda/gemm_q_mid.h"
#include "kernels/cuda/gemm_q_rows.cuh"
#include "kernels/cuda/launch.h"

/// gemm_q for 9 to 256 tokens: from about 40 on bound by the tensor cores. A block takes 128 rows
/// and up to 64 tokens, a warp two row tiles and up to 32 tokens, so that a weight is dequantised
/// once per 32 tokens and an activation serves two tiles. Activations and weights of one group of
/// 64 inputs go through a ring of shared memory that the warps share. Matrices with few rows are
/// cut along K: the blocks of a cluster take whole slices each, and put every slice's sums into the
/// shared memory of the block that finishes those rows, which adds the eight in order. Without a
/// cut (many rows, or a card before sm_90) a block walks all eight slices with a running total.
/// Either way the sums are those of gemm_q_small, in the same order.
namespace veritune::kernels::cuda {
namespace {

constexpr int kRowWarps = 4;                         // warps along the rows
constexpr int kWarpTiles = 2;                        // row tiles of a warp
constexpr int kBlockTiles = kRowWarps * kWarpTiles;  // row tiles of a block

/// How a block is made for 8 * kTotal tokens: kColumns column tiles a warp, kHalves warps beside
/// each other. An HMMA keeps its warp from the next one for eight cycles: many tokens want four
/// warps on every scheduler (128 registers). Few tokens are bound by memory: many bytes under way.
template <int kColumnsOfWarp, int kHalvesOfBlock>
struct Shape {
    static constexpr int kColumns = kColumnsOfWarp;
    static constexpr int kHalves = kHalvesOfBlock;
    static constexpr int kTotal = kColumns * kHalves;
    static constexpr int kTokens = 8 * kTotal;
    static constexpr int kWarps = kRowWarps * kHalves;
    static constexpr int kThreads = 32 * kWarps;
    static constexpr int kStages = kTotal == 8 ? 3 : 4;
    static constexpr int kBlocks = kTotal == 8 ? 2 : kTotal == 4 ? 3 : 5;
};
using Tokens16 = Shape<2, 1>;
using Tokens32 = Shape<4, 1>;
using Tokens64 = Shape<4, 2>;  // short work: four warps on every scheduler
using Wide64 = Shape<8, 1>;    // long work: a weight is dequantised once for all 64

/// One stage of the ring, in bytes: activations [tokens][128], codes and meta of the row tiles.
template <QuantKind kKind, typename Sh>
struct Stage {
    using Slot = TileSlot<kKind>;
    static constexpr int kCodesAt = Sh::kTokens * 128;
    static constexpr int kMetaAt = kCodesAt + kBlockTiles * Slot::kCodes;
    static constexpr int kBytes = kMetaAt + kBlockTiles * Slot::kMeta;
    static constexpr int kRing = Sh::kStages * kBytes;
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

template <QuantKind kKind, typename Sh>
__host__ __device__ constexpr int parts_at() {
    return Stage<kKind, Sh>::kRing + (kKind == QuantKind::kNf4 ? 2048 : 0);
}
/// Sums of the rows that a block finishes: [slice][tile][column tile][lane] of four floats.
template <typename Sh>
__host__ __device__ constexpr int parts_bytes(int ranks) {
    return ranks == 1 ? 0 : kSlices * (kBlockTiles / ranks) * Sh::kTotal * 512;
}

/// What one thread copies of every stage; offsets run on from group to group (32 bits: valid
/// matrices have less than 4 GiB). A row tile or a token that is not there takes the last one's
/// bytes: its results are not stored.
template <QuantKind kKind, typename Sh>
struct Source {
    using S = Stage<kKind, Sh>;
    using Slot = TileSlot<kKind>;
    static constexpr int kRowsAtOnce = Sh::kThreads / 8;
    static constexpr int kRows = Sh::kTokens / kRowsAtOnce;
    static constexpr int kPieces = kBlockTiles * Slot::kCodes / 16 / Sh::kThreads;
    static constexpr int kMetaPieces = Slot::kMeta / 16;  // of a tile

    const GemmQ& a;
    std::uint32_t x[kRows];  // byte offsets
    std::uint32_t codes[kPieces];
    std::uint32_t meta;
    std::uint64_t policy;
    // Where the thread's first weights and activations go in the stage to be filled. They are kept
    // per thread, and not as an offset common to all: ptxas 13.0 makes an illegal instruction of a
    // copy with a cache hint whose shared address has a uniform part.
    std::uint32_t weights_to;
    std::uint32_t x_to;
    std::uint32_t weights_end;
    bool has_meta;

    __device__ Source(
        const GemmQ& args, const Place& p, int first_group, bool once, std::uint32_t ring)
        : a(args) {
        const int thread = static_cast<int>(threadIdx.x);
        const int row = thread / 8;
        const int part = thread % 8;
#pragma unroll
        for (int i = 0; i < kRows; ++i) {
            const int token = p.token + row + kRowsAtOnce * i;
            const std::int64_t there = token < a.m ? token : a.m - 1;
            x[i] =
                static_cast<std::uint32_t>(2 * there * a.x_stride + 128 * first_group + 16 * part);
        }
        // XOR with the row: the two rows that a quarter warp reads at once lie in different banks.
        x_to = ring + row * 128 + ((part ^ (row & 7)) * 16);
        weights_to = ring + S::kCodesAt + 16 * thread;
        weights_end = weights_to + S::kRing;
#pragma unroll
        for (int i = 0; i < kPieces; ++i) {
            const int piece = thread + Sh::kThreads * i;
            codes[i] = tile_at(p, piece / (Slot::kCodes / 16), first_group) * Slot::kCodes +
                       piece % (Slot::kCodes / 16) * 16;
        }
        has_meta = thread < kBlockTiles * kMetaPieces;
        const int tile = has_meta ? thread / kMetaPieces : 0;
        meta = tile_at(p, tile, first_group) * Slot::kMeta + thread % kMetaPieces * 16;
        // Blocks of other tokens read the same weights soon after: then they may stay in L2.
        policy = once ? evict_first_policy() : keep_policy();
    }
    __device__ static std::uint32_t tile_at(const Place& p, int tile, int group) {
        const int there = p.tile + tile < p.tiles ? p.tile + tile : p.tiles - 1;
        return static_cast<std::uint32_t>(there * p.groups + group);
    }
    __device__ static std::uint64_t keep_policy() {
        std::uint64_t policy;
        asm volatile("createpolicy.fractional.L2::evict_normal.b64 %0, 1.0;" : "=l"(policy));
        return policy;
    }
    __device__ __forceinline__ void fetch_weights() {
#pragma unroll
        for (int i = 0; i < kPieces; ++i) {
            copy16(weights_to + 16 * Sh::kThreads * i, a.w.codes + codes[i], policy);
            codes[i] += Slot::kCodes;
        }
        if (has_meta) {
            copy16(weights_to + (S::kMetaAt - S::kCodesAt),
                   static_cast<const std::uint8_t*>(a.w.meta) + meta,
                   policy);
        }
        meta += Slot::kMeta;
        weights_to += S::kBytes;
        if (weights_to == weights_end) weights_to -= S::kRing;
    }
    __device__ __forceinline__ void fetch_activations(std::uint32_t to) {
#pragma unroll
        for (int i = 0; i < kRows; ++i) {
            copy16(to + x_to + 128 * kRowsAtOnce * i,
                   reinterpret_cast<const std::uint8_t*>(a.x) + x[i]);
            x[i] += 128;
        }
    }
};

template <typename Sh>
using Sums = float[kWarpTiles][Sh::kColumns][4];

/// Which part of a block a warp does.
struct WarpPlace {
    int tile;    // first of its row tiles, within the block
    int column;  // first of its column tiles
    int lane;
};

/// One group: both row tiles of the warp times its tokens.
template <QuantKind kKind, typename Sh>
__device__ __forceinline__ void multiply_stage(std::uint32_t stage,
                                               const WarpPlace& w,
                                               std::uint32_t table,
                                               Sums<Sh>& acc) {
    using S = Stage<kKind, Sh>;
    using Slot = TileSlot<kKind>;
    const int g = w.lane >> 2;
    const int t = w.lane & 3;
    AFragment a[kWarpTiles][4];
#pragma unroll
    for (int i = 0; i < kWarpTiles; ++i) {
        tile_fragments<kKind>(stage + S::kCodesAt + (w.tile + i) * Slot::kCodes,
                              stage + S::kMetaAt + (w.tile + i) * Slot::kMeta,
                              w.lane,
                              table,
                              a[i]);
    }
    const std::uint32_t low = stage + 1024 * w.column + g * 128 + ((2 * t) ^ g) * 16;
    const std::uint32_t high = stage + 1024 * w.column + g * 128 + ((2 * t + 1) ^ g) * 16;
    // Two column tiles at once: four independent accumulators between dependent steps. The other
    // kinds need the registers.
    constexpr int kAtOnce = kKind == QuantKind::kInt4 ? 2 : 1;
#pragma unroll
    for (int first = 0; first < Sh::kColumns; first += kAtOnce) {
        uint4 x[kAtOnce][2];
#pragma unroll
        for (int c = 0; c < kAtOnce; ++c) {
            x[c][0] = load_shared16(low + 1024 * (first + c));
            x[c][1] = load_shared16(high + 1024 * (first + c));
        }
#pragma unroll
        for (int m = 0; m < 4; ++m) {
#pragma unroll
            for (int c = 0; c < kAtOnce; ++c) {
                const uint4& v = x[c][m >> 1];
#pragma unroll
                for (int i = 0; i < kWarpTiles; ++i) {
                    mma_bf16(acc[i][first + c], a[i][m], m & 1 ? v.z : v.x, m & 1 ? v.w : v.y);
                }
            }
        }
    }
}

/// The stages of a block in order: fetched ahead, multiplied one after another.
template <QuantKind kKind, typename Sh>
struct Pipeline {
    using S = Stage<kKind, Sh>;
    Source<kKind, Sh>& source;
    std::uint32_t ring;
    std::uint32_t table;
    int left;  // groups still to fetch
    std::uint32_t fetch_at = 0;
    std::uint32_t stage_at = 0;

    /// Weights do not depend on the kernel before: their copies start before it has ended.
    __device__ void start() {
        const int ahead = left < Sh::kStages - 1 ? left : Sh::kStages - 1;
        for (int d = 0; d < ahead; ++d) source.fetch_weights();
        wait_for_previous_kernel();
        for (int d = 0; d < Sh::kStages - 1; ++d) {
            if (d < ahead) source.fetch_activations(d * S::kBytes);
            commit_copies();
        }
        left -= ahead;
        fetch_at = (Sh::kStages - 1) * S::kBytes;
    }
    __device__ __forceinline__ void step(const WarpPlace& w, Sums<Sh>& acc) {
        wait_for_copies<Sh::kStages - 2>();
        __syncthreads();  // also: everybody has read the stage that is filled next
        if (left > 0) {
            source.fetch_weights();
            source.fetch_activations(fetch_at);
        }
        commit_copies();
        --left;
        multiply_stage<kKind, Sh>(ring + stage_at, w, table, acc);
        fetch_at = stage_at;  // the stage just read is the next to be filled
        stage_at = stage_at + S::kBytes == S::kRing ? 0 : stage_at + S::kBytes;
    }
};

/// One slice of K into acc.
template <QuantKind kKind, typename Sh>
__device__ __forceinline__ void multiply_slice(
    int groups, int slice, Pipeline<kKind, Sh>& pipeline, const WarpPlace& w, Sums<Sh>& acc) {
    const int count = static_cast<int>(slice_begin(groups, slice + 1) - slice_begin(groups, slice));
#pragma unroll 1
    for (int j = 0; j < count; ++j) pipeline.step(w, acc);
}

/// All slices in this block, with a running total.
template <QuantKind kKind, typename Sh>
__device__ __forceinline__ void whole_rows(const GemmQ& a,
                                           const Place& p,
                                           Pipeline<kKind, Sh>& pipeline,
                                           const WarpPlace& w) {
    Sums<Sh> total;
#pragma unroll 1
    for (int slice = 0; slice < kSlices; ++slice) {
        Sums<Sh> acc = {};
        multiply_slice<kKind, Sh>(p.groups, slice, pipeline, w, acc);
#pragma unroll
        for (int i = 0; i < kWarpTiles * Sh::kColumns * 4; ++i) {
            float& sum = total[i / (4 * Sh::kColumns)][i / 4 % Sh::kColumns][i % 4];
            const float part = acc[i / (4 * Sh::kColumns)][i / 4 % Sh::kColumns][i % 4];
            sum = slice == 0 ? part : __fadd_rn(sum, part);
        }
    }
#pragma unroll
    for (int i = 0; i < kWarpTiles; ++i) {
        const int tile = p.tile + w.tile + i;
        if (tile >= p.tiles) continue;
        const RowTerms terms = row_terms<kKind>(a, tile, w.lane);
#pragma unroll
        for (int c = 0; c < Sh::kColumns; ++c) {
            const int first_token = p.token + 8 * (w.column + c);
            float lora[4] = {};
            float before[4] = {};
            if (a.lora.r > 0) adapter_sums(a, tile, first_token, w.lane, lora);
            if (a.epilogue == GemmEpilogue::kResidual) {
                load_residual(a, tile, first_token, w.lane, before);
            }
            complete<kKind>(a, terms, lora, total[i][c]);
            store_results(a, tile, first_token, w.lane, total[i][c], before);
        }
    }
}

/// A piece of the rows that this block finishes: one row tile and eight tokens, done by one warp.
struct Piece {
    int index;
    int tile;
    int token;
    bool there;
    float lora[4];
    float before[4];
};

/// What the end of a piece needs from memory.
__device__ __forceinline__ void fetch_piece(const GemmQ& a, int lane, Piece& f) {
    if (a.epilogue == GemmEpilogue::kResidual) load_residual(a, f.tile, f.token, lane, f.before);
    if (a.lora.r > 0) adapter_sums(a, f.tile, f.token, lane, f.lora);
}

/// This block's slices; the sums go to the blocks that finish the rows. Then its own rows.
template <QuantKind kKind, typename Sh>
__device__ __forceinline__ void shared_rows(const GemmQ& a,
                                            const Place& p,
                                            Pipeline<kKind, Sh>& pipeline,
                                            std::uint32_t parts,
                                            const WarpPlace& w) {
    constexpr int kPieces = (kBlockTiles / 4 * Sh::kTotal + Sh::kWarps - 1) / Sh::kWarps;
    // Before the first slice, while the ring fills; the other kinds have no registers to keep it.
    constexpr bool kEarly = kKind == QuantKind::kInt4;
    const int owned = kBlockTiles / p.ranks;
    const int slices = kSlices / p.ranks;
    Piece piece[kPieces];
#pragma unroll
    for (int j = 0; j < kPieces; ++j) {
        Piece& f = piece[j];
        f.index = static_cast<int>(threadIdx.x) / 32 + j * Sh::kWarps;
        f.tile = p.tile + p.rank * owned + f.index / Sh::kTotal;
        f.token = p.token + 8 * (f.index % Sh::kTotal);
        f.there = f.index < owned * Sh::kTotal && f.tile < p.tiles && f.token < a.m;
#pragma unroll
        for (int e = 0; e < 4; ++e) f.lora[e] = f.before[e] = 0.0F;
        if (kEarly && f.there) fetch_piece(a, w.lane, f);
    }
    wait_for_cluster();  // all blocks are there, their memory may be written
#pragma unroll 1
    for (int slice = p.rank * slices; slice < (p.rank + 1) * slices; ++slice) {
        Sums<Sh> acc = {};
        multiply_slice<kKind, Sh>(p.groups, slice, pipeline, w, acc);
#pragma unroll
        for (int i = 0; i < kWarpTiles; ++i) {
            const int tile = w.tile + i;
            const std::uint32_t to =
                in_block(parts + ((slice * owned + tile % owned) * Sh::kTotal + w.column) * 512 +
                             16 * w.lane,
                         tile / owned);
#pragma unroll
            for (int c = 0; c < Sh::kColumns; ++c) store_in_cluster(to + 512 * c, acc[i][c]);
        }
    }
    arrive_at_cluster();
    wait_for_cluster();
#pragma unroll
    for (int j = 0; j < kPieces; ++j) {
        Piece& f = piece[j];
        if (!f.there) continue;
        if (!kEarly) fetch_piece(a, w.lane, f);
        const RowTerms terms = row_terms<kKind>(a, f.tile, w.lane);
        const std::uint32_t from = parts + 512 * f.index + 16 * w.lane;
        float sum[4];
#pragma unroll
        for (int slice = 0; slice < kSlices; ++slice) {
            const uint4 part = load_shared16(from + slice * owned * Sh::kTotal * 512);
            const std::uint32_t bits[4] = {part.x, part.y, part.z, part.w};
#pragma unroll
            for (int e = 0; e < 4; ++e) {
                const float v = __uint_as_float(bits[e]);
                sum[e] = slice == 0 ? v : __fadd_rn(sum[e], v);
            }
        }
        complete<kKind>(a, terms, f.lora, sum);
        store_results(a, f.tile, f.token, w.lane, sum, f.before);
    }
}

/// Running totals beside the sums leave eight warps room for two blocks only with int4 weights.
template <QuantKind kKind, typename Sh, bool kSplit>
inline constexpr int kResident =
    !kSplit && Sh::kHalves == 2 && kKind != QuantKind::kInt4 ? 1 : Sh::kBlocks;

template <QuantKind kKind, typename Sh, bool kSplit>
__global__ void __launch_bounds__(Sh::kThreads, kResident<kKind, Sh, kSplit>)
    gemm_q_mid_kernel(const __grid_constant__ GemmQ a, int ranks, int token_blocks) {
    extern __shared__ __align__(128) std::uint8_t memory[];
    let_next_kernel_start();
    if constexpr (kSplit) greet_cluster();
    const int block = static_cast<int>(blockIdx.x) / ranks;
    const int warp = static_cast<int>(threadIdx.x) / 32;
    const WarpPlace w{warp % kRowWarps * kWarpTiles,
                      warp / kRowWarps * Sh::kColumns,
                      static_cast<int>(threadIdx.x) % 32};
    const Place p{.ranks = ranks,
                  .rank = static_cast<int>(blockIdx.x) % ranks,
                  .tile = block / token_blocks * kBlockTiles,
                  .tiles = static_cast<int>(row_tiles(a.w)),
                  .token = block % token_blocks * Sh::kTokens,
                  .groups = static_cast<int>(k_groups(a.w))};
    const int slices = kSlices / ranks;
    const int first = static_cast<int>(slice_begin(p.groups, p.rank * slices));
    const int end = static_cast<int>(slice_begin(p.groups, (p.rank + 1) * slices));
    const std::uint32_t shared = shared_address(memory);
    Source<kKind, Sh> source(a, p, first, token_blocks == 1, shared);
    Pipeline<kKind, Sh> pipeline{source, shared, shared + Stage<kKind, Sh>::kRing, end - first};
    pipeline.start();
    if constexpr (kKind == QuantKind::kNf4) {
        float* values = reinterpret_cast<float*>(memory + Stage<kKind, Sh>::kRing);
        for (int i = threadIdx.x; i < 512; i += Sh::kThreads) values[i] = nf4_value(i / 32);
    }
    if constexpr (kSplit) {
        shared_rows<kKind, Sh>(a, p, pipeline, shared + parts_at<kKind, Sh>(), w);
    } else {
        whole_rows<kKind, Sh>(a, p, pipeline, w);
    }
}

/// Blocks along K, as measured on an H200 (docs/performance.md): none where the rows alone fill the
/// card nearly twice, eight where four would leave places free. Any number gives the same bits.
int ranks_for(std::int64_t blocks, int blocks_each) {
    if (compute_major() < 9) return 1;
    const std::int64_t places = std::int64_t{blocks_each} * multiprocessors();
    if (4 * blocks >= 7 * places) return 1;
    return 4 * blocks < places * 3 / 4 ? 8 : 4;
}

template <QuantKind kKind, typename Sh, bool kSplit>
Status launch_mid(const GemmQ& a, int ranks, int token_blocks, std::int64_t blocks, Stream stream) {
    const auto kernel = gemm_q_mid_kernel<kKind, Sh, kSplit>;
    const int bytes = parts_at<kKind, Sh>() + parts_bytes<Sh>(ranks);
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
    config.blockDim = dim3(Sh::kThreads);
    config.dynamicSmemBytes = static_cast<std::size_t>(bytes);
    config.stream = static_cast<cudaStream_t>(stream.handle);
    config.attrs = attributes;
    config.numAttrs = kSplit ? 2 : 1;
    return check(cudaLaunchKernelEx(&config, kernel, a, ranks, token_blocks), "gemm_q");
}

template <QuantKind kKind, typename Sh>
Status gemm_q_mid_shape(const GemmQ& a, Stream stream, int wish) {
    const int token_blocks = static_cast<int>((a.m + Sh::kTokens - 1) / Sh::kTokens);
    const std::int64_t blocks = (row_tiles(a.w) + kBlockTiles - 1) / kBlockTiles * token_blocks;
    const int ranks = wish > 0 ? wish : ranks_for(blocks, Sh::kBlocks);
    return ranks == 1 ? launch_mid<kKind, Sh, false>(a, ranks, token_blocks, blocks, stream)
                      : launch_mid<kKind, Sh, true>(a, ranks, token_blocks, blocks, stream);
}

template <QuantKind kKind>
Status gemm_q_mid_kind(const GemmQ& a, Stream stream, int ranks) {
    if (a.m <= 16) return gemm_q_mid_shape<kKind, Tokens16>(a, stream, ranks);
    if (a.m <= 32) return gemm_q_mid_shape<kKind, Tokens32>(a, stream, ranks);
    const bool wide = k_groups(a.w) >= 128 || row_tiles(a.w) >= 512;
    return wide ? gemm_q_mid_shape<kKind, Wide64>(a, stream, ranks)
                : gemm_q_mid_shape<kKind, Tokens64>(a, stream, ranks);
}

}  // namespace

Status gemm_q_mid(const GemmQ& a, Stream stream, int ranks) {
    const bool known = ranks == 0 || ranks == 1 || ranks == 4 || ranks == 8;
    if (!is_valid(a) || !known || (ranks > 1 && compute_major() < 9))
        return Status::kInvalidArgument;
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
