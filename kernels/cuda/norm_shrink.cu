// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/launch.h"
#include "kernels/cuda/norm_shrink.cuh"
#include "kernels/norm_shrink.h"
#include "kernels/quant_view.h"

namespace veritune::kernels::cuda {
namespace {

constexpr int kTokens = 8;  ///< of a block that multiplies A
constexpr int kWarps = 8;   ///< of a norm_shrink block
constexpr int kPartsPerWarp = kShrinkParts / kWarps;
constexpr int kShrinkWarps = 4;  ///< of a lora_shrink block: one part each
constexpr int kShrinkBlocks = kShrinkParts / kShrinkWarps;

/// Brings rows `row`.. of A, groups first .. end of K, to L2 while the kernel before still runs: A
/// never changes in a step.
__device__ __forceinline__ void fetch_rows(
    const Bf16* a, std::int64_t k, int row, int first, int end, int lane) {
    const int lines = end - first;  // of 128 bytes, in each of 16 rows
    for (int i = lane; i < 16 * lines; i += 32) {
        const Bf16* line = a + (row + i / lines) * k + kQuantGroup * (first + i % lines);
        asm volatile("prefetch.global.L2 [%0];" ::"l"(line));
    }
}

/// One part of A x: 16 rows of A from `row`, groups first .. end of K, 8 tokens.
template <typename LoadX>
__device__ __forceinline__ void multiply_part(const Bf16* a,
                                              std::int64_t k,
                                              int row,
                                              int first,
                                              int end,
                                              int lane,
                                              LoadX load_x,
                                              float (&acc)[4]) {
    const int g = lane >> 2;
    const int t = lane & 3;
    const auto* low = reinterpret_cast<const uint4*>(a + (row + g) * k + 16 * t);
    const auto* high = reinterpret_cast<const uint4*>(a + (row + g + 8) * k + 16 * t);
#pragma unroll 4
    for (int j = first; j < end; ++j) {
        const uint4 rows_low[2] = {__ldg(low + 8 * j), __ldg(low + 8 * j + 1)};
        const uint4 rows_high[2] = {__ldg(high + 8 * j), __ldg(high + 8 * j + 1)};
        uint4 x[2];
        load_x(j, x);
        multiply_bf16_group(rows_low, rows_high, x, acc);
    }
}

/// acc to [token][16 rows].
__device__ __forceinline__ void put_part(float* part, int lane, const float (&acc)[4]) {
    const int g = lane >> 2;
    const int t = lane & 3;
    part[16 * (2 * t) + g] = acc[0];
    part[16 * (2 * t + 1) + g] = acc[1];
    part[16 * (2 * t) + g + 8] = acc[2];
    part[16 * (2 * t + 1) + g + 8] = acc[3];
}

__device__ __forceinline__ Bf16 scaled_bf16(float sum, float scale) {
    const __nv_bfloat16 rounded = __float2bfloat16_rn(__fmul_rn(scale, sum));
    return *reinterpret_cast<const Bf16*>(&rounded);
}

/// x of one token.
__device__ void write_norm(const NormShrink& n, int token, float* sums) {
    const int warp = threadIdx.x / 32;
    const int chunks = static_cast<int>(n.k / 8);
    const auto* row = reinterpret_cast<const uint4*>(n.residual + token * n.residual_stride);
    float sum = 0;
    for (int c = threadIdx.x; c < chunks; c += 256) sum = square_sum8(__ldcg(row + c), sum);
    sum = sum_of_warp(sum);
    if (threadIdx.x % 32 == 0) sums[warp] = sum;
    __syncthreads();
    float total = sums[0];
    for (int w = 1; w < kWarps; ++w) total = __fadd_rn(total, sums[w]);
    const float rstd = rstd_of(total, n.k, n.eps);
    auto* x = reinterpret_cast<uint4*>(n.x + token * n.x_stride);
    for (int c = threadIdx.x; c < chunks; c += 256) {
        x[c] =
            normalised8(__ldcg(row + c), __ldg(reinterpret_cast<const uint4*>(n.gamma) + c), rstd);
    }
}

/// Block (0, t): writes x of token t. Block (1 + i, b), b < ceil(m / 8): rows 16 i.. of A for
/// tokens 8 b...
__global__ void __launch_bounds__(256) norm_shrink_kernel(const __grid_constant__ NormShrink n) {
    __shared__ float parts[kShrinkParts][kTokens][16];
    __shared__ float rstds[kTokens];
    let_next_kernel_start();
    const int warp = threadIdx.x / 32;
    const int lane = threadIdx.x % 32;
    const int groups = static_cast<int>(n.k / kQuantGroup);
    const int first_token = kTokens * blockIdx.y;
    const int tile = blockIdx.x - 1;
    if (tile >= 0 && first_token >= n.m) return;
    if (tile >= 0) {
        fetch_rows(n.a,
                   n.k,
                   16 * tile,
                   part_begin(groups, kPartsPerWarp * warp),
                   part_begin(groups, kPartsPerWarp * (warp + 1)),
                   lane);
    }
    wait_for_previous_kernel();
    if (tile < 0) {
        write_norm(n, blockIdx.y, rstds);
        return;
    }
    const int token = first_token + warp < n.m ? first_token + warp : first_token;
    if (first_token + warp < n.m || warp == 0) {
        const float of_mine = row_rstd(n.residual + token * n.residual_stride, n.k, n.eps, lane);
        if (lane == 0) rstds[warp] = of_mine;
    }
    __syncthreads();
    const int g = lane >> 2;
    const int t = lane & 3;
    const int mine = first_token + g < n.m ? g : 0;
    const float rstd = rstds[mine];
    const auto* residual = reinterpret_cast<const uint4*>(
        n.residual + (first_token + mine) * n.residual_stride + 16 * t);
    const auto* gamma = reinterpret_cast<const uint4*>(n.gamma + 16 * t);
#pragma unroll
    for (int p = 0; p < kPartsPerWarp; ++p) {
        const int part = kPartsPerWarp * warp + p;
        float acc[4] = {};
        multiply_part(
            n.a,
            n.k,
            16 * tile,
            part_begin(groups, part),
            part_begin(groups, part + 1),
            lane,
            [&](int j, uint4(&x)[2]) {
                x[0] = normalised8(__ldcg(residual + 8 * j), __ldg(gamma + 8 * j), rstd);
                x[1] = normalised8(__ldcg(residual + 8 * j + 1), __ldg(gamma + 8 * j + 1), rstd);
            },
            acc);
        put_part(&parts[part][0][0], lane, acc);
    }
    __syncthreads();
    const int column = threadIdx.x / 16;
    if (column >= kTokens || first_token + column >= n.m) return;
    float sum = parts[0][column][threadIdx.x % 16];
#pragma unroll
    for (int p = 1; p < kShrinkParts; ++p) sum = __fadd_rn(sum, parts[p][column][threadIdx.x % 16]);
    n.xa[(first_token + column) * n.xa_stride + 16 * tile + threadIdx.x % 16] =
        scaled_bf16(sum, n.scale);
}

/// Block (i, b, s): rows 16 i.. of A, tokens 8 b.., four parts of K; the last of the eight adds
/// all.
__global__ void __launch_bounds__(32 * kShrinkWarps)
    lora_shrink_kernel(const __grid_constant__ LoraShrink l) {
    __shared__ bool last;
    let_next_kernel_start();
    const int lane = threadIdx.x % 32;
    const int part = kShrinkWarps * blockIdx.z + threadIdx.x / 32;
    const int first_token = kTokens * blockIdx.y;
    const int g = lane >> 2;
    const int mine = first_token + g < l.m ? first_token + g : first_token;
    const auto* row = reinterpret_cast<const uint4*>(l.x + mine * l.x_stride + 16 * (lane & 3));
    const int groups = static_cast<int>(l.k / kQuantGroup);
    const int first = part_begin(groups, part);
    const int end = part_begin(groups, part + 1);
    if (end > first) fetch_rows(l.a, l.k, 16 * blockIdx.x, first, end, lane);
    wait_for_previous_kernel();
    float acc[4] = {};
    multiply_part(
        l.a,
        l.k,
        16 * blockIdx.x,
        first,
        end,
        lane,
        [&](int j, uint4(&x)[2]) {
            x[0] = __ldcg(row + 8 * j);
            x[1] = __ldcg(row + 8 * j + 1);
        },
        acc);
    const std::int64_t cell = blockIdx.y * gridDim.x + blockIdx.x;
    float* parts = l.partial + cell * kShrinkParts * kTokens * 16;
    put_part(parts + part * kTokens * 16, lane, acc);
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0) last = atomicAdd(l.arrivals + cell, 1U) == kShrinkBlocks - 1;
    __syncthreads();
    if (!last) return;
    __threadfence();
    const int i = threadIdx.x;  // token i / 16, row i % 16
    static_assert(kTokens * 16 == 32 * kShrinkWarps);
    if (first_token + i / 16 < l.m) {
        float all[kShrinkParts];
#pragma unroll
        for (int p = 0; p < kShrinkParts; ++p) all[p] = __ldcg(parts + p * kTokens * 16 + i);
        float sum = all[0];
#pragma unroll
        for (int p = 1; p < kShrinkParts; ++p) sum = __fadd_rn(sum, all[p]);
        l.xa[(first_token + i / 16) * l.xa_stride + 16 * blockIdx.x + i % 16] =
            scaled_bf16(sum, l.scale);
    }
    if (threadIdx.x == 0) l.arrivals[cell] = 0;
}

}  // namespace

Status norm_shrink(const NormShrink& n, Stream stream) {
    if (!is_valid(n)) return Status::kInvalidArgument;
    const dim3 grid(static_cast<unsigned>(1 + n.a_rows / 16), static_cast<unsigned>(n.m));
    return launch_kernel(
        "norm_shrink", norm_shrink_kernel, grid, dim3(256), 0, stream, n.overlap_previous, n);
}

Status lora_shrink(const LoraShrink& l, Stream stream) {
    if (!is_valid(l) || l.partial == nullptr || l.arrivals == nullptr)
        return Status::kInvalidArgument;
    const dim3 grid(
        static_cast<unsigned>(l.a_rows / 16), static_cast<unsigned>((l.m + 7) / 8), kShrinkBlocks);
    return launch_kernel("lora_shrink",
                         lora_shrink_kernel,
                         grid,
                         dim3(32 * kShrinkWarps),
                         0,
                         stream,
                         l.overlap_previous,
                         l);
}

}  // namespace veritune::kernels::cuda
