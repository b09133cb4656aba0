// SPDX-License-Identifier: Apache-2.0
#include "kernels/rope_kv_append.h"

#include "kernels/cpu/arguments.h"

#include <bit>
#include <cmath>

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr int kLaneCount = 32;
constexpr std::int64_t kMaxDim = 128;

/// The sum of squares as a warp forms it: two or four elements a lane, lanes by halves.
float sum_of_squares(const float* x, std::int64_t dim) {
    float lanes[kLaneCount];
    const std::int64_t per_half = dim / 2 / kLaneCount;
    for (std::int64_t l = 0; l < kLaneCount; ++l) {
        lanes[l] = 0;
        for (std::int64_t half = 0; half < 2; ++half) {
            for (std::int64_t e = 0; e < per_half; ++e) {
                const float v = x[half * dim / 2 + l * per_half + e];
                lanes[l] = std::fmaf(v, v, lanes[l]);
            }
        }
    }
    for (int width = kLaneCount / 2; width > 0; width /= 2) {
        for (int l = 0; l < width; ++l) lanes[l] = lanes[l] + lanes[l + width];
    }
    return lanes[0];
}

void normalise(float* x, const Bf16* gamma, std::int64_t dim, float eps) {
    const float mean = sum_of_squares(x, dim) / static_cast<float>(dim);
    const float rstd = 1.0F / std::sqrt(mean + eps);
    for (std::int64_t i = 0; i < dim; ++i) x[i] = rounded_to_bf16(x[i] * rstd * to_float(gamma[i]));
}

/// One head, normalised when gamma is there, rotated and rounded.
void load_rotated(
    const RopeKvAppend& a, std::int64_t row, std::int64_t head, const Bf16* gamma, float* x) {
    const std::int64_t dim = a.kv.head_dim;
    const std::int64_t half = dim / 2;
    const Bf16* from = a.qkv + row * a.qkv_stride + head * dim;
    for (std::int64_t i = 0; i < dim; ++i) x[i] = to_float(from[i]);
    if (gamma != nullptr) normalise(x, gamma, dim, a.eps);
    const float* cos = a.cos + a.positions[row] * half;
    const float* sin = a.sin + a.positions[row] * half;
    for (std::int64_t i = 0; i < half; ++i) {
        const float low = x[i];
        const float high = x[i + half];
        // Written out, since a compiler may fuse or not: here and in the CUDA twin the same.
        x[i] = rounded_to_bf16(std::fmaf(low, cos[i], -(high * sin[i])));
        x[i + half] = rounded_to_bf16(std::fmaf(high, cos[i], low * sin[i]));
    }
}

/// fp16 scale of a vector; NaN when it holds a number that is not finite.
std::uint16_t scale_of(const float* x, std::int64_t dim) {
    std::uint32_t largest = 0;
    for (std::int64_t i = 0; i < dim; ++i) {
        const std::uint32_t bits = std::bit_cast<std::uint32_t>(x[i]) & 0x7fffffffU;
        largest = bits > largest ? bits : largest;
    }
    if (largest >= 0x7f800000U) return 0x7e00;
    return scale_to_fp16(std::bit_cast<float>(largest) / 127.0F);
}

void append(const PagedKv& kv, std::int64_t at, const float* x) {
    const std::int64_t dim = kv.head_dim;
    if (kv.kind == KvKind::kBf16) {
        auto* to = static_cast<Bf16*>(kv.data) + at * dim;
        for (std::int64_t i = 0; i < dim; ++i) to[i] = to_bf16(x[i]);
        return;
    }
    const std::uint16_t bits = scale_of(x, dim);
    const float scale = scale_from_fp16(bits);
    kv.scales[at] = bits;
    auto* to = static_cast<std::int8_t*>(kv.data) + at * dim;
    for (std::int64_t i = 0; i < dim; ++i) {
        float code = 0;
        if (scale > 0) code = std::nearbyint(x[i] / scale);
        code = code > 127.0F ? 127.0F : code < -127.0F ? -127.0F : code;
        to[i] = static_cast<std::int8_t>(code);
    }
}

/// Physical page of a row, or -1 when the row is idle.
std::int64_t page_of(const RopeKvAppend& a, std::int64_t row) {
    const std::int64_t position = a.positions[row];
    if (position < 0 || position >= a.max_positions) return -1;
    const std::int64_t slot = a.slots == nullptr ? row : a.slots[a.one_slot ? 0 : row];
    const std::int64_t page = position / kPageTokens;
    if (slot < 0 || page >= a.table.stride) return -1;
    const std::int64_t physical = a.table.pages[slot * a.table.stride + page];
    return physical < a.kv.pages ? physical : -1;
}

void append_row(const RopeKvAppend& a, std::int64_t row, std::int64_t page) {
    const std::int64_t dim = a.kv.head_dim;
    const std::int64_t token = a.positions[row] % kPageTokens;
    float x[kMaxDim];
    for (std::int64_t h = 0; h < a.q_heads; ++h) {
        load_rotated(a, row, h, a.q_gamma, x);
        Bf16* q = a.q + (row * a.q_heads + h) * dim;
        for (std::int64_t i = 0; i < dim; ++i) q[i] = to_bf16(x[i]);
    }
    for (std::int64_t h = 0; h < a.kv.kv_heads; ++h) {
        load_rotated(a, row, a.q_heads + h, a.k_gamma, x);
        append(a.kv, kv_row(a.kv, page, 0, h, token), x);
        const Bf16* v = a.qkv + row * a.qkv_stride + (a.q_heads + a.kv.kv_heads + h) * dim;
        for (std::int64_t i = 0; i < dim; ++i) x[i] = to_float(v[i]);
        append(a.kv, kv_row(a.kv, page, 1, h, token), x);
    }
}

Status rope_kv_append_body(const RopeKvAppend& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    for (std::int64_t row = 0; row < a.rows; ++row) {
        const std::int64_t page = page_of(a, row);
        if (page >= 0) append_row(a, row, page);
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(rope_kv_append, RopeKvAppend)

}  // namespace veritune::kernels::cpu
