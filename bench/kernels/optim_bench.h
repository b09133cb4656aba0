// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/kernels/kernel_bench.h"
#include "kernels/adamw8.h"

#include <vector>

namespace veritune::kernels::bench {

/// An optimiser's memory for `count` blocks whose numbers lie one after another.
struct OptimBench {
    OptimBench(std::int64_t count, bool eight_bit)
        : grad(normals(count * kOptimBlock, 1e-2)),
          master(grad.size()),
          copy(grad.size()),
          partial(static_cast<std::size_t>(count)),
          flags(static_cast<std::size_t>(count)) {
        for (std::int64_t b = 0; b < count; ++b) {
            blocks.push_back({.at = b * kOptimBlock,
                              .count = kOptimBlock,
                              .columns = kOptimBlock,
                              .stride = kOptimBlock});
        }
        (eight_bit ? m_scale : m).resize(eight_bit ? blocks.size() : grad.size());
        (eight_bit ? v_scale : v).resize(eight_bit ? blocks.size() : grad.size());
        if (eight_bit) m_code.resize(grad.size(), 127);
        if (eight_bit) v_code.resize(grad.size());
    }
    Moments moments() {
        if (m_code.empty()) return {.m = m.data(), .v = v.data()};
        return {.m_code = m_code.data(),
                .v_code = v_code.data(),
                .m_scale = m_scale.data(),
                .v_scale = v_scale.data()};
    }
    GradNormBlocks norm_args() {
        return {.blocks = blocks.data(),
                .grad = grad.data(),
                .moments = moments(),
                .count = static_cast<std::int64_t>(blocks.size()),
                .clip = 1.0,
                .partial = partial.data(),
                .flags = flags.data(),
                .verdict = &verdict};
    }
    AdamW8 args() {
        return {.blocks = blocks.data(),
                .grad = grad.data(),
                .master = master.data(),
                .copy = copy.data(),
                .moments = moments(),
                .verdict = &verdict,
                .rule = adam_rule(1, 1e-5, 0.9, 0.99, 1e-8, 0.0),
                .count = static_cast<std::int64_t>(blocks.size())};
    }
    std::vector<OptimBlock> blocks;
    std::vector<float> grad, master;
    std::vector<Bf16> copy;
    std::vector<float> m, v, m_scale, v_scale;
    std::vector<std::uint8_t> m_code, v_code;
    std::vector<double> partial;
    std::vector<std::uint8_t> flags;
    StepVerdict verdict;
};

}  // namespace veritune::kernels::bench
