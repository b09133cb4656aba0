// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/launch.h"
#include "kernels/int4_search.h"
#include "kernels/quantize.h"

#include <cuda_fp16.h>

namespace veritune::kernels::cuda {
namespace {

constexpr int kInt4Threads = 128;  // 16 rows x 8 groups at a time
constexpr int kGroupsAtOnce = kInt4Threads / 16;
constexpr int kInt8Threads = 256;  // 16 rows x 16 threads, four inputs each
constexpr unsigned kAll = 0xffffffffU;

__device__ const unsigned char* row_start(const SourceRows& rows, std::int64_t row) {
    if (row < 0) return nullptr;
    int part = 0;
    if (row >= rows.part_rows[0]) {
        row -= rows.part_rows[0];
        part = 1;
        if (row >= rows.part_rows[1]) {
            row -= rows.part_rows[1];
            part = 2;
        }
    }
    const void* base = part == 0 ? rows.part[0] : (part == 1 ? rows.part[1] : rows.part[2]);
    return static_cast<const unsigned char*>(base) + row * rows.stride * source_bytes(rows.type);
}

__device__ float half_bits_to_float(std::uint32_t bits) {
    return __half2float(__ushort_as_half(static_cast<unsigned short>(bits)));
}

/// Two 16-bit numbers of a word.
__device__ void two_floats(SourceType type, std::uint32_t word, float* to) {
    if (type == SourceType::kBf16) {
        to[0] = __uint_as_float(word << 16);
        to[1] = __uint_as_float(word & 0xffff0000U);
    } else {
        to[0] = half_bits_to_float(word & 0xffffU);
        to[1] = half_bits_to_float(word >> 16);
    }
}

__device__ float one_float(SourceType type, const unsigned char* row, std::int64_t i) {
    if (type == SourceType::kF32) return reinterpret_cast<const float*>(row)[i];
    const std::uint32_t bits = reinterpret_cast<const unsigned short*>(row)[i];
    return type == SourceType::kBf16 ? __uint_as_float(bits << 16) : half_bits_to_float(bits);
}

/// kCount consecutive inputs from `begin`; zeros beyond `k` and for a null row.
template <int kCount>
__device__ void read_inputs(
    const unsigned char* row, SourceType type, std::int64_t begin, std::int64_t k, float* to) {
#pragma unroll
    for (int i = 0; i < kCount; ++i) to[i] = 0;
    if (row == nullptr) return;
    const unsigned char* at = row + begin * source_bytes(type);
    const bool whole = begin + kCount <= k;
    if (whole && type == SourceType::kF32 && reinterpret_cast<std::uintptr_t>(at) % 16 == 0) {
#pragma unroll
        for (int i = 0; i < kCount; i += 4) {
            const float4 four = *reinterpret_cast<const float4*>(at + 4 * i);
            to[i] = four.x;
            to[i + 1] = four.y;
            to[i + 2] = four.z;
            to[i + 3] = four.w;
        }
    } else if (whole && type != SourceType::kF32 && reinterpret_cast<std::uintptr_t>(at) % 8 == 0) {
#pragma unroll
        for (int i = 0; i < kCount; i += 4) {
            const uint2 four = *reinterpret_cast<const uint2*>(at + 2 * i);
            two_floats(type, four.x, to + i);
            two_floats(type, four.y, to + i + 2);
        }
    } else {
#pragma unroll
        for (int i = 0; i < kCount; ++i) {
            if (begin + i < k) to[i] = one_float(type, row, begin + i);
        }
    }
}

/// The best scale and zero point of the normalised group v; weight: importance from its first
/// input on, `valid` of them.
template <bool kWeighted>
__device__ int4::Choice<float> search(const float (&v)[64],
                                      const int4::Plan<float>& plan,
                                      const float* weight,
                                      int valid) {
    int4::Choice<float> best{.error = __uint_as_float(0x7f800000U), .scale = 0.0F, .zero = 0.0F};
    float low[3];
    float high[3];
#pragma unroll
    for (int which = 0; which < 3; ++which) {
        const float zero = int4::zero_of(plan, which);
        low[which] = int4::sub(0.0F, zero);
        high[which] = int4::sub(15.0F, zero);
    }
#pragma unroll 1
    for (int step = 0; step < int4::kScaleSteps; ++step) {
        const float scale = int4::scale_of(plan, step);
        const float inverse = int4::div(1.0F, scale);
        float sums[3] = {0.0F, 0.0F, 0.0F};
#pragma unroll
        for (int i = 0; i < 64; ++i) {
            const float nearest = int4::rounded(int4::mul(v[i], inverse));
#pragma unroll
            for (int which = 0; which < 3; ++which) {
                const float level = int4::clamped(nearest, low[which], high[which]);
                float square = int4::squared_error(v[i], scale, level);
                if constexpr (kWeighted) {
                    square = int4::mul(square, i < valid ? __ldg(weight + i) : 0.0F);
                }
                sums[which] = int4::add(sums[which], square);
            }
        }
        int4::consider(best, plan, scale, sums);
    }
    return best;
}

__device__ int4::Plan<float> normalise(float (&v)[64], bool* finite) {
    std::int32_t magnitude = 0;
#pragma unroll
    for (int i = 0; i < 64; ++i) magnitude = max(magnitude, __float_as_int(v[i]) & 0x7fffffff);
    *finite = magnitude < 0x7f800000;
    int4::Plan<float> plan = int4::begin_plan<float>(magnitude);
    float low = 0;
    float high = 0;
#pragma unroll
    for (int i = 0; i < 64; ++i) {
        v[i] = plan.normalise > 0 ? int4::mul(v[i], plan.normalise) : 0.0F;
        low = int4::smaller(low, v[i]);
        high = int4::larger(high, v[i]);
    }
    int4::finish_plan(plan, low, high);
    return plan;
}

__device__ QuantizeError group_error(const float (&v)[64],
                                     const int4::Plan<float>& plan,
                                     const int4::Choice<float>& best) {
    if (!(plan.normalise > 0)) return {};
    const float inverse = int4::div(1.0F, best.scale);
    const float low = int4::sub(0.0F, best.zero);
    const float high = int4::sub(15.0F, best.zero);
    float magnitude = 0;
#pragma unroll
    for (int i = 0; i < 64; ++i) magnitude = fmaxf(magnitude, fabsf(v[i]));
    const float nf4_inverse = int4::div(1.0F, magnitude);
    QuantizeError error;
#pragma unroll
    for (int i = 0; i < 64; ++i) {
        error.weight += v[i] * v[i];
        error.ours += int4::squared_error(v[i], best.scale, int4::level(v[i], inverse, low, high));
        error.nf4 += int4::nf4_squared_error(v[i], magnitude, nf4_inverse);
    }
    const float back = 1.0F / plan.normalise;
    error.weight *= back * back;
    error.ours *= back * back;
    error.nf4 *= back * back;
    return error;
}

/// Sum over the block, always in the same order; thread 0 has it.
__device__ float block_sum(float value, float* shared) {
#pragma unroll
    for (int step = 16; step > 0; step /= 2) value += __shfl_xor_sync(kAll, value, step);
    if (threadIdx.x % 32 == 0) shared[threadIdx.x / 32] = value;
    __syncthreads();
    float sum = 0;
    for (int i = 0; i < kInt4Threads / 32; ++i) sum += shared[i];
    __syncthreads();
    return sum;
}

/// A block has one row of tiles; lanes 0..15 of a warp hold the rows of one group, lanes 16..31
/// those of the next.
template <bool kWeighted, bool kError>
__global__ void __launch_bounds__(kInt4Threads) int4_kernel(const QuantizeInt4Args a) {
    __shared__ float shared[kInt4Threads / 32];
    const int lane = static_cast<int>(threadIdx.x) % 32;
    const int row = lane % 16;
    const int slot = static_cast<int>(threadIdx.x) / 32 * 2 + lane / 16;
    const std::int64_t groups = (a.k + kQuantGroup - 1) / kQuantGroup;
    const std::int64_t row_tile = blockIdx.x;
    const unsigned char* from =
        row_start(a.rows, stacked_row(a.order, source_row_count(a.rows), 16 * row_tile + row));
    QuantizeError total;
    for (std::int64_t begin = 0; begin < groups; begin += kGroupsAtOnce) {
        const std::int64_t group = begin + slot;
        const bool active = group < groups;
        float v[64];
        read_inputs<64>(active ? from : nullptr, a.rows.type, 64 * group, a.k, v);
        bool finite = true;
        const int4::Plan<float> plan = normalise(v, &finite);
        if (!finite && a.nonfinite != nullptr) atomicOr(a.nonfinite, 1);
        const std::int64_t left = a.k - 64 * group;
        const int4::Choice<float> best =
            search<kWeighted>(v,
                              plan,
                              kWeighted ? a.importance + 64 * group : nullptr,
                              left < 64 ? (left > 0 ? static_cast<int>(left) : 0) : 64);
        if constexpr (kError) {
            const QuantizeError error = group_error(v, plan, best);
            total.weight += error.weight;
            total.ours += error.ours;
            total.nf4 += error.nf4;
        }
        const float inverse = int4::div(1.0F, best.scale);
        const float low = int4::sub(0.0F, best.zero);
        const float high = int4::sub(15.0F, best.zero);
        const bool empty = !(plan.normalise > 0);
        const std::int64_t index = row_tile * groups + group;
        std::uint8_t* codes = a.codes + kInt4TileBytes * index;
        const int shift = row < 8 ? 0 : 4;
#pragma unroll
        for (int t = 0; t < 4; ++t) {
            std::uint32_t words[4];
#pragma unroll
            for (int m = 0; m < 4; ++m) {
                std::uint32_t word = 0;
#pragma unroll
                for (int b = 0; b < 4; ++b) {
                    // Byte b of a word holds input 0, 2, 1, 3.
                    const int input = 16 * t + 4 * m + ((b & 1) << 1) + (b >> 1);
                    const float level = int4::level(v[input], inverse, low, high);
                    const std::uint32_t q = static_cast<std::uint32_t>(__float_as_int(int4::add(
                                                int4::add(level, best.zero), int4::kRound))) &
                                            15U;
                    word |= (empty ? 0U : q) << (8 * b);
                }
                word <<= shift;
                words[m] = word | __shfl_xor_sync(kAll, word, 8);
            }
            // Rows g and g + 8 share bytes: each of the two lanes stores half of them.
            if (active && (t < 2) == (row < 8)) {
                *reinterpret_cast<uint4*>(codes + 16 * (4 * (row & 7) + t)) =
                    make_uint4(words[0], words[1], words[2], words[3]);
            }
        }
        const auto meta = static_cast<std::uint32_t>(int4::meta_of(plan, best, plan.normalise));
        const std::uint32_t other = __shfl_xor_sync(kAll, meta, 8);
        if (active && row < 8) a.meta[8 * index + row] = meta | (other << 16);
    }
    if constexpr (kError) {
        total.weight = block_sum(total.weight, shared);
        total.ours = block_sum(total.ours, shared);
        total.nf4 = block_sum(total.nf4, shared);
        if (threadIdx.x == 0) a.error[row_tile] = total;
    }
}

/// The largest of 16 neighbouring lanes, in all of them.
__device__ std::uint32_t row_largest(std::uint32_t bits) {
#pragma unroll
    for (int step = 8; step > 0; step /= 2) bits = max(bits, __shfl_xor_sync(kAll, bits, step));
    return bits;
}

__device__ std::uint32_t largest_bits(const float (&w)[4], std::uint32_t bits) {
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        bits = max(bits, static_cast<std::uint32_t>(__float_as_int(w[i])) & 0x7fffffffU);
    }
    return bits;
}

__global__ void __launch_bounds__(kInt8Threads) int8_kernel(const QuantizeInt8Args a) {
    const int row = static_cast<int>(threadIdx.x) / 16;
    const int part = static_cast<int>(threadIdx.x) % 16;
    const std::int64_t groups = (a.k + kQuantGroup - 1) / kQuantGroup;
    const std::int64_t at_row = 16 * static_cast<std::int64_t>(blockIdx.x) + row;
    const bool real = at_row < source_row_count(a.rows);
    const unsigned char* from = row_start(a.rows, real ? at_row : -1);
    float w[4];
    std::uint32_t bits = 0;
    for (std::int64_t group = 0; group < groups; ++group) {
        read_inputs<4>(from, a.rows.type, 64 * group + 4 * part, a.k, w);
        bits = largest_bits(w, bits);
    }
    bits = row_largest(bits);
    const bool finite = bits < 0x7f800000U;
    const bool empty =
        !finite || (bits >> 23) < static_cast<std::uint32_t>(int4::kSmallestExponent);
    const float magnitude = empty ? 0.0F : __uint_as_float(bits);
    const float factor = int4::div(magnitude, 127.0F);
    const float inverse = empty ? 0.0F : int4::div(1.0F, factor);
    for (std::int64_t group = 0; group < groups; ++group) {
        read_inputs<4>(empty ? nullptr : from, a.rows.type, 64 * group + 4 * part, a.k, w);
        const float most = __uint_as_float(row_largest(largest_bits(w, 0)));
        int exponent = 0;
        while (!empty && exponent < 7 &&
               int4::mul(most, static_cast<float>(2 << exponent)) <= magnitude) {
            ++exponent;
        }
        const auto power = static_cast<float>(1 << exponent);
        std::uint32_t word = 0;
#pragma unroll
        for (int b = 0; b < 4; ++b) {
            const int input = ((b & 1) << 1) + (b >> 1);
            const float scaled = int4::mul(int4::mul(w[input], inverse), power);
            const float whole = int4::clamped(int4::rounded(scaled), -127.0F, 127.0F);
            word |= (static_cast<std::uint32_t>(static_cast<int>(whole)) & 0xffU) << (8 * b);
        }
        const std::int64_t index = static_cast<std::int64_t>(blockIdx.x) * groups + group;
        *reinterpret_cast<std::uint32_t*>(a.codes + kInt8TileBytes * index + 64 * row + 4 * part) =
            empty ? 0U : word;
        if (part == 0) a.exponents[16 * index + row] = static_cast<std::uint8_t>(exponent);
    }
    if (real && part == 0) {
        a.row_factor[at_row] = factor;
        if (!finite && a.nonfinite != nullptr) atomicOr(a.nonfinite, 1);
    }
}

unsigned row_tile_count(const SourceRows& rows) {
    return static_cast<unsigned>((source_row_count(rows) + kQuantRows - 1) / kQuantRows);
}

}  // namespace

Status quantize_int4(const QuantizeInt4Args& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    const auto run = [&](void (*kernel)(QuantizeInt4Args)) {
        return launch_kernel("quantize_int4",
                             kernel,
                             dim3(row_tile_count(a.rows)),
                             dim3(kInt4Threads),
                             0,
                             stream,
                             false,
                             a);
    };
    if (a.importance != nullptr) {
        return a.error != nullptr ? run(int4_kernel<true, true>) : run(int4_kernel<true, false>);
    }
    return a.error != nullptr ? run(int4_kernel<false, true>) : run(int4_kernel<false, false>);
}

Status quantize_int8(const QuantizeInt8Args& a, Stream stream) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    return launch_kernel("quantize_int8",
                         int8_kernel,
                         dim3(row_tile_count(a.rows)),
                         dim3(kInt8Threads),
                         0,
                         stream,
                         false,
                         a);
}

}  // namespace veritune::kernels::cuda
