// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/gemm_chain_device.cuh"

/// The finisher of gemm_chain: sum of slices, adapter, epilogue, and the meeting of the blocks.
namespace veritune::kernels::cuda {

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900

/// What the lane's element of a row tile needs beside its sums.
struct TileOperands {
    float bias;
    float before;  ///< of the residual stream
};

/// One warp: lane 4g + t has, of a row tile, row g + 8 (t & 1) of token t / 2.
template <bool kClock>
struct Finisher {
    const GemmChain& c;
    const ChainPlan& p;
    std::uint8_t* memory;
    std::uint32_t shared;
    int lane;
    RingPlace sides[kChainGroups];

    __device__ int row_of_lane() const { return (lane >> 2) + 8 * (lane & 1); }
    __device__ int token_of_lane() const { return lane >> 1 & 1; }
    __device__ static int depth_of_b(int r) { return r > 16 ? kFewB : kManyB; }

    /// The rows of B of a row tile on their way to shared memory, a copy group of their own.
    __device__ __forceinline__ void copy_b(const GemmQ& g, int tile, int place) const {
        const int r = static_cast<int>(g.lora.r);
        if (r > 0 && tile < static_cast<int>(row_tiles(g.w))) {
            const Bf16* from = g.lora.b + static_cast<std::int64_t>(16 * r) * tile;
#pragma unroll 1
            for (int i = lane; i < 2 * r; i += 32) {
                copy16(shared + p.b + 32 * r * place + 16 * i, from + 8 * i);
            }
        }
        commit_copies();
    }

    __device__ __forceinline__ TileOperands operands(const GemmQ& g, int tile) const {
        TileOperands o{};
        const int row = 16 * tile + row_of_lane();
        if (row >= g.w.n) return o;
        if (g.bias != nullptr) o.bias = to_float(g.bias[row]);
        if (g.epilogue == GemmEpilogue::kResidual && token_of_lane() < p.m) {
            o.before = to_float(
                load_uncached(static_cast<const Bf16*>(g.y) + token_of_lane() * g.y_stride + row));
        }
        return o;
    }

    /// B xa of the lane's element; B in place `place` of its ring.
    __device__ __forceinline__ float adapter(const GemmQ& g, int tile, int place) const {
        const int r = static_cast<int>(g.lora.r);
        const int token = (lane >> 2) < p.m ? lane >> 2 : 0;
        const std::uint32_t xa =
            shared + p.xa + token * p.xa_row + 2 * lora_slice(g, 16 * tile) * r;
        float acc[4] = {};
#pragma unroll 1
        for (int q = 0; q < r; q += 16) {
            lora_step(
                shared + p.b + 32 * r * place, q, r, lane, g.w.order == RowOrder::kGateUp, xa, acc);
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
        const GemmQ& g, int tile, float sum, float lora, const TileOperands& o) const {
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

    /// The sum of the slices of the lane's element, when they are there; then their place is free.
    __device__ __forceinline__ float take_sum(int group, RingPlace& side) const {
        const std::uint32_t barrier =
            shared + p.barriers + group * p.group_barriers + 16 * (p.stages + side.place());
        const int token = token_of_lane() < p.m ? token_of_lane() : 0;
        wait_for_bytes(barrier, side.parity());
        const float* element =
            reinterpret_cast<const float*>(memory + p.parts +
                                           (group * p.sides + side.place()) * p.side_bytes) +
            token * kTokenPart + row_of_lane();
        const float sum = sum_parts(element, p.m * kTokenPart);
        __syncwarp();
        if (lane == 0) arrive(barrier + 8);
        side.go_on(p.sides);
        return sum;
    }

    /// All row tiles of the block in a phase, in the order in which the groups bring them.
    __device__ __forceinline__ void finish_tiles(int index, TileOperands (&ahead)[3]) {
        const GemmQ& g = phase_of(p, memory, index).gemm;
        const int tiles = static_cast<int>(row_tiles(g.w));
        const int r = static_cast<int>(g.lora.r);
        const int depth = depth_of_b(r);
        bool second = false;  // group
        int place = 0;
        if (r > 0) {
            while (load_acquire_shared(shared + p.xa_ready) <= static_cast<std::uint32_t>(index)) {
            }
        }
#pragma unroll 1
        for (int tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
            const TileOperands now = ahead[0];
            ahead[0] = ahead[1];
            ahead[1] = ahead[2];
            ahead[2] = operands(g, tile + 3 * gridDim.x);
            float lora = 0;
            if (r > 0) {
                if (depth == kManyB) {
                    wait_for_copies<kManyB - 1>();
                } else {
                    wait_for_copies<kFewB - 1>();
                }
                __syncwarp();
                lora = adapter(g, tile, place);
                __syncwarp();
                copy_b(g, tile + depth * gridDim.x, place);
                if (++place == depth) place = 0;
            }
            const float sum = second ? take_sum(1, sides[1]) : take_sum(0, sides[0]);
            second = !second && p.warp_groups == 2;
            store(g, tile, sum, lora, now);
        }
    }

    /// Everybody has passed the last barrier and read the mark when the last block comes here.
    __device__ void leave() const {
        if (lane != 0) return;
        if (atomicAdd(c.sync + kExitWord, 1U) != gridDim.x - 1) return;
        c.sync[kBarrierWord] = 0;
        c.sync[kExitWord] = 0;
        c.sync[kChainCallsWord] += 1;
    }

    /// Until all blocks have stored what this phase reads.
    __device__ __forceinline__ void meet(int index) const {
        if (lane == 0) {
            while (load_acquire(c.sync + kBarrierWord) < index * gridDim.x) {
            }
        }
        __syncwarp();
    }

    __device__ __forceinline__ void run() {
        const Clock<kClock> clock{p, lane == 0};
        clock.stamp(0, kClockEntry);
        block_ready();
#pragma unroll 1
        for (int index = 0; index < c.count; ++index) {
            const GemmQ& g = phase_of(p, memory, index).gemm;
            if (g.lora.r > 0) {
                const int depth = depth_of_b(static_cast<int>(g.lora.r));
#pragma unroll 1
                for (int i = 0; i < depth; ++i) copy_b(g, blockIdx.x + i * gridDim.x, i);
            }
            if (index == 0) {
                wait_for_previous_kernel();
                clock.stamp(0, kClockPrevious);
                // Not before: the next kernel may rely on it that all older ones have ended.
                let_next_kernel_start();
            } else {
                meet(index);
                clock.stamp(index - 1, kClockPassed);
                block_barrier(p);
            }
            clock.stamp(index, kClockBegin);
            TileOperands ahead[3];
#pragma unroll
            for (int i = 0; i < 3; ++i) ahead[i] = operands(g, blockIdx.x + i * gridDim.x);
            block_barrier(p);
            clock.stamp(index, kClockStaged);
            if (index + 1 == c.count) leave();
            finish_tiles(index, ahead);
            clock.stamp(index, kClockStored);
            __syncwarp();
            if (index + 1 < c.count && lane == 0) add_release(c.sync + kBarrierWord);
        }
    }
};

#endif

}  // namespace veritune::kernels::cuda
