// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/launch.h"
#include "kernels/cuda/norm_shrink.cuh"
#include "kernels/norm_shrink.h"
#include "kernels/quant_view.h"

namespace veritune::kernels::cuda {
namespace {

constexpr int kTokens = 8;  ///< of a block that multiplies A

/// The rows of one warp's share of A x: 16 rows of A from `row`, groups first .. end of K.
template <typename LoadX>
__device__ void multiply_slice(const Bf16* a,
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

/// acc to [token][16 rows]; summed over slices by who calls store_xa.
__device__ __forceinline__ void put_part(float* part, int lane, const float (&acc)[4]) {
    const int g = lane >> 2;
    const int t = lane & 3;
    part[16 * (2 * t) + g] = acc[0];
    part[16 * (2 * t + 1) + g] = acc[1];
    part[16 * (2 * t) + g + 8] = acc[2];
    part[16 * (2 * t + 1) + g + 8] = acc[3];
}

__device__ __forceinline__ Bf16 xa_of(const float* element, float scale) {
    float sum = element[0];
#pragma unroll
    for (int s = 1; s < kSlices; ++s) sum = __fadd_rn(sum, element[s * kTokens * 16]);
    const __nv_bfloat16 rounded = __float2bfloat16_rn(__fmul_rn(scale, sum));
    return *reinterpret_cast<const Bf16*>(&rounded);
}

/// Block (0, t): writes x of token t. Block (1 + i, b), b < ceil(m / 8): rows 16 i.. of A for
/// tokens 8 b...
__global__ void __launch_bounds__(256) norm_shrink_kernel(const __grid_constant__ NormShrink n) {
    __shared__ float parts[kSlices][kTokens][16];
    __shared__ float rstds[kTokens];
    let_next_kernel_start();
    const int warp = threadIdx.x / 32;
    const int lane = threadIdx.x % 32;
    const int k = static_cast<int>(n.k);
    wait_for_previous_kernel();
    if (blockIdx.x == 0) {
        const Bf16* row = n.residual + blockIdx.y * n.residual_stride;
        float sum = 0;
        for (int c = threadIdx.x; c < k / 8; c += 256) {
            sum = square_sum8(__ldcg(reinterpret_cast<const uint4*>(row) + c), sum);
        }
        sum = sum_of_warp(sum);
        if (lane == 0) rstds[warp] = sum;
        __syncthreads();
        float total = rstds[0];
        for (int w = 1; w < 8; ++w) total = __fadd_rn(total, rstds[w]);
        const float rstd = rstd_of(total, n.k, n.eps);
        auto* x = reinterpret_cast<uint4*>(n.x + blockIdx.y * n.x_stride);
        for (int c = threadIdx.x; c < k / 8; c += 256) {
            x[c] = normalised8(__ldcg(reinterpret_cast<const uint4*>(row) + c),
                               __ldg(reinterpret_cast<const uint4*>(n.gamma) + c),
                               rstd);
        }
        return;
    }
    const int first_token = kTokens * blockIdx.y;
    if (first_token >= n.m) return;
    const int token = first_token + warp < n.m ? first_token + warp : first_token;
    const float of_mine = row_rstd(n.residual + token * n.residual_stride, n.k, n.eps, lane);
    if (lane == 0) rstds[warp] = of_mine;
    __syncthreads();
    const int g = lane >> 2;
    const int t = lane & 3;
    const int mine = first_token + g < n.m ? first_token + g : first_token;
    const float rstd = rstds[g];
    const auto* residual =
        reinterpret_cast<const uint4*>(n.residual + mine * n.residual_stride + 16 * t);
    const auto* gamma = reinterpret_cast<const uint4*>(n.gamma + 16 * t);
    const int groups = k / static_cast<int>(kQuantGroup);
    float acc[4] = {};
    multiply_slice(
        n.a,
        n.k,
        16 * (blockIdx.x - 1),
        static_cast<int>(slice_begin(groups, warp)),
        static_cast<int>(slice_begin(groups, warp + 1)),
        lane,
        [&](int j, uint4(&x)[2]) {
            x[0] = normalised8(__ldcg(residual + 8 * j), __ldg(gamma + 8 * j), rstd);
            x[1] = normalised8(__ldcg(residual + 8 * j + 1), __ldg(gamma + 8 * j + 1), rstd);
        },
        acc);
    put_part(&parts[warp][0][0], lane, acc);
    __syncthreads();
    const int column = threadIdx.x / 16;
    if (column < kTokens && first_token + column < n.m) {
        n.xa[(first_token + column) * n.xa_stride + 16 * (blockIdx.x - 1) + threadIdx.x % 16] =
            xa_of(&parts[0][column][threadIdx.x % 16], n.scale);
    }
}

/// Block (i, b, s): rows 16 i.. of A, tokens 8 b.., slice s of K; the last of the eight sums them.
__global__ void __launch_bounds__(32) lora_shrink_kernel(const __grid_constant__ LoraShrink l) {
    let_next_kernel_start();
    const int lane = threadIdx.x;
    const int first_token = kTokens * blockIdx.y;
    const int g = lane >> 2;
    const int mine = first_token + g < l.m ? first_token + g : first_token;
    const auto* row = reinterpret_cast<const uint4*>(l.x + mine * l.x_stride + 16 * (lane & 3));
    const int groups = static_cast<int>(l.k / kQuantGroup);
    wait_for_previous_kernel();
    float acc[4] = {};
    multiply_slice(
        l.a,
        l.k,
        16 * blockIdx.x,
        static_cast<int>(slice_begin(groups, blockIdx.z)),
        static_cast<int>(slice_begin(groups, blockIdx.z + 1)),
        lane,
        [&](int j, uint4(&x)[2]) {
            x[0] = __ldcg(row + 8 * j);
            x[1] = __ldcg(row + 8 * j + 1);
        },
        acc);
    const std::int64_t cell = blockIdx.y * gridDim.x + blockIdx.x;
    float* parts = l.partial + cell * kSlices * kTokens * 16;
    put_part(parts + blockIdx.z * kTokens * 16, lane, acc);
    __threadfence();
    __syncwarp();
    std::uint32_t before = 0;
    if (lane == 0) before = atomicAdd(l.arrivals + cell, 1U);
    before = __shfl_sync(0xffffffffU, before, 0);
    if (before != kSlices - 1) return;
    __threadfence();
    for (int i = lane; i < kTokens * 16; i += 32) {
        if (first_token + i / 16 >= l.m) continue;
        float sum = __ldcg(parts + i);
        for (int s = 1; s < kSlices; ++s)
            sum = __fadd_rn(sum, __ldcg(parts + s * kTokens * 16 + i));
        const __nv_bfloat16 rounded = __float2bfloat16_rn(__fmul_rn(l.scale, sum));
        l.xa[(first_token + i / 16) * l.xa_stride + 16 * blockIdx.x + i % 16] =
            *reinterpret_cast<const Bf16*>(&rounded);
    }
    if (lane == 0) l.arrivals[cell] = 0;
}

}  // namespace

Status norm_shrink(const NormShrink& n, Stream stream) {
    if (!valid(n)) return Status::kInvalidArgument;
    const dim3 grid(static_cast<unsigned>(1 + n.a_rows / 16), static_cast<unsigned>(n.m));
    return launch_kernel(
        "norm_shrink", norm_shrink_kernel, grid, dim3(256), 0, stream, n.overlap_previous, n);
}

Status lora_shrink(const LoraShrink& l, Stream stream) {
    if (!valid(l) || l.partial == nullptr || l.arrivals == nullptr) return Status::kInvalidArgument;
    const dim3 grid(
        static_cast<unsigned>(l.a_rows / 16), static_cast<unsigned>((l.m + 7) / 8), kSlices);
    return launch_kernel(
        "lora_shrink", lora_shrink_kernel, grid, dim3(32), 0, stream, l.overlap_previous, l);
}

}  // namespace veritune::kernels::cuda
