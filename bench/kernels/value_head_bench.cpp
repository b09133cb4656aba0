// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/paged_bench.h"
#include "kernels/value_head.h"

#include <benchmark/benchmark.h>

namespace veritune::kernels {
namespace {

/// Argument: rows of 896 elements, each looked at once.
void value_head_twin(benchmark::State& state) {
    const std::int64_t rows = state.range(0);
    const std::vector<Bf16> hidden = bench::bf16_normals(rows * 896);
    const std::vector<std::int32_t> index = bench::ids(rows, rows);
    const std::vector<float> weight = bench::normals(896);
    const float bias = 0;
    std::vector<float> value(static_cast<std::size_t>(rows));
    const ValueHead args{.hidden = hidden.data(),
                         .index = index.data(),
                         .weight = weight.data(),
                         .bias = &bias,
                         .value = value.data(),
                         .rows = rows,
                         .width = 896};
    const Cost cost = value_head_cost(args);
    bench::measure(state,
                   {.bytes = cost.bytes_read + cost.bytes_written,
                    .flops = cost.flops,
                    .rows = static_cast<double>(rows)},
                   [&] { cpu::value_head(args); });
}
BENCHMARK(value_head_twin)->Arg(256)->Arg(4096)->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
