// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/paged_bench.h"
#include "kernels/extend_rows.h"

#include <benchmark/benchmark.h>

namespace veritune::kernels {
namespace {

/// A slab of 4,096 rows of 896 inputs, rank 16.
void extend_rows_twin(benchmark::State& state) {
    constexpr std::int64_t kRows = 4096;
    constexpr std::int64_t kLd = 896 + 16 + kBiasColumns;
    const std::vector<Bf16> b = bench::bf16_normals(kRows * 16);
    std::vector<Bf16> to(static_cast<std::size_t>(kRows * kLd));
    const ExtendRows args{.to = to.data(),
                          .b = b.data(),
                          .rows = kRows,
                          .r = 16,
                          .b_stride = 16,
                          .ld = kLd,
                          .column = 896};
    bench::measure(state,
                   {.bytes = 2.0 * static_cast<double>(kRows) * (16 + 16 + kBiasColumns),
                    .flops = 0,
                    .rows = static_cast<double>(kRows)},
                   [&] { cpu::extend_rows(args); });
}
BENCHMARK(extend_rows_twin)->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
