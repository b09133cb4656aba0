// SPDX-License-Identifier: Apache-2.0
#include "bench/gpu/gpu_case.h"
#include "kernels/adamw8.h"
#include "kernels/block_digest.h"

namespace veritune::kernels::bench {
namespace {

/// Numbers of an adapter of rank 16 on all linears of a 7B model.
constexpr std::int64_t kBlocks = 157696;
constexpr std::int64_t kNumbers = kBlocks * kOptimBlock;
/// fp32 numbers of both signs and magnitude 2^-7 .. 2^-6.
constexpr std::uint32_t kFloatKeep = 0x807fffffU;
constexpr std::uint32_t kFloatSet = 0x3c000000U;

std::vector<OptimBlock> blocks() {
    std::vector<OptimBlock> all;
    for (std::int64_t b = 0; b < kBlocks; ++b) {
        all.push_back({.at = b * kOptimBlock,
                       .count = kOptimBlock,
                       .columns = kOptimBlock,
                       .stride = kOptimBlock});
    }
    return all;
}

Moments moments(DeviceArena& arena, bool eight_bit) {
    if (!eight_bit) {
        return {.m = arena.zeros_of<float>(kNumbers), .v = arena.zeros_of<float>(kNumbers)};
    }
    return {.m_code = arena.zeros_of<std::uint8_t>(kNumbers),
            .v_code = arena.zeros_of<std::uint8_t>(kNumbers),
            .m_scale = arena.zeros_of<float>(kBlocks),
            .v_scale = arena.zeros_of<float>(kBlocks)};
}

Run prepare_step(DeviceArena& arena, bool eight_bit) {
    const AdamW8 a{
        .blocks = arena.upload(blocks()),
        .grad = static_cast<const float*>(arena.random(4 * kNumbers, kFloatKeep, kFloatSet)),
        .master = arena.zeros_of<float>(kNumbers),
        .copy = arena.zeros_of<Bf16>(kNumbers),
        .moments = moments(arena, eight_bit),
        .verdict = arena.upload(std::vector<StepVerdict>(1)),
        .rule = adam_rule(1, 1e-5, 0.9, 0.99, 1e-8, 0.0),
        .count = kBlocks};
    return {adamw8_cost(a), [a](Stream stream) { return cuda::adamw8(a, stream); }};
}

Run prepare_norm(DeviceArena& arena) {
    const GradNormBlocks a{
        .blocks = arena.upload(blocks()),
        .grad = static_cast<const float*>(arena.random(4 * kNumbers, kFloatKeep, kFloatSet)),
        .moments = moments(arena, true),
        .count = kBlocks,
        .clip = 1.0,
        .partial = arena.zeros_of<double>(kBlocks),
        .flags = arena.zeros_of<std::uint8_t>(kBlocks),
        .verdict = arena.zeros_of<StepVerdict>(1)};
    return {grad_norm_blocks_cost(a),
            [a](Stream stream) { return cuda::grad_norm_blocks(a, stream); }};
}

Run prepare_digest(DeviceArena& arena) {
    const BlockDigest a{.words = arena.zeros_of<std::uint32_t>(kNumbers),
                        .digest = arena.zeros_of<std::uint64_t>(kBlocks),
                        .count = kNumbers};
    return {block_digest_cost(a), [a](Stream stream) { return cuda::block_digest(a, stream); }};
}

std::vector<Case> cases() {
    return {{"adamw8/8bit/7b-r16", [](DeviceArena& arena) { return prepare_step(arena, true); }},
            {"adamw8/fp32/7b-r16", [](DeviceArena& arena) { return prepare_step(arena, false); }},
            {"grad_norm/7b-r16", prepare_norm},
            {"block_digest/7b-r16", prepare_digest}};
}

const Table kTable(cases);

}  // namespace
}  // namespace veritune::kernels::bench
