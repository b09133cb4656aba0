// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/bf16_vector.cuh"
#include "kernels/cuda/launch.h"
#include "kernels/head_rows.h"

// A block has a row: one pass for the sums of the softmax (each thread a running maximum of its
// own, merged in a fixed tree), one that reads a run of logits, waits for all threads, and writes
// the gradients over what was read before.
namespace veritune::kernels::cuda {
namespace {

constexpr int kThreads = 512;
constexpr int kRun = 4 * kThreads;
constexpr float kFloor = -1e30F;

/// e^(z - top) summed up, and the same times (z - top).
struct Sums {
    float top;
    float sum;
    float weighted;
};

__device__ __forceinline__ void add(Sums& s, float z) {
    if (z > s.top) {
        const float shift = s.top - z;
        const float kept = expf(shift);
        s.weighted = kept * (s.weighted + shift * s.sum);
        s.sum *= kept;
        s.top = z;
    }
    const float d = z - s.top;
    const float e = expf(d);
    s.sum += e;
    s.weighted += e > 0 ? e * d : 0.0F;
}

__device__ __forceinline__ Sums merged(const Sums& a, const Sums& b) {
    const float top = fmaxf(a.top, b.top);
    const float a_shift = a.top - top;
    const float b_shift = b.top - top;
    const float a_kept = expf(a_shift);
    const float b_kept = expf(b_shift);
    // An empty part has sum 0, and its shift is finite: kFloor is.
    return {top,
            a.sum * a_kept + b.sum * b_kept,
            a_kept * (a.weighted + a_shift * a.sum) + b_kept * (b.weighted + b_shift * b.sum)};
}

__device__ Sums block_sums(Sums s) {
    __shared__ Sums of_warp[kThreads / 32];
#pragma unroll
    for (int width = 16; width > 0; width /= 2) {
        const Sums other{__shfl_xor_sync(0xffffffffU, s.top, width),
                         __shfl_xor_sync(0xffffffffU, s.sum, width),
                         __shfl_xor_sync(0xffffffffU, s.weighted, width)};
        // The lower lane is the left operand in both, so that both have the same bits.
        s = (threadIdx.x & width) == 0 ? merged(s, other) : merged(other, s);
    }
    if (threadIdx.x % 32 == 0) of_warp[threadIdx.x / 32] = s;
    __syncthreads();
    Sums all = of_warp[0];
    for (int w = 1; w < kThreads / 32; ++w) all = merged(all, of_warp[w]);
    return all;
}

__device__ __forceinline__ float factor_of(const HeadRows& a, std::int64_t v) {
    return a.row_factor == nullptr ? 1.0F : a.row_factor[v];
}

struct Row {
    float lse;  ///< of logits / temperature
    float entropy;
    float g;
    float a;
    float inverse;
    std::int32_t target;
};

__device__ __forceinline__ float gradient(const HeadRows& a,
                                          const Row& r,
                                          std::int64_t v,
                                          float x) {
    if (v >= a.vocab || (r.g == 0 && r.a == 0)) return 0;
    const float factor = factor_of(a, v);
    const float lp = x * factor * r.inverse - r.lse;
    const float p = expf(lp);
    float d = r.g * ((v == r.target ? 1.0F : 0.0F) - p);
    if (p > 0) d -= r.a * p * (lp + r.entropy);
    return d * r.inverse * factor;
}

__device__ void write_gradients(const HeadRows& a, const Row& r, float* logits) {
    auto* out = reinterpret_cast<Bf16*>(logits);
    for (std::int64_t begin = 0; begin < a.columns; begin += kRun) {
        const std::int64_t v = begin + 4 * threadIdx.x;
        float4 x = make_float4(0, 0, 0, 0);
        // The stride is a multiple of 8, so a run of four that begins inside ends inside.
        if (v < a.columns) x = *reinterpret_cast<const float4*>(logits + v);
        __syncthreads();
        if (v < a.columns) {
            const float d[4] = {gradient(a, r, v, x.x),
                                gradient(a, r, v + 1, x.y),
                                gradient(a, r, v + 2, x.z),
                                gradient(a, r, v + 3, x.w)};
#pragma unroll
            for (int i = 0; i < 4; ++i) {
                if (v + i < a.columns) out[v + i] = to_bf16(d[i]);
            }
        }
        __syncthreads();
    }
}

__global__ void __launch_bounds__(kThreads) head_rows_kernel(const HeadRows a) {
    const std::int64_t row = blockIdx.x;
    float* logits = a.logits + row * a.stride;
    const float inverse = 1.0F / a.temperature;
    Sums s{kFloor, 0, 0};
    bool bad = false;
    for (std::int64_t v = threadIdx.x; v < a.vocab; v += kThreads) {
        const float z = logits[v] * factor_of(a, v) * inverse;
        bad = bad || !(z == z);
        add(s, z);
    }
    // Also the barrier between the last read and the first write of a row.
    bad = __syncthreads_or(bad ? 1 : 0) != 0;
    const Sums all = block_sums(s);
    const float log_sum = logf(all.sum);
    const std::int32_t target = a.target[row];
    const bool known = target >= 0 && target < a.vocab;
    const float nothing = __int_as_float(0x7fc00000);
    Row r{all.top + log_sum, log_sum - all.weighted / all.sum, 0, 0, inverse, target};
    if (bad) r.entropy = nothing;
    if (threadIdx.x == 0) {
        float logprob = nothing;
        if (known && !bad) {
            logprob = logits[target] * factor_of(a, target) * inverse - all.top - log_sum;
        }
        a.logprob[row] = logprob;
        a.entropy[row] = r.entropy;
        if (a.non_finite != nullptr && !isfinite(logprob)) *a.non_finite = 1;
    }
    if (a.g == nullptr) return;
    if (known) {
        r.g = a.g[row];
        r.a = a.a == nullptr ? 0.0F : a.a[row];
    }
    __syncthreads();  // thread 0 has read its logit
    write_gradients(a, r, logits);
}

}  // namespace

Status head_rows(const HeadRows& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.rows == 0) return Status::kOk;
    return launch_kernel("head_rows",
                         head_rows_kernel,
                         dim3(static_cast<unsigned>(a.rows)),
                         dim3(kThreads),
                         0,
                         stream,
                         false,
                         a);
}

}  // namespace veritune::kernels::cuda
