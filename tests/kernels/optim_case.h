// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/adamw8.h"
#include "kernels/grad_norm.h"
#include "tests/kernels/backend_case.h"

#include <algorithm>

/// An adapter in miniature for the tests of the optimiser's kernels: matrices of several layouts
/// in one buffer, cut into blocks.
namespace veritune::kernels::test {

struct OptimLayout {
    std::vector<OptimBlock> blocks;
    std::int64_t numbers = 0;  ///< of the buffer

    /// A matrix of its own, or every second eight rows of one twice as high.
    void add(std::int64_t rows, std::int32_t columns, std::int32_t stride, bool interleaved) {
        for (std::int64_t i = 0; i < rows * columns; i += kOptimBlock) {
            blocks.push_back({.at = numbers,
                              .first = static_cast<std::int32_t>(i),
                              .count = static_cast<std::int32_t>(
                                  std::min<std::int64_t>(kOptimBlock, rows * columns - i)),
                              .columns = columns,
                              .stride = stride,
                              .interleaved = interleaved ? 1 : 0});
        }
        numbers += (interleaved ? 2 : 1) * (rows + 8) * stride;
    }
    std::int64_t count() const { return static_cast<std::int64_t>(blocks.size()); }
    static OptimLayout mixed() {
        OptimLayout all;
        all.add(16, 64, 64, false);
        all.add(40, 16, 48, false);
        all.add(24, 16, 32, true);
        all.add(5, 7, 9, false);  // less than a block
        return all;
    }
    static OptimLayout random(std::uint64_t seed) {
        util::Rng rng(seed, util::RngStream::kTest);
        OptimLayout all;
        for (std::uint64_t n = 1 + rng.below(4); n > 0; --n) {
            const auto columns = static_cast<std::int32_t>(1 + rng.below(80));
            all.add(1 + static_cast<std::int64_t>(rng.below(60)),
                    columns,
                    columns + static_cast<std::int32_t>(rng.below(20)),
                    rng.below(2) == 1);
        }
        return all;
    }
};

inline std::vector<float> optim_normals(std::int64_t count, std::uint64_t seed, double scale) {
    util::Rng rng(seed, util::RngStream::kTest);
    std::vector<float> v(static_cast<std::size_t>(count));
    for (float& x : v) x = static_cast<float>(scale * rng.normal());
    return v;
}

/// Everything of an optimiser, on a backend.
struct OptimCase {
    OptimCase(Backend where, const OptimLayout& l, bool eight)
        : backend(where),
          layout(l),
          eight_bit(eight),
          blocks(where, l.blocks),
          grad(where, l.numbers),
          master(where, masters(l)),
          copy(where, l.numbers),
          m(where, std::vector<float>(eight ? 0 : all(l), 0.0F)),
          v(where, std::vector<float>(eight ? 0 : all(l), 0.0F)),
          // Code 127 is 0 of the first moment.
          m_code(where, std::vector<std::uint8_t>(eight ? all(l) : 0, 127)),
          v_code(where, std::vector<std::uint8_t>(eight ? all(l) : 0, 0)),
          m_scale(where, std::vector<float>(eight ? l.blocks.size() : 0, 0.0F)),
          v_scale(where, std::vector<float>(eight ? l.blocks.size() : 0, 0.0F)),
          partial(where, l.count()),
          flags(where, l.count()),
          verdict(where, 1) {}

    static std::size_t all(const OptimLayout& l) { return l.blocks.size() * kOptimBlock; }
    static std::vector<float> masters(const OptimLayout& l) {
        std::vector<float> values = optim_normals(l.count() * kOptimBlock, 5, 0.1);
        for (std::size_t b = 0; b < l.blocks.size(); ++b) {
            const auto begin = values.begin() + static_cast<std::ptrdiff_t>(b) * kOptimBlock;
            std::fill(begin + l.blocks[b].count, begin + kOptimBlock, 0.0F);
        }
        return values;
    }
    Moments moments() {
        if (!eight_bit) return {.m = m.data(), .v = v.data()};
        return {.m_code = m_code.data(),
                .v_code = v_code.data(),
                .m_scale = m_scale.data(),
                .v_scale = v_scale.data()};
    }
    GradNormBlocks norm_args(double clip) {
        return {.blocks = blocks.data(),
                .grad = grad.data(),
                .moments = moments(),
                .count = layout.count(),
                .clip = clip,
                .partial = partial.data(),
                .flags = flags.data(),
                .verdict = verdict.data()};
    }
    AdamW8 args(std::int64_t step, double learning_rate, double weight_decay) {
        return {.blocks = blocks.data(),
                .grad = grad.data(),
                .master = master.data(),
                .copy = copy.data(),
                .moments = moments(),
                .verdict = verdict.data(),
                .rule = adam_rule(step, learning_rate, 0.9, 0.99, 1e-8, weight_decay),
                .count = layout.count()};
    }
    /// Gradients of every place, also of those that no block has.
    void set_gradient(std::uint64_t seed, double scale) {
        grad.assign(optim_normals(layout.numbers, seed, scale));
    }
    void step(std::int64_t number, double learning_rate, double decay = 0.0, double clip = 0.0) {
        ASSERT_EQ(grad_norm_blocks(backend, norm_args(clip)), Status::kOk) << cuda::last_error();
        ASSERT_EQ(adamw8(backend, args(number, learning_rate, decay)), Status::kOk)
            << cuda::last_error();
    }
    bool same_as(OptimCase& other) {
        return same_bits(master.fetch(), other.master.fetch()) &&
               same_bits(copy.fetch(), other.copy.fetch()) &&
               same_bits(m.fetch(), other.m.fetch()) && same_bits(v.fetch(), other.v.fetch()) &&
               same_bits(m_code.fetch(), other.m_code.fetch()) &&
               same_bits(v_code.fetch(), other.v_code.fetch()) &&
               same_bits(m_scale.fetch(), other.m_scale.fetch()) &&
               same_bits(v_scale.fetch(), other.v_scale.fetch()) &&
               same_bits(verdict.fetch(), other.verdict.fetch());
    }
    bool intact() {
        return master.intact() && copy.intact() && m.intact() && v.intact() && m_code.intact() &&
               v_code.intact() && m_scale.intact() && v_scale.intact() && partial.intact() &&
               flags.intact() && verdict.intact() && grad.intact();
    }

    Backend backend;
    OptimLayout layout;
    bool eight_bit;
    Array<OptimBlock> blocks;
    Array<float> grad, master;
    Array<Bf16> copy;
    Array<float> m, v;
    Array<std::uint8_t> m_code, v_code;
    Array<float> m_scale, v_scale;
    Array<double> partial;
    Array<std::uint8_t> flags;
    Array<StepVerdict> verdict;
};

}  // namespace veritune::kernels::test
