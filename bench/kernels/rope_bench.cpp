// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/kernel_bench.h"
#include "kernels/rope.h"

#include <benchmark/benchmark.h>

namespace veritune::kernels {
namespace {

/// Arguments: rows, heads (query and key), head size.
void rope(benchmark::State& state) {
    const std::int64_t rows = state.range(0);
    const std::int64_t heads = state.range(1);
    const std::int64_t head_dim = state.range(2);
    constexpr std::int64_t kPositions = 256;
    std::vector<float> x = bench::normals(rows * heads * head_dim);
    const std::vector<std::int32_t> positions = bench::ids(rows, kPositions);
    // The length of a pair is kept, so that thousands of calls neither grow nor vanish.
    const std::vector<float> cos(static_cast<std::size_t>(kPositions * head_dim / 2), 0.6F);
    const std::vector<float> sin(cos.size(), 0.8F);
    const Rope<float> args{.x = x.data(),
                           .positions = positions.data(),
                           .cos = cos.data(),
                           .sin = sin.data(),
                           .rows = rows,
                           .heads = heads,
                           .head_dim = head_dim,
                           .x_stride = heads * head_dim,
                           .max_positions = kPositions};
    bench::measure(state,
                   {.bytes = 8.0 * static_cast<double>(rows * heads * head_dim),
                    .rows = static_cast<double>(rows)},
                   [&] { cpu::rope(args); });
}
BENCHMARK(rope)
    ->Args({256, 6, 24})
    ->Args({1440, 6, 24})
    ->Args({11000, 6, 24})
    ->Args({256, 10, 64})
    ->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
