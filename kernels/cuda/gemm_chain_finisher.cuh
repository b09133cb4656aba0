// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/gemm_chain_device.cuh"
#include "kernels/cuda/norm_shrink.cuh"

/// The finisher of gemm_chain: adapter, sum of slices, epilogue, and the meeting of the blocks.
namespace veritune::kernels::cuda {

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900

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

#endif

}  // namespace veritune::kernels::cuda
