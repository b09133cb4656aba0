// SPDX-License-Identifier: Apache-2.0
#include "kernels/adamw8.h"

#include "kernels/cpu/isa.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr CodeTable kFirst = make_code_table(true);
constexpr CodeTable kSecond = make_code_table(false);

/// A block's moments in fp32.
struct BlockMoments {
    float m[kOptimBlock];
    float v[kOptimBlock];
};

void load(const Moments& from, std::int64_t b, BlockMoments& to) {
    const std::int64_t begin = b * kOptimBlock;
    for (int e = 0; e < kOptimBlock; ++e) {
        if (from.eight_bit()) {
            to.m[e] = kFirst.value[from.m_code[begin + e]] * from.m_scale[b];
            to.v[e] = kSecond.value[from.v_code[begin + e]] * from.v_scale[b];
        } else {
            to.m[e] = from.m[begin + e];
            to.v[e] = from.v[begin + e];
        }
    }
}

void store(const Moments& to, std::int64_t b, const BlockMoments& from) {
    const std::int64_t begin = b * kOptimBlock;
    if (!to.eight_bit()) {
        for (int e = 0; e < kOptimBlock; ++e) {
            to.m[begin + e] = from.m[e];
            to.v[begin + e] = from.v[e];
        }
        return;
    }
    std::uint64_t m_key = 0;
    std::uint64_t v_key = 0;
    for (int e = 0; e < kOptimBlock; ++e) {
        const std::uint64_t m = size_key(from.m[e], e);
        const std::uint64_t v = size_key(from.v[e], e);
        m_key = m > m_key ? m : m_key;
        v_key = v > v_key ? v : v_key;
    }
    const float m_scale = scale_of(m_key);
    const float v_scale = scale_of(v_key);
    to.m_scale[b] = m_scale;
    to.v_scale[b] = v_scale;
    for (int e = 0; e < kOptimBlock; ++e) {
        to.m_code[begin + e] = nearest_code(kFirst.bound, share_of(from.m[e], m_scale));
        to.v_code[begin + e] = second_code(kSecond.bound, from.v[e], v_scale);
    }
}

Status adamw8_body(const AdamW8& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
    if (a.verdict->bad != BadStep::kNone) return Status::kOk;
    const float scale = a.verdict->scale;
#pragma omp parallel for schedule(static) if (a.count > 128)
    for (std::int64_t b = 0; b < a.count; ++b) {
        const OptimBlock& block = a.blocks[b];
        BlockMoments moments;
        load(a.moments, b, moments);
        for (int e = 0; e < block.count; ++e) {
            const std::int64_t place = place_of(block, e);
            float& p = a.master[b * kOptimBlock + e];
            p = adam_step(a.rule, a.grad[place] * scale, p, moments.m[e], moments.v[e]);
            if (a.copy != nullptr && block.copied != 0) a.copy[place] = to_bf16(p);
        }
        store(a.moments, b, moments);
    }
    return Status::kOk;
}

Status spread_blocks_body(const SpreadBlocks& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
#pragma omp parallel for schedule(static) if (a.count > 128)
    for (std::int64_t b = 0; b < a.count; ++b) {
        const OptimBlock& block = a.blocks[b];
        if (block.copied == 0) continue;
        for (int e = 0; e < block.count; ++e) {
            a.to[place_of(block, e)] = to_bf16(a.master[b * kOptimBlock + e]);
        }
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(adamw8, AdamW8)
VT_KERNEL_ENTRY(spread_blocks, SpreadBlocks)

}  // namespace veritune::kernels::cpu
