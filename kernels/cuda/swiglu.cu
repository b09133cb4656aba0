// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/bf16_vector.cuh"
#include "kernels/cuda/launch.h"
#include "kernels/swiglu.h"

// A thread has eight features: one vector of gates and the vector of ups behind it.
namespace veritune::kernels::cuda {
namespace {

constexpr int kThreads = 256;

struct Place {
    std::int64_t row;
    std::int64_t feature;
};
__device__ Place place_of(std::int64_t width) {
    const std::int64_t index = static_cast<std::int64_t>(blockIdx.x) * kThreads + threadIdx.x;
    return {index / (width / 8), 8 * (index % (width / 8))};
}

__global__ void __launch_bounds__(kThreads) swiglu_rows_kernel(const SwigluRows a) {
    const Place p = place_of(a.width);
    if (p.row >= a.rows) return;
    const Bf16* from = a.gate_up + 2 * (p.row * a.width + p.feature);
    const Eight gate = load_eight(from);
    const Eight up = load_eight(from + 8);
    Eight h;
#pragma unroll
    for (int i = 0; i < 8; ++i) h.v[i] = gate.v[i] / (1.0F + expf(-gate.v[i])) * up.v[i];
    store_eight(a.h + p.row * a.h_stride + p.feature, h);
}

__global__ void __launch_bounds__(kThreads)
    swiglu_rows_backward_kernel(const SwigluRowsBackward a) {
    const Place p = place_of(a.width);
    if (p.row >= a.rows) return;
    const std::int64_t at = 2 * (p.row * a.width + p.feature);
    const Eight gate = load_eight(a.gate_up + at);
    const Eight up = load_eight(a.gate_up + at + 8);
    const Eight dh = load_eight(a.dh + p.row * a.width + p.feature);
    Eight dgate;
    Eight dup;
    Eight h;
#pragma unroll
    for (int i = 0; i < 8; ++i) {
        const float sigmoid = 1.0F / (1.0F + expf(-gate.v[i]));
        const float silu = gate.v[i] * sigmoid;
        dgate.v[i] = dh.v[i] * up.v[i] * (sigmoid + silu * (1.0F - sigmoid));
        dup.v[i] = dh.v[i] * silu;
        h.v[i] = silu * up.v[i];
    }
    store_eight(a.dgate_up + at, dgate);
    store_eight(a.dgate_up + at + 8, dup);
    if (a.h != nullptr) store_eight(a.h + p.row * a.h_stride + p.feature, h);
}

dim3 grid_of(std::int64_t rows, std::int64_t width) {
    return dim3(static_cast<unsigned>((rows * (width / 8) + kThreads - 1) / kThreads));
}

}  // namespace

Status swiglu_rows(const SwigluRows& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.rows == 0) return Status::kOk;
    return launch_kernel("swiglu_rows",
                         swiglu_rows_kernel,
                         grid_of(a.rows, a.width),
                         dim3(kThreads),
                         0,
                         stream,
                         false,
                         a);
}

Status swiglu_rows_backward(const SwigluRowsBackward& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.rows == 0) return Status::kOk;
    return launch_kernel("swiglu_rows_backward",
                         swiglu_rows_backward_kernel,
                         grid_of(a.rows, a.width),
                         dim3(kThreads),
                         0,
                         stream,
                         false,
                         a);
}

}  // namespace veritune::kernels::cuda
