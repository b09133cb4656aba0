// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/kernel_bench.h"
#include "kernels/embedding.h"

#include <benchmark/benchmark.h>

namespace veritune::kernels {
namespace {

/// Arguments: rows, width, rows of the table.
void gather_rows(benchmark::State& state) {
    const std::int64_t rows = state.range(0);
    const std::int64_t width = state.range(1);
    const std::vector<float> table = bench::normals(state.range(2) * width);
    const std::vector<std::int32_t> index = bench::ids(rows, state.range(2));
    std::vector<float> out(static_cast<std::size_t>(rows * width));
    const GatherRows<float> args{.table = table.data(),
                                 .index = index.data(),
                                 .out = out.data(),
                                 .rows = rows,
                                 .width = width,
                                 .table_rows = state.range(2)};
    bench::measure(
        state,
        {.bytes = 8.0 * static_cast<double>(rows * width), .rows = static_cast<double>(rows)},
        [&] { cpu::gather_rows(args); });
}

void scatter_add_rows(benchmark::State& state) {
    const std::int64_t rows = state.range(0);
    const std::int64_t width = state.range(1);
    std::vector<float> table = bench::normals(state.range(2) * width);
    const std::vector<std::int32_t> index = bench::ids(rows, state.range(2));
    const std::vector<float> x = bench::normals(rows * width, 1e-6);
    const ScatterAddRows<float> args{.table = table.data(),
                                     .index = index.data(),
                                     .x = x.data(),
                                     .rows = rows,
                                     .width = width,
                                     .table_rows = state.range(2)};
    bench::measure(
        state,
        {.bytes = 12.0 * static_cast<double>(rows * width), .rows = static_cast<double>(rows)},
        [&] { cpu::scatter_add_rows(args); });
}

void shapes(benchmark::internal::Benchmark* b) {
    b->Args({256, 96, 36})->Args({1440, 96, 36})->Args({11000, 96, 36})->Args({256, 512, 4096});
    b->UseRealTime();
}
BENCHMARK(gather_rows)->Apply(shapes);
BENCHMARK(scatter_add_rows)->Apply(shapes);

}  // namespace
}  // namespace veritune::kernels
