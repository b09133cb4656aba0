// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/bf16_vector.cuh"
#include "kernels/cuda/launch.h"
#include "kernels/rms_norm.h"

// A warp has one vector; a lane every 32nd run of eight of its elements, so that the sums are in
// one order whatever else is computed.
namespace veritune::kernels::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kWarps = kThreads / 32;

/// Where the warp's vector is; false behind the last one.
struct Vector {
    std::int64_t row;
    std::int64_t group;
};
__device__ bool find_vector(Vector& v, std::int64_t rows, std::int64_t groups) {
    const std::int64_t index = static_cast<std::int64_t>(blockIdx.x) * kWarps + threadIdx.x / 32;
    v.row = index / groups;
    v.group = index % groups;
    return v.row < rows;
}

__global__ void __launch_bounds__(kThreads) add_norm_kernel(const AddNorm a) {
    Vector v;
    if (!find_vector(v, a.rows, a.groups)) return;
    const int lane = static_cast<int>(threadIdx.x) % 32;
    const std::int64_t at = v.row * a.x_stride + v.group * a.width;
    const Bf16* x = a.x + at;
    float sum = 0;
    for (std::int64_t k = 8 * lane; k < a.width; k += 256) {
        Eight e = load_eight(x + k);
        if (a.update != nullptr) {
            const Eight u = load_eight(a.update + at + k);
#pragma unroll
            for (int i = 0; i < 8; ++i) e.v[i] = rounded_to_bf16(e.v[i] + u.v[i]);
            store_eight(a.sum + at + k, e);
        }
#pragma unroll
        for (int i = 0; i < 8; ++i) sum = fmaf(e.v[i], e.v[i], sum);
    }
    sum = warp_sum(sum);
    const float rstd = 1.0F / sqrtf(sum / static_cast<float>(a.width) + a.eps);
    if (a.rstd != nullptr && lane == 0) a.rstd[v.row * a.groups + v.group] = rstd;
    // A lane reads back what it wrote itself.
    const Bf16* from = a.update != nullptr ? a.sum + at : x;
    Bf16* y = a.y + v.row * a.y_stride + v.group * a.width;
    for (std::int64_t k = 8 * lane; k < a.width; k += 256) {
        Eight e = load_eight(from + k);
        const Eight gamma = load_eight(a.gamma + k);
#pragma unroll
        for (int i = 0; i < 8; ++i) e.v[i] = e.v[i] * rstd * gamma.v[i];
        store_eight(y + k, e);
    }
}

__global__ void __launch_bounds__(kThreads) add_norm_backward_kernel(const AddNormBackward a) {
    Vector v;
    if (!find_vector(v, a.rows, a.groups)) return;
    const int lane = static_cast<int>(threadIdx.x) % 32;
    const Bf16* dy = a.dy + v.row * a.dy_stride + v.group * a.width;
    const Bf16* x = a.x + v.row * a.x_stride + v.group * a.width;
    float dot = 0;
    for (std::int64_t k = 8 * lane; k < a.width; k += 256) {
        const Eight dy_k = load_eight(dy + k);
        const Eight x_k = load_eight(x + k);
        const Eight gamma = load_eight(a.gamma + k);
#pragma unroll
        for (int i = 0; i < 8; ++i) dot = fmaf(gamma.v[i] * dy_k.v[i], x_k.v[i], dot);
    }
    dot = warp_sum(dot);
    const float rstd = a.rstd[v.row * a.groups + v.group];
    const float pull = dot * rstd * rstd * rstd / static_cast<float>(a.width);
    const std::int64_t at = v.row * a.dx_stride + v.group * a.width;
    for (std::int64_t k = 8 * lane; k < a.width; k += 256) {
        const Eight dy_k = load_eight(dy + k);
        const Eight x_k = load_eight(x + k);
        const Eight gamma = load_eight(a.gamma + k);
        Eight dx;
#pragma unroll
        for (int i = 0; i < 8; ++i) dx.v[i] = rstd * gamma.v[i] * dy_k.v[i] - x_k.v[i] * pull;
        if (a.dres != nullptr) {
            const Eight past = load_eight(a.dres + at + k);
#pragma unroll
            for (int i = 0; i < 8; ++i) dx.v[i] += past.v[i];
        }
        store_eight(a.dx + at + k, dx);
    }
}

dim3 grid_of(std::int64_t vectors) {
    return dim3(static_cast<unsigned>((vectors + kWarps - 1) / kWarps));
}

}  // namespace

Status add_norm(const AddNorm& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.rows == 0) return Status::kOk;
    return launch_kernel("add_norm",
                         add_norm_kernel,
                         grid_of(a.rows * a.groups),
                         dim3(kThreads),
                         0,
                         stream,
                         false,
                         a);
}

Status add_norm_backward(const AddNormBackward& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.rows == 0) return Status::kOk;
    return launch_kernel("add_norm_backward",
                         add_norm_backward_kernel,
                         grid_of(a.rows * a.groups),
                         dim3(kThreads),
                         0,
                         stream,
                         false,
                         a);
}

}  // namespace veritune::kernels::cuda
